"""The bus: "room R changed" to whoever looks at it, and nothing else. A hint may be lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

Hears = Callable[[str], None]


class Bus(Protocol):
    """What a process says to itself and to the others. A bus without the others is not `healthy`."""

    @property
    def healthy(self) -> bool:
        """Whether the others are heard."""

    async def start(self, on_change: Hears, on_reset: Callable[[], None], on_lead: Hears) -> None:
        """`on_change` hears each changed room, `on_reset` that any may have changed unheard, `on_lead` each room
        whose leading device gave a sign."""

    def lead(self, room: str) -> None:
        """Says that a device that leads a room is there."""

    def nudge(self, room: str) -> None:
        """Says that a room changed."""

    async def stop(self) -> None:
        """Leaves the bus."""


class LocalBus:
    """Within one process."""

    healthy = True

    async def start(self, on_change: Hears, on_reset: Callable[[], None], on_lead: Hears) -> None:
        """Nobody else is there: no change goes unheard."""
        self._on_change, self._on_lead = on_change, on_lead

    def lead(self, room: str) -> None:
        """As Bus says."""
        self._on_lead(room)

    def nudge(self, room: str) -> None:
        """As Bus says."""
        self._on_change(room)

    async def stop(self) -> None:
        """Nothing to stop."""
