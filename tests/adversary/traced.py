"""Rooms on a server under a tracer, with a Redis whose every word is kept: what was written and said, act by act.

The files are not a list: they are all that the process and its children opened, made, wrote or removed. A tracer makes
a server slow, so nobody measures times here.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import sqlite3
import sys
from pathlib import Path
from random import Random

from tests.adversary.onhost import DATABASE
from tests.adversary.rooms import Deed, How, Trace, Write, play
from tests.conftest import ROOT, Server
from tests.sweep import trace
from tests.sweep.redis import CarelessRedis

PAGE = 4096  # bytes, of SQLite
SILENCE = 0.2  # seconds
_SAID = re.compile(rb'^\+(\d+\.\d+) \[[^\]]*\] (".*")\r?$', re.M)
_WORD = re.compile(rb'"((?:[^"\\]|\\.)*)"')


def rooms(root: Path, many: int, seed: int, *leaks: str) -> list[Trace]:
    """So many rooms on one server that is traced, with these leaks planted."""
    return asyncio.run(_rooms(root, many, Random(seed), *leaks, whole=True))


def beginnings(root: Path, many: int, seed: int, *leaks: str) -> list[Trace]:
    """The same, of rooms that go no further than the vote."""
    return asyncio.run(_rooms(root, many, Random(seed), *leaks, whole=False))


async def _rooms(root: Path, many: int, rng: Random, *leaks: str, whole: bool) -> list[Trace]:
    root.mkdir(parents=True)
    redis = await CarelessRedis(root / "redis").start().ready()
    redis.listen()
    try:
        server, prefix = Server(root / "data", KRING_REDIS_URL=redis.url), root / "trace"
        program = [sys.executable, "-m", "tests.adversary.planted", "no_budgets", *leaks]
        server.command = trace.command(prefix, program, times=True)
        said = root / "redis" / "monitor.txt"
        try:
            await server.start()
            played = [await play(server, rng, How(whole=whole, settled=Still(said))) for _ in range(many)]
        finally:
            server.stop()
    finally:
        redis.kill()
    found = trace.read(prefix, ROOT)
    for path in root.glob(f"{prefix.name}.*"):
        path.unlink()  # some fifty megabytes a room
    assert found.unseen == set(), "the trace cannot read everything"
    _tell(played, found.events, _said(said.read_bytes()))
    return played


class Still:
    """Waits until an act was told to Redis, as each is, and nothing more is said: hints come after the answer."""

    def __init__(self, said: Path) -> None:
        self.said, self.told = said, 0

    async def __call__(self) -> None:
        while self.told == (told := self.said.read_bytes().count(b'"PUBLISH"')):
            await asyncio.sleep(SILENCE)  # polls for a sign: that something is said
        size = -1
        while size != (size := self.said.stat().st_size):
            await asyncio.sleep(SILENCE)  # and for one that nothing is any more
        self.told = max(told, self.said.read_bytes().count(b'"PUBLISH"'))


def _said(monitored: bytes) -> list[tuple[float, tuple[bytes, ...]]]:
    """When what was said to Redis."""
    return [(float(line[1]), tuple(w[1] for w in _WORD.finditer(line[2]))) for line in _SAID.finditer(monitored)]


def _tell(played: list[Trace], events: list[trace.Event], said: list[tuple[float, tuple[bytes, ...]]]) -> None:
    """Joins what was written and said to the acts after which it was."""
    disk = Disk()
    n = 0
    for one in played:
        for part in one.parts():
            for name in part.order:
                begun, over = (at + one.clock for at in part.spans[name])
                while n < len(events) and events[n].at < begun:
                    disk.take(events[n])
                    n += 1
                disk.pages_before.clear()
                deed = part.deeds[name] = Deed(said=[words for at, words in said if begun <= at < over])
                while n < len(events) and events[n].at < over:
                    disk.take(events[n])
                    deed.writes.append(_write(events[n]))
                    n += 1
                deed.rows = disk.row(one.alias, before=True), disk.row(one.alias)


def _write(event: trace.Event) -> Write:
    return Write(event.path, len(event.body), b"" if event.path.endswith(DATABASE) else event.body)


class Disk:
    """The database as the writes make it, and the pages that its journal kept of before."""

    def __init__(self) -> None:
        self.image = bytearray()
        self.pages_before: dict[int, bytes] = {}
        self._numbers: dict[int, int] = {}

    def take(self, event: trace.Event) -> None:
        """One write."""
        if event.path.endswith(DATABASE[1]):
            if len(event.body) == 4:  # before a page stands its number, behind it a sum of its bytes
                self._numbers[event.offset] = int.from_bytes(event.body, "big")
            elif len(event.body) == PAGE:
                self.pages_before.setdefault(self._numbers[event.offset - 4], event.body)
        elif event.path.endswith(DATABASE[0]) and event.offset >= 0:
            self.image.extend(b"\0" * (event.offset + len(event.body) - len(self.image)))
            self.image[event.offset : event.offset + len(event.body)] = event.body

    def row(self, alias: str, *, before: bool = False) -> bytes:
        """A room's sealed row, as it is or, with the journal, as it was."""
        image = bytearray(self.image)
        for page, body in self.pages_before.items() if before else ():
            image[(page - 1) * PAGE : page * PAGE] = body
        with contextlib.closing(sqlite3.connect(":memory:")) as db:
            db.deserialize(bytes(image))
            return bytes(db.execute("select body from room where id = ?", (alias,)).fetchone()[0])
