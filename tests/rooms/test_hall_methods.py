"""Every method in a hall of seventy: all that a page offers is done by everybody, and all that is written is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from rooms import boards, cardview, flow, paging, picks
from rooms.halls import PAGE, is_hall
from rooms.methodfiles import catalogue, read
from rooms.methods import is_board
from rooms.refusal import Refused
from rooms.rights import LEAD, OWNER, SCREEN
from rooms.room import phase, this_round
from rooms.view import View, view
from tests.made import files
from tests.people import CAST, Circle
from tests.rooms.playing import Play, unused

SEVENTY = (*CAST, *(f"Naam{n:02}" for n in range(64)))
CHAIRS = 80


class Hall(Play):
    """A method in a hall, in which what does not lie on a page of the room stands on pages of its own."""

    def _view(self, audience: str) -> View:
        seen = super()._view(audience)
        if audience != SCREEN:
            for n in range(1, paging.table(self.circle.room, seen, 1).of + 1):
                page = paging.table(self.circle.room, seen, n)
                assert len(page.items) <= PAGE
                self.seen |= {item.texts[2] for item in page.items}
        return seen


ALWAYS = ("m05-gossip", "m14-incidents", "m17-troika")  # cards without a name, a board, groups


@pytest.mark.parametrize("path", files(ALWAYS), ids=lambda p: p.stem)
def test_every_method_is_played_to_its_end_and_all_that_is_written_is_read(path: Path) -> None:
    method = read(path.read_text(encoding="utf-8"))
    play = Hall(method, *SEVENTY, chairs=CHAIRS)
    assert is_hall(play.circle.room)
    play.through()
    assert phase(play.circle.room).kind == "closing"
    assert unused(method, play) == set()
    assert play.wrote - play.seen == set()


def test_without_the_pages_of_its_own_much_is_not_read() -> None:
    """The control: the same hall, of which only the pages of the room are read."""
    play = Play(catalogue()["moral-deliberation"], *SEVENTY, chairs=CHAIRS).through()
    assert len(play.wrote - play.seen) > len(SEVENTY)


def at(circle: Circle, kind: str) -> Circle:
    """At the first step in which somebody may pick, or place cards on a board."""
    while not any(line.kind == kind or kind == "board" and is_board(line) for line in phase(circle.room).inputs):
        circle.by("Fay", flow.skip, flow.pointer(circle.room), circle.now, circle.rng)
    return circle


def test_an_owner_of_a_hall_finds_every_card_to_choose_from_on_a_page() -> None:
    play = Hall(catalogue()["gossip"], *SEVENTY, chairs=CHAIRS)
    while not any(line.kind == "pick" for line in phase(play.circle.room).inputs):
        play.fill()
        play.circle.next()
    play.fill()
    play.circle.next()
    room = play.circle.room
    line = next(line for line in phase(room).inputs if line.kind == "pick")
    lie = {card.id for card in picks.choices(room, line)}
    shown = view(room, OWNER)
    pages = [paging.table(room, shown, n) for n in range(1, paging.table(room, shown, 1).of + 1)]
    offered = {i: card for page in pages for i, card in paging.cards(room, shown, page).items()}
    assert len(lie) > cardview.MANY
    assert lie == offered.keys()
    assert sum(shelf.more for shelf in shown.shelves) == len(lie) - cardview.MANY


def test_who_leads_and_the_owner_take_any_card_off_a_board_and_others_their_own() -> None:
    circle = at(Hall(catalogue()["learning-from-incidents"], *SEVENTY, chairs=CHAIRS).circle, "board")
    line = next(line for line in phase(circle.room).inputs if is_board(line))
    for n, name in enumerate(SEVENTY):
        circle.by(name, boards.place, line.id, f"{n:032}", 0, f"Kaart van {name}")
    assert len(view(circle.room, LEAD).shelves[0].cards) == PAGE
    last = this_round(circle.room).cards[-1].id
    with pytest.raises(Refused):
        circle.by("Cora", boards.take_off, last)
    circle.by("Fay", boards.take_off, last)
    assert last not in {card.id for card in this_round(circle.room).cards}
