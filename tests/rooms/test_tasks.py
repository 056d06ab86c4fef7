"""Quiet tasks: who writes for others lays cards under their names and reads none; when a task may be taken."""

from __future__ import annotations

import re

import pytest

from rooms import cards, people, promises, tags, texts
from rooms.methodfiles import catalogue
from rooms.refusal import Refused
from rooms.rights import LEAD
from rooms.room import Kind, Room, phase, this_round, with_seat
from rooms.view import view
from server import acts
from server.forms import Act
from tests.made import gone, late, own, page, to_phase, two_cases
from tests.people import Circle
from tests.said import faults, regions

OP = "a" * 32


def advice(at: str = "advice", method: str = "five-step") -> Circle:
    """Carl writes for others, where two cards of each are laid and open together."""
    circle = Circle(method=method)
    circle.by("Carl", people.take_task, "secretary")
    return to_phase(circle.to_method(), at)


def sent(circle: Circle, name: str, of: str, text: str, op: str = OP, line: str = "advices") -> Room:
    """Somebody's form of a card for another."""
    form = {"for": circle.seat(of), "input": line, "text": text, "op": op}
    one = Act(
        room=circle.room,
        seat=circle.seat(name),
        kind=Kind.OWN,
        tag=circle.tag(name),
        form=form,
        now=circle.now,
        silent="",
    )
    verb = acts.verb("card", one)
    assert verb
    return circle.do(verb)


def lay(circle: Circle, name: str, text: str, slot: int = 0, rev: int = 1) -> None:
    tag = circle.tag(name)
    signs = {"tag": tags.card(tag, circle.room, "advices", slot), "ready": tags.ready(tag, circle.room)}
    circle.by(name, cards.lay, "advices", slot, rev, text, **signs)


def lies(circle: Circle, name: str) -> list[str]:
    """What somebody's own page says that they laid."""
    return [slot.text for task in own(circle, name).tasks for slot in task.slots]


def html(circle: Circle, name: str) -> str:
    seen = page(circle, name)
    parts = regions().audience("seat", seen, "nl") | regions().personal(seen, own(circle, name), "nl", "c", {})
    return "".join(parts.values())


def opened(circle: Circle) -> list[tuple[str, str]]:
    circle.next()
    return [(circle.room.seats[c.seat].name, c.text) for c in this_round(circle.room).cards]


def test_a_card_for_another_lies_under_that_name_beside_what_lay_there() -> None:
    circle = advice()
    lay(circle, "Cora", "Van Cora zelf")
    lay(circle, "Carl", "Van Carl zelf")
    sent(circle, "Carl", "Cora", "Voor Cora")
    assert lies(circle, "Cora") == ["Van Cora zelf", "Voor Cora"]  # she reads it, and may take it back
    assert lies(circle, "Carl") == ["Van Carl zelf", ""]
    assert opened(circle) == [("Cora", "Van Cora zelf"), ("Cora", "Voor Cora"), ("Carl", "Van Carl zelf")]


def test_who_writes_for_others_sees_nothing_of_what_they_laid() -> None:
    circle = advice()
    empty = html(circle, "Carl")
    lay(circle, "Cora", "Van Cora zelf")
    assert html(circle, "Carl") == empty
    sent(circle, "Carl", "Cora", "Voor Cora")
    assert html(circle, "Carl") == empty


def test_what_lies_there_is_never_written_over() -> None:
    circle = advice()
    lay(circle, "Cora", "Een")
    lay(circle, "Cora", "Twee", slot=1)
    before = circle.room
    sent(
        circle, "Carl", "Cora", "Drie", op="3" * 32
    )  # beside them: that there was no room would tell how many she laid
    sent(circle, "Carl", "Cora", "Vier", op="4" * 32)
    assert lies(circle, "Cora") == ["Een", "Twee"]
    assert circle.room is not before
    with pytest.raises(Refused, match="geen kaart meer bij"):
        sent(circle, "Carl", "Cora", "Vijf", op="5" * 32)
    sent(circle, "Carl", "Cleo", "Voor Cleo")
    lay(circle, "Cleo", "Zelf, op hetzelfde moment")  # from a page that does not show the other yet
    assert lies(circle, "Cleo") == ["Zelf, op hetzelfde moment", "Voor Cleo"]
    lay(circle, "Cleo", "Beter zo", slot=1)
    sent(circle, "Carl", "Cleo", "Toch anders")  # it is hers since
    assert lies(circle, "Cleo") == ["Zelf, op hetzelfde moment", "Beter zo"]


