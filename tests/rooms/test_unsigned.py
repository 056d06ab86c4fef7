"""The invariants of what is unsigned: I1 to I5, and what the group's size means."""

from __future__ import annotations

import re
from functools import partial

import msgspec
import pytest

from rooms import agreement, clock, closing, door, few, flow, order, people, tags, willing, writing
from rooms.refusal import Refused
from rooms.room import Kind, Room, phase, this_round
from rooms.view import view
from server import acts, identity
from server.forms import Act
from tests.people import Circle

SIX = ("Owen", "Cora", "Carl", "Cleo", "Cem", "Cato")


def difference(before: object, after: object) -> str:
    """Everything that is in one document and not in the other, as text."""

    def leaves(value: object, path: str) -> set[str]:
        if isinstance(value, dict):
            return set().union(*(leaves(v, f"{path}/{k}") for k, v in value.items())) if value else {f"{path}={{}}"}
        if isinstance(value, (list, tuple)):
            return set().union(*(leaves(v, f"{path}/{i}") for i, v in enumerate(value))) if value else {f"{path}=[]"}
        return {f"{path}={value!r}"}

    a, b = (leaves(msgspec.to_builtins(x), "") for x in (before, after))
    return "\n".join(sorted(a ^ b))


class Acts:
    """Acts as they were done, each with its word, who did it, and the room before and after it."""

    def __init__(self) -> None:
        self.done: list[tuple[str, str, Room, Room]] = []

    def by(self, circle: Circle, name: str, word: str, **form: object) -> None:
        """One act as the server does it, with the number that a page gives it."""
        before, fields = circle.room, {k: str(v) for k, v in form.items()}
        about = order.subject(word, fields.get("input", ""), fields.get("slot", ""))
        nth = this_round(before).heard.get(tags.heard(circle.tag(name), before, about), 0) + 1
        act = Act(
            room=before,
            seat=circle.seat(name),
            kind=Kind.OWN,
            tag=circle.tag(name),
            form={**fields, "nth": str(nth)},
            now=circle.now,
            silent="",
        )
        run = acts.verb(word, act)
        assert run
        circle.do(run)
        self.done.append((word, name, before, circle.room))

    def all(self, circle: Circle, names: tuple[str, ...], word: str, **form: object) -> None:
        """The same act by each of these."""
        for name in names:
            self.by(circle, name, word, **form)


def unsigned_acts() -> list[tuple[str, str, Room, Room]]:
    """Each unsigned act of a meeting, and the yes to the agreement."""
    done = Acts()
    _write_and_choose(done, Circle())
    _few(done)
    _method_and_closing(done, Circle(method="gossip"))
    _votes(done)
    return done.done


def _votes(done: Acts) -> None:
    """Ballots between what a file offers, and about cards that lie open, once more changed."""
    circle = Circle(method="moral-deliberation").to_method("Owen")
    while not any(i.kind == "vote" for i in phase(circle.room).inputs):
        circle.next()
    done.by(circle, "Cora", "vote", input="a-or-b", rev=1, vote="o0")
    circle = Circle(method="successes").to_method("Owen")
    while phase(circle.room).id != "deepen":
        circle.next()
    done.by(circle, "Cora", "card", input="finds", slot=0, rev=1, text="Geduld")
    done.all(circle, ("Carl", "Cleo"), "done")
    circle.next()
    found = this_round(circle.room).cards[0].id
    for rev, dots in enumerate((2, 1, 0), 1):
        done.by(circle, "Cora", "vote", input="strongest", rev=rev, **{f"vote-{found}": dots})
    done.by(circle, "Owen", "vote", input="strongest", rev=1, **{f"vote-{found}": 1})


def _write_and_choose(done: Acts, circle: Circle) -> None:
    done.by(circle.to("agreement"), "Owen", "agree", x="yes")
    circle.to("write")
    for rev, question in enumerate(("Vraag van Owen?", "Nog een vraag van Owen?"), 1):
        done.by(circle, "Owen", "lay", rev=rev, situation="Er is iets", difficulty="", question=question)
    done.by(circle, "Cato", "nothing")
    done.by(circle, "Cato", "again")
    circle.to("choose")
    dots = {f"dots-{circle.case_of('Cora')}": 3}
    done.by(circle, "Cora", "cast", rev=1, **dots)
    done.all(circle, SIX[1:], "chosen", rev=2, **dots)
    done.by(circle, "Cato", "not-chosen")
    circle.next()
    done.by(circle, "Cora", "answer", choice="bring")
    done.all(circle, ("Cato", "Cem"), "answer", choice="none")
    circle.next()
    done.all(circle, ("Cora", "Cato"), "rather-not")


