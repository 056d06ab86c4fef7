"""Many rooms on some servers side by side, and what the attackers make of them."""

from __future__ import annotations

import asyncio
import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor
from copy import deepcopy
from pathlib import Path
from random import Random

from tests.adversary.attackers import AGAINST, ATTACKERS, score
from tests.adversary.rooms import Trace, play
from tests.conftest import Server

SERVERS = 2
LEAK = 4.0  # standard errors above chance; chance does this once in thirty thousand
LEAKS = (
    "arrival_order_on_disk", "signed_papers", "no_shuffle", "kept_papers", "signed_ballots", "kept_ballots",
    "no_padding", "long_answers", "slow_by_length", "ready_at_once", "telling_ballot", "slow_pages", "signed_takeaways",
    "signed_cards", "as_typed", "same_nonce",
)  # fmt: skip
# What is not in the server but in the recording: rows as long as their text, what is shown in the order of the chairs.
RECORDED = ("sizes_on_disk", "chair_order")


async def traces(path: Path, rooms: int, *leaks: str, seed: int = 0) -> list[Trace]:
    """So many rooms: some servers side by side, each with people in a process of their own, who measure undisturbed."""
    path.mkdir(parents=True, exist_ok=True)
    shares = [rooms // SERVERS + (n < rooms % SERVERS) for n in range(SERVERS)]
    with ProcessPoolExecutor(SERVERS, multiprocessing.get_context("spawn")) as pool:
        jobs = [
            pool.submit(_some, path / f"data{n}", share, seed + rooms + n, *leaks) for n, share in enumerate(shares)
        ]
        return [trace for job in jobs for trace in await asyncio.wrap_future(job)]


def _some(data: Path, rooms: int, seed: int, *leaks: str) -> list[Trace]:
    async def played() -> list[Trace]:
        server, rng = Server(data), Random(seed)
        server.command = [sys.executable, "-m", "tests.adversary.planted", "no_budgets", *leaks]
        await server.start()
        try:
            return [await play(server, rng) for _ in range(rooms)]
        finally:
            server.stop()

    return asyncio.run(played())


def caught(attacker: str, leaky: list[Trace]) -> tuple[float, float, float]:
    """The score of an attacker in rooms with its leak."""
    recorded = attacker.split(" of ")[0] in RECORDED
    return score(attacker, [_recorded(t) for t in leaky] if recorded else leaky, Random(5))


def _recorded(trace: Trace) -> Trace:
    trace = deepcopy(trace)
    for part in (getattr(trace, about) for about in AGAINST):
        part.shown = sorted(part.truth.values()) if len(set(part.truth.values())) < 3 else list(part.truth.values())
        size = 0
        for name in part.order:
            size = part.sizes[name] = size + part.weight[part.truth[name]]
    return trace


def table_of(played: list[Trace], leaky: list[Trace]) -> list[list[str]]:
    """A row per attacker."""
    rows = []
    for name in ATTACKERS:
        share, error, above = score(name, played, Random(5))
        low, high = max(share - 1.96 * error, 0.0), min(share + 1.96 * error, 1.0)
        found = caught(name, leaky)
        chance = share - above * error
        rows.append(
            [name, f"{share:.3f}", f"{low:.3f} to {high:.3f}", f"{chance:.3f}", f"{above:+.1f}", f"{found[0]:.3f}"]
        )
    return rows
