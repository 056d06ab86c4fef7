"""Faults planted in the product for the controls: each suite must find the one that is its own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rooms import choosing, flow, writing
from rooms.room import this_round, with_round
from server import actions, app, database, documents, feed, postgres, roomfeed, sqlitefile, steady, sweep
from tests.adversary.faults import doubled_questions, early_answers


def stale_wins() -> None:
    """Whatever revision comes last stands."""
    lay, cast = writing.lay, choosing.cast

    def leaky_lay(room: Any, by: str, tag: str, *rest: Any) -> Any:
        papers = {k: v for k, v in this_round(room).papers.items() if k != tag}
        return lay(with_round(room, papers=papers), by, tag, *rest)

    def leaky_cast(room: Any, by: str, tag: str, *rest: Any) -> Any:
        ballots = {k: v for k, v in this_round(room).ballots.items() if k != tag}
        return cast(with_round(room, ballots=ballots), by, tag, *rest)

    writing.lay, choosing.cast = leaky_lay, leaky_cast


def counted_twice() -> None:
    """Closing a vote counts every ballot twice."""
    count = choosing._count

    def leaky(room: Any) -> Any:
        once = count(room)
        return with_round(once, tally={case: 2 * n for case, n in this_round(once).tally.items()})

    choosing._count = leaky


def every_skip_moves() -> None:
    """A leader's move counts, whatever step it was meant for."""
    skip = flow.skip
    flow.skip = lambda room, by, at, now, rng: skip(room, by, flow.pointer(room), now, rng)


def hint_is_state() -> None:
    """What is in memory is believed until a hint comes: the store is not asked."""
    load = documents.Documents.load

    async def leaky(self: Any, room_id: str) -> Any:
        return self._cache.get(room_id) or await load(self, room_id)

    def heard(self: Any, alias: str) -> None:
        self.store._documents.forget(alias)
        changed(self, alias)

    changed = feed.Feed.changed
    documents.Documents.load, feed.Feed.changed = leaky, heard  # type: ignore[method-assign]


def last_write_lost() -> None:
    """Two processes: who writes last wins, whatever the other wrote since."""
    sqlitefile.SWAP = sqlitefile.SWAP.replace(" and version = ?", " and version >= ? - 1000000")


def commits_later() -> None:
    """PostgreSQL: an act is acknowledged while its commit is under way."""
    swap = postgres.Postgres.swap

    async def leaky(self: Any, swaps: Any, since: float) -> set[str]:
        before = self.__dict__.get("later")

        async def later() -> None:
            if before:
                await before
            with contextlib.suppress(database.StoreError):
                await swap(self, swaps, since)

        self.later = asyncio.create_task(later())
        return set()

    async def version(self: Any, room_id: str) -> Any:
        await self.later if "later" in self.__dict__ else None
        return await known(self, room_id)

    known = postgres.Postgres.version
    postgres.Postgres.swap, postgres.Postgres.version = leaky, version  # type: ignore[method-assign]


def unsure_is_yes() -> None:
    """PostgreSQL: a connection that was lost during a commit counts as a commit."""
    swap = postgres.Postgres.swap

    async def leaky(self: Any, swaps: Any, since: float) -> set[str]:
        with contextlib.suppress(database.StoreUnsure):
            return await swap(self, swaps, since)
        return set()

    postgres.Postgres.swap = leaky  # type: ignore[method-assign]


def settable_clock() -> None:
    """The machine's clock is ahead by the seconds in a file, and what is kept is swept all the time."""
    file, wall = Path(os.environ["KRING_DATA"]).with_name("clock"), time.time_ns

    def ahead() -> int:
        return wall() + (int(file.read_text() or 0) if file.exists() else 0) * 1_000_000_000

    time.time_ns = ahead
    once = sweep.sweep_once

    async def hasty(store: Any, bus: Any) -> None:
        while True:
            under = file.read_text() if file.exists() else ""
            with contextlib.suppress(database.StoreError):
                await once(store, bus, sweep.now_ms())
                file.with_name("swept").write_text(under)
            await asyncio.sleep(0.1)

    app.sweep = hasty


def clock_believed() -> None:
    """Whatever the machine's clock says is the time."""
    steady.Steady.now = lambda self: self._wall()  # type: ignore[method-assign]
    for module in (sweep, actions, roomfeed):
        module.now_ms = lambda: time.time_ns() // 1_000_000  # type: ignore[attr-defined]


def loop_measured() -> None:
    """Every ten milliseconds: by how many the loop came late, into a file beside the data. One that stood still comes
    late for all that it missed."""
    file, once = Path(os.environ["KRING_DATA"]).with_name("loop"), app.sweep

    async def measure() -> None:
        due = time.monotonic()
        with file.open("a", buffering=1) as out:
            while True:
                due += 0.01
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                print(f"{(time.monotonic() - due) * 1000:.2f}", file=out)

    async def beside(store: Any, bus: Any) -> None:
        await asyncio.gather(once(store, bus), measure())

    app.sweep = beside


def loop_waits() -> None:
    """Whoever meets a locked file waits for it in the loop itself."""
    patiently = sqlitefile.SqliteFile._patiently

    async def leaky(self: Any, job: Any, since: float) -> Any:
        async def waits() -> Any:
            try:
                return await job()
            except sqlite3.Error:
                time.sleep(0.5)
                raise

        return await patiently(self, waits, since)

    sqlitefile.SqliteFile._patiently = leaky  # type: ignore[method-assign]


ALL: dict[str, Callable[[], None]] = {
    f.__name__: f
    for f in (
        early_answers,
        doubled_questions,
        stale_wins,
        counted_twice,
        every_skip_moves,
        hint_is_state,
        last_write_lost,
        commits_later,
        unsure_is_yes,
        settable_clock,
        clock_believed,
        loop_measured,
        loop_waits,
    )
}
