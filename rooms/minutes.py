"""How long each part of a meeting took: everything before the method as one part, then phase by phase."""

from __future__ import annotations

from msgspec import Struct

from rooms import clock
from rooms.methods import Text
from rooms.room import Room, key
from rooms.shell import BEGUN

BEFORE = Text("Vooraf", "Before")


class Part(Struct, frozen=True):
    """A part of the meeting: its name, the kind of its phase, and the minutes it took."""

    name: Text
    flavour: str
    minutes: int


def parts(room: Room) -> tuple[Part, ...]:
    """The parts of a meeting that is over, in order; what took no minute is left out."""
    found: list[Part] = [Part(BEFORE, "before", 0)]
    for i, line in enumerate(room.agenda):
        held = room.rounds.get(key(room, i))
        if held is None:
            continue
        spent = round((held.clock.total - clock.left(held.clock, room.over)) / 60)
        if line.phase.kind in BEGUN:
            found.append(Part(line.phase.name, line.phase.flavour, spent))
        else:
            found[0] = Part(BEFORE, "before", found[0].minutes + spent)
    return tuple(p for p in found if p.minutes > 0)
