"""Shared fields: so many words at most, and what stays closed until a later phase."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from rooms import arrange, cards, closing, flow, people, tags, texts
from rooms.methodcheck import faults
from rooms.methodfiles import catalogue
from rooms.methods import Method, Text
from rooms.refusal import Refused
from rooms.rights import LATE, OUTSIDE
from rooms.room import Room, owner, phase
from rooms.view import view
from tests.made import (
    INSIDE,
    ballot,
    gone,
    late,
    lead,
    led,
    line,
    made,
    own,
    page,
    prepared,
    step,
    to_phase,
    two_cases,
)
from tests.people import Circle
from tests.said import regions


def closed() -> Method:
    """What the owner did, closed until the phase after next; a sentence of five words; and a phase after those."""
    did = line("did", "text", who="owner", field="did", chars=60, until="reveal")
    told = line("told", "text", field="told", chars=60, words=5)
    return made(step("sketch", did), step("guess", told), step("reveal"), step("compare"))


def put(circle: Circle, text: str, name: str = "Owen", of: str = "did", seen: int | None = None) -> Room:
    return circle.by(name, texts.put, of, text, seen)


def fields(circle: Circle, role: str = "member") -> dict[str, tuple[str | Text, ...]]:
    shown = view(circle.room, role).fields
    assert len({f.input.id for f in shown}) == len(shown)
    return {f.input.id: f.versions for f in shown}


def pages(circle: Circle) -> list[bytes]:
    """Everything that anybody but Owen gets."""
    roles = [msgspec.json.encode(view(circle.room, role)) for role in (*INSIDE, OUTSIDE, LATE)]
    return [*roles, *(msgspec.json.encode(own(circle, name)) for name in ("Cora", "Fay"))]


# Closed until a phase


def test_until_its_phase_a_closed_text_is_on_no_page_but_its_writers() -> None:
    circle = led(closed())
    put(circle, "Ik ging weg")
    mine = own(circle, "Owen").tasks[0]
    assert (mine.text, mine.closed, mine.says.when) == ("Ik ging weg", True, "phase")
    for name in ("sketch", "guess"):
        to_phase(circle, name)
        assert not any(b"Ik ging weg" in page for page in pages(circle))
        assert "did" not in fields(circle)


@pytest.mark.parametrize("role", INSIDE)
def test_in_its_phase_everybody_reads_it_and_who_is_out_of_it_does_not(role: str) -> None:
    circle = led(closed())
    put(circle, "Ik ging weg")
    put(circle, "Ik ging weg, en kwam terug")
    to_phase(circle, "reveal")

    assert fields(circle, role) == {"did": ("Ik ging weg", "Ik ging weg, en kwam terug")}
    for out in (OUTSIDE, LATE):
        assert fields(circle, out) == {}


def test_back_before_it_closes_it_again_and_its_writer_still_has_it() -> None:
    circle = led(closed())
    put(circle, "Ik ging weg")
    to_phase(circle, "reveal")
    lead(circle, flow.back)
    lead(circle, flow.back)
    assert phase(circle.room).id == "sketch"
    assert not any(b"Ik ging weg" in page for page in pages(circle))
    assert own(circle, "Owen").tasks[0].text == "Ik ging weg"
    assert fields(to_phase(circle, "reveal"))["did"] == ("Ik ging weg",)


def test_skipping_its_phase_shows_it_to_nobody_and_back_does() -> None:
    circle = to_phase(led(closed()), "sketch")
    put(circle, "Ik ging weg")
    to_phase(circle, "reveal")
    lead(circle, flow.skip)
    assert fields(circle) == {}
    lead(circle, flow.back)
    assert fields(circle)["did"] == ("Ik ging weg",)


def test_the_second_case_opens_nothing_of_the_first_and_the_first_nothing_of_the_second() -> None:
    circle = two_cases(closed())
    put(circle, "Owen ging weg")
    to_phase(circle, "sketch", "Cora")
    assert own(circle, "Cora").tasks[0].text == ""
    assert own(circle, "Cora").tasks[0].closed
    with pytest.raises(Refused):
        put(circle, "Owen weer")
    put(circle, "Cora bleef", name="Cora")
    assert not any(b"Cora bleef" in msgspec.json.encode(view(circle.room, role)) for role in INSIDE)
    to_phase(circle, "reveal", "Cora")
    assert fields(circle) == {"did": ("Cora bleef",)}
    while owner(circle.room) != circle.seat("Owen") or phase(circle.room).id != "reveal":
        lead(circle, flow.back)
    assert fields(circle) == {"did": ("Owen ging weg",)}


def test_nobody_but_the_owner_writes_it_and_only_in_its_phase() -> None:
    circle = late(led(closed()), "Noor", caught_up=True)
    for name in ("Cora", "Fay", "Noor"):
        assert own(circle, name).tasks == ()
        with pytest.raises(Refused, match="van iemand anders"):
            put(circle, "Ik weet het", name=name)
    circle.next()
    with pytest.raises(Refused, match="net voorbij"):
        put(circle, "Te laat")


def test_the_incident_that_ships_is_closed_until_the_owner_tells_what_happened() -> None:
    circle = Circle(method="incident").to_method()
    put(circle, "Ik ging weg")
    while phase(circle.room).id != "reveal":
        assert not any(b"Ik ging weg" in page for page in pages(circle))
        circle.next()
    assert fields(circle, "screen")["did"] == ("Ik ging weg",)


@pytest.mark.parametrize("who", ["everybody", "consultants", "facilitator"])
def test_a_closed_text_is_the_owners_for_of_more_writers_only_the_last_would_be_read(who: str) -> None:
    both = line("guess", "text", who=who, chars=60, until="reveal")
    method = replace(made(step("sketch")), phases=(step("sketch", both), step("reveal")))
    assert "phases.sketch.guess.until" in {fault.field for fault in faults(method)}


def test_an_own_order_that_looks_at_a_closed_text_shows_nothing_of_it() -> None:
    method = made(*closed().phases, step("peek", looks=("did",)))
    circle = prepared(method)
    circle.by("Fay", arrange.arrange, [("sketch", 5), ("peek", 5), ("guess", 5), ("reveal", 5)], circle.now)
    put(circle.to_method(), "Ik ging weg")
    to_phase(circle, "peek")
    assert not any(b"Ik ging weg" in page for page in pages(circle))
    to_phase(circle, "reveal")
    assert any(b"Ik ging weg" in page for page in pages(circle)), "the control"


# One of some answers


def test_what_was_chosen_is_read_in_ones_own_language_and_anything_else_is_refused() -> None:
    options = (Text("Weerklank", "Echo"), Text("Goede raad", "Good advice"))
    circle = led(made(step("how-to", line("how", "text", who="owner", options=options)), step("then", looks=("how",))))
    for version, answer in enumerate(("Echo", "Goede raad"), 1):
        put(circle, answer, of="how")
        assert fields(circle)["how"][-1] == options[version - 1]
    with pytest.raises(Refused, match="Kies een van de antwoorden"):
        put(circle, "Iets anders", of="how")
    to_phase(circle, "then")
    for lang, told, other in (("nl", "Goede raad", "Good advice"), ("en", "Good advice", "Goede raad")):
        drawn = regions().audience("seat", page(circle, "Cora"), lang)["stage"]
        assert told in drawn
        assert other not in drawn


# Of what won


def won(circle: Circle) -> Circle:
    """Cora's example won, and the step in which she says what it came down to."""
    for name in ("Owen", "Cora", "Carl"):
        tag = circle.tag(name)
        mark, ready = tags.card(tag, circle.room, "examples", 0), tags.ready(tag, circle.room)
        circle.by(name, cards.lay, "examples", 0, 1, f"voorbeeld van {name}", tag=mark, ready=ready)
    to_phase(circle, "vote")
    best = next(c.id for c in circle.room.rounds["0:tell"].cards if c.text == "voorbeeld van Cora")
    for name in ("Owen", "Carl", "Cleo"):
        ballot(circle, name, {best: 1})
    return to_phase(circle, "moment")


