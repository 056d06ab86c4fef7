"""One circle of a group, played to its end: what the screens say a register still asks, lines that are proposed,
confirmed and corrected, and how far a member is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from server.person import Person
from tests.browser.circles import onward
from tests.browser.pages import PHONE
from tests.browser.test_group import OPEN, One, begun, fine, joined, treated
from tests.conftest import Server

NAMES = ("Marijke", "Joost", "Fatima", "Anouk", "Bram")
LEFT = re.compile(r"Nog \d+ minuten tot twee aaneengesloten uren")
ASKED = "Deze bijeenkomst telt als iedereen een vraag inbrengt."


@pytest.fixture
async def quick(tmp_path: Path):  # type: ignore[no-untyped-def]
    """A minute of attendance lasts a second here."""
    server = await Server(tmp_path / "data").hurry("minute=1000", "wait=200", "acts=500", "rooms=1000").start()
    yield server
    server.stop()


async def planned(browser: Browser, server: Server) -> tuple[One, list[One]]:
    """A group with its organiser and five members, who chose two registers."""
    organiser, code = await begun(browser, server)
    people = [await joined(browser, server, code, name, PHONE if name == "Joost" else (1440, 900)) for name in NAMES]
    page = people[0].page
    await page.get_by_role("link", name="Plan", exact=True).click()
    await page.get_by_label("Een eigen plan").check()
    await page.get_by_role("button", name="Neem dit plan").click()
    for name in ("Complementair therapeuten (VIT)", "Advocaten (NOvA): gestructureerd intercollegiaal overleg"):
        await page.get_by_label(name).check()
    await page.locator("#registers").get_by_role("button", name="Bewaar").click()
    await expect(page.get_by_label("Complementair therapeuten (VIT)")).to_be_checked()
    return organiser, people


async def entered(people: list[One], server: Server) -> tuple[Person, dict[str, Person]]:
    """Everybody is in the circle: who leads, and the others by name."""
    first, *others = people
    await first.page.get_by_role("link", name="Bijeenkomsten").click()
    await first.page.click(OPEN)
    await first.page.wait_for_url("**/leiden")
    alias = re.search(r"/r/([0-9a-f]{12})", first.page.url)[1]  # type: ignore[index]
    for one in others:
        await one.page.reload()
        await one.page.get_by_role("button", name="Ga de kring in").click()
        await one.page.wait_for_url(f"**/r/{alias}*")
    by_name = {one.name: await one.person(server.url, alias) for one in people}
    lead = by_name.pop(first.name)
    assert (await lead.act("method", method="five-step")).status_code == 204
    return lead, by_name


async def attended(one: One, server: Server, group: str) -> Page:
    await one.page.goto(f"{server.url}/g/{group}/aanwezigheid")
    return one.page


async def test_a_circle_says_what_counts_and_leaves_lines_to_confirm_and_correct(
    quick: Server, browser: Browser
) -> None:
    organiser, people = await planned(browser, quick)
    first, joost, fatima, anouk, bram = people
    group = re.search(r"/g/(g[0-9a-f]{12})", first.page.url)[1]  # type: ignore[index]
    lead, others = await entered(people, quick)
    for one in (first, joost):
        await expect(one.page.get_by_text(ASKED)).to_be_visible()

    await onward(lead, others.values())
    for one in (first, joost):
        await expect(one.page.locator(".terms")).to_contain_text(LEFT)
    await treated(quick, lead, {**others, "Marijke": lead})
    await expect(joost.page.locator(".terms")).to_contain_text("Iedereen bracht een vraag in.")
    await expect(first.page.locator(".terms")).to_contain_text("Iedereen bracht een vraag in.")
    assert (await lead.act("coffee")).status_code == 204
    await expect(joost.page.locator(".terms")).to_contain_text(re.compile(r"Na de koffie nog \d+ minuten"))
    assert (await lead.act("run")).status_code == 204
    await expect(joost.page.locator(".terms")).not_to_contain_text("koffie")
    for _ in range(60):
        if "do/close" in await lead.page("/leiden"):
            break
        await onward(lead, [*others.values(), lead])
    assert (await lead.act("close")).status_code == 204

    page = await attended(joost, quick, group)
    await expect(page.locator(".lines li")).to_have_count(5)
    await expect(page.get_by_text("Eén regel wacht nog op jouw ja.")).to_be_visible()
    await expect(page.locator(".verdict.yes")).to_contain_text("Complementair therapeuten")
    await expect(page.locator(".verdict.no")).to_contain_text("dit register vraagt er minstens 120 op een dag.")
    await fine(page)
    await page.get_by_role("button", name="Klopt", exact=True).click()
    await expect(page.locator(".lines .mine")).to_contain_text("bevestigd")
    await expect(page.get_by_text("wacht nog op jouw ja")).to_have_count(0)
    await expect(page.locator(".far").filter(has_text="VIT")).to_contain_text("van de 15 uur")

    page = await attended(fatima, quick, group)
    await page.get_by_text("Klopt er een regel niet?").click()
    minutes = page.get_by_label("Minuten aanwezig")
    less = int(await minutes.input_value()) - 1
    await minutes.fill(str(less))
    await page.get_by_role("button", name="Stel voor").click()
    await expect(page.get_by_text("Voorstel voor Fatima:")).to_be_visible()
    for one, yes in ((anouk, 0), (bram, 1)):
        page = await attended(one, quick, group)
        await expect(page.get_by_text(f"{yes} van de 2 keer ja.")).to_be_visible()
        await fine(page)
        await page.get_by_role("button", name="Ja, zo was het").click()
    await expect(page.get_by_text("Voorstel voor Fatima:")).to_have_count(0)
    await expect(page.locator(".lines li").filter(has_text="Fatima")).to_contain_text(f"{less} min")

    await page.get_by_label("Volledige naam").fill("Bram Bosch")
    await page.get_by_label("Registernummer").fill("B-12")
    await page.locator('form[action$="/do/proof"]').get_by_role("button", name="Bewaar").click()
    await expect(page.get_by_label("Volledige naam")).to_have_value("Bram Bosch")
    await page.get_by_role("button", name="Klopt", exact=True).click()
    await fine(page)
    await page.get_by_label("Waar het over ging").select_option(index=1)
    async with page.expect_download() as given:
        await page.get_by_role("button", name="Maak mijn bewijs (PDF)").click()
    paper = await (await given.value).path()
    await page.goto(f"{quick.url}/controle")
    await page.get_by_label("Het bestand, een PDF").set_input_files(paper)
    await page.get_by_role("button", name="Controleer").click()
    await expect(page.get_by_role("heading", name="Dit bewijs is echt.")).to_be_visible()
    await expect(page.get_by_role("heading", name="Bram Bosch")).to_be_visible()
    await organiser.page.goto(f"{quick.url}/g/{group}/aanwezigheid")
    await expect(organiser.page.get_by_text("Van één bijeenkomst is de aanwezigheid bewaard.")).to_be_visible()
    assert "Bram" not in await organiser.page.inner_text("main")
    await fine(organiser.page)


@pytest.mark.long
async def test_attendance_works_without_a_script(quick: Server, browser: Browser) -> None:
    _, people = await planned(browser, quick)
    group = re.search(r"/g/(g[0-9a-f]{12})", people[0].page.url)[1]  # type: ignore[index]
    context = await browser.new_context(java_script_enabled=False, locale="nl")
    await context.add_cookies(await people[1].context.cookies())  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(f"{quick.url}/g/{group}/aanwezigheid")
    await expect(page.get_by_text("Nog geen bladen")).to_be_visible()
    await page.get_by_label("Volledige naam").fill("Joost van der Wal")
    await page.locator('form[action$="/do/proof"] button').click()
    await expect(page.get_by_role("alert")).to_contain_text("Er is nog geen bijeenkomst geweest.")
    await expect(page.get_by_label("Volledige naam")).to_have_value("Joost van der Wal")
