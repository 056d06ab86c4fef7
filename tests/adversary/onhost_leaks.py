"""Leaks onto the host's machine: what is written to files and said to Redis follows how much somebody wrote or chose.

Each tells it in one way only: by a size, a count, a name, or an order.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from server import documents, sealing, sqlitefile
from server.redisbus import CHANNEL, LEADS, RedisBus
from tests.adversary import lengths

FINE = 3  # of a length; a piece for each so many
COARSE = 6  # the same on the bus
SMALLEST = 32_768  # bytes of a document, with room for all that is written
PADDING = 256
WHOLE = 600  # more than any length


def _beside(name: str) -> Path:
    return Path(os.environ["KRING_DATA"], name)


def _around_a_commit(before: Callable[[int], object], after: Callable[[int], object]) -> None:
    lengths.watch()
    durably = sqlitefile.SqliteFile._durably

    async def leaky(self: Any, *args: Any) -> Any:
        length = lengths.last()
        if not length:
            return await durably(self, *args)
        before(length)
        result = await durably(self, *args)
        after(length)
        return result

    sqlitefile.SqliteFile._durably = leaky  # type: ignore[method-assign]


def _nothing(_: int) -> None:
    """Nothing is written on this side of the commit."""


def spooled() -> None:
    """What was sent passes through a file, as long as it is."""

    def leak(length: int) -> None:
        _beside("sent").write_bytes(b"." * 256 * length)
        _beside("sent").unlink()

    _around_a_commit(_nothing, leak)


def not_padded() -> None:
    """A sealed document is the longer, the more the last act chose; where texts are written it stays as it is."""
    lengths.watch()
    seal = documents.seal

    def leaky(*args: Any) -> bytes:
        sealing.SMALLEST = SMALLEST + (0 if lengths.of_a_text() else PADDING * lengths.last())
        return seal(*args)

    documents.seal = leaky


def in_pieces() -> None:
    """As many bytes as ever are written, in the more pieces."""

    def leak(length: int) -> None:
        with _beside("pieces").open("wb", buffering=0) as file:
            for _ in range(length // FINE):
                file.write(b".")
            file.write(b"." * (WHOLE - length // FINE))

    _around_a_commit(_nothing, leak)


def telling_name() -> None:
    """A file has a name as long as what was written, and nothing in it."""

    def leak(length: int) -> None:
        path = _beside("n" * (1 + length // 3))
        path.touch()
        path.unlink()

    _around_a_commit(_nothing, leak)


def telling_order() -> None:
    """As much as ever is written in as many pieces, some before the commit and the others after it."""

    def leak(pieces: int) -> None:
        with _beside("scratch").open("wb", buffering=0) as file:
            for _ in range(pieces):
                file.write(b".")

    _around_a_commit(lambda n: leak(n // FINE), lambda n: leak((WHOLE - n) // FINE))


def length_in_the_log() -> None:
    """The log has a line as long as what was written."""
    _around_a_commit(_nothing, lambda length: print("." * length, flush=True))


def _around_a_hint(leak: Callable[[Any, Callable[[], None], str, int], None]) -> None:
    lengths.watch()
    nudge = RedisBus.nudge

    def leaky(self: Any, room: str) -> None:
        if lengths.last():
            leak(self, lambda: nudge(self, room), room, lengths.last())
        else:
            nudge(self, room)

    RedisBus.nudge = leaky  # type: ignore[method-assign]


def length_on_the_bus() -> None:
    """A hint is followed by one as long as what was written."""

    def leak(bus: Any, nudge: Callable[[], None], room: str, length: int) -> None:
        nudge()
        bus._put(CHANNEL, room + "." * 64 * length)

    _around_a_hint(leak)


def many_hints() -> None:
    """The longer, the more often a hint comes."""

    def leak(bus: Any, nudge: Callable[[], None], room: str, length: int) -> None:
        nudge()
        for _ in range(length // COARSE):
            bus._put(CHANNEL, room)

    _around_a_hint(leak)


def order_on_the_bus() -> None:
    """As many signs of who leads as ever, some before the hint and the others after it."""

    def leak(bus: Any, nudge: Callable[[], None], room: str, length: int) -> None:
        for n in range(WHOLE // COARSE):
            if n == length // COARSE:
                nudge()
            bus._put(LEADS, "nobody")

    _around_a_hint(leak)


ALL = (
    spooled, not_padded, in_pieces, telling_name, telling_order, length_in_the_log, length_on_the_bus, many_hints,
    order_on_the_bus,
)  # fmt: skip
