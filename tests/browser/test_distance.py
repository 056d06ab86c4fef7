"""A hybrid meeting: who hears nothing is seen at once, and the link of the video call reaches whom it is for."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, Page, expect

from server.person import Person
from tests.browser.circles import circle, until
from tests.browser.pages import LAPTOP, PHONE, SCREEN, TABLET, axe, look
from tests.browser.test_page import screen_of
from tests.browser.test_seat import owned, to_the_method
from tests.conftest import Server

CAST = ("Owen", "Cora", "Carl")
LINK = "https://bel.example.org/kring"


SEEN = """text => [...document.querySelectorAll('header *, #band *, main *')].some(e => {
const r = e.getBoundingClientRect(); return e.textContent.includes(text) && r.width > 1 && r.height > 1
&& r.height < 300 && r.top >= 0 && r.right <= innerWidth && r.bottom <= innerHeight && !e.closest('.vh,.same'); })"""


async def in_sight(page: Page, text: str) -> None:
    """Waits until a text stands on the screen without scrolling."""

    async def seen() -> bool:
        return bool(await page.evaluate(SEEN, text))

    await until(seen)


async def hybrid(server: Server, steps: int = 2, **fields: str) -> tuple[Person, list[Person]]:
    """A circle with Carl at a distance."""
    lead, people = await circle(server.url, *CAST, steps=steps, where="mixed", **fields)
    assert (await people[2].act("where", x="remote")).status_code == 204
    return lead, people


async def test_who_hears_nothing_is_seen_by_everybody_at_once_until_it_is_taken_back(
    server: Server, browser: Browser
) -> None:
    lead, people = await hybrid(server)
    carl = await look(browser, people[2], f"/r/{lead.alias}", LAPTOP)
    cora = await look(browser, people[1], f"/r/{lead.alias}", PHONE)
    cockpit = await look(browser, lead, f"/r/{lead.alias}/leiden", TABLET)
    wall = await look(browser, await screen_of(lead), f"/r/{lead.alias}/scherm", SCREEN)
    await expect(cora.get_by_role("button", name="Ik hoor jullie niet")).to_have_count(0)  # Cora sits in the room
    await carl.get_by_role("button", name="Ik hoor jullie niet").click()
    for page in (carl, cora, cockpit, wall):
        await expect(page.locator(".no-sound")).to_contain_text("Carl hoort ons niet.")
        await expect(page.locator(".names li", has_text="geen geluid")).to_have_count(1)
        assert await axe(page) == []
    await lead.next()  # another step, the same silence
    await expect(cora.locator("#head .where b")).to_have_text("Schrijven")
    await expect(wall.locator(".no-sound")).to_contain_text("Carl hoort ons niet.")
    await carl.get_by_role("button", name="Weer goed").click()
    for page in (carl, cora, cockpit, wall):
        await expect(page.locator(".no-sound")).to_have_count(0)
    await carl.get_by_role("button", name="Ik hoor jullie niet").click()
    await cockpit.get_by_role("button", name="Weer goed").click()
    for page in (carl, cora, cockpit, wall):
        await expect(page.locator(".no-sound")).to_have_count(0)
        assert page.faults == []  # type: ignore[attr-defined]


async def test_the_link_of_the_video_call_is_for_who_is_at_a_distance(server: Server, browser: Browser) -> None:
    lead, people = await hybrid(server, video=LINK)
    carl = await look(browser, people[2], f"/r/{lead.alias}", PHONE)
    link = carl.get_by_role("link", name="Videogesprek")
    await expect(link).to_have_attribute("href", LINK)
    assert await link.get_attribute("rel") == "noopener noreferrer"
    assert await link.get_attribute("target") == "_blank"
    assert LINK in await lead.page("/leiden")
    wall = await screen_of(lead)
    cora = await people[1].page()
    assert LINK not in cora + await wall.page("/scherm")
    knocks = await Person(server.url).join(lead.code, "Noor")
    assert LINK not in await knocks.page()
    carls = re.search(
        r'do/outside" name="seat" value="(\w+)"[^>]*>[^<]*<', (await lead.page("/leiden")).split("Carl</b>")[-1]
    )
    assert carls
    await lead.act("outside", seat=carls[1])
    await expect(carl.get_by_text("Je bent even buiten.")).to_be_visible()
    await expect(link).to_have_count(0)
    assert LINK not in await people[2].page()


@pytest.mark.long
async def test_who_leads_pastes_a_link_and_hears_why_another_is_none(server: Server, browser: Browser) -> None:
    lead, people = await hybrid(server, steps=0)
    cockpit = await look(browser, lead, f"/r/{lead.alias}/leiden", TABLET)
    carl = await look(browser, people[2], f"/r/{lead.alias}", PHONE)
    await cockpit.locator("#side").get_by_role("link", name="Link van het videogesprek").click()
    field = cockpit.get_by_label("Plak hem hier.")
    await field.fill("http://bel.example.org/kring")
    await field.press("Enter")
    await expect(cockpit.locator("#said")).to_have_text("De link van het videogesprek begint met https://.")
    assert await axe(cockpit) == []
    await field.fill("https://BEL.example.org/kring ")
    await field.press("Enter")
    await expect(carl.get_by_role("link", name="Videogesprek")).to_have_attribute("href", LINK)
    await expect(cockpit.locator("#side").get_by_role("link", name="Naar het videogesprek")).to_have_attribute(
        "href", LINK
    )


@pytest.mark.long
async def test_a_circle_does_not_begin_with_a_link_that_is_not_https(server: Server, browser: Browser) -> None:
    page = await look(browser, None, "/nieuw", LAPTOP, server.url)
    field = page.get_by_label("Link van het videogesprek")
    await expect(field).to_be_hidden()  # all in one room
    await page.locator("label", has_text="Gemengd").click()
    await field.fill("http://bel.example.org/kring")
    await page.get_by_label("Hoe heet jullie groep?").fill("Mentoren")
    await page.get_by_label("Hoe heet jij?").fill("Fay")
    await page.get_by_role("button", name="Zet de stoelen klaar").click()
    await expect(page.get_by_role("alert")).to_have_text("De link van het videogesprek begint met https://.")
    await expect(field).to_have_value("http://bel.example.org/kring")
    assert await axe(page) == []


@pytest.mark.long
async def test_a_laptop_at_a_distance_shows_all_that_the_big_screen_shows(server: Server, browser: Browser) -> None:
    lead, people = await circle(server.url, steps=3, where="mixed")
    await people[2].act("where", x="remote")
    owner = await to_the_method(lead, people)
    laptop = await look(browser, people[2], f"/r/{lead.alias}", LAPTOP)
    wall = await look(browser, await screen_of(lead), f"/r/{lead.alias}/scherm", SCREEN)
    await owned(lead, owner, laptop)
    await lead.next()
    await people[3].act("ask", text="Wat hoopte je?")
    await people[1].act("ask", text="")
    await lead.act("give", seat="")
    shown = (
        "Vragenronde",
        "Alleen open vragen.",
        "Wat hoopte je?",
        "Cleo",
        "Straks aan het woord: Cora.",
        "Hierna: de kern",
    )
    for text in (*shown, "Vraag van 0 aan de kring?"):
        for page in (wall, laptop):
            await in_sight(page, text)
    for page in (wall, laptop):
        await expect(page.locator(".ring .chair.floor .seat")).to_be_in_viewport()
        await expect(page.locator(".centre .value")).to_be_in_viewport()
    await lead.next()
    for one in people[1:]:
        await one.act("card", input="cores", slot="0", rev="1", text="Durf je nee te zeggen?")
    await lead.next()
    for page in (wall, laptop):
        await expect(page.get_by_text("Durf je nee te zeggen?")).to_have_count(4)
        await expect(page.get_by_text("Durf je nee te zeggen?").last).to_be_in_viewport()
