"""The meeting on paper: who gets it, what is not on it, and that no phase and no slip is cut in two."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, Page, expect

from rooms.methodfiles import catalogue
from server.person import Person
from tests.browser.circles import NAMES, circle
from tests.browser.pages import LAPTOP, PHONE, TABLET, axe, look
from tests.browser.test_page import WIDE, screen_of
from tests.conftest import Server

CANARY = "Kanariegeel"
SHEETS = re.compile(rb"/Type\s*/Page\b(?!s)")
A4 = (180 * 96 / 25.4, 268 * 96 / 25.4)  # what lies within the margins of a page, in pixels
SLIPS = 281 * 96 / 25.4
TALL = "(q) => [...document.querySelectorAll(q)].map(e => e.getBoundingClientRect().height)"


async def printed(page: Page) -> int:
    """How many sheets come out of the printer."""
    return len(SHEETS.findall(await page.pdf(prefer_css_page_size=True)))


async def test_what_people_wrote_and_the_key_are_not_on_it(server: Server, browser: Browser) -> None:
    lead, people = await circle(server.url, steps=3)
    for person in people:
        laid = {"rev": "1", "situation": f"{CANARY} een", "difficulty": f"{CANARY} twee", "question": f"{CANARY} drie?"}
        assert (await person.act("lay", **laid)).status_code == 204
    await lead.next()
    assert CANARY in await lead.page("/leiden")  # the control: it lies on the table
    page = await look(browser, lead, f"/r/{lead.alias}/papier", LAPTOP)
    source = await page.content()

    assert CANARY not in source
    assert lead.key not in source
    assert lead.code not in source  # the door is closed by now
    assert all(name in source for name in (*NAMES, "Fay"))
    assert page.faults == []  # type: ignore[attr-defined]


@pytest.mark.long
@pytest.mark.parametrize(("method", "asked"), [("balint", 1), ("", 0)])
async def test_one_tap_in_the_menu_prints_it_once_the_method_is_known(
    server: Server, browser: Browser, method: str, asked: int
) -> None:
    lead = await Person(server.url).begin("Mentoren", "Fay", method=method)
    page = await look(browser, lead, f"/r/{lead.alias}/leiden", TABLET)
    await page.context.add_init_script("window.asked = 0; window.print = () => { window.asked += 1; }")
    await page.locator("details.menu > summary").click()
    async with page.context.expect_page() as opened:
        await page.locator("details.menu").get_by_role("link", name="Op papier").click()
    paper = await opened.value
    await paper.wait_for_load_state("load")
    await expect(paper.get_by_role("heading", name="Draaiboek")).to_be_visible()
    assert await paper.evaluate("window.asked") == asked
    assert await axe(paper) == []
    await paper.get_by_role("button", name="Afdrukken").click()
    assert await paper.evaluate("window.asked") == asked + 1
    await page.bring_to_front()
    await expect(page.locator("#f-next")).to_be_visible()  # the cockpit stays where it was


async def test_the_first_page_leads_to_it_beside_the_key_that_is_shown_once(server: Server) -> None:
    made = await Person(server.url).http.post("/nieuw", data={"group": "Zuid", "name": "Fay", "part": "lead"})
    assert re.search(r'href="/r/[0-9a-f]{12}/papier#print" target="_blank"', made.text)


async def test_who_does_not_lead_gets_what_they_get_for_the_cockpit(server: Server) -> None:
    lead, people = await circle(server.url, "Owen", "Cora", steps=1)
    screen = await screen_of(lead)
    stranger = Person(server.url, alias=lead.alias)
    first = re.search(r'do/remove" name="seat" value="(\w+)"', await lead.page("/leiden"))
    assert first
    for removed in (False, True):
        if removed:
            assert (await lead.act("remove", seat=first[1])).status_code == 204
        for who in (*people, screen, stranger):
            paper, cockpit = [await who.http.get(f"/r/{lead.alias}/{tail}") for tail in ("papier", "leiden")]
            assert paper.status_code == cockpit.status_code
            assert paper.headers.get("location") == cockpit.headers.get("location")
            assert "Draaiboek" not in paper.text
    answers = [await who.http.get(f"/r/{lead.alias}/papier") for who in people]
    assert [a.headers.get("location") for a in answers] == [f"/r/{lead.alias}"] * 2  # which says the rest
    assert "Draaiboek" in await lead.page("/papier")  # the control


@pytest.mark.long
@pytest.mark.parametrize("lang", ["nl", pytest.param("en", marks=pytest.mark.long)])
@pytest.mark.parametrize("size", [PHONE, pytest.param(LAPTOP, marks=pytest.mark.long)])
async def test_it_can_be_read_on_a_screen(server: Server, browser: Browser, lang: str, size: tuple[int, int]) -> None:
    lead, _ = await circle(server.url, "Annemarieke-Louise", "Cora", until="16:30", where="mixed", method="ten-step")
    lead.lang = lang
    page = await look(browser, lead, f"/r/{lead.alias}/papier", size)

    assert await axe(page) == []
    wide = await page.evaluate(WIDE)
    assert wide["over"] <= 0, wide
    assert page.faults == []  # type: ignore[attr-defined]
    assert lead.code in await page.content()


@pytest.mark.parametrize("method", ["five-step", "moral-deliberation", "troika"])
async def test_no_phase_and_no_slip_is_cut_in_two(server: Server, browser: Browser, method: str) -> None:
    lead, _ = await circle(server.url, method=method, chairs="12", followup="1", conflicts="1", where="mixed")
    page = await look(browser, lead, f"/r/{lead.alias}/papier", (int(A4[0]), 1000), color_scheme="dark")
    await page.emulate_media(media="print")
    for part, most in ((".cover", A4[1]), (".step", A4[1]), (".slip", SLIPS), (".cut", SLIPS)):
        heights = await page.evaluate(TALL, part)
        assert heights or (method == "troika" and part in (".slip", ".cut"))
        assert max(heights, default=0) <= most + 1, part
    kept = "[...document.querySelectorAll('.step, .slip')].every(e => getComputedStyle(e).breakInside === 'avoid')"
    assert await page.evaluate(kept)
    colours = "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
    assert await page.evaluate(colours) == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]  # also where the screen is dark
    slips = await page.locator(".cut").count()
    assert slips == (0 if method == "troika" else 3 + 2)
    assert 4 <= await printed(page) - slips <= 9


async def test_without_a_method_one_can_be_put_on_it_and_the_room_stays_as_it_was(
    server: Server, browser: Browser
) -> None:
    lead, _ = await circle(server.url, "Owen", method="")
    page = await look(browser, lead, f"/r/{lead.alias}/papier", LAPTOP)
    assert catalogue()["five-step"].name.nl in await page.locator(".by-method").inner_text()
    await page.get_by_label("Zet deze op het papier").select_option("gossip")
    await page.get_by_role("button", name="Deze methode").click()

    assert catalogue()["gossip"].name.nl in await page.locator(".by-method").inner_text()
    assert "Nog geen gekozen" in await lead.page("/leiden")
