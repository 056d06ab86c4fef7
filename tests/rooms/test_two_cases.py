"""Two cases in one meeting: what the first owner wrote, got and allowed stays with the first case."""

from __future__ import annotations

import pytest

from rooms import cards, choosing, closing, flow, handles, people, picks, rights, tags, texts, willing
from rooms.methodfiles import catalogue
from rooms.mine import Mine, mine
from rooms.refusal import Refused
from rooms.rights import LEAD, MEMBER, OWNER, SCREEN
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
        circle.by(name, willing.say_yes, "five-step")
        circle.next()
    return circle


def through(circle: Circle, name: str) -> None:
    """The case of `name` up to its look back: a layer, a card, a first step."""
    assert owner(circle.room) == circle.seat(name)
    circle.by(name, texts.put, "layer", "Over wat ik doe")
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


def to_the_breather(circle: Circle) -> None:
    while phase(circle.room).kind != "breather":
        circle.next()


def to_the_second(circle: Circle) -> None:
    """On to the first phase of the second case."""
    to_the_breather(circle)
    circle.next()


def of(circle: Circle, name: str) -> Mine:
    """What somebody's own device shows."""
    return mine(circle.room, circle.room.devices[circle.handle(name)], circle.tag(name))


def test_between_two_cases_comes_a_breather_that_asks_the_first_owner_nothing(circle: Circle) -> None:
    kinds = [(line.phase.kind, line.case) for line in circle.room.agenda if line.case or line.phase.kind == "breather"]
    assert kinds == [("breather", 1), *[("method", 1)] * 5]

    through(circle, "Owen")
    to_the_breather(circle)
    assert phase(circle.room).minutes == 5
    assert not this_round(circle.room).writers
    assert rights.role(circle.room, circle.seat("Owen")) == MEMBER
    first = of(circle, "Owen")
    assert (first.owner, first.tasks, first.may_speak, first.asked_yes) == (False, (), False, False)
    for role in (MEMBER, OWNER, LEAD, SCREEN):
        seen = view(circle.room, role)
        assert (seen.question, seen.table, seen.shelves, seen.fields) == ((), (), (), ())
        assert seen.owner_name == "Cora"


def test_the_breather_leads_to_the_second_case_from_its_start_with_the_first_owner_among_who_help(
    circle: Circle,
) -> None:
    through(circle, "Owen")
    to_the_second(circle)

    assert phase(circle.room).id == circle.room.method.phases[0].id  # type: ignore[union-attr]
    assert owner(circle.room) == circle.seat("Cora")
    assert view(circle.room, OWNER).question == ("Vraag van Cora?",)
    while phase(circle.room).id != "core":
        circle.next()
    assert circle.seat("Owen") in this_round(circle.room).writers
    assert circle.seat("Cora") not in this_round(circle.room).writers
    assert of(circle, "Owen").tasks
    assert view(circle.room, OWNER).listens


def test_after_a_case_that_its_owner_ended_there_is_a_breather_too(circle: Circle) -> None:
    circle.by("Owen", handles.stop, circle.now)
    circle.by("Owen", handles.choose, "end")
    circle.by("Fay", handles.go_on, circle.now, circle.rng)

    assert phase(circle.room).kind == "breather"
    circle.next()
    assert owner(circle.room) == circle.seat("Cora")


def test_a_second_owner_who_stops_in_the_breather_is_followed_to_the_closing(circle: Circle) -> None:
    through(circle, "Owen")
    to_the_breather(circle)
    circle.by("Cora", handles.stop, circle.now)
    with pytest.raises(Refused):
        circle.by("Owen", handles.choose, "end")
    circle.by("Cora", handles.choose, "end")
    circle.by("Fay", handles.go_on, circle.now, circle.rng)

    assert phase(circle.room).kind == "closing"


def test_the_method_stays_what_both_owners_said_yes_to(circle: Circle) -> None:
    through(circle, "Owen")
    to_the_breather(circle)
    with pytest.raises(Refused):
        circle.by("Fay", flow.pick_method, catalogue()["gossip"], circle.now)


def test_one_case_has_no_breather() -> None:
    assert all(line.phase.kind != "breather" for line in Circle().room.agenda)
    one_willing = Circle(cases=2).to_method()
    assert all(line.phase.kind != "breather" for line in one_willing.room.agenda)


def test_the_second_case_is_fitted_to_the_time_that_is_left(circle: Circle) -> None:
    through(circle, "Owen")
    to_the_breather(circle)
    circle.now = circle.room.ends - 40 * 60_000
    circle.next()

    ahead = [line.phase.minutes for line in circle.room.agenda[circle.room.at :]]
    assert sum(ahead) <= 48  # phases are never cut below half


def test_the_second_case_starts_with_empty_fields_and_its_own_cards(circle: Circle) -> None:
    through(circle, "Owen")
    to_the_second(circle)
    fields = {f.input.id: f.versions for f in view(circle.room, OWNER).fields}
    assert fields["layer"] == ()
    assert fields["question-v1"] == ("Vraag van Cora?",)
    assert {t.input.id: t.text for t in of(circle, "Cora").tasks}["layer"] == ""

    through(circle, "Cora")
    core = next(i for e in circle.room.agenda for i in e.phase.inputs if i.id == "core-pick")
    assert [c.text for c in picks.choices(circle.room, core)] == ["kern voor Cora"]


def test_one_owner_allows_a_report_and_the_other_case_is_not_in_it(circle: Circle) -> None:
    through(circle, "Owen")
    to_the_second(circle)
    through(circle, "Cora")
    while phase(circle.room).kind != "closing":
        circle.next()
    circle.by("Owen", closing.allow_report, yes=True)
    circle.by("Cora", closing.allow_report, yes=True)
    circle.by("Owen", closing.allow_report, yes=False)
    circle.by("Fay", closing.close, circle.now, circle.rng)
    report = report_of(circle.room, circle.seat("Carl"))

    assert report["questions"] == (("Vraag van Cora?",),)
    assert report["steps"] == ("stap van Cora",)


def test_who_was_outside_in_a_case_reads_nothing_of_it_at_the_end_or_in_the_report(circle: Circle) -> None:
    circle.by("Fay", people.call_outside, circle.seat("Cem"))
    through(circle, "Owen")
    circle.by("Fay", people.call_back, circle.seat("Cem"))
    to_the_second(circle)
    through(circle, "Cora")
    while phase(circle.room).kind != "closing":
        circle.next()
    for role in (rights.MEMBER, rights.LEAD, rights.SCREEN, OWNER):
        assert view(circle.room, role).question == ()
    for name in ("Owen", "Cora"):
        circle.by(name, closing.allow_report, yes=True)
    circle.by("Fay", closing.close, circle.now, circle.rng)
    kept_from, there = (report_of(circle.room, circle.seat(name)) for name in ("Cem", "Carl"))

    assert (kept_from["questions"], kept_from["steps"]) == ((("Vraag van Cora?",),), ("stap van Cora",))
    assert there["steps"] == ("stap van Owen", "stap van Cora")


def test_back_from_the_second_case_shows_the_first_as_it_was(circle: Circle) -> None:
    through(circle, "Owen")
    to_the_second(circle)
    for _ in range(2):  # over the breather
        circle.by("Fay", flow.back, flow.pointer(circle.room), circle.now, circle.rng)

    assert {f.input.id: f.versions for f in view(circle.room, OWNER).fields}["first-step"] == ("stap van Owen",)
