"""Numbers for pictures: a ring cut in parts, time left as dots, and numbers as words."""

from __future__ import annotations

from rooms.agendaview import ClockView
from server.drawing import arc, slices
from server.i18n import Languages


def test_a_ring_is_cut_clockwise_from_the_top() -> None:
    first, second = slices((30, 10))
    assert (first.dash, first.turn) == ("0.7400 1", "-88.20")
    assert second.turn == "181.80"
    assert (first.anchor, second.anchor) == ("start", "end")
    assert slices((5,))[0].dash == "1.0000 1"


def test_a_clock_that_stands_is_drawn_as_dots_for_what_is_left() -> None:
    def dots(left: int) -> int:
        return arc(ClockView("still", 600, left, 0)).count("0 .027")

    assert (dots(300), dots(0)) == (18, 0)
    assert arc(ClockView("run", 600, 300, 1)) == "0.5000 0.5000"


def test_numbers_are_words_up_to_twelve() -> None:
    dutch, english = Languages().spelled("nl"), Languages().spelled("en")
    assert (dutch(7), dutch(1, first=True), dutch(13), dutch(0)) == ("zeven", "Eén", "13", "geen")
    assert (english(8), english(0, first=True)) == ("eight", "None")
