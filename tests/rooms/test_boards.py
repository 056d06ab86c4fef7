"""Boards, canvases and time lines: a card lies there at once, with a name, and only some may move it."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from rooms import boards, cards, closing, flow, people, tags, turns
from rooms.cardview import CardView, Shelf
from rooms.methodfiles import catalogue
from rooms.methods import Method
from rooms.refusal import Refused
from rooms.rights import LATE, OUTSIDE
from rooms.room import Card, Room, this_round, with_round
from rooms.view import view
from tests.made import INSIDE, gone, late, lead, led, line, made, own, page, prepared, step, to_phase, two_cases, words
from tests.people import Circle
from tests.said import regions

THREE = words("links", "midden", "rechts")


def board(shape: str = "columns", **fields: object) -> Method:
    """A board, and a phase without one."""
    options = {"columns": THREE, "four": words("een", "twee", "drie", "vier"), "line": ()}[shape]
    more = {"max": 3, "chars": 60, "live": True, "shape": shape, "options": options, **fields}
    return made(step("lay", line("board", "cards", **more)), step("after"))


def place(circle: Circle, name: str, op: str, text: str, column: int = 0) -> Room:
    return circle.by(name, boards.place, "board", op * 32, column, text)


def shelf(circle: Circle, role: str = "member") -> Shelf:
    return next(s for s in view(circle.room, role).shelves if s.input.id == "board")


def texts(circle: Circle, role: str = "member") -> list[str]:
    return [c.text for c in shelf(circle, role).cards]


def columns(circle: Circle) -> dict[str, int]:
    return {c.text: c.column for c in shelf(circle).cards}


def seen(circle: Circle, text: str) -> CardView:
    return next(c for c in shelf(circle).cards if c.text == text)


# Placing


@pytest.mark.parametrize("role", INSIDE)
def test_a_card_lies_there_at_once_for_everybody_with_the_name_of_who_placed_it(role: str) -> None:
    circle = led(board())
    place(circle, "Cora", "a", "Eerst  dit", column=1)

    card = shelf(circle, role).cards[0]
    assert (card.text, card.name, card.column) == ("Eerst dit", "Cora", 1)


def test_an_empty_board_waits_there_and_somebody_outside_or_late_sees_none() -> None:
    circle = led(board())
    assert shelf(circle).lies and shelf(circle).board
    place(circle, "Cora", "a", "Dit")
    for role in (OUTSIDE, LATE):
        assert view(circle.room, role).shelves == ()


def test_the_same_operation_again_is_the_same_card_with_another_text_or_column() -> None:
    circle = led(board())
    place(circle, "Cora", "a", "Dit")
    place(circle, "Carl", "b", "Dat")
    before = circle.room
    assert place(circle, "Cora", "a", "Dit") == before
    place(circle, "Cora", "a", "Toch dit", column=2)

    assert columns(circle) == {"Toch dit": 2, "Dat": 0}
    assert texts(circle) == ["Toch dit", "Dat"]  # where it lay


def test_an_empty_text_takes_the_card_off_and_places_none() -> None:
    circle = led(board())
    place(circle, "Cora", "a", "Dit")
    place(circle, "Cora", "a", " \n ")
    place(circle, "Cora", "b", "")
    assert texts(circle) == []


def test_nobody_changes_the_card_of_somebody_else_by_naming_it() -> None:
    circle = led(board())
    place(circle, "Cora", "a", "Dit")
    before = circle.room
    for text in ("Iets anders", ""):
        assert place(circle, "Carl", "a", text) == before
        assert place(circle, "Owen", "a", text) == before


def test_everybody_has_as_many_cards_as_the_file_says_and_may_still_change_them() -> None:
    circle = led(board(max=2))
    place(circle, "Cora", "a", "Een")
    place(circle, "Cora", "b", "Twee")
    with pytest.raises(Refused) as no:
        place(circle, "Cora", "c", "Drie")
    assert no.value.params == {"n": 2}
    place(circle, "Cora", "b", "Toch twee")
    place(circle, "Carl", "d", "Ook een")
    circle.by("Cora", boards.take_off, "a" * 32)
    place(circle, "Cora", "c", "Drie")

    assert texts(circle) == ["Toch twee", "Ook een", "Drie"]


@pytest.mark.parametrize("how", ["off", "emptied", "once more"])
def test_a_card_that_was_taken_off_does_not_come_back_by_what_a_network_held_back(how: str) -> None:
    circle = led(board(max=2))
    place(circle, "Cora", "a", "Een")
    if how == "emptied":
        place(circle, "Cora", "a", "")
    else:
        circle.by("Cora", boards.take_off, "a" * 32)
    if how == "once more":
        circle.by("Fay", flow.repeat, flow.pointer(circle.room), circle.now, circle.rng)
    place(circle, "Cora", "a", "Een")
    assert texts(circle) == []
    before = circle.room
    place(circle, "Cora", "a", "")
    assert circle.room is before, "or taking nothing off would make the room grow"


def test_a_text_is_as_long_as_the_file_says_and_what_is_too_much_is_counted() -> None:
    circle = led(board(chars=20))
    place(circle, "Cora", "a", "x" * 20)
    with pytest.raises(Refused) as no:
        place(circle, "Cora", "a", "y" * 23)
    assert no.value.params == {"n": 3}
    assert texts(circle) == ["x" * 20]


@pytest.mark.parametrize(("shape", "last"), [("columns", 2), ("four", 3), ("line", 0)])
def test_there_are_as_many_places_as_the_shape_has(shape: str, last: int) -> None:
    circle = led(board(shape))
    place(circle, "Cora", "a", "Dit", column=last)
    for wrong in (-1, last + 1):
        with pytest.raises(Refused, match="waar deze kaart hoort"):
            place(circle, "Cora", "b", "Dat", column=wrong)
        if shape != "line":
            with pytest.raises(Refused, match="waar deze kaart hoort"):
                circle.by("Cora", boards.move, "a" * 32, wrong)
    assert columns(circle) == {"Dit": last}


# Who may


@pytest.mark.parametrize(("who", "may"), [("everybody", "Owen Cora"), ("consultants", "Cora"), ("owner", "Owen")])
def test_who_a_board_is_for_place_cards_and_nobody_else_does(who: str, may: str) -> None:
    circle = led(board(who=who))
    for op, name in zip("abc", ("Owen", "Cora", "Fay"), strict=True):
        allowed = name in may.split()
        assert any(t.input.id == "board" for t in own(circle, name).tasks) == allowed
        if allowed:
            place(circle, name, op, f"van {name}")
        else:
            with pytest.raises(Refused, match="Nu schrijven de anderen"):
                place(circle, name, op, f"van {name}")
    assert texts(circle) == [f"van {name}" for name in may.split()]


def test_a_leader_who_takes_part_places_cards_and_who_only_looks_does_not() -> None:
    circle = prepared(replace(board(), everybody=True), guided=False)
    circle.by("Cato", people.take_task, "observer")
    circle.to_method()
    place(circle, "Fay", "a", "van Fay")
    with pytest.raises(Refused):
        place(circle, "Cato", "b", "van Cato")
    with pytest.raises(Refused):
        circle.by("Cato", boards.take_off, "a" * 32)
    assert texts(circle) == ["van Fay"]


@pytest.mark.parametrize("how", ["outside", "left", "removed", "late"])
def test_who_is_not_at_the_table_or_late_places_moves_and_takes_nothing(how: str) -> None:
    circle = led(board())
    name = "Carl"
    place(circle, name, "a", "Dit")
    if how == "late":
        late(circle, "Noor", caught_up=False)
        name = "Noor"
    else:
        gone(circle, name, how)
    for verb, args in ((boards.move, ("a" * 32, 1)), (boards.take_off, ("a" * 32,))):
        with pytest.raises(Refused):
            circle.by(name, verb, *args)
    with pytest.raises(Refused):
        place(circle, name, "b", "Dat")
    assert columns(circle) == {"Dit": 0}
    assert own(circle, name).tasks == ()


def test_who_came_late_and_read_the_agreement_places_a_card_in_the_same_phase() -> None:
    circle = late(led(board()), "Noor", caught_up=True)
    place(circle, "Noor", "a", "Dit")
    assert seen(circle, "Dit").name == "Noor"


@pytest.mark.parametrize("name", ["Cora", "Owen", "Fay"])
def test_a_card_is_moved_and_taken_off_by_who_placed_it_the_owner_and_who_leads(name: str) -> None:
    circle = led(board())
    place(circle, "Cora", "a", "Dit")
    circle.by(name, boards.move, "a" * 32, 2)
    assert columns(circle) == {"Dit": 2}
    circle.by(name, boards.take_off, "a" * 32)
    circle.by(name, boards.take_off, "a" * 32)
    assert texts(circle) == []


def test_nobody_else_moves_it_or_takes_it_off() -> None:
    circle = led(board())
    place(circle, "Cora", "a", "Dit")
    for verb, args in ((boards.move, ("a" * 32, 1)), (boards.take_off, ("a" * 32,))):
        with pytest.raises(Refused, match="van iemand anders"):
            circle.by("Carl", verb, *args)
    assert columns(circle) == {"Dit": 0}


def test_who_takes_a_card_off_leaves_the_others_where_they_lie() -> None:
    circle = led(board())
    for name, op in (("Cora", "a"), ("Carl", "b"), ("Cleo", "c")):
        place(circle, name, op, name)
    circle.by("Carl", boards.take_off, "b" * 32)
    assert texts(circle) == ["Cora", "Cleo"]


# A time line


def test_on_a_time_line_a_card_goes_one_place_and_no_further_than_the_ends() -> None:
    circle = led(board("line"))
    for op, text in zip("abc", ("een", "twee", "drie"), strict=True):
        place(circle, "Cora", op, text)
    circle.by("Cora", boards.move, "c" * 32, -1)
    assert texts(circle) == ["een", "drie", "twee"]
    circle.by("Cora", boards.move, "a" * 32, 1)
    assert texts(circle) == ["drie", "een", "twee"]
    for card, way in (("c", -1), ("b", 1), ("a", 0)):
        circle.by("Cora", boards.move, card * 32, way)
    assert texts(circle) == ["drie", "een", "twee"]
    assert set(columns(circle).values()) == {0}


def test_the_same_tap_twice_moves_a_card_on_a_time_line_once() -> None:
    circle = led(board("line", max=4))
    for op, text in zip("abcd", ("een", "twee", "drie", "vier"), strict=True):
        place(circle, "Cora", op, text)
    for _ in range(2):  # held back, or its answer lost: what was right before it is no more
        circle.by("Cora", boards.move, "d" * 32, -1, "c" * 32)
        assert texts(circle) == ["een", "twee", "vier", "drie"]
    for _ in range(2):
        circle.by("Fay", boards.move, "a" * 32, 1, "b" * 32)
        assert texts(circle) == ["twee", "een", "vier", "drie"]
    for way, beside in ((1, "b"), (-1, "d"), (1, "z")):
        before = circle.room
        assert circle.by("Cora", boards.move, "a" * 32, way, beside * 32) is before


def test_a_question_that_was_asked_between_two_moments_is_no_place_on_the_time_line() -> None:
    circle = to_phase(Circle(method="socratic").to_method(), "clarify")
    circle.by("Cora", boards.place, "moments", "a" * 32, 0, "eerst")
    circle.by("Cora", turns.ask, "q" * 32, "Wat zag je?")
    circle.by("Fay", turns.give)
    circle.by("Cora", boards.place, "moments", "b" * 32, 0, "toen")
    circle.by("Cora", boards.move, "b" * 32, -1)

    lying = next(s for s in view(circle.room, "screen").shelves if s.input.id == "moments")
    assert [c.text for c in lying.cards] == ["toen", "eerst"]
    assert turns.asked(circle.room).text == "Wat zag je?"  # type: ignore[union-attr]


def test_a_question_in_the_queue_or_asked_is_not_moved_like_a_card_on_a_board() -> None:
    circle = to_phase(Circle(method="socratic").to_method(), "clarify")
    circle.by("Cora", turns.ask, "q" * 32, "Wat zag je?")
    circle.by("Fay", turns.give)
    for verb, args in ((boards.take_off, ("q" * 32,)), (boards.move, ("q" * 32, 1))):
        with pytest.raises(Refused):
            circle.by("Cora", verb, *args)
    circle.by("Cora", boards.place, "moments", "q" * 32, 0, "een moment")
    assert turns.asked(circle.room).text == "Wat zag je?"  # type: ignore[union-attr]


def test_the_owner_who_only_listens_corrects_nothing_on_the_board() -> None:
    for listens, taken in (("owner", False), ("", True)):
        circle = led(made(replace(board().phases[0], listens=listens), board().phases[1]))
        place(circle, "Cora", "a", "Dit")
        drawn = regions().audience("seat", page(circle, "Owen"), "nl")["stage"]
        assert ("Haal weg" in drawn) == taken
        if taken:
            circle.by("Owen", boards.take_off, "a" * 32)
        else:
            with pytest.raises(Refused):
                circle.by("Owen", boards.take_off, "a" * 32)
        assert texts(circle) == ([] if taken else ["Dit"])


# Late, back, next, repeat, loops, the end


def test_what_a_network_held_back_changes_nothing_in_a_phase_without_a_board() -> None:
    circle = led(board())
    place(circle, "Cora", "a", "Dit")
    circle.next()
    before = circle.room
    assert circle.by("Cora", boards.take_off, "a" * 32) == before
    assert circle.by("Cora", boards.move, "a" * 32, 1) == before
    with pytest.raises(Refused, match="net voorbij"):
        place(circle, "Cora", "b", "Dat")
    lead(circle, flow.back)
    assert texts(circle) == ["Dit"]


def test_back_next_repeat_and_skip_leave_the_board_as_it_was() -> None:
    circle = led(board())
    place(circle, "Cora", "a", "Dit", column=1)
    was = shelf(circle)
    circle.next()
    lead(circle, flow.back)
    assert shelf(circle) == was
    lead(circle, flow.repeat)
    assert shelf(circle) == was
    place(circle, "Cora", "a", "Toch dit")
    lead(circle, flow.skip)
    lead(circle, flow.back)
    assert texts(circle) == ["Toch dit"]


def looped() -> Circle:
    """A board with a card of Cora's, once round."""
    methods = made(
        step("lay", line("board", "cards", max=1, chars=60, live=True, shape="columns", options=THREE)),
        step("helped", back="lay", again=2),
    )
    circle = led(methods)
    place(circle, "Cora", "a", "Dit")
    circle.next()
    lead(circle, flow.loop)
    return circle


