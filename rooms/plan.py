"""Minutes that fit: when the meeting ends, and the method's phases stretched or shortened to that time."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate, pairwise

from msgspec.structs import replace

from rooms.methods import Method, Phase
from rooms.room import Room

DAY, MINUTE = 86_400_000, 60_000  # ms
USUAL = 120 * MINUTE  # a meeting whose end nobody named
SHORTEST, LONGEST = Fraction(1, 2), Fraction(3, 2)  # a phase keeps its character between half and one and a half
LEAST = 2  # minutes


def ends(room: Room, now: int) -> int:
    """When (ms) a meeting that begins at `now` is over: at the time of day named in the invitation, of
    this day or the next; two hours from now when none was named."""
    if not room.ends:
        return now + USUAL
    late = max(now - room.ends, 0)
    return room.ends + -(-late // DAY) * DAY


def fitted(room: Room, start: int, now: int) -> Room:
    """The method's phases from agenda line `start` on, scaled alike so that the closing ends at the room's
    end when that line begins at `now` (ms)."""
    if room.method is None or room.method.fixed or not room.ends:
        return room
    usual = {p.id: p for p in room.method.phases}
    ahead = room.agenda[start:]
    rest = sum(e.phase.minutes for e in ahead if e.phase.kind != "method")
    steps = [usual[e.phase.id] for e in ahead if e.phase.kind == "method"]
    given = iter(shares(steps, (room.ends - now) // MINUTE - rest))
    lines = (replace(e, phase=replace(e.phase, minutes=next(given))) if e.phase.kind == "method" else e for e in ahead)
    return replace(room, agenda=(*room.agenda[:start], *lines))


def shortest(method: Method) -> int:
    """The minutes of a method whose steps were all shortened as far as they go."""
    return sum(shares(method.phases, 0))


def shares(phases: Sequence[Phase], minutes: int) -> list[int]:
    """Whole minutes for each of these phases, in proportion to their usual ones and together exactly `minutes`, as far
    as their limits let them. Rounded by themselves they would lose up to a minute each: it is their running total that
    is rounded."""
    exact = _exact(phases, minutes)
    ends = [int(total + Fraction(1, 2)) for total in accumulate(exact)]
    return [end - begin for begin, end in pairwise([0, *ends])]


def _exact(phases: Sequence[Phase], minutes: int) -> list[Fraction]:
    """The same before rounding. What phases at their minimum take beyond their share, the others give up together."""
    total = min(max(minutes, _together(phases, SHORTEST)), _together(phases, LONGEST))
    kept = {n: p.minutes for n, p in enumerate(phases) if p.minutes < LEAST}  # phases that do not scale, by place
    while True:
        free = sum(p.minutes for n, p in enumerate(phases) if n not in kept)
        factor = Fraction(total - sum(kept.values()), free or 1)
        below = {n: _least(p) for n, p in enumerate(phases) if n not in kept and _least(p) > p.minutes * factor}
        if not below:
            return [Fraction(kept[n]) if n in kept else p.minutes * factor for n, p in enumerate(phases)]
        kept |= below


def _together(phases: Sequence[Phase], factor: Fraction) -> int:
    """The minutes of these phases when each takes so much of its usual time, and none less than its minimum."""
    scaled = sum(max(Fraction(_least(p)), p.minutes * factor) for p in phases if p.minutes >= LEAST)
    return int(scaled) + sum(p.minutes for p in phases if p.minutes < LEAST)


def _least(phase: Phase) -> int:
    """The minutes a phase never goes below: those of its own silences and timers; its usual ones where those are
    fewer."""
    timers = -(-sum(line.seconds for line in phase.inputs) // 60)
    return min(max(LEAST, timers), phase.minutes)
