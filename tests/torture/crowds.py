"""Many sockets: all of them come back after the server was killed."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from random import Random

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from server.person import Person
from tests.conftest import Server
from tests.live.test_live import socket
from tests.torture.figures import Figure, p99
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
    failed: list[int] = []

    async def screen(who: Person) -> None:
        while not left.is_set():
            try:
                async with socket(who) as ws:
                    await ws.recv()
                    there.put_nowait(time.monotonic())
                    await asyncio.wait_for(ws.wait_closed(), 300)
            except InvalidStatus as no:
                if no.response.status_code >= 500:
                    failed.append(no.response.status_code)
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
    up = time.monotonic()
    async with asyncio.timeout(60):
        back = [await there.get() - begun for _ in lines]
    left.set()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    server.stop()
    for one in people:
        await one.close()
    figures = (
        Figure("server back after", up - begun, "s", target=2),
        Figure(f"99 % of {sockets} sockets after", p99(back), "s", target=8),
        Figure("all after", back[-1], "s", target=8),
        Figure("handshakes answered with 5xx", len(failed), "times", target=0),
    )
    wrong = ("the last socket came late",) if back[-1] - (up - begun) > 8 + JITTER else ()
    return Row("reconnect storm", "SIGKILL, clients back within 0-5 s", 1, 0, 0, 0, Verdict(wrong=wrong), figures)


async def _room(server: Server) -> list[Person]:
    lead = await Person(server.url).begin("Mentoren", "Fay", chairs="30")
    return [lead, *[await Person(server.url).join(lead.code, f"P{n}") for n in range(DEVICES - 1)]]
