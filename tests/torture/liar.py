"""A proxy before Redis that loses, doubles, delays, reorders and forges hints."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

HINT = re.compile(rb"[*>]3\r\n\$7\r\nmessage\r\n\$\d+\r\n[^\r]*\r\n\$\d+\r\n[^\r]*\r\n")
FORGED = (b"no-such-room", b"\xff\xfe\x00", b"", b"x" * 5000)


class Liar:
    """What Redis says to its subscribers, changed by chance. `lies` off: everything passes; `drops`: no hint does.
    Where Redis is not there it takes connections and says nothing, as some proxies do."""

    def __init__(self, to: int) -> None:
        self.to, self.rng, self.lies, self.drops, self.told = to, Random(1), False, False, 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        with contextlib.suppress(OSError, asyncio.CancelledError):  # cancelled when the loop ends before the line
            back, forth = await asyncio.open_connection("127.0.0.1", self.to)
            pumps = [asyncio.create_task(self._up(reader, forth)), asyncio.create_task(self._down(back, writer))]
            await asyncio.wait(pumps, return_when="FIRST_COMPLETED")
            for one in (writer, forth):
                one.transport.abort()

    async def _up(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()

    async def _down(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held = b""
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                hints = HINT.findall(data) if self.lies else []
                for hint in hints:
                    data = data.replace(hint, b"", 1)
                self.told += len(hints)
                said = [] if self.drops else [h for h in hints for _ in range(self.rng.choice((0, 1, 1, 2, 3)))]
                self.rng.shuffle(said)
                if hints and not self.drops:
                    said += [_hint(self.rng.choice((b"kring:room", b"kring:lead")), self.rng.choice(FORGED))]
                    held, late = b"".join(said[:1]), held
                    said = [*said[1:], late]
                writer.write(data + b"".join(said))
                await writer.drain()


def _hint(channel: bytes, room: bytes) -> bytes:
    return b"*3\r\n$7\r\nmessage\r\n$%d\r\n%b\r\n$%d\r\n%b\r\n" % (len(channel), channel, len(room), room)


@asynccontextmanager
async def liar(port: int, to: int) -> AsyncIterator[Liar]:
    """The proxy on a port, for as long as the block lasts."""
    one = Liar(to)
    server = await asyncio.start_server(one.serve, "127.0.0.1", port)
    try:
        yield one
    finally:
        server.close()
