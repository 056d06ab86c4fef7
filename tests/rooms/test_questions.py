"""Questions to the owner: which may be left, whichever way they are asked, and whom a page says they are for."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from rooms import flow, turns
from rooms.methodfiles import catalogue
from rooms.methods import Input
from rooms.rights import LEAD, SCREEN
from rooms.room import phase, this_round
from rooms.view import view
from tests.made import led, made, own, page, step, to_phase
from tests.made import line as made_line
from tests.people import Circle
from tests.said import regions

LEAVE = "/do/not-this"


def html(circle: Circle, name: str) -> str:
    """What somebody's own page says."""
    seen = page(circle, name)
    parts = regions().audience("seat", seen, "nl") | regions().personal(seen, own(circle, name), "nl", "c", {})
    return "".join(parts.values())


def asking(who: str = "consultants", *more: Input, most: int = 1, flavour: str = "ask") -> Circle:
    """In a step in which the floor goes round."""
    return led(made(step("talk", made_line("asking", "turns", who=who, max=most), *more, flavour=flavour), step("on")))


def floor(circle: Circle) -> str:
    return next((s.name for s in circle.room.seats.values() if s.id == this_round(circle.room).floor), "")


ALOUD = [
    (m.id, p.id)
    for m in catalogue().values()
    for p in m.phases
    if p.flavour == "ask" and any(i.kind == "turns" and i.who == "consultants" for i in p.inputs)
]


@pytest.mark.parametrize(("method", "at"), ALOUD)
def test_the_owner_may_leave_any_question_of_another_and_nobody_else_may(method: str, at: str) -> None:
    circle = to_phase(Circle(method=method).to_method(), at)
    assert LEAVE not in html(circle, "Owen")  # nothing is asked yet
    if turns.asks(circle.room):
        circle.by("Cora", turns.ask, "a" * 32)
    circle.by("Fay", turns.give)
    assert floor(circle) == "Cora"
    shown = {name: html(circle, name).count(LEAVE) for name in ("Owen", "Cora", "Carl", "Fay")}
    assert shown == {"Owen": 1, "Cora": 0, "Carl": 0, "Fay": 0}


def test_a_question_aloud_may_be_left_beside_a_board_too() -> None:
    circle = Circle(method="u-procedure").to_method()
    circle.by("Cora", turns.ask, "a" * 32)
    circle.by("Fay", turns.give)
    assert html(circle, "Owen").count(LEAVE) == 1


def test_only_what_is_asked_is_left() -> None:
    for circle in (asking("everybody"), asking(flavour="advise")):
        circle.by("Fay", turns.give, circle.seat("Cora"))
        assert LEAVE not in html(circle, "Owen")
        before = circle.room
        assert circle.by("Owen", turns.not_this_one) is before
    own_turn = Circle(method="action-learning").to_method()
    to_phase(own_turn, "questions").by("Owen", turns.ask, "a" * 32, "Wie weet het?")
    own_turn.by("Fay", turns.give)
    assert "Wie weet het?" in html(own_turn, "Owen")
    assert LEAVE not in html(own_turn, "Owen")
    before = own_turn.room
    assert own_turn.by("Owen", turns.not_this_one) is before


def test_a_question_that_was_left_was_a_turn_aloud_as_in_writing() -> None:
    aloud, written = asking(), to_phase(Circle().to_method(), "explore")
    for n, name in enumerate(("Cora", "Carl")):
        written.by(name, turns.ask, str(n) * 32, "Waarom?")
    for circle in (aloud, written):
        circle.by("Fay", turns.give)
        circle.by("Owen", turns.not_this_one, "1")
        assert floor(circle) == "Carl"
        circle.by("Owen", turns.not_this_one, "1")  # a double tap
        assert floor(circle) == "Carl"
        assert own(circle, "Cora").spoken
        assert circle.seat("Cora") not in turns.unheard(circle.room)


def test_who_was_left_in_one_round_asks_again_in_the_next() -> None:
    circle, heard = asking(most=2), []
    circle.by("Fay", turns.give)
    while name := floor(circle):
        heard.append(name)
        circle.by("Owen", turns.not_this_one)
    assert heard == ["Cora", "Carl", "Cleo", "Cem", "Cato"] * 2


