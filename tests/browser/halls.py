"""A hall on a real server: two hundred people who each came in, wrote and chose by a form of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from server.person import Person

MANY = 200
AT_ONCE = 20


async def hall(base: str, people: int = MANY, **fields: str) -> tuple[Person, list[Person]]:
    """A hall that Fay leads, with chairs to spare."""
    lead = await Person(base).begin(
        "Studiedag Noord", "Fay", **{"method": "five-step", "chairs": str(people + 40), **fields}
    )
    some = [Person(base) for _ in range(people)]
    await together(some, lambda i, one: one.join(lead.code, f"Naam {i:03d}"))
    return lead, some


async def together(people: list[Person], act: Callable[[int, Person], Awaitable[object]]) -> None:
    """The same thing by all, some at a time."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(i: int, who: Person) -> None:
        async with turn:
            await act(i, who)

    await asyncio.gather(*(one(i, who) for i, who in enumerate(people)))


async def written(people: list[Person]) -> None:
    """Everybody lays a case."""
    await together(
        people,
        lambda i, one: one.act("lay", rev="1", situation="", difficulty="", question=f"Wat doe ik met nummer {i}?"),
    )
