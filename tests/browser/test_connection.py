"""Lines that die, sleep, freeze and come back: every screen is fresh again, by one socket."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from server.person import Person
from tests.browser.circles import circle, frames, stir, until
from tests.browser.pages import PHONE, look
from tests.conftest import Server
from tests.tools.cdp import Chrome, Tab, chrome
from tests.tools.proxy import Proxy

SOCKETS = """window.dials = []; window.lines = [];
const Real = WebSocket; window.WebSocket = class extends Real {
  constructor(...a) { super(...a); window.dials.push(performance.now()); window.lines.push(this); } };
window.openLines = () => window.lines.filter(l => l.readyState === 1).length;"""
NOTICE = "document.getElementById('stage').textContent.includes('Een minuut stilte.')"
LIVE = "window.openLines() === 1 && document.getElementById('link').hidden"


async def true(page: Page, expression: str, seconds: float = 10) -> None:
    """Waits for an expression to be true in a page, under its strict policy."""

    async def holds() -> bool:
        return bool(await page.evaluate(expression))

    await until(holds, seconds)


@pytest.fixture
async def chromium(tmp_path: Path) -> AsyncIterator[Chrome]:
    async with chrome(tmp_path / "profile") as one:
        yield one


async def tab(chromium: Chrome, base: str, who: Person) -> Tab:
    one = await chromium.tab(dict(who.http.cookies.items()), f"{base}/r/{who.alias}", SOCKETS)
    await one.until(LIVE)
    return one


async def test_a_server_killed_for_a_while_is_said_at_once_and_redialled_with_growing_gaps(
    browser: Browser, tmp_path: Path
) -> None:
    server = await Server(tmp_path / "data").start()
    lead, people = await circle(server.url, "Owen", "Cora", steps=1)
    page = await look(browser, people[0], "/", PHONE)
    await page.add_init_script(SOCKETS)
    await page.goto(f"{server.url}/r/{people[0].alias}")
    await true(page, "window.openLines() === 1")
    server.kill9()
    await expect(page.locator("#link")).to_be_visible(timeout=1500)
    await true(page, "window.dials.length >= 4", 20)
    await server.start()
    await expect(page.locator("#link")).to_be_hidden(timeout=40_000)
    dials = await page.evaluate("window.dials")
    gaps = [b - a for a, b in zip(dials[1:], dials[2:], strict=False)]

    assert await page.evaluate("window.openLines()") == 1
    # dials wait 0-1 s, 0.5-2.5 s, 1-5 s, ... : below the first growth nobody can tell them from a fixed gap
    assert gaps[0] >= 450, gaps
    assert gaps[1] >= 950, gaps
    await lead.act("notice", x="silence")
    await expect(page.locator("#stage")).to_contain_text("Een minuut stilte.")
    server.stop()


async def test_a_half_open_line_is_noticed_while_visible(browser: Browser, line: tuple[Server, Proxy]) -> None:
    server, net = line
    lead, people = await circle(server.url, "Owen", "Cora", steps=1)
    base = f"http://127.0.0.1:{net.port}"
    page = await look(browser, people[0], f"/r/{people[0].alias}", PHONE, base)
    await expect(page.locator("#link")).to_be_hidden()
    net.set("swallow")
    await lead.act("notice", x="silence")
    began = time.monotonic()
    await expect(page.locator("#link")).to_be_visible(timeout=16000)
    net.set("pass")
    await expect(page.locator("#stage")).to_contain_text("Een minuut stilte.", timeout=16000)
    assert time.monotonic() - began < 32


@pytest.mark.long
@pytest.mark.parametrize("how", ["shown", "online"])
async def test_a_half_open_line_is_noticed_soon_after_waking(
    chromium: Chrome, line: tuple[Server, Proxy], how: str
) -> None:
    server, net = line
    lead, people = await circle(server.url, "Owen", "Cora", steps=1)
    page = await tab(chromium, f"http://127.0.0.1:{net.port}", people[0])
    other = await chromium.tab({}, f"http://127.0.0.1:{net.port}/over")
    await page.until("document.hidden")
    net.set("swallow")
    await lead.act("notice", x="silence")
    if how == "shown":
        await page.show()
        await page.until("!document.hidden")
    else:
        await page.show()
        await page.js("dispatchEvent(new Event('online'))")
    net_back = asyncio.get_running_loop().call_later(1.0, net.set, "pass")
    await page.until(NOTICE, 6)
    net_back.cancel()
    assert await page.js("window.openLines()") == 1
    assert await other.js("document.hidden")


@pytest.mark.long
async def test_hiding_and_showing_while_it_waits_makes_one_dial_and_one_socket(
    chromium: Chrome, line: tuple[Server, Proxy]
) -> None:
    server, net = line
    _, people = await circle(server.url, "Owen", "Cora", steps=1)
    page = await tab(chromium, f"http://127.0.0.1:{net.port}", people[0])
    net.set("refuse")
    await page.until("window.dials.length >= 3", 15)
    other = await chromium.tab({}, f"{server.url}/over")
    await page.until("document.hidden")
    net.set("pass")
    await page.js("window.before = window.dials.length")
    await page.show()
    await page.until(LIVE, 5)

    assert await page.js("window.dials.length - window.before") in (0, 1)
    assert await page.js("window.openLines()") == 1
    assert other


@pytest.mark.long
async def test_away_and_back_in_history_is_live_again(chromium: Chrome, line: tuple[Server, Proxy]) -> None:
    server, net = line
    lead, people = await circle(server.url, "Owen", "Cora", steps=1)
    base = f"http://127.0.0.1:{net.port}"
    page = await tab(chromium, base, people[0])
    await page.go(f"{base}/over")
    await lead.act("notice", x="silence")
    await page.js("history.back()")
    await page.until(f"location.pathname.startsWith('/r/') && !!window.openLines && {LIVE} && {NOTICE}", 8)


async def test_hidden_and_shown_as_ios_does_it_is_live_again(chromium: Chrome, line: tuple[Server, Proxy]) -> None:
    server, net = line
    lead, people = await circle(server.url, "Owen", "Cora", steps=1)
    page = await tab(chromium, f"http://127.0.0.1:{net.port}", people[0])
    await page.js("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    await page.until("window.openLines() === 0")
    await lead.act("notice", x="silence")
    await page.js("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    await page.until(f"{LIVE} && {NOTICE}", 5)


@pytest.mark.long
async def test_a_frozen_tab_is_fresh_soon_after_it_thaws(chromium: Chrome, line: tuple[Server, Proxy]) -> None:
    server, net = line
    lead, people = await circle(server.url, "Owen", "Cora", steps=1)
    page = await tab(chromium, f"http://127.0.0.1:{net.port}", people[0])
    await page.call("Page.setWebLifecycleState", state="frozen")
    server.kill9()
    await server.start()
    await lead.act("notice", x="silence")
    await page.call("Page.setWebLifecycleState", state="active")
    await page.until(f"{NOTICE} && window.openLines() === 1", 4)


@pytest.mark.long
async def test_a_hidden_tab_is_not_somebody_who_left(chromium: Chrome, line: tuple[Server, Proxy]) -> None:
    server, net = line
    lead, people = await circle(server.url, "Owen", "Cora", steps=1)
    base = f"http://127.0.0.1:{net.port}"
    page = await tab(chromium, base, people[0])
    seen = [regions(await one.page(tail)) for one, tail in ((people[1], ""), (lead, "/leiden"))]
    await chromium.tab({}, f"{base}/over")
    await page.until("document.hidden")
    await stir([people[1]], 2)  # two changes, drawn for everybody while the tab is hidden, and back
    again = [regions(await one.page(tail)) for one, tail in ((people[1], ""), (lead, "/leiden"))]

    assert "Owen" in seen[0]
    assert seen == again
    await people[0].act("leave")  # the control
    assert regions(await people[1].page()) != seen[0]


def regions(page: str) -> str:
    """What a page shows, without the values that are masked anew each time, the own count of what one said, and the
    blanks it is filled up with."""
    return re.sub(
        r'name="csrf" value="[^"]+"|data-heard="[^"]*"', "", page[page.index('<header id="head">') :].rstrip()
    )


@pytest.mark.parametrize(
    ("code", "comes_back"),
    [(1000, True), (1001, True), (1011, True), (1012, True), (1013, True), (4409, False), (4410, True)],
)
async def test_what_each_close_code_means(server: Server, browser: Browser, code: int, comes_back: bool) -> None:
    """The code is sent by a proxy of the test's; the server sends them for real in tests/live."""
    _, people = await circle(server.url, "Owen", "Cora", steps=1)
    page = await look(browser, people[0], "/", PHONE)
    dials = []

    def between(ws) -> None:  # type: ignore[no-untyped-def]
        dials.append(ws)
        ws.connect_to_server()

    await page.route_web_socket("**/live*", between)
    await page.goto(f"{server.url}/r/{people[0].alias}")
    await until(lambda: len(dials) == 1)
    await expect(page.locator("#link")).to_be_hidden()
    await dials[0].close(code=code)
    if comes_back:
        await until(lambda: len(dials) == 2)
        await expect(page.locator("#link")).to_be_hidden()
    else:
        await expect(page.locator("#link")).to_be_visible()
        await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        await page.evaluate("dispatchEvent(new Event('online'))")
        await page.evaluate("new Promise(done => setTimeout(done, 700))")
        assert len(dials) == 1


