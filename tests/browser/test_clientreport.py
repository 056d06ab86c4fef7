"""The report for the client in real browsers: three write at once, a clash loses nothing, all say yes, it is read."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.circles import onward
from tests.browser.test_group import OPEN, One, begun, fine, joined
from tests.conftest import Server

NAMES = ("Marijke", "Joost", "Fatima")
THEMES, OTHER, LEARNED = "Grenzen stellen in gesprekken.", "Samenwerken in een vol team.", "We vragen langer door."


@pytest.fixture
async def hurried(tmp_path: Path) -> AsyncIterator[Server]:
    server = await Server(tmp_path / "data").hurry("wait=200", "acts=500", "rooms=1000").start()
    yield server
    server.stop()


async def met(browser: Browser, server: Server) -> tuple[One, list[One]]:
    """A group with a plan, whose first meeting was erased as soon as it had begun; organiser and members."""
    organiser, code = await begun(browser, server)
    people = [await joined(browser, server, code, name) for name in NAMES]
    page = people[0].page
    await page.get_by_role("link", name="Plan", exact=True).click()
    await page.get_by_role("button", name="Neem dit plan").click()
    await page.get_by_role("link", name="Bijeenkomsten").click()
    await page.click(OPEN)
    await page.wait_for_url("**/leiden")
    alias = re.search(r"/r/([0-9a-f]{12})", page.url)[1]  # type: ignore[index]
    for one in people[1:]:
        await one.page.reload()
        await one.page.get_by_role("button", name="Ga de kring in").click()
        await one.page.wait_for_url(f"**/r/{alias}*")
    lead, *rest = [await one.person(server.url, alias) for one in people]
    report = organiser.page.url.replace("/leden", "/verslag")
    for one in people:
        await one.page.goto(report)  # a page of the circle would go elsewhere by itself as that is erased
    await onward(lead, [lead, *rest])
    assert (await lead.act("erase")).status_code == 303
    for one in (organiser, *people):
        await one.page.goto(report)
    return organiser, people


async def write(page: Page, part: str, text: str) -> None:
    """Writes a part and saves it, from the page as it stands there."""
    section = page.locator(f"#{part}")
    await section.locator("summary").click()
    await section.locator("textarea").fill(text)
    await section.get_by_role("button", name="Bewaar").click()


async def test_three_write_at_once_and_all_say_yes(hurried: Server, browser: Browser) -> None:
    organiser, people = await met(browser, hurried)
    one, two, three = (p.page for p in people)
    await expect(organiser.page.get_by_text("Er is nog geen verslag.")).to_be_visible()
    await fine(one)
    await one.get_by_role("button", name="Begin het verslag").click()
    for page in (two, three, organiser.page):
        await page.reload()
    await write(one, "themes", THEMES)
    await write(two, "learned", LEARNED)  # another part: nobody is in the way
    await expect(two.locator("#themes .own")).to_have_text(THEMES)
    await write(three, "themes", OTHER)  # the same part, from a page of before

    await expect(three.get_by_role("alert")).to_contain_text("Een ander bewaarde net een nieuwe tekst.")
    await expect(three.locator("#themes .beside")).to_contain_text(THEMES)
    await expect(three.locator("#themes textarea")).to_have_value(OTHER)
    await fine(three)
    await three.locator("#themes textarea").fill(f"{THEMES} {OTHER}")
    await three.get_by_role("button", name="Bewaar zo, met beide teksten gelezen").click()
    await expect(three.locator("#themes .own")).to_have_text(f"{THEMES} {OTHER}")

    await one.get_by_role("button", name="Ja, dit mag naar de opdrachtgever").click()
    await expect(one.get_by_role("alert")).to_contain_text("Het verslag is intussen veranderd.")
    for page in (one, two):
        await page.goto(organiser.page.url)
        await page.get_by_role("button", name="Ja, dit mag naar de opdrachtgever").click()
        await expect(page.get_by_text("Jij zei ja.")).to_be_visible()
        await organiser.page.reload()
        await expect(organiser.page.get_by_text("De groep schrijft eraan.")).to_be_visible()
        assert THEMES not in await organiser.page.content()
    await fine(one)
    await fine(organiser.page)
    await three.get_by_role("button", name="Ja, dit mag naar de opdrachtgever").click()
    await expect(three.get_by_text("met het ja van alle 3 leden")).to_be_visible()
    await fine(three)

    await organiser.page.reload()
    await expect(organiser.page.locator("article")).to_contain_text(f"{THEMES} {OTHER}")
    await expect(organiser.page.locator("article")).to_contain_text(LEARNED)
    await fine(organiser.page)
    async with organiser.page.expect_download() as coming:
        await organiser.page.get_by_role("link", name="Bewaar als PDF").click()
    file = await coming.value
    assert file.suggested_filename == "verslag.pdf"
    assert Path(await file.path()).read_bytes().startswith(b"%PDF")


@pytest.mark.long
async def test_a_name_in_the_report_gets_a_hint_on_the_device(hurried: Server, browser: Browser) -> None:
    _, people = await met(browser, hurried)
    page = people[1].page
    sent: list[str] = []
    page.on("request", lambda r: sent.append(r.method))
    await page.get_by_role("button", name="Begin het verslag").click()
    await page.locator("#learned summary").click()
    sent.clear()
    await page.locator("#learned textarea").press_sequentially("Wat collega Oumaima deed, werkte.")
    await expect(page.get_by_text("Staat hier een naam?")).to_be_visible()
    assert "POST" not in sent  # it is looked for on the device
    await fine(page)


@pytest.mark.long
async def test_a_report_is_written_and_agreed_without_a_script(hurried: Server, browser: Browser) -> None:
    _, people = await met(browser, hurried)
    group = people[0].page.url
    for one in people:
        context = await browser.new_context(java_script_enabled=False, locale="nl")
        await context.add_cookies(await one.context.cookies())  # type: ignore[arg-type]
        one.page = await context.new_page()
        await one.page.goto(group)
    page = people[0].page
    await page.get_by_role("button", name="Begin het verslag").click()
    await write(page, "themes", THEMES)
    for one in people:
        await one.page.goto(group)
        await one.page.get_by_role("button", name="Ja, dit mag naar de opdrachtgever").click()
    await expect(people[-1].page.get_by_text("met het ja van alle 3 leden")).to_be_visible()
    await expect(people[-1].page.locator("article")).to_contain_text(THEMES)
