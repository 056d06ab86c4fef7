"""Beginning a circle, the language of a device, and the methods to read."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random, SystemRandom

from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from rooms import ballots, door, flow, shell
from rooms.methodfiles import catalogue, explain, read
from rooms.methods import Method
from rooms.refusal import Refused
from rooms.room import Room
from server import identity, limits, qr
from server.database import StoreError
from server.guard import address_of, form
from server.i18n import N_, clock_of
from server.pages import plain, private, translated, why_not
from server.sayings import texts
from server.steady import now_ms
from server.visitor import LANG, give, language

AHEAD = 14 * 86_400_000  # ms an invitation waits for its first step

LINE = N_("Regel {line}, {field}: {fault}")
WITH_METHOD = 131_072  # bytes of a form that holds a method file

MANY = N_("Er zijn vanaf dit netwerk al veel kringen begonnen. Probeer het over een uur opnieuw.")
FULL = N_("Op deze server zijn nu al heel veel kringen. Probeer het later opnieuw.")


async def new(request: Request) -> Response:
    """/nieuw: the form that begins a circle."""
    return _create(request, typed={}, error="", chairs=8)


def _create(request: Request, status: int = 200, /, **values: object) -> Response:
    values |= {"around": shell.AROUND, "follow_up": shell.FOLLOWUP.minutes}
    return plain(request, "create", status, methods=tuple(catalogue().values()), **values)


def _not_now(request: Request, status: int, fields: Mapping[str, str], why: str) -> Response:
    return _create(request, status, typed=fields, error=translated(request, why), chairs=fields.get("chairs", "8"))


async def create(request: Request) -> Response:
    """POST /nieuw: makes the room and puts whoever made it in the leader's seat."""
    state = request.state
    fields = dict(await form(request, state.config, WITH_METHOD))
    if not state.limits.may_create(address_of(request), time.monotonic()):
        return _not_now(request, 429, fields, MANY)
    if await state.store.open_rooms() >= limits.OPEN:
        return _not_now(request, 503, fields, FULL)
    own = _own_method(request, fields)
    if isinstance(own, str):
        return _create(request, 409, typed=fields, error=own, chairs=fields.get("chairs", "8"))
    if fields.get("rehearse"):
        return await _rehearse(request, fields, own)
    secret, key = identity.new_secret(), secrets.token_urlsafe(32)
    try:
        room = await _made(request, fields, own, secret, key)
    except (Refused, StoreError) as no:
        status, wrong = why_not(request, no)
        return _create(request, status, typed=fields, error=wrong, chairs=fields.get("chairs", "8"))
    alias, key_link = room.id, f"{state.config.origins[0]}/r/{room.id}/leiden#key={key}"
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
    give(request, response, alias, secret)
    return response


async def _rehearse(request: Request, fields: Mapping[str, str], own: Method | None) -> Response:
    """The same with simulated people; nothing need be filled in, and no key is given for a circle of an hour."""
    state, lang, said = request.state, language(request), texts()[language(request)]
    whose = state.limits.whose(address_of(request))
    if full := state.rehearsals.reserve(whose):
        return _not_now(request, 409, fields, full)
    circle = {**fields, "group": said["rehearsal"], "name": fields.get("name") or said["leader"], "until": ""}
    circle["chairs"] = str(max(_number(fields.get("chairs", "")), len(said["people"]) + 2))
    secret, room = identity.new_secret(), None
    try:
        room = await _made(request, circle, own, secret, secrets.token_urlsafe(32))
    except (Refused, StoreError) as no:
        status, wrong = why_not(request, no)
        return _create(request, status, typed=fields, error=wrong, chairs=fields.get("chairs", "8"))
    finally:
        if room is None:
            state.rehearsals.free(whose)
    host, port = request.scope["server"]  # where this process listens, as its socket says
    base = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    passed = state.work.passed(room.code, now_ms())
    state.rehearsals.begin(whose, base, state.config.origins[0], room.code, passed, lang)
    response = RedirectResponse(f"/r/{room.id}/leiden", 303)
    give(request, response, room.id, secret)
    return response


async def _made(request: Request, fields: Mapping[str, str], own: Method | None, secret: bytes, key: str) -> Room:
    """The room the form asks for, at its first step and kept; raises Refused or StoreError."""
    rng, now = SystemRandom(), now_ms()
    zone = fields.get("zone", "") if clock_of(fields.get("zone", "")) else ""
    asked = _asked_for(fields, own, secrets.token_hex(6), secret, key, rng, now, zone)
    room = flow.begin(replace(asked, rehearsal=bool(fields.get("rehearse"))), now, rng)
    await request.state.store.create(room, now + AHEAD)
    return room


def _own_method(request: Request, fields: Mapping[str, str]) -> Method | None | str:
    """The method the form asks for, None for later; or what is wrong with a file of one's own, a line per fault."""
    if fields.get("method") != "own":
        return catalogue().get(fields.get("method", ""))
    found = explain(fields.get("own", ""))
    if not found:
        return read(fields["own"])
    said = [
        translated(request, LINE, line=f.line, field=f.field, fault=translated(request, f.text, **f.params))
        for f in found[:5]
    ]
    return " ".join([translated(request, N_("Dit methodebestand kan nog niet.")), *said])


def _asked_for(
    fields: Mapping[str, str],
    method: Method | None,
    alias: str,
    secret: bytes,
    key: str,
    rng: Random,
    now: int,
    zone: str,
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
        video=fields.get("video", ""),
        where=_one_of(fields.get("where", ""), ("together", "mixed", "remote")),
        ballot=_one_of(fields.get("ballot", ""), ballots.FORMS),
        cases=2 if fields.get("cases") == "2" else 1,
        conflicts=fields.get("conflicts") == "1",
        follow_up=fields.get("followup") == "1",
        method=method,
        code=identity.new_code(rng),
        ends=end_of(fields.get("until", ""), now, zone),
        zone=zone,
        key=identity.fingerprint(key.encode()),
    )


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 5 else 0


def _one_of(text: str, allowed: tuple[str, ...]) -> str:
    return text if text in allowed else allowed[0]


def end_of(text: str, now: int, zone: str) -> int:
    """The next moment the clock of a time zone shows this HH:MM, in ms; 0 when it is not a time."""
    start = datetime.fromtimestamp(now / 1000, clock_of(zone))
    try:
        hour, minute = (int(part) for part in text.split(":"))
        end = start.replace(hour=hour, minute=minute, second=0, microsecond=0)
    except (ValueError, OverflowError):
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
