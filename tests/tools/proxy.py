"""A TCP proxy that fails the way networks do."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

Mode = Literal["pass", "swallow", "deaf", "refuse"]


class Proxy:
    """Between a browser and a server. `swallow`: bytes vanish both ways, no connection ends; `deaf`: what the
    server says vanishes; `refuse`: connections are cut and none is taken."""

    def __init__(self, port: int, to: int) -> None:
        self.port, self.to, self.mode = port, to, "pass"
        self._open: set[asyncio.StreamWriter] = set()

    def set(self, mode: Mode) -> None:
        """Changes how the network is from now on, for connections that exist too."""
        self.mode = mode
        if mode == "refuse":
            for writer in self._open:
                writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.mode == "refuse":
            writer.transport.abort()
            return
        try:
            back, forth = await asyncio.open_connection("127.0.0.1", self.to)
        except OSError:
            writer.transport.abort()
            return
        pair = {writer, forth}
        self._open |= pair
        try:
            up, down = self._pump(reader, forth, ("swallow",)), self._pump(back, writer, ("swallow", "deaf"))
            await asyncio.wait({asyncio.create_task(up), asyncio.create_task(down)}, return_when="FIRST_COMPLETED")
        finally:
            self._open -= pair
            for one in pair:
                one.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, lost: tuple[str, ...]) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                if self.mode not in lost:
                    writer.write(data)
                    await writer.drain()


@asynccontextmanager
async def proxy(port: int, to: int) -> AsyncIterator[Proxy]:
    """A proxy on a port, for as long as the block lasts."""
    one = Proxy(port, to)
    server = await asyncio.start_server(one._serve, "127.0.0.1", port)
    try:
        yield one
    finally:
        server.close()
        one.set("refuse")