async def test_a_script_that_comes_late_still_opens_the_socket(server: Server, browser: Browser) -> None:
    lead, people = await circle(server.url, "Owen", "Cora", steps=1)
    page = await look(browser, people[0], "/", PHONE)
    heard = frames(page)
    late = 0

    async def slow(route) -> None:  # type: ignore[no-untyped-def]
        nonlocal late
        late += 1
        await asyncio.sleep(0.5)  # the delay is what is tested
        await route.continue_()

    await page.route("**/s/*htmx*", slow)
    await page.goto(f"{server.url}/r/{people[0].alias}")
    await lead.act("notice", x="silence")
    await expect(page.locator("#stage")).to_contain_text("Een minuut stilte.")
    assert late == 1
    assert heard


@pytest.mark.long
async def test_fifty_frames_in_a_burst_end_in_the_last_state(server: Server, browser: Browser) -> None:
    lead, people = await circle(server.url, steps=1)
    page = await look(browser, people[0], "/", PHONE)
    heard = frames(page)
    await page.goto(f"{server.url}/r/{people[0].alias}")
    await until(lambda: len(heard) >= 2)
    await stir(people[1:], 50)
    await lead.act("notice", x="sum")
    await expect(page.locator("#stage")).to_contain_text("Wie vat samen?", timeout=2000)
    assert len(heard) <= 60
