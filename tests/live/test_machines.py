"""Several machines: each server has a folder of its own, rooms and keys are in two PostgreSQL, Redis is between them.
Nobody stays with one machine: what a device asks, sends and opens goes to either, in turn."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from random import Random

import httpx
import pytest

from rooms import few
from rooms.methodfiles import catalogue
from rooms.methods import is_queue
from rooms.room import phase, this_round
from server.actor import Actor
from server.person import Person
from server.sayings import Sayings
from tests.adversary.rooms import document
from tests.conftest import Redis, Server
from tests.live.meetings import SIX
from tests.live.test_demo import Circle, close, play, to_the_case
from tests.live.test_rolling import CSRF, Rolled, Writer, balanced
from tests.postgres import Postgres
from tests.server.faults import stopped

METHODS = ("troika", "consultancy", "moral-deliberation")  # between them they have every kind of input
LONG = [pytest.param(name, marks=pytest.mark.long) for name in METHODS]
VARIES = re.compile(r'(?:name="csrf" value|data-now|data-at)="[^"]*"')


class InTurn(httpx.AsyncBaseTransport):
    """What is asked goes to the machines in turn, and so does what is sent; past one that is not there."""

    def __init__(self, servers: list[Server], counted: Counter[tuple[int, str]]) -> None:
        self._turns = {method: cycle(servers) for method in ("GET", "POST")}
        self._lines, self._counted = httpx.AsyncHTTPTransport(), counted

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        for _ in range(2):
            server = next(self._turns[request.method])
            request.url = request.url.copy_with(port=server.port)
            with contextlib.suppress(httpx.ConnectError):
                answer = await self._lines.handle_async_request(request)
                self._counted[server.port, request.method] += 1
                return answer
        raise httpx.ConnectError("no machine is there")

    async def aclose(self) -> None:
        await self._lines.aclose()


@dataclass
class Machines:
    """Two servers, and what stands before them."""

    servers: list[Server]
    port: int
    answered: Counter[tuple[int, str]]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def person(self, lang: str = "nl", alias: str = "") -> Person:
        """Somebody whose requests go to either; so do sockets, which the balancer spreads."""
        who = Person(self.url, lang, alias)
        who.http = httpx.AsyncClient(
            base_url=self.url, headers=who.http.headers, transport=InTurn(self.servers, self.answered), timeout=20
        )
        return who


@asynccontextmanager
async def machines(path: Path, rooms: Postgres, keys: Postgres, redis: Redis) -> AsyncIterator[Machines]:
    """As on two machines: nothing but the network is shared."""
    where = {"KRING_DATABASE_URL": rooms.new(), "KRING_KEYRING": keys.new("keys"), "KRING_REDIS_URL": redis.url}
    servers = [Server(path / name / "data", **where).hurry("wait=1000") for name in ("one", "two")]
    async with balanced(servers) as port:
        for server in servers:
            server.data.parent.mkdir()
            server.env["KRING_ORIGIN"] = f"http://127.0.0.1:{port}"
            await server.start()
        yield Machines(servers, port, Counter())
        for server in servers:
            server.stop()


@asynccontextmanager
async def six(there: Machines, method: str) -> AsyncIterator[tuple[Circle, list[Actor]]]:
    """Somebody leads a circle, and six do what its method asks of them; none of them stumbles."""
    lead = await there.person().begin("Mentoren", "Fay", method=method)
    sayings, rng = Sayings("nl", Random(7)), Random(7)
    actors = [Actor(there.person(), part, sayings, rng, 0.02) for part in sayings.lines["people"]]
    for actor in actors:
        await actor.person.join(lead.code, actor.part["name"])
    async with asyncio.TaskGroup() as group:
        for actor in actors:
            group.create_task(actor.live())
        yield Circle(there.servers[0], lead), actors


@pytest.mark.parametrize("method", LONG)
async def test_a_whole_session_on_two_machines_with_either_stopped_in_turn(
    tmp_path: Path, one_postgres: Postgres, postgres: Postgres, redis: Redis, method: str
) -> None:
    async with machines(tmp_path, one_postgres, postgres, redis) as there, six(there, method) as (circle, actors):
        await to_the_case(circle, method)
        used, steps = set[str](), 0
        while phase(circle.room()).kind == "method":
            used |= await play(circle)
            await circle.until(lambda r: not few.unsigned(r) or len(this_round(r).ready) >= few.enough(r), "they tap")
            await moves_home(there, steps)
            await circle.next()
            steps += 1
        await close(circle)
        queues = {i.id for p in catalogue()[method].phases for i in p.inputs if is_queue(i)}

        assert used == {i.id for p in catalogue()[method].phases for i in p.inputs if i.of not in queues}
        assert min(there.answered[s.port, m] for s in there.servers for m in ("GET", "POST")) > 10


async def moves_home(there: Machines, step: int) -> None:
    """After the first step one machine is stopped, later it comes back and the other one dies; then both are there."""
    one, two = there.servers
    match step:
        case 0:
            await asyncio.to_thread(one.stop)
        case 1:
            await one.start()
            two.kill9()
        case 2:
            await two.start()


async def written(there: Machines) -> tuple[Person, dict[str, Person]]:
    """Six who write, and Fay who leads."""
    lead = await there.person().begin("Mentoren", "Fay", method="five-step")
    people = {name: await there.person().join(lead.code, name) for name in SIX}
    for _ in range(3):
        assert (await lead.next()).status_code == 204
    return lead, people


async def readers(texts: dict[str, str], people: dict[str, Person]) -> dict[str, list[set[str]]]:
    """Whose texts stand on the page of each, first at one machine and then at the other."""
    pages = {name: [await who.page(), await who.page()] for name, who in people.items()}
    return {name: [{of for of, text in texts.items() if text in page} for page in two] for name, two in pages.items()}


@pytest.mark.long
async def test_what_is_written_without_a_name_is_the_writers_only_at_either_machine_until_all_is_shown(
    tmp_path: Path, one_postgres: Postgres, postgres: Postgres, redis: Redis
) -> None:
    async with machines(tmp_path, one_postgres, postgres, redis) as there:
        lead, people = await written(there)
        texts = {name: f"Wat ziet {name} niet?" for name in SIX}
        for name, who in people.items():
            answer = await who.act("lay", rev="1", situation="Er is iets", difficulty="Lastig", question=texts[name])
            assert answer.status_code == 204
        everybody = {**people, "Fay": lead}
        before = await readers(texts, everybody)
        alike = [[VARIES.sub("", await who.page()) for _ in there.servers] for who in people.values()]
        assert (await lead.next()).status_code == 204
        after = await readers(texts, everybody)

    assert before == {**{name: [{name}, {name}] for name in SIX}, "Fay": [set(), set()]}
    assert all(one == two for one, two in alike)
    (shown,) = {frozenset(found) for pages in after.values() for found in pages}  # the same look finds it with all
    assert len(shown) == 1, "one case at a time is read, and the same one everywhere"


async def test_nothing_acknowledged_is_lost_while_machines_die_and_come_back(
    tmp_path: Path, one_postgres: Postgres, postgres: Postgres, redis: Redis
) -> None:
    """The control of the count is in tests/live/test_rolling.py."""
    async with machines(tmp_path, one_postgres, postgres, redis) as there:
        lead, people = await written(there)
        writers = [Writer(who, name) for name, who in people.items()]
        pages = [CSRF.search(await one.person.page()) for one in writers]
        over = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            for writer, page in zip(writers, pages, strict=True):
                assert page
                group.create_task(writer.write(page[1], over))
            for server in [*there.servers, *there.servers]:
                before = [writer.acknowledged for writer in writers]
                server.kill9()
                while any(w.acknowledged <= n for w, n in zip(writers, before, strict=True)):
                    await asyncio.sleep(0.02)  # until everybody went on with the other one
                await server.start()
            over.set()
        assert (await lead.next()).status_code == 204
        found = [case["texts"][0] for case in document(there.servers[0], lead.alias)["cases"]]
    rolled = Rolled(writers, {text.split()[0]: int(text.split()[1]) for text in found})

    assert [one.errors for one in writers] == [[]] * len(SIX)
    assert len(rolled.kept) == len(SIX)
    assert rolled.lost == 0


async def test_a_machine_that_keeps_keys_of_its_own_is_refused(
    tmp_path: Path, one_postgres: Postgres, redis: Redis
) -> None:
    """Else half of what it is asked for could not be read, and what it sealed nobody else could read. The control of
    all the others: with keys that both reach the same start is none to refuse."""
    async with machines(tmp_path, one_postgres, one_postgres, redis) as there:
        shared = {name: there.servers[0].env[name] for name in ("KRING_DATABASE_URL", "KRING_REDIS_URL")}
        alone = Server(tmp_path / "three" / "data", KRING_KEYRING="", **shared)
        alone.data.parent.mkdir()
        said = await stopped(alone)

    assert "keyring" in said and "is not the one" in said
    assert "Traceback" not in said


def test_the_methods_that_are_played_have_every_kind_of_input() -> None:
    everything = {i.kind for method in catalogue().values() for p in method.phases for i in p.inputs}

    assert {i.kind for name in METHODS for p in catalogue()[name].phases for i in p.inputs} == everything
