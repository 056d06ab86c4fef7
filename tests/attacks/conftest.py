"""One impatient server and one circle for all attacks: none of them may leave a trace in it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.attacks.ground import Ground, ground
from tests.conftest import Server


@pytest.fixture(scope="package")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ground]:
    server = Server(tmp_path_factory.mktemp("attacks") / "data").hurry(
        "head=1000", "body=1000", "stalled=1500", "ping=1500"
    )
    yield await ground(await server.start())
    server.stop()


@pytest.fixture(scope="package")
async def plain(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ground]:
    """uvicorn as it comes: the control."""
    server = Server(tmp_path_factory.mktemp("plain") / "data")
    server.command = [server.command[0], "-m", "tests.attacks.plain"]
    yield await ground(await server.start())
    server.stop()
