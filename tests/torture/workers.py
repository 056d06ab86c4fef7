"""Two processes on one file, and what Redis between them can do: be away, die, hang, lie; and one that stands still."""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from websockets.asyncio.client import ClientConnection

from server.person import Person
from tests.adversary.rooms import CSRF, document
from tests.conftest import Redis, Server, free_port
from tests.live.test_live import socket
from tests.torture.checkers import appends, register
from tests.torture.figures import Figure
from tests.torture.liar import Liar, liar
from tests.torture.record import History, Verdict, told
from tests.torture.report import Row

Fault = Callable[["Pair"], Awaitable[None]]
PUBLISHES = 0.1  # s by which an act should be slower at most while Redis hangs


@dataclass
class Pair:
    """Two servers, Redis behind a proxy, and the leader at each."""

    one: Server
    two: Server
    redis: Redis
    proxy: Liar
    lead: Person
    away: Person
    screen: ClientConnection
    history: History = field(default_factory=History)
    stale: list[float] = field(default_factory=list)
    screens: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    counted: list[int] = field(default_factory=list)
    calm: list[float] = field(default_factory=list)  # how long acts took before the fault
    limit: float = 2.0  # s a page may be behind

    async def acts(self, times: int) -> None:
        """A chair is added through one, the page of the other is read until it shows it; and the other way round. Each
        act is sent a second time to the other process, as a client that heard nothing would."""
        for n in range(times):
            here, there = (self.lead, self.away) if n % 2 else (self.away, self.lead)
            name = f"S{len(self.history.ops)}e"
            op, form = self.history.invoke("Fay", "add-seat", here.alias, name), {"name": name, "op": f"{name:0>20}"}
            sent = time.monotonic()
            while (answer := await told(op, here.act("add-seat", **form))) is None or answer.status_code == 429:
                await asyncio.sleep(0.2)  # asked for patience: polls until it may
                sent = time.monotonic()
            self.took.append(time.monotonic() - sent)
            sent = time.monotonic()
            while name not in await there.page("/leiden") and time.monotonic() - sent < self.limit:
                await asyncio.sleep(0.02)  # polls for a sign, does not wait for time
            self.stale.append(time.monotonic() - sent)
            if there is self.away:
                await self._shown(name)
                self.screens.append(time.monotonic() - sent)
            await told(op, there.act("add-seat", **form))

    async def _shown(self, name: str) -> None:
        """Until the open screen at the second process shows it; what each frame counts is kept."""
        with contextlib.suppress(TimeoutError):  # then it is late, and counted as such
            async with asyncio.timeout(self.limit + 5):
                await self._read(name)

    async def _read(self, name: str) -> None:
        while True:
            frame = str(await self.screen.recv())
            head = frame.partition("\n")[0]
            if head.startswith("{") and "s" in (counts := json.loads(head)):
                self.counted.append(counts["s"])
            if name in frame:
                return


@asynccontextmanager
async def pair(path: Path, *planted: str, redis_first: bool = True) -> AsyncIterator[Pair]:
    """Everything started."""
    redis, port = Redis(), free_port()
    if redis_first:
        redis.start()
    env = {"KRING_REDIS_URL": f"redis://127.0.0.1:{port}/0"}
    one, two = Server(path / "data", **env), Server(path / "data", **env)
    one.env["KRING_ORIGIN"] = two.env["KRING_ORIGIN"] = f"{one.url},{two.url}"
    async with liar(port, redis.port) as proxy:
        for server in (one, two):
            if planted:
                server.command = [sys.executable, "-m", "tests.torture.planted", *planted]
            await server.start()
        lead = await Person(one.url).begin("Mentoren", "Fay", chairs="30")
        away = Person(two.url, alias=lead.alias)
        away.http.cookies.update(lead.http.cookies)
        async with socket(away, "lead", base=two.url) as screen:
            yield Pair(one, two, redis, proxy, lead, away, screen)
        for person in (lead, away):
            await person.close()
        one.stop()
        two.stop()
        if hasattr(redis, "process"):
            redis.kill()


async def between(
    path: Path,
    name: str,
    how: str,
    fault: Fault,
    *planted: str,
    redis_first: bool = True,
    limit: float = 2.0,
    target: float = math.inf,
) -> Row:
    """One fault between two processes; then the chairs on the page of each are read. No page may be `limit` seconds
    behind, no screen four more; neither should be `target` behind."""
    async with pair(path, *planted, redis_first=redis_first) as both:
        both.limit = limit
        await fault(both)
        kept = [seat["name"] for seat in document(both.one, both.lead.alias)["seats"].values()]
        verdict = appends.check(both.history.ops, [name for name in kept if name != "Fay"])
        verdict += register.forward({"screen": both.counted})
        late = [s for s in both.stale if s >= limit] + [s for s in both.screens if s >= limit + 4]
        verdict += Verdict(wrong=tuple(f"stale for {s:.1f} s" for s in late))
        figures = (
            Figure("stalest page", max(both.stale), "s", target),
            Figure("stalest screen", max(both.screens), "s", target),
            Figure("slowest act", max(both.took[len(both.calm) :]), "s", max(both.calm, default=math.inf) + PUBLISHES),
        )
    return Row.of(name, how, len(both.took), both.history, verdict, *figures)


async def absent(both: Pair) -> None:
    """No Redis at the start; then it comes, dies, and comes again."""
    await both.acts(3)
    both.redis.start()
    await both.acts(3)
    both.redis.kill()
    await both.acts(3)
    both.redis.start()
    await both.acts(3)


async def hangs(both: Pair) -> None:
    """Redis takes connections and answers nothing."""
    await both.acts(6)
    both.calm = list(both.took)
    both.redis.process.send_signal(signal.SIGSTOP)
    await both.acts(6)
    both.redis.process.send_signal(signal.SIGCONT)
    await both.acts(2)


async def lies(both: Pair) -> None:
    """Hints are lost, doubled, late, in another order, or about nothing."""
    both.proxy.lies = True
    await both.acts(20)
    both.proxy.drops = True
    await both.acts(6)


def stands_still(seconds: float) -> Fault:
    """One of the two processes stands still, acts go on through the other, then it wakes."""

    async def fault(both: Pair) -> None:
        assert both.two.process
        await both.acts(2)
        op = both.history.invoke("Fay", "add-seat", both.lead.alias, "Slaper")
        csrf = CSRF.search(await both.away.page("/leiden"))
        assert csrf
        form, path = {"name": "Slaper", "op": "5" * 20}, f"/r/{both.away.alias}/do/add-seat"
        both.two.process.send_signal(signal.SIGSTOP)
        late = both.away.http.post(path, data={"csrf": csrf[1], **form}, headers={"x-kring": "1"}, timeout=seconds + 20)
        sleeper = asyncio.ensure_future(told(op, late))
        await asyncio.wait({sleeper}, timeout=1)
        await told(op, both.lead.act("add-seat", **form))  # who hears nothing tries the other process
        await asyncio.wait({sleeper}, timeout=seconds)
        both.two.process.send_signal(signal.SIGCONT)
        await sleeper
        await both.acts(2)

    return fault
