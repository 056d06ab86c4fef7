"""Whether this process can do its work: what `/readyz` says."""

from __future__ import annotations

import asyncio

from server.even import instant
from server.store import Store

LASTS = 1.0  # seconds an answer counts: anybody may ask, and nobody makes the disk work harder by asking


class Ready:
    """Asks the store at most once a second, whoever asks how often."""

    def __init__(self, store: Store) -> None:
        self._store, self._one = store, asyncio.Lock()
        self._asked, self._found = -LASTS, False

    async def now(self) -> bool:
        """Whether this process could read, seal and commit within the last second."""
        async with self._one:  # who comes while it is asked hears that answer
            if instant() > self._asked + LASTS:
                self._found = await self._ask()
                self._asked = instant()
        return self._found

    async def _ask(self) -> bool:
        try:
            await self._store.check()
        except Exception:  # whatever it is, this process must get no traffic; the log says what
            return False
        return True
