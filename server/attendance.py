"""/g/<alias>/aanwezigheid: who was there, confirmed by each, corrected by all, and how far that is for a register."""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from rooms.methodfiles import catalogue
from rooms.refusal import Refused
from rooms.trajectory import correcting, profiles, proof, register
from rooms.trajectory.group import Group, here
from rooms.trajectory.plan import TIME
from rooms.trajectory.profiles import Profile, Progress
from rooms.trajectory.register import Named, Register, Sheet, Total
from server.documents import NoRoom
from server.groupcircle import current
from server.groupvisitor import Caller, caller
from server.guard import Rejected
from server.i18n import N_, clock_of
from server.pages import translated
from server.steady import now_ms
from server.visitor import language

PAGE = "aanwezigheid"
EARLIER = 240  # minutes that a time may lie before the beginning; more is of the next day
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for one where it begins a cell
HEAD = (
    N_("Bijeenkomst"), N_("Datum"), N_("Begin"), N_("Eind"), N_("Minuten samen"), N_("Methode"), N_("Naam"),
    N_("Registernummer"), N_("Van"), N_("Tot"), N_("Minuten"), N_("Minuten buiten"), N_("Op afstand"), N_("Bevestigd"),
)  # fmt: skip
YES, NO = N_("ja"), N_("nee")
Fields = Mapping[str, str]
Verb = Callable[[Register], Register]


@dataclass(frozen=True, slots=True)
class LineView:
    """A member at a meeting."""

    member: str
    name: str
    came: str
    left: str
    net: int
    outside: int
    remote: bool
    task: str
    confirmed: bool
    mine: bool
    rev: str


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A line that somebody proposes: what it would say, how many said yes of how many it takes, and what I may say."""

    whom: str
    name: str
    by: str
    came: str
    left: str
    net: int
    rev: str
    yes: int
    needed: int
    about_me: bool
    mine: bool
    said: bool
    may: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """Whether a meeting counts for a register, with the sentences that say what is missing or unseen."""

    profile: Profile
    counts: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SheetView:
    """One meeting as a member sees it."""

    sheet: Sheet
    began: str
    ended: str
    lines: tuple[LineView, ...]
    changes: tuple[ChangeView, ...]
    counts: tuple[Counts, ...]
    waiting: int
    open: bool
    own: LineView | None


async def kept(request: Request, group: Group) -> Register:
    """The group's register; an empty one while nothing is kept, or no more where erasing the group was cut short."""
    if group.register:
        with contextlib.suppress(NoRoom):
            found: Register = await request.state.store.register(group.register)
            return found
    return Register("")


async def beside(request: Request, who: Caller, group: Group) -> dict[str, object]:
    """What the page of the attendance needs beside what all pages of a group have. An organiser who is no member gets
    two numbers."""
    found = await kept(request, group)
    settled = sum(not correcting.waiting(one, group) for one in found.sheets.values())
    numbers = {"kept": len(found.sheets), "settled": settled}
    if who.member is None:
        return {**numbers, "sheets": (), "total": Total(), "named": Named(), "progress": ()}
    lang = language(request)
    today = datetime.fromtimestamp(now_ms() / 1000, clock_of(group.zone)).date().isoformat()
    return {
        **numbers,
        "sheets": tuple(_sheet(request, group, found, one, who.by) for one in register.sheets(found)),
        "total": register.total(found, who.by),
        "named": found.names.get(who.by, Named()),
        "progress": _progress(group, found, who.by, today),
        "subjects": [(name, getattr(text, lang)) for name, text in proof.subjects().items()],
    }


def _progress(group: Group, found: Register, member: str, today: str) -> tuple[tuple[Profile, Progress], ...]:
    kept = register.sheets(found)
    return tuple((p, profiles.progress(p, kept, member, today)) for p in profiles.chosen(group))


def _sheet(request: Request, group: Group, found: Register, one: Sheet, by: str) -> SheetView:
    clock = Clock(request, group, one)
    names = {m: line.name for m, line in one.lines.items()} | {m.id: m.name for m in here(group)}
    lines = tuple(
        LineView(
            m, line.name, clock(line.came), clock(line.left), line.net, line.outside, line.remote, line.task,
            line.confirmed, m == by, correcting.rev(line),
        )
        for m, line in sorted(one.lines.items(), key=lambda held: (held[0] != by, held[1].name.casefold()))
    )  # fmt: skip
    is_open = correcting.is_open(one, now_ms())
    voters = correcting.voters(one, group)
    changes = tuple(
        ChangeView(
            whom, names.get(whom, ""), names.get(c.by, ""), clock(c.came), clock(c.left), c.net, correcting.rev(c),
            len(voters & {*c.yes}), correcting.needed(one, group, c), whom == by, c.by == by, by in c.yes,
            by != c.by and by in voters | {whom},
        )
        for whom, c in sorted(one.changes.items(), key=lambda held: names.get(held[0], ""))
    ) if is_open else ()  # fmt: skip
    ended = max((line.left for line in one.lines.values()), default=one.net)
    return SheetView(
        sheet=one,
        began=clock(0),
        ended=clock(ended),
        lines=lines,
        changes=changes,
        counts=tuple(_counts(request, p, one) for p in profiles.chosen(group)),
        waiting=correcting.waiting(one, group),
        open=is_open,
        own=next((line for line in lines if line.mine), None),
    )


