"""What an audience sees of cards: the question asked, who waits, and what lies open."""

from __future__ import annotations

from msgspec import Struct

from rooms import picks, promises, texts, turns
from rooms.methods import Input
from rooms.promises import Promise, sees
from rooms.ring import initials_of
from rooms.room import Card, Room, Seat, phase, this_round


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


def card_view(room: Room, card: Card, promise: Promise, *, picked: bool = False) -> CardView:
    """A card as an audience sees it, with the name of who signed it where that was said."""
    someone: Seat | None = room.seats.get(card.seat) if promise.name == "with" else None
    return CardView(
        id=card.id,
        text=card.text,
        name=someone.name if someone else "",
        initials=initials_of(room).get(someone.id, "") if someone else "",
        state=card.state,
        picked=picked,
        speaks=someone is not None and someone.id == this_round(room).floor,
    )


def queue(room: Room, role: str) -> tuple[CardView, ...]:
    """Who waits for the floor; the questions themselves for whoever may read them beforehand."""
    promise = promises.INPUTS["question"]
    whole = tuple(card_view(room, c, promise) for c in this_round(room).queue)
    if sees(promise, role):
        return whole
    return tuple(CardView(id="", text="", name=c.name, initials=c.initials) for c in whole[:1])


def asked(room: Room, role: str) -> CardView | None:
    """The question that has the floor, if it was written."""
    promise, card = promises.INPUTS["question"], turns.asked(room)
    return card_view(room, card, promise) if card and sees(promise, role, came=True) else None


def fields(room: Room, role: str) -> tuple[Field, ...]:
    """The shared fields of this phase."""
    lines = (i for i in phase(room).inputs if i.kind == "text" and sees(promises.of(i), role))
    return tuple(Field(i, texts.versions(room, i)) for i in lines)


def shelves(room: Room, role: str) -> tuple[Shelf, ...]:
    """The open cards of this phase, and what can be picked."""
    now = this_round(room)
    found: list[Shelf] = []
    for line in phase(room).inputs:
        promise = promises.of(line)
        if not sees(promise, role, came=True):
            continue
        if line.kind == "cards" and not line.live:
            picked = _picked_from(room, line.id)
            cards = (card_view(room, c, promise, picked=c.id in picked) for c in now.cards if c.input == line.id)
            found.append(Shelf(line, tuple(cards)))
        elif line.kind == "pick" and all(s.input.id != line.of for s in found):
            picked, source = now.picked.get(line.id, ()), promises.of(picks.source(room, line))
            cards = (card_view(room, c, source, picked=c.id in picked) for c in picks.choices(room, line))
            found.append(Shelf(line, tuple(cards)))
        elif line.kind == "scale":
            results = now.results.get(line.id, ())
            shown = promises.numbers(results)
            found.append(Shelf(line, (), shown, bool(results) and not shown))
    return tuple(found)


def _picked_from(room: Room, cards_input: str) -> tuple[str, ...]:
    now = this_round(room)
    return next((now.picked.get(i.id, ()) for i in phase(room).inputs if i.kind == "pick" and i.of == cards_input), ())
