"""The bus lets go of Redis whatever becomes of Redis."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

import pytest

from server.redisbus import RedisBus
from tests.conftest import Redis, free_port
from tests.torture.liar import liar


async def test_it_stops_although_its_client_swallows_the_cancellation(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the client does when Redis ends in the same moment: seen eight times in twenty-five under uvloop."""
    bus, sending = RedisBus(redis.url), asyncio.Event()
    await bus.start(lambda _: None, lambda: None, lambda _: None)

    async def swallows(*_: Any) -> None:
        sending.set()
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            return

    pipe = bus._line._out.pipeline(transaction=False)
    monkeypatch.setattr(pipe, "execute", swallows)
    monkeypatch.setattr(bus._line._out, "pipeline", lambda **_: pipe)
    bus.nudge("r00m")
    async with asyncio.timeout(20):
        await sending.wait()
        await bus.stop()
    assert all(task.done() for task in bus._line._tasks)


async def test_a_redis_that_answers_nothing_is_away_and_everything_is_looked_at(redis: Redis) -> None:
    """Hints from before anybody noticed are lost: each room looks at the store when it goes and when it is back."""
    bus, looks = RedisBus(redis.url), asyncio.Queue[bool]()
    await bus.start(lambda _: None, lambda: looks.put_nowait(bus.healthy), lambda _: None)
    async with asyncio.timeout(20):
        assert await looks.get()
        redis.process.send_signal(signal.SIGSTOP)
        while await looks.get():
            pass
        redis.process.send_signal(signal.SIGCONT)
        while not await looks.get():
            pass
        await bus.stop()


async def test_a_redis_that_is_gone_behind_a_proxy_that_is_not_is_away_too(redis: Redis) -> None:
    """The proxy takes the connection that the client makes anew by itself, and no word comes over it."""
    async with liar(port := free_port(), redis.port):
        bus, looks = RedisBus(f"redis://127.0.0.1:{port}/0"), asyncio.Queue[bool]()
        await bus.start(lambda _: None, lambda: looks.put_nowait(bus.healthy), lambda _: None)
        async with asyncio.timeout(20):
            assert await looks.get()
            redis.kill()
            while await looks.get():
                pass
            redis.start()
            while not await looks.get():
                pass
            await bus.stop()
