"""Two servers whose Redis is a cluster. Their rooms do not look at the store by themselves while all of it is there, so
that what comes came by a hint."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection

from server.person import Person
from tests.conftest import Server
from tests.live.test_live import frame, shows, socket
from tests.live.test_processes import ready_says
from tests.rediscluster import Cluster, Node

NEVER = "tick=3600000"


@pytest.fixture
async def cluster() -> AsyncIterator[Cluster]:
    one = Cluster()
    yield await one.start()
    await one.remove()


@asynccontextmanager
async def two(path: Path, cluster: Cluster, *words: str) -> AsyncIterator[tuple[Server, Server]]:
    """Two servers beside each other; `words` are said to the first one too."""
    one = Server(path / "data", KRING_REDIS_URL=cluster.url).hurry(NEVER, "rooms=100", *words)
    other = Server(path / "data", KRING_REDIS_URL=cluster.url).hurry(NEVER)
    for server in (one, other):
        server.env["KRING_ORIGIN"] = f"{one.url},{other.url}"
        await server.start()
    await all_say((one, other), "ok\n")
    yield one, other
    one.stop()
    other.stop()


async def all_say(servers: tuple[Server, Server], text: str) -> None:
    for server in servers:
        await ready_says(server, text)


async def lead_of_each(cluster: Cluster, server: Server) -> dict[Node, Person]:
    """For each master somebody who leads a circle whose hints go through it."""
    found: dict[Node, Person] = {}
    while len(found) < len(cluster.nodes):
        lead = await Person(server.url).begin("Mentoren", "Fay", chairs="30")
        found.setdefault(await cluster.owner(lead.alias), lead)
    return found


async def seat(lead: Person, name: str) -> None:
    assert (await lead.act("add-seat", name=name)).status_code == 204


async def test_what_happens_at_one_is_seen_at_the_other_whichever_master_dies(tmp_path: Path, cluster: Cluster) -> None:
    async with two(tmp_path, cluster) as servers, AsyncExitStack() as stack:
        leads = await lead_of_each(cluster, servers[0])
        screens: dict[Node, ClientConnection] = {}
        for node, lead in leads.items():
            screens[node] = await stack.enter_async_context(socket(lead, base=servers[1].url))
            await frame(screens[node])
            await seat(lead, "Aap")
            await shows(screens[node], "Aap")  # by a hint
        gone = cluster.nodes[0]
        gone.kill()
        await all_say(servers, "ok, bus away\n")
        for node, lead in leads.items():
            await seat(lead, "Noot")
            await shows(screens[node], "Noot")  # of the one that is away by a look, as long as it is away
        gone.start()
        await all_say(servers, "ok\n")
        for node, lead in leads.items():
            await seat(lead, "Mies")
            await shows(screens[node], "Mies")  # by a hint again


async def test_a_server_that_gives_no_hints_is_noticed(tmp_path: Path, cluster: Cluster) -> None:
    """The control: nothing but a hint shows at one what happens at the other; the next act there shows both."""
    async with two(tmp_path, cluster, "mute=1") as servers:
        lead = await Person(servers[0].url).begin("Mentoren", "Fay", chairs="30")
        there = Person(servers[1].url, alias=lead.alias)
        there.http.cookies.update(lead.http.cookies)
        async with socket(lead, base=servers[1].url) as screen:
            await frame(screen)
            await seat(lead, "Aap")
            await seat(there, "Noot")
            while "Aap" not in (text := str(await screen.recv())):
                pass

    assert "Noot" in text
