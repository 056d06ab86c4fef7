"""The sum that a device does before its code is tried: worth one guess, and done by a real browser."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from playwright.async_api import Browser

from server import work
from server.person import Person
from server.work import Work
from tests.attacks.sums import guess, is_sum, solved
from tests.browser.pages import PHONE, axe, look
from tests.conftest import Server

NOW = 1_795_000_000_000


def page(puzzle: str) -> str:
    hidden = f'<input type="hidden" name="work" value="{puzzle}">'
    return f'<main id="main"><form data-parts="{work.PUZZLES}" data-bits="{work.BITS}">{hidden}</form>'


@pytest.fixture
def sums(monkeypatch: pytest.MonkeyPatch) -> Work:
    monkeypatch.setattr(work, "BITS", 6)
    return Work(b"k" * 32)


def test_a_sum_counts_once_for_its_code_and_in_its_time(sums: Work) -> None:
    puzzle = sums.ask("K7MP-4XQT", NOW)
    answer = solved(page(puzzle))["answer"]
    late = NOW + work.LASTS + 1
    for code, its, numbers, when in (
        ("K7MP-4XQS", puzzle, answer, NOW + 2000),
        ("K7MP-4XQT", puzzle, answer, NOW + work.WAIT - 1),
        ("K7MP-4XQT", puzzle, answer, late),
        ("K7MP-4XQT", puzzle, ".".join(["0"] * work.PUZZLES), NOW + 2000),
        ("K7MP-4XQT", puzzle, answer.rpartition(".")[0], NOW + 2000),
        ("K7MP-4XQT", puzzle.replace(f"{NOW:x}", f"{NOW + work.LASTS:x}"), answer, late),  # made younger
        ("K7MP-4XQT", Work(b"x" * 32).ask("K7MP-4XQT", NOW), answer, NOW + 2000),
    ):
        assert not sums.done(code, its, numbers, when)

    assert sums.done("K7MP-4XQT", puzzle, answer, NOW + 2000)
    assert not sums.done("K7MP-4XQT", puzzle, answer, NOW + 2000)
    assert Work(b"k" * 32).done("K7MP-4XQT", puzzle, answer, NOW + 2000)  # another process knows it too


@pytest.mark.parametrize(
    "odd", ["", ".", "..", "zz.zz.zz", "é", "-1." * 20, "9" * 5000, "\u0662", "1" * 4300 + ".", "0x1"]
)
def test_odd_puzzles_and_answers_are_no(sums: Work, odd: str) -> None:
    puzzle = sums.ask("K7MP-4XQT", NOW)
    assert not sums.done("K7MP-4XQT", odd, odd, NOW + 2000)
    assert not sums.done("K7MP-4XQT", puzzle, odd, NOW + 2000)
    assert not sums.done("K7MP-4XQT", puzzle, ".".join([odd] * work.PUZZLES), NOW + 2000)
    assert not sums.lets_by("K7MP-4XQT", odd, NOW)


def test_a_pass_is_for_its_code_and_half_an_hour(sums: Work) -> None:
    passed = sums.passed("K7MP-4XQT", NOW)
    assert sums.lets_by("K7MP-4XQT", passed, NOW + work.PASS)
    assert not sums.lets_by("K7MP-4XQT", passed, NOW + work.PASS + 1)
    assert not sums.lets_by("K7MP-4XQS", passed, NOW)
    assert not sums.done("K7MP-4XQT", passed, passed, NOW)


async def test_a_browser_does_the_sum_and_the_person_gets_in(browser: Browser, tmp_path: Path) -> None:
    """With the sum and the sixty codes as they are, over plain HTTP, without anybody tapping."""
    server = await Server(tmp_path / "data").start()
    lead = await Person(server.url).begin("Mentoren", "Fay")
    assert not any(is_sum(a) for a in await guess(Person(server.url), 60))
    assert is_sum((await guess(Person(server.url), 1))[0])

    page = await look(browser, None, "/", PHONE, server.url)
    await page.evaluate("delete Crypto.prototype.subtle")  # as on a local network without HTTPS
    await page.fill("[name=code]", lead.code)
    began = time.monotonic()
    await page.get_by_role("button", name="Neem plaats").click()
    await page.get_by_text("Hoe mogen we je noemen?").wait_for(timeout=60_000)
    print(f"the sum: {time.monotonic() - began:.1f} s")
    assert time.monotonic() - began > work.WAIT / 1000
    await page.fill("[name=name]", "Owen")
    await page.get_by_role("button", name="Neem plaats").click()
    await page.wait_for_url(f"**/r/{lead.alias}")
    assert page.faults == []  # type: ignore[attr-defined]

    await guess(Person(server.url), 4)  # Owen's chair gave two back
    again = await look(browser, None, f"/#{'2' * 8}", PHONE, server.url)
    await again.get_by_role("heading", name="Eén moment.").wait_for()
    await again.get_by_text("Deze code kennen we niet").wait_for(timeout=60_000)
    server.stop()


async def test_without_a_script_the_page_says_to_wait_and_keeps_the_code(browser: Browser, tmp_path: Path) -> None:
    server = await Server(tmp_path / "data").hurry("codes=6").start()
    lead = await Person(server.url).begin("Mentoren", "Fay")
    await guess(Person(server.url), 7)
    page = await look(browser, None, "/", PHONE, server.url, java_script_enabled=False)
    await page.fill("[name=code]", lead.code)
    await page.get_by_role("button", name="Neem plaats").click()

    assert "probeer het later opnieuw" in await page.locator("main").inner_text()
    assert "rekent je toestel" not in await page.locator("main").inner_text()
    assert await page.locator("[name=code]").input_value() == lead.code
    await page.get_by_role("button", name="Probeer opnieuw").click()
    assert "probeer het later opnieuw" in await page.locator("main").inner_text()
    server.stop()


@pytest.mark.long
async def test_the_page_that_does_the_sum_is_accessible(browser: Browser, tmp_path: Path) -> None:
    """As it is while it waits: a script that never ends stands in for one that is at work."""
    server = await Server(tmp_path / "data").hurry("codes=6").start()
    lead = await Person(server.url).begin("Mentoren", "Fay")
    await guess(Person(server.url), 7)
    page = await look(browser, None, "/", PHONE, server.url)
    begun = "document.querySelector('[data-parts] [role=status]').hidden = false"
    await page.route("**/s/work.*", lambda route: route.fulfill(content_type="text/javascript", body=begun))
    await page.fill("[name=code]", lead.code)
    await page.get_by_role("button", name="Neem plaats").click()
    await page.get_by_text("rekent je toestel").wait_for()
    assert await axe(page) == []
    server.stop()