def _few(done: Acts) -> None:
    three = Circle("Owen", "Cora", "Carl").to("agreement")
    three.next(), three.next()
    done.all(three, ("Owen", "Cora"), "small")
    two = Circle().to("agreement")
    two.next(), two.next()
    two.lay("Owen", "Vraag van Owen?")
    two.next()
    done.all(two, ("Owen", "Cato"), "may-show", x=1)


def _method_and_closing(done: Acts, circle: Circle) -> None:
    circle.to_method("Owen").next()
    done.by(circle, "Cora", "card", input="questions", slot=0, rev=1, text="Wat speelt er?")
    done.all(circle, ("Carl", "Cleo"), "done")
    circle.now += 7_200_000  # the time of this step is up
    at = clock.plus_at(circle.room)
    for x in (1, 0):
        done.all(circle, ("Cora", "Carl"), "more", x=x, at=at)
    while phase(circle.room).id != "look-back":
        circle.next()
    done.all(circle, ("Cora", "Carl", "Cleo"), "rate", input="safety", value=2)
    while phase(circle.room).kind != "closing":
        circle.next()
    done.by(circle, "Cora", "share", rev=1, text="Dit neem ik mee", report=1)
    done.all(circle, ("Carl", "Cleo"), "done")
    done.by(circle, "Cora", "agree-report", x=1)
    circle.next()
    done.by(circle, "Cora", "evaluate", A1=5)
    done.by(circle, "Carl", "skip-evaluation")


def test_i1_an_unsigned_act_writes_nothing_keyed_by_a_person() -> None:
    for word, name, before, after in unsigned_acts():
        changed = difference(before, after)

        assert changed, (word, name)
        for handle, device in before.devices.items():
            assert handle not in changed, word
            assert device.seat not in changed, word
        assert name not in re.sub(f"(V|v)raag van {name}", "", changed), word


def test_i1_every_unsigned_act_is_among_those_that_are_looked_at() -> None:
    """The server's own list: an act that joins it must join these."""
    assert {word for word, *_ in unsigned_acts()} == acts.UNSIGNED | {"agree"}


@pytest.mark.parametrize("word", sorted(acts.NAMELESS - acts.UNSIGNED))
def test_i1_what_all_see_done_is_kept_the_same_whoever_did_it(word: str) -> None:
    """Even stop, and a case off the table: by its author, by another, by who leads."""
    circle = Circle().to("write")
    for name in SIX:
        circle.lay(name, f"Vraag van {name}?")
    circle.to("read")
    before, done, after = circle.room, Acts(), []
    for name in ("Owen", "Cora", "Fay"):
        circle.room = before
        done.by(circle, name, word, case=circle.case_of("Owen"), nr=before.stops)
        after.append(circle.room)

    assert after[0] == after[1] == after[2] != before


def test_i2_an_unsigned_act_writes_no_time_and_no_counter() -> None:
    """A number that an unsigned act changes is a revision of its own paper or ballot, what was chosen, how many acts
    its own device did, or, beside the first answer about more time, the time of the step, which its clock says too."""
    for word, name, before, after in unsigned_acts():
        changed = difference(before, after)
        numbers = {m[1] for m in re.finditer(r"/([a-z_]+)=-?\d+$", changed, re.M)}
        heard = {m[1]: int(m[2]) for m in re.finditer(r"/heard/([\w-]+)=(\d+)$", changed, re.M)}

        assert len(heard) <= 1, "one device's, under a tag of its own"
        assert numbers <= {"rev", "value", "column", "total"} | {c.id for c in before.cases}, (word, name, changed)
        totals = {int(m[1]) for m in re.finditer(r"/total=(-?\d+)$", changed, re.M)}
        assert totals <= {this_round(before).clock.total}, word


def test_i2_the_check_sees_a_counter() -> None:
    circle = Circle().to("write")
    after = msgspec.structs.replace(circle.room, stops=1)

    assert re.search(r"/stops=1$", difference(circle.room, after), re.M)


def test_i1_the_check_sees_a_planted_trace() -> None:
    circle = Circle().to("write")
    before = circle.room
    circle.lay("Owen", "Vraag?")
    room = msgspec.structs.replace(circle.room, texts={"last": (circle.seat("Owen"),)})

    assert circle.seat("Owen") in difference(before, room)


