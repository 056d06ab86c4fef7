"""A scale: one number each, without a name and opened together; the owner's own number; the evaluation at the end."""

from __future__ import annotations

from functools import partial

import msgspec
import pytest

from rooms import closing, evaluating, flow, order, people, scales, tags
from rooms.methods import Method
from rooms.refusal import Refused
from rooms.rights import LATE, OUTSIDE
from rooms.room import Room, owner, phase, this_round
from rooms.view import view
from tests.made import INSIDE, gone, late, lead, led, line, made, own, prepared, step, to_phase, two_cases
from tests.people import CAST, Circle

EVERYWHERE = (*INSIDE, OUTSIDE, LATE)
NUMBERS = (4, 1, 3, 1, 2, 4)


def asking(who: str = "everybody") -> Method:
    """A number from 1 to 4, and a phase after it."""
    return made(step("ask", line("safe", "scale", who=who, low=1, high=4)), step("after"))


def helped(*, back: str = "") -> Method:
    """The owner's own number beside cards of the others, and a phase after it."""
    much = line("much", "scale", who="owner", low=0, high=10)
    tips = line("tips", "cards", who="consultants", chars=40)
    return made(step("bring"), step("ask", much, tips), step("after", back=back))


def rate(circle: Circle, name: str, value: int, of: str = "safe") -> Room:
    tag = circle.tag(name)
    mark, ready = tags.scale(tag, circle.room, of), tags.ready(tag, circle.room)
    return circle.by(name, scales.rate, of, value, tag=mark, ready=ready)


def evaluate(circle: Circle, name: str, **values: int) -> Room:
    tag = circle.tag(name)
    return circle.by(
        name, scales.evaluate, values, tag=tags.rating(tag, circle.room), ready=tags.ready(tag, circle.room)
    )


def given(circle: Circle, name: str) -> list[int | None]:
    """The numbers that somebody's own page says they gave; none where they give none."""
    return [t.value for t in own(circle, name).tasks if t.input.kind == "scale"]


def shown(circle: Circle, role: str = "member") -> tuple[int, ...]:
    return next(s.results for s in view(circle.room, role).shelves if s.input.id == "safe")


def rated(*numbers: int) -> Circle:
    """The first of the cast gave these numbers, and they lie open."""
    circle = led(asking())
    for name, value in zip(CAST, numbers, strict=False):
        rate(circle, name, value)
    circle.next()
    return circle


# Without a name


@pytest.mark.parametrize(("who", "owner_too"), [("everybody", True), ("consultants", False)])
def test_whom_the_file_names_gives_a_number_and_who_only_leads_or_only_looks_does_not(
    who: str, owner_too: bool
) -> None:
    circle = prepared(asking(who))
    circle.by("Cato", people.take_task, "observer")
    secret = circle.secrets.pop("Cato")  # who writes nothing and chooses nothing on the way
    circle.to_method()
    circle.secrets["Cato"] = secret
    for name, may in (("Cora", True), ("Owen", owner_too), ("Fay", False), ("Cato", False)):
        assert given(circle, name) == ([None] if may else [])
        if may:
            rate(circle, name, 2)
        else:
            with pytest.raises(Refused, match="nu van iemand anders"):
                rate(circle, name, 2)
    assert len(this_round(circle.room).marks) == 1 + owner_too


@pytest.mark.parametrize("how", ["outside", "left", "removed"])
def test_who_is_not_at_the_table_gives_no_number_and_the_one_given_before_counts(how: str) -> None:
    circle = led(asking())
    for name, value in zip(CAST[:5], NUMBERS, strict=False):
        rate(circle, name, value)
    gone(circle, "Cora", how)
    with pytest.raises(Refused, match="niet aan tafel"):
        rate(circle, "Cora", 2)
    circle.next()
    assert shown(circle) == tuple(sorted(NUMBERS[:5]))


@pytest.mark.parametrize("caught_up", [False, True])
def test_who_comes_in_while_numbers_are_given_gives_one_in_the_next_round(caught_up: bool) -> None:
    circle = late(led(asking()), "Noor", caught_up=caught_up)
    assert given(circle, "Noor") == []
    with pytest.raises(Refused, match="toen deze ronde al liep"):
        rate(circle, "Noor", 2)
    circle.next()
    lead(circle, flow.repeat)
    assert bool(given(circle, "Noor")) == caught_up


