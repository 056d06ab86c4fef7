"""What the owner takes along stays the same thing, whatever comes above it or is taken away."""

from __future__ import annotations

import pytest

from rooms import boards, flow, picks, sorts, texts
from rooms.methods import Method
from rooms.refusal import Refused
from rooms.room import phase
from rooms.view import view
from tests.made import led, line, made, step, to_phase, words
from tests.people import Circle


def of_text(kind: str = "pick", **fields: object) -> Method:
    """The circle writes together, a thought per line; the owner picks or sorts."""
    joint = line("joint", "text", who="consultants", field="joint", chars=400)
    return made(step("together", joint), step("later", line("take", kind, who="owner", of="joint", **fields)))


def put(circle: Circle, text: str) -> None:
    circle.by("Cora", texts.put, "joint", text)


def name_of(circle: Circle, text: str) -> str:
    source = next(i for i in phase(circle.room).inputs if i.of)
    return next(c.id for c in picks.choices(circle.room, source) if c.text == text)


def taken(circle: Circle) -> list[str]:
    return [c.text for s in view(circle.room, "member").shelves for c in s.cards if c.picked]


def add_above(circle: Circle, text: str) -> None:
    """Back to the writing, for a line on top."""
    circle.by("Fay", flow.back, flow.pointer(circle.room), circle.now, circle.rng)
    put(circle, text)
    circle.next()


def test_a_picked_line_stays_picked_when_another_comes_above_it() -> None:
    circle = led(of_text(max=2))
    put(circle, "Bel haar\n\nWacht af")
    to_phase(circle, "later")
    circle.by("Owen", picks.pick, "take", name_of(circle, "Wacht af"), on=True)
    add_above(circle, "Vraag het hem\nBel haar\n\nWacht af")

    assert taken(circle) == ["Wacht af"]


def test_a_sorted_line_keeps_its_label_when_another_comes_above_it() -> None:
    circle = led(of_text(kind="sort", options=words("wel", "niet")))
    put(circle, "Bel haar\nWacht af")
    to_phase(circle, "later")
    circle.by("Owen", sorts.put, "take", name_of(circle, "Wacht af"), 1)
    add_above(circle, "Vraag het hem\nBel haar\nWacht af")

    assert {c.text: c.place for s in view(circle.room, "member").shelves for c in s.cards}["Wacht af"] == 1


def test_of_two_equal_lines_one_is_picked() -> None:
    circle = led(of_text(max=2))
    put(circle, "Bel haar\nBel haar")
    to_phase(circle, "later")
    circle.by("Owen", picks.pick, "take", name_of(circle, "Bel haar"), on=True)

    assert taken(circle) == ["Bel haar"]


@pytest.fixture
def board() -> Circle:
    """Two cards on a board, in the phase in which the owner takes one along."""
    lay = line("board", "cards", who="owner", max=3, chars=60, live=True, shape="line", signed=True)
    pick = line("take", "pick", who="owner", of="board", max=1)
    circle = led(made(step("lay", lay), step("later", pick)))
    for op in "ab":
        circle.by("Owen", boards.place, "board", op * 32, 0, f"kaart {op}")
    return to_phase(circle, "later")


def test_a_picked_card_that_was_taken_off_its_board_does_not_count_to_the_most(board: Circle) -> None:
    board.by("Owen", picks.pick, "take", "a" * 32, on=True)
    with pytest.raises(Refused):
        board.by("Owen", picks.pick, "take", "b" * 32, on=True)
    board.by("Fay", flow.back, flow.pointer(board.room), board.now, board.rng)
    board.by("Owen", boards.take_off, "a" * 32)
    board.next()
    board.by("Owen", picks.pick, "take", "b" * 32, on=True)

    assert taken(board) == ["kaart b"]
