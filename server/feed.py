"""All rooms that have sockets in this process, and who leads them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from rooms.room import Room
from server.bus import Bus
from server.client import Client
from server.presence import Presence
from server.regions import Regions
from server.roomfeed import RoomFeed
from server.steady import now_ms
from server.store import Store

log = logging.getLogger("kring")
SECOND = 1_000  # ms
A_TURN = 50  # rooms that hear the beat before others get a turn


class Feed:
    """All rooms that have sockets in this process."""

    def __init__(self, store: Store, bus: Bus, regions: Regions) -> None:
        self.store, self.bus, self.regions = store, bus, regions
        self.rooms: dict[str, RoomFeed] = {}
        self.presence = Presence(now_ms())
        self._beats: asyncio.Task[None] | None = None

    def start(self) -> None:
        """From here rooms hear the beat."""
        self._beats = asyncio.create_task(self._beat())

    def changed(self, alias: str) -> None:
        """A hint that a room has a new version."""
        if found := self.rooms.get(alias):
            found.look()

    def reset(self) -> None:
        """Any hint may have been lost: every room looks at the store."""
        for found in self.rooms.values():
            found.look()

    def join(self, room: Room, client: Client, left: Callable[[Client], None]) -> None:
        """Feeds one socket of a room until it goes; then `left` hears of it."""
        client.left = left
        self.rooms.setdefault(room.id, RoomFeed(room.id, self)).join(room, client)

    def lead_is_there(self, alias: str) -> None:
        """A device that leads a room gave a sign, in this process or another."""
        self.presence.heard(alias, now_ms())
        if (found := self.rooms.get(alias)) and found.was_silent:
            found.look()

    def silent(self, room: Room) -> str:
        """The seat of a leader whose devices have all been silent, or ''; never while other processes are unheard."""
        found = self.rooms.get(room.id)
        return self.presence.silent(room, now_ms(), watched=found.since if found else 0) if self.bus.healthy else ""

    async def stop(self) -> None:
        """Tells every client to come back, then ends: nothing looks at the store any more, which closes next."""
        if self._beats:
            self._beats.cancel()
        rooms = list(self.rooms.values())
        for found in rooms:
            for client in list(found.clients):
                client.end(1012)
        await asyncio.gather(*(found.stop() for found in rooms))

    async def _beat(self) -> None:
        """Every whole second of the clock, once."""
        last = now_ms() // SECOND
        while True:
            await asyncio.sleep((SECOND - now_ms() % SECOND) / 1000)
            now = now_ms()
            if now // SECOND == last:
                continue
            last = now // SECOND
            for n, found in enumerate(list(self.rooms.values()), 1):
                try:
                    found.beat(now)
                except Exception:  # a fault in one room: the others go on
                    log.exception("beat_failed")
                if n % A_TURN == 0:
                    await asyncio.sleep(0)


def page_feed(feed: Feed, room: Room) -> RoomFeed:
    """The feed that renders a page of a room, whether or not it has sockets yet."""
    return feed.rooms.get(room.id) or RoomFeed(room.id, feed)
