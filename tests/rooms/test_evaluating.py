"""The evaluation: what is asked is chosen by who leads, and of the answers only middles stay, none below five."""

from __future__ import annotations

import msgspec
import pytest

from rooms import closing, evaluating, flow, scales, tags
from rooms.evaluating import Outcome, items, sets
from rooms.methodfiles import CATALOGUE, explain
from rooms.refusal import Refused
from rooms.rights import LATE, LEAD, MEMBER, OUTSIDE, OWNER, SCREEN
from rooms.room import Room
from rooms.view import view
from tests.made import lead, own, page
from tests.people import CAST, Circle
from tests.said import regions


def take(asked: str = "after", *names: str, guided: bool = True) -> Circle:
    """In the closing, while sentences are shared."""
    circle = Circle(*names, guided=guided).to_method().to("closing")
    circle.by("Fay", evaluating.choose, asked)
    return circle


def rating(asked: str = "after", *names: str) -> Circle:
    """In the closing, at the lines."""
    circle = take(asked, *names)
    circle.next()
    return circle


def answer(circle: Circle, name: str, **values: int) -> Room:
    tag = circle.tag(name)
    rate, ready = tags.rating(tag, circle.room), tags.ready(tag, circle.room)
    return circle.by(name, scales.evaluate, values, tag=rate, ready=ready)


def closed(circle: Circle) -> Circle:
    circle.by("Fay", closing.close, circle.now, circle.rng)
    return circle


def html(circle: Circle, name: str, lang: str = "nl") -> str:
    seen = page(circle, name)
    parts = regions().audience("seat", seen, lang) | regions().personal(seen, own(circle, name), lang, "c", {})
    return "".join(parts.values())


def report(circle: Circle) -> str:
    values = {"questions": (), "steps": (), "sentences": (), "method": None, "parts": (), "minutes": 90}
    told = {**values, "people": 6, "remote": 0}
    seen = view(circle.room, MEMBER)
    return regions().page("report", "nl", view=seen, report=told, csrf="c", leads=False, secure=True, said="")


def test_every_line_of_every_set_is_there_in_both_languages_and_asked_at_most_once() -> None:
    for name, one in sets().items():
        assert len(set(one.lines)) == len(one.lines) > 4, name
        assert all(items()[line].says.nl and items()[line].says.en for line in one.lines)
        assert one.name.nl and one.name.en and one.use.nl and one.use.en
    assert list(sets()) == ["after", "safety", "benefits", "last"]
    assert {line for one in sets().values() for line in one.lines} == set(items())
    assert [line for line, item in items().items() if item.turned.nl] == ["C5"]
    assert len(sets()["last"].talk) == 4


def test_who_leads_chooses_until_the_lines_lie_open_and_nobody_else() -> None:
    circle = take()
    for name in ("safety", "benefits", "last", "after"):
        circle.by("Fay", evaluating.choose, name)
        assert [view(circle.room, role).evaluation for role in (MEMBER, OWNER, LEAD, SCREEN)] == [name] * 4
    with pytest.raises(Refused):
        circle.by("Cora", evaluating.choose, "last")
    with pytest.raises(Refused):
        circle.by("Fay", evaluating.choose, "nonsense")
    circle.next()
    with pytest.raises(Refused, match="al open"):
        circle.by("Fay", evaluating.choose, "last")
    lead(circle, flow.back)
    with pytest.raises(Refused, match="al open"):  # somebody may have answered, and nobody knows whether
        circle.by("Fay", evaluating.choose, "last")
    before = circle.room
    circle.by("Fay", evaluating.choose, "after")
    assert circle.room is before


@pytest.mark.parametrize("asked", list(sets()))
def test_each_set_asks_its_own_lines_and_takes_no_others(asked: str) -> None:
    circle = rating(asked)
    shown = html(circle, "Cora")
    for line, item in items().items():
        assert (f'name="{line}"' in shown) == (item.says.nl in shown) == (line in sets()[asked].lines), line
        if line not in sets()[asked].lines:
            with pytest.raises(Refused, match="Kies een getal"):
                answer(circle, "Cora", **{line: 3})
    answer(circle, "Cora", **dict.fromkeys(sets()[asked].lines, 4))
    assert len(own(circle, "Cora").ratings) == len(sets()[asked].lines)


def test_the_picker_is_with_who_leads_while_it_works() -> None:
    for guided in (True, False):
        circle = take(guided=guided)

        def of_leader(one: Circle = circle, guided: bool = guided) -> str:
            cockpit = regions().audience("lead", view(one.room, LEAD), "nl")
            return "".join(cockpit.values()) if guided else html(one, "Fay")

        assert "Vijf opbrengsten" in of_leader()
        assert "Vijf opbrengsten" not in html(circle, "Cora")
        circle.next()
        assert "Vijf opbrengsten" not in of_leader()


def test_the_middle_is_whole_turned_round_where_the_line_is_and_nothing_below_five() -> None:
    circle = rating("safety")
    for name, value in zip(CAST, (5, 5, 4, 4, 2, 1), strict=True):
        answer(circle, name, A1=value, C5=value, **({"A2": 5} if name in CAST[:4] else {}))
    assert evaluating.outcome(circle.room) is None  # until it is over there is nothing to know
    closed(circle)
    assert evaluating.outcome(circle.room) == Outcome("safety", {"A1": 4, "C5": 2})
    assert circle.room.middles == {"A1": 4, "C5": 2}