def examples(of: str = "best") -> Method:
    method = made(
        step("tell", line("examples", "cards", who="everybody", chars=40)),
        step("vote", line("best", "vote", who="everybody", of="examples", mode="one")),
    )
    moment = step("moment", line("core", "text", who="everybody", of=of, chars=60))
    return replace(method, phases=(*method.phases, moment))


def test_only_who_wrote_what_won_writes_of_it_and_anybody_once_they_are_gone() -> None:
    circle = won(led(examples()))
    assert [name for name in ("Owen", "Cora", "Carl") if own(circle, name).tasks] == ["Cora"]
    with pytest.raises(Refused, match="iemand anders"):
        put(circle, "Toen dacht ik", name="Carl", of="core")
    put(circle, "Toen dacht ik", name="Cora", of="core")
    circle.by("Fay", people.mark_left, circle.seat("Cora"))
    put(circle, "Toen dacht zij", name="Carl", of="core")
    assert fields(circle)["core"][-1] == "Toen dacht zij"


@pytest.mark.parametrize(("of", "good"), [("best", True), ("examples", False), ("nothing", False)])
def test_a_file_lets_the_writer_of_a_signed_card_that_won_write(of: str, good: bool) -> None:  # noqa: FBT001
    assert [fault.field for fault in faults(examples(of))] == ([] if good else ["phases.moment.core.of"])


# So many words


@pytest.mark.parametrize("text", ["een twee drie vier vijf", " een\n twee   drie vier vijf ", "een-twee drie"])
def test_as_many_words_as_the_file_says_are_kept(text: str) -> None:
    circle = to_phase(led(closed()), "guess")
    put(circle, text, name="Cora", of="told")
    assert len(fields(circle)["told"]) == 1


def test_more_words_are_refused_and_counted_and_what_was_there_stays() -> None:
    circle = to_phase(led(closed()), "guess")
    put(circle, "kort", name="Cora", of="told")
    with pytest.raises(Refused) as no:
        put(circle, "een twee drie vier vijf zes zeven", name="Carl", of="told")
    assert no.value.params == {"n": 2}
    with pytest.raises(Refused):
        put(circle, "een\ntwee\ndrie\nvier\nvijf\nzes", name="Carl", of="told")
    with pytest.raises(Refused, match="tekens te lang"):
        put(circle, "x" * 61, name="Carl", of="told")
    assert fields(circle)["told"] == ("kort",)


