"""What is seen of the turns to come: the next few names by everybody, the whole line and who had none by who leads, who
sees too, where people talk without turns, who was not heard yet."""

from __future__ import annotations

from msgspec import Struct

from rooms import flow, talk, turns
from rooms.ring import initials_of
from rooms.room import Room, this_round

SHOWN = 3  # names of a line that is there to know when to sit up, not to be read


class Turn(Struct, frozen=True):
    """Somebody whose turn comes. `sooner` and `later` are what a tap that moves it carries, '' where it cannot."""

    seat: str
    name: str
    initials: str
    sooner: str = ""
    later: str = ""


class Talker(Struct, frozen=True):
    """Somebody who may speak without a turn. `tap` is what a tap carries that says the opposite of `heard`."""

    name: str
    heard: bool
    tap: str


def ahead(room: Room) -> tuple[Turn, ...]:
    """Every turn to come, in order."""
    line, marks, at, had = turns.waiting(room), initials_of(room), flow.pointer(room), turns.had_turns(room)

    def swap(i: int) -> str:
        """What lets the turn at `i` go before the one right before it."""
        return f"{line[i][0]}:{line[i - 1][0]}:{at}" if 0 < i < len(line) and turns.may_swap(line, i, had) else ""

    return tuple(
        Turn(seat, room.seats[seat].name, marks[seat], swap(i), swap(i + 1)) for i, (_, seat) in enumerate(line)
    )


def unheard(room: Room) -> tuple[Turn, ...]:
    """Who had no turn in this phase yet."""
    marks = initials_of(room)
    return tuple(Turn(seat, room.seats[seat].name, marks[seat]) for seat in turns.unheard(room))


def talkers(room: Room) -> tuple[Talker, ...]:
    """Who may speak without a turn in this step, in an order that no tap changes."""
    at, said = flow.pointer(room), this_round(room).spoken
    return tuple(
        Talker(s.name, s.id in said, f"{s.id}:{'0' if s.id in said else '1'}:{at}") for s in talk.talkers(room)
    )


def coming(room: Room) -> tuple[str, ...]:
    """The names of whose turn comes next, each once."""
    return tuple(dict.fromkeys(room.seats[seat].name for _, seat in turns.waiting(room)))[:SHOWN]
