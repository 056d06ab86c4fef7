"""Boards, canvases and time lines: cards that lie there at once, with the name of who placed them."""

from __future__ import annotations

from msgspec.structs import replace

from rooms.cards import column_of, find
from rooms.methods import Input, is_board
from rooms.refusal import Refused
from rooms.rights import caught_up, is_one_of
from rooms.room import Card, Room, owner, phase, seat, this_round, with_round
from rooms.words import fitted


def place(room: Room, by: str, input_id: str, op: str, column: int, text: str) -> Room:
    """A card on a board. `op` names it: again means another text or column of the same card; an empty text takes it
    off. A card of somebody else stays as it is; so does one's own of an earlier round, and another text for it is
    refused: it would be lost."""
    caught_up(room, by)
    line = _board(room, input_id)
    if not is_one_of(room, seat(room, by), line.who):
        raise Refused("Nu schrijven de anderen.")
    clean = fitted(text, line.chars)
    cards = this_round(room).cards
    old = next((c for c in cards if c.id == op), None)
    if old and (old.seat != by or old.input != line.id or old.state == "old"):
        if old.seat == by and old.input == line.id and clean not in ("", old.text):
            raise Refused("Je vorige kaart ligt er al. Tik nog eens, dan komt deze erbij.")
        return room
    if not clean:
        return _without(room, op) if old else room
    if not old and op in this_round(room).spent:
        return room  # taken off since: what a network held back does not bring it back
    if not old and sum(c.seat == by and c.input == line.id and c.state != "old" for c in cards) >= line.max:
        raise Refused("Je kunt hier {n} kaarten leggen.", n=line.max)
    new = Card(id=op, text=clean, seat=by, input=line.id, column=column_of(line, column))
    return with_round(room, cards=tuple(new if c is old else c for c in cards) if old else (*cards, new))


def not_under_another_name(room: Room, of: str, op: str) -> None:
    """Refuses a card for the seat `of` that lies there already, for somebody else: its words would be lost."""
    if any(card.id == op and card.seat != of for card in this_round(room).cards):
        raise Refused("Je vorige kaart ligt er al. Tik nog eens, dan komt deze erbij.")


def take_off(room: Room, by: str, card: str) -> Room:
    """Takes a card off the board: who placed it, the owner, or who leads."""
    return room if _may_move(room, by, card) is None else _without(room, card)


def _without(room: Room, card: str) -> Room:
    now = this_round(room)
    return with_round(room, cards=tuple(c for c in now.cards if c.id != card), spent=(*now.spent, card))


def move(room: Room, by: str, card: str, column: int, beside: str = "") -> Room:
    """Moves a card to another column; on a time line one place, to earlier (-1) or later (1); 0 is where it lies. There
    it goes past the card `beside` that was seen next to it: when another lies there now, nothing changes."""
    line, cards = _may_move(room, by, card), list(this_round(room).cards)
    if line is None:
        return room
    at = next(i for i, c in enumerate(cards) if c.id == card)
    if line.shape != "line":
        cards[at] = replace(cards[at], column=column_of(line, column))
        return with_round(room, cards=tuple(cards))
    steps = [i for i, c in enumerate(cards) if c.input == line.id]
    to = steps.index(at) + (column > 0) - (column < 0)
    if not 0 <= to < len(steps) or beside not in ("", cards[steps[to]].id):
        return room
    cards[at], cards[steps[to]] = cards[steps[to]], cards[at]
    return with_round(room, cards=tuple(cards))


def _board(room: Room, input_id: str) -> Input:
    line = find(room, input_id, "cards")
    if not is_board(line):
        raise Refused("Die kaart is er niet.")
    return line


def _may_move(room: Room, by: str, card: str) -> Input | None:
    """The board of a card, None when it was taken off already; refuses who may not move it."""
    someone = caught_up(room, by)
    found = next((c for c in this_round(room).cards if c.id == card), None)
    if found is None:
        return None
    owns = owner(room) == by and phase(room).listens != "owner"  # who only listens corrects nothing
    if by != found.seat and not owns and not someone.lead:
        raise Refused("Deze kaart is van iemand anders.")
    return _board(room, found.input)
