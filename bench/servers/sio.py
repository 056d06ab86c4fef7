"""python-socketio on uvicorn, each room a Socket.IO room."""

from __future__ import annotations

import sys
from urllib.parse import parse_qs

import socketio
import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

sio = socketio.AsyncServer(async_mode="asgi", ping_interval=3600, cors_allowed_origins="*")


@sio.event
async def connect(sid, environ, auth=None):
    await sio.enter_room(sid, "r" + parse_qs(environ["QUERY_STRING"])["room"][0])


async def publish(request):
    await sio.emit("m", (await request.body()).decode(), room="r" + request.query_params["room"])
    return Response(status_code=202)


if __name__ == "__main__":
    app = socketio.ASGIApp(sio, other_asgi_app=Starlette(routes=[Route("/pub", publish, methods=["POST"])]))
    uvicorn.run(app, port=int(sys.argv[1]), access_log=False, log_level="error", backlog=4096)
