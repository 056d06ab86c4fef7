"""Cards: everybody lays theirs at the same moment, nobody sees another's, and all open together."""

from __future__ import annotations

import msgspec
import pytest

from rooms import cards, closing, flow, people, tags
from rooms.methods import Method
from rooms.mine import Slot
from rooms.refusal import Refused
from rooms.rights import LATE, OUTSIDE
from rooms.room import Room, phase, this_round
from rooms.view import view
from tests.made import INSIDE, gone, late, lead, led, line, made, own, prepared, step, to_phase
from tests.people import CAST, Circle

EVERYWHERE = (*INSIDE, OUTSIDE, LATE)
both = pytest.mark.parametrize("signed", [True, False], ids=["signed", "unsigned"])


def advising(*, signed: bool = True, who: str = "everybody") -> Method:
    """Two cards each, of forty characters, and a phase after it."""
    return made(step("advise", line("tips", "cards", who=who, max=2, chars=40, signed=signed)), step("after"))


def lay(circle: Circle, name: str, text: str, slot: int = 0, rev: int = 1, of: str = "tips") -> Room:
    tag = circle.tag(name)
    mark, ready = tags.card(tag, circle.room, of, slot), tags.ready(tag, circle.room)
    return circle.by(name, cards.lay, of, slot, rev, text, tag=mark, ready=ready)


def done(circle: Circle, name: str) -> Room:
    tag = circle.tag(name)
    return circle.by(name, cards.done, tags.ready(tag, circle.room), tags.small(tag, circle.room))


def mine(circle: Circle, name: str) -> list[str]:
    """What somebody's own page says that they laid, slot by slot; none where they cannot lay."""
    return [slot.text for task in own(circle, name).tasks for slot in task.slots]


def table(circle: Circle, role: str = "member") -> list[tuple[str, str]]:
    """The cards that lie open, each with the name that stands on it."""
    return [(c.name, c.text) for s in view(circle.room, role).shelves for c in s.cards]


# Who lays, how many, how long


@both
@pytest.mark.parametrize(("who", "owner_too"), [("everybody", True), ("consultants", False)])
def test_whom_the_file_names_lays_cards_and_who_only_leads_or_only_looks_does_not(
    signed: bool, who: str, owner_too: bool
) -> None:
    circle = prepared(advising(signed=signed, who=who))
    circle.by("Cato", people.take_task, "observer")
    secret = circle.secrets.pop("Cato")  # who writes nothing and chooses nothing on the way
    circle.to_method()
    circle.secrets["Cato"] = secret
    for name, may in (("Cora", True), ("Owen", owner_too), ("Fay", False), ("Cato", False)):
        assert bool(mine(circle, name)) == may
        if may:
            lay(circle, name, f"tip van {name}")
        else:
            with pytest.raises(Refused):
                lay(circle, name, f"tip van {name}")
            with pytest.raises(Refused):
                done(circle, name)
    assert len(this_round(circle.room).papers) == 1 + owner_too


def test_of_two_sorts_of_cards_each_lays_the_own_sort_only() -> None:
    others = line("tips", "cards", who="consultants", chars=40)
    circle = led(made(step("advise", others, line("all", "cards", chars=40), line("talk", "turns"))))
    lay(circle, "Owen", "voor iedereen", of="all")
    assert [t.input.id for t in own(circle, "Owen").tasks] == ["all"]
    with pytest.raises(Refused, match="Nu schrijven de anderen"):
        lay(circle, "Owen", "ook een tip")
    for nothing_to_lay in ("talk", "elsewhere", ""):
        with pytest.raises(Refused, match="net voorbij"):
            lay(circle, "Owen", "een kaart", of=nothing_to_lay)


@both
@pytest.mark.parametrize("how", ["outside", "left", "removed"])
def test_who_is_not_at_the_table_lays_nothing_and_the_others_open_what_lay_there(signed: bool, how: str) -> None:
    circle = led(advising(signed=signed))
    lay(circle, "Carl", "tip van Carl")
    gone(circle, "Carl", how)
    for act in (lambda: lay(circle, "Carl", "nog een", slot=1), lambda: done(circle, "Carl")):
        with pytest.raises(Refused, match="niet aan tafel"):
            act()
    circle.next()
    assert [text for _, text in table(circle)] == ["tip van Carl"]


@pytest.mark.parametrize("caught_up", [False, True])
def test_who_comes_in_while_cards_are_written_lays_them_in_the_next_round(caught_up: bool) -> None:
    circle = late(led(advising()), "Noor", caught_up=caught_up)
    assert mine(circle, "Noor") == []
    with pytest.raises(Refused, match="toen deze ronde al liep"):
        lay(circle, "Noor", "tip van Noor")
    circle.next()
    lead(circle, flow.repeat)
    assert bool(mine(circle, "Noor")) == caught_up


