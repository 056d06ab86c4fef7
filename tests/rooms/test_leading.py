"""A circle is never left without somebody who can lead it."""

from __future__ import annotations

import pytest

from rooms import flow, handles, lead, mine, people, turns, view
from rooms.refusal import Refused
from rooms.rights import LEAD, MEMBER
from rooms.room import Presence, leaders
from tests.people import Circle
from tests.said import regions


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


def test_who_leads_and_is_still_alone_stays_or_erases() -> None:
    """Whoever came in afterwards would have nobody to lead them, and nobody could."""
    circle = Circle("Owen")
    circle.by("Owen", people.leave)
    with pytest.raises(Refused, match="nog alleen"):
        circle.by("Fay", people.leave)
    alone = Circle("Owen", guided=False)  # there anybody takes the lead
    alone.by("Owen", people.leave)
    alone.by("Fay", people.leave)
    assert alone.room.seats[alone.seat("Fay")].presence is Presence.LEFT


def test_once_it_began_the_last_person_may_leave() -> None:
    circle = Circle().to("checkin")
    for name in list(circle.secrets)[1:]:
        circle.by(name, people.leave)
    circle.by("Fay", people.leave)

    assert not leaders(circle.room)


def test_the_lead_handed_to_oneself_stays_where_it_is() -> None:
    circle = Circle()
    circle.by("Fay", lead.hand_over, circle.seat("Fay"))

    assert [s.name for s in leaders(circle.room)] == ["Fay"]


def own_page(circle: Circle, name: str) -> str:
    own = mine.mine(circle.room, circle.room.devices[circle.handle(name)], circle.tag(name))
    return "".join(regions().personal(view.view(circle.room, MEMBER), own, "nl", "c", {}).values())


def shown(circle: Circle, place: str = "seat", role: str = MEMBER) -> str:
    return "".join(regions().audience(place, view.view(circle.room, role), "nl").values())


def test_in_a_circle_that_guides_itself_anybody_takes_the_lead_at_any_time_and_all_see_it() -> None:
    circle = Circle(guided=False).to_method()
    assert "Neem de leiding over" in own_page(circle, "Cora")
    assert "Neem de leiding over" not in own_page(circle, "Fay")
    circle.by("Cora", lead.take_over, silent=False, of="Fay")
    assert [s.name for s in leaders(circle.room)] == ["Cora"]
    assert "Cora leidt nu." in shown(circle)
    assert "Cora leidt nu." in shown(circle, "lead", LEAD)
    circle.by("Carl", lead.take_over, silent=False, of="Fay")  # tapped while Fay still led
    assert [s.name for s in leaders(circle.room)] == ["Cora"]
    circle.by("Fay", lead.take_over, silent=False, of="Cora")
    assert "Fay leidt nu." in shown(circle)
    circle.by("Fay", flow.skip, flow.pointer(circle.room), circle.now, circle.rng)
    assert "leidt nu" not in shown(circle)


def test_that_the_role_went_round_is_seen_too() -> None:
    circle = Circle(guided=False).to_method()
    circle.by("Fay", lead.hand_over, circle.seat("Cora"))
    assert "Cora leidt nu." in shown(circle)


def test_who_takes_the_lead_opens_no_more_than_who_had_it() -> None:
    circle = Circle(guided=False).to("write")
    circle.lay("Carl", "Een vraag?")
    circle.by("Cora", lead.take_over, silent=False)
    with pytest.raises(Refused, match="te weinig antwoorden"):
        circle.by("Cora", flow.step, flow.pointer(circle.room), circle.now, circle.rng)


def test_nobody_takes_the_lead_of_a_guided_circle_from_a_device_that_is_there_nor_from_outside() -> None:
    circle = Circle().to_method()
    assert "Neem de leiding over" not in own_page(circle, "Cora")
    with pytest.raises(Refused, match="is er weer"):
        circle.by("Cora", lead.take_over, silent=False)
    alone = Circle(guided=False).to_method()
    alone.by("Fay", people.call_outside, alone.seat("Cora"))
    with pytest.raises(Refused):
        alone.by("Cora", lead.take_over, silent=False)
    alone.by("Carl", handles.stop, alone.now)
    assert "Neem de leiding over" not in own_page(alone, "Cleo")


def test_who_leads_from_an_own_chair_sees_who_had_no_turn_and_has_the_three_handles_where_people_talk() -> None:
    circle = Circle("Owen", "Cora", "Carl", "Cleo", guided=False, method="collegial").to_method()
    while not view.view(circle.room, MEMBER).coming:
        assert "Wie vat samen?" in own_page(circle, "Fay")
        circle.next()
    unheard = [circle.room.seats[seat].name for seat in turns.unheard(circle.room)]
    assert unheard
    assert f"Nog niet aan het woord: {', '.join(unheard)}." in own_page(circle, "Fay")
    assert "Nog niet aan het woord" not in own_page(circle, "Cora")
    checkin = Circle(guided=False).to("checkin")
    for words in ("Een minuut stilte", "Terug naar de vraag", "Wie vat samen?"):
        assert words in own_page(checkin, "Fay")
        assert words not in own_page(Circle(guided=False).to("write"), "Fay")
