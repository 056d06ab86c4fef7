"""A case kept on the device for a next time: kept by its writer only, sent to nobody, closed alike on every phone."""

from __future__ import annotations

import html
import json
import re
from functools import partial
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from server.person import Person
from tests.browser.circles import circle, until
from tests.browser.pages import PHONE, axe, look
from tests.browser.test_page import WIDE
from tests.conftest import Server

QUESTION, SITUATION = "Hoe zeg ik nee tegen mijn team?", "Ze vragen het elke week."
SUMMARY = "Een casus bewaren voor een volgende keer"
KEEP = "Bewaar mijn casus op dit toestel voor een volgende keer"
OFFER = "Een bewaarde casus gebruiken"
NOTHING = "Op dit toestel staat geen bewaarde casus."
STAYS = "Laat een casus en verslagen die ik bewaarde op dit toestel staan"


async def kept(page: Page) -> Any:
    return json.loads(await page.evaluate("localStorage.getItem('kring-case')") or "null")


async def noted(page: Page) -> bool:
    """Whether the page has seen that a case was laid."""
    return bool(await page.evaluate("Object.keys(sessionStorage).some(k => k.endsWith(':own'))"))


async def go(lead: Person, verb: str) -> None:
    at = re.search(r'do/next" name="at" value="([^"]+)"', await lead.page("/leiden"))
    assert at
    assert (await lead.act(verb, at=html.unescape(at[1]))).status_code == 204


async def closing(server: Server, browser: Browser) -> tuple[Person, list[Person], Page, Page]:
    """Owen laid a case that was not chosen, Cora none; both phones in the closing."""
    lead, people = await circle(server.url, steps=3)
    page = await look(browser, people[0], f"/r/{lead.alias}", PHONE)
    other = await look(browser, people[1], f"/r/{lead.alias}", PHONE)
    await people[0].act("lay", rev="1", situation=SITUATION, difficulty="", question=QUESTION)
    await until(partial(noted, page))
    await go(lead, "skip")
    for one in (page, other):
        await one.get_by_text(SUMMARY).wait_for()
    return lead, people, page, other


async def keep(page: Page) -> None:
    await page.get_by_text(SUMMARY).click()
    await page.get_by_role("button", name=KEEP).click()
    await expect(page.get_by_text(f"Bewaard: {QUESTION}")).to_be_visible()


async def next_time(server: Server, page: Page) -> tuple[Person, Person]:
    """The same browser in the write step of another circle."""
    lead, people = await circle(server.url, steps=3)
    cookies = [{"name": n, "value": v, "url": server.url} for n, v in people[0].http.cookies.items()]
    await page.context.add_cookies(cookies)  # type: ignore[arg-type]
    await page.goto(f"{server.url}/r/{lead.alias}")
    return lead, people[0]


async def test_it_is_kept_here_only_and_fills_the_fields_of_a_next_time(server: Server, browser: Browser) -> None:
    lead, people, page, other = await closing(server, browser)
    assert await page.locator("#composer").inner_text() == await other.locator("#composer").inner_text()
    posts: list[str] = []
    page.on("request", lambda r: posts.append(r.url) if r.method != "GET" else None)
    await keep(page)
    assert await axe(page) == []
    assert (await page.evaluate(WIDE))["over"] <= 0
    await other.get_by_text(SUMMARY).click()
    await expect(other.get_by_text("Op dit toestel staat geen casus van vandaag.")).to_be_visible()
    assert posts == []
    assert (await kept(page))["texts"] == {"situation": SITUATION, "question": QUESTION}
    assert await kept(other) is None

    await lead.next()
    await lead.act("close")
    await page.get_by_text("Deze kring is rond.").wait_for()
    await expect(other.get_by_label(STAYS)).to_be_visible()  # everybody has it
    assert not await noted(page)  # what the page remembered for this circle ends with it
    await page.get_by_label(STAYS).check()
    await page.get_by_role("button", name="Wis alles op dit toestel").click()
    await page.wait_for_url(f"{server.url}/")
    assert (await kept(page))["texts"]["question"] == QUESTION

    again, _ = await next_time(server, page)
    await page.get_by_text(OFFER).click()
    assert await axe(page) == []
    assert QUESTION not in await page.locator("body").inner_text()  # not before somebody asks for it
    await page.get_by_role("button", name="Gebruik hem").click()
    await expect(page.locator("[name=question]")).to_have_value(QUESTION)
    await expect(page.locator("[name=situation]")).to_have_value(SITUATION)
    await page.get_by_role("button", name="Leg zonder naam op tafel").click()
    await page.get_by_role("button", name="Nee. Leg op tafel.").click()
    await expect(page.locator("blockquote.mine")).to_contain_text(QUESTION)
    assert again.alias
    assert people
    assert page.faults == other.faults == []


