"""When the members of a group were at the table of their circle, in whole minutes since it began; its coffee breaks.

Made of what is signed only: who came, left, was called outside and back, and the clock of who leads. What somebody
writes or chooses changes nothing here, and a phone that sleeps is no absence. A circle of no group keeps none of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from rooms.closing import DAY
from rooms.room import GONE, Presence, Room, Stay, this_round

MINUTE = 60_000  # ms
Span = tuple[int, int]  # from one whole minute to another


class Spent(Struct, frozen=True):
    """A seat's part of a meeting, in whole minutes since it began: `came` and `left`, and between them `net` at the
    table and `outside`, both without coffee."""

    came: int
    left: int
    net: int
    outside: int = 0


def noted(room: Room, now: int) -> Room:
    """The room with what a change did to who is where. Twice is once; what moved nobody leaves it as it is."""
    if not room.group or not room.began or room.over:
        return room
    at = minute(room, now)
    stays = {i: _moved(room.stays.get(i, ()), at, s.presence) for i, s in room.seats.items() if s.member}
    stays = {i: kept for i, kept in stays.items() if kept}
    breaks = _breaks(room, at)
    return room if (stays, breaks) == (room.stays, room.breaks) else replace(room, stays=stays, breaks=breaks)


def minute(room: Room, now: int) -> int:
    """The whole minute of the meeting at `now` (ms)."""
    return max(now - room.began, 0) // MINUTE


def end(room: Room) -> int:
    """The minute at which a meeting that is over ended; of one that nobody closed, the time that was agreed on."""
    return minute(room, room.over if closed(room) else min(room.over, max(room.ends, room.began)))


def closed(room: Room) -> bool:
    """Whether somebody closed the meeting, so that its end is known."""
    return room.over - room.began < DAY


def spent(room: Room, seats: Iterable[str]) -> Spent | None:
    """A member's part of a meeting that is over, on whatever seats: a minute on two counts once, at the table where one
    was there. None for who was not there."""
    last, chairs = end(room), tuple(seats)
    here, outside = (
        joined(span for chair in chairs for span in _spans(room, chair, last, where))
        for where in (Presence.HERE, Presence.OUTSIDE)
    )
    if not here and not outside:
        return None
    came, left = min(a for a, _ in (*here, *outside)), max(b for _, b in (*here, *outside))
    net, both = without(here, room.breaks, last), without(joined((*here, *outside)), room.breaks, last)
    return Spent(came, left, net, both - net)


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same minutes, each once."""
    found: list[Span] = []
    for a, b in sorted(spans):
        if found and a <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], b))
        else:
            found.append((a, b))
    return tuple(found)


def without(spans: Iterable[Span], breaks: tuple[int, ...], last: int) -> int:
    """How many minutes these spans have beside the coffee breaks; one that goes on ends at `last`."""
    coffee = tuple(_pairs(breaks, last))
    return sum(b - a - sum(max(min(b, d) - max(a, c), 0) for c, d in coffee) for a, b in spans)


def _spans(room: Room, seat_id: str, last: int, where: Presence) -> tuple[Span, ...]:
    """When a seat was somewhere, until `last`; nothing shorter than a minute."""
    stays = (*room.stays.get(seat_id, ()), Stay(last, Presence.LEFT))
    found = ((a.since, min(b.since, last)) for a, b in pairwise(stays) if a.presence is where)
    return tuple((a, b) for a, b in found if a < b)


def _moved(before: tuple[Stay, ...], at: int, presence: Presence) -> tuple[Stay, ...]:
    """A seat's stays with where it is now. Who was somewhere for less than a minute was not."""
    if before[-1].presence is presence if before else presence in GONE:
        return before
    kept = before[:-1] if before and before[-1].since >= at else before
    if kept[-1].presence is presence if kept else presence in GONE:
        return kept
    return (*kept, Stay(at, presence))


def _breaks(room: Room, at: int) -> tuple[int, ...]:
    """The coffee breaks with the clock as it is now; one of less than a minute is none."""
    coffee = this_round(room).clock.state == "coffee"
    if coffee == bool(len(room.breaks) % 2):
        return room.breaks
    return room.breaks[:-1] if room.breaks and room.breaks[-1] >= at else (*room.breaks, at)


def _pairs(breaks: tuple[int, ...], last: int) -> Iterator[Span]:
    ends = (*breaks, last) if len(breaks) % 2 else breaks
    return zip(ends[::2], ends[1::2], strict=True)
