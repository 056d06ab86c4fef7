"""The circle as data: which chairs there are and what is true of each, without a word of markup."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from rooms import turns
from rooms.derived import derived
from rooms.halls import is_hall
from rooms.room import Presence, Room, here, owner, phase, this_round


class Chair(Struct, frozen=True):
    """One chair, counted clockwise from 0."""

    i: int
    seat: str = ""
    name: str = ""
    initials: str = ""
    free: bool = False
    lead: bool = False
    remote: bool = False
    away: bool = False
    floor: bool = False
    next: bool = False
    owner: bool = False
    done: bool = False
    outside: bool = False
    no_sound: bool = False  # at a distance, and does not hear the others


class Ring(Struct, frozen=True):
    """All chairs, `n` of them; of a hall only how many."""

    n: int
    chairs: tuple[Chair, ...]
    hall: bool = False
    sitting: int = 0  # people on them


def ring(
    room: Room,
    *,
    silent: str = "",
    screen: bool = False,
    bare: bool = False,
    agreed: bool = False,
    people: int = 0,
) -> Ring:
    """The chairs of the room. `silent` is a leader's seat whose device is silent (never on the big screen); `bare`
    leaves out everything that says something of the phase; `agreed` when all keep to the agreement; `people` how many
    a hall shows, 0 for those who are there."""
    seated = here(room)
    if is_hall(room):
        n = people or len(seated)
        return Ring(n, (), hall=True, sitting=n)
    free = max(room.chairs - len(seated), 0) if room.rounds and phase(room).kind == "arrive" else 0
    marks = initials_of(room)
    if bare:
        return Ring(len(seated), tuple(Chair(i, s.id) for i, s in enumerate(seated)), sitting=len(seated))
    floor, following, whose = this_round(room).floor, turns.following(room), owner(room)
    chairs = [
        Chair(
            i,
            s.id,
            s.name,
            marks[s.id],
            lead=s.lead,
            remote=s.remote,
            away=s.id == silent and not screen,
            floor=s.id == floor,
            next=s.id == following,
            owner=s.id == whose,
            done=agreed,
            outside=s.presence is Presence.OUTSIDE,
            no_sound=s.no_sound,
        )
        for i, s in enumerate(seated)
    ]
    chairs += [Chair(len(seated) + i, free=True) for i in range(free)]
    return Ring(len(chairs), tuple(chairs), sitting=len(seated))


def index(room: Room, seat_id: str) -> int:
    """The chair a seat has on the ring now."""
    return _places(room).get(seat_id, 0)


@derived(lambda room: (room.seats,))
def _places(room: Room) -> dict[str, int]:
    return {s.id: i for i, s in enumerate(here(room))}


@derived(lambda room: (room.seats,))
def initials_of(room: Room) -> Mapping[str, str]:
    """Seat id to the letters in its chair; who left keeps theirs, so that nobody's change. In a hall two letters, which
    many share."""
    if is_hall(room):
        return {i: s.name[:2].capitalize() for i, s in room.seats.items()}
    people = list(room.seats.values())
    return dict(zip((s.id for s in people), initials([s.name for s in people]), strict=True))


def initials(names: list[str]) -> list[str]:
    """Two letters each; where two share them, the letters up to the first that differs."""
    short = [n[:2].capitalize() for n in names]
    return [s if short.count(s) == 1 else _longer(n, names) for n, s in zip(names, short, strict=True)]


def _longer(name: str, names: list[str]) -> str:
    others = [o for o in names if o != name and o[:2].casefold() == name[:2].casefold()]
    for end in range(2, len(name) + 1):
        if all(o[:end].casefold() != name[:end].casefold() for o in others):
            return name[:2] if end == 2 else (name[:2] + name[end - 1]).capitalize()
    return name[:2].capitalize()
