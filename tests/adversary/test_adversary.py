"""Who wrote what and who chose what, guessed from all but a device's secret: no attacker beats chance.

The control is the same rooms on a server with every leak planted in it: there each attacker finds what it looks for.
`make adversary` plays many more rooms.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from functools import partial
from itertools import permutations, product
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.adversary.attackers import AGAINST, PAGES
from tests.adversary.chance import BOUND, SEEMS, SURE, tail
from tests.adversary.many import LEAKS, LEAKS_ON_HOST, caught, claimed, on_host, traces
from tests.adversary.rooms import COCKPIT, NAMES, SCREEN, Trace
from tests.adversary.scoring import ATTACKERS, ODD_ONE, ON_HOST, at_best, score, told_by_others
from tests.sweep import trace

ROOMS, MANY = 4, 48  # in the short form and in the long one
TRACED, MANY_TRACED = 3, 8
NO_PAGES = [name for name in ATTACKERS if not name.startswith(tuple(one.__name__ for one in PAGES))]
BEGINNINGS = [name for name in ON_HOST if name.endswith((" of cases", " of votes"))]  # as far as the short form goes


def _seem(played: list[Trace], attackers: Iterable[str]) -> list[str]:
    return [name for name in claimed(attackers, len(played)) if score(name, played, Random(5)).p < SEEMS]


async def _beat(played: list[Trace], attackers: Iterable[str], again: Callable[[], Any]) -> set[str]:
    """Who beats chance. In a run of ten one of so many is lucky: who seems to has to do so in fresh rooms as well."""
    lucky = _seem(played, attackers)
    fresh = await again() if lucky else []
    return {name for name in lucky if score(name, fresh, Random(5)).p < SURE}


async def _beats_chance(path: Path, rooms: int, *leaks: str, pages: bool = False) -> tuple[list[Trace], set[str]]:
    """The rooms played, and who beats chance in them."""
    played = await traces(path, rooms, *leaks, pages=pages)
    again = partial(traces, path / "again", rooms, *leaks, seed=100, pages=pages)
    return played, await _beat(played, ATTACKERS if pages else NO_PAGES, again)


def _nothing_is_told(played: list[Trace]) -> None:
    """No push says that somebody else did something, and no act is answered otherwise than another."""
    for about in AGAINST:
        parts = [getattr(t, about) for t in played]
        assert [told_by_others(part) for part in parts] == [[]] * len(parts), about
        answers = {act[2:] for part in parts for act in part.acts.values()}
        assert len(answers) == 1, answers


async def test_no_attacker_beats_chance(tmp_path: Path) -> None:
    played, beaten = await _beats_chance(tmp_path, ROOMS)

    assert beaten == set()
    _nothing_is_told(played)


@pytest.mark.long
async def test_in_many_rooms_no_attacker_beats_chance(tmp_path: Path) -> None:
    played, beaten = await _beats_chance(tmp_path, MANY, pages=True)

    assert beaten == set()
    _nothing_is_told(played)


@pytest.mark.long
async def test_who_knows_beats_chance_in_fresh_rooms_too(tmp_path: Path) -> None:
    _, beaten = await _beats_chance(tmp_path, ROOMS, "signed_papers")

    assert beaten == {"database_names of cases"}


@pytest.mark.long
async def test_what_only_the_cockpit_and_the_big_screen_show_is_found_there(tmp_path: Path) -> None:
    played = await traces(tmp_path, 2 * ROOMS, "telling_cockpit", pages=True)
    found = set(_seem(played, ATTACKERS))
    told = {said for t in played for about in AGAINST for said in told_by_others(getattr(t, about))}

    beside = ("frames_of_the_cockpit", "frames_of_the_screen", "pages_of_the_cockpit", "pages_of_the_screen")
    assert found >= {f"{name} of {about}" for name in beside for about in AGAINST}
    assert not {name for name in found if name.startswith(("sizes_", "database_"))}
    assert told == {f"to {COCKPIT}", f"to {SCREEN}"}


@pytest.fixture(scope="module")
async def leaky(tmp_path_factory: pytest.TempPathFactory) -> list[Trace]:
    return await traces(tmp_path_factory.mktemp("leaky"), ROOMS, *LEAKS)


@pytest.fixture(scope="module")
async def more_leaky(tmp_path_factory: pytest.TempPathFactory) -> list[Trace]:
    return await traces(tmp_path_factory.mktemp("leakier"), 14, *LEAKS, pages=True)


MEASURES = ("times", "frames_of_the_cockpit", "frames_of_the_screen", "all_together", "trained")
ODD = tuple(f"of {about}" for about in ODD_ONE)  # who did something else: of six, one
CERTAIN = [name for name in NO_PAGES if not name.startswith(MEASURES) and not name.endswith(ODD)]
SELDOM = [name for name in ATTACKERS if name not in CERTAIN]


@pytest.mark.long
@pytest.mark.parametrize("attacker", SELDOM)
async def test_in_more_rooms_each_attacker_finds_its_planted_leak(more_leaky: list[Trace], attacker: str) -> None:
    """Four rooms are few for who is right once a room, and a busy machine hides a planted difference in time."""
    found = caught(attacker, more_leaky)

    assert found.p < SEEMS, found


@pytest.mark.parametrize("attacker", CERTAIN)
async def test_each_attacker_finds_its_planted_leak(leaky: list[Trace], attacker: str) -> None:
    found = caught(attacker, leaky)

    assert found.p < SEEMS, found


async def test_a_count_shown_at_once_is_found(leaky: list[Trace]) -> None:
    told = [told_by_others(t.cases) for t in leaky]

    assert all(told)
    assert {f"to {COCKPIT}", f"to {SCREEN}"} <= {said for found in told for said in found}


@pytest.fixture(scope="module")
async def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Trace], list[Trace]]:
    """Rooms on a server that is traced, and the same with leaks; no times are measured, so side by side."""
    assert trace.permitted() == ""
    root = tmp_path_factory.mktemp("traced")
    honest, leaky = await asyncio.gather(
        on_host(root / "honest", TRACED, whole=False), on_host(root / "leaky", TRACED, *LEAKS_ON_HOST, whole=False)
    )
    return honest, leaky


@pytest.mark.long
async def test_nothing_written_or_said_to_redis_tells(written: tuple[list[Trace], list[Trace]], tmp_path: Path) -> None:
    assert await _beat(written[0], BEGINNINGS, partial(on_host, tmp_path, TRACED, seed=100, whole=False)) == set()
    deeds = [deed for t in written[0] for part in t.parts() for deed in part.deeds.values()]
    files = {Path(w.path).name for deed in deeds for w in deed.writes if "__pycache__" not in w.path}
    said = {words[:2] for deed in deeds for words in deed.said if words[0] != b"PING"}
    assert files == {"kring.db", "kring.db-journal"}
    assert said == {(b"PUBLISH", b"kring:room")}


@pytest.mark.long
@pytest.mark.parametrize("attacker", BEGINNINGS)
async def test_each_attacker_on_the_host_finds_its_planted_leak(
    written: tuple[list[Trace], list[Trace]], attacker: str
) -> None:
    found = caught(attacker, written[1])

    assert found.p < SEEMS, found


@pytest.mark.long
async def test_in_whole_rooms_nothing_written_or_said_to_redis_tells(tmp_path: Path) -> None:
    played = await on_host(tmp_path, MANY_TRACED)

    assert await _beat(played, ON_HOST, partial(on_host, tmp_path / "again", MANY_TRACED, seed=100)) == set()


@pytest.fixture(scope="module")
async def more_written(tmp_path_factory: pytest.TempPathFactory) -> list[Trace]:
    return await on_host(tmp_path_factory.mktemp("written"), MANY_TRACED, *LEAKS_ON_HOST)


@pytest.mark.long
@pytest.mark.parametrize("attacker", ON_HOST)
async def test_in_whole_rooms_each_attacker_on_the_host_finds_its_planted_leak(
    more_written: list[Trace], attacker: str
) -> None:
    found = caught(attacker, more_written)

    assert found.p < SEEMS, found


def test_who_is_always_right_is_noticed() -> None:
    """Else an attacker would be tried in rooms too few to say anything. The short form says nothing of three."""
    silent = {f"trained of {about}" for about in ODD_ONE}
    assert set(NO_PAGES) - set(claimed(NO_PAGES, ROOMS)) == silent
    assert claimed(ATTACKERS, MANY) == list(ATTACKERS)
    assert claimed(BEGINNINGS, TRACED) == BEGINNINGS
    assert claimed(ON_HOST, MANY_TRACED) == list(ON_HOST)
    for attackers, rooms in (
        (set(NO_PAGES) - silent, ROOMS),
        (ATTACKERS, MANY),
        (BEGINNINGS, TRACED),
        (ON_HOST, MANY_TRACED),
    ):
        assert max(at_best(name, rooms).p for name in attackers) < SURE


def test_chance_is_counted_right() -> None:
    """Against all that can happen in a few rooms of four."""
    orders = [sum(n == place for place, n in enumerate(order)) for order in permutations(range(4))]
    together = [sum(rooms) for rooms in product(orders, repeat=3)]
    for right in range(13):
        share = sum(found >= right for found in together) / len(together)
        assert tail(right, 3, 4, odd=False) == pytest.approx(share)
    guesses = [sum(rooms) for rooms in product((1, 0, 0, 0), repeat=5)]
    for right in range(6):
        share = sum(found >= right for found in guesses) / len(guesses)
        assert tail(right, 5, 4, odd=True) == pytest.approx(share)


def weakly(rooms: int, rng: Random) -> list[Trace]:
    """Rooms in which most measures tell a little, some by being smaller, under noise as large as all they tell."""
    found = []
    for _ in range(rooms):
        found.append(Trace())
        part = found[-1].cases
        part.truth = {name: f"{n}" for n, name in enumerate(NAMES)}
        part.weight = {secret: 100 * int(secret) for secret in part.truth.values()}
        part.shown = list(part.weight)
        for n, name in enumerate(NAMES):
            signs = [100 + sign * n + rng.gauss(0, 5) for sign in (1, 1, -1, -1, 1, 0)]
            part.acts[name] = 0.0, signs[0], 204, int(100 * signs[1])
            part.looked[name], part.pages[name] = signs[2], int(100 * signs[3])
            part.logged[name], part.health[name] = int(100 * signs[4]), (0, signs[5])
            part.beside[name, COCKPIT] = part.beside[name, SCREEN] = 0, 0.0
            part.spans[name] = 0.0, 1.0
    return found


def test_many_weak_signs_are_one_strong_sign_for_who_was_trained() -> None:
    rooms = weakly(200, Random(3))
    found = score("trained of cases", rooms, Random(5))
    others = ("times_of_answers", "sizes_of_answers", "times_of_pages", "sizes_of_pages", "all_together")
    assert found.p < BOUND
    assert found.share > max(score(f"{name} of cases", rooms, Random(5)).share for name in others)
    shuffled = weakly(200, Random(4))  # where the signs say nothing, nothing is learned
    for n, room in enumerate(shuffled):
        room.cases.truth = dict(zip(NAMES, Random(n).sample(room.cases.shown, len(NAMES)), strict=True))
    assert score("trained of cases", shuffled, Random(5)).p > SEEMS
