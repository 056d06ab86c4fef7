"""Reflection reports on the device: written, kept, found again, taken along; nothing goes anywhere by itself."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.circles import circle, until
from tests.browser.pages import LAPTOP, PHONE, SCREEN, TABLET, axe, look
from tests.browser.test_page import WIDE
from tests.conftest import Server

TEXT, SECOND = "Ik praatte, en hoorde mezelf praten.", "Rust"
KEPT = "Bewaard op dit toestel"
HELD = """() => Object.entries({...localStorage, ...sessionStorage}).filter(([k]) => k.startsWith('kring-reflectie:'))
.map(([k, v]) => v).join()"""
NO_STORE = "() => { Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }; }"


async def page_of(browser: Browser, server: Server, path: str = "/reflectie", **more: Any) -> Page:
    return await look(browser, None, path, more.pop("size", LAPTOP), server.url, **more)


async def begin(page: Page, model: str = "Korthagen") -> None:
    await page.locator("article", has=page.get_by_role("heading", name=model)).get_by_role("link", name="Begin").click()
    await expect(page.get_by_role("heading", name=model, level=2)).to_be_focused()


async def write(page: Page, title: str = "Het gesprek", text: str = TEXT) -> None:
    await begin(page)
    await page.get_by_label("Titel").fill(title)
    await page.get_by_role("textbox", name="Handelen").fill(text)
    await expect(page.get_by_text(KEPT)).to_be_visible()


async def reports(page: Page, area: str = "localStorage") -> list[dict[str, Any]]:
    held = await page.evaluate(f"Object.entries({area}).filter(([k]) => /^kring-reflectie:[0-9a-f]+$/.test(k))")
    return [json.loads(value) for key, value in held if re.fullmatch(r"kring-reflectie:[0-9a-f]{32}", key)]


async def saved(page: Page, name: str, tmp_path: Path) -> tuple[str, bytes]:
    """What a button downloads: its name and what is in it."""
    async with page.expect_download() as found:
        await page.get_by_role("button", name=name, exact=True).click()
    to = tmp_path / "file"
    await (await found.value).save_as(to)
    return (await found.value).suggested_filename, to.read_bytes()


async def test_what_is_written_is_kept_here_and_found_after_a_reload(server: Server, browser: Browser) -> None:
    page = await page_of(browser, server)
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.method + r.url))
    await write(page)
    assert re.search(r"#r=[0-9a-f]{32}$", page.url)
    assert [a for a in asked if not a.startswith("GET" + server.url + "/s/")] == []  # nothing was sent
    await page.reload()

    await expect(page.get_by_label("Titel")).to_have_value("Het gesprek")
    await expect(page.get_by_label("Handelen")).to_have_value(TEXT)
    await page.get_by_role("link", name="Alle verslagen").click()
    found = page.get_by_role("link", name="Het gesprek")
    await expect(found).to_be_focused()
    await expect(found).to_contain_text("Korthagen")
    await expect(found.locator(".full")).to_have_count(1)  # one place of the ring is taken
    assert [r["parts"]["act"] for r in await reports(page)] == [TEXT]
    assert TEXT not in page.url
    assert page.faults == []  # type: ignore[attr-defined]


async def test_several_reports_each_with_the_parts_of_its_model(server: Server, browser: Browser) -> None:
    page = await page_of(browser, server)
    await write(page)
    await page.go_back()
    await begin(page, "Gibbs")
    await expect(page.locator(".part")).to_have_count(6)
    await page.get_by_label("Gevoelens").fill(SECOND)
    await page.get_by_label("Dag van de bijeenkomst").fill("2020-01-31")
    await page.get_by_role("link", name="Alle verslagen").click()
    items = page.locator(".reports a")

    await expect(items).to_have_count(2)
    await expect(items.nth(0)).to_contain_text("Het gesprek")  # the newest meeting first
    await expect(items.nth(1)).to_contain_text("Zonder titel")
    await expect(items.nth(1)).to_contain_text("31 januari 2020 · Gibbs")
    await items.nth(1).click()
    await expect(page.get_by_label("Gevoelens")).to_have_value(SECOND)


async def test_an_address_can_begin_one_and_nothing_is_kept_before_a_letter(server: Server, browser: Browser) -> None:
    """The seam for other pages: what follows the # goes to no server."""
    page = await page_of(browser, server, "/reflectie#nieuw=starr&datum=2026-12-02&titel=Bijeenkomst+5")
    await expect(page.get_by_role("heading", name="STARR")).to_be_visible()
    await expect(page.get_by_label("Titel")).to_have_value("Bijeenkomst 5")
    await expect(page.get_by_label("Dag van de bijeenkomst")).to_have_value("2026-12-02")
    assert await reports(page) == []
    await page.get_by_label("Taak").fill(SECOND)
    assert [(r["model"], r["day"]) for r in await reports(page)] == [("starr", "2026-12-02")]
    await page.goto(server.url + "/reflectie#nieuw=geen")
    await expect(page.get_by_role("heading", name="Hoe wil je terugkijken?")).to_be_visible()


