"""What people do on the pages of a group: one table of words and verbs; each is a form that comes back to its page."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from random import SystemRandom

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from rooms.methodfiles import catalogue
from rooms.refusal import Refused
from rooms.trajectory import clientreport, held, members, plan, profiles
from rooms.trajectory.group import ORGANISER, Group, inside, organises
from rooms.trajectory.roads import roads
from server import attendance, groupcircle, grouppages, identity, qr
from server.database import StoreError
from server.groupdoor import out, shown
from server.groupvisitor import Caller, caller
from server.guard import Rejected, form
from server.i18n import clock_of
from server.lives import erase_group
from server.pages import plain, why_not
from server.steady import now_ms

Fields = Mapping[str, str]
Verb = Callable[[Group], Group]
PLACES = ("", "plan", "leden", attendance.PAGE, "verslag")
OP = re.compile("[0-9a-f]{12}")
_rng = SystemRandom()


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 5 else -1


def _days(first: str, weeks: int, count: int) -> tuple[str, ...]:
    """As many dates as meetings, so many weeks apart; none without a first one."""
    if not first or count < 1:
        return ()
    try:
        begin = date.fromisoformat(first)
        return tuple((begin + timedelta(weeks=weeks * n)).isoformat() for n in range(min(count, 60)))
    except (ValueError, OverflowError):
        raise Refused("Dit is geen datum. Schrijf hem zoals 2026-12-31.") from None


def _day(text: str) -> str:
    return _days(text, 0, 1)[0] if text else ""


def _op(fields: Fields) -> str:
    """The number that a form came with; another where it is none of ours, for it is kept as an id."""
    return op if OP.fullmatch(op := fields.get("op", "")) else secrets.token_hex(6)


def _take(who: Caller, f: Fields) -> Verb:
    road, count = f.get("road", ""), _number(f.get("count", ""))
    weeks = _number(f.get("weeks", ""))
    if road in roads():  # what is left open is as the road says
        count = roads()[road].usual if count < 0 else count
        weeks = roads()[road].weeks if weeks < 1 else weeks
    days = _days(f.get("first", ""), weeks, count)
    time, minutes = f.get("time", ""), _number(f.get("minutes", ""))
    return lambda g: plan.take(g, who.by, road, count, days, time, minutes)


def _move(who: Caller, f: Fields) -> Verb:
    nr, day, minutes = _number(f.get("nr", "")), _day(f.get("day", "")), _number(f.get("minutes", ""))
    return lambda g: plan.move(g, who.by, nr, day, f.get("time", ""), minutes)


def _set_up(who: Caller, f: Fields) -> Verb:
    method = f.get("method", "")
    named = {name: f.get(name, "") for name in ("guidance", "leads", "observes")}
    known = method if method in catalogue() else ""
    return lambda g: plan.set_up(g, who.by, _number(f.get("nr", "")), method=known, **named)


def _write(who: Caller, f: Fields) -> Verb:
    part, text, seen = f.get("part", ""), f.get("text", ""), _number(f.get("seen", ""))
    return lambda g: clientreport.write(g, who.by, part, text, seen)


def _agree(who: Caller, f: Fields) -> Verb:
    day, rev = datetime.now(clock_of(who.group.zone)).date().isoformat(), _number(f.get("rev", ""))
    return lambda g: clientreport.agree(g, who.by, rev, day, yes=f.get("yes") == "1")


VERBS: dict[str, Callable[[Caller, Fields], Verb]] = {
    "take": _take,
    "move": _move,
    "set-up": _set_up,
    "skip": lambda w, f: lambda g: plan.skip(g, w.by, _number(f.get("nr", "")), yes=f.get("yes") == "1"),
    "add": lambda w, _: lambda g: plan.add(g, w.by),
    "find": lambda w, f: lambda g: held.keep_find(g, w.by, f.get("text", ""), _op(f)),
    "drop-find": lambda w, f: lambda g: held.drop_find(g, w.by, f.get("find", "")),
    "agreement": lambda w, f: lambda g: members.agreement(g, w.by, f.get("text", ""), _seen(g, f)),
    "agree": lambda w, f: lambda g: members.agree(g, w.by, _seen(g, f) or ""),
    "guide": lambda w, f: lambda g: members.guides(g, _organiser(w), f.get("member", ""), yes=f.get("yes") == "1"),
    "remove": lambda w, f: lambda g: members.remove(g, _organiser(w), f.get("member", "")),
    "only-here": lambda w, _: lambda g: members.only_here(g, w.by, w.handle),
    "registers": lambda w, f: lambda g: profiles.choose(g, w.by, [k[9:] for k in f if k.startswith("register-")]),
    "report-draft": lambda w, _: lambda g: clientreport.draft(g, w.by),
    "report-write": _write,
    "report-agree": _agree,
    "report-open": lambda w, f: (
        lambda g: clientreport.open_again(g, w.by, _number(f.get("rev", "")), yes=f.get("yes") == "1")
    ),
    "code": lambda w, f: lambda g: members.new_code(g, w.by, identity.new_code(_rng) if f.get("yes") == "1" else ""),
}


def _organiser(who: Caller) -> str:
    """As the organiser where the device may, else as the member."""
    return ORGANISER if who.organiser else who.by


def _seen(group: Group, fields: Fields) -> str | None:
    """The agreement, if it is still the one on the page that the form stood on."""
    return group.agreement if fields.get("rev") == grouppages.rev(group) else None


async def act(request: Request) -> Response:
    """POST /g/<alias>/do/<verb>."""
    who, name = await caller(request), request.path_params["verb"]
    fields = await form(request, request.state.config)
    if not identity.csrf_ok(who.secret, who.group.id, fields.get("csrf", "")):
        return await grouppages.again(request, who, fields, 403, grouppages.EXPIRED)
    try:
        return await _done(request, who, name, fields)
    except (Refused, StoreError) as no:
        status, text = why_not(request, no)
        return await grouppages.again(request, who, fields, status, text)


async def _done(request: Request, who: Caller, name: str, fields: Fields) -> Response:
    alias, store = who.group.id, request.state.store
    if name in ("open", "enter"):
        nr, where = _number(fields.get("nr", "")), fields.get("where", "")
        return await groupcircle.begin(request, who, groupcircle.Beginning(nr, where))
    if name in ("lend", "anew"):
        return await _key(request, who, name)
    if name == "leave":
        inside(who.group, who.by)
        await attendance.forget(request, who.group, who.by)
        await store.change(alias, members.leave, who.by)
        return RedirectResponse(f"/g/{alias}", 303) if who.organiser else out(request, alias)
    if name == "erase":
        organises(_organiser(who))
        await erase_group(store, alias)
        return out(request, alias)
    if name in attendance.ACTS:
        await attendance.act(request, who, name, fields)
    elif name in VERBS:
        group: Group = await store.change(alias, VERBS[name](who, fields))
        if name == "remove":
            await attendance.forget(request, group, fields.get("member", ""))
    else:
        raise Rejected(404, "Deze pagina is er niet.")
    page, part = fields.get("page", ""), fields.get("part", "")
    spot = f"#{part}" if part in clientreport.PARTS else ""  # on to what was just written
    return RedirectResponse(f"/g/{alias}/{page}{spot}" if page in PLACES and page else f"/g/{alias}", 303)


async def _key(request: Request, who: Caller, name: str) -> Response:
    """A key that is shown once: a new recovery sheet, or a link to one more device for a quarter of an hour."""
    key, group = identity.new_key(), who.group
    shows = identity.fingerprint(key.encode())
    if name == "anew":
        await request.state.store.change(group.id, members.anew, who.by, shows)
        return shown(request, group, key, who.member.name if who.member else "")
    await request.state.store.change(group.id, partial(members.lend, by=who.by, key=shows, now=now_ms()))
    link = f"{request.state.config.origins[0]}/g/{group.id}/sleutel#key={key}"
    svg = qr.svg(link).decode()
    return plain(request, "group_lend", alias=group.id, group=group.name, key=key, link=link, key_code=svg)
