"""What an audience sees of cards: the question asked, who waits, and what lies open."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from rooms import picks, texts
from rooms.methods import Input
from rooms.rights import LEAD
from rooms.ring import initials_of
from rooms.room import Card, Room, Seat, phase, this_round
from rooms.scales import FEWEST


class CardView(Struct, frozen=True):
    """A card as everybody in the audience sees it."""

    id: str
    text: str
    name: str = ""
    initials: str = ""
    state: str = ""
    picked: bool = False
    speaks: bool = False


class Field(Struct, frozen=True):
    """A shared field and its versions so far."""

    input: Input
    versions: tuple[str, ...]


class Shelf(Struct, frozen=True):
    """An input with cards: what is open, and for a pick what the owner took along."""

    input: Input
    cards: tuple[CardView, ...]
    results: tuple[int, ...] = ()  # numbers without a name, in order of size; none below five answers
    few: bool = False  # there are answers, and too few to show


def card_view(room: Room, card: Card | None, *, picked: bool = False) -> CardView | None:
    """A card as an audience sees it, with the name of who signed it."""
    if card is None:
        return None
    someone: Seat | None = room.seats.get(card.seat)
    return CardView(
        id=card.id,
        text=card.text,
        name=someone.name if someone else "",
        initials=initials_of(room).get(card.seat, ""),
        state=card.state,
        picked=picked,
        speaks=bool(card.seat) and card.seat == this_round(room).floor,
    )


def queue(room: Room, role: str) -> tuple[CardView, ...]:
    """Who waits for the floor; only the facilitator reads the questions beforehand."""
    cards = [card_view(room, c) for c in this_round(room).queue]
    whole = [c for c in cards if c]
    if role == LEAD:
        return tuple(whole)
    return tuple(CardView(id="", text="", name=c.name, initials=c.initials) for c in whole[:1])


def fields(room: Room) -> tuple[Field, ...]:
    """The shared fields of this phase."""
    return tuple(Field(i, texts.versions(room, i)) for i in phase(room).inputs if i.kind == "text")


def shelves(room: Room) -> tuple[Shelf, ...]:
    """The open cards of this phase, and what can be picked."""
    now = this_round(room)
    found: list[Shelf] = []
    for line in phase(room).inputs:
        if line.kind == "cards" and not line.live:
            whole = [card_view(room, c) for c in now.cards if c.input == line.id]
            picked = set(_picked_from(room, line.id))
            cards = tuple(replace(c, picked=c.id in picked) for c in whole if c)
            found.append(Shelf(line, cards))
        elif line.kind == "pick" and all(s.input.id != line.of for s in found):
            chosen_ids = now.picked.get(line.id, ())
            whole = [card_view(room, c, picked=c.id in chosen_ids) for c in picks.choices(room, line)]
            found.append(Shelf(line, tuple(c for c in whole if c)))
        elif line.kind == "scale" and line.who != "owner":
            results = now.results.get(line.id, ())
            few = len(results) < FEWEST
            found.append(Shelf(line, (), () if few else results, few and bool(results)))
    return tuple(found)


def _picked_from(room: Room, cards_input: str) -> tuple[str, ...]:
    now = this_round(room)
    return next((now.picked.get(i.id, ()) for i in phase(room).inputs if i.kind == "pick" and i.of == cards_input), ())
