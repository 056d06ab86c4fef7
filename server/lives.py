"""How long what is kept lives, whichever kind it is, and what a circle tells its group before it goes."""

from __future__ import annotations

import contextlib
import secrets
from datetime import datetime

from rooms import closing, flow, stays
from rooms.refusal import Refused
from rooms.room import Room
from rooms.trajectory import held, register
from rooms.trajectory.group import Group, of_room
from rooms.trajectory.register import Register
from server.database import Damaged
from server.documents import Document, NoRoom
from server.i18n import clock_of
from server.steady import now_ms
from server.store import Store

CANNOT = (NoRoom, Damaged, Refused)  # gone, or unable to take a meeting's facts: it keeps no circle alive
GROUP = 400 * 86_400_000  # ms that a group is kept after it was begun, and after each of its meetings


def due(document: Document, kept: int) -> int | None:
    """When (ms) it must be looked at; `kept` is how long (ms) a meeting stays after its end."""
    return closing.due(document, kept) if isinstance(document, Room) else document.until


def closes(old: Document, new: Document) -> bool:
    """Whether a change closed something of which no older version may come back: a step, or a name that somebody took
    away."""
    if isinstance(old, Register) and isinstance(new, Register):
        return any(new.names.get(member) != named for member, named in old.names.items())
    return isinstance(old, Room) and isinstance(new, Room) and flow.moved(old, new)


def noted(document: Document) -> Document:
    """A group's circle with who came and went by a change; anything else as it is."""
    return stays.noted(document, now_ms()) if isinstance(document, Room) else document


async def erase(store: Store, alias: str, now: int) -> None:
    """Erases a circle; its group gets the facts first, also of a meeting that nobody closed (`now` in ms). What does
    not open any more, or is a group, has nothing to tell."""
    with contextlib.suppress(Damaged, NoRoom):
        await tell(store, closing.expire(await store.load(alias), now))
    await store.erase(alias)


async def tell(store: Store, room: Room) -> None:
    """A circle that is over leaves who was there with its group's register and its facts with its group, if that is
    still there: each in a change of its own, and the group's last, so that what was cut short is told again. Twice is
    once."""
    if room.group and room.over:
        with contextlib.suppress(*CANNOT):
            group = await store.group(room.group)
            nr = of_room(group, room.id)
            if nr is not None:
                with contextlib.suppress(*CANNOT):
                    await _attended(store, group, room)
                await store.change(group.id, held.hold, nr, room.id, held.facts(room), room.over + GROUP)


async def erase_group(store: Store, group_id: str) -> None:
    """A group, and its attendance with it, also one that a circle makes at this moment: a group without any first takes
    an id that nothing is kept under, which whoever makes one then finds. Raises NoRoom and StoreError."""
    group: Group = await store.change(group_id, held.attended, _fresh())
    await store.erase(group.register, group.id)


async def _attended(store: Store, group: Group, room: Room) -> None:
    day = datetime.fromtimestamp(room.began / 1000, clock_of(group.zone)).date().isoformat()
    sheet = register.facts(room, group, day)
    if sheet:
        await store.change(await _register(store, group), register.hold, sheet, room.over + GROUP)


async def _register(store: Store, group: Group) -> str:
    """The id of the group's register, which is made when there is something to keep. Whoever is second finds the first
    one's."""
    if group.register:
        return group.register
    fresh = Register(_fresh(), until=group.until)
    await store.create(fresh, fresh.until)
    try:
        kept = (await store.change(group.id, held.attended, fresh.id)).register
    except NoRoom:
        await store.erase(fresh.id)
        raise
    if kept != fresh.id:
        await store.erase(fresh.id)
    return kept


def _fresh() -> str:
    """An id for a register."""
    return f"a{secrets.token_hex(6)}"
