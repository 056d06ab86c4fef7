"""A network between browser and server that a test can break."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conftest import Server, free_port
from tests.tools.proxy import Proxy, proxy


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[tuple[Server, Proxy]]:
    """A server reached through a proxy of its own."""
    port = free_port()
    server = Server(tmp_path / "data").hurry("wait=3000")
    server.env["KRING_ORIGIN"] = f"http://127.0.0.1:{port},{server.url}"
    await server.start()
    async with proxy(port, server.port) as one:
        yield server, one
    server.stop()
