"""More devices than chairs: one handed round, one that follows, one that leads too, and the big screen."""

from __future__ import annotations

from msgspec.structs import replace

from rooms.refusal import Refused
from rooms.rights import caught_up, leader, present
from rooms.room import Device, Kind, Presence, Room, leaders, seat, with_seat

LEADING = 8  # devices that lead with one person's key, beside that person's own
FOLLOWERS = 3  # devices that read along with one person
INVITED = 600_000  # ms in which a second device may come
UNTIL = "@"  # between the seat a key is for and the moment it ends


class Enough(Exception):
    """The key is right, and as many devices as there may be lead with it."""


def hold_for(room: Room, by: str, handle: str, of: str) -> Room:
    """A device handed round: a secret of its own for the person of seat `of`, who has no phone. One that has that seat
    already stays as it is: it was asked for twice, or its answer was lost."""
    giver = caught_up(room, by)
    if seat(room, of).phone:
        raise Refused("Die stoel heeft een eigen toestel.")
    via = by if giver.phone else next((d.via for d in room.devices.values() if d.seat == by and d.via), "")
    known = room.devices.get(handle)
    if known and known.seat == of:
        return room
    if seat(room, of).voiced:  # for good, whatever a browser forgets: a second secret would be a second voice
        raise Refused("Deze stoel heeft al een toestel dat rondgaat. Is dat kwijt, voeg de stoel dan opnieuw toe.")
    room = with_seat(room, of, voiced=True)
    return replace(room, devices={**room.devices, handle: Device(of, via=via)})


def may_hand_on(room: Room, device: Device, to: str) -> None:
    """Refuses handing a device on by who is outside, late or gone: from them it only goes back to whose it is."""
    if to != device.via:
        caught_up(room, device.seat)


def shown(room: Room, handle: str) -> Device | None:
    """What a device is now. One that goes round, while the person whose it is sits outside or has gone, shows what that
    person sees and does nothing: the secrets of all who held it lie in one browser."""
    device = room.devices.get(handle)
    if device is None or device.via not in room.seats or room.seats[device.via].presence is Presence.HERE:
        return device
    return Device(device.via, Kind.FOLLOW)


def invite_device(room: Room, by: str, key: str, now: int) -> Room:
    """Lets one other device of the same person follow. `key` is the hash of a key that works once, in the ten minutes
    after `now` (ms); it takes the place of one that was not used yet."""
    present(room, by)
    if sum(d.seat == by and d.kind is Kind.FOLLOW for d in room.devices.values()) >= FOLLOWERS:
        raise Refused("Er lezen al genoeg toestellen met je mee.")
    others = {k: v for k, v in room.keys.items() if v.partition(UNTIL)[0] != by}
    return replace(room, keys={**others, key: f"{by}{UNTIL}{now + INVITED}"})


def follow(room: Room, handle: str, key: str, now: int) -> Room:
    """Another device of the same person: it reads along and writes nothing. Of who has no phone it is as the device
    that went round to them: it shows no more than whose that is may see."""
    of, _, until = room.keys.get(key, "").partition(UNTIL)
    if of not in room.seats or now > int(until or 0):
        raise Refused("Deze sleutel past niet, of hij geldt niet meer.")
    keys = {k: v for k, v in room.keys.items() if k != key}
    via = next((d.via for d in room.devices.values() if d.seat == of and d.via), "")
    return replace(room, keys=keys, devices={**room.devices, handle: Device(of, Kind.FOLLOW, via=via)})


def unlock(room: Room, handle: str, key: str) -> Room:
    """A device that shows a leader's key leads too, as long as the person it was made for leads: handed over, stood up
    or called outside, it opens nothing. `key` is the key's hash."""
    what, _, of = room.keys.get(key, "").partition(UNTIL)
    if what != "lead" or not any(s.id == of for s in leaders(room)):
        raise Refused("Deze sleutel past niet, of hij geldt niet meer.")
    if handle in room.devices:
        return room
    if sum(d.seat == of and d.kind is Kind.LEAD for d in room.devices.values()) >= LEADING:
        raise Enough
    return replace(room, devices={**room.devices, handle: Device(of, Kind.LEAD)})


def withdraw(room: Room, by: str, handle: str) -> Room:
    """The key that was given out, the other devices that lead with it or read along, and all big screens open nothing
    any more, until they are let in anew. What stays: the device that asks (`handle`), everybody's own, and whoever else
    leads, with a key of their own."""
    leader(room, by)
    lost = {
        h
        for h, d in room.devices.items()
        if h != handle and (d.kind is Kind.SCREEN or d.seat == by and d.kind is not Kind.OWN)
    }
    keys = {k: v for k, v in room.keys.items() if by not in (v.partition(UNTIL)[0], v.partition(UNTIL)[2])}
    if not lost and keys == room.keys:
        return room
    return replace(room, keys=keys, devices={h: d for h, d in room.devices.items() if h not in lost})


def pair(room: Room, handle: str) -> Room:
    """A big screen; it shows only what everyone may see."""
    return replace(room, devices={**room.devices, handle: Device("", Kind.SCREEN)})


def may_watch(room: Room, handle: str) -> bool:
    """Whether a browser may show the big screen while `handle` is its own device, if it has any: not while the person
    at it is outside, late, gone, or still at the door."""
    device = shown(room, handle)
    if device is None:
        return all(k.handle != handle for k in room.knocks)
    if not device.seat:
        return True
    someone = room.seats[device.seat]
    return someone.presence is Presence.HERE and someone.caught_up
