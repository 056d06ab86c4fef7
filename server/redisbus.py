"""The bus between processes. A module of its own: without Redis its client is never loaded."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable

import redis.asyncio as redis
from redis.exceptions import RedisError

from server.bus import Hears

log = logging.getLogger("kring")
CHANNEL = "kring:room"
LEADS = "kring:lead"
PENDING = 1_000
ANSWERS = 0.5  # seconds in which Redis gives a sign of life, or is taken to be away


class RedisBus:
    """Between processes, over Redis pub/sub. Its absence slows nobody down."""

    def __init__(self, url: str) -> None:
        self._redis = redis.Redis.from_url(
            url, socket_connect_timeout=1, socket_timeout=None, decode_responses=True, encoding_errors="replace"
        )
        self._out = redis.Redis.from_url(url, socket_connect_timeout=0.5, socket_timeout=0.5)
        self._queue: asyncio.Queue[tuple[str, str]] = asyncio.Queue(PENDING)
        self.healthy = False

    async def start(self, on_change: Hears, on_reset: Callable[[], None], on_lead: Hears) -> None:
        """`on_change` hears each changed room, `on_reset` that any may have changed unheard, `on_lead` each room
        whose leading device gave a sign."""
        self._on_change, self._on_reset, self._on_lead = on_change, on_reset, on_lead
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._publish())]

    def nudge(self, room: str) -> None:
        """Says that a room changed: here at once, elsewhere as soon as Redis takes it."""
        self._on_change(room)
        self._put(CHANNEL, room)

    def lead(self, room: str) -> None:
        """Says that a device that leads a room is there."""
        self._on_lead(room)
        self._put(LEADS, room)

    def _put(self, channel: str, room: str) -> None:
        with contextlib.suppress(asyncio.QueueFull):  # a lost hint is healed by the look at the store
            self._queue.put_nowait((channel, room))

    async def stop(self) -> None:
        """Leaves Redis. Where Redis ends at that moment, its client may swallow a cancellation: it is said again."""
        away = set(self._tasks)
        while away:
            for task in away:
                task.cancel()
            _, away = await asyncio.wait(away, timeout=0.2)
        await self._redis.aclose()
        await self._out.aclose()

    async def _publish(self) -> None:
        """All that waits goes out together, each hint once: a PUBLISH of its own costs six times as much."""
        while True:
            hints = {await self._queue.get(): None}
            while not self._queue.empty():
                hints[self._queue.get_nowait()] = None
            out = self._out.pipeline(transaction=False)
            for channel, room in hints:
                out.publish(channel, room)
            with contextlib.suppress(RedisError, OSError, TimeoutError):
                await out.execute()

    async def _listen(self) -> None:
        """Subscribes for ever. Whether Redis comes or goes, hints may have gone unheard: everything is looked at."""
        while True:
            pubsub = self._redis.pubsub()
            try:
                async with asyncio.timeout(2 * ANSWERS):
                    await pubsub.subscribe(CHANNEL, LEADS)
                await self._hear(pubsub)
            except (RedisError, OSError, TimeoutError):
                if self.healthy:
                    log.warning("bus_away")
                    self.healthy = False
                    self._on_reset()
            with contextlib.suppress(RedisError, OSError):
                await pubsub.aclose()  # type: ignore[no-untyped-call]
            await asyncio.sleep(0.3)

    async def _hear(self, pubsub: redis.client.PubSub) -> None:
        asked = False
        while True:
            async with asyncio.timeout(2 * ANSWERS):  # it connects anew by itself, without a limit of its own
                message = await pubsub.get_message(timeout=ANSWERS)
            if message is None:
                if asked:
                    raise TimeoutError
                asked = True
                await pubsub.ping()
                continue
            asked = False
            if message["type"] == "subscribe":
                if not self.healthy:
                    log.info("bus_here")
                self.healthy = True
                self._on_reset()
            elif message["type"] == "message":
                (self._on_lead if message["channel"] == LEADS else self._on_change)(message["data"])
