"""Coming in and going: joining, knocking, leaving, stepping outside, and who leads."""

from __future__ import annotations

from random import Random

from msgspec.structs import replace

from rooms.methods import Method
from rooms.refusal import Refused
from rooms.rights import leader, present
from rooms.room import (
    Device,
    Kind,
    Knock,
    Presence,
    Room,
    Seat,
    chosen,
    here,
    leaders,
    new_id,
    owner,
    phase,
    seat,
    this_round,
    with_round,
    with_seat,
)
from rooms.shell import agenda
from rooms.words import clean_name

EARLY = ("arrive", "agreement", "checkin")


def open_room(
    room_id: str,
    *,
    name: str,
    chairs: int,
    leader_name: str,
    handle: str,
    rng: Random,
    takes_part: bool = False,
    guided: bool = True,
    where: str = "together",
    cases: int = 1,
    conflicts: bool = False,
    follow_up: bool = False,
    method: Method | None = None,
    code: str = "",
    ends: int = 0,
    starts: int = 0,
    key: str = "",
) -> Room:
    """A new room with its first seat. `handle` is the device's HMAC, `key` the hash of the leader's
    key, `ends` and `starts` are ms since 1970. Refuses a bad name or number of chairs."""
    title = " ".join(name.split())
    if not title or len(title) > 60:
        raise Refused("Geef de groep een naam van hooguit 60 tekens.")
    if not 2 <= chairs <= 30:
        raise Refused("Kies tussen 2 en 30 stoelen.")
    first = Seat(
        id=new_id(rng),
        place=0,
        name=clean_name(leader_name),
        lead=True,
        takes_part=takes_part or not guided,
        remote=where == "remote",
    )
    return Room(
        id=room_id,
        name=title,
        chairs=chairs,
        code=code,
        guided=guided,
        where=where,
        conflicts=conflicts,
        cases_wanted=cases,
        starts=starts,
        ends=ends,
        seats={first.id: first},
        devices={handle: Device(first.id)},
        keys={key: "lead"} if key else {},
        method=method,
        agenda=agenda(method, cases=cases, follow_up=follow_up),
    )


def join(room: Room, handle: str, name: str, *, remote: bool, rng: Random) -> Room:
    """Takes a chair, or knocks when the door is closed or the room is full. Twice is once."""
    if room.over:
        raise Refused("Deze kring is rond.")
    known = room.devices.get(handle)
    if known or any(k.handle == handle for k in room.knocks):
        return room
    wanted = clean_name(name)
    if any(s.name.casefold() == wanted.casefold() for s in here(room)):
        raise Refused("Er zit al een {name} in de kring. Zet er een letter bij.", name=wanted)
    if not room.door or len(here(room)) >= room.chairs:
        return replace(room, knocks=(*room.knocks, Knock(handle, wanted)))
    return _sit(room, handle, wanted, remote=remote, rng=rng)


def admit(room: Room, by: str, handle: str, *, rng: Random) -> Room:
    """Lets somebody in who knocked; once a case has its owner, the owner is asked first."""
    leader(room, by)
    knock = next((k for k in room.knocks if k.handle == handle), None)
    if knock is None or knock.state in ("asked", "refused"):
        return room
    if owner(room) and owner(room) != by and knock.state == "waiting":
        return _knock(room, handle, "asked")
    return _let_in(room, knock, rng)


def owner_says(room: Room, by: str, handle: str, *, yes: bool, rng: Random) -> Room:
    """The owner's answer to a knock; who knocked never learns who answered."""
    present(room, by)
    knock = next((k for k in room.knocks if k.handle == handle and k.state == "asked"), None)
    if owner(room) != by or knock is None:
        return room
    return _let_in(room, knock, rng) if yes else _knock(room, handle, "refused")


def turn_away(room: Room, by: str, handle: str) -> Room:
    """Not now: the knock is answered kindly."""
    leader(room, by)
    return _knock(room, handle, "refused")


def stop_knocking(room: Room, handle: str) -> Room:
    """Who knocked goes away again."""
    return replace(room, knocks=tuple(k for k in room.knocks if k.handle != handle))


def add_seat(room: Room, by: str, name: str, *, rng: Random) -> Room:
    """A chair for somebody without a phone."""
    leader(room, by)
    wanted = clean_name(name)
    if any(s.name.casefold() == wanted.casefold() for s in here(room)):
        raise Refused("Er zit al een {name} in de kring. Zet er een letter bij.", name=wanted)
    fresh = Seat(id=new_id(rng), place=_place(room), name=wanted, phone=False)
    return replace(room, seats={**room.seats, fresh.id: fresh}, chairs=max(room.chairs, len(here(room)) + 1))


