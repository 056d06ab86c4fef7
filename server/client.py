"""One socket of a room: which page it shows, and the newest that it has."""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from rooms.tags import Tag
from server.frames import framed
from server.steady import now_ms

if TYPE_CHECKING:
    from server.roomfeed import RoomFeed

PING = 0.9  # s: more often than this a ping gets no answer
NOTHING = -1  # has seen nothing


class Line(Protocol):
    """What a client needs of a connection."""

    slow: bool

    def push(self, frame: bytes) -> None: ...

    def end(self, code: int) -> None: ...


class Client:
    """A page of a device on a socket. Many thousands of these are kept for hours: it has slots, and no texts."""

    __slots__ = (
        "line", "place", "lang", "handle", "tag", "beside", "seat", "audience", "seen", "own", "waits", "marks", "room",
        "left", "_pinged",
    )  # fmt: skip

    def __init__(self, line: Line, place: str, lang: str, handle: str, tag: Tag, beside: str = "") -> None:
        """`place` is seat, lead, screen or door; `beside`, of a big screen, the handle of a chair's secret in the same
        browser."""
        self.line, self.place, self.lang, self.handle, self.tag, self.beside = line, place, lang, handle, tag, beside
        self.seat = ""  # whose device it is, when it may act for that seat
        self.audience = ("", "", "")
        self.seen = NOTHING  # the number of the newest frame of its audience that it has
        self.own: dict[str, int] = {}  # hashes of the personal regions it shows
        self.waits: dict[str, int] | None = None  # those of a frame that goes out on the next even step of time
        self.marks = array("q")  # hashes of the names that its secret made for these
        self.room: RoomFeed | None = None
        self.left: Callable[[Client], None] | None = None
        self._pinged = 0.0

    def heard(self, text: str) -> None:
        """A ping gets the server's clock back, at most one a second; anything else ends the socket."""
        if text != "p":
            self.end(1008)
            return
        now = time.monotonic()
        if now - self._pinged >= PING:
            self._pinged = now
            self.line.push(clock())
            if self.room is not None:
                self.room.heard_from(self.seat)

    def caught_up(self) -> None:
        """It took all that was written: what came since, in its newest form only."""
        if self.room is not None:
            self.room.draw(self)

    def lost(self) -> None:
        """It is gone."""
        room, self.room = self.room, None
        if room is not None:
            room.leave(self)
        if self.left is not None:
            self.left(self)
            self.left = None

    def end(self, code: int) -> None:
        """Says goodbye; nothing is sent to it any more."""
        self.line.end(code)
        self.lost()


def clock() -> bytes:
    """The frame that answers a ping."""
    return framed(f"p{now_ms()}")
