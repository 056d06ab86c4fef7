"""The demo: whoever opens its link leads people who do what every method asks of them, and leave when it is over.

The test knows no method by name: it reads the room as it is stored, and goes on when what a phase asks for lies there.
"""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from rooms import few, flow, turns
from rooms.methodfiles import catalogue
from rooms.methods import Input, is_later, is_queue
from rooms.room import Room, entry, phase, this_round
from server.person import Person
from tests.adversary.rooms import document
from tests.conftest import ROOT, Server

LINK = re.compile(r"/r/(\w+)/leiden#key=([\w-]+)")
GIVE = re.compile(r'do/give" name="seat"\s+value="(:\d+)"')
PEOPLE = 6


class Circle:
    """A demo that runs, and whoever leads it."""

    def __init__(self, server: Server, lead: Person) -> None:
        self.server, self.lead = server, lead

    def room(self) -> Room:
        """The room as it is stored."""
        kept = {k: v for k, v in document(self.server, self.lead.alias).items() if k != "_row"}
        return msgspec.convert(kept, Room)

    async def until(self, found: Callable[[Room], bool], what: str, seconds: float = 60) -> Room:
        """The room as soon as something is true of it."""
        try:
            async with asyncio.timeout(seconds):
                while not found(room := self.room()):
                    await asyncio.sleep(0.1)  # polls for a sign, does not wait for time
        except TimeoutError:
            raise AssertionError(f"never: {what} in {phase(self.room()).id}") from None
        return room

    async def next(self) -> None:
        """Goes on, and says so when the room did not."""
        before = flow.pointer(self.room())
        answer = await self.lead.next()
        assert answer.status_code == 204, (before, answer.text)
        assert flow.pointer(self.room()) != before

    async def give(self) -> None:
        """The floor to whoever is next."""
        page = await self.lead.page("/leiden")
        found = GIVE.search(page)
        assert found, phase(self.room()).id
        assert (await self.lead.send(page, "give", {"seat": found[1]})).status_code == 204


@asynccontextmanager
async def demo(tmp_path: Path, *words: str) -> AsyncIterator[Circle]:
    """`kring demo`, led by whoever opens the printed link; it ends at Ctrl-C, and nobody stumbled."""
    server = Server(tmp_path / "data")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.tools.impatient", "wait=1000", "demo", "--pace", "0.02", *words,
        cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, env=server.env,
    )  # fmt: skip
    try:
        assert process.stdout
        printed = ""
        async with asyncio.timeout(30):
            while "Big screen" not in printed:
                printed += (await process.stdout.readline()).decode()
        found = LINK.search(printed)
        assert found
        lead = Person(server.url, alias=found[1])
        assert (await lead.http.post(f"/r/{found[1]}/do/unlock", data={"key": found[2]})).status_code == 303
        yield Circle(server, lead)
        await lead.close()
        process.send_signal(signal.SIGINT)
        rest, _ = await asyncio.wait_for(process.communicate(), 15)
        assert b"stopped:" not in rest and b"Traceback" not in rest, rest
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def to_the_case(circle: Circle, method: str) -> None:
    """Everybody in, the agreement, the check-in; then written, read and chosen, where the method asks for a case."""
    await circle.until(lambda r: len(r.devices) > PEOPLE, "everybody comes in")
    await circle.next()
    await circle.until(lambda r: list(r.agreed.values()) == ["yes"] * PEOPLE, "everybody keeps to the agreement")
    await circle.next()
    while phase(circle.room()).kind == "checkin":
        await circle.give()
        await circle.until(lambda r: len(this_round(r).spoken) == PEOPLE, "the word goes round")
        await circle.next()
    if phase(circle.room()).kind == "method":
        return
    await circle.until(lambda r: len(this_round(r).ready) == PEOPLE, "everybody wrote, or not")
    await circle.next()
    if phase(circle.room()).kind == "write":
        await circle.until(lambda r: len(this_round(r).ready) == PEOPLE, "everybody says whether it may be shown")
        await circle.next()
    await circle.next()
    while flow.stage(circle.room()) in ("vote", "ask"):  # after a tie they choose once more
        await circle.until(lambda r: len(this_round(r).ready) == PEOPLE, "everybody chose and answered")
        await circle.next()
        await circle.until(lambda r: flow.stage(r) != "twenty", "the time to think better of it passes")
    await circle.until(lambda r: bool(r.chosen and r.chosen[0].willing == method), "the owner says yes")
    await circle.next()


