"""Choosing: secret ballots, a willing author, ties, the way out, and the owner's own word."""

from __future__ import annotations

import pytest

from rooms import choosing, flow, tags, willing
from rooms.methodfiles import catalogue
from rooms.mine import mine
from rooms.refusal import Refused
from rooms.room import chosen, owner, phase, this_round
from rooms.view import View, view
from tests.people import CAST, Circle


def voted(circle: Circle, **dots: int) -> Circle:
    circle.to("choose")
    for name in CAST:
        circle.cast(name, {circle.case_of(of): n for of, n in dots.items()})
    circle.next()
    return circle


def test_the_highest_case_with_a_willing_author_is_chosen() -> None:
    circle = voted(Circle(), Owen=2, Cora=1)
    circle.answer("Owen", "rather-not")
    circle.answer("Cora", "bring")
    circle.next()

    assert chosen(circle.room).texts[2] == "Vraag van Cora?"  # type: ignore[union-attr]


def test_silence_is_not_willing_and_then_nobody_brings_a_case() -> None:
    circle = voted(Circle(), Owen=3)
    circle.next()

    assert not circle.room.chosen
    with pytest.raises(Refused):
        circle.next()


def test_an_older_revision_does_not_overwrite_a_newer_ballot() -> None:
    circle = Circle().to("choose")
    circle.cast("Owen", {circle.case_of("Cora"): 3}, rev=2)
    circle.cast("Owen", {circle.case_of("Owen"): 3}, rev=1)
    ballot = this_round(circle.room).ballots[tags.vote(circle.tag("Owen"), circle.room)]

    assert ballot.dots == {circle.case_of("Cora"): 3}


@pytest.mark.parametrize("dots", [{"x": 1}, {"own": 4}, {"own": -1}])
def test_a_wrong_ballot_is_refused(dots: dict[str, int]) -> None:
    circle = Circle().to("choose")
    with pytest.raises(Refused):
        circle.cast("Owen", {circle.case_of("Owen") if k == "own" else k: n for k, n in dots.items()})


def test_a_tie_is_voted_once_more_and_then_drawn() -> None:
    circle = voted(Circle(), Owen=1, Cora=1)
    for name in ("Owen", "Cora"):
        circle.answer(name, "bring")
    circle.next()

    assert flow.stage(circle.room) == "vote"
    assert {c.texts[2] for c in choosing.on_ballot(circle.room)} == {"Vraag van Owen?", "Vraag van Cora?"}
    circle.next()
    assert flow.stage(circle.room) == "twenty"
    assert circle.room.chosen


def test_a_second_vote_after_the_twenty_seconds_knows_nothing_of_who_tapped_in_them() -> None:
    circle = Circle().to("choose")
    owens, coras, carls = (circle.case_of(name) for name in ("Owen", "Cora", "Carl"))
    for name in CAST[:4]:
        circle.cast(name, {owens: 1, coras: 1, carls: 1})
    circle.cast("Cem", {owens: 1})
    circle.next()
    for name in ("Owen", "Cora", "Carl"):
        circle.answer(name, "bring")
    circle.next()
    for name in CAST:
        circle.by(name, choosing.rather_not, *circle.signs(name))
    circle.do(choosing.tick, circle.now + choosing.WAIT, circle.rng)
    assert flow.stage(circle.room) == "vote"
    assert len(choosing.on_ballot(circle.room)) == 2
    assert (this_round(circle.room).ready, this_round(circle.room).heard) == ({}, {})


def test_rather_not_shows_nothing_until_the_twenty_seconds_are_over() -> None:
    circle = voted(Circle(), Owen=2, Cora=1)
    for name in ("Owen", "Cora"):
        circle.answer(name, "bring")
    circle.next()
    from rooms.view import view

    before = view(circle.room, "lead")
    circle.by("Owen", choosing.rather_not, *circle.signs("Owen"))
    assert view(circle.room, "lead") == before
    circle.do(choosing.tick, circle.now + choosing.WAIT - 1, circle.rng)
    assert chosen(circle.room).texts[2] == "Vraag van Owen?"  # type: ignore[union-attr]
    circle.do(choosing.tick, circle.now + choosing.WAIT, circle.rng)
    assert chosen(circle.room).texts[2] == "Vraag van Cora?"  # type: ignore[union-attr]


def test_only_the_authors_device_can_claim_the_case() -> None:
    circle = voted(Circle(), Owen=3)
    circle.answer("Owen", "bring")
    circle.next()
    circle.now += choosing.WAIT
    circle.next()

    with pytest.raises(Refused):
        circle.claim("Cora")
    circle.claim("Owen")
    circle.claim("Owen")
    assert owner(circle.room) == circle.seat("Owen")


