"""Reading the cases: one at a time on the big screen; anybody may take one off the table."""

from __future__ import annotations

from msgspec.structs import replace

from rooms.refusal import Refused
from rooms.rights import caught_up, in_kind, leader
from rooms.room import Case, Room, this_round, with_round


def show(room: Room, by: str, case: int) -> Room:
    """Puts the case with this index, from 0, on every screen."""
    leader(room, by)
    in_kind(room, "read")
    if not 0 <= case < len(room.cases):
        raise Refused("Die casus is er niet.")
    return room if this_round(room).shown == case else with_round(room, shown=case)


def take_back(room: Room, by: str, case: str) -> Room:
    """Takes a case off the table: author, reader and facilitator leave the same trace, none."""
    caught_up(room, by)
    in_kind(room, "read")
    if all(c.id != case for c in room.cases):
        raise Refused("Die casus is er niet.")
    return replace(room, cases=tuple(off_table(c) if c.id == case else c for c in room.cases))


def off_table(case: Case) -> Case:
    """The case as it is once it was taken back: without its words, and nobody's."""
    return replace(case, back=True, texts=("", "", ""), cap="")
