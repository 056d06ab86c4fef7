"""The store: compare-and-set, and one commit for all that waits."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import hashlib
import hmac
import logging
from collections.abc import Callable
from typing import Any, TypeVar

from msgspec.structs import replace

from rooms.room import Room
from rooms.trajectory.group import Group
from rooms.trajectory.register import Register
from server.calls import Call, Save, answer, applied
from server.config import Config
from server.database import Damaged, Statement, StoreBroken, StoreError, Swap, chosen
from server.documents import Document, Documents, NoRoom, fits, largest, no_larger
from server.even import instant
from server.keyring import Keyring
from server.keys import Keys, asked
from server.pepper import own
from server.sealing import seal, unseal
from server.steady import on_the_hour

log = logging.getLogger("kring")
D = TypeVar("D", bound=Document)
GATHER, SLICE = (
    0.025,
    0.003,
)  # seconds that a commit waits for company at most, and as long as each of these brings some
EVERYTHING = (
    "delete from room where id = ?",
    "delete from code where room = ?",
    "delete from expiry where room = ?",
    "delete from pair where room = ?",
)
RECODE = "insert into code values (?, ?) on conflict (tag) do update set room = excluded.room"
EXPIRY = "insert into expiry values (?, ?) on conflict (room) do update set until = excluded.until"


class Store:
    """All rooms and groups of one database. `change` acknowledges only what is durable."""

    def __init__(
        self,
        config: Config,
        keyring: Keyring | Keys,
        due: Callable[[Any], int | None] = lambda _: None,
        closes: Callable[[Any, Any], bool] = lambda _old, _new: False,
        noted: Callable[[Any], Any] = lambda document: document,
    ) -> None:
        """`due` says when (ms) a room's time comes; it is written in the commit that changes it. `closes` says whether
        a change closed something: older documents of that room are not served again, from whatever backup. `noted`
        adds, in the same commit, what time makes of a change; of what it does not concern it returns the very same."""
        self.config, self.keyring, self.due, self.closes, self.noted = config, keyring, due, closes, noted
        self.db, self.keys = chosen(config), asked(keyring)
        self._documents = Documents(self.db, self.keys)
        self._waiting: dict[str, list[Call]] = {}
        self._wake = asyncio.Event()
        self._closing = False
        self.commits = self.verbs = 0  # since this process began

    async def open(self) -> None:
        """Opens keyring and database; raises SystemExit with a sentence for the host when they cannot be trusted."""
        try:
            self.db.place()
            await self.keys.open()
            await self.db.open()
            self._pepper = await own(self.db, self.keys)
        except OSError as wrong:
            raise SystemExit(
                f"kring: cannot use {wrong.filename}: {wrong.strerror}. Check KRING_DATA and KRING_KEYRING."
            ) from None
        with contextlib.suppress(StoreError):  # else at the next start: without its key nobody sees such a room
            for room_id in await self.keys.destroyed():  # a crash cut the erasing short
                await self.erase(room_id)
        self._writer = asyncio.create_task(self._write_for_ever())
        self._writer.add_done_callback(self._written)

    def _written(self, _: asyncio.Task[None]) -> None:
        """A writer that ended by itself keeps everybody waiting; as after a failed flush, a new process is better."""
        if not self._closing:
            log.error("writer_ended")
            self.db.broke.set()

    async def close(self) -> None:
        """Commits what waits, then closes."""
        self._closing = True
        self._wake.set()
        await self._writer
        await self.db.close()
        await self.keys.close()

    def key_for(self, purpose: str) -> bytes:
        """A key of this server, the same in all its processes, for one purpose only."""
        return hmac.digest(self._pepper, f"key|{purpose}".encode(), hashlib.sha256)

    async def create(self, room: Document, until: int = 0) -> None:
        """A new room, to be erased at `until` (ms) if nothing ever happens in it; its key is on disk first."""
        room = replace(room, version=1)
        await self.db.commit(
            [
                await self._documents.first(room),
                *self._recode(room.id, room.code),
                *([_expiry(room.id, until)] if until else []),
            ]
        )
        self._documents.remember(room)

    async def load(self, room_id: str) -> Room:
        """The newest committed room. Raises NoRoom or StoreError."""
        found = await self._documents.load(room_id)
        if not isinstance(found, Room):
            raise NoRoom(room_id)
        return found

    async def group(self, group_id: str) -> Group:
        """The newest committed group. Raises NoRoom or StoreError."""
        found = await self._documents.load(group_id)
        if not isinstance(found, Group):
            raise NoRoom(group_id)
        return found

    async def register(self, register_id: str) -> Register:
        """The newest committed register. Raises NoRoom or StoreError."""
        found = await self._documents.load(register_id)
        if not isinstance(found, Register):
            raise NoRoom(register_id)
        return found

    async def change(self, room_id: str, verb: Callable[..., D], *args: Any, **named: Any) -> D:
        """Applies a verb and returns the room, or the group, as committed. Raises what the verb raises, NoRoom, or
        StoreError."""
        if not self.db.healthy or self._closing:
            raise StoreBroken if not self.db.healthy else StoreError
        future: asyncio.Future[D] = asyncio.get_running_loop().create_future()
        call = Call(lambda room: self.noted(verb(room, *args, **named)), future, instant())
        self._waiting.setdefault(room_id, []).append(call)
        self._wake.set()
        return await future

    async def find(self, code: str) -> str | None:
        """The room a code leads to."""
        rows = await self.db.rows("select room from code where tag = ?", self._code(code))
        return rows[0][0] if rows else None

    async def open_rooms(self) -> int:
        """How many rooms somebody can still come into."""
        return int((await self.db.rows("select count(*) from code where room not like 'g%'"))[0][0])

    async def groups(self) -> int:
        """How many groups there are."""
        return int((await self.db.rows("select count(*) from room where id like 'g%'"))[0][0])

    async def erase(self, *ids: str) -> None:
        """The rooms' rows and their keys: what any backup holds of them stays shut. All or nothing when the disk
        refuses; of several, whose keys are gone is gone."""

        async def shut() -> None:
            for room_id in ids:
                await self._documents.shut(room_id)

        everything = [(statement, (room_id,)) for room_id in ids for statement in EVERYTHING]
        # last before the commit: a database that refuses leaves the keys
        await self.db.inside(everything, shut)
        for room_id in ids:
            self._documents.forget(room_id)  # once more: somebody may have been reading it meanwhile
            with contextlib.suppress(OSError, StoreError):  # what is left of a room that is gone: for the next start
                await self.keys.clear(room_id)

    async def expired(self, now: int) -> list[str]:
        """The rooms whose time has come; `now` in seconds since 1970."""
        return [row[0] for row in await self.db.rows("select room from expiry where until <= ?", now)]

    async def forget_erased(self) -> None:
        """Drops from memory what another process erased: neither its text nor its key stays here."""
        there = {row[0] for row in await self.db.rows("select id from room")}
        for room_id in self._documents.held() - there:
            self._documents.forget(room_id)

    async def reckon(self) -> None:
        """When every room that is over is to be erased, as the setting is now: the host may have changed it since."""
        told, later = dict(await self.db.rows("select room, until from expiry")), []
        for room_id in [row[0] for row in await self.db.rows("select id from room")]:
            held = room_id in self._documents.held()
            with contextlib.suppress(NoRoom, Damaged):
                room = await self._documents.load(room_id)
                if (
                    isinstance(room, Room)
                    and room.over
                    and (until := self.due(room))
                    and told.get(room_id) != on_the_hour(until) // 1000
                ):
                    later.append(_expiry(room_id, until))
            if not held:
                self._documents.forget(room_id)
        if later:
            await self.db.commit(later)

    async def check(self) -> None:
        """Raises StoreError when this process cannot read, seal and commit."""
        if not self.db.healthy:
            raise StoreBroken
        await self.db.rows("select count(*) from room")
        await self.db.try_commit()
        unseal(seal({"a": 1}, self._pepper, "canary", 0), self._pepper, "canary", 0, dict)

    async def _write_for_ever(self) -> None:
        """All that arrives while a commit runs goes into the next."""
        while self._waiting or not self._closing:
            await self._wake.wait()
            self._wake.clear()
            waiting, self._waiting = self._waiting, {}
            began = instant()
            try:
                await self._group(waiting)
            except Exception as bug:  # the writer lives on, and nobody waits for ever
                for calls in waiting.values():
                    answer(calls, bug)
            if max(map(len, waiting.values()), default=0) > 1:
                await self._gather(min(2 * (instant() - began), GATHER))

    async def _gather(self, most: float) -> None:
        """Waits while more come. In a hall that votes a commit takes milliseconds whoever is in it: the more wait, the
        fewer there are."""
        if self.config.redis_url:  # another process may wait for the file: it gets its turn
            await asyncio.sleep(most)
            return
        until, found = instant() + most, -1
        while instant() < until and not self._closing and found < (found := sum(map(len, self._waiting.values()))):  # noqa: ASYNC110
            await asyncio.sleep(min(SLICE, most))

    async def _group(self, waiting: dict[str, list[Call]]) -> None:
        """One commit for everything that waits; on a clash with another process, once more for that room."""
        saves: list[Save] = []
        for old, calls in zip(await self._loaded(list(waiting)), waiting.values(), strict=True):
            if isinstance(old, Exception):
                answer(calls, old)
            else:
                saves.append(Save(old, applied(old, calls), calls))
        saves = await self._sealed(saves)
        changed = [s for s in saves if s.new is not s.old]
        try:
            clashed = await self._save(changed) if changed else set()
            await self._close([s for s in changed if s.old.id not in clashed and self.closes(s.old, s.new)])
        except StoreError as wrong:
            for save in saves:
                answer(save.calls, wrong if save.new is not save.old else save.old)
            return
        self.commits += bool(changed)
        self.verbs += sum(len(save.calls) for save in saves)
        for save in saves:
            if save.old.id in clashed:
                self._documents.forget(save.old.id)
                self._waiting.setdefault(save.old.id, [])[:0] = save.calls
                self._wake.set()
                continue
            if save.new is not save.old:
                self._documents.remember(save.new)
            answer(save.calls, save.new)

    async def _loaded(self, ids: list[str]) -> list[Document | Exception]:
        """The rooms, or why there is none. Those for which the database is asked are asked for together."""
        if self.db.turn is None and len(ids) > 1:
            return list(await asyncio.gather(*map(self._room, ids)))
        return [await self._room(room_id) for room_id in ids]

    async def _room(self, room_id: str) -> Document | Exception:
        try:
            return await self._documents.load(room_id)
        except (NoRoom, StoreError) as wrong:
            return wrong

    async def _sealed(self, saves: list[Save]) -> list[Save]:
        """Seals what changed; without the rooms that were erased while the others were loaded. A room that became too
        large is made again without what made it so; how large it is, is seen when it is sealed."""
        kept = []
        for save in saves:
            try:
                swap = await self._seal(save)
                if swap and len(swap.sealed) > largest(save.new) and not fits(save.old, save.new):
                    save.new = applied(save.old, save.calls, self._no_larger)
                    await self._seal(save)
                kept.append(save)
            except (NoRoom, StoreError) as gone:
                answer(save.calls, gone)
        return kept

    async def _seal(self, save: Save) -> Swap | None:
        save.swap = None
        if save.new is not save.old:
            save.new, swap = await self._documents.next(save.old, save.new)
            save.swap = dataclasses.replace(swap, beside=self._beside(save.old, save.new))
        return save.swap

    def _no_larger(self, before: Document, after: Document) -> None:
        if after is not before and not self.closes(before, after):
            no_larger(before, after)

    async def _save(self, saves: list[Save]) -> set[str]:
        """Writes the sealed rooms whose stored version is still the one loaded; returns the others' ids."""
        swaps = [save.swap for save in saves if save.swap]
        return await self.db.swap(swaps, min(call.since for save in saves for call in save.calls))

    async def _close(self, saves: list[Save]) -> None:
        """Keeps, outside the database, which versions closed something."""
        for save in saves:
            with contextlib.suppress(OSError, StoreError):  # the commit stands; the next that closes says it again
                await self.keys.remember_closed(save.new.id, save.new.version)

    def _beside(self, old: Document, new: Document) -> list[Statement]:
        """What else changes in the commit of a room: when its time comes, and which code leads to it."""
        until = self.due(new)
        later = [_expiry(new.id, until)] if until and until != self.due(old) else []
        return later + (self._recode(new.id, new.code) if new.code != old.code else [])

    def _recode(self, room_id: str, code: str) -> list[Statement]:
        """The statements that let this code, and no other, lead to a room; '' lets none."""
        fresh: list[Statement] = [(RECODE, (self._code(code), room_id))]
        return [("delete from code where room = ?", (room_id,)), *(fresh if code else [])]

    def _code(self, code: str) -> bytes:
        return hmac.digest(self._pepper, code.encode(), hashlib.sha256)


def _expiry(room_id: str, until: int) -> Statement:
    """When (ms) a room must be looked at, in the table in seconds."""
    return EXPIRY, (room_id, on_the_hour(until) // 1000)
