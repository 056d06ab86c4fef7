"""People at a real server who do the same kind of act again and again, and what they were told."""

from __future__ import annotations

import asyncio
import contextlib
import html
import re
from collections.abc import Callable

import httpx

from server.person import Person
from tests.adversary.rooms import BALLOT, CSRF, document
from tests.conftest import Server
from tests.torture.checkers import appends, future, latest
from tests.torture.checkers.future import Seen
from tests.torture.record import History, Op, Verdict, together, told

FOUR = ("Owen", "Cora", "Carl", "Cleo")
KINDS = ("lay", "cast", "ask", "card", "rate", "text")
POINTER = re.compile(r'do/next" name="at" value="([^"]+)"')
A_BURST = 15  # acts of one device before the server asks for patience


class Doer:
    """One person. An act of which the end is unknown is sent again, the same in everything, before any other; and so
    is the last that was answered, for an answer may come too late."""

    def __init__(self, person: Person, kind: str, number: int, history: History) -> None:
        self.person, self.kind, self.number, self.history = person, kind, number, history
        self.where = f"{person.alias}:{kind}:{number}"
        self.n = 0
        self.last: list[tuple[Op, dict[str, str]]] = []
        self.lead: Person | None = None  # who gives the floor, where people ask

    async def ready(self) -> Doer:
        """Reads the page: the CSRF value, the ballot."""
        page = await self.person.page()
        self.csrf, self.cases = CSRF.search(page)[1], BALLOT.findall(page)  # type: ignore[index]
        return self

    def form(self) -> tuple[str, dict[str, str]]:
        """The next act: its value, like no other's, and its form."""
        self.n += 1
        rev = str(self.number * 10_000 + self.n)
        match self.kind:
            case "lay":
                return rev, {"rev": rev, "situation": "", "difficulty": "", "question": f"Vraag nummer {rev}."}
            case "cast":
                return rev, {"rev": rev, f"dots-{self.cases[self.n % len(self.cases)]}": "3"}
            case "card":
                return rev, {"rev": rev, "input": "gossip", "slot": "0", "text": rev}
            case "rate":
                return f"{self.number}:{self.n % 9 + 1}", {"input": "safety", "value": str(self.n % 9 + 1)}
            case "text":
                return rev, {"input": "question-v1", "text": rev}
        op = f"{self.number:04}{self.n:012}"
        return op, {"op": op, "text": f"Vraag {self.n}?"}

    async def act(self, op: Op, form: dict[str, str]) -> httpx.Response | None:
        """Sends an act."""
        path = f"/r/{self.person.alias}/do/{self.kind}"
        data = {"csrf": self.csrf, **form}
        return await told(op, self.person.http.post(path, data=data, headers={"x-kring": "1"}))

    async def again(self) -> bool:
        """The last two acts once more; whether both were answered."""
        for op, form in self.last:
            answer = await self.act(op, form)
            if answer is None or answer.status_code >= 500:
                return False
        return True

    async def burst(self, heard: Callable[[], object] = lambda: None, acts: int = A_BURST) -> None:
        """Acts until the server is gone; calls `heard` at each answer."""
        if self.last and not await self.again():
            return
        for _ in range(acts):
            value, form = self.form()
            op = self.history.invoke(self.where, self.kind, self.where, value)
            self.last = [*self.last[-1:], (op, form)]
            if (answer := await self.act(op, form)) is None:
                return
            heard()
            if answer.status_code >= 500:
                return
            if answer.status_code == 409 and self.lead:  # so many of one person wait at most: one of them is asked
                self.last.pop()
                with contextlib.suppress(httpx.TransportError):
                    await self.lead.act("give", seat="")

    async def settle(self, seconds: float = 20) -> None:
        """After the fault is over: tries until it is told."""
        async with asyncio.timeout(seconds):
            while not await self.again():
                await asyncio.sleep(0.1)  # polls for a sign, does not wait for time


async def press(lead: Person, verb: str) -> None:
    """The facilitator's act with the pointer of the cockpit."""
    at = POINTER.search(await lead.page("/leiden"))
    assert at
    assert (await lead.act(verb, at=html.unescape(at[1]))).status_code == 204


async def circle(server: Server, kind: str, history: History) -> tuple[Person, list[Doer]]:
    """A circle in which this kind of act counts, and the people who do it."""
    lead = await Person(server.url).begin("Mentoren", "Fay", method="five-step")
    people = [await Person(server.url).join(lead.code, name) for name in FOUR]
    for _ in range(3):
        await press(lead, "next")
    if kind == "cast":
        for one in people:
            await one.act("lay", rev="1", situation="", difficulty="", question="Een vraag?")
        await press(lead, "next")
        await press(lead, "next")
    if kind in ("ask", "text"):
        await press(lead, "tell")
        await people[0].act("it-is-me")
        await people[0].act("say-yes", method="five-step")
        await press(lead, "next")
        people = people[:1] if kind == "text" else people[1:]
        for _ in range(3 if kind == "ask" else 0):
            if "do/ask" in await people[1].page():
                break
            await press(lead, "next")
    doers = [await Doer(one, kind, i + 1, history).ready() for i, one in enumerate(people)]
    for doer in doers if kind == "ask" else ():
        doer.lead = lead
    return lead, doers


async def looked_at(doers: list[Doer]) -> Verdict:
    """Everybody's own page at the end: one's own case as it was acknowledged last, and nobody else's, for nothing was
    revealed."""
    writers = [d for d in doers if d.kind == "lay" and d.last and d.last[-1][0].outcome == "ok"]
    texts = {d.where: d.last[-1][1]["question"] for d in writers}
    seen = [Seen(0.0, d.where, html.unescape(await d.person.page())) for d in writers]
    gone = sum(texts[one.client] not in one.text for one in seen)
    return future.check(seen, texts, revealing=1.0) + Verdict(lost=gone)


def judge(server: Server, history: History, doers: list[Doer]) -> Verdict:
    """The final read: the sealed document through its key."""
    return together(_judge(document(server, doers[0].person.alias), doers, history))


def _judge(room: dict, doers: list[Doer], history: History):  # type: ignore[no-untyped-def,type-arg]
    rounds = room["rounds"].values()
    places = {d.where for d in doers}
    ops = [op for op in history.ops if op.where in places]
    if doers[0].kind == "ask":
        yield appends.check(ops, [c["id"] for r in rounds for c in (*r["queue"], *r["cards"])])
        return
    if doers[0].kind == "text":
        yield appends.check(ops, [v for c in room["chosen"] for v in c["question"]])
        return
    field = {"lay": "papers", "cast": "ballots"}[doers[0].kind]
    kept: dict[str, list[str]] = {}
    for rev in [p["rev"] for r in rounds for p in r[field].values() if p["rev"] > 9_999]:
        kept.setdefault(next(d.where for d in doers if d.number == rev // 10_000), []).append(str(rev))
    yield latest.check(ops, kept)


async def close(circles: dict[str, tuple[Person, list[Doer]]]) -> None:
    """Ends everybody's connections."""
    for lead, doers in circles.values():
        with contextlib.suppress(httpx.HTTPError):
            for one in (lead, *(d.person for d in doers)):
                await one.close()
