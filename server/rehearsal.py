"""Rehearsing alone: a room with simulated people, in this same process, who come in as everybody does.

They use the server's own address, and say what a browser would: the name of the host and of the page's origin. So it
makes no difference whether a proxy stands in front, or which of several processes answers them.
"""

from __future__ import annotations

import asyncio
import logging

from server.i18n import N_

log = logging.getLogger("kring")
MOST = 3  # at once in one process: each is six people who read a page whenever it changes
LASTS = 3600.0  # seconds
PACE = 1.0  # of the people's pauses

BUSY = N_("Er wordt al geoefend vanaf dit netwerk. Sluit die oefenkring eerst. Na een uur houdt hij vanzelf op.")
FULL = N_("Er wordt op deze server al veel geoefend. Probeer het over een uur opnieuw.")


class Rehearsals:
    """The rehearsals of one process, by whose they are: one for each."""

    def __init__(self) -> None:
        self._running: dict[bytes, asyncio.Task[None] | None] = {}

    def reserve(self, whose: bytes) -> str:
        """Keeps a place for a rehearsal, '' when there was one; otherwise the sentence that says why not."""
        if whose in self._running:
            return BUSY
        if len(self._running) >= MOST:
            return FULL
        self._running[whose] = None
        return ""

    def free(self, whose: bytes) -> None:
        """Gives the place back."""
        self._running.pop(whose, None)

    def begin(self, whose: bytes, base: str, origin: str, code: str, passed: str, lang: str) -> None:
        """Lets the people come in, in the place that was kept; `passed` lets them by where wrong codes ran out."""
        task = asyncio.create_task(_rehearse(base, origin, code, passed, lang))
        self._running[whose] = task
        task.add_done_callback(lambda _: self.free(whose))

    async def stop(self) -> None:
        """Ends all of them; returns when everybody is gone."""
        tasks = [task for task in self._running.values() if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _rehearse(base: str, origin: str, code: str, passed: str, lang: str) -> None:
    from server.troupe import play  # its client of HTTP is for who rehearses, not for each start

    await play(base, origin, code, lang, PACE, lambda *_: log.warning("rehearsal_stumbled"), LASTS, passed)
