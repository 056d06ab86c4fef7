"""Whispering as people meet it: a member leads from a tablet, and the guide has a phone."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, Page, expect

from server.person import Person
from tests.browser.circles import circle
from tests.browser.pages import PHONE, TABLET, look, sound
from tests.conftest import Server

PLACES = """() => [...document.querySelectorAll('main button, footer button')].filter(b => !b.closest('.cues'))
.map(b => [b.textContent, b.getBoundingClientRect().top, b.getBoundingClientRect().left])"""
BODY = "() => document.getElementById('main').innerText"
WORDS = "Carl zegt al een tijd niets. Vraag hem eens wat hij hoorde, en laat Owen daarna pas reageren op de hele kring."


async def seats(lead: Person) -> dict[str, str]:
    page = await lead.page("/leiden")
    return dict(re.findall(r'<b>(\w+)</b>.*?do/hand-over" name="seat" value="(\w+)"', page, re.S))


async def two(server: Server, browser: Browser) -> tuple[Page, Page, list[Person]]:
    """The check-in, led by Cora from her tablet; Fay's phone as the guide; everybody."""
    lead, people = await circle(server.url)
    cora = people[1]
    assert (await lead.act("hand-over", seat=(await seats(lead))["Cora"])).status_code == 204
    assert (await lead.act("task", x="guide")).status_code == 204
    for _ in range(2):
        assert (await cora.next()).status_code == 204
    guide = await look(browser, lead, f"/r/{lead.alias}", PHONE)
    return guide, await look(browser, cora, f"/r/{lead.alias}/leiden", TABLET), people


async def test_a_cue_comes_moves_no_button_and_is_put_away(server: Server, browser: Browser) -> None:
    guide, tablet, people = await two(server, browser)
    owen = await look(browser, people[0], f"/r/{people[0].alias}", PHONE)
    await expect(tablet.locator(".cues")).to_contain_text("Fay begeleidt mee. Een hint zie jij alleen.")
    before, others = await tablet.evaluate(PLACES), await owen.evaluate(BODY)

    await guide.get_by_role("button", name="Laat het even stil.").click()
    await expect(tablet.locator(".cues [role=status]")).to_have_text("Laat het even stil.")
    assert await tablet.evaluate(PLACES) == before
    own = guide.get_by_label("Of in je eigen woorden")
    await own.fill(WORDS)
    await guide.get_by_role("button", name="Fluister dit").click()
    await expect(tablet.locator(".cues [role=status]")).to_have_text(WORDS)
    await expect(own).to_have_value("")
    assert await tablet.evaluate(PLACES) == before
    assert await tablet.locator(".cues .cue").evaluate("e => e.scrollHeight <= e.clientHeight")  # all of it is in sight
    await expect(guide.locator(".cued")).to_contain_text("Twee hints vandaag")
    assert await sound(guide) == await sound(tablet) == []

    away = tablet.get_by_role("button", name="Leg weg")
    await away.focus()
    await tablet.keyboard.press("Enter")
    await expect(tablet.locator(".cues [role=status]")).to_have_text("Laat het even stil.")
    await expect(guide.locator(".cued .cue")).to_have_count(1)
    await guide.get_by_role("button", name="Neem terug").click()
    await expect(tablet.locator(".cues [role=status]")).to_contain_text("Een hint zie jij alleen.")
    assert await owen.evaluate(BODY) == others
    assert guide.faults == tablet.faults == owen.faults == []


@pytest.mark.long
async def test_not_now_is_seen_by_the_guide_and_what_was_being_written_is_kept(
    server: Server, browser: Browser
) -> None:
    guide, tablet, _ = await two(server, browser)
    await guide.get_by_label("Of in je eigen woorden").fill("Vat even samen")
    await tablet.get_by_role("button", name="Even niet").click()
    await expect(guide.locator(".whispers")).to_contain_text("Cora wil nu even geen hints.")
    await expect(guide.get_by_role("button", name="Fluister dit")).to_have_count(0)
    assert await sound(guide) == await sound(tablet) == []
    await tablet.get_by_role("button", name="Weer hints").click()
    await expect(guide.get_by_label("Of in je eigen woorden")).to_have_value("Vat even samen")
    await guide.get_by_role("button", name="Fluister dit").click()
    await expect(tablet.locator(".cues [role=status]")).to_have_text("Vat even samen")


async def test_a_field_that_is_written_in_stays_while_steps_go_by(server: Server, browser: Browser) -> None:
    guide, tablet, people = await two(server, browser)
    field = guide.get_by_label("Of in je eigen woorden")
    await field.click()
    await guide.keyboard.type("Let op ")
    assert (await people[1].next()).status_code == 204
    await expect(guide.locator("#head .where b")).to_have_text("Schrijven")
    await expect(field).to_have_value("Let op ")
    await field.press_sequentially("Carl")
    await guide.get_by_role("button", name="Fluister dit").click()
    await expect(tablet.locator(".cues [role=status]")).to_have_text("Let op Carl")


async def test_on_a_phone_a_cue_stays_above_the_foot_and_everything_can_be_reached(
    server: Server, browser: Browser
) -> None:
    guide, tablet, _ = await two(server, browser)
    await tablet.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    await guide.get_by_role("button", name="Let op de tijd.").click()
    box = tablet.locator(".cues")
    await expect(box).to_contain_text("Let op de tijd.")
    await expect(box).to_be_in_viewport(ratio=1)
    await tablet.locator("#f-next").click(trial=True)
    await tablet.get_by_role("link", name="Naar je eigen stoel").click(trial=True)
    assert await tablet.evaluate("document.documentElement.scrollWidth <= innerWidth")
