"""The report: only when everybody said yes, and nobody learns who did not."""

from __future__ import annotations

import msgspec
import pytest

from rooms import closing, flow, people, tags, texts
from rooms.refusal import Refused
from rooms.room import phase
from rooms.view import view
from tests.made import late, lead, own
from tests.people import CAST, Circle


@pytest.fixture
def circle() -> Circle:
    circle = Circle().to_method()
    while phase(circle.room).kind != "closing":
        circle.next()
    return circle


def say(circle: Circle, name: str, *, yes: bool = True) -> None:
    circle.by(name, closing.agree_report, tags.report(circle.tag(name), circle.room), yes=yes)


def close(circle: Circle) -> bool:
    if not circle.room.rounds["0:closing"].stage:
        circle.next()
    circle.by("Fay", closing.close, circle.now, circle.rng)
    return circle.room.report


def test_there_is_a_report_when_everybody_said_yes(circle: Circle) -> None:
    for name in CAST:
        say(circle, name)

    assert close(circle)
    assert view(circle.room, "member").report


@pytest.mark.parametrize("word", ["no", "silence", "taken back"])
def test_one_no_is_enough_and_looks_like_silence(circle: Circle, word: str) -> None:
    for name in CAST[1:]:
        say(circle, name)
    if word != "silence":
        say(circle, CAST[0], yes=word == "taken back")
    if word == "taken back":
        say(circle, CAST[0], yes=False)
    before = view(circle.room, "lead"), view(circle.room, "member")
    say(circle, CAST[1])

    assert (view(circle.room, "lead"), view(circle.room, "member")) == before
    assert not close(circle)
    assert not view(circle.room, "member").report


def test_a_no_stands_however_many_say_yes(circle: Circle) -> None:
    for name in CAST[1:]:
        say(circle, name)
    say(circle, CAST[0], yes=False)
    for n in range(3):
        circle.by(CAST[1], closing.agree_report, f"another tag {n}", yes=True)

    assert not close(circle)


def test_who_comes_back_in_during_the_closing_is_asked_too(circle: Circle) -> None:
    circle = Circle().to_method()
    circle.by("Fay", people.call_outside, circle.seat("Cato"))
    while phase(circle.room).kind != "closing":
        circle.next()
    for name in CAST[:-1]:
        say(circle, name)
    assert closing.all_agree(circle.room)
    assert not own(circle, "Cato").says_report
    circle.by("Fay", people.call_back, circle.seat("Cato"))
    assert not closing.all_agree(circle.room)
    assert own(circle, "Cato").says_report
    before = circle.room
    assert not close(circle)
    circle.room = before
    say(circle, "Cato")
    assert close(circle)


@pytest.mark.parametrize("how", [people.leave, "mark_left", "outside"])
def test_a_yes_of_who_came_in_late_and_went_is_not_the_yes_of_who_said_nothing(circle: Circle, how: object) -> None:
    circle = Circle().to_method()
    circle.by("Fay", people.call_outside, circle.seat("Cato"))
    while phase(circle.room).kind != "closing":
        circle.next()
    circle.by("Fay", people.call_back, circle.seat("Cato"))
    for name in (*CAST[1:-1], "Cato"):
        say(circle, name)
    if how is people.leave:
        circle.by("Cato", people.leave)
    else:
        circle.by("Fay", people.mark_left if how == "mark_left" else people.call_outside, circle.seat("Cato"))
    assert not closing.all_agree(circle.room)
    say(circle, CAST[0])
    assert closing.all_agree(circle.room)


@pytest.mark.parametrize("how", ["mark_left", "outside", "leave", "observer"])
def test_nor_is_it_when_the_circle_stepped_back_before_they_went(circle: Circle, how: str) -> None:
    late(circle, "Lea", caught_up=True)
    for name in (*CAST[1:], "Lea"):
        say(circle, name)
    while phase(circle.room).kind != ("checkin" if how == "observer" else "method"):
        lead(circle, flow.back)
    if how == "leave":
        circle.by("Lea", people.leave)
    elif how == "observer":
        circle.by("Lea", people.take_task, "observer")
    else:
        circle.by("Fay", people.mark_left if how == "mark_left" else people.call_outside, circle.seat("Lea"))
    while phase(circle.room).kind != "closing":
        circle.next()
    assert not closing.all_agree(circle.room)
    say(circle, CAST[0])
    assert closing.all_agree(circle.room)


def test_who_was_outside_all_the_while_and_goes_home_holds_nothing_up(circle: Circle) -> None:
    circle = Circle().to_method()
    circle.by("Fay", people.call_outside, circle.seat("Cato"))
    while phase(circle.room).kind != "closing":
        circle.next()
    circle.by("Fay", people.mark_left, circle.seat("Cato"))
    for name in CAST[:-1]:
        say(circle, name)
    assert closing.all_agree(circle.room)


def test_who_only_facilitates_or_is_late_is_not_asked(circle: Circle) -> None:
    late(circle, "Ruth", caught_up=False)
    for name in ("Fay", "Ruth"):
        assert not own(circle, name).says_report
        with pytest.raises(Refused):
            say(circle, name)


def test_who_went_away_without_a_word_did_not_say_yes(circle: Circle) -> None:
    for name in CAST[1:]:
        say(circle, name)
    circle.by(CAST[0], people.leave)

    assert not close(circle)


def test_the_answers_go_when_the_circle_is_closed(circle: Circle) -> None:
    for name in CAST:
        say(circle, name)
    signs = [tags.report(circle.tag(name), circle.room).encode() for name in CAST]
    assert all(sign in msgspec.json.encode(circle.room) for sign in signs)
    close(circle)

    assert not any(sign in msgspec.json.encode(circle.room) for sign in signs)


def test_only_who_takes_part_is_asked_and_only_while_closing(circle: Circle) -> None:
    with pytest.raises(Refused):
        say(circle, "Fay")
    with pytest.raises(Refused):
        say(Circle().to_method(), "Owen")


def test_a_question_that_others_worded_anew_is_not_the_owners_to_give() -> None:
    """Socratic dialogue: the circle's starting question may be the card of somebody who never said yes."""
    circle = Circle(method="socratic").to_method()
    circle.by("Cora", texts.put, "question-v2", "De zin van iemand anders")
    mine = circle.room.chosen[0]
    assert mine.question[-1] == "De zin van iemand anders"
    assert closing.question(circle.room, mine) == ("Vraag van Owen?",)
    own_one = Circle().to_method()
    own_one.by("Owen", texts.put, "question-v1", "Zo vraag ik het nu")
    assert closing.question(own_one.room, own_one.room.chosen[0]) == ("Vraag van Owen?", "Zo vraag ik het nu")
