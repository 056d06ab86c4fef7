"""A tap made while the line is away is kept on the device, says so, and has its effect exactly once or none."""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qsl

import pytest
from playwright.async_api import Browser, Page, Request, expect

from server.person import Person
from tests.browser.circles import circle, until
from tests.browser.pages import PHONE, TABLET, axe, look
from tests.conftest import Server
from tests.tools.proxy import Proxy

KEPT = "Bewaard op dit toestel. Gaat mee zodra de verbinding er weer is."
SOON = "De verbinding is even weg. Kring probeert het nog een halve minuut."
LOST = "Dit kwam misschien niet aan. Kijk eerst, en tik dan zo nodig opnieuw."
AGREE = "Hier houd ik me aan"


async def agreeing(server: Server, browser: Browser) -> tuple[Person, list[Person], Page]:
    lead, people = await circle(server.url, "Owen", "Cora", steps=1)
    return lead, people, await look(browser, people[0], f"/r/{people[0].alias}", PHONE)


async def pointer(lead: Person) -> str:
    found = re.search(r'do/next" name="at" value="([^"]+)"', await lead.page("/leiden"))
    assert found
    return html.unescape(found[1])


async def nothing_waits(page: Page) -> None:
    async def empty() -> bool:
        return not await page.evaluate("Object.keys(localStorage).some(k => k.includes(':t.'))")

    await until(empty)


def _does(request: Request, verb: str) -> bool:
    return request.url.endswith(f"/do/{verb}") or f"verb={verb}&" in f"{request.post_data}&"


def posts(page: Page, verb: str) -> list[int]:
    """The answers to acts of this kind from now on."""
    found: list[int] = []
    page.on("response", lambda r: found.append(r.status) if _does(r.request, verb) else None)
    return found


async def test_tapped_offline_it_says_so_and_arrives_once(server: Server, browser: Browser) -> None:
    _, people, page = await agreeing(server, browser)
    answers = posts(page, "agree")
    await page.context.set_offline(True)
    await page.get_by_role("button", name=AGREE).click()
    await expect(page.locator("#said")).to_have_text(KEPT)
    await expect(page.locator("[data-c-waits]")).to_have_attribute("data-c-waits", "straks")
    await page.get_by_role("button", name=AGREE).click()  # once more, impatiently
    assert await axe(page) == []
    assert "zich hieraan." not in await people[1].page()

    await page.context.set_offline(False)
    await expect(page.locator("#me")).to_contain_text("Je houdt je hieraan.", timeout=15000)
    await nothing_waits(page)
    await expect(page.locator("#said")).to_be_empty()
    assert answers == [204]
    await shows(people[1], "", "Eén van twee houdt zich hieraan.")


@pytest.mark.parametrize("way", ["portal", pytest.param("login", marks=pytest.mark.long)])
async def test_a_tap_that_something_else_answered_waits_and_arrives_once(
    server: Server, browser: Browser, way: str
) -> None:
    _, people, page = await agreeing(server, browser)
    broken, url = True, page.url
    portal = {"status": 200, "content_type": "text/html", "body": "<h1>Log in</h1>"}
    login = {"status": 302, "headers": {"Location": "/"}}

    async def answer(route) -> None:  # type: ignore[no-untyped-def]
        if broken:
            await route.fulfill(**(portal if way == "portal" else login))
        else:
            await route.continue_()

    await page.route("**/do/own", answer)
    await page.get_by_role("button", name=AGREE).click()
    await expect(page.locator("#said")).to_have_text(KEPT)
    assert page.url == url
    broken = False
    await expect(page.locator("#me")).to_contain_text("Je houdt je hieraan.", timeout=15000)
    await nothing_waits(page)
    await shows(people[1], "", "Eén van twee houdt zich hieraan.")


FILL = """() => { let s = 'x'.repeat(1 << 20), n = 0;
while (s.length) try { localStorage.setItem('fill' + n++, s); } catch { s = s.slice(0, s.length >> 1); } }"""