async def test_a_deleted_report_can_be_put_back(server: Server, browser: Browser) -> None:
    page = await page_of(browser, server)
    await write(page)
    await page.get_by_role("button", name="Wis dit verslag").click()
    await expect(page.get_by_text("“Het gesprek” is gewist.")).to_be_visible()
    assert TEXT not in await page.evaluate(HELD)
    await expect(page.get_by_role("button", name="Zet terug")).to_be_focused()
    await page.keyboard.press("Enter")

    await expect(page.get_by_role("link", name="Het gesprek")).to_be_focused()
    assert TEXT in await page.evaluate(HELD)
    await page.get_by_role("link", name="Het gesprek").click()
    await page.get_by_role("button", name="Wis dit verslag").click()
    await page.reload()
    assert TEXT not in await page.evaluate(HELD)
    await expect(page.get_by_text("Nog geen. Kies een model en begin.")).to_be_visible()


async def test_an_own_note_of_a_room_is_taken_over_on_the_same_device(server: Server, browser: Browser) -> None:
    _, people = await circle(server.url, "Owen", "Cora", method="raguse", steps=3)
    page = await look(browser, people[0], f"/r/{people[0].alias}", PHONE)
    mine = "Ik schrok van mijn ongeduld."
    await page.evaluate(  # as its page keeps it (kept.js)
        """([alias, text]) => localStorage.setItem(`kring:${alias}:${document.body.dataset.seat}:n.note`,
        JSON.stringify(text))""",
        [people[0].alias, mine],
    )
    await page.goto(server.url + "/reflectie")
    await write(page)
    await page.get_by_text("Een eigen aantekening overnemen").click()
    await page.get_by_label("Zet hem bij").select_option("Handelen")
    await page.get_by_role("button", name="Neem over").click()

    await expect(page.get_by_role("textbox", name="Handelen")).to_have_value(f"{TEXT}\n\n{mine}")
    await expect(page.get_by_text("De aantekening staat nu bij “Handelen”.")).to_be_visible()
    assert mine in await page.evaluate("JSON.stringify({...localStorage})")
    assert [r["parts"]["act"] for r in await reports(page)] == [f"{TEXT}\n\n{mine}"]
    assert await axe(page) == []
    other = await page_of(browser, server)
    await begin(other)
    await expect(other.get_by_text("Een eigen aantekening overnemen")).to_be_hidden()


async def test_the_note_that_a_room_keeps_is_the_one_that_is_offered(server: Server, browser: Browser) -> None:
    lead, people = await circle(server.url, steps=3)
    page = await look(browser, people[0], f"/r/{people[0].alias}", PHONE)
    for _ in range(3):  # to the closing, where everybody has a note
        await lead.act("skip", at=await page.evaluate("document.querySelector('[data-moment]').dataset.moment"))
    note = page.locator("[data-note=note]")
    await note.fill(SECOND)
    await page.goto(server.url + "/reflectie#nieuw=kolb")

    await page.get_by_text("Een eigen aantekening overnemen").click()
    await expect(page.locator("blockquote")).to_have_text(SECOND)


async def test_markdown_is_made_here_and_the_text_can_be_copied(
    server: Server, browser: Browser, tmp_path: Path
) -> None:
    page = await page_of(browser, server, permissions=["clipboard-read", "clipboard-write"])
    await write(page)
    await page.get_by_label("Dag van de bijeenkomst").fill("2026-12-02")
    await page.context.set_offline(True)
    name, body = await saved(page, "Markdown", tmp_path)
    await page.get_by_role("button", name="Kopieer de tekst").click()

    assert name == "reflectie-2026-12-02.md"
    assert body.decode() == f"# Het gesprek\n\n2 december 2026 · Korthagen\n\n## Handelen\n\n{TEXT}\n"
    await expect(page.get_by_text("De tekst is gekopieerd.")).to_be_visible()
    assert await page.evaluate("navigator.clipboard.readText()") == body.decode().replace("# ", "").replace("#", "")


