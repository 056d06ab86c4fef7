"""Rooms of six played on a real server, and everything an attacker could have recorded of them."""

from __future__ import annotations

import asyncio
import contextlib
import html
import re
import sqlite3
import struct
import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from rooms.ballots import DOTS
from server.person import Person
from tests.adversary import ending, habits
from tests.adversary.planted import weigh
from tests.conftest import Server

NAMES = habits.NAMES
BALLOT = re.compile(r'name="dots-([^"]+)"')
POINTER = re.compile(r'do/next" name="at" value="([^"]+)"')
CSRF = re.compile(r'name="csrf" value="([^"]{86})"')


@dataclass
class Frame:
    """One push: when, to whom, how many bytes."""

    at: float
    to: str
    size: int
    personal: bool


@dataclass
class Part:
    """What an attacker recorded while everybody did one thing without a name: wrote a case, or chose.

    `truth` is what is guessed: the secret of each person, all different. `weight` is how long each secret is.
    """

    truth: dict[str, str] = field(default_factory=dict)
    weight: dict[str, int] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)  # names, in the order in which they did it
    acts: dict[str, tuple[float, float, int, int]] = field(default_factory=dict)  # begin, end, status, bytes
    before: dict[str, int] = field(default_factory=dict)  # bytes of everybody's own page before
    pages: dict[str, int] = field(default_factory=dict)  # and by how many it grew
    frames: list[Frame] = field(default_factory=list)
    open: dict[str, Any] = field(default_factory=dict)  # the document before all is shown or counted, as stored
    closed: dict[str, Any] = field(default_factory=dict)  # and after it
    sizes: dict[str, int] = field(default_factory=dict)  # bytes of the sealed row after each person's act
    ends: dict[str, int] = field(default_factory=dict)  # where the sealed rows before and after an act are alike again
    logged: dict[str, int] = field(default_factory=dict)  # bytes the act added to the log
    health: dict[str, tuple[int, float]] = field(default_factory=dict)  # bytes and seconds of /readyz after the act
    looked: dict[str, float] = field(default_factory=dict)  # seconds until everybody's own page was there again
    typed: dict[str, str] = field(default_factory=dict)  # the whole text that is shown with each secret
    shown: list[str] = field(default_factory=list)  # the secrets as they lie open: cases on the table, ballots shuffled
    lists: dict[str, list[str]] = field(default_factory=dict)  # the order of cases on everybody's own ballot

    @property
    def names(self) -> tuple[str, ...]:
        """Who did it, by their chairs."""
        return tuple(self.truth)


@dataclass
class Trace:
    """One room as recorded."""

    seats: dict[str, str] = field(default_factory=dict)  # name: seat id, which every leader knows
    cases: Part = field(default_factory=Part)
    votes: Part = field(default_factory=Part)
    answers: Part = field(default_factory=Part)
    claims: Part = field(default_factory=Part)
    cards: Part = field(default_factory=Part)
    scales: Part = field(default_factory=Part)
    takeaways: Part = field(default_factory=Part)
    ratings: Part = field(default_factory=Part)


def row(server: Server, alias: str) -> tuple[int, bytes]:
    """A room as it is stored: what a copy of the database without the keyring holds."""
    with contextlib.closing(sqlite3.connect(f"file:{server.data / 'kring.db'}?mode=ro", uri=True)) as db:
        version, body = db.execute("select version, body from room where id = ?", (alias,)).fetchone()
    return version, body


def alike_from(before: bytes, after: bytes) -> int:
    """Where two rows begin to be alike until their ends."""
    if len(before) != len(after):
        return len(after)
    before, after = before[:-16], after[:-16]  # the mark of the seal always differs
    common = (int.from_bytes(before, "big") ^ int.from_bytes(after, "big")) or 1
    zeros = (common & -common).bit_length() // 8
    return len(after) - zeros


def document(server: Server, alias: str) -> dict[str, Any]:
    """A room's document with the key in hand: maps in the order of the bytes."""
    version, body = row(server, alias)
    key = (server.data.parent / f"{server.data.name}-keyring" / alias).read_bytes()
    plain = AESGCM(key).decrypt(body[:12], body[12:], f"kring1|{alias}|{version}".encode())
    (length,) = struct.unpack_from("!I", plain)
    return dict(msgspec.msgpack.decode(plain[4 : 4 + length]), _row=len(body))


async def _record(who: Person, name: str, into: list[Frame]) -> None:
    cookie = "; ".join(f"{k}={v}" for k, v in who.http.cookies.items())
    url = f"{who.base.replace('http', 'ws')}/r/{who.alias}/live?as=seat"
    ws: ClientConnection
    async with connect(url, additional_headers={"Cookie": cookie, "Origin": who.base}, max_size=2**22) as ws:
        with contextlib.suppress(ConnectionClosed):
            async for text in ws:
                body = str(text)
                personal = '"me":1' in body.split("\n")[0]
                into.append(Frame(time.monotonic(), name, len(body.encode()), personal))


