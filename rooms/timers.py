"""A countdown inside a phase, begun by who leads: a silence, or so many minutes for something."""

from __future__ import annotations

from msgspec.structs import replace

from rooms.cards import find
from rooms.rights import leader
from rooms.room import Room


def start(room: Room, by: str, input_id: str, now: int) -> Room:
    """Begins the timer of this input at `now` (ms), in place of another; while it runs, again changes nothing."""
    leader(room, by)
    line = find(room, input_id, "timer")
    what, span = "silence" if line.quiet else "timer", line.seconds * 1000
    if (room.notice, room.quiet) == (what, span) and room.quiet_until > now:
        return room
    return replace(room, notice=what, quiet_until=now + span, quiet=span)
