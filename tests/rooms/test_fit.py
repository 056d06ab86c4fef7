"""What a method has to fit: the people, the cases and the minutes that the rest of the meeting takes."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from rooms import flow, people
from rooms.agendaview import Fit
from rooms.methodfiles import catalogue
from rooms.rights import LEAD, MEMBER
from rooms.shell import AROUND, CHOOSING, agenda, beyond
from rooms.view import view
from tests.made import prepared
from tests.people import Circle

FIVE, TROIKA = catalogue()["five-step"], catalogue()["troika"]


def fit(circle: Circle) -> Fit | None:
    return view(circle.room, LEAD).fit


def test_two_cases_take_the_method_twice_and_a_breather_between_them() -> None:
    assert beyond(FIVE, 1) == 50
    assert beyond(FIVE, 2) == 50 + 5 + 50


def test_where_everybody_is_the_owner_in_turn_it_is_played_once_and_nothing_is_chosen() -> None:
    assert beyond(TROIKA, 1) == beyond(TROIKA, 2) == sum(p.minutes for p in TROIKA.phases) - CHOOSING


@pytest.mark.parametrize("method", catalogue().values(), ids=catalogue())
def test_a_meeting_lasts_what_the_chooser_reckons_with(method: object) -> None:
    assert sum(e.phase.minutes for e in agenda(method, cases=2)) == AROUND + beyond(method, 2)  # type: ignore[arg-type]


def test_it_counts_who_takes_part_and_the_steps_after_this_one_whatever_the_method_is() -> None:
    circle = Circle().to("checkin")  # six, and Fay who takes part in nothing but leading

    assert fit(circle) == Fit(6, 1, 8 + 4 + 4 + 10)
    circle.by("Cora", people.take_task, "observer")
    assert fit(circle) == Fit(5, 1, 26)
    circle.by("Fay", flow.pick_method, TROIKA, circle.now)
    assert fit(circle) == Fit(5, 1, 26)  # with another method a case is chosen again
    assert fit(prepared(FIVE, cases=2).to("write")) == Fit(6, 2, 4 + 4 + 10)


def test_while_people_arrive_the_chairs_that_are_still_free_count_too() -> None:
    circle = Circle("Owen", "Cora")
    circle.room = replace(circle.room, chairs=8)

    assert fit(circle) == Fit(7, 1, AROUND - 5)
    assert fit(circle.to("agreement")) == Fit(2, 1, AROUND - 5 - 3)


def test_only_who_leads_has_it_and_only_while_a_method_can_be_chosen() -> None:
    circle = Circle().to("checkin")
    assert view(circle.room, MEMBER).fit is None
    assert fit(circle.to_method()) is None