def test_i1_a_late_yes_to_the_agreement_is_signed_and_leaves_no_tag() -> None:
    circle = Circle().to("write")
    circle.by("Fay", door.door, is_open=True)
    circle.secrets["Coen"] = identity.new_secret()
    circle.do(door.join, circle.handle("Coen"), "Coen", remote=False, rng=circle.rng)
    before = circle.room
    tag = tags.agree(circle.tag("Coen"), before)
    circle.by("Coen", agreement.say, tag, "yes")

    assert before.seats[circle.seat("Coen")].caught_up is False
    assert circle.room.seats[circle.seat("Coen")].caught_up
    assert tag not in circle.room.agreed


def test_i1_what_who_came_late_said_before_comes_not_back_and_leaves_no_tag() -> None:
    circle = Circle().to("write")
    circle.by("Fay", door.door, is_open=True)
    circle.secrets["Coen"] = identity.new_secret()
    circle.do(door.join, circle.handle("Coen"), "Coen", remote=False, rng=circle.rng)
    seat, tag = circle.seat("Coen"), tags.agree(circle.tag("Coen"), circle.room)

    def said(room: Room, word: str, nth: int) -> Room:
        return order.newest_agreed(room, lambda r: agreement.say(r, seat, tag, word), seat, tag, nth)

    after = said(said(circle.room, "talk", 1), "yes", 2)

    assert after.seats[seat].caught_up
    assert said(after, "talk", 1) == after
    assert tag not in after.agreed | after.heard
    later = said(after, "talk", 3)
    assert later.agreed[tag] == "talk", "the control: a later one counts"
    assert later.heard[tag] == 1, "as of anybody: counted on from the chair it would say whose it is"
    assert said(later, "yes", 3) == said(later, "yes", 2) == later


def test_the_authors_tap_and_anothers_leave_the_same_trace() -> None:
    """A file, a version or the time of a commit does not tell whose private question it was."""
    traces = {}
    for word, name, before, after in unsigned_acts():
        stage = f"{phase(before).kind}.{this_round(before).stage}"
        if stage in ("write.1", "choose.1", "choose.2"):
            assert after is not before, (stage, word, name)
            traces.setdefault(stage, []).append(len(this_round(after).ready) - len(this_round(before).ready))

    assert traces == {"write.1": [1, 1], "choose.1": [1, 1, 1], "choose.2": [1, 1]}


@pytest.mark.parametrize("role", ["member", "lead", "screen"])
def test_i3_nobody_elses_view_changes_because_one_person_wrote_or_voted(role: str) -> None:
    for word, name, before, after in unsigned_acts():
        if phase(before).kind != "agreement":  # that is talked about, and counted aloud
            assert view(before, role) == view(after, role), (word, name)


def test_i2_the_document_does_not_follow_the_order_of_arrival() -> None:
    orders = []
    for names in (SIX[:4], SIX[3::-1]):
        circle = Circle().to("write")
        for name in names:
            circle.lay(name, f"Vraag van {name}?")
        encoded = msgspec.msgpack.Encoder(order="sorted").encode(circle.room.rounds)
        places = sorted(names, key=lambda n: encoded.index(tags.case(circle.tag(n), circle.room).encode()))
        by_tag = sorted(names, key=lambda n: tags.case(circle.tag(n), circle.room))
        orders.append(places == by_tag)

    assert all(orders)


def test_i4_before_the_reveal_no_view_holds_a_text_and_after_it_all_do() -> None:
    circle = Circle().to("write")
    for name in SIX[:4]:
        circle.lay(name, f"Vraag van {name}?")
    hidden = [msgspec.json.encode(view(circle.room, role)) for role in ("member", "lead", "screen", "owner")]
    circle.next()
    shown = [msgspec.json.encode(view(circle.room, role)) for role in ("member", "lead", "screen")]

    assert not any(b"Vraag van" in text for text in hidden)
    assert all(f"Vraag van {name}".encode() in text for text in shown for name in SIX[:4])


def test_i5_after_the_reveal_no_tag_of_the_round_is_left_and_the_order_is_drawn() -> None:
    firsts = set()
    for seed in range(12):
        circle = Circle()
        circle.rng.seed(seed)
        circle.to("write")
        for name in SIX[:4]:
            circle.lay(name, f"Vraag van {name}?")
        ready = [tags.ready(circle.tag(n), circle.room) for n in SIX]
        circle.next()
        encoded = msgspec.json.encode(circle.room)
        firsts.add(circle.room.cases[0].texts[2])

        assert not any(tag.encode() in encoded for tag in ready)

    assert len(firsts) > 1


