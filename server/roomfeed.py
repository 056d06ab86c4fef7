"""The feed of one room in this process: from a changed room to bytes on every socket, newest only."""

from __future__ import annotations

import asyncio
import logging
from array import array
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from random import SystemRandom
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from rooms import agreement, devices, handles, mine, more, rights
from rooms.halls import is_hall
from rooms.rights import LEAD, SCREEN
from rooms.room import GONE, Device, Kind, Room, here, this_round
from rooms.tags import Tag
from rooms.unseen import tags_changed
from rooms.view import View, view
from server.client import NOTHING, Client, clock
from server.database import StoreError
from server.documents import NoRoom
from server.even import evenly, instant
from server.frames import Audience, blanks, framed, own_text
from server.personal import Shared
from server.steady import now_ms

if TYPE_CHECKING:
    from server.feed import Feed

log = logging.getLogger("kring")
TICK = 5_000  # ms: the fixed beat on which ready signs may change
OWN = 0.04  # seconds from a hint to the frame that only its own device gets
TURN = 0.003  # seconds of drawing after which others get a turn
EMPTY: Mapping[str, str] = MappingProxyType({})
LATER = 1013  # try again
DOOR = "door"  # the place of who knocks: hears nothing until the knock is answered
Key = tuple[str, str, str]  # place, role, language
Apart = tuple[Client, dict[str, int], bytes]  # who, what it shows then, and the frame


@dataclass(frozen=True)
class Told:
    """What people did without a name, as numbers that change on the five-second tick only."""

    at: str = ""  # the moment in the meeting that they are of
    ready: int = 0
    said: tuple[int, int] = (0, 0)
    people: int = 0  # in a hall, where a count is all that changes when somebody comes in


