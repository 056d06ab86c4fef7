"""POST /r/<alias>/do/<verb>: guard, verb through the store, nudge, and a short answer."""

from __future__ import annotations

import contextlib
import re
import secrets
import time
from collections.abc import Callable, Mapping
from functools import partial

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from rooms import devices, door, people
from rooms.refusal import Refused
from rooms.room import Kind, Room
from server import acts, forms, identity, lives, pages, qr
from server.database import StoreError
from server.documents import NoRoom
from server.even import evenly, instant
from server.guard import Rejected, form
from server.i18n import N_
from server.steady import now_ms
from server.visitor import Unknown, Visitor, aside_name, find, forget, give, lay_aside, sits_here, was_here

PLACES = ("leiden", "scherm", "verslag", "mensen")
LEAF = re.compile(r"(tafel|mensen)\?p=[0-9]{1,4}")  # a page of a long list
ANSWER = 0.04  # seconds from an act without a name to its answer: longer than nearly every commit takes
ENOUGH = N_("Er begeleiden al genoeg toestellen met deze sleutel. Laat er eerst een deze kring vergeten.")
ASKS = ("erase", "close", "remove", "hand-over")  # what ends a meeting, for all or one, or one's lead: not with one tap
KEYS: dict[str, tuple[Callable[..., Room], str]] = {
    "unlock": (devices.unlock, "/leiden"),
    "follow": (devices.follow, ""),
}


async def act(request: Request) -> Response:
    """One act of a device. 204 when it is durable, 409 with a sentence when a rule says no."""
    state, alias, name = request.state, request.path_params["alias"], request.path_params["verb"]
    begun = instant()
    fields = await form(request, state.config)
    if name == "own":  # padded: what is done stands in the body, so that no address tells it by its length
        name = fields.get("verb", "")
    if name in KEYS:
        return await open_with(request, alias, name, fields.get("key", ""))
    try:
        visitor = await find(request, alias)
    except Unknown:
        secret = was_here(request, alias) if name == "forget" else None
        if secret is None or not identity.csrf_ok(secret, alias, fields.get("csrf", "")):
            raise
        return forgotten(request, alias, "/", keep=fields.get("keep") == "1")  # twice is once: the answer was lost
    if not identity.csrf_ok(visitor.secret, alias, fields.get("csrf", "")):
        return expired(request, fields, visitor)
    if not state.limits.act(visitor.handle, time.monotonic()):
        raise Rejected(429, "Dat ging te snel. Probeer het zo nog eens.")
    if name in ASKS and visitor.leads and not _sure(request, fields):
        return ask(request, visitor, name, fields)
    if name in ("erase", "forget"):
        return await end(request, alias, name, keep=fields.get("keep") == "1")
    if visitor.device is None:
        return await _knocker(request, alias, name)
    if name == "invite-device":
        return await invite_device(request, visitor)
    if name == "hand-round":
        return await hand_round(request, visitor, fields.get("seat", ""))
    device = visitor.device
    one = forms.Act(
        room=visitor.room,
        seat=device.seat,
        kind=device.kind,
        tag=visitor.tag,
        form=_named(request, fields),
        now=now_ms(),
        silent=state.feed.silent(visitor.room),
        handle=visitor.handle,
    )
    try:
        verb = acts.verb(name, one)
        if verb is None:
            raise Rejected(403, "Dat kan niet vanaf dit toestel.")
        await state.store.change(alias, verb)
    except (Refused, StoreError) as no:
        answer = await said(request, no, fields, visitor)
        await evenly(begun, ANSWER if name in acts.NAMELESS else 0)
        return answer
    await evenly(begun, ANSWER if name in acts.NAMELESS else 0)  # cleaning a text takes the longer, the longer it is
    state.bus.nudge(alias)
    if visitor.leads and name in acts.LEAD:  # of what anybody may do, the bus must not tell that who leads did it
        state.bus.lead(alias)
    return done(request, alias, fields.get("page", ""))


