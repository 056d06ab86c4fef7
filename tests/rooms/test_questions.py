"""Questions to the owner: which may be left, whichever way they are asked, and whom a page says they are for."""

from __future__ import annotations

import re

import pytest

from rooms import turns
from rooms.methodfiles import catalogue
from rooms.methods import Input
from rooms.rights import LEAD, SCREEN
from rooms.room import this_round
from rooms.view import view
from tests.made import led, made, own, page, step, to_phase
from tests.made import line as made_line
from tests.people import Circle
from tests.said import regions

LEAVE = "/do/not-this"


def html(circle: Circle, name: str) -> str:
    """What somebody's own page says."""
    seen = page(circle, name)
    parts = regions().audience("seat", seen, "nl") | regions().personal(seen, own(circle, name), "nl", "c", {})
    return "".join(parts.values())


def asking(who: str = "consultants", *more: Input, most: int = 1, flavour: str = "ask") -> Circle:
    """In a step in which the floor goes round."""
    return led(made(step("talk", made_line("asking", "turns", who=who, max=most), *more, flavour=flavour), step("on")))


def floor(circle: Circle) -> str:
    return next((s.name for s in circle.room.seats.values() if s.id == this_round(circle.room).floor), "")


ALOUD = [
    (m.id, p.id)
    for m in catalogue().values()
    for p in m.phases
    if p.flavour == "ask" and any(i.kind == "turns" and i.who == "consultants" for i in p.inputs)
]


@pytest.mark.parametrize(("method", "at"), ALOUD)
def test_the_owner_may_leave_any_question_of_another_and_nobody_else_may(method: str, at: str) -> None:
    circle = to_phase(Circle(method=method).to_method(), at)
    assert LEAVE not in html(circle, "Owen")  # nothing is asked yet
    if turns.asks(circle.room):
        circle.by("Cora", turns.ask, "a" * 32)
    circle.by("Fay", turns.give)
    assert floor(circle) == "Cora"
    shown = {name: html(circle, name).count(LEAVE) for name in ("Owen", "Cora", "Carl", "Fay")}
    assert shown == {"Owen": 1, "Cora": 0, "Carl": 0, "Fay": 0}


def test_a_question_aloud_may_be_left_beside_a_board_too() -> None:
    circle = Circle(method="u-procedure").to_method()
    circle.by("Cora", turns.ask, "a" * 32)
    circle.by("Fay", turns.give)
    assert html(circle, "Owen").count(LEAVE) == 1


def test_only_what_is_asked_is_left() -> None:
    for circle in (asking("everybody"), asking(flavour="advise")):
        circle.by("Fay", turns.give, circle.seat("Cora"))
        assert LEAVE not in html(circle, "Owen")
        before = circle.room
        assert circle.by("Owen", turns.not_this_one) is before
    own_turn = Circle(method="action-learning").to_method()
    to_phase(own_turn, "questions").by("Owen", turns.ask, "a" * 32, "Wie weet het?")
    own_turn.by("Fay", turns.give)
    assert "Wie weet het?" in html(own_turn, "Owen")
    assert LEAVE not in html(own_turn, "Owen")
    before = own_turn.room
    assert own_turn.by("Owen", turns.not_this_one) is before


def test_a_question_that_was_left_was_a_turn_aloud_as_in_writing() -> None:
    aloud, written = asking(), to_phase(Circle().to_method(), "explore")
    for n, name in enumerate(("Cora", "Carl")):
        written.by(name, turns.ask, str(n) * 32, "Waarom?")
    for circle in (aloud, written):
        circle.by("Fay", turns.give)
        circle.by("Owen", turns.not_this_one, "1")
        assert floor(circle) == "Carl"
        circle.by("Owen", turns.not_this_one, "1")  # a double tap
        assert floor(circle) == "Carl"
        assert own(circle, "Cora").spoken
        assert circle.seat("Cora") not in turns.unheard(circle.room)


def test_who_was_left_in_one_round_asks_again_in_the_next() -> None:
    circle, heard = asking(most=2), []
    circle.by("Fay", turns.give)
    while name := floor(circle):
        heard.append(name)
        circle.by("Owen", turns.not_this_one)
    assert heard == ["Cora", "Carl", "Cleo", "Cem", "Cato"] * 2


def test_who_asked_sees_the_same_whether_the_question_was_left_or_answered() -> None:
    left, answered = asking(), asking()
    for circle, name, verb in ((left, "Owen", turns.not_this_one), (answered, "Cora", turns.hand_on)):
        circle.by("Fay", turns.give)
        circle.by(name, verb)
    for name in ("Cora", "Carl", "Fay"):
        assert html(left, name) == html(answered, name)
    for audience, place in ((LEAD, "lead"), (SCREEN, "screen")):
        told = [regions().audience(place, view(circle.room, audience), "nl") for circle in (left, answered)]
        assert told[0] == told[1]
