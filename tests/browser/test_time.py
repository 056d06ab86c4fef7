"""A clock is right on a device whose own clock is wrong, and only ever counts down."""

from __future__ import annotations

import asyncio
import html
import re

import pytest
from playwright.async_api import Browser, expect

from tests.browser.circles import circle, frames, stir, until
from tests.browser.pages import PHONE, look
from tests.conftest import Server

WRONG = """const real = Date.now.bind(Date); window.shift = %d; Date.now = () => real() + window.shift;"""
MINUTE = 60_000
CLOCK = "#head time"


@pytest.mark.parametrize("shift", [7 * MINUTE, -180 * MINUTE, 0])
async def test_a_wrong_clock_shows_the_right_time(server: Server, browser: Browser, shift: int) -> None:
    lead, people = await circle(server.url, "Owen", "Cora", steps=1)
    page = await look(browser, people[0], "/", PHONE)
    await page.add_init_script(WRONG % shift)
    heard = frames(page)
    await page.goto(f"{server.url}/r/{people[0].alias}")
    await until(lambda: len(heard) >= 2)
    await expect(page.locator(CLOCK)).to_have_text("nog 3 min")
    right = await page.evaluate("window.kringNow() - (Date.now() - window.shift)")

    assert abs(right) < 1000


async def test_a_clock_set_in_the_middle_is_put_right_by_a_ping(server: Server, browser: Browser) -> None:
    _, people = await circle(server.url, "Owen", "Cora", steps=1)
    page = await look(browser, people[0], "/", PHONE)
    await page.add_init_script(WRONG % 0)
    heard = frames(page)
    await page.goto(f"{server.url}/r/{people[0].alias}")
    await until(lambda: len(heard) >= 2)
    await page.evaluate("window.shift = 20 * 60000")
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # a device that wakes asks at once

    async def right() -> bool:
        return bool(await page.evaluate("Math.abs(window.kringNow() - (Date.now() - window.shift)) < 1000"))

    await until(right, 5)
    await expect(page.locator(CLOCK)).to_have_text("nog 3 min")


async def test_twenty_pushes_never_make_the_time_go_up(server: Server, browser: Browser) -> None:
    lead, people = await circle(server.url, steps=1)
    page = await look(browser, people[0], "/", PHONE)
    heard = frames(page)
    await page.goto(f"{server.url}/r/{people[0].alias}")
    await until(lambda: len(heard) >= 2)
    await page.evaluate(
        "() => { window.seen = []; new MutationObserver(() => window.seen.push(document.querySelector('#head time')"
        "?.textContent)).observe(document.getElementById('head'), {subtree: true, childList: true,"
        " characterData: true}); }"
    )
    before = len(heard)
    await asyncio.gather(stir(people[1:], 24))
    await until(lambda: len(heard) - before >= 20)
    minutes = [int(t.split()[1]) for t in await page.evaluate("window.seen") if t and t.startswith("nog")]

    assert minutes == sorted(minutes, reverse=True)
    assert await page.locator(CLOCK).inner_text() == "nog 3 min"


async def test_five_minutes_one_minute_and_the_end_are_said_once_each(server: Server, browser: Browser) -> None:
    """The device's clock runs ahead by leaps; what is said is what a step passes, in words, not by colour alone."""
    lead, people = await circle(server.url, "Owen", "Cora", steps=1)
    for _ in range(2):  # three minutes become seven
        at = re.search(r'do/plus" name="at" value="([^"]+)"', await lead.page("/leiden"))
        assert at
        assert (await lead.act("plus", at=html.unescape(at[1]))).status_code == 204
    page = await look(browser, people[0], "/", PHONE)
    await page.add_init_script(
        "window.said = []; addEventListener('DOMContentLoaded', () => new MutationObserver(() =>"
        " window.said.push(document.getElementById('announce').textContent))"
        ".observe(document.getElementById('announce'), {childList: true}));" + WRONG % 0
    )
    await page.route_web_socket("**/live*", lambda ws: None)  # no pings: the leaps stay
    await page.goto(f"{server.url}/r/{people[0].alias}")
    left = await page.evaluate("Number(document.querySelector('#head time').dataset.deadline) - Date.now()")
    assert left > 5 * MINUTE
    for at, words in ((5, "Nog vijf minuten."), (1, "Nog één minuut."), (0, "De tijd is om. Rond rustig af.")):
        await page.evaluate(f"window.shift = {left - at * MINUTE + 500}")
        await expect(page.locator("#announce")).to_have_text(words)
    await expect(page.locator(CLOCK)).to_have_text("de tijd is om")
    assert await page.evaluate("window.said.filter(t => t).length") == 3
