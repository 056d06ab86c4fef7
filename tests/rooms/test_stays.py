"""When members were at the table, in whole minutes: of what is signed only, nothing of what is written or chosen."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from msgspec.structs import replace

from rooms import clock, closing, door, flow, people, stays, terms
from rooms.room import Presence, Room, Stay, Terms
from rooms.stays import MINUTE, Spent
from tests.people import CAST, Circle

GROUP = "g0123456789ab"


def met(*names: str, **named: object) -> Circle:
    """A circle of a group in which everybody is a member, that has begun."""
    circle = Circle(*names, **named)  # type: ignore[arg-type]
    seats = {i: replace(s, member=f"m-{s.name}") for i, s in circle.room.seats.items()}
    circle.room = replace(circle.room, group=GROUP, seats=seats)
    circle.next()
    return note(circle)


def note(circle: Circle) -> Circle:
    """As the store does with each change."""
    circle.room = stays.noted(circle.room, circle.now)
    return circle


def then(circle: Circle, minutes: float, name: str, verb, *args, **named) -> Circle:  # type: ignore[no-untyped-def]
    """So many minutes later somebody does something."""
    circle.now += int(minutes * MINUTE)
    circle.by(name, verb, *args, **named)
    return note(circle)


def clocked(circle: Circle, minutes: float, verb) -> Circle:  # type: ignore[no-untyped-def]
    """So many minutes later who leads does something to the clock."""
    return then(circle, minutes, "Fay", verb, circle.now + int(minutes * MINUTE))


def over(circle: Circle, minutes: float) -> Room:
    """The meeting ends so many minutes later."""
    circle.now += int(minutes * MINUTE)
    circle.room = replace(circle.room, over=circle.now)
    return circle.room


def spent(circle: Circle, name: str) -> Spent | None:
    return stays.spent(circle.room, [circle.seat(name)])


def test_everybody_at_the_table_is_there_from_the_beginning_to_the_end() -> None:
    circle = met()
    over(circle, 95.9)
    assert {spent(circle, name) for name in ("Fay", *CAST)} == {Spent(0, 95, 95)}


def test_who_leaves_and_is_called_back_is_counted_without_what_lies_between() -> None:
    circle = then(met(), 30, "Cora", people.leave)
    then(circle, 20, "Fay", people.call_back, circle.seat("Cora"))
    over(circle, 40)
    assert spent(circle, "Cora") == Spent(0, 90, 70)


def test_time_outside_is_counted_apart() -> None:
    circle = met()
    then(circle, 10, "Fay", people.call_outside, circle.seat("Cora"))
    then(circle, 25, "Fay", people.call_back, circle.seat("Cora"))
    over(circle, 55)
    assert spent(circle, "Cora") == Spent(0, 90, 65, 25)
    assert spent(circle, "Carl") == Spent(0, 90, 90)


def test_coffee_is_taken_out_and_a_clock_that_stands_is_not() -> None:
    circle = met().to("checkin")
    note(circle)
    clocked(circle, 20, clock.coffee)
    clocked(circle, 15, clock.go_on)
    clocked(circle, 5, clock.stand_still)
    clocked(circle, 10, clock.go_on)
    over(circle, 40)
    assert circle.room.breaks == (20, 35)
    assert spent(circle, "Cora") == Spent(0, 90, 75)


def test_coffee_ends_with_the_step_and_one_that_goes_on_ends_with_the_meeting() -> None:
    circle = met().to("checkin")
    clocked(circle, 20, clock.coffee)
    circle.now += 10 * MINUTE
    circle.next()
    note(circle)
    assert circle.room.breaks == (20, 30)
    clocked(circle, 30, clock.coffee)
    over(circle, 5)
    assert spent(circle, "Cora") == Spent(0, 65, 50)


def test_less_than_a_minute_is_nothing() -> None:
    circle = met().to("checkin")
    clocked(circle, 20, clock.coffee)
    clocked(circle, 0.4, clock.go_on)
    then(circle, 0.1, "Cora", people.leave)
    then(circle, 0.1, "Fay", people.call_back, circle.seat("Cora"))
    assert circle.room.breaks == ()
    assert circle.room.stays[circle.seat("Cora")] == (Stay(0, Presence.HERE),)
    over(circle, 10)
    assert spent(circle, "Cora") == Spent(0, 30, 30)


def test_who_comes_late_is_there_from_then_and_who_left_on_another_seat_is_one_person() -> None:
    circle = then(met(), 20, "Cora", people.leave)
    circle.now += 10 * MINUTE
    first, circle.room = circle.seat("Cora"), replace(circle.room, door=True)
    circle.do(door.join, "another", "Cora", remote=False, rng=Random(1), member="m-Cora")
    note(circle)
    seats = [i for i, s in circle.room.seats.items() if s.member == "m-Cora"]
    assert len(seats) == 2 and first in seats
    over(circle, 30)
    assert stays.spent(circle.room, seats) == Spent(0, 60, 50)


def on_two_chairs() -> tuple[Circle, list[str]]:
    """Cora leaves after 20 minutes, takes another chair 10 later, and 5 after that the first one is called back."""
    circle = then(met(), 20, "Cora", people.leave)
    circle.now += 10 * MINUTE
    first, circle.room = circle.seat("Cora"), replace(circle.room, door=True)
    circle.do(door.join, "another", "Cora", remote=False, rng=Random(1), member="m-Cora")
    then(note(circle), 5, "Fay", people.call_back, first)
    return circle, [first, *(i for i, s in circle.room.seats.items() if s.member == "m-Cora" and i != first)]


def test_a_minute_on_two_chairs_counts_once() -> None:
    circle, seats = on_two_chairs()
    over(circle, 25)
    assert stays.spent(circle.room, seats) == Spent(0, 60, 50)
    assert stays.spent(circle.room, seats[:1]) == Spent(0, 60, 45), "the control: both were at the table"


def test_who_is_outside_on_one_chair_and_at_the_table_on_another_is_at_the_table() -> None:
    circle, seats = on_two_chairs()
    then(circle, 5, "Fay", people.call_outside, seats[0])
    over(circle, 20)
    assert stays.spent(circle.room, seats) == Spent(0, 60, 50)


def test_twice_is_once_and_a_later_look_changes_nothing() -> None:
    circle = then(met(), 30, "Cora", people.leave)
    assert stays.noted(circle.room, circle.now) is circle.room
    assert stays.noted(circle.room, circle.now + 30 * MINUTE) is circle.room


def test_of_a_meeting_that_nobody_closed_the_time_that_was_agreed_on_counts() -> None:
    circle = met()
    circle.room = replace(circle.room, ends=circle.room.began + 120 * MINUTE)
    circle.room = closing.expire(circle.room, circle.room.began + closing.DAY)
    assert not stays.closed(circle.room) and spent(circle, "Cora") == Spent(0, 120, 120)


@pytest.mark.parametrize("left_out", ["group", "member", "began"])
def test_nothing_is_noted_of_guests_of_other_circles_and_before_the_first_step(left_out: str) -> None:
    circle = Circle()
    seats = {i: replace(s, member="" if left_out == "member" else "m") for i, s in circle.room.seats.items()}
    circle.room = replace(circle.room, group="" if left_out == "group" else GROUP, seats=seats)
    if left_out != "began":
        circle.next()
    note(circle)
    assert (circle.room.stays, circle.room.breaks) == ({}, ())


def traced(noted: Callable[[Room, int], Room]) -> list[str]:
    """Who left a trace here by writing or choosing, each three minutes after the one before."""
    circle, found = met().to("write"), []

    def look(name: str) -> None:
        before = (circle.room.stays, circle.room.breaks)
        circle.room = noted(circle.room, circle.now)
        if (circle.room.stays, circle.room.breaks) != before:
            found.append(name)

    for name in list(circle.secrets)[1:6]:
        circle.now += 3 * MINUTE
        circle.lay(name, f"Vraag van {name}?")
        look(name)
    circle.to("choose")
    circle.room = stays.noted(circle.room, circle.now)
    for name in list(circle.secrets)[1:]:
        circle.now += 3 * MINUTE
        circle.cast(name, {circle.room.cases[0].id: 3})
        look(name)
    return found


def test_writing_and_choosing_leave_no_trace_here_whoever_does_it_and_when() -> None:
    assert traced(stays.noted) == []


def test_the_check_sees_a_planted_trace() -> None:
    def planted(room: Room, now: int) -> Room:
        first, *rest = room.stays
        kept = (*room.stays[first], Stay(stays.minute(room, now), Presence.HERE))
        return replace(room, stays={first: kept, **{i: room.stays[i] for i in rest}})

    assert len(traced(planted)) > 5


# What registers ask, while it runs.


def asked(minutes: int = 0, *, each: bool = False) -> Circle:
    circle = met()
    circle.room = replace(circle.room, terms=Terms(minutes, each))
    return circle


def test_a_meeting_is_full_after_so_many_minutes_and_coffee_moves_that() -> None:
    circle = asked(120).to("checkin")
    note(circle)
    began = circle.room.began
    assert terms.full(circle.room) == terms.Full(120, began + 120 * MINUTE, 120)
    clocked(circle, 30, clock.coffee)
    assert terms.full(circle.room) == terms.Full(120, 0, 90)
    clocked(circle, 15, clock.go_on)
    assert terms.full(circle.room) == terms.Full(120, began + 135 * MINUTE, 120)


def test_nothing_is_said_where_nothing_is_asked_or_the_meeting_is_over() -> None:
    assert terms.full(met().room) is None and terms.each(met().room) == ""
    circle = asked(120, each=True)
    over(circle, 10)
    assert terms.full(circle.room) is None and terms.each(circle.room) == ""


def test_that_everybody_brought_a_question_is_said_once_the_writing_is_closed_and_never_before() -> None:
    circle = asked(each=True).to("write")
    writers = [name for name in circle.secrets if circle.seat(name) in circle.room.rounds["0:write"].writers]
    for name in writers:
        assert terms.each(circle.room) == "asked"
        circle.lay(name, f"Vraag van {name}?")
    assert (terms.each(circle.room), terms.everybody(circle.room)) == ("asked", None)
    circle.next()
    assert (terms.each(circle.room), terms.everybody(circle.room)) == ("done", True)
    circle.by("Fay", flow.back, flow.pointer(circle.room), circle.now, circle.rng)
    assert terms.each(circle.room) == "asked"


def test_that_one_person_brought_nothing_is_on_no_screen_and_no_no_is_kept_among_few() -> None:
    circle = asked(each=True).to("write")
    circle.to("read")  # four of six lay one
    assert (terms.each(circle.room), terms.everybody(circle.room)) == ("asked", False)
    few = met("Owen", "Cora", "Carl", "Cleo")
    few.room = replace(few.room, terms=Terms(each=True))
    few.to("write")
    for name in ("Owen", "Cora", "Carl"):
        few.lay(name, "Vraag?")
    few.next()
    assert terms.each(few.room) == "asked" and terms.everybody(few.room) is None
