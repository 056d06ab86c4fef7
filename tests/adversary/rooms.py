"""Rooms of six played on a real server, and everything an attacker could have recorded of them."""

from __future__ import annotations

import asyncio
import contextlib
import html
import re
import sqlite3
import struct
import time
from dataclasses import dataclass, field
from random import Random
from typing import Any

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from server.person import Person
from tests.conftest import Server

NAMES = ("Owen", "Cora", "Carl", "Cleo", "Cem", "Cato")
LEGEND = re.compile(r"<legend>([^<]+)</legend>")


@dataclass
class Frame:
    """One push: when, to whom, how many bytes."""

    at: float
    to: str
    size: int
    personal: bool


@dataclass
class Trace:
    """One room as recorded. `truth` is what the attackers guess: who wrote which question."""

    truth: dict[str, str]
    texts: dict[str, int] = field(default_factory=dict)  # question: bytes of its whole case
    order: list[str] = field(default_factory=list)  # names, in the order in which they wrote
    acts: dict[str, tuple[float, float, int, int]] = field(default_factory=dict)  # begin, end, sent, answered
    frames: list[Frame] = field(default_factory=list)
    seats: dict[str, str] = field(default_factory=dict)  # name: seat id, which every leader knows
    open: dict[str, Any] = field(default_factory=dict)  # the document before the reveal, as stored
    closed: dict[str, Any] = field(default_factory=dict)  # and after it
    sizes: dict[str, int] = field(default_factory=dict)  # bytes of the sealed row after each person wrote
    shown: list[str] = field(default_factory=list)  # the cases in the order in which they lie on the table


def document(server: Server, alias: str) -> dict[str, Any]:
    """A room's document with the key in hand: maps in the order of the bytes."""
    with contextlib.closing(sqlite3.connect(f"file:{server.data / 'kring.db'}?mode=ro", uri=True)) as db:
        version, body = db.execute("select version, body from room where id = ?", (alias,)).fetchone()
    key = (server.data.parent / f"{server.data.name}-keyring" / alias).read_bytes()
    plain = AESGCM(key).decrypt(body[:12], body[12:], f"kring1|{alias}|{version}".encode())
    (length,) = struct.unpack_from("!I", plain)
    return dict(msgspec.msgpack.decode(plain[4 : 4 + length]), _row=len(body))


async def _record(who: Person, name: str, trace: Trace) -> None:
    cookie = "; ".join(f"{k}={v}" for k, v in who.http.cookies.items())
    url = f"{who.base.replace('http', 'ws')}/r/{who.alias}/live?as=seat"
    ws: ClientConnection
    async with connect(url, additional_headers={"Cookie": cookie, "Origin": who.base}, max_size=2**22) as ws:
        with contextlib.suppress(ConnectionClosed):
            async for text in ws:
                body = str(text)
                personal = '"me":1' in body.split("\n")[0]
                trace.frames.append(Frame(time.monotonic(), name, len(body.encode()), personal))


async def play(server: Server, rng: Random) -> Trace:
    """Six people write cases of different lengths, in an order of chance, and the cases are laid open."""
    lead = await Person(server.url).begin("Mentoren", "Fay", method="five-step")
    people = {name: await Person(server.url).join(lead.code, name) for name in NAMES}
    for _ in range(3):
        assert (await lead.next()).status_code == 204
    cases = {name: ("x" * rng.randint(0, 190), "y" * rng.randint(0, 190), f"Vraag {rng.getrandbits(40)}?")
             for name in NAMES}  # fmt: skip
    trace = Trace({name: case[2] for name, case in cases.items()})
    trace.texts = {case[2]: len("".join(case)) for case in cases.values()}
    trace.order = rng.sample(NAMES, len(NAMES))
    async with asyncio.TaskGroup() as group:
        ears = [group.create_task(_record(people[name], name, trace)) for name in NAMES]
        async with asyncio.timeout(5):
            while len({f.to for f in trace.frames if f.personal}) < len(NAMES):
                await asyncio.sleep(0.01)
        trace.frames.clear()
        for name in trace.order:
            situation, difficulty, question = cases[name]
            begin = time.monotonic()
            answer = await people[name].act(
                "lay", rev="1", situation=situation, difficulty=difficulty, question=question
            )
            head = "".join(f"{k}: {v}" for k, v in answer.headers.items() if k != "date")
            trace.acts[name] = begin, time.monotonic(), answer.status_code, len(answer.content) + len(head)
            trace.sizes[name] = document(server, lead.alias)["_row"]
            await asyncio.sleep(rng.uniform(0, 0.03))  # people are not equally quick
        trace.open = document(server, lead.alias)
        trace.seats = {s["name"]: i for i, s in trace.open["seats"].items()}
        await asyncio.sleep(0.05)  # the last push arrives
        frames, trace.frames = trace.frames, []
        assert (await lead.next()).status_code == 204
        trace.frames = frames
        for ear in ears:
            ear.cancel()
    trace.closed = document(server, lead.alias)
    trace.shown = [html.unescape(c["texts"][2]) for c in trace.closed["cases"]]
    for one in (lead, *people.values()):
        await one.close()
    return trace
