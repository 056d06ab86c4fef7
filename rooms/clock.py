"""The clock of a phase: whole seconds left, standing still or running, never forcing anything."""

from __future__ import annotations

from msgspec.structs import replace

from rooms.rights import leader
from rooms.room import Clock, Room, this_round, with_round


def start(minutes: int, now: int) -> Clock:
    """A clock that runs from `now` (ms) for this many minutes; 0 minutes is no clock."""
    if not minutes:
        return Clock()
    return Clock(total=minutes * 60, left=minutes * 60, since=now, state="run")


def left(clock: Clock, now: int) -> int:
    """Seconds left at `now` (ms); negative in overtime."""
    if clock.state != "run":
        return clock.left
    return clock.left - (now - clock.since) // 1000


def hold(clock: Clock, now: int, state: str) -> Clock:
    """The clock stopped at `now`, as klok stil (`still`) or koffiepauze (`coffee`); a coffee break goes on."""
    if clock.state in ("off", "coffee", state):
        return clock
    return replace(clock, left=left(clock, now), since=now, state=state)


def resume(clock: Clock, now: int) -> Clock:
    """The clock running again from `now`."""
    return replace(clock, since=now, state="run") if clock.state in ("still", "coffee") else clock


def waiting(until: int, now: int, span: int) -> bool:
    """Whether `now` lies in the `span` ms before `until`. A clock that was set back makes no wait longer."""
    return until - span <= now < until


def stand_still(room: Room, by: str, now: int) -> Room:
    """Klok stil: the clock stands, the time counts as meeting time, the end stays."""
    leader(room, by)
    return with_round(room, clock=hold(this_round(room).clock, now, "still"))


def coffee(room: Room, by: str, now: int) -> Room:
    """Koffiepauze: the clock stands and the end moves along."""
    leader(room, by)
    return with_round(room, clock=hold(this_round(room).clock, now, "coffee"))


def go_on(room: Room, by: str, now: int) -> Room:
    """The clock runs again; after coffee the end of the meeting has moved by the pause."""
    leader(room, by)
    return let_run(room, now)


def let_run(room: Room, now: int) -> Room:
    """The room with its clock running, whoever asked."""
    clock = this_round(room).clock
    if clock.state == "coffee":
        room = replace(room, ends=room.ends + now - clock.since)
    return with_round(room, clock=resume(clock, now))


def plus_at(room: Room) -> str:
    """What a tap for more time refers to: the step, and the time it had. The same tap twice has an old one."""
    from rooms.flow import pointer  # the pointer belongs to flow, which starts clocks

    return f"{pointer(room)}+{this_round(room).clock.total}"


def add_minutes(room: Room, by: str, at: str, now: int, *, minutes: int = 2) -> Room:
    """Gives the phase more time; the end of the meeting moves with it. `at` is what `plus_at` said."""
    leader(room, by)
    if at != plus_at(room) or this_round(room).clock.state == "off":
        return room
    return longer(room, now, minutes)


def longer(room: Room, now: int, minutes: int) -> Room:
    """The room with so many minutes more for this phase, whoever asked; the end of the meeting moves with it."""
    clock, more = this_round(room).clock, minutes * 60
    spare, over = max(left(clock, now), 0), max(-left(clock, now), 0)
    since = clock.since if clock.state == "coffee" else now  # the end moves by the whole break
    # the time it went over stays used, so that what counts from its start (turns in groups) counts on
    clock = replace(clock, total=clock.total + over + more, left=spare + more, since=since)
    # what was answered about more time was about the time it had
    return with_round(replace(room, ends=room.ends + more * 1000), clock=clock, poll=None)
