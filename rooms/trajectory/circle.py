"""A meeting's circle: begun from the plan, and entered by members in one tap."""

from __future__ import annotations

from random import Random

from msgspec.structs import replace

from rooms import door, whispers
from rooms.refusal import Refused
from rooms.room import GONE, Room, with_seat
from rooms.trajectory.group import Group, Member
from rooms.trajectory.profiles import terms


def of_meeting(room: Room, group: Group, nr: int, member: str) -> Room:
    """A circle that was just made, as this meeting's, with what the group's registers ask; its one seat is this
    member's, '' for none."""
    seats = {i: replace(s, member=member) for i, s in room.seats.items()}
    return replace(room, group=group.id, meeting=nr, terms=terms(group), seats=seats)


def enter(room: Room, handle: str, member: Member, *, observes: str, remote: bool, rng: Random) -> Room:
    """A member takes a chair, by the name that the group knows; `observes` is the member who is to. Twice is once; with
    another device it is refused, for a chair has one voice."""
    sits = any(s.member == member.id and s.presence not in GONE for s in room.seats.values())
    if sits and handle not in room.devices:
        raise Refused("Je zit al in deze kring, op een ander toestel. Op dat toestel kun je dit laten meelezen.")
    joined = door.join(room, handle, member.name, remote=remote, rng=rng, member=member.id)
    return _with_tasks(joined, member, observes) if joined is not room else room


def _with_tasks(room: Room, member: Member, observes: str) -> Room:
    """Whoever guides takes no part, and watches as the guide where a member leads; whoever the plan says observes."""
    fresh = next((s for s in room.seats.values() if s.member == member.id), None)
    if fresh is None:  # knocked
        return room
    task = "observer" if member.id == observes else ""
    if member.guide and whispers.may_guide(room, fresh):
        task = whispers.GUIDE
    return with_seat(room, fresh.id, takes_part=not member.guide, task=task)
