"""What the table says of a figure: the worst of several by number, and whether it is what was aimed at."""

from __future__ import annotations

from tests.torture.figures import Figure, beyond, counted, p99, worst
from tests.torture.record import Verdict
from tests.torture.report import Row, report


def back(seconds: float) -> Figure:
    return Figure("back after", seconds, "s", target=2, limit=60)


def test_the_worst_is_the_largest_number_and_not_the_last_word() -> None:
    """As words, 9.90 s would come after 10.50 s."""
    words = Figure("left with 74")

    assert worst([back(9.9), words, back(10.5), words, back(1)]) == (back(10.5), words)
    assert max(str(back(9.9)), str(back(10.5))) == str(back(9.9)), "the control"


def test_a_target_stands_beside_its_figure_and_says_when_it_was_missed() -> None:
    assert str(back(1.5)) == "back after 1.50 s (target 2 s)"
    assert str(back(3.21)) == "back after 3.21 s (target 2 s, missed)"
    assert str(Figure("loop late", 12.3, "ms")) == "loop late 12 ms"
    assert str(Figure("start refused")) == "start refused"
    assert counted(600, 1000) == "600 (target 1,000, missed)"
    assert counted(1200, 1000) == "1,200 (target 1,000)"
    assert counted(1200) == "1,200"


def test_what_is_beyond_its_limit_is_a_fault() -> None:
    assert beyond([back(59)]) == ()
    assert beyond([back(61)]) == ("back after 61.00 s (target 2 s, missed): more than 60 s",)


def test_one_in_a_hundred_is_above() -> None:
    assert p99([float(n) for n in range(1, 101)]) == 99
    assert p99([5.0]) == 5


def test_the_table_names_every_target_that_was_missed() -> None:
    good = Row("deploy", "", 3, 10, 0, 0, Verdict(), (back(1),), wanted=3)
    bad = Row("SIGKILL", "", 2, 10, 0, 0, Verdict(), (back(3),), wanted=5)
    said = report([good, bad])

    assert (
        "Targets missed: SIGKILL: times 2 (target 5, missed); SIGKILL: back after 3.00 s (target 2 s, missed)." in said
    )
    assert "20 (target 100,000, missed) acknowledged" in said
    assert "No target of a row was missed." in report([good])
