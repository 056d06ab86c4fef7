"""What no attack may do: change the room, stop the server, grow it, keep honest people waiting, or get into its log."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from server.person import Person
from tests.conftest import Server

MARK = "KANARIE7731"  # in what attackers say
HONEST = 5.0  # s an honest person waits at most, where other tests run beside this one
GROWTH = 10_240  # kB
BEAT = 5.0  # s of the clock after which every room looks at the store, so that a lost hint is healed
HINTED = 3.0  # s that somebody who was hinted to may take, and that nobody takes who waits for the beat
MASKED = re.compile(r'name="(csrf|op)" value="[^"]*"')


class Ground:
    """A circle on a server: Fay leads, Owen and Cora take part. Nothing in it changes by itself."""

    def __init__(self, server: Server, lead: Person, owen: Person, cora: Person) -> None:
        self.server, self.lead, self.owen, self.cora = server, lead, owen, cora

    @property
    def port(self) -> int:
        return self.server.port

    async def looks(self) -> str:
        """The room as an honest person finds it."""
        return MASKED.sub("", await self.owen.page())

    def memory(self, field: str = "VmRSS") -> int:
        """What the server holds, in kB."""
        assert self.server.process
        text = Path(f"/proc/{self.server.process.pid}/status").read_text()
        return int(re.search(rf"{field}:\s+(\d+)", text)[1])  # type: ignore[index]


async def ground(server: Server) -> Ground:
    lead = await _anew(server).begin("Mentoren", "Fay", method="five-step")
    return Ground(server, lead, *[await _anew(server).join(lead.code, name) for name in ("Owen", "Cora")])


async def after_a_beat() -> float:
    """Waits until a beat is just over and the next is far; that moment, as the monotonic clock has it."""
    while not 0.3 < time.time() % BEAT < BEAT - HINTED - 0.5:
        await asyncio.sleep(0.05)  # polls the clock that the server's beats follow
    return time.monotonic()


def _anew(server: Server) -> Person:
    """Somebody who comes in anew each time: on a kept line they could meet an impatient server that just ends it."""
    one = Person(server.url)
    one.http.headers["connection"] = "close"
    return one


@asynccontextmanager
async def unharmed(place: Ground, flat: bool = False, wait: float = HONEST) -> AsyncIterator[None]:
    """Around an attack: afterwards all is as before, meanwhile somebody honest was served within `wait` seconds.
    `flat`: memory is as before too."""
    before, log, base = await place.looks(), place.server.log.stat().st_size, place.memory()
    honest = asyncio.create_task(_goes_on(place, wait))
    try:
        yield
    finally:
        honest.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await honest
    assert await place.looks() == before
    assert place.server.log.read_bytes()[log:].decode() == "", "strangers can fill the log"
    if flat:
        assert place.memory() - base < GROWTH, "memory is not given back"


async def _goes_on(place: Ground, wait: float) -> None:
    while True:
        began = time.monotonic()
        answer = await place.cora.http.get(f"/r/{place.cora.alias}")
        assert answer.status_code == 200
        assert time.monotonic() - began < wait, "an honest person waits"
        await asyncio.sleep(0.1)  # an honest person's pace
