"""The SQLite file: opened so that what is erased is gone and what is acknowledged is durable."""

from __future__ import annotations

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import aiosqlite

from server.config import Config
from server.database import (
    NEVER,
    PATIENCE,
    SWAP,
    Database,
    Statement,
    StoreBroken,
    StoreBusy,
    StoreError,
    StoreFull,
    Swap,
    rng,
)
from server.even import instant
from server.keyring import closed, writable

T = TypeVar("T")
HOOK = 60.0  # seconds for what is done outside the file before a commit
PRAGMAS = (
    ("journal_mode", "truncate"),
    ("synchronous", 2),
    ("secure_delete", 1),
    ("busy_timeout", 2000),
    ("temp_store", 2),
)
SCHEMA = """
create table if not exists room (id text primary key, version integer not null, body blob not null) without rowid;
create table if not exists code (tag blob primary key, room text not null) without rowid;
create table if not exists expiry (room text primary key, until integer not null) without rowid;
create table if not exists pair
  (symbols blob primary key, ticket blob not null, until integer not null, room text) without rowid;
create table if not exists trial (nr integer primary key, zeros blob not null) without rowid;
"""


class SqliteFile(Database):
    """One connection to the one file."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.path = config.data / "kring.db"
        self.where = str(self.path)
        self._seen = self._turns = 0  # the file's counter of commits, and how often others' commits were found in it

    @property
    def turn(self) -> int | None:
        """A number that stays the same as long as nobody but this process writes; None when somebody did since this
        process looked, or when this process writes just now. Costs no wait."""
        return self._turns if self._counter() == self._seen else None

    def place(self) -> None:
        """The folder of the data, for this user only."""
        self.config.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        writable(self.config.data)
        closed(self.config.data)

    async def open(self) -> None:
        """Raises SystemExit with a sentence for the host when the file cannot be trusted."""
        self._claim()
        # Never closed before SQLite's own: closing any handle of a file drops the locks that this process has on it.
        self._file = os.open(self.path, os.O_RDONLY | os.O_CREAT, 0o600)
        try:
            self._aio = await aiosqlite.connect(self.path, isolation_level=None)
            try:
                await self._prepare()
            except BaseException:
                await self._aio.close()  # its thread would keep a process alive that does not serve
                raise
        except sqlite3.Error as wrong:
            raise SystemExit(f"kring: cannot open {self.path}: {wrong}") from None

    async def _prepare(self) -> None:
        """Every pragma set and read back, every table there."""
        for name, value in PRAGMAS:
            await self._aio.execute(f"pragma {name}={value}")
        for name, value in PRAGMAS:
            found = await (await self._aio.execute(f"pragma {name}")).fetchone()
            if found is None or found[0] != value:
                raise SystemExit(f"kring: SQLite does not take {name}={value}; this library cannot be used.")
        await self._aio.executescript(SCHEMA)
        # From here a write that finds the file locked gives way to the reads behind it and comes again.
        await self._aio.execute("pragma busy_timeout=20")

    def _claim(self) -> None:
        """One process per file, unless Redis lets all of them hear each other."""
        self._lock = os.open(self.config.data / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, (fcntl.LOCK_SH if self.config.redis_url else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except OSError:
            raise SystemExit(
                f"kring: another Kring uses {self.config.data}. Stop it, or set KRING_REDIS_URL for both."
            ) from None

    async def close(self) -> None:
        """Closes the file; the next process may have it."""
        await self._aio.close()
        os.close(self._file)
        os.close(self._lock)

    async def rows(self, sql: str, *values: object) -> list[Any]:
        """All rows of a question; raises StoreError."""
        return list(await self._patiently(lambda: self._aio.execute_fetchall(sql, values), instant()))

    async def version(self, room_id: str) -> tuple[int | None, int | None]:
        """As the file says it now."""
        db = self._aio._conn

        def look() -> tuple[int | None, int]:
            self._found(counter := self._counter())
            turn, row = self._turns, db.execute("select version from room where id = ?", (room_id,)).fetchone()
            # Not before the row is read is a commit that somebody died in taken back, and its number with it.
            return row and row[0], turn if self._counter() == counter else NEVER

        found: tuple[int | None, int] = await self._patiently(lambda: self._aio._execute(look), instant())  # type: ignore[no-untyped-call]
        return found

    def _counter(self) -> int:
        """How often the file was changed (SQLite's file format, 1.3.6: four bytes at 24, one more with each commit)."""
        return int.from_bytes(os.pread(self._file, 4, 24), "big")

    def _found(self, counter: int) -> None:
        if counter != self._seen:
            self._seen, self._turns = counter, self._turns + 1

    async def swap(self, swaps: Sequence[Swap], since: float) -> set[str]:
        """Each row whose version is still the one that was loaded."""

        def write(db: sqlite3.Connection) -> set[str]:
            clashed = set()
            for one in swaps:
                if not db.execute(SWAP, one.values).fetchall():
                    clashed.add(one.id)
                    continue
                for sql, values in one.beside:
                    db.execute(sql, values)
            return clashed

        return await self._durably(write, since)

    async def inside(
        self, statements: Sequence[Statement], last: Callable[[], Awaitable[None]] | None = None
    ) -> list[Any]:
        """In the connection's own thread, which waits for `last`."""
        loop = asyncio.get_running_loop()

        def all_of_them(db: sqlite3.Connection) -> list[Any]:
            found: list[Any] = []
            for sql, values in statements:
                found = db.execute(sql, values).fetchall()
            if last:
                asyncio.run_coroutine_threadsafe(_awaited(last), loop).result(HOOK)
            return found

        return await self._durably(all_of_them, instant())

    async def mark(self) -> int:
        """SQLite keeps a number for who uses the file."""
        return int((await self.rows("pragma user_version"))[0][0])

    async def make_mark(self, mark: int) -> None:
        """In that number's place."""
        await self.commit([(f"pragma user_version={mark}", ())])

    async def _durably(self, work: Callable[[sqlite3.Connection], T], since: float) -> T:
        """Runs `work` in one transaction, in the connection's own thread; raises StoreError. It runs again when another
        program held the file, until two seconds after `since` (monotonic)."""
        if not self.healthy:
            raise StoreBroken
        db = self._aio._conn  # aiosqlite's own connection: a transaction must not be cut up by awaits

        def transaction() -> T:
            db.execute("begin immediate")
            try:
                self._found(self._counter())  # from here to the commit nobody else writes
                before = db.total_changes
                result = work(db)
                db.execute("commit")
                if db.total_changes > before:  # what was there already leaves the file as it is
                    self._seen = min(self._seen + 1, self._counter())
            except BaseException:
                if db.in_transaction:
                    db.execute("rollback")
                raise
            return result

        result: T = await self._patiently(
            lambda: self._aio._execute(transaction),  # type: ignore[no-untyped-call]
            since,
        )
        self.faults.well()
        return result

    async def _patiently(self, job: Callable[[], Awaitable[T]], since: float) -> T:
        while True:
            try:
                return await job()
            except sqlite3.Error as wrong:
                if not _locked(wrong) or instant() > since + PATIENCE:
                    raise self.faults.said(self._fault(wrong)) from None
            await asyncio.sleep(rng.uniform(0.002, 0.02))  # what waits behind it goes first

    def _fault(self, wrong: sqlite3.Error) -> StoreError:
        code = getattr(wrong, "sqlite_errorcode", 0)
        if _locked(wrong):
            return StoreBusy()
        if code & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
            return StoreFull()
        if code == sqlite3.SQLITE_IOERR_WRITE:  # a quota or a limit; rolled back, unlike a flush that failed
            return StoreFull()
        if code & 0xFF == sqlite3.SQLITE_IOERR:
            self.broke.set()
            return StoreBroken()
        return StoreError()


def _locked(wrong: sqlite3.Error) -> bool:
    return getattr(wrong, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


async def _awaited(last: Callable[[], Awaitable[None]]) -> None:
    await last()
