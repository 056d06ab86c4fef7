"""The same application behind uvicorn as it comes, but for the push that its pages need, for the controls:
`python -m tests.attacks.plain`."""

from __future__ import annotations

import os

import uvicorn

from server.app import create_app
from server.config import Config
from server.logs import log_config
from server.pushsocket import PushSocket

if __name__ == "__main__":
    config = Config.from_env(os.environ)
    uvicorn.run(
        create_app(config),
        host=config.host,
        port=config.port,
        http="h11",
        ws=PushSocket,
        log_config=log_config("info"),
    )