def test_after_a_loop_the_card_of_before_is_marked_and_does_not_count_as_one_of_now() -> None:
    circle = looped()
    assert [(c.text, c.old) for c in shelf(circle).cards] == [("Dit", True)]
    assert own(circle, "Cora").tasks[0].slots == ()
    place(circle, "Cora", "b", "Nu dit")

    assert [(c.text, c.old) for c in shelf(circle).cards] == [("Dit", True), ("Nu dit", False)]
    assert [s.text for s in own(circle, "Cora").tasks[0].slots] == ["Nu dit"]


def test_a_card_of_the_loop_before_that_is_sent_again_does_not_become_one_of_now() -> None:
    circle = looped()
    before = circle.room
    assert place(circle, "Cora", "a", "Dit") == before
    assert place(circle, "Cora", "a", "") == before


def test_the_second_case_has_an_empty_board_and_back_finds_the_first() -> None:
    circle = two_cases(board())
    place(circle, "Carl", "a", "Voor Owen")
    to_phase(circle, "lay", "Cora")
    assert texts(circle) == []
    assert own(circle, "Carl").tasks[0].slots == ()
    circle.by("Carl", boards.take_off, "a" * 32)  # of the first case, where it stays
    place(circle, "Cem", "b", "Voor Cora")
    with pytest.raises(Refused, match="van iemand anders"):
        circle.by("Owen", boards.take_off, "b" * 32)  # the owner of before
    circle.by("Cora", boards.take_off, "b" * 32)
    assert texts(circle) == []
    for _ in range(3):  # over the breather
        lead(circle, flow.back)

    assert texts(circle) == ["Voor Owen"]


