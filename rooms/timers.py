"""A countdown inside a phase, begun by who leads: a silence, or so many minutes for something."""

from __future__ import annotations

from msgspec.structs import replace

from rooms.cards import find
from rooms.rights import leader
from rooms.room import Countdown, Room


def start(room: Room, by: str, input_id: str, now: int) -> Room:
    """Begins the timer of this input at `now` (ms), in place of another; while it runs, again only shows it again."""
    leader(room, by)
    line = find(room, input_id, "timer")
    what, span = "silence" if line.quiet else "timer", line.seconds * 1000
    runs = room.timer
    if runs is None or (runs.what, runs.span) != (what, span) or runs.until <= now:
        runs = Countdown(what, now + span, span)
    return shown(replace(room, timer=runs))


def shown(room: Room) -> Room:
    """The room with its timer on the screens again, or without any word on them when none runs."""
    on = room.timer or Countdown("", 0, 0)
    return replace(room, notice=on.what, quiet_until=on.until, quiet=on.span)


def covered(room: Room) -> bool:
    """Whether a timer runs that a word of who leads is shown in place of."""
    return room.timer is not None and room.timer.until != room.quiet_until
