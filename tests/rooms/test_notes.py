"""Notes stay on the device: the room knows who may make them and nothing of what they say. Each page has one field."""

from __future__ import annotations

import pytest

from rooms import closing, flow, promises
from rooms.methods import Input, Method
from rooms.rights import LATE, OUTSIDE
from rooms.view import view
from server import acts
from tests.made import INSIDE, late, lead, led, line, made, own, page, step, to_phase
from tests.people import Circle
from tests.said import Page, regions

NOTE = 'id="own-note"'


def noting(who: str = "everybody", *more: Input, listens: str = "") -> Method:
    """A phase with notes, and one without anything."""
    return made(step("look", line("heard", "notes", who=who), *more, listens=listens), step("after"))


def html(circle: Circle, name: str) -> str:
    return "".join(regions().personal(page(circle, name), own(circle, name), "nl", "csrf", {}).values())


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("everybody", {"Owen", "Cora"}),
        ("consultants", {"Cora"}),
        ("owner", {"Owen"}),
        ("facilitator", {"Fay"}),
    ],
)
def test_whom_the_file_names_has_a_field_for_notes(who: str, may: set[str]) -> None:
    circle = led(noting(who))
    for name in ("Owen", "Cora", "Fay"):
        assert [t.input.kind for t in own(circle, name).tasks] == (["notes"] if name in may else [])
    # the owner has one in every step of the method, for whatever comes up
    assert {name for name in ("Owen", "Cora") if NOTE in html(circle, name)} == {"Owen"} | may - {"Fay"}


def test_who_comes_in_during_the_phase_has_one_at_once_after_reading_the_agreement() -> None:
    circle = late(led(noting()), "Noor", caught_up=False)
    assert (own(circle, "Noor").tasks, NOTE in html(circle, "Noor")) == ((), False)
    circle = late(led(noting()), "Noor", caught_up=True)
    assert NOTE in html(circle, "Noor")


def test_the_field_has_no_name_and_stands_in_no_form_so_that_nothing_sends_it() -> None:
    circle = led(noting("everybody", line("tips", "cards", chars=40)))
    fields = Page(html(circle, "Cora")).controls
    [note] = [one for one in fields if one.label == "own-note"]
    assert (note.tag, note.verb, note.line) == ("textarea", "", "")
    assert [one.label for one in fields if one.tag == "textarea" and one.verb] == ["text"], (
        "the control: a card is sent"
    )
    assert not {"note", "notes", "takeaway"} & (acts.SEAT.keys() | acts.LEAD.keys())


def test_no_audience_is_promised_or_shown_a_note() -> None:
    circle = led(noting())
    [task] = own(circle, "Cora").tasks
    assert task.says.kept == "device"
    assert not any(
        promises.sees(task.says, role, came=came) for role in (*INSIDE, OUTSIDE, LATE) for came in (True, False)
    )
    assert [(view(circle.room, role).shelves, view(circle.room, role).fields) for role in INSIDE] == [((), ())] * 4


@pytest.mark.parametrize(
    "more",
    [(), (line("learned", "takeaway"),), (line("more", "notes"), line("own", "takeaway", who="owner"))],
    ids=["notes", "and what one takes along", "twice"],
)
def test_however_many_inputs_ask_for_it_a_page_has_one_field(more: tuple[Input, ...]) -> None:
    circle = led(noting("everybody", *more))
    assert [html(circle, name).count(NOTE) for name in ("Owen", "Cora")] == [1, 1]


def test_an_owner_who_only_listens_has_the_field_where_the_file_gives_notes_and_not_otherwise() -> None:
    """Who only listens has an empty page; what they take along, they write down afterwards."""
    assert NOTE in html(led(noting("owner", listens="owner")), "Owen")
    circle = led(made(step("look", line("learned", "takeaway"), listens="owner"), step("after")))
    assert page(circle, "Owen").listens
    assert (NOTE in html(circle, "Owen"), NOTE in html(circle, "Cora")) == (False, True)
    assert NOTE in html(to_phase(circle, "after"), "Owen")


def test_it_is_there_after_back_repeat_and_skip_and_when_the_circle_is_closed() -> None:
    circle = led(noting("consultants"))
    before = own(circle, "Cora").tasks
    lead(circle, flow.repeat)
    assert own(circle, "Cora").tasks == before
    lead(circle, flow.skip)
    assert NOTE not in html(circle, "Cora")
    lead(circle, flow.back)
    assert (own(circle, "Cora").tasks, NOTE in html(circle, "Cora")) == (before, True)
    to_phase(circle, "closing")
    circle.by("Fay", closing.close, circle.now, circle.rng)
    for name in ("Owen", "Cora"):
        assert html(circle, name).count(NOTE) == 1  # so that it can still be saved


def test_who_asks_aloud_keeps_a_thought_where_advice_is_written_later() -> None:
    """Not where no later step is for it, where something is written already, nor by whose case it is or who watches."""
    offered = {
        "questions": step("ask", line("asking", "turns", who="consultants"), flavour="ask"),
        "written": step("ask", line("asked", "cards", who="consultants", chars=40), flavour="ask"),
    }
    for name, later, may in (
        ("questions", step("advice", line("tips", "cards", who="consultants", chars=40), flavour="advise"), {"Cora"}),
        ("questions", step("advice", line("tips", "text", who="consultants", chars=40), listens="owner"), {"Cora"}),
        ("questions", step("advice", line("tips", "text", who="owner", chars=40), flavour="advise"), set()),
        ("questions", step("advice", line("tips", "cards", who="consultants", chars=40), flavour="think"), set()),
        ("written", step("advice", line("tips", "cards", who="consultants", chars=40), flavour="advise"), set()),
    ):
        circle = led(made(offered[name], later))
        assert {who for who in ("Owen", "Cora", "Fay") if own(circle, who).keeps} == may, (name, later)
        circle = late(circle, "Noor", caught_up=False)
        assert not own(circle, "Noor").keeps
