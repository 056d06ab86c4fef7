"""The closing in browsers: who leads chooses what is asked, everybody answers, and what is low is no number."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page, expect

from rooms.evaluating import items, sets
from server.person import Person
from tests.browser.circles import onward
from tests.browser.pages import PHONE, TABLET, look, sound
from tests.conftest import Server
from tests.live import meetings

LINES = sets()["safety"].lines


async def closing(server: Server, browser: Browser) -> tuple[Person, dict[str, Person], Page, Page]:
    """A circle whose case was told, as it closes: who leads, everybody, the cockpit, and the owner's phone."""
    room = await meetings.telling(server, "gossip", 1)
    while "do/evaluation" not in await room.lead.page("/leiden"):
        await onward(room.lead, room.people.values())
    cockpit = await look(browser, room.lead, f"/r/{room.lead.alias}/leiden", TABLET)
    owner = room.people["Cleo"]
    return room.lead, room.people, cockpit, await look(browser, owner, f"/r/{owner.alias}", PHONE)


async def test_what_is_asked_is_chosen_answered_and_shown_without_a_low_number(
    server: Server, browser: Browser
) -> None:
    lead, people, cockpit, phone = await closing(server, browser)
    await cockpit.locator(".questions summary").click()
    assert await sound(cockpit) == []
    await cockpit.get_by_role("button", name="Veiligheid erbij").focus()
    await cockpit.keyboard.press("Enter")
    await expect(cockpit.locator(".questions summary")).to_contain_text("Veiligheid erbij")
    for one in people.values():  # four: each says that it may be without a name
        await one.act("small")
        await one.act("done")
    assert (await lead.next()).status_code == 204
    await expect(cockpit.locator(".questions")).to_have_count(0)  # what lies open is not changed any more

    form = phone.locator(".evaluate")
    await expect(form.locator("fieldset")).to_have_count(len(LINES))
    assert await sound(phone) == []
    for line in LINES[:3]:
        await form.locator(f"input[name={line}][value='2']").check(force=True)
    await form.get_by_role("button", name="Leg zonder naam op tafel").click()
    await expect(phone.get_by_text("Je antwoorden liggen er, zonder naam.")).to_be_visible()
    assert phone.faults == cockpit.faults == []


@pytest.mark.long
async def test_how_much_closer_a_question_came_stays_on_the_device(server: Server, browser: Browser) -> None:
    lead, people, cockpit, phone = await closing(server, browser)
    for one in people.values():
        await one.act("small")
        await one.act("done")
    assert (await lead.next()).status_code == 204
    sent: list[str] = []
    phone.on("request", lambda request: sent.append(request.method))
    await phone.locator("#closer").select_option("7")
    await phone.reload()
    await expect(phone.locator("#closer")).to_have_value("7")
    assert "POST" not in sent
    other = await look(browser, people["Owen"], f"/r/{lead.alias}", PHONE)
    await expect(other.locator(".evaluate")).to_be_visible()
    await expect(other.locator("#closer")).to_have_count(0)


async def test_the_end_of_a_last_meeting_fits_a_phone_and_says_what_to_talk_about(
    server: Server, browser: Browser
) -> None:
    room = await meetings.meeting(server, method="final-meeting")
    while "do/evaluation" not in await room.lead.page("/leiden"):
        await onward(room.lead, room.people.values())
    await room.press("next")
    for one in room.people.values():
        assert (
            await one.act("evaluate", **{**dict.fromkeys(sets()["last"].lines, "4"), "B3c": "1"})
        ).status_code == 204
    assert (await room.lead.act("close")).status_code == 204
    phone = await look(browser, room.people["Owen"], f"/r/{room.lead.alias}", PHONE)
    await phone.locator("summary", has_text="Hoe het was").click()
    shown = phone.locator("details", has_text="Hoe het was")
    await expect(shown.locator("dd")).to_have_text(["4 van 5"] * 18)
    await expect(shown.locator("li")).to_have_text([items()["B3c"].says.nl, items()["C5"].turned.nl])
    assert await phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await sound(phone) == []
