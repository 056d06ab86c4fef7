"""Starlette as one would write it: a loop of send_text over the sockets of a room."""

from __future__ import annotations

import sys
from collections import defaultdict

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

rooms: defaultdict[str, set[WebSocket]] = defaultdict(set)


async def join(websocket: WebSocket) -> None:
    room = rooms[websocket.query_params["room"]]
    await websocket.accept()
    room.add(websocket)
    try:
        while True:
            await websocket.receive_text()
    except WebSocketDisconnect:
        room.discard(websocket)


async def publish(request: Request) -> Response:
    text = (await request.body()).decode()
    for websocket in list(rooms[request.query_params["room"]]):
        await websocket.send_text(text)
    return Response(status_code=202)


async def nothing(request: Request) -> Response:
    await request.body()
    return Response(status_code=204)


if __name__ == "__main__":
    routes = [
        WebSocketRoute("/ws", join),
        Route("/pub", publish, methods=["POST"]),
        Route("/empty", nothing, methods=["POST"]),
    ]
    uvicorn.run(
        Starlette(routes=routes), port=int(sys.argv[1]), access_log=False, log_level="error",
        ws_per_message_deflate=False, backlog=4096,
    )  # fmt: skip
