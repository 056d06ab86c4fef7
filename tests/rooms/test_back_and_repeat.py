"""Back destroys nothing, repeat keeps what was written, skip can be undone: a hasty tap costs nobody their words."""

from __future__ import annotations

import pytest

from rooms import cards, choosing, clock, closing, flow, handles, tags, turns, writing
from rooms.mine import mine
from rooms.refusal import Refused
from rooms.room import owner, phase, this_round
from tests.people import Circle


def back(circle: Circle) -> None:
    circle.by("Fay", flow.back, flow.pointer(circle.room), circle.now, circle.rng)


def questions(circle: Circle) -> set[str]:
    return {c.texts[2] for c in circle.room.cases}


def laid(circle: Circle, name: str) -> tuple[str, ...]:
    device = circle.room.devices[circle.handle(name)]
    return mine(circle.room, device, circle.tag(name)).laid


def test_back_from_reading_and_on_again_shows_the_same_cases() -> None:
    circle = Circle().to("read")
    before = circle.room.cases
    back(circle)
    circle.next()

    assert phase(circle.room).kind == "read"
    assert circle.room.cases == before


def test_who_was_still_writing_can_lay_a_case_after_back_and_nobody_elses_is_lost() -> None:
    circle = Circle().to("read")
    ids = {c.texts[2]: c.id for c in circle.room.cases}
    back(circle)
    circle.lay("Cato", "Vraag van Cato?")
    circle.next()
    assert questions(circle) == {*ids}, "one new case is shown with its writer's yes only"
    circle.consent("Cato")
    circle.next()

    assert questions(circle) == {*ids, "Vraag van Cato?"}
    assert {c.texts[2]: c.id for c in circle.room.cases if c.texts[2] in ids} == ids  # a vote for it still counts


def test_after_back_everybody_finds_their_own_case_and_can_change_it() -> None:
    circle = Circle().to("read")
    back(circle)
    assert laid(circle, "Owen")[2] == "Vraag van Owen?"
    assert laid(circle, "Cato") == ()
    circle.lay("Owen", "Liever zo?", rev=9)
    circle.next()
    circle.consent("Owen")
    circle.next()

    assert "Liever zo?" in questions(circle)
    assert "Vraag van Owen?" not in questions(circle)
    assert len(circle.room.cases) == 4


def test_after_back_nothing_takes_ones_case_off_the_table() -> None:
    circle = Circle().to("read")
    back(circle)
    tag = circle.tag("Owen")
    circle.by("Owen", writing.nothing, tags.case(tag, circle.room), tags.ready(tag, circle.room), "s")
    circle.next()

    assert "Vraag van Owen?" not in questions(circle)
    assert len([c for c in circle.room.cases if not c.back]) == 3


def test_back_after_a_skip_leads_to_where_the_circle_was() -> None:
    circle = Circle().to("read")
    circle.by("Fay", flow.skip, flow.pointer(circle.room), circle.now, circle.rng)
    assert phase(circle.room).kind == "closing"
    back(circle)

    assert phase(circle.room).kind == "read"


def test_a_choice_that_was_skipped_can_be_held_after_all() -> None:
    circle = Circle().to("choose")
    circle.cast("Owen", {circle.case_of("Owen"): 3})
    circle.by("Fay", flow.skip, flow.pointer(circle.room), circle.now, circle.rng)
    back(circle)
    assert phase(circle.room).kind == "read"
    circle.to_method("Owen")

    assert owner(circle.room) == circle.seat("Owen")


def test_skipping_never_leads_into_a_method_that_has_no_owner() -> None:
    circle = Circle().to("choose")
    circle.by("Fay", flow.skip, flow.pointer(circle.room), circle.now, circle.rng)
    seen = set()
    while circle.room.at:
        back(circle)
        seen.add(phase(circle.room).kind)

    assert "method" not in seen


