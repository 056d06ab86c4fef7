"""Choosing a method when a circle begins: what does not fit the people or the time says so, in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace
from playwright.async_api import Browser, Page, expect

from rooms import flow
from rooms.methodfiles import catalogue
from rooms.plan import shortest
from rooms.shell import AROUND, FOLLOWUP, beyond
from server.person import Person
from tests.browser.circles import circle
from tests.browser.pages import LAPTOP, PHONE, TABLET, axe, look
from tests.conftest import Server
from tests.made import SLACK, becomes
from tests.people import Circle

METHODS = {m.id: (m.size.min, m.size.max, beyond(m, 1)) for m in catalogue().values()}


async def said(page: Page, words: str) -> set[str]:
    """The methods that say these words where somebody can read them."""
    return {
        name
        for name in METHODS
        if await page.locator(f'.method:has(input[value="{name}"])').get_by_text(words).first.is_visible()
    }


def told(minutes: int, cases: int = 1) -> dict[str, int]:
    """The minutes of the methods that fit once their steps are shorter, as the agenda will have them."""
    found = {m.id: becomes(m, minutes, cases) for m in catalogue().values()}
    return {name: n for name, n in found.items() if n}


def too_long(minutes: int, cases: int = 1) -> set[str]:
    return {m.id for m in catalogue().values() if becomes(m, minutes, cases) is None}


async def shortened(page: Page) -> dict[str, int]:
    """What the methods say that they become."""
    shown = [(name, page.locator(f'.method:has(input[value="{name}"]) .tight')) for name in METHODS]
    texts = {name: await one.inner_text() for name, one in shown}
    return {n: int(t.removeprefix(", ingekort tot ").removesuffix(" min")) for n, t in texts.items() if t}


async def until(page: Page, minutes: int) -> None:
    """Fills in a time of day so many minutes from now, as the page's own clock has it."""
    now = datetime.fromisoformat("2026-03-10T14:00:00")
    await page.locator("[name=until]").fill((now + timedelta(minutes=minutes)).strftime("%H:%M"))


async def opened(browser: Browser, server: Server, size: tuple[int, int]) -> Page:
    page = await look(browser, None, "/", size, server.url, timezone_id="Europe/Amsterdam")
    await page.clock.set_fixed_time(datetime.fromisoformat("2026-03-10T14:00:00+01:00"))
    await page.goto(server.url + "/nieuw")
    await expect(page.locator("[data-needs]")).to_be_visible()
    return page


@pytest.mark.parametrize("size", [PHONE, pytest.param(LAPTOP, marks=pytest.mark.long)])
async def test_a_method_says_that_it_is_not_for_so_many_people(
    browser: Browser, server: Server, size: tuple[int, int]
) -> None:
    page = await opened(browser, server, size)
    for chairs in (3, 6, 12, 30):
        await page.locator("[name=chairs]").fill(str(chairs))
        odd = {name for name, (least, most, _) in METHODS.items() if not least <= chairs <= most}
        assert await said(page, "niet voor jullie aantal") == odd, chairs
    await page.locator("[name=chairs]").fill("4")
    await page.get_by_role("button", name="Eén stoel minder").click()
    await expect(page.locator('.method:has([value="five-step"]) .odd')).to_be_visible()
    await page.get_by_role("button", name="Eén stoel meer").click()
    await expect(page.locator('.method:has([value="five-step"]) .odd')).to_be_hidden()
    assert await axe(page) == []


@pytest.mark.long
@pytest.mark.parametrize("size", [PHONE, pytest.param(LAPTOP, marks=pytest.mark.long)])
async def test_a_method_says_that_it_is_too_long_for_the_time(
    browser: Browser, server: Server, size: tuple[int, int]
) -> None:
    page = await opened(browser, server, size)
    assert await said(page, "te lang") == set()  # nobody said when they must leave
    for minutes in (60, 90, 120, 180):
        await until(page, minutes)
        await expect(page.locator("[data-left-words]")).to_have_text(f"over {minutes} minuten")
        assert await said(page, "te lang") == too_long(minutes)
        assert await shortened(page) == told(minutes)
    assert await axe(page) == []


@pytest.mark.long
async def test_two_cases_take_a_method_twice_and_a_minute_or_two_later_nothing_is_too_long_at_once(
    browser: Browser, server: Server
) -> None:
    page = await opened(browser, server, PHONE)
    five = METHODS["five-step"][2] + AROUND
    for minutes, short in ((five, False), (five - SLACK, False), (five - SLACK - 1, True)):
        await until(page, minutes)
        assert ("five-step" in await shortened(page)) == short, minutes
    await until(page, 150)
    assert (await said(page, "te lang"), await shortened(page)) == (set(), {})
    await page.get_by_text("Twee", exact=True).click()
    for minutes in (150, 90):
        await until(page, minutes)
        assert await said(page, "te lang") == too_long(minutes, cases=2)
        assert await shortened(page) == told(minutes, cases=2)
    assert "troika" not in await said(page, "te lang")  # played once, whatever the number of cases


