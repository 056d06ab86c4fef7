"""I3 over HTTP and sockets: one person's unsigned act changes nothing that anybody else receives.

There is no sleeping until nothing came. After the act the facilitator does something everybody sees, twice; what others
then hear must be, byte for byte, what they heard when the same was done before the act.
"""

from __future__ import annotations

import asyncio
import html
import json
import re
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from server import acts
from server.person import Person
from tests.conftest import Server
from tests.live.test_live import socket

SIX = ("Owen", "Cora", "Carl", "Cleo", "Cem", "Cato")
MOVING = re.compile(r'(name="csrf" value=")[^"]{86}|(data-now=")\d+')
POINTER = re.compile(r'do/next" name="at" value="([^"]+)"')
CASE = {"rev": "1", "situation": "Er is iets", "difficulty": "Lastig", "question": "Een vraag van één?"}


class Meeting:
    """A circle on the server: Fay leads, the others take part, a big screen hangs on the wall."""

    def __init__(self, lead: Person, people: dict[str, Person], screen: Person) -> None:
        self.lead, self.people, self.screen = lead, people, screen

    async def do(self, name: str, verb: str, **fields: str) -> None:
        answer = await self.people[name].act(verb, **fields)
        assert answer.status_code == 204, (verb, answer.text)

    async def press(self, verb: str, times: int = 1) -> None:
        """The facilitator's act with the pointer of the cockpit as it is."""
        for _ in range(times):
            at = POINTER.search(await self.lead.page("/leiden"))
            assert at
            answer = await self.lead.act(verb, at=html.unescape(at[1]))
            assert answer.status_code == 204, answer.text

    async def cases(self, name: str) -> list[str]:
        return re.findall(r'name="dots-([^"]+)"', await self.people[name].page())


async def meeting(server: Server, names: tuple[str, ...] = SIX, method: str = "five-step") -> Meeting:
    lead = await Person(server.url).begin("Mentoren", "Fay", method=method)
    people = {n: await Person(server.url, "en" if n == "Carl" else "nl").join(lead.code, n) for n in names}
    screen = Person(server.url, alias=lead.alias)
    symbols = re.search(r'class="symbols"[^>]*>(.*?)</', (await screen.http.get("/scherm")).text, re.S)
    assert symbols
    csrf = re.search(r'name="csrf" value="([^"]{86})"', await lead.page("/leiden"))
    assert csrf
    typed = re.sub(r"<[^>]+>|\s", "", symbols[1])
    await lead.http.post(f"/r/{lead.alias}/koppel", data={"csrf": csrf[1], "symbols": typed})
    assert (await screen.http.get("/scherm")).status_code == 303
    return Meeting(lead, people, screen)


async def writing(server: Server) -> Meeting:
    room = await meeting(server)
    await room.press("next", 3)
    return room


async def laid(server: Server) -> Meeting:
    room = await writing(server)
    await room.do("Owen", "lay", **CASE)
    return room


async def small(server: Server) -> Meeting:
    room = await meeting(server, SIX[:3])
    await room.press("next", 3)
    return room


async def consent(server: Server) -> Meeting:
    room = await laid(server)
    await room.press("next")
    return room


async def voting(server: Server, rest: int = 4) -> Meeting:
    room = await writing(server)
    for name in SIX[:rest]:
        await room.do(name, "lay", **{**CASE, "question": f"Vraag {name}?"})
    await room.press("next", 2)
    return room


async def chosen(server: Server) -> Meeting:
    room = await voting(server)
    await room.do("Owen", "chosen", rev="1")
    return room


async def asking(server: Server) -> Meeting:
    room = await voting(server)
    await room.press("next")
    return room


async def twenty(server: Server) -> Meeting:
    room = await asking(server)
    await room.do("Owen", "answer", choice="bring")
    await room.press("next")
    return room


async def closing(server: Server) -> Meeting:
    room = await voting(server)
    await room.press("skip")
    return room


async def rating(server: Server) -> Meeting:
    room = await closing(server)
    await room.press("next")
    return room


async def telling(server: Server, method: str, steps: int) -> Meeting:
    room = await meeting(server, ("Cleo", "Owen", "Cora", "Carl"), method)
    await room.press("next", 3)
    await room.press("tell")
    await room.do("Cleo", "it-is-me")
    await room.do("Cleo", "say-yes", method=method)
    await room.press("next", steps)
    return room


async def cards(server: Server) -> Meeting:
    return await telling(server, "gossip", 2)


async def scale(server: Server) -> Meeting:
    return await telling(server, "gossip", 6)


Start = Callable[[Server], Awaitable[Meeting]]
UNSIGNED: list[tuple[str, str, dict[str, str], Start]] = [
    ("lay", "Owen", CASE, writing),
    ("lay", "Owen", {**CASE, "rev": "2", "situation": "Heel anders" * 9}, laid),
    ("nothing", "Owen", {}, laid),
    ("again", "Owen", {}, laid),
    ("small", "Owen", {}, small),
    ("may-show", "Owen", {"x": "1"}, consent),
    ("may-show", "Cato", {"x": "1"}, consent),
    ("cast", "Owen", {"rev": "1", "first": "3"}, voting),
    ("chosen", "Owen", {"rev": "1", "first": "2", "last": "1"}, voting),
    ("not-chosen", "Owen", {}, chosen),
    ("answer", "Owen", {"choice": "bring"}, asking),
    ("answer", "Cato", {"choice": "none"}, asking),
    ("rather-not", "Owen", {}, twenty),
    ("rather-not", "Cato", {}, twenty),
    ("share", "Owen", {"rev": "1", "text": "Wat ik meeneem", "report": "1"}, closing),
    ("evaluate", "Owen", {"A1": "5", "A3": "2"}, rating),
    ("skip-evaluation", "Owen", {}, rating),
    ("card", "Owen", {"input": "questions", "slot": "0", "rev": "1", "text": "Wat speelt er?"}, cards),
    ("done", "Owen", {}, cards),
    ("rate", "Owen", {"input": "safety", "value": "2"}, scale),
]
SEEN = {  # acts that are meant to be seen, and as what
    **dict.fromkeys(("agree",), "a count, while it is talked about"),
    **dict.fromkeys(("take-back",), "a case that leaves the table, the same whoever took it"),
    **dict.fromkeys(("where", "early", "leave", "it-is-me", "ask", "pass", "hand-on", "not-this"), "signed"),
    **dict.fromkeys(("pick", "text", "stop", "stop-choice", "owner-says", "take-over"), "signed or a handle"),
    **dict.fromkeys(("say-yes", "allow-report"), "the owner's word"),
}


def test_every_act_is_either_here_or_meant_to_be_seen() -> None:
    assert {verb for verb, *_ in UNSIGNED} | set(SEEN) == set(acts.SEAT)
    assert not {verb for verb, *_ in UNSIGNED} & set(SEEN)


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
        async with asyncio.timeout(6):
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


@pytest.mark.parametrize(("verb", "who", "fields", "start"), UNSIGNED)
async def test_an_unsigned_act_changes_nothing_for_anybody_else(
    server: Server, verb: str, who: str, fields: dict[str, str], start: Start
) -> None:
    assert await told(await start(server), who, verb, fields) == []


async def test_the_same_comparison_sees_an_act_that_is_meant_to_be_seen(server: Server) -> None:
    room = await meeting(server)
    await room.press("next")
    found = await told(room, "Owen", "agree", {"x": "talk"})

    assert [f for f in found if f.startswith("page")]
    assert [f for f in found if f.startswith("Cora")]