@both
def test_there_are_as_many_slots_and_characters_as_the_file_says(signed: bool) -> None:
    circle = led(advising(signed=signed))
    for slot in (-1, 2):
        with pytest.raises(Refused, match="Je kunt hier {n} kaarten leggen") as refused:
            lay(circle, "Cora", "te veel", slot=slot)
        assert refused.value.params == {"n": 2}
    with pytest.raises(Refused, match="Dit is {n} tekens te lang") as refused:
        lay(circle, "Cora", "x" * 43)
    assert refused.value.params == {"n": 3}
    assert this_round(circle.room).papers == {}
    for slot in (0, 1):
        lay(circle, "Cora", f"  {'x' * 40}\n", slot=slot)
    assert mine(circle, "Cora") == ["x" * 40] * 2


# The newest counts


@both
def test_the_newest_words_of_a_slot_count_and_older_or_repeated_ones_change_nothing(signed: bool) -> None:
    circle = led(advising(signed=signed))
    lay(circle, "Cora", "beter zo", rev=2)
    before = circle.room
    assert lay(circle, "Cora", "eerst zo", rev=1) is before
    assert lay(circle, "Cora", "nog eens", rev=2) is before
    lay(circle, "Cora", "een andere", slot=1, rev=1)  # each slot counts by itself
    assert own(circle, "Cora").tasks[0].slots == (Slot(0, "beter zo", 2), Slot(1, "een andere", 1))
    lay(circle, "Cora", "het beste", rev=3)
    circle.next()
    assert sorted(text for _, text in table(circle)) == ["een andere", "het beste"]


@both
def test_empty_words_take_a_card_back_and_its_writer_is_ready_all_the_same(signed: bool) -> None:
    circle = led(advising(signed=signed))
    lay(circle, "Cora", "toch niet", rev=1)
    lay(circle, "Cora", " \n", rev=2)
    assert not any(paper.texts[0] for paper in this_round(circle.room).papers.values())
    assert (mine(circle, "Cora"), own(circle, "Cora").ready) == (["", ""], True)
    lay(circle, "Cora", "toch wel", rev=3)
    assert mine(circle, "Cora") == ["toch wel", ""]


@both
def test_who_lays_nothing_is_ready_like_who_laid_a_card_and_nobody_sees_which(signed: bool) -> None:
    circle = led(advising(signed=signed))
    lay(circle, "Cora", "tip van Cora")
    carded = [msgspec.json.encode(view(circle.room, role)) for role in EVERYWHERE]
    circle = led(advising(signed=signed))
    done(circle, "Cora")
    assert [msgspec.json.encode(view(circle.room, role)) for role in EVERYWHERE] == carded
    before = circle.room
    assert done(circle, "Cora") == before
    assert own(circle, "Cora").ready
    assert not own(circle, "Carl").ready


# What is seen of them


@both
def test_until_they_open_nobody_sees_a_card_but_whose_it_is_and_who_is_out_of_it_never_does(signed: bool) -> None:
    circle = led(advising(signed=signed))
    pages = [view(circle.room, role) for role in EVERYWHERE]
    others = [own(circle, name) for name in ("Carl", "Owen", "Fay")]
    lay(circle, "Cora", "tip van Cora", rev=4)
    assert [view(circle.room, role) for role in EVERYWHERE] == pages
    assert [own(circle, name) for name in ("Carl", "Owen", "Fay")] == others
    assert own(circle, "Cora").tasks[0].slots[0] == Slot(0, "tip van Cora", 4)
    circle.next()
    for role in EVERYWHERE:
        assert [text for _, text in table(circle, role)] == (["tip van Cora"] if role in INSIDE else [])


@both
def test_a_card_is_kept_under_its_seat_or_under_a_sign_of_the_device_that_goes_when_it_opens(signed: bool) -> None:
    circle = led(advising(signed=signed))
    mark, ready = tags.card(circle.tag("Cora"), circle.room, "tips", 0), tags.ready(circle.tag("Cora"), circle.room)
    seat = circle.seat("Cora")
    lay(circle, "Cora", "tip van Cora")
    [(where, paper)] = this_round(circle.room).papers.items()
    assert (where, paper.seat) == ((f"{seat}:tips:0", seat) if signed else (mark, ""))
    if signed:  # so it does not go with what few people take back of what has no name
        small, given = tags.small(circle.tag("Cora"), circle.room), tags.given(circle.tag("Cora"), circle.room)
        with pytest.raises(Refused, match="net voorbij"):
            circle.by("Cora", cards.nothing, ready, small, given)
    circle.next()
    [card] = this_round(circle.room).cards
    assert (card.text, card.seat) == ("tip van Cora", seat if signed else "")
    assert card.id not in (mark, where)
    assert not any(sign.encode() in msgspec.json.encode(circle.room) for sign in (mark, ready))


