"""/reflectie: reports that stay on their writer's device, and the files they become: made in memory, kept nowhere."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from datetime import date

from babel.dates import format_date
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from rooms.methods import Text
from rooms.refusal import Refused
from rooms.trajectory import reflection
from rooms.trajectory.reflection import Report
from server import odt
from server.guard import Rejected, address_of, form
from server.pages import plain
from server.visitor import language, lent

MOST = 196_608  # bytes of a report that is sent: a page and more, in the letters of any script, and filled up


async def page(request: Request) -> Response:
    """/reflectie: the models, and the reports that this browser holds; the server knows of none."""
    return plain(request, "reflection", models=tuple(reflection.models().values()), lent=await lent(request))


async def sheet(request: Request) -> Response:
    """/reflectie/<model>: what a model asks, to print and write on."""
    model = reflection.models().get(request.path_params["model"])
    if model is None:
        raise HTTPException(404)
    return plain(request, "reflection_sheet", model=model)


async def text_file(request: Request) -> Response:
    """POST /reflectie/odt: the report that is sent, as an OpenDocument text."""

    async def made(report: Report, lang: str) -> bytes:
        sections = [(_in(lang, s.name), s.text) for s in report.sections]
        return odt.document(report.title, _under(report, lang), sections, lang)

    return await _file(request, made, odt.KIND)


async def _file(request: Request, made: Callable[[Report, str], Awaitable[bytes]], kind: str) -> Response:
    """What was sent as a file to download. Not compressed: the file is, and brotli would do it again for nothing."""
    fields = await form(request, request.state.config, MOST)
    if not request.state.limits.may_make(address_of(request), time.monotonic()):
        raise Rejected(429, "Dat ging te snel. Probeer het zo nog eens.")
    model = reflection.models().get(fields.get("model", ""))
    if model is None:
        raise Refused("Dit model kennen we niet.")
    texts = {part.id: fields.get(f"part-{part.id}", "") for part in model.parts}
    report = reflection.report(model, fields.get("title", ""), fields.get("day", ""), texts)
    body = await made(report, language(request))
    headers = {"content-disposition": "attachment", "content-encoding": "identity"}
    return Response(body, media_type=kind, headers=headers)


def _in(lang: str, text: Text) -> str:
    return text.en if lang == "en" else text.nl


def _under(report: Report, lang: str) -> list[str]:
    """What stands under the title: the day, when there is one, and the model."""
    try:
        day = format_date(date.fromisoformat(report.day), "long", locale=lang)
    except ValueError:
        day = ""
    return [" · ".join(filter(None, (day, _in(lang, report.model))))]
