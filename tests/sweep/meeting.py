"""A whole meeting with a mark in everything: what everybody sends is remembered, and what it is turned into."""

from __future__ import annotations

import html
import re
import secrets
import sys
from pathlib import Path

import msgspec

from rooms import tags
from rooms.room import Room, this_round
from server import acts, identity
from server.person import Person
from tests.conftest import ROOT, Server
from tests.rooms.test_unsigned import difference
from tests.sweep import trace
from tests.sweep.canaries import Canaries
from tests.sweep.places import Host

AGENT, ADDRESS = "Kanarie-toestel/9.7 (lila)", "203.0.113.77"
GROUP = "Kring Kanariewijk"
NAMES = ("Kanarie-Owen", "Kanarie-Cora", "Kanarie-Carl", "Kanarie-Cleo", "Kanarie-Cem", "Kanarie-Cato")
CSRF = re.compile(r'name="csrf" value="([^"]{86})"')
BALLOT = re.compile(r'name="dots-([^"]+)"')
TAGS = {
    "case": tags.case,
    "vote": tags.vote,
    "ready": tags.ready,
    "agreement": tags.agree,
    "takeaway": tags.takeaway,
    "report": tags.report,
}


class Traced(Server):
    """A server under strace, with what it is asked to keep of core dumps left to itself."""

    def __init__(self, host: Host, name: str, redis_url: str, *leaks: str, **env: str) -> None:
        super().__init__(host.data, KRING_REDIS_URL=redis_url, KRING_LOG_LEVEL="debug", **env)
        self.env["KRING_FORWARDED_ALLOW_IPS"] = "127.0.0.1"
        self.log, self.starts = host.root / f"{name}.log", 0
        self.prefix = host.root / "trace" / name
        self.prefix.parent.mkdir(exist_ok=True)
        module = ["tests.sweep.leaks", *leaks] if leaks else ["server"]
        self.program = [sys.executable, "-m", *module]

    async def start(self) -> Traced:
        self.starts += 1
        self.command = trace.command(Path(f"{self.prefix}-{self.starts}"), self.program)
        await super().start()
        return self

    def traces(self) -> list[trace.Traced]:
        return [trace.read(Path(f"{self.prefix}-{n + 1}"), ROOT) for n in range(self.starts)]


