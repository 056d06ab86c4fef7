"""The bus between processes. A module of its own: without Redis its client is never loaded."""

from __future__ import annotations

from collections.abc import Callable

from server.bus import Hears
from server.redisline import Line

CHANNEL = "kring:room"
LEADS = "kring:lead"


class RedisBus:
    """Between processes, over Redis pub/sub. Its absence slows nobody down."""

    def __init__(self, url: str) -> None:
        self._line = Line(url, [(CHANNEL, LEADS)], self._hear, self._reset)

    @property
    def healthy(self) -> bool:
        """Whether the others are heard."""
        return self._line.healthy

    async def start(self, on_change: Hears, on_reset: Callable[[], None], on_lead: Hears) -> None:
        """As Bus says."""
        self._on_change, self._on_reset, self._on_lead = on_change, on_reset, on_lead
        self._line.start()

    def nudge(self, room: str) -> None:
        """Says that a room changed: here at once, elsewhere as soon as Redis takes it."""
        self._on_change(room)
        self._line.put(CHANNEL, room)

    def lead(self, room: str) -> None:
        """Says that a device that leads a room is there."""
        self._on_lead(room)
        self._line.put(LEADS, room)

    async def stop(self) -> None:
        """Leaves Redis."""
        await self._line.stop()

    def _hear(self, channel: str, room: str) -> None:
        (self._on_lead if channel == LEADS else self._on_change)(room)

    def _reset(self) -> None:
        self._on_reset()
