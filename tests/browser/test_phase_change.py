"""A phase change reaches everybody and moves nobody who is typing."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.circles import circle, frames, until
from tests.browser.pages import PHONE, look
from tests.conftest import Server
from tests.live import meetings

COUNT = """window.turns = 0; window.rejections = 0;
addEventListener('unhandledrejection', () => window.rejections++);
const start = document.startViewTransition?.bind(document);
if (start) document.startViewTransition = f => { window.turns++; return start(f); };"""


async def seat(server: Server, browser: Browser, steps: int, **more: str):  # type: ignore[no-untyped-def]
    lead, people = await circle(server.url, steps=steps)
    page = await look(browser, people[0], "/", PHONE, **{"reduced_motion": "no-preference", **more})
    await page.add_init_script(COUNT)
    heard = frames(page)
    await page.goto(f"{server.url}/r/{people[0].alias}")
    await until(lambda: len(heard) >= 2)
    return lead, people, page


async def test_one_transition_per_phase_with_its_title_and_a_word_for_screen_readers(
    server: Server, browser: Browser
) -> None:
    lead, _, page = await seat(server, browser, 1)
    await page.evaluate("window.live = document.getElementById('announce')")
    assert "Afspraak" in await page.title()
    await lead.next()
    await expect(page.locator("#announce")).to_have_text("Check-in")

    assert await page.evaluate("[turns, rejections]") == [1, 0]
    assert await page.evaluate("window.live === document.getElementById('announce')")
    assert (await page.title()).startswith("Check-in · ")
    assert page.faults == []


async def test_keys_typed_during_phase_changes_all_arrive(server: Server, browser: Browser) -> None:
    """The private note stays while the method's phases change under it."""
    lead, people, page = await seat(server, browser, 0)
    await lead.next()
    await lead.next()
    await expect(page.locator("#stage-h")).to_be_visible()
    await page.evaluate(
        "() => { const f = document.createElement('textarea'); f.id = 'free'; document.body.append(f); f.focus(); }"
    )
    await lead.next()
    await page.keyboard.type("geen toets verloren", delay=25)
    await lead.act("back", at=await pointer(lead))
    await page.keyboard.type(" ook nu niet", delay=25)
    await expect(page.locator("#announce")).to_have_text("Check-in")

    assert await page.locator("#free").input_value() == "geen toets verloren ook nu niet"
    assert await page.evaluate("document.activeElement.id") == "free"


async def pointer(lead) -> str:  # type: ignore[no-untyped-def]
    import html
    import re

    found = re.search(r'do/back" name="at" value="([^"]+)"', await lead.page("/leiden"))
    assert found
    return html.unescape(found[1])


async def test_focus_goes_to_the_heading_only_when_its_element_went_away(server: Server, browser: Browser) -> None:
    lead, _, page = await seat(server, browser, 3)
    await page.locator("#w-question").focus()
    await lead.act("skip", at=await skip_pointer(lead))
    await expect(page.locator("#announce")).to_have_text("Afronden")
    assert await page.evaluate("document.activeElement.id") == "stage-h"

    menu = page.locator("#head details.menu summary")
    await menu.focus()
    await lead.act("back", at=await pointer(lead))
    await expect(page.locator("#announce")).not_to_have_text("Afronden")
    assert await page.evaluate("document.activeElement.tagName") == "SUMMARY"


async def skip_pointer(lead) -> str:  # type: ignore[no-untyped-def]
    import html
    import re

    found = re.search(r'do/skip" name="at" value="([^"]+)"', await lead.page("/leiden"))
    assert found
    return html.unescape(found[1])


@pytest.mark.parametrize("how", ["calm", "hidden"])
async def test_no_transition_for_who_wants_calm_or_looks_elsewhere(server: Server, browser: Browser, how: str) -> None:
    more = {"reduced_motion": "reduce"} if how == "calm" else {}
    lead, _, page = await seat(server, browser, 1, **more)
    if how == "hidden":
        await page.evaluate("Object.defineProperty(document, 'hidden', { get: () => true })")
    await lead.next()
    await expect(page.locator("#announce")).to_have_text("Check-in")

    assert await page.evaluate("[turns, rejections]") == [0, 0]
    assert page.faults == []


async def test_a_draft_of_a_phase_that_ended_is_offered_back(server: Server, browser: Browser) -> None:
    lead, people, page = await seat(server, browser, 3)
    await page.locator("#w-situation").fill("Nog niet af, maar wel van mij.")
    await lead.act("skip", at=await skip_pointer(lead))
    await expect(page.locator("#announce")).to_have_text("Afronden")
    await page.locator("#old summary").click()
    await expect(page.locator("#old")).to_contain_text("Nog niet af, maar wel van mij.")
    await page.reload()
    await page.locator("#old summary").click()
    await expect(page.locator("#old")).to_contain_text("Nog niet af, maar wel van mij.")


