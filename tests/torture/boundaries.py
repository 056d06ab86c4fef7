"""SIGKILL before each system call of a commit that closes a vote, and of an erasing: all of it, or nothing."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import subprocess
from collections import Counter
from pathlib import Path

from rooms.room import this_round
from server.documents import NoRoom
from tests.torture import tracing
from tests.torture.bulk import Bulk, Rooms, begin, spawner, store_at
from tests.torture.record import Verdict


def killed_at_each(path: Path, do: str, most: int = 10_000) -> Bulk:
    """`do`: close or erase. So many kills, spread evenly over all calls: fewer than there are calls meet some of them,
    more meet each as often as that is for all alike. The rooms are copied for each."""
    base = asyncio.run(Rooms(path / "base" / "data").make())
    total = Bulk()
    with spawner() as one:
        points = _calls(one, _copy(base, path / "count"), do)
        total += Bulk(points=len(points))
        for n, (call, nth) in enumerate(points[:: max(1, len(points) // most)] * max(1, most // len(points))):
            rooms = _copy(base, path / f"{do}{n}")
            done = _run(one, rooms, do, tracing.inject, (call, "signal=KILL", str(nth)))
            verdict = asyncio.run(_judge(rooms, do, done))
            total += Bulk(acknowledged=done, unknown=not done, faults=1, verdict=verdict)
            shutil.rmtree(rooms.data.parent)
    return total


def _copy(base: Rooms, to: Path) -> Rooms:
    shutil.copytree(base.data.parent, to)
    rooms = Rooms(to / "data")
    rooms.next = base.next
    return rooms


def _calls(one: subprocess.Popen[str], rooms: Rooms, do: str) -> list[tuple[str, int]]:
    """Every call that touches a file, as (name, how many of that name in its thread came before)."""
    trace = rooms.data.parent / "trace"
    _run(one, rooms, do, tracing.attach, ("-o", str(trace), "-e", f"trace={','.join(tracing.DISK)}"))
    seen, points = Counter[tuple[str, str]](), []
    for pid, call in re.findall(r"^(\d+) +(\w+)\(", trace.read_text(), re.M):
        seen[pid, call] += 1
        points.append((call, seen[pid, call]))
    return sorted(set(points))


def _run(one: subprocess.Popen[str], rooms: Rooms, do: str, trace, options: tuple[str, ...]) -> bool:  # type: ignore[no-untyped-def]
    """Lets a child do it under a tracer; whether it said that it was done."""
    assert one.stdout
    pid = begin(one, rooms, do=do)
    tracer = trace(pid, *options)
    os.kill(pid, signal.SIGUSR1)
    lines = []
    while (line := one.stdout.readline().strip()) not in ("dead", ""):
        lines.append(line)
    tracer.wait()
    return f"done {do}" in lines


async def _judge(rooms: Rooms, do: str, done: bool) -> Verdict:
    """What a server shows after its start."""
    store = store_at(rooms.data)
    await store.open()
    try:
        room = await store.load("cast" if do == "close" else "vote")
    except NoRoom:
        room = None
    await store.close()
    if do == "close":
        assert room
        now, closed = this_round(room), room.version == 2
        torn = (now.stage == 1, bool(now.tally), bool(now.ready)) not in ((True, True, False), (False, False, False))
        return Verdict(lost=done and not closed, wrong=("a vote closed by half",) if torn or room.version > 2 else ())
    left = [p.name for p in rooms.data.with_name("data-keyring").iterdir() if p.name.startswith("vote")]
    if room is None:
        return Verdict(wrong=("a key outlived its room",) if left else ())
    return Verdict(lost=done, wrong=() if left else ("a room without its key",))
