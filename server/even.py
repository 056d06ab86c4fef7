"""Answers on even steps of time: how long something takes then does not tell what it was about."""

from __future__ import annotations

import asyncio
import time
from random import SystemRandom

GRAIN = 0.001  # seconds: timers count whole milliseconds
_rng = SystemRandom()


def instant() -> float:
    """Now, in seconds of a clock that only goes forward."""
    return time.monotonic()


async def evenly(begun: float, step: float) -> None:
    """Waits until a whole number of steps (seconds) has passed since `begun`; a step of 0 waits for nothing.

    A timer rounds what is left to its grain, and what the work took would come through again in the rounding. Chance of
    twice the grain makes mean and spread of the rounding the same for all.
    """
    if step:
        left = step - (instant() - begun) % step
        await asyncio.sleep(left + GRAIN * (_rng.random() + _rng.random()))
