"""A step back from the choice, and on again: what was taken off stays off the table, what was chosen stays chosen."""

from __future__ import annotations

import pytest

from rooms import choosing, flow, handles, people, reading, tags, texts, willing, writing
from rooms.methodfiles import catalogue
from rooms.methods import SHELL
from rooms.refusal import Refused
from rooms.room import key, owner, phase, this_round
from rooms.shell import CHOICE
from rooms.view import view
from tests.people import CAST, Circle


def back(circle: Circle, to: str = "") -> None:
    """One phase back, or as many as it takes to one of this kind."""
    circle.by("Fay", flow.back, flow.pointer(circle.room), circle.now, circle.rng)
    while to and phase(circle.room).kind != to:
        circle.by("Fay", flow.back, flow.pointer(circle.room), circle.now, circle.rng)


def skip(circle: Circle) -> None:
    circle.by("Fay", flow.skip, flow.pointer(circle.room), circle.now, circle.rng)


def put_away(circle: Circle) -> None:
    circle.by("Fay", choosing.put_away, flow.pointer(circle.room), circle.now, circle.rng)


def take_back(circle: Circle, name: str) -> None:
    circle.by("Carl", reading.take_back, circle.case_of(name))


def where(circle: Circle) -> tuple[str, str]:
    return phase(circle.room).kind, flow.stage(circle.room)


def shown(circle: Circle) -> str:
    """The question of the case that every screen shows as the chosen one."""
    return (*view(circle.room, "screen").table, "", "", "")[2]


def asked(circle: Circle, **willing: int) -> Circle:
    """Before the outcome: these authors bring theirs, with these dots from everybody."""
    circle.to("choose")
    for name in CAST:
        circle.cast(name, {circle.case_of(of): n for of, n in willing.items()})
    circle.next()
    for name in willing:
        circle.answer(name, "bring")
    return circle


def twenty(circle: Circle, **willing: int) -> Circle:
    """In the twenty seconds of the case with the most dots."""
    asked(circle, **willing).next()
    return circle


def claimable(circle: Circle, **willing: int) -> Circle:
    """The twenty seconds are over: everybody waits for the author."""
    twenty(circle, **willing)
    circle.now += choosing.WAIT
    circle.next()
    return circle


@pytest.mark.parametrize("begun", [twenty, claimable])
def test_a_chosen_case_that_was_taken_off_the_table_comes_back_on_no_screen(begun) -> None:  # type: ignore[no-untyped-def]
    circle = begun(Circle(), Owen=2)
    back(circle)
    take_back(circle, "Owen")
    circle.next()

    assert shown(circle) == ""
    assert view(circle.room, "member").nobody
    with pytest.raises(Refused):
        circle.next()


def test_in_the_place_of_a_case_that_was_taken_off_comes_the_next_willing_one_with_its_own_twenty_seconds() -> None:
    circle = claimable(Circle(), Owen=2, Cora=1)
    back(circle, "write")
    tag = circle.tag("Owen")
    circle.by("Owen", writing.nothing, tags.case(tag, circle.room), tags.ready(tag, circle.room), "s")
    circle.next()
    circle.now += 60_000
    circle.next()

    assert where(circle) == ("choose", "twenty")
    assert (shown(circle), this_round(circle.room).until) == ("Vraag van Cora?", circle.now + choosing.WAIT)


def test_the_twenty_seconds_begin_again_after_a_step_back() -> None:
    circle = twenty(Circle(), Owen=2)
    back(circle)
    circle.now += 3 * choosing.WAIT
    circle.next()

    assert (shown(circle), this_round(circle.room).until) == ("Vraag van Owen?", circle.now + choosing.WAIT)


