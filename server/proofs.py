"""What a member takes along of who was there, as PDF: the own certificate, and the sheet of a meeting; kept nowhere."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from rooms.refusal import Refused
from rooms.trajectory import register
from rooms.trajectory.group import Group, guide
from rooms.trajectory.proof import FORMS, AttendanceSheet, Certificate, Row
from rooms.trajectory.register import LED, Named, Register
from server import grouppages
from server.attendance import PAGE, Clock, kept
from server.database import StoreError
from server.groupcircle import current
from server.groupvisitor import Caller, caller
from server.guard import Rejected, address_of
from server.i18n import N_, clock_of
from server.pages import why_not
from server.steady import now_ms
from server.typeset import NotSet
from server.visitor import language

UNSET = N_("De PDF kon nu niet gemaakt worden. Probeer het zo nog eens.")
Makes = Callable[[Request, Caller, Group, Register], Awaitable[bytes]]


async def certificate(request: Request) -> Response:
    """/g/<alias>/aanwezigheid/bewijs.pdf: mine, of what I confirmed; `subject` names what it was about, from a list."""
    return await _made(request, _certificate, "kring-bewijs.pdf")


async def sheet(request: Request) -> Response:
    """/g/<alias>/aanwezigheid/<sheet>.pdf: one meeting, as its members confirmed it, to sign."""
    return await _made(request, _sheet, "kring-presentielijst.pdf")


async def _made(request: Request, make: Makes, name: str) -> Response:
    """What `make` makes, for a member, or the page it was asked on with why it was not made."""
    who = await caller(request)
    if who.member is None:
        raise Rejected(403, "Dat kunnen alleen leden van de groep.")
    if not request.state.limits.may_make(address_of(request), time.monotonic()):
        raise Rejected(429, "Dat ging te snel. Probeer het zo nog eens.")
    group = await current(request, who.group)
    try:
        body = await make(request, who, group, await kept(request, group))
    except (Refused, StoreError, NotSet) as no:
        status, said = why_not(request, Refused(UNSET) if isinstance(no, NotSet) else no)
        fields = {"page": PAGE, **request.query_params}
        return await grouppages.again(request, who, fields, 503 if isinstance(no, NotSet) else status, said)
    headers = {"content-disposition": f'attachment; filename="{name}"', "content-encoding": "identity"}
    return Response(body, media_type="application/pdf", headers=headers)


async def _certificate(request: Request, who: Caller, group: Group, found: Register) -> bytes:
    mine, named = register.total(found, who.by), found.names.get(who.by, Named())
    if not named.full:
        raise Refused("Schrijf eerst je volledige naam op. Die komt alleen op je eigen bewijs.")
    if not mine.meetings:
        raise Refused("Bevestig eerst een bijeenkomst waar je was.")
    leads = guide(group)
    guided = leads is not None and leads.id != who.by and register.guided_by(found, who.by, leads.id)
    name, number = _guide(found, leads.id, leads.name) if leads and guided else ("", "")
    said = Certificate(
        name=named.full,
        number=named.number,
        group=group.name,
        guide=name,
        guide_number=number,
        first=mine.first,
        last=mine.last,
        minutes=mine.minutes,
        attended=mine.meetings,
        planned=mine.held,
        methods=mine.methods,
        subject=request.query_params.get("subject", ""),
        forms=tuple(form for form, n in zip(FORMS, (mine.guided, mine.alone), strict=True) if n),
        issued=datetime.fromtimestamp(now_ms() / 1000, clock_of(group.zone)).date().isoformat(),
        outside=mine.outside,
        lang=language(request),
    )
    pdf: bytes = await request.state.papers.certificate(said)
    return pdf


def _guide(found: Register, member: str, name: str) -> tuple[str, str]:
    """Name and number of who guides: in full where they put these on the group's sheet."""
    named = found.names.get(member, Named())
    return (named.full or name, named.number) if named.on_sheet else (name, "")


async def _sheet(request: Request, who: Caller, group: Group, found: Register) -> bytes:
    one = register.sheet(found, request.path_params["sheet"])
    clock = Clock(request, group, one)
    lines = register.rows(found, one.id)
    rows = tuple(
        Row(
            name=row.name,
            number=row.number,
            came=clock(row.line.came),
            left=clock(row.line.left),
            minutes=row.line.net,
            outside=row.line.outside,
            remote=row.line.remote,
            task="lead" if row.line.task == LED else row.line.task,
            confirmed=row.line.confirmed,
        )
        for row in lines
    )
    said = AttendanceSheet(
        group=group.name,
        nr=one.number,
        day=one.day,
        began=clock(0),
        ended=clock(max((row.line.left for row in lines), default=one.net)),
        minutes=one.net,
        planned=one.planned,
        methods=one.methods,
        how=one.guidance,
        where=one.where,
        confidential=one.scope,
        questions=one.each,
        rows=rows,
        guests=one.guests,
        lang=language(request),
    )
    pdf: bytes = await request.state.papers.sheet(said)
    return pdf
