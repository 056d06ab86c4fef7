"""A meeting's movement: next and back, turns, questions, cards, quiet, people who come and go, closing."""

from __future__ import annotations

import pytest

from rooms import (
    agreement,
    cards,
    choosing,
    clock,
    closing,
    door,
    flow,
    handles,
    lead,
    people,
    picks,
    rights,
    scales,
    tags,
    takeaways,
    texts,
    turns,
    willing,
)
from rooms.methodfiles import catalogue
from rooms.refusal import Refused
from rooms.room import Presence, chosen, owner, phase, this_round
from rooms.view import view
from tests.people import CAST, Circle


def test_a_double_tap_makes_one_step() -> None:
    circle = Circle()
    at = flow.pointer(circle.room)

    circle.by("Fay", flow.step, at, circle.now, circle.rng)
    circle.by("Fay", flow.step, at, circle.now, circle.rng)

    assert circle.room.at == 1


def test_only_the_facilitator_moves_the_circle() -> None:
    circle = Circle()
    with pytest.raises(Refused):
        circle.by("Owen", flow.step, flow.pointer(circle.room), circle.now, circle.rng)


def test_back_destroys_nothing() -> None:
    circle = Circle().to("write")
    circle.lay("Owen", "Vraag van Owen?")
    before = this_round(circle.room).papers

    circle.by("Fay", flow.back, flow.pointer(circle.room), circle.now, circle.rng)
    circle.next()

    assert this_round(circle.room).papers == before


def test_the_clock_stands_still_and_coffee_moves_the_end() -> None:
    circle = Circle().to("checkin")
    ends = circle.room.ends
    circle.by("Fay", clock.stand_still, circle.now + 60_000)
    assert clock.left(this_round(circle.room).clock, circle.now + 300_000) == 240
    circle.by("Fay", clock.go_on, circle.now + 300_000)
    assert circle.room.ends == ends
    circle.by("Fay", clock.coffee, circle.now + 300_000)
    circle.by("Fay", clock.go_on, circle.now + 900_000)
    assert circle.room.ends == ends + 600_000


def test_two_minutes_more_count_once_per_tap_and_move_the_end() -> None:
    circle = Circle().to("checkin")
    ends = circle.room.ends
    circle.by("Fay", clock.add_minutes, clock.plus_at(circle.room), circle.now)

    assert clock.left(this_round(circle.room).clock, circle.now) == 7 * 60
    assert circle.room.ends == ends + 120_000


def test_everybody_speaks_once_before_anybody_twice() -> None:
    circle = Circle().to_method()
    circle.next()
    circle.by("Cora", turns.ask, "a" * 32, "Eerste?")
    circle.by("Fay", turns.give)
    circle.by("Cora", turns.ask, "b" * 32, "Tweede?")
    circle.by("Carl", turns.ask, "c" * 32, "Ook?")

    assert turns.following(circle.room) == circle.seat("Carl")


def test_the_same_question_sent_twice_stands_once_and_an_edit_wins() -> None:
    circle = Circle().to_method()
    circle.next()
    for text in ("Wat?", "Wat?", "Wanneer?"):
        circle.by("Cora", turns.ask, "a" * 32, text)

    assert [c.text for c in this_round(circle.room).queue] == ["Wanneer?"]


def test_the_owner_leaves_a_question_and_the_next_one_follows() -> None:
    circle = Circle().to_method()
    circle.next()
    circle.by("Cora", turns.ask, "a" * 32, "Waarom niet?")
    circle.by("Carl", turns.ask, "b" * 32, "Wat hoop je?")
    circle.by("Fay", turns.give)
    circle.by("Owen", turns.not_this_one)

    assert turns.asked(circle.room).text == "Wat hoop je?"  # type: ignore[union-attr]


def test_the_owner_cannot_ask_and_the_queue_is_read_by_the_facilitator_only() -> None:
    circle = Circle().to_method()
    circle.next()
    circle.by("Cora", turns.ask, "a" * 32, "Alleen voor Fay te lezen")

    with pytest.raises(Refused):
        circle.by("Owen", turns.ask, "b" * 32, "Ik?")
    assert "Alleen voor Fay" in str(view(circle.room, "lead").queue)
    assert "Alleen voor Fay" not in str(view(circle.room, "member")) + str(view(circle.room, "screen"))


