"""In the menu of the cockpit who leads finds who left, below who is here, and calls them back; and what a laptop that
only leads shows until its person leads again."""

from __future__ import annotations

from playwright.async_api import Browser, expect

from server.person import Person
from tests.attacks.test_identity import seat_of
from tests.browser.circles import circle
from tests.browser.pages import PHONE, TABLET, axe, look
from tests.conftest import Server


async def test_who_left_stands_in_the_menu_and_comes_back(server: Server, browser: Browser) -> None:
    lead, people = await circle(server.url, steps=1)
    await people[0].act("leave")
    await lead.act("mark-left", seat=seat_of(server, lead, "Cora"))
    page = await look(browser, lead, f"/r/{lead.alias}/leiden", TABLET)
    risen = await look(browser, people[0], f"/r/{lead.alias}", PHONE)
    assert await axe(risen) == []
    await page.get_by_label("Meer", exact=True).click()
    await page.locator("summary", has_text="Of roep terug wie vertrok").click()
    await page.get_by_role("heading", name="Vertrokken").scroll_into_view_if_needed()
    left = page.locator(".who-left .person")
    await expect(left).to_have_count(2)
    assert await axe(page) == []
    await left.filter(has_text="Owen").get_by_role("button", name="Roep terug").click()
    await expect(left).to_have_count(1)
    await risen.get_by_role("link", name="Ik ben teruggeroepen").click()
    await expect(risen.locator("body")).to_have_attribute("data-role", "seat")
    assert page.faults == risen.faults == []  # type: ignore[attr-defined]


async def test_a_laptop_that_only_leads_waits_until_its_person_leads_again(server: Server, browser: Browser) -> None:
    lead, people = await circle(server.url, "Owen", steps=1)
    laptop = Person(server.url, alias=lead.alias)
    await laptop.http.post(f"/r/{lead.alias}/do/unlock", data={"key": lead.key})
    page = await look(browser, laptop, f"/r/{lead.alias}/leiden", TABLET)
    await page.locator("#f-next").wait_for()
    await lead.act("hand-over", seat=seat_of(server, lead, "Owen"))
    await page.get_by_role("heading", name="Je leidt de kring nu niet.").wait_for()
    assert await axe(page) == []
    await page.get_by_role("link", name="Ik leid weer").click()
    await page.get_by_role("heading", name="Je leidt de kring nu niet.").wait_for()
    await people[0].act("hand-over", seat=seat_of(server, lead, "Fay"))
    await page.get_by_role("link", name="Ik leid weer").click()
    await page.locator("#f-next").wait_for()
    assert page.faults == []  # type: ignore[attr-defined]