def hold_for(room: Room, by: str, handle: str, of: str) -> Room:
    """A device handed round: a secret of its own for the person of seat `of`, who has no phone."""
    giver = present(room, by)
    if seat(room, of).phone:
        raise Refused("Die stoel heeft een eigen toestel.")
    via = by if giver.phone else next((d.via for d in room.devices.values() if d.seat == by and d.via), "")
    return replace(room, devices={**room.devices, handle: Device(of, via=via)})


def invite_device(room: Room, by: str, key: str) -> Room:
    """Lets one other device of the same person follow. `key` is the hash of a key that works once."""
    present(room, by)
    return replace(room, keys={**room.keys, key: by})


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


def sit_where(room: Room, by: str, *, remote: bool) -> Room:
    """In the room or at a distance."""
    someone = present(room, by)
    return room if someone.remote == remote else with_seat(room, by, remote=remote)


def leave_early(room: Room, by: str, when: str) -> Room:
    """A fact for the end time: 'HH:MM', or '' to take it back."""
    present(room, by)
    return with_seat(room, by, leaves_early=when[:5])


def leave(room: Room, by: str) -> Room:
    """Stands up from the table."""
    someone = seat(room, by)
    if someone.presence is Presence.LEFT:
        return room
    return _gone(room, by, Presence.LEFT)


def mark_left(room: Room, by: str, who: str) -> Room:
    """The facilitator says that somebody left; they may be called back."""
    _not_me(room, by, who)
    return _gone(room, who, Presence.LEFT)


def remove(room: Room, by: str, who: str, code: str) -> Room:
    """Removes a seat: its devices get nothing more, the door closes, and only the new `code` opens it."""
    _not_me(room, by, who)
    return replace(_gone(room, who, Presence.REMOVED), door=False, code=code)


def _not_me(room: Room, by: str, who: str) -> None:
    leader(room, by)
    if who == by:
        raise Refused("Geef eerst de leiding aan iemand anders.")
    seat(room, who)


def call_outside(room: Room, by: str, who: str) -> Room:
    """For a conflict of interest: the person hears, sees and keeps nothing of this case."""
    leader(room, by)
    if who == owner(room):
        raise Refused("Wie inbrengt, kan niet naar buiten.")
    if who == by:
        raise Refused("Geef eerst de leiding aan iemand anders.")
    return _gone(room, who, Presence.OUTSIDE)


def call_back(room: Room, by: str, who: str) -> Room:
    """Calls somebody back in who was outside or marked as left."""
    leader(room, by)
    if seat(room, who).presence is Presence.REMOVED:
        raise Refused("Wie verwijderd is, kan niet terug in deze kring.")
    return with_seat(room, who, presence=Presence.HERE)


def door(room: Room, by: str, *, is_open: bool) -> Room:
    """Opens or closes the door; the code works while it is open."""
    leader(room, by)
    return replace(room, door=is_open)


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


def _sit(room: Room, handle: str, name: str, *, remote: bool, rng: Random) -> Room:
    fresh = Seat(
        id=new_id(rng),
        place=_place(room),
        name=name,
        remote=remote,
        caught_up=phase(room).kind in ("arrive", "agreement"),
    )
    return replace(room, seats={**room.seats, fresh.id: fresh}, devices={**room.devices, handle: Device(fresh.id)})


def _let_in(room: Room, knock: Knock, rng: Random) -> Room:
    room = replace(stop_knocking(room, knock.handle), chairs=max(room.chairs, len(here(room)) + 1))
    return _sit(room, knock.handle, knock.name, remote=room.where == "remote", rng=rng)


def _knock(room: Room, handle: str, state: str) -> Room:
    return replace(room, knocks=tuple(replace(k, state=state) if k.handle == handle else k for k in room.knocks))


def _place(room: Room) -> int:
    taken = {s.place for s in here(room)}
    return next(i for i in range(len(taken) + 1) if i not in taken)


def _gone(room: Room, who: str, presence: Presence) -> Room:
    """The seat away from the table; the floor and the queue forget it."""
    room = with_seat(room, who, presence=presence)
    rounds = room.rounds
    if not rounds:
        return room

    now = this_round(room)
    room = with_round(
        room, floor="" if now.floor == who else now.floor, queue=tuple(c for c in now.queue if c.seat != who)
    )
    case = chosen(room)
    if case and case.owner == who and presence is not Presence.OUTSIDE:
        return with_round(room, floor="")
    return room
