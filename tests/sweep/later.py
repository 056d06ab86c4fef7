"""Some days later: the server's own sweeper once, with a clock that is ahead: `python -m tests.sweep.later DAYS`."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from functools import partial

from rooms import closing, flow
from server.bus import LocalBus
from server.config import Config
from server.keyring import Keyring
from server.store import Store
from server.sweep import sweep_once

DAY = 86_400_000  # ms


async def main(days: int) -> None:
    config = Config.from_env(os.environ)
    kept = config.retention_hours * 3_600_000
    store = Store(config, Keyring(config.keyring), partial(closing.due, kept=kept), flow.moved)
    bus = LocalBus()
    await bus.start(lambda _: None, lambda: None, lambda _: None)
    await store.open()
    for day in range(2, days + 1, 2):  # a meeting that nobody closed is ended first, and erased after its day
        await sweep_once(store, bus, time.time_ns() // 1_000_000 + day * DAY)
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