def test_who_writes_at_the_same_moment_goes_before_who_writes_for_them() -> None:
    circle = advice("closing-words", "case-clinic")  # one card each
    [line] = [i.id for i in phase(circle.room).inputs if i.kind == "cards"]
    sent(circle, "Carl", "Cora", "Voor Cora", line=line)
    tag = circle.tag("Cora")
    circle.by("Cora", cards.lay, line, 0, 1, "Zelf", tag="t", ready=tags.ready(tag, circle.room))
    assert lies(circle, "Cora") == ["Zelf"]


def test_a_card_for_another_sent_twice_lies_once_and_an_edit_wins() -> None:
    circle = advice()
    for text in ("Voor Cora", "Voor Cora", "Voor Cora, beter"):
        sent(circle, "Carl", "Cora", text)
    assert lies(circle, "Cora") == ["", "Voor Cora, beter"]
    lay(circle, "Cora", "", slot=1)  # she takes it back
    sent(circle, "Carl", "Cora", "Voor Cora, beter")
    assert lies(circle, "Cora") == ["", ""]


def test_a_card_whose_answer_was_lost_is_not_thrown_away_under_another_name() -> None:
    circle = advice()
    sent(circle, "Carl", "Cora", "Voor Cora")
    with pytest.raises(Refused, match="ligt er al"):
        sent(circle, "Carl", "Cleo", "Voor Cleo")
    sent(circle, "Carl", "Cleo", "Voor Cleo", op="9" * 32)
    assert [lies(circle, name)[-1] for name in ("Cora", "Cleo")] == ["Voor Cora", "Voor Cleo"]
    circle.next()
    assert "Voor Cora" in html(circle, "Owen")
    assert "Voor Cleo" in html(circle, "Owen")


def test_a_card_for_another_makes_nobody_ready() -> None:
    circle = advice()
    sent(circle, "Carl", "Cora", "Voor Cora")
    assert this_round(circle.room).ready == {}


def test_nobody_else_lays_for_another_and_nothing_without_a_name() -> None:
    circle = advice()
    for name, of in (("Cleo", "Cora"), ("Carl", "Owen"), ("Carl", "Fay")):
        with pytest.raises(Refused):
            sent(circle, name, of, "Voor een ander")
    gone(circle, "Cora", "left")
    with pytest.raises(Refused):
        sent(circle, "Carl", "Cora", "Voor wie weg is")
    opened(circle)
    with pytest.raises(Refused):
        sent(circle, "Carl", "Cleo", "Te laat")
    unsigned = advice("core")
    with pytest.raises(Refused, match="schrijft ieder zelf"):
        sent(unsigned, "Carl", "Cora", "Voor Cora", line="cores")
    assert 'name="for"' not in html(unsigned, "Carl")


def test_the_form_names_who_may_write_here_and_says_its_rule() -> None:
    circle = advice()
    text = html(circle, "Carl")
    for name in ("Cora", "Cleo", "Cem", "Cato"):
        assert f">{name}</option>" in text
    for name in ("Carl", "Owen", "Fay"):
        assert f">{name}</option>" not in text
    assert 'name="for"' not in html(circle, "Cora")
    lines = {i.id: promises.of(i) for i in phase(circle.room).inputs}
    assert faults(text, promises.all_now(circle.room), lines) == []


def test_a_page_is_drawn_anew_when_somebody_else_laid_or_changed_its_card() -> None:
    def key(circle: Circle) -> str:
        """What a page keeps its fields by."""
        return html(circle, "Cora").partition('data-key="')[2].partition('"')[0]

    circle, keys = advice(), set()
    for text in ("", "Voor Cora", "Voor Cora, beter"):
        sent(circle, "Carl", "Cora", text)
        keys.add(key(circle))
    assert len(keys) == 3


@pytest.mark.parametrize("method", ["collegial", "case-clinic"])
def test_a_method_that_hands_out_roles_offers_them_as_it_begins(method: str) -> None:
    circle = Circle(method=method).to_method()
    assert offered(circle, "Cora") == ["timekeeper", "secretary"]
    assert offered(circle, "Owen") == []
    circle.by("Cora", people.take_task, "secretary")
    assert offered(circle, "Cora") == [""]
    circle.by("Carl", people.take_task, "secretary")  # one person at a time
    assert [s.name for s in circle.room.seats.values() if s.task] == ["Carl"]
    circle.by("Carl", people.take_task, "")
    circle.next()
    assert offered(circle, "Cora") == []
    with pytest.raises(Refused):
        circle.by("Cora", people.take_task, "timekeeper")