def test_a_case_that_was_taken_off_when_its_method_was_under_way_leaves_nothing_to_another_one() -> None:
    circle = Circle().to_method("Owen")
    circle.by("Owen", texts.put, "layer", "Over wat ik doe")
    back(circle, "read")
    circle.by("Carl", reading.take_back, circle.room.chosen[0].case)
    circle.next()

    assert (circle.room.chosen, view(circle.room, "member").nobody) == ((), True)
    assert not circle.room.texts
    assert not choosing.under_way(circle.room)


def test_of_two_cases_the_first_can_be_taken_off_before_the_method_and_the_second_stays() -> None:
    circle = claimable(Circle(cases=2), Owen=2, Cora=1)
    circle.claim("Owen")
    circle.by("Owen", willing.say_yes, "five-step")
    circle.next()
    back(circle)
    take_back(circle, "Owen")
    circle.next()

    assert (where(circle), shown(circle)) == (("choose", "twenty"), "Vraag van Cora?")
    assert [c.case for c in circle.room.chosen] == [circle.case_of("Cora")]


def test_a_case_that_is_told_stays_on_the_way_back() -> None:
    circle = Circle("Owen", "Cora").to("write")
    circle.by("Fay", flow.tell, flow.pointer(circle.room), circle.now, circle.rng)
    circle.claim("Owen")
    circle.by("Owen", willing.say_yes, "five-step")
    circle.next()
    back(circle)

    assert (where(circle), owner(circle.room)) == (("choose", "yes"), circle.seat("Owen"))


@pytest.mark.parametrize("to", ["read", "write"])
def test_skipping_the_reading_after_a_step_back_from_the_method_keeps_the_case_and_its_owner(to: str) -> None:
    circle = Circle().to_method("Owen")
    before = circle.room.chosen
    back(circle, to)
    for _ in CHOICE[CHOICE.index(to) :]:
        skip(circle)

    assert phase(circle.room).kind == "method"
    assert (circle.room.chosen, owner(circle.room)) == (before, circle.seat("Owen"))


def test_skipping_the_reading_after_a_step_back_from_the_owners_yes_leads_to_the_same_question() -> None:
    circle = Circle().to_owner("Owen")
    back(circle)
    skip(circle)

    assert (where(circle), owner(circle.room)) == (("choose", "yes"), circle.seat("Owen"))
    circle.by("Owen", willing.say_yes, "five-step")
    circle.next()
    assert phase(circle.room).kind == "method"


def test_skipping_a_choice_whose_method_was_under_way_leaves_no_method_without_its_owner() -> None:
    circle = Circle().to_method("Owen")
    back(circle)
    circle.by("Owen", willing.say_yes, "")
    skip(circle)
    assert phase(circle.room).kind == "closing"
    back(circle)

    assert (phase(circle.room).kind, owner(circle.room)) == ("method", circle.seat("Owen"))


def write_again(circle: Circle, name: str, question: str) -> None:
    """Back to the writing, where somebody lays this with a yes to showing it, and on to the choice."""
    back(circle, "write")
    circle.lay(name, question, rev=9)
    circle.next()
    circle.consent(name)
    circle.next()
    circle.next()


def test_a_case_written_after_a_step_back_from_the_asking_is_voted_on_and_asked_about_like_the_others() -> None:
    circle = asked(Circle(), Owen=2)
    circle.answer("Cato", "none")
    write_again(circle, "Cato", "Vraag van Cato?")

    assert where(circle) == ("choose", "vote")
    assert this_round(circle.room).tally == {}
    circle.to_method("Cato")
    assert owner(circle.room) == circle.seat("Cato")


@pytest.mark.parametrize("begun", [twenty, claimable])
def test_a_case_written_while_another_one_waited_for_its_author_is_chosen_between_again(begun) -> None:  # type: ignore[no-untyped-def]
    circle = begun(Circle(), Owen=2)
    write_again(circle, "Cato", "Vraag van Cato?")

    assert where(circle) == ("choose", "vote")
    assert (circle.room.chosen, shown(circle)) == ((), "")


