"""Long lists of a hall, a page at a time: the people by name for who leads, the cases for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from msgspec import Struct

from rooms import cardview
from rooms.cardview import CardView, Shelf
from rooms.halls import PAGE
from rooms.peopleview import Person, rows
from rooms.room import Room, here
from rooms.view import CaseView, View, takeaways

T = TypeVar("T")


class Page(Struct, Generic[T], frozen=True):
    """Some of a list: page `n` (from 1) of `of`, of `total` in all; `first` is the place of its first, from 1."""

    items: tuple[T, ...]
    n: int
    of: int
    total: int
    first: int


def paged(whole: Sequence[T], n: int, size: int = PAGE) -> Page[T]:
    """Page `n` of a list; the nearest there is when there is no such page."""
    of = max(-(-len(whole) // size), 1)
    n = min(max(n, 1), of)
    start = (n - 1) * size
    return Page(tuple(whole[start : start + size]), n, of, len(whole), start + 1)


def people(room: Room, n: int) -> Page[Person]:
    """Everybody in the circle, by name."""
    page = paged(sorted(here(room), key=lambda s: (s.name.casefold(), s.place)), n)
    return Page(rows(room, page.items), page.n, page.of, page.total, page.first)


def letters(room: Room) -> tuple[str, ...]:
    """With what letters the name begins that each of those pages begins with."""
    names = sorted(s.name.casefold() for s in here(room))
    return tuple(name[:2].capitalize() for name in names[::PAGE])


def table(room: Room, view: View, n: int) -> Page[CaseView]:
    """A page of what an audience may read now in full: the cases from the reading to the end of the vote, the open
    cards of a method's step with the name of who signed one, the sentences of the end."""
    if view.cases:
        return paged(view.cases, n)
    if view.takeaways:
        return paged([CaseView("", ("", "", text)) for text in takeaways(room)], n)
    return paged([CaseView(c.id, (c.name, "", c.text)) for _, c in _laid(room, view)], n)


def cards(room: Room, view: View, page: Page[CaseView]) -> dict[str, tuple[Shelf, CardView]]:
    """The open cards of such a page by id, each with the shelf it lies on: what its owner may do with it is there."""
    if view.cases or view.takeaways:
        return {}
    here = {item.id for item in page.items}
    return {card.id: (shelf, card) for shelf, card in _laid(room, view) if card.id in here}


def _laid(room: Room, view: View) -> list[tuple[Shelf, CardView]]:
    shelves = () if view.listens or not view.shelves else cardview.shelves(room, view.role, whole=True)
    return [(shelf, card) for shelf in shelves for card in shelf.cards]
