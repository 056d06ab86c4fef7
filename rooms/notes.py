"""Notes: for oneself, on the own device. The room knows who has a field for them, and nothing of what they say."""

from __future__ import annotations

from rooms import listening, texts
from rooms.methods import takes_kept
from rooms.rights import OWNER, is_one_of
from rooms.room import Room, Seat, entry, owner, phase


def has_field(room: Room, someone: Seat) -> bool:
    """Whether somebody has a field for notes in this phase of a method: whom its file names for `notes` or `takeaway`,
    and whose case it is in every phase, for whatever comes up. Who only listens has one where the file says so."""
    kinds = {line.kind for line in phase(room).inputs if is_one_of(room, someone, line.who)}
    if "notes" in kinds:
        return True
    if owner(room) == someone.id:
        return not listening.listens(room, OWNER)
    return "takeaway" in kinds


def keeps(room: Room, someone: Seat) -> bool:
    """Whether somebody has a field for a thought that is not for now: where questions are asked aloud and they write
    nothing, while in a later step of this case they write what such a thought is for."""
    on, at = phase(room), entry(room)
    if on.flavour != "ask" or owner(room) == someone.id:
        return False
    if any(i.kind in ("cards", "text") and is_one_of(room, someone, i.who) for i in on.inputs):
        return False
    later = [e.phase for e in room.agenda[room.at + 1 :] if e.case == at.case]
    lines = [line for step in later for line in step.inputs if takes_kept(step, line)]
    return any(texts.writes(room, someone, line) for line in lines)
