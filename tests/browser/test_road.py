"""A whole road in browsers: ten meetings, from guided to self-guided, to a report for the client and certificates."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.test_clientreport import write
from tests.browser.test_group import NAMES, One, back, begun, fine, joined, met
from tests.conftest import Server

LEARNED = "We vragen langer door voordat iemand iets aanraadt."
YES = "Ja, dit mag naar de opdrachtgever"


@pytest.fixture
async def hurried(tmp_path: Path) -> AsyncIterator[Server]:
    """A minute of attendance lasts a twentieth of a second."""
    server = await Server(tmp_path / "data").hurry("minute=50", "wait=200", "acts=500", "rooms=1000").start()
    yield server
    server.stop()


async def reported(organiser: One, people: list[One], server: Server, group: str) -> None:
    """One begins the report, one writes, all say yes; then, and not before, whoever organises reads it."""
    where = f"{server.url}/g/{group}/verslag"
    for one in (organiser, *people):
        await one.page.goto(where)
    await people[0].page.get_by_role("button", name="Begin het verslag").click()
    await people[1].page.reload()
    await write(people[1].page, "learned", LEARNED)
    for one in people:
        assert LEARNED not in await organiser.page.content()
        await one.page.goto(where)
        await one.page.get_by_role("button", name=YES).click()
        await organiser.page.reload()
    report = organiser.page.locator("article")
    await expect(report).to_contain_text(LEARNED)
    await expect(report).to_contain_text("10 gehouden, van 10 in het plan")
    assert not [one.name for one in people if one.name in await report.inner_text()]


async def proven(one: One, server: Server, group: str, meetings: int) -> None:
    """A member confirms each own line and gives a full name; the certificate says so, and whoever gets it can check."""
    page, full = one.page, f"{one.name} van der Wal"
    await page.goto(f"{server.url}/g/{group}/aanwezigheid")
    for left in range(meetings, 0, -1):
        await expect(page.get_by_role("button", name="Klopt", exact=True)).to_have_count(left)
        await page.get_by_role("button", name="Klopt", exact=True).first.click()
    await page.get_by_label("Volledige naam").fill(full)
    await page.locator('form[action$="/do/proof"]').get_by_role("button", name="Bewaar").click()
    await fine(page)
    async with page.expect_download() as given:
        await page.get_by_role("button", name="Maak mijn bewijs (PDF)").click()
    paper = await (await given.value).path()
    await page.goto(f"{server.url}/controle")
    await page.get_by_label("Het bestand, een PDF").set_input_files(paper)
    await page.get_by_role("button", name="Controleer").click()
    await expect(page.get_by_role("heading", name="Dit bewijs is echt.")).to_be_visible()
    await expect(page.get_by_role("heading", name=full)).to_be_visible()
    await expect(page.get_by_text(f"{meetings} van 10")).to_be_visible()


@pytest.mark.long
async def test_a_road_in_ten_meetings(hurried: Server, browser: Browser) -> None:
    """From guided to self-guided; after the fourth somebody leaves, after the fifth somebody comes; the seventh is
    moved; the ninth is asked about."""
    organiser, code = await begun(browser, hurried)
    people = [await joined(browser, hurried, code, name) for name in NAMES]
    group = re.search(r"/g/(g[0-9a-f]{12})", people[0].page.url)[1]  # type: ignore[index]
    await organiser.page.reload()
    marijke = organiser.page.locator(".people li", has_text="Marijke")
    await marijke.get_by_role("button", name="Maak begeleider").click()
    page = people[0].page
    await page.get_by_role("link", name="Plan", exact=True).click()
    await page.get_by_label("Eerste datum").fill("2026-12-02")
    await page.get_by_role("button", name="Neem dit plan").click()
    for nr in range(10):
        guided = nr in (0, 1, 2, 5, 9)
        order = people if guided else [*people[1:], people[0]]
        await back(people, hurried, group)
        if nr == 8:
            await expect(page.get_by_text("Het plan laat open of deze bijeenkomst begeleid is.")).to_be_visible()
        if nr == 4:
            leaver = people.pop()
            await leaver.page.get_by_role("link", name="Leden").click()
            await leaver.page.get_by_text("Verlaat de groep").click()
            await leaver.page.get_by_role("button", name="Ja, ik ga uit de groep").click()
            await expect(leaver.page).to_have_url(re.compile("/groep$"))
            order = [*people[1:], people[0]]
        if nr == 5:
            people.append(await joined(browser, hurried, code, "Nieuw"))
            order = people
        if nr == 6:
            await page.goto(f"{hurried.url}/g/{group}/plan")
            card = page.locator(".meetings li").nth(6)
            await card.get_by_text("Verander").click()
            await card.get_by_label("Datum").fill("2027-06-01")
            await card.get_by_role("button", name="Verzet").click()
            assert "SEQUENCE:1" in await (await page.request.get(f"{hurried.url}/g/{group}/agenda.ics")).text()
            await back(people, hurried, group)
        if nr in (6, 8):
            await page.goto(f"{hurried.url}/g/{group}/plan")
            card = page.locator(".meetings li").nth(nr)
            await card.get_by_text("Verander").click()
            await card.get_by_label("Methode").select_option("five-step")
            if nr == 8:  # the plan leaves it open
                await card.get_by_label("Begeleiding").select_option("self")
            await card.get_by_role("button", name="Bewaar").click()
            await back(people, hurried, group)
        await met(order, hurried)
        await back(people, hurried, group)
        await expect(page.locator(".road .held")).to_have_count(nr + 1)
        await expect(page.get_by_text("Kunnen jullie het zelf?")).to_have_count(1 if nr in (2, 5) else 0)
        assert await page.locator(".road li").nth(nr).locator("svg text").text_content() == str(len(people))
    await expect(page.get_by_text("Het traject is rond.")).to_be_visible()
    await fine(page)
    await page.get_by_role("link", name="Leden").click()
    assert "Chantal" not in await page.inner_text(".people")
    await reported(organiser, people, hurried, group)
    await proven(people[1], hurried, group, 10)
    await proven(people[-1], hurried, group, 5)  # who came later
