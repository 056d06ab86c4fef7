"""What everybody sees of time: the lines of the agenda, and a clock that any device can draw."""

from __future__ import annotations

from msgspec import Struct

from rooms.methods import Text
from rooms.room import Room, this_round


class Line(Struct, frozen=True):
    """One line of the agenda."""

    name: Text
    minutes: int
    state: str  # done, now, todo


class ClockView(Struct, frozen=True):
    """A clock that any device can draw: `deadline_ms` while it runs, else the seconds left."""

    state: str
    total_s: int
    left_s: int
    deadline_ms: int


def clock_view(room: Room) -> ClockView:
    """The clock of the present phase; bytes depend on the state only, never on when they were made."""
    now = this_round(room).clock
    until = now.since + now.left * 1000 if now.state == "run" else 0
    return ClockView(now.state, now.total, now.left, until)


def lines(room: Room) -> tuple[Line, ...]:
    """The agenda, with where the room is."""

    def state(i: int) -> str:
        return "done" if i < room.at else "now" if i == room.at else "todo"

    return tuple(Line(e.phase.name, e.phase.minutes, state(i)) for i, e in enumerate(room.agenda))
