"""A meeting's circle: begun from the plan, and entered by members in one tap."""

from __future__ import annotations

from random import Random

from msgspec.structs import replace

from rooms import door
from rooms.refusal import Refused
from rooms.room import GONE, Room, with_seat
from rooms.trajectory.group import Group, Member
from rooms.trajectory.profiles import terms


def of_meeting(room: Room, group: Group, nr: int, member: str) -> Room:
    """A circle that was just made, as this meeting's, with what the group's registers ask; its one seat is this
    member's, '' for none. Whoever said last time that a case was theirs is asked what became of it."""
    seats = {i: replace(s, member=member) for i, s in room.seats.items()}
    before = [m.held for m in group.meetings[:nr] if m.held]
    last = before[-1].owners if before else ()
    return replace(room, group=group.id, meeting=nr, terms=terms(group), seats=seats, brought_last=last)


def enter(room: Room, handle: str, member: Member, *, observes: str, remote: bool, rng: Random) -> Room:
    """A member takes a chair, by the name that the group knows; `observes` is the member who is to. Twice is once; with
    another device it is refused, for a chair has one voice."""
    sits = any(s.member == member.id and s.presence not in GONE for s in room.seats.values())
    if sits and handle not in room.devices:
        raise Refused("Je zit al in deze kring, op een ander toestel. Op dat toestel kun je dit laten meelezen.")
    joined = door.join(room, handle, member.name, remote=remote, rng=rng, member=member.id, guides=member.guide)
    fresh = next((s for s in joined.seats.values() if s.member == member.id), None)
    if joined is room or fresh is None or fresh.task or member.id != observes:
        return joined
    return with_seat(joined, fresh.id, task="observer")
