"""One vote and a ranking on a phone: with a finger, with keys alone, without a script, and what others see of it."""

from __future__ import annotations

import html
import re

import pytest
from playwright.async_api import Browser, Page, expect

from server.person import Person
from tests.browser.circles import circle, onward, until
from tests.browser.pages import PHONE, SCREEN, TABLET, axe, look
from tests.browser.test_page import WIDE, screen_of
from tests.conftest import Server
from tests.tools.proxy import Proxy

DONE = "Klaar met kiezen"


def question(n: int) -> str:
    return f"Wat doe ik met zaak {n}?"


async def voting(server: Server, form: str, people: int = 5) -> tuple[Person, list[Person]]:
    """A circle at its vote, a case of everybody's on the ballot."""
    names = [f"{name}{n or ''}" for n in (0, 1) for name in ("Owen", "Cora", "Carl", "Cleo", "Cem")][:people]
    lead, others = await circle(server.url, *names, steps=3, ballot=form)
    for n, one in enumerate(others):
        await one.act("lay", rev="1", situation="Het liep zo.", difficulty="", question=question(n))
    for _ in range(2):
        assert (await lead.next()).status_code == 204
    return lead, others


def spot(page: Page, n: int):  # type: ignore[no-untyped-def]
    """The round button of a case in a ranking."""
    return page.locator(".vote", has_text=question(n)).locator(".spot")


async def settle(lead: Person, people: list[Person], willing: tuple[int, ...]) -> None:
    """Closes the vote; these people are willing to bring what they wrote."""
    await onward(lead, people)
    for n, one in enumerate(people):
        await one.act("answer", choice="bring" if n in willing else "none")
    assert (await lead.next()).status_code == 204


@pytest.mark.long
async def test_one_vote_with_keys_alone(server: Server, browser: Browser) -> None:
    lead, people = await voting(server, "one")
    page = await look(browser, people[0], f"/r/{lead.alias}", PHONE)
    other = await look(browser, people[1], f"/r/{lead.alias}", PHONE)
    screen, cockpit = await screen_of(lead), lead
    shown = [await screen.page("/scherm"), await cockpit.page("/leiden")]
    assert await axe(page) == []
    assert (await page.evaluate(WIDE))["over"] <= 0

    await page.get_by_role("radio", name="Ik kies er geen").focus()
    while not await page.get_by_role("radio", name=question(2)).is_checked():
        await page.keyboard.press("ArrowDown")
    await page.get_by_role("button", name=DONE).focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Je bent klaar met kiezen.")).to_be_visible()
    await expect(other.get_by_role("button", name=DONE)).to_be_visible()
    assert await other.get_by_role("radio", name="Ik kies er geen").is_checked()
    assert [plain(await screen.page("/scherm")), plain(await cockpit.page("/leiden"))] == [plain(s) for s in shown]

    await page.get_by_role("button", name="Pas aan").click()
    await expect(page.get_by_role("radio", name=question(2))).to_be_checked()  # and it can be changed
    await settle(lead, people, (0, 2))
    await expect(page.locator(".plum-card")).to_contain_text(question(2))
    await expect(page.locator("main")).not_to_contain_text("stem")  # no numbers, not even after
    assert page.faults == other.faults == []


async def test_one_vote_that_was_not_sent_is_nothing_that_was_written(server: Server, browser: Browser) -> None:
    lead, people = await voting(server, "one")
    page = await look(browser, people[0], f"/r/{lead.alias}", PHONE)
    await page.get_by_role("radio", name=question(2)).check()
    await page.reload()
    await expect(page.get_by_role("radio", name=question(2))).to_be_checked()  # it is kept as a draft
    await onward(lead, people)
    await expect(page.get_by_role("button", name=DONE)).to_be_hidden()
    await page.evaluate(
        "localStorage.setItem(`kring:${location.pathname.split('/')[2]}:${document.body.dataset.seat}:"
        "d.control`, JSON.stringify({values: {text: 'Wat ik schreef', for: ['0123456789']}, at: Date.now()}))"
    )
    await page.reload()
    await expect(page.locator("#old p")).to_have_text(["Wat ik schreef"])  # the control: a text is offered


