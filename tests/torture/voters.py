"""Children that act on rooms through the store, as fast as it goes, until they are killed.

`python -m tests.torture.voters [FAULT...]` reads one line per child: a JSON object with `data`, `start` (per voter the
number of its next act), `do` (act; end: twice more; or once: close a vote, erase a room, both), `die` (after which
commit the child kills itself, before it answers; 0 is never) and `wait` (for SIGUSR1). It forks, so that a child is
there in milliseconds. A child says `ready PID`, then a line for each act that was answered. `env` is for its settings.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from msgspec.structs import replace

from rooms import choosing, flow, turns, writing
from rooms.room import Room, leaders, this_round
from server.config import Config
from server.database import StoreBroken, StoreError, StoreUnsure
from server.documents import NoRoom
from server.keys import keyring_of
from server.store import Store
from tests.people import NOW
from tests.torture import faults


def say(*words: object) -> None:
    """A whole line or none, whenever the child is killed."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def vote(room: Room, name: str) -> Room:
    """Counts how often a vote was committed: unlike every act of people, it has no way to be the same twice."""
    count = room.texts.get(name, ("0",))
    return replace(room, texts={**room.texts, name: (str(int(count[0]) + 1),)})


def with_a_place(room: Room, seat: str) -> Room:
    """The room with a place in the queue for one more question of this seat: where none is left, one is asked."""
    waiting = sum(c.seat == seat for c in this_round(room).queue)
    return turns.give(room, leaders(room)[0].id, seat) if waiting >= 3 else room


def verb(voter: dict[str, Any], n: int) -> Callable[[Room], Room]:
    """The n-th act of a voter."""
    match voter["kind"]:
        case "vote":
            return lambda room: vote(room, f"{voter['name']}x{n}")
        case "ask":
            op, text = f"{voter['name']}x{n}", f"Vraag {n}?"
            return lambda room: turns.ask(with_a_place(room, voter["seat"]), voter["seat"], op, text)
        case "lay":
            texts = ("", "", str(n))
            return lambda room: writing.lay(room, voter["seat"], voter["tag"], voter["ready"], n, texts)
    dots = {voter["cases"][n % len(voter["cases"])]: 3}
    return lambda room: choosing.cast(room, voter["seat"], voter["tag"], n, dots)


async def act_on(store: Store, voter: dict[str, Any], n: int) -> None:
    """Acts until it is answered; says each refusal. A broken store refuses all: the voter leaves."""
    change: Callable[..., Awaitable[Room]] = partial(store.change, f"{voter['kind']}")
    while True:
        try:
            await change(verb(voter, n))
            say(voter["kind"], voter["name"], n)
            if voter["kind"] != "vote" and n > 2:
                await change(verb(voter, n - 1))  # an old one that comes once more
            return
        except StoreUnsure:
            say("unsure", voter["name"], n)
            if voter["kind"] == "vote":
                return  # it may be there, and once more would be twice
            await asyncio.sleep(0)
        except StoreBroken:
            say("broken")
            raise
        except StoreError as no:
            say("refused", no.event)
            await asyncio.sleep(0)


async def child(order: dict[str, Any]) -> None:
    """Opens the store and lets every voter act for ever."""
    config = Config.from_env({"KRING_DATA": order["data"], **order["env"]})
    store = Store(config, keyring_of(config), closes=flow.moved)
    await store.open()
    voters = json.loads(Path(order["data"], "voters.json").read_text())
    if order["die"]:
        _die_after(store, order["die"])
    say("ready", os.getpid())
    if order["wait"]:
        signal.sigwait({signal.SIGUSR1})  # until whoever watches is there

    async def run(voter: dict[str, Any]) -> None:
        n = order["start"][voter["name"]]
        with contextlib.suppress(NoRoom):
            while order["do"] != "end" or n < order["start"][voter["name"]] + 2:
                await act_on(store, voter, n)
                n += 1

    try:
        if order["do"] in ("close", "erase", "both"):
            await once(store, order)
        if order["do"] in ("act", "end", "both"):
            at_work = [v for v in voters if order["do"] != "both" or v["kind"] in ("ask", "lay")]
            await asyncio.gather(*(run(voter) for voter in at_work))
    except StoreBroken:
        os._exit(os.EX_IOERR)


async def once(store: Store, order: dict[str, Any]) -> None:
    """Closes the vote, erases the room of raised hands, or both; says what is done."""
    if order["do"] in ("close", "both"):
        room = await store.load("cast")
        lead = leaders(room)[0].id
        await store.change("cast", flow.step, lead, flow.pointer(room), NOW, Random(1))
        say("done", "close")
    if order["do"] in ("erase", "both"):
        await store.erase("vote")
        say("done", "erase")


def _die_after(store: Store, commits: int) -> None:
    """The child dies when it knows that a commit is durable, and nobody else does."""
    durably, left = store.db._durably, iter(range(commits - 1, -1, -1))

    async def dying(*args: Any, **named: Any) -> Any:
        result = await durably(*args, **named)
        if next(left) == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    store.db._durably = dying  # type: ignore[method-assign]


def main() -> None:
    for name in sys.argv[1:]:
        faults.ALL[name]()
    while line := sys.stdin.readline():
        if line.strip():
            pid = os.fork()
            if pid == 0:
                signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})  # no thread of it may die of the word
                asyncio.run(child(json.loads(line)))
                os._exit(0)
            os.waitpid(pid, 0)
            say("dead")


if __name__ == "__main__":
    main()
