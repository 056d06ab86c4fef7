"""A circle of simulated people: they come in one after another, and play until the room closes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from random import SystemRandom

from server.actor import Actor
from server.person import Person
from server.sayings import Sayings

Stumbled = Callable[[str, Exception], None]  # hears who stopped, and why


async def play(
    base: str,
    origin: str,
    code: str,
    lang: str,
    pace: float,
    stumbled: Stumbled,
    lasts: float | None = None,
    passed: str = "",
) -> None:
    """Everybody comes in with the code at `base`, the server's address, where pages are those of `origin`. Who
    stumbles is told of, and the others go on. After `lasts` seconds they stand up; cancelled, they are gone at once.
    With `passed`, the server's sign that the code is right, they come in whatever codes their address got wrong."""
    rng = SystemRandom()
    sayings = Sayings(lang, rng)
    async with asyncio.TaskGroup() as circle:
        for part in sayings.lines["people"]:
            actor = Actor(Person(base, lang, origin=origin), part, sayings, rng, pace)
            circle.create_task(_act(actor, code, passed, stumbled, lasts))
            await asyncio.sleep(rng.uniform(0.4, 1.6) * pace)


async def _act(actor: Actor, code: str, passed: str, stumbled: Stumbled, lasts: float | None) -> None:
    person, name = actor.person, actor.part["name"]
    try:
        await person.join(code, name, passed)
        if person.alias:  # otherwise who leads has closed the door, or there is no chair
            await _until_it_is_over(actor, lasts)
    except Exception as wrong:  # the circle goes on with one person less
        stumbled(name, wrong)
    finally:
        await person.close()


async def _until_it_is_over(actor: Actor, lasts: float | None) -> None:
    try:
        async with asyncio.timeout(lasts) as span:
            await actor.live()
    except TimeoutError:
        if not span.expired():
            raise
        await actor.person.act("leave")
