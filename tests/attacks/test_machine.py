"""The machine and the network: no files left, a server that is told to stop, a line that died without a word."""

from __future__ import annotations

import asyncio
import re
import resource
import signal
import time
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from server import wire
from server.person import Person
from tests.attacks import heavy
from tests.attacks.ground import HINTED, Ground, after_a_beat, ground
from tests.attacks.raw import TEXT, Line, Page, head, page, request, status, upgrade
from tests.conftest import Server, free_port
from tests.tools.proxy import proxy

HEALTH = request("GET /healthz HTTP/1.1")
UNFINISHED = [
    b"",
    HEALTH[:20],
    HEALTH,
    HEALTH + HEALTH[:20],
    request("GET / HTTP/1.1", "X-Long: " + "x" * 20_000),
    request("POST / HTTP/1.1", "Content-Length: 3", "Transfer-Encoding: chunked"),
    request("POST / HTTP/1.1", "Content-Length: 100000000", body=b"x"),
    request("GET /over HTTP/1.1", "Content-Length: 3", body=b"x"),
]


def files(server: Server, most: int) -> None:
    assert server.process
    _, hard = resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (most, hard))


async def test_F22_without_files_new_ones_are_refused_who_is_in_is_served_and_it_heals(tmp_path: Path) -> None:
    server = await Server(tmp_path / "data").start()
    room = await ground(server)
    async with page(room.cora) as one, AsyncExitStack() as stack:
        await one.next()
        del room.owen.http.headers["connection"]  # this one stays on its line
        await room.owen.page()
        files(server, wire.RESERVE + 30)
        crowd = [await stack.enter_async_context(Line(server.port)) for _ in range(200)]
        gone = await asyncio.gather(*(line.all(1) for line in crowd))
        assert sum(line.ended for line in crowd) >= 170
        assert set(gone) == {b""}
        assert (await room.owen.act("where", x="remote")).status_code == 204  # on the connection that it has
        while "remote" not in str(await one.next(2)) and not one.line.ended:
            pass
        assert not one.line.ended
    someone = await Person(server.url).join(room.lead.code, "Noor")
    assert someone.alias == room.lead.alias
    assert "ERROR" not in server.log.read_text()
    server.stop()


@pytest.mark.long
async def test_a_thousand_connections_fit_where_the_machine_allows_them(tmp_path: Path) -> None:
    """Many machines give a program 1,024 files until it asks for more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2_000), hard))
    server = Server(tmp_path / "data")
    server.command = ["prlimit", "--nofile=1024:4096", *server.command]
    await server.start()
    async with AsyncExitStack() as stack:
        lines = [await stack.enter_async_context(Line(server.port)) for _ in range(1_100)]
        answers = [status(await line.ask(HEALTH)) for line in lines]
    server.stop()
    assert answers == [200] * 1_100


async def test_F16_told_to_stop_with_who_does_not_read_it_stops(tmp_path: Path) -> None:
    server = await Server(tmp_path / "data").start()
    room = await ground(server)
    async with AsyncExitStack() as stack:
        line = await stack.enter_async_context(Line(server.port, heavy.SMALL))
        await line.send(upgrade(room.owen))
        assert status(await head(line)) == 101
        beside = Page(await stack.enter_async_context(Line(server.port)))
        await beside.line.send(upgrade(room.cora))
        await head(beside.line)
        await heavy._changes(room, 30)
        for said in UNFINISHED:
            another = await stack.enter_async_context(Line(server.port))
            await another.send(said)
            await another.read(0.1)
        began = time.monotonic()
        stopping = asyncio.create_task(asyncio.to_thread(server.stop))
        assert await beside.closed() == 1012, "who reads is told to come back"
        assert await stopping in (0, -signal.SIGTERM)
    assert wire.GOODBYE * 0.9 < time.monotonic() - began < 5, "not at once: there was one that did not read"
    assert "ERROR" not in server.log.read_text()


async def test_F14_a_line_that_died_without_a_word_is_dropped(place: Ground) -> None:
    async with proxy(free_port(), place.port) as network, Line(network.port) as line:
        await line.send(upgrade(place.cora))
        assert status(await head(line)) == 101
        network.set("swallow")
        began = time.monotonic()
        await line.all(6)
        assert line.ended, "the server keeps it"
    assert time.monotonic() - began < 5, "the time between pings and the time for an answer"


@pytest.mark.long
async def test_W20_who_is_removed_is_cut_when_every_hint_is_lost(tmp_path: Path) -> None:
    server = await Server(tmp_path / "data").hurry("deaf=1").start()
    room = await ground(server)
    async with page(room.owen) as one:
        while (await one.next(1))[0] == TEXT:
            pass
        began = await after_a_beat()
        await _remove_both(room)
        assert await one.closed(30) == 4401
        assert time.monotonic() - began > HINTED, "the control: no hint came, it was the beat"
    server.stop()


async def _remove_both(room: Ground) -> None:
    for seat in re.findall(r'do/remove" name="seat" value="(\w+)"', await room.lead.page("/leiden")):
        await room.lead.act("remove", seat=seat)
