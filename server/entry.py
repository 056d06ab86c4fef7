"""Coming in: the start page, joining by code, beginning a circle, pairing a big screen."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random, SystemRandom

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from rooms import door, flow, shell
from rooms.methods import catalogue
from rooms.refusal import Refused
from rooms.room import Room, here, leaders
from server import identity, qr
from server.database import StoreError
from server.documents import NoRoom
from server.guard import Rejected, form
from server.i18n import N_, clock_of
from server.pages import plain, private, translated, why_not
from server.visitor import LANG, give, language, secret_of

AHEAD = 14 * 86_400_000  # ms an invitation waits for its first step
NO_CODE = N_("Deze code kennen we niet, of hij geldt niet meer.")
BUSY = N_("Er kwamen te veel verkeerde codes van dit netwerk. Wacht een paar minuten en probeer het opnieuw.")


async def start(request: Request) -> Response:
    """/: join by code first, begin a circle second."""
    return _start(request)


def _start(request: Request, status: int = 200, /, **values: object) -> Response:
    empty = {"code": "", "error": "", "found": None, "name": "", "name_error": ""}
    return plain(request, "start", status, **{**empty, **values})


async def join(request: Request) -> Response:
    """POST /: a code answers with the room; a code and a name take a chair."""
    state = request.state
    fields = await form(request, state.config)
    typed = fields.get("code", "")
    address = request.client.host if request.client else ""
    if not state.limits.may_try(address, time.monotonic()):
        return _start(request, 429, code=typed, error=translated(request, BUSY))
    room = await _by_code(request, typed)
    if room is None:
        state.limits.failed(address, time.monotonic())
        return _start(request, 404, code=typed, error=translated(request, NO_CODE))
    state.limits.succeeded(address, time.monotonic())
    if secret_of(request, state.config, room.id) is not None and _knows(request, room):
        return RedirectResponse(f"/r/{room.id}", 303)
    name = fields.get("name", "")
    if "name" not in fields:
        return _start(request, code=typed, found=_found(room))
    secret = identity.new_secret()
    try:
        handle, remote = identity.handle(secret, room.id), room.where == "remote"
        await state.store.change(room.id, door.join, handle, name, remote=remote, rng=SystemRandom())
    except (Refused, StoreError) as no:
        status, wrong = why_not(request, no)
        return _start(request, status, code=typed, found=_found(room), name=name, name_error=wrong)
    state.bus.nudge(room.id)
    response = RedirectResponse(f"/r/{room.id}", 303)
    give(response, state.config, room.id, secret)
    return response


def _knows(request: Request, room: Room) -> bool:
    secret = secret_of(request, request.state.config, room.id)
    return secret is not None and identity.handle(secret, room.id) in room.devices


async def _by_code(request: Request, typed: str) -> Room | None:
    code = identity.clean_code(typed)
    alias = await request.state.store.find(code) if code else None
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


async def new(request: Request) -> Response:
    """/nieuw: the form that begins a circle."""
    return _create(request, typed={}, error="", chairs=8)


def _create(request: Request, status: int = 200, /, **values: object) -> Response:
    around = sum(p.minutes for p in (*shell.BEFORE, shell.CLOSING))
    return plain(request, "create", status, methods=tuple(catalogue().values()), around=around, **values)


async def create(request: Request) -> Response:
    """POST /nieuw: makes the room and puts whoever made it in the leader's seat."""
    state = request.state
    fields = dict(await form(request, state.config))
    address = request.client.host if request.client else ""
    if not state.limits.may_create(address, time.monotonic()):
        raise Rejected(429, "Er zijn vanaf dit netwerk al veel kringen begonnen. Probeer het over een uur opnieuw.")
    secret, key, alias = identity.new_secret(), secrets.token_urlsafe(32), secrets.token_hex(6)
    rng = SystemRandom()
    now = time.time_ns() // 1_000_000
    zone = fields.get("zone", "") if clock_of(fields.get("zone", "")) else ""
    try:
        room = flow.begin(_asked_for(fields, alias, secret, key, rng, now, zone), now, rng)
        await state.store.create(room, now + AHEAD)
    except (Refused, StoreError) as no:
        status, wrong = why_not(request, no)
        return _create(request, status, typed=fields, error=wrong, chairs=fields.get("chairs", "8"))
    key_link = f"{state.config.origins[0]}/r/{alias}/leiden#key={key}"
    response = HTMLResponse(
        state.regions.page(
            "made",
            language(request),
            alias=alias,
            code=room.code,
            room=room.name,
            link=f"{state.config.origins[0]}/#{room.code.replace('-', '')}",
            keep=_one_of(fields.get("keep", ""), ("print", "device", "deputy")),
            key_link=key_link,
            key_code=qr.svg(key_link).decode(),
            secure=private(request),
            said="",
        )
    )
    give(response, state.config, alias, secret)
    return response


def _asked_for(
    fields: Mapping[str, str], alias: str, secret: bytes, key: str, rng: Random, now: int, zone: str
) -> Room:
    """The room the form asks for; raises Refused."""
    return door.open_room(
        alias,
        name=fields.get("group", ""),
        chairs=_number(fields.get("chairs", "8")),
        leader_name=fields.get("name", ""),
        handle=identity.handle(secret, alias),
        rng=rng,
        takes_part=fields.get("part") == "part",
        guided=fields.get("part") != "self",
        where=_one_of(fields.get("where", ""), ("together", "mixed", "remote")),
        cases=2 if fields.get("cases") == "2" else 1,
        conflicts=fields.get("conflicts") == "1",
        follow_up=fields.get("followup") == "1",
        method=catalogue().get(fields.get("method", "")),
        code=identity.new_code(rng),
        ends=end_of(fields.get("until", ""), now, zone),
        zone=zone,
        key=identity.fingerprint(key.encode()),
    )


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 4 else 0


def _one_of(text: str, allowed: tuple[str, ...]) -> str:
    return text if text in allowed else allowed[0]


def end_of(text: str, now: int, zone: str) -> int:
    """The next moment the clock of a time zone shows this HH:MM, in ms; 0 when it is not a time."""
    start = datetime.fromtimestamp(now / 1000, clock_of(zone))
    try:
        hour, minute = (int(part) for part in text.split(":"))
        end = start.replace(hour=hour, minute=minute, second=0, microsecond=0)
    except ValueError:
        return 0
    return int((end if end > start else end + timedelta(days=1)).timestamp() * 1000)


async def speak(request: Request) -> Response:
    """POST /taal: this person's language, kept on the device."""
    fields = await form(request, request.state.config)
    to = fields.get("to", "/")
    response = RedirectResponse(to if to.startswith("/") and not to.startswith("//") else "/", 303)
    lang = "en" if fields.get("lang") == "en" else "nl"
    response.set_cookie(
        LANG, lang, max_age=31_536_000, path="/", samesite="lax", httponly=True, secure=request.state.config.secure
    )
    return response


async def methods(request: Request) -> Response:
    """/methoden: every method, its phases readable before choosing."""
    return plain(request, "methods", methods=tuple(catalogue().values()))
