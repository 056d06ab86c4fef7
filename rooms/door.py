"""Coming in: a new room, joining, knocking at a closed door, and who answers."""

from __future__ import annotations

from random import Random

from msgspec.structs import replace

from rooms.distance import clean_link
from rooms.halls import MOST, is_hall
from rooms.methods import Method
from rooms.people import a_place_left, free_name, free_place, sits
from rooms.refusal import Refused
from rooms.rights import leader, present
from rooms.room import Device, Knock, Presence, Room, Seat, here, new_id, owner, phase
from rooms.shell import UNTIL_AGREED, agenda
from rooms.words import clean_name, normalise

KNOCKS = 12  # that wait at once, and answered ones that are remembered: one code cannot fill a leader's screen


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
    video: str = "",
    cases: int = 1,
    ballot: str = "dots",
    conflicts: bool = False,
    follow_up: bool = False,
    method: Method | None = None,
    code: str = "",
    ends: int = 0,
    zone: str = "",
    starts: int = 0,
    key: str = "",
) -> Room:
    """A new room with its first seat. `handle` is the device's HMAC, `key` the hash of the leader's
    key, `ends` and `starts` are ms since 1970. Refuses a bad name or number of chairs."""
    title = " ".join(normalise(name, 200).split())
    if not title or len(title) > 60:
        raise Refused("Geef de groep een naam van hooguit 60 tekens.")
    if not 2 <= chairs <= MOST:
        raise Refused("Kies tussen 2 en {n} stoelen.", n=MOST)
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
        video=clean_link(video) if where != "together" else "",
        conflicts=conflicts,
        cases_wanted=cases,
        ballot=ballot,
        starts=starts,
        ends=ends,
        zone=zone,
        seats={first.id: first},
        devices={handle: Device(first.id)},
        keys={key: f"lead@{first.id}"} if key else {},
        method=method,
        agenda=agenda(method, cases=cases, follow_up=follow_up),
    )


def join(room: Room, handle: str, name: str, *, remote: bool, rng: Random, member: str = "") -> Room:
    """Takes a chair, or knocks when the door is closed or the room is full. Twice is once. `member`: who that is in the
    room's group."""
    if room.over:
        raise Refused("Deze kring is rond.")
    known = room.devices.get(handle)
    if known or any(k.handle == handle for k in room.knocks):
        return room
    wanted = clean_name(name)
    if not room.door or len(here(room)) >= room.chairs:
        return _wait(
            room, Knock(handle, wanted, member=member)
        )  # whatever the name: a closed door tells nobody who is behind it
    if is_hall(room) or member:
        wanted = free_name(room, wanted)  # of a thousand, many are called alike; a member is in it as the group says
    elif sits(room, wanted):
        raise Refused("Er zit al een {name} in de kring. Zet er een letter bij.", name=wanted)
    a_place_left(room)
    return _sit(room, handle, wanted, remote=remote, rng=rng, member=member)


def admit(room: Room, by: str, handle: str, *, rng: Random) -> Room:
    """Lets somebody in who knocked; once a case has its owner, the owner is asked first."""
    leader(room, by)
    knock = next((k for k in room.knocks if k.handle == handle), None)
    if knock is None or knock.state == "refused":
        return room
    if asks(room, by):  # asked once more changes nothing: it is the owner's answer that lets in
        return _knock(room, handle, "asked")
    return _let_in(room, knock, rng)


def asks(room: Room, by: str = "") -> bool:
    """Whether an owner is here to be asked before `by` lets somebody in."""
    whose = room.seats.get(owner(room))
    return bool(whose and whose.id != by and whose.presence is Presence.HERE)


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


def door(room: Room, by: str, *, is_open: bool) -> Room:
    """Opens or closes the door; the code works while it is open."""
    leader(room, by)
    return replace(room, door=is_open)


def new_code(room: Room, by: str, code: str, old: str = "") -> Room:
    """Another code, for when the `old` one came to people it was not meant for: that one opens nothing, and nobody
    knocks with it any more. Before the first step also the chairs are free again of who came in with it and went; none
    that a device goes round for, or from. Twice is once: an `old` that is no longer the code changes nothing."""
    leader(room, by)
    if old not in ("", room.code):
        return room
    kept = {who for device in room.devices.values() if device.via for who in (device.via, device.seat)}
    gone = {s.id for s in room.seats.values() if s.presence is Presence.LEFT and s.id not in kept and not room.began}
    return replace(
        room,
        code=code,
        knocks=(),
        seats={i: s for i, s in room.seats.items() if i not in gone},
        # who went could have paired a big screen, which shows the new code: it is paired again
        devices={h: d for h, d in room.devices.items() if d.seat not in gone and (d.seat or not gone)},
    )


def _wait(room: Room, knock: Knock) -> Room:
    answered = [k for k in room.knocks if k.state == "refused"]
    waiting = [k for k in room.knocks if k.state != "refused"]
    if len(waiting) >= KNOCKS:
        raise Refused("Er kloppen al veel mensen aan. Probeer het over een paar minuten opnieuw.")
    return replace(room, knocks=(*answered[-KNOCKS:], *waiting, knock))


def _sit(room: Room, handle: str, name: str, *, remote: bool, rng: Random, member: str) -> Room:
    fresh = Seat(
        id=new_id(rng),
        place=free_place(room),
        name=name,
        remote=remote,
        caught_up=phase(room).kind in UNTIL_AGREED,
        member=member,
    )
    return replace(room, seats={**room.seats, fresh.id: fresh}, devices={**room.devices, handle: Device(fresh.id)})


def _let_in(room: Room, knock: Knock, rng: Random) -> Room:
    a_place_left(room)
    room = replace(stop_knocking(room, knock.handle), chairs=max(room.chairs, len(here(room)) + 1))
    name, remote = free_name(room, knock.name), room.where == "remote"
    return _sit(room, knock.handle, name, remote=remote, rng=rng, member=knock.member)


def _knock(room: Room, handle: str, state: str) -> Room:
    return replace(room, knocks=tuple(replace(k, state=state) if k.handle == handle else k for k in room.knocks))
