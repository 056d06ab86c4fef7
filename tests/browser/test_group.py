"""A group in real browsers: begun, joined, planned, met in ten times; one leaves, one comes, a date moves."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from server.person import Person
from tests.adversary.rooms import document
from tests.browser.circles import onward
from tests.browser.pages import LAPTOP, PHONE, SCREEN, TABLET, axe
from tests.browser.plays import until_claim
from tests.conftest import Server

WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
OPEN = 'form[action$="/do/open"] button'
NAMES = ("Marijke", "Joost", "Fatima", "Anouk", "Bram", "Chantal")


@dataclass
class One:
    """Somebody with a browser of their own."""

    name: str
    page: Page
    context: BrowserContext

    async def person(self, base: str, alias: str) -> Person:
        """The same browser over HTTP, in a circle."""
        who = Person(base, alias=alias)
        for cookie in await self.context.cookies():
            who.http.cookies.set(cookie["name"], cookie["value"])
        return who


async def window(browser: Browser, name: str, size: tuple[int, int] = LAPTOP, lang: str = "nl") -> One:
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]}, locale=lang, reduced_motion="reduce"
    )
    page = await context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda e: faults.append(str(e)))
    page.faults = faults  # type: ignore[attr-defined]
    return One(name, page, context)


async def begun(browser: Browser, server: Server) -> tuple[One, str]:
    """A group, with its organiser; and its code."""
    organiser = await window(browser, "")
    await organiser.page.goto(server.url + "/groep")
    await fine(organiser.page)
    await organiser.page.get_by_label("Hoe heet de groep?").fill("Mentoren Zuid")
    await organiser.page.get_by_role("button", name="Begin een groep").click()
    await fine(organiser.page)
    await organiser.page.get_by_role("link", name="Naar de groep").click()
    await organiser.page.get_by_role("link", name="Leden").click()
    return organiser, str(await organiser.page.inner_text(".bigcode"))


async def joined(browser: Browser, server: Server, code: str, name: str, size: tuple[int, int] = LAPTOP) -> One:
    one = await window(browser, name, size)
    await one.page.goto(f"{server.url}/#{code.replace('-', '')}")
    await one.page.get_by_label("Hoe mogen we je noemen?").fill(name)
    await one.page.get_by_role("button", name="Word lid").click()
    await one.page.get_by_role("link", name="Naar de groep").click()
    return one


async def fine(page: Page) -> None:
    """Nothing for axe to find in light or dark, nothing wider than the window in any size, no fault of a script."""
    before = page.viewport_size
    assert await axe(page) == []
    for width, height in (PHONE, TABLET, LAPTOP, SCREEN):
        await page.set_viewport_size({"width": width, "height": height})
        assert await page.evaluate(WIDER) == 0, (page.url, width)
    if before:
        await page.set_viewport_size(before)
    assert page.faults == []  # type: ignore[attr-defined]


async def met(people: list[One], server: Server) -> str:
    """A meeting: the first one opens it, the others come in, who leads goes on to the end and closes. Its alias."""
    await people[0].page.reload()
    await people[0].page.click(OPEN)
    await people[0].page.wait_for_url("**/leiden")
    alias = re.search(r"/r/([0-9a-f]{12})", people[0].page.url)[1]  # type: ignore[index]
    for one in people[1:]:
        await one.page.reload()
        await one.page.get_by_role("button", name="Ga de kring in").click()
        await one.page.wait_for_url(f"**/r/{alias}*")
    by_name = {one.name: await one.person(server.url, alias) for one in people}
    lead, others = by_name[people[0].name], {n: p for n, p in by_name.items() if n != "Marijke"}
    await treated(server, lead, others)
    for _ in range(60):
        if "do/close" in await lead.page("/leiden"):
            break
        await onward(lead, by_name.values())
    assert (await lead.act("close")).status_code == 204
    return alias


async def treated(server: Server, lead: Person, others: dict[str, Person]) -> None:
    """To where the method begins: everybody but the guide writes a case, and the first one's is chosen."""
    room = document(server, lead.alias)
    kinds = [line["phase"]["kind"] for line in room["agenda"]]
    if "write" not in kinds:
        return
    for _ in range(kinds.index("write") - room["at"]):
        await onward(lead, others.values())
    mine, (owner, *_) = "Hoe zeg ik dat het anders moet?", others.values()
    for who in others.values():
        question = mine if who is owner else "Een andere vraag."
        assert (await who.act("lay", situation="", difficulty="", question=question, rev="1")).status_code == 204
    for _ in range(kinds.index("choose") - kinds.index("write")):
        await onward(lead, others.values())
    case = (await owner.page()).split(mine, 1)[1].split('name="dots-', 1)[1].split('"')[0]
    for who in others.values():
        assert (await who.act("cast", rev="1", **{f"dots-{case}": "3"})).status_code == 204
    await lead.next()
    for who in others.values():
        assert (await who.act("answer", choice="bring" if who is owner else "none")).status_code == 204
    await lead.next()
    await until_claim(lead, owner)
    assert (await owner.act("say-yes", method=room["method"]["id"])).status_code == 204


