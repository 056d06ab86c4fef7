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
from tests.conftest import Server
from tests.torture import tracing
from tests.torture.doers import Doer, circle, close, judge
from tests.torture.record import History, together
from tests.torture.report import Row

Circles = dict[str, tuple[Person, list[Doer]]]
Fault = Callable[[Server, list[Doer]], Awaitable[str]]
THREE = ("lay", "cast", "ask")


async def under(path: Path, name: str, how: str, times: int, fault: Fault, kinds=THREE, *planted: str) -> Row:  # type: ignore[no-untyped-def]
    """People act while this happens, so many times; then all heals, everybody is told, and the document is read."""
    server, history = await Server(path / "data").start(), History()
    circles = {kind: await circle(server, kind, history) for kind in kinds}
    if planted:
        server.stop()
        server.command = [sys.executable, "-m", "tests.torture.planted", *planted]
        await server.start()
    doers = [one for _, found in circles.values() for one in found]
    figures = [await fault(server, doers) for _ in range(times)]
    for one in doers:
        await one.settle()
    server.stop()
    verdict = together(judge(server, history, found) for _, found in circles.values())
    await close(circles)
    return Row.of(name, how, times, history, verdict, max(figures))


async def killed(server: Server, doers: list[Doer], rng: Random = Random(9)) -> str:
    """SIGKILL after some answers."""
    left = iter(range(rng.randint(20, 110), -1, -1))
    await asyncio.gather(*(one.burst(lambda: next(left, -1) or server.kill9()) for one in doers))
    begun = time.monotonic()
    await server.start()
    return f"back after {time.monotonic() - begun:.1f} s"


async def broken(server: Server, doers: list[Doer]) -> str:
    """A flush fails: the process says so, acknowledges nothing, and ends with an error."""
    assert server.process
    tracer = await asyncio.to_thread(tracing.inject, server.process.pid, tracing.FLUSHES, "error=EIO", "20")
    begun = time.monotonic()
    bursts = asyncio.gather(*(one.burst() for one in doers))
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
    return f"left with {code}, readyz 503"


async def deployed(server: Server, doers: list[Doer]) -> str:
    """SIGTERM under load and a new process, as in an upgrade."""
    left = iter(range(30, -1, -1))
    assert server.process
    process = server.process
    await asyncio.gather(*(one.burst(lambda: next(left, -1) or process.terminate()) for one in doers))
    begun = time.monotonic()
    await asyncio.to_thread(process.wait, 12)
    await server.start()
    return f"gone and back after {time.monotonic() - begun:.1f} s"


def locked(seconds: float) -> Fault:
    """Another program holds the file for so long."""

    async def fault(server: Server, doers: list[Doer]) -> str:
        other = sqlite3.connect(server.data / "kring.db", isolation_level=None)
        other.execute("begin immediate")
        begun, slowest, beats = time.monotonic(), [0.0], [0.0]
        reader = doers[0].person

        async def asks(one: Doer) -> None:
            while time.monotonic() - begun < seconds:
                value, form = one.form()
                op = one.history.invoke(one.where, one.kind, one.where, value)
                one.last = [*one.last[-1:], (op, form)]
                sent = time.monotonic()
                answer = await one.act(op, form)
                slowest.append(time.monotonic() - sent)
                assert answer
                assert answer.status_code in (503, 429), "nothing is kept while the file is locked"
                assert answer.status_code == 429 or answer.headers["retry-after"] == "2"

        async def looks() -> None:
            while time.monotonic() - begun < seconds:
                for page in (f"/r/{reader.alias}", "/healthz"):
                    sent = time.monotonic()
                    assert (await reader.http.get(page)).status_code == 200
                    beats.append(time.monotonic() - sent)

        try:
            await asyncio.gather(looks(), *(asks(one) for one in doers))
        finally:
            other.execute("rollback")
            other.close()
        assert max(slowest) < 3.5, "an act is refused after two seconds"
        assert max(beats) < 1.5, "pages go on"
        return f"refused within {max(slowest):.1f} s, slowest page {max(beats) * 1000:.0f} ms"

    return fault


def paused(seconds: float) -> Fault:
    """The process stands still, then goes on as if nothing were."""

    async def fault(server: Server, doers: list[Doer]) -> str:
        assert server.process
        left, process = iter(range(20, -1, -1)), server.process
        bursts = asyncio.gather(*(one.burst(lambda: next(left, -1) or process.send_signal(signal.SIGSTOP)) for one in doers))
        await asyncio.wait({asyncio.ensure_future(bursts)}, timeout=seconds)
        process.send_signal(signal.SIGCONT)
        await bursts
        return f"{seconds:.0f} s"

    return fault

