"""Methods in a hall, in browsers: cards of which there are more than an owner's page holds, a board, and groups."""

from __future__ import annotations

import asyncio
import html
import re

import pytest
from playwright.async_api import Browser, Page, expect

from rooms.cardview import MANY
from rooms.halls import PAGE
from server.person import Person
from tests.browser.halls import hall, together
from tests.browser.pages import LAPTOP, PHONE, TABLET, axe, look
from tests.conftest import Server

SEVENTY = 70
CASE = re.compile(r'<p class="q">([^<]*)</p>.*?name="dots-([^"]+)"', re.S)
POINTER = re.compile(r'do/next" name="at" value="([^"]+)"')


async def press(lead: Person, verb: str, times: int = 1) -> None:
    for _ in range(times):
        at = POINTER.search(await lead.page("/leiden"))
        assert at
        answer = await lead.act(verb, at=html.unescape(at[1]))
        assert answer.status_code == 204, answer.text


async def begun(server: Server, method: str) -> tuple[Person, Person, list[Person]]:
    """A hall at the first step of a method: who leads, whose case it is, and all others."""
    lead, (owner, *others) = await hall(server.url, SEVENTY, method=method)
    await press(lead, "next", 3)
    await together([owner, *others[:4]], lambda i, one: one.act("lay", rev="1", question=f"Vraag van {i}?"))
    await press(lead, "next", 2)
    cases = dict(CASE.findall(await owner.page("/tafel")))
    dots = {"rev": "1", f"dots-{cases['Vraag van 0?']}": "3"}
    await together([owner, *others], lambda i, one: one.act("chosen", **dots))
    await press(lead, "next")
    await together([owner, *others], lambda i, one: one.act("answer", choice="none" if i else "bring"))
    await press(lead, "next")
    async with asyncio.timeout(60):
        while (await owner.act("it-is-me")).status_code != 204:
            await lead.next()  # nobody listens yet: nothing happens by itself
            await asyncio.sleep(0.5)  # polls for a sign, at a pace that acts may have
    assert (await owner.act("say-yes", method=method)).status_code == 204
    await press(lead, "next")
    return lead, owner, others


async def fine(*pages: Page) -> None:
    for page in pages:
        assert await axe(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
        assert page.faults == []  # type: ignore[attr-defined]


@pytest.mark.long
async def test_an_owner_takes_a_card_along_that_stands_on_the_last_of_many_pages(
    server: Server, browser: Browser
) -> None:
    lead, owner, others = await begun(server, "gossip")
    while 'name="input" value="questions"' not in await others[0].page():
        await press(lead, "next")
    for slot in range(3):
        await together(
            others,
            lambda i, one, slot=slot: one.act(  # type: ignore[misc]
                "card", input="questions", slot=str(slot), rev="1", text=f"Vraag {i}.{slot}?"
            ),
        )
    room = f"/r/{lead.alias}"
    phone, other = await look(browser, owner, room, PHONE), await look(browser, others[0], room, LAPTOP)
    await press(lead, "next")
    left = 3 * len(others) - MANY
    await expect(phone.locator(".shelf .card")).to_have_count(MANY)
    await expect(other.locator(".shelf .card")).to_have_count(PAGE)
    await expect(other.get_by_role("link", name=f"Lees ook de andere {3 * len(others) - PAGE}")).to_be_visible()
    await fine(phone, other)

    await phone.get_by_role("link", name=f"Kies ook uit de andere {left}").click()
    await phone.goto(phone.url + "?p=11")
    last = phone.locator("article.leaf").last
    words = await last.locator(".q").inner_text()
    await fine(phone)
    await last.get_by_role("button", name="neem ik mee").click()
    await expect(phone.locator("article.leaf").last.get_by_role("button", name="neem ik mee")).to_have_attribute(
        "aria-pressed", "true"
    )
    assert phone.url.endswith("/tafel?p=11")
    await phone.get_by_role("link", name="Terug naar de kring").click()
    await expect(phone.locator(".shelf .card")).to_have_count(MANY + 1)
    await expect(phone.locator(".shelf .card.picked .words")).to_have_text(words)
    await expect(other.locator(".shelf .card.picked .words")).to_have_text(words)  # of many it stands with the first
    await other.goto(other.url + "/tafel?p=11")
    await expect(other.locator("article.leaf").last).to_contain_text("neemt Naam 000 mee")
    await expect(other.get_by_role("button", name="neem ik mee")).to_have_count(0)
    await fine(other)


@pytest.mark.long
async def test_a_board_of_a_hall_is_read_by_the_page_and_who_leads_clears_it_there(
    server: Server, browser: Browser
) -> None:
    lead, owner, others = await begun(server, "learning-from-incidents")
    while 'name="input" value="moments"' not in await others[0].page():
        await press(lead, "next")
    room = f"/r/{lead.alias}"
    phone, tablet = await look(browser, others[0], room, PHONE), await look(browser, lead, room + "/leiden", TABLET)
    await together(others, lambda i, one: one.act("place", input="moments", column="0", text=f"Toen {i:02d}"))
    for page in (phone, tablet):
        await expect(page.locator(".board .card")).to_have_count(PAGE)
        await expect(page.get_by_role("link", name=f"Lees ook de andere {len(others) - PAGE}")).to_be_visible()
    await fine(phone, tablet)

    await phone.goto(phone.url + "/tafel?p=4")
    await expect(phone.locator("article.leaf")).to_have_count(len(others) - 3 * PAGE)
    await expect(phone.locator("article.leaf").last).to_contain_text("Naam 0")
    await expect(phone.get_by_role("button", name="Haal weg")).to_have_count(0)
    await fine(phone)
    await tablet.get_by_role("link", name="Lees ook de andere").click()
    await tablet.goto(tablet.url + "?p=4")
    await tablet.get_by_role("button", name="Haal weg").last.click()
    await expect(tablet.locator("article.leaf")).to_have_count(len(others) - 3 * PAGE - 1)
    await fine(tablet)


@pytest.mark.long
async def test_a_hall_in_groups_shows_each_their_own(server: Server, browser: Browser) -> None:
    lead, people = await hall(server.url, SEVENTY, method="troika")
    room = f"/r/{lead.alias}"
    phone, laptop = await look(browser, people[3], room, PHONE), await look(browser, people[4], room, LAPTOP)
    tablet = await look(browser, lead, room + "/leiden", TABLET)
    while 'do/group-on"' not in await people[3].page():
        await press(lead, "next")
    for page, name in ((phone, "Naam 003"), (laptop, "Naam 004")):
        await expect(page.locator("#main")).to_contain_text(name)
    assert len(set(re.findall(r"Naam \d{3}", await phone.inner_text("body")))) <= 5
    await fine(phone, laptop, tablet)
