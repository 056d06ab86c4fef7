"""The pages of a group: what comes, what was, who is in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import partial
from urllib.parse import urlsplit

from babel.dates import format_date
from starlette.requests import Request
from starlette.responses import Response

from rooms import evaluating
from rooms.methodfiles import catalogue
from rooms.trajectory import held, plan
from rooms.trajectory.group import Group, Guidance, guide, here, upcoming
from rooms.trajectory.profiles import profiles
from rooms.trajectory.roads import roads
from server import attendance, calendar, identity
from server.groupcircle import current
from server.groupvisitor import Caller, caller, keep
from server.i18n import N_
from server.pages import plain, translated
from server.visitor import language, welcome

EXPIRED = N_("Deze pagina was verlopen. Wat je schreef, staat er nog: verstuur het opnieuw.")
NAMED = N_("bijeenkomst {n}")
TEMPLATES = {"": "group", "plan": "group_plan", "leden": "group_people", attendance.PAGE: "group_attendance"}


async def page(request: Request) -> Response:
    """/g/<alias>: the group's own page."""
    return await _page(request, "")


async def plan_page(request: Request) -> Response:
    """/g/<alias>/plan: the road, and each meeting of it."""
    return await _page(request, "plan")


async def people(request: Request) -> Response:
    """/g/<alias>/leden: who is in it, what they agreed, devices and keys."""
    return await _page(request, "leden")


async def attended(request: Request) -> Response:
    """/g/<alias>/aanwezigheid: who was at which meeting."""
    return await _page(request, attendance.PAGE)


async def _page(request: Request, name: str) -> Response:
    who = await caller(request)
    group = await current(request, who.group)
    return await _drawn(request, who, group, name, 200, "", {})


async def again(request: Request, who: Caller, fields: Mapping[str, str], status: int, said: str) -> Response:
    """The page that a form came from, with why it did not happen and what was typed."""
    text = translated(request, said) if said == EXPIRED else said
    name = fields.get("page", "")
    group = await current(request, who.group)
    return await _drawn(request, who, group, name if name in TEMPLATES else "", status, text, fields)


async def _drawn(
    request: Request, who: Caller, group: Group, name: str, status: int, said: str, typed: Mapping[str, str]
) -> Response:
    lang = language(request)
    values: dict[str, object] = {
        "group": group,
        "me": who.member,
        "organiser": who.organiser,
        "csrf": who.csrf,
        "said": said,
        "typed": typed,
        "people": here(group),
        "guide": guide(group),
        "next": upcoming(group),
        "proposed": plan.proposals(group),
        "asks": plan.asks_guidance(group),
        "ready": plan.checks_readiness(group),
        "roads": roads(),
        "methods": catalogue(),
        "guidance": list(Guidance),
        "shown": partial(_day, lang=lang),
        "sums": held.sums(group),
        "waiting": held.not_yet(group),
        "turn": held.turn(group, who.member.id) if who.member else None,
        "trend": held.trend(group),
        "low": evaluating.LOW,
        "cues": held.cues(group, who.member.id) if who.member else (),
        "rev": rev(group),
        "op": identity.new_secret().hex()[:12],
        "profiles": profiles(),
    }
    if name == attendance.PAGE:
        values |= await attendance.beside(request, who, group)
    response = plain(request, TEMPLATES[name], status, **values)
    keep(request, response, group.id, who.secret)
    if who.member:
        welcome(request, response)  # who taps twice takes one chair
    return response


def rev(group: Group) -> str:
    """Which text of the agreement a page shows."""
    return identity.fingerprint(group.agreement.encode())[:16]


def _day(day: str, kind: str = "d MMM", *, lang: str, first: bool = False) -> str:
    """A date in words, '' for none; `first` begins a line."""
    try:
        words = str(format_date(date.fromisoformat(day), kind, locale=lang))
    except ValueError:
        return ""
    return words[0].upper() + words[1:] if first else words


async def dates(request: Request) -> Response:
    """/g/<alias>/agenda.ics: the plan for a calendar."""
    who = await caller(request)
    origin = request.state.config.origins[0]
    host = urlsplit(origin).hostname or "kring"
    said = translated(request, NAMED, n="{n}")
    text = calendar.file(who.group, said, f"{origin}/g/{who.group.id}", host, datetime.now(UTC))
    headers = {"content-disposition": 'attachment; filename="kring.ics"'}
    return Response(text, media_type=calendar.KIND, headers=headers)