def test_i5_how_many_acts_a_device_did_goes_when_the_step_opens_and_at_the_end() -> None:
    circle = Circle(method="gossip").to("write")
    circle.lay("Owen", "Vraag van Owen?")

    def act() -> None:
        circle.room = order.newest(
            circle.room, lambda room: room, tags.heard(circle.tag("Owen"), circle.room, "lay"), 1
        )
        assert this_round(circle.room).heard

    def kept() -> list[str]:
        return [tag for one in circle.room.rounds.values() for tag in one.heard]

    for _ in range(2):  # the question whether it may be shown, and the reveal
        act()
        if this_round(circle.room).stage:
            circle.consent("Owen")
        circle.next()
        assert kept() == []
    circle = Circle(method="gossip").to_method("Owen")
    while phase(circle.room).kind != "closing":
        circle.next()
    act()
    circle.next()
    assert kept() == []
    act()
    circle.by("Fay", closing.close, circle.now, circle.rng)
    assert kept() == []


def test_i5_once_the_case_has_its_owner_no_ownership_tag_is_left() -> None:
    circle = Circle().to_method("Owen")
    encoded = msgspec.json.encode(circle.room)

    assert phase(circle.room).kind == "method"
    for name in SIX:
        assert tags.case(circle.tag(name), circle.room).encode() not in encoded


def test_i5_after_the_end_no_tag_of_any_device_is_left() -> None:
    made: set[str] = set()

    def kept(label: str, *parts: str, who: str) -> str:
        tag = identity.tag(circle.secrets[who], label, *parts)
        made.add(tag) if label != "auth" else None
        return tag

    circle = Circle(method="gossip")
    circle.tag = lambda name: partial(kept, who=name)  # type: ignore[method-assign]
    _method_and_closing(Acts(), circle)
    seat, agree = circle.seat("Owen"), tags.agree(circle.tag("Owen"), circle.room)
    circle.room = order.newest_agreed(circle.room, lambda r: agreement.say(r, seat, agree, ""), seat, agree, 1)
    assert agree in circle.room.heard
    during = [tag for tag in made if tag.encode() in msgspec.json.encode(circle.room)]
    circle.by("Fay", closing.close, circle.now, circle.rng)
    encoded = msgspec.json.encode(circle.room)

    assert during
    assert [tag for tag in made if tag.encode() in encoded] == []


def test_nobody_sees_a_tally_ever() -> None:
    circle = Circle().to("choose")
    for name in SIX:
        circle.cast(name, {circle.case_of("Owen"): 3})
    counts = [msgspec.json.encode(view(circle.room, r)) for r in ("member", "lead", "screen")]
    circle.next()
    counts += [msgspec.json.encode(view(circle.room, r)) for r in ("member", "lead", "screen")]

    assert not any(
        b'"tally"' in c or b"18" in c.replace(circle.room.id.encode(), b"") and b'"dots":' in c for c in counts
    )


def test_with_three_writers_everybody_must_allow_it_first() -> None:
    circle = Circle("Owen", "Cora", "Carl").to("agreement")
    circle.next()
    circle.next()

    with pytest.raises(Refused):
        circle.lay("Owen", "Vraag?")
    for name in ("Owen", "Cora", "Carl"):
        circle.by(name, few.allow, tags.small(circle.tag(name), circle.room))
    circle.lay("Owen", "Vraag?")

    assert len(this_round(circle.room).papers) == 1


def test_one_or_two_cases_are_shown_only_after_their_writers_yes() -> None:
    circle = Circle().to("agreement")
    circle.next()
    circle.next()
    circle.lay("Owen", "Vraag van Owen?")
    circle.lay("Cora", "Vraag van Cora?")
    circle.next()
    circle.consent("Owen", "Carl")
    circle.next()

    assert [c.texts[2] for c in circle.room.cases] == ["Vraag van Owen?"]


@pytest.mark.parametrize("wrote", [(), ("Owen",), ("Owen", "Cora")])
def test_who_leads_learns_from_no_press_whether_somebody_wrote_or_said_yes(wrote: tuple[str, ...]) -> None:
    """A press after each tap tells the same, whoever wrote and whatever was answered, until all have answered."""
    circle = Circle().to("agreement")
    circle.next()
    circle.next()
    for name in wrote:
        circle.lay(name, f"Vraag van {name}?")
    circle.next()
    assert flow.stage(circle.room) == "consent"
    for name in SIX:
        with pytest.raises(Refused, match="Nog niet iedereen heeft geantwoord"):
            circle.next()
        circle.by(name, writing.may_show, *circle.signs(name), yes=name == "Cora")
    circle.next()
    assert [c.texts[2] for c in circle.room.cases] == [f"Vraag van {n}?" for n in wrote if n == "Cora"]
    assert phase(circle.room).kind == ("read" if "Cora" in wrote else "write")
    assert bool(this_round(circle.room).papers) == (wrote == ("Owen",))  # nothing that was laid is lost


