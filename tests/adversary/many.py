"""Many rooms on some servers side by side, and what the attackers make of them."""

from __future__ import annotations

import asyncio
import multiprocessing
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache, partial
from itertools import accumulate
from pathlib import Path
from random import Random

from tests.adversary import traced
from tests.adversary.attackers import AGAINST
from tests.adversary.chance import SEEMS
from tests.adversary.rooms import Deed, How, Part, Trace, Write, play
from tests.adversary.scoring import Score, at_best, score
from tests.conftest import Server

SERVERS = 2
TRACED = 4  # rooms on one server that is traced: its trace has to fit into memory
LEAKS = (
    "arrival_order_on_disk", "signed_papers", "no_shuffle", "kept_papers", "signed_ballots", "kept_ballots",
    "no_padding", "long_answers", "slow_by_length", "ready_at_once", "telling_ballot", "slow_pages",
    "telling_cockpit", "signed_takeaways", "signed_cards", "as_typed", "same_nonce",
)  # fmt: skip
LEAKS_ON_HOST = (
    "secret_on_bus", "length_on_the_bus", "many_hints", "order_on_the_bus", "secret_in_log", "length_in_the_log",
    "text_beside_the_database", "spooled", "in_pieces", "telling_name", "telling_order", "not_padded", "same_nonce",
)  # fmt: skip
# What is not in the server but in the recording: rows and writes as long as their text, what is shown in the order of
# the chairs.
RECORDED = ("sizes_on_disk", "chair_order", "database_pages")


async def traces(
    path: Path, rooms: int, *leaks: str, seed: int = 0, servers: int = SERVERS, pages: bool = False
) -> list[Trace]:
    """So many rooms: some servers side by side, each with people in a process of their own, who measure undisturbed.
    With `pages` the cockpit and the big screen are loaded after each act, which takes a second of a core a room."""
    return await _shared(partial(_some, How(pages=pages)), path, rooms, seed, leaks, servers)


async def on_host(path: Path, rooms: int, *leaks: str, seed: int = 0, whole: bool = True) -> list[Trace]:
    """So many rooms on servers that are traced, so that nobody measures times in them; if not whole ones, no further
    than the vote."""
    some = traced.rooms if whole else traced.beginnings
    return await _shared(some, path, rooms, seed, leaks, -(-rooms // TRACED))


async def _shared(
    some: Callable[..., list[Trace]], path: Path, rooms: int, seed: int, leaks: Iterable[str], servers: int
) -> list[Trace]:
    path.mkdir(parents=True, exist_ok=True)
    shares = [rooms // servers + (n < rooms % servers) for n in range(servers)]
    jobs = [
        _pool().submit(some, path / f"data{n}", share, seed + rooms + n, *leaks)
        for n, share in enumerate(shares)
        if share
    ]
    return [trace for job in jobs for trace in await asyncio.wrap_future(job)]


@cache
def _pool() -> ProcessPoolExecutor:
    """The same processes for all: to start one takes a second of a core."""
    return ProcessPoolExecutor(SERVERS, multiprocessing.get_context("spawn"))


def _some(how: How, data: Path, rooms: int, seed: int, *leaks: str) -> list[Trace]:
    async def played() -> list[Trace]:
        server, rng = Server(data), Random(seed)
        server.command = [sys.executable, "-m", "tests.adversary.planted", "no_budgets", *leaks]
        await server.start()
        try:
            return [await play(server, rng, how) for _ in range(rooms)]
        finally:
            server.stop()

    return asyncio.run(played())


def claimed(attackers: Iterable[str], rooms: int) -> list[str]:
    """Those of the attackers who would be noticed in so few rooms if they were always right."""
    return [name for name in attackers if at_best(name, rooms).p < SEEMS]


def caught(attacker: str, leaky: list[Trace]) -> Score:
    """The score of an attacker in rooms with its leak."""
    recorded = attacker.split(" of ")[0] in RECORDED
    return score(attacker, [_recorded(t) for t in leaky] if recorded else leaky, Random(5))


def _recorded(trace: Trace) -> Trace:
    changed = {}
    for about in AGAINST:
        part: Part = getattr(trace, about)
        said, weight = list(part.truth.values()), {n: part.weight[secret] for n, secret in part.truth.items()}
        sizes = dict(zip(part.order, accumulate(weight[name] for name in part.order), strict=True))
        deeds = {name: Deed([Write("kring.db", weight[name])]) for name in part.deeds}
        shown = sorted(said) if len(set(said)) < 3 else said
        changed[about] = replace(part, shown=shown, sizes=sizes, deeds=deeds)
    return replace(trace, **changed)