async def test_looking_back_at_the_last_time_takes_minutes_too(browser: Browser, server: Server) -> None:
    page = await opened(browser, server, PHONE)
    await until(page, 90)
    assert await shortened(page) == told(90)
    await page.locator("fieldset", has_text="Terugblik op vorige keer?").get_by_text("Ja", exact=True).click()
    assert await shortened(page) == told(90 - FOLLOWUP.minutes)


@pytest.mark.long
async def test_the_cockpit_says_what_does_not_fit_its_circle_and_the_time_that_is_left(
    browser: Browser, server: Server
) -> None:
    now = datetime.now(UTC)
    end = (now + timedelta(minutes=67)).strftime("%H:%M")
    lead, people = await circle(server.url, "Owen", "Cora", "Carl", steps=1, until=end, zone="UTC", chairs="6")
    page = await look(browser, lead, f"/r/{lead.alias}/leiden", TABLET)
    await page.evaluate("location.hash = 'p-method'")
    await expect(page.locator("#p-method")).to_be_visible()
    assert await said(page, "niet voor jullie aantal") == {n for n, (least, *_) in METHODS.items() if least > 3}
    # the agreement began: three minutes of it, and 31 of the steps after it; about 32 are left, and 16 more where
    # nobody writes, reads and chooses a case
    left = {n: 48 if m.everybody else 32 for n, m in catalogue().items()}
    assert await said(page, "te lang") == {n for n, m in catalogue().items() if shortest(m) - SLACK > left[n]}
    assert "five-step" in await shortened(page)
    await Person(server.url).join(lead.code, "Cleo")
    await expect(page.locator('.method:has([value="five-step"]) .odd')).to_be_hidden()  # while the pop-up is open
    takes = await page.locator('.method:has([value="five-step"]) .takes').bounding_box()
    assert takes
    assert takes["height"] < 30, "one line"
    assert await axe(page) == []


async def test_what_does_not_fit_can_still_be_chosen_and_is_told_when_it_is_found(
    browser: Browser, server: Server
) -> None:
    page = await opened(browser, server, PHONE)
    await page.locator("[name=chairs]").fill("3")
    await until(page, 60)
    five = page.locator('.method:has([value="five-step"])')
    await expect(five.locator(".takes")).to_have_text("50 min, te lang, 4 tot 10 mensen, niet voor jullie aantal")
    await page.locator("[data-needs] select").select_option("first")
    await expect(five).to_be_visible()
    await five.locator("input").check()
    await expect(five.locator("input")).to_be_checked()


async def test_a_method_that_is_shortened_gets_the_minutes_that_were_said(browser: Browser, server: Server) -> None:
    """In ninety minutes, where all of it would take more."""
    page = await opened(browser, server, PHONE)
    await until(page, 90)
    said = await shortened(page)
    for name in ("balint", "moral-deliberation"):
        circle = Circle(method=None)
        circle.room = replace(circle.room, ends=circle.now + 90 * 60_000)
        circle.by("Fay", flow.pick_method, catalogue()[name], circle.now)
        circle.now += circle.room.agenda[0].phase.minutes * 60_000
        circle.next()  # people have arrived
        assert sum(e.phase.minutes for e in circle.room.agenda if e.phase.kind == "method") == said[name] == 51


async def test_what_takes_experience_can_be_left_out_of_what_people_look_for(browser: Browser, server: Server) -> None:
    page = await opened(browser, server, PHONE)
    await page.locator("[data-needs] select").select_option("relation")
    await page.get_by_label("Laat weg wat ervaring vraagt").check()
    left = {m.id for m in catalogue().values() if "relation" in m.needs and "experienced" not in m.needs}
    shown = await page.locator(".method:visible input").evaluate_all("all => all.map(one => one.value)")
    assert set(shown) - {"own"} == left != set()
    await expect(page.locator("[data-found]")).to_have_text("Eén methode past.")
    await page.get_by_label("Laat weg wat ervaring vraagt").uncheck()
    await expect(page.locator(".method:visible")).to_have_count(5)


async def test_the_list_to_read_finds_methods_by_what_people_look_for(browser: Browser, server: Server) -> None:
    page = await look(browser, None, "/methoden", PHONE, server.url)
    wanted = {m.id for m in catalogue().values() if "short" in m.needs}
    await page.locator("[data-needs] select").select_option("short")
    await expect(page.locator(".method:visible")).to_have_count(len(wanted))
    assert {await h.get_attribute("id") for h in await page.locator(".method:visible h2").all()} == wanted
    assert await page.get_by_text("te lang").count() == 0  # nobody is asked for a time or a number here
    assert await axe(page) == []


async def test_a_double_tap_begins_one_circle(server: Server, browser: Browser) -> None:
    page = await look(browser, None, "/nieuw", TABLET, server.url)
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    await page.locator("input[name=group]").fill("Zuid")
    await page.locator("input[name=name]").fill("Fay")
    await page.get_by_role("button", name="Zet de stoelen klaar").dblclick(no_wait_after=True)
    await expect(page.locator("main")).to_contain_text("papier")
    await page.wait_for_load_state("networkidle")
    assert len(posts) == 1