class RoomFeed:
    """One room. What it shows is `room`; a client that shows something older gets the difference."""

    def __init__(self, alias: str, feed: Feed) -> None:
        self.alias, self.feed = alias, feed
        self.clients: set[Client] = set()
        self.room: Room | None = None
        self.told = Told()
        self.was_silent = ""
        self.tick, self.since = now_ms() // TICK, now_ms()
        self._audiences: dict[Key, Audience] = {}
        self._drawn: set[Key] = set()  # the audiences that show self.room already
        self._views: dict[str, View] = {}
        self._shared = Shared(feed.regions)
        self._behind: set[Client] = set()  # who does not have what is shown
        self._apart: list[Apart] | None = None  # frames about one's own act, while all who are behind are drawn
        self._out: list[tuple[Client, bytes]] | None = None  # frames of this turn, while all who are behind are drawn
        self._dirty = self._drawing = False  # the store may have something newer; somebody draws already
        self._tasks: set[asyncio.Task[None]] = set()

    # Who is fed.

    def join(self, room: Room, client: Client) -> None:
        """One more socket, of whoever was found in this version of the room."""
        self.clients.add(client)
        client.room = self
        device = devices.shown(room, client.handle)
        if device and device.kind in (Kind.OWN, Kind.LEAD):
            client.seat = device.seat  # one that only follows leads nothing
        if self.room is None or room.version > self.room.version:
            self._take(room)  # committed, and what is older does not know who comes in
            self._go_on()
        self.draw(client)

    def leave(self, client: Client) -> None:
        """One less."""
        self.clients.discard(client)
        if not self.clients:
            self.feed.rooms.pop(self.alias, None)

    def heard_from(self, seat: str) -> None:
        """A sign of life of a device of this seat; only that of who leads is told on."""
        if self.room and seat and (found := self.room.seats.get(seat)) and found.lead:
            self.feed.bus.lead(self.alias)

    # When it is drawn.

    def look(self) -> None:
        """A hint that the room has a new version."""
        self._dirty = True
        self._go_on()

    def again(self) -> None:
        """All is drawn anew: something that is shown beside the room changed."""
        self._views, self._drawn = {}, set()
        self._shared.forget()
        used = {client.audience for client in self.clients}
        self._audiences = {key: audience for key, audience in self._audiences.items() if key in used}
        self._behind = set(self.clients)
        self._go_on()

    def beat(self, now: int) -> None:
        """On every whole second of the clock, whoever acted when: what the clock changes in the room, the ready tick,
        silence, and a look at the store."""
        room = self.room
        if room is None:
            return
        tick = now // TICK != self.tick
        try:
            if handles.ripe(room, now) or tick and more.complete(room):
                self._do(self._ripen(now))
        except Exception:  # a fault in a rule: all else of the beat goes on, or nobody here would hear anything
            log.error("beat_failed")
        if tick:
            self._shared.forget()  # what was made for many is seldom asked for later
            self.tick = now // TICK
            told = _told(room)
            silent = self.feed.silent(room)
            differs = (told, silent) != (self._numbers(room), self.was_silent)
            self.told, self.was_silent = told, silent
            if differs:  # and not for a step alone: it was drawn, with nothing to tell of it yet
                self.again()
        if tick or not self.feed.bus.healthy:
            self.look()

    async def stop(self) -> None:
        """Nothing of it goes on."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _ripen(self, now: int) -> None:
        try:
            await self.feed.store.change(self.alias, handles.tick, now, SystemRandom())
            self.feed.bus.nudge(self.alias)
        except (NoRoom, StoreError):
            pass  # the next beat tries again
        except Exception:
            log.error("beat_failed")

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _go_on(self) -> None:
        if not self._drawing:
            self._drawing = True
            self._do(self._draw_on())

    async def _draw_on(self) -> None:
        """Draws until nothing new came meanwhile. In a large room what comes while it draws waits as long as that
        took: half of this process is for everybody else."""
        try:
            while self._dirty or self._behind:
                begun, dirty = instant(), self._dirty
                self._dirty = False
                if dirty:
                    await self._load()
                await self._draw_behind(begun)
                if self._dirty and (took := instant() - begun) > TURN:
                    await asyncio.sleep(took)
        finally:
            self._drawing = False

    async def _load(self) -> None:
        """The newest version is what is shown from here."""
        try:
            self._take(await self.feed.store.load(self.alias))
        except NoRoom:
            for client in list(self.clients):
                client.end(4410)
        except StoreError:
            return  # what is shown stays; the next beat tries again

    def _take(self, room: Room) -> None:
        old, self.room = self.room, room
        if old is None or old.version == room.version:
            return
        try:
            changed = tags_changed(old, room)
        except Exception:  # a fault in a rule: then it concerns everybody
            log.exception("beat_failed")
            changed = None
        if changed is None:
            self.again()
            return
        names = {hash(name) for name in changed}
        self._behind |= {client for client in self.clients if not names.isdisjoint(client.marks)}

    async def _draw_behind(self, heard: float) -> None:
        """Brings everybody up to date who is behind, in turns with the rest of this process."""
        turn, apart, out = instant(), list[Apart](), list[tuple[Client, bytes]]()
        while self._behind:
            self._apart, self._out = apart, out  # but not for who comes in, or caught up, while others have their turn
            self.draw(self._behind.pop())
            self._apart = self._out = None
            if instant() - turn > TURN:
                _push(out)
                await asyncio.sleep(0)
                turn = instant()
        _push(out)
        if apart:
            self._do(_evenly(heard, apart))

    # What is drawn.

    def _numbers(self, room: Room) -> Told:
        """What is told of the room as it is now: of another moment than the last tick's, nothing yet."""
        at = _moment(room)
        return self.told if self.told.at == at else Told(at)

    def draw(self, client: Client) -> None:
        """Sends a client what it does not have yet; ends one that has nothing to do here any more. One that reads
        slower than we write gets the newest when it has caught up."""
        if client.line.slow or self.room is None or client.room is not self:
            return
        try:
            if client.place == DOOR:
                self._draw_door(self.room, client)
            else:
                self._draw(self.room, client)
        except Exception:  # the others get theirs
            log.exception("frame_failed")
            client.end(LATER)

    def view(self, room: Room, role: str) -> View:
        """The view of an audience, with the numbers of the last tick."""
        if room is self.room and role in self._views:
            return self._views[role]
        told = self._numbers(room)
        made = view(room, role, ready=told.ready, said=told.said, silent=self.was_silent, people=told.people)
        if room is self.room:
            self._views[role] = made
        return made

    def render(self, room: Room, place: str, role: str, lang: str) -> dict[str, str]:
        """The audience regions, as page and frame show them."""
        return self.feed.regions.audience(place, self.view(room, role), lang)

    def personal(
        self, room: Room, device: Device, tag: Tag, lang: str, csrf: str, typed: Mapping[str, str] = EMPTY
    ) -> dict[str, str]:
        """The personal regions of a device, as page and frame show them; `typed` in a refused form stays in it."""
        shown, own = self.view(room, rights.role(room, device.seat)), mine.mine(room, device, tag)
        if csrf or typed or room is not self.room:
            return self.feed.regions.personal(shown, own, lang, csrf, typed)
        return self._shared.parts(shown, own, lang)

    def _draw_door(self, room: Room, client: Client) -> None:
        """Who knocks: nothing is told at the door but that the line is there."""
        if not any(k.handle == client.handle and k.state != "refused" for k in room.knocks):
            client.end(4401)
        elif client.seen == NOTHING:
            client.seen = 0
            client.line.push(clock())

    def _draw(self, room: Room, client: Client) -> None:
        device = devices.shown(room, client.handle)
        if device is None or _gone(room, device) or client.beside and not devices.may_watch(room, client.beside):
            client.end(4401)
            return
        if client.place == "lead" and not room.seats[device.seat].lead:
            client.end(4401)
            return
        key = (client.place, role_on(room, device, client.place), client.lang)
        if key != client.audience:
            client.audience, client.seen = key, NOTHING
        audience = self._audience(room, key)
        alone = audience.s == client.seen
        frame = b"" if alone else audience.frame(client.seen)
        client.seen = audience.s
        if client.place == "seat":  # in one piece: a pause would tell whose own part is unlike all others
            frame += self._draw_own(room, client, device, alone=alone)
        if not frame:
            return
        if self._out is None:
            client.line.push(frame)
        else:
            self._out.append((client, frame))

    def _draw_own(self, room: Room, client: Client, device: Device, *, alone: bool) -> bytes:
        """What this device's own part needs to become, as a frame, or nothing. `alone`: nothing else changed for it, so
        that it is about an act of its own. Loading and drawing take the longer, the more somebody wrote: such a frame
        goes out on an even step of time."""
        marks = array("q", (hash(device.seat),))

        def tag(*parts: str) -> str:
            name = client.tag(*parts)
            marks.append(hash(name))
            return name

        parts = self.personal(room, device, tag, client.lang, "")
        own = {n: hash(h) for n, h in parts.items()}
        client.marks = marks
        if alone and client.waits == own:
            return b""  # it is on its way
        client.waits = None  # what else is on its way is not what it shall have any more
        changed = {n: h for n, h in parts.items() if own[n] != client.own.get(n)}
        if not changed:
            return b""
        frame = own_text(changed)
        sealed = framed(frame + blanks(frame))
        if alone and self._apart is not None:
            client.waits = own
            self._apart.append((client, own, sealed))
            return b""
        client.own = own
        return sealed

    def _audience(self, room: Room, key: Key) -> Audience:
        """The audience's regions for this room, rendered once however many sockets ask."""
        audience = self._audiences.get(key)
        if audience is None:
            audience = self._audiences[key] = Audience()
        if key not in self._drawn:
            audience.draw(self.render(room, *key), f"{room.at}.{this_round(room).stage}")
            self._drawn.add(key)
        return audience


