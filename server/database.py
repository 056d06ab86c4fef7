"""The SQLite file: opened so that what is erased is gone and what is acknowledged is durable; faults have names."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import logging
import os
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from random import SystemRandom
from typing import Any, TypeVar

import aiosqlite

from server.config import Config
from server.even import instant
from server.i18n import N_

T = TypeVar("T")
log = logging.getLogger("kring")
_rng = SystemRandom()
PATIENCE = 2.0  # seconds an act or a page waits for a database that another program holds
Statement = tuple[str, tuple[Any, ...]]
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
TRIAL: Statement = (
    "insert or replace into trial values (1, randomblob(16384))",
    (),
)  # as much as the smallest document


NEVER = -1  # no turn


class StoreError(Exception):
    """Nothing was acknowledged. `person` is for the screen, `event` for the log of who runs the server."""

    person = N_("Dit kon niet worden bewaard. Wat je schreef, staat nog op je toestel. Probeer het zo nog eens.")
    event = "store_refused"


class StoreBusy(StoreError):
    """Another program holds the database for more than two seconds."""

    event = "store_locked"


class StoreFull(StoreError):
    """The disk is full or cannot be written; reading goes on, and so does writing once it can be."""

    person = N_(
        "De server kan nu niets bewaren. Wat je schreef, staat nog op je toestel. Zeg het tegen wie Kring beheert."
    )
    event = "store_full"


class StoreBroken(StoreError):
    """A flush failed: nothing can be promised any more until a restart."""

    person = N_("De server kan niets meer bewaren en moet opnieuw starten. Wat je schreef, staat nog op je toestel.")
    event = "store_broken"


class Damaged(StoreError):
    """The room's document does not open: damaged, or its key is missing."""

    person = N_("Deze kring is niet meer te lezen. Zeg het tegen wie Kring beheert.")
    event = "room_damaged"


class Database:
    """One connection to the one file. Every write is one transaction, durable when it returns."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.path = config.data / "kring.db"
        self.broke = asyncio.Event()
        self._told = ""
        self._seen = self._turns = 0  # the file's counter of commits, and how often others' commits were found in it

    @property
    def turn(self) -> int | None:
        """A number that stays the same as long as nobody but this process writes; None when somebody did since this
        process looked, or when this process writes just now. Costs no wait."""
        return self._turns if self._counter() == self._seen else None

    @property
    def healthy(self) -> bool:
        """Whether this process may still promise anything; False for ever after a flush that failed."""
        return not self.broke.is_set()

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

    async def looked(self, sql: str, *values: object) -> tuple[list[Any], int]:
        """All rows of a question, and the `turn` in which they were read; raises StoreError."""
        db = self._aio._conn

        def look() -> tuple[list[Any], int]:
            self._found(counter := self._counter())
            turn, rows = self._turns, db.execute(sql, values).fetchall()
            # Not before the rows are read is a commit that somebody died in taken back, and its number with it.
            return rows, turn if self._counter() == counter else NEVER

        found: tuple[list[Any], int] = await self._patiently(lambda: self._aio._execute(look), instant())  # type: ignore[no-untyped-call]
        return found

    def _counter(self) -> int:
        """How often the file was changed (SQLite's file format, 1.3.6: four bytes at 24, one more with each commit)."""
        return int.from_bytes(os.pread(self._file, 4, 24), "big")

    def _found(self, counter: int) -> None:
        if counter != self._seen:
            self._seen, self._turns = counter, self._turns + 1

    async def commit(self, statements: Sequence[Statement]) -> None:
        """All of these in one transaction, or none; raises StoreError."""

        def all_of_them(db: sqlite3.Connection) -> None:
            for sql, values in statements:
                db.execute(sql, values)

        await self.inside(all_of_them)

    async def try_commit(self) -> None:
        """Commits as much as an act does, and nothing that means anything; raises StoreError. A disk that is full or
        cannot be written still reads, so that only a commit tells."""
        await self.commit([TRIAL])

    async def inside(self, work: Callable[[sqlite3.Connection], T], since: float | None = None) -> T:
        """Runs `work` in one transaction, in the connection's own thread; raises StoreError. It runs again when another
        program held the file, until two seconds after `since` (monotonic; now)."""
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
            instant() if since is None else since,
        )
        self._tell("store_here" if self._told else "")
        return result

    def refused(self, wrong: OSError) -> StoreError:
        """What it means that a key could not be written or destroyed."""
        if wrong.errno == errno.EIO:
            self.broke.set()
        error = StoreFull() if self.healthy else StoreBroken()
        self._tell(error.event)
        return error

    async def _patiently(self, job: Callable[[], Awaitable[T]], since: float) -> T:
        while True:
            try:
                return await job()
            except sqlite3.Error as wrong:
                if not _locked(wrong) or instant() > since + PATIENCE:
                    raise self._named(wrong) from None
            await asyncio.sleep(_rng.uniform(0.002, 0.02))  # what waits behind it goes first

    def _named(self, wrong: sqlite3.Error) -> StoreError:
        error = self._fault(wrong)
        self._tell(error.event)
        return error

    def _tell(self, event: str) -> None:
        """Tells the host when a fault begins and ends. Not once per act: that would be a list of when people acted."""
        if event and event != self._told:
            log.log(logging.INFO if event == "store_here" else logging.ERROR, event)
            self._told = "" if event == "store_here" else event

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
