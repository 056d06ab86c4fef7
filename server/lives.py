"""How long what is kept lives, whichever kind it is, and what a circle tells its group before it goes."""

from __future__ import annotations

import contextlib

from rooms import closing, flow
from rooms.room import Room
from rooms.trajectory import held
from rooms.trajectory.group import Group
from server.database import Damaged
from server.documents import Document, NoRoom
from server.store import Store

GROUP = 400 * 86_400_000  # ms that a group is kept after it was begun, and after each of its meetings


def due(document: Document, kept: int) -> int | None:
    """When (ms) it must be looked at; `kept` is how long (ms) a meeting stays after its end."""
    return document.until if isinstance(document, Group) else closing.due(document, kept)


def closes(old: Document, new: Document) -> bool:
    """Whether a change closed something of which no older version may come back."""
    return isinstance(old, Room) and isinstance(new, Room) and flow.moved(old, new)


async def erase(store: Store, alias: str, now: int) -> None:
    """Erases a circle; its group gets the facts first, also of a meeting that nobody closed (`now` in ms). What does
    not open any more, or is a group, has nothing to tell."""
    with contextlib.suppress(Damaged, NoRoom):
        await tell(store, closing.expire(await store.load(alias), now))
    await store.erase(alias)


async def tell(store: Store, room: Room) -> None:
    """A circle that is over leaves its facts with its group, if that is still there. Twice is once."""
    if room.group and room.over:
        with contextlib.suppress(NoRoom):
            await store.change(room.group, held.hold, room.meeting, room.id, held.facts(room), room.over + GROUP)
