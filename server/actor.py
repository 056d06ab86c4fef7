"""A simulated person: reads the own page as HTML, and does what it offers. Follows the leader, and never presses next."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from server.offers import Offer, Page, Writing
from server.person import Person
from server.sayings import Sayings

BUSY = 0.5  # seconds before somebody who went too fast tries again
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

    async def live(self) -> None:
        """Follows the room until it closes: every frame is a reason to look at the own page again."""
        base = self.person.base
        cookie = "; ".join(f"{k}={v}" for k, v in self.person.http.cookies.items())
        url = f"{base.replace('http', 'ws', 1)}/r/{self.person.alias}/live?as=seat"
        async for ws in connect(url, additional_headers={"Cookie": cookie, "Origin": base}, max_size=2**22):
            seen = asyncio.Event()
            async with asyncio.TaskGroup() as both:
                looking = both.create_task(self._look_for_ever(seen))
                with contextlib.suppress(ConnectionClosed):
                    async for _ in ws:
                        seen.set()
                looking.cancel()
            if ws.close_code in OVER:
                return

    async def _look_for_ever(self, seen: asyncio.Event) -> None:
        while True:
            await seen.wait()
            seen.clear()
            while await self.look():
                pass

    async def look(self) -> bool:
        """Thinks about the first thing the page offers, and does it if it is still there; says whether there was one."""
        found = self._first(Page(await self.person.page()))
        if found is None:
            return False
        await asyncio.sleep(self.rng.uniform(*PAUSES.get(found[1].verb, (0.6, 3.0))) * self.pace)
        page = Page(await self.person.page())  # others went on meanwhile
        now = self._first(page)
        return now is None or now[0] != found[0] or await self._do(page, *now)

    async def _do(self, page: Page, mark: str, offer: Offer, fields: dict[str, str]) -> bool:
        while (answer := await self.person.send(page.source, offer.verb, fields)).status_code == 429:
            await asyncio.sleep(BUSY)
        done = answer.status_code == 204
        if done or offer.verb == "pick":  # who may take no more is told so once
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
        return self.once(f"{of} {writing.label}", lambda: self.sayings.say((of, writing.label), writing.most, self.case))

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


Filled = dict[str, str] | None  # the fields that a person fills in; None: not now


def _as_it_is(who: Actor, page: Page, offer: Offer) -> Filled:
    return {}


def _pressing(name: str, value: str) -> Callable[[Actor, Page, Offer], Filled]:
    """One of the buttons beside each other, if it is not down already."""

    def fill(who: Actor, page: Page, offer: Offer) -> Filled:
        return {} if offer.fields.get(name) == value and not offer.pressed else None

    return fill


def _where(who: Actor, page: Page, offer: Offer) -> Filled:
    return _pressing("x", "remote")(who, page, offer) if who.part.get("remote") else None


def _lay(who: Actor, page: Page, offer: Offer) -> Filled:
    case = who.brought(offer)
    return dict(zip(("situation", "difficulty", "question"), case, strict=False)) if case else None


def _chosen(who: Actor, page: Page, offer: Offer) -> Filled:
    return _dots(who, list(offer.numbers), 3)


def _dots(who: Actor, names: list[str], most: int) -> Filled:
    given = Counter(who.rng.choice(names) for _ in range(most)) if names else Counter()
    return {name: str(given[name]) for name in names}


def _answer(who: Actor, page: Page, offer: Offer) -> Filled:
    return {"choice": "bring" if who.case else "none"}


def _claim(who: Actor, page: Page, offer: Offer) -> Filled:
    return {} if who.case and who.case[2] in page.words else None


def _text(who: Actor, page: Page, offer: Offer) -> Filled:
    """A shared text: a choice, a text of one's own, or one line more under what the others wrote."""
    if options := [value for value in offer.choices.get("text", ()) if value]:
        return {"text": who.rng.choice(options)} if "text" not in offer.fields else None
    writing = offer.writings["text"]
    said = who.write(writing)
    if who.sayings.by_line(writing.label):
        both = f"{writing.text}\n{said}".strip()
        return {"text": both} if said not in writing.text and len(both) <= writing.most else None
    return {"text": said} if not writing.text or who.sayings.replaces(writing.label, writing.text) else None


