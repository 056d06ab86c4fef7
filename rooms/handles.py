"""Handles in everybody's reach: even stop, the owner's ways out, and what the big screen shows."""

from __future__ import annotations

from random import Random

from msgspec.structs import replace

from rooms import choosing, clock, flow, more, rechoosing, timers
from rooms.refusal import Refused
from rooms.rights import leader, present, the_owner
from rooms.room import Room, Stop, owner, phase, this_round, with_round

CHOICES = ("rest", "other", "end")
MINUTE = 60_000  # ms


def stop(room: Room, by: str, now: int, nr: str = "") -> Room:
    """Even stop: the clock stands, every screen is still, nobody sees who asked.

    `nr` is how many stops there were when it was tapped; after another one it changes nothing.
    """
    present(room, by)
    if room.still or not _in(room, nr):
        return room
    held = clock.hold(this_round(room).clock, now, "still")
    return replace(with_round(room, clock=held), still=Stop(), stops=room.stops + 1)


def choose(room: Room, by: str, choice: str, nr: str = "") -> Room:
    """The owner says what is needed: rest, another kind of questions, or the end of the case. `nr` as in `stop`."""
    the_owner(room, by)
    if choice not in CHOICES:
        raise Refused("Kies één van de antwoorden.")
    return replace(room, still=Stop(choice)) if room.still and _in(room, nr) else room


def go_on(room: Room, by: str, now: int, rng: Random, nr: str = "") -> Room:
    """The facilitator goes on after the quiet; an owner who ended the case is followed in that. `nr` as in `stop`."""
    leader(room, by)
    if room.still is None or not _in(room, nr):
        return room
    ended = room.still.choice == "end" and bool(owner(room))
    room = clock.let_run(replace(room, still=None), now)
    if phase(room).kind == "choose":
        return choosing.after_quiet(room, now, rng, ended=ended)
    if not ended:
        return room
    return rechoosing.ended_before(room) if flow.before_choice(room) else flow.end_case(room, now, rng)


def blank(room: Room, by: str, *, on: bool) -> Room:
    """Empties the big screen, or shows it again."""
    leader(room, by)
    return replace(room, blank=on)


def notice(room: Room, by: str, what: str, now: int) -> Room:
    """A word on every screen: a minute's silence, back to the question, who sums up; '' takes it away. A timer runs on
    behind it, and is seen again afterwards; where the timer is what is shown, '' ends it."""
    leader(room, by)
    if what not in ("", "silence", "question", "sum"):
        raise Refused("Dat kan het scherm niet tonen.")
    if room.notice == what:
        return room
    if not what:
        return timers.shown(room if timers.covered(room) else replace(room, timer=None))
    return replace(room, notice=what, quiet_until=now + MINUTE if what == "silence" else 0, quiet=MINUTE)


def ripe(room: Room, now: int) -> bool:
    """Whether time alone changes what is shown: the twenty seconds, the minute of silence or a timer are over."""
    until = this_round(room).until
    over = bool(until) and not clock.waiting(until, now, choosing.WAIT)
    return over or _silence_over(room, now) or _timer_over(room, now)


def tick(room: Room, now: int, rng: Random) -> Room:
    """What time alone changes, whoever notices first, and what everybody answered about more time; no phase ever moves
    by it."""
    silence, timer = _silence_over(room, now), _timer_over(room, now)
    if timer:
        room = replace(room, timer=None)
    if silence:
        room = timers.shown(room)
    room = more.tick(room, now)
    return room if room.still else choosing.tick(room, now, rng)


def _silence_over(room: Room, now: int) -> bool:
    return bool(room.quiet_until) and not clock.waiting(room.quiet_until, now, room.quiet or MINUTE)


def _timer_over(room: Room, now: int) -> bool:
    return room.timer is not None and not clock.waiting(room.timer.until, now, room.timer.span)


def _in(room: Room, nr: str) -> bool:
    return nr in ("", str(room.stops))
