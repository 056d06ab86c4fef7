"""What the host may watch: how busy this process is, for Prometheus, and nothing about anybody.

The page is made once a minute, on the minute, so whoever asks every second learns no more than who asks every minute.
Counts of people and of what they did are rounded down, so that one tap, one circle or one socket more is not seen: kept
by Prometheus for months, they would be a list of when people acted. No label names a room or a person.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from server.even import instant
from server.steady import now_ms

if TYPE_CHECKING:
    from server.bus import Bus
    from server.feed import Feed
    from server.store import Store

KIND = "text/plain; version=0.0.4"  # Prometheus' text format
MINUTE = 60_000  # ms
ACTS, PEOPLE = 100, 10  # steps in which what people did, and how many they are, is told
HELP = {
    "kring_sockets": ("gauge", "Pages with a live line, in tens."),
    "kring_rooms": ("gauge", "Rooms that somebody looks at, in tens."),
    "kring_acts_total": ("counter", "Acts that were kept, in hundreds."),
    "kring_commits_total": ("counter", "Commits to the database, in hundreds."),
    "kring_loop_late_seconds": ("gauge", "The longest that this process kept somebody waiting in the last minute."),
    "kring_memory_bytes": ("gauge", "Resident memory of this process."),
    "kring_bus_healthy": ("gauge", "1 when the other processes are heard."),
    "kring_store_healthy": ("gauge", "0 when nothing can be kept any more."),
    "kring_minute": ("gauge", "The minute, since 1970, at which this was written."),
}


class Metrics:
    """The page, as it was made on the last minute."""

    def __init__(self, store: Store, feed: Feed, bus: Bus) -> None:
        self._store, self._feed, self._bus = store, feed, bus
        self._late = 0.0
        self.text = self._page(now_ms())

    async def run(self) -> None:
        """Looks every second how late this process is, and writes the page on every minute."""
        minute = now_ms() // MINUTE
        while True:
            due = instant() + 1
            await asyncio.sleep(1)
            self._late = max(self._late, instant() - due)
            if (now := now_ms()) // MINUTE != minute:
                minute = now // MINUTE
                self.text, self._late = self._page(now), 0.0

    def _page(self, now: int) -> str:
        rooms = self._feed.rooms.values()
        values = {
            "kring_sockets": _down(sum(len(room.clients) for room in rooms), PEOPLE),
            "kring_rooms": _down(len(rooms), PEOPLE),
            "kring_acts_total": _down(self._store.verbs, ACTS),
            "kring_commits_total": _down(self._store.commits, ACTS),
            "kring_loop_late_seconds": round(self._late, 2),
            "kring_memory_bytes": _memory(),
            "kring_bus_healthy": int(self._bus.healthy),
            "kring_store_healthy": int(self._store.db.healthy),
            "kring_minute": now // MINUTE,
        }
        lines = []
        for name, (kind, help_text) in HELP.items():
            lines += [f"# HELP {name} {help_text}", f"# TYPE {name} {kind}", f"{name} {values[name]}"]
        return "\n".join(lines) + "\n"


def _down(number: int, step: int) -> int:
    return number // step * step


def _memory() -> int:
    """Resident memory in whole mebibytes; 0 where the system does not say."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - no file of ours
            pages = int(file.read().split()[1])
    except OSError:
        return 0
    return _down(pages * 4096, 2**20)
