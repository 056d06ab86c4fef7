"""The reader: whole in both languages, with links that lead somewhere, a page for every method, and no claim without a
source that we read."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape

import httpx
import pytest

from rooms.methodfiles import catalogue
from server import reader, readings
from server.assets import SHEETS
from server.reader import words
from server.readings import CHAPTERS, notes, sources
from tests.conftest import Server
from tests.server.test_reading import HEADING, read

LANGUAGES = ("nl", "en")
PAGES = ("/lezen", *(f"/lezen/{c.name}" for c in CHAPTERS), *(f"/lezen/methode/{name}" for name in catalogue()))
CITED = re.compile(r'href="[^"#]*#source-([\w-]+)"')
# what an article that this product grew from refers to, and what those works do not carry
NOT_CARRIED = re.compile(r"H.igaard|Mathisen|Vrieling|Sch.nrock|\bChong\b|Woerkom")


def main(html: str) -> str:
    """What there is to read on a page."""
    return html.split('id="main"')[1].split("</main>")[0]


async def both(server: Server, path: str) -> tuple[str, str]:
    return main(await read(server, path, "nl")), main(await read(server, path, "en"))


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda c: c.name)
async def test_a_chapter_is_the_same_in_both_languages(server: Server, chapter: readings.Chapter) -> None:
    dutch, english = await both(server, f"/lezen/{chapter.name}")
    headings = [HEADING.findall(text) for text in (dutch, english)]
    tags = [Counter(re.findall(r"<(p|li|dt|dd|tr|td|h2|h3)\b", text)) for text in (dutch, english)]
    links = [re.findall(r'href="([^"]*)"', text) for text in (dutch, english)]

    assert [h[:2] for h in headings[0]] == [h[:2] for h in headings[1]]
    assert all(name for level, name, _ in headings[0] if level != "h1")
    assert all(nl != en for (_, _, nl), (_, _, en) in zip(*headings, strict=True))
    assert tags[0] == tags[1]
    assert links[0] == links[1]
    assert 0.75 < words(dutch) / words(english) < 1.25


def test_every_chapter_has_a_file_in_both_languages_and_no_file_is_left_over() -> None:
    assert len({c.name for c in CHAPTERS}) == len({c.file for c in CHAPTERS}) == len(CHAPTERS)
    files = {path.name for path in readings.FOLDER.glob("*.html")}
    assert files == {f"{c.file}.{lang}.html" for c in CHAPTERS for lang in LANGUAGES}


def test_there_are_notes_on_every_method_and_on_no_other() -> None:
    assert notes().keys() == catalogue().keys()
    for name, one in notes().items():
        texts = (one.why, *one.do, *one.avoid, *((one.example,) if one.example.nl else ()))
        assert len(one.do) >= 2 <= len(one.avoid), name
        assert all(t.nl and t.en and t.nl != t.en for t in texts), name
        assert set(one.more) <= sources().keys(), name


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", catalogue())
async def test_every_method_has_a_page_with_all_its_steps(server: Server, name: str, lang: str) -> None:
    page = unescape(main(await read(server, f"/lezen/methode/{name}", lang)))
    one = catalogue()[name]
    told = [one.name, one.use, one.origin, *one.warnings, notes()[name].why, *notes()[name].do, *notes()[name].avoid]
    told += [text for p in one.phases for text in (p.name, p.rule, p.says, p.watch)]

    assert [text for text in told if getattr(text, lang) not in page] == []
    assert page.count('class="rule"') == len(one.phases)
    for p in one.phases:
        assert re.search(rf"{re.escape(getattr(p.name, lang))} <span class=\"meta\">{p.minutes} minu", page), p.id


async def test_every_link_leads_to_a_page_and_a_place_on_it(server: Server) -> None:
    found: dict[str, str] = {}
    async with httpx.AsyncClient(base_url=server.url, headers={"accept-language": "nl"}) as http:

        async def page(path: str) -> str:
            if path not in found:
                answer = await http.get(path)
                found[path] = answer.text if answer.status_code == 200 else ""
            return found[path]

        links = {(path, to) for path in PAGES for to in re.findall(r'href="([/#][^"]*)"', await page(path))}
        dead = []
        for path, to in links:
            where, _, at = to.partition("#")
            text = await page(where or path) if not where.startswith("/s/") else "a file"
            if not text or at and f'id="{at}"' not in text:
                dead.append((path, to))
    assert dead == []
    assert {to for _, to in links} >= set(PAGES), "a page that no other leads to"
    assert "/lezen/alles" in {to for _, to in links}


async def test_every_source_that_is_cited_is_listed_and_every_other_way_round(server: Server) -> None:
    texts = [main(await read(server, path, lang)) for lang in LANGUAGES for path in PAGES]
    listed = await read(server, "/lezen/bronnen", "nl")

    assert {name for text in texts for name in CITED.findall(text)} == sources().keys()
    assert set(re.findall(r'<li id="source-([\w-]+)"', listed)) == sources().keys()
    for one in sources().values():
        assert one.title in unescape(listed)
        assert one.year or one.read == "page", "a work has a year; only a web page may have none"
        assert not one.year or 1900 < one.year < 2030


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_what_is_said_of_research_comes_from_what_we_read(server: Server, lang: str) -> None:
    """A source that we only know the name of is an origin, and carries no claim."""
    benefits = main(await read(server, "/lezen/opbrengst", lang))
    known = main(await read(server, "/lezen/feedback", lang)).split('id="known"')[1].split("<h2")[0]
    safe = main(await read(server, "/lezen/veilig", lang)).split('id="why-safe"')[1].split("<h2")[0]
    for text in (benefits, known, safe):
        assert CITED.findall(text)
        assert [name for name in CITED.findall(text) if not sources()[name].read] == []
    assert not sources()["gibbs"].read, "the control: some are named as an origin only"


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_each_of_the_five_benefits_says_what_is_known_and_what_is_not(server: Server, lang: str) -> None:
    text = main(await read(server, "/lezen/opbrengst", lang))
    for part in ("competence", "solving", "bond", "self-reflection"):
        own = text.split(f'id="{part}"')[1].split("<h2")[0]
        assert ("Wat we niet weten:" if lang == "nl" else "What is not known:") in own, part
        assert CITED.findall(own.split("<b>")[2]), part
    sharing = text.split('id="sharing"')[1].split("<h2")[0]
    assert not CITED.findall(sharing)
    assert ("geen onderzoek" if lang == "nl" else "no research") in sharing


async def test_no_text_leans_on_works_that_do_not_carry_it(server: Server) -> None:
    for lang in LANGUAGES:
        assert NOT_CARRIED.findall(await read(server, "/lezen/alles", lang)) == []
    assert NOT_CARRIED.findall("Høigaard en Mathisen (2009)") == ["Høigaard", "Mathisen"]


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_the_one_document_holds_everything_once_and_its_links_stay_inside(server: Server, lang: str) -> None:
    text = await read(server, "/lezen/alles", lang)
    ids = re.findall(r'\bid="([^"]+)"', text)
    inside = set(re.findall(r'href="#([^"]+)"', text))

    assert [name for name, n in Counter(ids).items() if n > 1] == []
    assert {c.name for c in CHAPTERS} | {f"methode-{name}" for name in catalogue()} <= set(ids) & inside
    assert inside <= set(ids)
    assert {f"source-{name}" for name in sources()} <= inside
    assert re.findall(r'href="/lezen/[^"]+"', main(text)) == []


async def test_the_one_document_is_the_same_in_every_encoding(server: Server) -> None:
    async with httpx.AsyncClient(base_url=server.url) as http:
        answers = [await http.get("/lezen/alles", headers={"accept-encoding": e}) for e in ("br", "gzip", "identity")]
    assert [a.headers.get("content-encoding") for a in answers] == ["br", "gzip", None]
    assert len({a.text for a in answers}) == 1
    assert all("accept-encoding" in a.headers["vary"] for a in answers)


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_a_page_says_at_its_head_how_long_it_takes(server: Server, lang: str) -> None:
    said = re.compile(r"<p class=\"takes\">(\d+) (?:minu(?:ut|ten) lezen|minutes? to read)</p>")
    for path in PAGES[1:]:
        page = main(await read(server, path, lang))
        [minutes] = said.findall(page.split("<h2")[0])
        assert 1 <= int(minutes) <= 9
        assert (int(minutes) - 1) * reader.PACE < words(page) < (int(minutes) + 1) * reader.PACE, path


def test_only_what_is_read_is_counted() -> None:
    assert words('<p>een <b class="a b">twee</b></p><svg><text>drie</text></svg><p>vier</p>') == 3


@pytest.mark.parametrize("path", ["/lezen/niets", "/lezen/methode/niets", "/lezen/methode/", "/lezen/../privacy/x"])
async def test_what_is_not_there_is_said(server: Server, path: str) -> None:
    async with httpx.AsyncClient(base_url=server.url) as http:
        answer = await http.get(path)
    assert answer.status_code == 404
    assert "Deze pagina is er niet." in answer.text


@pytest.mark.parametrize("page", ["/", "/over", "/methoden"])
async def test_the_reader_is_one_tap_from_the_pages_outside_a_room(server: Server, page: str) -> None:
    assert 'href="/lezen"' in await read(server, page, "nl")


async def test_the_list_of_methods_leads_to_each_page(server: Server) -> None:
    text = await read(server, "/methoden", "en")
    assert set(re.findall(r'href="/lezen/methode/([\w-]+)"', text)) == catalogue().keys()


def test_its_style_is_on_no_other_page() -> None:
    assert [name for name, parts in SHEETS.items() if "reader" in parts] == ["reader"]
