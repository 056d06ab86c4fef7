"""The report for the client on a real server: who writes, who reads what when, and the files it becomes."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import httpx
import pytest

from server import odt
from server.person import Person
from tests.adversary.rooms import document
from tests.conftest import Server
from tests.server.test_groupdoors import Browser, Cast, cast

THEMES, LATER = "Grenzen stellen in gesprekken.", "We vragen langer door."
PAGE = "/verslag"
KINDS = {"pdf": "application/pdf", "odt": odt.KIND, "md": "text/markdown; charset=utf-8"}


@pytest.fixture
async def roomy(tmp_path):  # type: ignore[no-untyped-def]
    """A server on which an address begins as many groups as it likes."""
    server = await Server(tmp_path / "data").hurry("rooms=100000").start()
    yield server
    server.stop()


async def met(server: Server) -> Cast:
    """A group with one meeting behind it: the guide opens it, all come in, and it is erased at once."""
    who = await cast(server)
    answer = await who.guide.act("open", nr="0")
    for one in (who.member, who.other):
        await one.act("open", nr="0")
    lead = Person(server.url)
    lead.http.cookies.update(who.guide.http.cookies)
    lead.alias = re.search(r"/r/([0-9a-f]{12})", answer.headers["location"])[1]  # type: ignore[index]
    assert (await lead.next()).status_code == 204
    assert (await lead.act("erase")).status_code == 303
    assert document(server, who.member.alias)["meetings"][0]["held"]["present"]
    return who


def report(server: Server, who: Cast) -> dict[str, Any]:
    found = document(server, who.member.alias)["report"]
    return {} if found is None else dict(found)


async def written(server: Server) -> Cast:
    who = await met(server)
    assert (await who.member.act("report-draft", PAGE)).status_code == 303
    assert (await write(who.member, THEMES)).status_code == 303
    return who


async def write(one: Browser, text: str, part: str = "themes", seen: int = 0) -> httpx.Response:
    return await one.act("report-write", PAGE, part=part, text=text, seen=str(seen))


async def agreed(server: Server) -> Cast:
    who = await written(server)
    for one in (who.guide, who.member, who.other):
        assert (await agree(server, who, one)).status_code == 303
    return who


async def agree(server: Server, who: Cast, one: Browser, yes: str = "1") -> httpx.Response:
    return await one.act("report-agree", PAGE, rev=str(report(server, who)["rev"]), yes=yes)


async def test_a_meeting_leaves_what_the_report_begins_with(roomy: Server) -> None:
    who = await written(roomy)
    page = await who.other.page(PAGE)
    assert "1 gehouden, van 10 in het plan" in page and "december 2026" in page and THEMES in page
    assert "Aanwezigheid" not in page.split('class="known"')[1].split("</dl>")[0]  # there are too few of them


async def test_the_organiser_reads_it_when_everybody_said_yes_and_not_before(roomy: Server) -> None:
    who = await met(roomy)
    assert "Er is nog geen verslag." in await who.organiser.page(PAGE)
    await who.member.act("report-draft", PAGE)
    await write(who.member, THEMES)
    for one in (who.guide, who.member):
        await agree(roomy, who, one)
    before = await who.organiser.page(PAGE)
    assert "De groep schrijft eraan." in before and THEMES not in before and "1 gehouden" not in before
    await agree(roomy, who, who.other)
    assert THEMES in await who.organiser.page(PAGE)


async def test_no_page_tells_who_has_not_said_yes(roomy: Server) -> None:
    who = await written(roomy)
    waits = bare(await who.guide.page(PAGE))
    organised = bare(await who.organiser.page(PAGE))
    await agree(roomy, who, who.member)
    assert bare(await who.guide.page(PAGE)) == waits
    assert bare(await who.organiser.page(PAGE)) == organised
    assert bare(await who.member.page(PAGE)) != waits  # the control: one's own yes is seen by oneself
    assert "Joost" not in waits and "Anouk" not in waits


def bare(page: str) -> str:
    """A page without what is made anew each time."""
    return re.sub(r'name="(csrf|op)" value="[^"]*"', "", page)


ACTS = {
    "report-draft": {},
    "report-write": {"part": "themes", "text": LATER, "seen": "1"},
    "report-agree": {"rev": "1", "yes": "1"},
}


@pytest.mark.parametrize(
    "verb", ["report-agree", *(pytest.param(v, marks=pytest.mark.long) for v in ("report-draft", "report-write"))]
)
async def test_members_do_each_and_others_change_nothing(roomy: Server, verb: str) -> None:
    for role in ("organiser", "guide", "member", "stranger", "left"):
        who = await (met if verb == "report-draft" else written)(roomy)
        alias = who.member.alias
        if role == "left":
            assert (await who.other.act("leave", "/leden")).status_code == 303
        people = {"stranger": Browser(roomy, alias), "left": who.other}
        one = people.get(role) or getattr(who, role)
        before = report(roomy, who)
        answer = await one.act(verb, PAGE, **ACTS[verb])
        may = role in ("guide", "member")
        assert (answer.status_code == 303) is may, (role, answer.status_code)
        assert (report(roomy, who) != before) is may, role
        if role in ("stranger", "left"):
            assert answer.status_code == 404
            tails = ("", ".pdf", ".odt", ".md")
            assert {(await one.http.get(f"/g/{alias}{PAGE}{tail}")).status_code for tail in tails} == {404}


async def test_a_clash_brings_back_what_was_typed_with_the_newer_text_beside_it(roomy: Server) -> None:
    who = await written(roomy)
    answer = await write(who.other, LATER)
    assert answer.status_code == 409
    assert LATER in answer.text and THEMES in answer.text and 'name="seen" value="1"' in answer.text
    assert report(roomy, who)["passages"]["themes"]["text"] == THEMES
    assert (await write(who.other, f"{THEMES} {LATER}", seen=1)).status_code == 303


async def test_what_was_typed_survives_a_page_that_is_too_old_or_a_text_that_is_too_long(roomy: Server) -> None:
    who = await written(roomy)
    form = {"csrf": "x", "page": "verslag", "part": "learned", "text": LATER, "seen": "0"}
    answer = await who.other.http.post(f"/g/{who.other.alias}/do/report-write", data=form)
    assert answer.status_code == 403 and LATER in answer.text
    answer = await write(who.other, "Lang. " * 300, part="learned")
    assert answer.status_code == 409 and "te lang" in answer.text and "Lang. Lang." in answer.text
    assert "learned" not in report(roomy, who)["passages"]


async def test_a_yes_to_an_older_text_is_none(roomy: Server) -> None:
    who = await written(roomy)
    seen = report(roomy, who)["rev"]
    await write(who.other, LATER, part="learned")
    answer = await who.member.act("report-agree", PAGE, rev=str(seen), yes="1")
    assert answer.status_code == 409 and "intussen veranderd" in answer.text
    assert report(roomy, who)["yes"] == []


@pytest.mark.parametrize("kind", KINDS)
async def test_the_files_are_there_once_it_is_agreed(roomy: Server, kind: str) -> None:
    who = await written(roomy)
    for one in (who.organiser, who.member):
        assert (await one.http.get(f"/g/{one.alias}{PAGE}.{kind}")).status_code == 409
    for one in (who.guide, who.member, who.other):
        await agree(roomy, who, one)
    answers = [await one.http.get(f"/g/{one.alias}{PAGE}.{kind}") for one in (who.organiser, who.member)]
    assert [a.status_code for a in answers] == [200, 200]
    assert answers[0].content == answers[1].content  # nothing in it says who asked, or when
    assert answers[0].headers["content-type"] == KINDS[kind]
    assert answers[0].headers["content-disposition"] == f'attachment; filename="verslag.{kind}"'
    assert THEMES in text(kind, answers[0].content)


def text(kind: str, body: bytes) -> str:
    """What a file holds, of a PDF only that it is one: its letters are packed."""
    if kind == "pdf":
        assert body.startswith(b"%PDF") and b"/StructTreeRoot" in body and b"/Lang" in body
        return THEMES
    if kind == "odt":
        with zipfile.ZipFile(io.BytesIO(body)) as file:
            return file.read("content.xml").decode()
    return body.decode()


async def test_a_file_of_another_kind_is_none(roomy: Server) -> None:
    who = await written(roomy)
    for kind in ("docx", "pdf.exe", "PDF"):
        assert (await who.member.http.get(f"/g/{who.member.alias}{PAGE}.{kind}")).status_code == 404


async def test_once_agreed_it_stays_as_it_is_until_everybody_opens_it(roomy: Server) -> None:
    who = await agreed(roomy)
    before = report(roomy, who)
    assert (await write(who.member, LATER, seen=1)).status_code == 409
    assert report(roomy, who) == before
    people = (who.guide, who.member, who.other)
    for one in people:
        assert THEMES in await who.organiser.page(PAGE)
        await one.act("report-open", PAGE, rev=str(before["rev"]), yes="1")
    assert THEMES not in await who.organiser.page(PAGE)
    assert (await write(who.member, LATER, seen=1)).status_code == 303


async def test_the_report_is_gone_with_its_group_and_readable_by_nobody_on_disk(roomy: Server) -> None:
    who = await agreed(roomy)
    folder = roomy.data.parent

    def lies(what: bytes) -> bool:
        return any(what in p.read_bytes() for p in folder.rglob("*") if p.is_file())

    assert not lies(THEMES.encode())
    assert lies(who.member.alias.encode())  # the control: the search finds
    await who.organiser.act("erase", "/leden")
    roomy.stop()
    assert not lies(who.member.alias.encode())
