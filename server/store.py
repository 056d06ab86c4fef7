"""Rooms in SQLite: sealed documents, compare-and-set, and one commit for all that waits."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import hashlib
import hmac
import os
import sqlite3
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import aiosqlite
from msgspec.structs import replace

from server.config import Config
from server.i18n import N_
from server.keyring import KeyMissing, Keyring
from server.sealing import Unreadable, seal, unseal

R = TypeVar("R")
CACHE = 500
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
"""


class NoRoom(Exception):
    """There is no such room, or no more."""


class StoreError(Exception):
    """Nothing was acknowledged. `person` is for the screen, `host` for who runs the server."""

    person = N_("Dit kon niet worden bewaard. Wat je schreef, staat nog op je toestel. Probeer het zo nog eens.")
    host = "the store refused a write"


class StoreBusy(StoreError):
    """Another program holds the database for more than two seconds."""

    host = "the database file is locked by another program"


class StoreFull(StoreError):
    """The disk is full or read-only; reading goes on, and so does writing once there is space."""

    person = N_("De server kan nu niets bewaren. Wat je schreef, staat nog op je toestel. De host moet ruimte maken.")
    host = "the disk is full, or the data directory cannot be written"


class StoreBroken(StoreError):
    """A flush failed: nothing can be promised any more until a restart."""

    person = N_("De server kan niets meer bewaren en moet opnieuw starten. Wat je schreef, staat nog op je toestel.")
    host = "a flush to disk failed; restart after checking the disk"


class Damaged(StoreError):
    """The room's document does not open: damaged, or its key is missing."""

    person = N_("Deze kring is niet meer te lezen. Zeg het tegen wie Kring beheert.")
    host = "a room's document is damaged or its key is not in the keyring"


