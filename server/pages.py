"""GET pages of a room: my seat, the cockpit, the big screen, the report."""

from __future__ import annotations

import time
from collections.abc import Mapping
from html import unescape

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from rooms import closing, mine, minutes, texts
from rooms.methods import Text
from rooms.refusal import Refused
from rooms.room import GONE, Kind, Presence, Room, here, phase, this_round
from rooms.shell import BEGUN
from rooms.view import view
from server import qr, regions
from server.database import StoreError
from server.feed import page_feed
from server.frames import blanks
from server.guard import Rejected
from server.roomfeed import role_on
from server.visitor import Gone, Unknown, Visitor, find, language


async def seat(request: Request) -> Response:
    """/r/<alias>: my own place in the circle."""
    return await room_page(request, "")


async def lead(request: Request) -> Response:
    """/r/<alias>/leiden: the cockpit."""
    return await room_page(request, "leiden")


async def follow(request: Request) -> Response:
    """/r/<alias>/volg: where a second device of somebody shows its key."""
    return plain(request, "unlock", alias=request.path_params["alias"], verb="follow")


async def screen(request: Request) -> Response:
    """/r/<alias>/scherm: the big screen."""
    return await room_page(request, "scherm")


async def room_page(request: Request, page: str) -> Response:
    """A page of a room for whoever asks."""
    found = await visit(request, page)
    return found if isinstance(found, Response) else _draw(request, found, page, "", {}, 200)


async def visit(request: Request, page: str) -> Visitor | Response:
    """Who asks for a page of a room, or what they get instead of it."""
    try:
        visitor = await _asks(request, screen=page == "scherm")
    except Gone:
        raise
    except Unknown:
        if page == "leiden":
            return plain(request, "unlock", alias=request.path_params["alias"], verb="unlock")
        raise
    return _instead(request, visitor, page) or visitor


async def _asks(request: Request, *, screen: bool = False) -> Visitor:
    """Who asks for a page of this room, counted; raises Unknown, and Rejected when it is one too many."""
    visitor = await find(request, request.path_params["alias"], screen=screen)
    count(request, visitor)
    return visitor


def count(request: Request, visitor: Visitor) -> None:
    """One page more for this device; raises Rejected when that is too many."""
    if not request.state.limits.page(visitor.handle, time.monotonic()):
        raise Rejected(429, "Dat ging te snel. Probeer het zo nog eens.")


