"""The check page in a browser: a code's link is opened, a file chosen, a link pasted where no script is; by anybody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from playwright.async_api import Browser, Page, expect

from server.i18n import Languages
from server.keyring import Keyring
from server.keys import Files
from server.papers import Papers
from server.signing import Signer
from tests.browser.pages import LAPTOP, PHONE, SCREEN, TABLET, axe, look
from tests.browser.test_page import WIDE
from tests.conftest import Server
from tests.rooms.test_proof import SAID, SHEET

LONG = replace(SAID, name="Donaudampfschifffahrtsgesellschaftskapitän " * 2, group="فاطمة الزهراء", guide="שירה כהן")


@pytest.fixture
async def own(tmp_path: Path) -> AsyncIterator[tuple[Server, Papers]]:
    """A server with a keyring in files, and what it prints."""
    server = Server(tmp_path / "data", KRING_KEYRING=str(tmp_path / "keys"))
    server.env.pop("KRING_DATABASE_URL", None)
    await server.start()
    yield server, Papers(Signer(Files(Keyring(tmp_path / "keys"))), Languages(), server.url)
    server.stop()


async def page_of(browser: Browser, server: Server, tail: str = "", size: tuple[int, int] = PHONE, **more: str) -> Page:
    return await look(browser, None, f"/controle{tail}", size, server.url, **more)


async def fair(page: Page) -> None:
    """For everybody, in both colour schemes, and as wide as its screen."""
    assert await axe(page) == []
    wide = await page.evaluate(WIDE)
    assert wide["over"] <= 0, wide
    assert page.faults == []  # type: ignore[attr-defined]


async def test_the_link_of_the_code_says_at_once_that_it_is_real(browser: Browser, own: tuple[Server, Papers]) -> None:
    server, papers = own
    text = await papers.signer.signed(SAID)
    page = await browser.new_page(locale="nl")
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url))
    await page.goto(f"{server.url}/controle#{text}")

    await expect(page.get_by_role("heading", name="Dit bewijs is echt.")).to_be_visible()
    await expect(page.get_by_role("heading", name=SAID.name)).to_be_visible()
    await expect(page.get_by_text("18 uur en 10 minuten")).to_be_visible()
    assert not [url for url in asked if "KRING1" in url.partition("#")[0]]
    assert "KRING1" not in page.url
    await page.close()


@pytest.mark.long
@pytest.mark.parametrize(
    ("lang", "size"),
    [
        ("nl", PHONE),
        *(
            pytest.param(*one, marks=pytest.mark.long)
            for one in (("en", TABLET), ("nl", LAPTOP), ("en", SCREEN), ("nl", (320, 640)))
        ),
    ],
)
async def test_each_answer_can_be_read_by_everybody(
    browser: Browser, own: tuple[Server, Papers], lang: str, size: tuple[int, int]
) -> None:
    server, papers = own
    text = await papers.signer.signed(LONG)
    page = await page_of(browser, server, "", size, locale=lang)
    await fair(page)
    for sent in (text, text[:-9], "KRING1." + "A" * 300, "niets"):
        await page.get_by_role("textbox").fill(sent)
        await page.get_by_role("button", name="Controleer" if lang == "nl" else "Check", exact=True).click()
        await page.get_by_role("heading", name="Nog een bewijs" if lang == "nl" else "Another certificate").wait_for()
        await page.locator("summary").click()
        await fair(page)
    await page.context.close()


async def test_of_a_file_only_its_signed_text_is_sent(
    browser: Browser, own: tuple[Server, Papers], tmp_path: Path
) -> None:
    server, papers = own
    (tmp_path / "bewijs.pdf").write_bytes(await papers.certificate(SAID))
    (tmp_path / "lijst.pdf").write_bytes(await papers.sheet(SHEET))
    page = await page_of(browser, server)
    sent: list[str] = []
    page.on("request", lambda r: sent.append(r.post_data or "") if r.method == "POST" else None)
    await page.get_by_label("Het bestand, een PDF").set_input_files(tmp_path / "lijst.pdf")
    await expect(page.get_by_role("status")).to_contain_text("In dit bestand staat geen bewijs van Kring.")
    assert sent == []
    await fair(page)
    await page.get_by_label("Het bestand, een PDF").set_input_files(tmp_path / "bewijs.pdf")

    await expect(page.get_by_role("heading", name="Dit bewijs is echt.")).to_be_visible()
    assert [len(body) < 1_000 and body.startswith("proof=KRING1.") and "bewijs.pdf" not in body for body in sent] == [
        True
    ]
    await page.context.close()


async def test_without_a_script_the_link_is_pasted(browser: Browser, own: tuple[Server, Papers]) -> None:
    server, papers = own
    link = f"{server.url}/controle#{await papers.signer.signed(SAID)}"
    page = await look(browser, None, "/controle", PHONE, server.url, java_script_enabled=False)
    await expect(page.get_by_text("Het bestand, een PDF")).to_be_hidden()
    await page.get_by_role("textbox").fill(link)
    await page.get_by_role("button", name="Controleer").click()

    await expect(page.get_by_role("heading", name="Dit bewijs is echt.")).to_be_visible()
    await page.context.close()


async def test_the_page_about_kring_leads_there(browser: Browser, own: tuple[Server, Papers]) -> None:
    page = await look(browser, None, "/over", PHONE, own[0].url)
    await page.get_by_role("link", name="Controleer een bewijs").click()

    await expect(page.get_by_role("heading", name="Is dit bewijs echt?")).to_be_visible()
    await page.context.close()
