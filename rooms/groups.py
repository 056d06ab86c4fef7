"""Small groups: the circle split by chairs, the same all through a method, and whose turn it is in each."""

from __future__ import annotations

from msgspec.structs import replace

from rooms.methods import Input
from rooms.room import Room, phase, taking_part


def line_of(room: Room) -> Input | None:
    """The input that splits the circle in this phase, if any."""
    return next((i for i in phase(room).inputs if i.kind == "groups"), None)


def split(room: Room) -> Room:
    """The circle in groups, when a phase asks for it: made once, then kept; who comes later joins the smallest."""
    line = line_of(room)
    if line is None:
        return room
    seats = [s.id for s in sorted(taking_part(room), key=lambda s: (s.remote, s.place))]
    held = tuple(tuple(i for i in group if i in seats) for group in room.groups)
    if not room.groups:
        return replace(room, groups=_shared(seats, line.max))
    for late in (i for i in seats if not any(i in group for group in held)):
        smallest = min(range(len(held)), key=lambda n: len(held[n]))
        held = tuple((*g, late) if n == smallest else g for n, g in enumerate(held))
    return replace(room, groups=held)


def mine(room: Room, seat_id: str) -> tuple[str, ...]:
    """The seats of somebody's group; empty when they are in none."""
    return next((group for group in room.groups if seat_id in group), ())


def client(room: Room, group: tuple[str, ...]) -> str:
    """Whose turn it is in a group in this phase, or ''. In a group that is larger than the others somebody waits; the
    round of who is not there falls away."""
    line = line_of(room)
    if line is None or not 0 < line.client <= len(group):
        return ""
    return group[line.client - 1]


def _shared(seats: list[str], size: int) -> tuple[tuple[str, ...], ...]:
    """Groups of about `size`, as even as can be: five make a pair and a three, seven a three and a four."""
    count = max(1, round(len(seats) / size))
    return tuple(tuple(seats[len(seats) * n // count : len(seats) * (n + 1) // count]) for n in range(count))
