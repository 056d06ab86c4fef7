"""Circles that differ in one thing only: at which place in the order somebody gives something, where all the others
tap that they have nothing. Whoever hears what everybody is sent must not be able to tell these circles apart.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from server.person import Person
from tests.adversary import worked
from tests.adversary.rooms import LONGEST, NAMES, PLAIN, Frame, Table, row
from tests.conftest import Server

FIRST, LATE = 0, 2  # places of the one who gives: nobody acted before, or two did
OTHERS = (3, 4)  # who bring a case as well, without being looked at
ALL, ASKED = (0, 1, 2, 3, 4, 5), (0, 1, 2, 5)
GIVEN = "Vraag die maar één stelt?"
Act = tuple[str, dict[str, str]]
Parts = dict[str, list["Seen"]]


@dataclass(frozen=True)
class Seen:
    """What follows from one act: its answer, by page the frames that were sent (bytes, whether personal, the count of
    its audience), and what the server did."""

    answer: tuple[int, int]
    frames: dict[str, list[tuple[int, bool, int]]]
    work: dict[str, int]


@dataclass
class Watched:
    """A table whose server counts its work."""

    table: Table
    giver: int
    parts: Parts = field(default_factory=dict)
    begun: int = 0  # where what the server did for this circle begins in its file

    @property
    def file(self) -> Path:
        """Where the server says what it does."""
        return self.table.server.data.with_name(worked.FILE)

    async def everybody(self, part: str, people: tuple[int, ...], gives: Act, other: Act) -> None:
        """These people act in the order of their chairs: one gives something, the others do the other thing."""
        names = [NAMES[n] for n in people]
        acts = {NAMES[n]: gives if n == self.giver else other for n in people}
        pages = {name: await self.table.people[name].page() for name in names}
        await self._fence()
        self.table.frames.clear()
        counts = dict[str, int]()
        self.parts[part] = [await self._one(name, pages[name], *acts[name], counts) for name in names]

    async def _one(self, name: str, page: str, verb: str, form: dict[str, str], counts: dict[str, int]) -> Seen:
        frames, n = self.table.frames, len(self.table.frames)
        answer = await self.table.people[name].send(page, verb, form)
        assert answer.status_code == 204, answer.text
        work = await self._done()
        await self._fence()
        size = len("".join(f"{k}: {v}" for k, v in answer.headers.items() if k != "date")) + len(answer.content)
        return Seen((answer.status_code, size), _by_page(frames[n:], counts), work)

    async def _done(self) -> dict[str, int]:
        """What the server did for the newest version, once it has done it."""
        newest = f"{worked.VERSION} {row(self.table.server, self.table.lead.alias)[0]}"
        async with asyncio.timeout(20):
            while not _whole(lines := _since(self.file.read_bytes()[self.begun :], newest)):
                await asyncio.sleep(0.005)  # polls for a sign, does not wait for time
        return dict(Counter(lines))

    async def _fence(self) -> None:
        """Fay goes and comes back, so that all have heard what there was before, and it looks as it did."""
        for _ in range(2):
            await self.table.quiet()


def _since(told: bytes, newest: str) -> list[str]:
    lines = told.decode().split("\n")[:-1]
    return lines[lines.index(newest) + 1 :] if newest in lines else []


def _whole(lines: list[str]) -> bool:
    """Whether all is drawn, and what goes out later went."""
    kinds = Counter(line.split()[0] for line in lines)
    return kinds[worked.DONE] > 0 and kinds[worked.LATER] == kinds[worked.SENT]


def _by_page(frames: list[Frame], counts: dict[str, int]) -> dict[str, list[tuple[int, bool, int]]]:
    """The frames of each page in their order; how an audience counts is told from where it stood before."""
    found: dict[str, list[tuple[int, bool, int]]] = {}
    for frame in frames:
        since = frame.number - counts.setdefault(frame.to, frame.number) if frame.number else 0
        found.setdefault(frame.to, []).append((frame.size, frame.personal, since))
    return found


async def play(server: Server, giver: int) -> Parts:
    """A circle from the writing to the evaluation, in which this one gives something each time."""
    lead = await Person(server.url).begin("Mentoren", "Fay", method="gossip")
    people = {name: await Person(server.url).join(lead.code, name) for name in NAMES}
    table = Table(server, lead, people, Random(giver), PLAIN)
    await table.pair()
    for _ in range(3):
        await table.press()
    async with asyncio.timeout(LONGEST), asyncio.TaskGroup() as group:
        ears = [group.create_task(ear) for ear in table.ears()]
        table.hearing = len(ears)
        while len({f.to for f in table.frames}) < table.hearing:
            await asyncio.sleep(0.01)  # polls for a sign: that everybody hears
        watched = Watched(table, giver)
        watched.begun = watched.file.stat().st_size
        await _meet(watched)
        for ear in ears:
            ear.cancel()
    for one in (lead, table.screen, *people.values()):
        await one.close()
    return watched.parts


async def _meet(watched: Watched) -> None:
    table, giver = watched.table, NAMES[watched.giver]
    case = {"rev": "1", "situation": "Er is iets", "difficulty": "Lastig", "question": GIVEN}
    await watched.everybody("papers", ALL, ("lay", case), ("nothing", {}))
    for n in OTHERS:
        for verb, form in (("again", {}), ("lay", {**case, "question": f"Vraag {n}?"})):
            await _act(table, NAMES[n], verb, form)
    await table.press()
    cases = {c["texts"][2]: c["id"] for c in (await table.press())["cases"]}
    for name in NAMES:
        await _act(table, name, "chosen", {"rev": "1", f"dots-{cases[GIVEN]}": "3"})
    await table.press()
    await watched.everybody("answers", ASKED, ("answer", {"choice": "bring"}), ("answer", {"choice": "none"}))
    for n in OTHERS:
        await _act(table, NAMES[n], "answer", {"choice": "bring"})
    assert (await table.press())["chosen"][-1]["texts"][2] == GIVEN, giver
    await watched.everybody("way out", ALL, ("rather-not", {}), ("rather-not", {}))
    await table.press("skip")
    taken = {"rev": "1", "report": "1"}
    await watched.everybody("takeaways", ALL, ("share", {**taken, "text": "Wat ik meeneem."}), ("share", taken))
    await table.press()
    await watched.everybody("marks", ALL, ("evaluate", {"A1": "5", "A2": "1"}), ("skip-evaluation", {}))


async def _act(table: Table, name: str, verb: str, form: dict[str, str]) -> None:
    assert (await table.people[name].act(verb, **form)).status_code == 204, verb


async def both(path: Path, *leaks: str) -> tuple[Parts, Parts]:
    """The circle in which the first gives, and the one in which somebody later does; on a server with these leaks."""
    path.mkdir(parents=True)
    server = Server(path / "data")
    server.command = [sys.executable, "-m", "tests.adversary.planted", "no_budgets", "counted", *leaks]
    await server.start()
    try:
        return await play(server, FIRST), await play(server, LATE)
    finally:
        server.stop()


def told_apart(one: Parts, other: Parts) -> dict[str, set[str]]:
    """By part, in what two circles differ: nothing, when nobody can tell who gave something."""
    return {
        part: {
            of
            for was, now in zip(acts, other[part], strict=True)
            for of in ("answer", "frames", "work")
            if getattr(was, of) != getattr(now, of)
        }
        for part, acts in one.items()
    }
