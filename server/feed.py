"""All rooms that have sockets in this process, and who leads them."""

from __future__ import annotations

import asyncio

from rooms.room import Room, leaders
from server.bus import Bus
from server.presence import Presence
from server.regions import Regions
from server.roomfeed import Client, RoomFeed
from server.steady import now_ms
from server.store import Store


class Feed:
    """All rooms that have sockets in this process."""

    def __init__(self, store: Store, bus: Bus, regions: Regions) -> None:
        self.store, self.bus, self.regions = store, bus, regions
        self.rooms: dict[str, RoomFeed] = {}
        self.presence = Presence(now_ms())

    def changed(self, alias: str) -> None:
        """A hint that a room has a new version."""
        if found := self.rooms.get(alias):
            found.dirty.set()

    def reset(self) -> None:
        """Any hint may have been lost: every room looks at the store."""
        for found in self.rooms.values():
            found.dirty.set()

    async def serve(self, alias: str, client: Client) -> None:
        """Feeds one socket until it goes."""
        room = self.rooms.setdefault(alias, RoomFeed(alias, self))
        await room.serve(client)

    def heard(self, alias: str, seat: str) -> None:
        """A sign of life from a device of this seat; only that of who leads is told on."""
        found = self.rooms.get(alias)
        if found and found.room and seat in {s.id for s in leaders(found.room)}:
            self.bus.lead(alias)

    def lead_is_there(self, alias: str) -> None:
        """A device that leads a room gave a sign, in this process or another."""
        self.presence.heard(alias, now_ms())
        if (found := self.rooms.get(alias)) and found.was_silent:
            found.dirty.set()

    def silent(self, room: Room) -> str:
        """The seat of a leader whose devices have all been silent, or ''; never while other processes are unheard."""
        found = self.rooms.get(room.id)
        return self.presence.silent(room, now_ms(), watched=found.since if found else 0) if self.bus.healthy else ""

    async def stop(self) -> None:
        """Tells every client to come back, then ends: nothing looks at the store any more, which closes next."""
        for found in list(self.rooms.values()):
            for client in list(found.clients):
                await client.socket.close(1012)
        tasks = [found.task for found in self.rooms.values() if found.task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def page_feed(feed: Feed, room: Room) -> RoomFeed:
    """The feed that renders a page of a room, whether or not it has sockets yet."""
    return feed.rooms.get(room.id) or RoomFeed(room.id, feed)
