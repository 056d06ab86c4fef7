"""A circle is never left without somebody who can lead it."""

from __future__ import annotations

import pytest

from rooms import lead, people
from rooms.refusal import Refused
from rooms.room import leaders
from tests.people import Circle


def test_who_leads_alone_gives_the_lead_away_before_leaving() -> None:
    circle = Circle()
    with pytest.raises(Refused):
        circle.by("Fay", people.leave)
    circle.by("Fay", lead.hand_over, circle.seat("Owen"))
    circle.by("Fay", people.leave)

    assert [s.name for s in leaders(circle.room)] == ["Owen"]


def test_one_of_two_who_lead_may_leave() -> None:
    circle = Circle()
    circle.by("Fay", lead.share_lead, circle.seat("Owen"))
    circle.by("Fay", people.leave)

    assert [s.name for s in leaders(circle.room)] == ["Owen"]


@pytest.mark.parametrize("verb", [lead.hand_over, lead.share_lead])
def test_the_lead_goes_to_nobody_without_a_device(verb) -> None:  # type: ignore[no-untyped-def]
    circle = Circle()
    circle.by("Fay", people.add_seat, "Wim", op="0" * 32)
    with pytest.raises(Refused, match="toestel"):
        circle.by("Fay", verb, circle.seat("Wim"))


def test_the_last_person_may_always_leave() -> None:
    circle = Circle()
    for name in list(circle.secrets)[1:]:
        circle.by(name, people.leave)
    circle.by("Fay", people.leave)

    assert not leaders(circle.room)


def test_the_lead_handed_to_oneself_stays_where_it_is() -> None:
    circle = Circle()
    circle.by("Fay", lead.hand_over, circle.seat("Fay"))

    assert [s.name for s in leaders(circle.room)] == ["Fay"]
