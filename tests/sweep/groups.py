"""A group from its first page until it is erased, with a meeting whose circle is erased before it and another that is
open still: a mark in everything, and what is left of it where, at each stage."""

from __future__ import annotations

import asyncio
import contextlib
import html
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from rooms.room import Room
from server import identity
from server.documents import kind
from server.person import Person
from tests.server.test_groupdoors import KEY, Browser, id_of, person, rev_of
from tests.sweep.canaries import unpacked
from tests.sweep.meeting import ADDRESS, AGENT, GROUP, Meeting, Traced
from tests.sweep.places import PLACES, Host, opened, outside
from tests.sweep.redis import CarelessRedis

GUIDE, NAMES = "Kanarie-Fay", ("Kanarie-Owen", "Kanarie-Cora", "Kanarie-Carl", "Kanarie-Cleo", "Kanarie-Cem")
GONE = "Kanarie-Weg"  # leaves before any meeting
AGREEMENT, FIND = "Een kanarie komt op tijd.", "Eerst stil zijn, zei de kanarie."
STAGES = ("planned", "writing", "voting", "closed", "told", "circle erased", "group erased", "all erased")
MEETING, KNOWN = STAGES[1:5], STAGES[:6]
# In which stages a kind is in an opened document of the group (all that is no room), and in one of a room.
IN_GROUP: dict[str, tuple[str, ...]] = {
    "full name": KNOWN[4:],
    "group": KNOWN, "name": KNOWN, "agreement": KNOWN, "find": KNOWN, "group's code": KNOWN, "group's handle": KNOWN,
    "group's alias": KNOWN, "alias": MEETING[:3],  # until the circle told what it leaves
}  # fmt: skip
NAMED = (*MEETING, "group erased")  # a second circle is open then, which keeps its own time
IN_ROOM: dict[str, tuple[str, ...]] = {
    "group": NAMED, "name": NAMED, "group's alias": NAMED, "alias": MEETING, "case text": MEETING, "handle": MEETING,
    "cue text": MEETING[:2], "case tag": MEETING[:2], "vote tag": ("voting",), "ready tag": MEETING[:2],
}  # fmt: skip
# What may lie open: names that mean nothing, and keys as long as what they open is there.
OPEN: dict[str, dict[str, tuple[str, ...]]] = {
    "group's alias": {"database": KNOWN, "backup": STAGES, "bus": STAGES, "written": STAGES, "keyring": ()},
    "alias": {"database": MEETING, "backup": STAGES, "bus": STAGES, "written": STAGES},
    "group's key on disk": {"keyring": KNOWN, "written": STAGES},
    "room key": {"keyring": MEETING, "written": STAGES},
}


