"""What a used tablet still holds after leaving, forgetting and erasing: nothing."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.browser.circles import circle, until
from tests.browser.pages import PHONE, look
from tests.conftest import CHROMIUM, Server
from tests.sweep.canaries import found_in, spellings
from tests.tools.cdp import chrome

CANARY = "Zwaluwstaartmoeras"
KEPT = """async () => JSON.stringify({ local: {...localStorage}, session: {...sessionStorage}, state: history.state,
caches: 'caches' in self ? await caches.keys() : [], cookie: document.cookie, name: window.name,
dbs: indexedDB.databases ? await indexedDB.databases() : [] })"""
CASE = {"rev": "1", "situation": CANARY, "difficulty": "", "question": f"{CANARY}?"}


async def kept(page: Page) -> str:
    return str(await page.evaluate(KEPT))


@asynccontextmanager
async def lan(folder: Path) -> AsyncIterator[tuple[Server, str]]:
    """A server as on a local network without HTTPS, where a browser does not listen to Clear-Site-Data: its address
    is one that a browser does not trust, and that leads here."""
    server = Server(folder / "data").hurry("wait=3000")
    near = f"http://kring.lan:{server.port}"
    server.env["KRING_ORIGIN"] = f"{server.url},{near}"
    await server.start()
    yield server, near
    server.stop()


async def typed(page: Page) -> None:
    """A draft that is on the device, and that it is."""
    await page.locator("textarea[name=question]").fill(CANARY)
    await until(partial(has_draft, page))


async def has_draft(page: Page) -> bool:
    return CANARY in await kept(page)


async def test_what_a_page_kept_is_gone_after_its_device_forgot(server: Server, browser: Browser) -> None:
    """A15: the draft was there, and after "wis alles op dit toestel" nothing is, also not by the back button (S17)."""
    lead, people = await circle(server.url, steps=3)
    page = await look(browser, people[0], f"/r/{people[0].alias}", PHONE)
    await typed(page)
    await people[0].act("leave")
    await page.get_by_role("heading", name="Je bent van tafel opgestaan.").wait_for()
    assert CANARY in await kept(page)  # the control
    await expect(page.locator("[name=keep]")).not_to_be_checked()
    await page.get_by_role("button", name="Wis alles op dit toestel").click()
    await page.wait_for_url(server.url + "/")

    assert await kept(page) == '{"local":{},"session":{},"state":null,"caches":[],"cookie":"","name":"","dbs":[]}'
    assert [c["name"] for c in await page.context.cookies()] == []
    await nothing_behind(page)


@pytest.mark.parametrize("another", [False, True])
async def test_what_goes_and_what_stays_is_what_the_page_about_privacy_says(
    server: Server, browser: Browser, another: bool
) -> None:
    """Alone, a circle takes all with it, in every tab. With another circle on the device the page clears its own part:
    the other circle's stays, what a second tab remembers until it is closed, and a kept case of who left the table."""
    lead, people = await circle(server.url, steps=3)
    other, _ = await circle(server.url)
    page = await look(browser, people[0], f"/r/{lead.alias}", PHONE)
    if another:
        cookies = [{"name": n, "value": v, "url": server.url} for n, v in other.http.cookies.items()]
        await page.context.add_cookies(cookies)  # type: ignore[arg-type]
    await typed(page)
    second = await page.context.new_page()
    await second.goto(f"{server.url}/privacy")
    await second.evaluate(f"sessionStorage.setItem('kring:{lead.alias}:s:own', 'remembered')")
    await second.evaluate(f"localStorage.setItem('kring:{other.alias}:s:n.x', 'of another')")
    await second.evaluate(f"""localStorage.setItem('kring-case', '{{"room": "{lead.alias}", "texts": "for later"}}')""")
    await people[0].act("leave")
    await expect(page.locator("[name=keep]")).not_to_be_checked()  # there is no report that it would take along
    await page.get_by_role("button", name="Wis alles op dit toestel").click()
    await page.wait_for_url(server.url + "/")

    await until(partial(gone, page))
    left = await kept(page) + await kept(second)
    assert CANARY not in left
    assert [what in left for what in ("remembered", "of another", "for later")] == [another] * 3


async def nothing_behind(page: Page) -> None:
    """Whatever the back button shows, it holds nothing of the circle."""
    for _ in range(3):
        await page.go_back()
        await page.wait_for_load_state()
        if page.url == "about:blank":
            return
        text = await page.content()
        for word in (CANARY, "Owen", "Mentoren", "Cora"):
            assert word not in text
        assert CANARY not in await kept(page)


