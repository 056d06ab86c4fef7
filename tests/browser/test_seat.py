"""A seat's own page: leading a self-guided circle from a phone, being outside, and where things stand on a screen."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, Page, expect

from server.person import Person
from tests.browser.circles import circle
from tests.browser.pages import PHONE, TABLET, axe, look
from tests.conftest import Server

SIDES = """() => { const box = e => e.getBoundingClientRect();
const work = [...document.querySelectorAll('main h1:not(.same), #band .band, .ask')].map(box);
return [box(document.querySelector('#stage .ring svg')).right, Math.min(...work.map(r => r.left))]; }"""


async def own_circle(server: Server) -> tuple[Person, list[Person]]:
    """A self-guided circle of five, led by Fay from her own seat."""
    return await circle(server.url, "Owen", "Cora", "Carl", "Cleo", part="self")


@pytest.mark.long
async def test_a_self_guided_circle_is_led_from_the_own_seat(server: Server, browser: Browser) -> None:
    lead, people = await own_circle(server)
    page = await look(browser, lead, f"/r/{lead.alias}", PHONE)
    other = await look(browser, people[0], f"/r/{lead.alias}", PHONE)
    for step, called in (("Afspraak", "de afspraak"), ("Check-in", "de check-in")):
        await page.get_by_role("button", name=f"Naar {called}").click()
        await expect(page.locator("#head .where b")).to_have_text(step)
    await expect(page.get_by_text("Zeg dit, in je eigen woorden")).to_be_visible()
    await expect(page.locator("#head")).to_contain_text("jij leidt")
    await expect(page.locator(".script")).to_have_text("Hoe kom je binnen? Moet iemand eerder weg?")
    await expect(other.locator(".script")).to_have_text("Hoe kom je binnen? Moet iemand eerder weg?")
    await expect(other.get_by_text("Fay leidt vandaag, en zegt:")).to_be_visible()
    await expect(other.get_by_role("button", name="+ 2 min")).to_have_count(0)

    await page.get_by_role("button", name="Geef Fay het woord").click()  # who leads takes part, and has the first chair
    await page.locator("#me").get_by_role("button", name="Geef Owen het woord").click()
    await expect(page.locator(".rows")).to_contain_text("Owen heeft het woord")
    await expect(page.locator(".rows")).to_contain_text("Daarna Cora")
    await page.get_by_role("button", name="Klok stil").click()
    await page.get_by_role("button", name="Klok aan").click()
    await page.get_by_role("button", name="Klok stil").wait_for()
    assert await axe(page) == []

    await page.get_by_role("button", name="Naar schrijven").click()
    await page.locator("#w-question").fill("Waar ligt mijn grens?")
    await expect(page.get_by_role("button", name="Leg alles op tafel")).to_be_visible()
    assert await page.locator("main .filled:visible").count() == 1
    assert page.faults == other.faults == []


async def test_the_lead_is_passed_on_in_two_taps(server: Server, browser: Browser) -> None:
    lead, people = await own_circle(server)
    await lead.act("add-seat", name="Ruth")
    await lead.next()
    page = await look(browser, lead, f"/r/{lead.alias}", PHONE)
    other = await look(browser, people[0], f"/r/{lead.alias}", PHONE)
    await page.locator("summary", has_text="Geef de leiding door").click()
    await expect(page.get_by_role("button", name="Ruth")).to_have_count(0)  # without a device nobody can lead
    await page.get_by_role("button", name="Owen", exact=True).click()
    await expect(other.get_by_text("Zeg dit, in je eigen woorden")).to_be_visible()
    await expect(page.locator(".leading")).to_have_count(0)
    await other.get_by_role("button", name="Naar de check-in").click()
    await expect(page.locator("#head .where b")).to_have_text("Check-in")
    await expect(page.get_by_text("Owen leidt vandaag, en zegt:")).to_be_visible()


async def to_the_method(lead: Person, people: list[Person]) -> Person:
    """Five cases, a choice, and an owner who says yes; the room in the method's first step."""
    for i, one in enumerate(people):
        await one.act("lay", rev="1", situation="", difficulty="", question=f"Vraag van {i} aan de kring?")
    for _ in range(2):
        await lead.next()
    for one in people:
        best = re.search(r'name="dots-([0-9a-f]+)"', (await one.page()).split("Vraag van 0 aan")[1])
        assert best
        await one.act("chosen", rev="1", **{f"dots-{best[1]}": "3"})
    await lead.next()
    for i, one in enumerate(people):
        await one.act("answer", choice="bring" if i == 0 else "none")
    await lead.next()
    return people[0]


