"""Where people talk without turns, who leads keeps who was not heard yet; nobody else is told."""

from __future__ import annotations

import pytest

from rooms import flow, lead, people, talk, turns
from rooms.methodfiles import catalogue
from rooms.methods import Input
from rooms.refusal import Refused
from rooms.rights import LATE, LEAD, MEMBER, OUTSIDE, OWNER, SCREEN
from rooms.room import Room, phase, with_seat
from rooms.view import view
from tests.made import late, led, made, own, page, step, to_phase, words
from tests.made import lead as press
from tests.made import line as made_line
from tests.people import CAST, Circle
from tests.said import regions

FREE = step("talk", acts="consultants", listens="owner", flavour="think")
HEADING = "Nog niet gehoord"


def free(*names: str, guided: bool = True) -> Circle:
    """In a step in which the circle talks without turns and Owen listens; one with turns follows."""
    after = step("after", made_line("round", "turns"))
    return led(made(FREE, after), *names, guided=guided)


def names(circle: Circle, *, heard: bool = False) -> list[str]:
    """Those on the screen of who leads that were heard, or not yet."""
    return [t.name for t in view(circle.room, LEAD).talkers if t.heard == heard]


def tap(circle: Circle, name: str, by: str = "Fay") -> Room:
    """Who leads taps a name as the screen has it."""
    seat, yes, at = next(t.tap for t in view(circle.room, LEAD).talkers if t.name == name).split(":")
    return circle.by(by, talk.heard, at, seat, yes=yes == "1")


def own_page(circle: Circle, name: str) -> str:
    return "".join(regions().personal(page(circle, name), own(circle, name), "nl", "c", {}).values())


def test_all_who_may_speak_are_there_first_who_is_at_a_distance() -> None:
    circle = free(*CAST, "Otto", "Ruth")
    circle.room = with_seat(circle.room, circle.seat("Otto"), task="observer", takes_part=False)
    circle.by("Fay", people.call_outside, circle.seat("Ruth"))
    late(circle, "Lars", caught_up=False)
    assert names(circle) == ["Cora", "Carl", "Cleo", "Cem", "Cato"]  # Owen listens, Otto watches, Fay only leads
    circle.by("Cem", people.sit_where, remote=True)
    assert names(circle) == ["Cem", "Cora", "Carl", "Cleo", "Cato"]


def test_a_tap_takes_somebody_off_the_list_and_another_puts_them_back() -> None:
    circle = free()
    tap(circle, "Carl")
    assert (names(circle), names(circle, heard=True)) == (["Cora", "Cleo", "Cem", "Cato"], ["Carl"])
    assert [t.name for t in view(circle.room, LEAD).talkers] == list(CAST[1:])  # and nobody moves under the finger
    tap(circle, "Carl")
    assert names(circle) == list(CAST[1:])


def test_said_twice_is_once_and_of_an_earlier_step_it_is_nothing() -> None:
    circle = free()
    at, carl = flow.pointer(circle.room), circle.seat("Carl")
    for yes in (True, False):
        circle.by("Fay", talk.heard, at, carl, yes=yes)
        before = circle.room
        circle.by("Fay", talk.heard, at, carl, yes=yes)
        assert circle.room is before
    circle.next()
    before = circle.room
    circle.by("Fay", talk.heard, at, carl, yes=True)
    assert circle.room is before


def test_no_other_screen_says_anything_of_it() -> None:
    circle = free()
    pages = {name: own_page(circle, name) for name in ("Owen", "Cora", "Carl")}
    roles = {role: view(circle.room, role) for role in (MEMBER, OWNER, OUTSIDE, LATE, SCREEN)}
    tap(circle, "Carl")
    assert {name: own_page(circle, name) for name in pages} == pages
    assert {role: view(circle.room, role) for role in roles} == roles
    assert not any(seen.talkers for seen in roles.values())
    for role, place in ((MEMBER, "seat"), (OWNER, "seat"), (SCREEN, "screen")):
        assert HEADING not in "".join(regions().audience(place, view(circle.room, role), "nl").values())
    drawn = "".join(regions().audience("lead", view(circle.room, LEAD), "en").values())
    assert "Not heard yet" in drawn
    assert 'aria-label="Carl was heard"' in drawn


def test_it_stays_through_a_step_on_and_back_and_begins_anew_with_the_step() -> None:
    circle = free()
    tap(circle, "Carl")
    circle.next()
    assert view(circle.room, LEAD).talkers == ()
    press(circle, flow.back)
    assert names(circle, heard=True) == ["Carl"]
    circle.by("Fay", flow.repeat, flow.repeat_at(circle.room), circle.now, circle.rng)
    assert names(circle) == list(CAST[1:])


def test_who_leads_from_now_on_sees_the_same() -> None:
    circle = free()
    tap(circle, "Carl")
    before = view(circle.room, LEAD).talkers
    circle.by("Fay", lead.hand_over, circle.seat("Cora"))
    assert view(circle.room, LEAD).talkers == before
    tap(circle, "Cleo", by="Cora")
    assert names(circle, heard=True) == ["Carl", "Cleo"]
    with pytest.raises(Refused, match="begeleidt"):
        tap(circle, "Cleo", by="Fay")


