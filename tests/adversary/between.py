"""Two meetings of one group on a real server: the documents of their rooms while people write, choose and answer, and
after; and what the group's page told each member around them. Can rooms be matched by anything but whom they name?"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import html
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from server import identity
from tests.adversary.rooms import document
from tests.conftest import Server
from tests.live import meetings
from tests.server.test_groupdoors import Browser, id_of, person

GUIDE, NAMES = "Fay", ("Owen", "Cora", "Carl", "Cleo", "Cem", "Cato")
METHOD = "socratic"  # can go on without its owner
SHORTEST, WINDOW = 6, 12  # characters of a word that is looked for; of a piece of one
_APART = re.compile(r"[^\w-]+|_")
_MOVES = re.compile(r'name="(csrf|op|rev)" value="[^"]*"|/g/g[0-9a-f]{12}')


@dataclass
class Met:
    """One meeting: its room as stored at moments of it, and what each member's page of the group said after it."""

    alias: str
    seen: list[dict[str, Any]] = field(default_factory=list)
    pages: dict[str, str] = field(default_factory=dict)
    owner: str = ""

    @property
    def words(self) -> set[str]:
        """All words in it, at any moment."""
        return {word for one in self.seen for text in _texts(one) for word in (text, *_APART.split(text))}


def _texts(value: Any) -> Iterator[str]:
    """Every text and number, keys of maps too."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, str | int):
        yield str(value)


@dataclass
class Group:
    """A group of seven on a server, with what nobody keeps secret of it."""

    server: Server
    people: dict[str, Browser]
    ids: dict[str, str] = field(default_factory=dict)
    met: list[Met] = field(default_factory=list)

    @property
    def alias(self) -> str:
        return self.people[GUIDE].alias

    @property
    def meant(self) -> set[str]:
        """What two of its meetings have in common and may."""
        return {self.alias, *self.ids.values()}


async def begun(server: Server) -> Group:
    """The group, with a plan of four meetings that its guide leads."""
    organiser = Browser(server)
    code = await organiser.begin("Mentoren")
    group = Group(server, {})
    for name in (GUIDE, *NAMES):
        group.people[name] = Browser(server)
        await group.people[name].http.post("/", data={"code": code})  # who is asked for a name is given a secret for it
        await group.people[name].join(code, name)
        group.ids[name] = await id_of(server, group.alias, name)
    assert (await organiser.act("guide", "/leden", member=group.ids[GUIDE], yes="1")).status_code == 303
    taken = {"road": "free", "count": "4", "first": "2026-12-02", "time": "14:00", "minutes": "90"}
    assert (await organiser.act("take", "/plan", **taken)).status_code == 303
    return group


async def meet(group: Group, owner: str, *, named: bool) -> Met:
    """The next meeting: six write and choose the case of one of them, who says so or not; all answer the closing."""
    nr, first = str(len(group.met)), group.people[GUIDE]
    await first.act("set-up", "/plan", nr=nr, guidance="guided", method=METHOD)
    lead = person(await first.act("open", nr=nr), first)
    people = {n: person(await group.people[n].act("open", nr=nr), group.people[n]) for n in NAMES}
    room, met = meetings.Meeting(lead, people, lead), Met(lead.alias, owner=owner)

    def look() -> None:
        met.seen.append({k: v for k, v in document(group.server, met.alias).items() if k != "_row"})

    while _phase(document(group.server, met.alias)) != "write":
        await room.press("next")
    for name in NAMES:
        question = f"Wat doet {name.lower() * 2} met mij{nr}?"
        await room.do(name, "lay", rev="1", situation="Er is iets", difficulty="Lastig", question=question)
    look()
    await room.press("next")
    await room.press("next")
    case = next(c["id"] for c in document(group.server, met.alias)["cases"] if owner.lower() * 2 in c["texts"][2])
    for name in NAMES:
        await room.do(name, "chosen", rev="1", **{f"dots-{case}": "3"})
    look()
    await room.press("next")
    for name in NAMES:
        mine = "bring" if named else "without"
        await room.do(name, "answer", choice=mine if name == owner else "none")
    await room.press("next")
    await _settle(room, group, met, named=named)
    await _close(room, look)
    for name, browser in group.people.items():
        met.pages[name] = await browser.page()
    group.met.append(met)
    look()
    return met


def _phase(room: dict[str, Any]) -> str:
    return str(room["agenda"][room["at"]]["phase"]["kind"])


async def _settle(room: meetings.Meeting, group: Group, met: Met, *, named: bool) -> None:
    async with asyncio.timeout(20):
        while not (now := document(group.server, met.alias))["chosen"] or now["chosen"][0]["willing"] != METHOD:
            await room.lead.next()
            await asyncio.sleep(0.05)  # polls for a sign: that the way out closed
            if named and (await room.people[met.owner].act("it-is-me")).status_code == 204:
                await room.do(met.owner, "say-yes", method=METHOD)


async def _close(room: meetings.Meeting, look: Any) -> None:
    while "do/close" not in (page := await room.lead.page("/leiden")):
        at = html.unescape(re.search(r'do/next" name="at" value="([^"]+)"', page)[1])  # type: ignore[index]
        assert (await room.lead.act("skip", at=at)).status_code == 204
    for n, name in enumerate(NAMES):
        await room.do(name, "evaluate", A1=str(n % 5 + 1), A2="4")
    look()
    assert (await room.lead.act("close")).status_code == 204


async def played(root: Path, *leaks: str) -> tuple[Group, Group]:
    """A group that met twice, the second time without a word of whose the case was; and another, with people of the
    same names."""
    root.mkdir(parents=True, exist_ok=True)
    server = Server(root / "data")
    server.command = [sys.executable, "-m", "tests.adversary.planted", "no_budgets", "no_way_out", *leaks]
    await server.start()
    try:
        return await asyncio.gather(_twice(server, "Cora", "Cleo"), _twice(server, "Carl", "Cem"))
    finally:
        server.stop()


async def _twice(server: Server, first: str, second: str) -> Group:
    group = await begun(server)
    await meet(group, first, named=True)
    await meet(group, second, named=False)
    return group


def alike(group: Group, other: Group) -> set[str]:
    """Words of two meetings of a group that are no words of its members' names, nor of any other group's meeting."""
    usual = set().union(*(met.words for met in other.met)) | group.meant
    found = [{w for w in met.words - usual if len(w) >= SHORTEST} for met in group.met]
    same = {w for n, one in enumerate(found) for two in found[n + 1 :] for w in one & two}
    pieces = [{w[n : n + WINDOW] for w in one - same for n in range(len(w) - WINDOW + 1)} for one in found]
    return same | {p for n, one in enumerate(pieces) for two in pieces[n + 1 :] for p in one & two if " " not in p}


def derived(group: Group, other: Group) -> set[str]:
    """Words of one meeting that are made of a word of an earlier one, in any of the ways in which Kring makes words."""
    usual = set().union(*(met.words for met in other.met))
    found = set()
    for n, met in enumerate(group.met):
        for later in group.met[n + 1 :]:
            heads = {word[:WINDOW] for word in later.words - usual if len(word) >= WINDOW}
            for word in met.words - usual:
                found |= {made for made in _made(word, later.alias) if made[:WINDOW] in heads}
    return found


def _made(word: str, alias: str) -> Iterator[str]:
    for raw in (word.encode(), *filter(None, [identity.decode(word)]), *_unhexed(word)):
        for more in (b"", alias.encode()):
            for digest in (hashlib.sha256(raw + more).digest(), hmac.digest(raw, more or b"kring1", hashlib.sha256)):
                yield digest.hex()
                yield identity.encode(digest)
        yield identity.handle(raw, alias)


def _unhexed(word: str) -> list[bytes]:
    return [bytes.fromhex(word)] if len(word) % 2 == 0 and re.fullmatch("[0-9a-f]{12,}", word) else []


def told_by_pages(group: Group) -> dict[str, frozenset[str]]:
    """Of each who wrote: what their page of the group says since the last meeting, whose owner said nothing."""
    before, after = group.met[-2].pages, group.met[-1].pages
    return {name: _lines(after[name]) - _lines(before[name]) for name in NAMES}


def turns_told(group: Group) -> dict[str, str]:
    """What each is told alone of their own turns, after the last meeting."""
    return {name: re.search(r"en (\d+) keer ging het", group.met[-1].pages[name])[1] for name in NAMES}  # type: ignore[index]


def _lines(page: str) -> frozenset[str]:
    plain = _MOVES.sub("", page)
    return frozenset(
        line.strip() for line in re.split(r"<[^>]*>", plain) if line.strip() and "keer ging het" not in line
    )
