"""Who knocks waits on a line of its own: let in or not, the page says so by itself, also after a dead network."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, Page, expect

from server.person import Person
from tests.browser.circles import circle
from tests.browser.pages import PHONE, axe, look
from tests.conftest import Server
from tests.tools.proxy import Proxy


async def knocking(server: Server, browser: Browser, base: str = "") -> tuple[Person, Page]:
    lead, _ = await circle(server.url, "Owen", "Cora", steps=3)
    late = await Person(server.url).join(lead.code, "Noor")
    page = await look(browser, late, f"/r/{late.alias}", PHONE, base or server.url)
    await page.get_by_role("heading", name="Je hebt geklopt.").wait_for()
    return lead, page


async def answer(lead: Person, verb: str) -> None:
    handle = re.search(rf'do/{verb}" name="handle" value="([^"]+)"', await lead.page("/leiden"))
    assert handle
    assert (await lead.act(verb, handle=handle[1])).status_code == 204


async def test_let_in_the_page_moves_in_by_itself(server: Server, browser: Browser) -> None:
    lead, page = await knocking(server, browser)
    await answer(lead, "admit")
    await page.get_by_role("heading", name="Welkom, Noor.").wait_for()
    assert page.faults == []


async def test_turned_away_the_page_says_so_by_itself_and_waits_no_more(server: Server, browser: Browser) -> None:
    lead, page = await knocking(server, browser)
    await answer(lead, "turn-away")
    await page.get_by_role("heading", name="Vandaag past het niet meer.").wait_for()
    assert await page.locator("script[src*=door]").count() == 0
    assert await axe(page) == []
    assert page.faults == []


@pytest.mark.long
async def test_a_half_open_line_at_the_door_is_noticed_and_the_answer_still_comes(
    browser: Browser, line: tuple[Server, Proxy]
) -> None:
    server, net = line
    lead, page = await knocking(server, browser, f"http://127.0.0.1:{net.port}")
    net.set("swallow")
    await expect(page.locator("#link")).to_be_visible(timeout=16000)
    await expect(page.locator("#link")).to_have_text("De verbinding is even weg. Laat dit scherm open.")
    await answer(lead, "admit")
    net.set("pass")
    await page.get_by_role("heading", name="Welkom, Noor.").wait_for(timeout=20000)
