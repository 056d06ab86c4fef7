"""`kring demo`: the real server, and a circle of simulated people who do what their own pages offer them."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import uvicorn

from server.config import Config
from server.person import Person
from server.sayings import texts
from server.troupe import play


async def run(config: Config, options: dict[str, Any], method: str, lang: str = "nl", pace: float = 1.0) -> None:
    """The server and its circle until Ctrl-C. `options` are uvicorn's; `pace` scales the people's pauses."""
    server = uvicorn.Server(uvicorn.Config(**options))
    serving = asyncio.create_task(server.serve())
    while not server.started and not serving.done():  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.05)
    people = asyncio.create_task(_people(config.origins[0], method, lang, pace))
    await serving
    people.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await people


async def _people(base: str, method: str, lang: str, pace: float) -> None:
    said = texts()[lang]
    lead = await Person(base, lang).begin(said["group"], said["leader"], method=method, where="mixed")
    print(f"Lead it:       {base}/r/{lead.alias}/leiden#key={lead.key}")
    print(f"Join it too:   {base}/#{lead.code.replace('-', '')}   (code {lead.code})")
    print(f"Big screen:    {base}/scherm   (its four symbols go into the tablet: More, Pair a screen)", flush=True)
    await lead.close()
    await play(base, base, lead.code, lang, pace, lambda name, wrong: print(f"{name} stopped: {wrong!r}", flush=True))