async def back(people: list[One], server: Server, alias: str) -> None:
    """Everybody is on the group's page again."""
    for one in people:
        await one.page.goto(f"{server.url}/g/{alias}")


@pytest.fixture
async def hurried(tmp_path):  # type: ignore[no-untyped-def]
    server = await Server(tmp_path / "data").hurry("wait=200", "acts=500", "rooms=1000").start()
    yield server
    server.stop()


async def test_every_page_of_a_group_is_fine_in_every_size_and_scheme(hurried: Server, browser: Browser) -> None:
    organiser, code = await begun(browser, hurried)
    one = await joined(browser, hurried, code, "Joost", PHONE)
    await fine(one.page)
    for tab in ("Plan", "Leden"):
        await one.page.get_by_role("link", name=tab, exact=True).click()
        closed = one.page.locator("main details:not([open])>summary")
        while await closed.count():
            await closed.first.click()
        await fine(one.page)
    await one.page.get_by_role("link", name="Plan", exact=True).click()
    await one.page.get_by_label("Eerste datum").fill("2026-12-02")
    await one.page.get_by_role("button", name="Neem dit plan").click()
    await fine(one.page)
    await one.page.get_by_role("link", name="Bijeenkomsten").click()
    await fine(one.page)
    await organiser.page.reload()
    await fine(organiser.page)
    await one.page.get_by_role("link", name="Leden").click()
    await one.page.get_by_role("button", name="Nog een toestel").click()
    await fine(one.page)


async def test_the_link_on_the_sheet_opens_the_group_on_another_device(hurried: Server, browser: Browser) -> None:
    _, code = await begun(browser, hurried)
    one = await window(browser, "Joost")
    await one.page.goto(f"{hurried.url}/#{code.replace('-', '')}")
    await one.page.get_by_label("Hoe mogen we je noemen?").fill("Joost")
    await one.page.get_by_role("button", name="Word lid").click()
    link = await one.page.inner_text(".keybox")
    phone = await window(browser, "Joost", PHONE)
    await phone.page.goto(link)
    await expect(phone.page).to_have_url(re.compile(r"/g/g[0-9a-f]{12}$"))
    await expect(phone.page.get_by_role("heading", name="Mentoren Zuid")).to_be_visible()


async def test_on_a_phone_the_road_begins_at_the_next_meeting(hurried: Server, browser: Browser) -> None:
    _, code = await begun(browser, hurried)
    one = await joined(browser, hurried, code, "Joost", PHONE)
    await one.page.get_by_role("link", name="Plan", exact=True).click()
    await one.page.get_by_role("button", name="Neem dit plan").click()
    for nr in range(6):  # the seventh is next: far to the right
        form = one.page.locator(f'form[action$="/do/skip"]:has(input[name=nr][value="{nr}"])')
        await form.evaluate("form => form.submit()")
        await expect(form.locator("[name=yes]")).to_have_value("0")
    await one.page.get_by_role("link", name="Bijeenkomsten").click()
    await expect(one.page.locator(".road .next")).to_be_in_viewport(ratio=1)


@pytest.mark.long
async def test_a_group_works_without_a_script(hurried: Server, browser: Browser) -> None:
    _, code = await begun(browser, hurried)
    context = await browser.new_context(java_script_enabled=False, locale="nl")
    page = await context.new_page()
    await page.goto(hurried.url)
    await page.fill("[name=code]", code)
    await page.click("button.filled")
    await page.fill("[name=name]", "Fatima")
    await page.click("button.filled")
    await page.click("a.filled")
    await page.get_by_role("link", name="Plan", exact=True).click()
    await page.get_by_label("Een eigen plan").check()
    await page.get_by_role("button", name="Neem dit plan").click()
    await page.get_by_role("link", name="Bijeenkomsten").click()
    await page.click(OPEN)
    await expect(page).to_have_url(re.compile("/leiden$"))
