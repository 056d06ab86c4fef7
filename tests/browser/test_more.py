"""Five minutes more, as people see it: asked when the time is up, and shown as an outcome only."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from server.person import Person
from tests.browser.circles import circle
from tests.browser.pages import PHONE, TABLET, axe, look
from tests.conftest import Server

AHEAD = "const real = Date.now.bind(Date); Date.now = () => real() + 3600000;"


async def later(browser: Browser, who: Person, path: str, size: tuple[int, int]) -> Page:
    """A page an hour later: no ping puts its clock right."""
    page = await look(browser, who, "/", size)
    await page.add_init_script(AHEAD)
    await page.route_web_socket("**/live*", lambda ws: None)
    await page.goto(who.base + path)
    return page


async def tap(page: Page, name: str) -> None:
    """Presses a button; what the server says comes with the next page, for this one hears nothing."""
    async with page.expect_response(lambda answer: "/do/" in answer.url) as answer:
        await page.get_by_role("button", name=name).click()
    assert (await answer.value).ok
    await page.reload()


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    """One that takes answers from pages an hour ahead."""
    one = await Server(tmp_path / "data").hurry("early=7200000").start()
    yield one
    one.stop()


async def test_the_circle_is_asked_when_the_time_is_up_and_sees_what_came_out(server: Server, browser: Browser) -> None:
    lead, people = await circle(server.url, "Owen", "Cora", "Carl", "Cleo", steps=2)
    seat = f"/r/{lead.alias}"
    early = await look(browser, people[1], seat, PHONE)
    await expect(early.get_by_role("heading", name="Nog vijf minuten?")).to_be_hidden()

    phone = await later(browser, people[0], seat, PHONE)
    await expect(phone.get_by_role("heading", name="Nog vijf minuten?")).to_be_visible()
    assert await axe(phone) == []
    await tap(phone, "Ja, graag")
    await expect(phone.get_by_text("Je antwoord ligt er.")).to_be_visible()
    for other in people[1:3]:  # three of four
        assert (await other.act("more", x="1")).status_code == 204

    tablet = await later(browser, lead, f"{seat}/leiden", TABLET)
    assert await axe(tablet) == []
    await tap(tablet, "Sluit de vraag om tijd")
    await expect(tablet.get_by_text("De kring wil graag nog vijf minuten. Fay beslist.")).to_be_visible()
    await phone.reload()
    await expect(phone.get_by_text("De kring wil graag nog vijf minuten. Fay beslist.")).to_be_visible()
    await expect(phone.get_by_role("heading", name="Nog vijf minuten?")).to_have_count(0)
    await expect(early.get_by_text("De kring wil graag nog vijf minuten. Fay beslist.")).to_be_visible()

    was = re.search(r'data-total="(\d+)"', html.unescape(await lead.page("/leiden")))
    await tap(tablet, "Vijf minuten erbij")
    await expect(early.get_by_text("De kring wil graag nog vijf minuten. Fay beslist.")).to_have_count(0)
    now = re.search(r'data-total="(\d+)"', html.unescape(await lead.page("/leiden")))
    assert was and now and int(now[1]) - int(was[1]) == 300
