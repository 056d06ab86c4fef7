"""The database as PostgreSQL: the same sentences, for many processes on many machines."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, TypeVar

import asyncpg

from server.database import SWAP, Database, Statement, StoreBroken, StoreError, Swap
from server.even import instant
from server.pgpool import LOST, SESSION, Connection, Pool, numbered

T = TypeVar("T")
# What lies in a row does not follow what somebody wrote: bodies are padded and sealed, and never compressed. A row has
# place beside it for its next version, and what is old is swept together soon, here and every minute by `tidy`.
SCHEMA = """
select pg_advisory_xact_lock(7021);
create table if not exists room (id text primary key, version bigint not null, body bytea not null)
  with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000,
    toast.autovacuum_vacuum_scale_factor = 0, toast.autovacuum_vacuum_threshold = 10000);
alter table room alter column body set storage external;
create table if not exists code (tag bytea primary key, room text not null);
create table if not exists expiry (room text primary key, until bigint not null) with (fillfactor = 50);
create table if not exists pair (symbols text primary key, ticket text not null, until bigint not null, room text);
create table if not exists trial (nr integer primary key, zeros bytea not null);
alter table trial alter column zeros set storage external;
create table if not exists mark (nr integer primary key check (nr = 1), value bigint not null);
"""
THERE = "select to_regclass('mark') is not null"
TIDY = "vacuum (skip_locked) room, code, expiry, pair, trial"
CLAIM = 7022  # the number of the lock by which processes know of each other; shared where all have Redis


class Postgres(Database):
    """One database, by one process. Each write is one transaction in as few exchanges as it takes: one for any number
    of rooms, four when something goes beside them."""

    def __init__(self, url: str, shared: bool) -> None:
        """`shared`: other processes may use the same database, for Redis lets them hear each other."""
        super().__init__()
        self.where = "the database of KRING_DATABASE_URL"
        self.pool = Pool(url, "KRING_DATABASE_URL", self.faults)
        self._url, self._shared = url, shared
        self._asked: dict[str, asyncio.Future[int | None]] = {}
        self._asking: asyncio.Task[None] | None = None
        self._written = False  # since the last tidying

    async def open(self) -> None:
        """Raises SystemExit with a sentence for the host when the server cannot be trusted with acts."""
        await self.pool.open()
        try:
            await self._claim()
            if not (await self.pool.read(THERE))[0][0]:
                await self.pool.write(lambda db: db.execute(SCHEMA), instant())
        except StoreError:
            await self.close()
            raise SystemExit(
                "kring: KRING_DATABASE_URL: its user may not make tables there. Make it the owner of the database."
            ) from None
        except BaseException:
            await self.close()
            raise
        self._holder = asyncio.create_task(self._hold())

    async def close(self) -> None:
        """Ends all connections, the one that holds the lock last."""
        if holder := getattr(self, "_holder", None):
            holder.cancel()
        await self.pool.close()
        if lock := getattr(self, "_lock", None):
            lock.terminate()

    async def rows(self, sql: str, *values: object) -> list[Any]:
        """As committed."""
        return await self.pool.read(sql, *values)

    async def version(self, room_id: str) -> tuple[int | None, int | None]:
        """As committed after this was asked. All who ask while the server answers others share the next question: a
        storm that comes back costs no question each."""
        future = self._asked.get(room_id)
        if future is None:
            future = self._asked[room_id] = asyncio.get_running_loop().create_future()
            future.add_done_callback(_heard)
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        return await asyncio.shield(future), None

    async def _ask(self) -> None:
        while self._asked:
            asked, self._asked = self._asked, {}
            try:
                found = dict(await self.rows("select id, version from room where id = any(?)", list(asked)))
            except Exception as wrong:  # nobody is left waiting, whatever it is
                for future in asked.values():
                    future.set_exception(wrong)
                continue
            for room_id, future in asked.items():
                future.set_result(found.get(room_id))

    async def swap(self, swaps: Sequence[Swap], since: float) -> set[str]:
        """In the order of their ids: two processes that write the same rooms never wait for each other in a ring."""
        in_order = sorted(swaps, key=lambda one: one.id)
        beside = [one for one in in_order if one.beside]

        async def write(db: Connection) -> set[str]:
            if not beside:
                return await _swapped(db, in_order)  # they are one transaction, for one answer ends them all
            async with db.transaction():
                kept = await _swapped(db, in_order)
                await _all(db, (also for one in beside if one.id in kept for also in one.beside))
            return kept

        kept = await self._durably(write, since)
        return {one.id for one in swaps} - kept

    async def inside(
        self, statements: Sequence[Statement], last: Callable[[], Awaitable[None]] | None = None
    ) -> list[Any]:
        """In a transaction of PostgreSQL's; one statement is one by itself."""

        async def write(db: Connection) -> list[Any]:
            if len(statements) == 1 and not last:
                return list(await db.fetch(numbered(statements[0][0]), *statements[0][1]))
            async with db.transaction():
                await _all(db, statements[:-1])
                found = list(await db.fetch(numbered(statements[-1][0]), *statements[-1][1]))
                if last:
                    await last()
            return found

        return await self._durably(write, instant())

    async def _durably(self, work: Callable[[Connection], Awaitable[T]], since: float) -> T:
        if not self.healthy:
            raise StoreBroken
        self._written = True
        return await self.pool.write(work, since)

    async def mark(self) -> int:
        """In a table of its own."""
        rows = await self.rows("select value from mark")
        return int(rows[0][0]) if rows else 0

    async def make_mark(self, mark: int) -> None:
        """Once; with another keyring the next start finds another one."""
        await self.commit([("insert into mark values (1, ?) on conflict do nothing", (mark,))])

    async def tidy(self) -> None:
        """Sweeps up the rows of before: a document that was changed lies there until somebody does."""
        if self._written and self.healthy:
            self._written = False
            await self.pool.aside(TIDY)

    async def _claim(self) -> None:
        """One process for one database, unless Redis lets all of them hear each other."""
        try:
            self._lock = await asyncpg.connect(self._url, timeout=5, server_settings=SESSION)
            take = "select pg_try_advisory_lock_shared($1)" if self._shared else "select pg_try_advisory_lock($1)"
            mine = await self._lock.fetchval(take, CLAIM)
        except (*LOST, asyncpg.PostgresError):
            raise StoreError from None
        if not mine:
            raise SystemExit(
                "kring: another Kring uses the database of KRING_DATABASE_URL. "
                "Stop it, or set KRING_REDIS_URL for both."
            )

    async def _hold(self) -> None:
        """The lock ends with its connection. It is taken again; where another process was faster, this one leaves."""
        while True:
            await asyncio.sleep(1)
            if self._lock.is_closed():
                with contextlib.suppress(StoreError):
                    try:
                        await self._claim()
                    except SystemExit:
                        self.broke.set()
                        return


async def _swapped(db: Connection, swaps: Sequence[Swap]) -> set[str]:
    return {row[0] for row in await db.fetchmany(numbered(SWAP), [one.values for one in swaps])}


async def _all(db: Connection, statements: Iterable[Statement]) -> None:
    """In their order; those that follow each other with the same sentence go together."""
    sentence, values = "", list[tuple[Any, ...]]()
    for sql, its in statements:
        if sql != sentence and values:
            await db.executemany(numbered(sentence), values)
            values = []
        sentence = sql
        values.append(its)
    if values:
        await db.executemany(numbered(sentence), values)


def _heard(future: asyncio.Future[int | None]) -> None:
    """Whoever asked may have gone; what came of it is no fault then."""
    if not future.cancelled():
        future.exception()