def _named(request: Request, fields: Mapping[str, str]) -> Mapping[str, str]:
    """The form with an operation id: the page leaves that open for its script, and without one every form is new."""
    open_still = fields.get("op") == "" and not request.headers.get("x-kring")
    return {**fields, "op": secrets.token_hex(16)} if open_still else fields


def expired(request: Request, fields: Mapping[str, str], visitor: Visitor) -> Response:
    """A form with another CSRF value than this device's. Without a script the page comes back with what was typed."""
    if request.headers.get("x-kring") or visitor.device is None or visitor.device.kind is not Kind.OWN:
        raise Rejected(403, "Deze pagina is verlopen. Laad de pagina opnieuw; wat je schreef, staat nog op je toestel.")
    pages.count(request, visitor)
    page = "leiden" if visitor.leads and fields.get("page") == "leiden" else ""
    text = pages.translated(request, "Deze pagina was verlopen. Wat je schreef, staat er nog: verstuur het opnieuw.")
    return pages.drawn(request, visitor, page, said=text, typed=fields, status=403)


def _sure(request: Request, fields: Mapping[str, str]) -> bool:
    """Whether it was asked already: by the button itself where there is a script, else by a form that says so."""
    return bool(request.headers.get("x-kring")) or fields.get("sure") == "1"


def ask(request: Request, visitor: Visitor, name: str, fields: Mapping[str, str]) -> Response:
    """The question before an act of ASKS, whose form does it."""
    room, page, who = visitor.room, fields.get("page", ""), fields.get("seat", "")
    values = {"alias": room.id, "room": room.name, "csrf": visitor.csrf, "page": page, "back": _place(room.id, page)}
    values |= {"seat": who, "name": room.seats[who].name if who in room.seats else ""}
    return pages.plain(request, "sure", verb=name, group=bool(room.group), **values)


def done(request: Request, alias: str, page: str = "") -> Response:
    """Nothing to say: the change comes back over the socket; without a script, the page."""
    if request.headers.get("x-kring"):
        return Response(status_code=204)
    return RedirectResponse(_place(alias, page), 303)


def _place(alias: str, page: str) -> str:
    """Where a form without a script came from."""
    return f"/r/{alias}/{page}" if page in PLACES or LEAF.fullmatch(page) else f"/r/{alias}"


async def said(request: Request, no: Refused | StoreError, fields: Mapping[str, str], visitor: Visitor) -> Response:
    """Why an act did not happen, a rule or a fault of ours: the sentence alone for a script, the whole page with what
    was typed without one. The page is drawn from the room as it was found, for the store may be away."""
    status, text = pages.why_not(request, no)
    if request.headers.get("x-kring"):
        response = pages.sentence(text, status)
    else:
        response = pages.drawn(request, visitor, fields.get("page", ""), said=text, typed=fields, status=status)
    if status == 503:
        response.headers["retry-after"] = "2"
    return response


async def open_with(request: Request, alias: str, name: str, key: str) -> Response:
    """A device shows a key: the leader's, and it leads from then on, or a person's own, and it follows."""
    state, secret = request.state, identity.new_secret()
    verb, page = KEYS[name]
    if await sits_here(request, alias):
        raise Rejected(409, "Dit toestel heeft al een stoel in deze kring. Open deze link op een ander toestel.")
    try:
        handle, shown = identity.handle(secret, alias), identity.fingerprint(key.encode())
        when = (now_ms(),) if name == "follow" else ()
        await state.store.change(alias, verb, handle, shown, *when)
    except devices.Enough:
        raise Rejected(409, ENOUGH) from None
    except (Refused, NoRoom):
        raise Unknown from None
    state.bus.nudge(alias)
    response = RedirectResponse(f"/r/{alias}{page}", 303)
    give(request, response, alias, secret)
    return response


