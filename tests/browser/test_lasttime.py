"""The second meeting of a group in real browsers: the circle asks what became of the case of the first."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.circles import onward
from tests.browser.pages import PHONE
from tests.browser.test_group import OPEN, begun, fine, joined, met
from tests.conftest import Server

NAMES = ("Marijke", "Joost", "Fatima", "Anouk", "Bram")
ASKS = "Joost, wil je vertellen hoe het verder ging?"


@pytest.fixture
async def hurried(tmp_path: Path) -> AsyncIterator[Server]:
    server = await Server(tmp_path / "data").hurry("wait=200", "acts=500", "rooms=1000").start()
    yield server
    server.stop()


async def test_the_circle_asks_by_name_and_one_private_tap_ends_it_for_all(hurried: Server, browser: Browser) -> None:
    organiser, code = await begun(browser, hurried)
    people = [await joined(browser, hurried, code, name, PHONE) for name in NAMES]
    await organiser.page.reload()
    marijke = organiser.page.locator(".people li", has_text="Marijke")
    await marijke.get_by_role("button", name="Maak begeleider").click()
    lead = people[0].page
    group = lead.url
    await lead.get_by_role("link", name="Plan", exact=True).click()
    await lead.get_by_role("button", name="Neem dit plan").click()
    for one in people:
        await one.page.goto(group)
    await met(people, hurried)
    for one in people:
        await one.page.goto(group)
    await lead.click(OPEN)
    await lead.wait_for_url("**/leiden")
    alias = re.search(r"/r/([0-9a-f]{12})", lead.url)[1]  # type: ignore[index]
    for one in people[1:]:
        await one.page.reload()
        await one.page.get_by_role("button", name="Ga de kring in").click()
        await one.page.wait_for_url(f"**/r/{alias}*")
    leads, *others = [await one.person(hurried.url, alias) for one in people]
    joost, anouk = people[1].page, people[3].page
    for _ in range(3):  # to the follow-up
        await onward(leads, [leads, *others])

    for page in (lead, joost, anouk):
        await expect(page.get_by_text(ASKS)).to_be_visible()
        await fine(page)
    await expect(anouk.get_by_role("button", name="Vandaag liever niet")).to_have_count(0)
    await joost.get_by_role("button", name="Vandaag liever niet").click()

    for page in (lead, joost, anouk):
        await expect(page.get_by_text(ASKS)).to_have_count(0)
        await expect(page.get_by_role("heading", name="Vorige keer").first).to_be_visible()
    await expect(joost.get_by_role("button", name="Vandaag liever niet")).to_have_count(0)