async def gone(page: Page) -> bool:
    return await page.locator("#w-question").count() == 0


async def test_a_question_asked_on_a_button_is_not_ended_by_an_older_one(server: Server, browser: Browser) -> None:
    """The next button stays the same element from step to step; so do the ten seconds of its second tap."""
    lead, people = await circle(server.url, "Owen", "Cora", "Carl", steps=3)
    page = await look(browser, lead, "/", (1180, 820))
    await page.clock.install()
    await page.goto(f"{server.url}/r/{lead.alias}/leiden")
    button = page.locator("#f-next")
    await button.click()
    await expect(button).to_have_text("Nog niet iedereen. Toch verder")
    await page.clock.run_for(9000)
    await button.click()  # refused: too few to hide among; the button asks again the next time
    await expect(page.locator("#said")).to_contain_text("Met zo weinig mensen")
    await button.click()
    await page.clock.run_for(1500)
    assert await button.get_attribute("data-c-sure")
    await page.clock.run_for(9000)
    assert await button.get_attribute("data-c-sure") is None
    assert people


async def test_a_button_drawn_again_while_it_asks_goes_on_asking_and_in_the_next_step_asks_anew(
    server: Server, browser: Browser
) -> None:
    lead, _ = await circle(server.url, steps=3)
    page = await look(browser, lead, f"/r/{lead.alias}/leiden", (1180, 820))
    button = page.locator("#f-next")
    await button.click()
    await expect(button).to_have_text("Nog niet iedereen. Toch verder")
    await lead.act("still")  # on another device: the foot is drawn again
    await expect(page.locator("#f-still")).to_contain_text("Klok aan")
    await expect(button).to_have_text("Nog niet iedereen. Toch verder")
    await lead.act("skip", at=await skip_pointer(lead))
    await expect(page.locator("#announce")).to_have_text("Afronden")
    assert "Toch verder" not in await button.inner_text()
    assert await button.get_attribute("data-c-sure") is None


async def test_what_was_typed_in_one_field_is_in_no_other(server: Server, browser: Browser) -> None:
    """The owner's named first step must not stand in the field for a sentence without a name."""
    room = await meetings.telling(server, "five-step", 7)
    owner = room.people["Cleo"]
    page = await look(browser, owner, f"/r/{owner.alias}", PHONE)
    await page.locator("form[action$='/do/text'] textarea").first.fill("Maandag vraag ik het.")
    await page.get_by_role("button", name="Bewaar voor de kring").first.click()
    await expect(page.locator("#stage")).to_contain_text("Maandag vraag ik het.")
    await room.press("next")
    field = page.locator("form[action$='/do/share'] textarea")
    await expect(field).to_be_visible()
    assert await field.input_value() == ""


async def test_a_double_tap_is_no_answer_to_are_you_sure(server: Server, browser: Browser) -> None:
    room = await meetings.closing(server)
    await room.press("next")
    page = await look(browser, room.lead, f"/r/{room.lead.alias}/leiden", (1180, 820))
    await page.locator("#f-next").dblclick()
    await expect(page.locator("#f-next")).to_have_text("Ja, de kring is rond")
    assert "Deze kring is rond." not in await room.lead.page("/leiden")
    await page.locator("#f-next").click()
    await expect(page.locator("#foot")).to_contain_text("Deze kring is rond.")


async def test_who_is_called_outside_keeps_no_draft(server: Server, browser: Browser) -> None:
    room = await meetings.telling(server, "five-step", 3)
    carl = room.people["Carl"]
    for name in ("Owen", "Cora", "Carl"):
        await room.do(name, "small")
    page = await look(browser, carl, f"/r/{carl.alias}", PHONE)
    await page.locator("form[action$='/do/card'] textarea").first.fill("kern van Carl")

    async def some() -> bool:
        return await drafts(page)

    await until(some)
    seat = re.findall(r'do/outside" name="seat" value="(\w+)"', await room.lead.page("/leiden"))[-1]
    await room.lead.act("outside", seat=seat)
    await expect(page.locator("#stage-h")).to_be_visible()

    async def none() -> bool:
        return not await drafts(page)

    await until(none)


async def drafts(page: Page) -> bool:
    return bool(await page.evaluate("Object.keys(localStorage).some(k => k.includes(':d.card'))"))
