"""The invariants of what is unsigned: I1 to I5, and what the group's size means."""

from __future__ import annotations

import msgspec
import pytest

from rooms import tags, writing
from rooms.refusal import Refused
from rooms.room import phase, this_round
from rooms.view import view
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


def unsigned_acts(circle: Circle) -> list[tuple[str, object, object]]:
    """Each unsigned act of a meeting, with the room before and after it."""
    acts = []

    def did(name: str, act) -> None:  # type: ignore[no-untyped-def]
        before = circle.room
        act()
        acts.append((name, before, circle.room))

    circle.to("write")
    did("Owen", lambda: circle.lay("Owen", "Vraag van Owen?"))
    tag = circle.tag("Cato")
    did("Cato", lambda: circle.by("Cato", writing.nothing, tags.case(tag, circle.room), tags.ready(tag, circle.room)))
    circle.to("choose")
    did("Cora", lambda: circle.cast("Cora", {circle.case_of("Owen"): 3}))
    circle.next()
    did("Owen", lambda: circle.answer("Owen", "bring"))
    did("Cato", lambda: circle.answer("Cato", "none"))
    return acts


def test_i1_an_unsigned_act_writes_nothing_keyed_by_a_person() -> None:
    circle = Circle()

    for name, before, after in unsigned_acts(circle):
        changed = difference(before, after)

        assert changed, name
        assert circle.handle(name) not in changed
        assert circle.seat(name) not in changed
        assert name not in changed.replace(f"Vraag van {name}", "")


def test_i1_the_check_sees_a_planted_trace() -> None:
    circle = Circle().to("write")
    before = circle.room
    circle.lay("Owen", "Vraag?")
    room = msgspec.structs.replace(circle.room, texts={"last": (circle.seat("Owen"),)})

    assert circle.seat("Owen") in difference(before, room)


@pytest.mark.parametrize("role", ["member", "lead", "screen"])
def test_i3_nobody_elses_view_changes_because_one_person_wrote_or_voted(role: str) -> None:
    for name, before, after in unsigned_acts(Circle()):
        assert view(before, role) == view(after, role), name


def test_i2_the_document_does_not_follow_the_order_of_arrival() -> None:
    orders = []
    for order in (SIX[:4], SIX[3::-1]):
        circle = Circle().to("write")
        for name in order:
            circle.lay(name, f"Vraag van {name}?")
        encoded = msgspec.msgpack.Encoder(order="sorted").encode(circle.room.rounds)
        places = sorted(order, key=lambda n: encoded.index(tags.case(circle.tag(n), circle.room).encode()))
        by_tag = sorted(order, key=lambda n: tags.case(circle.tag(n), circle.room))
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


def test_i5_once_the_case_has_its_owner_no_ownership_tag_is_left() -> None:
    circle = Circle().to_method("Owen")
    encoded = msgspec.json.encode(circle.room)

    assert phase(circle.room).kind == "method"
    for name in SIX:
        assert tags.case(circle.tag(name), circle.room).encode() not in encoded


def test_nobody_sees_a_tally_ever() -> None:
    circle = Circle().to("choose")
    for name in SIX:
        circle.cast(name, {circle.case_of("Owen"): 3})
    counts = [msgspec.json.encode(view(circle.room, r)) for r in ("member", "lead", "screen")]
    circle.next()
    counts += [msgspec.json.encode(view(circle.room, r)) for r in ("member", "lead", "screen")]

    assert not any(b'"tally"' in c or b"18" in c.replace(circle.room.id.encode(), b"") and b"dots" in c for c in counts)


def test_with_three_writers_everybody_must_allow_it_first() -> None:
    circle = Circle("Owen", "Cora", "Carl").to("agreement")
    circle.next()
    circle.next()

    with pytest.raises(Refused):
        circle.lay("Owen", "Vraag?")
    for name in ("Owen", "Cora", "Carl"):
        circle.by(name, writing.allow_small, tags.small(circle.tag(name), circle.room))
    circle.lay("Owen", "Vraag?")

    assert len(this_round(circle.room).papers) == 1


def test_one_or_two_cases_are_shown_only_after_their_writers_yes() -> None:
    circle = Circle().to("agreement")
    circle.next()
    circle.next()
    circle.lay("Owen", "Vraag van Owen?")
    circle.lay("Cora", "Vraag van Cora?")
    circle.next()
    circle.by("Owen", writing.may_show, *circle.signs("Owen"), yes=True)
    circle.by("Carl", writing.may_show, *circle.signs("Carl"), yes=True)
    circle.next()

    assert [c.texts[2] for c in circle.room.cases] == ["Vraag van Owen?"]
