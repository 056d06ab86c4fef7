"""Faults under a server that people are at: killed, flush failed, deployed, locked, stopped, and its clock set."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random

import httpx

from server.person import Person
from tests.adversary.rooms import document
from tests.conftest import Server
from tests.torture import tracing
from tests.torture.doers import Doer, circle, close, judge, looked_at
from tests.torture.figures import Figure, beyond, p99, worst
from tests.torture.record import History, Op, Verdict, together
from tests.torture.report import Row

Circles = dict[str, tuple[Person, list[Doer]]]
Figures = tuple[Figure, ...]
Fault = Callable[[Server, list[Doer]], Awaitable[Figures]]
THREE = ("lay", "cast", "ask")
STANDS = 250.0  # ms: a loop that waits for the other program itself is later than this, a busy machine's is not


async def under(
    path: Path, name: str, how: str, times: int, fault: Fault, kinds: tuple[str, ...] = THREE, *planted: str
) -> Row:
    """People act while this happens, so many times; then all heals, everybody is told, and the document is read. Of
    what was measured each time the worst is told."""
    server, history = await Server(path / "data").start(), History()
    circles = {kind: await circle(server, kind, history) for kind in kinds}
    if planted:
        server.stop()
        server.command = [sys.executable, "-m", "tests.torture.planted", *planted]
        await server.start()
    doers = [one for _, found in circles.values() for one in found]
    measured: list[Figure] = []
    for _ in range(times):
        measured += await fault(server, doers)
        await settled(doers)
    on_pages = await looked_at(doers)
    server.stop()
    figures = worst(measured)
    verdict = on_pages + together(judge(server, history, found) for _, found in circles.values())
    await close(circles)
    return Row.of(name, how, times, history, verdict + Verdict(wrong=beyond(figures)), *figures)


async def settled(doers: list[Doer]) -> None:
    """Everybody is told about what was under way."""
    await asyncio.gather(*(one.settle() for one in doers))


async def killed(server: Server, doers: list[Doer]) -> Figures:
    """SIGKILL after some answers."""
    left = iter(range(Random(doers[0].n).randint(20, 12 * len(doers)), -1, -1))
    await asyncio.gather(*(one.burst(lambda: next(left, -1) or server.kill9()) for one in doers))
    begun = time.monotonic()
    await server.start()
    return (Figure("back after", time.monotonic() - begun, "s", target=2),)


async def broken(server: Server, doers: list[Doer]) -> Figures:
    """A flush fails: the process says so, acknowledges nothing, and ends with an error."""
    assert server.process
    tracer = await asyncio.to_thread(tracing.inject, server.process.pid, tracing.FLUSHES, "error=EIO", "4")
    begun = time.monotonic()

    async def act(one: Doer) -> None:
        while server.process and server.process.poll() is None and time.monotonic() - begun < 20:
            await one.burst(acts=3)

    bursts = asyncio.gather(*(act(one) for one in doers))
    async with httpx.AsyncClient() as client:
        ready = 200
        while server.process.poll() is None and time.monotonic() - begun < 20:
            try:
                ready = (await client.get(f"{server.url}/readyz")).status_code
            except httpx.TransportError:
                break
            await asyncio.sleep(0.02)  # polls for a sign, does not wait for time
    await bursts
    code = await asyncio.to_thread(server.process.wait, 10)
    tracer.wait()
    assert (code, ready) == (os.EX_IOERR, 503), (code, ready)
    assert " store_broken: " in server.log.read_text()
    await server.start()
    return (Figure(f"left with {code}, readyz 503"),)


async def deployed(server: Server, doers: list[Doer]) -> Figures:
    """SIGTERM under load and a new process, as in an upgrade."""
    left, told = iter(range(30, -1, -1)), list[float]()
    assert server.process
    process = server.process

    def heard() -> None:
        if not next(left, -1):
            told.append(time.monotonic())
            process.terminate()

    await asyncio.gather(*(one.burst(heard) for one in doers))
    await asyncio.to_thread(process.wait, 12)
    gone = time.monotonic()
    await server.start()
    return (Figure("gone after", gone - told[0], "s", target=10), Figure("back after", time.monotonic() - gone, "s"))


async def _refused(one: Doer) -> float:
    """One more act, which is refused, kindly; how many seconds that took."""
    value, form = one.form()
    op = one.history.invoke(one.where, one.kind, one.where, value)
    one.last = [*one.last[-1:], (op, form)]
    sent = time.monotonic()
    answer = await one.act(op, form)
    assert answer
    if answer.status_code == 409 and one.lead:  # one question more than wait of one person: nothing was to be kept
        one.last.pop()
        return time.monotonic() - sent
    assert answer.status_code in (503, 429), "nothing can be kept now"
    assert answer.status_code == 429 or answer.headers["retry-after"] == "2"
    return time.monotonic() - sent


async def _ready(doer: Doer, status: int) -> None:
    """Until readyz says so, which is within seconds."""
    async with asyncio.timeout(20):
        while (await doer.person.http.get("/readyz")).status_code != status:
            await asyncio.sleep(0.02)  # polls for a sign, does not wait for time


def refusing(error: str) -> Fault:
    """Every write to the database fails with this, as on a disk that is full or read-only; then none does any more."""

    async def fault(server: Server, doers: list[Doer]) -> Figures:
        assert server.process
        reader = doers[0].person
        tracer = await asyncio.to_thread(tracing.inject, server.process.pid, tracing.WRITES, f"error={error}", "1+")
        try:
            for _ in range(3):
                await asyncio.gather(*(_refused(one) for one in doers))
                assert (await reader.http.get(f"/r/{reader.alias}")).status_code == 200, "reading goes on"
            await _ready(doers[0], 503)
        finally:
            tracer.terminate()
            await asyncio.to_thread(tracer.wait)
        begun = time.monotonic()
        await doers[0].settle()
        kept = time.monotonic()
        await _ready(doers[0], 200)
        return (
            Figure("readyz 503 meanwhile, kept again after", kept - begun, "s", target=2),
            Figure("ready again after", time.monotonic() - begun, "s"),
        )

    return fault


def _late(server: Server) -> list[float]:
    """By how many ms the server's loop came late, every ten ms since its start; [] when nobody measures."""
    file = server.data.with_name("loop")
    return [float(line) for line in file.read_text().split("\n")[:-1]] if file.exists() else []