def _counts(request: Request, profile: Profile, one: Sheet) -> Counts:
    verdict = profiles.counts(profile, one)
    said = (translated(request, why.text, **why.params) for why in (*verdict.missing, *verdict.unsure))
    return Counts(profile, verdict.counts, tuple(said))


class Clock:
    """From a minute of a meeting to the time of day."""

    def __init__(self, request: Request, group: Group, one: Sheet) -> None:
        self._when = request.state.languages.time(language(request))
        self._began, self._zone = one.began, group.zone

    def __call__(self, minute: int) -> str:
        return str(self._when((self._began + minute) * 60_000, self._zone))


def minute_of(group: Group, one: Sheet, time: str) -> int:
    """The minute of a meeting at a time of day, also where summer time begins or ends between; -1 where it is none."""
    if not TIME.fullmatch(time):
        return -1
    began = datetime.fromtimestamp(one.began * 60, clock_of(group.zone))
    at = began.replace(hour=int(time[:2]), minute=int(time[3:]))
    if _since(one, at) < -EARLIER:
        at += timedelta(days=1)
    return max(_since(one, at), 0)


def _since(one: Sheet, at: datetime) -> int:
    return int(at.timestamp()) // 60 - one.began


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else -1


def _propose(who: Caller, f: Fields) -> Verb:
    def verb(kept: Register) -> Register:
        one = register.sheet(kept, f.get("sheet", ""))
        came, left = (minute_of(who.group, one, f.get(name, "")) for name in ("came", "left"))
        net, whom = _number(f.get("net", "")), f.get("member", "")
        return correcting.propose(kept, who.group, who.by, one.id, whom, came=came, left=left, net=net, now=now_ms())

    return verb


def _say(who: Caller, f: Fields) -> Verb:
    sheet, whom, seen = f.get("sheet", ""), f.get("member", ""), f.get("seen", "")
    return lambda r: correcting.say(
        r, who.group, who.by, sheet, whom, seen=seen, yes=f.get("yes") == "1", now=now_ms()
    )  # fmt: skip


def _name(who: Caller, f: Fields) -> Verb:
    full, number = f.get("full", ""), f.get("number", "")
    return lambda r: register.name(r, who.group, who.by, full=full, number=number, on_sheet=f.get("on-sheet") == "1")


ACTS: dict[str, Callable[[Caller, Fields], Verb]] = {
    "confirm": lambda w, f: lambda r: correcting.confirm(r, w.group, w.by, f.get("sheet", ""), f.get("seen", "")),
    "propose": _propose,
    "say": _say,
    "proof": _name,
}


async def act(request: Request, who: Caller, name: str, fields: Fields) -> None:
    """One act of ACTS; what was proposed too long ago goes with it."""
    if not who.group.register:
        raise Refused("Er is nog geen bijeenkomst geweest.")
    verb = ACTS[name](who, fields)
    await request.state.store.change(who.group.register, lambda r: correcting.tidied(verb(r), now_ms()))


async def forget(request: Request, group: Group, member: str) -> None:
    """Somebody leaves the group: full name and number go first."""
    if group.register:
        await request.state.store.change(group.register, register.forget, member)


async def file(request: Request) -> Response:
    """/g/<alias>/aanwezigheid.csv: all sheets, for a member."""
    who = await caller(request)
    if who.member is None:
        raise Rejected(403, "Dat kunnen alleen leden van de groep.")
    group = await current(request, who.group)
    found, out = await kept(request, group), io.StringIO()
    # a Dutch spreadsheet takes a comma for a decimal sign
    writer = csv.writer(out, delimiter=";" if language(request) == "nl" else ",")
    writer.writerow([translated(request, word) for word in HEAD])
    for one in reversed(register.sheets(found)):
        writer.writerows(_rows(request, group, found, one))
    headers = {"content-disposition": 'attachment; filename="kring-aanwezigheid.csv"'}
    return Response(out.getvalue().encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)


def _rows(request: Request, group: Group, found: Register, one: Sheet) -> list[list[str]]:
    clock, yes, no = Clock(request, group, one), translated(request, YES), translated(request, NO)
    ended = clock(max((line.left for line in one.lines.values()), default=one.net))
    methods = ", ".join(_method(request, name) for name in one.methods)
    return [
        [
            _cell(cell)
            for cell in (
                str(one.number), one.day, clock(0), ended, str(one.net), methods, row.name, row.number,
                clock(row.line.came), clock(row.line.left), str(row.line.net), str(row.line.outside),
                yes if row.line.remote else no, yes if row.line.confirmed else no,
            )
        ]
        for row in register.rows(found, one.id)
    ]  # fmt: skip


def _method(request: Request, name: str) -> str:
    return str(getattr(catalogue()[name].name, language(request))) if name in catalogue() else ""


def _cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