@pytest.mark.parametrize("way", ["forget", *(pytest.param(w, marks=pytest.mark.long) for w in ("erase", "elsewhere"))])
async def test_also_where_a_browser_does_not_clear_by_itself(browser: Browser, tmp_path: Path, way: str) -> None:
    async with lan(tmp_path) as (server, near):
        lead, people = await circle(server.url, steps=3)
        who = lead if way == "erase" else people[0]
        program = shutil.which("chromium-headless-shell") or shutil.which("chromium")
        rules = ["--host-resolver-rules=MAP kring.lan 127.0.0.1"]
        one = await browser.browser_type.launch(executable_path=program, args=[*CHROMIUM, *rules])
        try:
            page = await look(one, who, f"/r/{who.alias}", PHONE, near)
            assert await page.evaluate("isSecureContext") is False
            await page.evaluate(f"localStorage.setItem('kring:{who.alias}:s:n.note', '{CANARY}')")
            await page.evaluate(f"sessionStorage.setItem('kring:{who.alias}:s:n.note', '{CANARY}')")
            await page.evaluate("localStorage.setItem('kring:0123456789ab:s:n.x', 'another circle')")
            if way == "forget":
                await who.act("leave")
                await page.get_by_role("button", name="Wis alles op dit toestel").click()
                await page.wait_for_url(near + "/")
            elif way == "erase":
                await page.evaluate("document.addEventListener('kring:over', () => { window.lineEnded = true; })")
                await page.route("**/do/erase", partial(after_the_line_ended, page, server.url))
                await page.evaluate(ERASE, who.alias)
                await page.get_by_role("heading", name="gewist").wait_for()
            else:  # the facilitator erases on another device
                assert (await lead.act("erase")).status_code == 303
                await page.get_by_role("heading", name="Deze kring is gewist.").wait_for()
            await until(partial(gone, page))
            assert "another circle" in await kept(page)
            await nothing_behind(page)
        finally:
            await one.close()


async def after_the_line_ended(page: Page, base: str, route: Route) -> None:
    """The cookie goes with the answer; the answer reaches the page after its socket said that the room is gone."""
    headers, path = await route.request.all_headers(), urlsplit(route.request.url).path
    await page.context.clear_cookies()
    answer = await route.fetch(url=base + path, headers=headers, max_redirects=0)
    await until(partial(page.evaluate, "window.lineEnded === true"))
    await route.fulfill(response=answer)


async def gone(page: Page) -> bool:
    return CANARY not in await kept(page)


ERASE = """alias => { const b = document.createElement('button'); b.setAttribute('form', 'act');
b.setAttribute('formaction', `/r/${alias}/do/erase`); document.body.append(b); b.click(); }"""  # as the page's own does


async def test_a_draft_of_a_circle_nobody_came_back_to_goes_after_a_day(server: Server, browser: Browser) -> None:
    _, people = await circle(server.url, "Owen", steps=1)
    page = await look(browser, people[0], "/healthz", PHONE)
    put = "([key, at]) => localStorage.setItem(key, JSON.stringify({ values: { a: 'x' }, at }))"
    now = await page.evaluate("Date.now()")
    await page.evaluate(put, ["kring:0123456789ab:s:d.old", now - 90_000_000])
    await page.evaluate(put, ["kring:0123456789ab:s:d.new", now - 1000])
    await page.goto(f"{server.url}/r/{people[0].alias}")

    async def gone() -> bool:
        return bool(await page.evaluate("!localStorage.getItem('kring:0123456789ab:s:d.old')"))

    await until(gone)
    assert await page.evaluate("!!localStorage.getItem('kring:0123456789ab:s:d.new')")


def closed(profile: Path) -> bool:
    return not (profile / "SingletonLock").is_symlink()


@pytest.mark.long
async def test_the_profile_on_the_disk_of_a_used_tablet_holds_nothing(server: Server, tmp_path: Path) -> None:
    """A15: every file that a whole browser leaves after a case was laid, its device forgot, and it was closed."""
    _, people = await circle(server.url, steps=3)
    owen = people[0]
    profile, control = tmp_path / "profile", tmp_path / "control"
    canaries = {"case": spellings(CANARY)}
    for folder, forgets in ((profile, True), (control, False)):
        folder.mkdir()
        async with chrome(folder) as one:
            tab = await one.tab(dict(owen.http.cookies.items()), f"{server.url}/r/{owen.alias}")
            await tab.until("!!document.querySelector('textarea[name=question]')")
            await tab.js(f"localStorage.setItem('kring:{owen.alias}:s:n.note', '{CANARY}')" if not forgets else "1")
            await owen.act("lay", **CASE)
            await tab.until(f"document.documentElement.innerHTML.includes('{CANARY}')")
            if forgets:
                await tab.js(f"""void fetch('/r/{owen.alias}/do/forget', {{ method: 'POST', redirect: 'follow', body:
                new URLSearchParams({{ csrf: document.querySelector('[name=csrf]').value }}) }})""")
                with contextlib.suppress(RuntimeError):  # its line closes and the page goes by itself
                    await tab.until("document.title === 'Kring' && !document.querySelector('#act')")
                await tab.go(f"{server.url}/gewist")
            else:
                kept = folder / "Default" / "Local Storage"
                await until(partial(found_in, kept, canaries), 20)  # a browser writes what it keeps when it has time
            await one.call("Browser.close")
            await until(partial(closed, folder))
        if forgets:
            _, people = await circle(server.url, steps=3)
            owen = people[0]
    assert found_in(profile, canaries) == set()
    assert found_in(control, canaries)  # a draft that was not forgotten is found


async def test_a_script_on_the_page_cannot_read_the_secret(server: Server, browser: Browser) -> None:
    """S18."""
    _, (owen,) = await circle(server.url, "Owen")
    page = await look(browser, owen, f"/r/{owen.alias}", PHONE)
    await page.context.clear_cookies()
    lead, _ = await circle(server.url, "Cora")
    await page.goto(server.url)
    await page.fill("[name=code]", lead.code)
    await page.get_by_role("button", name="Neem plaats").click()
    await page.fill("[name=name]", "Owen")
    await page.get_by_role("button", name="Neem plaats").click()
    await page.wait_for_url("**/r/*")
    given: list[Any] = await page.context.cookies()
    assert [c["httpOnly"] for c in given] == [True]
    assert await page.evaluate("document.cookie") == ""
    assert given[0]["value"][:43] not in await page.content()