@pytest.mark.long
async def test_a_phone_that_was_away_gets_the_ballot_as_it_is_now(browser: Browser, line: tuple[Server, Proxy]) -> None:
    """While it was away the circle went back, a case was withdrawn, and the vote began again."""
    server, net = line
    lead, people = await voting(server, "one")
    page = await look(browser, people[0], f"/r/{lead.alias}", PHONE, f"http://127.0.0.1:{net.port}")
    await page.get_by_role("radio", name=question(2)).check()
    net.set("refuse")
    case = re.search(r'name="one" value="(\w+)"[^>]*><span>' + re.escape(question(1)), await people[1].page())
    assert case
    await press(lead, "back")
    assert (await people[1].act("take-back", case=case[1])).status_code == 204
    await press(lead, "next")
    net.set("pass")
    await expect(page.get_by_role("radio", name=question(1))).to_have_count(0, timeout=20000)
    await expect(page.get_by_role("radio", name=question(2))).to_be_checked()  # a choice that still can be made stays
    await page.get_by_role("button", name=DONE).click()
    await expect(page.get_by_text("Je bent klaar met kiezen.")).to_be_visible()


async def press(lead: Person, verb: str) -> None:
    at = re.search(r'do/next" name="at" value="([^"]+)"', await lead.page("/leiden"))
    assert at
    assert (await lead.act(verb, at=html.unescape(at[1]))).status_code == 204


def plain(page: str) -> str:
    """A page without what differs each time it is made."""
    return re.sub(r'name="csrf" value="[^"]+"', "", page)


@pytest.mark.long
async def test_a_ranking_is_tapped_in_order_and_mended(server: Server, browser: Browser) -> None:
    lead, people = await voting(server, "rank")
    page = await look(browser, people[0], f"/r/{lead.alias}", PHONE)
    await spot(page, 3).click()
    await spot(page, 1).click()
    await spot(page, 4).click()
    assert [await spot(page, n).text_content() for n in range(5)] == ["", "2", "", "1", "3"]
    assert await axe(page) == []
    assert (await page.evaluate(WIDE))["over"] <= 0

    up = page.get_by_role("button", name=f"Een plaats omhoog: {question(4)}")
    await up.click()
    assert [await spot(page, n).text_content() for n in (1, 3, 4)] == ["3", "1", "2"]
    await spot(page, 3).click()  # once more takes it away, and the others move up
    assert [await spot(page, n).text_content() for n in (1, 3, 4)] == ["2", "", "1"]

    await page.reload()  # what was not sent stays on the device
    await expect(spot(page, 4)).to_have_text("1")
    await page.get_by_role("button", name=DONE).click()
    await expect(page.get_by_text("Je bent klaar met kiezen.")).to_be_visible()
    await page.get_by_role("button", name="Pas aan").click()
    await expect(spot(page, 1)).to_have_text("2")
    await settle(lead, people, (1, 4))
    await expect(page.locator(".plum-card")).to_contain_text(question(4))
    assert page.faults == []


async def test_a_ranking_with_keys_alone(server: Server, browser: Browser) -> None:
    lead, people = await voting(server, "rank", 6)
    page = await look(browser, people[0], f"/r/{lead.alias}", PHONE)
    await expect(page.get_by_text("Jouw eerste drie", exact=False)).to_be_visible()
    for n in (5, 0, 2):
        await spot(page, n).focus()
        await page.keyboard.press("Space")
    await spot(page, 1).focus()
    await page.keyboard.press("Space")  # a fourth place there is not
    await expect(spot(page, 1)).to_have_text("")
    await expect(page.get_by_text("Alle plaatsen zijn gegeven.")).to_be_visible()
    await page.get_by_role("button", name=f"Een plaats omlaag: {question(5)}").focus()
    await page.keyboard.press("Enter")
    assert [await spot(page, n).text_content() for n in (5, 0, 2)] == ["2", "1", "3"]
    focused = await page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert focused == f"Een plaats omlaag: {question(5)}"
    await page.get_by_role("button", name=DONE).focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Je bent klaar met kiezen.")).to_be_visible()
    assert page.faults == []