def test_a_case_written_before_a_second_vote_can_get_a_dot() -> None:
    circle = asked(Circle(), Owen=1, Cora=1)
    circle.next()
    assert choosing.on_ballot(circle.room) != list(circle.room.cases)
    write_again(circle, "Cato", "Vraag van Cato?")

    assert circle.case_of("Cato") in {c.id for c in choosing.on_ballot(circle.room)}


def test_a_case_written_when_another_one_has_its_owner_takes_nothing_from_it() -> None:
    circle = Circle().to_owner("Owen")
    write_again(circle, "Cato", "Vraag van Cato?")

    assert (where(circle), owner(circle.room)) == (("choose", "yes"), circle.seat("Owen"))


def test_a_case_that_was_changed_keeps_its_votes() -> None:
    circle = asked(Circle(), Owen=2, Cora=1)
    write_again(circle, "Owen", "Liever zo?")
    circle.next()

    assert (where(circle), shown(circle)) == (("choose", "twenty"), "Liever zo?")


def test_a_chosen_case_that_was_changed_is_shown_as_it_is_now_and_still_claimed_by_its_author() -> None:
    circle = claimable(Circle(), Owen=2, Cora=1)
    write_again(circle, "Owen", "Liever zo?")
    assert (where(circle), shown(circle)) == (("choose", "claim"), "Liever zo?")
    circle.claim("Owen")

    assert view(circle.room, "member").question == ("Liever zo?",)


def test_the_words_that_an_owner_said_yes_to_stay() -> None:
    circle = Circle().to_owner("Owen")
    write_again(circle, "Owen", "Liever zo?")

    assert circle.room.chosen[-1].question == ("Vraag van Owen?",)
    assert owner(circle.room) == circle.seat("Owen")


def test_a_changed_case_lies_anywhere_among_the_others() -> None:
    places = set()
    for seed in range(12):
        circle = Circle().to("read")
        circle.rng.seed(seed)
        before = circle.case_of("Owen")
        write_again(circle, "Owen", "Liever zo?")
        assert circle.case_of("Owen") == before
        places.add([c.id for c in circle.room.cases].index(before))

    assert len(places) == 4


def test_once_a_method_began_no_case_is_put_away_for_another_that_nobody_can_bring() -> None:
    circle = Circle().to_method("Owen")
    back(circle)
    before = circle.room
    with pytest.raises(Refused, match="Sinds de methode begon"):
        put_away(circle)

    assert circle.room == before


def ended(circle: Circle) -> Circle:
    """Back in the choice after the method began, its owner ends the case."""
    circle.to_method("Owen")
    back(circle)
    circle.by("Owen", handles.stop, circle.now)
    circle.by("Owen", handles.choose, "end")
    circle.by("Fay", handles.go_on, circle.now, circle.rng)
    return circle


def test_an_owner_who_ends_the_case_back_in_the_choice_sends_the_circle_to_the_writing_with_an_empty_table() -> None:
    circle = ended(Circle())
    assert view(circle.room, "member").nobody
    back(circle)
    assert (where(circle), circle.room.cases) == (("write", "write"), ())
    circle.lay("Cato", "Vraag van Cato?")
    circle.lay("Cora", "Vraag van Cora?")
    circle.lay("Owen", "Toch weer ik?")
    circle.next()
    assert {c.texts[2] for c in view(circle.room, "member").cases} == {
        "Vraag van Cato?",
        "Vraag van Cora?",
        "Toch weer ik?",
    }
    circle.to_method("Cato")

    assert (owner(circle.room), phase(circle.room).kind) == (circle.seat("Cato"), "method")


def test_with_an_empty_table_nobody_is_taken_for_having_shown_a_case() -> None:
    circle = ended(Circle())
    back(circle)
    circle.next()

    assert where(circle) == ("write", "consent")


