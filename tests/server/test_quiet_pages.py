"""What the pages of who leads and of the seats have beside the steps: when better not to take a method, three words for
everybody's screen, and a minute in which nobody is asked anything."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from rooms import flow, handles, mine, rights, timers, view, willing
from rooms.methodfiles import catalogue
from rooms.methods import Text
from rooms.rights import LEAD
from tests.made import led, line, made, step
from tests.people import Circle
from tests.said import plain, regions

WORDS = ("silence", "question", "sum")


def seat(circle: Circle, name: str, lang: str = "nl") -> dict[str, str]:
    shown = view.view(circle.room, rights.role(circle.room, circle.seat(name)))
    own = mine.mine(circle.room, circle.room.devices[circle.handle(name)], circle.tag(name))
    return regions().audience("seat", shown, lang) | regions().personal(shown, own, lang, "c", {})


def cockpit(circle: Circle) -> dict[str, str]:
    return regions().audience("lead", view.view(circle.room, LEAD), "nl")


def words(html: str) -> dict[str, str]:
    """The words for everybody's screen that a page offers, and what a tap on each sends."""
    found = re.findall(r'<button class="(?:row|quiet)"[^>]*do/notice" name="x" value="(\w*)"[^>]*>', html)
    return dict(zip(WORDS, found, strict=True)) if found else {}


# When better not to take a method


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_chooser_says_when_better_not_outside_what_is_closed_and_the_rest_inside(lang: str) -> None:
    html = regions().part("partials/_every_method.html", lang)
    for part in html.split('<div class="method"')[1:]:
        method = catalogue()[re.search(r'value="([^"]+)"', part)[1]]  # type: ignore[index]
        said = [getattr(w, lang) for w in method.warnings]
        seen, closed = (plain(half.replace("&#39;", "'")) for half in part.split("<details"))
        assert said[0] in seen
        assert said[0] not in closed
        assert all(w in closed for w in said[1:])


def test_the_list_to_read_says_it_too() -> None:
    html = regions().page("methods", "nl", secure=True, said="", methods=tuple(catalogue().values()))
    outside = plain(re.sub(r"<details.*?</details>", "", html, flags=re.DOTALL))
    assert all(m.warnings[0].nl in outside for m in catalogue().values())


def test_who_is_asked_yes_or_no_to_a_method_reads_when_better_not() -> None:
    circle = Circle(method="gossip").to_owner()
    [unless] = catalogue()["gossip"].warnings

    assert unless.nl in seat(circle, "Owen")["composer"]
    assert unless.en in seat(circle, "Owen", "en")["composer"]
    assert unless.nl not in "".join(seat(circle, "Cora").values())
    circle.by("Fay", flow.pick_method, replace(catalogue()["gossip"], id="own", warnings=()), circle.now)
    assert "Past dit bij jou?" in seat(circle, "Owen")["composer"]
    circle.by("Owen", willing.say_yes, "own")
    assert unless.nl not in "".join(seat(circle.to("method"), "Owen").values())


# Three words for everybody's screen


def test_in_a_method_they_stand_at_the_side_and_otherwise_in_the_menu() -> None:
    circle = Circle().to("checkin")
    before = cockpit(circle)
    during = cockpit(circle.to_method())

    assert (words(before["head"]), words(before["side"])) == (dict(zip(WORDS, WORDS, strict=True)), {})
    assert (words(during["head"]), words(during["side"])) == ({}, dict(zip(WORDS, WORDS, strict=True)))


def test_one_that_is_shown_is_taken_away_by_the_same_button() -> None:
    circle = Circle().to_method()
    circle.by("Fay", handles.notice, "question", circle.now)
    side = cockpit(circle)["side"]

    assert words(side) == {"silence": "silence", "question": "", "sum": "sum"}
    assert re.findall(r'do/notice"[^>]*aria-pressed="(\w+)"', side) == ["false", "true", "false"]


def test_who_leads_a_circle_that_guides_itself_has_them_on_the_own_seat_and_nobody_else_has() -> None:
    circle = Circle(guided=False).to("write")
    assert words(seat(circle, "Fay")["me"]) == {}
    circle.to_method()
    assert words(seat(circle, "Fay")["me"]) == dict(zip(WORDS, WORDS, strict=True))
    assert words(seat(circle, "Cora")["me"]) == {}
    circle.by("Cora", handles.stop, circle.now)  # nothing but going on, while everything is still
    assert words(seat(circle, "Fay")["me"]) == words(cockpit(circle)["side"]) == {}


# A minute of silence


def test_in_a_minute_of_silence_a_seat_shows_the_circle_and_the_time_and_its_work_waits_as_it_is() -> None:
    circle = Circle().to_method()
    circle.next()
    before = seat(circle, "Cora")
    circle.by("Fay", handles.notice, "silence", circle.now)
    now = seat(circle, "Cora")

    assert "data-hush" not in before["stage"]
    assert f'data-seconds="{circle.now + handles.MINUTE}" data-hush="Een minuut stilte."' in now["stage"]
    assert "Een minuut stilte." in now["stage"]
    assert "Vragenronde" not in now["stage"]
    key = re.search(r'data-key="([^"]+)"', before["composer"])
    assert key
    assert key[0] in now["composer"], "with another key the page would swap what is being written"
    marks = now["stage"].split('class="marks"')[1].split("</ul>")[0]
    assert "owner" not in marks, "light letters on a chair that is as all the others"
    circle.by("Fay", handles.notice, "", circle.now)
    assert seat(circle, "Cora") == before


def test_a_silence_that_a_method_asks_for_leaves_its_own_work_in_sight() -> None:
    quiet = line("quiet", "timer", seconds=60, quiet=True, label=Text())
    circle = led(made(step("still", quiet, line("cards", "text", chars=60))))
    circle.by("Fay", timers.start, "quiet", circle.now)

    assert view.view(circle.room, "member").notice == "silence"
    assert "data-hush" not in seat(circle, "Cora")["stage"]


def test_who_reads_the_agreement_or_is_outside_is_not_told_of_it() -> None:
    circle = Circle().to_method()
    circle.by("Fay", handles.notice, "silence", circle.now)
    for role in (rights.LATE, rights.OUTSIDE):
        assert "data-hush" not in regions().audience("seat", view.view(circle.room, role), "nl")["stage"]


def test_a_minute_of_silence_leaves_the_way_out_of_the_twenty_seconds_and_a_leader_who_went_in_sight() -> None:
    circle = Circle().to("choose")
    circle.by("Fay", handles.notice, "silence", circle.now)
    circle.cast("Cora", {circle.case_of("Owen"): 3})
    circle.next()
    circle.answer("Owen", "bring")
    circle.next()
    assert circle.room.notice == "silence"
    assert 'do/rather-not"' in "".join(seat(circle, "Owen").values())
    gone = Circle().to_method()
    gone.by("Fay", handles.notice, "silence", gone.now)
    shown = view.view(gone.room, rights.MEMBER, silent=gone.seat("Fay"))
    assert 'do/take-over"' in regions().audience("seat", shown, "nl")["stage"]
