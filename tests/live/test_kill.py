"""kill -9 while many people act at once: what was acknowledged is kept, exactly once, whatever was under way."""

from __future__ import annotations

import asyncio
import contextlib
import html
import re
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

import httpx
import pytest

from server.person import Person
from tests.adversary.rooms import BALLOT, CSRF, document
from tests.conftest import Server

FOUR = ("Owen", "Cora", "Carl", "Cleo")
POINTER = re.compile(r'do/next" name="at" value="([^"]+)"')
A_BURST = 15  # acts of one device before the server asks for patience


class Doer:
    """One person who does the same kind of act again and again, each time as something new, and tries again until told.

    After a kill the last that was answered and what was not are sent once more, the same in everything.
    """

    def __init__(self, person: Person, kind: str, number: int) -> None:
        self.person, self.kind, self.number = person, kind, number
        self.n = 0
        self.answered: dict[str, str] = {}
        self.under_way: dict[str, str] = {}
        self.acknowledged: list[str] = []

    async def ready(self) -> Doer:
        page = await self.person.page()
        self.csrf, self.cases = CSRF.search(page)[1], BALLOT.findall(page)  # type: ignore[index]
        return self

    def form(self) -> dict[str, str]:
        self.n += 1
        rev = str(self.number * 10_000 + self.n)
        if self.kind == "lay":
            return {"rev": rev, "situation": "", "difficulty": "", "question": rev}
        if self.kind == "cast":
            return {"rev": rev, f"dots-{self.cases[self.n % len(self.cases)]}": "3"}
        return {"op": f"{self.number:04}{self.n:012}", "text": f"Vraag {self.n}?"}

    async def act(self, form: dict[str, str]) -> None:
        self.under_way = form
        path = f"/r/{self.person.alias}/do/{self.kind}"
        answer = await self.person.http.post(path, data={"csrf": self.csrf, **form}, headers={"x-kring": "1"})
        assert answer.status_code == 204, answer.text
        self.acknowledged.append(form.get("rev") or form["op"])
        self.answered, self.under_way = form, {}

    async def again(self) -> None:
        """What was answered first, for an answer may have come too late; then what was not."""
        for form in (self.answered, self.under_way):
            if form:
                await self.act(form)

    async def burst(self, told: Callable[[], object]) -> None:
        """Acts until the server is gone; calls `told` at each answer."""
        with contextlib.suppress(httpx.TransportError):
            await self.again()
            for _ in range(A_BURST):
                await self.act(self.form())
                told()


async def press(lead: Person, verb: str) -> None:
    at = POINTER.search(await lead.page("/leiden"))
    assert at
    assert (await lead.act(verb, at=html.unescape(at[1]))).status_code == 204


async def circle(server: Server, kind: str) -> tuple[Person, list[Doer]]:
    """A circle that writes, chooses, or asks."""
    lead = await Person(server.url).begin("Mentoren", "Fay", method="five-step")
    people = [await Person(server.url).join(lead.code, name) for name in FOUR]
    for _ in range(3):
        await press(lead, "next")
    if kind == "cast":
        for one in people:
            await one.act("lay", rev="1", situation="", difficulty="", question="Een vraag?")
        await press(lead, "next")
        await press(lead, "next")
    if kind == "ask":
        await press(lead, "tell")
        await people[0].act("it-is-me")
        await people[0].act("say-yes", method="five-step")
        for _ in range(3):
            if "do/ask" in await people[1].page():
                break
            await press(lead, "next")
        people = people[1:]
    return lead, [await Doer(one, kind, i + 1).ready() for i, one in enumerate(people)]


async def kill_and_count(path: Path, kills: int, *leaks: str) -> tuple[int, int, int]:
    """How many acts were acknowledged, lost, and kept more than once, over this many kills."""
    rng, server = Random(9), Server(path / "data")
    await server.start()
    circles = {kind: await circle(server, kind) for kind in ("lay", "cast", "ask")}
    doers = [one for _, found in circles.values() for one in found]
    server.stop()
    server.command = [sys.executable, "-m", "tests.adversary.planted", *leaks]
    await server.start()
    for _ in range(kills):
        left = iter(range(rng.randint(20, 110), -1, -1))
        await asyncio.gather(*(one.burst(lambda: next(left, -1) or server.kill9()) for one in doers))  # noqa: B023
        await server.start()
    for one in doers:
        await one.again()
    server.stop()
    counts = [_missing(document(server, lead.alias), found) for lead, found in circles.values()]
    for one in [lead for lead, _ in circles.values()] + [one.person for one in doers]:
        await one.close()
    return sum(len(one.acknowledged) for one in doers), sum(c[0] for c in counts), sum(c[1] for c in counts)


def _missing(room: dict, doers: list[Doer]) -> tuple[int, int]:  # type: ignore[type-arg]
    rounds = room["rounds"].values()
    if doers[0].kind == "ask":
        kept = [c["id"] for r in rounds for c in (*r["queue"], *r["cards"])]
        said = [op for one in doers for op in one.acknowledged]
        return len(set(said) - set(kept)), len(kept) - len(set(kept))
    field = {"lay": "papers", "cast": "ballots"}[doers[0].kind]
    kept = [p["rev"] for r in rounds for p in r[field].values() if p["rev"] > 9_999]
    newest = {rev // 10_000: rev for rev in sorted(kept)}
    lost = sum(max(map(int, one.acknowledged)) > newest.get(one.number, 0) for one in doers)
    return lost, len(kept) - len({rev // 10_000 for rev in kept})


async def test_kill_9_in_a_burst_loses_nothing_acknowledged_and_keeps_nothing_twice(tmp_path: Path) -> None:
    acknowledged, lost, double = await kill_and_count(tmp_path, 5)

    assert acknowledged > 200
    assert (lost, double) == (0, 0)


async def test_the_same_count_catches_a_server_that_acknowledges_before_the_commit(tmp_path: Path) -> None:
    assert (await kill_and_count(tmp_path, 2, "early_answers"))[1] > 0


async def test_the_same_count_catches_a_server_that_forgets_which_acts_it_knows(tmp_path: Path) -> None:
    assert (await kill_and_count(tmp_path, 1, "doubled_questions"))[2] > 0


@pytest.mark.long
async def test_kill_9_many_times(tmp_path: Path) -> None:
    acknowledged, lost, double = await kill_and_count(tmp_path, 60)

    assert acknowledged > 3000
    assert (lost, double) == (0, 0)
