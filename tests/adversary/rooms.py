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
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx
import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from rooms.ballots import DOTS
from server.person import Person
from tests.adversary import ending, habits
from tests.adversary.lengths import weigh
from tests.conftest import Server
from tests.postgres import psql

NAMES = habits.NAMES
LONGEST = 240  # seconds a room may take on a busy machine; one that stands still fails, and does not wait for ever
COCKPIT, SCREEN = "the cockpit", "the big screen"  # what hears and shows as well, and is nobody's
BALLOT = re.compile(r'name="dots-([^"]+)"')
SYMBOLS = re.compile(r'class="symbols"[^>]*>(.*?)</', re.S)
POINTER = re.compile(r'do/next" name="at" value="([^"]+)"')
NUMBER = re.compile(r'"s":(\d+)')
CSRF = re.compile(r'name="csrf" value="([^"]{86})"')


@dataclass
class Frame:
    """One push: when, to whom, how many bytes."""

    at: float
    to: str
    size: int
    personal: bool
    number: int = 0  # of its audience, for which the same frame counts on


@dataclass(frozen=True)
class Write:
    """What was written at one time, to which file; nothing where it was only opened, made, renamed or removed. Of the
    database and its journal the size only."""

    path: str
    size: int
    body: bytes = b""


@dataclass
class Deed:
    """What a server did from one act until the next, from a trace of it: what it wrote, what it said to Redis, and the
    sealed row as it stood in the journal and then in the database."""

    writes: list[Write] = field(default_factory=list)
    said: list[tuple[bytes, ...]] = field(default_factory=list)
    rows: tuple[bytes, bytes] = (b"", b"")


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
    spans: dict[str, tuple[float, float]] = field(default_factory=dict)  # from each act until just before the next
    beside: dict[tuple[str, str], tuple[int, float]] = field(default_factory=dict)  # bytes and seconds, by name and
    # page, of the cockpit and of the big screen, loaded after the person's act
    deeds: dict[str, Deed] = field(default_factory=dict)  # what a server that was traced wrote and said meanwhile
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

    alias: str = ""
    clock: float = 0.0  # what is added to the times here to make them seconds since 1970
    seats: dict[str, str] = field(default_factory=dict)  # name: seat id, which every leader knows
    cases: Part = field(default_factory=Part)
    votes: Part = field(default_factory=Part)
    answers: Part = field(default_factory=Part)
    claims: Part = field(default_factory=Part)
    cards: Part = field(default_factory=Part)
    scales: Part = field(default_factory=Part)
    takeaways: Part = field(default_factory=Part)
    ratings: Part = field(default_factory=Part)

    def parts(self) -> list[Part]:
        """Everything that was done without a name, in the order of the meeting."""
        return [value for value in vars(self).values() if isinstance(value, Part) and value.order]


def row(server: Server, alias: str) -> tuple[int, bytes]:
    """A room as it is stored: what a copy of the database without the keyring holds."""
    if url := server.env.get("KRING_DATABASE_URL"):
        version, body = psql(f"select version, encode(body, 'hex') from room where id = '{alias}'", url).split("|")
        return int(version), bytes.fromhex(body)
    with contextlib.closing(sqlite3.connect(f"file:{server.data / 'kring.db'}?mode=ro", uri=True)) as db:
        version, body = db.execute("select version, body from room where id = ?", (alias,)).fetchone()
    return version, body


def key(server: Server, alias: str) -> bytes:
    """The key of a room, from the keyring of that server."""
    if url := server.env.get("KRING_KEYRING", ""):
        return bytes.fromhex(psql(f"select encode(secret, 'hex') from key where room = '{alias}'", url))
    return (server.data.parent / f"{server.data.name}-keyring" / alias).read_bytes()


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
    plain = AESGCM(key(server, alias)).decrypt(body[:12], body[12:], f"kring1|{alias}|{version}".encode())
    (length,) = struct.unpack_from("!I", plain)
    return dict(msgspec.msgpack.decode(plain[4 : 4 + length]), _row=len(body))


async def _record(who: Person, page: str, name: str, into: list[Frame]) -> None:
    cookie = "; ".join(f"{k}={v}" for k, v in who.http.cookies.items())
    url = f"{who.base.replace('http', 'ws')}/r/{who.alias}/live?as={page}"
    ws: ClientConnection
    async with connect(url, additional_headers={"Cookie": cookie, "Origin": who.base}, max_size=2**22) as ws:
        with contextlib.suppress(ConnectionClosed):
            async for text in ws:
                body = str(text)
                head = body.split("\n")[0]
                number = NUMBER.search(head)
                into.append(
                    Frame(time.monotonic(), name, len(body.encode()), '"me":1' in head, int(number[1]) if number else 0)
                )


@dataclass(frozen=True)
class How:
    """How a room is played: with `pages` the cockpit and the big screen are loaded after each act; one that is not
    `whole` ends with the vote. For a server that is traced, and slow: with `settled`, which waits until all that
    follows from an act is done, only the cockpit hears and nobody loads a page that is not needed."""

    pages: bool = False
    whole: bool = True
    settled: Callable[[], Awaitable[None]] | None = None


PLAIN = How()