async def test_where_a_page_may_not_copy_the_text_is_there_to_copy_by_hand(server: Server, browser: Browser) -> None:
    page = await page_of(browser, server)
    await page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new DOMException('no')); }")
    await write(page)
    await page.get_by_role("button", name="Kopieer de tekst").click()

    await expect(page.get_by_label("De tekst", exact=True)).to_be_focused()
    assert TEXT in await page.get_by_label("De tekst", exact=True).input_value()


async def test_a_file_is_asked_for_padded_and_comes_back(server: Server, browser: Browser, tmp_path: Path) -> None:
    page = await page_of(browser, server)
    sizes: list[int] = []
    page.on("request", lambda r: sizes.append(len(r.post_data or "")) if r.method == "POST" else None)
    await write(page)
    name, body = await saved(page, "ODT", tmp_path)
    await page.get_by_label("Handelen").fill(TEXT * 100)
    await saved(page, "ODT", tmp_path)

    assert re.fullmatch(r"reflectie-\d{4}-\d\d-\d\d\.odt", name)
    assert TEXT in zipfile.ZipFile(io.BytesIO(body)).read("content.xml").decode()
    assert (await saved(page, "PDF", tmp_path))[1].startswith(b"%PDF-")
    assert sizes == [16384] * 3  # who watches the line cannot tell one from the other here
    await page.context.set_offline(True)
    await page.get_by_role("button", name="ODT").click()
    await expect(page.get_by_text("De verbinding is even weg.")).to_be_visible()
    await page.context.set_offline(False)
    await page.get_by_label("Handelen").fill("x" * 4001)
    await page.get_by_role("button", name="ODT").click()
    await expect(page.get_by_text("Een deel is langer dan 4000 tekens.")).to_be_visible()
    assert page.faults == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(("before", "nine"), [(0, 2), (400, 1)])
async def test_the_reminder_is_a_day_or_two_later_and_holds_nothing_of_the_report(
    server: Server, browser: Browser, tmp_path: Path, before: int, nine: int
) -> None:
    page = await page_of(browser, server, timezone_id="UTC")
    await write(page, "Kanariegeel", "Kanarieblauw")
    day = datetime.now(UTC).date() - timedelta(days=before)
    await page.get_by_label("Dag van de bijeenkomst").fill(day.isoformat())
    name, body = await saved(page, "Agendabestand", tmp_path)
    text, lines = body.decode(), body.decode().split("\r\n")

    assert name == "reflectie.ics"
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-2:] == ["END:VCALENDAR", ""]
    assert max(len(line.encode()) for line in lines) <= 75
    at = datetime.now(UTC).date() + timedelta(days=nine)
    assert f"DTSTART:{at:%Y%m%d}T090000" in lines
    assert f"{server.url}/reflectie" in text.replace("\r\n ", "")
    assert "Kanarie" not in text


@pytest.mark.long
async def test_where_others_use_the_device_nothing_outlives_the_tab(server: Server, browser: Browser) -> None:
    page = await page_of(browser, server)
    await write(page, "Van eerder")
    await page.get_by_role("link", name="Alle verslagen").click()
    await page.get_by_label("Anderen gebruiken dit toestel ook").check()
    await expect(page.locator(".reports a")).to_have_count(0)
    await expect(page.get_by_text("nog één verslag, van voor je dit koos")).to_be_visible()
    assert await axe(page) == []
    await begin(page)
    await page.get_by_label("Handelen").fill(SECOND)
    await expect(page.get_by_text("Bewaard tot je dit tabblad sluit")).to_be_visible()
    assert [r["title"] for r in await reports(page)] == ["Van eerder"]
    assert [r["parts"]["act"] for r in await reports(page, "sessionStorage")] == [SECOND]

    another = await page.context.new_page()
    await another.goto(server.url + "/reflectie")
    await expect(another.get_by_label("Anderen gebruiken dit toestel ook")).to_be_checked()
    assert SECOND not in await another.evaluate(HELD)  # nor does it see what lies in another tab
    await page.get_by_role("link", name="Alle verslagen").click()
    await page.get_by_role("button", name="Haal naar dit tabblad").click()
    await expect(page.locator(".reports a")).to_have_count(2)
    assert await reports(page) == []
    await page.get_by_label("Anderen gebruiken dit toestel ook").uncheck()
    await expect(page.locator(".reports a")).to_have_count(2)
    assert len(await reports(page)) == 2


