"""What a server does for an act, counted; and leaks by which it does more for an author than for others.

Nobody measures a time here: who does more takes longer, and how much longer depends on the machine.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rooms import unseen
from rooms.room import this_round
from server import roomfeed
from server.client import clock
from server.pushsocket import PushSocket

FILE = "worked"
VERSION, DONE, LATER, SENT = "version", "done", "later", "sent"  # what a piece of work begins and ends with


def counted() -> None:
    """No leak: what the feed does goes into a file, a line each. The beat stands still: what it changes is nobody's
    act."""
    out = os.open(Path(os.environ["KRING_DATA"]).with_name(FILE), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    feed, roomfeed.TICK = roomfeed.RoomFeed, 10**15

    def say(*words: object) -> None:
        os.write(out, (" ".join(map(str, words)) + "\n").encode())

    def before(of: Any, name: str, line: Callable[..., tuple[object, ...]]) -> None:
        inner = getattr(of, name)

        def told(*args: Any, **named: Any) -> Any:
            if words := line(*args):
                say(*words)
            return inner(*args, **named)

        setattr(of, name, told)

    def page(self: Any, client: Any) -> str:
        return self.room.seats[client.seat].name if client.place == "seat" else client.place

    before(feed, "_take", lambda self, room: (VERSION, room.version) if room is not self.room else ())
    before(feed, "draw", lambda self, client: ("page", page(self, client)))
    before(feed, "render", lambda self, room, place, role, lang: ("audience", place, role, lang))
    before(roomfeed, "view", lambda room, role: ("view", role))
    before(feed, "personal", lambda self, room, device, *_: ("own part", room.seats[device.seat].name))
    before(PushSocket, "push", lambda self, frame: ("written",))
    draw_on, evenly = feed._draw_on, roomfeed._evenly

    async def drawn(self: Any) -> None:
        await draw_on(self)
        say(DONE)

    async def sent(heard: float, apart: list[Any]) -> None:
        await evenly(heard, apart)
        say(SENT)

    roomfeed._evenly = sent
    before(roomfeed, "_evenly", lambda heard, apart: (LATER, len(apart)))  # before the drawing is done
    feed._draw_on = drawn  # type: ignore[method-assign]


def _first_of(name: str) -> Callable[[], None]:
    """Everybody is drawn anew at the first that lies in this map of the round, which only who gives something makes."""

    def leak() -> None:
        unseen.BY_ALL = (*unseen.BY_ALL, name)

    leak.__name__ = f"first_of_{name}"
    return leak


def way_out_draws_all() -> None:
    """Everybody is drawn anew when the author of the chosen case would rather not."""
    unseen._ROUND = (*unseen._ROUND, "rather_not")


def givers_told() -> None:
    """Everybody gets a frame without a word more when somebody gave something."""
    take = roomfeed.RoomFeed._take

    def given(room: Any) -> tuple[int, ...]:
        now = this_round(room)
        return *map(len, (now.papers, now.answers, now.takeaways, now.marks)), now.rather_not

    def leaky(self: Any, room: Any) -> None:
        was = self.room
        take(self, room)
        if was is not None and was.at == room.at and given(was) != given(room):
            for client in self.clients:
                client.line.push(clock())

    roomfeed.RoomFeed._take = leaky  # type: ignore[method-assign]


MAPS = ("papers", "answers", "takeaways", "marks")
FIRSTS = tuple(_first_of(name) for name in MAPS)
ALL = (counted, *FIRSTS, way_out_draws_all, givers_told)