def test_a_choice_held_anew_has_room_for_the_second_case_that_nobody_brought_the_first_time() -> None:
    circle = ended(Circle(cases=2))
    back(circle)
    for name in ("Cato", "Cora", "Carl"):
        circle.lay(name, f"Vraag van {name}?")
    circle.next()
    asked(circle, Cato=2, Cora=1).next()
    for name in ("Cato", "Cora"):
        circle.now += choosing.WAIT
        circle.next()
        circle.claim(name)
        circle.by(name, willing.say_yes, "five-step")
        circle.next()

    assert {line.case for line in circle.room.agenda if line.phase.kind == "method"} == {0, 1}


def test_nobody_votes_when_every_case_was_taken_off_the_table() -> None:
    circle = Circle().to("read")
    for name in CAST[:4]:
        take_back(circle, name)
    circle.next()
    assert view(circle.room, "member").nobody
    back(circle)

    assert where(circle) == ("write", "write")


def test_of_a_second_vote_between_two_who_both_took_theirs_back_the_others_are_left() -> None:
    circle = asked(Circle(), Owen=1, Cora=1)
    circle.answer("Carl", "bring")
    circle.next()
    back(circle)
    for name in ("Owen", "Cora"):
        take_back(circle, name)
    circle.next()
    assert {c.id for c in choosing.on_ballot(circle.room)} == {circle.case_of("Carl"), circle.case_of("Cleo")}
    circle.next()

    assert shown(circle) == "Vraag van Carl?"


def both(circle: Circle) -> Circle:
    """Owen's case and Cora's, each with its owner; Owen said yes to the method."""
    claimable(circle, Owen=2, Cora=1).claim("Owen")
    circle.by("Owen", willing.say_yes, "five-step")
    circle.next()
    circle.now += choosing.WAIT
    circle.next()
    circle.claim("Cora")
    return circle


def test_of_two_owners_who_leads_sees_the_answer_that_holds_the_method_up_and_whose_it_is() -> None:
    circle = both(Circle(cases=2))
    told = lambda: (view(circle.room, "lead").willing, view(circle.room, "lead").willing_name)  # noqa: E731
    assert told() == ("waiting", "Cora")
    circle.by("Cora", willing.say_yes, "five-step")
    assert told() == ("yes", "Cora")
    circle.by("Fay", flow.pick_method, catalogue()["gossip"], circle.now)
    circle.by("Cora", willing.say_yes, "gossip")
    assert told() == ("waiting", "Owen")
    circle.by("Owen", willing.say_yes, "")
    assert told() == ("other", "Owen")
    assert view(circle.room, "member").willing_name == ""


def test_of_two_cases_the_one_whose_owner_went_away_is_put_away_and_a_second_tap_spares_the_other() -> None:
    circle = both(Circle(cases=2))
    circle.by("Owen", people.leave)
    before = flow.pointer(circle.room)
    for _ in range(2):
        circle.by("Fay", choosing.put_away, before, circle.now, circle.rng)

    assert [c.owner for c in circle.room.chosen] == [circle.seat("Cora")]
    assert where(circle) == ("choose", "yes")
    circle.by("Cora", willing.say_yes, "five-step")
    circle.next()
    assert (phase(circle.room).kind, owner(circle.room)) == ("method", circle.seat("Cora"))


def test_a_case_put_away_because_its_owner_went_leaves_the_second_one_waiting_for_its_author() -> None:
    circle = both(Circle(cases=2))
    put_away(circle)  # Cora's
    assert circle.room.chosen[-1].owner == circle.seat("Owen")
    circle = claimable(Circle(cases=2), Owen=2, Cora=1)
    circle.claim("Owen")
    circle.by("Owen", willing.say_yes, "five-step")
    circle.next()
    circle.now += choosing.WAIT
    circle.next()
    circle.by("Owen", people.leave)
    put_away(circle)

    assert (where(circle), shown(circle)) == (("choose", "claim"), "Vraag van Cora?")
    circle.claim("Cora")
    assert len(circle.room.chosen) == 1