def test_a_chair_without_a_device_hides_nobody() -> None:
    circle = Circle("Owen", "Cora").to("agreement")
    for n in range(4):
        circle.by("Fay", people.add_seat, f"Stoel {n}", op=f"{n:032x}")
    circle.next()
    circle.next()
    assert few.hands(circle.room) == {circle.seat("Owen"), circle.seat("Cora")}
    with pytest.raises(Refused, match="drie of minder"):
        circle.lay("Owen", "Vraag van Owen?")


def test_who_goes_away_leaves_too_few_to_hide_among() -> None:
    circle = Circle().to("write")
    circle.lay("Owen", "Vraag van Owen?")
    for name in ("Carl", "Cleo", "Cem", "Cato"):
        circle.by("Fay", people.call_outside, circle.seat(name))
    with pytest.raises(Refused, match="zegt eerst ieder"):
        circle.next()


def test_a_case_that_was_laid_before_the_circle_chose_to_tell_is_nowhere_afterwards() -> None:
    circle = Circle("Owen", "Cora", "Carl", "Cleo").to("write")
    circle.lay("Cora", "Vraag van Cora?")
    circle.by("Fay", flow.tell, flow.pointer(circle.room), circle.now, circle.rng)
    circle.by("Owen", willing.it_is_me, circle.signs("Owen")[0])
    circle.by("Owen", willing.say_yes, "five-step")
    circle.next()
    assert phase(circle.room).kind == "method"
    assert "Vraag van Cora" not in str(msgspec.to_builtins(circle.room))
    assert circle.signs("Cora")[0] not in str(msgspec.to_builtins(circle.room))


def test_a_yes_of_who_then_only_watches_is_not_counted_for_somebody_else() -> None:
    circle = Circle().to("agreement")
    for name in ("Owen", "Cora"):
        circle.by(name, agreement.say, tags.agree(circle.tag(name), circle.room), "yes")
    circle.by("Owen", people.take_task, "observer")
    assert circle.room.agreed == {}


def test_what_was_held_back_from_before_the_question_comes_too_late() -> None:
    circle = Circle().to("write")
    before = flow.pointer(circle.room)
    circle.next()
    circle.consent()
    circle.next()
    assert flow.stage(circle.room) == "write"
    assert flow.pointer(circle.room) != before


def test_who_answered_and_goes_away_stands_for_nobody_else() -> None:
    circle = Circle().to("agreement")
    circle.next()
    circle.next()
    for name in ("Owen", "Cora"):
        circle.lay(name, f"Vraag van {name}?")
    circle.next()
    for name in SIX[1:]:
        circle.by(name, writing.may_show, *circle.signs(name), yes=True)
    circle.by("Fay", people.mark_left, circle.seat("Cato"))
    with pytest.raises(Refused, match="Nog niet iedereen"):
        circle.next()
    circle.consent("Cora", "Owen")
    circle.next()
    assert len(circle.room.cases) == 2


def test_an_answer_that_is_taken_back_is_waited_for() -> None:
    circle = Circle().to("agreement")
    circle.next()
    circle.next()
    circle.lay("Owen", "Vraag van Owen?")
    circle.next()
    circle.consent("Owen")
    cap, ready = circle.signs("Owen")
    circle.by("Owen", writing.again, ready, cap)
    with pytest.raises(Refused, match="Nog niet iedereen"):
        circle.next()


def test_i1_who_went_from_the_agreement_and_came_back_late_leaves_no_count_that_continues_a_tags() -> None:
    circle = Circle().to("agreement")
    owen, tag = circle.seat("Owen"), tags.agree(circle.tag("Owen"), circle.room)

    def yes(room: Room) -> Room:
        return agreement.say(room, owen, tag, "yes")

    for nth in (1, 2, 3):
        circle.room = order.newest_agreed(circle.room, yes, owen, tag, nth)
    circle.by("Fay", people.mark_left, owen)
    circle.next(), circle.next()
    circle.by("Fay", people.call_back, owen)
    circle.room = order.newest_agreed(circle.room, yes, owen, tag, 4)

    assert circle.room.seats[owen].caught_up
    assert (circle.room.seats[owen].heard, circle.room.heard[tag]) == ({"agree": 1}, 3)
    assert order.newest_agreed(circle.room, yes, owen, tag, 4) is circle.room
