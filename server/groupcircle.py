"""From a group's plan to a circle: opened in one tap, entered in one, and what it leaves when it is over."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, replace
from random import SystemRandom

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from rooms import door, flow
from rooms.methodfiles import catalogue
from rooms.refusal import Refused
from rooms.room import Room
from rooms.trajectory import circle, held
from rooms.trajectory.group import Group, here, meeting
from server import identity, limits
from server.documents import NoRoom
from server.entry import AHEAD, MANY
from server.entry import FULL as MANY_ROOMS
from server.groupvisitor import Caller, known
from server.guard import address_of
from server.lives import tell
from server.steady import now_ms
from server.visitor import give, lent, newcomer, secret_of

MINUTE = 60_000  # ms
WHERE = ("together", "mixed", "remote")


@dataclass(frozen=True, slots=True)
class Beginning:
    """What whoever opens a meeting says of it."""

    nr: int
    where: str = "together"


async def current(request: Request, group: Group) -> Group:
    """The group with what its circles left: of one that is over its facts, of one that is gone nothing."""
    store = request.state.store
    for nr, one in enumerate(group.meetings):
        if one.room and not one.held:
            try:
                room = await store.load(one.room)
            except NoRoom:
                await store.change(group.id, held.gone, nr, one.room)
            else:
                await tell(store, room)
    found: Group = await store.group(group.id)
    return found


async def begin(request: Request, who: Caller, beginning: Beginning) -> Response:
    """Opens the circle of a meeting, with whoever does as its leader. Whoever is second enters the first one's."""
    state, nr = request.state, beginning.nr
    if meeting(who.group, nr).room:
        return await enter(request, who, nr)
    if who.member is None:
        raise Refused("Dat kunnen alleen leden van de groep.")
    if not state.limits.may_create(address_of(request), time.monotonic()):
        raise Refused(MANY)
    if await state.store.open_rooms() >= limits.OPEN:
        raise Refused(MANY_ROOMS)
    secret = newcomer(request)
    room = _room(who, beginning, secret)
    held.opened(who.group, who.by, nr, room.id)  # refuses before there is a room that nobody would come into
    await state.store.create(room, now_ms() + AHEAD)
    try:
        group: Group = await state.store.change(who.group.id, held.opened, who.by, nr, room.id)
    except (Refused, NoRoom):  # it was held or left out, or the group is gone
        await state.store.erase(room.id)
        raise
    if group.meetings[nr].room != room.id:  # another was faster
        await state.store.erase(room.id)
        return await enter(request, replace(who, group=group), nr)
    response = RedirectResponse(f"/r/{room.id}/leiden", 303)
    give(request, response, room.id, secret)
    return response


def _room(who: Caller, beginning: Beginning, secret: bytes) -> Room:
    """The room of a meeting, as the plan says; raises Refused."""
    group, nr, member, rng, now = who.group, beginning.nr, who.member, SystemRandom(), now_ms()
    one, alias = meeting(group, nr), secrets.token_hex(6)
    assert member
    room = door.open_room(
        alias,
        name=group.name,
        chairs=max(len(here(group)) + 1, 4),
        leader_name=member.name,
        handle=identity.handle(secret, alias),
        rng=rng,
        takes_part=not member.guide,
        guided=member.guide,
        where=beginning.where if beginning.where in WHERE else WHERE[0],
        follow_up=any(m.held for m in group.meetings[:nr]),
        method=catalogue().get(one.method),
        code=identity.new_code(rng),
        ends=now + one.minutes * MINUTE,
        zone=group.zone,
    )
    return flow.begin(circle.of_meeting(room, group, nr, member.id), now, rng)


async def enter(request: Request, who: Caller, nr: int) -> Response:
    """A member takes a chair in the circle of a meeting."""
    state, one = request.state, meeting(who.group, nr)
    if who.member is None:
        raise Refused("Dat kunnen alleen leden van de groep.")
    try:
        room: Room = await state.store.load(one.room)
    except NoRoom:
        raise Refused("Deze kring is er nog niet. Open hem eerst.") from None
    own = secret_of(request, state.config, room.id)
    secret = own if own and identity.handle(own, room.id) in room.devices else newcomer(request)
    handle = identity.handle(secret, room.id)
    remote, rng = room.where == "remote", SystemRandom()
    room = await state.store.change(
        room.id, circle.enter, handle, who.member, observes=one.observes, remote=remote, rng=rng
    )
    state.bus.nudge(room.id)
    device = room.devices.get(handle)
    leads = device is not None and room.seats[device.seat].lead
    response = RedirectResponse(f"/r/{room.id}{'/leiden' if leads else ''}", 303)
    give(request, response, room.id, secret)
    return response


async def by_code(request: Request, room: Room) -> Response | None:
    """A member who typed the code of the meeting's circle comes in as one, and not as a guest; None for all others."""
    who = await known(request, room.group) if room.group else None
    if who is None or who.member is None or await lent(request):
        return None
    ours = room.meeting < len(who.group.meetings) and who.group.meetings[room.meeting].room == room.id
    return await enter(request, who, room.meeting) if ours else None
