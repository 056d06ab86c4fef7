"""Minutes that fit: when the meeting ends, and the method's phases stretched or shortened to that time."""

from __future__ import annotations

from msgspec.structs import replace

from rooms.methods import Method, Phase
from rooms.room import Entry, Room

DAY, MINUTE = 86_400_000, 60_000  # ms
USUAL = 120 * MINUTE  # a meeting whose end nobody named
SHORTEST, LONGEST, LEAST = 0.5, 1.5, 2  # a phase keeps its character between half and one and a half; minutes


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
    usual = {p.id: p.minutes for p in room.method.phases}
    ahead = room.agenda[start:]
    full = sum(usual[e.phase.id] for e in ahead if e.phase.kind == "method")
    if not full:
        return room
    rest = sum(e.phase.minutes for e in ahead if e.phase.kind != "method")
    factor = min(max(((room.ends - now) / MINUTE - rest) / full, SHORTEST), LONGEST)
    return replace(room, agenda=(*room.agenda[:start], *(_scaled(e, usual, factor) for e in ahead)))


def shortest(method: Method) -> int:
    """The minutes of a method whose steps were all shortened as far as they go."""
    return sum(_minutes(p, p.minutes, SHORTEST) for p in method.phases)


def _minutes(phase: Phase, usual: int, factor: float) -> int:
    """Minutes of a phase that usually takes `usual`: never less than its own silences and timers take."""
    timers = -(-sum(line.seconds for line in phase.inputs) // 60)
    return max(LEAST, int(usual * factor), min(timers, usual))


def _scaled(line: Entry, usual: dict[str, int], factor: float) -> Entry:
    if line.phase.kind != "method":
        return line
    return replace(line, phase=replace(line.phase, minutes=_minutes(line.phase, usual[line.phase.id], factor)))
