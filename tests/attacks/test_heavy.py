"""Time and memory: who drips, floods or does not read is cut, nobody waits for it, and nothing of it stays."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from tests.attacks import heavy
from tests.attacks.ground import GROWTH, Ground, ground, unharmed
from tests.attacks.raw import Line, request, status
from tests.conftest import Server

PATIENCE = 5.0  # s; the impatient server takes a second where the real one takes ten, or fifteen for who reads nothing
# How much of it, quickly and in the long form; and the seconds in which the real server has ended it.
ROWS = {
    "H08 silent": (heavy.silent, 200, 1_000, 12),
    "H08 head dripped": (heavy.slow_head, 1, 1, 12),
    "H09 body dripped": (heavy.slow_body, 1, 1, 23),
    "H07 one long header": (heavy.big_head, 10_000_000, 150_000_000, 3),
    "H09 a long body": (heavy.big_body, 10_000_000, 100_000_000, 3),
    "H14 answers unread": (heavy.unread_answers, 200, 400, 23),
    "W05 empty fragments": (heavy.fragments, 100_000, 2_000_000, 3),
    "W11 pings unread": (heavy.unread_pings, 5_000_000, 105_000_000, 3),
    "W14 never reads": (heavy.unread_room, 30, 200, 32),
    "W14 reads a byte a second": (heavy.reads_a_byte, 30, 200, 32),
}


@pytest.mark.parametrize("row", [row for row in ROWS if row != "W14 reads a byte a second"])  # that one is long
async def test_who_costs_time_or_memory_is_cut(place: Ground, row: str) -> None:
    attack, much, _, _ = ROWS[row]
    async with unharmed(place, flat=True):
        outcome = await heavy.measured(place, attack, much, PATIENCE)
    assert outcome.ended is not None, "it goes on"
    assert outcome.grew < GROWTH


@pytest.fixture(scope="module")
async def real(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ground]:
    """A server with the patience that people get."""
    server = await Server(tmp_path_factory.mktemp("real") / "data").start()
    yield await ground(server)
    server.stop()


@pytest.mark.long
@pytest.mark.parametrize("row", [*ROWS, "W15 answers no ping"])
async def test_in_full_size_and_at_the_real_pace(real: Ground, row: str) -> None:
    attack, _, much, seconds = ROWS.get(row, (heavy.no_pong, 1, 1, 32))
    async with unharmed(real, flat=True):
        outcome = await heavy.measured(real, attack, much, seconds + 10)
    assert outcome.ended is not None, "it goes on"
    assert outcome.grew < GROWTH


async def test_uvicorn_as_it_comes_is_caught_by_the_same_attacks(plain: Ground) -> None:
    """The control: if an upgrade took our limits away, the tests above would say so."""
    rows = (heavy.silent, heavy.slow_head, heavy.slow_body, heavy.fragments, heavy.unread_pings)
    much = {heavy.fragments: 20_000, heavy.unread_pings: 2_000_000}
    found = [heavy.measured(plain, attack, much.get(attack, 1), 3) for attack in rows]
    outcomes = await asyncio.gather(*found)

    assert [one.ended for one in outcomes] == [None] * len(rows)
    assert outcomes[-1].grew > GROWTH / 10, "pongs for who does not read are kept"
    async with Line(plain.port) as line:
        long = request("GET /over HTTP/1.1", "X-Long: " + "x" * 20_000)
        assert status(await line.ask(long)) == 200, "a head in one read has no limit"


async def test_who_reads_a_lot_slowly_but_reads_is_served(place: Ground) -> None:
    """The control of the limit on reading: somebody far away gets the whole of a long answer."""
    async with AsyncExitStack() as stack:
        line = await stack.enter_async_context(Line(place.port, heavy.SMALL))
        await line.send(request("GET /s/literata-1.woff2 HTTP/1.1") * 4)
        said = b""
        while more := await line.read(3, 8_192):
            said += more
            await asyncio.sleep(0.03)  # the pace of a bad network
    assert said.count(b"HTTP/1.1 200 OK") == 4
    size = int(said.split(b"content-length: ")[1].split(b"\r\n")[0])
    assert len(said) > 4 * size
