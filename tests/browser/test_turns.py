"""Turns as people see them: who had none yet, the order that who leads makes, and first who is at a distance."""

from __future__ import annotations

import asyncio
import html

import pytest
from playwright.async_api import Browser, Page, expect

from server.person import Person
from tests.browser.circles import circle
from tests.browser.pages import PHONE, SCREEN, TABLET, axe, look
from tests.browser.test_page import screen_of
from tests.conftest import Server
from tests.live import meetings

CAST = ("Owen", "Cora", "Carl", "Cleo")


async def screens(browser: Browser, server: Server, *remote: str) -> tuple[Page, Page, Page]:
    """A check-in: the cockpit, Cora's phone and the big screen; these people are at a distance."""
    lead, people = await circle(server.url, *CAST, steps=2)
    for name in remote:
        await people[CAST.index(name)].act("where", x="remote")
    return (
        await look(browser, lead, f"/r/{lead.alias}/leiden", TABLET),
        await look(browser, people[1], f"/r/{lead.alias}", PHONE),
        await look(browser, await screen_of(lead), f"/r/{lead.alias}/scherm", SCREEN),
    )


@pytest.mark.long
async def test_the_cockpit_alone_shows_who_had_no_turn_and_one_tap_gives_it(server: Server, browser: Browser) -> None:
    cockpit, phone, wall = await screens(browser, server)
    chips = cockpit.locator(".unheard button")
    await expect(chips).to_have_text([*CAST])
    await chips.filter(has_text="Carl").click()
    await expect(cockpit.locator(".now")).to_contain_text("Carl heeft het woord")
    await expect(chips).to_have_text(["Cleo", "Owen", "Cora"])
    await expect(wall.locator(".asks")).to_contain_text("Carl heeft het woord")
    for page in (phone, wall):
        await expect(page.get_by_text("Nog niet aan het woord")).to_have_count(0)
    assert await axe(cockpit) == []
    assert cockpit.faults == phone.faults == wall.faults == []  # type: ignore[attr-defined]


@pytest.mark.long
async def test_where_people_talk_without_turns_the_cockpit_alone_keeps_who_was_not_heard(
    server: Server, browser: Browser
) -> None:
    room = await meetings.meeting(server, ("Cleo", "Owen", "Cora", "Otto"), "gossip")
    await room.do("Otto", "task", x="observer")
    await room.do("Cora", "where", x="remote")
    await room.press("next", 3)
    await room.press("tell")
    await room.do("Cleo", "it-is-me")
    await room.do("Cleo", "say-yes", method="gossip")
    await room.press("next", 2)
    for name in ("Owen", "Cora"):
        await room.do(name, "small")
    await room.press("next", 2)
    cockpit = await look(browser, room.lead, f"/r/{room.lead.alias}/leiden", TABLET)
    others = [await look(browser, one, f"/r/{one.alias}", PHONE) for one in room.people.values()]
    others.append(await look(browser, room.screen, f"/r/{room.lead.alias}/scherm", SCREEN))
    chips = cockpit.locator(".unheard button")
    await expect(chips).to_have_text(["Cora", "Owen"])  # at a distance first; Cleo listens, Otto watches, Fay leads
    await expect(cockpit.get_by_role("heading", name="Nog niet gehoord")).to_be_visible()
    owen = cockpit.get_by_role("button", name="Owen heeft gesproken")
    await owen.click()
    await expect(owen).to_have_attribute("aria-pressed", "true")
    await cockpit.reload()
    await expect(owen).to_have_attribute("aria-pressed", "true")
    await cockpit.get_by_role("button", name="Cora heeft gesproken").press("Enter")
    await expect(cockpit.get_by_role("heading", name="Iedereen is gehoord.")).to_be_visible()
    await owen.click()
    await expect(owen).to_have_attribute("aria-pressed", "false")
    assert await axe(cockpit) == []
    for page in others:
        await expect(page.locator("#stage-h")).to_be_attached()
        assert not [word for word in ("gehoord", "heeft gesproken", "do/heard") if word in await page.content()]
        assert page.faults == []  # type: ignore[attr-defined]


async def test_a_turn_is_moved_with_the_keyboard_and_every_screen_has_the_new_order(
    server: Server, browser: Browser
) -> None:
    cockpit, phone, wall = await screens(browser, server)
    for page in (phone, wall):
        await expect(page.locator(".turns")).to_have_text("Straks aan het woord: Owen, Cora, Carl.")
    await cockpit.get_by_text("Verander de volgorde").click()
    await expect(cockpit.locator(".order li > span:first-child")).to_have_text([*CAST])
    await expect(cockpit.get_by_role("button", name="Owen eerder")).to_have_count(0)  # nobody is before the first
    await cockpit.get_by_role("button", name="Carl eerder").press("Enter")
    await expect(cockpit.locator(".order li > span:first-child")).to_have_text(["Owen", "Carl", "Cora", "Cleo"])
    for page in (phone, wall):
        await expect(page.locator(".turns")).to_have_text("Straks aan het woord: Owen, Carl, Cora.")
    await cockpit.get_by_role("button", name="Owen later").press("Enter")
    await expect(cockpit.locator("#side .filled")).to_have_text("Geef Carl het woord")
    assert await axe(cockpit) == []


