"""The order of one device's unsigned acts: what a network held back, or sent twice, undoes nothing that came later."""

from __future__ import annotations

from collections.abc import Callable

from rooms.room import Room, this_round, with_round


def newest(room: Room, verb: Callable[[Room], Room], mark: str, nth: int) -> Room:
    """What `verb` makes of the room, unless this device did a later act at this stage. `mark` is the device's tag for
    the stage, `nth` counts its unsigned acts, from 1. Only for what is kept under tags: beside a seat, the mark would
    name who sits there."""
    if nth <= this_round(room).heard.get(mark, 0):
        return room
    done = verb(room)
    return with_round(done, heard={**this_round(done).heard, mark: nth})