async def test_a_device_that_goes_round_shows_none_of_its_owners_and_keeps_none(
    server: Server, browser: Browser
) -> None:
    lead, people = await circle(server.url, steps=0)
    await lead.act("add-seat", name="Ruth")
    ruth = re.search(r'name="seat" value="(\w+)">Aan Ruth', await people[0].page())
    assert ruth
    page = await look(browser, people[0], "/reflectie", PHONE)
    await write(page, "Van Owen zelf")
    await people[0].act("hand-round", seat=ruth[1])
    cookies = [{"name": n, "value": v, "url": server.url} for n, v in people[0].http.cookies.items()]
    await page.context.add_cookies(cookies)  # type: ignore[arg-type]
    await page.goto(server.url + "/reflectie")
    await expect(page.get_by_text("is weg als je het sluit of het toestel teruggeeft")).to_be_visible()
    assert "Van Owen zelf" not in await page.locator("body").inner_text()
    await expect(page.get_by_text("Anderen gebruiken dit toestel ook")).to_have_count(0)
    await begin(page)
    await page.get_by_label("Handelen").fill("Van Ruth")
    await expect(page.get_by_text("Bewaard tot je dit tabblad sluit")).to_be_visible()
    assert [r["title"] for r in await reports(page)] == ["Van Owen zelf"]

    owen = re.search(r'name="seat" value="(\w+)">[^<]*Owen', await people[0].page())
    assert owen
    await page.goto(f"{server.url}/r/{lead.alias}")
    await page.locator("summary", has_text="toestel").first.click()
    await page.get_by_role("button", name=re.compile("Owen")).first.click()
    await page.get_by_role("heading", name=re.compile("Owen")).wait_for()

    async def cleared() -> bool:
        return not await reports(page, "sessionStorage")

    await until(cleared)


async def test_a_device_that_can_keep_nothing_says_so_and_loses_no_letter(server: Server, browser: Browser) -> None:
    page = await page_of(browser, server)
    await page.evaluate(NO_STORE)
    await begin(page)
    await page.get_by_label("Handelen").fill(TEXT)

    await expect(page.get_by_role("alert").filter(has_text="Dit toestel kan nu niets bewaren.")).to_be_visible()
    await expect(page.get_by_text(KEPT)).to_be_hidden()
    await expect(page.get_by_label("Handelen")).to_have_value(TEXT)


async def test_what_lies_there_damaged_spoils_nothing(server: Server, browser: Browser) -> None:
    page = await page_of(browser, server)
    await write(page)
    strange = ("{", "null", "5", '{"model":"weg","title":"<b>Vreemd</b>","day":"gisteren","parts":{"x":"y"}}')
    for n, value in enumerate(strange):
        await page.evaluate("([k, v]) => localStorage.setItem(k, v)", [f"kring-reflectie:{n:032x}", value])
    await page.goto(server.url + "/reflectie")
    await page.reload()

    await expect(page.locator(".reports a")).to_have_count(2)  # its own, and one of a model that is no more
    await page.get_by_role("link", name="<b>Vreemd</b>").click()
    await page.get_by_label("Titel").fill("Toch")
    held = await page.evaluate(f"localStorage.getItem('kring-reflectie:{3:032x}')")
    assert json.loads(held)["title"] == "Toch"
    assert json.loads(held)["parts"]["x"] == "y"
    assert "Invalid" not in await page.locator("body").inner_text()
    assert page.faults == []  # type: ignore[attr-defined]


async def test_two_tabs_keep_each_others_reports_and_see_them(server: Server, browser: Browser) -> None:
    page = await page_of(browser, server)
    await write(page)
    other = await page.context.new_page()
    await other.goto(page.url)
    await other.get_by_label("Terugblikken").fill(SECOND)

    await expect(page.get_by_label("Terugblikken")).to_have_value(SECOND)
    await page.get_by_label("Titel").fill("Opnieuw")
    await expect(other.get_by_label("Titel")).to_have_value("Opnieuw")
    assert [(r["title"], r["parts"]["act"], r["parts"]["look-back"]) for r in await reports(other)] == [
        ("Opnieuw", TEXT, SECOND)
    ]


