"""Who comes in while people write or choose: nothing to fill in, and a sentence that says why."""

from __future__ import annotations

import pytest

from rooms import agreement, flow, lead, order, people, tags
from rooms.room import leaders
from tests.made import late, led, line, made, own, page, step, words
from tests.people import Circle
from tests.said import regions


def test_who_comes_in_when_people_write_or_choose_is_told_why_there_is_nothing_to_fill_in() -> None:
    circle = late(Circle().to("choose"), "Noor", caught_up=True)
    assert (own(circle, "Noor").late, own(circle, "Noor").writer) == (True, False)
    assert not own(circle, "Cora").late
    assert not own(circle, "Fay").late  # leads only, and is not among those who choose
    said = regions().personal(page(circle, "Noor"), own(circle, "Noor"), "nl", "csrf", {})["composer"]
    assert "Je kwam binnen toen deze ronde al liep. Vanaf de volgende doe je mee." in said


def test_who_comes_in_at_a_ballot_of_a_method_is_told_and_the_owner_who_does_not_vote_is_not() -> None:
    ballots = line("best", "vote", who="consultants", mode="one", options=words("ja", "nee"))
    circle = late(led(made(step("choose-one", ballots), step("talk"))), "Noor", caught_up=True)
    assert [name for name in ("Noor", "Owen", "Cora", "Fay") if own(circle, name).late] == ["Noor"]
    circle.next()
    assert not own(circle, "Noor").late  # what came of it lies open for all
    circle.next()
    assert not own(circle, "Noor").late


def test_who_has_not_read_the_agreement_yet_gets_the_same_composer_in_every_step() -> None:
    circle, drawn = late(Circle().to("choose"), "Noor", caught_up=False), []
    for press in (False, True):
        if press:
            circle.next()
        drawn.append(regions().personal(page(circle, "Noor"), own(circle, "Noor"), "nl", "csrf", {})["composer"])
    assert drawn[0] == drawn[1]


@pytest.mark.parametrize("who", ["observer", "facilitator"])
def test_who_takes_no_part_and_is_called_back_reads_the_agreement_too_and_is_in_again(who: str) -> None:
    """Somebody who only watches, and one who only led and handed it on: they left before the agreement was over."""
    circle, name = Circle(), "Cora" if who == "observer" else "Fay"
    if who == "observer":
        circle.by(name, people.take_task, "observer")
    else:
        circle.by("Fay", lead.hand_over, circle.seat("Owen"))
    leading = leaders(circle.room)[0].name
    circle.by(leading, people.mark_left, circle.seat(name))
    while circle.room.agenda[circle.room.at].phase.kind != "checkin":
        circle.by(leading, flow.step, flow.pointer(circle.room), circle.now, circle.rng)
    circle.by(leading, people.call_back, circle.seat(name))
    assert not circle.room.seats[circle.seat(name)].caught_up
    tag, by = tags.agree(circle.tag(name), circle.room), circle.seat(name)
    circle.room = order.newest_agreed(circle.room, lambda r: agreement.say(r, by, tag, "yes"), by, tag, 1)
    assert circle.room.seats[by].caught_up
    assert not circle.room.seats[by].takes_part
    if who == "facilitator":
        circle.by(leading, lead.hand_over, by)
        assert [s.name for s in leaders(circle.room)] == ["Fay"]
