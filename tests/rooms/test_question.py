"""The versions of the case question: folded in the band, and side by side on the big screen while it is restated."""

from __future__ import annotations

import re

import pytest

from rooms import cards, handles, tags, texts, turns
from rooms.methods import Method
from rooms.room import phase
from rooms.view import view
from tests.made import led, line, made, step, to_phase
from tests.people import Circle
from tests.said import regions

FIRST = "Vraag van Owen?"  # as it stood in the case


def restating() -> Method:
    """The owner puts the question anew in the first step and in the last, where others lay cards too."""
    again = line("again", "text", who="owner", field="case_question", chars=140)
    last = line("last", "text", who="owner", field="case_question", chars=140)
    laid = line("asked", "cards", who="consultants", max=1, chars=80)
    reading = line("reading", "turns", who="consultants")
    return made(step("bring", again), step("quiet", line("heard", "notes")), step("settle", last, laid, reading))


def put(circle: Circle, *questions: str) -> Circle:
    name = next(i.id for i in phase(circle.room).inputs if i.kind == "text")
    for text in questions:
        circle.by("Owen", texts.put, name, text)
    return circle


def html(circle: Circle, role: str, place: str, region: str, lang: str = "nl") -> str:
    return regions().audience(place, view(circle.room, role), lang)[region]


def side_by_side(circle: Circle) -> list[tuple[str, str]]:
    """The versions on the big screen."""
    return re.findall(r"<li><b>(v\d+)</b><p>(.*?)</p></li>", html(circle, "screen", "screen", "screen"))


@pytest.mark.parametrize(
    ("role", "place", "region"), [("member", "seat", "band"), ("owner", "seat", "band"), ("lead", "lead", "stage")]
)
@pytest.mark.parametrize(("lang", "all_of_them"), [("nl", "Alle 3 versies"), ("en", "All 3 versions")])
def test_the_band_folds_out_to_every_version(role: str, place: str, region: str, lang: str, all_of_them: str) -> None:
    circle = put(led(restating()), "Hoe zeg ik nee?", "Wanneer zeg ik ja?")
    said = html(circle, role, place, region, lang)
    folded = said[said.index("<details") : said.index("</details>")]

    assert f"<summary>{all_of_them}</summary>" in folded
    assert re.findall(r"<li><b>(v\d)</b> (.*?)</li>", folded) == [
        ("v1", FIRST), ("v2", "Hoe zeg ik nee?"), ("v3", "Wanneer zeg ik ja?")
    ]  # fmt: skip


@pytest.mark.parametrize("more", [(), ("Hoe zeg ik nee?",)])
def test_with_nothing_between_the_first_and_the_newest_there_is_nothing_to_fold_out(more: tuple[str, ...]) -> None:
    band = html(put(led(restating()), *more), "member", "seat", "band")
    assert "<details" not in band
    assert (more or (FIRST,))[-1] in band
    assert FIRST in band


def test_while_it_is_restated_the_big_screen_shows_the_versions_side_by_side() -> None:
    circle = led(restating())
    assert side_by_side(circle) == []  # one only: it stands below
    put(circle, "Hoe zeg ik nee?")
    assert side_by_side(circle) == [("v1", FIRST), ("v2", "Hoe zeg ik nee?")]
    to_phase(circle, "quiet")
    assert side_by_side(circle) == []
    put(to_phase(circle, "settle"), "Wanneer zeg ik ja?")

    assert side_by_side(circle) == [("v1", FIRST), ("v2", "Hoe zeg ik nee?"), ("v3", "Wanneer zeg ik ja?")]


def test_of_many_versions_the_big_screen_shows_the_first_and_the_last_two() -> None:
    circle = put(led(restating()), "Twee?", "Drie?", "Vier?", "Vijf?")
    assert side_by_side(circle) == [("v1", FIRST), ("v4", "Vier?"), ("v5", "Vijf?")]


def test_they_stand_above_cards_that_lie_open_and_make_room_for_who_reads_one() -> None:
    circle = put(to_phase(led(restating()), "settle"), "Hoe zeg ik nee?")
    tag = circle.tag("Cora")
    mark, ready = tags.card(tag, circle.room, "asked", 0), tags.ready(tag, circle.room)
    circle.by("Cora", cards.lay, "asked", 0, 1, "Bel haar", tag=mark, ready=ready)
    circle.next()
    screen = html(circle, "screen", "screen", "screen")
    assert 0 < screen.index('<ol class="versions">') < screen.index('<ul class="wall')
    circle.by("Fay", turns.give, circle.seat("Cora"))

    assert side_by_side(circle) == []
    assert "Bel haar" in html(circle, "screen", "screen", "screen")


def test_a_word_of_who_leads_has_the_screen_for_itself() -> None:
    circle = put(led(restating()), "Hoe zeg ik nee?")
    circle.by("Fay", handles.notice, "question", circle.now)
    screen = html(circle, "screen", "screen", "screen")

    assert side_by_side(circle) == []
    assert screen.count('id="stage-h"') == 1
