"""A meeting from the first page to long after its end, and all that was left of it on the way."""

from __future__ import annotations

import asyncio
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

from rooms import tags
from rooms.choosing import CLAIM
from rooms.room import phase, this_round
from tests.conftest import ROOT, Server
from tests.sweep import trace
from tests.sweep.meeting import NAMES, Meeting, Traced
from tests.sweep.places import Host, opened, outside
from tests.sweep.redis import CarelessRedis
from tests.sweep.verdict import Verdict

FEW = NAMES[:5]


class Whole:
    """One sweep. `short`: one server, the case and the vote only. `leaks` are planted in the first server."""

    def __init__(self, root: Path, *leaks: str, short: bool = False) -> None:
        self.ahead = "write_ahead_log" in leaks
        self.host = Host(root, *(("kring.db-wal", "kring.db-shm") if self.ahead else ()))
        self.verdict, self.short = Verdict(), short
        self.redis = CarelessRedis(root / "redis").start()
        self.one = Traced(self.host, "one", self.redis.url, *leaks)
        if not leaks:
            self.one.program = [sys.executable, "-m", "tests.tools.impatient", "wait=1200"]
        self.servers: list[Traced] = [self.one]
        if not short:
            self.servers.append(Traced(self.host, "two", self.redis.url, "a_bug"))

    async def run(self) -> Verdict:
        """Plays, looks at each stage, and reads what was written."""
        cores = set(ROOT.glob("core*"))
        try:
            await self._play()
        finally:
            for server in self.servers:
                server.stop()
            self.redis.end()
        if not self.short:
            self._later()
            self._look("later")
        self._written()
        self.verdict.checks["core dumps"] = [p.name for p in set(ROOT.glob("core*")) - cores]
        return self.verdict

    async def _play(self) -> None:
        (await self.redis.ready()).listen()
        for server in self.servers:
            await server.start()
        self.meeting = Meeting(self.host, *self.servers)
        await self.meeting.gather(FEW if self.short else NAMES)
        await self.meeting.watch("Kanarie-Gil")
        await self.meeting.pair()
        await self.meeting.agree()
        await self._write()
        await self._choose()
        # Only a log written ahead lets others read on while it is written: they keep in it what was erased.
        reader = self.host.reader() if self.ahead else None
        if not self.short:
            await self._settle()
            await self._method()
            await self._end()
            await self._crash()
        if last := self.host.row(self.meeting.alias):
            self._remember(last[1])
        await self.meeting.does(self.meeting.lead, "erase", 303)
        self._look("erased")
        if reader:
            reader.close()
        self._backups()
        if not self.short:
            await self._forget()
        await self.meeting.close()

    async def _write(self) -> None:
        meeting, names = self.meeting, list(self.meeting.people)
        await meeting.write(*names[:2])
        self.one.kill9()
        await self.one.start()
        await meeting.write(*names[2:])
        await meeting.does(names[0], "lay", 409, rev="x", situation="", difficulty="", question="kanarie van een ander")
        await meeting.does(names[1], "lay", 500 if self._bug(1) else 409, rev="9", question=self._long(names[1]))
        await meeting.does(names[0], "lay", 500 if self._bug(0) else 409, rev="9", question=self._long(names[0]))
        self._look("writing")
        self.host.backup("writing")

    def _bug(self, n: int) -> bool:
        server = self.servers[n % len(self.servers)]
        return bool({"a_bug", "text_in_log"} & set(server.program))

    def _long(self, name: str) -> str:
        return f"question \u00e9n kanarie van {name}: \u201ewat nu?\u201d" * 40

    async def _choose(self) -> None:
        meeting = self.meeting
        await meeting.press(times=2)
        await meeting.vote(*meeting.people)
        row = self.host.row(meeting.alias)
        assert row
        self.old = row
        self._remember(row[1])
        self._look("voting")
        self.saved = self.host.backup("voting")
        await meeting.press()
        self._look("counted")

    def _remember(self, body: bytes) -> None:
        """Pieces of a sealed row: they mean nothing, but after erasing not even they are there."""
        pieces = {body[n : n + 32] for n in range(1000, len(body) - 32, 3000)}
        self.meeting.canaries.kinds.setdefault("sealed row", set()).update(pieces)

    async def _settle(self) -> None:
        meeting = self.meeting
        for name in meeting.people:
            await meeting.does(name, "answer", choice="bring")
        await meeting.press()
        await self._until_stage(CLAIM)
        room = meeting.room()
        cap = next(c.cap for c in room.cases if c.id == room.chosen[-1].case)
        self.owner = next(n for n, p in meeting.people.items() if tags.case(meeting.tag(p), room) == cap)
        await meeting.does(self.owner, "it-is-me")
        await meeting.does(self.owner, "say-yes", method="gossip")
        await meeting.press()
        self._look("settled")

    async def _until_stage(self, stage: int) -> None:
        async with asyncio.timeout(20):
            while self.meeting.stage() != stage:
                if time.time_ns() // 1_000_000 > this_round(self.meeting.room()).until + 300:
                    await self.meeting.press()
                await asyncio.sleep(0.1)  # polls for a sign: the twenty seconds, here a little more than one

    async def _method(self) -> None:
        meeting = self.meeting
        others = [n for n in meeting.people if n != self.owner]
        await meeting.press()
        await meeting.whisper("Een kanarie fluistert: nog even geen advies")
        for name in others:
            text = f"Een vraag als kanarie, van {name}?"
            meeting.canaries.text("card text", text)
            await meeting.does(name, "card", input="questions", slot="0", rev="1", text=text)
        meeting.mark_input("card", "questions")
        meeting.mark("ready")
        self._look("cards")
        await self._to("look-back")
        for n, name in enumerate(meeting.people):
            await meeting.does(name, "rate", input="safety", value=str(n % 5 + 1))
        meeting.mark_input("scale", "safety")
        meeting.mark("ready")
        self._look("rated")

    async def _to(self, wanted: str) -> None:
        for _ in range(20):
            now = phase(self.meeting.room())
            if wanted in (now.id, now.kind):
                return
            await self.meeting.press()
        raise AssertionError(wanted)

    async def _end(self) -> None:
        meeting = self.meeting
        await self._to("closing")
        for name in meeting.people:
            text = f"Dit neem ik mee als kanarie, zegt {name}"
            meeting.canaries.text("takeaway text", text)
            await meeting.does(name, "share", rev="1", text=text, report="1")
            await meeting.does(name, "agree-report", x="1")
        meeting.mark("takeaway", "ready", "report")
        self._look("closing")
        await meeting.press()
        for name in meeting.people:
            await meeting.does(name, "evaluate", A1="5", A2="2")
        meeting.mark_rating()
        meeting.mark("ready")
        self._look("evaluation")
        await meeting.does(meeting.lead, "close")
        self._look("ended")

    async def _crash(self) -> None:
        """A third process falls over, on a machine that keeps core dumps, with a page just served."""
        before = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (before[1], before[1]))
        three = Traced(self.host, "three", self.redis.url)
        self.servers.append(three)
        await three.start()
        resource.setrlimit(resource.RLIMIT_CORE, before)
        await self.meeting.lead.http.get(f"{three.url}/r/{self.meeting.alias}/leiden")
        assert three.process
        three.process.send_signal(signal.SIGSEGV)
        three.process.wait()
        Server.running.discard(three)

    async def _forget(self) -> None:
        """A second circle, that goes home and leaves everything."""
        forgotten = Meeting(self.host, *self.servers[:2])
        forgotten.canaries = self.meeting.canaries
        await forgotten.gather(FEW)
        await forgotten.agree()
        await forgotten.write(*FEW)
        self.forgotten = forgotten.alias
        await forgotten.close()

    def _later(self) -> None:
        """Whoever forgets to erase: the sweeper does, when the days are over."""
        late = Traced(self.host, "later", self.redis.url)
        late.program = [sys.executable, "-m", "tests.sweep.later", "30"]
        late.starts = 1
        with late.log.open("ab") as log:
            command = trace.command(Path(f"{late.prefix}-1"), late.program)
            subprocess.run(command, cwd=ROOT, env=late.env, stdout=log, stderr=log, check=True, timeout=60)
        self.servers.append(late)
        left = [p.name for p in self.host.keyring.iterdir() if p.name != "_pepper"]
        rows = [alias for alias in (self.meeting.alias, self.forgotten) if self.host.row(alias)]
        self.verdict.checks["rooms left when the days are over"] = left + rows

    def _look(self, stage: str) -> None:
        self.verdict.look(stage, self.host, self.meeting.alias, self.meeting.canaries)
        row = self.host.row(self.meeting.alias)
        if row and (len(row[1]) - 28).bit_count() != 1:
            self.verdict.checks.setdefault("sizes that are no power of two", []).append(f"{len(row[1])} when {stage}")

    def _backups(self) -> None:
        """The backup of the vote, with every key that is left: it opens with none."""
        keys = [p.read_bytes() for p in self.host.keyring.iterdir()]
        found = [n for n, key in enumerate(keys) if opened(*self.old, key, self.meeting.alias)]
        self.verdict.checks["keys that open the backup after erasing"] = [f"key {n}" for n in found]

    def _written(self) -> None:
        allowed = {f"127.0.0.1:{self.redis.port}"}
        checks = self.verdict.checks
        checks["acts without a name that name somebody"] = sorted(set(self.meeting.signed))
        touched, key = [], self.host.keyring / self.meeting.alias
        over, gone = False, False
        for traced in (one for server in self.servers for one in server.traces()):
            self.verdict.written(traced.written, self.host, self.meeting.canaries)
            touched += outside(self.host, traced)
            spoke = {s for s in traced.spoke - allowed if not s.startswith("unix:")}
            checks.setdefault("addresses spoken to, other than Redis", []).extend(sorted(spoke))
            checks.setdefault("ways of writing that the trace cannot read", []).extend(sorted(traced.unseen))
            over |= any(len(p) == 32 and p != self.meeting.key for p in traced.written.get(str(key), []))
            gone |= str(key) in traced.removed
        checks["files written outside data, keyring and log"] = sorted(set(touched))
        checks["keys removed without being overwritten"] = [] if over and gone else [f"{over}, removed: {gone}"]