def test_who_left_leaves_the_card_and_the_others_go_on() -> None:
    circle = led(board())
    place(circle, "Carl", "a", "Dit")
    gone(circle, "Carl", "left")
    assert texts(circle) == ["Dit"]
    circle.by("Fay", boards.move, "a" * 32, 1)
    assert columns(circle) == {"Dit": 1}


def test_after_the_end_nothing_is_placed_and_the_board_holds_no_tag() -> None:
    circle = led(board())
    place(circle, "Cora", "a", "Dit")
    to_phase(circle, "closing")
    circle.by("Fay", closing.close, circle.now, circle.rng)
    kept = circle.room.rounds["0:lay"].cards

    assert kept == (Card(id="a" * 32, text="Dit", seat=circle.seat("Cora"), input="board"),)
    with pytest.raises(Refused, match="rond"):
        place(circle, "Cora", "b", "Dat")
    with pytest.raises(Refused, match="rond"):
        circle.by("Cora", boards.take_off, "a" * 32)


# Written first, opened together, and then seen in columns


def forces() -> Circle:
    """The ten-step method's board of cards without a name."""
    return to_phase(Circle(method="ten-step").to_method(), "forces")


def force(circle: Circle, name: str, text: str, column: int, rev: int = 1) -> Room:
    tag = circle.tag(name)
    mark, ready = tags.card(tag, circle.room, "forces-board", 0), tags.ready(tag, circle.room)
    return circle.by(name, cards.lay, "forces-board", 0, rev, text, tag=mark, ready=ready, column=column)


