"""Listening: while others think aloud the owner has nothing to do or read, and then there is something to read."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from rooms import boards, cards, flow, tags, turns
from rooms.methods import Input, Method
from rooms.rights import LATE, OUTSIDE, OWNER
from rooms.view import view
from tests.made import INSIDE, ballot, lead, led, line, made, own, page, prepared, step, to_phase, two_cases, words
from tests.people import Circle
from tests.said import regions

SAID = "Je luistert nu."


def thinking(*inputs: Input, listens: str = "owner") -> Method:
    """The others think aloud, and the owner comes back to it in the phase after it."""
    hearing = [line("hearing", "listening", who=listens)] if listens else []
    return made(step("think", *hearing, *inputs, listens=listens), step("after"))


def written() -> Method:
    """The others write, and then the floor goes round."""
    return thinking(line("tips", "cards", who="consultants", chars=40), line("round", "turns", who="consultants"))


def lay(circle: Circle, name: str) -> Circle:
    tag = circle.tag(name)
    mark, ready = tags.card(tag, circle.room, "tips", 0), tags.ready(tag, circle.room)
    circle.by(name, cards.lay, "tips", 0, 1, f"tip van {name}", tag=mark, ready=ready)
    return circle


def listens(circle: Circle) -> bool:
    return view(circle.room, OWNER).listens


def html(circle: Circle, name: str) -> str:
    """The page of somebody, without what is their own."""
    return regions().audience("seat", page(circle, name), "nl")["stage"]


def test_the_owner_only_listens_and_nobody_else() -> None:
    circle = led(thinking())
    assert [role for role in (*INSIDE, OUTSIDE, LATE) if view(circle.room, role).listens] == [OWNER]
    assert [SAID in html(circle, name) for name in ("Owen", "Cora")] == [True, False]
    assert (own(circle, "Owen").tasks, own(circle, "Owen").may_speak) == ((), False)


@pytest.mark.parametrize("who", ["", "consultants", "everybody", "facilitator"])
def test_where_others_listen_they_have_their_pages_and_the_owner_speaks(who: str) -> None:
    circle = led(thinking(listens=who))
    assert not any(view(circle.room, role).listens for role in (*INSIDE, OUTSIDE, LATE))
    assert SAID not in html(circle, "Owen")


def test_what_others_write_is_read_when_it_lies_open_and_heard_while_somebody_reads_it_aloud() -> None:
    circle = lay(led(written()), "Cora")
    assert (listens(circle), "tip van Cora" in html(circle, "Owen")) == (True, False)
    circle.next()
    assert (listens(circle), "tip van Cora" in html(circle, "Owen")) == (False, True)
    circle.by("Fay", turns.give, circle.seat("Cora"))
    assert (listens(circle), "tip van Cora" in html(circle, "Owen")) == (True, False)
    assert "tip van Cora" in html(circle, "Carl")
    while turns.following(circle.room):
        circle.by("Fay", turns.give)
    circle.by("Fay", turns.give)  # after the last one, to nobody
    assert (listens(circle), "tip van Cora" in html(circle, "Owen")) == (False, True)


def test_a_count_is_nothing_to_read_and_the_owner_goes_on_listening() -> None:
    circle = led(thinking(line("best", "vote", who="consultants", mode="one", options=words("A", "B"))))
    for name in ("Cora", "Carl", "Cleo"):
        ballot(circle, name, {"o0": 1})
    circle.next()
    assert (flow.stage(circle.room), listens(circle)) == ("open", True)


def test_back_repeat_and_skip_go_by_where_the_circle_is_then() -> None:
    circle = lay(led(written()), "Cora")
    circle.next()
    lead(circle, flow.repeat)  # the others write anew
    assert listens(circle)
    lead(circle, flow.skip)
    assert not listens(circle)
    lead(circle, flow.back)
    assert listens(circle)
    circle.next()
    circle.next()
    lead(circle, flow.back)  # as it was left: the cards lie open
    assert not listens(circle)


def test_in_the_second_case_its_own_owner_listens_and_the_first_thinks_along() -> None:
    circle = to_phase(two_cases(thinking()), "think", "Cora")
    assert [page(circle, name).listens for name in ("Owen", "Cora")] == [False, True]


def test_where_everybody_is_the_owner_in_turn_nobody_only_listens() -> None:
    circle = prepared(replace(made(step("think")), everybody=True)).to_method()
    assert not any(page(circle, name).listens for name in ("Owen", "Cora"))


def test_cards_of_an_earlier_step_that_the_owner_picks_from_are_there_to_read() -> None:
    tips = step("write-tips", line("tips", "cards", who="consultants", chars=40))
    pick = step("weigh", line("best", "pick", who="owner", of="tips", max=1), listens="owner")
    circle = to_phase(lay(led(made(tips, pick)), "Cora"), "weigh")
    assert not listens(circle)
    assert "tip van Cora" in html(circle, "Owen")


def test_a_board_that_all_see_at_once_the_owner_sees_too_while_listening() -> None:
    circle = to_phase(Circle(method="incident").to_method(), "analysis")
    circle.by("Cora", boards.place, "analysis-board", "a" * 32, 0, "Er was geen tijd")
    seen = view(circle.room, OWNER)
    assert seen.listens
    assert "Er was geen tijd" in "".join(regions().audience("seat", seen, "nl").values())
