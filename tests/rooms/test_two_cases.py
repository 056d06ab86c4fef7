"""Two cases in one meeting: what the first owner wrote, got and allowed stays with the first case."""

from __future__ import annotations

import pytest

from rooms import cards, choosing, closing, flow, picks, tags, texts
from rooms.mine import mine
from rooms.rights import OWNER
from rooms.room import owner, phase, this_round
from rooms.view import view
from server.pages import report_of
from tests.people import CAST, Circle


@pytest.fixture
def circle() -> Circle:
    """Owen's case in its core phase, with a question, a first step and one open card; Cora's comes after."""
    circle = Circle(cases=2).to("choose")
    for name in CAST:
        circle.cast(name, {circle.case_of("Owen"): 2, circle.case_of("Cora"): 1})
    circle.next()
    for name in ("Owen", "Cora"):
        circle.answer(name, "bring")
    circle.next()
    for name in ("Owen", "Cora"):
        circle.now += choosing.WAIT
        circle.next()
        circle.claim(name)
        circle.by(name, choosing.say_yes, "five-step")
        circle.next()
    return circle


def through(circle: Circle, name: str) -> None:
    """The case of `name` up to its look back: a layer, a card, a first step."""
    assert owner(circle.room) == circle.seat(name)
    circle.by(name, texts.put, "layer", f"laag van {name}")
    circle.next()
    circle.next()
    tag = circle.tag("Carl")
    circle.by(
        "Carl",
        cards.lay,
        "cores",
        0,
        1,
        f"kern voor {name}",
        tag=tags.card(tag, circle.room, "cores", 0),
        ready=tags.ready(tag, circle.room),
    )
    circle.next()
    open_card = next(c for c in this_round(circle.room).cards if c.input == "cores")
    circle.by(name, picks.pick, "core-pick", open_card.id, on=True)
    while phase(circle.room).id != "look-back":
        circle.next()
    circle.by(name, texts.put, "first-step", f"stap van {name}")


def test_the_second_case_starts_with_empty_fields_and_its_own_cards(circle: Circle) -> None:
    through(circle, "Owen")
    while owner(circle.room) == circle.seat("Owen"):
        circle.next()
    fields = {f.input.id: f.versions for f in view(circle.room, OWNER).fields}
    assert fields["layer"] == ()
    assert fields["question-v1"] == ("Vraag van Cora?",)
    own = mine(
        circle.room, next(d for d in circle.room.devices.values() if d.seat == circle.seat("Cora")), circle.tag("Cora")
    )
    assert {t.input.id: t.text for t in own.tasks}["layer"] == ""

    through(circle, "Cora")
    core = next(i for e in circle.room.agenda for i in e.phase.inputs if i.id == "core-pick")
    assert [c.text for c in picks.choices(circle.room, core)] == ["kern voor Cora"]


def test_one_owner_allows_a_report_and_the_other_case_is_not_in_it(circle: Circle) -> None:
    through(circle, "Owen")
    while owner(circle.room) == circle.seat("Owen"):
        circle.next()
    through(circle, "Cora")
    while phase(circle.room).kind != "closing":
        circle.next()
    circle.by("Owen", closing.allow_report, yes=True)
    circle.by("Cora", closing.allow_report, yes=True)
    circle.by("Owen", closing.allow_report, yes=False)
    circle.by("Fay", closing.close, circle.now, circle.rng)
    report = report_of(circle.room)

    assert report["questions"] == (("Vraag van Cora?",),)
    assert report["steps"] == ("stap van Cora",)


def test_back_from_the_second_case_shows_the_first_as_it_was(circle: Circle) -> None:
    through(circle, "Owen")
    while owner(circle.room) == circle.seat("Owen"):
        circle.next()
    circle.by("Fay", flow.back, flow.pointer(circle.room), circle.now, circle.rng)

    assert {f.input.id: f.versions for f in view(circle.room, OWNER).fields}["first-step"] == ("stap van Owen",)