def _push(out: list[tuple[Client, bytes]]) -> None:
    """Sends the frames of one turn in one go: whoever reads them is waked once, and not by each."""
    for client, frame in out:
        client.line.push(frame)
    out.clear()


async def _evenly(heard: float, apart: list[Apart]) -> None:
    """Sends frames about one's own acts, but for those that a newer one took the place of. Who reads slowly gets the
    newest when it has caught up."""
    await evenly(heard, OWN)
    for client, own, frame in apart:
        if client.waits is own:
            client.waits = None
            if client.room is not None and not client.line.slow:
                client.own = own
                client.line.push(frame)


def role_on(room: Room, device: Device, place: str) -> str:
    """The audience role of a device on a page."""
    if place == "screen" or device.kind is Kind.SCREEN:
        return SCREEN
    return LEAD if place == "lead" else rights.role(room, device.seat)


def _gone(room: Room, device: Device) -> bool:
    return bool(device.seat) and room.seats[device.seat].presence in GONE


def _told(room: Room) -> Told:
    people = len(here(room)) if is_hall(room) else 0
    return Told(_moment(room), sum(this_round(room).ready.values()), agreement.said(room), people)


def _moment(room: Room) -> str:
    return f"{room.at}.{this_round(room).id}.{this_round(room).stage}.{room.backs}"