class Grouped(Meeting):
    """The meeting of a group: its people come in by their group."""

    def __init__(self, host: Host, server: Traced) -> None:
        super().__init__(host, server)
        self.browsers: dict[str, Browser] = {}

    def _browser(self) -> Browser:
        one = Browser(self.servers[0])
        one.http.headers.update({"user-agent": AGENT, "x-forwarded-for": ADDRESS})
        return one

    async def begin(self) -> None:
        """The group with all that it may hold; somebody leaves it before it met."""
        self.organiser, marks = self._browser(), self.canaries
        code = await self.organiser.begin(GROUP)
        marks.text("group's code", code, code.replace("-", ""))
        marks.text("organiser's key", self.organiser.key)
        for name in (GUIDE, *NAMES, GONE):
            one = self.browsers[name] = self._browser()
            await one.http.post("/", data={"code": code})
            await one.join(code, name)
            marks.text("member's key", one.key)
        self.group = self.organiser.alias
        marks.text("name", GUIDE, *NAMES)
        marks.text("gone", GONE)
        marks.text("group's alias", self.group)
        marks.secret("group's key on disk", self.host.key(self.group))
        self.group_key = self.host.key(self.group)
        for one in (self.organiser, *self.browsers.values()):
            self._mark_secret(one.http.cookies[f"kring-{self.group}"])
        one = self.browsers[NAMES[0]]
        guide = await id_of(self.servers[0], self.group, GUIDE)
        await self.organiser.act("guide", "/leden", member=guide, yes="1")
        await one.act("take", "/plan", road="free", count="3", first="2026-12-02", time="14:00", minutes="90")
        for nr in ("0", "1"):  # a member leads, so that there is somebody to whisper to
            await one.act("set-up", "/plan", nr=nr, guidance="present", method="gossip")
        await one.act("agreement", "/leden", text=AGREEMENT, rev=rev_of(""))
        await one.act("find", text=FIND, op="0123456789ab")
        marks.text("agreement", AGREEMENT)
        marks.text("find", FIND)
        lent = KEY.search((await one.act("lend", "/leden")).text)
        assert lent
        marks.text("one-time link", lent[1])
        second = self._browser()
        await second.bring(self.group, lent[1])
        self._mark_secret(second.http.cookies[f"kring-{self.group}"])
        await self.browsers[GONE].act("leave", "/leden")

    def _mark_secret(self, cookie: str) -> None:
        secret = identity.decode(cookie.partition(".")[0])
        assert secret
        self.canaries.secret("K", secret)
        self.canaries.text("K", identity.encode(secret))
        self.canaries.text("group's handle", identity.handle(secret, self.group))

    async def prove(self) -> None:
        """Somebody gives the full name for the own proof of attendance."""
        told = {"full": "Kanarie Voluit de Lange", "number": "KANARIE-4711"}
        assert (await self.browsers[NAMES[1]].act("proof", "/aanwezigheid", **told)).status_code == 303
        self.canaries.text("full name", *told.values())

    async def open(self, nr: str) -> None:
        """The circle of a meeting: its leader opens it, the others come in, and the guide watches."""
        first = self.browsers[NAMES[0]]
        self.lead = person(await first.act("open", nr=nr), first)
        self.people = {}
        for name in NAMES[1:]:
            self.people[name] = person(await self.browsers[name].act("open", nr=nr), self.browsers[name])
        self.guide = person(await self.browsers[GUIDE].act("open", nr=nr), self.browsers[GUIDE])
        for one in (self.lead, *self.people.values(), self.guide):
            one.http.headers.update({"user-agent": AGENT, "x-forwarded-for": ADDRESS})
            secret = self.secret(one)
            self.canaries.secret("K", secret)
            self.canaries.text("K", identity.encode(secret))
            if nr == "0":
                self.canaries.text("handle", identity.handle(secret, self.alias))
        if nr == "0":
            self.canaries.text("alias", self.alias)
            self.key = self.host.key(self.alias)
            self.canaries.secret("room key", self.key)

    def everybody(self) -> Iterator[Person | Browser]:
        yield from (self.organiser, *self.browsers.values())


