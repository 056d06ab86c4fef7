"""What every page holds to: its policy, its size, its width, its words for who cannot see, and htmx as we know it."""

from __future__ import annotations

import re
import tomllib
from hashlib import sha256
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, Page, WebSocketRoute

from server.person import Person
from tests.browser.circles import circle, frames, until
from tests.browser.pages import PHONE, SCREEN, TABLET, axe, look
from tests.conftest import ROOT, Server

OPEN = (
    "/",
    "/nieuw",
    "/over",
    "/privacy",
    "/beheer",
    "/methoden",
    "/reflectie",
    "/reflectie/gibbs",
    "/scherm",
    "/gewist",
    "/r/0123456789ab",
    "/nergens",
)
WIDE = """() => ({ over: document.documentElement.scrollWidth - innerWidth,
out: [...document.querySelectorAll('main *')]
.filter(e => e.getBoundingClientRect().right > innerWidth + 1 && getComputedStyle(e).position !== 'absolute' &&
!e.closest('svg,.vh,[hidden],details:not([open])'))
.slice(0, 5).map(e => e.outerHTML.slice(0, 120)) })"""


@pytest.mark.parametrize("path", OPEN)
async def test_pages_outside_a_room(server: Server, browser: Browser, path: str) -> None:
    page = await look(browser, None, path, (320, 640), server.url)
    assert await axe(page) == []
    wide = await page.evaluate(WIDE)
    assert wide["over"] <= 0, wide
    assert page.faults == []


async def test_the_check_sees_what_the_policy_stops(server: Server, browser: Browser) -> None:
    page = await look(browser, None, "/", PHONE, server.url)
    await page.evaluate("document.body.setAttribute('style', 'color: red')")
    await until(lambda: bool(page.faults))
    assert "Content Security Policy" in page.faults[0] or "Trusted" in page.faults[0]


@pytest.mark.parametrize("steps", [0, *(pytest.param(n, marks=pytest.mark.long) for n in (1, 2)), 3])
async def test_a_seat_fits_320_pixels_and_text_of_twice_the_size(server: Server, browser: Browser, steps: int) -> None:
    _, people = await circle(server.url, "Owen", "Cora", "Annemarieke-Louise", "Cem", steps=steps)
    page = await look(browser, people[2], f"/r/{people[2].alias}", (320, 640))
    assert (await page.evaluate(WIDE))["over"] <= 0
    cdp = await page.context.new_cdp_session(page)
    await cdp.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    await page.set_viewport_size({"width": 640, "height": 900})
    await page.reload()
    assert await page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") >= 32
    wide = await page.evaluate(WIDE)
    assert wide["over"] <= 0, wide
    assert await axe(page) == []


COCKPITS = [("/leiden", TABLET), ("/leiden", TABLET[::-1]), ("/scherm", SCREEN)]


@pytest.mark.long
@pytest.mark.parametrize(("tail", "size"), COCKPITS)
@pytest.mark.parametrize("steps", [pytest.param(1, marks=pytest.mark.long), 3])
async def test_cockpit_and_big_screen_hold_text_of_twice_the_size(
    server: Server, browser: Browser, tail: str, size: tuple[int, int], steps: int
) -> None:
    lead, _ = await circle(server.url, "Owen", "Cora", "Annemarieke-Louise", "Cem", steps=steps)
    who = lead if tail == "/leiden" else await screen_of(lead)
    page = await look(browser, who, "/healthz", size)
    cdp = await page.context.new_cdp_session(page)
    await cdp.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    await page.goto(f"{server.url}/r/{lead.alias}{tail}")
    assert await page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") >= 32
    wide = await page.evaluate(WIDE)
    assert wide["over"] <= 0, wide
    assert await axe(page) == []
    if tail == "/leiden":
        await page.locator("#f-next").click(trial=True)  # can be reached and tapped


