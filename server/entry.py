"""Coming in: the start page, joining by code, beginning a circle, pairing a big screen."""

from __future__ import annotations

import secrets
import time
from datetime import datetime, timedelta
from functools import partial
from random import SystemRandom

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from rooms import devices, door, flow
from rooms.methods import catalogue
from rooms.refusal import Refused
from rooms.room import Kind, Room, here, leaders
from server import acts, identity, qr
from server.documents import NoRoom
from server.guard import Rejected, form
from server.i18n import N_
from server.pages import plain, private
from server.visitor import LANG, Unknown, find, give, language, secret_of

AHEAD = 14 * 86_400_000  # ms an invitation waits for its first step
SYMBOLS = "23456789BCDFGHJKMNPQRSTVWXYZ"
NO_CODE = N_("Deze code kennen we niet, of hij geldt niet meer.")
BUSY = N_("Er kwamen te veel verkeerde codes van dit netwerk. Wacht een paar minuten en probeer het opnieuw.")


def _text(request: Request, text: str, **params: object) -> str:
    return str(request.state.languages.translator(language(request)).gettext(text)).format(**params)


async def start(request: Request) -> Response:
    """/: join by code first, begin a circle second."""
    return plain(request, "start", code="", error="", found=None, name="", name_error="")


async def join(request: Request) -> Response:
    """POST /: a code answers with the room; a code and a name take a chair."""
    state = request.state
    fields = await form(request, state.config)
    typed = fields.get("code", "")
    address = request.client.host if request.client else ""
    if not state.limits.may_try(address, time.monotonic()):
        return plain(request, "start", 429, code=typed, error=_text(request, BUSY), found=None, name="", name_error="")
    room = await _by_code(request, typed)
    if room is None:
        state.limits.failed(address, time.monotonic())
        return plain(
            request, "start", 404, code=typed, error=_text(request, NO_CODE), found=None, name="", name_error=""
        )
    state.limits.succeeded(address, time.monotonic())
    if secret_of(request, state.config, room.id) is not None and _knows(request, room):
        return RedirectResponse(f"/r/{room.id}", 303)
    name = fields.get("name", "")
    if "name" not in fields:
        return plain(request, "start", code=typed, error="", found=_found(room), name="", name_error="")
    secret = identity.new_secret()
    try:
        await state.store.change(room.id, partial(acts.join, secret=secret, name=name, remote=room.where == "remote"))
    except Refused as no:
        return plain(
            request,
            "start",
            409,
            code=typed,
            error="",
            found=_found(room),
            name=name,
            name_error=_text(request, no.text, **no.params),
        )
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
    return plain(request, "create", methods=tuple(catalogue().values()), typed={}, error="", chairs=8)


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
    try:
        room = door.open_room(
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
            ends=_end(fields.get("until", ""), now),
            key=identity.fingerprint(key.encode()),
        )
    except Refused as no:
        return plain(
            request,
            "create",
            409,
            methods=tuple(catalogue().values()),
            typed=fields,
            error=_text(request, no.text, **no.params),
            chairs=fields.get("chairs", "8"),
        )
    await state.store.create(flow.begin(room, now, rng), now + AHEAD)
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


def _number(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 4 else 0


def _one_of(text: str, allowed: tuple[str, ...]) -> str:
    return text if text in allowed else allowed[0]


def _end(text: str, now: int) -> int:
    """The next moment the clock shows this HH:MM, in ms; 0 when it is not a time."""
    start = datetime.fromtimestamp(now / 1000)
    try:
        hour, minute = (int(part) for part in text.split(":"))
        end = start.replace(hour=hour, minute=minute, second=0, microsecond=0)
    except ValueError:
        return 0
    return int((end if end > start else end + timedelta(days=1)).timestamp() * 1000)


async def pairing(request: Request) -> Response:
    """/scherm: four symbols on the beamer, until somebody who leads types them."""
    state, ticket = request.state, request.cookies.get("kring-scherm", "")
    alias = await state.pairing.take(identity.fingerprint(ticket.encode())) if ticket else None
    if alias:
        secret = identity.new_secret()
        await state.store.change(alias, partial(devices.pair, handle=identity.handle(secret, alias)))
        state.bus.nudge(alias)
        response: Response = RedirectResponse(f"/r/{alias}/scherm", 303)
        give(response, state.config, alias, secret)
        response.delete_cookie("kring-scherm", path="/scherm")
        return response
    if request.headers.get("x-kring") and ticket:
        return Response(status_code=204)
    symbols, ticket = "".join(secrets.choice(SYMBOLS) for _ in range(4)), secrets.token_urlsafe(24)
    until = int(time.time()) + 300
    await state.pairing.wait(identity.fingerprint(symbols.encode()), identity.fingerprint(ticket.encode()), until)
    response = plain(request, "pair", symbols=symbols)
    response.set_cookie(
        "kring-scherm",
        ticket,
        max_age=300,
        path="/scherm",
        httponly=True,
        samesite="strict",
        secure=state.config.secure,
    )
    return response


async def pair(request: Request) -> Response:
    """POST /r/<alias>/koppel: whoever leads types the four symbols of a big screen."""
    state, alias = request.state, request.path_params["alias"]
    fields = await form(request, state.config)
    visitor = await find(request, alias)
    device = visitor.device
    if device is None or device.kind not in (Kind.OWN, Kind.LEAD) or not visitor.room.seats[device.seat].lead:
        raise Unknown
    if not identity.csrf_ok(visitor.secret, alias, fields.get("csrf", "")):
        raise Rejected(403, "Deze pagina is verlopen. Laad haar opnieuw.")
    symbols = "".join(fields.get("symbols", "").upper().split()).replace("-", "")
    claimed = await state.pairing.claim(identity.fingerprint(symbols.encode()), alias)
    if not claimed:
        text = _text(request, "Deze vier tekens kennen we niet. Kijk nog eens op het grote scherm.")
        if request.headers.get("x-kring"):
            return HTMLResponse(state.regions.part("partials/said.html", language(request), text=text), 409)
        return plain(request, "problem", 409, text=text, status=409)
    if request.headers.get("x-kring"):
        return Response(status_code=204)
    return RedirectResponse(f"/r/{alias}/leiden", 303)


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