def test_who_asked_sees_the_same_whether_the_question_was_left_or_answered() -> None:
    left, answered = asking(), asking()
    for circle, name, verb in ((left, "Owen", turns.not_this_one), (answered, "Cora", turns.hand_on)):
        circle.by("Fay", turns.give)
        circle.by(name, verb)
    for name in ("Cora", "Carl", "Fay"):
        assert html(left, name) == html(answered, name)
    for audience, place in ((LEAD, "lead"), (SCREEN, "screen")):
        told = [regions().audience(place, view(circle.room, audience), "nl") for circle in (left, answered)]
        assert told[0] == told[1]


TO = re.compile(r"\b(\w+) vraagt aan (\w*)|Van (\w+), voor (\w*)|(Jouw vraag) aan (Owen\b)")


def screens(circle: Circle) -> str:
    """The cockpit and the big screen."""
    cockpit = regions().audience("lead", view(circle.room, LEAD), "nl")
    screen = regions().audience("screen", view(circle.room, SCREEN), "nl")
    return "".join([*cockpit.values(), *screen.values()])


def addressed(text: str) -> set[tuple[str, str]]:
    """Who addresses whom, as it is read."""
    plain = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text))
    return {next((a, b) for a, b in zip(found[::2], found[1::2], strict=True) if a) for found in TO.findall(plain)}


def moments(circle: Circle) -> Iterator[None]:
    """Each step of a method as it begins, and with a question of whoever may ask one."""
    while phase(circle.room).kind == "method":
        yield
        for name in ("Owen", "Cora"):
            if turns.asks(circle.room) and own(circle, name).may_speak:
                circle.by(name, turns.ask, name * 4, "Wie?")
                circle.by("Fay", turns.give, circle.seat(name))
                yield
        if turns.asks(circle.room):  # who leads may give the floor to anybody
            circle.by("Fay", turns.give, circle.seat("Owen"))
            yield
        was = flow.pointer(circle.room)
        circle.next()
        assert flow.pointer(circle.room) != was


@pytest.mark.parametrize("method", catalogue())
def test_the_owner_is_addressed_by_others_only_and_where_only_others_write_or_ask(method: str) -> None:
    circle = Circle(method=method).to_method()
    for _ in moments(circle):
        told = addressed(screens(circle) + html(circle, "Owen") + html(circle, "Cora"))
        assert {whom for _, whom in told} <= {"Owen"}
        assert "Owen" not in {who for who, _ in told}
        if not any(i.who == "consultants" for i in phase(circle.room).inputs):
            assert told == set(), phase(circle.room).id


def test_who_asks_the_owner_and_writes_for_the_owner_reads_so() -> None:
    circle = to_phase(Circle().to_method(), "explore")
    circle.by("Cora", turns.ask, "a" * 32, "Wat?")
    circle.by("Fay", turns.give)
    assert addressed(screens(circle)) == {("Cora", "Owen")}
    assert addressed(html(circle, "Carl")) == {("Jouw vraag", "Owen")}
    assert addressed(html(to_phase(circle, "advice"), "Carl")) == {("Carl", "Owen")}
    anybody = to_phase(Circle(method="action-learning").to_method(), "questions")
    anybody.by("Owen", turns.ask, "a" * 32, "Wat?")
    anybody.by("Fay", turns.give)
    assert "Owen</b> vraagt" in screens(anybody)
    assert "Owen vraagt<" in re.sub(r">\s+", ">", re.sub(r"\s+<", "<", screens(anybody)))
    assert "Zet erbij aan wie." in html(anybody, "Carl")


def test_how_many_questions_each_corner_got_is_shown_where_the_file_says_and_whoever_asked_them_is_not() -> None:
    circle = Circle(method="four-corners").to_method()
    while phase(circle.room).id != "facts":
        circle.next()
    for name, op in (("Cora", "1"), ("Carl", "2")):
        circle.by(name, turns.ask, op * 32, f"Wat zag je, vraagt {name}?")
    circle.by("Cora", turns.hand_on, str(this_round(circle.room).turn))
    while phase(circle.room).id != "aims":
        circle.next()
    circle.by("Cora", turns.ask, "3" * 32, "Wat wil je?")
    assert view(circle.room, "member").counts == ()
    while phase(circle.room).id != "pattern":
        circle.next()
    for role in ("member", "owner", "lead", "screen"):
        assert [(name.nl, n) for name, n in view(circle.room, role).counts] == [
            ("Feiten", 2), ("Opvattingen", 0), ("Doelen", 1), ("Mogelijkheden", 0),
        ]  # fmt: skip
    assert view(circle.room, "outside").counts == ()
