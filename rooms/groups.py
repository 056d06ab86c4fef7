"""Small groups: the circle split by chairs, the same all through a case, and whose turn it is in each.

Either all groups are at the same turn, which the phase names (`client`), or each group takes its turns by itself within
one phase (`turns`): then anybody of the group taps it on, and each turn has an equal share of the phase.
"""

from __future__ import annotations

from msgspec.structs import replace

from rooms import clock
from rooms.derived import derived
from rooms.methods import Input
from rooms.refusal import Refused
from rooms.rights import caught_up
from rooms.room import Part, Room, entry, phase, taking_part, this_round, with_round

Groups = tuple[tuple[str, ...], ...]  # seats; who went away keeps the place


@derived()
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


def joined(room: Room) -> Room:
    """The room once somebody is at the table who was not: where groups take turns by themselves a phase lasts, and
    waiting for the next one would be sitting alone."""
    line = line_of(room) if room.rounds else None
    return split(room) if line and line.turns else room


@derived()
def shown(room: Room) -> Groups:
    """The groups of this phase: the seats in each that take part now; none where the circle is whole."""
    there = {s.id for s in taking_part(room)}
    made = room.groups.get(str(entry(room).case), ()) if line_of(room) else ()
    return tuple(group for group in (tuple(i for i in g if i in there) for g in made) if group)


def mine(room: Room, seat_id: str) -> tuple[str, ...]:
    """The seats of somebody's group; empty when they are in none."""
    return _by_seat(room).get(seat_id, ())


@derived()
def _by_seat(room: Room) -> dict[str, tuple[str, ...]]:
    return {seat: group for group in shown(room) for seat in group}


def client(room: Room, seat_id: str) -> str:
    """Whose turn it is in somebody's group now, or ''. Where all groups are at the same turn, somebody waits in one
    that is larger; the turn of who is not there falls away."""
    turn = _turn_of(room, seat_id)
    return turn if turn in mine(room, seat_id) else ""


def missed(room: Room, seat_id: str) -> str:
    """Who of somebody's group would have this turn and is not there, or ''."""
    turn = _turn_of(room, seat_id)
    return "" if turn in mine(room, seat_id) else turn


def following(room: Room, seat_id: str) -> str:
    """Whose turn comes next in somebody's group, where groups take turns by themselves; '' after the last."""
    part = part_of(room, seat_id)
    return next((i for i in mine(room, seat_id) if i not in (*part.had, part.now)), "")


def turn_at(room: Room, seat_id: str) -> str:
    """What a tap for the next turn refers to: the round, the group and the turn; '' where nothing is left."""
    line, group = line_of(room), _group_of(room, seat_id)
    if line is None or not line.turns or group is None:
        return ""
    part = part_of(room, seat_id)
    return f"{this_round(room).id[:6]}.{group}.{part.nr}" if part.now or following(room, seat_id) else ""


def go_on(room: Room, by: str, seen: str, now: int) -> Room:
    """The next turn in the group of `by`, or its end after the last. Anybody of the group may tap it; a tap that saw
    another turn changes nothing."""
    caught_up(room, by)
    line, group = line_of(room), _group_of(room, by)
    if line is None or not line.turns:
        raise Refused("Deze stap is net voorbij. Wat je schreef, staat nog op je toestel.")
    if group is None:
        raise Refused("Je zit nu niet in een groepje.")
    if not seen or seen != turn_at(room, by):
        return room
    part, held = part_of(room, by), this_round(room).clock
    had = (*part.had, part.now) if part.now else part.had
    gone_on = Part(had, following(room, by), part.nr + 1, held.total - clock.left(held, now))
    return with_round(room, parts={**this_round(room).parts, str(group): gone_on})


def progress(room: Room) -> tuple[tuple[int, int], ...]:
    """How far each group is: its turn, 0 before the first, and how many turns it has; one more when it is done."""
    line = line_of(room)
    return tuple(_progress(room, group[0]) for group in shown(room)) if line and line.turns else ()


def progress_of(room: Room, seat_id: str) -> tuple[int, int]:
    """The same of somebody's own group; (0, 0) where there is none."""
    line = line_of(room)
    return _progress(room, seat_id) if line and line.turns and mine(room, seat_id) else (0, 0)


def ends(room: Room, seat_id: str) -> int:
    """When (ms) the turn in somebody's group has had its share of the phase; 0 without one, or with a clock that
    stands."""
    part, held = part_of(room, seat_id), this_round(room).clock
    if not part.now or held.state != "run":
        return 0
    share = held.total // max(progress_of(room, seat_id)[1], 1)
    return held.since + (held.left - held.total + part.began + share) * 1000


def part_of(room: Room, seat_id: str) -> Part:
    """How far somebody's group is."""
    return this_round(room).parts.get(str(_group_of(room, seat_id)), Part())


def _progress(room: Room, seat_id: str) -> tuple[int, int]:
    part = part_of(room, seat_id)
    turns = len({*part.had, *mine(room, seat_id)} | ({part.now} if part.now else set()))
    over = part.nr > 0 and not part.now and not following(room, seat_id)
    return (turns + 1 if over else len(part.had) + bool(part.now), turns)


def _group_of(room: Room, seat_id: str) -> int | None:
    if not mine(room, seat_id):
        return None
    return _numbers(room)[seat_id]


@derived()
def _numbers(room: Room) -> dict[str, int]:
    return {seat: n for n, group in enumerate(room.groups[str(entry(room).case)]) for seat in group}


def _turn_of(room: Room, seat_id: str) -> str:
    line, group = line_of(room), _group_of(room, seat_id)
    if line is None or group is None:
        return ""
    if line.turns:
        return part_of(room, seat_id).now
    whole = room.groups[str(entry(room).case)][group]
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
    """Groups of about `size`, as even as can be. Where they are threes or more none is a pair, which has nobody to talk
    with about the third: eight in threes are four and four."""
    count = max(1, min(int(len(seats) / size + 0.5), len(seats) // min(size, 3)))
    return tuple(tuple(seats[len(seats) * n // count : len(seats) * (n + 1) // count]) for n in range(count))