def test_what_was_sent_twice_or_held_back_is_no_new_version() -> None:
    circle = to_phase(led(closed()), "guess")
    put(circle, "eerst", name="Cora", of="told", seen=0)
    put(circle, "toen", name="Carl", of="told", seen=1)
    for seen in (0, 1):
        before = circle.room
        assert put(circle, "toen", name="Carl", of="told", seen=seen) is before
    before = circle.room
    assert put(circle, "eerst", name="Cora", of="told", seen=0) is before
    assert fields(circle)["told"] == ("eerst", "toen")
    put(circle, "eerst", name="Cora", of="told", seen=2)  # on purpose, having seen the other
    assert fields(circle)["told"] == ("eerst", "toen", "eerst")


@pytest.mark.parametrize("how", ["outside", "left", "removed", "late"])
def test_who_is_not_at_the_table_or_late_writes_nothing_and_reads_nothing(how: str) -> None:
    circle = to_phase(led(closed()), "guess")
    put(circle, "kort", name="Cora", of="told")
    name = "Carl"
    if how == "late":
        late(circle, "Noor", caught_up=False)
        name = "Noor"
    else:
        gone(circle, name, how)
    with pytest.raises(Refused):
        put(circle, "ook kort", name=name, of="told")
    assert b"kort" not in msgspec.json.encode(own(circle, name))


def test_after_the_end_a_text_that_never_opened_is_on_no_page_and_none_is_written() -> None:
    circle = led(closed())
    put(circle, "Ik ging weg")
    circle.by("Fay", flow.skip, flow.pointer(circle.room), circle.now, circle.rng)
    to_phase(circle, "closing")
    circle.by("Fay", closing.close, circle.now, circle.rng)
    assert not any(b"Ik ging weg" in page for page in pages(circle))
    with pytest.raises(Refused):
        put(circle, "Nog iets")


def test_who_did_not_see_the_last_text_of_another_is_asked_to_read_it_first() -> None:
    circle = led(closed())
    to_phase(circle, "guess")
    put(circle, "van Cora", name="Cora", of="told", seen=0)
    before = circle.room
    with pytest.raises(Refused, match="Er kwam net iets bij"):
        put(circle, "van Carl", name="Carl", of="told", seen=0)
    assert circle.room == before
    put(circle, "van Cora en van Carl", name="Carl", of="told", seen=1)
    put(circle, "zonder getal", name="Cora", of="told")
    assert fields(circle)["told"] == ("van Cora", "van Cora en van Carl", "zonder getal")


def test_a_text_of_the_owner_alone_has_one_writer_who_saw_all() -> None:
    circle = led(closed())
    for text in ("Ik ging weg", "Ik ging niet weg"):  # the answer to the first was lost
        put(circle, text, seen=0)
    assert texts.versions(circle.room, phase(circle.room).inputs[0]) == ("Ik ging weg", "Ik ging niet weg")


# One writes along for all


def along(*secretaries: str) -> Circle:
    """A step in which one of those who listen writes along; of these people each took the task of writing."""
    both = line("both", "text", who="consultants", field="both", chars=60, scribe=True)
    told = line("told", "text", who="consultants", field="told", chars=60)
    circle = prepared(made(step("aloud", both, told)))
    for name in secretaries:
        circle.by(name, people.take_task, "secretary")
    return circle.to_method()


def writers(circle: Circle, of: str) -> set[str]:
    return {name for name in circle.secrets if of in {t.input.id for t in own(circle, name).tasks}}


def test_without_somebody_who_writes_for_others_everybody_may_write_along() -> None:
    circle = along()
    assert writers(circle, "both") == writers(circle, "told") == {"Cora", "Carl", "Cleo", "Cem", "Cato"}


def test_who_writes_for_others_writes_along_and_everybody_reads_it() -> None:
    circle = along("Cora")
    assert (writers(circle, "both"), len(writers(circle, "told"))) == ({"Cora"}, 5)
    with pytest.raises(Refused, match="iemand anders"):
        put(circle, "van Carl", name="Carl", of="both")
    put(circle, "van ons", name="Cora", of="both")
    assert fields(circle)["both"] == ("van ons",)


def test_where_who_writes_for_others_may_not_write_here_or_is_away_everybody_may() -> None:
    assert len(writers(along("Owen"), "both")) == 5  # who brings the case listens
    circle = along("Cora")
    gone(circle, "Cora", "outside")
    assert writers(circle, "both") == {"Carl", "Cleo", "Cem", "Cato"}


def test_methods_in_which_one_writes_along_say_so() -> None:
    lines = {m.id: [i for p in m.phases for i in p.inputs if i.scribe] for m in catalogue().values()}
    assert {"gossip", "collegial", "wise-crowds"} < {name for name, found in lines.items() if found}
