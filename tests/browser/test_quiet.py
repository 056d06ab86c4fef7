"""A minute of silence on a seat: nothing to fill in is in sight or in reach, nothing typed is lost, and it ends."""

from __future__ import annotations

from playwright.async_api import Browser, Page, expect

from rooms.methodfiles import catalogue
from server.person import Person
from tests.browser.circles import circle
from tests.browser.pages import LAPTOP, PHONE, TABLET, axe, look
from tests.browser.test_time import WRONG
from tests.conftest import Server
from tests.live import meetings

SIZES = """() => {
const at = s => document.querySelector(s).getBoundingClientRect(), side = document.querySelector('#side');
const words = at('.handles button');
return { over: side.scrollHeight - side.clientHeight, foot: at('#foot').top, top: words.top, bottom: words.bottom,
tall: words.height, tip: [...side.querySelectorAll('.say p')].at(-1).getBoundingClientRect().bottom }; }"""


async def asking(server: Server, browser: Browser, size: tuple[int, int]) -> tuple[Person, Page]:
    """Cora's seat where questions are asked, with half a question."""
    room = await meetings.telling(server, "five-step", 2)
    page = await look(browser, room.people["Cora"], f"/r/{room.lead.alias}", size)
    await page.locator(".ask summary").click()
    await page.locator(".ask textarea").fill("Wat hoopte je dat er")
    return room.lead, page


async def test_what_is_typed_waits_out_of_sight_and_comes_back_as_it_was(server: Server, browser: Browser) -> None:
    for size in (PHONE, LAPTOP):
        lead, page = await asking(server, browser, size)
        field = page.locator(".ask textarea")
        await expect(field).to_be_focused()
        await lead.act("notice", x="silence")
        await expect(field).to_be_hidden()
        await expect(page.locator("#stage-h")).to_have_text("Een minuut stilte.")
        await expect(page.locator("#announce")).to_have_text("Een minuut stilte.")
        assert await page.get_by_role("textbox").count() == 0
        assert await axe(page) == []
        await lead.act("notice", x="")
        await expect(field).to_be_visible()
        await expect(field).to_have_value("Wat hoopte je dat er")
        assert await page.evaluate("document.activeElement === document.body")  # nothing asks for attention by itself
        assert page.faults == []  # type: ignore[attr-defined]


async def test_ones_own_notes_stay_in_reach(server: Server, browser: Browser) -> None:
    room = await meetings.telling(server, "gossip", 3)
    page = await look(browser, room.people["Cleo"], f"/r/{room.lead.alias}", PHONE)
    await room.lead.act("notice", x="silence")
    await expect(page.locator("#stage-h")).to_have_text("Een minuut stilte.")
    note = page.get_by_role("textbox", name="Alleen voor jou")
    assert await axe(page) == []
    await note.fill("Dit raakte me")
    await room.lead.act("notice", x="")
    await expect(page.locator("#stage [data-hush]")).to_have_count(0)
    await expect(note).to_have_value("Dit raakte me")
    await expect(note).to_be_focused()


async def test_without_a_line_it_ends_by_itself(server: Server, browser: Browser) -> None:
    room = await meetings.telling(server, "five-step", 2)
    await room.lead.act("notice", x="silence")
    page = await look(browser, room.people["Cora"], "/", PHONE)
    await page.add_init_script(WRONG % 0)
    await page.route_web_socket("**/live*", lambda ws: None)
    await page.goto(f"{server.url}/r/{room.lead.alias}")
    await expect(page.locator(".ask")).to_be_hidden()
    await page.evaluate("window.shift = 61000")
    await expect(page.locator(".ask")).to_be_visible()


async def test_who_is_asked_about_a_method_reads_when_better_not_and_has_both_answers_in_sight(
    server: Server, browser: Browser
) -> None:
    room = await meetings.meeting(server, ("Cleo", "Owen", "Cora", "Carl"), "gossip")
    await room.press("next", 3)
    await room.press("tell")
    await room.do("Cleo", "it-is-me")
    page = await look(browser, room.people["Cleo"], f"/r/{room.lead.alias}", PHONE)
    await expect(page.get_by_text(catalogue()["gossip"].warnings[0].nl)).to_be_visible()
    for answer in ("Ja, zo wil ik het", "Liever een andere methode"):
        box = await page.get_by_role("button", name=answer).bounding_box()
        assert box
        assert box["y"] + 44 <= PHONE[1], answer
    assert await axe(page) == []


async def test_who_leads_has_three_words_within_reach_and_all_of_it_fits(server: Server, browser: Browser) -> None:
    room = await meetings.telling(server, "five-step", 2)
    page = await look(browser, room.people["Cora"], f"/r/{room.lead.alias}", PHONE)
    tablet = await look(browser, room.lead, f"/r/{room.lead.alias}/leiden", TABLET)
    assert (await tablet.evaluate(SIZES))["over"] <= 0
    await tablet.get_by_role("button", name="Een minuut stilte").click()
    await expect(tablet.locator("#h-silence")).to_have_attribute("aria-pressed", "true")
    await expect(page.locator("#stage-h")).to_have_text("Een minuut stilte.")
    await tablet.locator("#h-silence").click()
    await expect(page.locator("#stage [data-hush]")).to_have_count(0)
    for name, text in (("Owen", "Wanneer merkte je voor het eerst dat het anders was?"), ("Cora", "Wat hoop je?")):
        await room.do(name, "ask", text=text)
    await room.do("Carl", "ask", text="")
    await room.lead.act("give", seat=":0")
    await expect(tablet.locator("#side .queue")).to_contain_text("vraagt het hardop")
    fits = await tablet.evaluate(SIZES)
    assert fits["tip"] <= fits["top"], fits  # the one sentence to say now is read, and the words lie on nothing of it
    assert fits["bottom"] <= fits["foot"], fits
    assert fits["tall"] >= 44, fits
    assert await axe(tablet) == []


async def test_who_leads_on_an_own_seat_begins_a_silence_and_ends_it(server: Server, browser: Browser) -> None:
    lead, people = await circle(server.url, "Owen", "Cora", "Carl", part="self", method="troika", steps=3)
    seat = await look(browser, lead, f"/r/{lead.alias}", PHONE)
    other = await look(browser, people[0], f"/r/{lead.alias}", PHONE)
    await seat.get_by_role("button", name="Een minuut stilte").click()
    await expect(other.locator("#stage-h")).to_have_text("Een minuut stilte.")
    await expect(seat.get_by_role("button", name="Een minuut stilte")).to_be_visible()
    await seat.get_by_role("button", name="Een minuut stilte").click()
    await expect(other.locator("#stage [data-hush]")).to_have_count(0)
    assert await axe(seat) == []
