"""Notes: for oneself, on the own device. The room knows who has a field for them, and nothing of what they say."""

from __future__ import annotations

from rooms import listening
from rooms.rights import OWNER, is_one_of
from rooms.room import Room, Seat, owner, phase


def has_field(room: Room, someone: Seat) -> bool:
    """Whether somebody has a field for notes in this phase of a method: whom its file names for `notes` or `takeaway`,
    and whose case it is in every phase, for whatever comes up. Who only listens has one where the file says so."""
    kinds = {line.kind for line in phase(room).inputs if is_one_of(room, someone, line.who)}
    if "notes" in kinds:
        return True
    if owner(room) == someone.id:
        return not listening.listens(room, OWNER)
    return "takeaway" in kinds
