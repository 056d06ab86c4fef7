"""A hall of two hundred on phones, tablet and big screen: dots instead of chairs, lists a page at a time."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.async_api import Browser, Page, expect

from server.person import Person
from tests.browser.halls import MANY, hall, written
from tests.browser.pages import LAPTOP, PHONE, SCREEN, TABLET, axe, look
from tests.conftest import Server

WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass
class Screens:
    """Who leads, everybody else, and a page of each kind."""

    lead: Person
    people: list[Person]
    phone: Page
    laptop: Page
    tablet: Page
    screen: Page

    @property
    def all(self) -> tuple[Page, ...]:
        return self.phone, self.laptop, self.tablet, self.screen

    async def next(self) -> None:
        assert (await self.lead.next()).status_code == 204


@pytest.fixture
async def screens(server: Server, browser: Browser) -> Screens:
    lead, people = await hall(server.url)
    room = f"/r/{lead.alias}"
    screen = await look(browser, None, "/scherm", SCREEN, server.url)
    symbols = (await screen.inner_text(".symbols")).strip()
    csrf = re.search(r'name="csrf" value="([^"]{86})"', await lead.page("/leiden"))
    assert csrf
    await lead.http.post(f"{room}/koppel", data={"csrf": csrf[1], "symbols": symbols}, headers={"x-kring": "1"})
    await screen.wait_for_url("**/r/*/scherm")
    phone, laptop = [await look(browser, people[i], room, size) for i, size in ((3, PHONE), (4, LAPTOP))]
    return Screens(lead, people, phone, laptop, await look(browser, lead, room + "/leiden", TABLET), screen)


async def fine(*pages: Page) -> None:
    """Nothing for axe to find in light or dark, nothing wider than the window, no fault in the console."""
    for page in pages:
        assert await axe(page) == []
        assert await page.evaluate(WIDER) == 0
        assert page.faults == []  # type: ignore[attr-defined]


async def test_a_hall_arrives_speaks_writes_reads_and_chooses(screens: Screens, browser: Browser) -> None:
    phone, tablet, screen = screens.phone, screens.tablet, screens.screen
    for page in screens.all:
        await expect(page.locator(".ring .centre .value")).to_have_text(str(MANY + 1))
        assert await page.locator(".ring .people").count() > 1
        assert "Naam 1" not in await page.inner_text("body")
    await expect(phone.locator(".hall-chair.mine")).to_be_visible()
    await expect(screen.locator(".hall-chair.mine")).to_have_count(0)
    await fine(*screens.all)

    await screens.next()
    await screens.next()  # check-in
    await phone.get_by_role("button", name="Ik wil iets zeggen").click()
    await tablet.get_by_role("button", name="Geef Naam 003 het woord").click()
    await expect(screen.locator(".hall-chair.floor")).to_be_visible()
    await expect(screen.locator(".asks")).to_have_text("Naam 003 heeft het woord")
    await fine(*screens.all)

    await screens.next()
    await written(screens.people)
    await screens.next()
    await expect(phone.locator("article.case")).to_have_count(1)
    await tablet.get_by_role("button", name="Volgende casus").click()
    await expect(phone.locator("#stage")).to_contain_text(f"Casus 2 van {MANY}")
    await phone.get_by_role("link", name="Blader zelf").click()
    await expect(phone.locator("article.leaf")).to_have_count(20)
    await fine(phone, tablet, screen)

    await screens.next()
    await phone.goto(phone.url.partition("?")[0] + "?p=2")
    one = phone.locator("article.leaf").first
    chosen = await one.locator(".q").inner_text()
    await fine(phone)
    await one.get_by_label("Stippen").select_option("2")
    await phone.get_by_role("button", name="Bewaar").first.click()
    await expect(phone.get_by_role("heading", name="Jouw keuze")).to_be_visible()
    assert phone.url.endswith("/tafel?p=2")
    await expect(phone.locator("article.leaf").first.get_by_label("Stippen")).to_have_value("2")
    await phone.get_by_role("link", name="Terug naar de kring").click()
    await expect(phone.locator(".vote legend")).to_have_text(chosen)
    await phone.get_by_role("button", name="Klaar met kiezen").click()
    await expect(phone.get_by_text("Je bent klaar met kiezen.")).to_be_visible()
    await fine(*screens.all)


@pytest.mark.long
async def test_who_leads_finds_somebody_in_a_list_by_name(screens: Screens) -> None:
    tablet = screens.tablet
    await tablet.goto(tablet.url.replace("/leiden", "/mensen?p=3"))
    await expect(tablet.locator(".somebody")).to_have_count(20)
    name = await tablet.locator(".somebody b").first.inner_text()
    await tablet.locator(".somebody summary").first.click()
    await fine(tablet)
    await tablet.get_by_role("button", name="Is vertrokken").first.click()
    await expect(tablet.locator(".somebody b").first).not_to_have_text(name)
    assert tablet.url.endswith("/mensen?p=3")
    assert (await screens.people[0].http.get(f"/r/{screens.lead.alias}/mensen")).status_code == 303
