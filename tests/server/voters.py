"""A process that votes in a store until it is killed; prints each vote once it is acknowledged.

Usage: voters.py DATA [early]   `early` acknowledges before the commit: the planted fault.
"""

from __future__ import annotations

import asyncio
import os
import sys

from msgspec.structs import replace

from rooms.room import Room
from server.config import Config
from server.documents import NoRoom
from server.keyring import Keyring
from server.store import Store

VOTERS = 16


def vote(room: Room, name: str) -> Room:
    count = room.texts.get(name, ("0",))
    return replace(room, texts={**room.texts, name: (str(int(count[0]) + 1),)})


async def voter(store: Store, me: int, early: bool) -> None:
    n = 0
    while True:
        name = f"{os.getpid()}-{me}-{n}"
        if early:
            print(name, flush=True)
        await store.change("votes", vote, name)
        if not early:
            print(name, flush=True)
        n += 1


async def main() -> None:
    config = Config.from_env({"KRING_DATA": sys.argv[1]})
    store = Store(config, Keyring(config.keyring))
    await store.open()
    try:
        await store.load("votes")
    except NoRoom:
        await store.create(Room(id="votes", name="votes", chairs=2))
    print("ready", flush=True)
    await asyncio.gather(*(voter(store, i, "early" in sys.argv) for i in range(VOTERS)))


if __name__ == "__main__":
    asyncio.run(main())
