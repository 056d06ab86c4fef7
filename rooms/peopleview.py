"""What who leads sees of people: a row for each, who left and can be called back, and who is at the door."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from rooms import door
from rooms.halls import is_hall
from rooms.lead import may_lead
from rooms.people import may_be_guide
from rooms.ring import initials_of
from rooms.room import Kind, Presence, Room, Seat, here, owner, this_round

CALLED = 30  # who left, as the list shows them: a code cannot fill it with people who come and go


class Person(Struct, frozen=True):
    """A row in the facilitator's list of people."""

    id: str
    name: str
    initials: str
    lead: bool
    outside: bool
    phone: bool
    remote: bool
    leaves_early: str
    owner: bool
    floor: bool
    may_lead: bool
    may_guide: bool


class KnockView(Struct, frozen=True):
    """Somebody at the door, as the facilitator sees it."""

    handle: str
    name: str
    state: str


def knocks(room: Room, by: str = "") -> tuple[KnockView, ...]:
    """Who waits at the door, first who waits for `by`, who leads; then those about whom the owner is asked. An owner
    who went away, or has no case any more, is waited for no longer."""
    asks = door.asks(room, by)
    found = [KnockView(k.handle, k.name, k.state if asks else "waiting") for k in room.knocks if k.state != "refused"]
    return tuple(sorted(found, key=lambda k: k.state == "asked"))


def people_rows(room: Room) -> tuple[Person, ...]:
    """Everybody in the circle, by chair."""
    return rows(room, here(room))


def left_rows(room: Room) -> tuple[Person, ...]:
    """Who left and can be called back: first who brought a case, which nobody else can bring, then by who came first.
    A chair whose device forgot the circle nobody could sit on again."""
    held = {d.seat for d in room.devices.values() if d.kind is Kind.OWN}
    left = [s for s in room.seats.values() if s.presence is Presence.LEFT and (s.id in held or not s.phone)]
    owners = {c.owner for c in room.chosen}
    return rows(room, sorted(left, key=lambda s: s.id not in owners)[:CALLED])


def rows(room: Room, seats: Iterable[Seat]) -> tuple[Person, ...]:
    """A row for each of these seats."""
    marks, floor = initials_of(room), this_round(room).floor
    return tuple(
        Person(
            s.id,
            s.name,
            marks[s.id],
            s.lead,
            s.presence is Presence.OUTSIDE,
            s.phone,
            s.remote,
            s.leaves_early,
            owner(room) == s.id,
            floor == s.id,
            may_lead(s),
            not is_hall(room) and may_be_guide(room, s),
        )
        for s in seats
    )
