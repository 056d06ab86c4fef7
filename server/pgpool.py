"""Connections to one PostgreSQL database. Each is asked, before it is used, whether what it confirms is durable."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import lru_cache
from typing import Any, TypeVar

import asyncpg
from asyncpg import exceptions as pg

from server.database import PATIENCE, Faults, StoreAway, StoreBroken, StoreBusy, StoreError, StoreFull, StoreUnsure, rng
from server.even import instant

T = TypeVar("T")
Connection = Any  # asyncpg.Connection, or the pool's proxy of one
CONNECTIONS = 8  # of one process: one writes for all, the others read
ANSWER = 5.0  # seconds for an answer; then it is not known what came of it
OLDEST = 130_000  # PostgreSQL 13: what is older is no longer mended
SESSION = {  # asked for by each connection, whatever the server, the database or the role says
    "application_name": "kring",
    "synchronous_commit": "on",
    "default_transaction_isolation": "read committed",
    "lock_timeout": "2000",
    "idle_in_transaction_session_timeout": "10000",
    "jit": "off",
}
MUST = {  # and read back: without these a confirmed act can be gone
    "synchronous_commit": "on",
    "fsync": "on",
    "full_page_writes": "on",
    "default_transaction_isolation": "read committed",
    "transaction_read_only": "off",
}
ASKED = (
    "select name, setting from pg_settings "
    "where name in ('synchronous_commit', 'fsync', 'full_page_writes', 'default_transaction_isolation', "
    "'transaction_read_only', 'server_version_num')"
)
AGAIN = (pg.SerializationError, pg.DeadlockDetectedError)  # rolled back, and to be done again
HELD = (pg.LockNotAvailableError,)
FULL = (pg.DiskFullError, pg.ReadOnlySQLTransactionError)
LOST = (OSError, TimeoutError, pg.InterfaceError, pg.InternalClientError)


class Untrusted(Exception):
    """This server does not keep what it confirms, or is too old; the text says which setting and what to do."""


class Pool:
    """The connections that one process has to one database; `setting` is where its address stands."""

    def __init__(self, url: str, setting: str, faults: Faults) -> None:
        self.url, self.setting, self.faults = url, setting, faults

    async def open(self) -> None:
        """Raises SystemExit with a sentence for the host when the server cannot be reached, or not be trusted."""
        try:
            self._pool = await asyncpg.create_pool(
                self.url,
                min_size=1,
                max_size=CONNECTIONS,
                timeout=ANSWER,
                init=self._trusted,
                reset=_nothing,  # a session of ours has nothing to forget, and a question less for every answer
                server_settings=SESSION,
            )
        except Untrusted as wrong:
            raise SystemExit(f"kring: {self.setting}: {wrong}") from None
        except (*LOST, pg.PostgresError, ValueError) as wrong:
            raise SystemExit(f"kring: {self.setting}: cannot use PostgreSQL: {_why(wrong)}") from None

    async def close(self) -> None:
        """Ends all connections."""
        with contextlib.suppress(*LOST, pg.PostgresError):
            async with asyncio.timeout(ANSWER):
                await self._pool.close()
        self._pool.terminate()

    async def read(self, sql: str, *values: object) -> list[Any]:
        """All rows of a question, asked again while the server comes back; raises StoreError."""
        since = instant()
        while True:
            try:
                return await self._once(lambda db: db.fetch(numbered(sql), *values), since)
            except StoreUnsure:  # to ask twice does no harm
                if instant() > since + PATIENCE:
                    raise self.faults.said(StoreAway()) from None

    async def write(self, work: Callable[[Connection], Awaitable[T]], since: float) -> T:
        """Does what commits. What was surely rolled back, or never sent, is tried again until two seconds after `since`
        (monotonic). Raises StoreUnsure when the connection is lost while the server works: the commit may have been
        made, and may even come yet. Nobody is told yes then; whoever comes again meets the stored version, in which
        what came through has its place, and every verb may be done twice."""
        while True:
            try:
                done = await self._once(work, since)
                self.faults.well()
                return done
            except AGAIN:
                if instant() > since + PATIENCE:
                    raise self.faults.said(StoreBusy()) from None
                await asyncio.sleep(rng.uniform(0.002, 0.02))
            except StoreUnsure as unsure:
                raise self.faults.said(unsure) from None

    async def aside(self, sql: str) -> bool:
        """Does what nobody waits for and what may fail, outside any transaction; whether it was done."""
        with contextlib.suppress(StoreError, *LOST, pg.PostgresError):
            async with self._connection(instant()) as db:
                await db.execute(sql)
                return True
        return False

    async def _once(self, work: Callable[[Connection], Awaitable[T]], since: float) -> T:
        async with self._connection(since) as db:
            try:
                async with asyncio.timeout(ANSWER):
                    return await work(db)
            except AGAIN:
                raise
            except pg.PostgresError as wrong:
                if wrong.severity_en != "ERROR":  # the server ended the connection, at whatever moment
                    _drop(db)
                    raise StoreUnsure from None
                raise self.faults.said(_named(wrong)) from None
            except LOST:
                _drop(db)
                raise StoreUnsure from None
            except asyncio.CancelledError:
                _drop(db)  # whoever asked has gone, in the middle of something
                raise

    @contextlib.asynccontextmanager
    async def _connection(self, since: float) -> AsyncIterator[Connection]:
        """One that is alive. Whoever finds none waits, until two seconds after `since`."""
        while True:
            try:
                db = await self._pool.acquire(timeout=max(since + PATIENCE - instant(), 0.05))
                break
            except Untrusted:
                self.faults.broke.set()  # a start says which setting it is
                raise self.faults.said(StoreBroken()) from None
            except (*LOST, pg.PostgresError):
                if instant() > since + PATIENCE:
                    raise self.faults.said(StoreAway()) from None
            await asyncio.sleep(rng.uniform(0.02, 0.1))
        try:
            yield db
        finally:
            with contextlib.suppress(*LOST, pg.PostgresError):
                await self._pool.release(db)

    async def _trusted(self, db: Connection) -> None:
        """Raises Untrusted."""
        found = dict(await db.fetch(ASKED))
        if int(found.pop("server_version_num", OLDEST)) < OLDEST:
            raise Untrusted("this PostgreSQL is older than 13; use a newer one.")
        if found.get("transaction_read_only") == "on":
            raise Untrusted("this PostgreSQL only reads (a standby?); give the address of the one that writes.")
        for name, value in MUST.items():
            if found.get(name) != value:
                raise Untrusted(
                    f"{name} is {found.get(name)!r}; what was confirmed could be gone after a crash. "
                    f"Set {name} = {value} on that server."
                )


@lru_cache
def numbered(sql: str) -> str:
    """The same sentence with PostgreSQL's signs for values: $1, $2 for each `?`."""
    count = itertools.count(1)
    return "".join(f"${next(count)}" if sign == "?" else sign for sign in sql)


def _named(wrong: pg.PostgresError) -> StoreError:
    if isinstance(wrong, FULL):
        return StoreFull()
    return StoreBusy() if isinstance(wrong, HELD) else StoreError()


def _why(wrong: Exception) -> str:
    """Without the address: it may hold a password."""
    return f"{type(wrong).__name__}: {wrong}" if isinstance(wrong, OSError | pg.PostgresError) else type(wrong).__name__


def _drop(db: Connection) -> None:
    """Ends a connection of which nobody knows what it does; the pool may have seen its end before."""
    with contextlib.suppress(pg.InterfaceError):
        db.terminate()


async def _nothing(_: Connection) -> None:
    """In place of a question that would reset the session."""
