"""What the sentence beside a field says is what happens: in real meetings, on everybody's pages, before and after."""

from __future__ import annotations

import html
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rooms import promises
from rooms.methodfiles import catalogue
from rooms.promises import Promise, sees
from rooms.rights import LEAD, MEMBER, OWNER, SCREEN
from tests.conftest import Server
from tests.live.meetings import CASE, SIX, Meeting, meeting, telling
from tests.said import Page, sentence

RULES = [*promises.INPUTS.values(), *(promises.of(i) for m in catalogue().values() for p in m.phases for i in p.inputs)]
MEANS = {sentence(p, lang): p for p in RULES for lang in ("nl", "en")}


@pytest.fixture(scope="module")
async def quick(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    one = await Server(tmp_path_factory.mktemp("true") / "data").hurry("wait=200").start()
    yield one
    one.stop()


class Watch:
    """Everybody's pages, and what they show of what one person did."""

    def __init__(self, room: Meeting, owner: str = "") -> None:
        self.room, self.owner = room, owner
        self.wrong: list[str] = []

    async def means(self, who: str, verb: str, line: str = "") -> Promise:
        """What the page of this person says beside the field."""
        page = Page(await self.room.people[who].page())
        one = next(c for c in page.controls if c.verb == verb and (not line or c.line == line) and page.told(c))
        [told] = page.told(one)
        return next(p for words, p in MEANS.items() if words in told)

    async def pages(self, but: str) -> list[tuple[str, str, str]]:
        """Of everybody else: who, in which audience, and their page as they read it."""
        found = [(LEAD, self.room.lead, "/leiden"), (SCREEN, self.room.screen, "/scherm")]
        found += [(OWNER if n == self.owner else MEMBER, p, "") for n, p in self.room.people.items() if n != but]
        return [(role, tail or who.alias, html.unescape(await who.page(tail))) for role, who, tail in found]

    async def look(self, rule: Promise, who: str, *marks: str, came: bool) -> None:
        """Notes whoever sees a mark and was not named, or does not see it and was, or reads another name with it."""
        for role, tail, page, mark in [(*found, mark) for found in await self.pages(who) for mark in marks]:
            shown, may = mark in page, sees(rule, role, came=came)
            if shown != may:
                self.wrong.append(f"{mark} {'after' if came else 'before'}: {role} {tail} sees it: {shown}")
            elif shown and rule.name in ("with", "without") and (who in near(page, mark)) != (rule.name == "with"):
                self.wrong.append(
                    f"{mark}: {role} {tail} reads it {'without' if rule.name == 'with' else 'with'} a name"
                )

    async def field(self, who: str, verb: str, mark: str, *, press: int = 1, line: str = "", **fields: str) -> Promise:
        """One field: what it says, what is seen when it is filled, and again when its moment has come."""
        rule = await self.means(who, verb, line)
        await self.room.do(who, verb, **fields)
        await self.look(rule, who, mark, came=not rule.when)
        if rule.when:
            await self.room.press("next", press)
            await self.look(rule, who, mark, came=True)
        return rule

    async def own_number(self) -> list[str]:
        """The owner's own scale, of which the page says that nobody else sees it."""
        rule = await self.means(self.owner, "rate", "helped")
        assert not rule.then
        await self.room.do(self.owner, "rate", input="helped", value="7")
        await self.look(rule, self.owner, '<i class="dot">7</i>', came=True)
        return self.wrong


ITEM = re.compile(r"<(li|article)\b")


def near(page: str, mark: str) -> str:
    """What stands with the mark: its own item, or where there is none, what is around it."""
    at = page.index(mark)
    for found in reversed(list(ITEM.finditer(page, 0, at))):
        end = page.find(f"</{found[1]}>", found.start())
        if end > at:
            return page[found.start() : end]
    return page[max(at - 600, 0) : at + 400]


async def read(room: Meeting) -> list[str]:
    """Everybody lays a case and all are read; what differs from what the page said."""
    watch = Watch(room)
    rule = await watch.means("Cora", "lay")
    marks = {f"Merk-{i}-": name for i, name in enumerate(SIX)}
    for mark, name in marks.items():
        await room.do(name, "lay", **{**CASE, "situation": mark, "question": "Zaak-0?" if name == "Owen" else "Een?"})
    await watch.look(rule, "Owen", "Merk-0-", came=False)
    await watch.look(rule, "Cora", "Merk-1-", came=False)
    await room.press("next")
    for i in (0, 5):  # the first on the table, and the last
        await room.lead.act("show", x=str(i))
        page = await room.screen.page("/scherm")
        [now] = [mark for mark in marks if mark in page]
        await watch.look(rule, marks[now], now, came=True)
    return watch.wrong


async def chosen(server: Server, method: str) -> Meeting:
    """A meeting in which Owen's case is chosen, before it is said to be his."""
    room = await meeting(server, method=method)
    await room.press("next", 3)
    assert await read(room) == []
    await room.press("next")
    own = re.search(r'<legend>Zaak-0\?</legend>.*?name="(dots-[^"]+)"', await room.people["Owen"].page(), re.DOTALL)
    assert own
    for name in SIX:
        await room.do(name, "chosen", rev="1", **{own[1]: "3"})
    await room.press("next")
    await room.do("Owen", "answer", choice="bring")
    await room.press("next")
    while "Deze casus komt op tafel" in await room.people["Owen"].page():  # polls: the twenty seconds, here 0.2
        await room.press("next")
    return room


async def with_owner(server: Server, method: str) -> Watch:
    """Owen says it is his case and yes to the method; then the method begins."""
    room = await chosen(server, method)
    watch = Watch(room, "Owen")
    aloud = await watch.means("Owen", "it-is-me")
    await room.do("Owen", "it-is-me")
    for role, _, page in await watch.pages("Carl"):
        assert ("Owen brengt in." in page or "zei ja" in page or role == LEAD) == sees(aloud, role) or role == OWNER
    rule = await watch.means("Owen", "say-yes")
    await room.do("Owen", "say-yes", method=method)
    await watch.look(rule, "Owen", "Owen zei ja tegen deze methode.", came=True)
    await room.press("next")
    return watch


async def test_what_a_page_says_of_a_field_is_what_happens(quick: Server) -> None:
    watch = await with_owner(quick, "five-step")
    room = watch.room

    await watch.field("Owen", "text", "Merk-vraag", line="question-v1", input="question-v1", text="Merk-vraag?")
    await room.press("next")
    rule = await watch.means("Cora", "ask")
    await room.do("Cora", "ask", text="Merk-hoe")
    await watch.look(rule, "Cora", "Merk-hoe", came=False)
    await room.lead.act("give", seat="")
    await watch.look(rule, "Cora", "Merk-hoe", came=True)
    await room.press("next")
    kern = {"line": "cores", "input": "cores", "slot": "0", "rev": "1"}
    assert (await watch.field("Cem", "card", "Merk-kern", text="Merk-kern", **kern)).name == "without"
    await room.press("next")
    raad = {"line": "advices", "input": "advices", "slot": "0", "rev": "1"}
    assert (await watch.field("Cato", "card", "Merk-raad", text="Merk-raad", **raad)).name == "with"
    await room.press("next")
    assert await watch.own_number() == []
    await room.press("next")

    await watch.field("Cleo", "share", "Merk-zin", rev="1", text="Merk-zin", report="0")
    rule = await watch.means("Cora", "evaluate")
    for name in SIX:
        await room.do(name, "evaluate", A1="4")
    await watch.look(rule, "Cora", "4 van 5", came=False)
    await room.lead.act("close")
    seated = [page for role, _, page in await watch.pages("Carl") if role in (MEMBER, OWNER)]
    assert rule.when == "close"
    assert len(seated) == 5
    assert all("4 van 5" in page for page in seated)
    assert watch.wrong == []


@pytest.mark.long
async def test_numbers_open_without_a_name_as_the_page_says(quick: Server) -> None:
    watch = await with_owner(quick, "gossip")
    await watch.room.press("next", 2)
    await watch.room.press("next", 3)
    rule = await watch.means("Cora", "rate", "safety")
    for name in SIX[1:]:
        await watch.room.do(name, "rate", input="safety", value="3")
    await watch.look(rule, "Owen", '<i class="dot">3</i>', came=False)
    await watch.room.press("next")
    await watch.look(rule, "Owen", '<i class="dot">3</i>', came=True)
    assert rule.shows == "numbers"
    assert watch.wrong == []


@pytest.mark.long
async def test_the_same_check_sees_a_filter_that_shows_more_than_the_page_says(tmp_path: Path) -> None:
    server = Server(tmp_path / "data")
    server.command = [sys.executable, "-m", "tests.live.planted"]
    await server.start()
    found = await Watch(await telling(server, "five-step", 7), "Cleo").own_number()
    server.stop()

    assert len(found) == 5  # the lead, the screen and three others
    assert "sees it: True" in found[0]
