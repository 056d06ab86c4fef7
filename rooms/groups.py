"""Small groups: the circle split by chairs, the same all through a case, and whose turn it is in each."""

from __future__ import annotations

from msgspec.structs import replace

from rooms.methods import Input
from rooms.room import Room, entry, phase, taking_part

Groups = tuple[tuple[str, ...], ...]  # seats; who went away keeps the place


def line_of(room: Room) -> Input | None:
    """The input that splits the circle in this phase, if any."""
    return next((i for i in phase(room).inputs if i.kind == "groups"), None)


def split(room: Room) -> Room:
    """The circle in groups, when a phase asks for it: made once per case, then kept. Who comes later, or stays alone,
    joins the smallest."""
    line = line_of(room)
    if line is None:
        return room
    seats = [s.id for s in sorted(taking_part(room), key=lambda s: (s.remote, s.place))]
    case = str(entry(room).case)
    made = _joined(room.groups.get(case) or _shared(seats, line.max), seats)
    return replace(room, groups={**room.groups, case: made})


def shown(room: Room) -> Groups:
    """The groups of this phase: the seats in each that take part now; none where the circle is whole."""
    there = {s.id for s in taking_part(room)}
    made = room.groups.get(str(entry(room).case), ()) if line_of(room) else ()
    return tuple(group for group in (tuple(i for i in g if i in there) for g in made) if group)


def mine(room: Room, seat_id: str) -> tuple[str, ...]:
    """The seats of somebody's group; empty when they are in none."""
    return next((group for group in shown(room) if seat_id in group), ())


def client(room: Room, seat_id: str) -> str:
    """Whose turn it is in somebody's group in this phase, or ''. In a group that is larger than the others somebody
    waits; the turn of who is not there falls away."""
    turn = _turn_of(room, seat_id)
    return turn if turn in mine(room, seat_id) else ""


def missed(room: Room, seat_id: str) -> str:
    """Who of somebody's group would have had this turn and is not there, or ''."""
    turn = _turn_of(room, seat_id)
    return "" if turn in mine(room, seat_id) else turn


def _turn_of(room: Room, seat_id: str) -> str:
    line = line_of(room)
    if line is None or not mine(room, seat_id):
        return ""
    whole = next(group for group in room.groups[str(entry(room).case)] if seat_id in group)
    return whole[line.client - 1] if 0 < line.client <= len(whole) else ""


def _joined(made: Groups, seats: list[str]) -> Groups:
    """The groups with everybody of `seats` in one: where they were, or with others when they would be alone."""
    for one in seats:
        there = [sum(i in seats for i in group) for group in made]
        own = next((n for n, group in enumerate(made) if one in group), None)
        others = [n for n in range(len(made)) if n != own and (there[n] or own is None)]
        if others and (own is None or there[own] == 1):
            to = min(others, key=lambda n: (not there[n], there[n]))
            made = tuple((*g, one) if n == to else tuple(i for i in g if i != one) for n, g in enumerate(made))
    return made


def _shared(seats: list[str], size: int) -> Groups:
    """Groups of about `size`, as even as can be and none of one person alone: five in threes are two and three."""
    count = max(1, min(int(len(seats) / size + 0.5), len(seats) // 2))
    return tuple(tuple(seats[len(seats) * n // count : len(seats) * (n + 1) // count]) for n in range(count))
