"""Signs of life of who leads, so that a silent device can be replaced. Kept in memory only, and of nobody else."""

from __future__ import annotations

from collections import OrderedDict

from rooms.room import Room, leaders

SILENT = 60_000  # ms without a sign from any device that leads
KEPT = 10_000  # rooms


class Presence:
    """When each room last heard a device that leads it, in this process or another. Times in ms."""

    def __init__(self, now: int) -> None:
        self._since = now
        self._heard: OrderedDict[str, int] = OrderedDict()

    def heard(self, alias: str, now: int) -> None:
        """A device that leads this room gave a sign."""
        self._heard[alias] = now
        self._heard.move_to_end(alias)
        while len(self._heard) > KEPT:
            self._heard.popitem(last=False)

    def silent(self, room: Room, now: int, *, watched: int = 0) -> str:
        """The seat of who leads, once no device of theirs gave a sign for a minute of the meeting; else ''.
        `watched`: since when somebody here looks at the room."""
        if not room.began or room.over or not leaders(room):
            return ""
        last = max(self._heard.get(room.id, self._since), watched, room.began)
        return leaders(room)[0].id if now - last > SILENT else ""
