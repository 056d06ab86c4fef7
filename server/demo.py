"""`kring demo`: the real server, and a circle of simulated people who do what their own pages offer them."""

from __future__ import annotations

import asyncio
import contextlib
from random import Random
from typing import Any

import uvicorn

from server.actor import Actor
from server.config import Config
from server.person import Person
from server.sayings import Sayings


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
    rng = Random()  # nosemgrep: secrets-come-from-the-system  # chosen words and pauses only
    sayings = Sayings(lang, rng)
    group, leader = sayings.lines["group"], sayings.lines["leader"]
    lead = await Person(base, lang).begin(group, leader, method=method, where="mixed")
    print(f"Lead it:       {base}/r/{lead.alias}/leiden#key={lead.key}")
    print(f"Join it too:   {base}/#{lead.code.replace('-', '')}   (code {lead.code})")
    print(f"Big screen:    {base}/scherm   (its four symbols go into the tablet: More, Pair a screen)", flush=True)
    async with asyncio.TaskGroup() as circle:
        for part in sayings.lines["people"]:
            person = await Person(base, lang).join(lead.code, part["name"])
            circle.create_task(_act(Actor(person, part, sayings, rng, pace)))
            await asyncio.sleep(rng.uniform(0.4, 1.6) * pace)


async def _act(actor: Actor) -> None:
    """One person's part; who stumbles says so in one line, and the others go on."""
    try:
        await actor.live()
    except Exception as wrong:  # the demo goes on with one person less
        print(f"{actor.part['name']} stopped: {wrong!r}", flush=True)
    finally:
        await actor.person.close()
