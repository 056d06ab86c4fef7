"""A server with doors left open, for controls: `python -m tests.attacks.open_doors no_budget told`."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from server import __main__, beamer, joining, limits, pairing, visitor, work
from server.pages import plain


def no_budget() -> None:
    """Wrong codes cost nothing, and neither do wrong symbols."""
    limits.Bucket.take = lambda self, now: True  # type: ignore[method-assign]


def ban() -> None:
    """Who has an empty budget is shut out, whatever is done for it."""
    work.Work.done = lambda *_: False  # type: ignore[method-assign]


def told() -> None:
    """Only a wrong code asks for a sum."""
    first = joining._first_a_sum

    async def join(request: Any) -> Any:
        fields = await joining.form(request, request.state.config)
        request.state.asked = await request.state.store.find(joining.identity.clean_code(fields["code"]) or "")
        return first(request, fields, fields["code"]) if not request.state.asked else plain(request, "erased")

    joining.join = join


def longer() -> None:
    """Who has no seat reads a little more of a room that is there."""
    find = visitor.find

    async def leaky(connection: Any, alias: str, **more: Any) -> Any:
        await connection.state.store.load(alias)
        return await find(connection, alias, **more)

    from server import pages

    pages.find = leaky
    visitor._given = lambda *_: True


def slow() -> None:
    """A code that once was one takes a little longer."""
    by_code = joining._by_code

    async def leaky(request: Any, code: str) -> Any:
        if code.startswith("2"):
            await asyncio.sleep(0.04)  # the planted fault
        return await by_code(request, code)

    joining._by_code = leaky


def twice() -> None:
    """A ticket is good for as long as somebody asks."""

    async def take(self: Any, ticket: str) -> Any:
        rows = await self._db.rows("select room from pair where ticket = ? and room is not null", ticket)
        return rows[0][0] if rows else None

    pairing.Pairing.take = take  # type: ignore[method-assign]


def any_value() -> None:
    """A form needs no value of its own, and a page may come from anywhere."""
    joining.identity.csrf_ok = lambda *_: True
    from server import guard

    guard.foreign = lambda *_, **__: False


def framed() -> None:
    """Other sites may show our pages in a frame, and a browser may keep them."""
    from server import guard

    guard.HEADERS["content-security-policy"] = "default-src 'self' 'unsafe-inline'; frame-ancestors *"
    guard.HEADERS.pop("cross-origin-resource-policy")


ALL = {f.__name__: f for f in (no_budget, ban, told, longer, slow, twice, any_value, framed)}

if __name__ == "__main__":
    assert beamer.LASTS
    for word in sys.argv[1:]:
        ALL[word]()
    limits.FAILURES, work.BITS, work.WAIT = 6.0, 4, 0
    sys.argv = [sys.argv[0]]
    __main__.main()