async def end(request: Request, alias: str, name: str, *, keep: bool) -> Response:
    """`erase`: the leader erases the whole meeting; `forget`: this device forgets it. With `keep` the page itself
    clears what it kept, but for a case that somebody wants to stay there for a next time."""
    state, visitor = request.state, await find(request, alias)
    if name == "erase":
        if not visitor.leads:
            raise Rejected(403, "Dat kan alleen wie de kring begeleidt.")
        await lives.erase(state.store, alias, now_ms())
    else:
        with contextlib.suppress(StoreError):  # what is on the device goes, whatever the disk says
            await state.store.change(alias, people.forget, _handles(request, visitor))
    state.bus.nudge(alias)
    return forgotten(request, alias, "/gewist" if name == "erase" else "/", keep=keep)


def forgotten(request: Request, alias: str, to: str, *, keep: bool) -> Response:
    """On to a page that clears what this device kept. The fragment tells it what to drop: on plain HTTP a browser does
    not listen to Clear-Site-Data."""
    response = RedirectResponse(f"{to}#weg={alias}", 303)
    forget(request, response, request.state.config, alias, keep=keep)
    return response


def _handles(request: Request, visitor: Visitor) -> frozenset[str]:
    """The handles of every secret this device has of a room: its own and those laid aside while it went round."""
    own = aside_name(request.state.config, visitor.room.id, "")
    aside = [identity.decode(v.partition(".")[0]) for name, v in request.cookies.items() if name.startswith(own)]
    return frozenset({visitor.handle, *(identity.handle(s, visitor.room.id) for s in aside if s)})


async def invite_device(request: Request, visitor: Visitor) -> Response:
    """A link, shown once, with which one other device of the same person follows."""
    state, room, device = request.state, visitor.room, visitor.device
    if device is None or device.kind is not Kind.OWN:
        raise Rejected(403, "Dat kan niet vanaf dit toestel.")
    key = secrets.token_urlsafe(32)
    await state.store.change(room.id, devices.invite_device, device.seat, identity.fingerprint(key.encode()), now_ms())
    link = f"{state.config.origins[0]}/r/{room.id}/volg#key={key}"
    return pages.plain(request, "follow", alias=room.id, room=room.name, link=link, code=qr.svg(link).decode())


async def hand_round(request: Request, visitor: Visitor, to: str) -> Response:
    """The device changes hands: the next person's secret becomes the room's cookie, this one's is laid aside."""
    state, room, device = request.state, visitor.room, visitor.device
    if device is None or device.kind is not Kind.OWN or to not in room.seats or to == device.seat:
        raise Rejected(403, "Dat kan niet vanaf dit toestel.")
    aside = identity.decode(request.cookies.get(aside_name(state.config, room.id, to), ""))
    known = room.devices.get(identity.handle(aside, room.id)) if aside else None
    try:
        devices.may_hand_on(room, device, to)
        if aside is None or known is None or known.seat != to:
            aside = identity.handed(visitor.secret, room.id, to)
            await state.store.change(room.id, devices.hold_for, device.seat, identity.handle(aside, room.id), to)
    except Refused as no:
        return await said(request, no, {}, visitor)
    name, before = room.seats[to].name, room.seats[device.seat].name
    page = pages.plain(request, "handed", alias=room.id, name=name, before=before, room=room.name)
    give(request, page, room.id, aside)
    lay_aside(page, state.config, room.id, device.seat, visitor.secret)
    return page


async def _knocker(request: Request, alias: str, name: str) -> Response:
    visitor = await find(request, alias)
    if name != "stop-knocking":
        raise Rejected(403, "Dat kan niet vanaf dit toestel.")
    await request.state.store.change(alias, partial(door.stop_knocking, handle=visitor.handle))
    request.state.bus.nudge(alias)
    response = RedirectResponse(f"/#weg={alias}", 303)
    forget(request, response, request.state.config, alias, keep=True)  # of this circle it kept nothing
    return response
