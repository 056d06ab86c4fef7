"""Hints on a cluster: each goes through the master of its room, and one that is away takes no other's with it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server import doctor, rediscluster
from server.config import Config
from server.rediscluster import BUCKETS, ClusterBus, Plan, bucket_of, seeds
from tests.rediscluster import Cluster

ROOMS = [f"r00m{n}" for n in range(400)]


@pytest.fixture
async def cluster() -> AsyncIterator[Cluster]:
    one = Cluster()
    yield await one.start()
    await one.remove()


class Ear:
    """What one process hears of the others."""

    def __init__(self, bus: ClusterBus) -> None:
        self.bus, self.rooms, self.leads = bus, asyncio.Queue[str](), asyncio.Queue[str]()
        self.looks = asyncio.Event()

    async def start(self) -> Ear:
        await self.bus.start(self.rooms.put_nowait, self.looks.set, self.leads.put_nowait)
        return await self.until(healthy=True)

    async def until(self, healthy: bool) -> Ear:
        """Everything is looked at whenever it begins or ceases to hear."""
        while self.bus.healthy != healthy:
            self.looks.clear()
            await self.looks.wait()
        return self

    async def hears(self, last: str) -> set[str]:
        """All rooms it heard of until one."""
        heard = set[str]()
        while last not in heard:
            heard.add(await self.rooms.get())
        return heard


@contextlib.asynccontextmanager
async def ears(*buses: ClusterBus) -> AsyncIterator[list[Ear]]:
    async with asyncio.timeout(60):
        started = [await Ear(bus).start() for bus in buses]
        yield started
        for bus in buses:
            await bus.stop()


async def test_each_hint_goes_through_the_master_of_its_room_only(cluster: Cluster) -> None:
    async with ears(ClusterBus(cluster.url), ClusterBus(cluster.url)) as (one, two):
        for room in ROOMS:
            one.bus.nudge(room)
            one.bus.lead(room)
        missing, leads = set(ROOMS), set(ROOMS)
        while missing:
            missing.discard(await two.rooms.get())
        while leads:
            leads.discard(await two.leads.get())
        sent = [await node.sent() for node in cluster.nodes]

    assert sum(sent) == 2 * len(ROOMS)
    assert min(sent) > len(ROOMS) / 3, "each of the three has about a third"


class DeafTo(ClusterBus):
    """Listens for one bucket at a channel that nobody speaks on."""

    bucket = -1

    def _line(self, address: str, buckets: frozenset[int]) -> rediscluster.Line:
        return super()._line(address, buckets - {self.bucket})


async def neighbour(cluster: Cluster, room: str) -> str:
    """A room of the same master that travels in another channel: what is said of it later is heard later."""
    owner = await cluster.owner(room)
    for other in ROOMS:
        if bucket_of(other) != bucket_of(room) and await cluster.owner(other) is owner:
            return other
    raise AssertionError("no neighbour")


@pytest.mark.parametrize("deaf", [False, True])
async def test_a_hint_that_does_not_come_is_noticed(cluster: Cluster, deaf: bool) -> None:
    """The control of all others here: one who listens at the wrong place hears the neighbour, and not the room."""
    room = ROOMS[0]
    bus = DeafTo(cluster.url)
    bus.bucket = bucket_of(room) if deaf else -1
    later = await neighbour(cluster, room)
    async with ears(ClusterBus(cluster.url), bus) as (one, two):
        one.bus.nudge(room)
        one.bus.nudge(later)

        assert (room in await two.hears(later)) != deaf


async def test_a_master_that_is_killed_takes_its_own_hints_only_and_comes_back(cluster: Cluster) -> None:
    rooms = await cluster.one_each()
    (gone, lost), *others = rooms.items()
    async with ears(ClusterBus(cluster.url), ClusterBus(cluster.url)) as (one, two):
        gone.kill()
        for ear in (one, two):
            await ear.until(healthy=False)  # from here on every room looks at the store each second
        for _ in range(3):
            for _, room in others:
                one.bus.nudge(lost)
                one.bus.nudge(room)
                assert lost not in await two.hears(room)
        gone.start()
        for ear in (one, two):
            await ear.until(healthy=True)
        await speaks(one, lost)

        assert lost in await two.hears(lost)


async def speaks(ear: Ear, room: str) -> None:
    """It hears itself at once, whoever else does."""
    ear.bus.nudge(room)
    assert await ear.hears(room)


async def test_rooms_that_get_another_master_are_heard_there(cluster: Cluster) -> None:
    rooms = await cluster.one_each()
    (old, room), (new, _), _ = rooms.items()
    async with ears(ClusterBus(cluster.url), ClusterBus(cluster.url)) as (one, two):
        await cluster.give(old, new)
        one.bus.nudge(room)  # may go unheard: it goes to the old one, who says where to go
        for ear in (one, two):
            while len(ear.bus._lines) > 2 or not ear.bus.healthy:
                ear.looks.clear()
                await ear.looks.wait()
        one.bus.nudge(room)

        assert room in await two.hears(room)
        assert await cluster.owner(room) is new


async def test_what_a_stand_in_takes_over_is_heard_without_the_master_that_died(cluster: Cluster) -> None:
    (gone, room), *_ = (await cluster.one_each()).items()
    new = await cluster.stand_in(gone)
    async with ears(ClusterBus(cluster.url), ClusterBus(cluster.url)) as (one, two):
        before = [await node.sent() for node in cluster.nodes]
        gone.kill()
        for ear in (one, two):
            await ear.until(healthy=False)
        for ear in (one, two):
            await ear.until(healthy=True)
        one.bus.nudge(room)

        assert room in await two.hears(room)
        assert await new.sent() == before[-1] + 1
        assert await cluster.owner(room) is new


async def test_a_start_without_a_cluster_waits_for_it() -> None:
    cluster = Cluster()
    bus = ClusterBus(cluster.url)
    ear = Ear(bus)
    async with asyncio.timeout(60):
        await bus.start(ear.rooms.put_nowait, ear.looks.set, ear.leads.put_nowait)
        bus.nudge("r00m")
        assert not bus.healthy
        await cluster.start()
        await ear.until(healthy=True)
        await bus.stop()
        await cluster.remove()


def test_an_address_names_all_nodes_with_the_login_and_options_of_all() -> None:
    where = "rediss+cluster://kring:pw@a.internal:7000,b.internal:7001?ssl_ca_certs=/ca.pem"  # noqa: S105

    assert seeds(where) == [
        "rediss://kring:pw@a.internal:7000?ssl_ca_certs=/ca.pem",
        "rediss://kring:pw@b.internal:7001?ssl_ca_certs=/ca.pem",
    ]


def test_a_plan_gives_every_bucket_to_one_master() -> None:
    """A node that does not know its own name is where it was asked."""
    slots = [[0, 8000, ["", 7000, "a"], ["::1", 7003, "d"]], [8001, 16383, ["b.internal", 7001, "b"]]]
    plan = Plan.of("redis+cluster://x@a:7000", "redis://x@a:7000", slots)
    owned = dict(plan.parts)

    assert plan.nodes == ("redis://x@a:7000", "redis://x@[::1]:7003", "redis://x@b.internal:7001")
    assert sorted(b for buckets in owned.values() for b in buckets) == list(range(BUCKETS))
    assert set(owned) == {"redis://x@a:7000", "redis://x@b.internal:7001"}


async def test_the_doctor_looks_at_every_node(cluster: Cluster, tmp_path: Path) -> None:
    config = Config.from_env({"KRING_DATA": str(tmp_path / "data"), "KRING_REDIS_URL": cluster.url})

    def faults() -> list[str]:
        return [finding.what for finding in list(doctor.bus(config))[:-1] if finding.level != "ok"]

    assert faults() == []
    await cluster.nodes[2].says("CONFIG SET", "slowlog-max-len", 128)
    assert faults() == ["Redis keeps a list of slow commands, with what was in them and when"]
    cluster.nodes[0].kill()  # the next one is asked how the cluster is made, and this one cannot tell
    assert [finding.what[:20] for finding in doctor.bus(config)] == ["Redis does not tell:"]
