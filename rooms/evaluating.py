"""What the closing asks, chosen by who leads, and what stays of the answers: of each line the middle one, in whole
points, where five or more answered. Asked to learn from together, and no grade."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from rooms.methods import NONE, Text
from rooms.promises import numbers
from rooms.refusal import Refused
from rooms.rights import leader
from rooms.room import Room, Round, key

FOLDER = Path(__file__).with_name("evaluation")
MOST = 5  # from 1
LOW = 2  # up to here no number is shown: there is something to talk about
USUAL = "after"


class Item(Struct, frozen=True, forbid_unknown_fields=True):
    """A line to answer. `part` names what it begins; `turned`, where there is one, is what its result says."""

    says: Text
    part: Text = NONE
    turned: Text = NONE


class Questions(Struct, frozen=True, forbid_unknown_fields=True):
    """What may be asked at the end; rooms/evaluation/sets.toml says what its fields mean."""

    name: Text
    use: Text
    lines: tuple[str, ...]
    talk: tuple[Text, ...] = ()
    closer: bool = False


class Outcome(Struct, frozen=True):
    """What a group may keep of a meeting: what was asked, and the middle answer of each line that has one, turned round
    where its line is. Nothing else: no single answer, no range, no count."""

    asked: str
    middles: dict[str, int]


@cache
def items() -> dict[str, Item]:
    """Every line, by its id."""
    return msgspec.convert(tomllib.loads(FOLDER.joinpath("items.toml").read_text(encoding="utf-8")), dict[str, Item])


@cache
def sets() -> dict[str, Questions]:
    """Everything that may be asked, by its id, in the order in which it is offered."""
    text = FOLDER.joinpath("sets.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, Questions])


def named(room: Room) -> str:
    """What this meeting asks at its end, by its id: as who leads chose, or as its method says."""
    return room.evaluation or (room.method.asks if room.method else "") or USUAL


def asked(room: Room) -> Questions:
    """The same, with its lines."""
    return sets()[named(room)]


def may_choose(room: Room) -> bool:
    """Whether what is asked can still be chosen: until its lines were opened once, wherever the circle is now."""
    end = room.rounds.get(key(room, len(room.agenda) - 1))
    return not room.over and (end is None or end.stage == 0)


def choose(room: Room, by: str, name: str) -> Room:
    """Who leads chooses what is asked at the end."""
    leader(room, by)
    if name not in sets():
        raise Refused("Die vragen kennen we niet.")
    if name != named(room) and not may_choose(room):
        raise Refused("De regels liggen al open. Nu kiest niemand meer andere.")
    return room if name == named(room) else replace(room, evaluation=name)


def counted(room: Room) -> dict[str, int]:
    """The middle answers of the closing, by line, in the order in which they were asked; of the room before its tags
    and marks go."""
    end = room.rounds.get(key(room, len(room.agenda) - 1)) if room.agenda else None
    found = ((name, _middle(name, end)) for name in asked(room).lines) if end else ()
    return {name: value for name, value in found if value is not None}


def _middle(name: str, end: Round) -> int | None:
    given = (mark.value for mark in end.marks.values() if mark.input == name)
    return middle(tuple(MOST + 1 - v if items()[name].turned.nl else v for v in given))


def middle(values: tuple[int, ...]) -> int | None:
    """The middle answer in whole points, or None below five answers."""
    return sorted(values)[(len(values) - 1) // 2] if numbers(values) else None


def outcome(room: Room) -> Outcome | None:
    """What a group may keep of this meeting; None until it is over."""
    return Outcome(named(room), dict(room.middles)) if room.over else None


def shown(room: Room) -> tuple[tuple[str, int], ...]:
    """The middle answers as everybody reads them: 0 where there is something to talk about."""
    found = outcome(room)
    return tuple((name, value if value > LOW else 0) for name, value in found.middles.items()) if found else ()