def test_where_it_is_low_no_number_is_shown_but_that_there_is_something_to_talk_about() -> None:
    circle = rating("safety")
    for name in CAST:
        answer(circle, name, A1=2, A5=1, C1=3, C5=5)
    closed(circle)
    assert view(circle.room, MEMBER).middles == (("A1", 0), ("A5", 0), ("C1", 3), ("C5", 0))
    shown = html(circle, "Cora")
    assert shown.count("Er is iets om over te praten.") == 1
    after = shown.split("Er is iets om over te praten.")[1]
    assert all(line in after for line in ("Ik kon hier zeggen", "Iedereen kreeg ruimte.", "niets belangrijks in."))
    assert "Hier kan ik iets inbrengen" not in after
    assert "Ik houd hier niets belangrijks in." in shown
    assert "3 van 5" in shown
    assert not {"0 van 5", "1 van 5", "2 van 5"} & {shown[i : i + 7] for i in range(len(shown))}
    assert "Ik kon hier zeggen" not in report(circle)  # which may leave the circle
    better = rating("safety")
    for name in CAST:
        answer(better, name, A1=4)
    assert "Ik kon hier zeggen" in report(closed(better))


def test_of_no_answer_a_trace_is_left_in_the_document() -> None:
    circle = rating()
    for name, value in zip(CAST, (1, 1, 2, 4, 4, 5), strict=True):
        answer(circle, name, A1=value)
    before = msgspec.json.encode(circle.room)
    other = rating()
    for name, value in zip(CAST, (5, 4, 2, 2, 2, 1), strict=True):
        answer(other, name, A1=value)
    assert msgspec.json.encode(other.room) != before  # until it closes they are there, under tags
    one, two = (msgspec.to_builtins(closed(c).room) for c in (circle, other))
    for made in (one, two):
        assert made["middles"] == {"A1": 2}
        assert made["rounds"]["0:closing"]["results"] == made["rounds"]["0:closing"]["marks"] == {}


def test_what_four_said_is_nowhere_after_the_end() -> None:
    circle = rating("after", *CAST[:4])
    for name in CAST[:4]:
        answer(circle, name, A1=5, A2=1)
    closed(circle)
    assert circle.room.middles == {}
    assert evaluating.outcome(circle.room) == Outcome("after", {})
    assert "Hoe het was" not in html(circle, "Cora")


def test_a_meeting_that_nobody_closed_counts_as_the_closing_does() -> None:
    circle = rating()
    for name in CAST:
        answer(circle, name, A1=4)
    circle.do(closing.expire, circle.now)
    assert evaluating.outcome(circle.room) == Outcome("after", {"A1": 4})


def test_an_outcome_holds_nothing_else() -> None:
    assert Outcome.__struct_fields__ == ("asked", "middles")
    circle = closed(take())
    assert msgspec.json.encode(evaluating.outcome(circle.room)) == b'{"asked":"after","middles":{}}'


def test_the_numbers_are_for_who_is_in_the_circle() -> None:
    circle = rating()
    for name in CAST:
        answer(circle, name, A1=4)
    closed(circle)
    assert [view(circle.room, role).middles for role in (OUTSIDE, LATE)] == [(), ()]


def test_how_much_closer_the_question_came_is_asked_of_who_brought_it_and_goes_nowhere() -> None:
    circle = rating()
    assert 'data-note="closer"' in html(circle, "Owen")
    assert 'name="closer"' not in html(circle, "Owen")  # no form has it, so no act could send it
    for name in ("Cora", "Fay"):
        assert "closer" not in html(circle, name)
    assert 'data-note="closer"' not in html(rating("benefits"), "Owen")


def test_in_a_last_meeting_the_circle_has_four_questions_to_talk_about() -> None:
    assert "Wat kan de groep nu zelf?" in html(take("last"), "Cora")
    assert "What can the group do by itself now?" in html(take("last"), "Cora", "en")
    assert "Wat kan de groep nu zelf?" not in html(take(), "Cora")


# A last meeting


def test_a_method_says_what_its_closing_asks_until_who_leads_chooses_otherwise() -> None:
    circle = Circle(method="final-meeting")
    assert view(circle.room, MEMBER).evaluation == "last"
    assert "Dan kijken we terug, en kiezen we hoe we verdergaan." in html(circle, "Cora")
    circle.by("Fay", evaluating.choose, "after")
    assert view(circle.room, MEMBER).evaluation == "after"
    assert view(Circle().room, MEMBER).evaluation == "after"
    assert "Dan kijken we terug" not in html(Circle(), "Cora")


def test_the_final_meeting_is_led_to_its_end_and_asks_its_lines() -> None:
    circle = Circle(method="final-meeting").to("closing")
    circle.next()
    assert own(circle, "Cora").writer
    for name in CAST:
        answer(circle, name, B1a=4, C5=2)
    assert evaluating.outcome(closed(circle).room) == Outcome("last", {"B1a": 4, "C5": 4})


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('asks = "last"', 'asks = "nonsense"', "asks"),
        ('begins = {nl = "Dan', 'begins = {nl = "Dan' + " en dan" * 20, "begins"),
        (', en = "Then we look back, and choose how to go on."}', "}", "begins"),
    ],
)
def test_a_file_that_asks_what_is_not_there_is_refused(old: str, new: str, field: str) -> None:
    text = (CATALOGUE / "m26-final-meeting.toml").read_text(encoding="utf-8")
    assert explain(text) == []
    assert [one.field for one in explain(text.replace(old, new))] == [field]
