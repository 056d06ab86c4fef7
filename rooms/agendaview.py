"""What everybody sees of time: the lines of the agenda, and a clock that any device can draw."""

from __future__ import annotations

from msgspec import Struct

from rooms.derived import derived
from rooms.methods import Text
from rooms.room import Room, here, phase, taking_part, this_round
from rooms.shell import BEGUN, CHOOSING


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


class Fit(Struct, frozen=True):
    """What a method has to fit: who takes part, how many cases, and the minutes that the steps after this one take
    whatever the method is, choosing a case among them."""

    people: int
    cases: int
    rest: int


def fit(room: Room) -> Fit:
    """What a method has to fit, for who chooses one. While people arrive, those who are expected count too."""
    on, people = phase(room).kind, len(taking_part(room))
    free = max(room.chairs - len(here(room)), 0) if on == "arrive" else 0
    rest = sum(e.phase.minutes for e in room.agenda[room.at + 1 :] if e.phase.kind not in ("method", "breather"))
    if on not in BEGUN and room.method and room.method.everybody:
        rest += CHOOSING  # left out of the agenda now, and back in it with any other method
    return Fit(people + free, room.cases_wanted, rest)


def clock_view(room: Room) -> ClockView:
    """The clock of the present phase; bytes depend on the state only, never on when they were made."""
    now = this_round(room).clock
    until = now.since + now.left * 1000 if now.state == "run" else 0
    return ClockView(now.state, now.total, now.left, until)


@derived()
def lines(room: Room) -> tuple[Line, ...]:
    """The agenda, with where the room is."""

    def state(i: int) -> str:
        return "done" if i < room.at else "now" if i == room.at else "todo"

    return tuple(Line(e.phase.name, e.phase.minutes, state(i)) for i, e in enumerate(room.agenda))