def test_cards_without_a_name_open_together_in_their_columns() -> None:
    circle = forces()
    force(circle, "Cora", "de haast", 2)
    assert own(circle, "Cora").tasks[0].slots[0].column == 2
    force(circle, "Cora", "de haast", 1, rev=2)
    with pytest.raises(Refused, match="waar deze kaart hoort"):
        force(circle, "Carl", "iets", 3)
    hidden = [msgspec.json.encode(view(circle.room, role)) for role in INSIDE]
    circle.next()
    shown = next(s for s in view(circle.room, "screen").shelves if s.input.id == "forces-board")

    assert not any(b"de haast" in page for page in hidden)
    assert [(c.text, c.column, c.name) for c in shown.cards] == [("de haast", 1, "")]


def test_on_a_board_without_names_nothing_is_placed_moved_or_taken_off() -> None:
    circle = forces()
    with pytest.raises(Refused):
        circle.by("Cora", boards.place, "forces-board", "a" * 32, 0, "de haast")
    force(circle, "Cora", "de haast", 2)
    circle.next()
    card = this_round(circle.room).cards[0].id
    for name in ("Cora", "Owen", "Fay"):
        for verb, args in ((boards.move, (card, 1)), (boards.take_off, (card,))):
            with pytest.raises(Refused):
                circle.by(name, verb, *args)
    assert this_round(circle.room).cards[0].column == 2


def test_the_methods_that_ship_have_boards_of_every_shape() -> None:
    shapes = {i.shape for m in catalogue().values() for p in m.phases for i in p.inputs if i.live}
    assert {"columns", "four", "line"} <= shapes


def test_another_text_for_a_card_of_an_earlier_round_is_not_swallowed() -> None:
    circle = led(board())
    place(circle, "Cora", "a", "Van eerder")
    now = this_round(circle.room)
    circle.room = with_round(circle.room, cards=tuple(replace(c, state="old") for c in now.cards))
    before = place(circle, "Cora", "a", "Van eerder")  # the same once more
    with pytest.raises(Refused, match="ligt er al"):
        place(circle, "Cora", "a", "Van nu")
    assert circle.room == before
