"""The end of a meeting: what stays, what goes, and the report after the owner's yes."""

from __future__ import annotations

from random import Random

from msgspec.structs import replace

from rooms import takeaways
from rooms.refusal import Refused
from rooms.rights import leader, present
from rooms.room import Room, phase, this_round, with_round


def allow_report(room: Room, by: str, *, yes: bool) -> Room:
    """An owner's yes or no to a report; without it there is none."""
    present(room, by)
    if all(c.owner != by for c in room.chosen):
        raise Refused("Dat kan alleen wie de casus inbrengt.")
    return replace(room, report=yes)


def close(room: Room, by: str, now: int, rng: Random) -> Room:
    """Closes the circle: answers are counted, every device tag of the meeting goes. Twice is once."""
    if room.over:
        return room
    leader(room, by)
    if phase(room).kind != "closing":
        raise Refused("Ga eerst naar het afronden.")
    if not this_round(room).stage:
        room = takeaways.reveal(room, rng)
    results: dict[str, tuple[int, ...]] = {}
    for mark in this_round(room).marks.values():
        results[mark.input] = tuple(sorted((*results.get(mark.input, ()), mark.value)))
    room = with_round(room, results=results, marks={}, ready={}, takeaways={})
    return replace(
        room,
        over=now,
        door=False,
        agreed={},
        knocks=(),
        still=None,
        cases=tuple(replace(c, cap="") for c in room.cases),
    )
