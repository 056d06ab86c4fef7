"""The owner picks: which cards to take along, at most as many as the method says."""

from __future__ import annotations

from rooms import texts
from rooms.cards import find
from rooms.methods import Input
from rooms.refusal import Refused
from rooms.rights import the_owner
from rooms.room import Card, Room, entry, this_round, with_round


def choices(room: Room, line: Input) -> tuple[Card, ...]:
    """What can be picked: cards of the input the pick refers to, or the lines of a shared text."""
    for key, now in room.rounds.items():
        if not key.startswith(f"{entry(room).case}:"):
            continue  # another case of the same meeting
        cards = tuple(c for c in now.cards if c.input == line.of)
        if cards:
            return cards
    lines = (texts.versions(room, source(room, line)) or ("",))[-1].splitlines()
    return tuple(Card(id=f"line-{i}", text=text, input=line.of) for i, text in enumerate(lines) if text)


def source(room: Room, line: Input) -> Input:
    """The input that a pick refers to: in this phase or an earlier one."""
    inputs = (i for e in room.agenda for i in e.phase.inputs)
    return next(i for i in inputs if line.of in (i.id, i.field))


def pick(room: Room, by: str, input_id: str, card: str, *, on: bool) -> Room:
    """Takes a card along, or not after all. Only the owner; nothing is ranked or rejected."""
    the_owner(room, by)
    line = find(room, input_id, "pick")
    if all(c.id != card for c in choices(room, line)):
        raise Refused("Die kaart is er niet.")
    now = this_round(room)
    rest = tuple(c for c in now.picked.get(input_id, ()) if c != card)
    if on and line.max and len(rest) >= line.max:
        raise Refused("Je koos er al {n}. Laat er eerst één los.", n=line.max)
    return with_round(room, picked={**now.picked, input_id: (*rest, card) if on else rest})
