"""Who leads: handing over, a second facilitator, and taking over from a silent device."""

from __future__ import annotations

from msgspec.structs import replace

from rooms.refusal import Refused
from rooms.rights import leader, present
from rooms.room import Room, Seat, leaders, seat, with_seat


def hand_over(room: Room, by: str, to: str) -> Room:
    """Gives the facilitator's role to another seat."""
    if not present(room, by).lead and seat(room, to).lead:
        return room  # given already
    leader(room, by)
    if to == by:
        return room
    given = with_seat(with_seat(room, _able(room, to).id, lead=True), by, lead=False)
    return given if room.guided else replace(given, took=to)


def share_lead(room: Room, by: str, to: str) -> Room:
    """A second facilitator beside the first."""
    leader(room, by)
    return with_seat(room, _able(room, to).id, lead=True)


def _able(room: Room, who: str) -> Seat:
    """The seat, present and with a device of its own; refuses any other."""
    someone = present(room, who)
    if not someone.phone:
        raise Refused("Wie leidt, heeft een eigen toestel nodig.")
    if not may_lead(someone):
        raise Refused("Wie leidt, heeft eerst de afspraak gelezen.")
    return someone


def may_lead(someone: Seat) -> bool:
    """Whether somebody at the table can get the lead: with a device of the own, and no more late."""
    return someone.phone and someone.caught_up


def take_over(room: Room, by: str, *, silent: bool, offered: bool | None = None, of: str = "") -> Room:
    """Takes the lead: in a room that guides itself whenever somebody wants, and everybody sees who leads now; in a
    guided room while the leader's device is silent, and a second person agrees.

    `offered`, `of`: whether somebody had offered, and the name of who led, when it was tapped; when that is no longer
    so, nothing changes.
    """
    if present(room, by).lead or offered not in (None, bool(room.takeover)):
        return room
    if of and of not in [s.name for s in leaders(room)]:
        return room
    if room.guided and not silent:
        raise Refused("Het toestel van wie leidt is er weer.")
    _able(room, by)
    if room.guided and not room.takeover:
        return replace(room, takeover=by)
    if room.guided and room.takeover == by:
        return room
    new = present(room, room.takeover).id if room.guided else by
    for old in leaders(room):
        room = with_seat(room, old.id, lead=False)
    return replace(with_seat(room, new, lead=True), takeover="", took=new)
