"""The bus where Redis is a cluster: sharded pub/sub, one line to each master that has channels of ours.

Plain PUBLISH works on a cluster too, but each hint then goes through every one of its machines.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from zlib import crc32

import redis.asyncio as redis
from redis.crc import key_slot
from redis.exceptions import RedisError

from server.bus import Hears
from server.redisline import Line, end

BUCKETS = 256  # channels that the rooms are spread over: many more than masters, so that each has its part
ROOM, LEAD = "kring:room", "kring:lead"
SLOTS = [key_slot(str(bucket).encode()) for bucket in range(BUCKETS)]
LOOK = 1.0  # seconds until the cluster is asked again how it is made, while a part of it is away

Part = tuple[str, frozenset[int]]  # a master's address, and the buckets it has


def bucket_of(room: str) -> int:
    """The same in each process."""
    return crc32(room.encode()) % BUCKETS


def channel(kind: str, bucket: int) -> str:
    """Both kinds of one bucket have one slot: of a name with braces only what is between them counts."""
    return f"{kind}:{{{bucket}}}"


def seeds(url: str) -> list[str]:
    """The plain address of each node that redis+cluster://login@host:port,host:port?options names."""
    hosts = urlsplit(url).netloc.rpartition("@")[2].split(",")
    return [_plain(url, host) for host in hosts if host]


def _plain(url: str, host: str) -> str:
    parts = urlsplit(url)
    login, at, _ = parts.netloc.rpartition("@")
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme.removesuffix('+cluster')}://{login}{at}{host}{query}"


@dataclass(frozen=True, slots=True)
class Plan:
    """How a cluster is made: which master has which buckets, and whom else one could ask."""

    parts: frozenset[Part]
    nodes: tuple[str, ...]

    @classmethod
    def of(cls, url: str, asked: str, slots: Iterable[Any]) -> Plan:
        """From the answer of the node `asked` to CLUSTER SLOTS."""
        found: dict[str, set[int]] = {}
        nodes: list[str] = []
        for low, high, *these in slots:
            hosts = [f"{_bracketed(str(n[0] or urlsplit(asked).hostname))}:{n[1]}" for n in these]
            nodes += [_plain(url, host) for host in hosts]
            buckets = {bucket for bucket, slot in enumerate(SLOTS) if low <= slot <= high}
            found.setdefault(_plain(url, hosts[0]), set()).update(buckets)
        parts = frozenset((address, frozenset(buckets)) for address, buckets in found.items() if buckets)
        return cls(parts, tuple(dict.fromkeys(nodes)))


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


class ClusterBus:
    """Between processes, over a cluster. A master that is away takes with it the hints of its rooms only."""

    def __init__(self, url: str) -> None:
        self._url, self._known = url, deque(seeds(url))
        self._lines: dict[Part, Line] = {}
        self._line_of: dict[int, Line] = {}
        self._changed = asyncio.Event()

    @property
    def healthy(self) -> bool:
        """Whether the others are heard of every room."""
        return len(self._line_of) == BUCKETS and all(line.healthy for line in self._lines.values())

    async def start(self, on_change: Hears, on_reset: Callable[[], None], on_lead: Hears) -> None:
        """As Bus says."""
        self._on_change, self._on_reset, self._on_lead = on_change, on_reset, on_lead
        self._task = asyncio.create_task(self._follow())

    def nudge(self, room: str) -> None:
        """Says that a room changed: here at once, elsewhere as soon as its master takes it."""
        self._on_change(room)
        self._put(ROOM, room)

    def lead(self, room: str) -> None:
        """Says that a device that leads a room is there."""
        self._on_lead(room)
        self._put(LEAD, room)

    async def stop(self) -> None:
        """Leaves the cluster."""
        await end([self._task])
        await asyncio.gather(*(line.stop() for line in self._lines.values()))

    def _put(self, kind: str, room: str) -> None:
        bucket = bucket_of(room)
        if line := self._line_of.get(bucket):  # without one the look at the store heals
            line.put(channel(kind, bucket), room)

    def _hear(self, name: str, room: str) -> None:
        (self._on_lead if name.startswith(LEAD) else self._on_change)(room)

    async def _follow(self) -> None:
        """Asks how the cluster is made when a line hears that it changed, and every second while a part is away."""
        while True:
            self._changed.clear()
            if plan := await self._ask():
                await self._take(plan)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(None if self.healthy else LOOK):
                    await self._changed.wait()
            await asyncio.sleep(0.1)

    async def _ask(self) -> Plan | None:
        """The plan of the first node that answers, each time beginning with another: one may be behind."""
        for address in tuple(self._known):
            self._known.rotate(-1)
            with contextlib.suppress(RedisError, OSError, TimeoutError):
                async with asyncio.timeout(LOOK), redis.Redis.from_url(address, decode_responses=True) as node:
                    slots = await node.execute_command("CLUSTER SLOTS")  # type: ignore[no-untyped-call]
                    return Plan.of(self._url, address, slots)
        return None

    async def _take(self, plan: Plan) -> None:
        """Lines to the masters of this plan, and to no other."""
        first = self._known[0]
        self._known = deque(dict.fromkeys([*plan.nodes, *seeds(self._url)]))
        if first in self._known:
            self._known.rotate(-self._known.index(first))
        for part in self._lines.keys() - plan.parts:
            await self._lines[part].stop()
            del self._lines[part]
        for part in plan.parts - self._lines.keys():
            self._lines[part] = self._line(*part)
        line_of = {bucket: line for (_, buckets), line in self._lines.items() for bucket in buckets}
        if line_of != self._line_of:
            self._line_of = line_of
            self._on_reset()

    def _line(self, address: str, buckets: frozenset[int]) -> Line:
        groups = [(channel(ROOM, bucket), channel(LEAD, bucket)) for bucket in sorted(buckets)]
        line = Line(address, groups, self._hear, self._on_reset, sharded=True, moved=self._changed.set)
        line.start()
        return line
