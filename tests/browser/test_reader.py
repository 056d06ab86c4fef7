"""The reader in a browser: for everybody on every device, with a keyboard, without a script, on paper; and its example
questions are what it says they are."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, Page, expect

from rooms.methodfiles import catalogue
from server.readings import CHAPTERS
from tests.browser.pages import LAPTOP, PHONE, SCREEN, TABLET, axe, look
from tests.browser.test_page import WIDE
from tests.browser.test_paper import printed
from tests.conftest import Server
from tests.tools.hint_measure import judged

PATHS = ("/lezen", "/lezen/veilig", "/lezen/samenvatten", "/lezen/bronnen", "/lezen/methode/ten-step", "/lezen/alles")
KINDS = ("good", "closed", "suggestive", "advice")


@pytest.mark.parametrize("size", [PHONE, pytest.param(LAPTOP, marks=pytest.mark.long)])
@pytest.mark.parametrize("path", PATHS)
async def test_anybody_can_read_it(browser: Browser, server: Server, path: str, size: tuple[int, int]) -> None:
    page = await look(browser, None, path, size, server.url)

    assert await axe(page) == []
    assert await page.evaluate(WIDE) == {"over": 0, "out": []}
    assert page.faults == []  # type: ignore[attr-defined]
    await page.context.close()


@pytest.mark.long
@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("size", [(320, 568), TABLET, SCREEN])
async def test_anybody_can_read_all_of_it(browser: Browser, server: Server, size: tuple[int, int], lang: str) -> None:
    page = await look(browser, None, "/lezen", size, server.url, locale=lang)
    for path in (*(f"/lezen/{c.name}" for c in CHAPTERS), *(f"/lezen/methode/{name}" for name in catalogue())):
        await page.goto(server.url + path)
        assert await axe(page) == [], path
        assert await page.evaluate(WIDE) == {"over": 0, "out": []}, path
    await page.context.close()


async def test_with_a_keyboard_and_without_a_script(browser: Browser, server: Server) -> None:
    page = await look(browser, None, "/lezen", LAPTOP, server.url, java_script_enabled=False)
    second = page.locator(".chapters a").nth(1)
    await page.locator(".chapters a").first.focus()
    await page.keyboard.press("Tab")
    await expect(second).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(f"{server.url}/lezen/rollen")

    await page.get_by_role("navigation", name="Verder lezen").get_by_role("link", name="Veilig").press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Veilig, en waar dat ophoudt")
    await page.get_by_role("button", name="English").press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Safe, and where that ends")
    await page.get_by_role("link", name="Edmondson, 1999").press("Enter")
    await expect(page).to_have_url(f"{server.url}/lezen/bronnen#source-edmondson")
    await page.context.close()


async def test_on_paper_every_chapter_and_method_begins_on_a_sheet_of_its_own(browser: Browser, server: Server) -> None:
    page = await look(browser, None, "/lezen/alles", LAPTOP, server.url)
    await expect(page.get_by_role("button", name="Afdrukken")).to_be_visible()
    parts = await page.locator(".part").count()
    assert parts == len(CHAPTERS) + len(catalogue())
    sheets = await printed(page)
    await page.evaluate("for (const one of document.querySelectorAll('.part')) one.classList.remove('part')")
    run_on = await printed(page)
    await page.emulate_media(media="print")

    assert run_on + parts / 4 < sheets < 100  # the control: without its breaks it takes fewer sheets
    await expect(page.get_by_role("button", name="Afdrukken")).to_be_hidden()
    await expect(page.locator("header.top")).to_be_hidden()
    await page.context.close()


async def examples(page: Page, url: str) -> list[tuple[str, str]]:
    """The example questions of the chapter, each with what the chapter calls it."""
    await page.goto(f"{url}/lezen/vragen")
    found = [(kind, await page.locator(f".asks.{kind} li").all_inner_texts()) for kind in KINDS]
    return [(kind, text) for kind, texts in found for text in texts]


@pytest.mark.parametrize("lang", ["nl", "en"])
async def test_the_question_aid_calls_the_examples_what_the_chapter_calls_them(
    browser: Browser, server: Server, lang: str
) -> None:
    page = await look(browser, None, "/lezen", PHONE, server.url, locale=lang)
    given = await examples(page, server.url)
    blank = await browser.new_page()
    found = await judged(blank, [{"text": text, "lang": lang} for _, text in given])

    assert len(given) > 25
    assert [(text, kind, hint) for (kind, text), hint in zip(given, found, strict=True) if kind != hint] == []
    await blank.close()
    await page.context.close()


async def test_nothing_of_it_is_on_the_first_page_of_a_phone_but_a_link(browser: Browser, server: Server) -> None:
    page = await look(browser, None, "/", PHONE, server.url)
    assert re.findall(r"reader\.[0-9a-f]+\.css", await page.content()) == []
    await page.context.close()
