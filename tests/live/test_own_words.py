"""What a page shows or takes is for who sits there: no browser's translator or writing aid is let at it."""

from __future__ import annotations

import re

from server.person import Person
from tests.conftest import ROOT, Server
from tests.live import meetings

PAGES = ROOT / "templates" / "pages"
EXTENDS = re.compile(r'\{% extends "([\w/.]+)" %\}\n')
FREE = {  # read by anybody, and with nobody's words
    *("about", "privacy", "methods", "host", "reflection_sheet"),
    *("reading", "chapter", "method", "book"),  # the reader
}
HEAD = re.compile(r"<html [^>]*>")


def stays(page: str) -> bool:
    """Whether the page tells a browser to keep what it shows and takes to itself."""
    found = HEAD.search(page)
    told = set(found[0][:-1].split()) if found else set()
    wanted = {'translate="no"', 'spellcheck="false"', 'writingsuggestions="false"'}
    return told >= wanted


async def test_no_page_of_a_circle_lets_a_browser_send_its_words_away(server: Server) -> None:
    room = await meetings.closing(server)
    lead, (owen, *others) = room.lead, room.people.values()
    begun = [await owen.page(), await lead.page(), await lead.page("/leiden"), await room.screen.page("/scherm")]
    for who in (owen, *others):
        assert (await who.act("agree-report", x="1")).status_code == 204
    assert (await lead.next()).status_code == 204
    assert (await others[-1].act("leave")).status_code == 204
    assert (await lead.act("close")).status_code == 204
    ended = [await owen.page(), await owen.page("/verslag"), await others[-1].page(), await Person(server.url).page()]

    assert [stays(page) for page in begun + ended] == [True] * 8
    assert "Verslag" in ended[1]
    assert "opgestaan" in ended[2] or "left the table" in ended[2]


async def test_a_page_with_nobodys_words_may_be_translated(server: Server) -> None:
    for path in ("/over", "/privacy", "/methoden", "/beheer"):
        page = (await Person(server.url).http.get(path)).text
        assert not stays(page)
        assert 'spellcheck="false"' in page
    assert stays((await Person(server.url).http.get("/")).text), "a name is typed there"


def test_every_page_begins_as_the_layout_does() -> None:
    pages = {path.stem: path.read_text(encoding="utf-8") for path in PAGES.glob("*.html")}

    assert {EXTENDS.match(text)[1] for text in pages.values()} == {"layout.html", "pages/_room.html"}  # type: ignore[index]
    assert not [name for name, text in pages.items() if "<html" in text]
    assert {name for name, text in pages.items() if "translates" in text} == FREE
