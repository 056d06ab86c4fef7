"""Who wrote what and who chose what, guessed from all but a device's secret: no attacker beats chance.

The control is the same rooms on a server with every leak planted in it: there each attacker finds what it looks for.
`make adversary` plays many more rooms.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from random import Random

import pytest

from tests.adversary.attackers import AGAINST, ATTACKERS, ODD_ONE, score, told_by_others
from tests.adversary.many import LEAK, LEAKS, caught, traces
from tests.adversary.rooms import NAMES, Trace

ROOMS = 4


def _above_chance(played: list[Trace], attackers: Iterable[str]) -> dict[str, tuple[float, float, float]]:
    return {name: found for name in attackers if (found := score(name, played, Random(5)))[2] > LEAK}


async def _beats_chance(path: Path, *leaks: str) -> tuple[list[Trace], set[str]]:
    """The rooms played, and who beats chance in them. In a run of thirty one of so many is lucky: who seems to has to
    do so in fresh rooms as well."""
    played = await traces(path, ROOMS, *leaks)
    lucky = _above_chance(played, ATTACKERS)
    fresh = await traces(path / "again", ROOMS, *leaks, seed=100) if lucky else []
    return played, set(_above_chance(fresh, lucky)) if lucky else set()


async def test_no_attacker_beats_chance(tmp_path: Path) -> None:
    played, beaten = await _beats_chance(tmp_path)

    assert beaten == set()
    for part in (getattr(t, about) for t in played for about in ("cases", "votes")):
        assert told_by_others(part) == []
    for about in AGAINST:
        answers = {act[2:] for t in played for act in getattr(t, about).acts.values()}
        assert len(answers) == 1, answers


@pytest.mark.long
async def test_who_knows_beats_chance_in_fresh_rooms_too(tmp_path: Path) -> None:
    _, beaten = await _beats_chance(tmp_path, "signed_papers")

    assert beaten == {"database_names of cases"}


@pytest.fixture(scope="module")
async def leaky(tmp_path_factory: pytest.TempPathFactory) -> list[Trace]:
    return await traces(tmp_path_factory.mktemp("leaky"), 3, *LEAKS)


@pytest.fixture(scope="module")
async def more_leaky(tmp_path_factory: pytest.TempPathFactory, leaky: list[Trace]) -> list[Trace]:
    return [*leaky, *await traces(tmp_path_factory.mktemp("leakier"), 12, *LEAKS)]


MEASURES = ("times", "all_together", "trained")
ODD = tuple(f"of {about}" for about in ODD_ONE)  # who did something else: of six, one
CERTAIN = [name for name in ATTACKERS if not name.startswith(MEASURES) and not name.endswith(ODD)]
SELDOM = [name for name in ATTACKERS if name not in CERTAIN]


@pytest.mark.long
@pytest.mark.parametrize("attacker", SELDOM)
async def test_in_more_rooms_each_attacker_finds_its_planted_leak(more_leaky: list[Trace], attacker: str) -> None:
    """Three rooms are few for who is right once a room, and a busy machine hides a planted difference in time."""
    share, _, above = caught(attacker, more_leaky)

    assert above > LEAK, (share, above)


@pytest.mark.parametrize("attacker", CERTAIN)
async def test_each_attacker_finds_its_planted_leak(leaky: list[Trace], attacker: str) -> None:
    share, _, above = caught(attacker, leaky)

    assert above > LEAK, (share, above)


async def test_a_count_shown_at_once_is_found(leaky: list[Trace]) -> None:
    assert all(told_by_others(t.cases) for t in leaky)


def weakly(rooms: int, rng: Random) -> list[Trace]:
    """Rooms in which most measures tell a little, some by being smaller, under noise as large as all they tell."""
    found = []
    for _ in range(rooms):
        trace = Trace()
        part = trace.cases
        part.truth = {name: f"{n}" for n, name in enumerate(NAMES)}
        part.weight = {secret: 100 * int(secret) for secret in part.truth.values()}
        part.shown = list(part.weight)
        for n, name in enumerate(NAMES):
            signs = [100 + sign * n + rng.gauss(0, 5) for sign in (1, 1, -1, -1, 1, 0)]
            part.acts[name] = 0.0, signs[0], 204, int(100 * signs[1])
            part.looked[name], part.pages[name] = signs[2], int(100 * signs[3])
            part.logged[name], part.health[name] = int(100 * signs[4]), (0, signs[5])
        found.append(trace)
    return found


def test_many_weak_signs_are_one_strong_sign_for_who_was_trained() -> None:
    rooms = weakly(300, Random(3))
    share, _, above = score("trained of cases", rooms, Random(5))
    others = ("times_of_answers", "sizes_of_answers", "times_of_pages", "sizes_of_pages", "all_together")
    assert above > LEAK
    assert share > max(score(f"{name} of cases", rooms, Random(5))[0] for name in others)
    shuffled = weakly(300, Random(4))  # where the signs say nothing, nothing is learned
    for n, trace in enumerate(shuffled):
        trace.cases.truth = dict(zip(NAMES, Random(n).sample(trace.cases.shown, len(NAMES)), strict=True))
    assert score("trained of cases", shuffled, Random(5))[2] < LEAK
