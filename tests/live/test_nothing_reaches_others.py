"""I3 over HTTP and sockets: one person's unsigned act changes nothing that anybody else receives.

There is no sleeping until nothing came. After the act the facilitator does something everybody sees, twice; what others
then hear must be, byte for byte, what they heard when the same was done before the act.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from rooms.promises import INPUTS
from server import acts
from tests.conftest import Server
from tests.live import meetings
from tests.live.meetings import CASE, Meeting
from tests.live.test_live import socket
from tests.said import ACTS
from tests.tools.padded import offered

MOVING = re.compile(r'(name="csrf" value=")[^"]{86}|(data-now=")\d+')
COMPOSER = re.compile(r'hx-target="#composer" hx-swap="innerMorph">(.*?)</hx-partial>', re.DOTALL)

Start = Callable[[Server], Awaitable[Meeting]]
UNSIGNED: list[tuple[str, str, dict[str, str], Start]] = [
    ("lay", "Owen", CASE, meetings.writing),
    ("lay", "Owen", {**CASE, "rev": "2", "situation": "Heel anders" * 9}, meetings.laid),
    ("nothing", "Owen", {}, meetings.laid),
    ("again", "Owen", {}, meetings.laid),
    ("small", "Owen", {}, meetings.small),
    ("may-show", "Owen", {"x": "1"}, meetings.consent),
    ("may-show", "Cato", {"x": "1"}, meetings.consent),
    ("cast", "Owen", {"rev": "1", "first": "3"}, meetings.voting),
    ("chosen", "Owen", {"rev": "1", "first": "2", "last": "1"}, meetings.voting),
    ("not-chosen", "Owen", {}, meetings.chosen),
    ("answer", "Owen", {"choice": "bring"}, meetings.asking),
    ("answer", "Cato", {"choice": "none"}, meetings.asking),
    ("rather-not", "Owen", {}, meetings.twenty),
    ("rather-not", "Cato", {}, meetings.twenty),
    ("share", "Owen", {"rev": "1", "text": "Wat ik meeneem", "report": "1"}, meetings.closing),
    ("agree-report", "Owen", {"x": "1"}, meetings.closing),
    ("evaluate", "Owen", {"A1": "5", "A3": "2"}, meetings.rating),
    ("skip-evaluation", "Owen", {}, meetings.rating),
    ("card", "Owen", {"input": "questions", "slot": "0", "rev": "1", "text": "Wat speelt er?"}, meetings.cards),
    ("done", "Owen", {}, meetings.cards),
    ("rate", "Owen", {"input": "safety", "value": "2"}, meetings.scale),
    ("more", "Owen", {"x": "1"}, meetings.cards),
    ("vote", "Owen", {"input": "a-or-b", "rev": "1", "vote": "o0"}, meetings.weighing),
]
SEEN = {  # acts that are meant to be seen, and as what
    **dict.fromkeys(("agree",), "a count, while it is talked about"),
    **dict.fromkeys(("take-back",), "a case that leaves the table, the same whoever took it"),
    **dict.fromkeys(("where", "early", "leave", "it-is-me", "ask", "pass", "hand-on", "not-this"), "signed"),
    **dict.fromkeys(("stop",), "every screen is still, the same whoever asked"),
    **dict.fromkeys(("pick", "text", "stop-choice", "owner-says", "take-over"), "signed or a handle"),
    **dict.fromkeys(("say-yes", "allow-report", "sort"), "the owner's word"),
    "whisper": "signed, for who leads (tests/live/test_whispers.py)",
    **dict.fromkeys(("place", "move", "take-off", "task", "group-on", "hears"), "signed, on a board or a chair"),
    "became": "signed, one act for both answers (tests/rooms/test_lasttime.py)",
}


def test_every_act_is_either_here_or_meant_to_be_seen() -> None:
    assert {verb for verb, *_ in UNSIGNED} | set(SEEN) == set(acts.SEAT)
    assert not {verb for verb, *_ in UNSIGNED} & set(SEEN)
    assert {verb for verb, *_ in UNSIGNED} == acts.UNSIGNED
    assert acts.NAMELESS - acts.UNSIGNED == {"take-back", "stop"} <= set(SEEN)


def test_whatever_a_page_says_nobody_sees_yet_is_watched_here() -> None:
    hidden = {verb for verb, kind in ACTS.items() if kind and not INPUTS[kind].first and INPUTS[kind].name == "without"}
    assert hidden <= {verb for verb, *_ in UNSIGNED}
    assert {"lay", "chosen", "answer", "share", "evaluate"} <= hidden


class Ear:
    """Everything one socket hears, without the server's clock."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.heard: list[str] = []
        self.more = asyncio.Event()

    async def listen(self, ws) -> None:  # type: ignore[no-untyped-def]
        async for text in ws:
            head, _, body = str(text).partition("\n")
            if head.startswith("p"):
                continue
            told = json.loads(head)
            kept = {k: v for k, v in told.items() if k not in ("t", "s")}
            self.heard.append(json.dumps(kept) + MOVING.sub("", body))
            self.counter = told.get("s", getattr(self, "counter", 0))
            self.more.set()

    async def until(self, n: int) -> None:
        """Waits until there are n frames."""
        async with asyncio.timeout(20):
            while len(self.heard) < n:
                self.more.clear()
                await self.more.wait()


