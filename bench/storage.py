"""The storage layer alone: votes that are acknowledged as durable, by people who wait for each; beside it bare SQLite.

Bare SQLite keeps one row per vote, in clear, and knows no rule: it is what the same disk and interpreter can do."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import uvloop

from bench.kring import Made, made
from bench.machine import BUILD, SERVER
from rooms import choosing, tags
from server import identity
from server.config import Config
from server.keyring import Keyring
from server.sqlitefile import PRAGMAS
from server.store import Store

Vote = Callable[[int, int], Awaitable[object]]  # of whom, and how manieth of theirs; returns once it is durable
UPSERT = "insert or replace into vote values (?, ?)"


def store(people: int = 1000, seconds: float = 3.0) -> dict[str, Any]:
    """Votes per second, and the wait for one: of the store, all in one room; of one person alone there; of rows in
    SQLite that share a commit; and of rows with a commit each. One after the other, on the server's core."""
    with _on_the_servers_core():
        kept, alone = uvloop.run(_of_the_store(people, seconds))
        rows = uvloop.run(_of_rows(people, seconds, together=True))
        each = uvloop.run(_of_rows(people, seconds, together=False))
    return {
        "people": people, "verbs_per_s": kept["per_s"], "p50_ms": kept["p50_ms"], "p99_ms": kept["p99_ms"],
        "alone_p50_ms": alone["p50_ms"], "alone_p99_ms": alone["p99_ms"],
        **{f"rows_{key}": value for key, value in rows.items()},
        **{f"each_{key}": value for key, value in each.items()},
        "ratio_to_rows": kept["per_s"] / rows["per_s"], "ratio_to_each": kept["per_s"] / each["per_s"],
    }  # fmt: skip


@contextmanager
def _on_the_servers_core() -> Iterator[None]:
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {int(SERVER)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


async def _of_the_store(people: int, seconds: float) -> tuple[dict[str, float], dict[str, float]]:
    one = made("ro0m", people, "vote")
    with tempfile.TemporaryDirectory(dir=BUILD) as folder:
        config = Config.from_env({"KRING_DATA": str(Path(folder) / "data")})
        kept = Store(config, Keyring(config.keyring))
        await kept.open()
        await kept.create(one.room)
        many = await _voting(_ballots(kept, one), range(1, people + 1), seconds)
        alone = await _voting(_ballots(kept, one, after=1_000_000), range(1, 2), seconds / 3)
        await kept.close()
    return many, alone


def _ballots(kept: Store, one: Made, after: int = 0) -> Vote:
    """Everybody changes their ballot again and again; `after`: revisions that are taken already."""
    signs = [tags.vote(partial(identity.tag, secret), one.room) for secret in one.secrets]

    def cast(who: int, nth: int) -> Coroutine[Any, Any, object]:
        dots = {one.cases[(who + nth) % len(one.cases)]: 1 + nth % 3}
        return kept.change(one.alias, choosing.cast, one.seats[who], signs[who], after + nth, dots)

    return cast


async def _of_rows(people: int, seconds: float, *, together: bool) -> dict[str, float]:
    with tempfile.TemporaryDirectory(dir=BUILD) as folder:
        rows = Rows(Path(folder) / "votes.db", together=together)
        found = await _voting(rows.cast, range(people), seconds)
        await rows.close()
    return found


class Rows:
    """Votes in a table, durable as Kring's file is. `together`: all that came while a commit ran share the next."""

    def __init__(self, path: Path, *, together: bool) -> None:
        self._together = together
        self._thread = ThreadPoolExecutor(1)
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for name, value in PRAGMAS:
            self._db.execute(f"pragma {name}={value}")
        self._db.execute("create table vote (who integer primary key, vote blob not null) without rowid")
        self._waiting: list[tuple[tuple[int, bytes], asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def cast(self, who: int, nth: int) -> None:
        """Returns once this vote is durable."""
        told: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(((who, b"%032d" % nth), told))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        await told

    async def close(self) -> None:
        """Closes the file once nothing waits."""
        if self._writer:
            await self._writer
        self._thread.shutdown()
        self._db.close()

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            share = len(self._waiting) if self._together else 1
            now, self._waiting = self._waiting[:share], self._waiting[share:]
            await loop.run_in_executor(self._thread, self._commit, [row for row, _ in now])
            for _, told in now:
                told.set_result(None)

    def _commit(self, rows: list[tuple[int, bytes]]) -> None:
        self._db.execute("begin immediate")
        self._db.executemany(UPSERT, rows)
        self._db.execute("commit")


async def _voting(vote: Vote, people: range, seconds: float) -> dict[str, float]:
    """Everybody votes and, once that is acknowledged, votes again."""
    waits: list[float] = []
    began = time.perf_counter()

    async def voter(who: int) -> None:
        nth = 0
        while (since := time.perf_counter()) < began + seconds:
            nth += 1
            await vote(who, nth)
            waits.append(time.perf_counter() - since)

    await asyncio.gather(*(voter(who) for who in people))
    took = time.perf_counter() - began
    waits.sort()
    return {"per_s": len(waits) / took, **{f"p{p}_ms": waits[int((len(waits) - 1) * p / 100)] * 1000 for p in (50, 99)}}