def test_while_somebody_tells_a_story_no_task_is_offered() -> None:
    circle = Circle().to_method()
    assert offered(circle, "Cora") == []
    circle.by("Cora", people.take_task, "timekeeper")
    assert offered(circle, "Cora") == [""]


def test_in_a_method_nobody_begins_or_stops_to_watch_and_the_owner_has_no_task() -> None:
    circle = Circle(method="collegial").to_method()
    circle.room = with_seat(circle.room, circle.seat("Cato"), task="observer", takes_part=False)
    assert offered(circle, "Cato") == []
    for name, task in (("Cora", "observer"), ("Cato", ""), ("Cato", "timekeeper"), ("Owen", "secretary")):
        with pytest.raises(Refused, match="voor het schrijven begint"):
            circle.by(name, people.take_task, task)
    late(circle, "Ruth", caught_up=False)
    with pytest.raises(Refused):
        circle.by("Ruth", people.take_task, "timekeeper")


def test_of_two_cases_each_begins_with_tasks() -> None:
    circle = two_cases(catalogue()["case-clinic"])
    circle.by("Carl", people.take_task, "timekeeper")
    circle.next()
    assert offered(circle, "Carl") == []
    to_phase(circle, "roles", "Cora")
    assert offered(circle, "Carl") == [""]
    assert offered(circle, "Owen") == ["timekeeper", "secretary"]
    assert offered(circle, "Cora") == []


def offered(circle: Circle, name: str) -> list[str]:
    """The tasks that somebody's page offers."""
    return re.findall(r'do/task" name="x" value="(\w*)"', html(circle, name))


@pytest.mark.parametrize("method", ["five-step", "collegial"])
def test_who_watches_has_a_page_at_every_step_with_one_note(method: str) -> None:
    circle = Circle(method=method)
    circle.by("Cato", people.take_task, "observer")
    secret = circle.secrets.pop("Cato")  # who writes nothing and chooses nothing on the way
    circle.to_method()
    circle.secrets["Cato"] = secret
    while phase(circle.room).kind != "closing":
        assert html(circle, "Cato").count('id="own-note"') == 1
        assert "Cato kijkt mee." in html(circle, "Cora")
        circle.next()
    assert html(circle, "Cato").count('id="own-note"') == 1
    for seen in (html(circle, "Cora"), "".join(regions().audience("lead", view(circle.room, LEAD), "nl").values())):
        assert "Cato keek mee. Vraag wat opviel." in seen


def test_everybody_reads_who_writes_for_others_and_who_keeps_the_time_has_a_large_clock() -> None:
    circle = advice()
    assert all("Carl schrijft voor wie dat vraagt." in html(circle, name) for name in ("Owen", "Cora", "Carl"))
    circle = Circle(method="collegial").to_method()
    circle.by("Cora", people.take_task, "timekeeper")
    assert 'class="keeps"' in html(circle, "Cora")
    assert 'class="keeps"' not in html(circle, "Cleo")


def test_two_who_watch_are_named_and_who_is_outside_is_not() -> None:
    circle = Circle()
    for name in ("Cato", "Cem"):
        circle.by(name, people.take_task, "observer")
    secrets = {name: circle.secrets.pop(name) for name in ("Cato", "Cem")}  # who write and choose nothing on the way
    circle.to_method()
    circle.secrets |= secrets
    assert "Cem, Cato kijken mee." in html(circle, "Cora")
    circle.by("Fay", people.call_outside, circle.seat("Cem"))
    assert "Cato kijkt mee." in html(circle, "Cora")


def test_where_one_writes_along_another_may_take_that_over_and_they_may_give_it_back() -> None:
    circle = Circle(method="collegial")
    circle.by("Carl", people.take_task, "secretary")
    to_phase(circle.to_method(), "consult")
    assert [own(circle, name).tasks_now for name in ("Owen", "Cora")] == [(), ("", "secretary")]
    for name, task in (("Cora", "secretary"), ("Cora", "")):
        with pytest.raises(Refused, match="iemand anders"):
            circle.by(name if task else "Cleo", texts.put, "ideas", "één gedachte", 0)
        circle.by(name, people.take_task, task)
        circle.by(name if task else "Cleo", texts.put, "ideas", f"gedachte van {name}{task}", None)
    assert "secretary" not in {s.task for s in circle.room.seats.values()}
    assert own(circle, "Cora").tasks_now == ()  # everybody has the field again
    to_phase(circle, "close")
    assert own(circle, "Cora").tasks_now == ()
