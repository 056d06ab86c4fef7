"""What became of it: in the follow-up the circle asks whoever brought a case last time and is here now. Who has told
it, and who rather does not today, leave the same behind: nothing."""

from __future__ import annotations

from msgspec.structs import replace

from rooms.rights import caught_up, in_kind
from rooms.room import Presence, Room, Seat, here, phase


def asked(room: Room) -> tuple[Seat, ...]:
    """Whom the circle asks now, by chair: those who said, in the meeting before, that the case was theirs."""
    if phase(room).kind != "followup" or not room.brought_last:
        return ()
    return tuple(s for s in here(room) if is_asked(room, s))


def is_asked(room: Room, someone: Seat) -> bool:
    """Whether the circle asks this one."""
    at_table = someone.presence is Presence.HERE and someone.caught_up
    return phase(room).kind == "followup" and at_table and bool(someone.member) and someone.member in room.brought_last


def heard(room: Room, by: str) -> Room:
    """I told it, or rather not today: the question goes away. Twice is once, and who is not asked changes nothing."""
    someone = caught_up(room, by)
    in_kind(room, "followup")
    rest = tuple(who for who in room.brought_last if who != someone.member)
    return replace(room, brought_last=rest) if len(rest) < len(room.brought_last) else room
