"""What the registers of a group ask of a meeting, while it runs: how long until it is long enough, and whether
everybody brought a question. Of the latter only a yes for the whole circle, once the writing is over; never how many.
"""

from __future__ import annotations

from msgspec import Struct

from rooms import stays
from rooms.room import Room, key
from rooms.stays import without

FEWEST = 5  # writers: with fewer a no would come near to a name


class Full(Struct, frozen=True):
    """When a meeting will have lasted `minutes` on end: at `until_ms`; while a coffee break goes on 0, and `left` whole
    minutes are to come after it."""

    minutes: int
    until_ms: int
    left: int


def full(room: Room) -> Full | None:
    """When the meeting is long enough for its registers; None where they ask nothing, or it did not begin, or is over.
    Coffee does not count, and does not begin the count anew. The same for as long as no break begins or ends."""
    if room.terms is None or not room.terms.minutes or not room.began or room.over:
        return None
    wanted, breaks = room.terms.minutes, room.breaks
    if len(breaks) % 2:
        return Full(wanted, 0, max(wanted - without([(0, breaks[-1])], breaks, breaks[-1]), 0))
    coffee = sum(breaks[1::2]) - sum(breaks[::2])
    return Full(wanted, room.began + (wanted + coffee) * stays.MINUTE, wanted)


def each(room: Room) -> str:
    """Whether everybody is to bring a question, for all screens alike: '', asked, or done once all had when the writing
    was closed. Who did not is asked nothing and shown nowhere."""
    if room.terms is None or not room.terms.each or room.over:
        return ""
    return "done" if everybody(room) else "asked"


def everybody(room: Room) -> bool | None:
    """Whether every writer of the meeting had a case on the table when the writing was closed, which the table itself
    shows; None while it is not closed, where nobody wrote, and instead of a no among few."""
    at = next((i for i, line in enumerate(room.agenda) if line.phase.kind == "write"), None)
    wrote = room.rounds.get(key(room, at)) if at is not None else None
    if at is None or wrote is None or not room.case_round or room.at <= at:
        return None
    if wrote.writers and len(room.cases) >= len(wrote.writers):
        return True
    return False if len(wrote.writers) >= FEWEST else None
