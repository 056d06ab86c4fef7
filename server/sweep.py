"""What is kept has its end: meetings nobody closed are ended, and what has had its day is erased."""

from __future__ import annotations

import asyncio
import contextlib
import logging

from rooms import closing
from rooms.trajectory.group import Group
from server import lives
from server.bus import Bus
from server.database import Damaged, StoreError
from server.documents import NoRoom, kind
from server.steady import now_ms
from server.store import Store

log = logging.getLogger("kring")


async def sweep_once(store: Store, bus: Bus, now: int) -> None:
    """Ends what nobody closed, erases what has had its day; `now` in ms."""
    for alias in await store.expired(now // 1000):
        with contextlib.suppress(NoRoom, StoreError):  # erased since, or refused, which the store logs
            await _its_time(store, alias, now)
            bus.nudge(alias)


async def _its_time(store: Store, alias: str, now: int) -> None:
    """What the time of one room or group comes to: its end, or its erasing; a group's attendance goes with it."""
    if kind(alias) is Group:
        if await _goes_on(store, alias, now):
            return
        with contextlib.suppress(Damaged, NoRoom):
            await lives.erase_group(store, alias)
            log.info("room_expired")
            return
    with contextlib.suppress(Damaged, NoRoom):  # also a register, whose group is gone
        room = await store.load(alias)
        if room.began and not room.over:
            await lives.tell(store, await store.change(alias, closing.expire, now))
            return
    await lives.erase(store, alias, now)
    log.info("room_expired")


async def _goes_on(store: Store, group_id: str, now: int) -> bool:
    """Whether a group got more time since it was looked for, or has a circle that still comes to tell it something."""
    try:
        group = await store.group(group_id)
        circles = [await store.load(one.room) for one in group.meetings if one.room]
    except (Damaged, NoRoom):
        return False
    return group.until > now or any(not circle.over for circle in circles)


async def sweep(store: Store, bus: Bus) -> None:
    """Every minute; a store that refuses now is asked again the next time."""
    reckoned = False
    while True:
        with contextlib.suppress(StoreError):
            if not reckoned:
                await store.reckon()
                reckoned = True
            await sweep_once(store, bus, now_ms())
            await store.forget_erased()
            await store.db.tidy()
        await asyncio.sleep(60)
