"""An order of one's own: phases dropped, moved and given other minutes, before the method begins."""

from __future__ import annotations

import pytest

from rooms import arrange, flow, willing
from rooms.methodfiles import catalogue
from rooms.methods import called
from rooms.refusal import Refused
from rooms.room import phase
from tests.people import Circle

WHOLE = [("bring", 5), ("explore", 15), ("core", 10), ("advice", 12), ("look-back", 8)]


def ordered(circle: Circle, wanted: list[tuple[str, int]], by: str = "Fay") -> list[tuple[str, int]]:
    circle.by(by, arrange.arrange, wanted, circle.now)
    return [(e.phase.id, e.phase.minutes) for e in circle.room.agenda if e.phase.kind == "method"]


def test_phases_are_dropped_moved_and_given_minutes_that_stay() -> None:
    circle = Circle().to("write")
    wanted = [("bring", 4), ("core", 20), ("explore", 9), ("look-back", 8)]

    assert ordered(circle, wanted) == wanted
    assert circle.to_method() and phase(circle.room).id == "bring"
    circle.next()
    assert (phase(circle.room).id, phase(circle.room).minutes) == ("core", 20)


def test_the_catalogue_stays_as_it_is() -> None:
    ordered(Circle().to("write"), WHOLE[:2])

    assert len(Circle().room.method.phases) == len(WHOLE)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "wanted",
    [[], [("bring", 0)], [("bring", 241)], [("nowhere", 5)], [("bring", 5), ("bring", 5)]],
)
def test_what_cannot_be_led_is_refused(wanted: list[tuple[str, int]]) -> None:
    circle = Circle().to("write")
    with pytest.raises(Refused):
        ordered(circle, wanted)


def test_a_phase_that_picks_from_a_dropped_one_is_refused() -> None:
    circle = Circle(method="gossip").to("write")
    with pytest.raises(Refused, match="ontbreekt") as no:
        ordered(circle, [("bring", 5), ("response", 10)])
    names = {p.id: called(p) for p in circle.room.method.phases}  # type: ignore[union-attr]
    assert no.value.params == {"step": names["response"]}


def test_only_who_leads_and_only_before_the_method_begins() -> None:
    circle = Circle().to("write")
    with pytest.raises(Refused):
        ordered(circle, WHOLE[:3], by="Owen")
    circle.to_method()
    with pytest.raises(Refused, match="begonnen"):
        ordered(circle, WHOLE[:3])


def test_an_owner_who_said_yes_is_asked_again() -> None:
    circle = Circle().to_owner("Owen")
    circle.by("Owen", willing.say_yes, "five-step")
    assert willing.settled(circle.room)

    ordered(circle, WHOLE[:4])

    assert not willing.settled(circle.room)
    assert flow.stage(circle.room) == "yes"


def test_a_step_that_was_left_out_comes_back_where_it_is_wanted() -> None:
    circle = Circle().to("write")
    ordered(circle, [("bring", 5), ("advice", 12)])
    assert [p.id for p in circle.room.dropped] == ["explore", "core", "look-back"]
    wanted = [("bring", 5), ("explore", 9), ("advice", 12)]
    assert ordered(circle, wanted) == wanted
    assert [p.id for p in circle.room.dropped] == ["core", "look-back"]
    circle.by("Fay", flow.pick_method, catalogue()["gossip"], circle.now)
    assert circle.room.dropped == ()


def test_a_step_that_others_only_look_back_at_may_be_dropped_and_put_back() -> None:
    circle = Circle(method="four-qualities").to("write")
    steps = [(p.id, p.minutes) for p in circle.room.method.phases]  # type: ignore[union-attr]
    without = [step for step in steps if step[0] != "other"]
    assert ordered(circle, without) == without
    assert ordered(circle, steps) == steps
    assert circle.room.method.phases[5].looks == ("own-quadrant", "other-quadrant")  # type: ignore[union-attr]
