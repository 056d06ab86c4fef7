"""Power loss: what voters wrote and flushed is recorded, and every prefix of it is replayed as a disk may have kept it.

The disk: what was flushed is there; each write since may be there or not; a name made, moved or taken away since the
last flush of its folder may be there or not.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Literal

from rooms.room import this_round
from server.database import StoreError
from server.documents import NoRoom
from tests.torture import tracing
from tests.torture.bulk import Bulk, Rooms, begin, spawner, store_at
from tests.torture.record import Verdict, together

Keep = Literal["none", "all", "some"]
CALL = re.compile(r"^(\d+) +(\w+)\((.*)\) += (\d+)(?:<.*>)?$")
UNFINISHED = re.compile(r"^(\d+) +(\w+\(.*) <unfinished \.\.\.>$")
RESUMED = re.compile(r"^(\d+) +<\.\.\. \w+ resumed>(.*)$")
FILE = re.compile(r"\d+<((?:\\x[0-9a-f]{2}|[^>\\])+)>")
TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


@dataclass
class Event:
    """One call that changes or flushes a file, or a line that a voter said."""

    call: str
    path: str = ""
    data: bytes = b""
    at: int = 0
    to: str = ""


@dataclass
class Disk:
    """Files by name: what is flushed, and what came since."""

    files: dict[str, int] = field(default_factory=dict)  # flushed names
    bodies: dict[int, bytearray] = field(default_factory=dict)  # flushed contents, by inode
    names: dict[str, int] = field(default_factory=dict)  # names as programs see them
    pending: list[tuple[int, Event]] = field(default_factory=list)  # writes that are not flushed
    moved: list[tuple[str, int | None]] = field(default_factory=list)  # names that are not flushed

    def load(self, folder: Path) -> Disk:
        """The disk as it was before."""
        for n, path in enumerate(p for p in sorted(folder.rglob("*")) if p.is_file()):
            self.files[str(path)] = self.names[str(path)] = n
            self.bodies[n] = bytearray(path.read_bytes())
        return self

    def take(self, event: Event) -> None:
        """One more call."""
        match event.call:
            case "openat":
                if event.path not in self.names:
                    self.bodies[len(self.bodies)] = bytearray()
                    self._name(event.path, len(self.bodies) - 1)
            case "link" | "rename":
                self._name(event.to, self.names[event.path])
                if event.call == "rename":
                    self._name(event.path, None)
            case "unlink" | "unlinkat":
                if event.path in self.names:
                    self._name(event.path, None)
            case "write" | "pwrite64" | "ftruncate":
                self.pending.append((self.names[event.path], event))
            case _ if event.path in self.names:
                self._flush(event.path)
            case _:
                self._flush_folder(event.path)

    def kept(self, keep: Keep, rng: Random) -> dict[str, bytes]:
        """What may be found after the power comes back."""
        may = {"none": lambda: False, "all": lambda: True, "some": lambda: rng.random() < 0.5}[keep]
        files, bodies = dict(self.files), {n: bytearray(b) for n, b in self.bodies.items()}
        for n, event in self.pending:
            if may():
                _write(bodies[n], event)
        for name, n in self.moved:
            if may():
                _rename(files, name, n)
        return {name: bytes(bodies[n]) for name, n in files.items()}

    def _name(self, name: str, n: int | None) -> None:
        _rename(self.names, name, n)
        self.moved.append((name, n))

    def _flush(self, path: str) -> None:
        """A file's contents; on Linux a new file's name goes with it only when its folder is flushed."""
        n = self.names[path]
        for _, event in (p for p in self.pending if p[0] == n):
            _write(self.bodies[n], event)
        self.pending = [p for p in self.pending if p[0] != n]

    def _flush_folder(self, folder: str) -> None:
        for name, n in self.moved:
            if str(Path(name).parent) == folder:
                _rename(self.files, name, n)
        self.moved = [m for m in self.moved if str(Path(m[0]).parent) != folder]


def replayed(path: Path, acts: int = 60, most: int = 100, *, flushed: bool = True) -> Bulk:
    """Voters act and a room is erased under a record; `most` prefixes of it are replayed, each kept in three ways.
    Without `flushed` no flush counts: the control."""
    rooms = asyncio.run(Rooms(path / "was" / "data").make())
    disk = Disk().load(rooms.data.parent)
    events = _record(rooms, acts)
    rng, total, told = Random(8), Bulk(), 0
    points = set(range(0, len(events), max(1, len(events) // most)))
    for n, event in enumerate(events):
        if event.call == "said":
            told += 1
            _hear(rooms, event.data.decode())
            continue
        if flushed or not event.call.endswith("sync"):
            disk.take(event)
        for keep in ("none", "all", "some") if n in points else ():
            verdict = _reopened(rooms, disk.kept(keep, rng), path / "is")  # type: ignore[arg-type]
            total += Bulk(faults=1, verdict=verdict)
    return total + Bulk(acknowledged=told)


def _record(rooms: Rooms, acts: int) -> list[Event]:
    trace = rooms.data.parent.parent / "trace"
    options = ("-y", "-xx", "-s", "100000", "-o", str(trace), "-e", f"trace={','.join(tracing.DISK)}")
    with spawner() as one:
        assert one.stdout
        pid = begin(one, rooms, do="both")
        tracer = tracing.attach(pid, *options)
        os.kill(pid, signal.SIGUSR1)
        for _ in range(acts):
            assert one.stdout.readline().strip() != "dead"
        os.kill(pid, signal.SIGKILL)
        while one.stdout.readline().strip() != "dead":
            pass
        tracer.wait()
    return list(_events(trace, str(rooms.data.parent)))


def _events(trace: Path, folder: str) -> Iterator[Event]:
    half: dict[str, str] = {}
    for line in trace.read_text().splitlines():
        if begun := UNFINISHED.match(line):
            half[begun[1]] = begun[2]
            continue
        if resumed := RESUMED.match(line):
            line = f"{resumed[1]} {half.pop(resumed[1], '')}{resumed[2]}"
        if found := CALL.match(line):
            yield from _event(found[2], found[3], folder)


def _event(call: str, rest: str, folder: str) -> Iterator[Event]:
    texts = [bytes.fromhex(t.replace("\\x", "")) for t in TEXT.findall(rest)]
    held = FILE.match(rest)
    path = _plain(held[1]) if held else ""
    if call in ("openat", "unlink", "unlinkat", "rename", "link"):
        names = [t.decode() for t in texts]
        if names and names[0].startswith(folder) and (call != "openat" or "O_CREAT" in rest):
            yield Event(call, names[0], to=names[-1])
    elif call == "write" and rest.startswith("1<"):
        yield Event("said", data=texts[0])
    elif path.startswith(folder):
        number = int(rest.rsplit(", ", 1)[1]) if call in ("pwrite64", "ftruncate") else 0
        yield Event(call, path, texts[0] if texts else b"", number)


def _plain(name: str) -> str:
    return bytes.fromhex(name.replace("\\x", "")).decode() if name.startswith("\\x") else name


def _write(body: bytearray, event: Event) -> None:
    if event.call == "ftruncate":
        del body[event.at :]
        body.extend(bytes(event.at - len(body)))
        return
    body.extend(bytes(max(0, event.at - len(body))))
    body[event.at : event.at + len(event.data)] = event.data


def _rename(names: dict[str, int], name: str, n: int | None) -> None:
    if n is None:
        names.pop(name, None)
    else:
        names[name] = n


def _hear(rooms: Rooms, line: str) -> None:
    words = line.split()
    if words[:1] == ["done"]:
        rooms.done.add(words[1])
    elif len(words) == 3:
        rooms.heard(line)


def _reopened(rooms: Rooms, files: dict[str, bytes], to: Path) -> Verdict:
    """The server after the power came back, and its judge. What was under way may be there or not."""
    shutil.rmtree(to, ignore_errors=True)
    was = rooms.data.parent
    for name, body in files.items():
        path = to / Path(name).relative_to(was)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_bytes(body)
    found = Rooms(to / "data")
    found.voters, found.acknowledged, found.done = rooms.voters, rooms.acknowledged, rooms.done
    found.unknown = {name: [n, n + 1] for name, n in rooms.next.items()}
    try:
        return asyncio.run(_judge(found))
    except SystemExit as no:
        return Verdict(lost=1, wrong=(str(no),))


async def _judge(rooms: Rooms) -> Verdict:
    store = store_at(rooms.data)
    await store.open()
    found = []
    for kind in ("vote", "ask", "lay", "cast"):
        try:
            room = await store.load(kind)
        except (NoRoom, StoreError) as gone:
            found.append(Verdict(lost=kind != "vote" or isinstance(gone, StoreError)))
            continue
        if kind == "vote" and "erase" in rooms.done:
            found.append(Verdict(wrong=("an erased room is there again",)))
        elif kind == "cast":
            found.append(Verdict(lost="close" in rooms.done and not this_round(room).stage))
        elif kind != "vote":
            found.append(rooms.judge(kind, room))
    await store.close()
    return together(found)
