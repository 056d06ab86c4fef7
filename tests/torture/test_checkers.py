"""The checkers on histories made by hand: they let a good one pass and name what is wrong with a bad one."""

from __future__ import annotations

import pytest

from tests.torture.checkers import appends, future, latest, register, tally
from tests.torture.checkers.future import Seen
from tests.torture.checkers.register import Race
from tests.torture.record import Op, Verdict


def op(value: str, outcome: str = "ok", client: str = "Owen") -> Op:
    return Op(client, "ask", client, value, outcome)  # type: ignore[arg-type]


SENT = [op("a"), op("b", "unknown"), op("c", "fail")]


@pytest.mark.parametrize(
    ("kept", "found"),
    [
        (["a"], Verdict()),
        (["b", "a"], Verdict()),
        ([], Verdict(lost=1)),
        (["a", "a"], Verdict(double=1)),
        (["a", "b", "b"], Verdict(double=1)),
        (["a", "z"], Verdict(wrong=("nobody sent z",))),
        (["a", "c"], Verdict(wrong=("refused and kept: c",))),
    ],
)
def test_appends(kept: list[str], found: Verdict) -> None:
    assert appends.check(SENT, kept) == found


def test_an_act_that_was_refused_once_and_acknowledged_later_may_be_kept() -> None:
    assert appends.check([op("a", "fail"), op("a")], ["a"]).clean


REVISIONS = [op("1"), op("2"), op("3", "unknown"), op("4", "fail")]


@pytest.mark.parametrize(
    ("kept", "found"),
    [
        ({"Owen": ["2"]}, Verdict()),
        ({"Owen": ["3"]}, Verdict()),
        ({"Owen": ["1"]}, Verdict(lost=1)),
        ({"Owen": ["4"]}, Verdict(lost=1)),
        ({}, Verdict(lost=1)),
        ({"Owen": ["2", "3"]}, Verdict(double=1)),
        ({"Owen": ["9"]}, Verdict(wrong=("nobody sent 9 to Owen",))),
        ({"Owen": ["2"], "Cora": ["1"]}, Verdict(wrong=("nobody wrote to Cora",))),
    ],
)
def test_the_last_write(kept: dict[str, list[str]], found: Verdict) -> None:
    assert latest.check(REVISIONS, kept) == found


@pytest.mark.parametrize(
    ("race", "found"),
    [
        (Race(3, 4, ok=3), Verdict()),
        (Race(3, 4, ok=0, unknown=1), Verdict()),
        (Race(3, 3, ok=0, unknown=1), Verdict()),
        (Race(3, 5, ok=2), Verdict(double=1)),
        (Race(3, 3, ok=1), Verdict(lost=1)),
        (Race(3, 2, ok=1), Verdict(wrong=("the pointer went back by 1",))),
        (Race(3, 4, ok=0), Verdict(wrong=("a step that was refused to all",))),
    ],
)
def test_a_pointer_that_leaders_race_for(race: Race, found: Verdict) -> None:
    assert register.check([race]) == found


def test_a_client_that_goes_back_is_named() -> None:
    assert register.forward({"Owen": [1, 1, 4], "Cora": [2, 5, 3]}) == Verdict(wrong=("Cora went back",))


BALLOTS = [op("x 1"), op("y 2"), op("x 1", client="Cora"), op("y 2", "unknown", "Cora"), op("x 1", "fail", "Carl")]


@pytest.mark.parametrize(
    ("counted", "found"),
    [
        ({"y": 3, "x": 3}, Verdict()),
        ({"y": 6}, Verdict()),
        ({"y": 3}, Verdict(lost=1)),
        ({"x": 6}, Verdict(lost=1, double=1)),  # Owen's is where it was before he changed it
        ({"y": 3, "x": 6}, Verdict(double=2)),  # one ballot too many, and more on x than could be
    ],
)
def test_the_sum_of_a_vote(counted: dict[str, int], found: Verdict) -> None:
    assert tally.check(BALLOTS, counted) == found


def test_who_sees_a_case_before_the_reveal_is_named() -> None:
    texts = {"Owen": "Vraag van Owen?"}
    good = [Seen(1.0, "Owen", "<p>Vraag van Owen?"), Seen(3.0, "Cora", "<p>Vraag van Owen?"), Seen(1.0, "Cora", "")]
    bad = Seen(1.9, "Cora", "<p>Vraag van Owen?")

    assert future.check(good, texts, revealing=2.0).clean
    assert future.check([*good, bad], texts, revealing=2.0).wrong == ("Cora saw the case of Owen",)
