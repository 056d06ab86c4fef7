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
    lines, is_open = phase(room).inputs, flow.stage(room) == "open"
    here = {line.id for line in lines}
    # the cards of an earlier phase, which this one asks to pick from or to sort, lie open all the time
    lie = any(line.kind in READ and (is_open or bool(line.of) and line.of not in here) for line in lines)
    return not lie or bool(this_round(room).floor)