def end(circle: Circle, name: str) -> None:
    """This owner stops, and ends the case; the circle goes on."""
    circle.by(name, handles.stop, circle.now)
    circle.by(name, handles.choose, "end")
    circle.by("Fay", handles.go_on, circle.now, circle.rng)


@pytest.mark.parametrize("to", ["read", "write", "checkin"])
def test_of_two_owners_one_who_ends_the_case_before_the_choice_does_not_begin_the_others_method(to: str) -> None:
    circle = both(Circle(cases=2))
    back(circle, to)
    end(circle, "Owen")
    assert phase(circle.room).kind == to
    while phase(circle.room).kind != "choose":
        circle.next()

    assert (where(circle), owner(circle.room), len(circle.room.chosen)) == (("choose", "yes"), circle.seat("Cora"), 1)
    assert view(circle.room, "lead").willing == "waiting"
    circle.by("Cora", willing.say_yes, "five-step")
    circle.next()
    assert (phase(circle.room).kind, owner(circle.room)) == ("method", circle.seat("Cora"))
    assert not any(c.cap for c in circle.room.cases)


def test_an_owner_who_ends_the_case_before_the_choice_leaves_it_to_the_next_willing_one() -> None:
    circle = claimable(Circle(cases=1), Owen=2, Cora=1)
    circle.claim("Owen")
    back(circle, "read")
    end(circle, "Owen")
    assert "Vraag van Owen?" not in str(view(circle.room, "member"))
    circle.next()

    assert (where(circle), shown(circle)) == (("choose", "twenty"), "Vraag van Cora?")


def test_a_told_case_that_is_ended_before_the_choice_is_asked_for_anew() -> None:
    circle = Circle("Owen", "Cora").to("write")
    circle.by("Fay", flow.tell, flow.pointer(circle.room), circle.now, circle.rng)
    circle.claim("Owen")
    back(circle, "checkin")
    end(circle, "Owen")
    skip(circle)
    while phase(circle.room).kind != "choose":
        circle.by("Fay", flow.tell, flow.pointer(circle.room), circle.now, circle.rng)

    assert (where(circle), owner(circle.room)) == (("choose", "claim"), "")


def test_of_two_owners_the_first_ends_the_case_when_both_methods_were_begun() -> None:
    circle = both(Circle(cases=2))
    circle.by("Cora", willing.say_yes, "five-step")
    while circle.room.agenda[circle.room.at].case == 0:
        circle.next()
    while phase(circle.room).kind == "breather" or not phase(circle.room).inputs:
        circle.next()
    left = key(circle.room)
    back(circle, "read")
    end(circle, "Owen")
    circle.next()

    assert [c.owner for c in circle.room.chosen] == [circle.seat("Cora")]
    assert left.replace("1:", "0:") in circle.room.rounds, "what was Cora's is hers still, as the first case"
    assert not any(name.startswith("1:") and name.partition(":")[2] not in SHELL for name in circle.room.rounds)


def test_skipping_the_choice_once_another_method_was_picked_keeps_the_case_and_its_owner() -> None:
    circle = Circle().to_method("Owen")
    back(circle, "choose")
    circle.by("Fay", flow.pick_method, catalogue()["gossip"], circle.now)
    skip(circle)
    assert (phase(circle.room).kind, owner(circle.room)) == ("closing", circle.seat("Owen"))
    back(circle)

    assert (where(circle), owner(circle.room)) == (("choose", "yes"), circle.seat("Owen"))


def test_skipping_the_choice_into_the_closing_leaves_no_ownership_tag() -> None:
    circle = Circle().to_method("Owen")
    back(circle, "write")
    for name in ("Cato", "Cem", "Cleo"):
        circle.by(name, writing.lay, *circle.signs(name), 9, ("Nieuw", "", "Vraag van nu?"))
    circle.next()
    while phase(circle.room).kind != "choose":
        circle.next()
    assert any(c.cap for c in circle.room.cases)
    circle.by("Owen", willing.say_yes, "")  # another method, please: else skipping leads into this one
    skip(circle)

    assert phase(circle.room).kind == "closing"
    assert not any(c.cap for c in circle.room.cases)