def drawn(
    request: Request,
    visitor: Visitor,
    page: str,
    *,
    said: str = "",
    typed: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    """A page of a room for a visitor; `said` and `typed` after an act without a script that did not happen."""
    return _instead(request, visitor, page) or _draw(request, visitor, page, said, typed or {}, status)


def _instead(request: Request, visitor: Visitor, page: str) -> Response | None:
    """What a visitor gets who may not see this page, or not now."""
    if visitor.device is None:
        return plain(
            request, "knock", alias=visitor.room.id, csrf=visitor.csrf, knock=visitor.knock, room=visitor.room.name
        )
    led = visitor.device.kind is Kind.LEAD and not visitor.leads
    if not led and (elsewhere := _elsewhere(visitor, page)):
        return RedirectResponse(elsewhere, 303)
    room = visitor.room
    presence = room.seats[visitor.device.seat].presence if visitor.device.seat else Presence.HERE
    if presence not in GONE:  # a device that only leads has no other page: to send it on would send it round for ever
        return plain(request, "led", 403, alias=room.id, csrf=visitor.csrf, room=room.name) if led else None
    back = room.seats.get(visitor.device.via)  # whose device it is, when it was handed round
    values = {"alias": room.id, "csrf": visitor.csrf, "room": room.name, "back": back}
    return plain(request, "left", 403, removed=presence is Presence.REMOVED, **values)


def plain(request: Request, name: str, status: int = 200, /, **values: object) -> Response:
    """A page without live regions."""
    lang = language(request)
    values.setdefault("said", "")
    html = request.state.regions.page(name, lang, secure=private(request), **values)
    return HTMLResponse(html, status)


def translated(request: Request, text: str, **params: object) -> str:
    """A sentence in the language of whoever asks, its fields filled in."""
    lang = language(request)
    said = {name: getattr(value, lang) if isinstance(value, Text) else value for name, value in params.items()}
    return str(request.state.languages.translator(lang).gettext(text)).format(**said)


def why_not(request: Request, no: Refused | StoreError) -> tuple[int, str]:
    """Status and sentence of what did not happen, by a rule or by a fault of ours."""
    if isinstance(no, Refused):
        return 409, translated(request, no.text, **no.params)
    return 503, translated(request, no.person)


def sentence(text: str, status: int) -> Response:
    """A no for a script: the sentence alone, marked as ours and not some proxy's."""
    return PlainTextResponse(text, status, headers={"x-kring": "1"})


def private(request: Request) -> bool:
    """Whether nobody on the network can read along: HTTPS, or this very machine."""
    host = request.url.hostname  # nosemgrep: no-address-from-the-request  # compared only, and HostMiddleware knows it
    return request.state.config.secure or host in ("127.0.0.1", "localhost", "::1")


def _draw(request: Request, visitor: Visitor, page: str, said: str, typed: Mapping[str, str], status: int) -> Response:
    room, device = visitor.room, visitor.device
    assert device is not None
    place, lang = regions.place_of(page), language(request)
    feed, csrf = page_feed(request.state.feed, room), visitor.csrf  # one masked value for all forms of a page
    role = role_on(room, device, place)
    own = feed.personal(room, device, visitor.tag, lang, csrf, typed) if place == "seat" else {}
    shown = feed.view(room, role)
    there = unescape("".join(own.values()))
    left_over = tuple(words for words in request.scope.get("written", ()) if said and words not in there)
    html = request.state.regions.page(
        place,
        lang,
        view=shown,
        parts=feed.render(room, place, role, lang),
        own=own,
        csrf=csrf,
        page=page,
        said=said,
        typed=typed,
        written=left_over,
        secure=private(request),
        lead=visitor.leads,
        seat=device.seat,
        shared=bool(device.seat and device.via),
        takes_part=bool(device.seat) and room.seats[device.seat].takes_part,
    )
    if place == "seat" and mine.holds_own(room, mine.mine(room, device, visitor.tag)):
        # a compressed page would be as long as what it holds is surprising: this one goes as it is, filled up
        return HTMLResponse(html + blanks("".join(own.values())), status, headers={"content-encoding": "identity"})
    return HTMLResponse(html, status)


def _elsewhere(visitor: Visitor, page: str) -> str:
    device = visitor.device
    assert device is not None
    here = f"/r/{visitor.room.id}"
    if device.kind is Kind.SCREEN:
        return "" if page == "scherm" else f"{here}/scherm"
    if page == "scherm" or (page == "leiden" and not visitor.leads):
        return here  # the big screen shows what somebody outside, or late, may not see
    if page == "" and device.kind is Kind.LEAD:
        return f"{here}/leiden"
    return ""


async def report(request: Request) -> Response:
    """/r/<alias>/verslag: what was allowed, after everybody's yes and the end of the meeting only."""
    visitor = await _asks(request)
    room = visitor.room
    if visitor.device is None or not _seated(visitor):
        raise Unknown
    if not room.over:
        raise Rejected(409, "Een verslag is er pas als de kring gesloten is.")
    if not room.report:
        raise Rejected(409, "Er is geen verslag: dat kan alleen als iedereen die meedoet ja zei.")
    told = report_of(room, visitor.device.seat)
    return plain(request, "report", view=view(room, "member"), report=told, csrf=visitor.csrf, leads=visitor.leads)


def _seated(visitor: Visitor) -> bool:
    """Whether the device has a chair in the circle; or had one at its end, where everybody was asked for a report."""
    seat = visitor.room.seats.get(visitor.device.seat) if visitor.device else None
    if seat is None:
        return False
    if seat.presence is Presence.LEFT:
        return seat.id in this_round(visitor.room).went
    return seat.presence is Presence.HERE and seat.caught_up


def report_of(room: Room, reader: str) -> dict[str, object]:
    """The report's parts for who sits at `reader`: questions, first steps, sentences whose writers said yes, middle
    answers; nothing of a case in which they were outside."""
    told = [i for i in closing.reported(room) if i not in room.seats[reader].missed]
    cards = this_round(room).cards if phase(room).kind == "closing" else ()
    return {
        "questions": tuple(closing.question(room, room.chosen[i]) or ("",) for i in told),
        "steps": tuple(s for i in told for s in texts.field(room, "first_step", i)[-1:]),
        "sentences": tuple(c.text for c in cards if c.input == "takeaway" and c.state == "report"),
        "method": room.method.name if room.method else None,
        "parts": minutes.parts(room),
        "minutes": max(round((room.over - room.began) / 60_000), 1),
        "people": len(here(room)),
        "remote": sum(s.remote for s in here(room)),
    }


async def invite(request: Request) -> Response:
    """/r/<alias>/uitnodiging: code, link and QR for who leads, while the door is open."""
    visitor = await _asks(request)
    if not visitor.leads:
        raise Unknown
    room = visitor.room
    link = f"{request.state.config.origins[0]}/#{room.code.replace('-', '')}"
    return plain(request, "invite", alias=room.id, code=room.code, link=link, room=room.name)


async def qr_code(request: Request) -> Response:
    """/r/<alias>/qr.svg: the join link as a QR code, for whoever's page shows the code now."""
    visitor = await _asks(request)
    room, device = visitor.room, visitor.device
    if device is None or (device.seat and room.seats[device.seat].presence is not Presence.HERE):
        raise Unknown
    places = ("lead", "seat") if visitor.leads else ("seat",)
    if not any(view(room, role_on(room, device, place)).code for place in places):
        raise Unknown
    link = f"{request.state.config.origins[0]}/#{visitor.room.code.replace('-', '')}"
    return Response(qr.svg(link), media_type="image/svg+xml")


async def order(request: Request) -> Response:
    """/r/<alias>/volgorde: the phases of the method, for who leads to drop, move and lengthen before it begins."""
    visitor = await _asks(request)
    room = visitor.room
    if not visitor.leads:
        raise Unknown
    if room.method is None or phase(room).kind in BEGUN:
        return RedirectResponse(f"/r/{room.id}/leiden", 303)
    return plain(
        request, "order", alias=room.id, csrf=visitor.csrf, room=room.name, method=room.method, dropped=room.dropped,
        planned={e.phase.id: e.phase.minutes for e in room.agenda if e.phase.kind == "method"},
    )  # fmt: skip
