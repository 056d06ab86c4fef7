"""The server with a leak planted in it, for the controls: `python -m tests.adversary.planted LEAK...`.

The product has no switch for any of this; the leak is put into the running process from outside.
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from rooms import view, writing
from rooms.room import this_round, with_round
from server import actions, bus, documents, feed, identity, logs, sealing
from server.__main__ import _options
from server.config import Config


def arrival_order_on_disk() -> None:
    """Documents keep their maps in the order in which things arrived."""
    sealing._encoder = msgspec.msgpack.Encoder()


def signed_papers() -> None:
    """A paper remembers the seat it came from."""
    lay = writing.lay

    def leaky(room: Any, by: str, tag: str, *rest: Any) -> Any:
        room = lay(room, by, tag, *rest)
        papers = this_round(room).papers
        return with_round(room, papers={**papers, tag: replace(papers[tag], seat=by)})

    writing.lay = leaky


def no_shuffle() -> None:
    """The reveal shows the cases in the order in which they were written."""
    arrival_order_on_disk()

    def leaky(room: Any, papers: Any, rng: Any) -> Any:
        cases = [writing.Case(id=writing.new_id(rng), texts=p.texts, cap=t) for t, p in papers.items()]
        closed = with_round(room, papers={}, ready={}, answers={}, small_ok={})
        return replace(closed, cases=tuple(cases), case_round=this_round(room).id)

    writing._reveal = leaky


def kept_papers() -> None:
    """After the reveal the papers stay in the document, signed."""
    signed_papers()
    reveal = writing._reveal

    def leaky(room: Any, papers: Any, rng: Any) -> Any:
        return with_round(reveal(room, papers, rng), papers=papers)

    writing._reveal = leaky


def no_padding() -> None:
    """What goes back to a writer is as long as what was written."""
    feed.padded = lambda text: text


def ready_at_once() -> None:
    """Everybody sees the number of ready signs, as soon as there is one more."""
    view._ready = lambda room, shown: f"{len(this_round(room).ready)}/{len(this_round(room).writers)}"
    feed.RoomFeed.shown_ready = lambda self, room: len(this_round(room).ready)


def secret_in_log() -> None:
    """The log holds who did something, as a number."""
    find = actions.find

    async def leaky(connection: Any, alias: str) -> Any:
        found = await find(connection, alias)
        print("visit", found.secret.hex(), flush=True)
        return found

    actions.find = leaky


def secret_on_bus() -> None:
    """A hint says who caused it."""
    nudge, find = bus.RedisBus.nudge, actions.find
    last = []

    async def leaky(connection: Any, alias: str) -> Any:
        found = await find(connection, alias)
        last[:] = [identity.encode(found.secret)]
        return found

    def told(self: Any, room: str) -> None:
        nudge(self, room)
        nudge(self, f"{room} by {''.join(last)}")

    actions.find, bus.RedisBus.nudge = leaky, told


def text_beside_the_database() -> None:
    """A copy of the last document, as it was before it was sealed, lies beside the database."""
    seal = documents.seal

    def leaky(document: Any, key: bytes, room: str, version: int) -> bytes:
        Path(os.environ["KRING_DATA"], "last.bin").write_bytes(msgspec.msgpack.encode(document))
        return seal(document, key, room, version)

    documents.seal = leaky


def a_bug() -> None:
    """A bug that says what it was about."""
    sound = writing.sound

    def leaky(texts: Any) -> Any:
        if len(texts[2]) > 1000:
            raise ValueError(texts[2])
        return sound(texts)

    writing.sound = leaky


def text_in_log() -> None:
    """The log holds what a bug says."""
    a_bug()
    logs.Sentences.formatException = logging.Formatter.formatException


LEAKS = {f.__name__: f for f in (
    arrival_order_on_disk, signed_papers, no_shuffle, kept_papers, no_padding, ready_at_once, secret_in_log,
    secret_on_bus, text_beside_the_database, a_bug, text_in_log,
)}  # fmt: skip


def main() -> None:
    """Plants what the command line names and starts the server."""
    import uvicorn

    for name in sys.argv[1:]:
        LEAKS[name]()
    from server.app import create_app

    config = Config.from_env(os.environ)
    uvicorn.run(create_app(config), **{k: v for k, v in _options(config).items() if k not in ("app", "factory")})


if __name__ == "__main__":
    main()
