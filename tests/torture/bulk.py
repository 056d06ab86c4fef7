"""Many acts and many faults through the store itself: rooms in every phase, voters in children that can be killed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from msgspec.structs import replace

from rooms import tags, turns
from rooms.room import this_round
from server.config import Config
from server.keys import keyring_of
from server.store import Store
from tests.conftest import ROOT
from tests.people import CAST, Circle
from tests.torture.checkers import appends, latest
from tests.torture.record import Op, Verdict, together

KINDS = ("vote", "ask", "lay", "cast")
EACH = 4  # voters of each kind
A_SET = 25  # children on one database before the rooms get large


def store_at(data: Path, **env: str) -> Store:
    """A store on this data, with its keyring beside it."""
    config = Config.from_env({"KRING_DATA": str(data), **env})
    return Store(config, keyring_of(config))


def circle(kind: str) -> Circle:
    """A room in the phase in which this kind of act counts."""
    one = Circle()
    if kind in ("lay", "cast"):
        one.to({"lay": "write", "cast": "choose"}[kind])
    if kind == "ask":
        one.to_method()
        while not turns.asks(one.room):
            one.next()
    return one


@dataclass
class Bulk:
    """What a run of children came to."""

    acknowledged: int = 0
    refused: int = 0
    unknown: int = 0
    faults: int = 0
    broken: int = 0
    points: int = 0  # at how many places the fault can be made
    verdict: Verdict = field(default_factory=Verdict)

    def __add__(self, other: Bulk) -> Bulk:
        return Bulk(*(getattr(self, f) + getattr(other, f) for f in self.__dataclass_fields__))


class Rooms:
    """One database with a room for each kind of act, and what its voters were told."""

    def __init__(self, data: Path, **env: str) -> None:
        self.data, self.env = data, env
        self.next: dict[str, int] = {}
        self.acknowledged: dict[str, list[int]] = {}
        self.unknown: dict[str, list[int]] = {}
        self.done: set[str] = set()  # what was done once: a vote closed, a room erased

    async def make(self) -> Rooms:
        """Rooms and voters on disk."""
        store, voters = store_at(self.data, **self.env), []
        await store.open()
        for kind in KINDS:
            one = circle(kind)
            await store.create(replace(one.room, id=kind))
            for name in CAST[1 : EACH + 1]:
                tag = tags.vote(one.tag(name), one.room) if kind == "cast" else tags.case(one.tag(name), one.room)
                ready, cases = tags.ready(one.tag(name), one.room), [c.id for c in one.room.cases]
                voters.append(
                    {"kind": kind, "name": f"{kind}{name}", "seat": one.seat(name), "tag": tag, "ready": ready}
                    | {"cases": cases}
                )
        await store.close()
        self.voters = voters
        self.next = {v["name"]: 2 for v in voters}  # revision 1 is what lies there
        self.acknowledged, self.unknown = ({v["name"]: [] for v in voters} for _ in range(2))
        self.data.mkdir(parents=True, exist_ok=True)
        (self.data / "voters.json").write_text(json.dumps(voters))
        return self

    def heard(self, line: str) -> None:
        """A voter was answered."""
        assert len(line.split()) == 3, line
        _, name, n = line.split()
        self.acknowledged[name].append(int(n))
        self.next[name] = int(n) + 1

    def unsure(self, line: str) -> None:
        """A voter was told that nobody knows. It is sent again, as above."""
        _, name, n = line.split()
        self.unknown[name].append(int(n))
        self.next[name] = int(n) + name.startswith("vote")

    def dead(self) -> None:
        """What was under way when the child died. It is sent again, except by who would then be counted twice."""
        for voter in self.voters:
            name = voter["name"]
            self.unknown[name].append(self.next[name])
            self.next[name] += voter["kind"] == "vote"

    async def check(self) -> Verdict:
        """The final read, in a process that never saw the rooms: sealed rows through the keys."""
        store = store_at(self.data, **self.env)
        await store.open()
        rooms = {kind: await store.load(kind) for kind in KINDS}
        await store.close()
        return together(self.judge(kind, rooms[kind]) for kind in KINDS)

    def _ops(self, kind: str) -> Iterator[Op]:
        for voter in self.voters:
            name = voter["name"]
            told = dict.fromkeys(self.unknown[name], "unknown") | dict.fromkeys(self.acknowledged[name], "ok")
            for n in sorted(told) if voter["kind"] == kind else ():
                value = f"{name}x{n}" if kind in ("vote", "ask") else str(n)
                yield Op(name, kind, name, value, told[n])  # type: ignore[arg-type]

    def judge(self, kind: str, room: Any) -> Verdict:
        """One room against what its voters were told."""
        now, ops = this_round(room), list(self._ops(kind))
        if kind == "vote":
            return appends.check(ops, [n for n, count in room.texts.items() for _ in range(int(count[0]))])
        if kind == "ask":
            return appends.check(ops, [c.id for c in (*now.queue, *now.cards)])
        kept: dict[str, list[str]] = {}
        for voter in (v for v in self.voters if v["kind"] == kind):
            found = (now.papers if kind == "lay" else now.ballots).get(voter["tag"])
            if found and found.rev > 1:
                kept.setdefault(voter["name"], []).append(str(found.rev))
        return latest.check(ops, kept)


@contextmanager
def spawner(*faults: str) -> Iterator[subprocess.Popen[str]]:
    """The process that forks children."""
    command = [sys.executable, "-m", "tests.torture.voters", *faults]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as one:
        try:
            yield one
        finally:
            one.kill()


Strike = Callable[[], object]
Nemesis = Callable[[int], "subprocess.Popen[bytes] | None"]


def children(
    path: Path,
    times: int,
    *faults: str,
    die: bool = False,
    nemesis: Nemesis | None = None,
    rng: Random | None = None,
    strike: Strike | None = None,
    env: dict[str, str] | None = None,
) -> Bulk:
    """Lets this many children act and ends each: by SIGKILL after some answers, by its own hand right after a commit
    (`die`), or by what `nemesis` does to the process with this pid. `strike` falls
    three times while it acts, before that."""
    rng, total = rng or Random(4), Bulk()
    with spawner(*faults) as one:
        for first in range(0, times, A_SET):
            rooms = asyncio.run(Rooms(path / f"set{first}", **(env or {})).make())
            for _ in range(min(A_SET, times - first)):
                total += _child(one, rooms, rng, die, nemesis, strike)
            begin(one, rooms, do="end", wait=False)  # all is well again: what was unknown is told
            for line in _until_dead(one):
                assert line.startswith(KINDS), line
                rooms.heard(line)
            count = sum(map(len, rooms.acknowledged.values()))
            total += Bulk(acknowledged=count, verdict=asyncio.run(rooms.check()))
    return total


def _until_dead(one: subprocess.Popen[str]) -> Iterator[str]:
    assert one.stdout
    while (line := one.stdout.readline().strip()) not in ("dead", ""):
        yield line


def begin(one: subprocess.Popen[str], rooms: Rooms, *, do: str = "act", die: int = 0, wait: bool = True) -> int:
    """A child on these rooms, and its pid; with `wait` it begins at SIGUSR1."""
    assert one.stdin
    assert one.stdout
    order = {"data": str(rooms.data), "start": rooms.next, "do": do, "die": die, "wait": wait, "env": rooms.env}
    one.stdin.write(json.dumps(order) + "\n")
    one.stdin.flush()
    word, pid = one.stdout.readline().split()
    assert word == "ready"
    return int(pid)


def _child(
    one: subprocess.Popen[str],
    rooms: Rooms,
    rng: Random,
    die: bool,
    nemesis: Nemesis | None,
    strike: Strike | None,
) -> Bulk:
    pid = begin(one, rooms, die=rng.randint(1, 12) if die else 0, wait=nemesis is not None)
    heard, found = 0, Counter[str]()
    tracer = nemesis(pid) if nemesis else None
    if nemesis:
        os.kill(pid, signal.SIGUSR1)
    most = rng.randint(100, 400)
    for line in _until_dead(one):
        word = line.split()[0]
        if word in ("refused", "broken"):
            found[word] += 1
            continue
        if word == "unsure":
            found[word] += 1
            rooms.unsure(line)
            continue
        rooms.heard(line)
        heard += 1
        if strike and heard in (most // 4, most // 2, most * 3 // 4):
            time.sleep(rng.uniform(0, 0.02))
            strike()
        if heard == most:
            time.sleep(rng.uniform(0, 0.02))  # so that it falls anywhere in a commit
            with contextlib.suppress(ProcessLookupError):  # it may have ended by itself
                os.kill(pid, signal.SIGKILL)
    rooms.dead()
    if tracer:
        tracer.wait()
    unknown = len(rooms.voters) + found["unsure"]
    return Bulk(refused=found["refused"], unknown=unknown, faults=1, broken=found["broken"] > 0)
