"""The big screen shows whole cards: smaller until they fit, never too small, and of too many how many there are."""

from __future__ import annotations

from playwright.async_api import Browser, Page, expect

from tests.browser.circles import until
from tests.browser.pages import SCREEN, look
from tests.conftest import Server
from tests.live import meetings

WRITING = "Dat je de tijd nam om eerst te luisteren en daarna pas zei wat je ervan vond, ook al was het laat."
CUT = """() => {
const foot = document.querySelector('.under').getBoundingClientRect().top, found = [];
for (const el of document.querySelectorAll('.left-side>*, .right-side>*'))
  if (el.getBoundingClientRect().bottom > foot + 1) found.push('over the foot: ' + el.className);
for (const li of document.querySelectorAll('.wall>li')) {
  const p = li.querySelector('p'), line = parseFloat(getComputedStyle(p).lineHeight);
  const foot = li.getBoundingClientRect().bottom - parseFloat(getComputedStyle(li).paddingBottom);
  if (p.getBoundingClientRect().bottom > foot + 3) found.push('cut in a line: ' + p.textContent);
  if (p.clientHeight < line - 1) found.push('no line: ' + p.textContent);
}
for (const p of document.querySelectorAll('.right-side :is(.wall p, .board .words, .said)'))
  if (parseFloat(getComputedStyle(p).fontSize) < innerWidth * .015 - .1) found.push('too small: ' + p.textContent);
return found; }"""


async def faults(page: Page) -> list[str]:
    """What is wrong with how this screen is laid out, once its letters are there."""
    await page.evaluate("document.fonts.ready.then(() => 0)")
    found: list[str] = await page.evaluate(CUT)
    return found


async def fits(page: Page) -> None:
    async def good() -> bool:
        return await faults(page) == []

    await until(good)


async def told(server: Server) -> meetings.Meeting:
    """Fifteen long cards with names, in a step that has a long rule."""
    room = await meetings.telling(server, "successes", 1)
    for name in ("Owen", "Cora", "Carl"):
        for slot in range(5):
            await room.do(name, "card", input="factors", slot=str(slot), rev="1", text=f"{WRITING[: 70 + 7 * slot]}")
    await room.press("next")
    return room


async def test_many_long_cards_and_a_board_fit_and_the_newest_card_is_in_sight(
    server: Server, browser: Browser
) -> None:
    room = await told(server)
    page = await look(browser, room.screen, f"/r/{room.lead.alias}/scherm", SCREEN)
    await expect(page.locator(".wall>li")).to_have_count(15)
    await fits(page)
    await room.press("next")
    for n in range(6):
        await room.do("Cleo", "place", input="added", column="0", text=f"{n}: {WRITING[:94]}")
    await expect(page.locator(".board section").first.locator("li", has_text="5: ")).to_be_visible()
    await fits(page)
    gone = await page.locator(".board li[hidden]").count()
    assert gone > 0
    assert await page.evaluate("document.querySelector('.board').dataset.more") == f"+ {gone} op de telefoons"
    assert page.faults == []  # type: ignore[attr-defined]
    # the control: without the fitting the same cards are cut
    await page.route("**/s/fit.*", lambda route: route.abort())
    await page.reload()
    await expect(page.locator(".wall>li")).to_have_count(15)
    assert await faults(page) != []


async def test_a_long_text_fits_while_somebody_has_the_floor(server: Server, browser: Browser) -> None:
    room = await meetings.telling(server, "collegial", 1)
    while 'value="module-choice"' not in await room.people["Cleo"].page():
        await room.press("skip")
    await room.do("Cleo", "text", input="module-choice", versions="0", text="Echo: what does it stir up in us?")
    await room.press("next")
    ideas = "\n".join(f"{n}: {WRITING}" for n in range(8))
    await room.do("Owen", "text", input="ideas", versions="0", text=ideas)
    assert (await room.lead.act("give", seat=":0")).status_code == 204
    page = await look(browser, room.screen, f"/r/{room.lead.alias}/scherm", SCREEN)
    await expect(page.locator(".left-side .asks")).to_contain_text("heeft het woord")
    await expect(page.locator(".right-side")).to_contain_text("Weerklank: wat roept het bij ons op?")
    await expect(page.locator(".right-side")).to_contain_text("7: Dat je de tijd nam")
    await fits(page)
