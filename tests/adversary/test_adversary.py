"""Who wrote what and who chose what, guessed from all but a device's secret: no attacker beats chance.

The control is the same rooms on a server with every leak planted in it: there each attacker finds what it looks for.
"""

from __future__ import annotations

import sys
from copy import deepcopy
from pathlib import Path
from random import Random

import pytest

from tests.adversary.attackers import ATTACKERS, limits, score, told_by_others
from tests.adversary.rooms import NAMES, Trace, play
from tests.conftest import Server

LEAK = 4.0  # standard errors above chance; chance does this once in thirty thousand
LEAKS = (
    "arrival_order_on_disk", "signed_papers", "no_shuffle", "kept_papers", "signed_ballots", "kept_ballots",
    "no_padding", "long_answers", "slow_by_length", "ready_at_once", "telling_ballot",
)  # fmt: skip
# What is not in the server but in the recording: rows as long as their text, cases in the order of the chairs.
RECORDED = ("sizes_on_disk of cases", "sizes_on_disk of votes", "chair_order of cases")


async def traces(path: Path, rooms: int, *leaks: str) -> list[Trace]:
    rng, server = Random(rooms), Server(path / "data")
    server.command = [sys.executable, "-m", "tests.adversary.planted", *leaks]
    await server.start()
    try:
        return [await play(server, rng) for _ in range(rooms)]
    finally:
        server.stop()


async def guess(path: Path, rooms: int) -> None:
    played = await traces(path, rooms)
    found = {name: score(name, played, Random(5)) for name in ATTACKERS}
    for name, (share, above) in found.items():
        low, high = limits(share, rooms)
        print(f"{name}: {share:.3f} ({low:.3f} to {high:.3f}), chance {1 / len(NAMES):.3f}, {above:+.1f}")

    assert {name: f for name, f in found.items() if f[1] > LEAK} == {}
    for part in (p for t in played for p in (t.cases, t.votes)):
        assert told_by_others(part) == []
    for about in ("cases", "votes"):
        answers = {act[2:] for t in played for act in getattr(t, about).acts.values()}
        assert len(answers) == 1, answers


async def test_no_attacker_beats_chance(tmp_path: Path) -> None:
    await guess(tmp_path, 8)


@pytest.mark.long
async def test_no_attacker_beats_chance_in_many_rooms(tmp_path: Path) -> None:
    await guess(tmp_path, 190)


@pytest.fixture(scope="module")
async def leaky(tmp_path_factory: pytest.TempPathFactory) -> list[Trace]:
    return await traces(tmp_path_factory.mktemp("leaky"), 5, *LEAKS)


@pytest.mark.parametrize("attacker", ATTACKERS)
async def test_each_attacker_finds_its_planted_leak(leaky: list[Trace], attacker: str) -> None:
    rooms = [_recorded(t) for t in leaky] if attacker in RECORDED else leaky
    share, above = score(attacker, rooms, Random(5))

    assert above > LEAK, (share, above)


async def test_a_count_shown_at_once_is_found(leaky: list[Trace]) -> None:
    assert all(told_by_others(t.cases) for t in leaky)


def _recorded(trace: Trace) -> Trace:
    trace = deepcopy(trace)
    trace.cases.shown = list(trace.cases.truth.values())
    for part in (trace.cases, trace.votes):
        size = 0
        for name in part.order:
            size = part.sizes[name] = size + part.weight[part.truth[name]]
    return trace
