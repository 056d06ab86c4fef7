"""The door: a code answers with the room, a code and a name take a chair. Only wrong codes cost something."""

from __future__ import annotations

import time
from collections.abc import Mapping
from random import SystemRandom

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from rooms import door
from rooms.refusal import Refused
from rooms.room import Room, here, leaders
from server import groupcircle, groupdoor, identity, work
from server.database import StoreError
from server.documents import NoRoom, kind
from server.guard import address_of, form
from server.i18n import N_
from server.pages import plain, translated, why_not
from server.steady import now_ms
from server.visitor import give, newcomer, secret_of, welcome

NO_CODE = N_("Deze code kennen we niet, of hij geldt niet meer.")


async def start(request: Request) -> Response:
    """/: join by code first, begin a circle second."""
    return _start(request)


def _start(request: Request, status: int = 200, /, **values: object) -> Response:
    empty = {"code": "", "error": "", "found": None, "name": "", "name_error": "", "passed": ""}
    return plain(request, "start", status, **{**empty, **values})


async def join(request: Request) -> Response:
    """POST /: a code answers with the room; a code and a name take a chair."""
    limits, now = request.state.limits, time.monotonic()
    fields = await form(request, request.state.config)
    code = identity.clean_code(fields.get("code", ""))
    if code is None:
        return _no_code(request, fields)
    paid = _paid(request, fields, code)
    if not paid and not limits.may_try(address_of(request), now):
        return _first_a_sum(request, fields, code)
    alias = await request.state.store.find(code)
    room = await _room(request, alias)
    if room is None and (alias is None or kind(alias) is Room):
        limits.wrong(now)
        return _no_code(request, fields)
    if not paid:
        limits.right(address_of(request), now)
    if room is None:
        return await groupdoor.join(request, alias, code, fields)
    if _knows(request, room):
        return RedirectResponse(f"/r/{room.id}", 303)
    if member := await groupcircle.by_code(request, room):
        return member
    if "name" not in fields:
        return _ask_name(request, room, code)
    return await _sit(request, room, code, fields["name"])


def _paid(request: Request, fields: Mapping[str, str], code: str) -> bool:
    """Whether nothing need be counted: a right code was typed here just now, or the device did its sum for it."""
    sums, now = request.state.work, now_ms()
    passed = bool(sums.lets_by(code, fields.get("passed", ""), now))
    return passed or bool(sums.done(code, fields.get("work", ""), fields.get("answer", ""), now))


def _first_a_sum(request: Request, fields: Mapping[str, str], code: str) -> Response:
    """The same for a right and a wrong code: nothing was looked up."""
    puzzle = request.state.work.ask(code, now_ms())
    typed = {name: fields[name] for name in ("code", "name") if name in fields}
    return plain(request, "sum", 429, typed=typed, puzzle=puzzle, parts=work.PUZZLES, bits=work.BITS, wait=work.WAIT)


def _no_code(request: Request, fields: Mapping[str, str]) -> Response:
    return _start(request, 404, code=fields.get("code", ""), error=translated(request, NO_CODE))


def _ask_name(request: Request, room: Room, code: str, status: int = 200, **values: object) -> Response:
    passed = request.state.work.passed(code, now_ms())
    response = _start(request, status, code=code, found=_found(room), passed=passed, **values)
    welcome(request, response)
    return response


async def _sit(request: Request, room: Room, code: str, name: str) -> Response:
    state, secret = request.state, newcomer(request)
    handle, remote = identity.handle(secret, room.id), room.where == "remote"
    try:
        now = await state.store.change(room.id, door.join, handle, name, remote=remote, rng=SystemRandom())
    except (Refused, StoreError) as no:
        status, wrong = why_not(request, no)
        return _ask_name(request, room, code, status, name=name, name_error=wrong)
    if handle in now.devices:
        state.limits.joined(address_of(request), time.monotonic())
    state.bus.nudge(room.id)
    response = RedirectResponse(f"/r/{room.id}", 303)
    give(request, response, room.id, secret)
    return response


def _knows(request: Request, room: Room) -> bool:
    secret = secret_of(request, request.state.config, room.id)
    return secret is not None and identity.handle(secret, room.id) in room.devices


async def _room(request: Request, alias: str | None) -> Room | None:
    """The room that a code leads to, unless it is over, or a group's."""
    if alias is None:
        return None
    try:
        room: Room = await request.state.store.load(alias)
    except NoRoom:
        return None
    return None if room.over else room


def _found(room: Room) -> dict[str, object]:
    """What a right code may tell before a name: group, who leads, free chairs."""
    people_here = here(room)
    return {
        "name": room.name,
        "leads": leaders(room)[0].name if leaders(room) else "",
        "guided": room.guided,
        "free": max(room.chairs - len(people_here), 0),
        "n": max(room.chairs, len(people_here)),
        "taken": len(people_here),
        "door": room.door,
        "lead_at": leaders(room)[0].place if leaders(room) else -1,
    }
