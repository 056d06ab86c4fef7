"""What people take along: in a method for themselves alone, at the end a sentence for the circle, without a name."""

from __future__ import annotations

import msgspec
import pytest

from rooms import closing, flow, promises, tags, takeaways
from rooms.refusal import Refused
from rooms.rights import LATE, OUTSIDE
from rooms.room import Room, phase, this_round
from rooms.view import view
from tests.made import INSIDE, gone, late, lead, led, line, made, own, step
from tests.people import CAST, Circle

EVERYWHERE = (*INSIDE, OUTSIDE, LATE)


def share(circle: Circle, name: str, text: str, rev: int = 1, *, report: bool = False) -> Room:
    tag = circle.tag(name)
    mark, ready = tags.takeaway(tag, circle.room), tags.ready(tag, circle.room)
    return circle.by(name, takeaways.share, rev, text, report=report, tag=mark, ready=ready)


def lies(circle: Circle, name: str) -> tuple[str, bool, int]:
    """What somebody's own page says that they share, whether it may be in a report, and its revision."""
    mine = own(circle, name)
    return mine.takeaway, mine.takeaway_report, mine.rev


@pytest.fixture
def circle() -> Circle:
    """A circle that closes."""
    return Circle().to_method().to("closing")


def test_until_they_open_nobody_sees_a_sentence_but_whose_it_is(circle: Circle) -> None:
    pages = [view(circle.room, role) for role in EVERYWHERE]
    others = [own(circle, name) for name in ("Carl", "Owen", "Fay")]
    share(circle, "Cora", "Ik vraag door.", 4, report=True)
    assert [view(circle.room, role) for role in EVERYWHERE] == pages
    assert [own(circle, name) for name in ("Carl", "Owen", "Fay")] == others
    assert (lies(circle, "Cora"), own(circle, "Cora").ready) == (("Ik vraag door.", True, 4), True)


def test_they_open_together_in_an_order_that_is_drawn_and_leave_no_sign_of_whose_they_are(circle: Circle) -> None:
    for name in CAST[:3]:
        share(circle, name, f"Zin van {name}")
    signs = [(tags.takeaway(tag, circle.room), tags.ready(tag, circle.room)) for tag in map(circle.tag, CAST)]
    laid, firsts = circle.room, set()
    for seed in range(12):  # the same sentences, under the same signs
        circle.room = laid
        circle.rng.seed(seed)
        circle.next()
        [shown] = {view(circle.room, role).takeaways for role in INSIDE}
        firsts.add(shown[0])
        assert sorted(shown) == sorted(f"Zin van {name}" for name in CAST[:3])
        assert [view(circle.room, role).takeaways for role in (OUTSIDE, LATE)] == [(), ()]
        assert not any(sign.encode() in msgspec.json.encode(circle.room) for two in signs for sign in two)
        assert {c.seat for c in this_round(circle.room).cards} == {""}
    assert len(firsts) == 3


def test_the_newest_words_count_and_empty_ones_take_the_sentence_back(circle: Circle) -> None:
    share(circle, "Cora", "Ik vraag door.", 2)
    before = circle.room
    assert share(circle, "Cora", "Eerst dit.", 1) is before
    assert share(circle, "Cora", "Nog eens.", 2, report=True) is before
    share(circle, "Cora", "Ik vraag door.", 3, report=True)
    assert lies(circle, "Cora") == ("Ik vraag door.", True, 3)
    share(circle, "Cora", " \n", 4)
    assert (lies(circle, "Cora"), own(circle, "Cora").ready) == (("", False, 0), True)
    with pytest.raises(Refused, match="Dit is {n} tekens te lang") as refused:
        share(circle, "Cora", "x" * (takeaways.LIMIT + 2), 5)
    assert refused.value.params == {"n": 2}
    share(circle, "Cora", "x" * takeaways.LIMIT, 5)
    assert len(this_round(circle.room).takeaways) == 1


def test_only_who_takes_part_in_the_closing_shares_and_only_until_they_open(circle: Circle) -> None:
    late(circle, "Noor", caught_up=True)
    gone(circle, "Cem", "outside")
    for name, why in (
        ("Fay", "toen deze ronde al liep"),
        ("Noor", "toen deze ronde al liep"),
        ("Cem", "niet aan tafel"),
    ):
        with pytest.raises(Refused, match=why):
            share(circle, name, "Ik vraag door.")
    circle.next()
    with pytest.raises(Refused, match="liggen al open"):
        share(circle, "Cora", "Ik vraag door.")
    lead(circle, flow.back), circle.next()
    with pytest.raises(Refused, match="liggen al open"):
        share(circle, "Cora", "Ik vraag door.")
    with pytest.raises(Refused, match="liggen al open"):  # a method asks for no such sentence
        share(led(made(step("think", line("tips", "cards", chars=40)))), "Cora", "Ik vraag door.")


def test_a_step_back_before_they_open_keeps_them_and_closing_the_circle_opens_them(circle: Circle) -> None:
    for name in CAST[:4]:
        share(circle, name, "Ik vraag door.", report=name == "Cora")
    lead(circle, flow.back), circle.next()
    assert (phase(circle.room).kind, lies(circle, "Cora")) == ("closing", ("Ik vraag door.", True, 1))
    circle.by("Fay", closing.close, circle.now, circle.rng)
    assert view(circle.room, "member").takeaways == ("Ik vraag door.",) * 4
    assert [c.state for c in this_round(circle.room).cards].count("report") == 1  # the others are in no report
    with pytest.raises(Refused, match="rond"):
        share(circle, "Cora", "Toch niet.", 2)


def test_a_circle_that_nobody_closed_shows_none(circle: Circle) -> None:
    for name in CAST:
        share(circle, name, "Ik vraag door.")
    circle.do(closing.expire, circle.now)
    assert b"Ik vraag door" not in msgspec.json.encode(circle.room)
    assert view(circle.room, "member").takeaways == ()


@pytest.mark.parametrize(("who", "owner_too", "others"), [("everybody", True, True), ("owner", True, False)])
def test_in_a_method_it_is_for_oneself_and_never_leaves_the_device(who: str, owner_too: bool, others: bool) -> None:
    learned = line("learned", "takeaway", who=who)
    circle = led(made(step("look", learned), step("after")))
    for name, may in (("Owen", owner_too), ("Cora", others), ("Fay", False)):
        assert [(t.input, t.says.kept) for t in own(circle, name).tasks] == [(learned, "device")] * may
    assert not any(
        promises.sees(promises.of(learned), role, came=came) for role in EVERYWHERE for came in (True, False)
    )
    assert [(view(circle.room, role).shelves, view(circle.room, role).fields) for role in INSIDE] == [((), ())] * 4