@pytest.mark.parametrize("role", INSIDE)
def test_signed_cards_open_by_chair_with_their_names_for_everybody(role: str) -> None:
    circle = led(advising())
    for name in ("Cleo", "Owen", "Cora"):  # in the order in which they were laid
        lay(circle, name, f"tip van {name}")
    lay(circle, "Owen", "nog een", slot=1)
    circle.next()
    assert table(circle, role) == [
        ("Owen", "tip van Owen"), ("Owen", "nog een"), ("Cora", "tip van Cora"), ("Cleo", "tip van Cleo"),
    ]  # fmt: skip
    initials = [c.initials for c in view(circle.room, role).shelves[0].cards]
    assert all(initials) and initials[0] == initials[1] != initials[2]


@pytest.mark.parametrize("role", INSIDE)
def test_cards_without_a_name_open_in_an_order_that_is_drawn(role: str) -> None:
    circle = led(advising(signed=False))
    for name in CAST[:3]:
        lay(circle, name, f"tip van {name}")
    laid, orders = circle.room, set()
    for seed in range(12):  # the same cards, under the same signs
        circle.room = laid
        circle.rng.seed(seed)
        circle.next()
        orders.add(tuple(table(circle, role)))
        assert {c.initials for c in view(circle.room, role).shelves[0].cards} == {""}
    assert {frozenset(order) for order in orders} == {frozenset(("", f"tip van {name}") for name in CAST[:3])}
    assert len({order[0] for order in orders}) == 3


@both
def test_a_card_that_comes_late_is_refused_and_lies_nowhere(signed: bool) -> None:
    circle = led(advising(signed=signed))
    lay(circle, "Cora", "op tijd")
    circle.next()
    assert mine(circle, "Cora") == []
    for rev, slot in ((2, 0), (1, 1)):
        with pytest.raises(Refused, match="liggen al open"):
            lay(circle, "Cora", "te laat", slot, rev)
    circle.next()
    with pytest.raises(Refused):
        lay(circle, "Cora", "te laat", rev=2)
    lead(circle, flow.back)
    with pytest.raises(Refused, match="liggen al open"):
        lay(circle, "Cora", "te laat", rev=2)
    assert [text for _, text in table(circle)] == ["op tijd"]


# Back, repeat, skip, the end


@both
def test_another_round_begins_with_empty_slots_beside_the_cards_that_lie_there(signed: bool) -> None:
    circle = led(advising(signed=signed))
    lay(circle, "Cora", "van eerst", rev=5)
    circle.next()
    was = table(circle)
    lead(circle, flow.repeat)
    assert (mine(circle, "Cora"), own(circle, "Cora").ready, table(circle)) == (["", ""], False, was)
    lay(circle, "Cora", "van nu")  # counted from one again
    assert table(circle) == was
    circle.next()
    assert [text for _, text in table(circle)] == ["van eerst", "van nu"]


@both
def test_cards_of_a_phase_that_was_skipped_are_there_again_after_back_and_otherwise_gone_at_the_end(
    signed: bool,
) -> None:
    circle = led(advising(signed=signed))
    lay(circle, "Cora", "tip van Cora", rev=3)
    lead(circle, flow.skip)
    skipped = circle.room
    assert phase(skipped).id == "after"
    assert not any(b"tip van Cora" in msgspec.json.encode(view(skipped, role)) for role in EVERYWHERE)
    lead(circle, flow.back)
    assert own(circle, "Cora").tasks[0].slots[0] == Slot(0, "tip van Cora", 3)
    lay(circle, "Carl", "tip van Carl")
    circle.next()
    assert {text for _, text in table(circle)} == {"tip van Cora", "tip van Carl"}

    circle.room = skipped
    to_phase(circle, "closing")
    circle.by("Fay", closing.close, circle.now, circle.rng)
    assert b"tip van Cora" not in msgspec.json.encode(circle.room)
    with pytest.raises(Refused, match="rond"):
        lay(circle, "Cora", "te laat", rev=4)


def test_a_card_with_a_name_that_was_taken_back_does_not_come_back_by_what_a_network_held_back() -> None:
    circle = led(advising())
    lay(circle, "Cora", "Toch niet", rev=1)
    lay(circle, "Cora", "", rev=2)
    before = circle.room
    assert lay(circle, "Cora", "Toch niet", rev=1) is before
    lay(circle, "Carl", "Wel dit", rev=1)
    circle.next()
    assert table(circle) == [("Carl", "Wel dit")]


def test_a_card_that_comes_after_the_circle_moved_on_is_said_to_be_late_and_not_its_writer() -> None:
    circle = led(advising())
    circle.next(), circle.next()
    with pytest.raises(Refused, match="Deze stap is net voorbij"):
        lay(circle, "Cora", "Net te laat")
