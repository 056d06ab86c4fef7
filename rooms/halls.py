"""Halls: rooms of more chairs than one table has. Nobody knows everybody there, so what names everybody elsewhere
counts them; turns do not go round, the floor is for who asks; and a count moves in steps."""

from __future__ import annotations

from rooms.room import Room

TABLE = 60  # people at one table, chairs without a phone among them: what a page is still drawn for in a moment
MOST = 5_000  # chairs of a hall
PAGE = 20  # people, cases or cards that are shown at a time
STEPS = 20  # in which a count goes from none to all


def is_hall(room: Room) -> bool:
    """Whether a room is a hall. It never becomes one and never stops being one: a table grows to `TABLE` at most."""
    return room.chairs > TABLE


def stepped(n: int, total: int) -> int:
    """A count as a hall sees it: of `total`, in steps of five percent, and never more than there are. All is all."""
    return n if n >= total else n * STEPS // total * total // STEPS
