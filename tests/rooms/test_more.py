"""Five minutes more: asked of everybody at the table, decided by most, shown as an outcome and never as a count."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from rooms import clock, closing, flow, handles, more, people, tags
from rooms.refusal import Refused
from rooms.rights import LATE, LEAD, OUTSIDE
from rooms.room import Room, this_round
from rooms.view import view
from tests.made import INSIDE, gone, late, lead, line, made, own, prepared, step, to_phase
from tests.people import CAST, Circle

FIVE = 300


def there(*, guided: bool = False) -> Circle:
    return prepared(made(step("talk", minutes=5), step("after"), fixed=True), guided=guided).to_method()


def say(circle: Circle, name: str, yes: bool) -> Room:
    circle.now += max(0, left(circle)) * 1000  # nobody is asked before
    at = clock.plus_at(circle.room)
    return circle.by(name, more.answer, at, tags.more(circle.tag(name), circle.room), circle.now, yes=yes)


def beat(circle: Circle) -> None:
    """The server looks whether time changed something: it does when it said so, and only then."""
    before, ripe = circle.room, handles.ripe(circle.room, circle.now) or more.complete(circle.room)
    assert ripe == (circle.do(handles.tick, circle.now, circle.rng) != before)


def all_say(circle: Circle, *yes: str) -> None:
    for seat in more.voters(circle.room):
        say(circle, seat.name, seat.name in yes)
    beat(circle)


def shows(circle: Circle) -> str:
    [told] = {view(circle.room, role).more for role in INSIDE}
    return told


def left(circle: Circle) -> int:
    return clock.left(this_round(circle.room).clock, circle.now)


def test_most_for_yes_gives_a_self_guided_circle_five_minutes_and_the_end_moves_with_it() -> None:
    circle = there()
    circle.now += 310_000
    ends = circle.room.ends
    assert shows(circle) == "ask"
    all_say(circle, "Fay", "Owen", "Cora", "Carl")
    assert (shows(circle), left(circle), circle.room.ends) == ("yes", FIVE, ends + 300_000)
    assert this_round(circle.room).poll.given == {}  # type: ignore[union-attr]


def test_when_that_time_is_up_it_can_be_asked_again() -> None:
    circle = there()
    all_say(circle, *CAST, "Fay")
    assert own(circle, "Cora").more_asked
    assert own(circle, "Cora").more is None
    all_say(circle)
    assert shows(circle) == "no"


@pytest.mark.parametrize("yes", [(), ("Owen", "Cora", "Carl")])
def test_half_or_fewer_is_no_and_nothing_moves(yes: tuple[str, ...]) -> None:
    circle = there()
    gone(circle, "Cato", "left")  # six are asked
    at = flow.pointer(circle.room)
    all_say(circle, *yes)
    assert (shows(circle), flow.pointer(circle.room), left(circle)) == ("no", at, 0)
    with pytest.raises(Refused, match="al gekozen"):
        say(circle, "Owen", True)


def test_in_a_guided_circle_it_is_an_offer_to_who_leads() -> None:
    circle = there(guided=True)
    all_say(circle, *CAST)
    assert (shows(circle), left(circle)) == ("offer", 0)
    circle.by("Fay", clock.add_minutes, clock.plus_at(circle.room), circle.now, minutes=more.MINUTES)
    assert (shows(circle), left(circle)) == ("ask", FIVE)


def test_nobody_sees_that_others_answered_until_all_did() -> None:
    circle = there()
    before = {role: view(circle.room, role) for role in (*INSIDE, OUTSIDE, LATE)}
    cora = own(circle, "Cora")
    for name in ("Fay", "Owen", "Carl", "Cleo", "Cem", "Cato"):
        say(circle, name, True)
        beat(circle)
        assert {role: view(circle.room, role) for role in before} == before
    assert own(circle, "Cora") == cora
    say(circle, "Cora", False)
    assert shows(circle) == "ask"  # it waits for the beat
    beat(circle)
    assert shows(circle) == "yes"


def test_the_last_answer_of_a_device_counts_and_a_tap_about_another_time_does_not() -> None:
    circle = there()
    old = clock.plus_at(circle.room)
    say(circle, "Owen", True)
    say(circle, "Owen", False)
    assert own(circle, "Owen").more is False
    circle.by("Fay", clock.add_minutes, old, circle.now)
    assert own(circle, "Owen").more is None
    before = circle.room
    assert (
        circle.by("Owen", more.answer, old, tags.more(circle.tag("Owen"), circle.room), circle.now, yes=True) == before
    )
    assert circle.by("Fay", more.close, old, circle.now) == before


def test_a_step_done_once_more_asks_anew_also_where_people_write() -> None:
    line_of_cards = line("note", "cards", who="everybody", max=1, chars=80)
    circle = prepared(made(step("talk", line_of_cards, minutes=5), step("after"), fixed=True)).to_method()
    for name in ("Cora", "Carl", "Cleo"):
        say(circle, name, True)
    assert more.answered(circle.room) == 3
    lead(circle, flow.repeat)
    assert more.answered(circle.room) == 0
    assert own(circle, "Cora").more is None


def test_nobody_answers_while_there_is_time() -> None:
    circle = there()
    with pytest.raises(Refused, match="nog tijd"):
        circle.by("Owen", more.answer, "", tags.more(circle.tag("Owen"), circle.room), circle.now, yes=True)


def test_who_leads_closes_it_and_most_of_who_was_asked_decide() -> None:
    circle = there()
    for name in ("Cora", "Carl", "Cleo", "Cem"):
        say(circle, name, True)
    with pytest.raises(Refused, match="begeleidt"):
        circle.by("Cora", more.close, clock.plus_at(circle.room), circle.now)
    circle.by("Fay", more.close, clock.plus_at(circle.room), circle.now)
    assert shows(circle) == "yes"
    circle.by("Fay", more.close, clock.plus_at(circle.room), circle.now)
    assert shows(circle) == "no"  # nobody answered


def test_closing_after_one_answer_tells_nothing_of_it() -> None:
    for yes in (True, False):
        circle = there(guided=True)
        say(circle, "Cora", yes)
        circle.by("Fay", more.close, clock.plus_at(circle.room), circle.now)
        assert shows(circle) == "no"


def test_who_leads_and_answered_learns_of_nobody_by_closing_early() -> None:
    """Her own yes makes the answer of the only other one the answer of the circle."""
    for yes in (True, False):
        circle = Circle("Owen", "Cora", guided=False).to("checkin")
        assert len(more.voters(circle.room)) == 3
        say(circle, "Fay", True)
        say(circle, "Cora", yes)
        circle.by("Fay", more.close, clock.plus_at(circle.room), circle.now)
        assert shows(circle) == "no"


@pytest.mark.parametrize("how", ["left", "outside", "removed"])
def test_when_somebody_goes_away_all_are_asked_anew(how: str) -> None:
    """It closes for nobody, whoever had answered; and those who are left can answer it."""
    circle = there()
    for seat in more.voters(circle.room):
        if seat.name != "Cato":
            say(circle, seat.name, True)
    gone(circle, "Cem", how)
    assert not more.complete(circle.room)
    assert more.answered(circle.room) == 0
    assert own(circle, "Owen").more is None
    all_say(circle, "Fay", "Owen", "Cora", "Carl")
    assert shows(circle) == "yes"


def test_who_only_watches_from_now_on_takes_no_answer_along() -> None:
    circle = Circle().to("checkin")
    say(circle, "Owen", True)
    say(circle, "Cora", True)
    circle.by("Owen", people.take_task, "timekeeper")
    assert more.answered(circle.room) == 2
    circle.by("Owen", people.take_task, "observer")
    assert more.answered(circle.room) == 0


def test_nothing_in_the_room_says_when_an_answer_came_beside_who_came_and_went() -> None:
    """Somebody comes in before the answer or after it: the question looks the same."""
    kept = []
    for first in (True, False):
        circle = there()
        if first:
            say(circle, "Owen", True)
        late(circle, "Noor", caught_up=True)
        if not first:
            say(circle, "Owen", True)
        poll = this_round(circle.room).poll
        assert poll
        kept.append(replace(poll, given=dict(enumerate(poll.given.values()))))  # type: ignore[arg-type]
    assert kept[0] == kept[1]
    assert kept[0].given == {0: True}


def test_asked_once_more_nobody_sees_who_answers() -> None:
    circle = there()
    all_say(circle, "Fay", "Owen", "Cora", "Carl")
    circle.now += left(circle) * 1000
    before = {role: view(circle.room, role) for role in (*INSIDE, OUTSIDE, LATE)}
    say(circle, "Cora", True)
    assert {role: view(circle.room, role) for role in before} == before
    assert shows(circle) == "yes"
    circle.by("Fay", more.close, clock.plus_at(circle.room), circle.now)
    assert shows(circle) == "no"


@pytest.mark.parametrize("how", ["next", "back", "plus"])
def test_no_answer_stays_when_the_circle_goes_on(how: str) -> None:
    circle = there()
    say(circle, "Owen", True)
    before = circle.room
    if how == "plus":
        circle.by("Fay", clock.add_minutes, clock.plus_at(circle.room), circle.now)
    else:
        circle.by(
            "Fay", getattr(flow, {"next": "step"}.get(how, how)), flow.pointer(circle.room), circle.now, circle.rng
        )
    assert not any(r.poll.given for r in circle.room.rounds.values() if r.poll)
    assert flow.moved(before, circle.room)


def test_only_who_takes_part_at_the_table_is_asked() -> None:
    circle = late(there(guided=True), "Noor", caught_up=False)
    circle.by("Fay", people.add_seat, "Opa", op="0" * 32)
    gone(circle, "Cem", "outside")
    assert {s.name for s in more.voters(circle.room)} == {"Owen", "Cora", "Carl", "Cleo", "Cato"}
    for name in ("Noor", "Cem", "Fay"):
        with pytest.raises(Refused):
            say(circle, name, True)
        assert not own(circle, name).more_asked
    assert view(circle.room, OUTSIDE).more == view(circle.room, LATE).more == ""


def test_after_the_end_no_answer_is_kept() -> None:
    circle = there()
    say(circle, "Owen", True)
    to_phase(circle, "closing")
    circle.by("Fay", closing.close, circle.now, circle.rng)
    assert all(r.poll is None for r in circle.room.rounds.values())


def test_it_is_asked_in_steps_that_people_talk_in_and_each_step_begins_without_an_answer() -> None:
    circle = prepared(made(step("talk"), step("after"))).to("write")
    assert view(circle.room, LEAD).more == ""
    circle = there()
    say(circle, "Owen", True)
    circle.next()
    assert (own(circle, "Owen").more, shows(circle)) == (None, "ask")
    lead(circle, flow.back)
    assert own(circle, "Owen").more is None