def test_nothing_of_the_method_starts_without_the_owners_yes() -> None:
    circle = voted(Circle(), Owen=3)
    circle.answer("Owen", "bring")
    circle.next()
    circle.now += choosing.WAIT
    circle.next()
    circle.claim("Owen")

    with pytest.raises(Refused):
        circle.next()
    circle.by("Owen", willing.say_yes, "five-step")
    circle.next()
    assert phase(circle.room).kind == "method"


def test_a_case_treated_without_its_author_needs_nobody_to_step_forward() -> None:
    circle = Circle(method="socratic").chosen("Owen", "without")

    assert flow.stage(circle.room) == "yes"
    assert owner(circle.room) == ""
    for name in ("Owen", "Cora"):
        with pytest.raises(Refused):
            circle.claim(name)
    with pytest.raises(Refused, match="zonder inbrenger"):
        circle.by("Fay", flow.pick_method, catalogue()["five-step"], circle.now)
    circle.next()
    assert phase(circle.room).id == "question"
    assert [c.cap for c in circle.room.cases] == [""] * 4
    circle.by("Fay", flow.back, flow.pointer(circle.room), circle.now, circle.rng)
    circle.next()
    assert phase(circle.room).id == "question"


def told(seen: View) -> tuple[object, ...]:
    """What a page says of the chosen case."""
    return seen.stage, seen.table, seen.question, seen.willing, seen.without, seen.owner_name, seen.nobody, seen.owners


def test_nothing_shows_that_it_is_without_its_author_until_the_twenty_seconds_are_over() -> None:
    seen = []
    for word in ("bring", "without"):
        circle = voted(Circle(method="socratic"), Owen=2, Cora=1)
        circle.answer("Owen", word)
        circle.answer("Cora", "bring")
        circle.next()
        seen.append([told(view(circle.room, who)) for who in ("lead", "member", "screen")])
        circle.by("Owen", choosing.rather_not, *circle.signs("Owen"))
        circle.by("Fay", flow.skip, flow.pointer(circle.room), circle.now, circle.rng)
        assert phase(circle.room).kind == "closing"  # as with any case that is passed over
        assert not circle.room.chosen
    assert seen[0] == seen[1]


def test_another_method_while_it_is_asked_asks_everybody_anew_when_the_answers_are_others() -> None:
    circle = voted(Circle(method="socratic"), Owen=2, Cora=1)
    circle.answer("Owen", "without")
    circle.by("Fay", flow.pick_method, catalogue()["five-step"], circle.now)
    assert (this_round(circle.room).answers, this_round(circle.room).ready) == ({}, {})
    with pytest.raises(Refused, match="vraagt een inbrenger"):
        circle.answer("Owen", "without")
    circle.answer("Owen", "bring")
    circle.by("Fay", flow.pick_method, catalogue()["gossip"], circle.now)
    assert len(this_round(circle.room).answers) == 1  # these are the same


def test_when_the_method_needs_an_owner_since_the_next_case_comes() -> None:
    circle = voted(Circle(method="socratic"), Owen=2, Cora=1)
    circle.answer("Owen", "without")
    circle.answer("Cora", "bring")
    circle.next()
    circle.by("Fay", flow.pick_method, catalogue()["five-step"], circle.now)
    circle.now += choosing.WAIT
    circle.next()
    assert chosen(circle.room).texts[2] == "Vraag van Cora?"  # type: ignore[union-attr]


def test_its_author_can_still_say_rather_not_and_it_can_be_put_away() -> None:
    circle = voted(Circle(method="socratic"), Owen=2, Cora=1)
    circle.answer("Owen", "without")
    circle.answer("Cora", "bring")
    circle.next()
    circle.by("Owen", choosing.rather_not, *circle.signs("Owen"))
    circle.now += choosing.WAIT
    circle.next()
    assert chosen(circle.room).texts[2] == "Vraag van Cora?"  # type: ignore[union-attr]

    circle = voted(Circle(method="socratic"), Owen=2, Cora=1)
    circle.answer("Owen", "without")
    circle.answer("Cora", "bring")
    circle.next()
    circle.now += choosing.WAIT
    circle.next()
    circle.by("Fay", choosing.put_away, flow.pointer(circle.room), circle.now, circle.rng)
    assert chosen(circle.room).texts[2] == "Vraag van Cora?"  # type: ignore[union-attr]