async def owned(lead: Person, owner: Person, page: Page) -> None:
    """Waits for the twenty seconds on an open page, then the owner comes forward and the method begins."""
    await page.get_by_text("De inbrenger is er, en wil.").wait_for(timeout=30000)
    await owner.act("it-is-me")
    await owner.act("say-yes", method="five-step")
    assert (await lead.next()).status_code == 204


@pytest.fixture
async def method(server: Server, browser: Browser) -> tuple[Person, list[Person], Page]:
    lead, people = await circle(server.url, steps=3)
    owner = await to_the_method(lead, people)
    page = await look(browser, people[3], f"/r/{lead.alias}", PHONE)
    await owned(lead, owner, page)
    await page.locator("#band .band").wait_for()
    return lead, people, page


async def test_in_the_method(method: tuple[Person, list[Person], Page], browser: Browser) -> None:
    """The ring beside the work, a question of three lines with its first version, and who is sent outside."""
    lead, people, page = method
    question = "Hoe blijf ik een goede collega voor iemand die zegt dat het gaat, zonder ongemerkt meer te worden?"
    await people[0].act("text", input="question-v1", text=question)
    await expect(page.locator("#band")).to_contain_text(question)
    await expect(page.locator("#band small")).to_have_text("eerst: Vraag van 0 aan de kring?")
    await expect(page.get_by_text("Leg je telefoon neer. Luister.")).to_be_visible()

    await lead.next()
    for width in (800, 1024, 1440):
        wide = await look(browser, people[2], f"/r/{lead.alias}", (width, 900))
        ring, work = await wide.evaluate(SIDES)
        assert ring <= work + 1, (width, ring, work)
        assert await wide.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert await axe(wide) == []
        await wide.context.close()
    await people[1].act("ask", text="Wat zie je gebeuren?")
    await lead.act("give", seat="")
    await expect(page.locator("#stage .ring .light")).to_have_count(1)
    await people[2].act("stop")
    await page.get_by_text("We gaan verder als het kan.").wait_for()
    table = await page.locator("#stage .ring .table").bounding_box()
    assert table and table["width"] > 200  # the ring, zoomed in: a drawing still, after the morph
    await lead.act("go-on")
    await page.locator(".ask summary").click()
    await expect(page.locator("#stage .ring")).to_be_hidden()
    await expect(page.get_by_role("button", name="Zet in de rij")).to_be_visible()
    assert await page.locator("main .filled:visible").count() == 1

    seat = await page.locator("body").get_attribute("data-seat")
    assert seat
    await lead.act("outside", seat=seat)
    await page.get_by_role("heading", name="Je bent even buiten.").wait_for()
    await expect(page.locator("body")).not_to_contain_text("goede collega")
    await lead.act("call-back", seat=seat)
    await expect(page.locator("#band")).to_contain_text(question)


@pytest.mark.long
async def test_all_versions_of_the_question_fold_out_by_keyboard_and_stay_so(
    method: tuple[Person, list[Person], Page], browser: Browser
) -> None:
    """On a phone, and on the tablet over the ring; another version does not fold them in again."""
    lead, people, phone = method
    for text in ("Hoe zeg ik nee?", "Wanneer zeg ik ja?"):
        await people[0].act("text", input="question-v1", text=text)
    tablet = await look(browser, lead, f"/r/{lead.alias}/leiden", TABLET)
    for page in (phone, tablet):
        await expect(page.locator(".band li").first).to_be_hidden()
        await page.locator(".band summary", has_text="Alle 3 versies").press("Enter")
        await expect(page.locator(".band li").first).to_have_text("v1 Vraag van 0 aan de kring?")
        await expect(page.locator(".band li").nth(1)).to_be_visible()
        assert await axe(page) == []
    await people[0].act("text", input="question-v1", text="Wat wil ik zelf?")
    for page in (phone, tablet):
        await expect(page.locator(".band li").nth(3)).to_have_text("v4 Wat wil ik zelf?")
        await expect(page.locator(".band li").nth(3)).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_a_foot_lets_go_where_text_is_large_or_the_screen_is_low(server: Server, browser: Browser) -> None:
    _, people = await circle(server.url, steps=3)
    page = await look(browser, people[0], f"/r/{people[0].alias}", PHONE)
    foot = page.locator(".write .thumb")
    stuck = "e => getComputedStyle(e).position"
    assert await foot.evaluate(stuck) == "sticky"
    await page.set_viewport_size({"width": 360, "height": 600})
    assert await foot.evaluate(stuck) == "static"
    assert await foot.locator(".filled").evaluate(stuck) == "sticky"
    await page.set_viewport_size({"width": 360, "height": 800})
    cdp = await page.context.new_cdp_session(page)
    await cdp.send("Page.setFontSizes", {"fontSizes": {"standard": 22, "fixed": 18}})
    await page.reload()
    assert await foot.evaluate(stuck) == "static"
    assert await foot.locator(".filled").evaluate(stuck) == "static"
