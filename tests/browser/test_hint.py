"""The question aid: a hint only the writer sees, when a question holds advice or a case holds a name."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, Request, expect

from server.person import Person
from tests.browser.circles import circle, fetched
from tests.browser.pages import PHONE, axe, look
from tests.browser.test_seat import owned, to_the_method
from tests.browser.test_taps import FILL
from tests.conftest import Server
from tests.tools import hint_measure

DEV = Path(__file__).with_name("hint_dev.toml")
HELD_OUT = Path(__file__).parents[1] / "data"
DOC = Path(__file__).parents[2] / "docs" / "question-aid.md"
FIGURES = re.compile(r"^\| (\w\w \w+) \| (\d+) \| (\d*)[^|]*\| \**(\d+) ", re.MULTILINE)
ADVICE = "Heb je overwogen om het met jullie teamleider te bespreken?"
FINE = "Wat maakt dat je blijft wachten?"
NAMED = """async ([source, texts]) => {
const { named } = await import('data:text/javascript;charset=utf-8,' + encodeURIComponent(source));
return texts.map(([text, lang]) => named(text, lang)?.text ?? text); }"""
QUESTION = """async ([source, text, lang, open]) => {
const { question } = await import('data:text/javascript;charset=utf-8,' + encodeURIComponent(source));
return question(text, lang, open); }"""


async def blank(browser: Browser) -> Page:
    """A page without a policy, on which a module can be taken from its text."""
    return await (await browser.new_context()).new_page()


async def asked(page: Page, text: str, lang: str = "nl", *, open_ones: bool = True) -> dict[str, str] | None:
    source = hint_measure.MODULE
    found: dict[str, str] | None = await page.evaluate(QUESTION, [source, text, lang, open_ones])
    return found


async def test_the_development_set(browser: Browser) -> None:
    """What the patterns were written on: nearly all advice is seen, and no good question is bothered."""
    given = hint_measure.sentences(DEV)
    found = await hint_measure.judged(await blank(browser), given)
    print(hint_measure.table(given, found))
    for lang in ("nl", "en"):
        for label, least in (("advice", 0.95), ("suggestive", 0.95), ("closed", 0.95), ("good", 1.0)):
            hits = [f for one, f in zip(given, found, strict=True) if (one["lang"], one["label"]) == (lang, label)]
            assert len(hits) >= 20
            assert hits.count(label) / len(hits) >= least, (lang, label)


async def test_the_figures_that_are_told_are_those_of_the_held_out_sentences(browser: Browser) -> None:
    """By label: how many there are, how many are called what they are, and how many get some hint."""
    page, found = await blank(browser), []
    for lang in ("nl", "en"):
        given = hint_measure.sentences(HELD_OUT / f"held_out_{lang}.toml", lang)
        judged = await hint_measure.judged(page, given)
        for label in hint_measure.LABELS:
            kinds = [kind for one, kind in zip(given, judged, strict=True) if one["label"] == label]
            right = str(kinds.count(label)) if label != "good" else ""
            found.append((f"{lang} {label}", str(len(kinds)), right, str(sum(kind != "good" for kind in kinds))))
    told = FIGURES.findall(DOC.read_text(encoding="utf-8"))
    assert told == found


@pytest.mark.long
async def test_what_is_offered_instead_is_no_advice_and_in_the_language_of_the_sentence(browser: Browser) -> None:
    page = await blank(browser)
    for one in hint_measure.sentences(DEV):
        if one["label"] in ("advice", "suggestive") and (hint := await asked(page, one["text"], one["lang"])):
            assert await asked(page, hint["instead"], one["lang"]) is None, (one["text"], hint)
    english = await asked(page, "Have you tried talking to your manager about it?", "nl")
    dutch = await asked(page, "Heb je al geprobeerd om wat eerder te beginnen?", "en")
    assert english and english["lang"] == "en" and english["instead"].startswith("W")
    assert dutch and dutch["lang"] == "nl" and dutch["instead"] == "Wat heb je al geprobeerd?"
    closed = await asked(page, "En voelen jullie je gesteund?")
    assert closed and closed["instead"] == "In hoeverre voelen jullie je gesteund?"


async def test_closed_is_said_where_open_questions_are_asked_for_and_nothing_of_a_few_letters(browser: Browser) -> None:
    page = await blank(browser)
    assert await asked(page, "Was je collega erbij?", open_ones=False) is None
    assert await asked(page, "Was je collega erbij?") is not None
    assert await asked(page, "Bel hem?") is None
    assert await asked(page, "Was je boos? Wat deed dat met je?") is None


async def test_names_numbers_and_addresses(browser: Browser) -> None:
    given = {
        "Op Karin, en op mezelf.": "Op mijn collega, en op mezelf.",
        "Karin zei nee. Karin belde later.": "Mijn collega zei nee. Mijn collega belde later.",
        "Karins moeder belt, en Anna.": "Mijn collega's moeder belt, en Anna.",
        "Mijn collega zwijgt en Karin ook.": "Mijn collega zwijgt en een andere collega ook.",
        "Ik sprak met mevrouw de Vries over haar zoon.": "Ik sprak met mijn collega over haar zoon.",
        "Mijn collega Oumaima komt steeds later.": "Mijn collega komt steeds later.",
        "Ik hoor dat Oumaima zegt dat het gaat.": "Ik hoor dat mijn collega zegt dat het gaat.",
        "Een leerling, Jan van der Berg, zweeg.": "Een leerling, mijn collega, zweeg.",
        "Ze belt vanaf 06-12345678.": "Ze belt vanaf een nummer.",
        "Ze mailt van k.jansen@school.nl nu.": "Ze mailt van een adres nu.",
        "I told John Smith that it was over.": "I told my colleague that it was over.",
        "Mr. Brown shouted at me.": "My colleague shouted at me.",
    }
    left = (
        "Op maandag in Amsterdam bij Philips gaat het mis.",
        "Sinds de fusie in 2023-2024 is HR weg, op 12-03-2024.",
        "Wij werken met Teams en geven Nederlands.",
        "Ben je daar? Mijn collega Nederlands niet.",
        "Een ouder belt elke avond. Iedereen zegt dat het went.",
        "In April the head of Customer Care said no.",
    )
    texts = [[text, "en" if text[:2] in ("I ", "Mr", "In") else "nl"] for text in (*given, *left)]
    source = hint_measure.MODULE
    found = await (await blank(browser)).evaluate(NAMED, [source, texts])

    assert dict(zip((*given, *left), found, strict=True)) == {**given, **{text: text for text in left}}


@pytest.fixture
async def asking(server: Server, browser: Browser) -> tuple[Person, list[Person], Page]:
    """A circle in its question round, and the page of somebody who may ask, with the field open."""
    lead, people = await circle(server.url, steps=3)
    owner = await to_the_method(lead, people)
    page = await look(browser, people[3], f"/r/{lead.alias}", PHONE)
    await owned(lead, owner, page)
    await lead.next()
    await page.locator(".ask summary").click()
    await fetched(page, "hint")
    return lead, people, page


async def test_a_hint_comes_is_taken_and_taken_back(asking: tuple[Person, list[Person], Page]) -> None:
    lead, people, page = asking
    field, aid = page.locator(".ask textarea"), page.locator(".ask .aid")
    asks: list[Request] = []
    page.on("request", lambda one: asks.append(one))
    await field.click()
    await page.keyboard.type(ADVICE[:-1])
    await expect(aid.get_by_role("status")).to_contain_text("Zit hier een advies in?")
    assert await axe(page) == []
    said = await aid.get_by_role("status").get_attribute("id")
    assert said in (await field.get_attribute("aria-describedby") or "").split()
    assert await page.evaluate("document.activeElement.name") == "text", "focus stays where somebody writes"
    for one in await aid.get_by_role("button").all():
        box = await one.bounding_box()
        assert box and box["height"] >= 44
    await page.keyboard.press("Tab")
    await expect(aid.get_by_role("button", name="Gebruik deze vraag")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(field).to_be_focused()
    assert await field.input_value() == "Met wie heb je het al besproken?"
    await aid.get_by_role("button", name="Terug naar wat ik schreef").click()
    assert await field.input_value() == ADVICE[:-1]
    await expect(aid.get_by_role("button")).to_have_count(0)
    await page.keyboard.type("?")
    await asyncio.sleep(1.2)  # the pause after which a hint would come
    await expect(aid.get_by_role("button")).to_have_count(0)
    assert [one.url for one in asks] == [], "nothing is asked for or told while somebody types"
    await page.get_by_role("button", name="Zet in de rij").click()
    await expect(page.locator("#me")).to_contain_text("Je staat in de rij.")
    assert ADVICE in await lead.page("/leiden")
    assert page.faults == []  # type: ignore[attr-defined]


async def test_it_goes_by_itself_stays_away_when_left_and_never_holds_up(
    asking: tuple[Person, list[Person], Page],
) -> None:
    lead, people, page = asking
    field, aid = page.locator(".ask textarea"), page.locator(".ask .aid")
    await field.fill("Was je boos?")
    await expect(aid).to_contain_text("Dit is een gesloten vraag. Open:Hoe was dat voor je?", timeout=8000)
    await field.fill(FINE)
    await expect(aid.get_by_role("button")).to_have_count(0, timeout=500)
    await field.fill(ADVICE)
    await aid.get_by_role("button", name="Laat maar").click()
    await expect(aid.get_by_role("button")).to_have_count(0)
    await field.fill("Waarom ga je niet gewoon naar je leidinggevende?")
    await asyncio.sleep(1.2)  # the pause after which a hint would come
    await expect(aid.get_by_role("button")).to_have_count(0)
    await page.get_by_role("button", name="Zet in de rij").click()
    await expect(page.locator("#me")).to_contain_text("Je staat in de rij.")
    for _ in range(3):
        assert (await lead.next()).status_code == 204
    await expect(page.locator("#head")).to_contain_text("Advies")
    await expect(page.locator("textarea[name=text]").first).to_be_visible()
    assert 'data-hint="open"' not in await people[3].page(), "in the advice there is no aid"


@pytest.mark.long
async def test_what_the_device_cannot_keep_for_later_stays_in_the_field(
    asking: tuple[Person, list[Person], Page],
) -> None:
    _, _, page = asking
    field, aid = page.locator(".ask textarea"), page.locator(".ask .aid")
    await page.evaluate(FILL)
    await field.fill(ADVICE)
    await aid.get_by_role("button", name="Bewaar het voor straks").click()
    await expect(aid).to_have_text("Dit toestel kan nu niets bewaren. Je tekst blijft hier staan.")
    await expect(field).to_have_value(ADVICE)
    await field.press("End")
    await page.keyboard.type("!")
    await expect(aid).not_to_contain_text("niets bewaren")


@pytest.mark.long
async def test_advice_in_the_question_round_is_kept_for_the_advice(asking: tuple[Person, list[Person], Page]) -> None:
    lead, _, page = asking
    field, aid, kept = page.locator(".ask textarea"), page.locator(".ask .aid"), page.locator("#old")
    await field.fill(ADVICE)
    await aid.get_by_role("button", name="Bewaar het voor straks").click()
    await expect(field).to_have_value("")
    await expect(kept).to_contain_text("Wat je eerder schreef")
    for _ in range(2):
        await lead.next()
    await page.reload()
    await kept.locator("summary").click()
    await expect(kept).to_contain_text(ADVICE)
    assert ADVICE not in await lead.page("/leiden"), "it never left the device"
    await lead.next()
    advice = page.locator("[data-hint=kept]").first
    offer = advice.locator(".aid")
    await expect(offer).to_contain_text(f"Dit bewaarde je voor nu:{ADVICE}", timeout=8000)
    assert await axe(page) == []
    await offer.get_by_role("button", name="Zet het hier neer").click()
    await expect(advice.locator("textarea")).to_have_value(ADVICE)
    await expect(kept).to_have_count(0, timeout=8000)
    await advice.get_by_role("button", name="Leg neer").click()
    await expect(page.locator("details.laid").first).to_contain_text(ADVICE)
    assert page.faults == []  # type: ignore[attr-defined]


async def test_what_no_pattern_knows_is_kept_for_later_as_well(asking: tuple[Person, list[Person], Page]) -> None:
    """Whoever sees by oneself that it is advice keeps it; what was sent meanwhile is not kept."""
    _, _, page = asking
    field, aid, kept = page.locator(".ask textarea"), page.locator(".ask .aid"), page.locator("#old")
    for text in ("Een vriend van mij ging gewoon op vakantie.", FINE):
        await field.fill(text)
        keep = aid.get_by_role("button", name="Bewaar het voor straks")
        await expect(keep).to_be_visible()
        assert await axe(page) == []
        if text == FINE:
            await field.evaluate("field => field.form.reset()")  # as when it was sent
            await keep.click()
        else:
            await keep.click()
            await expect(field).to_have_value("")
        await expect(aid.get_by_role("button")).to_have_count(0)
    await kept.locator("summary").click()
    await expect(kept.locator("p")).to_have_text(["Een vriend van mij ging gewoon op vakantie."])
    assert page.faults == []  # type: ignore[attr-defined]


async def test_a_name_in_a_case(server: Server, browser: Browser) -> None:
    _, people = await circle(server.url, steps=3)
    page = await look(browser, people[0], f"/r/{people[0].alias}", PHONE)
    await fetched(page, "hint")
    field = page.locator("#w-difficulty")
    await field.fill("Ik werd boos. Op Karin, en op mezelf.")
    aid = page.locator(".prompt", has=field).locator(".aid")
    await expect(aid).to_contain_text("Staat hier een naam? Zo blijft het veilig:")
    assert await axe(page) == []
    await aid.get_by_role("button", name="mijn collega").click()
    assert await field.input_value() == "Ik werd boos. Op mijn collega, en op mezelf."
    kept = await page.evaluate("Object.values(localStorage).join()")
    assert "op mijn collega" in kept.lower() and "Karin" not in kept, "the draft follows"
    await page.locator("#w-question").fill("Wat is mijn aandeel?")
    await page.get_by_role("button", name="Leg zonder naam op tafel").click()
    await page.get_by_role("button", name="Nee. Leg op tafel.").click()
    await expect(page.locator("#composer")).to_contain_text("Je casus ligt op tafel, zonder naam.")
    assert page.faults == []  # type: ignore[attr-defined]


@pytest.mark.long
async def test_unsigned_question_cards_and_an_english_page(server: Server, browser: Browser) -> None:
    lead, people = await circle(server.url, steps=3, lang="en", method="gossip")
    owner = await to_the_method(lead, people)
    page = await look(browser, people[3], f"/r/{lead.alias}", PHONE)
    await page.get_by_text("The case owner is here, and willing.").wait_for(timeout=30000)
    await owner.act("it-is-me")
    await owner.act("say-yes", method="gossip")
    for _ in range(2):
        assert (await lead.next()).status_code == 204
    await fetched(page, "hint")
    field = page.locator("form.prompt textarea").first
    await field.fill("Why don't you just talk to her?")
    aid = page.locator("form.prompt .aid").first
    await expect(aid).to_contain_text("Is there advice in this?")
    await expect(aid).to_contain_text("What holds you back?")
    await aid.get_by_role("button", name="Use this question").click()
    assert await field.input_value() == "What holds you back?"
    assert await axe(page) == []
