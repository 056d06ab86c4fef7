"""Who counts when: the number that must have tapped is of the people who were asked, in the step they are asked in."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from rooms import agreement, devices, door, few, flow, lead, people, tags, writing
from rooms.refusal import Refused
from rooms.rights import LEAD
from rooms.room import phase, this_round, with_round
from rooms.view import view
from server.roomfeed import _moment
from tests.people import CAST, Circle
from tests.rooms.test_small_circles import (
    back,
    core,
    go_round,
    nothing_given,
    seen,
    skip,
    three_at_the_choice,
    to_cores,
    to_unsigned,
)


def outside(circle: Circle, *names: str) -> None:
    for name in names:
        circle.by("Fay", people.call_outside, circle.seat(name))


def forgets(circle: Circle, name: str) -> None:
    circle.do(people.forget, frozenset({circle.handle(name)}))


def by_skipping(circle: Circle) -> None:
    circle.next(all_ready=False), circle.next(all_ready=False)
    outside(circle, "Owen", "Carl")
    skip(circle), back(circle), circle.next(all_ready=False)


def while_reading(circle: Circle) -> None:
    circle.next(all_ready=False)
    outside(circle, "Owen", "Carl")
    circle.next(all_ready=False)


@pytest.mark.parametrize("sends", [by_skipping, while_reading])
@pytest.mark.parametrize("choice", ["bring", "none"])
def test_a_choice_entered_with_fewer_than_agreed_to_be_guessed_opens_nothing(
    sends: Callable[[Circle], None], choice: str
) -> None:
    circle = Circle("Owen", "Cora", "Carl").to("write")
    for name in ("Owen", "Cora", "Carl"):
        circle.by(name, few.allow, tags.small(circle.tag(name), circle.room))
    for name in ("Owen", "Cora", "Carl"):
        circle.lay(name, f"Vraag van {name}?")
    sends(circle)
    circle.next(all_ready=False)
    assert flow.stage(circle.room) == "ask"
    circle.answer("Cora", choice)
    with pytest.raises(Refused, match="Vertel het gewoon"):
        circle.next(all_ready=False)


def test_three_who_all_agreed_and_are_all_there_still_choose() -> None:
    circle = three_at_the_choice()
    for name in ("Owen", "Cora", "Carl"):
        circle.answer(name, "none")
    circle.next(all_ready=False)
    assert flow.stage(circle.room) != "ask" or not circle.room.chosen


def asked() -> Circle:
    """Four who lay one case, and are asked whether it may be shown."""
    circle = Circle("Owen", "Cora", "Carl", "Cleo").to("write")
    for name in ("Owen", "Cora", "Carl"):
        circle.by(name, writing.nothing, *circle.signs(name), tags.small(circle.tag(name), circle.room))
    circle.lay("Cleo", "Vraag van Cleo?")
    circle.next(all_ready=False)
    assert flow.stage(circle.room) == "consent"
    return circle


def test_a_device_that_forgets_is_one_fewer_of_whom_it_is_asked_whether_a_case_may_be_shown() -> None:
    circle = asked()
    for name in ("Owen", "Cora", "Cleo"):
        circle.by(name, writing.may_show, *circle.signs(name), yes=True)
    forgets(circle, "Owen")
    assert (flow.stage(circle.room), this_round(circle.room).answers) == ("write", {})
    assert seen(circle, "Carl").small
    with pytest.raises(Refused, match="Met zo weinig"):
        circle.next(all_ready=False)


def test_a_device_that_forgets_asks_anew_who_keeps_to_the_agreement() -> None:
    circle = Circle().to("agreement")
    circle.by("Cora", agreement.say, tags.agree(circle.tag("Cora"), circle.room), "yes")
    forgets(circle, "Carl")
    assert circle.room.agreed == {}


@pytest.mark.parametrize("kind", ["screen", "follower"])
def test_a_device_that_writes_nothing_takes_nobodys_yes_along(kind: str) -> None:
    circle = to_cores("Owen", "Cora", "Carl", "Cleo")
    if kind == "screen":
        circle.do(devices.pair, "other")
    else:
        circle.by("Cora", devices.invite_device, "key", circle.now)
        circle.do(devices.follow, "other", "key", circle.now)
    for name in ("Cora", "Carl", "Cleo"):
        circle.by(name, few.allow, tags.small(circle.tag(name), circle.room))
    circle.do(people.forget, frozenset({"other"}))
    assert few.may_write(circle.room)


def test_who_goes_while_a_number_is_shown_makes_another_moment_of_it() -> None:
    """Or the taps of before would be laid beside those who are left: five of five who never answered."""
    circle = asked()
    before = _moment(circle.room)
    circle.by("Fay", people.mark_left, circle.seat("Carl"))
    assert _moment(circle.room) != before
    circle = Circle().to("agreement")
    before = _moment(circle.room)
    circle.by("Fay", people.mark_left, circle.seat("Carl"))
    assert _moment(circle.room) != before


def test_a_case_whose_author_brings_nothing_any_more_goes_when_no_other_may_be_shown_either() -> None:
    circle = Circle().to("read")
    back(circle)
    circle.by("Cora", writing.nothing, *circle.signs("Cora"), tags.small(circle.tag("Cora"), circle.room))
    circle.lay("Cem", "Een nieuwe vraag?")
    circle.next()
    assert flow.stage(circle.room) == "consent"
    circle.consent()
    circle.next(all_ready=False)
    assert phase(circle.room).kind == "read"
    assert len(circle.room.cases) == 3
    assert "Vraag van Cora?" not in {c.texts[2] for c in view(circle.room, LEAD).cases}
    back(circle)
    assert seen(circle, "Cem").laid[2] == "Een nieuwe vraag?"


def test_who_has_not_read_the_agreement_yet_hides_nobody() -> None:
    circle = Circle("Owen", "Cora", "Carl", "Cleo").to("write")
    circle.lay("Cora", "Een vraag?")
    for _ in range(2):
        back(circle)
    assert phase(circle.room).kind == "agreement"
    outside(circle, "Carl")
    circle.next(), circle.next()
    circle.by("Fay", people.call_back, circle.seat("Carl"))
    assert seen(circle, "Cora").small
    circle.by("Carl", agreement.say, tags.agree(circle.tag("Carl"), circle.room), "yes")
    assert not seen(circle, "Cora").small


def test_of_two_who_lead_neither_is_one_of_the_three_and_sending_one_away_changes_nothing() -> None:
    circle = Circle("Cora", "Carl", "Cleo", "Cem", guided=False).to("agreement")
    circle.by("Fay", lead.share_lead, circle.seat("Cora"))
    circle.next(), circle.next()
    for name in ("Fay", "Cora", "Carl", "Cleo"):
        circle.by(name, writing.nothing, *circle.signs(name), tags.small(circle.tag(name), circle.room))
    outside(circle, "Cem")
    with pytest.raises(Refused, match="te weinig antwoorden|lukt dit niet"):
        circle.next(all_ready=False)


def test_a_lead_handed_over_lowers_nothing() -> None:
    circle = Circle("Cora", "Carl", "Cleo", "Cem", guided=False).to("agreement")
    circle.by("Cem", people.take_task, "observer")
    circle.next(), circle.next()
    handle = circle.handle("Fay")[::-1]
    for name in ("Fay", "Cora", "Carl"):
        circle.by(name, writing.nothing, *circle.signs(name), tags.small(circle.tag(name), circle.room))
    assert handle not in circle.room.devices
    circle.by("Fay", lead.hand_over, circle.seat("Cem"))
    with pytest.raises(Refused, match="te weinig antwoorden"):
        circle.by("Cem", flow.step, flow.pointer(circle.room), circle.now, circle.rng)


def test_what_was_opened_weighs_no_more_in_the_next_round() -> None:
    """Five wrote once and it was opened since: two who are left and both agreed, open their own."""
    circle = Circle(*CAST, method="consultation").to_method()
    to_unsigned(circle)
    here = phase(circle.room).id
    nothing_given(circle, "Cora")
    skip(circle)
    go_round(circle, here)
    circle.next()
    assert (this_round(circle.room).wrote, this_round(circle.room).crowd) == ("", 0)


def test_who_came_since_an_empty_writing_writes_along() -> None:
    circle = Circle("Owen", "Cora").to("write")
    back(circle)
    handle = circle.handle("Fay")[::-1]
    circle.do(door.join, handle, "Noor", remote=False, rng=Random(3))
    if any(k.handle == handle for k in circle.room.knocks):
        circle.by("Fay", door.admit, handle, rng=circle.rng)
    noor = circle.room.devices[handle].seat
    circle.do(agreement.say, noor, "tag", "yes")
    circle.next()
    assert noor in this_round(circle.room).writers


def test_who_came_since_somebody_wrote_does_not() -> None:
    circle = Circle("Owen", "Cora", "Carl", "Cleo").to("write")
    circle.lay("Cora", "Een vraag?")
    before = this_round(circle.room).writers
    back(circle)
    outside(circle, "Cleo")
    circle.next()
    assert this_round(circle.room).writers == before


def test_a_yes_at_the_cards_is_none_at_the_vote_about_them() -> None:
    circle = to_cores("Owen", "Cora", "Carl", "Cleo")
    for name in ("Cora", "Carl", "Cleo"):
        circle.by(name, few.allow, tags.small(circle.tag(name), circle.room))
    core(circle, "Cora", "De kern")
    circle.next()
    assert this_round(circle.room).small_ok == {}


def test_who_says_yes_at_two_moments_counts_once() -> None:
    """After a step back the asking may come though not all agreed: a yes there is the same yes."""
    circle = Circle("Owen", "Cora", "Carl", "Cleo").to("read")
    back(circle)
    circle.by("Fay", people.mark_left, circle.seat("Cleo"))
    circle.by("Owen", few.allow, tags.small(circle.tag("Owen"), circle.room))
    circle.room = with_round(circle.room, stage=1)
    circle.by("Owen", few.allow, tags.small(circle.tag("Owen"), circle.room))
    circle.room = with_round(circle.room, stage=0)
    circle.by("Cora", few.allow, tags.small(circle.tag("Cora"), circle.room))
    assert not few.may_write(circle.room)