def core(circle: Circle, name: str, text: str) -> None:
    tag = circle.tag(name)
    circle.by(
        name,
        cards.lay,
        "cores",
        0,
        1,
        text,
        tag=tags.card(tag, circle.room, "cores", 0),
        ready=tags.ready(tag, circle.room),
    )


def test_unsigned_cards_open_together_without_a_name_and_the_owner_picks_one() -> None:
    circle = Circle().to_method()
    circle.next()
    circle.next()
    for name in CAST[1:]:
        core(circle, name, f"kern van {name}")
    assert "kern van" not in str(view(circle.room, "owner")) + str(view(circle.room, "lead"))
    circle.next()
    shown = view(circle.room, "owner").shelves[0].cards
    assert len(shown) == 5
    assert not any(c.name for c in shown)
    circle.by("Owen", picks.pick, "core-pick", shown[0].id, on=True)
    with pytest.raises(Refused):
        circle.by("Owen", picks.pick, "core-pick", shown[1].id, on=True)
    with pytest.raises(Refused):
        circle.by("Cora", picks.pick, "core-pick", shown[0].id, on=True)


def test_the_question_has_versions_and_the_second_replaces_the_first_in_view() -> None:
    circle = Circle().to_method()
    circle.by("Owen", texts.put, "question-v1", "Hoe zeg ik nee?")

    assert chosen(circle.room).question == ("Vraag van Owen?", "Hoe zeg ik nee?")  # type: ignore[union-attr]
    assert view(circle.room, "screen").question[-1] == "Hoe zeg ik nee?"


def test_even_stop_has_no_name_and_the_owner_can_end_the_case() -> None:
    circle = Circle().to_method()
    circle.by("Cora", handles.stop, circle.now)
    cora = circle.room
    circle2 = Circle().to_method()
    circle2.by("Carl", handles.stop, circle2.now)

    assert cora.still == circle2.room.still
    with pytest.raises(Refused):
        circle.next()
    circle.by("Owen", handles.choose, "end")
    assert "end" not in view(circle.room, "member").still_choice
    circle.by("Fay", handles.go_on, circle.now, circle.rng)
    assert phase(circle.room).kind == "closing"


def test_somebody_outside_sees_nothing_of_the_case() -> None:
    circle = Circle().to_method()
    circle.by("Fay", people.call_outside, circle.seat("Carl"))
    outside = str(view(circle.room, "outside"))

    assert "Vraag van Owen" not in outside
    assert "Owen" not in outside
    with pytest.raises(Refused):
        circle.by("Carl", turns.pass_turn)
    circle.by("Fay", people.call_back, circle.seat("Carl"))
    assert circle.room.seats[circle.seat("Carl")].presence is Presence.HERE


def test_a_late_person_knocks_and_with_an_owner_the_owner_is_asked() -> None:
    circle = Circle().to_method()
    circle.do(door.join, "late-handle", "Noor", remote=False, rng=circle.rng)
    assert not any(s.name == "Noor" for s in circle.room.seats.values())
    circle.by("Fay", door.admit, "late-handle", rng=circle.rng)
    assert circle.room.knocks[0].state == "asked"
    circle.by("Owen", door.owner_says, "late-handle", yes=True, rng=circle.rng)

    noor = next(s for s in circle.room.seats.values() if s.name == "Noor")
    assert not noor.caught_up
    seen = str(view(circle.room, rights.role(circle.room, noor.id)))
    assert "Vraag van Owen" not in seen
    circle.do(agreement.say, noor.id, "tag", "yes")
    assert rights.role(circle.room, noor.id) == "member"
    assert "Vraag van Owen" in str(view(circle.room, rights.role(circle.room, noor.id)))


def test_names_are_taken_once_and_odd_ones_are_refused() -> None:
    circle = Circle()
    for name in ("Owen", "owen", "", "  ", "Begeleider", "x" * 41):
        with pytest.raises(Refused):
            circle.do(door.join, f"h{name}", name, remote=False, rng=circle.rng)
    circle.do(door.join, "h1", "Ольга", remote=False, rng=circle.rng)
    circle.do(door.join, "h2", "美咲", remote=False, rng=circle.rng)


def test_a_closed_door_does_not_tell_who_sits_behind_it_and_names_stay_apart() -> None:
    circle = Circle()
    circle.by("Fay", door.door, is_open=False)
    for handle, name in (("h1", "owen"), ("h2", "Noor"), ("h3", "Noor"), ("h4", "x" * 40), ("h5", "x" * 40)):
        circle.do(door.join, handle, name, remote=False, rng=circle.rng)
        circle.by("Fay", door.admit, handle, rng=circle.rng)

    assert [s.name for s in circle.room.seats.values()][-5:] == ["owen 2", "Noor", "Noor 2", "x" * 40, "x" * 37 + " 2"]


