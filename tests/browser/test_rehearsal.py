"""Somebody who never led a circle rehearses alone: from the page that begins a circle to cases on the table."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.pages import PHONE, TABLET, axe, look
from tests.conftest import Server


async def rehearse(browser: Browser, server: Server, lang: str) -> Page:
    """Taps the button, with a method chosen and nothing filled in."""
    page = await look(browser, None, "/nieuw", TABLET, server.url, locale=lang)
    await page.locator('input[name="method"][value="gossip"]').check(force=True)
    assert await axe(page) == []
    await page.locator('button[name="rehearse"]').click()
    await page.wait_for_url("**/leiden")
    return page


@pytest.fixture
async def own(tmp_path: Path):  # type: ignore[no-untyped-def]
    server = await Server(tmp_path / "data").hurry("pace=3", "wait=1000").start()
    yield server
    server.stop()


@pytest.mark.parametrize(
    ("lang", "circle", "says", "last", "ready", "steps"),
    [
        (
            "nl",
            "Oefenkring",
            "Dit is een oefening.",
            "Femke",
            "Iedereen is klaar.",
            ("Afspraak", "Check-in", "Schrijven"),
        ),
        pytest.param(
            "en",
            "Practice circle",
            "This is a practice circle.",
            "Fiona",
            "Everyone is ready.",
            ("Agreement", "Check-in", "Write"),
            marks=pytest.mark.long,
        ),
    ],
)
async def test_from_the_first_page_to_cases_on_the_table(
    browser: Browser, own: Server, lang: str, circle: str, says: str, last: str, ready: str, steps: tuple[str, ...]
) -> None:
    page = await rehearse(browser, own, lang)
    await expect(page.locator("#head")).to_contain_text(circle)
    await expect(page.locator("#stage")).to_contain_text(says)
    await expect(page.locator("#stage .chair.free")).to_have_count(1, timeout=20_000)  # she, six people, and one chair
    await expect(page.locator("#stage")).to_contain_text(last)
    assert await axe(page) == []
    for step in steps:
        await page.locator("#f-next").click()
        await expect(page.locator("#stage h1").first).to_contain_text(step)
    await expect(page.locator("#foot")).to_contain_text(ready, timeout=30_000)
    await page.locator("#f-next").click()
    await expect(page.locator("#stage article.case h2")).to_contain_text("?")
    assert page.faults == []  # type: ignore[attr-defined]


@pytest.mark.long
async def test_a_second_one_is_refused_in_a_sentence(browser: Browser, own: Server) -> None:
    await rehearse(browser, own, "nl")
    page = await look(browser, None, "/nieuw", PHONE, own.url)
    await page.locator('button[name="rehearse"]').click()
    await expect(page.get_by_role("alert").filter(has_text="Er wordt al geoefend")).to_be_visible()
    assert await axe(page) == []
