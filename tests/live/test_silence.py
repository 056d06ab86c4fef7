"""A leader whose device is silent can be replaced, by two people, in every process; one that pings never is."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection

from rooms import flow
from server import presence
from tests.conftest import Redis, Server
from tests.live.test_live import circle, frame, socket
from tests.people import NOW, Circle

OFFER = "Ik neem het over"


@contextlib.asynccontextmanager
async def pinging(ws: ClientConnection) -> AsyncIterator[None]:
    """The life of an open page, quicker: a ping each second."""

    async def ping() -> None:
        while True:
            await ws.send("p")
            await asyncio.sleep(1)  # the server hears at most one ping a second

    task = asyncio.create_task(ping())
    yield
    task.cancel()


async def impatient(path: Path, redis: Redis, *origins: str) -> Server:
    server = Server(path / "data", KRING_REDIS_URL=redis.url)
    server.hurry("silent=3000")
    server.env["KRING_ORIGIN"] = ",".join([server.url, *origins])
    return await server.start()


@pytest.fixture
async def two(tmp_path: Path, redis: Redis) -> AsyncIterator[tuple[Server, Server]]:
    one = await impatient(tmp_path, redis)
    other = await impatient(tmp_path, redis, one.url)
    yield one, other
    one.stop()
    other.stop()


async def quiet(ws: ClientConnection, text: str, seconds: float) -> bool:
    """Whether no frame of this time holds a text."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while text not in str(await ws.recv()):
                pass
            return False
    return True


async def test_a_lead_in_another_process_is_heard_and_its_silence_is_seen_there(two: tuple[Server, Server]) -> None:
    one, other = two
    lead, (owen, cora) = await circle(one)
    await lead.next()
    async with socket(owen, base=other.url) as ws:
        await frame(ws)
        async with socket(lead, "lead") as tablet:
            await frame(tablet)
            async with pinging(tablet):
                assert await quiet(ws, OFFER, 9)  # more than a beat of five seconds, and the silence
        await shows_within(ws, OFFER, 30)

    for person in (owen, cora):  # posts may reach any process
        answer = await person.act("take-over")
        assert answer.status_code == 204
    assert "/leiden" in await owen.page()
    assert (await lead.http.get(f"/r/{lead.alias}/leiden")).status_code == 303


async def shows_within(ws: ClientConnection, text: str, seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while text not in str(await ws.recv()):
            pass


@pytest.mark.long
async def test_who_got_the_lead_is_heard_on_the_page_that_was_open_before(two: tuple[Server, Server]) -> None:
    one, _ = two
    lead, (owen, cora) = await circle(one)
    await lead.next()
    async with socket(owen) as mine, socket(cora) as ws:
        await frame(mine)
        await frame(ws)
        seat = (await lead.page("/leiden")).split("do/hand-over")[1].split('value="')[1].split('"')[0]
        assert (await lead.act("hand-over", seat=seat, at="")).status_code == 204
        async with pinging(mine):
            assert await quiet(ws, OFFER, 9)
        await shows_within(ws, OFFER, 30)


def test_before_the_meeting_began_and_after_it_nobody_is_silent() -> None:
    circle = Circle()
    ears = presence.Presence(0)
    later = NOW + 10 * presence.SILENT
    assert ears.silent(circle.room, later) == ""
    circle.by("Fay", flow.step, flow.pointer(circle.room), NOW, circle.rng)

    assert ears.silent(circle.room, NOW + presence.SILENT) == ""
    assert ears.silent(circle.room, later) == circle.seat("Fay")
    ears.heard("r00m", later)
    assert ears.silent(circle.room, later + presence.SILENT) == ""
    assert ears.silent(circle.room, later + presence.SILENT + 1, watched=later + 1) == ""
