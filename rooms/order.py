"""The order of one device's unsigned acts: what a network held back, or sent twice, undoes nothing that came later."""

from __future__ import annotations

from collections.abc import Callable

from rooms.methods import is_unsigned
from rooms.room import Room, phase, this_round, with_round


def signed(room: Room, input_id: str) -> bool:
    """Whether this is an input of the present phase that is kept under its writer's seat."""
    return any(i.id == input_id and not is_unsigned(i) for i in phase(room).inputs)


def newest(room: Room, verb: Callable[[Room], Room], mark: str, nth: int) -> Room:
    """What `verb` makes of the room, unless this device did a later act at this stage. `mark` is the device's tag for
    the stage, `nth` counts its unsigned acts, from 1. Only for what is kept under tags: beside a seat, the mark would
    name who sits there."""
    if nth <= this_round(room).heard.get(mark, 0):
        return room
    done = verb(room)
    return with_round(done, heard={**this_round(done).heard, mark: nth})
