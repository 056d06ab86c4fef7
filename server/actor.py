"""A simulated person: reads the own page as HTML and does what it offers. Follows the leader, never presses next."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any
from urllib.parse import urlsplit

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from server.habits import ACTS, PAUSES
from server.offers import Offer, Page, Writing
from server.person import Person
from server.sayings import Sayings

BUSY = 0.5  # seconds before somebody who went too fast tries again
GLANCE = 10  # seconds after which somebody looks again, though nothing moved: what was refused may be possible now
OVER = (4401, 4410)  # the socket's words for: no chair here any more, and: the circle is closed


class Actor:
    """One person at the table. `pace` scales the pauses of a human being; 0 is as fast as the server allows."""

    def __init__(self, person: Person, part: dict[str, Any], sayings: Sayings, rng: Random, pace: float) -> None:
        self.person, self.part, self.sayings, self.rng, self.pace = person, part, sayings, rng, pace
        self.case: list[str] = []  # what this person laid on the table
        self.times: Counter[str] = Counter()  # by what it is about: how often it was done
        self.enough: dict[str, int] = {}
        self._drafts: dict[tuple[str, str], str] = {}
        self._about = ""
        self._over = False  # the page said so

    async def live(self) -> None:
        """Follows the room until it closes: every frame is a reason to look at the own page again."""
        origin, to = self.person.origin, urlsplit(self.person.base)
        cookie = "; ".join(f"{k}={v}" for k, v in self.person.http.cookies.items())
        url = f"{to.scheme.replace('http', 'ws')}://{urlsplit(origin).netloc}/r/{self.person.alias}/live?as=seat"
        lines = connect(
            url, host=to.hostname, port=to.port or (443 if to.scheme == "https" else 80), proxy=None, max_size=2**22,
            additional_headers={"Cookie": cookie, "Origin": origin},
        )  # fmt: skip
        async for ws in lines:
            seen = asyncio.Event()
            async with asyncio.TaskGroup() as both:
                looking = both.create_task(self._look_until_over(seen, ws))
                with contextlib.suppress(ConnectionClosed):
                    async for _ in ws:
                        seen.set()
                looking.cancel()
            if self._over or ws.close_code in OVER:
                return

    async def _look_until_over(self, seen: asyncio.Event, ws: ClientConnection) -> None:
        while not self._over:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(GLANCE):
                    await seen.wait()
            seen.clear()
            with contextlib.suppress(httpx.TransportError):  # the line breaks; the next frame comes over a new one
                while await self.look():
                    pass
        await ws.close()  # a circle that was closed can still be read for a day: nobody waits for that here

    async def look(self) -> bool:
        """Thinks about the first thing the page offers, and does it if it is still there; says whether there was."""
        first = Page(await self.person.page())
        self._over = first.over
        found = self._first(first)
        if found is None:
            return False
        await asyncio.sleep(self.rng.uniform(*PAUSES.get(found[1].verb, (0.6, 3.0))) * self.pace)
        page = Page(await self.person.page())  # others went on meanwhile
        now = self._first(page)
        return now is None or now[0] != found[0] or await self._do(page, *now)

    async def _do(self, page: Page, mark: str, offer: Offer, fields: dict[str, str]) -> bool:
        answer = await self.person.send(page.source, offer.verb, fields)
        if answer.status_code == 429:
            await asyncio.sleep(BUSY)
            return True
        done = answer.status_code == 204
        if done or offer.verb in ("pick", "ask"):  # who may take, or ask, no more is told so once
            self.times[mark] += 1
        if done and offer.verb == "lay":
            self.case = self.brought(offer)
        return done

    def _first(self, page: Page) -> tuple[str, Offer, dict[str, str]] | None:
        """What somebody would do first with this page, with the form filled in."""
        for verb, fill in ACTS.items():
            for offer in page.of(verb):
                mark = f"{page.moment} {_about(offer)}"
                if self.times[mark] < self.enough.setdefault(mark, self._how_often(offer)):
                    self._about = f"{mark} {self.times[mark]}"
                    fields = fill(self, page, offer)
                    if fields is not None:
                        return mark, offer, {**offer.fields, **fields}
        return None

    def _how_often(self, offer: Offer) -> int:
        """How often somebody does a thing in one step: once, or as it comes."""
        if offer.verb in ("place", "ask", "pick"):
            return self.rng.choice((1, 2))
        if offer.verb in ("lay", "nothing", "chosen", "answer"):
            return 9  # offered anew when who leads went back
        return self.rng.choice((0, 1)) if offer.fields.get("slot", "0") != "0" else 1

    def brought(self, offer: Offer) -> list[str]:
        """The case that fits the questions of this form; empty when this person has none."""
        return list(self.part.get(self.sayings.kind_of_case(offer.words), ()))

    def write(self, writing: Writing, of: str = "") -> str:
        """What this person writes in a field; `of` is the part of a board it is for."""
        return self.once(
            f"{of} {writing.label}", lambda: self.sayings.say((of, writing.label), writing.most, self.case)
        )

    def once(self, name: str, think: Callable[[], str]) -> str:
        """What this person thought of for the act at hand; looking at the page again changes no mind."""
        if (self._about, name) not in self._drafts:
            self._drafts[self._about, name] = think()
        return self._drafts[self._about, name]


def _about(offer: Offer) -> str:
    """What an act is about: its input, card or turn. A label given to a card and another one are the same act."""
    names = ("input", "slot", "turn", "handle", "nr")
    given = [offer.fields[name] for name in names if name in offer.fields]
    if "sort" in offer.fields:
        given.append(offer.fields["sort"].rpartition(":")[0])
    if "pick" in offer.fields:
        given.append(offer.fields["pick"].partition(":")[0])
    return " ".join((offer.verb, *given))
