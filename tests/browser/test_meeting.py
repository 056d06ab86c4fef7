"""A whole meeting in real browsers: a tablet, a big screen, a laptop and four phones, Dutch and English, and a kill."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from server.person import Person
from tests.browser.circles import tapped
from tests.browser.pages import LAPTOP, PHONE, SCREEN, TABLET, axe, look
from tests.conftest import Server

NAMES = ("Anneke", "Bram", "Cora", "Devika", "Emre")
DUTCH = tuple(name for name in NAMES if name != "Cora")


async def click(page: Page, name: str, sure: str = "") -> None:
    await page.get_by_role("button", name=name, exact=True).first.click()
    if sure:
        await page.get_by_role("button", name=sure, exact=True).first.click()


class Meeting:
    """Everybody's pages, and what is checked at every step."""

    def __init__(self, tablet: Page, screen: Page, own: dict[str, Page], every: bool) -> None:
        self.tablet, self.screen, self.own, self.every = tablet, screen, own, every
        self.turn = 0

    @property
    def pages(self) -> list[Page]:
        return [self.tablet, self.screen, *self.own.values()]

    async def next(self, title: str) -> None:
        """The facilitator's next, and the step that is then on her tablet."""
        await tapped(self.tablet, "#f-next")
        await expect(self.tablet.locator("#stage-h, #stage h2").first).to_contain_text(title)

    async def checked(self, step: str) -> None:
        """The pages of this step are accessible in both colour schemes: all, or one in turn at every second step. No
        console complains."""
        kinds = self.tablet, self.own["Anneke"], self.screen, self.own["Bram"]
        self.turn += 1
        for page in kinds if self.every else kinds[self.turn // 2 % 4 :][: self.turn % 2]:
            assert await axe(page) == [], step
        for page in self.pages:
            assert page.faults == [], step  # type: ignore[attr-defined]


async def pair(browser: Browser, tablet: Page, base: str) -> Page:
    screen = await look(browser, None, "/scherm", SCREEN, base)
    symbols = (await screen.locator(".symbols").inner_text()).strip()
    await tablet.goto(tablet.url + "#p-screen")
    await tablet.locator("#p-screen input[name=symbols]").fill(symbols)
    await click(tablet, "Koppel")
    await screen.wait_for_url("**/r/*/scherm")
    return screen


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.long)])
async def test_a_whole_meeting_with_the_server_killed_in_the_middle(
    browser: Browser, tmp_path: Path, every: bool
) -> None:
    server = await Server(tmp_path / "data").start()
    lead = await Person(server.url).begin("Mentoren Zuid", "Marijke", method="five-step", where="mixed")
    tablet = await look(browser, lead, f"/r/{lead.alias}/leiden", TABLET)
    screen = await pair(browser, tablet, server.url)
    own = {}
    for i, name in enumerate(NAMES):
        page = await look(
            browser,
            None,
            f"/#{lead.code.replace('-', '')}",
            LAPTOP if i == 1 else PHONE,
            server.url,
            locale="en-GB" if i == 2 else "nl-NL",
            reduced_motion="no-preference" if every and i < 2 else "reduce",
        )
        await page.locator("input[name=name]").fill(name)
        await page.locator("form button.filled").click()
        await page.wait_for_url("**/r/*")
        own[name] = page
    meeting = Meeting(tablet, screen, own, every)
    await expect(screen.locator(".centre .value")).to_have_text("6")
    await click(own["Devika"], "Op afstand")
    await expect(screen.locator(".names")).to_contain_text("op afstand")
    await meeting.checked("arrive")

    await meeting.next("Afspraak")
    for name in NAMES[:4]:
        await click(own[name], "I will keep to this" if name == "Cora" else "Hier houd ik me aan")
    await click(own["Emre"], "Ik wil hier eerst over praten")
    await expect(own["Bram"].locator("#stage")).to_contain_text("Eén van ons wil er eerst over praten.", timeout=10_000)
    assert "Emre" not in await own["Bram"].locator("#stage .hint").last.inner_text()
    await click(own["Emre"], "Hier houd ik me aan")
    await meeting.checked("agreement")

    await meeting.next("Check-in")
    await click(tablet, "Geef Devika het woord")  # who is at a distance begins
    await click(own["Devika"], "Geef Anneke het woord")
    await expect(screen.locator(".right-side")).to_contain_text("Anneke heeft het woord")
    await click(own["Anneke"], "Ik pas")
    await expect(screen.locator(".right-side")).to_contain_text("Bram heeft het woord")
    await meeting.checked("check-in")

    await meeting.next("Schrijven")
    questions = {"Anneke": "Hoe blijf ik collega?", "Bram": "Waar ligt mijn grens?", "Cora": "When do I speak up?"}
    for name, question in questions.items():
        await own[name].locator("[name=situation]").fill("Een collega is overbelast.")
        await own[name].locator("[name=question]").fill(question)
    server.kill9()  # in the middle of writing
    await click(own["Anneke"], "Leg zonder naam op tafel", "Nee. Leg op tafel.")
    await expect(own["Anneke"].locator(".queued").first).to_be_visible()
    await server.start()
    await expect(own["Anneke"].locator(".done")).to_contain_text("Je casus ligt op tafel", timeout=20_000)
    await click(own["Bram"], "Leg zonder naam op tafel", "Nee. Leg op tafel.")
    await click(own["Cora"], "Lay it on the table, without a name", "No. Lay it on the table.")
    for name in ("Devika", "Emre"):
        await click(own[name], "Ik breng vandaag niets in")
    for name in ("Bram", "Devika", "Emre"):
        await expect(own[name].locator("#composer .done")).to_be_visible(timeout=20_000)
    await expect(tablet.locator("#foot")).to_contain_text("Iedereen is klaar", timeout=20_000)
    for page in meeting.pages:
        assert "Hoe blijf ik collega" not in await page.locator("#stage, #screen").first.inner_text()
    await meeting.checked("write")

    await meeting.next("")
    await expect(screen.locator("footer")).to_contain_text("Casus 1 van 3", timeout=20_000)  # once its line is back
    await meeting.checked("read")

    await meeting.next("Kiezen")
    for name in NAMES:
        card = own[name].locator("fieldset.vote", has_text="Hoe blijf ik collega?")
        await card.locator(".spot").nth(2).click()
        await click(own[name], "Done choosing" if name == "Cora" else "Klaar met kiezen")
        await expect(own[name].locator("#composer .done")).to_be_visible()
    await meeting.checked("vote")
    await meeting.next("Kiezen")
    for name in NAMES:
        word = {"Anneke": "Ik breng hem in", "Bram": "Liever niet vandaag", "Cora": "Rather not today"}
        await own[name].get_by_text(word.get(name, "Ik heb geen casus"), exact=True).click()
        await click(own[name], "Give your answer" if name == "Cora" else "Geef antwoord")
        await expect(own[name].locator("#composer .done")).to_be_visible()
    await meeting.checked("ask")
    await meeting.next("Kiezen")
    await expect(screen.locator("#screen")).to_contain_text("Dit komt op tafel")
    for name in DUTCH:  # the author's screen is like everybody's
        await expect(own[name].locator("#stage")).to_contain_text("Toch liever niet")
        await expect(own[name].locator("#composer")).to_be_empty()
        far = "Ik hoor jullie nietIedereen ziet dit meteen, met je naam."
        await expect(own[name].locator("#me")).to_have_text(far if name == "Devika" else "")
    await expect(own["Emre"].locator("#stage")).to_contain_text("De inbrenger is er, en wil.", timeout=25_000)
    await click(own["Bram"], "Ik ben het", "Ja, ik breng in")
    await expect(own["Bram"].locator("#said")).to_contain_text("Deze casus ligt niet op dit toestel.")
    await click(own["Anneke"], "Ik ben het", "Ja, ik breng in")
    await expect(screen.locator("#screen")).to_contain_text("Anneke brengt in.")
    await meeting.checked("claim")
    await click(own["Anneke"], "Ja, zo wil ik het")
    await expect(tablet.locator("#side")).to_contain_text("zei ja tegen deze methode")

    await meeting.next("Inbreng")
    await expect(screen.locator("footer")).to_contain_text("Hoe blijf ik collega?")
    await expect(own["Bram"].locator("#stage")).to_contain_text("Leg je telefoon neer.")
    await meeting.checked("bring")

    await meeting.next("Vragenronde")
    await own["Bram"].get_by_text("Schrijf je vraag op").click()
    await own["Bram"].locator("form[data-op] textarea").fill("Wanneer merkte je het?")
    await click(own["Bram"], "Zet in de rij")
    await click(own["Cora"], "I will ask it aloud")
    await expect(tablet.locator("#side")).to_contain_text("Wanneer merkte je het?")
    assert "Wanneer merkte" not in await screen.locator("#screen").inner_text()
    await click(tablet, "Geef Bram het woord")
    await expect(screen.locator(".spoken")).to_have_text("Wanneer merkte je het?")
    await click(own["Anneke"], "Deze vraag niet")
    await expect(screen.locator(".asks")).to_contain_text("Cora")
    await meeting.checked("questions")
    await click(own["Devika"], "Even stop")
    await expect(screen.locator("#screen")).to_contain_text("Even stil.")
    await own["Anneke"].get_by_text("Even rust, dan verder").click()
    await click(own["Anneke"], "Zo wil ik het")
    await expect(tablet.locator("#side")).to_contain_text("wil even rust")
    await expect(own["Anneke"].locator("[aria-busy=true]")).to_have_count(0)
    await meeting.checked("still")
    await click(tablet, "Ga verder")
    await expect(screen.locator("#screen")).to_contain_text("Vragenronde")

    await meeting.next("Kern")
    for name in NAMES[1:]:
        await own[name].locator('form[action$="/do/card"] textarea').first.fill(f"kern {name.lower()[::-1]}")
        await own[name].locator("#composer form button.filled").first.click()
        await expect(own[name].locator("#composer .done")).to_be_visible()
    await expect(own["Anneke"].locator("#stage")).to_contain_text("Je luistert nu.")
    await meeting.next("Kern")
    await expect(own["Anneke"].locator(".shelf li")).to_have_count(4)
    await own["Anneke"].get_by_role("button", name="neem ik mee").first.click()
    await expect(own["Anneke"].locator(".pick[aria-pressed=true]")).to_have_count(1)
    await expect(own["Bram"].locator(".took")).to_have_count(1)
    await meeting.checked("core")

    await meeting.next("Advies")
    for name in NAMES[1:]:
        await own[name].locator('form[action$="/do/card"] textarea').first.fill(f"advies van {name}")
        await own[name].locator("#composer form button.filled").first.click()
        await expect(own[name].locator("#composer .done")).to_be_visible()
    await meeting.next("Advies")
    await click(tablet, "Geef Devika het woord")
    await expect(own["Bram"].locator(".speaks")).to_contain_text("advies van Devika")
    await meeting.checked("advice")

    await meeting.next("Terugkijken")
    await own["Anneke"].locator('form[action$="/do/text"] textarea').first.fill("Maandag vraag ik het.")
    await click(own["Anneke"], "Bewaar voor de kring")
    await expect(own["Bram"].locator("#stage")).to_contain_text("Maandag vraag ik het.")
    await meeting.checked("look back")

    await meeting.next("Afronden")
    await own["Bram"].locator('form[action$="/do/share"] textarea').fill("Ik vraag eerder door.")
    await own["Bram"].get_by_label("Ja", exact=True).check()
    await click(own["Bram"], "Deel deze zin, zonder naam")
    await expect(own["Bram"].locator("#said")).to_be_empty()
    for name in NAMES:
        if name != "Bram":
            await click(own[name], "I'd rather not share one" if name == "Cora" else "Ik deel niets")
            await expect(own[name].locator("#composer .done")).to_be_visible()
    for page in own.values():
        await page.locator("#me .segmented").first.get_by_role("button", name=re.compile("Ja|Yes")).click()
        said = page.locator("#me .segmented").first.locator("[aria-pressed=true]")
        await expect(said).to_have_text(re.compile("Ja|Yes"))
    await own["Anneke"].locator("#me .segmented").last.get_by_role("button", name="Ja").click()
    await expect(own["Anneke"].locator("#me .segmented [aria-pressed=true]")).to_have_text(["Ja", "Ja"])
    await meeting.checked("take")
    await meeting.next("Afronden")
    for seen in (own["Emre"].locator(".takeaways"), screen.locator(".wall")):
        await expect(seen).to_contain_text("Ik vraag eerder door.")
    await click(own["Emre"], "Ik sla dit over")
    await meeting.checked("rate")
    await click(tablet, "Sluit de kring", "Ja, de kring is rond")
    await expect(screen.locator("#screen")).to_contain_text("Deze kring is rond.")
    await own["Emre"].get_by_text("Lees het verslag").click()
    await expect(own["Emre"].locator("main")).to_contain_text("Ik vraag eerder door.")
    assert "advies van" not in await own["Emre"].locator("main").inner_text()
    await meeting.checked("over")
    await asyncio.gather(*(p.context.close() for p in meeting.pages))
    server.stop()
