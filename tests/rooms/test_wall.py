"""The big screen's wall: every card with what the owner gave it, and a word about those that it has no room for."""

from __future__ import annotations

import re

import pytest

from rooms import boards, cards, picks, sorts, tags, takeaways
from rooms.methods import Method
from rooms.room import phase
from rooms.view import view
from tests.made import led, line, made, step, to_phase, words
from tests.people import CAST, Circle
from tests.said import regions


def weighing(*, signed: bool = True) -> Method:
    """Cards of everybody; the owner sorts them, then rates them and takes some along."""
    laid = line("asked", "cards", who="everybody", max=5, chars=100, signed=signed)
    heat = line("heat", "sort", who="owner", of="asked", options=words("warm", "koud"))
    fit = line("fit", "scale", who="owner", of="asked", low=1, high=5)
    take = line("take", "pick", who="owner", of="asked", max=2)
    later = line("answered", "sort", who="owner", of="asked", options=words("beantwoord", "deze niet"))
    return made(step("asking", laid), step("weigh", heat), step("rate", fit, take), step("answer", later))


def laid(*given: tuple[str, int], signed: bool = True, words: str = "") -> Circle:
    """So many cards of each lie open, at the step in which the owner sorts them."""
    circle = led(weighing(signed=signed))
    for name, many in given:
        tag = circle.tag(name)
        for n in range(many):
            mark, ready = tags.card(tag, circle.room, "asked", n), tags.ready(tag, circle.room)
            circle.by(name, cards.lay, "asked", n, 1, words or f"{name} {n + 1}", tag=mark, ready=ready)
    return to_phase(circle, "weigh")


def screen(circle: Circle, lang: str = "nl") -> str:
    return regions().audience("screen", view(circle.room, "screen"), lang)["screen"]


def wall(circle: Circle, lang: str = "nl") -> list[str]:
    """What each card on the wall says, as somebody reads it."""
    found = re.findall(r"<li><p>(.*?)</p></li>", screen(circle, lang))
    return [" ".join(re.sub(r"<[^>]*>", " ", one).split()) for one in found]


def give(circle: Circle, line_id: str, text: str, value: int | None) -> None:
    source = next(i for i in phase(circle.room).inputs if i.id == line_id)
    card = next(c.id for c in picks.choices(circle.room, source) if c.text == text)
    if source.kind == "pick":
        circle.by("Owen", picks.pick, line_id, card, on=True)
    else:
        circle.by("Owen", sorts.put, line_id, card, value)


def test_each_card_says_its_name_what_it_was_sorted_under_its_number_and_whether_it_goes_along() -> None:
    circle = laid(("Cora", 1), ("Carl", 2))
    give(circle, "heat", "Carl 2", 0)
    assert wall(circle) == ["Carl warm Carl 2", "Cora Cora 1", "Carl Carl 1"]
    to_phase(circle, "rate")
    give(circle, "fit", "Carl 2", 4)
    give(circle, "fit", "Cora 1", 1)
    give(circle, "take", "Cora 1", None)
    assert wall(circle) == ["Carl eerder: warm 4 Carl 2", "Cora 1 neemt Owen mee Cora 1", "Carl Carl 1"]
    to_phase(circle, "answer")
    give(circle, "answered", "Carl 2", 0)

    assert wall(circle) == ["Carl eerder: warm beantwoord Carl 2", "Cora Cora 1", "Carl Carl 1"]
    assert wall(circle, "en")[0] == "Carl earlier: warm beantwoord Carl 2"


def test_a_card_without_a_name_shows_what_it_was_given_and_no_name() -> None:
    circle = laid(("Cora", 1), ("Carl", 1), signed=False)
    give(circle, "heat", "Carl 1", 1)
    assert sorted(wall(circle)) == ["Cora 1", "koud Carl 1"]


@pytest.mark.parametrize(
    ("many", "shape"),
    [(6, "large"), (9, "three"), (10, "four"), (12, "four"), (13, "dense"), (16, "dense"), (17, "close")],
)
def test_the_more_cards_the_smaller_and_all_of_them_are_there(many: int, shape: str) -> None:
    circle = laid(*((name, min(5, max(0, many - 5 * n))) for n, name in enumerate(CAST)))
    assert len(wall(circle)) == many
    assert f'<ul class="wall {shape} tagged">' in screen(circle)
    assert 'class="rest"' not in screen(circle)


@pytest.mark.parametrize(("many", "length", "large"), [(4, 80, True), (5, 80, False), (5, 60, True), (4, 91, False)])
def test_cards_are_large_only_where_all_their_words_have_room(many: int, length: int, large: bool) -> None:
    circle = laid(("Cora", many), words="x" * length)
    assert ('<ul class="wall large tagged">' in screen(circle)) == large


@pytest.mark.parametrize(("many", "said"), [(25, ""), (26, "+ 1"), (30, "+ 5")])
def test_what_the_wall_has_no_room_for_is_counted_and_lies_on_the_phones(many: int, said: str) -> None:
    circle = laid(*((name, min(5, many - 5 * n)) for n, name in enumerate(CAST[:6])))
    assert len(wall(circle)) == 25
    for lang, rest in (("nl", "op de telefoons"), ("en", "on the phones")):
        told = re.findall(r'<p class="rest">(.*?)</p>', screen(circle, lang))
        assert told == ([f"{said} {rest}"] if said else [])
    for role, place in (("member", "seat"), ("owner", "seat"), ("lead", "lead")):
        stage = regions().audience(place, view(circle.room, role), "nl")["stage"]
        assert stage.count('<p class="words">') == many


def test_cards_that_are_sorted_hang_beside_a_board_that_is_still_filled() -> None:
    """As in the method about successes, where the owner sorts what the others found and adds to it on a board."""
    asked = line("asked", "cards", who="consultants", max=1, chars=80)
    heat = line("heat", "sort", who="owner", of="asked", options=words("van mij", "van buiten"))
    added = line("added", "cards", who="owner", max=3, chars=80, live=True, shape="line")
    circle = led(made(step("asking", asked), step("weigh", heat, added)))
    tag = circle.tag("Cora")
    mark, ready = tags.card(tag, circle.room, "asked", 0), tags.ready(tag, circle.room)
    circle.by("Cora", cards.lay, "asked", 0, 1, "Geduld", tag=mark, ready=ready)
    to_phase(circle, "weigh")
    give(circle, "heat", "Geduld", 0)
    circle.by("Owen", boards.place, "added", "a" * 32, 0, "Slaap")

    assert wall(circle) == ["Cora van mij Geduld"]
    assert "Slaap" in screen(circle)


def test_what_everybody_takes_along_hangs_there_too() -> None:
    circle = laid(("Cora", 1))
    while phase(circle.room).kind != "closing":
        circle.next()
    ready = circle.signs("Cora")[1]
    take = tags.takeaway(circle.tag("Cora"), circle.room)
    circle.by("Cora", takeaways.share, 1, "Vaker vragen", report=True, tag=take, ready=ready)
    circle.next()

    assert wall(circle) == ["Vaker vragen"]
