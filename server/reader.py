"""/lezen: the contents, a page per chapter and per method, and all of it as one document to print."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from math import ceil

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from rooms.methodfiles import catalogue
from server.assets import File, answer
from server.pages import plain, private
from server.readings import CHAPTERS, METHODS, chapters, notes, sources
from server.regions import Regions
from server.visitor import language

PACE = 200  # words in a minute; between 175 and 300 is usual, and these texts ask for some thought
TAG = re.compile(r"<(?:svg|nav|script)\b.*?</(?:svg|nav|script)>|<[^>]+>", re.DOTALL)
To = Callable[..., str]


async def contents(request: Request) -> Response:
    """/lezen: what there is to read, and how long it takes."""
    reader, lang = _reader(request), language(request)
    return plain(
        request,
        "reading",
        chapters=CHAPTERS,
        minutes={c.name: reader.minutes(c.name, lang) for c in CHAPTERS},
        total=reader.total(lang),
        to=page,
    )


async def chapter(request: Request) -> Response:
    """/lezen/<chapter>: one chapter."""
    name = request.path_params["chapter"]
    if name not in chapters():
        raise HTTPException(404)
    at = list(chapters()).index(name)
    return plain(
        request,
        "chapter",
        chapter=CHAPTERS[at],
        chapters=CHAPTERS,
        before=CHAPTERS[at - 1] if at else None,
        after=CHAPTERS[at + 1] if at + 1 < len(CHAPTERS) else None,
        minutes=_reader(request).minutes(name, language(request)),
        **_shared(page),
    )


async def method(request: Request) -> Response:
    """/lezen/methode/<id>: one method on a page."""
    name = request.path_params["method"]
    if name not in catalogue():
        raise HTTPException(404)
    order = tuple(catalogue().values())
    at = list(catalogue()).index(name)
    return plain(
        request,
        "method",
        method=order[at],
        chapter=chapters()[METHODS],
        chapters=CHAPTERS,
        before=order[at - 1] if at else None,
        after=order[at + 1] if at + 1 < len(order) else None,
        minutes=_reader(request).minutes(f"methode/{name}", language(request)),
        **_shared(page),
    )


async def book(request: Request) -> Response:
    """/lezen/alles: all of it, to print or to keep."""
    return answer(request, await _reader(request).book(language(request), secure=private(request)))


def page(name: str, at: str = "") -> str:
    """The address of a chapter, of `methode/<id>`, or of a heading in one, as pages of their own have it."""
    return f"/lezen/{name}{'#' if at else ''}{at}"


def place(name: str, at: str = "") -> str:
    """The same in the one document that holds all."""
    return f"#{at or name.replace('/', '-')}"


class Reader:
    """How long each text takes to read, and the one document, worked out once per language."""

    def __init__(self, regions: Regions) -> None:
        self._regions = regions
        self._minutes: dict[tuple[str, str], int] = {}
        self._books: dict[tuple[str, bool], asyncio.Task[File]] = {}

    def minutes(self, name: str, lang: str) -> int:
        """Whole minutes for a chapter, without the pages of the methods, or for `methode/<id>`."""
        if (name, lang) not in self._minutes:
            self._minutes[name, lang] = ceil(words(self._text(name, lang)) / PACE)
        return self._minutes[name, lang]

    def total(self, lang: str) -> int:
        """Minutes for the chapters together; nobody reads all methods in one go."""
        return sum(self.minutes(c.name, lang) for c in CHAPTERS if c.name != "bronnen")

    async def book(self, lang: str, *, secure: bool) -> File:
        """The document. It is long: it is made and compressed beside the loop, once, and kept."""
        task = self._books.get((lang, secure))
        if task is None or task.done() and (task.cancelled() or task.exception()):
            task = self._books[lang, secure] = asyncio.create_task(asyncio.to_thread(self._book, lang, secure))
        return await asyncio.shield(task)

    def _book(self, lang: str, secure: bool) -> File:
        html = self._regions.page(
            "book", lang, secure=secure, said="", chapters=CHAPTERS, total=self.total(lang), **_shared(place)
        )
        file = File("text/html; charset=utf-8", html.encode())
        assert file.br  # here, where nobody waits for the loop
        return file

    def _text(self, name: str, lang: str) -> str:
        if name in chapters():
            return self._regions.part(f"reader/{chapters()[name].file}.{lang}.html", lang, **_shared(page))
        one = catalogue()[name.removeprefix("methode/")]
        return self._regions.part("partials/_method_page.html", lang, method=one, **_shared(page))


def words(html: str) -> int:
    """How many words a reader meets in a page."""
    return len(TAG.sub(" ", html).split())


def _shared(to: To) -> dict[str, object]:
    """What every text may ask for."""
    return {"to": to, "notes": notes(), "sources": sources()}


def _reader(request: Request) -> Reader:
    reader: Reader = request.state.reader
    return reader
