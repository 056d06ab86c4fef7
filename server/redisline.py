"""A line to one Redis: what is said to it, what is heard of it, and whether it is there."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import redis.asyncio as redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import MovedError, RedisError

log = logging.getLogger("kring")
PENDING = 1_000
ANSWERS = 0.5  # seconds in which Redis gives a sign of life, or is taken to be away


def nothing() -> None:
    """For who need not hear it."""


class Line:
    """Publishes to and listens at one Redis. Its absence slows nobody down.

    `hears` gets the channel and the text of each message; `reset` is called whenever one may have gone unheard;
    `moved` whenever something else than this Redis may now be asked for these channels. The channels of one group
    are subscribed to together; where they are `sharded` a group has one slot.
    """

    def __init__(
        self,
        url: str,
        groups: Iterable[Sequence[str]],
        hears: Callable[[str, str], None],
        reset: Callable[[], None],
        *,
        sharded: bool = False,
        moved: Callable[[], None] = nothing,
    ) -> None:
        self.healthy = False
        self._groups, self._sharded = tuple(groups), sharded
        self._hears, self._reset, self._moved = hears, reset, moved
        # what the client subscribes to anew by itself goes in one command: of shards that is refused
        again: dict[str, Any] = {"retry": Retry(NoBackoff(), 0)} if sharded else {}
        text: dict[str, Any] = {"decode_responses": True, "encoding_errors": "replace"}
        self._in = redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=None, **text, **again)
        self._out = redis.Redis.from_url(url, socket_connect_timeout=0.5, socket_timeout=0.5)
        self._queue: asyncio.Queue[tuple[str, str]] = asyncio.Queue(PENDING)

    def start(self) -> None:
        """From now on it listens and publishes."""
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._publish())]

    def put(self, channel: str, text: str) -> None:
        """Publishes as soon as Redis takes it, or never."""
        with contextlib.suppress(asyncio.QueueFull):  # a lost hint is healed by the look at the store
            self._queue.put_nowait((channel, text))

    async def stop(self) -> None:
        """Leaves Redis."""
        await end(self._tasks)
        await self._in.aclose()
        await self._out.aclose()

    async def _publish(self) -> None:
        """All that waits goes out together, each hint once: a PUBLISH of its own costs six times as much."""
        while True:
            hints = {await self._queue.get(): None}
            while not self._queue.empty():
                hints[self._queue.get_nowait()] = None
            out = self._out.pipeline(transaction=False)
            for channel, text in hints:
                if self._sharded:
                    out.spublish(channel, text)
                else:
                    out.publish(channel, text)
            try:
                await out.execute()
            except MovedError:
                self._moved()
            except (RedisError, OSError, TimeoutError):
                pass

    async def _listen(self) -> None:
        """Subscribes for ever. Whether Redis comes or goes, hints may have gone unheard: everything is looked at."""
        while True:
            pubsub = self._in.pubsub()
            try:
                async with asyncio.timeout(2 * ANSWERS):
                    for group in self._groups:
                        await (pubsub.ssubscribe if self._sharded else pubsub.subscribe)(*group)
                await self._hear(pubsub)
            except (RedisError, OSError, TimeoutError):
                if self.healthy:
                    log.warning("bus_away")
                    self.healthy = False
                    self._reset()
                self._moved()
            with contextlib.suppress(RedisError, OSError):
                await pubsub.aclose()  # type: ignore[no-untyped-call]
            await asyncio.sleep(0.3)

    async def _hear(self, pubsub: redis.client.PubSub) -> None:
        """Until Redis gives no sign of life, or gives the channels away."""
        asked, missing = False, {channel for group in self._groups for channel in group}
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
            match message["type"]:
                case "message" | "smessage":
                    self._hears(message["channel"], message["data"])
                case "subscribe" | "ssubscribe":
                    missing.discard(message["channel"])
                    if not missing:
                        self._here()
                case "sunsubscribe":
                    raise RedisError("a slot moved")

    def _here(self) -> None:
        if not self.healthy:
            log.info("bus_here")
        self.healthy = True
        self._reset()


async def end(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Where Redis ends at that moment, its client may swallow a cancellation: it is said again."""
    away = set(tasks)
    while away:
        for task in away:
            task.cancel()
        _, away = await asyncio.wait(away, timeout=0.2)
