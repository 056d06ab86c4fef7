"""What a device does for who holds it: a soft sound at the end of the time, a screen that stays on; off at first."""

from __future__ import annotations

from playwright.async_api import Browser, Page, expect

from server.person import Person
from tests.browser.circles import circle, until
from tests.browser.pages import PHONE, SCREEN, axe, look
from tests.browser.test_page import screen_of
from tests.conftest import Server

# writes down each tone that is begun and each lock that is asked for; both still do what they do
NOTES = """window.tones = 0; window.locks = 0; const begin = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function(...at) { window.tones++; return begin.apply(this, at); };
const ask = WakeLock.prototype.request;
WakeLock.prototype.request = function(...kind) { window.locks++; return ask.apply(this, kind); };
const real = Date.now.bind(Date); window.shift = 0; Date.now = () => real() + window.shift;"""
LEFT = "Number(document.querySelector('#head time').dataset.deadline) - Date.now()"


async def opened(browser: Browser, who: Person, tail: str = "", size: tuple[int, int] = PHONE) -> Page:
    page = await look(browser, who, "/healthz", size)
    await page.add_init_script(NOTES)
    await page.route_web_socket("**/live*", lambda ws: None)  # no pings: a leap of the clock stays
    await page.goto(f"{who.base}/r/{who.alias}{tail}")
    return page


async def counts(page: Page, what: str, n: int) -> None:
    """Waits until a page has made so many tones, or asked for so many locks."""

    async def there() -> bool:
        return bool(await page.evaluate(f"window.{what} === {n}"))

    await until(there)


async def at_the_end(page: Page) -> None:
    """The device's clock leaps to just after the end of the step's time."""
    await page.evaluate(f"window.shift += {LEFT} + 500")
    await expect(page.locator("#announce")).to_have_text("De tijd is om. Rond rustig af.")


async def test_a_sound_is_made_once_at_the_end_and_only_where_it_was_chosen(server: Server, browser: Browser) -> None:
    _, people = await circle(server.url, "Owen", "Cora", steps=1)
    chosen, silent = [await opened(browser, one) for one in people]
    sent: list[str] = []
    chosen.on("request", lambda r: sent.append(r.url) if r.method == "POST" else None)
    await chosen.get_by_label("Meer", exact=True).click()
    switch = chosen.get_by_role("switch", name="Zacht geluid aan het einde van de tijd")
    await expect(switch).not_to_be_checked()
    await switch.click()
    await expect(switch).to_be_checked()
    await counts(chosen, "tones", 1)  # what to listen for
    assert await axe(chosen) == []
    for page in (chosen, silent):
        await at_the_end(page)
    assert await chosen.evaluate("window.tones") == 2
    assert await silent.evaluate("window.tones") == 0
    assert sent == []
    assert chosen.faults == silent.faults == []  # type: ignore[attr-defined]


async def test_a_choice_is_kept_on_the_device_under_the_room_and_taken_back(server: Server, browser: Browser) -> None:
    _, people = await circle(server.url, "Owen", "Cora", steps=1)
    page = await opened(browser, people[0])
    menu, switch = page.get_by_label("Meer", exact=True), page.get_by_role("switch", name="Zacht geluid")
    await menu.click()
    await switch.click()
    kept = "Object.keys(localStorage).filter(k => k.includes(':o.'))"
    [name] = await page.evaluate(kept)
    assert name.startswith(f"kring:{people[0].alias}:")
    await page.reload()
    await menu.click()
    await expect(switch).to_be_checked()
    await switch.press("Space")
    await expect(switch).not_to_be_checked()
    assert await page.evaluate(kept) == []
    await at_the_end(page)
    assert await page.evaluate("window.tones") == 0


async def test_a_screen_stays_on_when_it_is_asked_to_and_says_whether_it_does(server: Server, browser: Browser) -> None:
    lead, people = await circle(server.url, "Owen", "Cora", steps=1)
    page = await opened(browser, people[0])
    await page.get_by_label("Meer", exact=True).click()
    switch = page.get_by_role("switch", name="Scherm aan laten")
    await expect(switch).to_contain_text("Uit")
    assert await page.evaluate("window.locks") == 0
    await switch.click()
    await expect(switch).to_contain_text("Aan")
    await counts(page, "locks", 1)
    wall = await opened(browser, await screen_of(lead), "/scherm", SCREEN)
    assert await wall.evaluate("window.locks") == 0
    await wall.mouse.click(400, 400)
    await counts(wall, "locks", 1)
    assert page.faults == wall.faults == []  # type: ignore[attr-defined]
