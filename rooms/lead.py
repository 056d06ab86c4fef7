"""Who leads: handing over, a second facilitator, and taking over from a silent device."""

from __future__ import annotations

from msgspec.structs import replace

from rooms.refusal import Refused
from rooms.rights import leader, present
from rooms.room import Room, leaders, with_seat


def hand_over(room: Room, by: str, to: str) -> Room:
    """Gives the facilitator's role to another seat."""
    leader(room, by)
    if present(room, to).lead and to != by:
        return with_seat(room, by, lead=False)
    return room if to == by else with_seat(with_seat(room, to, lead=True), by, lead=False)


def share_lead(room: Room, by: str, to: str) -> Room:
    """A second facilitator beside the first."""
    leader(room, by)
    present(room, to)
    return with_seat(room, to, lead=True)


def take_over(room: Room, by: str, *, silent: bool) -> Room:
    """Takes the lead while the leader's device is silent; in a guided room a second person agrees."""
    present(room, by)
    if not silent:
        raise Refused("Het toestel van wie leidt is er weer.")
    if room.guided and not room.takeover:
        return replace(room, takeover=by)
    if room.guided and room.takeover == by:
        return room
    new = room.takeover if room.guided else by
    for old in leaders(room):
        room = with_seat(room, old.id, lead=False)
    return replace(with_seat(room, new, lead=True), takeover="")