@pytest.mark.long
async def test_erasing_the_device_takes_it_and_an_erased_circle_does_not(server: Server, browser: Browser) -> None:
    lead, _, page, _ = await closing(server, browser)
    await keep(page)
    await lead.act("erase")
    await page.get_by_role("heading", name="Deze kring is gewist.").wait_for()
    assert (await kept(page))["texts"]["question"] == QUESTION

    again, _ = await next_time(server, page)
    await page.get_by_text(OFFER).wait_for()
    await go(again, "skip")
    await again.next()
    await again.act("close")
    await page.get_by_label(STAYS).wait_for()
    await page.get_by_role("button", name="Wis alles op dit toestel").click()
    await page.wait_for_url(f"{server.url}/")
    assert await kept(page) is None


@pytest.mark.long
async def test_standing_up_takes_it_only_when_it_is_done(server: Server, browser: Browser) -> None:
    """Where the tap does not arrive, nothing is lost; when it does, the case goes with the rest."""
    lead, _, page, _ = await closing(server, browser)
    other, _ = await circle(server.url)  # of two circles the page clears its own part; the browser would take both
    cookies = [{"name": n, "value": v, "url": server.url} for n, v in other.http.cookies.items()]
    await page.context.add_cookies(cookies)  # type: ignore[arg-type]
    await keep(page)
    await lead.next()
    await lead.act("close")
    await page.get_by_label(STAYS).wait_for()
    await page.context.set_offline(True)
    await page.get_by_role("button", name="Wis alles op dit toestel").click()
    await expect(page.locator("#said")).to_contain_text("De verbinding is even weg.")
    assert (await kept(page))["texts"]["question"] == QUESTION
    await page.context.set_offline(False)
    await page.wait_for_url(f"{server.url}/", timeout=20000)

    async def gone() -> bool:
        return await kept(page) is None

    await until(gone)


@pytest.mark.long
async def test_a_link_that_anybody_can_make_takes_no_kept_case(server: Server, browser: Browser) -> None:
    """The address a page goes to when somebody stood up, sent by mail: the circle of the case was erased long ago."""
    lead, _, page, _ = await closing(server, browser)
    await keep(page)
    await lead.act("erase")
    await page.get_by_role("heading", name="Deze kring is gewist.").wait_for()
    await page.context.clear_cookies()
    mark = f"kring:{lead.alias}:x:n.x"
    await page.evaluate("mark => localStorage.setItem(mark, '1')", mark)
    await page.goto(f"{server.url}/#weg={lead.alias}")

    async def told() -> bool:
        return await page.evaluate("mark => localStorage.getItem(mark)", mark) is None

    await until(told)  # the control: what belongs to that circle alone goes
    assert (await kept(page))["texts"]["question"] == QUESTION


@pytest.mark.long
async def test_it_can_be_deleted_where_it_was_kept_and_where_it_is_offered(server: Server, browser: Browser) -> None:
    _, _, page, _ = await closing(server, browser)
    await keep(page)
    mine = await kept(page)
    await page.get_by_role("button", name="Wis hem").click()
    await expect(page.get_by_role("button", name=KEEP)).to_be_visible()
    assert await kept(page) is None

    await page.evaluate("one => localStorage.setItem('kring-case', JSON.stringify(one))", mine)
    await next_time(server, page)
    await page.get_by_text(OFFER).click()
    await page.get_by_role("button", name="Wis hem").click()
    await expect(page.get_by_text(NOTHING)).to_be_visible()
    assert await kept(page) is None


@pytest.mark.long
async def test_after_its_time_it_is_gone(server: Server, browser: Browser) -> None:
    _, _, page, _ = await closing(server, browser)
    await keep(page)
    late = {**await kept(page), "until": 1}
    await page.evaluate("one => localStorage.setItem('kring-case', JSON.stringify(one))", late)
    await next_time(server, page)

    async def gone() -> bool:
        return await kept(page) is None

    await until(gone)
    await page.get_by_text(OFFER).click()
    await expect(page.get_by_text(NOTHING)).to_be_visible()


async def test_a_device_that_goes_round_keeps_nothing(server: Server, browser: Browser) -> None:
    lead, people = await circle(server.url, steps=0)
    await lead.act("add-seat", name="Ruth")
    ruth = re.search(r'name="seat" value="(\w+)">Aan Ruth', await people[0].page())
    assert ruth
    await people[0].act("hand-round", seat=ruth[1])
    for _ in range(3):
        await lead.next()
    await people[0].act("lay", rev="1", situation=SITUATION, difficulty="", question=QUESTION)
    page = await look(browser, people[0], f"/r/{lead.alias}", PHONE)
    async with page.expect_response(lambda r: "/s/carry." in r.url):
        await go(lead, "skip")
    await page.locator("details[data-carry]").wait_for(state="attached")
    await expect(page.get_by_text(SUMMARY)).to_be_hidden()
    assert QUESTION not in await page.evaluate("JSON.stringify([{...sessionStorage}, {...localStorage}])")
