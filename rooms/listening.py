"""Listening: whose case it is has nothing to do or read for a while, and hears the others think aloud.

A phase says so with `listens`. An input of the kind `listening` names it in a method's file, and asks for nothing.
"""

from __future__ import annotations

from rooms import flow
from rooms.rights import OWNER
from rooms.room import Room, phase, this_round

READ = ("cards", "pick", "sort")  # what there is to read once it lies open


def listens(room: Room, role: str) -> bool:
    """Whether this audience only listens: the owner, where the phase says so. Not when cards lie open and nobody reads
    aloud, for then there is something to read."""
    if role != OWNER or phase(room).listens != "owner":
        return False
    lie = flow.stage(room) == "open" and any(i.kind in READ for i in phase(room).inputs)
    return not lie or bool(this_round(room).floor)
