"""/reflectie: reports that stay on their writer's device, and the files they become: made in memory, kept nowhere."""

from __future__ import annotations

import re
import time
from datetime import date
from typing import NamedTuple

from babel.dates import format_date
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from rooms.methods import Text
from rooms.refusal import Refused
from rooms.trajectory import reflection
from rooms.trajectory.reflection import Report
from server import odt, typeset
from server.guard import Rejected, address_of, form
from server.i18n import N_
from server.pages import plain, translated
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
    told = await _sent(request)
    return _file(odt.document(told.title, told.under, told.sections, told.lang), odt.KIND)


async def printed(request: Request) -> Response:
    """POST /reflectie/pdf: the report that is sent, set on pages."""
    told = await _sent(request)
    parts = [{"heading": name, "paragraphs": _lines(text)} for name, text in told.sections]
    data = {"title": told.title, "lang": told.lang, "under": told.under, "sections": parts}
    return _file(await typeset.turned("reflection", data), "application/pdf")


class _Told(NamedTuple):
    """A report in the language of who reads it."""

    title: str
    under: list[str]
    sections: list[tuple[str, str]]
    lang: str


async def _sent(request: Request) -> _Told:
    """The report in a form; raises Rejected and Refused."""
    fields = await form(request, request.state.config, MOST)
    if not request.state.limits.may_make(address_of(request), time.monotonic()):
        raise Rejected(429, "Dat ging te snel. Probeer het zo nog eens.")
    model = reflection.models().get(fields.get("model", ""))
    if model is None:
        raise Refused("Dit model kennen we niet.")
    texts = {part.id: fields.get(f"part-{part.id}", "") for part in model.parts}
    report = reflection.report(model, fields.get("title", ""), fields.get("day", ""), texts)
    lang = language(request)
    title = report.title or translated(request, N_("Zonder titel"))
    return _Told(title, _under(report, lang), [(_in(lang, s.name), s.text) for s in report.sections], lang)


def _file(body: bytes, kind: str) -> Response:
    """A file to download. Not compressed: it is, and brotli would do it again for nothing."""
    headers = {"content-disposition": "attachment", "content-encoding": "identity"}
    return Response(body, media_type=kind, headers=headers)


def _lines(text: str) -> list[list[str]]:
    """The paragraphs of a text, each as its lines."""
    return [part.split("\n") for part in re.split("\n{2,}", text)]


def _in(lang: str, text: Text) -> str:
    return text.en if lang == "en" else text.nl


def _under(report: Report, lang: str) -> list[str]:
    """What stands under the title: the day, when there is one, and the model."""
    try:
        day = format_date(date.fromisoformat(report.day), "long", locale=lang)
    except ValueError:
        day = ""
    return [" · ".join(filter(None, (day, _in(lang, report.model))))]
