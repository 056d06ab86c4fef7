"""GET pages that only a hall has: its people, and the cases on its table, each a page of a long list at a time."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from rooms import halls, mine, paging
from rooms.rights import OWNER
from rooms.room import Kind
from rooms.view import CaseView, View
from server import pages
from server.feed import page_feed
from server.forms import NO_CASE
from server.pages import private
from server.roomfeed import role_on
from server.visitor import Unknown, language

FULL = 65_536  # bytes of a page of the table
STEP = 8_191  # bytes that what is done without a name is filled up to, as a page's script does


async def people(request: Request) -> Response:
    """/r/<alias>/mensen: everybody in a hall by name, for who leads."""
    visitor = await pages.visit(request, "leiden")
    if isinstance(visitor, Response):
        return visitor
    room, n = visitor.room, _number(request)
    if not visitor.leads:
        raise Unknown
    shown = page_feed(request.state.feed, room).view(room, "lead")
    values = {"view": shown, "page": paging.people(room, n), "letters": paging.letters(room)}
    return pages.plain(request, "people", alias=room.id, csrf=visitor.csrf, **values)


async def table(request: Request) -> Response:
    """/r/<alias>/tafel: what lies open in a hall to leaf through, and while there is a vote on cases its ballot."""
    visitor = await pages.visit(request, "")
    if isinstance(visitor, Response):
        return visitor
    room, device = visitor.room, visitor.device
    assert device is not None
    feed, lang = page_feed(request.state.feed, room), language(request)
    shown = feed.view(room, role_on(room, device, "seat"))
    page = paging.table(room, shown, _number(request))
    if not halls.is_hall(room) or not page.total or device.kind not in (Kind.OWN, Kind.FOLLOW):
        return RedirectResponse(f"/r/{room.id}", 303)
    own, csrf = mine.mine(room, device, visitor.tag), visitor.csrf
    values = _values(shown, own, page, csrf)
    values |= {"laid": paging.cards(room, shown, page), "clears": visitor.leads or shown.role == OWNER}
    html = request.state.regions.page("table", lang, secure=private(request), said="", csrf=csrf, **values)
    # It holds a ballot, or could: it goes as it is, filled up to more than its cases and three of other pages come to.
    return HTMLResponse(html + " " * (-len(html.encode()) % FULL), headers={"content-encoding": "identity"})


def _values(view: View, own: mine.Mine, page: paging.Page[CaseView], csrf: str) -> dict[str, object]:
    """What the page of the table is made of: the cases that got something first, then this page's others."""
    by_id = {case.id: case for case in view.cases}
    given = tuple(by_id[i] for i in own.dots if i in by_id)
    rest = tuple(case for case in page.items if case.id not in own.dots)
    fields = {"csrf": csrf, "verb": "take-back" if view.phase.kind == "read" else "cast", "page": f"tafel?p={page.n}"}
    voting = own.own and own.writer and view.phase.kind == "choose"
    if voting:
        fields |= {"rev": str(own.rev + 1), **_sent(view.ballot, (*given, *rest))}
    return {
        "view": view,
        "mine": own,
        "page": page,
        "given": given,
        "rest": rest,
        "voting": voting,
        "no_case": NO_CASE,
        "pad": filling(fields),
    }


def _sent(ballot: str, cases: tuple[CaseView, ...]) -> dict[str, str]:
    """What a ballot of this form sends of these cases, as long as it always is."""
    if ballot == "one":
        return {"one": NO_CASE}
    return {f"{'dots' if ballot == 'dots' else 'place'}-{case.id}": "0" for case in cases}


def filling(fields: Mapping[str, str]) -> str:
    """What a form without a script is filled up with, so that its body is as long as any other's."""
    return "x" * (-(len(urlencode(fields)) + len("&pad=")) & STEP)


def _number(request: Request) -> int:
    asked = request.query_params.get("p", "")
    return int(asked) if asked.isdecimal() and asked.isascii() and len(asked) < 5 else 1
