"""The server with a leak planted in it, for the controls: `python -m tests.adversary.planted LEAK`.

The product has no switch for any of this; the leak is put into the running process from outside.
"""

from __future__ import annotations

import sys
from typing import Any

import msgspec
from msgspec.structs import replace

from rooms import view, writing
from rooms.room import this_round, with_round
from server import feed, sealing
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


LEAKS = {
    f.__name__: f for f in (arrival_order_on_disk, signed_papers, no_shuffle, kept_papers, no_padding, ready_at_once)
}


def main() -> None:
    """Plants what the command line names ('none' plants nothing) and starts the server."""
    import os

    import uvicorn

    if sys.argv[1] in LEAKS:
        LEAKS[sys.argv[1]]()
    from server.app import create_app

    config = Config.from_env(os.environ)
    uvicorn.run(create_app(config), **{k: v for k, v in _options(config).items() if k not in ("app", "factory")})


if __name__ == "__main__":
    main()
