"""A vote inside a method: one, dots or a ranking; nobody sees a ballot, and below five nobody sees a number."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from rooms import boards, cards, closing, few, flow, people, tags
from rooms.methodcheck import faults
from rooms.methodfiles import catalogue
from rooms.methods import Method, Text
from rooms.mine import holds_own
from rooms.refusal import Refused
from rooms.rights import LATE, OUTSIDE
from rooms.room import Room, phase, this_round
from rooms.view import view
from tests.made import (
    INSIDE,
    ballot,
    gone,
    late,
    lead,
    led,
    line,
    made,
    own,
    page,
    prepared,
    small,
    step,
    to_phase,
    two_cases,
    words,
)
from tests.people import CAST, Circle

FIVE = CAST[:5]
ABC = words("A", "B", "C")


def choice(mode: str = "one", who: str = "everybody", most: int = 1) -> Method:
    """A vote between A, B and C, and a phase after it."""
    asked = line("best", "vote", who=who, mode=mode, max=most, options=ABC)
    return made(step("choice", asked), step("after"))


def found(first: str = "cards", **fields: object) -> Method:
    """Cards without a name, or a board, and a vote about them in the same phase."""
    lines = line("finds", first, **{"max": 2, "chars": 80, "signed": False, **fields})
    return made(step("deepen", lines, line("best", "vote", mode="dots", max=2, of="finds")), step("after"))


def board() -> Method:
    return found(signed=True, live=True, shape="columns", options=ABC)


def card(circle: Circle, name: str, text: str, slot: int = 0, of: str = "finds") -> Room:
    tag = circle.tag(name)
    mark, ready = tags.card(tag, circle.room, of, slot), tags.ready(tag, circle.room)
    return circle.by(name, cards.lay, of, slot, 1, text, tag=mark, ready=ready)


def to_ballot(*texts: str) -> Circle:
    """A circle that votes about these cards."""
    circle = led(found())
    for name, text in zip(CAST, texts, strict=False):
        card(circle, name, text)
    circle.next()
    return circle


def named(circle: Circle, text: str) -> str:
    """The id of a card."""
    return next(c.id for c in this_round(circle.room).cards if c.text == text)


def outcome(circle: Circle, role: str = "member") -> list[tuple[str, int]]:
    shelf = next(s for s in view(circle.room, role).shelves if s.input.id == "best")
    return [(word.nl if isinstance(word, Text) else word, points) for word, points in shelf.outcome]


def counted(circle: Circle) -> bool:
    return next(s for s in page(circle, "Cora").shelves if s.input.id == "best").counted


def tapped(circle: Circle, *names: str) -> None:
    for name in names:
        circle.by(name, few.allow, tags.small(circle.tag(name), circle.room))


def given(circle: Circle, name: str) -> dict[str, int]:
    return next(t for t in own(circle, name).tasks if t.input.id == "best").given


# What a ballot may hold, and who casts it


def test_the_newest_ballot_of_a_device_counts_and_an_older_or_repeated_one_changes_nothing() -> None:
    circle = led(choice())
    ballot(circle, "Cora", {"o0": 1}, rev=2)
    before = circle.room

    assert ballot(circle, "Cora", {"o1": 1}, rev=1) is before
    assert ballot(circle, "Cora", {"o1": 1}, rev=2) is before
    ballot(circle, "Cora", {"o2": 1}, rev=3)
    assert len(this_round(circle.room).ballots) == 1
    circle.next()
    assert outcome(circle) == [("C", 1)]


@pytest.mark.parametrize(
    ("mode", "fits", "too_much"),
    [
        ("one", [{"o1": 1}, {}], [{"o0": 1, "o1": 1}, {"o1": 2}, {"o1": -1}]),
        ("dots", [{"o0": 2}, {"o0": 1, "o2": 1}, {}], [{"o0": 3}, {"o0": 2, "o1": 1}, {"o0": -1, "o1": 3}]),
        ("rank", [{"o2": 1}, {"o2": 1, "o0": 2}, {}], [{"o0": 2}, {"o0": 1, "o1": 1}, {"o0": 1, "o1": 3}, {"o0": -1}]),
    ],
)
def test_a_ballot_holds_no_more_than_its_kind_gives(
    mode: str, fits: list[dict[str, int]], too_much: list[dict[str, int]]
) -> None:
    circle = led(choice(mode, most=2))
    for wrong in too_much:
        with pytest.raises(Refused):
            ballot(circle, "Cora", wrong, rev=1)
    for rev, right in enumerate(fits, 1):
        ballot(circle, "Cora", right, rev=rev)
        assert given(circle, "Cora") == right


def test_what_is_not_on_the_table_cannot_be_chosen() -> None:
    circle = led(choice())
    for name in ("o3", "x", "", circle.seat("Cora")):
        with pytest.raises(Refused, match="ligt niet meer op tafel"):
            ballot(circle, "Cora", {name: 1})


def test_everybody_who_takes_part_votes_and_who_only_leads_or_only_looks_does_not() -> None:
    circle = prepared(replace(choice(), everybody=True))
    circle.by("Cato", people.take_task, "observer")
    circle.to_method()
    for name in ("Owen", "Cora"):
        assert given(circle, name) == {}
        ballot(circle, name, {"o0": 1})
    for name in ("Fay", "Cato"):
        assert own(circle, name).tasks == ()
        with pytest.raises(Refused):
            ballot(circle, name, {"o0": 1})
    assert len(this_round(circle.room).ballots) == 2


@pytest.mark.parametrize("how", ["outside", "left", "removed"])
def test_who_is_not_at_the_table_casts_no_ballot(how: str) -> None:
    circle = led(choice())
    gone(circle, "Carl", how)
    with pytest.raises(Refused, match="niet aan tafel"):
        ballot(circle, "Carl", {"o0": 1})


@pytest.mark.parametrize("caught_up", [False, True])
def test_who_comes_in_during_a_vote_waits_for_the_next_one(caught_up: bool) -> None:
    circle = late(led(choice()), "Noor", caught_up=caught_up)
    assert own(circle, "Noor").tasks == ()
    with pytest.raises(Refused, match="toen deze ronde al liep"):
        ballot(circle, "Noor", {"o0": 1})
    circle.next()
    lead(circle, flow.repeat)
    assert bool(own(circle, "Noor").tasks) == caught_up


def test_the_owner_casts_no_ballot_in_a_vote_of_the_others() -> None:
    circle = led(choice(who="consultants"))
    ballot(circle, "Cora", {"o0": 1})
    assert own(circle, "Owen").tasks == ()
    with pytest.raises(Refused):
        ballot(circle, "Owen", {"o0": 1})


def test_a_ballot_that_comes_late_is_refused_and_changes_no_count() -> None:
    circle = led(choice())
    ballot(circle, "Cora", {"o0": 1})
    circle.next()
    before = circle.room
    with pytest.raises(Refused, match="liggen al open"):
        ballot(circle, "Carl", {"o1": 1})
    circle.next()
    with pytest.raises(Refused):
        ballot(circle, "Carl", {"o1": 1})
    lead(circle, flow.back)
    assert this_round(circle.room).results["best"] == this_round(before).results["best"] == (0, 1, 0, 0)


# What is seen of it


def test_until_it_is_closed_nobody_sees_a_ballot_but_whose_it_is() -> None:
    circle = led(choice("dots", most=2))
    pages = [view(circle.room, role) for role in INSIDE]
    others = own(circle, "Carl")
    ballot(circle, "Cora", {"o1": 2}, rev=4)

    assert [view(circle.room, role) for role in INSIDE] == pages
    assert own(circle, "Carl") == others
    mine = own(circle, "Cora")
    assert (mine.ready, mine.tasks[0].given, mine.tasks[0].rev) == (True, {"o1": 2}, 4)
    assert holds_own(circle.room, mine)
    circle.next()
    assert [t for t in own(circle, "Cora").tasks if t.input.id == "best"] == []


@pytest.mark.parametrize("role", INSIDE)
def test_five_ballots_show_their_points_to_everybody_the_highest_first(role: str) -> None:
    circle = led(choice("dots", most=3))
    for name in FIVE:
        ballot(circle, name, {"o2": 2, "o1": 1} if name == "Owen" else {"o2": 1})
    circle.next()

    assert outcome(circle, role) == [("C", 6), ("B", 1), ("A", 0)]
    assert counted(circle)


@pytest.mark.parametrize("role", INSIDE)
def test_four_ballots_show_what_came_out_on_top_and_no_number(role: str) -> None:
    circle = led(choice("dots", most=3))
    for name in FIVE[:4]:
        ballot(circle, name, {"o2": 2, "o1": 1} if name == "Owen" else {"o2": 1})
    circle.next()

    assert outcome(circle, role) == [("C", 1)]
    assert not counted(circle)
    assert 5 not in this_round(circle.room).results["best"]  # the points themselves are not even kept


def test_what_is_equal_at_the_top_comes_out_together() -> None:
    circle = led(choice())
    for name, n in zip(FIVE[:4], (0, 0, 2, 2), strict=True):
        ballot(circle, name, {f"o{n}": 1})
    circle.next()

    assert outcome(circle) == [("A", 1), ("C", 1)]


def test_where_nobody_chose_anything_nothing_comes_out_on_top() -> None:
    circle = led(choice())
    for name in FIVE[:3]:
        ballot(circle, name, {})
    circle.next()

    assert outcome(circle) == []


@pytest.mark.parametrize("role", [OUTSIDE, LATE])
def test_who_is_out_of_it_sees_no_outcome(role: str) -> None:
    circle = led(choice())
    for name in FIVE:
        ballot(circle, name, {"o0": 1})
    circle.next()

    assert view(circle.room, role).shelves == ()


def test_in_a_ranking_the_first_of_three_gets_three_points_and_what_has_no_place_none() -> None:
    circle = led(choice("rank"))
    for name in FIVE[:3]:
        ballot(circle, name, {"o1": 1, "o0": 2, "o2": 3})
    for name in FIVE[3:]:
        ballot(circle, name, {"o0": 1, "o2": 0})  # a form sends a place for each, 0 where there is none
    circle.next()

    assert outcome(circle) == [("A", 2 * 3 + 3 * 2), ("B", 3 * 3), ("C", 3)]


def test_a_vote_that_nobody_cast_a_ballot_in_has_no_outcome_and_keeps_nobody() -> None:
    circle = led(choice())
    circle.next()
    assert outcome(circle) == []
    circle.next()
    assert phase(circle.room).id == "after"


def test_the_cards_of_an_earlier_phase_are_what_can_be_chosen() -> None:
    circle = Circle(method="socratic").to_method()
    circle.next(), circle.next()
    to_phase(circle, "examples")
    for name in ("Cora", "Carl"):
        card(circle, name, f"voorbeeld van {name}", of="examples-cards")
    circle.next(), circle.next()
    assert phase(circle.room).id == "choice"
    task = next(t for t in own(circle, "Cem").tasks if t.input.id == "example-vote")

    assert sorted(str(word) for _, word in task.choices) == ["voorbeeld van Carl", "voorbeeld van Cora"]
    wanted = next(name for name, word in task.choices if word == "voorbeeld van Cora")
    ballot(circle, "Cem", {wanted: 1}, of="example-vote")
    circle.next()
    shelf = next(s for s in view(circle.room, "screen").shelves if s.input.id == "example-vote")
    assert shelf.outcome == (("voorbeeld van Cora", 1),)


# Back, next, skip, repeat, and the end


def test_back_and_next_leave_a_count_as_it_was() -> None:
    circle = led(choice())
    for name in FIVE:
        ballot(circle, name, {"o0": 1})
    circle.next()
    was = outcome(circle)
    circle.next()
    assert all(s.input.id != "best" for s in view(circle.room, "member").shelves)
    lead(circle, flow.back)

    assert (flow.stage(circle.room), outcome(circle)) == ("open", was)


def test_a_vote_that_was_skipped_can_be_gone_on_with_and_no_ballot_is_lost() -> None:
    circle = led(choice())
    ballot(circle, "Cora", {"o1": 1})
    lead(circle, flow.skip)
    lead(circle, flow.back)
    assert given(circle, "Cora") == {"o1": 1}
    ballot(circle, "Carl", {"o1": 1})
    circle.next()

    assert outcome(circle) == [("B", 1)]


def test_a_vote_held_again_keeps_the_count_until_there_is_another() -> None:
    circle = led(choice())
    for name in FIVE:
        ballot(circle, name, {"o0": 1})
    circle.next()
    lead(circle, flow.repeat)
    assert outcome(circle)[0] == ("A", 5)
    assert given(circle, "Cora") == {}
    circle.next()
    assert outcome(circle)[0] == ("A", 5)
    lead(circle, flow.repeat)
    for name in FIVE:
        ballot(circle, name, {"o2": 1})
    circle.next()

    assert outcome(circle) == [("C", 5), ("A", 0), ("B", 0)]


@pytest.mark.parametrize("about", ["options", "cards"])
def test_repeat_while_people_vote_starts_the_clock_anew_and_keeps_their_ballots(about: str) -> None:
    circle = led(choice()) if about == "options" else to_ballot("een vondst")
    wanted = "o0" if about == "options" else named(circle, "een vondst")
    ballot(circle, "Cora", {wanted: 1})
    was = flow.stage(circle.room)
    circle.now += 60_000
    lead(circle, flow.repeat)

    assert (flow.stage(circle.room), given(circle, "Cora")) == (was, {wanted: 1})
    assert this_round(circle.room).clock.since == circle.now


@pytest.mark.parametrize("cast_first", [True, False])
def test_when_it_is_counted_and_at_the_end_no_ballot_and_no_tag_is_left(cast_first: bool) -> None:
    circle = led(choice())
    made_by = tags.ballot(circle.tag("Cora"), circle.room, "best")
    ready = tags.ready(circle.tag("Cora"), circle.room)
    ballot(circle, "Cora", {"o0": 1})
    if cast_first:
        circle.next()
        assert not any(t.encode() in msgspec.json.encode(circle.room) for t in (made_by, ready))
    lead(circle, flow.skip)
    to_phase(circle, "closing")
    circle.by("Fay", closing.close, circle.now, circle.rng)

    assert not any(t.encode() in msgspec.json.encode(circle.room) for t in (made_by, ready))
    with pytest.raises(Refused, match="rond"):
        ballot(circle, "Cora", {"o0": 1})


def test_the_second_case_has_a_vote_of_its_own() -> None:
    circle = two_cases(choice())
    for name in FIVE:
        ballot(circle, name, {"o0": 1})
    circle.next()
    to_phase(circle, "choice", "Cora")
    assert outcome(circle) == []
    assert given(circle, "Carl") == {}
    ballot(circle, "Carl", {"o2": 1})
    circle.next()
    assert outcome(circle) == [("C", 1)]
    for _ in range(3):  # over the breather
        lead(circle, flow.back)

    assert outcome(circle)[0] == ("A", 5)


# About cards of the same phase


def test_first_people_write_then_they_vote_then_both_lie_open() -> None:
    circle = led(found())
    assert flow.stages(phase(circle.room)) == ("write", "ballot", "open")
    card(circle, "Cora", "een vondst")
    assert [t.input.id for t in own(circle, "Cora").tasks] == ["finds"]
    with pytest.raises(Refused):
        ballot(circle, "Cora", {})
    circle.next()
    assert [t.input.id for t in own(circle, "Cora").tasks] == ["best"]
    with pytest.raises(Refused, match="liggen al open"):
        card(circle, "Carl", "te laat")
    assert [c.text for c in view(circle.room, "screen").shelves[0].cards] == ["een vondst"]
    ballot(circle, "Carl", {named(circle, "een vondst"): 2})
    assert outcome(circle) == []
    circle.next()

    assert flow.stage(circle.room) == "open"
    assert outcome(circle) == [("een vondst", 1)]
    assert [c.text for c in view(circle.room, "screen").shelves[0].cards] == ["een vondst"]


def test_who_cannot_vote_does_not_write_the_cards_without_a_name_either() -> None:
    """Among the taps at the vote, theirs would hide nobody."""
    lines = line("finds", "cards", max=1, chars=80, signed=False)
    found = faults(made(step("deepen", lines), step("after")))
    assert list(found) == []
    method = made(step("deepen", lines))
    both = replace(method.phases[0], inputs=(lines, line("best", "vote", who="consultants", of="finds")))
    assert [str(f).partition(":")[0] for f in faults(replace(method, phases=(both,)))] == ["phases.deepen"]


def test_a_counted_vote_about_cards_leaves_no_tag_of_who_voted() -> None:
    circle = to_ballot("een vondst")
    tag = circle.tag("Cora")
    left = (tags.ballot(tag, circle.room, "best"), tags.ready(tag, circle.room))
    ballot(circle, "Cora", {named(circle, "een vondst"): 1})
    assert all(t.encode() in msgspec.json.encode(circle.room) for t in left)
    circle.next()
    assert not any(t.encode() in msgspec.json.encode(circle.room) for t in left)


def test_who_was_ready_with_writing_is_not_ready_with_voting() -> None:
    circle = to_ballot("een vondst")
    assert not own(circle, "Owen").ready
    ballot(circle, "Owen", {})

    assert own(circle, "Owen").ready


def test_another_round_of_cards_and_votes_keeps_the_cards_and_what_was_counted() -> None:
    circle = to_ballot("een vondst")
    for name in FIVE:
        ballot(circle, name, {named(circle, "een vondst"): 1})
    circle.next()
    lead(circle, flow.repeat)
    card(circle, "Carl", "nog een vondst")
    circle.next()
    assert outcome(circle) == [("een vondst", 5)]
    choices = next(t for t in own(circle, "Cora").tasks if t.input.id == "best").choices
    assert {word for _, word in choices} == {"een vondst", "nog een vondst"}
    for name in FIVE:
        ballot(circle, name, {named(circle, "nog een vondst"): 2})
    circle.next()

    assert outcome(circle) == [("nog een vondst", 10), ("een vondst", 0)]


@pytest.mark.parametrize("counted_first", [True, False])
def test_a_card_taken_off_or_moved_changes_no_line_of_the_count(counted_first: bool) -> None:
    circle = led(board())
    for name, op in (("Cora", "a"), ("Carl", "b"), ("Cleo", "c")):
        circle.by(name, boards.place, "finds", op * 32, 0, f"kaart van {name}")
    circle.next()
    for name in FIVE:
        ballot(circle, name, {"b" * 32: 1, "a" * 32: 1} if name == "Owen" else {"b" * 32: 1})
    if counted_first:
        circle.next()
    circle.by("Cora", boards.take_off, "a" * 32)
    circle.by("Cem", boards.place, "finds", "d" * 32, 0, "kaart van Cem")
    if not counted_first:
        circle.next()

    assert outcome(circle)[0] == ("kaart van Carl", 5)
    assert {word for word, points in outcome(circle) if points} == {"kaart van Carl"}


def test_two_votes_about_the_cards_of_a_phase_are_held_at_once() -> None:
    lines = line("finds", "cards", max=2, chars=80, signed=False)
    both = [line(name, "vote", mode="one", of="finds") for name in ("best", "boldest")]
    circle = led(made(step("deepen", lines, *both)))
    card(circle, "Cora", "een vondst")
    assert [t.input.id for t in own(circle, "Cora").tasks] == ["finds"]
    circle.next()
    for name in ("best", "boldest"):
        ballot(circle, "Cora", {named(circle, "een vondst"): 1}, of=name)
    assert [t.given for t in own(circle, "Cora").tasks] == [{named(circle, "een vondst"): 1}] * 2
    circle.next()

    assert {s.input.id for s in view(circle.room, "member").shelves if s.outcome} == {"best", "boldest"}


# Few


def test_three_vote_when_each_of_them_said_that_it_is_all_right() -> None:
    circle = small(choice())
    for name in ("Owen", "Cora", "Carl"):
        assert own(circle, name).small
        assert own(circle, name).tasks == ()
        with pytest.raises(Refused, match="drie of minder"):
            ballot(circle, name, {"o0": 1})
        tapped(circle, name)
    for name in ("Owen", "Cora", "Carl"):
        ballot(circle, name, {"o0": 1})
    circle.next()

    assert (outcome(circle), counted(circle)) == ([("A", 1)], False)


def test_three_of_whom_one_leaves_while_they_vote_are_asked_anew_before_it_is_counted() -> None:
    circle = small(found())
    tapped(circle, "Owen", "Cora", "Carl")
    card(circle, "Cora", "een vondst")
    circle.next()
    wanted = {named(circle, "een vondst"): 1}
    with pytest.raises(Refused, match="drie of minder"):  # asked for the vote anew
        ballot(circle, "Owen", wanted)
    tapped(circle, "Owen", "Cora", "Carl")
    ballot(circle, "Owen", wanted)
    circle.by("Carl", people.leave)
    assert own(circle, "Cora").small
    with pytest.raises(Refused, match="drie of minder"):
        ballot(circle, "Cora", wanted)
    with pytest.raises(Refused, match="Met zo weinig"):
        circle.next()
    tapped(circle, "Owen", "Cora")
    ballot(circle, "Cora", wanted)
    circle.next()

    assert outcome(circle) == [("een vondst", 1)]


def test_four_of_a_circle_vote_without_tapping() -> None:
    circle = led(choice(), "Owen", "Cora", "Carl", "Cleo")
    assert not own(circle, "Cora").small
    ballot(circle, "Cora", {"o0": 1})
    circle.next()

    assert outcome(circle) == [("A", 1)]


def test_the_votes_that_ship_say_that_there_are_no_numbers_below_five() -> None:
    shipped = [i for m in catalogue().values() for p in m.phases for i in p.inputs if i.kind == "vote"]
    circle = led(choice())

    assert shipped
    assert all(task.says.shows == "top" for task in own(circle, "Cora").tasks)
    assert own(circle, "Cora").tasks[0].says.kept == "counted"