class Table:
    """Six people at a real server, each with an ear on the socket."""

    def __init__(self, server: Server, lead: Person, people: dict[str, Person], rng: Random) -> None:
        self.server, self.lead, self.people, self.rng = server, lead, people, rng
        self.frames: list[Frame] = []

    async def everybody(self, part: Part, verb: str, forms: dict[str, dict[str, str]]) -> None:
        """Everybody does this, in an order of chance, and is recorded."""
        part.order = self.rng.sample(part.names, len(part.names))
        pages = {name: await self.people[name].page() for name in part.names}
        sent = {name: {"csrf": _one(CSRF, p), **Person.order(p, verb, forms[name])} for name, p in pages.items()}
        part.before = {name: len(page.encode()) for name, page in pages.items()}
        await self.quiet()
        last, log = row(self.server, self.lead.alias)[1], self.server.log
        self.frames.clear()
        for name in part.order:
            logged = log.stat().st_size
            who, begin = self.people[name], time.monotonic()
            form = {**sent[name], "rev": "1", **forms[name]}
            answer = await who.http.post(f"/r/{who.alias}/do/{verb}", data=form, headers={"x-kring": "1"})
            head = "".join(f"{k}: {v}" for k, v in answer.headers.items() if k != "date")
            part.acts[name] = begin, time.monotonic(), answer.status_code, len(answer.content) + len(head)
            now = row(self.server, self.lead.alias)[1]
            part.sizes[name], part.ends[name], last = len(now), alike_from(last, now), now
            await asyncio.sleep(self.rng.uniform(0.02, 0.05))  # people are not equally quick
            asked = time.monotonic()
            health = await self.lead.http.get("/readyz")
            part.health[name] = len(health.content), time.monotonic() - asked
            part.logged[name] = log.stat().st_size - logged
        part.open = document(self.server, self.lead.alias)
        await self.quiet()
        part.frames = list(self.frames)
        for name in part.names:
            await _look(self.people[name], name, part)

    async def quiet(self) -> None:
        """Until everybody has heard what there was to hear: one more act, Fay's own, has come round to all."""
        for where in ("remote", "room"):
            before = len(self.frames)
            assert (await self.lead.act("where", x=where)).status_code == 204
            async with asyncio.timeout(5):
                while len({f.to for f in self.frames[before:] if not f.personal}) < len(NAMES):
                    await asyncio.sleep(0.002)

    async def press(self, verb: str = "next") -> dict[str, Any]:
        at = html.unescape(_one(POINTER, await self.lead.page("/leiden")))
        assert (await self.lead.act(verb, at=at)).status_code == 204
        return self.document()

    def document(self) -> dict[str, Any]:
        return document(self.server, self.lead.alias)


async def play(server: Server, rng: Random) -> Trace:
    """Six people write cases of different lengths, the cases are laid open, six people choose, one brings a case."""
    lead = await Person(server.url).begin("Mentoren", "Fay", method="gossip")
    table = Table(server, lead, {name: await Person(server.url).join(lead.code, name) for name in NAMES}, rng)
    for _ in range(3):
        await table.press()
    trace = Trace()
    async with asyncio.TaskGroup() as group:
        ears = [group.create_task(_record(who, name, table.frames)) for name, who in table.people.items()]
        async with asyncio.timeout(5):
            while len({f.to for f in table.frames if f.personal}) < len(NAMES):
                await asyncio.sleep(0.01)
        trace.seats = {s["name"]: i for i, s in document(server, lead.alias)["seats"].items()}
        await _write(table, trace.cases)
        await table.press()
        await _choose(table, trace)
        await ending.play(table, trace)
        for ear in ears:
            ear.cancel()
    for one in (lead, *table.people.values()):
        await one.close()
    return trace


async def _write(table: Table, part: Part) -> None:
    rng, forms = table.rng, {}
    for name in NAMES:
        long = [rng.choice("xyz") * rng.randint(0, 180) + habits.of(name) for _ in range(2)]
        part.truth[name] = f"Vraag {rng.getrandbits(40)}?"
        part.weight[part.truth[name]] = len("".join(long)) + len(part.truth[name])
        forms[name] = {"situation": long[0], "difficulty": long[1], "question": part.truth[name]}
    await table.everybody(part, "lay", forms)
    part.closed = await table.press()
    part.shown = [html.unescape(c["texts"][2]) for c in part.closed["cases"]]
    part.typed = {html.unescape(c["texts"][2]): "".join(c["texts"]) for c in part.closed["cases"]}


async def _choose(table: Table, trace: Trace) -> None:
    part, rng = trace.votes, table.rng
    ids = [c["id"] for c in trace.cases.closed["cases"]]
    before = {name: BALLOT.findall(await who.page()) for name, who in table.people.items()}
    called = {c["id"]: html.unescape(c["texts"][2]) for c in trace.cases.closed["cases"]}
    trace.cases.lists = {name: [called[i] for i in found] for name, found in before.items()}
    forms = {}
    while len(part.weight) < len(NAMES):
        dots = dict(Counter(rng.choices(ids, k=DOTS)))
        part.weight[ballot(dots)] = weigh(dots)
    for name, chosen in zip(NAMES, rng.sample(sorted(part.weight), len(NAMES)), strict=True):
        part.truth[name] = chosen
        forms[name] = {f"dots-{i}": n for i, n in (line.split("=") for line in chosen.split())}
    await table.everybody(part, "chosen", forms)
    for name, who in table.people.items():  # the ballot once more, as it stands filled in
        assert (await who.act("not-chosen")).status_code == 204
        await _look(who, name, part)
    part.closed = await table.press()
    part.shown = rng.sample(sorted(part.weight), len(NAMES))


async def _look(who: Person, name: str, part: Part) -> None:
    begin = time.monotonic()
    page = await who.http.get(f"/r/{who.alias}", headers={"accept-encoding": "identity"})
    part.looked[name] = time.monotonic() - begin
    part.pages[name] = len(page.content) - part.before[name]
    part.lists[name] = BALLOT.findall(page.text)


def ballot(dots: dict[str, int]) -> str:
    """A ballot as one word."""
    return " ".join(f"{case}={n}" for case, n in sorted(dots.items()))


def _one(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    assert found
    return found[1]
