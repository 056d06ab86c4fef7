"""Groups that meet three times, by the rules and through a real store: all that a holder of the disk and its keys ever
had of them. In every meeting seven write, choose and answer; now and then whoever wrote the case does not say so."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from rooms import choosing, closing, door, evaluating, flow, people, scales, stays, tags, takeaways, willing, writing
from rooms.methodfiles import catalogue
from rooms.room import Presence, Room, phase, this_round
from rooms.trajectory import circle, held, members, plan
from rooms.trajectory.group import ORGANISER, Group
from rooms.trajectory.register import Register
from server import identity, lives
from server.config import Config
from server.documents import kind
from server.keyring import Keyring
from server.store import Store
from tests.people import NOW, Circle
from tests.sweep.places import opened

GUIDE = "Fay"
NAMES = ("Owen", "Cora", "Carl", "Cleo", "Cem", "Cato", "Cas", "Cis")
LATER = "Coen"  # who comes when somebody left
SEVEN, MEETINGS = 7, 3
METHOD = "socratic"  # can go on without its owner
DAY = 86_400_000  # ms


@dataclass(frozen=True)
class Version:
    """A document as it once lay on the disk, opened with its key."""

    id: str
    number: int
    size: int  # bytes of the sealed row
    document: dict[str, Any]


@dataclass
class Met:
    """One meeting as an attacker has it. `truth` is what is guessed, by what is guessed: names and their secrets."""

    room: dict[str, Any] = field(default_factory=dict)  # after the closing, as stored
    past: list[Version] = field(default_factory=list)  # all that is no room, from the group's beginning
    kept: list[Version] = field(default_factory=list)  # the same, from when the meeting was opened until it was told
    named: bool = True
    truth: dict[str, dict[str, str]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)  # member id: name, of who took part

    @property
    def before(self) -> dict[str, Any]:
        """The group before it."""
        return _group_of(self.past)

    @property
    def sheet(self) -> dict[str, Any]:
        """What its attendance says of it."""
        kept = [[one.document for one in found if kind(one.id) is Register] for found in (self.past, self.kept)]
        before = kept[0][-1]["sheets"] if kept[0] else {}
        (fresh,) = (sheet for i, sheet in kept[1][-1]["sheets"].items() if i not in before)
        return dict(fresh)

    @property
    def group(self) -> dict[str, Any]:
        """The group after it."""
        return _group_of(self.kept)

    def shown(self, about: str) -> list[str]:
        """The secrets: cases in the order in which the room has them, what lies open nowhere sorted."""
        if about == "cases":
            return [case["texts"][2] for case in self.room["cases"]]
        return sorted(self.truth[about].values())


def _group_of(kept: list[Version]) -> dict[str, Any]:
    """The newest version of the group."""
    return [one.document for one in kept if kind(one.id) is Group][-1]


class Disk:
    """Every version of every document that is no room, read from the file after each commit, whatever its kind."""

    def __init__(self, root: Path) -> None:
        self.config = Config.from_env({"KRING_DATA": str(root / "data")})
        self.ring = Keyring(self.config.keyring)
        self.store = Store(self.config, self.ring, partial(lives.due, kept=DAY), lives.closes, self._noted)
        self.found: list[Version] = []
        self.now = NOW  # ms, for who came and went

    def _noted(self, document: Any) -> Any:
        return stays.noted(document, self.now) if isinstance(document, Room) else document

    def look(self) -> None:
        """Takes in what is new."""
        known = {(one.id, one.number) for one in self.found}
        with contextlib.closing(sqlite3.connect(f"file:{self.config.data / 'kring.db'}?mode=ro", uri=True)) as db:
            rows = db.execute("select id, version, body from room").fetchall()
        for alias, number, body in rows:
            if kind(alias) is not Room and (alias, number) not in known:
                self.found.append(Version(alias, number, len(body), self._open(alias, number, body)))

    def room(self, alias: str) -> dict[str, Any]:
        """A room as it lies there now."""
        with contextlib.closing(sqlite3.connect(f"file:{self.config.data / 'kring.db'}?mode=ro", uri=True)) as db:
            number, body = db.execute("select version, body from room where id = ?", (alias,)).fetchone()
        return self._open(alias, number, body)

    def _open(self, alias: str, number: int, body: bytes) -> dict[str, Any]:
        plain = opened(number, body, (self.config.keyring / alias).read_bytes(), alias)
        assert plain, alias
        found: dict[str, Any] = msgspec.msgpack.decode(plain)
        return found

    async def change(self, alias: str, verb: Any, *args: Any, **named: Any) -> Any:
        """A verb, and then a look."""
        made = await self.store.change(alias, verb, *args, **named)
        self.look()
        return made


class Table(Circle):
    """The circle of one meeting: members, each with a secret that is made for it."""

    def __init__(self, rng: Random, group: Group, nr: int, names: list[str]) -> None:
        self.rng, self.now, self.group = rng, NOW + nr * 30 * DAY, group
        self.secrets = {name: rng.randbytes(32) for name in (GUIDE, *names)}
        self.alias = f"{rng.getrandbits(48):012x}"
        self.member = {m.name: m for m in group.members.values() if not m.left}
        room = door.open_room(
            self.alias, name=group.name, chairs=12, leader_name=GUIDE, handle=self.handle(GUIDE), rng=rng,
            takes_part=False, method=catalogue()[METHOD], ends=self.now + 7_200_000,
        )  # fmt: skip
        self.room = flow.begin(circle.of_meeting(room, group, nr, self.member[GUIDE].id), self.now, rng)
        for name in names:
            self.do(circle.enter, self.handle(name), self.member[name], observes="", remote=False, rng=rng)

    def handle(self, name: str) -> str:
        return identity.handle(self.secrets[name], self.alias)

    def everybody(self) -> list[str]:
        """Who takes part, in the order in which each of them acts now."""
        names = list(self.secrets)[1:]
        return self.rng.sample(names, len(names))


async def play(root: Path, groups: int, seed: int, named: tuple[bool, ...] = (True, False, False)) -> list[Met]:
    """So many groups on one disk; `named`: in which of their meetings the owner says whose the case is."""
    disk, rng, found = Disk(root), Random(seed), list[Met]()
    await disk.store.open()
    try:
        for _ in range(groups):
            found += await _group(disk, rng, named)
    finally:
        await disk.store.close()
    return found


async def _group(disk: Disk, rng: Random, named: tuple[bool, ...]) -> list[Met]:
    alias, found, begun = f"g{rng.getrandbits(48):012x}", list[Met](), len(disk.found)
    group = members.found(alias, "Mentoren", handle="o", key="k", code="", zone="", until=NOW + 900 * DAY)
    await disk.store.create(group, group.until)
    for name in (GUIDE, *rng.sample(NAMES, len(NAMES))):
        group = await disk.change(alias, members.join, f"h{name}", name, f"k{name}", rng=rng)
    guide = next(m.id for m in group.members.values() if m.name == GUIDE)
    await disk.change(alias, members.guides, ORGANISER, guide, yes=True)
    await disk.change(alias, plan.take, ORGANISER, "free", MEETINGS, (), "", 120)
    for nr in range(MEETINGS):
        if nr == MEETINGS - 1:
            await _one_for_another(disk, alias, rng)
        found.append(await _meet(disk, alias, nr, rng, named[nr], begun))
    return found


async def _one_for_another(disk: Disk, alias: str, rng: Random) -> None:
    group = await disk.store.group(alias)
    gone = rng.choice([m.id for m in group.members.values() if not m.guide])
    await disk.change(alias, members.leave, gone)
    await disk.change(alias, members.join, "hLater", LATER, "kLater", rng=rng)


async def _meet(disk: Disk, alias: str, nr: int, rng: Random, named: bool, begun: int) -> Met:
    group = await disk.store.group(alias)
    first, here = len(disk.found), [m.name for m in group.members.values() if not m.left and not m.guide]
    table = Table(rng, group, nr, rng.sample(here, SEVEN))
    met = Met(past=disk.found[begun:], named=named)
    met.names = {table.member[name].id: name for name in table.secrets if name != GUIDE}
    await disk.store.create(table.room)
    await disk.change(alias, held.opened, ORGANISER, nr, table.alias)
    for step in (_here, _write, _choose, _settle, _end, _goes, _goes, _closes):
        step(table, met)
        disk.now = table.now
        table.room = await disk.change(
            table.alias, lambda old, new: msgspec.structs.replace(new, version=old.version), table.room
        )
        table.now += table.rng.randint(2, 20) * 60_000
    await disk.change(
        alias, held.keep_find, rng.choice(list(met.names)), "Eerst stil zijn werkt.", f"{rng.getrandbits(48):012x}"
    )
    await lives.tell(disk.store, await disk.store.load(table.alias))
    disk.look()
    met.kept, met.room = disk.found[first:], disk.room(table.alias)
    return met


def _write(table: Table, met: Met) -> None:
    table.to("write")
    met.truth["cases"] = {}
    for name in table.everybody():
        question = met.truth["cases"][name] = f"Vraag {table.rng.getrandbits(40)}?"
        tag, ready = table.signs(name)
        long = "x" * table.rng.randint(1, 180)
        table.by(name, writing.lay, tag, ready, 2, (long, long, question))


def _choose(table: Table, met: Met) -> None:
    """Six give two dots to one case and one to another, each to another one; the seventh gives all three."""
    table.to("choose")
    met.truth["votes"], names = {}, table.everybody()
    author = table.rng.choice(names)
    met.truth["owner"] = {name: "owner" if name == author else "" for name in names}
    others = [name for name in names if name != author]
    for name, other in zip(names, (*table.rng.sample(others, len(others)), author), strict=True):
        dots = {table.case_of(author): 3} if other == author else {table.case_of(author): 2, table.case_of(other): 1}
        met.truth["votes"][name] = table.case_of(other)
        table.cast(name, dots)
    table.next()
    for name in table.everybody():
        table.answer(name, ("bring" if met.named else "without") if name == author else "none")
    table.next()
    table.now += choosing.WAIT
    table.next()
    assert table.room.chosen, "somebody's case is treated"


def _settle(table: Table, met: Met) -> None:
    author = next(name for name, said in met.truth["owner"].items() if said)
    if met.named:
        table.claim(author)
        table.by(author, willing.say_yes, METHOD)
    assert bool(table.room.chosen[0].owner) is met.named
    table.next()
    while phase(table.room).kind != "closing":
        table.by(GUIDE, flow.skip, flow.pointer(table.room), table.now, table.rng)


def _end(table: Table, met: Met) -> None:
    for name in table.everybody():
        tag, ready = tags.takeaway(table.tag(name), table.room), table.signs(name)[1]
        table.by(name, takeaways.share, 1, f"Ik neem {name[::-1]} mee", report=False, tag=tag, ready=ready)
    table.next()
    met.truth["ratings"], names = {}, table.everybody()
    pairs = table.rng.sample([(a, b) for a in range(1, 6) for b in range(1, 6)], len(names))
    for name, (a, b) in zip(names, pairs, strict=True):
        met.truth["ratings"][name] = f"{a} {b}"
        tag, ready = tags.rating(table.tag(name), table.room), table.signs(name)[1]
        table.by(name, scales.evaluate, {"A1": a, "A2": b}, tag=tag, ready=ready)
    assert this_round(table.room).marks and evaluating.named(table.room)


def _here(table: Table, met: Met) -> None:
    """Everybody is there from the first minute."""


def _goes(table: Table, met: Met) -> None:
    """Somebody goes home before the end, as people do."""
    there = [name for name in met.names.values() if table.room.seats[table.seat(name)].presence is Presence.HERE]
    table.by(GUIDE, people.mark_left, table.seat(table.rng.choice(there)))


def _closes(table: Table, met: Met) -> None:
    table.by(GUIDE, closing.close, table.now, table.rng)
