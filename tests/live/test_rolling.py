"""Processes replaced one after another while people write: nothing acknowledged is lost, and nobody sees an error."""

from __future__ import annotations

import asyncio
import contextlib
import re
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import WebSocketException

from server.person import Person
from tests.adversary.rooms import document
from tests.conftest import Redis, Server, free_port
from tests.live.meetings import SIX
from tests.live.test_live import frame, shows, socket

CSRF = re.compile(r'name="csrf" value="([^"]{86})"')
TURNS = 4  # processes that are replaced


@dataclass
class Writer:
    """Somebody who lays the next version of a case as soon as the last one is acknowledged, and the same one again
    where no answer came, as the page does."""

    person: Person
    name: str
    acknowledged: int = 0
    told: int = 0  # how often an answer came, a refusal too
    errors: list[int] = field(default_factory=list)

    async def write(self, csrf: str, over: asyncio.Event) -> None:
        while not over.is_set():
            rev = self.acknowledged + 1
            text = f"{self.name} {rev}"
            form = {"csrf": csrf, "rev": str(rev), "situation": text, "difficulty": text, "question": text}
            with contextlib.suppress(httpx.TransportError):  # that process went; another takes it
                path = f"/r/{self.person.alias}/do/lay"
                answer = await self.person.http.post(path, data=form, headers={"x-kring": "1"})
                self.told += answer.status_code != 429
                if answer.status_code == 204:
                    self.acknowledged = rev
                elif answer.status_code not in (429, 503):  # wait a moment: the page keeps it and tries again
                    self.errors.append(answer.status_code)
            await asyncio.sleep(0.02)  # the pace of a person, not a wait for anything


@asynccontextmanager
async def balanced(servers: list[Server]) -> AsyncIterator[int]:
    """What stands before the processes: a line goes to the next one that takes it. Gives its port."""
    ports: Iterator[int] = cycle([server.port for server in servers])

    async def line(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in servers:
            try:
                there = await asyncio.open_connection("127.0.0.1", next(ports))
                break
            except OSError:
                continue
        else:
            writer.close()
            return
        await asyncio.gather(_pump(reader, there[1]), _pump(there[0], writer))

    server = await asyncio.start_server(line, "127.0.0.1", free_port())
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.close()


@dataclass
class Rolled:
    """What came of it: who wrote, and the versions that are kept."""

    writers: list[Writer]
    kept: dict[str, int]

    @property
    def lost(self) -> int:
        """Whose last acknowledged version is not there, nor a later one."""
        return sum(self.kept.get(one.name, 0) < one.acknowledged for one in self.writers)


async def rolling(tmp_path: Path, redis: Redis, *planted: str, killed: bool = False) -> Rolled:
    """Each process is replaced in turn while people write, by one with these faults. With `killed` both are killed at
    the end, while nothing can be committed: what somebody acknowledged all the same is gone."""
    servers = [Server(tmp_path / "data", KRING_REDIS_URL=redis.url) for _ in range(2)]
    honest = servers[0].command
    async with balanced(servers) as port:
        url = f"http://127.0.0.1:{port}"
        for server in servers:
            server.env["KRING_ORIGIN"] = url
            if killed:  # the file that is held
                for name in ("KRING_DATABASE_URL", "KRING_KEYRING"):
                    server.env.pop(name, None)
            await server.start()
            server.command = [sys.executable, "-m", "tests.torture.planted", *planted] if planted else honest
        lead = await Person(url).begin("Mentoren", "Fay")
        writers = [Writer(await Person(url).join(lead.code, name), name) for name in SIX]
        for _ in range(3):
            assert (await lead.next()).status_code == 204
        pages = [CSRF.search(await one.person.page()) for one in writers]
        over, came_back = asyncio.Event(), asyncio.create_task(_follows(lead))
        async with asyncio.TaskGroup() as group:
            writing = [
                group.create_task(w.write(page[1], over)) for w, page in zip(writers, pages, strict=True) if page
            ]
            for n in range(TURNS):
                server = servers[n % 2]
                if n == TURNS - 1 and not killed:
                    over.set()  # what was acknowledged just before the last one goes is looked for
                await asyncio.to_thread(server.stop)
                await server.start()
            assert len(writing) == len(SIX)
            if killed:
                await _killed(servers, writers, over)
            await asyncio.wait(writing)
        for server in servers if killed else ():
            server.command = honest
            await server.start()
        assert (await lead.next()).status_code == 204
        async with asyncio.timeout(20):
            assert await came_back >= 1  # told to come back once at least, and found the meeting where it is
        found = [case["texts"][0] for case in document(servers[0], lead.alias)["cases"]]
        for server in servers:
            server.stop()
    return Rolled(writers, {text.split()[0]: int(text.split()[1]) for text in found})


async def _killed(servers: list[Server], writers: list[Writer], over: asyncio.Event) -> None:
    """Another program holds the file, so that nothing is committed; everybody hears something, yes or not now; and both
    processes go without a word."""
    with contextlib.closing(sqlite3.connect(servers[0].data / "kring.db", isolation_level=None, timeout=20)) as other:
        other.execute("begin immediate")
        before = [one.told for one in writers]
        async with asyncio.timeout(20):
            while any(one.told == told for one, told in zip(writers, before, strict=True)):
                await asyncio.sleep(0.02)  # polls for a sign, does not wait for time
        over.set()
        for server in servers:
            server.kill9()
        other.execute("rollback")


async def _follows(lead: Person) -> int:
    """A cockpit that comes back whenever it is told to, until it shows the reading; how often it was told."""
    times = 0
    while True:
        try:
            async with socket(lead, "lead") as ws:
                await frame(ws)
                await shows(ws, "Lezen")
                return times
        except (WebSocketException, OSError, TimeoutError, EOFError):
            times += 1


async def test_nothing_is_lost_while_processes_are_replaced(tmp_path: Path, redis: Redis) -> None:
    rolled = await rolling(tmp_path, redis)
    assert [one.errors for one in rolled.writers] == [[]] * len(SIX)
    assert min(one.acknowledged for one in rolled.writers) > TURNS
    assert rolled.lost == 0


@pytest.mark.long
async def test_nothing_is_lost_when_both_are_killed_while_nothing_can_be_committed(
    tmp_path: Path, redis: Redis
) -> None:
    rolled = await rolling(tmp_path, redis, killed=True)
    assert min(one.acknowledged for one in rolled.writers) > TURNS
    assert rolled.lost == 0


@pytest.mark.long
async def test_the_same_roll_sees_what_a_server_loses_that_answers_too_early(tmp_path: Path, redis: Redis) -> None:
    """Everybody's last act was acknowledged before its commit, which never came."""
    rolled = await rolling(tmp_path, redis, "early_answers", killed=True)
    assert rolled.lost == len(SIX)