class Sweep:
    """One group on one server under a tracer with a careless Redis; `leaks` are planted in it."""

    def __init__(self, root: Path, *leaks: str) -> None:
        self.host = Host(root)
        self.redis = CarelessRedis(root / "redis").start()
        self.server = Traced(self.host, "one", self.redis.url, "quick_minutes", *leaks)
        self.counts: dict[tuple[str, str, str], int] = {}
        self.checks: dict[str, list[str]] = {}

    async def run(self) -> Sweep:
        """Plays, looks at each stage, and reads what was written."""
        try:
            await self._play()
        finally:
            self.server.stop()
            self.redis.end()
        self._look("all erased")
        self._written()
        return self

    async def _play(self) -> None:
        (await self.redis.ready()).listen()
        await self.server.start()
        self.meeting = one = Grouped(self.host, self.server)
        await one.begin()
        self._look("planned")
        await one.open("0")
        await self._meet()
        self._look("closed")
        await one.browsers[NAMES[1]].page()  # whose page asks what its circles left
        await one.prove()
        self._look("told")
        saved = self._rows()
        self.host.backup("told")
        await one.does(one.lead, "erase", 303)
        self._look("circle erased")
        alias = one.alias
        await one.open("1")
        assert (await one.organiser.act("erase", "/leden")).status_code == 303
        self._look("group erased")
        self._shut(saved, {one.group, alias})
        await one.does(one.lead, "erase", 303)
        for browser in one.browsers.values():
            assert await browser.page() == "", "nobody is in it any more"

    async def _meet(self) -> None:
        one = self.meeting
        while one.room().agenda[one.room().at].phase.kind != "write":
            await one.press()
        await one.whisper("Een kanarie fluistert: nog even geen advies")
        await one.write(*NAMES[1:])
        self._look("writing")
        while one.room().agenda[one.room().at].phase.kind != "choose":
            await one.press()
        await one.vote(*NAMES[1:])
        self._look("voting")
        while "do/close" not in (page := await one.lead.page("/leiden")):
            at = re.search(r'do/next" name="at" value="([^"]+)"', page)
            assert at
            await one.does(one.lead, "skip", at=html.unescape(at[1]))
        await one.does(one.lead, "close")

    def _rows(self) -> dict[str, tuple[int, bytes]]:
        with contextlib.closing(sqlite3.connect(f"file:{self.host.data / 'kring.db'}?mode=ro", uri=True)) as db:
            return {alias: (number, body) for alias, number, body in db.execute("select id, version, body from room")}

    def _look(self, stage: str) -> None:
        """Counts each kind in every file, and in every document that opens, whatever it is."""
        for place, files in self.host.files().items():
            blobs = [found for file in files for found in unpacked(file)]
            self._count(stage, place, blobs, sealed=place in ("database", "backup"))
        documents: dict[str, list[bytes]] = {"group": [], "room": []}
        for alias, (number, body) in self._rows().items():
            which = "room" if kind(alias) is Room else "group"
            documents[which].append(opened(number, body, self.host.key(alias), alias))
        for which, found in documents.items():
            self._count(stage, f"document of the {which}", found)

    def _count(self, stage: str, place: str, blobs: list[bytes], *, sealed: bool = False) -> None:
        for name in self.meeting.canaries.kinds:
            found = self.meeting.canaries.count(name, blobs, sealed=sealed)
            self.counts[stage, name, place] = self.counts.get((stage, name, place), 0) + found

    def _shut(self, saved: dict[str, tuple[int, bytes]], gone: set[str]) -> None:
        """What the backup has of the circle and of the group opens with no key that is left, nor is there one."""
        keys = [path.read_bytes() for path in self.host.keyring.iterdir()]
        shut = [alias for alias in saved if alias in gone or kind(alias) is not Room]
        self.checks["keys that open the backup after erasing"] = [
            kind(alias).__name__ for alias in shut for key in keys if opened(*saved[alias], key, alias)
        ]
        self.checks["keys left of what was erased"] = [a for a in shut if (self.host.keyring / a).exists()]
        assert len(shut) == 3, "the circle, the group, its attendance"

    def _written(self) -> None:
        """Counts everything in all that was ever written, whatever became of the file."""
        keys = {str(self.host.keyring / self.meeting.group): self.meeting.group_key}
        allowed = {f"127.0.0.1:{self.redis.port}"}
        overwritten = set()
        for traced in self.server.traces():
            for path, pieces in traced.written.items():
                found = [one for piece in pieces for one in unpacked(piece)] + [b"".join(pieces)]
                self._count("all erased", "written", found, sealed=self.host.place(path) == "database")
                if path in keys and any(len(p) == 32 and p != keys[path] for p in pieces) and path in traced.removed:
                    overwritten.add(path)
            self.checks["files written outside data, keyring and log"] = outside(self.host, traced)
            spoke = sorted(s for s in traced.spoke - allowed if not s.startswith("unix:"))
            self.checks["addresses spoken to, other than Redis"] = spoke
            self.checks["ways of writing that the trace cannot read"] = sorted(traced.unseen)
        self.checks["keys removed without being overwritten"] = [p for p in keys if p not in overwritten]

    def wrong(self) -> list[str]:
        """Everything that is not as it must be, as words."""
        found = [f"{name} in {place} when {stage}: {n}, must be {'there' if wanted else '0'}"
                 for (stage, name, place), n in self.counts.items()
                 if (wanted := expected(stage, name, place)) is not None and bool(n) != wanted]  # fmt: skip
        return found + [f"{name}: {what}" for name, list_ in self.checks.items() for what in list_]

    def rows(self) -> list[list[str]]:
        """A row per kind and place where it is or may be; the last one of a kind is all other places."""
        return [row for name in self.meeting.canaries.kinds for row in self._of(name)]

    def _of(self, name: str) -> list[list[str]]:
        rows = []
        for place in (*PLACES[:6], "document of the group", "document of the room", "written"):
            told = [self.counts.get((stage, name, place)) for stage in STAGES]
            if any(told) or any(expected(stage, name, place) for stage in STAGES):
                rows.append([name, place, *("" if n is None else str(n) for n in told)])
        return [*rows, [name, "everywhere else" if rows else "everywhere", *("0" for _ in STAGES)]]


def expected(stage: str, name: str, place: str) -> bool | None:
    """Whether a kind must be found in a place at a stage; None where both are right."""
    if name in OPEN and place in OPEN[name]:
        if stage in OPEN[name][place]:
            return None if place != "keyring" else True
        return False
    if place == "document of the group":
        return stage in IN_GROUP.get(name, ())
    return place == "document of the room" and stage in IN_ROOM.get(name, ())


# What is planted, and a word of what must be said about it.
CONTROLS = {
    "key_kept": "group's key on disk in keyring when group erased",
    "names_in_the_log": "name in log",
    "circle_told_whole": "case text in document of the group when told",
    "find_beside": "find in elsewhere",
    "link_on_the_bus": "one-time link in bus",
    "left_stays": "gone in document of the group",
}


def sweep(root: Path, *leaks: str) -> Sweep:
    """One sweep in this folder."""
    return asyncio.run(Sweep(root, *leaks).run())