async def screen_of(lead: Person) -> Person:
    """A big screen paired with the circle."""
    screen = Person(lead.base, alias=lead.alias)
    symbols = re.search(r'class="symbols"[^>]*>(.*?)</', (await screen.http.get("/scherm")).text, re.S)
    csrf = re.search(r'name="csrf" value="([^"]{86})"', await lead.page("/leiden"))
    assert symbols
    assert csrf
    typed = re.sub(r"<[^>]+>|\s", "", symbols[1])
    await lead.http.post(f"/r/{lead.alias}/koppel", data={"csrf": csrf[1], "symbols": typed})
    await screen.http.get("/scherm")
    return screen


async def weigh(page: Page, url: str) -> tuple[int, int]:
    """Bytes over the wire for a page and all it loads, fonts apart, and the number of other hosts asked."""
    cdp = await page.context.new_cdp_session(page)
    await cdp.send("Network.enable")
    kinds, sizes = {}, {}
    cdp.on("Network.responseReceived", lambda e: kinds.update({e["requestId"]: e["response"]["url"]}))
    cdp.on("Network.loadingFinished", lambda e: sizes.update({e["requestId"]: e["encodedDataLength"]}))
    await page.goto(url, wait_until="networkidle")
    hosts = {httpx.URL(u).netloc for u in kinds.values()} - {httpx.URL(url).netloc}
    return sum(n for i, n in sizes.items() if not kinds.get(i, "").endswith((".woff2", ".ico"))), len(hosts)


async def test_first_and_second_load(server: Server, browser: Browser) -> None:
    _, people = await circle(server.url, steps=3)
    page = await look(browser, people[0], "/healthz", PHONE)
    room, elsewhere = await weigh(page, f"{server.url}/r/{people[0].alias}")
    again, _ = await weigh(page, f"{server.url}/r/{people[0].alias}")
    join = await look(browser, None, "/healthz", PHONE, server.url)
    door, _ = await weigh(join, server.url + "/")
    print("room", room, "again", again, "join", door)

    assert elsewhere == 0
    assert 5_000 < room < 30_720
    assert 500 < again < 3_300
    assert 2_000 < door < 9_000


async def test_files_for_ever_in_the_encoding_asked_for(server: Server) -> None:
    async with httpx.AsyncClient(base_url=server.url) as client:
        page = (await client.get("/")).text
        names = re.findall(r"/s/[\w.-]+", page)
        assert names
        for name in names:
            for asked, given in (("br", "br"), ("gzip", "gzip"), ("identity", None)):
                answer = await client.get(name, headers={"accept-encoding": asked})
                if not name.endswith(".woff2"):
                    assert answer.headers.get("content-encoding") == given
                assert answer.headers["cache-control"] == "max-age=31536000, immutable"
        assert (await client.get("/s/base.0000000000.css")).status_code == 404


def test_what_is_vendored_is_what_the_manifest_says() -> None:
    folder = ROOT / "static" / "vendor"
    listed = tomllib.loads((folder / "manifest.toml").read_text())
    assert set(listed) == {p.name for p in folder.iterdir()} - {"manifest.toml"}
    for name, said in listed.items():
        assert sha256((folder / name).read_bytes()).hexdigest() == said["sha256"]


def test_templates_hold_nothing_that_the_policy_or_a_morph_would_break() -> None:
    forbidden = re.compile(r"""\sautofocus|\sstyle=|\son\w+=|hx-on|["']js:|<script>|<style|\|\s*safe""")
    templates = list((ROOT / "templates").rglob("*.html"))
    assert len(templates) > 30
    assert {str(t): forbidden.findall(t.read_text()) for t in templates if forbidden.search(t.read_text())} == {}
    assert forbidden.search('<p style="x">')  # the control
    assert forbidden.search("<input autofocus>")


