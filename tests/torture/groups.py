"""Groups on a server that is killed while they plan, join, leave, put finds on their shelf, open a meeting twice at
once, close and erase its circle, and erase themselves: what was acknowledged is there, and no facts are lost."""

from __future__ import annotations

import asyncio
import contextlib
import html
import re
import sys
import time
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import httpx

from server.person import Person
from tests.adversary.rooms import document
from tests.conftest import Server
from tests.server.test_groupdoors import Browser, ids, person
from tests.torture.checkers import appends
from tests.torture.figures import Figure
from tests.torture.record import History, Op, Verdict, together, told
from tests.torture.report import Row

MOVED, MEETINGS = 5, 6  # which meeting is moved all the time; how many there are
ROADS = range(4, 10)  # meetings that the other group's road has, one more each time
MOST = 40  # acknowledged acts of a life, at most, until the server is killed


@dataclass
class Life:
    """Two groups on one server, and what their people were told."""

    server: Server
    people: list[Browser]
    other: Browser
    code: str
    left: int  # answers until the kill
    history: History = field(default_factory=History)
    circles: set[str] = field(default_factory=set)  # in which those who opened the meeting are: one

    @property
    def alias(self) -> str:
        return self.people[0].alias

    async def tell(self, kind: str, value: str, answer: Awaitable[httpx.Response]) -> httpx.Response | None:
        """One act, remembered with what became of it; None when nobody knows: the server is dead."""
        heard = await told(self.history.invoke("", kind, kind, value), answer)
        if heard is not None:
            self.left -= 1
            if self.left == 0:
                self.server.kill9()
        return heard

    async def finds(self) -> None:
        """Finds, each with a text of its own."""
        for n in range(16):
            text = f"Vondst {n}."
            if not await self.tell("find", text, self.people[1].act("find", text=text, op=f"{n:012x}")):
                return

    async def moves(self) -> None:
        """One meeting, made a minute longer each time."""
        for n in range(61, 86):
            when = {"nr": str(MOVED), "day": "2027-02-01", "time": "10:00", "minutes": str(n)}
            if not await self.tell("move", str(n), self.people[2].act("move", "/plan", **when)):
                return

    async def comes_and_goes(self) -> None:
        """Somebody joins, and every second one leaves again."""
        for n in range(8):
            name, one = f"Nieuw {n:02}", Browser(self.server, self.alias)
            if not await self.tell("join", name, one.http.post("/", data={"code": self.code, "name": name})):
                return
            if n % 2 and not await self.tell("leave", name, one.act("leave", "/leden")):
                return

    async def meets(self) -> None:
        """Two open the first meeting at once; who leads it skips to the end, closes and erases it."""
        both = self.people[1:3]
        answers = await asyncio.gather(*(self.tell("open", who.key, who.act("open", nr="0")) for who in both))
        came = [person(a, who) for a, who in zip(answers, both, strict=True) if a and a.status_code == 303]
        self.circles = {one.alias for one in came}
        with contextlib.suppress(httpx.TransportError):
            for one in came:
                if 'do/next"' in await one.page("/leiden"):
                    await self._to_its_end(one)

    async def _to_its_end(self, lead: Person) -> None:
        while "do/close" not in (page := await lead.page("/leiden")):
            at = re.search(r'do/next" name="at" value="([^"]+)"', page)
            assert at
            await lead.act("skip" if "do/skip" in page else "next", at=html.unescape(at[1]))
        if await self.tell("close", lead.alias, lead.act("close")):
            await self.tell("erase", lead.alias, lead.act("erase"))

    async def ends(self) -> None:
        """The other group takes road after road, and is erased."""
        for n in ROADS:
            road = {"road": "year", "count": str(n), "time": "", "minutes": "90"}
            if not await self.tell("take", str(n), self.other.act("take", "/plan", **road)):
                return
        await self.tell("end", "", self.other.act("erase", "/leden"))

    def judge(self) -> Verdict:
        """What is on the disk against what was told."""
        group, there = document(self.server, self.alias), ids(self.server)
        names = [member["name"] for member in group["members"].values() if member["name"].startswith("Nieuw")]
        gone = {op.value for op in self.history.of("leave") if op.outcome != "fail"}
        stayed = [op for op in self.history.of("join") if op.value not in gone]
        left = {op.value for op in self.history.of("leave") if op.outcome == "ok"}
        return together(
            (
                appends.check(self.history.of("find"), [find["text"] for find in group["shelf"].values()]),
                appends.check(stayed, [name for name in names if name not in gone]),
                Verdict(lost=len(left & set(names)), double=max(len(self.circles) - 1, 0)),
                _latest(self.history.of("move"), group["meetings"][MOVED]["minutes"]),
                self._met(group["meetings"][0], there),
                self._attended(group),
                self._ended(there),
            )
        )

    def _met(self, meeting: dict[str, object], there: list[str]) -> Verdict:
        """A circle that was closed is told, once its group was looked at, whether it was erased or not."""
        closed, erased = (self._said(kind) for kind in ("close", "erase"))
        if meeting["held"] and not self._said("close", "ok", "unknown"):
            return Verdict(wrong=("a circle told what nobody closed",))
        lost = closed and (not meeting["held"] or meeting["room"]) or erased and bool(self.circles & set(there))
        return Verdict(lost=int(bool(lost)))

    def _attended(self, group: dict[str, Any]) -> Verdict:
        """Who was there is kept once, in the attendance, of a circle that was closed."""
        sheets = document(self.server, group["register"])["sheets"] if group["register"] else {}
        lost = self._said("close") and not any(sheet["lines"] for sheet in sheets.values())
        return Verdict(lost=int(lost), double=max(len(sheets) - 1, 0))

    def _ended(self, there: list[str]) -> Verdict:
        if self.other.alias in there:
            kept = len(document(self.server, self.other.alias)["meetings"])
            return Verdict(lost=int(self._said("end"))) + _latest(self.history.of("take"), kept)
        return Verdict(wrong=() if self._said("end", "ok", "unknown") else ("a group is gone that nobody erased",))

    def _said(self, kind: str, *outcomes: str) -> bool:
        return any(op.outcome in (outcomes or ("ok",)) for op in self.history.of(kind))


