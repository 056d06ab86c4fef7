"""Once more round: back to an earlier phase because the owner is not helped yet, and what stays on the table."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from rooms import cards, clock, closing, few, flow, handles, picks, tags, texts, turns, willing
from rooms.methodfiles import catalogue
from rooms.methods import Method, Text, is_queue
from rooms.refusal import Refused
from rooms.rights import LATE, LEAD, OUTSIDE
from rooms.room import Room, owner, phase, this_round
from rooms.view import view
from tests.made import INSIDE, gone, late, lead, led, line, made, own, page, prepared, small, step, to_phase, two_cases
from tests.people import Circle

FEW_MINUTES = 300_000


def rounds(again: int = 2) -> Method:
    """Questions, advice that the owner picks from, and the question whether that helped."""
    asking = (line("asking", "turns", who="consultants"), line("ask", "cards", chars=160, max=3, live=True))
    advice = line("advice", "cards", who="consultants", max=1, chars=160)
    pick = line("pick", "pick", who="owner", of="advice", max=2)
    missing = line("missing", "text", who="owner", chars=200)
    return made(
        step("bring"),
        step("questions", *asking),
        step("advise", advice),
        step("helped", pick, missing, back="questions", again=again),
        step("after", line("learned", "takeaway")),
    )


def advise(circle: Circle, name: str, text: str, rev: int = 1) -> Room:
    tag = circle.tag(name)
    mark, ready = tags.card(tag, circle.room, "advice", 0), tags.ready(tag, circle.room)
    return circle.by(name, cards.lay, "advice", 0, rev, text, tag=mark, ready=ready)


def once(circle: Circle, *advices: tuple[str, str]) -> Circle:
    """Through questions and advice, to the question whether it helped."""
    to_phase(circle, "advise")
    for name, text in advices or (("Cora", "Bel haar"),):
        advise(circle, name, text)
    return to_phase(circle, "helped")


def again(circle: Circle) -> Room:
    return lead(circle, flow.loop)


def table(circle: Circle, role: str = "member") -> list[tuple[str, bool]]:
    """The advice on the table, and whether it is of the round before."""
    shelf = next(s for s in view(circle.room, role).shelves if s.input.id == "advice")
    return [(c.text, c.old) for c in shelf.cards]


def offered(circle: Circle) -> Text | None:
    return view(circle.room, LEAD).loop_name


# Going back


def test_it_leads_to_the_phase_of_the_file_and_what_was_written_is_marked_as_of_before() -> None:
    circle = once(led(rounds()))
    again(circle)
    assert phase(circle.room).id == "questions"
    to_phase(circle, "advise")
    for role in INSIDE:
        assert table(circle, role) == [("Bel haar", True)]
    advise(circle, "Carl", "Slaap er een nacht over")
    circle.next()
    assert sorted(table(circle)) == [("Bel haar", True), ("Slaap er een nacht over", False)]


def test_in_the_round_after_people_write_under_signs_of_their_own_and_start_empty() -> None:
    circle = once(led(rounds()))
    again(circle)
    to_phase(circle, "advise")
    mine = own(circle, "Cora")
    assert (mine.ready, mine.writer, mine.tasks[0].slots[0].text) == (False, True, "")
    assert flow.stage(circle.room) == "write"


def test_the_owner_takes_along_advice_of_either_round() -> None:
    circle = once(led(rounds()))
    circle.by("Owen", picks.pick, "pick", card_of(circle, "Bel haar"), on=True)
    again(circle)
    once(circle, ("Carl", "Slaap er een nacht over"))
    for text in ("Bel haar", "Slaap er een nacht over"):
        circle.by("Owen", picks.pick, "pick", card_of(circle, text), on=True)

    shelf = next(s for s in page(circle, "Cora").shelves if s.input.id == "advice")
    assert {(c.text, c.old, c.picked) for c in shelf.cards} == {
        ("Bel haar", True, True),
        ("Slaap er een nacht over", False, True),
    }


def card_of(circle: Circle, text: str) -> str:
    return next(c.id for c in circle.room.rounds["0:advise"].cards if c.text == text)


def test_a_text_keeps_its_versions_and_the_question_of_the_case_stays() -> None:
    circle = once(led(rounds()))
    question = view(circle.room, "screen").question
    circle.by("Owen", texts.put, "missing", "Wie belt er?")
    again(circle)
    once(circle)
    circle.by("Owen", texts.put, "missing", "Wanneer bel ik?")

    assert view(circle.room, "screen").fields[0].versions == ("Wie belt er?", "Wanneer bel ik?")
    assert view(circle.room, "screen").question == question


def test_a_question_that_was_being_answered_is_not_on_the_floor_any_more() -> None:
    circle = to_phase(led(rounds()), "questions")
    circle.by("Cora", turns.ask, "a" * 32, "Wat hoop je?")
    circle.by("Fay", turns.give)
    circle.by("Carl", turns.ask, "b" * 32, "Sinds wanneer?")
    once(circle)
    again(circle)
    now = this_round(circle.room)

    assert (now.floor, now.spoken, now.queue, turns.asked(circle.room)) == ("", (), (), None)
    assert all(not is_queue(s.input) for s in page(circle, "Cora").shelves)
    circle.by("Carl", turns.ask, "c" * 32, "Wie weet ervan?")
    assert turns.following(circle.room) == circle.seat("Carl")


# How often, and who


def test_it_is_offered_as_often_as_the_method_says_to_who_leads_and_then_no_more() -> None:
    circle = once(led(rounds(again=2)))
    for _ in range(2):
        assert offered(circle) == Text("woord", "word")
        assert all(view(circle.room, role).loop_name is None for role in INSIDE if role != LEAD)
        again(circle)
        assert offered(circle) is None
        once(circle)
    before = circle.room
    assert offered(circle) is None
    with pytest.raises(Refused, match="Nog een ronde kan niet"):
        again(circle)
    assert circle.room == before
    circle.next()
    assert phase(circle.room).id == "after"


def test_back_and_repeat_give_no_round_more() -> None:
    circle = once(led(rounds(again=1)))
    again(circle)
    once(circle)
    for verbs in ((flow.repeat,), (flow.back,), (flow.skip, flow.back)):
        for verb in verbs:
            lead(circle, verb)
        to_phase(circle, "helped")
        assert offered(circle) is None
        with pytest.raises(Refused):
            again(circle)


@pytest.mark.parametrize("name", ["Owen", "Cora"])
def test_nobody_but_who_leads_goes_round_again(name: str) -> None:
    circle = once(led(rounds()))
    with pytest.raises(Refused, match="begeleidt"):
        circle.by(name, flow.loop, flow.pointer(circle.room), circle.now, circle.rng)


def test_a_double_tap_goes_round_once() -> None:
    circle = once(led(rounds()))
    at = flow.pointer(circle.room)
    for _ in range(2):
        circle.by("Fay", flow.loop, at, circle.now, circle.rng)
    assert circle.room.loops == {"0:helped": 1}
    once(circle)
    assert offered(circle) is not None


def test_a_phase_without_it_refuses() -> None:
    circle = to_phase(led(rounds()), "advise")
    assert offered(circle) is None
    with pytest.raises(Refused, match="geen tweede ronde"):
        again(circle)


@pytest.mark.parametrize("role", [OUTSIDE, LATE])
def test_who_is_out_of_it_sees_nothing_of_it(role: str) -> None:
    circle = once(led(rounds()))
    again(circle)
    assert (view(circle.room, role).loop_name, view(circle.room, role).shelves) == (None, ())


# What each phase on the way begins with


def test_each_phase_on_the_way_has_its_whole_time_when_the_circle_comes_to_it() -> None:
    circle = once(led(rounds()))
    again(circle)
    for name in ("questions", "advise", "helped"):
        to_phase(circle, name)
        now = this_round(circle.room).clock
        assert (clock.left(now, circle.now), now.state) == (now.total, "run")
        circle.now += FEW_MINUTES


def test_another_round_takes_the_time_that_is_left_and_no_more() -> None:
    """Most of the time is gone when it is asked for: its steps are short, and the meeting ends when it was to."""
    circle = Circle(method="consultation").to_method()
    usual = {p.id: p.minutes for p in circle.room.method.phases}  # type: ignore[union-attr]
    to_phase(circle, "helped")
    circle.now = circle.room.ends - 40 * 60_000
    lead(circle, flow.loop)
    ahead = circle.room.agenda[circle.room.at :]
    assert phase(circle.room).id == "questions"
    assert all(line.phase.minutes < usual[line.phase.id] for line in ahead if line.phase.id in ("questions", "advice"))
    assert sum(line.phase.minutes for line in ahead) <= 41  # each step in whole minutes


def test_who_comes_in_between_writes_in_the_next_phase_and_who_left_is_not_waited_for() -> None:
    circle = once(led(rounds()))
    again(circle)
    late(circle, "Noor", caught_up=True)
    gone(circle, "Cem", "left")
    to_phase(circle, "advise")
    advise(circle, "Noor", "Vraag het haar")

    assert own(circle, "Noor").writer
    assert circle.seat("Cem") not in this_round(circle.room).writers


@pytest.mark.parametrize("verb", [flow.loop, flow.repeat])
def test_a_coffee_break_that_ends_with_it_moves_the_end_of_the_meeting(verb: object) -> None:
    circle = once(led(rounds()))
    ends = circle.room.ends
    circle.by("Fay", clock.coffee, circle.now)
    circle.now += FEW_MINUTES
    lead(circle, verb)
    assert circle.room.ends == ends + FEW_MINUTES
    assert this_round(circle.room).clock.state == "run"


def test_three_are_asked_anew_before_they_write_without_a_name_in_the_next_round() -> None:
    unsigned = line("finds", "cards", who="consultants", max=1, chars=80, signed=False)
    circle = small(made(step("look", unsigned), step("helped", back="look")))
    for name in ("Cora", "Carl"):
        circle.by(name, few.allow, tags.small(circle.tag(name), circle.room))
    circle.next(), circle.next()
    again(circle)
    assert [own(circle, name).small for name in ("Cora", "Carl")] == [True, True]


# Back, skip, quiet, the end


def test_back_after_it_leads_before_the_round_and_next_goes_through_it() -> None:
    circle = once(led(rounds()))
    again(circle)
    lead(circle, flow.back)
    assert phase(circle.room).id == "bring"
    circle.next()
    assert phase(circle.room).id == "questions"
    circle.next()
    lead(circle, flow.back)
    assert phase(circle.room).id == "questions"


def test_back_from_the_end_of_a_case_leads_to_where_the_circle_was_in_the_round() -> None:
    circle = once(led(rounds()))
    again(circle)
    circle.by("Owen", handles.stop, circle.now)
    circle.by("Owen", handles.choose, "end")
    circle.by("Fay", handles.go_on, circle.now, circle.rng)
    assert phase(circle.room).kind == "closing"
    lead(circle, flow.back)
    assert phase(circle.room).id == "questions"


def test_a_phase_skipped_in_the_round_before_is_done_in_this_one() -> None:
    circle = to_phase(led(rounds()), "questions")
    circle.next()
    lead(circle, flow.skip)
    again(circle)
    once(circle, ("Carl", "Slaap er een nacht over"))
    assert table(circle) == [("Slaap er een nacht over", False)]


@pytest.mark.parametrize("signed", [True, False])
def test_cards_of_a_phase_that_was_skipped_unopened_wait_on_and_are_still_their_writers_own(signed: bool) -> None:
    advice = line("advice", "cards", who="consultants", max=1, chars=160, signed=signed)
    circle = to_phase(led(made(step("bring"), step("advise", advice), step("helped", back="bring"))), "advise")
    advise(circle, "Cora", "Bel haar")
    advise(circle, "Carl", "Wacht nog")
    lead(circle, flow.skip)
    again(circle)
    again_at = flow.pointer(circle.room)
    to_phase(circle, "advise")
    assert page(circle, "Owen").shelves[0].cards == ()
    assert (own(circle, "Cora").tasks[0].slots[0].text, own(circle, "Cora").ready) == ("Bel haar", False)

    advise(circle, "Carl", "Slaap er een nacht over", rev=2)
    advise(circle, "Cleo", "Vraag het haar")
    lead(circle, flow.skip)
    again(circle)  # a second time on
    assert flow.pointer(circle.room) != again_at
    to_phase(circle, "advise")
    advise(circle, "Cora", "", rev=2)
    circle.next()
    assert sorted(table(circle)) == [("Slaap er een nacht over", False), ("Vraag het haar", False)]


def test_after_the_end_no_more_rounds_and_no_tag_of_an_unfinished_one() -> None:
    circle = once(led(rounds()))
    again(circle)
    to_phase(circle, "advise")
    advise(circle, "Cora", "Nog niet open")
    mark = tags.ready(circle.tag("Cora"), circle.room)
    lead(circle, flow.skip)
    to_phase(circle, "closing")
    circle.by("Fay", closing.close, circle.now, circle.rng)

    assert mark not in str(circle.room)
    assert "Nog niet open" not in str(circle.room)
    with pytest.raises(Refused, match="rond"):
        again(circle)


# Two cases, another method


def test_the_second_case_has_rounds_of_its_own_and_no_card_of_the_first() -> None:
    circle = once(two_cases(rounds(again=1)))
    again(circle)
    once(circle)
    to_phase(circle, "helped", "Cora")
    assert table(circle) == []
    assert offered(circle) is not None
    again(circle)
    assert (phase(circle.room).id, owner(circle.room)) == ("questions", circle.seat("Cora"))
    once(circle, ("Carl", "voor Cora"))
    assert table(circle) == [("voor Cora", False)]
    while owner(circle.room) != circle.seat("Owen"):
        lead(circle, flow.back)
    lead(circle, flow.back)
    assert {text for text, _ in table(circle)} == {"Bel haar"}


def test_another_method_after_a_step_back_begins_anew_though_its_phases_have_the_same_names() -> None:
    circle = Circle(method="gossip").to_method()
    to_phase(circle, "look-back")
    circle.next()  # its numbers lie open; in the other method this phase has one step only
    while phase(circle.room).kind == "method":
        lead(circle, flow.back)
    circle.by("Fay", flow.pick_method, catalogue()["five-step"], circle.now)
    circle.by("Owen", willing.say_yes, "five-step")
    circle.next()
    for at in ("bring", "look-back"):
        to_phase(circle, at)
        assert view(circle.room, "member").stage == flow.stages(phase(circle.room))[0]


def test_another_method_has_all_its_rounds_again() -> None:
    circle = once(led(rounds(again=1)))
    again(circle)
    while phase(circle.room).kind == "method":
        lead(circle, flow.back)
    circle.by("Fay", flow.pick_method, replace(rounds(again=1), id="other"), circle.now)
    circle.by("Owen", willing.say_yes, "other")
    circle.next()
    once(circle)
    assert offered(circle) is not None


def test_the_consultation_that_ships_goes_back_to_its_questions_twice() -> None:
    circle = Circle(method="consultation").to_method()
    for _ in range(2):
        to_phase(circle, "helped")
        assert offered(circle) == Text("de vragen", "the questions")
        again(circle)
        assert phase(circle.room).id == "questions"
    to_phase(circle, "helped")
    assert offered(circle) is None


def test_it_goes_round_where_everybody_is_the_owner_too() -> None:
    circle = prepared(replace(made(step("one"), step("two", back="one", again=1)), everybody=True)).to_method()
    circle.next()
    again(circle)
    assert phase(circle.room).id == "one"