async def test_a_tap_that_a_full_device_cannot_keep_is_sent_all_the_same(server: Server, browser: Browser) -> None:
    _, people, page = await agreeing(server, browser)
    answers = posts(page, "agree")
    await page.evaluate(FILL)
    await page.context.set_offline(True)
    await page.get_by_role("button", name=AGREE).click()
    await expect(page.locator("#said")).to_have_text(SOON)
    await page.context.set_offline(False)
    await expect(page.locator("#me")).to_contain_text("Je houdt je hieraan.", timeout=15000)
    await page.get_by_role("button", name="Toch niet").click()
    await expect(page.get_by_role("button", name=AGREE)).to_be_visible()
    assert answers == [204, 204]
    assert page.faults == []


async def shows(who: Person, tail: str, text: str) -> None:
    """Waits for a page that holds a text: numbers change on the tick, and only while somebody's page is open."""

    async def found() -> bool:
        return text in await who.page(tail)

    await until(found)


async def test_of_several_taps_the_last_one_stands(server: Server, browser: Browser) -> None:
    lead, _, page = await agreeing(server, browser)
    await page.context.set_offline(True)
    await page.get_by_role("button", name=AGREE).click()
    await page.get_by_role("button", name="Ik wil hier eerst over praten").click()
    await expect(page.locator("[data-c-waits]")).to_contain_text("Ik wil hier eerst over praten")
    await page.context.set_offline(False)
    await expect(page.locator("#me")).to_contain_text("Je wilt er eerst over praten.", timeout=15000)
    await nothing_waits(page)
    await shows(lead, "/leiden", "Eén van ons wil er eerst over praten.")


async def test_tapped_offline_closed_and_opened_again_it_arrives(server: Server, browser: Browser) -> None:
    _, people, page = await agreeing(server, browser)
    context = page.context
    await context.set_offline(True)
    await page.get_by_role("button", name=AGREE).click()
    await expect(page.locator("#said")).to_have_text(KEPT)
    await page.close()
    await context.set_offline(False)
    page = await context.new_page()
    await page.goto(f"{people[0].base}/r/{people[0].alias}")
    await expect(page.locator("#me")).to_contain_text("Je houdt je hieraan.", timeout=15000)
    await nothing_waits(page)


@pytest.mark.long
async def test_a_lost_answer_to_two_minutes_more_is_two_minutes(browser: Browser, line: tuple[Server, Proxy]) -> None:
    server, net = line
    lead, people = await circle(server.url, "Owen", "Cora", steps=1)
    page = await look(browser, lead, f"/r/{lead.alias}/leiden", TABLET, f"http://127.0.0.1:{net.port}")
    await expect(page.locator("#link")).to_be_hidden()
    net.set("deaf")
    await page.locator("#f-plus").click()
    await expect(page.locator("#said")).to_have_text(SOON, timeout=15000)
    assert "nog 5 min" in await people[0].page()  # it was stored, only the answer was lost
    answers = posts(page, "plus")
    net.set("refuse")
    net.set("pass")
    await until(lambda: answers == [204], 15)
    await nothing_waits(page)
    assert "nog 5 min" in await people[0].page()


async def test_a_late_next_after_somebody_else_moved_on_changes_nothing(server: Server, browser: Browser) -> None:
    lead, people = await circle(server.url, "Owen", "Cora", steps=1)
    page = await look(browser, lead, f"/r/{lead.alias}/leiden", TABLET)
    answers = posts(page, "next")
    await expect(page.locator("#f-next")).to_contain_text("Naar de check-in")
    await page.context.set_offline(True)
    await page.locator("#f-next").click()
    await expect(page.locator("#said")).to_have_text(SOON)
    await lead.next()  # from another device that leads
    await page.context.set_offline(False)
    await until(lambda: answers == [204], 15)
    await nothing_waits(page)
    assert "Hoe kom je binnen?" in await people[0].page()


