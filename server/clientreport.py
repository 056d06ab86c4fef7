"""The report for the client: what its page shows, and the files it becomes once it is agreed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from babel.dates import format_date
from starlette.requests import Request
from starlette.responses import Response

from rooms.methodfiles import catalogue
from rooms.methods import Text
from rooms.trajectory import clientreport
from rooms.trajectory.group import ORGANISER, Facts, Group, Report
from server import odt, typeset
from server.groupvisitor import caller
from server.guard import Rejected, address_of
from server.i18n import N_
from server.pages import translated
from server.reflection import paragraphs
from server.visitor import language

TITLE = N_("Verslag voor de opdrachtgever")
AGREED = N_("Vastgesteld op {day}, met het ja van alle {n} leden.")
PERIOD, UNTIL = N_("Periode"), N_("{first} tot en met {last}")
MEETINGS, OF = N_("Bijeenkomsten"), N_("{n} gehouden, van {m} in het plan")
ATTENDANCE, SHARE = N_("Aanwezigheid"), N_("{n}% van wie verwacht werd, over alle bijeenkomsten samen")
METHODS = N_("Methoden")
FREE = N_("In dit verslag staan geen casussen, citaten of cijfers van één mens.")


class Told(NamedTuple):
    """The report in the language of who reads it."""

    group: str
    title: str
    agreed: str
    facts: list[tuple[str, str]]
    passages: list[tuple[str, str]]
    free: str
    lang: str


def values(request: Request, group: Group, by: str) -> dict[str, object]:
    """What the page shows to who asks; to the organiser nothing that is not agreed yet."""
    report, inside = clientreport.seen(group, by), by != ORGANISER
    return {
        "report": report,
        "begun": group.report is not None,
        "told": told(request, group, report) if report else None,
        "parts": clientreport.parts(group) if report and inside else {},
        "passage": clientreport.passage,
        "said_yes": report is not None and by in report.yes,
        "behind": report is not None and not report.agreed and report.facts != clientreport.facts(group),
        "longest": clientreport.LONGEST,
    }


def told(request: Request, group: Group, report: Report) -> Told:
    """The report as it is read: what is known, then what the group wrote; parts without a word are left out."""
    lang = language(request)
    known = [(part, clientreport.passage(report, name).text) for name, part in clientreport.PARTS.items()]
    return Told(
        group=group.name,
        title=translated(request, TITLE),
        agreed=translated(request, AGREED, day=_day(report.agreed, "long", lang), n=report.members)
        if report.agreed
        else "",
        facts=_facts(request, report.facts, lang),
        passages=[
            (_in(lang, part.name), _in(lang, part.choices[text]) if part.choices else text)
            for part, text in known
            if text
        ],
        free=translated(request, FREE),
        lang=lang,
    )


def _facts(request: Request, facts: Facts, lang: str) -> list[tuple[str, str]]:
    first, last = (_day(day, "MMMM y", lang) for day in (facts.first, facts.last))
    period = translated(request, UNTIL, first=first, last=last) if first != last else first
    methods = catalogue()
    used = ", ".join(_in(lang, methods[name].name) for name in facts.methods if name in methods)
    share = translated(request, SHARE, n=facts.attendance) if facts.attendance is not None else ""
    met = translated(request, OF, n=facts.held, m=facts.planned)
    lines = ((PERIOD, period), (MEETINGS, met), (ATTENDANCE, share), (METHODS, used))
    return [(translated(request, heading), line) for heading, line in lines if line]


async def file(request: Request) -> Response:
    """/g/<alias>/verslag.<kind>: the report as a file, once it is agreed: pdf, odt, md."""
    who, kind = await caller(request), request.path_params["kind"]
    report = clientreport.seen(who.group, who.by)
    if kind not in KINDS:
        raise Rejected(404, "Deze pagina is er niet.")
    if report is None or not report.agreed:
        raise Rejected(409, "Dit verslag is nog niet vastgesteld.")
    if not request.state.limits.may_make(address_of(request), time.monotonic()):
        raise Rejected(429, "Dat ging te snel. Probeer het zo nog eens.")
    media, make = KINDS[kind]
    async with typeset.SETTING:
        body = await asyncio.to_thread(make, told(request, who.group, report))
    headers = {"content-disposition": f'attachment; filename="verslag.{kind}"', "content-encoding": "identity"}
    return Response(body, media_type=media, headers=headers)


def _pdf(report: Told) -> bytes:
    parts = [{"heading": name, "paragraphs": paragraphs(text)} for name, text in report.passages]
    return typeset.pdf("clientreport", {**report._asdict(), "passages": parts})


def _odt(report: Told) -> bytes:
    lines = [report.group, report.agreed, *(f"{heading}: {line}" for heading, line in report.facts), report.free]
    return odt.document(report.title, lines, report.passages, report.lang)


def _markdown(report: Told) -> bytes:
    facts = [f"- **{heading}**: {line}" for heading, line in report.facts]
    body = [line for name, text in report.passages for line in (f"## {name}", "", _broken(text), "")]
    lines = (f"# {report.title}", "", f"**{report.group}**", "", report.agreed, "", *facts, "", *body, report.free, "")
    return "\n".join(lines).encode()


KINDS: dict[str, tuple[str, Callable[[Told], bytes]]] = {
    "pdf": ("application/pdf", _pdf),
    "odt": (odt.KIND, _odt),
    "md": ("text/markdown", _markdown),
}


def _broken(text: str) -> str:
    """A text whose lines stay lines in Markdown."""
    return "\n\n".join("  \n".join(lines) for lines in paragraphs(text))


def _in(lang: str, text: Text) -> str:
    return text.en if lang == "en" else text.nl


def _day(day: str, kind: str, lang: str) -> str:
    """A day in words, '' for none."""
    try:
        return str(format_date(date.fromisoformat(day), kind, locale=lang))
    except ValueError:
        return ""
