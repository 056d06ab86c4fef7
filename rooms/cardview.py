"""What an audience sees of cards: the question asked, who waits, and what lies open."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from rooms import picks, promises, sorts, texts, turns, votes
from rooms.halls import PAGE, is_hall
from rooms.methods import Input, Text, is_queue, on_screen
from rooms.promises import Promise, sees
from rooms.rights import OWNER, SCREEN
from rooms.ring import initials_of
from rooms.room import Card, Room, Seat, entry, phase, this_round

MANY = 200  # cards of a hall among which an owner chooses
LAST = 9  # behind every label: what the owner put first lies first, what has no label yet lies last


class CardView(Struct, frozen=True):
    """A card as everybody in the audience sees it."""

    id: str
    text: str
    name: str = ""
    initials: str = ""
    state: str = ""
    picked: bool = False
    speaks: bool = False
    column: int = 0
    old: bool = False  # of the round before, where a method goes round again
    label: Text | None = None  # what the owner sorted it under
    place: int = -1  # of that label, from 0
    number: int | None = None  # what the owner gave it
    earlier: Text | None = None  # what the owner sorted it under in a phase before this one
    mine: bool = False


class Field(Struct, frozen=True):
    """A shared field and its versions so far."""

    input: Input
    versions: tuple[str | Text, ...]


class Shelf(Struct, frozen=True):
    """Cards that lie open, and what the owner may do with them; or the outcome of a scale or a vote."""

    input: Input
    cards: tuple[CardView, ...]
    results: tuple[int, ...] = ()  # numbers without a name, in order of size; none below five answers
    few: bool = False  # there are answers, and too few to show
    sort: Input | None = None
    rate: Input | None = None
    outcome: tuple[tuple[str | Text, int], ...] = ()  # of a vote: what was chosen, and its points, the highest first
    counted: bool = True  # False below five ballots: only what came out on top is known
    more: int = 0  # cards that lie there too, and in a hall stand on pages of their own

    @property
    def board(self) -> bool:
        """Whether the cards lie in columns, on a canvas or along a line."""
        return bool(self.input.shape)

    @property
    def lies(self) -> bool:
        """Whether there is something to see: cards, or a board that waits for them."""
        return bool(self.cards) or self.board and self.input.live


def card_view(room: Room, card: Card, promise: Promise, marks: Mapping[str, str], *, picked: bool = False) -> CardView:
    """A card as an audience sees it, with the name of who signed it where that was said. `marks`: the initials in this
    room by seat, made once for all cards. Who speaks reads a card of this step; an earlier one only lies here."""
    someone: Seat | None = room.seats.get(card.seat) if promise.name == "with" else None
    here = any(line.id == card.input for line in phase(room).inputs)
    return CardView(
        id=card.id,
        text=card.text,
        name=someone.name if someone else "",
        initials=marks.get(someone.id, "") if someone else "",
        state=card.state,
        picked=picked,
        column=card.column,
        old=card.state == "old",
        speaks=here and someone is not None and someone.id == this_round(room).floor,
    )


def queue(room: Room, role: str) -> tuple[CardView, ...]:
    """Who waits for the floor; the questions themselves for whoever may read them beforehand."""
    promise, marks = promises.INPUTS["question"], initials_of(room)
    whole = tuple(card_view(room, c, promise, marks) for c in this_round(room).queue)
    if sees(promise, role):
        return whole
    return tuple(CardView(id="", text="", name=c.name, initials=c.initials) for c in whole[:1])


def asked(room: Room, role: str) -> CardView | None:
    """The question that has the floor, if it was written."""
    promise, card = promises.INPUTS["question"], turns.asked(room)
    return card_view(room, card, promise, initials_of(room)) if card and sees(promise, role, came=True) else None


def fields(room: Room, role: str) -> tuple[Field, ...]:
    """The shared fields of this phase."""
    on = phase(room)
    lines = [i for i in on.inputs if i.kind == "text" and not texts.is_closed(room, i)]
    opened = [
        i for e in room.agenda[: room.at] for i in e.phase.inputs if i.until == on.id and e.case == entry(room).case
    ]
    shown = (i for i in [*opened, *lines] if role != SCREEN or on_screen(on, i))
    seen = (i for i in shown if sees(promises.of(i), role, came=True))
    return tuple(Field(i, tuple(texts.said(i, version) for version in texts.versions(room, i))) for i in seen)


def shelves(room: Room, role: str, *, whole: bool = False) -> tuple[Shelf, ...]:
    """The open cards of this phase, those of an earlier one that are looked at again, and what was counted. In a hall
    the first of many cards, unless `whole`; for the owner, who chooses among them, more of them."""
    now = this_round(room)
    found: list[Shelf] = []
    for line in phase(room).inputs:
        promise = promises.of(line)
        if not sees(promise, role, came=True) or role == SCREEN and not on_screen(phase(room), line):
            continue
        if line.kind == "cards" and not is_queue(line):
            laid = tuple(c for c in now.cards if c.input == line.id)
            found.append(_shelf(room, line, laid, promise))
        elif line.kind == "scale" and not line.of:
            results = now.results.get(line.id, ())
            shown = promises.numbers(results)
            found.append(Shelf(line, (), shown, bool(results) and not shown))
        elif line.kind == "vote":
            found.append(_outcome(room, line))
        elif line.of and all(s.input.id != _source(room, line).id for s in found):
            source = _source(room, line)
            if not is_queue(source):
                found.append(_shelf(room, source, picks.choices(room, line), promises.of(source)))
    if whole or not is_hall(room):
        return tuple(found)
    return tuple(_first(shelf, MANY if role == OWNER else PAGE) for shelf in found)


def _first(shelf: Shelf, most: int) -> Shelf:
    """A shelf with its first cards, and those that are read aloud or were chosen."""
    cards = tuple(c for i, c in enumerate(shelf.cards) if i < most or c.speaks or c.picked)
    return replace(shelf, cards=cards, more=len(shelf.cards) - len(cards))


def _source(room: Room, line: Input) -> Input:
    return picks.source(room, line)


def _shelf(room: Room, line: Input, laid: tuple[Card, ...], promise: Promise) -> Shelf:
    about = [i for i in phase(room).inputs if i.of and i.of in (line.id, line.field)]
    sort = next((i for i in about if i.kind == "sort"), None)
    rate = next((i for i in about if i.kind == "scale"), None)
    picked = next((this_round(room).picked.get(i.id, ()) for i in about if i.kind == "pick"), ())
    places, numbers = (sorts.given(room, i) if i else {} for i in (sort, rate))
    labels, earlier = sorts.carried(room, line)
    cards, marks = [], initials_of(room)
    for card in laid:
        place = places.get(card.id, -1)
        seen = card_view(room, card, promise, marks, picked=card.id in picked)
        label = sort.options[place] if sort and 0 <= place < len(sort.options) else None
        before = labels[earlier[card.id]] if card.id in earlier else None
        cards.append(replace(seen, label=label, place=place, number=numbers.get(card.id), earlier=before))
    if line.shape != "line":  # a time line keeps its own order
        cards.sort(key=lambda c: (earlier.get(c.id, LAST), c.place if c.place >= 0 else LAST))
    return Shelf(line, tuple(cards), sort=sort, rate=rate)


def _outcome(room: Room, line: Input) -> Shelf:
    """What was chosen in a vote, the highest first; below five ballots only what came out on top."""
    now = this_round(room)
    counted, *points = now.results.get(line.id, (0,))
    words = votes.offered(room, line)  # a card that was taken off a board since has no word any more
    order = sorted(zip(now.voted.get(line.id, ()), points, strict=False), key=lambda pair: -pair[1])
    told = tuple((words[name], n) for name, n in order if name in words and (counted or n))
    return Shelf(line, (), outcome=told, counted=counted > 0 or not told)
