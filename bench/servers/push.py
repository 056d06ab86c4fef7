"""Kring's own frames and nothing else: what comes by POST is framed once and pushed to a room's sockets."""

from __future__ import annotations

import sys
from collections import defaultdict

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from server.app import _settle
from server.frames import framed
from server.pushsocket import LINE, PushSocket
from server.wire import make_room_for_connections

rooms: defaultdict[str, set[PushSocket]] = defaultdict(set)


class Member:
    """A socket in a room."""

    def __init__(self, room: str, line: PushSocket) -> None:
        self.room, self.line = room, line

    def heard(self, text: str) -> None: ...

    def caught_up(self) -> None: ...

    def lost(self) -> None:
        rooms[self.room].discard(self.line)


async def join(websocket: WebSocket) -> None:
    room = websocket.query_params["room"]
    await websocket.accept()
    line: PushSocket = websocket.scope["extensions"][LINE]
    rooms[room].add(line)
    line.take(Member(room, line))


async def publish(request: Request) -> Response:
    frame = framed((await request.body()).decode())
    for line in rooms[request.query_params["room"]]:
        if not line.slow:
            line.push(frame)
    return Response(status_code=202)


if __name__ == "__main__":
    make_room_for_connections()
    _settle()
    uvicorn.run(
        Starlette(routes=[WebSocketRoute("/ws", join), Route("/pub", publish, methods=["POST"])]),
        port=int(sys.argv[1]), http="server.wire:Http", ws="server.wiresocket:Socket", access_log=False,
        log_level="error", ws_per_message_deflate=False, backlog=4096,
    )  # fmt: skip
