"""Who wrote what and who chose what, guessed from all but a device's secret: no attacker beats chance.

The control is the same rooms on a server with every leak planted in it: there each attacker finds what it looks for.
`make adversary` plays many more rooms.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.adversary.attackers import AGAINST, ATTACKERS, score, told_by_others
from tests.adversary.many import LEAK, LEAKS, caught, traces
from tests.adversary.rooms import Trace


async def test_no_attacker_beats_chance(tmp_path: Path) -> None:
    played = await traces(tmp_path, 8)

    assert {name: s for name in ATTACKERS if (s := score(name, played, Random(5)))[2] > LEAK} == {}
    for part in (getattr(t, about) for t in played for about in ("cases", "votes")):
        assert told_by_others(part) == []
    for about in AGAINST:
        answers = {act[2:] for t in played for act in getattr(t, about).acts.values()}
        assert len(answers) == 1, answers


@pytest.fixture(scope="module")
async def leaky(tmp_path_factory: pytest.TempPathFactory) -> list[Trace]:
    return await traces(tmp_path_factory.mktemp("leaky"), 6, *LEAKS)


# A busy machine hides a planted difference in time; the rest finds its leak anywhere.
TIMED = [pytest.param(name, marks=pytest.mark.long) for name in ATTACKERS if name.startswith(("times", "all_together"))]
CERTAIN = [name for name in ATTACKERS if not name.startswith(("times", "all_together"))]


@pytest.mark.parametrize("attacker", [*CERTAIN, *TIMED])
async def test_each_attacker_finds_its_planted_leak(leaky: list[Trace], attacker: str) -> None:
    share, _, above = caught(attacker, leaky)

    assert above > LEAK, (share, above)


async def test_a_count_shown_at_once_is_found(leaky: list[Trace]) -> None:
    assert all(told_by_others(t.cases) for t in leaky)