def test_the_case_that_would_be_put_away_is_named_when_it_is_not_the_one_on_the_screen() -> None:
    circle = both(Circle(cases=2))
    assert view(circle.room, "lead").away_name == ""
    circle.by("Owen", people.leave)
    assert (view(circle.room, "lead").away_name, view(circle.room, "member").away_name) == ("Owen", "")
    put_away(circle)
    assert view(circle.room, "lead").away_name == ""


def test_while_all_is_quiet_no_case_is_put_away() -> None:
    circle = both(Circle(cases=2))
    circle.by("Cora", handles.stop, circle.now)
    circle.by("Cora", handles.choose, "end")
    with pytest.raises(Refused):
        put_away(circle)
    circle.by("Fay", handles.go_on, circle.now, circle.rng)

    assert [c.owner for c in circle.room.chosen] == [circle.seat("Owen")]


def test_a_step_back_in_the_quiet_ends_no_other_owners_case() -> None:
    circle = both(Circle(cases=2))
    circle.by("Cora", handles.stop, circle.now)
    circle.by("Cora", handles.choose, "end")
    back(circle)
    circle.by("Fay", handles.go_on, circle.now, circle.rng)

    assert [c.owner for c in circle.room.chosen] == [circle.seat("Owen"), circle.seat("Cora")]
    assert not any(c.ended for c in circle.room.chosen)


def tell(circle: Circle) -> None:
    circle.by("Fay", flow.tell, flow.pointer(circle.room), circle.now, circle.rng)


def told_and_under_way() -> Circle:
    """Owen told his case, and its method is under way, with a text of his."""
    circle = Circle("Owen", "Cora", "Carl").to("write")
    tell(circle)
    circle.claim("Owen")
    circle.by("Owen", willing.say_yes, "five-step")
    circle.next()
    circle.by("Owen", texts.put, "layer", "Over wat ik doe")
    return circle


def test_of_a_told_case_that_is_ended_before_the_choice_nothing_is_taken_for_the_next_owners() -> None:
    circle = told_and_under_way()
    back(circle, "write")
    end(circle, "Owen")
    skip(circle)
    circle.next()
    assert where(circle) == ("choose", "claim")
    circle.claim("Cora")
    circle.by("Cora", willing.say_yes, "five-step")
    circle.next()

    assert owner(circle.room) == circle.seat("Cora")
    assert "Over wat ik doe" not in str(circle.room.texts)


def test_telling_again_leads_back_to_the_told_case_as_it_was() -> None:
    circle = told_and_under_way()
    back(circle, "write")
    assert view(circle.room, "lead").may_tell
    tell(circle)
    assert (where(circle), owner(circle.room)) == (("choose", "yes"), circle.seat("Owen"))
    circle.next()

    assert "Over wat ik doe" in str(view(circle.room, "member"))


def test_no_written_case_that_has_its_owner_gives_way_to_telling() -> None:
    circle = Circle("Owen", "Cora", "Carl", "Cem").to_method("Owen")
    circle.by("Owen", texts.put, "layer", "Over wat ik doe")
    back(circle, "write")
    assert not view(circle.room, "lead").may_tell
    with pytest.raises(Refused, match="al een casus met een inbrenger"):
        tell(circle)


def test_nobody_skips_while_all_is_quiet_so_that_one_owner_ends_no_other_ones_case() -> None:
    circle = both(Circle(cases=2))
    circle.by("Cora", willing.say_yes, "five-step")
    while not circle.room.agenda[circle.room.at + 1].case:
        circle.next()
    circle.by("Owen", handles.stop, circle.now)
    circle.by("Owen", handles.choose, "end")
    with pytest.raises(Refused, match="even stil"):
        skip(circle)
    circle.by("Fay", handles.go_on, circle.now, circle.rng)

    assert [c.ended for c in circle.room.chosen] == [True, False]
    assert owner(circle.room) == circle.seat("Cora")