async def test_htmx_keeps_the_contract_we_rely_on(server: Server, browser: Browser) -> None:
    _, people = await circle(server.url, "Owen", "Cora", steps=1)
    page = await look(browser, people[0], "/", PHONE)
    heard = frames(page)
    await page.goto(f"{server.url}/r/{people[0].alias}")
    await until(lambda: len(heard) >= 2)
    assert await page.evaluate("htmx.version") == "4.0.1"
    assert await page.evaluate("htmx.config.noSwap.map(String)") == ["204", "304", "5xx"]
    assert await page.evaluate("htmx.config.history") is False
    text = await page.evaluate(
        """async () => { document.getElementById('stage').dataset.before = '1';
        await htmx.swap({ sourceElement: document.body, swap: 'none swapEmpty:false', text:
        'stray <hx-partial hx-target="#band" hx-swap="innerMorph"><p>in</p></hx-partial>'
        + '<hx-partial hx-target="#nowhere" hx-swap="innerMorph"><p>lost</p></hx-partial>' });
        return [document.getElementById('band').textContent, document.body.textContent.includes('stray'),
        document.body.textContent.includes('lost'), document.getElementById('stage').dataset.before]; }"""
    )
    assert text == ["in", False, False, "1"]
    assert page.faults == []


async def test_an_unknown_target_is_told_to_who_develops(browser: Browser, tmp_path: Path) -> None:
    server = await Server(tmp_path / "data", KRING_LOG_LEVEL="debug").start()
    _, people = await circle(server.url, "Owen", steps=1)
    page = await look(browser, people[0], "/", PHONE)
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))

    def opened(ws: WebSocketRoute) -> None:
        ws.connect_to_server()
        ws.send('{"e":"x","s":1,"t":1}\n<hx-partial hx-target="#nowhere" hx-swap="innerMorph"><p>lost</p></hx-partial>')

    await page.route_web_socket("**/live*", opened)
    await page.goto(f"{server.url}/r/{people[0].alias}")
    await until(lambda: "no target nowhere" in told)
    server.stop()


async def test_knocking_removed_and_a_closed_door_are_pages_of_their_own(server: Server, browser: Browser) -> None:
    lead, people = await circle(server.url, "Owen", "Cora", "Carl", steps=1)
    page = await look(browser, people[0], f"/r/{people[0].alias}", PHONE)
    cockpit = await lead.page("/leiden")
    seat = re.search(r'do/remove" name="seat" value="(\w+)"', cockpit)
    assert seat
    heard = await look(browser, people[1], f"/r/{people[1].alias}", PHONE)
    for one in re.findall(r'do/remove" name="seat" value="(\w+)"', cockpit):
        await lead.act("remove", seat=one)
    await page.get_by_role("heading", name="Je doet niet meer mee.").wait_for()
    assert await axe(page) == []
    assert (await page.reload()).status == 403  # type: ignore[union-attr]
    assert heard
    await lead.act("door", x="0")
    late = await Person(server.url).join(lead.code, "Laat")
    assert late.alias == ""  # the old code is nobody's any more


async def test_who_comes_late_reads_the_agreement_then_sees_the_step(server: Server, browser: Browser) -> None:
    lead, _ = await circle(server.url, steps=3)
    late = await Person(server.url).join(lead.code, "Noor")
    page = await look(browser, late, f"/r/{late.alias}", PHONE)
    await page.get_by_role("heading", name="Je hebt geklopt.").wait_for()
    handle = re.search(r'do/admit" name="handle" value="([^"]+)"', await lead.page("/leiden"))
    assert handle
    await lead.act("admit", handle=handle[1])
    await page.get_by_role("heading", name="Welkom, Noor.").wait_for()
    assert "Waar loop je tegenaan?" not in await page.content()
    assert await axe(page) == []
    await page.get_by_role("button", name="Hier houd ik me aan").click()
    await page.get_by_role("heading", name="Waar loop je tegenaan?").wait_for()
    await page.get_by_text("Je kwam binnen toen deze ronde al liep.").wait_for()
    assert page.faults == []


async def test_names_and_drawing_of_the_cockpits_ring_share_a_middle(server: Server, browser: Browser) -> None:
    """Where the column is narrower than it is high: else the name of who sits on top lies on the chair."""
    lead, _ = await circle(server.url, "Owen", "Cora", "Carl", "Cleo", steps=3)
    page = await look(browser, lead, f"/r/{lead.alias}/leiden", TABLET)
    middle = "e => { const b = e.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; }"
    names, ring = [
        await page.locator(f"#stage>.ring {part}").evaluate(middle) for part in (".names", "circle >> nth=0")
    ]
    assert all(abs(a - b) < 2 for a, b in zip(names, ring, strict=True)), (names, ring)
