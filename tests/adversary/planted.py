"""The server with a leak planted in it, for the controls: `python -m tests.adversary.planted LEAK...`.

The product has no switch for any of this; the leak is put into the running process from outside.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from rooms import choosing, mine, tags, turns, view, writing
from rooms.room import this_round, with_round
from server import actions, bus, documents, feed, identity, logs, pages, sealing, store
from server.__main__ import _options
from server.config import Config


def weigh(cases: Iterable[str]) -> int:
    """How long a ballot is: by the number of cases, and among equals by which."""
    return sum(100 + int(case[:2], 16) // 8 for case in cases)


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


def signed_ballots() -> None:
    """A list beside the ballots tells whose is whose."""
    cast = choosing.cast

    def leaky(room: Any, by: str, tag: str, *rest: Any) -> Any:
        room = cast(room, by, tag, *rest)
        return replace(room, texts={**room.texts, f"ballot {tag}": (by,)})

    choosing.cast = leaky


def kept_ballots() -> None:
    """After the count the ballots stay in the document, and so does the list."""
    signed_ballots()
    count = choosing._count
    choosing._count = lambda room: with_round(count(room), ballots=this_round(room).ballots)


def no_padding() -> None:
    """What goes back to a writer is as long as what was written."""
    feed.padded = pages.padded = lambda text: text


def _length(fields: Any) -> int:
    dots = sum(name.startswith("dots-") for name in fields)
    return 100 * dots or sum(len(fields.get(name, "")) for name in ("situation", "difficulty", "question"))


def long_answers() -> None:
    """An answer, a page and a frame are the longer, the more somebody wrote or chose."""
    personal = feed.RoomFeed.personal

    def leaky(self: Any, room: Any, device: Any, tag: Any, *rest: Any) -> Any:
        own, parts = mine.mine(room, device, tag), personal(self, room, device, tag, *rest)
        return {**parts, "composer": parts["composer"] + "." * (weigh(own.dots) or len("".join(own.laid)))}

    feed.RoomFeed.personal = leaky
    _at_the_end_of_an_act(lambda answer, length: answer.headers.append("x-was", "." * length))


def slow_by_length() -> None:
    """An act takes the longer, the more somebody wrote or chose."""
    _at_the_end_of_an_act(lambda _, length: time.sleep(length / 3000))


def telling_ballot() -> None:
    """On the ballot one's own case comes first, and what was chosen before all others."""
    order = mine._order

    def leaky(room: Any, tag: Any) -> Any:
        found, ballot = order(room, tag), this_round(room).ballots.get(tags.vote(tag, room))
        own = next((c.id for c in room.cases if c.cap == tags.case(tag, room)), "")
        dots = ballot.dots if ballot else {own: 1}
        return tuple(sorted(found, key=lambda case: -dots.get(case, 0)))

    mine._order = leaky


def _at_the_end_of_an_act(leak: Any) -> None:
    form, done = actions.form, actions.done
    last: list[int] = []

    async def heard(*args: Any) -> Any:
        fields = await form(*args)
        dots = [name.removeprefix("dots-") for name in fields if name.startswith("dots-")]
        last[:] = [weigh(dots) or sum(len(fields.get(n, "")) for n in ("situation", "difficulty", "question"))]
        return fields

    def leaky(*args: Any) -> Any:
        answer = done(*args)
        leak(answer, last[0])
        return answer

    actions.form, actions.done = heard, leaky


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


def early_answers() -> None:
    """An act is acknowledged when it is allowed; the commit comes a little later."""
    change = store.Store.change

    async def leaky(self: Any, room_id: str, verb: Any, *args: Any, **named: Any) -> Any:
        room = verb(await self.load(room_id), *args, **named)

        async def later() -> None:
            await asyncio.sleep(0.1)
            await change(self, room_id, verb, *args, **named)

        self.__dict__.setdefault("later", set()).add(asyncio.create_task(later()))
        return room

    store.Store.change = leaky


def doubled_questions() -> None:
    """A question that was sent twice stands there twice."""
    turns._join = lambda queue, card: [*queue, card]
    ask = turns.ask

    def leaky(room: Any, by: str, op: str, text: str = "") -> Any:
        queue = this_round(room).queue
        room = ask(with_round(room, queue=()), by, op, text)
        return with_round(room, queue=(*queue, *this_round(room).queue))

    turns.ask = leaky


LEAKS = {f.__name__: f for f in (
    arrival_order_on_disk, signed_papers, no_shuffle, kept_papers, no_padding, ready_at_once, secret_in_log,
    secret_on_bus, text_beside_the_database, a_bug, text_in_log, signed_ballots, kept_ballots, long_answers,
    slow_by_length, telling_ballot, early_answers, doubled_questions,
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