def test_of_two_cases_the_first_can_be_taken_off_once_its_method_began_and_the_second_comes() -> None:
    circle = both(Circle(cases=2))
    circle.by("Cora", willing.say_yes, "five-step")
    circle.next()
    circle.by("Owen", texts.put, "layer", "Over wat ik doe")
    back(circle, "read")
    circle.by("Owen", reading.take_back, circle.room.chosen[0].case)
    circle.next()
    circle.next()

    assert (phase(circle.room).kind, owner(circle.room)) == ("method", circle.seat("Cora"))
    assert "Over wat ik doe" not in str(circle.room.texts)


def in_second_vote() -> Circle:
    """Owen brings the first of two cases; of Cora's and Carl's, which are equal, one is voted for as the second."""
    circle = claimable(Circle(cases=2), Owen=3, Cora=0, Carl=0)
    circle.claim("Owen")
    circle.by("Owen", willing.say_yes, "five-step")
    circle.next()
    assert where(circle) == ("choose", "vote")
    for name in ("Cato", "Cem", "Cleo"):
        circle.cast(name, {circle.case_of("Carl"): 1})
    return circle


@pytest.mark.parametrize("how", ["ends", "taken off"])
def test_a_vote_on_the_second_case_goes_on_when_the_first_one_goes(how: str) -> None:
    circle = in_second_vote()
    if how == "ends":
        end(circle, "Owen")
    else:
        back(circle, "read")
        take_back(circle, "Owen")
        circle.next()
    assert (where(circle), circle.room.chosen) == (("choose", "vote"), ())
    assert len(this_round(circle.room).ballots) == 3
    circle.next()

    assert shown(circle) == "Vraag van Carl?"


@pytest.mark.parametrize("at", ["vote", "twenty", "claim", "yes"])
def test_skipping_the_second_case_leads_to_the_first_ones_method(at: str) -> None:
    circle = in_second_vote()
    if at != "vote":
        circle.next()
    if at in ("claim", "yes"):
        circle.now += choosing.WAIT
        circle.next()
    if at == "yes":
        circle.claim("Carl")
    assert where(circle) == ("choose", at)
    skip(circle)

    assert (phase(circle.room).kind, owner(circle.room)) == ("method", circle.seat("Owen"))
    assert {line.case for line in circle.room.agenda if line.phase.kind == "method"} == {0}
    assert not any(c.cap for c in circle.room.cases)
    back(circle)
    assert (where(circle), this_round(circle.room).until) == (("choose", "yes"), 0)


def test_skipping_a_choice_without_an_outcome_leaves_room_for_a_second_case() -> None:
    circle = Circle(cases=2).to_method("Owen")
    assert {line.case for line in circle.room.agenda} == {0}
    back(circle, "choose")
    end(circle, "Owen")
    skip(circle)
    assert phase(circle.room).kind == "closing"
    assert {line.case for line in circle.room.agenda} == {0, 1}


def test_who_left_before_the_agreement_reads_it_when_called_back_and_who_has_no_phone_need_not() -> None:
    circle = Circle()
    circle.by("Fay", people.add_seat, "Opa", op="0" * 32)
    circle.by("Owen", people.leave)
    circle.by("Fay", people.call_outside, circle.seat("Opa"))
    circle.by("Fay", people.call_outside, circle.seat("Cora"))
    circle.by("Fay", people.call_back, circle.seat("Cora"))  # still in time
    circle.next()
    circle.next()
    assert phase(circle.room).kind == "checkin"
    for name in ("Owen", "Opa"):
        circle.by("Fay", people.call_back, circle.seat(name))

    late = {s.name for s in circle.room.seats.values() if not s.caught_up}
    assert late == {"Owen"}