async def pages(room: Meeting) -> list[tuple[object, ...]]:
    """What everybody but Owen and Cato gets who asks for a page, with all its headers."""
    found: list[tuple[object, ...]] = []
    people = ((room.people[name], "") for name in ("Cora", "Carl"))
    for who, tail in ((room.lead, "/leiden"), (room.screen, "/scherm"), *people):
        answer = await who.http.get(f"/r/{who.alias}{tail}")
        headers = sorted((k, v) for k, v in answer.headers.items() if k not in ("date", "content-length"))
        found.append((answer.status_code, headers, MOVING.sub("", answer.text)))
    for path in ("/healthz", "/readyz", "/"):
        answer = await room.lead.http.get(path)
        found.append((answer.status_code, answer.text))
    return found


async def both(room: Meeting, ears: list[Ear]) -> list[tuple[str, ...]]:
    """Fay sits elsewhere and comes back, which every ring shows: what each ear hears of it."""
    heard = []
    for where in ("remote", "room"):
        before = [len(ear.heard) for ear in ears]
        assert (await room.lead.act("where", x=where)).status_code == 204
        for ear, n in zip(ears, before, strict=True):
            await ear.until(n + 1)
        heard.append([ear.heard[n] for ear, n in zip(ears, before, strict=True)])
    return list(zip(*heard, strict=True))


async def told(room: Meeting, who: str, verb: str, fields: dict[str, str]) -> list[str]:
    """What differs for others between before and after the act."""
    ears = [Ear(name) for name in ("Fay", "Cora", "Carl", "screen")]
    places = (room.lead, "lead"), (room.people["Cora"], "seat"), (room.people["Carl"], "seat"), (room.screen, "screen")
    async with AsyncExitStack() as stack, asyncio.TaskGroup() as group:
        tasks = []
        for ear, (person, place) in zip(ears, places, strict=True):
            ws = await stack.enter_async_context(socket(person, place))
            tasks.append(group.create_task(ear.listen(ws)))
            await ear.until(2 if place == "seat" else 1)
        if "first" in fields or "last" in fields:
            ids = await room.cases(who)
            dots = {f"dots-{ids[i]}": fields[k] for k, i in (("first", 0), ("last", -1)) if k in fields}
            fields = {k: v for k, v in fields.items() if k not in ("first", "last")} | dots
        control, before = await both(room, ears), await pages(room)
        lengths, counters = [len(e.heard) for e in ears], [e.counter for e in ears]
        await room.do(who, verb, **fields)
        after, fence = await pages(room), await both(room, ears)
        for task in tasks:
            task.cancel()
    differences = []
    for ear, n, s, was, now in zip(ears, lengths, counters, control, fence, strict=True):
        if (len(ear.heard), ear.counter) != (n + 2, s + 2) or was != now:
            differences.append(f"{ear.name} heard {len(ear.heard) - n} frames, counted {ear.counter - s}: {was} {now}")
    return differences + [f"page {i}" for i, (a, b) in enumerate(zip(before, after, strict=True)) if a != b]


@pytest.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """With the real twenty seconds: on a busy machine three are over before everybody has heard. Answers about more
    time are taken before the time is up."""
    one = await Server(tmp_path_factory.mktemp("kring") / "data").hurry("early=7200000").start()
    yield one
    one.stop()


@pytest.mark.parametrize(("verb", "who", "fields", "start"), UNSIGNED)
async def test_an_unsigned_act_changes_nothing_for_anybody_else(
    server: Server, verb: str, who: str, fields: dict[str, str], start: Start
) -> None:
    room = await start(server)
    sent = [one for one in offered(await room.people[who].page()) if one[0] in acts.NAMELESS]

    assert sent
    assert [one for one, padded in sent if not padded] == [], "its size would tell what it is"
    assert await told(room, who, verb, fields) == []


async def test_the_same_comparison_sees_an_act_that_is_meant_to_be_seen(server: Server) -> None:
    found = await told(await meetings.meeting(server), "Owen", "where", {"x": "remote"})

    assert [f for f in found if f.startswith("page")]
    assert [f for f in found if f.startswith("Cora")]


async def test_who_is_outside_hears_no_step_of_the_circle_and_nobody_else(server: Server) -> None:
    """The own part of the page comes when it is opened and when one is called back, and not between."""
    room = await meetings.telling(server, "gossip", 2)
    carl = re.findall(r'do/outside" name="seat" value="(\w+)"', await room.lead.page("/leiden"))[-1]
    assert (await room.lead.act("outside", seat=carl)).status_code == 204
    heard: list[str] = []

    async def until(n: int) -> None:
        async with asyncio.timeout(20):
            while len(heard) < n:
                await asyncio.sleep(0.02)  # polls what was heard

    async def listen(ws) -> None:  # type: ignore[no-untyped-def]
        async for text in ws:
            heard.extend(COMPOSER.findall(str(text)))

    async with socket(room.people["Carl"]) as ws, asyncio.TaskGroup() as group:
        task = group.create_task(listen(ws))
        await until(1)
        async with socket(room.people["Owen"]) as other:
            for name in ("Owen", "Cora"):
                await room.do(name, "small")
            await room.do("Owen", "card", input="questions", slot="0", rev="1", text="Wat speelt er?")
            await room.press("next", 2)
            async with asyncio.timeout(20):
                while "Wat speelt er?" not in str(await other.recv()):
                    pass
        assert (await room.lead.act("call-back", seat=carl)).status_code == 204
        await until(2)
        task.cancel()

    assert ["data-outside" in one for one in heard] == [True, False]
