"""Who watches, or leads where questions are asked, counts kinds of questions, on that device only."""

from __future__ import annotations

import contextlib

import pytest
from playwright.async_api import Browser, Error, Page, expect

from tests.browser.circles import until
from tests.browser.pages import PHONE, TABLET, axe, look
from tests.conftest import Server
from tests.live import meetings

KINDS = ("Open", "Gesloten", "Sturend", "Advies")


async def counted(page: Page) -> list[str]:
    await expect(page.locator(".tally")).to_be_visible()
    shown = [await page.locator(".tally").get_by_role("button", name=kind).inner_text() for kind in KINDS]
    return [" ".join(text.split()) for text in shown]


async def watched(server: Server) -> meetings.Meeting:
    """Cleo's case is asked about, and Cora watches."""
    room = await meetings.meeting(server, ("Cleo", "Owen", "Cora", "Carl"))
    await room.do("Cora", "task", x="observer")
    await room.press("next", 3)
    await room.press("tell")
    await room.do("Cleo", "it-is-me")
    await room.do("Cleo", "say-yes", method="five-step")
    await room.press("next", 2)
    return room


async def test_marks_stay_on_the_device_of_who_watches_through_new_steps_until_the_end(
    server: Server, browser: Browser
) -> None:
    room = await watched(server)
    cora, sent = room.people["Cora"], []
    page = await look(browser, cora, f"/r/{cora.alias}", PHONE)
    page.on("request", lambda r: sent.append(r.url) if r.method == "POST" else None)
    assert await counted(page) == ["Open 0", "Gesloten 0", "Sturend 0", "Advies 0"]
    await expect(page.locator(".tally").get_by_role("button", name="Laatste streepje weg")).to_be_disabled()
    for kind in ("Open", "Advies", "Open", "Sturend"):
        await page.locator(".tally").get_by_role("button", name=kind).click()
    await page.locator(".tally").get_by_role("button", name="Laatste streepje weg").click()
    assert await counted(page) == ["Open 2", "Gesloten 0", "Sturend 0", "Advies 1"]
    assert await axe(page) == []
    await room.press("next")  # a frame comes, and draws the page again
    await expect(page.locator("#stage-h")).not_to_have_text("Verkennen")
    assert await counted(page) == ["Open 2", "Gesloten 0", "Sturend 0", "Advies 1"]
    await room.press("skip", 3)
    await page.reload()
    await expect(page.locator("#stage-h")).to_have_text("Wat neem jij hieruit mee?")
    assert await counted(page) == ["Open 2", "Gesloten 0", "Sturend 0", "Advies 1"]
    assert sent == []


async def test_who_takes_part_has_no_tally(server: Server, browser: Browser) -> None:
    room = await watched(server)
    for who, tail in ((room.people["Owen"], ""), (room.people["Cleo"], ""), (room.lead, "")):
        assert 'class="card tally"' not in await who.page(tail)
    assert 'class="card tally"' in await room.people["Cora"].page()


async def test_erased_by_the_circle_the_marks_go_too(server: Server, browser: Browser) -> None:
    room = await watched(server)
    cora = room.people["Cora"]
    page = await look(browser, cora, f"/r/{cora.alias}", PHONE)
    await page.locator(".tally").get_by_role("button", name="Open").click()
    assert await page.evaluate("Object.keys(localStorage).some(k => k.endsWith(':n.tally'))")
    await room.lead.act("erase")

    async def gone() -> bool:
        with contextlib.suppress(Error):  # while the page goes
            return not await page.evaluate("Object.keys(localStorage).some(k => k.endsWith(':n.tally'))")
        return False

    await until(gone)


@pytest.mark.long
async def test_who_leads_has_the_marks_in_a_fold_where_questions_are_asked(server: Server, browser: Browser) -> None:
    room = await watched(server)
    page = await look(browser, room.lead, f"/r/{room.lead.alias}/leiden", TABLET)
    await page.locator("#side summary", has_text="Streepjes").click()
    await page.locator(".tally").get_by_role("button", name="Advies").click()
    assert await counted(page) == ["Open 0", "Gesloten 0", "Sturend 0", "Advies 1"]
    assert await axe(page) == []
    await room.do("Owen", "ask", text="")  # a frame comes: the fold stays open
    await expect(page.locator("#side")).to_contain_text("Owen")
    assert await counted(page) == ["Open 0", "Gesloten 0", "Sturend 0", "Advies 1"]
    await room.press("next")
    await expect(page.locator(".tally")).to_have_count(0)