class Store(Generic[R]):
    """All rooms of one database. `change` acknowledges only what is durable."""

    def __init__(
        self, config: Config, keyring: Keyring, kind: type[R], due: Callable[[R], int | None] = lambda _: None
    ) -> None:
        """`due` says when (ms) a room's time comes; it is written in the commit that changes it."""
        self.config, self.keyring, self.kind, self.due = config, keyring, kind, due
        self.path = config.data / "kring.db"
        self.healthy = True
        self._cache: OrderedDict[str, R] = OrderedDict()
        self._keys: dict[str, bytes] = {}
        self._waiting: dict[str, list[tuple[asyncio.Future[R], Callable[..., R], tuple[Any, ...], dict[str, Any]]]] = {}
        self._wake = asyncio.Event()

    async def open(self) -> None:
        """Opens the database; raises SystemExit with a sentence for the host when it cannot be trusted."""
        try:
            self.config.data.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.keyring.open()
            self._lock = os.open(self.config.data / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as wrong:
            raise SystemExit(
                f"kring: cannot write {wrong.filename}: {wrong.strerror}. Check KRING_DATA and KRING_KEYRING."
            ) from None
        if not self.config.redis_url:
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise SystemExit(
                    f"kring: another Kring uses {self.config.data}. Stop it, or set KRING_REDIS_URL for both."
                ) from None
        try:
            self._db = await aiosqlite.connect(self.path, isolation_level=None)
            for name, value in PRAGMAS:
                await self._db.execute(f"pragma {name}={value}")
            for name, value in PRAGMAS:
                found = await (await self._db.execute(f"pragma {name}")).fetchone()
                if found is None or found[0] != value:
                    raise SystemExit(f"kring: SQLite does not take {name}={value}; this library cannot be used.")
            await self._db.executescript(SCHEMA)
        except sqlite3.Error as wrong:
            raise SystemExit(f"kring: cannot open {self.path}: {wrong}") from None
        self._pepper = self.keyring.pepper()
        self._writer = asyncio.create_task(self._write_for_ever())

    async def close(self) -> None:
        """Commits what waits, then closes."""
        while self._waiting:
            self._wake.set()
            await asyncio.sleep(0.005)
        self._writer.cancel()
        await self._db.close()
        os.close(self._lock)

    async def create(self, room: R, until: int = 0) -> None:
        """A new room, to be erased at `until` (ms) if nothing ever happens in it; its key is on disk first."""
        key = self.keyring.create(room.id)  # type: ignore[attr-defined]
        self._keys[room.id] = key  # type: ignore[attr-defined]
        room = replace(room, version=1)  # type: ignore[type-var]
        body = seal(room, key, room.id, 1)  # type: ignore[attr-defined]
        await self._commit(
            [("insert into room values (?, 1, ?)", (room.id, body))]  # type: ignore[attr-defined]
            + self._recode(room.id, room.code)  # type: ignore[attr-defined]
            + ([_expiry(room.id, until)] if until else [])  # type: ignore[attr-defined]
        )
        self._remember(room)

    async def load(self, room_id: str) -> R:
        """The newest committed room: the cached one if its version is still the stored one."""
        cursor = await self._run("select version from room where id = ?", (room_id,))
        row = cursor[0] if cursor else None
        if row is None:
            self._forget(room_id)
            raise NoRoom(room_id)
        cached = self._cache.get(room_id)
        if cached is not None and cached.version == row[0]:  # type: ignore[attr-defined]
            self._cache.move_to_end(room_id)
            return cached
        return await self._read(room_id)

    async def change(self, room_id: str, verb: Callable[..., R], *args: Any, **named: Any) -> R:
        """Applies a verb and returns the room as committed. Raises what the verb raises, NoRoom, or StoreError."""
        if not self.healthy:
            raise StoreBroken
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(room_id, []).append((future, verb, args, named))
        self._wake.set()
        return await asyncio.shield(future)

    async def find(self, code: str) -> str | None:
        """The room a code leads to."""
        rows = await self._run("select room from code where tag = ?", (self._code(code),))
        return rows[0][0] if rows else None

    async def erase(self, room_id: str) -> None:
        """The room's key first, then its rows: what any backup holds of it stays shut."""
        self.keyring.destroy(room_id)
        self._forget(room_id)
        await self._commit(
            [
                (f"delete from {table} where {column} = ?", (room_id,))  # noqa: S608 - names from this list only
                for table, column in (
                    ("room", "id"),
                    ("code", "room"),
                    ("expiry", "room"),
                    ("pair", "room"),
                )
            ]
        )

    async def versions(self, ids: list[str]) -> dict[str, int]:
        """The stored versions of these rooms; a room that is gone is left out."""
        marks = ",".join("?" * len(ids))
        return dict(await self._run(f"select id, version from room where id in ({marks})", tuple(ids)))  # noqa: S608

    async def expired(self, now: int) -> list[str]:
        """The rooms whose time has come; `now` in seconds since 1970."""
        return [row[0] for row in await self._run("select room from expiry where until <= ?", (now,))]

    async def pair_open(self, symbols: str, ticket: str, until: int) -> None:
        """A big screen waits under its four symbols (hashed) until a moment."""
        await self._commit(
            [
                ("delete from pair where until < ?", (int(time.time()),)),
                ("insert or replace into pair values (?, ?, ?, null)", (symbols, ticket, until)),
            ]
        )

    async def pair_claim(self, symbols: str, room_id: str) -> bool:
        """A leader typed the symbols: the screen that waits belongs to this room."""
        if not await self._run("select 1 from pair where symbols = ? and until >= ?", (symbols, int(time.time()))):
            return False
        await self._commit([("update pair set room = ? where symbols = ? and room is null", (room_id, symbols))])
        return True

    async def pair_take(self, ticket: str) -> str | None:
        """The room a waiting screen was paired with; once."""
        rows = await self._run("select room from pair where ticket = ? and room is not null", (ticket,))
        if rows:
            await self._commit([("delete from pair where ticket = ?", (ticket,))])
        return rows[0][0] if rows else None

    async def check(self) -> None:
        """Raises StoreError when this process cannot read and seal."""
        if not self.healthy:
            raise StoreBroken
        await self._run("select count(*) from room", ())
        unseal(seal({"a": 1}, self._pepper, "canary", 0), self._pepper, "canary", 0, dict)

    async def _write_for_ever(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            waiting, self._waiting = self._waiting, {}
            if waiting:
                await self._group(waiting)

    async def _group(self, waiting: dict[str, list[Any]]) -> None:
        """One commit for everything that waits; on a clash with another process, once more for that room."""
        done: list[tuple[asyncio.Future[R], R | BaseException]] = []
        rows: list[tuple[Any, ...]] = []
        later: list[tuple[str, tuple[Any, ...]]] = []
        fresh: dict[str, R] = {}
        for room_id, calls in waiting.items():
            try:
                old = await self.load(room_id)
            except (NoRoom, StoreError) as wrong:
                done += [(future, wrong) for future, *_ in calls]
                continue
            new = self._apply(old, calls, done)
            if new is not old:
                new = replace(new, version=old.version + 1)  # type: ignore[type-var, attr-defined]
                rows.append((new.version, seal(new, self._key(room_id), room_id, new.version), room_id, old.version))  # type: ignore[attr-defined]
                fresh[room_id] = new
                until = self.due(new)
                if until and until != self.due(old):
                    later.append(_expiry(room_id, until))
                if new.code != old.code:  # type: ignore[attr-defined]
                    later += self._recode(room_id, new.code)  # type: ignore[attr-defined]
        try:
            clashed = await self._save(rows, later) if rows else set()
        except StoreError as wrong:
            done = [(f, wrong if r is None or not isinstance(r, BaseException) else r) for f, r in done]
            fresh, clashed = {}, set()
        for room in clashed:
            self._cache.pop(room, None)
            again = {f for f, *_ in waiting[room]}
            done = [(f, r) for f, r in done if f not in again]
            self._waiting.setdefault(room, [])[:0] = waiting[room]
            self._wake.set()
        for room_id, value in fresh.items():
            if room_id not in clashed:
                self._remember(value)
        for future, result in done:
            if future.done():
                continue
            if isinstance(result, BaseException):
                future.set_exception(result)
            else:
                future.set_result(fresh.get(result.id, result))  # type: ignore[attr-defined]

    def _apply(self, room: R, calls: list[Any], done: list[Any]) -> R:
        for future, verb, args, named in calls:
            try:
                room = verb(room, *args, **named)
            except Exception as no:  # a rule's no or a bug in a verb: it belongs to this caller alone
                done.append((future, no))
            else:
                done.append((future, room))
        return room

    async def _save(self, rows: list[tuple[Any, ...]], later: list[tuple[str, tuple[Any, ...]]]) -> set[str]:
        """Writes the rows whose stored version is still the one loaded; returns the others' ids."""

        def transaction(db: sqlite3.Connection) -> set[str]:
            db.execute("begin immediate")
            clashed = {
                row[2]
                for row in rows
                if db.execute("update room set version = ?, body = ? where id = ? and version = ?", row).rowcount != 1
            }
            for sql, values in later:
                if clashed.isdisjoint(values):
                    db.execute(sql, values)
            db.execute("commit")
            return clashed

        return await self._inside(transaction)

    async def _commit(self, statements: list[tuple[str, tuple[Any, ...]]]) -> None:
        def transaction(db: sqlite3.Connection) -> None:
            db.execute("begin immediate")
            for sql, values in statements:
                db.execute(sql, values)
            db.execute("commit")

        await self._inside(transaction)

    async def _inside(self, transaction: Callable[[sqlite3.Connection], Any]) -> Any:
        if not self.healthy:
            raise StoreBroken
        db = self._db._conn  # aiosqlite's own connection, used in its own thread

        def attempt() -> Any:
            try:
                return transaction(db)
            except BaseException:
                if db.in_transaction:
                    db.execute("rollback")
                raise

        try:
            return await self._db._execute(attempt)
        except sqlite3.Error as wrong:
            raise self._named(wrong) from None

    def _named(self, wrong: sqlite3.Error) -> StoreError:
        code = getattr(wrong, "sqlite_errorcode", 0)
        if code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return StoreBusy()
        if code & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
            return StoreFull()
        if code == sqlite3.SQLITE_IOERR_WRITE and _no_space(self.config.data):
            return StoreFull()
        if code & 0xFF == sqlite3.SQLITE_IOERR:
            self.healthy = False
            return StoreBroken()
        return StoreError()

    async def _run(self, sql: str, values: tuple[Any, ...]) -> list[Any]:
        try:
            return list(await self._db.execute_fetchall(sql, values))
        except sqlite3.Error as wrong:
            raise self._named(wrong) from None

    async def _read(self, room_id: str) -> R:
        rows = await self._run("select version, body from room where id = ?", (room_id,))
        if not rows:
            raise NoRoom(room_id)
        try:
            room: R = unseal(rows[0][1], self._key(room_id), room_id, rows[0][0], self.kind)
        except (Unreadable, KeyMissing):
            raise Damaged from None
        self._remember(room)
        return room

    def _key(self, room_id: str) -> bytes:
        if room_id not in self._keys:
            self._keys[room_id] = self.keyring.get(room_id)
        return self._keys[room_id]

    def _remember(self, room: R) -> None:
        self._cache[room.id] = room  # type: ignore[attr-defined]
        self._cache.move_to_end(room.id)  # type: ignore[attr-defined]
        while len(self._cache) > CACHE:
            gone, _ = self._cache.popitem(last=False)
            self._keys.pop(gone, None)

    def _forget(self, room_id: str) -> None:
        self._cache.pop(room_id, None)
        self._keys.pop(room_id, None)

    def _recode(self, room_id: str, code: str) -> list[tuple[str, tuple[Any, ...]]]:
        """The statements that let this code, and no other, lead to a room; '' lets none."""
        fresh = [("insert or replace into code values (?, ?)", (self._code(code), room_id))] if code else []
        return [("delete from code where room = ?", (room_id,)), *fresh]

    def _code(self, code: str) -> bytes:
        return hmac.digest(self._pepper, code.encode(), hashlib.sha256)


def _expiry(room_id: str, until: int) -> tuple[str, tuple[Any, ...]]:
    """Rounded up to the hour: the table holds no moment at which somebody did something."""
    return "insert or replace into expiry values (?, ?)", (room_id, -(-until // 3_600_000) * 3600)


def _no_space(path: os.PathLike[str]) -> bool:
    try:
        free = os.statvfs(path)
    except OSError as wrong:
        return wrong.errno == errno.ENOSPC
    return free.f_bavail * free.f_frsize < 1 << 20