@pytest.mark.long
async def test_who_is_at_a_distance_begins_until_who_leads_switches_it_off(server: Server, browser: Browser) -> None:
    cockpit, phone, wall = await screens(browser, server, "Cleo")
    for page in (phone, wall):
        await expect(page.locator(".turns")).to_contain_text("Beurten: eerst wie op afstand is.")
        await expect(page.locator(".turns")).to_contain_text("Straks aan het woord: Cleo, Owen, Cora.")
    await expect(cockpit.locator(".queue")).to_contain_text("Beurten: eerst wie op afstand is.")
    await cockpit.get_by_label("Meer", exact=True).click()
    await cockpit.get_by_role("button", name="Beurten: gewoon op volgorde").click()
    for page in (phone, wall):
        await expect(page.locator(".turns")).to_have_text("Straks aan het woord: Owen, Cora, Carl.")
    await cockpit.get_by_role("button", name="Beurten: eerst wie op afstand is").click()
    await expect(phone.locator(".turns")).to_contain_text("Cleo, Owen, Cora")


async def asking(server: Server, browser: Browser) -> tuple[meetings.Meeting, Person, Page]:
    """The step in which people queue with a question, and the phone of somebody who may."""
    room = await meetings.telling(server, "five-step", 2)
    who = room.people["Owen"]
    return room, who, await look(browser, who, f"/r/{who.alias}", PHONE)


async def test_after_a_turn_one_may_ask_again_and_what_was_typed_is_there(server: Server, browser: Browser) -> None:
    room, _, page = await asking(server, browser)
    form = page.locator("details.ask")
    await page.get_by_role("button", name="Ik vraag het hardop").click()
    await form.locator("summary").click()
    await form.locator("textarea").fill("En wat dacht jij?")
    await room.lead.act("give", seat="")
    await expect(page.locator("#me")).to_contain_text("Jij vraagt.")
    await expect(form).to_have_count(0)
    await room.lead.act("give", seat="")
    await expect(page.get_by_role("button", name="Ik vraag het hardop")).to_be_visible()
    await expect(form.locator("textarea")).to_have_value("En wat dacht jij?")


async def test_the_owner_says_yes_to_the_method_that_the_page_names(server: Server, browser: Browser) -> None:
    room = await meetings.meeting(server, ("Cleo", "Owen", "Cora", "Carl"))
    await room.press("next", 3)
    await room.press("tell")
    await room.do("Cleo", "it-is-me")
    page = await look(browser, room.people["Cleo"], f"/r/{room.lead.alias}", PHONE)
    await expect(page.locator("#composer")).to_contain_text("bespreken met de Vijf")
    assert (await room.lead.act("method", method="incident")).status_code == 204
    await expect(page.locator("#composer")).to_contain_text("bespreken met de Incident")
    await page.get_by_role("button", name="Ja, zo wil ik het").click()
    await expect(page.get_by_role("button", name="Ja, zo wil ik het")).to_have_count(0)


async def test_what_was_typed_on_while_a_question_went_is_no_lost_question(server: Server, browser: Browser) -> None:
    room, _, page = await asking(server, browser)
    slow = True

    async def answer(route) -> None:  # type: ignore[no-untyped-def]
        if slow:
            await asyncio.sleep(0.6)  # a slow server
        await route.continue_()

    await page.route("**/do/ask", answer)
    await page.locator("details.ask summary").click()
    field, button = page.locator("details.ask textarea"), page.get_by_role("button", name="Zet in de rij")
    await field.fill("Wat gebeurde er toen?")
    async with page.expect_response("**/do/ask"):
        await button.click()
        await field.press("End")
        await page.keyboard.type(" En wat dacht jij?")
    slow = False
    for _ in range(2):
        assert (await room.lead.act("give", seat="")).status_code == 204
    await expect(field).to_have_value("Wat gebeurde er toen? En wat dacht jij?")
    await field.fill("Hoe reageerde zij?")
    await button.click()
    await expect(page.locator("#said")).to_have_text("Je vorige vraag staat er al. Tik nog eens, dan komt deze erbij.")
    await expect(field).to_have_value("Hoe reageerde zij?")
    await button.click()
    await expect(page.locator("#me")).to_contain_text("Je staat in de rij.")
    assert "Hoe reageerde zij?" in html.unescape(await room.lead.page("/leiden"))