def test_where_the_method_needs_an_owner_nobody_brings_a_case_without() -> None:
    circle = voted(Circle(), Owen=2)
    with pytest.raises(Refused, match="vraagt een inbrenger"):
        circle.answer("Owen", "without")
    circle.next()
    assert not circle.room.chosen


@pytest.mark.parametrize(("first", "second"), [("without", "bring"), ("bring", "without")])
def test_of_two_cases_one_may_go_on_without_its_author(first: str, second: str) -> None:
    circle = voted(Circle(method="socratic", cases=2), Owen=2, Cora=1)
    circle.answer("Owen", first)
    circle.answer("Cora", second)
    for name, said in (("Owen", first), ("Cora", second)):
        circle.next()
        circle.now += choosing.WAIT
        circle.next()
        if said == "bring":
            circle.claim(name)
            with pytest.raises(Refused):
                circle.next()
            circle.by(name, willing.say_yes, "socratic")
    circle.next()

    owners = [circle.seat(name) if said == "bring" else "" for name, said in (("Owen", first), ("Cora", second))]
    assert [c.owner for c in circle.room.chosen] == owners
    assert phase(circle.room).kind == "method"


def test_two_cases_in_one_meeting_are_both_settled_in_the_choice() -> None:
    circle = voted(Circle(cases=2), Owen=2, Cora=1)
    for name in ("Owen", "Cora"):
        circle.answer(name, "bring")
    for name in ("Owen", "Cora"):
        circle.next()
        circle.now += choosing.WAIT
        circle.next()
        circle.claim(name)
        circle.by(name, willing.say_yes, "five-step")
    circle.next()

    assert [c.owner for c in circle.room.chosen] == [circle.seat("Owen"), circle.seat("Cora")]
    assert [line.case for line in circle.room.agenda if line.phase.kind == "method"] == [0] * 5 + [1] * 5


def test_with_four_the_circle_may_tell_instead_of_writing_and_voting() -> None:
    circle = Circle("Owen", "Cora", "Carl", "Cleo").to("write")
    circle.lay("Carl", "Toch geschreven?")
    circle.by("Fay", flow.tell, flow.pointer(circle.room), circle.now, circle.rng)
    assert (phase(circle.room).kind, flow.stage(circle.room)) == ("choose", "claim")
    assert not circle.room.cases  # what was written is not shown

    circle.claim("Cora")
    assert owner(circle.room) == circle.seat("Cora")
    with pytest.raises(Refused):  # nothing starts without her yes to the method
        circle.next()
    circle.by("Cora", willing.say_yes, "five-step")
    circle.next()
    assert phase(circle.room).id == "bring"


def test_telling_is_for_four_or_fewer_and_an_old_tap_changes_nothing() -> None:
    circle = Circle().to("write")
    with pytest.raises(Refused):
        circle.by("Fay", flow.tell, flow.pointer(circle.room), circle.now, circle.rng)
    few = Circle("Owen", "Cora").to("write")
    old = flow.pointer(few.room)
    few.by("Fay", flow.skip, old, few.now, few.rng)
    before = few.room
    assert few.by("Fay", flow.tell, old, few.now, few.rng) is before


def test_a_told_case_can_be_put_away_and_somebody_else_tells() -> None:
    circle = Circle("Owen", "Cora", "Carl").to("write")
    circle.by("Fay", flow.tell, flow.pointer(circle.room), circle.now, circle.rng)
    circle.claim("Owen")
    circle.by("Fay", choosing.put_away, flow.pointer(circle.room), circle.now, circle.rng)
    assert flow.stage(circle.room) == "claim"
    circle.claim("Carl")
    assert owner(circle.room) == circle.seat("Carl")


def test_an_owner_who_asks_for_another_method_is_asked_about_the_new_one() -> None:
    circle = Circle().to("choose")
    for name in CAST:
        circle.cast(name, {circle.case_of("Owen"): 3})
    circle.next()
    circle.answer("Owen", "bring")
    circle.next()
    circle.now += choosing.WAIT
    circle.next()
    circle.claim("Owen")
    circle.by("Owen", willing.say_yes, "")
    circle.by("Fay", flow.pick_method, catalogue()["gossip"], circle.now)
    device = circle.room.devices[circle.handle("Owen")]
    assert mine(circle.room, device, circle.tag("Owen")).asked_yes

    circle.by("Owen", willing.say_yes, "gossip")
    circle.next()
    assert phase(circle.room).kind == "method"
