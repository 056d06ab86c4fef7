"""What is answered evenly takes the same time whatever it was about."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from random import Random

import uvloop

from server.even import evenly, instant

SHORT, LONG, STEP = 0.0002, 0.0062, 0.03  # seconds


async def nothing(begun: float, step: float) -> None:
    pass


async def told(wait: Callable[[float, float], Awaitable[None]]) -> float:
    """Which part of the difference between long and short work comes through to who measures from outside."""
    rng, found = Random(1), {SHORT: [0.0], LONG: [0.0]}
    for _ in range(60):
        work, begun, arrived = rng.choice(list(found)), instant(), time.perf_counter()
        while time.perf_counter() - arrived < work:
            pass
        await wait(begun, STEP)
        found[work].append(time.perf_counter() - arrived)
        await asyncio.sleep(0.002 * rng.random())  # the next comes at any moment
    short, long = (statistics.quantiles(found[work])[0] for work in (SHORT, LONG))
    return (long - short) / (LONG - SHORT)


def test_the_time_of_an_answer_does_not_follow_the_work_behind_it() -> None:
    assert abs(uvloop.run(told(evenly))) < 0.2


def test_the_same_measurement_sees_work_that_is_not_waited_for() -> None:
    assert uvloop.run(told(nothing)) > 0.8
