"""Who wrote what, guessed from all but a device's secret: no attacker beats chance, each finds its planted leak."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import pytest

from tests.adversary.attackers import ATTACKERS, score, told_by_others
from tests.adversary.rooms import Trace, play
from tests.conftest import Server

LEAK = 4.0  # standard errors above chance; chance does this once in thirty thousand
PLANTED = {
    "database_order": "arrival_order_on_disk",
    "database_names": "signed_papers",
    "database_after": "kept_papers",
    "table_order": "no_shuffle",
    "sizes_on_the_wire": "no_padding",
}


@asynccontextmanager
async def serving(path: Path, *leaks: str) -> AsyncIterator[Server]:
    server = Server(path / "data")
    server.command = [sys.executable, "-m", "tests.adversary.planted", *leaks]
    await server.start()
    try:
        yield server
    finally:
        server.stop()


async def traces(path: Path, leak: str, rooms: int) -> list[Trace]:
    rng = Random(rooms)
    async with serving(path, leak) as server:
        return [await play(server, rng) for _ in range(rooms)]


async def guess(path: Path, rooms: int) -> None:
    played = await traces(path, "none", rooms)
    found = {name: score(attack, played, Random(5)) for name, attack in ATTACKERS.items()}
    print({name: f"{share:.3f} ({above:+.1f})" for name, (share, above) in found.items()})

    assert {name: f for name, f in found.items() if f[1] > LEAK} == {}
    assert [told for t in played for told in told_by_others(t)] == []
    assert len({(status, size) for t in played for _, _, status, size in t.acts.values()}) == 1


async def test_no_attacker_beats_chance(tmp_path: Path) -> None:
    await guess(tmp_path, 20)


@pytest.mark.long
async def test_no_attacker_beats_chance_in_many_rooms(tmp_path: Path) -> None:
    await guess(tmp_path, 190)


@pytest.mark.parametrize("attacker", PLANTED)
async def test_each_attacker_finds_its_planted_leak(tmp_path: Path, attacker: str) -> None:
    played = await traces(tmp_path, PLANTED[attacker], 8)
    share, above = score(ATTACKERS[attacker], played, Random(5))

    assert above > LEAK, (share, above)


async def test_a_count_shown_at_once_is_found(tmp_path: Path) -> None:
    played = await traces(tmp_path, "ready_at_once", 3)

    assert [told for t in played for told in told_by_others(t)]


async def test_sizes_on_disk_are_found_when_documents_are_not_padded(tmp_path: Path) -> None:
    """The leak is put into the recording: a row as long as its text."""
    played = await traces(tmp_path, "none", 6)
    for trace in played:
        size = 0
        for name in trace.order:
            size = trace.sizes[name] = size + trace.texts[trace.truth[name]]
    share, above = score(ATTACKERS["sizes_on_disk"], played, Random(5))

    assert above > LEAK, (share, above)


async def test_chairs_in_order_are_found(tmp_path: Path) -> None:
    """The leak is put into the recording: cases that lie in the order of the chairs."""
    played = await traces(tmp_path, "none", 4)
    for trace in played:
        trace.shown = list(trace.truth.values())
    assert score(ATTACKERS["chair_order"], played, Random(5))[1] > LEAK
