"""What the pages of who leads and of the seats have beside the steps: when better not to take a method, three words for
everybody's screen, and a minute in which nobody is asked anything."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from rooms import choosing, flow, handles, mine, rights, timers, view
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
    unless = catalogue()["gossip"].warnings[0]

    assert unless.nl in seat(circle, "Owen")["composer"]
    assert unless.en in seat(circle, "Owen", "en")["composer"]
    assert unless.nl not in "".join(seat(circle, "Cora").values())
    circle.by("Fay", flow.pick_method, replace(catalogue()["gossip"], id="own", warnings=()), circle.now)
    assert "Past dit bij jou?" in seat(circle, "Owen")["composer"]
    circle.by("Owen", choosing.say_yes, "own")
    assert unless.nl not in "".join(seat(circle.to("method"), "Owen").values())
