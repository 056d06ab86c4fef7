"""The owner sorts or rates cards: a label or a number each, seen by all at once, and never a reason."""

from __future__ import annotations

from rooms.cards import find
from rooms.methods import Input, Text
from rooms.picks import choices
from rooms.refusal import Refused
from rooms.rights import the_owner
from rooms.room import Room, entry, key, this_round, with_round


def put(room: Room, by: str, input_id: str, card: str, value: int | None) -> Room:
    """Gives a card a label (from 0) or a number; None takes it away. Only the owner."""
    the_owner(room, by)
    line = find(room, input_id, "sort", "scale")
    if line.kind == "scale" and not line.of or all(c.id != card for c in choices(room, line)):
        raise Refused("Die kaart is er niet.")
    low, high = limits(line)
    if value is not None and not low <= value <= high:
        raise Refused("Kies een getal van {low} tot {high}.", low=low, high=high)
    rest = {c: v for c, v in given(room, line).items() if c != card}
    found = rest if value is None else {**rest, card: value}
    return with_round(room, sorted={**this_round(room).sorted, input_id: found})


def limits(line: Input) -> tuple[int, int]:
    """The lowest and the highest a card can get."""
    return (line.low, line.high) if line.kind == "scale" else (0, len(line.options) - 1)


def given(room: Room, line: Input) -> dict[str, int]:
    """What the owner gave each card so far."""
    return this_round(room).sorted.get(line.id, {})


def carried(room: Room, source: Input) -> tuple[tuple[Text, ...], dict[str, int]]:
    """What the owner last sorted the same cards under in an earlier phase of this case: the labels, and which of them
    (from 0) each card got. What a loop lets begin anew is not among it."""
    for at in reversed(range(room.at)):
        done = room.rounds.get(key(room, at))
        if done is None or room.agenda[at].case != entry(room).case:
            continue
        for line in room.agenda[at].phase.inputs:
            if line.kind == "sort" and line.of in (source.id, source.field) and done.sorted.get(line.id):
                return line.options, done.sorted[line.id]
    return (), {}
