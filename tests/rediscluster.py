"""A real Redis cluster for the tests: masters that share the slots, each killed and started by itself."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import redis.asyncio as client
from redis.exceptions import RedisError

from server.rediscluster import SLOTS, bucket_of
from tests.conftest import free_port

ALL = 16_384
AWAY = "1000"  # ms until the others take a node for away


class Node:
    """One redis-server of a cluster, that keeps nothing but who it is."""

    def __init__(self, folder: Path) -> None:
        self.port, self.bus, self.folder = free_port(), free_port(), folder
        self.client = client.Redis(port=self.port, decode_responses=True)

    def start(self) -> None:
        """As it was before, where it was there before."""
        command = ["redis-server", "--port", str(self.port), "--cluster-port", str(self.bus), "--bind", "127.0.0.1"]
        command += ["--cluster-enabled", "yes", "--cluster-config-file", f"{self.port}.conf"]
        command += ["--cluster-node-timeout", AWAY, "--save", "", "--appendonly", "no", "--slowlog-max-len", "0"]
        self.process = subprocess.Popen(command, cwd=self.folder, stdout=subprocess.DEVNULL)

    def kill(self) -> None:
        """As a machine that loses its power."""
        self.process.kill()
        self.process.wait()

    async def says(self, *command: Any) -> Any:
        """Its answer, as soon as it has one."""
        while True:
            with contextlib.suppress(RedisError, OSError):
                return await self.client.execute_command(*command)
            await asyncio.sleep(0.02)  # polls for a sign, does not wait for time

    async def sent(self) -> int:
        """How many hints were said to it."""
        stats = await self.client.info("commandstats")
        return int(stats.get("cmdstat_spublish", {}).get("calls", 0))


class Cluster:
    """Some masters; none stands in for another unless `stand_in` is asked for one that does."""

    def __init__(self, masters: int = 3) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="kring-cluster-")
        self.nodes = [Node(Path(self.folder.name)) for _ in range(masters)]
        self.url = "redis+cluster://" + ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)

    async def start(self) -> Cluster:
        """All slots are served when this returns."""
        share = -(-ALL // len(self.nodes))
        for n, node in enumerate(self.nodes):
            node.start()
            await node.says("PING")
            await node.says("CLUSTER ADDSLOTSRANGE", n * share, min(ALL, (n + 1) * share) - 1)
            await node.says("CLUSTER SET-CONFIG-EPOCH", n + 1)
        for node in self.nodes[1:]:
            await self.nodes[0].says("CLUSTER MEET", "127.0.0.1", node.port, node.bus)
        await self.whole()
        return self

    async def whole(self) -> None:
        """Until each node says that all slots are served."""
        for node in self.nodes:
            while not await self._sees_all(node):
                await asyncio.sleep(0.02)

    async def _sees_all(self, node: Node) -> bool:
        told = await node.says("CLUSTER INFO")
        told = dict(line.split(":") for line in told.split()) if isinstance(told, str) else told
        return told["cluster_state"] == "ok" and int(told["cluster_known_nodes"]) == len(self.nodes)

    async def owner(self, room: str) -> Node:
        """The master that hears of this room."""
        slot = SLOTS[bucket_of(room)]
        lives = next(node for node in self.nodes if node.process.poll() is None)
        for low, high, master, *_ in await lives.says("CLUSTER SLOTS"):
            if low <= slot <= high:
                return next(node for node in self.nodes if node.port == master[1])
        raise AssertionError(f"nobody has slot {slot}")

    async def one_each(self) -> dict[Node, str]:
        """For each master one room that it hears of."""
        found: dict[Node, str] = {}
        for n in range(1_000):
            if len(found) == len(self.nodes):
                return found
            found.setdefault(await self.owner(f"r00m{n}"), f"r00m{n}")
        raise AssertionError("a master has no rooms")

    async def stand_in(self, master: Node) -> Node:
        """A new node that takes the place of a master when that is away."""
        node = Node(Path(self.folder.name))
        node.start()
        await node.says("PING")
        self.nodes.append(node)
        await self.nodes[0].says("CLUSTER MEET", "127.0.0.1", node.port, node.bus)
        await self.whole()
        await node.says("CLUSTER REPLICATE", await master.says("CLUSTER MYID"))
        while (await node.client.info("replication")).get("master_link_status") != "up":
            await asyncio.sleep(0.02)
        return node

    async def give(self, old: Node, new: Node) -> None:
        """All rooms of one master go to another; it stays, with what of its slots no room has."""
        name = await new.says("CLUSTER MYID")
        for low, high, master, *_ in await old.says("CLUSTER SLOTS"):
            if master[1] == old.port:
                for slot in {slot for slot in SLOTS if low <= slot <= high}:
                    for node in (new, old, *self.nodes):
                        await node.says("CLUSTER SETSLOT", slot, "NODE", name)

    async def remove(self) -> None:
        """Nothing of it is left."""
        for node in self.nodes:
            node.kill()
            await node.client.aclose()
        self.folder.cleanup()
