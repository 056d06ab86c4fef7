"""How the cases are voted on: dots, one vote or a ranking, kept as the same thing and counted in one way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms import ballots, choosing, flow, tags
from rooms.mine import mine
from rooms.refusal import Refused
from rooms.rights import LEAD, MEMBER, SCREEN
from rooms.room import Ballot, chosen, this_round
from rooms.view import view
from tests.people import CAST, Circle

ROLES = (MEMBER, LEAD, SCREEN)


def voting(form: str) -> Circle:
    """Four cases on the ballot, by Owen, Cora, Carl and Cleo."""
    circle = Circle().to("read")
    circle.by("Fay", ballots.choose_form, form)
    return circle.to("choose")


def kept(circle: Circle, name: str) -> Ballot:
    return this_round(circle.room).ballots[tags.vote(circle.tag(name), circle.room)]


def willing(circle: Circle, *names: str) -> None:
    for name in names:
        circle.answer(name, "bring")


def test_dots_unless_somebody_chose_otherwise() -> None:
    assert Circle().room.ballot == "dots"


def test_who_leads_changes_the_form_until_the_vote_opens() -> None:
    circle = Circle().to("read")
    circle.by("Fay", ballots.choose_form, "rank")
    before = circle.room
    assert circle.by("Fay", ballots.choose_form, "rank") is before
    assert view(circle.room, LEAD).ballot_free
    circle.to("choose")
    with pytest.raises(Refused):
        circle.by("Fay", ballots.choose_form, "one")
    assert not view(circle.room, LEAD).ballot_free
    circle.by("Fay", flow.back, flow.pointer(circle.room), circle.now, circle.rng)
    with pytest.raises(Refused):  # ballots of this form lie there
        circle.by("Fay", ballots.choose_form, "one")


@pytest.mark.parametrize(("name", "form"), [("Owen", "one"), ("Fay", "two"), ("Fay", "")])
def test_another_person_and_another_word_are_refused(name: str, form: str) -> None:
    circle = Circle().to("read")
    with pytest.raises(Refused):
        circle.by(name, ballots.choose_form, form)


def test_where_everybody_is_the_owner_in_turn_there_is_nothing_to_choose() -> None:
    circle = Circle(method="troika")
    assert not view(circle.room, LEAD).ballot_free
    with pytest.raises(Refused):
        circle.by("Fay", ballots.choose_form, "one")


@pytest.mark.parametrize(
    ("form", "given", "dots"),
    [
        ("dots", {"Owen": 2, "Cora": 1}, {"Owen": 2, "Cora": 1}),
        ("one", {"Owen": 1}, {"Owen": 1}),
        ("rank", {"Owen": 1, "Cora": 2, "Carl": 3, "Cleo": 4}, {"Owen": 4, "Cora": 3, "Carl": 2, "Cleo": 1}),
        ("rank", {"Owen": 1}, {"Owen": 1}),
        ("rank", {"Owen": 2, "Cora": 1}, {"Owen": 1, "Cora": 2}),
        ("rank", {}, {}),
    ],
)
def test_every_form_is_kept_as_dots_and_shown_as_it_was_given(
    form: str, given: dict[str, int], dots: dict[str, int]
) -> None:
    circle = voting(form)
    circle.cast("Cem", {circle.case_of(name): n for name, n in given.items()})

    assert kept(circle, "Cem") == Ballot({circle.case_of(name): n for name, n in dots.items()}, 1)
    device = circle.room.devices[circle.handle("Cem")]
    assert mine(circle.room, device, circle.tag("Cem")).dots == {circle.case_of(n): v for n, v in given.items()}


@pytest.mark.parametrize(
    ("form", "given"),
    [
        ("dots", {"Owen": 4}),
        ("one", {"Owen": 2}),
        ("one", {"Owen": 1, "Cora": 1}),
        ("one", {"Owen": -1, "Cora": 1}),
        ("rank", {"Owen": 1, "Cora": 1}),
        ("rank", {"Owen": 1, "Cora": 3}),
        ("rank", {"Owen": 2}),
        ("rank", {"Owen": 5}),
        ("rank", {"Owen": 0, "Cora": 1, "Carl": -1}),
    ],
)
def test_more_than_there_is_to_give_is_refused(form: str, given: dict[str, int]) -> None:
    circle = voting(form)
    with pytest.raises(Refused):
        circle.cast("Cem", {circle.case_of(name): n for name, n in given.items()})


def test_of_more_than_five_cases_three_are_ranked() -> None:
    assert [ballots.places(n) for n in range(1, 9)] == [1, 2, 3, 4, 5, 3, 3, 3]
    assert ballots.as_dots("rank", 6, {"a": 1, "b": 2, "c": 3}) == {"a": 3, "b": 2, "c": 1}
    with pytest.raises(Refused):
        ballots.as_dots("rank", 6, {"a": 1, "b": 2, "c": 3, "d": 4})


@given(st.integers(1, 12), st.data())
def test_a_ranking_is_given_back_as_it_was(cases: int, data: st.DataObject) -> None:
    names = data.draw(st.permutations([f"c{n}" for n in range(cases)]))
    first = names[: data.draw(st.integers(0, ballots.places(cases)))]
    given = {name: n for n, name in enumerate(first, 1)}
    dots = ballots.as_dots("rank", cases, given)

    assert ballots.as_given("rank", dots) == given
    assert sorted(dots.values(), reverse=True) == [dots[name] for name in first]


def test_a_ranking_lets_what_many_put_second_win_over_what_few_put_first() -> None:
    circle = voting("rank")
    orders = ["Owen Cora Carl Cleo", "Owen Cora Carl Cleo", "Cleo Cora Carl Owen", "Carl Cora Cleo Owen"]
    for name, order in zip(CAST, orders, strict=False):
        circle.cast(name, {circle.case_of(of): n for n, of in enumerate(order.split(), 1)})
    circle.next()
    willing(circle, "Owen", "Cora", "Carl", "Cleo")
    circle.next()

    assert chosen(circle.room).texts[2] == "Vraag van Cora?"  # type: ignore[union-attr]


@pytest.mark.parametrize(("form", "second"), [("dots", "dots"), ("one", "one"), ("rank", "one")])
def test_between_equals_everybody_chooses_once_more_and_a_ranking_becomes_one_vote(form: str, second: str) -> None:
    circle = voting(form)
    circle.cast("Owen", {circle.case_of("Owen"): 1})
    circle.cast("Cora", {circle.case_of("Cora"): 1})
    circle.next()
    willing(circle, "Owen", "Cora")
    circle.next()

    assert {view(circle.room, role).ballot for role in ROLES} == {second}
    assert len(choosing.on_ballot(circle.room)) == 2
    circle.cast("Cem", {circle.case_of("Cora"): 1})
    circle.next()
    assert chosen(circle.room).texts[2] == "Vraag van Cora?"  # type: ignore[union-attr]


@pytest.mark.parametrize("form", ballots.FORMS)
def test_no_total_and_no_ballot_is_in_any_view_before_or_after(form: str) -> None:
    circle = voting(form)
    before = [view(circle.room, role) for role in ROLES]
    for name in CAST:
        circle.cast(name, {circle.case_of("Owen"): 1})
    assert [view(circle.room, role) for role in ROLES] == before

    circle.next()
    assert not this_round(circle.room).ballots
    ask = [view(circle.room, role) for role in ROLES]
    other = voting(form)
    other.cast("Cem", {other.case_of("Cora"): 1})
    other.next()
    assert [(v.stage, v.cases, v.table, v.ready) for v in ask] == [
        (v.stage, v.cases, v.table, v.ready) for v in (view(other.room, role) for role in ROLES)
    ]


@pytest.mark.parametrize("form", ballots.FORMS)
def test_a_ballot_is_kept_under_a_tag_and_an_older_one_changes_nothing(form: str) -> None:
    circle = voting(form)
    circle.cast("Cem", {circle.case_of("Cora"): 1}, rev=2)
    before = circle.room
    assert circle.cast("Cem", {circle.case_of("Owen"): 1}, rev=1) is before
    assert list(this_round(circle.room).ballots) == [tags.vote(circle.tag("Cem"), circle.room)]
    assert not any(s in str(this_round(circle.room).ballots) for s in circle.room.seats)