def test_a_removed_seat_can_do_nothing_and_the_door_closes_behind_it() -> None:
    circle = Circle()
    circle.by("Fay", people.remove, circle.seat("Carl"), "K7MP-4XQT")

    with pytest.raises(Refused):
        circle.by("Carl", handles.stop, circle.now)
    assert (circle.room.door, circle.room.code) == (False, "K7MP-4XQT")
    with pytest.raises(Refused):
        circle.by("Fay", people.call_back, circle.seat("Carl"))


def test_taking_over_needs_a_silent_device_and_in_a_guided_room_a_second_person() -> None:
    circle = Circle()
    with pytest.raises(Refused):
        circle.by("Cora", lead.take_over, silent=False)
    circle.by("Cora", lead.take_over, silent=True)
    circle.by("Cora", lead.take_over, silent=True)
    assert not circle.room.seats[circle.seat("Cora")].lead
    circle.by("Carl", lead.take_over, silent=True)
    assert circle.room.seats[circle.seat("Cora")].lead
    assert not circle.room.seats[circle.seat("Fay")].lead


def finished(circle: Circle, answers: int) -> Circle:
    while phase(circle.room).kind != "closing":
        circle.next()
    for name in CAST:
        tag = circle.tag(name)
        circle.by(
            name,
            takeaways.share,
            1,
            f"zin van {name}",
            report=name == "Cora",
            tag=tags.takeaway(tag, circle.room),
            ready=tags.ready(tag, circle.room),
        )
    circle.next()
    for name in CAST[:answers]:
        tag = circle.tag(name)
        circle.by(
            name, scales.evaluate, {"A1": 4}, tag=tags.rating(tag, circle.room), ready=tags.ready(tag, circle.room)
        )
    circle.by("Owen", closing.allow_report, yes=True)
    circle.by("Fay", closing.close, circle.now, circle.rng)
    return circle


@pytest.mark.parametrize(("answers", "shown"), [(5, (("A1", 4),)), (4, ())])
def test_closing_keeps_middles_from_five_answers_and_no_tag(answers: int, shown: tuple[object, ...]) -> None:
    import msgspec

    circle = finished(Circle().to_method(), answers)
    encoded = msgspec.json.encode(circle.room)

    assert view(circle.room, "member").middles == shown
    for name in CAST:
        tag = circle.tag(name)
        for mine in (tags.takeaway(tag, circle.room), tags.rating(tag, circle.room), tags.agree(tag, circle.room)):
            assert mine.encode() not in encoded


def test_only_an_owner_allows_the_report() -> None:
    circle = Circle().to_method()
    with pytest.raises(Refused):
        circle.by("Cora", closing.allow_report, yes=True)


@pytest.mark.parametrize("method", sorted(catalogue()))
def test_every_method_can_be_led_from_its_first_phase_to_the_closing(method: str) -> None:
    circle = Circle(method=method).to_method()
    assert owner(circle.room) == circle.seat("Owen") or catalogue()[method].everybody
    while phase(circle.room).kind == "method":
        for role in ("member", "owner", "lead", "screen", "outside"):
            view(circle.room, role)
        circle.next()

    assert phase(circle.room).kind == "closing"


def test_a_method_can_be_chosen_when_the_case_is_known() -> None:
    circle = Circle(method=None).to("choose")
    for name in CAST:
        circle.cast(name, {circle.case_of("Owen"): 3})
    circle.next()
    circle.answer("Owen", "bring")
    circle.next()
    circle.now += choosing.WAIT
    circle.next()
    circle.claim("Owen")
    circle.by("Fay", flow.pick_method, catalogue()["gossip"], circle.now)
    circle.by("Owen", willing.say_yes, "gossip")
    circle.next()

    assert phase(circle.room).id == "bring"
    assert len(circle.room.agenda) == 12


def test_after_the_last_step_comes_no_other_and_its_clock_goes_on() -> None:
    circle = Circle().to_method()
    while flow.stage(circle.room) != "rate":
        circle.next()
    circle.now += 60_000
    before = circle.room
    assert circle.next() == before
    assert circle.by("Fay", flow.skip, flow.pointer(circle.room), circle.now, circle.rng) == before