@pytest.mark.parametrize("form", ["one", "rank"])
async def test_without_a_script_the_fields_do(server: Server, browser: Browser, form: str) -> None:
    lead, people = await voting(server, form)
    page = await look(browser, people[0], f"/r/{lead.alias}", PHONE, java_script_enabled=False)
    if form == "one":
        await page.get_by_role("radio", name=question(1)).check()
    else:
        first, second = (page.locator(".vote", has_text=question(n)).get_by_label("Plaats") for n in (1, 0))
        await first.select_option("1")
        await second.select_option("3")
        await page.get_by_role("button", name=DONE).click()
        await expect(page.get_by_text("Geef elke plaats één keer: 1, 2, 3.")).to_be_visible()
        await expect(first).to_have_value("1")  # what was filled in is still there
        await second.select_option("2")
    await page.get_by_role("button", name=DONE).click()
    await expect(page.get_by_text("Je bent klaar met kiezen.")).to_be_visible()


@pytest.mark.parametrize("form", ["dots", "one", "rank"])
async def test_a_ballot_is_as_long_whatever_is_in_it(server: Server, browser: Browser, form: str) -> None:
    lead, people = await voting(server, form)
    page = await look(browser, people[0], f"/r/{lead.alias}", PHONE)
    sent: list[int] = []
    page.on("request", lambda r: sent.append(len(r.post_data)) if "verb=chosen" in (r.post_data or "") else None)
    for n in (None, 1):
        if n is not None and form == "one":
            await page.get_by_role("radio", name=question(n)).check()
        elif n is not None:
            await page.locator(".vote", has_text=question(n)).locator(".spot").first.click()
        await page.get_by_role("button", name=DONE).click()
        await expect(page.get_by_text("Je bent klaar met kiezen.")).to_be_visible()
        await page.get_by_role("button", name="Pas aan").click()
    await until(lambda: len(sent) == 2)
    assert sent[0] == sent[1] > 8000


@pytest.mark.long
async def test_who_leads_chooses_the_form_until_the_vote_opens(server: Server, browser: Browser) -> None:
    lead, people = await circle(server.url, steps=3)
    for n, one in enumerate(people):
        await one.act("lay", rev="1", situation="", difficulty="", question=question(n))
    await lead.next()
    page = await look(browser, lead, f"/r/{lead.alias}/leiden", TABLET)
    await page.locator("#side").get_by_role("button", name="Op volgorde").click()
    pressed = page.locator("#side").get_by_role("button", name="Op volgorde", pressed=True)
    await expect(pressed).to_be_visible()
    assert await axe(page) == []
    await lead.next()
    await expect(page.locator("#side").get_by_role("button", name="Op volgorde")).to_have_count(0)
    assert (await lead.act("ballot", x="one")).status_code == 409
    seat = await look(browser, people[0], f"/r/{lead.alias}", PHONE)
    await expect(spot(seat, 0)).to_be_visible()
    assert page.faults == seat.faults == []


@pytest.mark.long
async def test_what_one_may_choose_on_stands_on_every_screen_and_is_asked_of_nobody(
    server: Server, browser: Browser
) -> None:
    lead, people = await voting(server, "one")
    words = "Waarop kies je?"
    for _ in ("vote", "read"):
        for who, tail, size in (
            (people[0], "", PHONE),
            (lead, "/leiden", TABLET),
            (await screen_of(lead), "/scherm", SCREEN),
        ):
            page = await look(browser, who, f"/r/{lead.alias}{tail}", size)
            await expect(page.locator(".criteria")).to_contain_text(words)
            assert await page.locator(".criteria").locator("input, button, select").count() == 0
            assert await axe(page) == []
        await lead.act("back", at=pointer_of(await lead.page("/leiden")))
    assert words not in await people[0].page()  # not while people write


def pointer_of(page: str) -> str:
    """Where the cockpit says the room is."""
    return html.unescape(re.search(r'do/next" name="at" value="([^"]+)"', page)[1])  # type: ignore[index]