@pytest.mark.parametrize(
    ("method", "name", "of", "low", "high"), [(asking(), "Cora", "safe", 1, 4), (helped(), "Owen", "much", 0, 10)]
)
def test_a_number_is_one_of_the_scale(method: Method, name: str, of: str, low: int, high: int) -> None:
    circle = to_phase(led(method), "ask")
    before = circle.room
    for value in (low - 1, high + 1):
        with pytest.raises(Refused, match="Kies een getal van {low} tot {high}") as refused:
            rate(circle, name, value, of)
        assert refused.value.params == {"low": low, "high": high}
    assert circle.room is before
    for value in (low, high):
        rate(circle, name, value, of)
        assert given(circle, name) == [value]


def test_one_device_has_one_number_the_newest_and_what_a_network_held_back_is_none() -> None:
    circle = led(asking())
    seat, tag = circle.seat("Cora"), circle.tag("Cora")
    mark, ready = tags.scale(tag, circle.room, "safe"), tags.ready(tag, circle.room)
    heard = tags.heard(tag, circle.room, order.subject("rate", "safe"))

    def sent(value: int, nth: int) -> Room:
        verb = partial(scales.rate, by=seat, input_id="safe", value=value, tag=mark, ready=ready)
        return circle.do(order.newest, verb, heard, nth)

    sent(2, 1), sent(4, 2)
    before = circle.room
    assert sent(2, 1) is before
    assert sent(3, 2) is before
    assert {m.value for m in this_round(before).marks.values()} == {4}
    assert rate(circle, "Cora", 4) == before, "the same number once more"


def test_until_they_open_nobody_sees_a_number_but_whose_it_is() -> None:
    circle = led(asking())
    pages = [view(circle.room, role) for role in EVERYWHERE]
    others = [own(circle, name) for name in ("Carl", "Owen", "Fay")]
    rate(circle, "Cora", 3)
    assert [view(circle.room, role) for role in EVERYWHERE] == pages
    assert [own(circle, name) for name in ("Carl", "Owen", "Fay")] == others
    assert (given(circle, "Cora"), own(circle, "Cora").ready) == ([3], True)


def test_they_open_in_order_of_size_for_everybody_and_leave_no_sign_of_whose_they_are() -> None:
    circle = led(asking())
    signs = []
    for name, value in zip(CAST, NUMBERS, strict=True):
        rate(circle, name, value)
        tag = circle.tag(name)
        signs += [tags.scale(tag, circle.room, "safe"), tags.ready(tag, circle.room)]
    circle.next()
    assert [shown(circle, role) for role in INSIDE] == [tuple(sorted(NUMBERS))] * len(INSIDE)
    assert [view(circle.room, role).shelves for role in (OUTSIDE, LATE)] == [(), ()]
    assert not any(sign.encode() in msgspec.json.encode(circle.room) for sign in signs)
    assert given(circle, "Cora") == []


def test_a_number_that_comes_late_is_refused_and_changes_none() -> None:
    circle = rated(*NUMBERS[:5])
    with pytest.raises(Refused, match="liggen al open"):
        rate(circle, "Cato", 4)
    circle.next()
    with pytest.raises(Refused, match="net voorbij"):
        rate(circle, "Cato", 4)
    lead(circle, flow.back)
    assert shown(circle) == tuple(sorted(NUMBERS[:5]))


def test_a_scale_that_is_asked_once_more_shows_the_new_answers_only() -> None:
    """Beside the six of before, the one that came is known; and twice four are not five."""
    circle = rated(*NUMBERS)
    lead(circle, flow.repeat)
    assert shown(circle) == tuple(sorted(NUMBERS))
    rate(circle, "Cora", 1)
    circle.next()
    assert this_round(circle.room).results["safe"] == (1,)  # fewer than five: on no screen
    assert shown(circle) == ()


def test_numbers_that_nobody_opened_stay_through_repeat_skip_and_back_and_count_nowhere_after_the_end() -> None:
    circle = led(asking())
    for name in CAST:
        rate(circle, name, 3)
    lead(circle, flow.repeat)
    lead(circle, flow.skip)
    assert phase(circle.room).id == "after"
    lead(circle, flow.back)
    assert (given(circle, "Cora"), flow.stage(circle.room)) == ([3], "write")
    lead(circle, flow.skip)
    to_phase(circle, "closing")
    circle.by("Fay", closing.close, circle.now, circle.rng)
    assert (circle.room.rounds["0:ask"].marks, circle.room.rounds["0:ask"].results) == ({}, {})
    with pytest.raises(Refused, match="rond"):
        rate(circle, "Cora", 3)