def test_in_a_circle_that_guides_itself_who_leads_is_on_the_list_and_has_it_on_the_own_page() -> None:
    circle = free("Owen", "Cora", "Carl", "Cleo", guided=False)
    assert names(circle) == ["Fay", "Cora", "Carl", "Cleo"]
    assert f"{HEADING}: Fay, Cora, Carl, Cleo." in own_page(circle, "Fay")
    tap(circle, "Fay")
    assert f"{HEADING}: Cora, Carl, Cleo." in own_page(circle, "Fay")
    assert HEADING not in own_page(circle, "Cora")
    circle.by("Cora", lead.take_over, silent=False, of="Fay")
    assert f"{HEADING}: Cora, Carl, Cleo." in own_page(circle, "Cora")
    assert HEADING not in own_page(circle, "Fay")
    for name in ("Cora", "Carl", "Cleo"):
        tap(circle, name, by="Cora")
    assert "Iedereen is gehoord." in own_page(circle, "Cora")


def test_nobody_is_noted_where_turns_go_round_nor_who_is_not_on_the_list() -> None:
    circle = free()
    for name in ("Owen", "Fay"):
        with pytest.raises(Refused, match="niet mee"):
            circle.by("Fay", talk.heard, flow.pointer(circle.room), circle.seat(name), yes=True)
    circle.next()
    assert turns.speakers(circle.room)
    with pytest.raises(Refused, match="zonder beurten"):
        circle.by("Fay", talk.heard, flow.pointer(circle.room), circle.seat("Carl"), yes=True)


def test_who_passes_without_a_turn_is_not_noted_as_heard() -> None:
    circle = free()
    circle.by("Carl", turns.pass_turn)
    assert names(circle) == list(CAST[1:])


NUMBER = made_line("safe", "scale", signed=False)


@pytest.mark.parametrize(
    ("flavour", "acts", "line"),
    [
        ("think", "everybody", made_line("round", "turns")),
        ("think", "everybody", made_line("threes", "groups", max=3)),
        ("think", "everybody", made_line("silence", "timer", seconds=60, quiet=True)),
        ("think", "everybody", made_line("laid", "cards", chars=60)),
        ("look", "everybody", NUMBER),  # as long as it is filled in
        ("look", "owner", made_line("own", "notes")),
        ("ask", "everybody", made_line("own", "notes")),
    ],
)
def test_there_is_no_list_with_turns_in_groups_in_silence_in_writing_nor_for_one(
    flavour: str, acts: str, line: Input
) -> None:
    circle = led(made(step("other", line, flavour=flavour, acts=acts)))
    assert view(circle.room, LEAD).talkers == ()


LAID = made_line("laid", "cards", chars=60, max=1)


@pytest.mark.parametrize("line", [NUMBER, LAID])
@pytest.mark.parametrize("flavour", ["think", "advise", "look", "ask", "bring"])
def test_what_was_given_at_the_same_time_is_talked_about_once_it_lies_open(flavour: str, line: Input) -> None:
    circle = led(made(step("given", line, flavour=flavour)))
    assert names(circle) == []
    circle.next()
    assert flow.stage(circle.room) == "open"
    assert names(circle) == list(CAST)
    tap(circle, "Cem")
    assert names(circle, heard=True) == ["Cem"]


@pytest.mark.parametrize(
    ("lines", "who"),
    [
        ((LAID,), {"acts": "owner", "listens": "consultants"}),
        ((LAID, made_line("round", "turns")), {}),
        ((LAID, made_line("taken", "pick", who="owner", of="laid")), {}),
        ((LAID, made_line("tags", "sort", who="owner", of="laid", options=words("een", "twee"))), {}),
        ((LAID, made_line("fits", "scale", who="owner", of="laid")), {}),
    ],
)
def test_open_cards_that_the_owner_goes_through_or_that_turns_go_over_are_not(
    lines: tuple[Input, ...], who: dict[str, str]
) -> None:
    circle = led(made(step("given", *lines, flavour="think", **who)))
    circle.next()
    assert flow.stage(circle.room) == "open"
    assert view(circle.room, LEAD).talkers == ()


@pytest.mark.parametrize(
    ("method", "name", "people"), [("raguse", "hunches", 5), ("raguse", "feelings", 5), ("five-step", "core", 0)]
)
def test_in_the_methods_that_ship_it_is_where_open_cards_are_talked_about(method: str, name: str, people: int) -> None:
    circle = to_phase(Circle(method=method).to_method(), name)
    assert names(circle) == []
    circle.next()
    assert (phase(circle.room).id, flow.stage(circle.room)) == (name, "open")
    assert len(names(circle)) == people


@pytest.mark.parametrize(
    ("method", "name", "people"),
    [
        ("gossip", "gossip", 5), ("incident", "discussion", 6), ("case-clinic", "dialogue", 6),
        ("case-clinic", "journal", 0), ("five-step", "look-back", 0), ("consultancy", "talk", 5),
    ],
)  # fmt: skip
def test_in_the_methods_that_ship_it_is_where_people_talk(method: str, name: str, people: int) -> None:
    assert name in {one.id for one in catalogue()[method].phases}
    circle = Circle(method=method).to_method()
    while phase(circle.room).id != name:
        circle.by("Fay", flow.skip, flow.pointer(circle.room), circle.now, circle.rng)
    assert len(names(circle)) == people