def test_repeat_while_people_write_keeps_what_they_laid() -> None:
    circle = Circle().to_method()
    while phase(circle.room).id != "core":
        circle.next()
    tag = circle.tag("Cora")
    circle.by(
        "Cora",
        cards.lay,
        "cores",
        0,
        1,
        "De kern",
        tag=tags.card(tag, circle.room, "cores", 0),
        ready=tags.ready(tag, circle.room),
    )
    circle.now += 60_000
    circle.by("Fay", flow.repeat, flow.pointer(circle.room), circle.now, circle.rng)
    assert clock.left(this_round(circle.room).clock, circle.now) == this_round(circle.room).clock.total
    circle.next()

    assert [c.text for c in this_round(circle.room).cards] == ["De kern"]


def test_repeat_keeps_the_questions_that_wait() -> None:
    circle = Circle().to_method()
    circle.next()
    circle.by("Cora", turns.ask, "a" * 32, "Wat hoop je?")
    circle.by("Fay", flow.repeat, flow.pointer(circle.room), circle.now, circle.rng)

    assert [c.text for c in this_round(circle.room).queue] == ["Wat hoop je?"]


def test_the_closing_cannot_be_repeated_for_nobody_may_answer_twice() -> None:
    circle = Circle().to_method()
    while phase(circle.room).kind != "closing":
        circle.next()
    with pytest.raises(Refused):
        circle.by("Fay", flow.repeat, flow.pointer(circle.room), circle.now, circle.rng)
    circle.by("Fay", closing.close, circle.now, circle.rng)


def test_quiet_and_two_minutes_more_do_not_shorten_a_coffee_break() -> None:
    circle = Circle().to("checkin")
    ends, start = circle.room.ends, circle.now
    circle.by("Fay", clock.coffee, start)
    circle.by("Owen", handles.stop, start + 300_000)
    circle.by("Fay", handles.go_on, start + 400_000, circle.rng)
    assert circle.room.ends == ends + 400_000

    circle.by("Fay", clock.coffee, start + 400_000)
    circle.by("Fay", clock.add_minutes, clock.plus_at(circle.room), start + 500_000)
    circle.by("Fay", clock.go_on, start + 600_000)
    assert circle.room.ends == ends + 400_000 + 120_000 + 200_000


def test_a_raised_hand_that_arrives_again_after_its_turn_is_not_a_second_one() -> None:
    circle = Circle().to_method()
    circle.next()
    circle.by("Cora", turns.ask, "a" * 32)
    circle.by("Fay", turns.give)
    circle.by("Cora", turns.hand_on)
    circle.by("Cora", turns.ask, "a" * 32)

    assert this_round(circle.room).queue == ()


def test_the_second_vote_decides_between_the_cases_that_were_equal_and_no_other_passes_them() -> None:
    circle = Circle().to("choose")
    first = {"Owen": 3, "Cora": 3, "Carl": 2}
    for name, n in first.items():
        circle.cast(name, {circle.case_of(name): n})
    circle.next()
    for name in first:
        circle.answer(name, "bring")
    circle.next()
    circle.cast("Cem", {circle.case_of("Owen"): 1})
    circle.next()  # Owen won the second vote, 1 to 0
    assert circle.room.chosen[-1].case == circle.case_of("Owen")
    circle.by("Owen", choosing.rather_not, *circle.signs("Owen"))
    circle.now += choosing.WAIT
    circle.next()

    assert circle.room.chosen[-1].case == circle.case_of("Cora")  # 3 dots and none, before Carl's 2


def test_once_more_sent_twice_while_people_write_starts_the_clock_once() -> None:
    circle = Circle().to_method()
    while flow.stage(circle.room) != "write":
        circle.next()
    at = flow.repeat_at(circle.room)
    circle.now += 60_000
    circle.by("Fay", flow.repeat, at, circle.now, circle.rng)
    before = circle.room
    circle.now += 60_000
    assert circle.by("Fay", flow.repeat, at, circle.now, circle.rng) is before
    circle.by("Fay", flow.repeat, flow.repeat_at(circle.room), circle.now, circle.rng)
    assert circle.room is not before
