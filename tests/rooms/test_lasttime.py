"""What became of last time's case: the circle asks by name, and to rather not say is to have said."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from rooms import lasttime, people
from rooms.refusal import Refused
from rooms.rights import LATE, LEAD, MEMBER, OUTSIDE, SCREEN
from rooms.room import Room
from rooms.shell import agenda
from rooms.trajectory import circle
from rooms.view import view
from tests.made import own, page
from tests.people import Circle
from tests.rooms.test_trajectory import by, made, was
from tests.said import regions

ASKS = "wil je vertellen hoe het verder ging?"
PRIVATE = "Vandaag liever niet"


def asked(*owners: str) -> Circle:
    """The follow-up of a second meeting, in which Joost, Anouk and a guest sit; these brought a case in the first."""
    group = was(made(), 0, "Joost", "Anouk", "Bram", owners=owners)
    c = Circle("Joost", "Anouk", "Gast")
    c.room = circle.of_meeting(replace(c.room, agenda=agenda(c.room.method, follow_up=True)), group, 1, "")
    ids = {name: by(group, name) for name in ("Joost", "Anouk")}
    seats = {i: replace(s, member=ids.get(s.name, "")) for i, s in c.room.seats.items()}
    c.room = replace(c.room, seats=seats)
    return c.to("followup")


def html(c: Circle, name: str) -> str:
    seen = page(c, name)
    parts = regions().audience("seat", seen, "nl") | regions().personal(seen, own(c, name), "nl", "c", {})
    return "".join(parts.values())


def test_every_screen_says_whom_the_circle_asks() -> None:
    c = asked("Joost")
    for name in ("Joost", "Anouk", "Gast"):
        assert f"Joost, {ASKS}" in html(c, name)
    for role, place in ((LEAD, "lead"), (SCREEN, "screen")):
        assert f"Joost, {ASKS}" in "".join(regions().audience(place, view(c.room, role), "nl").values())
    for role in (OUTSIDE, LATE):
        assert view(c.room, role).asked_back == ()


def test_only_the_one_who_is_asked_has_the_private_way_out() -> None:
    c = asked("Joost")
    assert [PRIVATE in html(c, name) for name in ("Joost", "Anouk", "Gast", "Fay")] == [True, False, False, False]


def test_both_buttons_send_the_same_so_that_nothing_can_tell_them_apart() -> None:
    page_of = html(asked("Joost"), "Joost")
    buttons = [part.split(">")[0] for part in page_of.split("<button")[1:] if "do/became" in part.split(">")[0]]
    assert len(buttons) == 2 and buttons[0] == buttons[1]


def test_after_it_the_screens_are_those_of_a_circle_in_which_nobody_is_asked() -> None:
    c, nobody = asked("Joost"), asked()
    before = c.room
    c.by("Joost", lasttime.heard)
    assert c.room != before
    for role in (MEMBER, LEAD, SCREEN):
        assert msgspec.json.encode(view(c.room, role)) == msgspec.json.encode(view(nobody.room, role))
        assert view(before, role) != view(c.room, role)  # the control
    assert c.by("Joost", lasttime.heard) is c.room  # twice is once
    assert by(was(made(), 0, "Joost"), "Joost") not in str(c.room.brought_last)


def test_who_is_not_asked_changes_nothing_and_elsewhere_it_is_refused() -> None:
    c = asked("Joost")
    before = c.room
    for name in ("Anouk", "Gast", "Fay"):
        assert c.by(name, lasttime.heard) is before
    c.next()
    assert view(c.room, MEMBER).asked_back == ()
    with pytest.raises(Refused):
        c.by("Joost", lasttime.heard)


def test_two_who_brought_a_case_are_each_asked_and_each_answers() -> None:
    c = asked("Joost", "Anouk")
    assert sorted(view(c.room, MEMBER).asked_back) == ["Anouk", "Joost"]
    c.by("Joost", lasttime.heard)
    assert view(c.room, MEMBER).asked_back == ("Anouk",)


def test_who_is_not_here_is_not_asked_and_without_anybody_the_step_is_as_it_was() -> None:
    assert view(asked("Bram").room, MEMBER).asked_back == ()
    c = asked("Joost")
    c.by("Fay", people.mark_left, c.seat("Joost"))
    assert view(c.room, MEMBER).asked_back == ()
    assert ASKS not in html(asked(), "Anouk")


def test_only_the_meeting_before_counts() -> None:
    group = was(was(made(), 0, "Joost", owners=("Joost",)), 1, "Joost", "Anouk", owners=("Anouk",))
    room: Room = circle.of_meeting(Circle().room, group, 2, "")
    assert room.brought_last == (by(group, "Anouk"),)
    assert circle.of_meeting(Circle().room, made(), 0, "").brought_last == ()