def arrived(room: Room, line: Input) -> bool:
    """Whether somebody's part of this input lies in the room; there is nothing of what stays on a device or is said."""
    now = this_round(room)
    match line.kind:
        case "cards" if is_queue(line):
            return any(c.input == "asks" for c in (*now.queue, *now.cards))
        case "cards":
            return any(p.input == line.id for p in now.papers.values()) or any(c.input == line.id for c in now.cards)
        case "text" if line.field == "case_question":
            return bool(room.chosen) and len(room.chosen[0].question) > 1
        case "text":
            return bool(room.texts.get(f"{entry(room).case}:{line.field or line.id}"))
        case "scale" if not line.of:
            return line.id in now.results or any(m.input == line.id for m in now.marks.values())
        case "scale" | "sort":
            return bool(now.sorted.get(line.id))
        case "vote":
            return any(b.input == line.id for b in now.ballots.values())
        case "pick":
            return bool(now.picked.get(line.id))
        case "groups":
            return sum(len(group) for group in room.groups[str(entry(room).case)]) == PEOPLE
    return True


def due(room: Room, line: Input) -> bool:
    """Whether an input can be used at this step of its phase."""
    on, name = phase(room), flow.stage(room)
    of_the_queue = line.of in {i.id for i in on.inputs if is_queue(i)}
    if line.kind == "vote":
        return name == ("ballot" if is_later(on, line) else "write")
    if line.kind in ("cards", "scale") and not line.live and not line.of and line.who != "owner":
        return name == "write"
    if line.kind == "pick" or line.of:
        return name in ("open", "go") and not of_the_queue
    return True


async def play(circle: Circle) -> set[str]:
    """One step of a phase: what it asks for arrives, and the floor goes round; the inputs that were used."""
    room = circle.room()
    used = [line for line in phase(room).inputs if due(room, line)]
    for line in used:
        await circle.until(lambda r, line=line: arrived(r, line), f"{line.id} ({line.kind})")  # type: ignore[misc]
    if turns.asks(room):
        await circle.give()
        await circle.until(lambda r: bool(this_round(r).floor), "somebody asks")
    elif turns.waiting(room):  # who spoke while numbers were given has had the turn
        everybody = turns.speakers(room)
        await circle.give()
        turns_in_all = len(everybody) * turns.rounds(room)
        await circle.until(lambda r: len(this_round(r).spoken) == turns_in_all, "the word goes round")
    return {line.id for line in used}


async def close(circle: Circle) -> None:
    """The closing: what they take along is shared, everybody answers, and the circle is closed."""
    await circle.until(lambda r: len(this_round(r).takeaways) == PEOPLE, "everybody shares a sentence")
    await circle.next()
    await circle.until(lambda r: len(this_round(r).ready) == PEOPLE, "everybody looks back")
    await circle.until(lambda r: list(this_round(r).report.values()) == [True] * PEOPLE, "everybody wants a report")
    assert (await circle.lead.send(await circle.lead.page("/leiden"), "close", {})).status_code == 204
    await circle.until(lambda r: r.report, "there is a report")


@pytest.mark.long
@pytest.mark.parametrize("method", list(catalogue()))
async def test_one_person_can_lead_a_whole_demo(tmp_path: Path, method: str) -> None:
    async with demo(tmp_path, "--method", method) as circle:
        await to_the_case(circle, method)
        used: set[str] = set()
        while phase(circle.room()).kind == "method":
            used |= await play(circle)
            await circle.until(lambda r: not few.unsigned(r) or len(this_round(r).ready) >= few.enough(r), "they tap")
            await circle.next()
        queues = {i.id for p in catalogue()[method].phases for i in p.inputs if is_queue(i)}
        assert used == {i.id for p in catalogue()[method].phases for i in p.inputs if i.of not in queues}
        await close(circle)


@pytest.mark.long
async def test_they_speak_english(tmp_path: Path) -> None:
    async with demo(tmp_path, "--lang", "en") as circle:
        await circle.until(lambda r: {"Anna", "Fiona", "Sam"} <= {s.name for s in r.seats.values()}, "they come in")


def test_a_method_that_is_not_there_is_named() -> None:
    said = subprocess.run(
        [sys.executable, "-m", "server", "demo", "--method", "nonsense"], cwd=ROOT, capture_output=True, text=True
    )
    assert said.returncode == 1
    assert "nonsense" in said.stderr and "kring methods" in said.stderr
