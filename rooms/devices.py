"""More devices than chairs: one handed round, one that follows, one that leads too, and the big screen."""

from __future__ import annotations

from msgspec.structs import replace

from rooms.refusal import Refused
from rooms.rights import present
from rooms.room import Device, Kind, Room, leaders, seat

FOLLOWERS = 3  # devices that read along with one person


def hold_for(room: Room, by: str, handle: str, of: str) -> Room:
    """A device handed round: a secret of its own for the person of seat `of`, who has no phone."""
    giver = present(room, by)
    if seat(room, of).phone:
        raise Refused("Die stoel heeft een eigen toestel.")
    via = by if giver.phone else next((d.via for d in room.devices.values() if d.seat == by and d.via), "")
    if any(d.seat == of for d in room.devices.values()):  # a second secret for one person would be a second voice
        raise Refused("Deze stoel heeft al een toestel dat rondgaat. Is dat kwijt, voeg de stoel dan opnieuw toe.")
    return replace(room, devices={**room.devices, handle: Device(of, via=via)})


def invite_device(room: Room, by: str, key: str) -> Room:
    """Lets one other device of the same person follow. `key` is the hash of a key that works once; it takes the
    place of one that was not used yet."""
    present(room, by)
    if sum(d.seat == by and d.kind is Kind.FOLLOW for d in room.devices.values()) >= FOLLOWERS:
        raise Refused("Er lezen al genoeg toestellen met je mee.")
    return replace(room, keys={**{k: of for k, of in room.keys.items() if of != by}, key: by})


def follow(room: Room, handle: str, key: str) -> Room:
    """Another device of the same person: it reads along and writes nothing."""
    of = room.keys.get(key, "")
    if of not in room.seats:
        raise Refused("Deze sleutel past niet, of hij geldt niet meer.")
    keys = {k: v for k, v in room.keys.items() if k != key}
    return replace(room, keys=keys, devices={**room.devices, handle: Device(of, Kind.FOLLOW)})


def unlock(room: Room, handle: str, key: str) -> Room:
    """A device that shows the leader's key leads too. `key` is the key's hash."""
    if room.keys.get(key) != "lead":
        raise Refused("Deze sleutel past niet, of hij geldt niet meer.")
    head = leaders(room)
    if not head:
        raise Refused("Er is niemand meer die leidt. Neem het over vanaf een stoel.")
    if handle in room.devices:
        return room
    return replace(room, devices={**room.devices, handle: Device(head[0].id, Kind.LEAD)})


def pair(room: Room, handle: str) -> Room:
    """A big screen; it shows only what everyone may see."""
    return replace(room, devices={**room.devices, handle: Device("", Kind.SCREEN)})
