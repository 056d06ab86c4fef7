"""The feed of one room in this process: from a changed room to bytes on every socket, newest only."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import SystemRandom
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from rooms import agreement, devices, handles, mine, more, rights
from rooms.rights import LEAD, SCREEN
from rooms.room import GONE, Device, Kind, Room, this_round
from rooms.tags import Tag
from rooms.view import View, view
from server.database import StoreError
from server.documents import NoRoom
from server.even import evenly, instant
from server.frames import Audience, blanks, text
from server.steady import now_ms

if TYPE_CHECKING:
    from server.feed import Feed

log = logging.getLogger("kring")
SECOND = 1_000  # ms
TICK = 5_000  # ms: the fixed beat on which ready signs may change
OWN = 0.04  # seconds from a hint to the frame that only its own device gets
NOTHING: Mapping[str, str] = MappingProxyType({})
DOOR = "door"  # the place of who knocks: hears nothing until the knock is answered


class Socket(Protocol):
    """What the feed needs of a connection."""

    async def send(self, text: str) -> None: ...

    async def close(self, code: int) -> None: ...


@dataclass(eq=False)
class Client:
    """One socket: which page it shows, and the newest it has."""

    socket: Socket
    place: str  # seat, lead, screen, door
    lang: str
    handle: str
    tag: Tag
    beside: str = ""  # of a big screen: the handle of a chair's secret in the same browser
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    audience: tuple[str, str, str] = ("", "", "")
    seen: int = -1
    mine: dict[str, str] = field(default_factory=dict)
    version: int = -1


@dataclass(frozen=True)
class Told:
    """What people did without a name, as numbers that change on the five-second tick only."""

    at: str = ""  # the moment in the meeting that they are of
    ready: int = 0
    said: tuple[int, int] = (0, 0)


class RoomFeed:
    """One room: redraws when it changed, beats every second for what depends on time."""

    def __init__(self, alias: str, feed: Feed) -> None:
        self.alias, self.feed = alias, feed
        self.clients: set[Client] = set()
        self.audiences: dict[tuple[str, str, str], Audience] = {}
        self.drawn: set[tuple[str, str, str]] = set()  # the audiences that show self.room already
        self.dirty = asyncio.Event()
        self.room: Room | None = None
        self.task: asyncio.Task[None] | None = None
        self.told = Told()
        self.beat = now_ms() // TICK
        self.second = now_ms() // SECOND
        self.since = now_ms()
        self.heard = instant()
        self.was_silent = ""

    async def serve(self, client: Client) -> None:
        self.clients.add(client)
        client.wake.set()
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self._run())
        try:
            while await self._draw(client):
                await client.wake.wait()
                client.wake.clear()
        finally:
            self.clients.discard(client)

    def view(self, room: Room, role: str) -> View:
        """The view of an audience, with the numbers of the last tick."""
        told = self.told if self.told.at == _moment(room) else Told()
        return view(room, role, ready=told.ready, said=told.said, silent=self.was_silent)

    async def _run(self) -> None:
        while self.clients:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout((SECOND - now_ms() % SECOND) / 1000):
                    await self.dirty.wait()
            with contextlib.suppress(StoreError):  # what is shown stays; the next beat tries again
                if now_ms() // SECOND != self.second:
                    self.second = now_ms() // SECOND
                    await self._on_beat()
                if self.dirty.is_set():
                    self.dirty.clear()
                    self.heard = instant()
                    await self._refresh()
        self.feed.rooms.pop(self.alias, None)

    async def _on_beat(self) -> None:
        """On every whole second of the clock, whoever acted when: the twenty seconds, the ready tick, silence, and
        a look at the store."""
        now, room = now_ms(), self.room
        if room is None:
            return
        tick = now // TICK != self.beat
        try:
            await self._ripen(room, now, tick=tick)
        except NoRoom:
            self.dirty.set()  # the refresh tells everybody that it is gone
            return
        except StoreError:
            raise
        except Exception:  # a fault in a rule: all else of the beat goes on, or nobody here would hear anything
            log.error("beat_failed")
        if tick:
            self.beat = now // TICK
            told = Told(_moment(room), sum(this_round(room).ready.values()), agreement.said(room))
            silent = self.feed.silent(room)
            if (told, silent) != (self.told, self.was_silent):
                self.told, self.was_silent = told, silent
                self._wake()
            self.dirty.set()
        elif not self.feed.bus.healthy:
            self.dirty.set()

    async def _ripen(self, room: Room, now: int, *, tick: bool) -> None:
        """What the clock changes in the room itself."""
        if handles.ripe(room, now) or tick and more.complete(room):
            await self.feed.store.change(self.alias, handles.tick, now, SystemRandom())
            self.feed.bus.nudge(self.alias)
            self.dirty.set()

    async def _refresh(self) -> None:
        try:
            room = await self.feed.store.load(self.alias)
        except NoRoom:
            self.room = None
            self._wake()
            return
        if self.room is None or room.version != self.room.version:
            self.room = room
            self._wake()

    def _wake(self) -> None:
        self.audiences = {k: a for k, a in self.audiences.items() if any(c.audience == k for c in self.clients)}
        self.drawn = set()
        for client in self.clients:
            client.wake.set()

    async def _draw(self, client: Client) -> bool:
        """Sends a client what it does not have yet; False when it has nothing to do here any more."""
        if self.room is None:
            await self._refresh()
        room = self.room
        if room is None:
            await client.socket.close(4410)
            return False
        device = devices.shown(room, client.handle)
        if client.place == DOOR and any(k.handle == client.handle and k.state != "refused" for k in room.knocks):
            if client.seen < 0:
                client.seen = 0
                await client.socket.send(f"p{now_ms()}")  # the line is there; nothing else is told at the door
            return True
        if device is None or client.place == DOOR or _gone(room, device):
            await client.socket.close(4401)
            return False
        if client.beside and not devices.may_watch(room, client.beside):
            await client.socket.close(4401)
            return False
        if client.place == "lead" and not room.seats[device.seat].lead:
            await client.socket.close(4401)
            return False
        key = (client.place, role_on(room, device, client.place), client.lang)
        if key != client.audience:
            client.audience, client.seen = key, -1
        audience = self._audience(room, key)
        alone = audience.s == client.seen
        if not alone:
            frame = audience.frame(client.seen)
            client.seen = audience.s
            await client.socket.send(frame)
        if client.place == "seat":
            await self._draw_mine(client, room, device, alone=alone)
        return True

    async def _draw_mine(self, client: Client, room: Room, device: Device, *, alone: bool) -> None:
        """`alone`: nothing else changed for this device, so that it is about an act of its own."""
        parts = self.personal(room, device, client.tag, client.lang, "")
        changed = {n: h for n, h in parts.items() if client.mine.get(n) != h}
        client.mine = parts
        if changed:
            frame = text({"me": 1}, changed)
            if alone:
                await evenly(self.heard, OWN)  # loading and drawing take the longer, the more somebody wrote
            await client.socket.send(frame + blanks(frame))

    def _audience(self, room: Room, key: tuple[str, str, str]) -> Audience:
        """The audience's regions for this room, rendered once however many sockets ask."""
        audience = self.audiences.setdefault(key, Audience())
        if key not in self.drawn:
            self.drawn.add(key)
            audience.draw(self.render(room, *key), f"{room.at}.{this_round(room).stage}")
        return audience

    def render(self, room: Room, place: str, role: str, lang: str) -> dict[str, str]:
        """The audience regions, as page and frame show them."""
        return self.feed.regions.audience(place, self.view(room, role), lang)

    def personal(
        self, room: Room, device: Device, tag: Tag, lang: str, csrf: str, typed: Mapping[str, str] = NOTHING
    ) -> dict[str, str]:
        """The personal regions of a device, as page and frame show them; `typed` in a refused form stays in it."""
        role = rights.role(room, device.seat)
        shown = self.view(room, role)
        own = mine.mine(room, device, tag)
        return self.feed.regions.personal(shown, own, lang, csrf, typed)


def role_on(room: Room, device: Device, place: str) -> str:
    """The audience role of a device on a page."""
    if place == "screen" or device.kind is Kind.SCREEN:
        return SCREEN
    return LEAD if place == "lead" else rights.role(room, device.seat)


def _gone(room: Room, device: Device) -> bool:
    return bool(device.seat) and room.seats[device.seat].presence in GONE


def _moment(room: Room) -> str:
    return f"{room.at}.{this_round(room).id}.{this_round(room).stage}.{room.backs}"