class Meeting:
    """People at one or two servers; whoever does something leaves its marks in `canaries`."""

    def __init__(self, host: Host, *servers: Server) -> None:
        self.host, self.servers, self.canaries = host, servers, Canaries()
        self.people: dict[str, Person] = {}
        self.signed: list[str] = []  # acts without a name whose change names somebody
        self.canaries.text("address", ADDRESS)
        self.canaries.text("device name", AGENT)
        self.canaries.text("group", GROUP)

    @property
    def alias(self) -> str:
        return self.lead.alias

    async def gather(self, names: tuple[str, ...] = NAMES, method: str = "gossip") -> Meeting:
        """Opens the circle; the others join at the servers in turn."""
        self.lead = self._person(0)
        await self.lead.begin(GROUP, "Kanarie-Fay", method=method)
        for n, name in enumerate(names):
            self.people[name] = await self._person(n % len(self.servers)).join(self.lead.code, name)
        self.canaries.text("name", "Kanarie-Fay", *names)
        self.canaries.text("join code", self.lead.code, self.lead.code.replace("-", ""))
        self.canaries.text("leader's key", self.lead.key)
        self.canaries.text("alias", self.alias)
        for one in (self.lead, *self.people.values()):
            secret = self.secret(one)
            self.canaries.secret("K", secret)
            self.canaries.text("K", identity.encode(secret))
            self.canaries.secret("CSRF value", identity._csrf(secret, self.alias))
            self.canaries.text("handle", identity.handle(secret, self.alias))
        self.key = self.host.key(self.alias)
        self.canaries.secret("room key", self.key)
        return self

    def _person(self, n: int) -> Person:
        one = Person(self.servers[n].url)
        one.http.headers.update({"user-agent": AGENT, "x-forwarded-for": ADDRESS})
        return one

    def secret(self, who: Person) -> bytes:
        value = next(v for k, v in who.http.cookies.items() if k == f"kring-{self.alias}")
        found = identity.decode(value.partition(".")[0])
        assert found
        return found

    async def watch(self, name: str) -> None:
        """Somebody more, who watches as the guide and takes no part."""
        self.guide = await self._person(0).join(self.lead.code, name)
        self.canaries.text("name", name)
        self.canaries.secret("K", self.secret(self.guide))
        self.canaries.text("handle", identity.handle(self.secret(self.guide), self.alias))
        await self.does(self.lead, "let-guide", seat=next(s.id for s in self.room().seats.values() if s.name == name))

    async def whisper(self, text: str) -> None:
        self.canaries.text("cue text", text)
        await self.does(self.guide, "whisper", text=text)

    async def pair(self) -> None:
        """A big screen shows its symbols, and the leader types them."""
        screen = self._person(0)
        shown = re.search(r'class="symbols"[^>]*>(.*?)</', (await screen.http.get("/scherm")).text, re.S)
        assert shown
        typed = re.sub(r"<[^>]+>|\s", "", shown[1])
        self.canaries.text("pairing symbols", typed)
        await self._post(self.lead, "koppel", {"symbols": typed}, "/leiden")
        await screen.http.get("/scherm")
        await screen.close()

    def room(self) -> Room:
        """The room as it is stored, opened with its key."""
        row = self.host.row(self.alias)
        assert row
        body = self.host.document(self.alias) or row[1]  # the control lays it down unsealed
        found: Room = msgspec.msgpack.decode(body, type=Room)
        return found

    async def does(self, who: str | Person, verb: str, status: int = 204, **fields: str) -> None:
        """One act; an unsigned one is looked at: its change in the document names nobody."""
        one = who if isinstance(who, Person) else self.people[who]
        looked = verb in acts.UNSIGNED and status == 204
        before = self.room() if looked else None
        answer = await self._post(one, f"do/{verb}", fields, "/leiden" if "at" in fields else "")
        assert answer == status, (verb, answer)
        if before is not None:
            self._names(verb, before, self.room())

    def _names(self, verb: str, before: Room, after: Room) -> None:
        changed = difference(
            *(msgspec.json.decode(msgspec.json.encode(msgspec.structs.replace(r, version=0))) for r in (before, after))
        )
        marks = [*before.devices, *before.seats]
        if any(mark in changed for mark in marks) or re.search(r"\b1[6-9]\d{11}\b", changed):
            self.signed.append(verb)

    async def _post(self, who: Person, path: str, fields: dict[str, str], tail: str) -> int:
        csrf = CSRF.search(await who.page(tail))
        assert csrf, path
        op = secrets.token_hex(16)
        self.canaries.text("CSRF value", csrf[1])
        if not fields.get("op") and path != "do/add-seat":
            self.canaries.text("operation id", op)
        form = {"csrf": csrf[1], "op": op, **fields}
        answer = await who.http.post(f"/r/{who.alias}/{path}", data=form, headers={"x-kring": "1"})
        return answer.status_code

    async def press(self, verb: str = "next", times: int = 1) -> None:
        """The leader's act, with the pointer of the cockpit as it is."""
        for _ in range(times):
            at = re.search(r'do/next" name="at" value="([^"]+)"', await self.lead.page("/leiden"))
            assert at
            await self.does(self.lead, verb, at=html.unescape(at[1]))

    def mark(self, *kinds: str) -> None:
        """Remembers the tags that everybody's device makes at this moment of the meeting."""
        room = self.room()
        for one in (self.lead, *self.people.values()):
            made = self.tag(one)
            for kind in kinds:
                self.canaries.text(f"{kind} tag", TAGS[kind](made, room))

    def mark_input(self, kind: str, line: str) -> None:
        """The same for a card or a scale of the present phase."""
        room = self.room()
        for one in self.people.values():
            made = tags.card(self.tag(one), room, line, 0) if kind == "card" else tags.scale(self.tag(one), room, line)
            self.canaries.text(f"{kind} tag", made)

    def mark_rating(self) -> None:
        room = self.room()
        for one in self.people.values():
            self.canaries.text("evaluation tag", tags.rating(self.tag(one), room))

    def tag(self, who: Person) -> tags.Tag:
        secret = self.secret(who)
        return lambda *parts: identity.tag(secret, *parts)

    async def agree(self) -> None:
        await self.press()
        for one in (self.lead, *self.people.values()):
            await self.does(one, "agree", x="yes")
        self.mark("agreement")
        await self.press(times=2)

    async def write(self, *names: str) -> None:
        """Everybody named lays a case with three marked texts."""
        for name in names:
            texts = {
                k: f"{k} \u00e9n kanarie van {name}: \u201ewat nu?\u201d"
                for k in ("situation", "difficulty", "question")
            }
            self.canaries.text("case text", *texts.values())
            self.canaries.text("case text", *(t.replace("\u201e", '"').replace("\u201d", '"') for t in texts.values()))
            await self.does(name, "lay", rev="1", **texts)
        self.mark("case", "ready")

    async def vote(self, *names: str) -> None:
        for name in names:
            cases = BALLOT.findall(await self.people[name].page())
            await self.does(name, "chosen", rev="1", **{f"dots-{cases[0]}": "2", f"dots-{cases[1]}": "1"})
        self.mark("vote", "ready")

    def stage(self) -> int:
        return this_round(self.room()).stage

    async def close(self) -> None:
        for one in (self.lead, *self.people.values()):
            await one.close()