class Table:
    """Six people at a real server, each with an ear on the socket; so have the cockpit and a big screen."""

    def __init__(self, server: Server, lead: Person, people: dict[str, Person], rng: Random, how: How) -> None:
        self.server, self.lead, self.people, self.rng, self.how = server, lead, people, rng, how
        self.screen, self.hearing = Person(server.url), 0
        self.frames: list[Frame] = []
        self.away = False  # where Fay is

    async def pair(self) -> None:
        """A big screen shows its symbols, and whoever leads types them."""
        shown = _one(SYMBOLS, (await self.screen.http.get("/scherm")).text)
        form = {"csrf": _one(CSRF, await self.lead.page("/leiden")), "symbols": re.sub(r"<[^>]+>|\s", "", shown)}
        await self.lead.http.post(f"/r/{self.lead.alias}/koppel", data=form)
        await self.screen.http.get("/scherm")
        self.screen.alias = self.lead.alias

    def ears(self) -> list[Coroutine[Any, Any, None]]:
        """Everything that is pushed to anybody goes into `frames`."""
        cockpit = _record(self.lead, "lead", COCKPIT, self.frames)
        if self.how.settled:
            return [cockpit]
        seats = [_record(who, "seat", name, self.frames) for name, who in self.people.items()]
        return [cockpit, _record(self.screen, "screen", SCREEN, self.frames), *seats]

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
            if self.how.settled:
                await self.how.settled()
            else:
                asked = time.monotonic()
                health = await self.lead.http.get("/readyz")  # writes a row of its own, which a trace would hold
                part.health[name] = len(health.content), time.monotonic() - asked
            if self.how.pages:
                for where, who_else, tail in ((COCKPIT, self.lead, "/leiden"), (SCREEN, self.screen, "/scherm")):
                    shown, took = await _loaded(who_else, tail)
                    part.beside[name, where] = len(shown.content), took
            part.logged[name] = log.stat().st_size - logged
            part.spans[name] = begin, time.monotonic()
        part.open = document(self.server, self.lead.alias)
        await self.quiet()
        part.frames = list(self.frames)
        await self.look(part)

    async def look(self, part: Part) -> None:
        """Everybody loads their own page once more."""
        for name in () if self.how.settled else part.names:
            page, part.looked[name] = await _loaded(self.people[name], "")
            part.pages[name] = len(page.content) - part.before[name]
            part.lists[name] = BALLOT.findall(page.text)

    async def quiet(self) -> None:
        """Until everybody has heard what there was to hear: one more act, Fay's own, has come round to all."""
        before, self.away = len(self.frames), not self.away
        assert (await self.lead.act("where", x="remote" if self.away else "room")).status_code == 204
        async with asyncio.timeout(10):
            while len({f.to for f in self.frames[before:] if not f.personal}) < self.hearing:
                await asyncio.sleep(0.002)
        if self.how.settled:
            await self.how.settled()

    async def press(self, verb: str = "next") -> dict[str, Any]:
        page = await self.lead.page("/leiden")
        at = html.unescape(_one(POINTER, page))
        assert (await self.lead.send(page, verb, {"at": at})).status_code == 204
        return self.document()

    def document(self) -> dict[str, Any]:
        return document(self.server, self.lead.alias)


async def play(server: Server, rng: Random, how: How = PLAIN) -> Trace:
    """Six people write cases of different lengths, the cases are laid open, six people choose; in a whole one somebody
    brings a case, and all goes on until the evaluation."""
    lead = await Person(server.url).begin("Mentoren", "Fay", method="gossip")
    people = {name: await Person(server.url).join(lead.code, name) for name in NAMES}
    table = Table(server, lead, people, rng, how)
    await table.pair()
    for _ in range(3):
        await table.press()
    trace = Trace(lead.alias, time.time() - time.monotonic())
    trace.seats = {s["name"]: i for i, s in document(server, lead.alias)["seats"].items()}
    async with asyncio.timeout(LONGEST), asyncio.TaskGroup() as group:
        ears = [group.create_task(ear) for ear in table.ears()]
        table.hearing = len(ears)
        while len({f.to for f in table.frames if f.personal or f.to in (COCKPIT, SCREEN)}) < table.hearing:
            await asyncio.sleep(0.01)  # polls for a sign: that everybody hears
        await _write(table, trace.cases)
        await table.press()
        await _choose(table, trace)
        if how.whole:
            await ending.play(table, trace)
        for ear in ears:
            ear.cancel()
    for one in (lead, table.screen, *people.values()):
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
    apart = 12.0  # by how much their lengths differ, if they can: what is told of equal ones could not be caught
    while len(part.weight) < len(NAMES):
        dots, apart = dict(Counter(rng.choices(ids, k=DOTS))), apart * 0.99
        if all(abs(weigh(dots) - other) >= apart for other in part.weight.values()):
            part.weight[ballot(dots)] = weigh(dots)
    for name, chosen in zip(NAMES, rng.sample(sorted(part.weight), len(NAMES)), strict=True):
        part.truth[name] = chosen
        forms[name] = {f"dots-{i}": n for i, n in (line.split("=") for line in chosen.split())}
    await table.everybody(part, "chosen", forms)
    if not table.how.settled:
        for who in table.people.values():  # the ballot once more, as it stands filled in
            assert (await who.act("not-chosen")).status_code == 204
        await table.look(part)
    part.closed = await table.press()
    part.shown = rng.sample(sorted(part.weight), len(NAMES))


async def _loaded(who: Person, tail: str) -> tuple[httpx.Response, float]:
    """A page, and after how many seconds it was there."""
    begin = time.monotonic()
    page = await who.http.get(f"/r/{who.alias}{tail}", headers={"accept-encoding": "identity"})
    took = time.monotonic() - begin
    assert page.status_code == 200
    return page, took


def ballot(dots: dict[str, int]) -> str:
    """A ballot as one word."""
    return " ".join(f"{case}={n}" for case, n in sorted(dots.items()))


def _one(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    assert found
    return found[1]
