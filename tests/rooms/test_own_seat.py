"""What a seat shows beside the phase: who can lead next in a self-guided circle, and how long a meeting took."""

from __future__ import annotations

import pytest

from rooms import closing, flow, lead, minutes, people
from rooms.leading import leading
from tests.made import own, page
from tests.people import Circle
from tests.said import regions


def test_only_who_leads_a_self_guided_circle_has_its_handles() -> None:
    circle = Circle("Owen", "Cora", guided=False)
    circle.by("Fay", people.add_seat, "Ruth", op="0" * 32)
    fay, owen = (circle.room.seats[circle.seat(n)] for n in ("Fay", "Owen"))
    found = leading(circle.room, fay)
    assert found is not None
    assert [name for _, name in found.heirs] == ["Owen", "Cora"]
    assert leading(circle.room, owen) is None
    assert leading(Circle("Owen").room, Circle("Owen").room.seats[Circle("Owen").seat("Fay")]) is None


def test_the_minutes_of_a_meeting_are_those_its_clocks_counted() -> None:
    circle = Circle()
    at = iter((0, 3, 5, 8, 4))
    while circle.room.agenda[circle.room.at].phase.kind != "write":
        circle.now += next(at) * 60_000
        circle.next()
    circle.now += 9 * 60_000
    circle.by("Fay", flow.skip, flow.pointer(circle.room), circle.now, circle.rng)
    circle.now += 7 * 60_000
    circle.by("Fay", closing.close, circle.now, circle.rng)
    assert [(p.name.nl, p.minutes) for p in minutes.parts(circle.room)] == [("Vooraf", 17), ("Afronden", 7)]


@pytest.mark.parametrize("guided", [True, False])
def test_who_leads_and_brings_the_case_is_asked_to_hand_the_lead_on(guided: bool) -> None:
    circle = Circle(guided=guided).to_owner()
    asks = "Wie leidt, brengt nu zelf in." if guided else "Jij brengt in. Laat een ander leiden"
    said = []
    for to in ("Owen", "Cora"):
        leads = next(name for name in circle.secrets if circle.room.seats[circle.seat(name)].lead)
        circle.by(leads, lead.hand_over, circle.seat(to))
        seen = page(circle, to)
        drawn = regions().personal(seen, own(circle, to), "nl", "csrf", {}) | regions().audience("lead", seen, "nl")
        said.append(asks in drawn["side" if guided else "me"])
    assert said == [True, False]
