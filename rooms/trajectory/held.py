"""From a meeting's room to what the group keeps of it, and what follows from that."""

from __future__ import annotations

from msgspec.structs import replace

from rooms import evaluating
from rooms.refusal import Refused
from rooms.room import Room, leaders
from rooms.trajectory.group import Find, Group, Held, belongs, inside, meeting, with_meeting
from rooms.words import fitted

SHELF, FIND = 60, 280  # finds of a group; characters of one
UNMASKS = 2  # people: a count of so few who were not yet heard would say who


def opened(group: Group, by: str, nr: int, room: str) -> Group:
    """A circle was begun for this meeting. Whoever is second finds the first one's."""
    belongs(group, by)
    one = meeting(group, nr)
    if one.held or one.skipped:
        raise Refused("Deze bijeenkomst is al geweest.")
    return group if one.room else with_meeting(group, nr, room=room)


def facts(room: Room) -> Held:
    """What a group keeps of a circle that is over. Of the cases only how many, and who brought one as its owner. A
    middle answer up to LOW is kept as LOW: where one more had answered, a fall to the lowest would be that one's."""
    people = [s for s in room.seats.values() if s.presence != "removed"]
    owners = {room.seats[c.owner].member for c in room.chosen if c.owner in room.seats}
    found = evaluating.outcome(room)
    return Held(
        minutes=max((room.over - room.began) // 60_000, 0) if room.began and room.over else 0,
        present=tuple(sorted({s.member for s in people if s.member})),
        apart=tuple(sorted({s.member for s in people if s.member and not s.takes_part})),
        guests=sum(not s.member for s in people),
        methods=(room.method.id,) if room.method else (),
        written=len(room.cases),
        treated=len(room.chosen),
        led=next((s.member for s in leaders(room) if s.member), ""),
        owners=tuple(sorted(owners - {""})),
        medians={item: max(value, evaluating.LOW) for item, value in found.middles.items()} if found else {},
        cues={s.member: n for s in people if s.member and (n := room.cued.get(s.id, 0))},
    )


def hold(group: Group, nr: int, room: str, held: Held, until: int) -> Group:
    """The meeting was held in this room; `until` (ms) the group is kept at least. Twice is once: the first facts stay,
    and of a circle that is not this meeting's nothing is taken."""
    if nr >= len(group.meetings) or group.meetings[nr].held or group.meetings[nr].room != room:
        return group
    return replace(with_meeting(group, nr, held=held, room=""), until=max(group.until, until))


def attended(group: Group, register: str) -> Group:
    """The attendance of this group is kept in this register. Whoever is second finds the first one's."""
    return group if group.register else replace(group, register=register)


def gone(group: Group, nr: int, room: str) -> Group:
    """The circle was erased before it told anything: the meeting can be opened anew."""
    return with_meeting(group, nr, room="") if meeting(group, nr).room == room else group


def not_yet(group: Group) -> int | None:
    """How many of all who ever took part had no case of theirs on the table yet; None when nobody came, or when so
    small a number, of these or of the others, would tell who. Who left stays in it, and who guides now says nothing: a
    number that moved with one person would tell of that one."""
    kept = [m.held for m in group.meetings if m.held]
    came = {who for h in kept for who in h.present if who not in h.apart}
    waiting = came.difference(*(h.owners for h in kept))
    some = 0 < len(waiting) < len(came)
    unmasks = some and min(len(waiting), len(came) - len(waiting)) <= UNMASKS
    return None if not came or unmasks else len(waiting)


def turn(group: Group, by: str) -> tuple[int, int]:
    """For myself only: in how many meetings I was, and in how many a case of mine was treated."""
    inside(group, by)
    kept = [m.held for m in group.meetings if m.held]
    return sum(by in h.present for h in kept), sum(by in h.owners for h in kept)


def cues(group: Group, by: str) -> tuple[int, ...]:
    """For the two whom it concerned only: how many private cues I gave or got, meeting by meeting where there were
    any to give."""
    inside(group, by)
    return tuple(m.held.cues[by] for m in group.meetings if m.held and by in m.held.cues)


def sums(group: Group) -> tuple[int, int, int]:
    """Over all meetings: cases written, cases treated, methods tried."""
    kept = [m.held for m in group.meetings if m.held]
    return sum(h.written for h in kept), sum(h.treated for h in kept), len({m for h in kept for m in h.methods})


def keep_find(group: Group, by: str, text: str, find: str) -> Group:
    """Something that worked, on the shelf; `find` is its id, so that twice is once."""
    inside(group, by)
    if find in group.shelf:
        return group
    if len(group.shelf) >= SHELF:
        raise Refused("De plank is vol. Haal er eerst iets af.")
    clean = fitted(text, FIND)
    if not clean:
        raise Refused("Schrijf eerst iets op.")
    return replace(group, shelf={**group.shelf, find: Find(find, clean, by)})


def drop_find(group: Group, by: str, find: str) -> Group:
    """Its own member takes it off again."""
    inside(group, by)
    kept = group.shelf.get(find)
    if kept is None:
        return group
    if kept.member != by:
        raise Refused("Dat kan alleen wie het neerzette.")
    return replace(group, shelf={i: f for i, f in group.shelf.items() if i != find})


def trend(group: Group) -> dict[str, tuple[int | None, ...]]:
    """Per item of the evaluation its middle answer at each meeting that was held, None where there were too few."""
    kept = [m.held for m in group.meetings if m.held]
    items = sorted({item for h in kept for item in h.medians})
    return {item: tuple(h.medians.get(item) for h in kept) for item in items}
