"""Rooms as sealed rows: read and opened once, kept while they are the newest, sealed again for a commit."""

from __future__ import annotations

import asyncio
import logging
import re
from collections import OrderedDict

from msgspec.structs import replace

from rooms.derived import carry
from rooms.halls import TABLE
from rooms.refusal import Refused
from rooms.room import Presence, Room
from rooms.trajectory.group import Group
from rooms.trajectory.register import Register
from server.database import Damaged, Database, Statement, Swap
from server.keyring import KeyMissing
from server.keys import Keys
from server.sealing import Unreadable, seal, size, unseal

log = logging.getLogger("kring")
CACHE = 2_000  # rooms: as many as a server lets begin (server.limits)
LARGEST = 1_048_576  # bytes of a document: sixty people who fill the largest method of the catalogue come to a third
EACH = 4_096  # bytes more for each chair of a hall: a seat, a device, a case, what is chosen and said
GROUPS, REGISTERS = re.compile("g[0-9a-f]{12}"), re.compile("a[0-9a-f]{12}")  # their ids
A_LITTLE = 128  # bytes by which a full one may still grow at a time, up to twice as much: a turn, a stop, a yes


Document = Room | Group | Register


class NoRoom(Exception):
    """There is no such room, group or register, or no more."""


def kind(document_id: str) -> type[Document]:
    """What is kept under an id: a group's and a register's are longer than a room's, by a letter in front."""
    if REGISTERS.fullmatch(document_id):
        return Register
    return Group if GROUPS.fullmatch(document_id) else Room


def largest(room: Document) -> int:
    """How many bytes this room may come to: 21 MB in a hall of 5,000."""
    return LARGEST + (EACH * max(room.chairs - TABLE, 0) if isinstance(room, Room) else 0)


def fits(old: Document, new: Document) -> bool:
    """Whether a room is not too large to keep. Nobody can fill one so that a circle stands still: what makes it
    smaller, what adds little, and who comes or goes is kept for longer than what is written."""
    now = size(new)
    most = largest(new)
    if now <= most or now <= (before := size(old)):
        return True
    return (now - before <= A_LITTLE and now <= 2 * most) or _presences(old) != _presences(new)


def no_larger(old: Document, new: Document) -> None:
    """Refuses what does not fit."""
    if not fits(old, new):
        raise Refused(
            "Deze kring is vol: er past niets meer bij. Verdergaan en afronden kan wel. "
            "Wat je schreef, staat nog op je toestel."
        )


def _presences(room: Document) -> dict[str, str]:
    """Who is not at the table, and why."""
    if isinstance(room, Group):
        return {m.id: "left" for m in room.members.values() if m.left}
    if isinstance(room, Register):
        return {}
    return {s.id: s.presence for s in room.seats.values() if s.presence is not Presence.HERE}


class Documents:
    """The documents of one database and the keys that open them."""

    def __init__(self, db: Database, keys: Keys) -> None:
        self._db, self._ring = db, keys
        self._cache: OrderedDict[str, Document] = OrderedDict()
        self._seen: dict[str, int] = {}  # by room: the turn of the database at which the cached one was the newest
        self._keys: dict[str, bytes] = {}
        self._harmed: set[str] = set()
        self._reading: dict[tuple[str, int], asyncio.Task[Document]] = {}

    async def load(self, room_id: str) -> Document:
        """The newest committed room: the cached one if its version is still the stored one. Nobody is asked for that
        while the database is as this process left it. Raises NoRoom, or Damaged when it does not open."""
        cached, turn = self._cache.get(room_id), self._db.turn
        if cached is None or turn is None or self._seen.get(room_id) != turn:
            version, turn = await self._db.version(room_id)
            if version is None:
                self.forget(room_id)
                raise NoRoom(room_id)
            cached = self._cache.get(room_id)
            if cached is None or cached.version != version:
                cached = await self._once(room_id, version)
            if turn is not None and room_id in self._cache:
                self._seen[room_id] = turn
        if room_id in self._cache:
            self._cache.move_to_end(room_id)
        return cached

    async def first(self, room: Document) -> Statement:
        """The statement that stores a new room as version 1; its key is durable before this returns."""
        try:
            self._keys[room.id] = await self._ring.create(room.id)
        except OSError as wrong:
            raise self._db.refused(wrong) from None
        return "insert into room values (?, 1, ?)", (room.id, await self._sealed(room))

    async def next(self, old: Document, made: Document) -> tuple[Document, Swap]:
        """The room with its version, and how it is stored if `old` is still what is stored. Raises NoRoom when its key
        is gone: it was there when `old` was loaded, so the room was erased since."""
        new = replace(made, version=old.version + 1)
        carry(made, new)
        try:
            return new, Swap(old.id, old.version, new.version, await self._sealed(new))
        except KeyMissing:
            raise NoRoom(old.id) from None

    def remember(self, room: Document) -> None:
        """This is what was committed; a read that took its time brings back nothing older."""
        known = self._cache.get(room.id)
        if known is None or known.version <= room.version:
            self._cache[room.id] = room
        self._cache.move_to_end(room.id)
        while len(self._cache) > CACHE:
            self.forget(next(iter(self._cache)))

    def forget(self, room_id: str) -> None:
        """Asks the database and the keyring anew next time."""
        self._cache.pop(room_id, None)
        self._keys.pop(room_id, None)
        self._seen.pop(room_id, None)

    def held(self) -> set[str]:
        """The rooms of which this process has the text or the key in memory."""
        return self._cache.keys() | self._keys.keys()

    async def shut(self, room_id: str) -> None:
        """Destroys the room's key: no copy of it opens any more. Raises StoreError when that cannot be done now."""
        try:
            await self._ring.destroy(room_id)
        except OSError as wrong:
            raise self._db.refused(wrong) from None
        self.forget(room_id)

    async def _once(self, room_id: str, version: int) -> Document:
        """Reads a room for all who ask for the same at the same time: after a restart a whole hall does."""
        task = self._reading.get((room_id, version))
        if task is None:
            task = self._reading[room_id, version] = asyncio.create_task(self._read(room_id))
            task.add_done_callback(lambda _: self._reading.pop((room_id, version), None))
        return await asyncio.shield(task)

    async def _read(self, room_id: str) -> Document:
        rows = await self._db.rows("select version, body from room where id = ?", room_id)
        kept = await self._ring.look(room_id)
        if not rows or kept.destroyed:  # the second: an erasing that a crash cut short
            raise NoRoom(room_id)
        if not kept.key and (await self._db.version(room_id))[0] is None:  # erased since its row was read
            raise NoRoom(room_id)
        if rows[0][0] < kept.oldest or not kept.key:  # the first: a backup from before a round was closed
            raise self._damaged(room_id)
        try:
            room: Document = unseal(rows[0][1], kept.key, room_id, rows[0][0], kind(room_id))
        except Unreadable:
            raise self._damaged(room_id) from None
        self._keys[room_id] = kept.key
        self.remember(room)
        return room

    async def _sealed(self, room: Document) -> bytes:
        if room.id not in self._keys:
            if not (key := (await self._ring.look(room.id)).key):
                raise KeyMissing(room.id)
            self._keys[room.id] = key
        return seal(room, self._keys[room.id], room.id, room.version)

    def _damaged(self, room_id: str) -> Damaged:
        """The host hears of each such room once, without its name."""
        if room_id not in self._harmed:
            self._harmed.add(room_id)
            log.error("room_damaged")
        return Damaged()
