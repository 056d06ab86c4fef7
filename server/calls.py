"""Those who wait for a commit, and what each of them hears."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rooms.derived import carry
from server.database import Swap
from server.documents import Document


@dataclass(eq=False, slots=True)
class Call:
    """One verb that waits for its commit; `raised` is what it came to when it was refused."""

    verb: Callable[[Any], Any]
    future: asyncio.Future[Any]
    since: float  # monotonic: from when it waits
    raised: Exception | None = None


@dataclass(slots=True)
class Save:
    """One room's part of a commit: what was loaded, what it became, and everybody who waits for it."""

    old: Document
    new: Document
    calls: list[Call]
    swap: Swap | None = None  # how the new one is stored, once it is sealed


def applied(
    room: Document, calls: list[Call], check: Callable[[Document, Document], None] = lambda _old, _new: None
) -> Document:
    """The room after all verbs that wait. A rule's no, or a bug in a verb, belongs to its caller alone, and so does
    what `check` raises of the room before and after one verb."""
    for call in calls:
        call.raised = None
        try:
            after = call.verb(room)
            check(room, after)
            if after is not room:
                carry(room, after)
                room = after
        except Exception as no:
            call.raised = no
    return room


def answer(calls: list[Call], outcome: Document | Exception) -> None:
    """What each caller hears: its own exception, else the room as committed or the fault that kept it from being."""
    for call in calls:
        if call.future.done():
            continue  # who asked has gone
        heard = call.raised or outcome
        if isinstance(heard, StopIteration):  # a future cannot carry it, and would raise in who answers
            heard = RuntimeError(f"a verb stopped an iteration: {heard}")
        if isinstance(heard, Exception):
            call.future.set_exception(heard)
        else:
            call.future.set_result(heard)
