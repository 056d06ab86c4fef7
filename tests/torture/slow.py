"""Clients that are slow, or only half there, beside people at work."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from urllib.parse import urlencode

from tests.attacks.raw import Line, cookie, request, upgrade
from tests.conftest import Server
from tests.torture.doers import Doer
from tests.torture.figures import Figure
from tests.torture.serving import Fault, Figures

HALF = 100  # connections that say half a line and no more


def surrounded(*, cut: int = 2) -> Fault:
    """Beside everybody a tab that reads nothing, an act of theirs whose last `cut` bytes never come, and a hundred
    connections that never finish their first line. Such an act is not kept: with none cut the end shows it."""

    async def fault(server: Server, doers: list[Doer]) -> Figures:
        async with AsyncExitStack() as stack:

            async def line(data: bytes, takes: int = 0) -> Line:
                one = await stack.enter_async_context(Line(server.port, takes))
                assert await one.send(data)
                return one

            for _ in range(HALF):
                await line(b"GET / HTTP/1.1\r\nHost: 127")
            for one in doers:
                await line(upgrade(one.person), takes=2048)
            slowest = [0.0]
            done = asyncio.gather(*(one.burst() for one in doers))
            while not done.done():
                begun = time.monotonic()
                assert (await doers[0].person.http.get(f"/r/{doers[0].person.alias}")).status_code == 200
                slowest.append(time.monotonic() - begun)
                await asyncio.wait({done}, timeout=0.2)
            await done
            acts = [await line(_act(one, cut)) for one in doers]  # last: what came after would hide it
            for one in acts if not cut else ():
                await one.read(5)
        return (Figure("slowest page", max(slowest), "s", target=1),)

    return fault


def _act(one: Doer, cut: int) -> bytes:
    """An act that the history does not know, without its last bytes."""
    _, form = one.form()
    body = urlencode({"csrf": one.csrf, **form}).encode()
    return request(
        f"POST /r/{one.person.alias}/do/{one.kind} HTTP/1.1",
        f"Cookie: {cookie(one.person)}",
        f"Origin: {one.person.base}",
        "X-Kring: 1",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        body=body[: len(body) - cut],
        host=one.person.base.removeprefix("http://"),
    )
