"""Many sockets: all of them come back after the server was killed."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from random import Random

from websockets.exceptions import ConnectionClosed, InvalidHandshake

from server.person import Person
from tests.conftest import Server
from tests.live.test_live import socket
from tests.torture.record import Verdict
from tests.torture.report import Row

TABS, DEVICES = 4, 25
JITTER = 5.0  # seconds over which clients come back


async def storm(path: Path, sockets: int) -> Row:
    """Every socket shows its page, the server is killed and started, every socket shows its page again."""
    server = await Server(path / "data").start()
    people = [one for _ in range(-(-sockets // (TABS * DEVICES))) for one in await _room(server)]
    lines = [people[n % len(people)] for n in range(sockets)]
    there, rng, left = asyncio.Queue[float](), Random(3), asyncio.Event()

    async def screen(who: Person) -> None:
        while not left.is_set():
            try:
                async with socket(who) as ws:
                    await ws.recv()
                    there.put_nowait(time.monotonic())
                    await asyncio.wait_for(ws.wait_closed(), 300)
            except (OSError, ConnectionClosed, InvalidHandshake, TimeoutError):
                pass
            await asyncio.sleep(rng.uniform(0, JITTER))  # what the page's own script does

    tasks = [asyncio.create_task(screen(who)) for who in lines]
    async with asyncio.timeout(120):
        for _ in lines:
            await there.get()
    server.kill9()
    begun = time.monotonic()
    await server.start()
    up, last = time.monotonic(), 0.0
    async with asyncio.timeout(60):
        for _ in lines:
            last = await there.get()
    left.set()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    server.stop()
    for one in people:
        await one.close()
    figures = f"server back after {up - begun:.1f} s, all {sockets} sockets after {last - begun:.1f} s"
    wrong = ("the last socket came late",) if last - up > 8 + JITTER else ()
    return Row("reconnect storm", "SIGKILL, clients back within 0-5 s", 1, 0, 0, 0, Verdict(wrong=wrong), figures)


async def _room(server: Server) -> list[Person]:
    lead = await Person(server.url).begin("Mentoren", "Fay", chairs="30")
    return [lead, *[await Person(server.url).join(lead.code, f"P{n}") for n in range(DEVICES - 1)]]
