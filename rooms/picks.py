"""The owner picks: which cards to take along, at most as many as the method says."""

from __future__ import annotations

import hashlib

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
    said = [text for text in lines if text]
    return tuple(Card(id=_name(text, said[:n].count(text)), text=text, input=line.of) for n, text in enumerate(said))


def _name(text: str, nth: int) -> str:
    """The name of a line of a text: by its words, for another line may come above it."""
    return f"line-{hashlib.sha256(text.encode()).hexdigest()[:16]}-{nth}"


def source(room: Room, line: Input) -> Input:
    """The input that a pick refers to: in this phase or an earlier one."""
    inputs = (i for e in room.agenda for i in e.phase.inputs)
    return next(i for i in inputs if line.of in (i.id, i.field))


def pick(room: Room, by: str, input_id: str, card: str, *, on: bool) -> Room:
    """Takes a card along, or not after all. Only the owner; nothing is ranked or rejected."""
    the_owner(room, by)
    line = find(room, input_id, "pick")
    lie, now = {c.id for c in choices(room, line)}, this_round(room)
    if card not in lie:
        raise Refused("Die kaart is er niet.")
    # what was taken off a board since, nobody could let go
    rest = tuple(c for c in now.picked.get(input_id, ()) if c != card and c in lie)
    if on and line.max and len(rest) >= line.max:
        raise Refused("Je koos er al {n}. Laat er eerst één los.", n=line.max)
    return with_round(room, picked={**now.picked, input_id: (*rest, card) if on else rest})