async def test_without_a_script_the_page_says_so_and_the_questions_are_there(server: Server, browser: Browser) -> None:
    page = await page_of(browser, server, java_script_enabled=False, size=PHONE)
    await expect(page.get_by_text("kan hier alleen met JavaScript")).to_be_visible()
    await expect(page.get_by_role("link", name="Begin", exact=True)).to_have_count(0)
    await page.get_by_role("link", name="Op papier").nth(2).click()

    await expect(page.get_by_role("heading", name="Gibbs")).to_be_visible()
    await expect(page.get_by_text("Wat voelde en dacht je toen?")).to_be_visible()


async def test_the_keyboard_alone_is_enough(server: Server, browser: Browser) -> None:
    page = await page_of(browser, server)
    await page.get_by_role("link", name="Begin", exact=True).first.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Korthagen", level=2)).to_be_focused()
    for _ in range(2):
        await page.keyboard.press("Tab")
    await expect(page.get_by_label("Dag van de bijeenkomst")).to_be_focused()
    await page.get_by_label("Titel").press_sequentially("Met toetsen")
    await page.keyboard.press("Enter")  # sends nothing and loses nothing
    await expect(page.get_by_label("Titel")).to_have_value("Met toetsen")
    assert [r["title"] for r in await reports(page)] == ["Met toetsen"]


SHOWN = [("nl", PHONE), ("nl", LAPTOP), ("en", TABLET), ("en", SCREEN)]


@pytest.mark.parametrize(
    ("lang", "size"),
    [SHOWN[0], *(pytest.param(*one, marks=pytest.mark.long) for one in (*SHOWN[1:], ("nl", (320, 640))))],
)
async def test_it_fits_and_can_be_used_by_everybody(
    server: Server, browser: Browser, lang: str, size: tuple[int, int]
) -> None:
    page = await page_of(browser, server, locale=lang, size=size)
    steps = partial(page.goto, server.url + "/reflectie#nieuw=gibbs")
    for go in (page.reload, steps, partial(page.goto, server.url + "/reflectie/gibbs")):
        await go()
        assert await axe(page) == []
        wide = await page.evaluate(WIDE)
        assert wide["over"] <= 0, wide
        if go is steps:
            await page.locator("textarea").first.fill("Donaudampfschifffahrtsgesellschaftskapitän" * 9)
    assert page.faults == []  # type: ignore[attr-defined]


async def test_what_erases_a_circle_leaves_reports_unless_somebody_says_so(server: Server, browser: Browser) -> None:
    """Over plain HTTP on loopback a browser listens to Clear-Site-Data too."""
    for takes in (False, True):
        lead, people = await circle(server.url, "Owen", "Cora", steps=3)
        page = await look(browser, people[0], "/reflectie", PHONE)
        await write(page)
        await page.goto(f"{server.url}/r/{lead.alias}")
        await lead.act("skip", at=await page.evaluate("document.querySelector('[data-moment]').dataset.moment"))
        await lead.next()
        await lead.act("close")
        stays = page.get_by_label("Laat een casus en verslagen die ik bewaarde op dit toestel staan")
        await expect(stays).to_be_checked()
        if takes:
            await stays.uncheck()
        await page.get_by_role("button", name="Wis alles op dit toestel").click()
        await page.wait_for_url(f"{server.url}/")
        assert len(await reports(page)) == (0 if takes else 1)


async def test_who_was_removed_keeps_reports_unless_they_say_so(server: Server, browser: Browser) -> None:
    lead, people = await circle(server.url, "Owen", "Cora", steps=1)
    page = await look(browser, people[0], "/reflectie", PHONE)
    await write(page)
    for one in re.findall(r'do/remove" name="seat" value="(\w+)"', await lead.page("/leiden")):
        await lead.act("remove", seat=one)
    await page.goto(f"{server.url}/r/{lead.alias}")
    await expect(page.get_by_label("Laat een casus en verslagen die ik bewaarde op dit toestel staan")).to_be_checked()
    assert await axe(page) == []
    await page.get_by_role("button", name="Wis alles op dit toestel").click()
    await page.wait_for_url(f"{server.url}/")
    assert len(await reports(page)) == 1
