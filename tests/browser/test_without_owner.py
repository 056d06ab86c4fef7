"""A case that is discussed without whoever wrote it: the same answers on every phone, and no name on any screen."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, expect

from tests.browser.pages import LAPTOP, PHONE, SCREEN, TABLET, axe, look
from tests.conftest import Server
from tests.live import meetings

ANSWERS = ["Ik breng hem in", "Bespreek hem zonder mij", "Liever niet vandaag", "Ik heb geen casus"]
NOBODY = "Deze casus heeft geen inbrenger."


async def asking(server: Server, method: str) -> meetings.Meeting:
    """Six who wrote, all of whose dots lie with Owen's case, at the question what each wants if theirs is chosen."""
    room = await meetings.meeting(server, method=method)
    await room.press("next", 3)
    for name in meetings.SIX:
        await room.do(name, "lay", rev="1", situation="", difficulty="", question=f"Vraag van {name}?")
    await room.press("next", 2)
    for name, one in room.people.items():
        found = re.search(r'name="dots-([0-9a-f]+)"', (await one.page()).split("Vraag van Owen?")[1])
        assert found
        await room.do(name, "chosen", rev="1", **{f"dots-{found[1]}": "3"})
    await room.press("next")
    return room


@pytest.mark.long
async def test_a_case_is_discussed_without_whoever_wrote_it(server: Server, browser: Browser) -> None:
    room = await asking(server, "socratic")
    at = f"/r/{room.lead.alias}"
    owen = await look(browser, room.people["Owen"], at, PHONE)
    cora = await look(browser, room.people["Cora"], at, LAPTOP)
    tablet = await look(browser, room.lead, f"{at}/leiden", TABLET)
    screen = await look(browser, room.screen, f"{at}/scherm", SCREEN)
    pages = (owen, cora, tablet, screen)
    for page in (owen, cora):
        await expect(page.locator(".choice b")).to_have_text(ANSWERS)
        assert await axe(page) == []
    await owen.get_by_role("radio", name=ANSWERS[1]).check()
    await owen.get_by_role("button", name="Geef antwoord").click()
    await expect(owen.get_by_text("Je antwoord ligt er.")).to_be_visible()
    for name in ("Cora", "Carl"):
        await room.do(name, "answer", choice="bring")
    await room.press("next")
    for page in (owen, cora):
        await expect(page.get_by_role("button", name="Toch liever niet")).to_be_visible()
    for page in pages:
        await expect(page.get_by_text("Vraag van Owen?").first).to_be_visible()
        await expect(page.get_by_text(NOBODY).first).to_be_visible(timeout=30_000)
        assert await axe(page) == []
        await expect(page.get_by_role("button", name="Ik ben het")).to_have_count(0)
        assert not re.search("brengt in|zei ja|inbrenger is er", await page.locator("body").inner_text())

    await tablet.locator("#f-next").click()
    await expect(owen.locator("#head .where b")).to_have_text("Uitgangsvraag")
    for page in (owen, cora):
        await expect(page.locator("#band")).to_contain_text("Vraag van Owen?")
        await page.get_by_role("textbox", name="Onze vraag zou kunnen zijn").fill("Wat is eerlijk?")
    for page in pages:
        assert "brengt in" not in await page.locator("body").inner_text()
        assert page.faults == []  # type: ignore[attr-defined]


async def test_a_method_that_needs_an_owner_does_not_offer_it(server: Server) -> None:
    room = await asking(server, "five-step")
    seen = await room.people["Owen"].page()
    assert [answer in seen for answer in ANSWERS] == [True, False, True, True]
