"""Rooms in a phase, made over HTTP, and everybody's small acts that make screens change."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress

from playwright.async_api import Page, expect
from playwright.async_api import TimeoutError as TooLong

from server.person import Person

NAMES = ("Owen", "Cora", "Carl", "Cleo", "Cem")


async def circle(
    base: str, *names: str, steps: int = 0, lang: str = "nl", **fields: str
) -> tuple[Person, list[Person]]:
    """A circle led by Fay, `steps` presses of next from its start (3: writing)."""
    lead = await Person(base, lang).begin("Mentoren", "Fay", **{"method": "five-step", **fields})
    people = [await Person(base, lang).join(lead.code, name) for name in names or NAMES]
    for _ in range(steps):
        assert (await lead.next()).status_code == 204
    return lead, people


async def stir(people: list[Person], times: int) -> None:
    """Changes what everybody sees this many times: people move between the room and the distance, in turn."""
    for i in range(times):
        one = people[i % len(people)]
        x = "remote" if (i // len(people)) % 2 == 0 else "room"
        assert (await one.act("where", x=x)).status_code == 204


def frames(page: Page) -> list[str]:
    """Every frame the page's sockets receive from now on; call before the page is opened or reloaded."""
    heard: list[str] = []

    def opened(ws) -> None:  # type: ignore[no-untyped-def]
        ws.on("framereceived", lambda data: heard.append(str(data)))

    page.on("websocket", opened)
    return heard


async def until(found, seconds: float = 10) -> None:  # type: ignore[no-untyped-def]
    """Polls a question until its answer is yes; raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not (await found() if asyncio.iscoroutinefunction(found) else found()):
            await asyncio.sleep(0.02)


async def fetched(page: Page, module: str) -> None:
    """Waits until a page has fetched a module that comes a while after it, and has started it."""
    started = f"""() => {{
        const there = performance.getEntriesByType('resource').find(one => one.name.includes('/s/{module}.'));
        return there ? import(there.name).then(() => true) : false; }}"""

    async def found() -> bool:
        return bool(await page.evaluate(started))

    await until(found)


async def onward(lead: Person, people: Iterable[Person]) -> None:
    """Next; where too few tapped, everybody says first to be ready."""
    answer = await lead.next()
    if answer.status_code == 409:
        for one in people:
            await one.act("done")
        answer = await lead.next()
    assert answer.status_code == 204, answer.text


async def tapped(page: Page, button: str) -> None:
    """Next, on the page of who leads. That all are ready may take "are you sure?" away between two taps: it is tapped
    until the step is gone; of a step that is gone a tap does nothing."""
    here = page.locator(f'{button}[value="{await page.locator(button).get_attribute("value")}"]')
    async with asyncio.timeout(30):
        while await here.count():
            with suppress(TooLong, AssertionError):
                await here.click(timeout=3_000)
                await expect(here).to_have_count(0, timeout=1_000)
