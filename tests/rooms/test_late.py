"""A tap that arrives late, or twice, has the effect of one at its own moment, or none."""

from __future__ import annotations

import pytest

from rooms import choosing, clock, flow, handles, lead, people, turns
from rooms.refusal import Refused
from rooms.room import this_round
from tests.people import Circle


def questions() -> Circle:
    circle = Circle().to_method()
    circle.next()
    for name, op in (("Cora", "a"), ("Carl", "b"), ("Cleo", "c")):
        circle.by(name, turns.ask, op * 32, "Wat?")
    circle.by("Fay", turns.give, "", "0")
    return circle


def test_an_act_about_a_turn_does_not_touch_the_next_one() -> None:
    circle = questions()
    assert this_round(circle.room).floor == circle.seat("Cora")
    circle.by("Cora", turns.hand_on, "1")
    assert this_round(circle.room).floor == circle.seat("Carl")
    after = circle.room
    for who, verb in (("Cora", turns.hand_on), ("Carl", turns.pass_turn), ("Owen", turns.not_this_one)):
        assert circle.by(who, verb, "1") is after
    assert circle.by("Fay", turns.give, "", "1") is after
    circle.by("Owen", turns.not_this_one, "2")  # the control: in its own turn it does
    assert this_round(circle.room).floor == circle.seat("Cleo")


def test_the_floor_given_twice_to_the_same_person_leaves_the_question_open() -> None:
    circle = questions()
    circle.by("Fay", turns.give, circle.seat("Carl"), "1")
    circle.by("Fay", turns.give, circle.seat("Carl"), "1")
    assert turns.asked(circle.room).seat == circle.seat("Carl")  # type: ignore[union-attr]


def test_a_hand_once_raised_does_not_rise_again_by_itself() -> None:
    circle = questions()
    circle.by("Cem", turns.ask, "d" * 32)
    circle.by("Cem", turns.pass_turn)
    circle.by("Cem", turns.ask, "d" * 32)
    assert all(c.seat != circle.seat("Cem") for c in this_round(circle.room).queue)
    circle.by("Cem", turns.ask, "e" * 32)
    assert any(c.seat == circle.seat("Cem") for c in this_round(circle.room).queue)


def test_an_act_about_a_stop_does_not_touch_another_one() -> None:
    circle = questions()
    circle.by("Cora", handles.stop, circle.now, "0")
    circle.by("Fay", handles.go_on, circle.now, circle.rng, "1")
    after = circle.room
    assert circle.by("Cora", handles.stop, circle.now, "0") is after
    circle.by("Carl", handles.stop, circle.now, "1")
    second = circle.room
    assert circle.by("Fay", handles.go_on, circle.now, circle.rng, "1") is second
    assert circle.by("Owen", handles.choose, "end", "1") is second


def test_the_facilitators_taps_twice_are_one() -> None:
    circle = Circle().to("checkin")
    at = clock.plus_at(circle.room)
    circle.by("Fay", clock.add_minutes, at, circle.now)
    circle.by("Fay", handles.notice, "silence", circle.now)
    circle.by("Fay", people.add_seat, "Opa", op="0" * 32)
    circle.by("Fay", people.remove, circle.seat("Cem"), "K7MP-4XQT")
    circle.by("Fay", lead.hand_over, circle.seat("Cora"))
    once = circle.room
    circle.by("Cora", clock.add_minutes, at, circle.now)
    circle.by("Cora", handles.notice, "silence", circle.now + 5000)
    circle.by("Cora", people.add_seat, "Opa", op="0" * 32)
    circle.by("Cora", people.remove, circle.seat("Cem"), "2222-2222")
    circle.by("Fay", lead.hand_over, circle.seat("Cora"))
    assert circle.room == once
    with pytest.raises(Refused):
        circle.by("Fay", lead.hand_over, circle.seat("Carl"))


def test_who_agrees_to_a_takeover_twice_does_not_take_over_in_turn() -> None:
    circle = Circle()
    circle.by("Cora", lead.take_over, silent=True, offered=False)
    circle.by("Cem", lead.take_over, silent=True, offered=False)  # at the same moment: an offer, not an agreement
    assert not circle.room.seats[circle.seat("Cora")].lead
    circle.by("Carl", lead.take_over, silent=True, offered=True)
    after = circle.room
    assert after.seats[circle.seat("Cora")].lead
    assert circle.by("Carl", lead.take_over, silent=True, offered=True) is after


def test_a_case_put_away_twice_is_one_case() -> None:
    circle = Circle().to("choose")
    for name in ("Owen", "Cora"):
        circle.cast(name, {circle.case_of("Owen"): 2, circle.case_of("Cora"): 1})
    circle.next()
    for name in ("Owen", "Cora"):
        circle.answer(name, "bring")
    circle.next()
    circle.now += choosing.WAIT
    circle.next()
    at = flow.pointer(circle.room)
    circle.by("Fay", choosing.put_away, at, circle.now, circle.rng)
    circle.now += choosing.WAIT
    circle.next()  # the second case has come as far as the first had
    after = circle.room
    assert after.chosen[-1].case == circle.case_of("Cora")
    assert circle.by("Fay", choosing.put_away, at, circle.now, circle.rng) is after


def test_a_kept_tap_is_refused_once_the_step_is_another() -> None:
    circle = Circle().to("checkin")
    seen = flow.pointer(circle.room)
    assert flow.still_there(circle.room, seen) is circle.room
    assert flow.still_there(circle.room, "") is circle.room
    circle.next()
    with pytest.raises(Refused):
        flow.still_there(circle.room, seen)
