"""The meeting on paper: a whole script for every method, times that add up, and nothing that anybody wrote."""

from __future__ import annotations

from itertools import pairwise

import msgspec
import pytest
from msgspec.structs import replace

from rooms import people
from rooms.methodfiles import catalogue
from rooms.methods import Method
from rooms.paper import Sheet, sheet
from rooms.room import Room, phase
from tests.made import line, made, step
from tests.people import Circle

METHODS = tuple(catalogue().values())


def of(method: Method, cases: int = 1) -> Sheet:
    return sheet(Circle(method=method.id, cases=cases).room)


@pytest.mark.parametrize("method", METHODS, ids=lambda m: m.id)
def test_every_method_gives_a_whole_script(method: Method) -> None:
    room = Circle(method=method.id).room
    paper = sheet(room)

    assert [s.phase.name for s in paper.steps] == [e.phase.name for e in room.agenda]
    assert [s.number for s in paper.steps] == list(range(1, len(room.agenda) + 1))
    for s in paper.steps:
        assert all((s.phase.rule.nl, s.phase.rule.en, s.phase.says.nl, s.phase.says.en)), s.phase.id
        assert sorted(t.line.id for t in s.tasks) == sorted(i.id for i in s.phase.inputs)


@pytest.mark.parametrize("cases", [1, 2])
@pytest.mark.parametrize("method", METHODS, ids=lambda m: m.id)
def test_the_times_add_up(method: Method, cases: int) -> None:
    paper = of(method, cases)

    assert paper.steps[0].start == 0
    assert all(b.start == a.start + a.phase.minutes for a, b in pairwise(paper.steps))
    assert paper.steps[-1].start + paper.steps[-1].phase.minutes == paper.minutes
    assert [s.case for s in paper.steps if s.case] == ([1, 2] if cases == 2 and not method.everybody else [])


def test_the_minutes_are_the_ones_planned_for_this_room() -> None:
    circle = Circle()
    circle.room = replace(circle.room, ends=circle.now + 59 * 60_000)
    circle.next()

    assert [s.phase.minutes for s in sheet(circle.room).steps] == [e.phase.minutes for e in circle.room.agenda]
    assert sheet(circle.room).minutes < sheet(Circle().room).minutes


def bare(room: Room) -> Room:
    """The room without anything that somebody wrote, chose, asked or said."""
    return replace(room, rounds={}, cases=(), chosen=(), texts={}, agreed={}, keys={}, devices={}, knocks=(), code="")


def test_nothing_that_was_written_or_chosen_is_on_it() -> None:
    circle = Circle().to_method()

    assert b"Vraag van Owen?" in msgspec.json.encode(circle.room)  # the control: the room holds it
    assert sheet(circle.room) == sheet(bare(circle.room))
    assert phase(circle.room).kind == "method"


def test_chairs_stand_in_order_and_free_ones_have_no_name() -> None:
    circle = Circle("Owen", "Cora")
    circle.by("Cora", people.sit_where, remote=True)
    circle.by("Owen", people.take_task, "observer")
    places = sheet(circle.room).places

    assert [p.name for p in places[:3]] == ["Fay", "Owen", "Cora"]
    assert [p.number for p in places] == list(range(1, 13))
    assert (places[0].lead, places[2].remote) == (True, True)
    assert not places[1].turns
    assert not any(p.name for p in places[3:])


def test_who_left_is_not_on_it() -> None:
    circle = Circle("Owen", "Cora")
    circle.by("Owen", people.leave)

    assert "Owen" not in [p.name for p in sheet(circle.room).places]


@pytest.mark.parametrize("method", METHODS, ids=lambda m: m.id)
def test_slips_are_there_where_cases_are_written(method: Method) -> None:
    paper = of(method)

    assert paper.slips == (0 if method.everybody else 12)
    assert len(paper.letters) == paper.slips
    assert paper.prompts == method.prompts
    assert ("slips" in paper.needs) or method.everybody


def test_there_are_never_more_than_twelve_slips() -> None:
    room = Circle().room

    assert sheet(replace(room, chairs=30)).slips == 12
    assert sheet(replace(room, chairs=7)).slips == 7


def test_where_people_first_write_the_floor_goes_round_after_that() -> None:
    advice = next(s for s in of(catalogue()["five-step"]).steps if s.phase.id == "advice")

    assert [t.how for t in advice.tasks] == ["lay-cards", "turns", "pick"]


def test_a_loop_names_the_step_it_goes_back_to() -> None:
    steps = of(catalogue()["consultation"], cases=2).steps
    loops = [s for s in steps if s.back]

    assert [steps[s.back - 1].phase.id for s in loops] == ["questions", "questions"]
    assert all(s.number - loops[0].number == s.back - loops[0].back for s in loops)  # each in its own case


@pytest.mark.parametrize(
    ("fields", "how", "secret"),
    [
        ({"kind": "cards", "signed": False, "chars": 100}, "lay-cards", True),
        ({"kind": "cards", "live": True, "chars": 100}, "ask", False),
        ({"kind": "vote", "options": ()}, "vote-one", True),
        ({"kind": "scale"}, "scale-all", True),
        ({"kind": "scale", "who": "owner"}, "scale", False),
        ({"kind": "text", "who": "owner"}, "text", False),
        ({"kind": "text"}, "text-together", False),
        ({"kind": "timer", "seconds": 60, "quiet": True}, "quiet", False),
    ],
)
def test_an_input_is_something_to_do(fields: dict[str, object], how: str, secret: bool) -> None:
    kind = str(fields.pop("kind"))
    options = {"options": (line("x", "notes").label, line("y", "notes").label)} if kind == "vote" else {}
    floor = [line("floor", "turns")] if how == "ask" else []
    method = made(step("only", line("a", kind, **{**fields, **options}), *floor))
    circle = Circle(method=None)
    circle.room = replace(circle.room, method=method, agenda=(*circle.room.agenda[:1], *_lines(circle.room, method)))
    task = sheet(circle.room).steps[1].tasks[0]

    assert (task.how, task.secret) == (how, secret)


def _lines(room: Room, method: Method) -> tuple[object, ...]:
    return tuple(replace(room.agenda[0], phase=p) for p in method.phases)
