"""Processes that stop, and processes beside each other: a client that does not read, two servers on one Redis."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from server.person import Person
from tests.conftest import Redis, Server
from tests.live.test_live import circle, frame, shows, socket


async def test_stopping_tells_clients_to_come_back_and_ends_within_seconds(tmp_path: Path) -> None:
    """With one that does not read among them: tests/attacks/test_machine.py."""
    server = await Server(tmp_path / "data").start()
    _, (owen, _) = await circle(server)
    async with socket(owen) as ws:
        await frame(ws)
        assert server.process
        begun = time.monotonic()
        server.process.terminate()
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                await ws.recv()
        assert time.monotonic() - begun < 6
    await asyncio.to_thread(server.process.wait, 12)
    took = time.monotonic() - begun

    assert closed.value.rcvd
    assert closed.value.rcvd.code == 1012
    assert took < 9
    assert "Traceback" not in server.log.read_text()


async def ready_says(server: Server, text: str) -> None:
    async with httpx.AsyncClient() as client, asyncio.timeout(20):
        while (await client.get(server.url + "/readyz")).text != text:
            await asyncio.sleep(0.02)


async def test_two_processes_on_one_redis_and_redis_gone_and_back(tmp_path: Path, redis: Redis) -> None:
    one = await Server(tmp_path / "data", KRING_REDIS_URL=redis.url).start()
    two = Server(tmp_path / "data", KRING_REDIS_URL=redis.url)
    two.env["KRING_ORIGIN"] = f"{one.url},{two.url}"
    await two.start()
    for server in (one, two):
        await ready_says(server, "ok\n")
    lead = await Person(one.url).begin("Mentoren", "Fay", chairs="30")
    owen = await Person(one.url).join(lead.code, "Owen")
    away = Person(two.url, alias=lead.alias)
    away.http.cookies.update(lead.http.cookies)
    async with socket(owen, base=two.url) as there, socket(owen, base=one.url) as here:
        await frame(there)
        await frame(here)
        processes = [server.process.pid for server in (one, two) if server.process]

        assert await seen(there, lead, "Aap") < 0.5  # an act through one, on a screen of two
        assert await seen(here, away, "Noot") < 0.5  # and the other way round
        redis.kill()
        for server in (one, two):
            await ready_says(server, "ok, bus away\n")
        for n in range(3):
            assert await seen(there, lead, f"Wim{'x' * n}") < 2
            assert await seen(here, away, f"Zus{'x' * n}") < 2
        redis.start()
        for server in (one, two):
            await ready_says(server, "ok\n")
        slow = [await seen(there, lead, f"Jet{'x' * n}") for n in range(3)]

        assert sorted(slow)[1] < 0.5, "hints travel again; one of three may meet a look at the store"
        assert [os.kill(pid, 0) for pid in processes] == [None, None]  # nobody was restarted
    one.stop()
    two.stop()


async def seen(ws: ClientConnection, who: Person, name: str) -> float:
    """The seconds from the answer to an act, a chair for somebody new, until that name is on the screen."""
    assert (await who.act("add-seat", name=name)).status_code == 204
    begun = time.monotonic()
    await shows(ws, name)
    return time.monotonic() - begun
