"""What a database does for the store, whichever it is; and the names of its faults.

A transaction is data: statements, or rooms whose stored version is compared and swapped. Both databases run the same
sentences of SQL; `?` stands for a value.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import os
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from random import SystemRandom
from typing import Any

from server.config import Config
from server.i18n import N_

log = logging.getLogger("kring")
rng = SystemRandom()
PATIENCE = 2.0  # seconds an act or a page waits for a database that another program holds, or that is away
Statement = tuple[str, tuple[Any, ...]]
Row = Sequence[Any]
SWAP = "update room set version = ?, body = ? where id = ? and version = ? returning id"
TRIAL = "insert into trial values (1, ?) on conflict (nr) do update set zeros = excluded.zeros"
NEVER = -1  # no turn
TRIED = 16_384  # bytes: as much as the smallest document


class StoreError(Exception):
    """Nothing was acknowledged. `person` is for the screen, `event` for the log of who runs the server."""

    person = N_("Dit kon niet worden bewaard. Wat je schreef, staat nog op je toestel. Probeer het zo nog eens.")
    event = "store_refused"


class StoreBusy(StoreError):
    """Another program holds the database for more than two seconds."""

    event = "store_locked"


class StoreAway(StoreError):
    """PostgreSQL cannot be reached, starts or ends, or has no connection left. Nothing was sent to it."""

    event = "store_away"


class StoreUnsure(StoreError):
    """PostgreSQL went away while it kept something: it may be there and it may not. Whoever acted hears that it is not
    sure, and acts again; every verb may come twice."""

    person = N_(
        "Het is niet zeker of dit is bewaard. Wat je schreef, staat nog op je toestel. "
        "Probeer het zo nog eens: dubbel telt niet."
    )
    event = "store_unsure"


class StoreFull(StoreError):
    """The disk is full or cannot be written; reading goes on, and so does writing once it can be."""

    person = N_(
        "De server kan nu niets bewaren. Wat je schreef, staat nog op je toestel. Zeg het tegen wie Kring beheert."
    )
    event = "store_full"


class StoreBroken(StoreError):
    """A flush failed: nothing can be promised any more until a restart."""

    person = N_("De server kan niets meer bewaren en moet opnieuw starten. Wat je schreef, staat nog op je toestel.")
    event = "store_broken"


class Damaged(StoreError):
    """The room's document does not open: damaged, or its key is missing."""

    person = N_("Deze kring is niet meer te lezen. Zeg het tegen wie Kring beheert.")
    event = "room_damaged"


@dataclass(frozen=True, slots=True)
class Swap:
    """A room as it is to be stored if version `old` is still what is stored, and what goes along with it then."""

    id: str
    old: int
    new: int
    sealed: bytes
    beside: Sequence[Statement] = ()

    @property
    def values(self) -> tuple[Any, ...]:
        """For SWAP."""
        return self.new, self.sealed, self.id, self.old


class Faults:
    """What is wrong now, as the host hears it: when it begins and when it ends. Not once per act: that would be a list
    of when people acted."""

    def __init__(self) -> None:
        self.broke = asyncio.Event()  # for ever
        self._told = ""

    def said(self, error: StoreError) -> StoreError:
        """The same fault, after the host heard of it."""
        self._tell(error.event)
        return error

    def well(self) -> None:
        """Something was kept."""
        self._tell("store_here" if self._told else "")

    def _tell(self, event: str) -> None:
        if event and event != self._told:
            log.log(logging.INFO if event == "store_here" else logging.ERROR, event)
            self._told = "" if event == "store_here" else event


class Database(ABC):
    """Every write is one transaction, durable when it returns."""

    where: str  # for a sentence to the host

    def __init__(self) -> None:
        self.faults = Faults()
        self.broke = self.faults.broke

    @property
    def turn(self) -> int | None:
        """A number that stays the same as long as nobody but this process writes; None when somebody may have since
        this process looked. Costs no wait."""
        return None

    @property
    def healthy(self) -> bool:
        """Whether this process may still promise anything; False for ever after a flush that failed."""
        return not self.broke.is_set()

    def place(self) -> None:  # noqa: B027 - a server elsewhere has none here
        """Makes the folder it needs on this machine; raises OSError when that cannot be used."""

    @abstractmethod
    async def open(self) -> None:
        """Raises SystemExit with a sentence for the host when it cannot be trusted."""

    @abstractmethod
    async def close(self) -> None:
        """The next process may have it."""

    @abstractmethod
    async def rows(self, sql: str, *values: object) -> list[Any]:
        """All rows of a question; raises StoreError."""

    @abstractmethod
    async def version(self, room_id: str) -> tuple[int | None, int | None]:
        """The stored version of a room, None when there is none; and the `turn` in which it was read."""

    @abstractmethod
    async def swap(self, swaps: Sequence[Swap], since: float) -> set[str]:
        """Stores these rooms in one transaction; returns the ids of those whose stored version is another one, which
        are left as they are. It is tried until two seconds after `since` (monotonic). Raises StoreError."""

    @abstractmethod
    async def inside(
        self, statements: Sequence[Statement], last: Callable[[], Awaitable[None]] | None = None
    ) -> list[Any]:
        """All of these in one transaction, or none; `last` runs before its commit, and what it raises undoes all.
        Returns the rows of the last statement; raises StoreError."""

    @abstractmethod
    async def mark(self) -> int:
        """The mark of the keyring that this database was made with; 0 when it is new."""

    @abstractmethod
    async def make_mark(self, mark: int) -> None:
        """Keeps that mark for ever."""

    async def tidy(self) -> None:  # noqa: B027 - SQLite's file is tidy after each commit
        """Removes what a change leaves behind; every minute."""

    async def commit(self, statements: Sequence[Statement]) -> None:
        """All of these in one transaction, or none; raises StoreError."""
        await self.inside(statements)

    async def try_commit(self) -> None:
        """Commits as much as an act does, and nothing that means anything; raises StoreError. A disk that is full or
        cannot be written still reads, so that only a commit tells."""
        await self.commit([(TRIAL, (os.urandom(TRIED),))])

    def refused(self, wrong: OSError) -> StoreError:
        """What it means that a key could not be written or destroyed."""
        if wrong.errno == errno.EIO:
            self.broke.set()
        return self.faults.said(StoreFull() if self.healthy else StoreBroken())


def chosen(config: Config) -> Database:
    """The database of these settings: a file of SQLite, or PostgreSQL."""
    if not config.database_url:
        from server.sqlitefile import SqliteFile

        return SqliteFile(config)
    from server.postgres import Postgres  # only here: loading its client takes a tenth of a start

    return Postgres(config.database_url, shared=config.redis_url is not None)