async def test_what_makes_no_sense_late_is_dropped_and_says_so(server: Server, browser: Browser) -> None:
    _, people = await circle(server.url, "Owen", "Cora", steps=3)
    page = await look(browser, people[0], "/", PHONE)
    await page.clock.install()
    await page.goto(f"{server.url}/r/{people[0].alias}")
    await page.context.set_offline(True)
    await page.get_by_role("button", name="Even stop").click()
    await expect(page.locator("#said")).to_have_text(SOON)

    async def lost() -> bool:
        await page.clock.run_for(3000)
        return await page.locator("#said").inner_text() == LOST

    await until(lost)
    answers = posts(page, "stop")
    await page.context.set_offline(False)
    await page.clock.run_for(60_000)
    await page.reload()
    await nothing_waits(page)
    assert answers == []
    assert "Even stil." not in await people[1].page()


async def test_what_was_dropped_stays_said_when_another_tap_goes_on_waiting(server: Server, browser: Browser) -> None:
    """Even stop makes no sense after half a minute; the answer beside it waits on, and does not cover that."""
    _, people, page = await agreeing(server, browser)
    await page.clock.install()
    await page.reload()
    await page.context.set_offline(True)
    await page.get_by_role("button", name="Even stop").click()
    await expect(page.locator("#said")).to_have_text(SOON)
    await page.get_by_role("button", name=AGREE).click()

    async def lost() -> bool:
        await page.clock.run_for(3000)
        return await page.locator("#said").inner_text() == LOST

    await until(lost)
    await page.clock.run_for(30_000)
    await expect(page.locator("[data-c-waits]")).to_have_attribute("data-c-waits", "straks")


async def test_a_step_that_is_over_refuses_a_late_tap_once_in_a_sentence(server: Server, browser: Browser) -> None:
    lead, people = await circle(server.url, steps=3)
    page = await look(browser, people[0], f"/r/{people[0].alias}", PHONE)
    answers = posts(page, "nothing")
    await page.context.set_offline(True)
    await page.get_by_role("button", name="Ik breng vandaag niets in").click()
    await expect(page.locator("#said")).to_have_text(KEPT)
    for i, one in enumerate(people[1:]):
        await one.act("lay", rev="1", situation="", difficulty="", question=f"Vraag {i}?")
    await lead.next()
    await page.context.set_offline(False)
    await expect(page.locator("#said")).to_contain_text("De kring is intussen verder.", timeout=15000)
    await nothing_waits(page)
    assert answers == [409]
    assert page.faults == []


async def test_what_a_line_held_back_undoes_no_later_answer(server: Server, browser: Browser) -> None:
    """Of an answer that may change at any time the older one brings nothing back, whatever the step."""
    lead, people, _ = await agreeing(server, browser)
    page = await look(browser, people[1], f"/r/{people[1].alias}", PHONE)
    sent: list[Request] = []
    page.on("request", lambda one: sent.append(one) if "verb=agree" in (one.post_data or "") else None)
    for back in (False, True):
        await page.get_by_role("button", name=AGREE).click()
        await page.get_by_role("button", name="Toch niet").click()
        await expect(page.get_by_role("button", name=AGREE)).to_be_visible()
        if not back:
            for act in ("next", "back"):
                assert (await lead.act(act, at=await pointer(lead))).status_code == 204
            await page.reload()
    forms = [dict(parse_qsl(one.post_data or "")) for one in sent]
    assert [form["nth"] for form in forms] == ["1", "2", "3", "4"], "counted on, whatever the step"
    again = (
        "([to, body]) => fetch(to, {method: 'POST', body, headers: {'X-Kring': '1', "
        "'Content-Type': 'application/x-www-form-urlencoded'}}).then(answer => answer.status)"
    )
    assert await page.evaluate(again, [sent[0].url, sent[0].post_data]) == 204
    assert "Toch niet" not in await people[1].page()
