"""On a narrow phone every column of a board can be chosen, and every number of the step before can be read."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from tests.browser.pages import PHONE, TABLET, axe, look
from tests.conftest import Server
from tests.live import meetings

INSIDE = """all => all.every(e => {
  const one = e.getBoundingClientRect(), card = e.closest('.card').getBoundingClientRect();
  const whole = one.left >= card.left && one.right <= card.right && e.scrollWidth <= e.clientWidth + 1;
  return whole && one.width > 0 && one.height >= (e.matches('label') ? 44 : 1); })"""


@pytest.fixture
async def pattern(server: Server) -> meetings.Meeting:
    """Four corners, where cards go into four columns and the questions per corner are counted."""
    room = await meetings.telling(server, "four-corners", 2)
    for name in ("Owen", "Cora"):
        await room.do(name, "ask", text="Wat zag je?", op=f"{name:0<20}")
    await room.press("next", 4)
    return room


async def test_every_column_and_every_count_lies_inside_its_card(pattern: meetings.Meeting, browser: Browser) -> None:
    owen = pattern.people["Owen"]
    page = await look(browser, owen, f"/r/{owen.alias}", PHONE)
    await expect(page.locator(".counts dd")).to_have_count(4)
    await expect(page.locator(".counts dd").first).to_contain_text("2")
    labels = page.locator(".columns label")
    await expect(labels).to_have_count(4)
    assert await labels.evaluate_all(INSIDE)
    assert await page.locator(".counts dd").evaluate_all(INSIDE)
    await labels.last.click()
    await expect(labels.last.locator("input")).to_be_checked()
    assert await axe(page) == []
    cockpit = await look(browser, pattern.lead, f"/r/{owen.alias}/leiden", TABLET)
    await expect(cockpit.locator(".counts dd")).to_have_count(4)
    assert await cockpit.locator(".counts dd").evaluate_all(INSIDE)