def locked(seconds: float, how: str = "exclusive") -> Fault:
    """Another program holds the file for so long: `exclusive` nobody else reads, `immediate` nobody else writes."""

    async def fault(server: Server, doers: list[Doer]) -> Figures:
        other = sqlite3.connect(server.data / "kring.db", isolation_level=None)
        other.execute(f"begin {how}")
        begun, slowest, beats, before = time.monotonic(), [0.0], [0.0], len(_late(server))
        reader = doers[0].person
        served = {200, 503} if how == "exclusive" else {200}

        async def asks(one: Doer) -> None:
            while time.monotonic() - begun < seconds:
                slowest.append(await _refused(one))

        async def looks() -> None:
            await _ready(doers[0], 503)
            while time.monotonic() - begun < seconds:
                for page, right in ((f"/r/{reader.alias}", served), ("/healthz", {200})):
                    sent = time.monotonic()
                    assert (await reader.http.get(page)).status_code in right
                    beats.append(time.monotonic() - sent)

        try:
            await asyncio.gather(looks(), *(asks(one) for one in doers))
        finally:
            late = _late(server)[before:]
            other.execute("rollback")
            other.close()
        assert max(slowest) < 10, "an act is refused, it does not wait for the other program"
        assert max(beats) < 10, "pages are answered"
        figures = (Figure("refused within", max(slowest), "s"), Figure("slowest page", max(beats), "s"))
        if not late:
            return figures
        return (*figures, Figure("loop late, 99 % within", p99(late), "ms", target=50, limit=STANDS))

    return fault


def paused(seconds: float) -> Fault:
    """The process stands still, then goes on as if nothing were."""

    async def fault(server: Server, doers: list[Doer]) -> Figures:
        assert server.process
        left, process = iter(range(20, -1, -1)), server.process
        bursts = asyncio.gather(
            *(one.burst(lambda: next(left, -1) or process.send_signal(signal.SIGSTOP)) for one in doers)
        )
        await asyncio.wait({asyncio.ensure_future(bursts)}, timeout=seconds)
        process.send_signal(signal.SIGCONT)
        await bursts
        return (Figure("stood still for", seconds, "s"),)

    return fault


async def _swept(server: Server, under: str) -> None:
    """Until the server swept under this clock."""
    swept = server.data.with_name("swept")
    async with asyncio.timeout(20):
        while not swept.exists() or swept.read_text() != under:
            await asyncio.sleep(0.02)  # polls for a sign, does not wait for time


async def clock_set(server: Server, doers: list[Doer]) -> Figures:
    """The machine's clock jumps by up to 25 hours, there and back, while people act."""
    before = [document(server, one.person.alias) for one in doers[::4]]
    for seconds in (3600, 90_000, -90_000, -3600, 0):
        server.data.with_name("clock").write_text(str(seconds))
        await _swept(server, str(seconds))
        await asyncio.gather(*(one.burst(acts=2) for one in doers))
    for was in before:
        now = document(server, was["id"])
        assert (now["at"], now["over"], now["began"]) == (was["at"], 0, was["began"]), "something moved by itself"
    return (Figure("one hour and 25 hours, forth and back"),)


async def replayed(server: Server, doers: list[Doer]) -> Figures:
    """Each request once more at once, and all of them again in another order."""
    rng = Random(11)
    sent: list[tuple[Doer, dict[str, str]]] = []
    for one in doers:
        for _ in range(5):
            value, form = one.form()
            op = one.history.invoke(one.where, one.kind, one.where, value)
            sent.append((one, form))
            await one.act(op, form)
            await one.act(op, form)
            one.last = [(op, form)]
    rng.shuffle(sent)
    for one, form in sent[: len(doers) * 5]:
        await one.act(Op("", "", "", ""), form)
    return (Figure("sent again", len(sent) * 2, "times"),)