def _card(who: Actor, page: Page, offer: Offer) -> Filled:
    writing = offer.writings["text"]
    if writing.text:
        return None
    columns = offer.choices.get("column")
    if not columns:
        return {"text": who.write(writing)}
    column = who.once("column", lambda: who.rng.choice(list(columns)))
    return {"column": column, "text": who.write(writing, columns[column])}


def _ask(who: Actor, page: Page, offer: Offer) -> Filled:
    return {"text": who.write(offer.writings["text"])} if offer.writings else None


def _rate(who: Actor, page: Page, offer: Offer) -> Filled:
    numbers = list(offer.choices["value"])
    return {"value": who.rng.choice(numbers[len(numbers) // 2 :])}


def _vote(who: Actor, page: Page, offer: Offer) -> Filled:
    if "vote" in offer.choices:
        return {"vote": who.rng.choice(list(offer.choices["vote"]))}
    if offer.numbers:
        return _dots(who, list(offer.numbers), max(offer.numbers.values()))
    ranked = who.rng.sample(list(offer.choices), min(3, len(offer.choices)))
    return {name: str(place) for place, name in enumerate(ranked, 1)}


def _sort(who: Actor, page: Page, offer: Offer) -> Filled:
    """A label, or a number, for a card that has none yet."""
    card = offer.fields["sort"].rpartition(":")[0]
    offered = [o for o in page.of("sort") if o.fields["sort"].rpartition(":")[0] == card]
    if any(o.pressed for o in offered):
        return None
    return {"sort": who.rng.choice(offered).fields["sort"]}


def _pick(who: Actor, page: Page, offer: Offer) -> Filled:
    line = offer.fields["pick"].partition(":")[0]
    free = [o.fields["pick"] for o in page.of("pick") if o.fields["pick"].startswith(f"{line}:") and not o.pressed]
    return {"pick": who.rng.choice(free)} if free else None


def _evaluate(who: Actor, page: Page, offer: Offer) -> Filled:
    return {name: who.rng.choice(list(choices)[2:]) for name, choices in offer.choices.items()}


def _share(who: Actor, page: Page, offer: Offer) -> Filled:
    writing = offer.writings["text"]
    return None if writing.text else {"report": "1", "text": who.write(writing)}


# In the order in which somebody would look at a page.
ACTS: dict[str, Callable[[Actor, Page, Offer], Filled]] = {
    "stop-choice": lambda who, page, offer: {"choice": "rest"},
    "owner-says": _as_it_is,
    "where": _where,
    "agree": _pressing("x", "yes"),
    "small": _as_it_is,
    "lay": _lay,
    "nothing": lambda who, page, offer: None if who.case or page.of("small") else {},
    "may-show": _as_it_is,
    "chosen": _chosen,
    "answer": _answer,
    "it-is-me": _claim,
    "say-yes": _as_it_is,
    "hand-on": _as_it_is,
    "text": _text,
    "card": _card,
    "place": _card,
    "vote": _vote,
    "rate": _rate,
    "sort": _sort,
    "pick": _pick,
    "done": _as_it_is,
    "ask": _ask,
    "share": _share,
    "evaluate": _evaluate,
    "agree-report": _pressing("x", "1"),
    "allow-report": _pressing("x", "1"),
}

# Seconds, at the least and at the most, that somebody thinks about it; for what is not here it is a moment.
PAUSES: dict[str, tuple[float, float]] = {
    "lay": (4, 14),
    "chosen": (2, 8),
    "hand-on": (4, 12),
    "text": (3, 9),
    "card": (3, 12),
    "place": (3, 12),
    "vote": (2, 7),
    "sort": (1, 4),
    "pick": (2, 6),
    "ask": (2, 25),
    "share": (3, 10),
}
