"""Who holds every group and its rooms, in all versions, guesses at chance: who wrote, chose and answered what, and
whose the case was that nobody claimed. The control is the same with leaks planted."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from rooms.trajectory.group import Group
from rooms.trajectory.register import Register
from server.documents import kind
from tests.adversary.chance import SEEMS, SURE
from tests.adversary.group_leaks import by_size, moved, one_order, planted, signed
from tests.adversary.groupattackers import ATTACKERS, score
from tests.adversary.groups import MEETINGS, Met, play

GROUPS, LEAKY = 5, 3


async def test_who_holds_every_group_guesses_at_chance(tmp_path: Path) -> None:
    played = await play(tmp_path / "first", GROUPS, 1)
    lucky = [name for name in ATTACKERS if score(name, played, Random(5)).p < SEEMS]
    fresh = await play(tmp_path / "again", GROUPS, 100) if lucky else []

    assert all(len({len(met.kept) for met in played[nr::MEETINGS]}) == 1 for nr in range(MEETINGS)), "as many versions"
    assert {kind(one.id) for met in played for one in met.kept} == {Group, Register}
    assert {name: found for name in lucky if (found := score(name, fresh, Random(5))).p < SURE} == {}


@pytest.fixture(scope="module")
async def leaky(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, list[Met]]:
    """Groups in which an order tells, and groups in which all else does."""
    found = {}
    for order, leaks in ((True, (one_order,)), (False, (signed, moved, by_size))):
        with planted(*leaks):
            found[order] = await play(tmp_path_factory.mktemp("leaky"), LEAKY, 1)
    return found


@pytest.mark.parametrize("attacker", ATTACKERS)
async def test_each_attacker_of_groups_finds_its_planted_leak(leaky: dict[bool, list[Met]], attacker: str) -> None:
    found = score(attacker, leaky["_order of" in attacker], Random(5))

    assert found.p < SEEMS, found
