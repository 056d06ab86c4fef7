"""The time of this process: the machine's clock, without its jumps."""

from __future__ import annotations

import time
from collections.abc import Callable

SMALL = 5_000  # ms: such a step sets the clock right; a larger one may set it wrong
LASTS = 24 * 3_600_000  # ms: longer than any meeting
HOUR = 3_600_000  # ms
_SINCE_BOOT = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)  # goes on while the machine sleeps


def _elapsed() -> int:
    return time.clock_gettime_ns(_SINCE_BOOT) // 1_000_000


def _wall() -> int:
    return time.time_ns() // 1_000_000


def on_the_hour(ms: int) -> int:
    """The full hour at or after a moment. Meetings end and are erased by it, so that no table holds the moment at
    which somebody did something; the pages name the same hour."""
    return -(-ms // HOUR) * HOUR


class Steady:
    """Time in ms since 1970. When somebody sets the machine's clock by more than seconds, this one goes on as it was,
    until the step has lasted a day: no meeting ends, moves or is erased by it."""

    def __init__(self, wall: Callable[[], int] = _wall, elapsed: Callable[[], int] = _elapsed) -> None:
        self._wall, self._elapsed = wall, elapsed
        self._ahead = wall() - elapsed()
        self._stepped: int | None = None  # when (elapsed) the machine's clock was found elsewhere

    def now(self) -> int:
        """The time now."""
        elapsed = self._elapsed()
        ahead = self._wall() - elapsed
        if abs(ahead - self._ahead) <= SMALL:
            self._ahead, self._stepped = ahead, None
        elif self._stepped is None:
            self._stepped = elapsed
        elif elapsed - self._stepped > LASTS:
            self._ahead, self._stepped = ahead, None
        return elapsed + self._ahead


now_ms = Steady().now
