"""A thought that is not for the round of questions is kept on the device, and offered back where advice is written."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page, Request, WebSocket, expect

from tests.browser.circles import fetched
from tests.browser.pages import PHONE, axe, look
from tests.browser.test_taps import FILL
from tests.conftest import Server
from tests.live import meetings

THOUGHT = "Ik zou eerst met de teamleider praten."


async def asked_aloud(server: Server, method: str) -> meetings.Meeting:
    """A circle in the round of questions of a method in which they are only asked aloud."""
    room = await meetings.telling(server, method, 1)
    while 'data-hint="later"' not in await room.people["Owen"].page():
        await room.press("next")
    return room


async def writing_advice(room: meetings.Meeting) -> None:
    while 'data-hint="kept"' not in await room.people["Owen"].page():
        await room.press("next")


def told(page: Page) -> list[str]:
    """All that a page asks or says from now on: requests, and what goes over its line apart from pings."""
    found: list[str] = []

    def asks(one: Request) -> None:
        found.append(one.url)

    def opened(line: WebSocket) -> None:
        line.on("framesent", lambda data: found.append(str(data)) if data != "p" else None)

    page.on("request", asks)
    page.on("websocket", opened)
    return found


async def keep_by_keyboard(page: Page, text: str) -> None:
    """Opens the field, types and keeps with keys only."""
    await page.locator(".later summary").focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await expect(page.locator(".later textarea")).to_be_focused()
    await page.keyboard.type(text)
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="Bewaar", exact=True)).to_be_focused()
    await page.keyboard.press("Enter")


async def test_a_thought_in_the_round_of_questions_is_kept_and_used_where_advice_is_written(
    server: Server, browser: Browser
) -> None:
    room = await asked_aloud(server, "incident")
    owen = room.people["Owen"]
    page = await look(browser, owen, "/healthz", PHONE)
    line = told(page)
    await page.goto(f"{server.url}/r/{owen.alias}")
    for module in ("hint", "left"):
        await fetched(page, module)
    assert await axe(page) == []
    box = await page.locator(".later summary").bounding_box()
    assert box and box["height"] >= 44
    line.clear()
    await keep_by_keyboard(page, THOUGHT)
    await expect(page.locator(".later [role=status]")).to_have_text("Bewaard op dit toestel.")
    await expect(page.locator(".later textarea")).to_have_value("")
    await expect(page.locator("#old")).to_contain_text(THOUGHT)
    await page.locator(".later textarea").fill("Zou zij het")  # what nobody kept with the button is not lost either
    assert await axe(page) == []
    assert line == [], "nothing is asked for or told"
    for name in ("Cora", "Carl"):
        assert "Ik zou eerst" not in await room.people[name].page()

    await writing_advice(room)
    advice = page.locator("[data-hint=kept]").first
    offer = advice.locator(".aid")
    await expect(offer).to_contain_text(f"Dit bewaarde je voor nu:{THOUGHT}", timeout=8000)
    await expect(page.locator("#old")).to_contain_text("Zou zij het")
    await offer.get_by_role("button", name="Zet het hier neer").click()
    await expect(advice.locator("textarea")).to_have_value(THOUGHT)
    await expect(page.locator("#old")).not_to_contain_text(THOUGHT, timeout=8000)
    await advice.get_by_role("button", name="Leg neer").click()
    await expect(page.locator("details.laid").first).to_contain_text(THOUGHT)
    assert page.faults == []  # type: ignore[attr-defined]


async def test_in_a_text_of_all_it_comes_below_what_stands_there(server: Server, browser: Browser) -> None:
    room = await asked_aloud(server, "wise-crowds")
    owen = room.people["Owen"]
    page = await look(browser, owen, f"/r/{owen.alias}", PHONE)
    await fetched(page, "hint")
    await keep_by_keyboard(page, THOUGHT)
    await page.locator("#stage-h").focus()
    await writing_advice(room)
    await room.do("Cora", "text", input="ideas", versions="0", text="Cora: eerst slapen")
    form = page.locator("[data-hint=kept]")
    await expect(form.locator("textarea")).to_have_value("Cora: eerst slapen")
    await form.get_by_role("button", name="Zet het hier neer").click()
    await expect(form.locator("textarea")).to_have_value(f"Cora: eerst slapen\n{THOUGHT}")
    await form.get_by_role("button", name="Bewaar voor de kring").click()
    await expect(page.locator("#stage")).to_contain_text(THOUGHT)
    assert page.faults == []  # type: ignore[attr-defined]


async def test_whose_case_it_is_and_who_watches_are_not_offered_it_and_silence_hides_it(
    server: Server, browser: Browser
) -> None:
    room = await meetings.meeting(server, ("Cleo", "Owen", "Cora", "Carl", "Cem"), "moral-deliberation")
    await room.do("Carl", "task", x="observer")
    await room.press("next", 3)
    await room.press("tell")
    await room.do("Cleo", "it-is-me")
    await room.do("Cleo", "say-yes", method="moral-deliberation")
    while 'data-hint="later"' not in await room.people["Owen"].page():
        await room.press("next")
    for name, there in (("Cleo", False), ("Carl", False), ("Cora", True)):
        assert ('data-hint="later"' in await room.people[name].page()) == there, name
    owen = room.people["Owen"]
    page = await look(browser, owen, f"/r/{owen.alias}", PHONE)
    await expect(page.locator(".later")).to_be_visible()
    await room.lead.act("notice", x="silence")
    await expect(page.locator(".later")).to_be_hidden()


@pytest.mark.long
async def test_what_the_device_cannot_keep_stays_in_the_field(server: Server, browser: Browser) -> None:
    room = await asked_aloud(server, "consultancy")
    owen = room.people["Owen"]
    page = await look(browser, owen, f"/r/{owen.alias}", PHONE)
    await fetched(page, "hint")
    await page.evaluate(FILL)
    await keep_by_keyboard(page, THOUGHT)
    await expect(page.locator(".later .aid")).to_have_text(
        "Dit toestel kan nu niets bewaren. Je tekst blijft hier staan."
    )
    await expect(page.locator(".later textarea")).to_have_value(THOUGHT)