def _latest(ops: Iterable[Op], kept: int) -> Verdict:
    """A number that only rises: at least what was acknowledged last, and nothing that nobody sent."""
    acknowledged = [int(op.value) for op in ops if op.outcome == "ok"]
    return Verdict(lost=int(bool(acknowledged) and kept < max(acknowledged)))


async def _life(server: Server, left: int) -> Life:
    organiser, other = Browser(server), Browser(server)
    code = await organiser.begin("Mentoren Zuid")
    await other.begin("Mentoren Noord")
    people = [await Browser(server).join(code, name) for name in ("Joost", "Anouk")]
    taken = {"road": "free", "count": str(MEETINGS), "first": "2026-12-02", "time": "14:00", "minutes": "60"}
    assert (await organiser.act("take", "/plan", **taken)).status_code == 303
    return Life(server, [organiser, *people], other, code, left)


async def killed(path: Path, kills: int, *planted: str, seed: int = 3) -> Row:
    """So many lives of two groups, each cut short by SIGKILL after some answers; every fourth is killed at its end."""
    server, rng = Server(path / "data"), Random(seed)
    honest = [sys.executable, "-m", "tests.adversary.planted", "no_budgets", "quick_minutes"]
    server.command = honest
    await server.start()
    lives, verdicts, back = list[Life](), list[Verdict](), 0.0
    for n in range(kills):
        life = await _life(server, rng.randint(3, MOST) if n % 4 else 10 * MOST)
        if planted:
            server.stop()
            server.command = [*honest, *planted]
            await server.start()
        await asyncio.gather(life.finds(), life.moves(), life.comes_and_goes(), life.meets(), life.ends())
        if server.process and server.process.poll() is None:
            server.kill9()
        begun, server.command = time.monotonic(), honest
        await server.start()
        back = max(back, time.monotonic() - begun)
        assert await life.people[1].page(), "what a circle left comes to the group at the latest now"
        lives.append(life)
        verdicts.append(life.judge())
    server.stop()
    history = History([op for life in lives for op in life.history.ops])
    known = {alias for life in lives for alias in (life.alias, life.other.alias, *life.circles)}
    alone = len(set(ids(server)) - known)
    figures = (Figure("back after", back, "s"), Figure(f"{alone} waiting circles that no group knows"))
    how = "people of two groups on one server"
    return Row.of("SIGKILL while groups act", how, kills, history, together(verdicts), *figures)