# The owner's own number


def test_only_the_owner_has_it_while_the_phase_lasts_and_nobody_else_sees_it() -> None:
    circle = to_phase(led(helped()), "ask")
    pages = [view(circle.room, role) for role in EVERYWHERE]
    others = [own(circle, name) for name in ("Cora", "Fay")]
    for name in ("Cora", "Fay"):
        with pytest.raises(Refused, match="nu van iemand anders"):
            rate(circle, name, 7, "much")
    for value in (7, 8):
        rate(circle, "Owen", value, "much")
    assert [view(circle.room, role) for role in EVERYWHERE] == pages
    assert [own(circle, name) for name in ("Cora", "Fay")] == others
    circle.next()
    rate(circle, "Owen", 9, "much")  # also once the cards of the others lie open
    lead(circle, flow.repeat)
    assert given(circle, "Owen") == [9]
    assert all(s.input.id != "much" for role in INSIDE for s in view(circle.room, role).shelves)
    circle.next(), circle.next()
    with pytest.raises(Refused, match="net voorbij"):
        rate(circle, "Owen", 1, "much")
    lead(circle, flow.back)
    assert given(circle, "Owen") == [9]


def test_each_case_and_each_round_of_a_method_asks_its_owner_anew() -> None:
    circle = to_phase(led(helped(back="ask")), "ask")
    rate(circle, "Owen", 7, "much")
    lead(to_phase(circle, "after"), flow.loop)
    assert given(circle, "Owen") == [None]

    circle = to_phase(two_cases(helped()), "ask")
    rate(circle, "Owen", 7, "much")
    to_phase(circle, "ask", "Cora")
    assert (given(circle, "Owen"), given(circle, "Cora")) == ([], [None])
    rate(circle, "Cora", 2, "much")
    while owner(circle.room) != circle.seat("Owen") or phase(circle.room).id != "ask":
        lead(circle, flow.back)
    assert given(circle, "Owen") == [7]


# The evaluation at the end


def test_a_line_of_the_evaluation_is_from_one_to_five_may_stay_open_and_is_replaced_as_a_whole() -> None:
    circle = Circle().to_method().to("closing")
    circle.next()
    before = circle.room
    for wrong in ({"A1": 0}, {"A1": 6}, {"A6": 3}, {"A1": 3, "": 3}):
        with pytest.raises(Refused, match="Kies een getal"):
            evaluate(circle, "Cora", **wrong)
    with pytest.raises(Refused):
        evaluate(circle, "Fay", A1=3)
    assert circle.room is before
    evaluate(circle, "Cora", A1=1, A2=5)
    evaluate(circle, "Carl", A1=2)
    after = evaluate(circle, "Cora", A3=4)
    assert evaluate(circle, "Cora", A3=4) == after
    assert [own(circle, name).ratings for name in ("Cora", "Carl", "Cleo")] == [{"A3": 4}, {"A1": 2}, {}]
    with pytest.raises(Refused, match="net voorbij"):
        evaluate(led(asking()), "Cora", A1=3)


def test_until_the_circle_is_closed_nobody_sees_an_answer_and_then_the_middle_of_five() -> None:
    circle = Circle().to_method().to("closing")
    circle.next()
    pages = [view(circle.room, role) for role in EVERYWHERE]
    for name, (a1, a2) in zip(CAST, ((1, 1), (5, 1), (2, 1), (4, 1), (4, 5), (5, 5)), strict=True):
        evaluate(circle, name, **({"A1": a1, "A2": a2} if name in CAST[:4] else {"A1": a1}))
    assert [view(circle.room, role) for role in EVERYWHERE] == pages
    circle.by("Fay", closing.close, circle.now, circle.rng)
    assert [view(circle.room, role).middles for role in INSIDE] == [(("A1", 4),)] * len(INSIDE)
    assert [view(circle.room, role).middles for role in (OUTSIDE, LATE)] == [(), ()]
    with pytest.raises(Refused, match="rond"):
        evaluate(circle, "Cora", A1=3)


@pytest.mark.parametrize(
    ("values", "found"), [((1, 1, 2, 5, 5), 2), ((5, 4, 3, 2, 1), 3), ((1, 2, 3, 4, 5, 5), 3), ((1, 1, 1, 1), None)]
)
def test_the_middle_is_an_answer_that_somebody_gave_and_of_two_the_lower(
    values: tuple[int, ...], found: int | None
) -> None:
    assert evaluating.middle(values) == found
