"""Nothing typed is touched by what arrives: value, caret, focus, composition, scroll, what lies open."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import Browser, Locator, Page, WebSocketRoute, expect

from tests.attacks import test_identity
from tests.browser.circles import circle, fetched, frames, stir, until
from tests.browser.pages import PHONE, axe, look
from tests.conftest import Server
from tests.live import meetings

MARK = """() => { const el = document.getElementById('w-situation'); window.held = el; window.blurs = 0;
el.addEventListener('blur', () => window.blurs++); }"""
STATE = """() => { const el = document.getElementById('w-situation');
return { value: el.value, at: el.selectionStart, focused: document.activeElement === el, same: el === window.held,
blurs: window.blurs }; }"""
TEXT = "Een collega belt nooit terug"


async def writing(server: Server, browser: Browser):  # type: ignore[no-untyped-def]
    lead, people = await circle(server.url, steps=3)
    page = await look(browser, people[0], "/", PHONE, reduced_motion="no-preference")
    heard = frames(page)
    await page.goto(f"{server.url}/r/{people[0].alias}")
    await until(lambda: len(heard) >= 2)
    return lead, people, page, heard


async def test_twenty_pushes_during_a_second_of_typing(server: Server, browser: Browser) -> None:
    _, people, page, heard = await writing(server, browser)
    await page.locator("#w-difficulty").fill("Ik weet niet of ik iets verkeerd doe.")
    await page.locator("#w-situation").focus()
    await page.evaluate(MARK)
    before = len(heard)

    async def types() -> None:
        await page.keyboard.type(TEXT, delay=35)
        for _ in range(5):
            await page.keyboard.press("ArrowLeft")
        await page.keyboard.type("zelf ", delay=35)

    await asyncio.gather(types(), stir(people[1:], 30))
    state = await page.evaluate(STATE)

    assert len(heard) - before >= 20
    assert state == {"value": "Een collega belt nooit zelf terug", "at": 28, "focused": True, "same": True, "blurs": 0}
    assert await page.locator("#w-difficulty").input_value() == "Ik weet niet of ik iets verkeerd doe."


@pytest.mark.parametrize("added", ["", '<p class="note">Nieuw boven het veld</p>'])
async def test_its_own_region_sent_again(server: Server, browser: Browser, added: str) -> None:
    """The server's own bytes for the composer arrive once more, as they were and with an element before the field."""
    lead, people = await circle(server.url, steps=3)
    page = await look(browser, people[0], "/", PHONE)
    routes: list[tuple[WebSocketRoute, list[str]]] = []

    def between(ws: WebSocketRoute) -> None:
        server_side, mine = ws.connect_to_server(), []

        def down(message) -> None:  # type: ignore[no-untyped-def]
            if '#composer"' in message:
                mine.append(message)
            ws.send(message)

        server_side.on_message(down)
        routes.append((ws, mine))

    await page.route_web_socket("**/live*", between)
    await page.goto(f"{server.url}/r/{people[0].alias}")
    await until(lambda: bool(routes and routes[0][1]))
    ws, mine = routes[0]
    again = mine[0].replace('<form method="post"', added + '<form method="post"', 1)
    assert (again != mine[0]) == bool(added)
    await page.locator("#w-difficulty").fill("staat stil")
    await page.locator("#w-situation").focus()
    await page.evaluate(MARK)

    async def pushes() -> None:
        for _ in range(25):
            ws.send(again)
            await asyncio.sleep(0.03)  # spreads the pushes over the typing

    await asyncio.gather(page.keyboard.type(TEXT, delay=30), pushes())
    state = await page.evaluate(STATE)

    assert state == {"value": TEXT, "at": len(TEXT), "focused": True, "same": True, "blurs": 0}
    assert await page.locator("#w-difficulty").input_value() == "staat stil"


async def test_an_open_composition_ends_with_the_right_text(server: Server, browser: Browser) -> None:
    _, people, page, heard = await writing(server, browser)
    await page.locator("#w-question").focus()
    await page.evaluate(
        "() => { window.ends = 0; document.getElementById('w-question').addEventListener('compositionend',"
        " () => window.ends++); }"
    )
    cdp = await page.context.new_cdp_session(page)
    await cdp.send("Input.imeSetComposition", {"text": "ni", "selectionStart": 2, "selectionEnd": 2})
    before = len(heard)
    await stir(people[1:], 1)
    await until(lambda: len(heard) > before)
    await cdp.send("Input.imeSetComposition", {"text": "nihao", "selectionStart": 5, "selectionEnd": 5})
    await stir(people[2:], 1)
    await until(lambda: len(heard) > before + 1)
    await cdp.send("Input.insertText", {"text": "你好"})

    assert await page.locator("#w-question").input_value() == "你好"
    assert await page.evaluate("window.ends") == 1


async def test_what_lies_open_stays_open_and_where_it_was(server: Server, browser: Browser) -> None:
    _, people, page, heard = await writing(server, browser)
    await page.set_viewport_size({"width": 360, "height": 500})
    await page.locator("#head details.menu summary").click()
    await page.evaluate(
        "() => { window.turning = document.getElementById('stage').animate([{opacity: .99}, {opacity: 1}],"
        " {duration: 60000});"
        " const pop = document.createElement('div'), box = document.createElement('dialog');"
        " pop.popover = 'manual'; pop.id = 'pop'; box.id = 'box';"
        " document.getElementById('stage').before(pop, box); pop.showPopover(); box.show(); }"
    )
    await page.evaluate("scrollTo(0, 240)")
    top = await page.evaluate("scrollY")
    before = len(heard)
    await stir(people[1:], 21)
    await until(lambda: len(heard) - before >= 20)

    assert await page.locator("#head details.menu").get_attribute("open") is not None
    assert await page.evaluate("scrollY") == top > 0
    assert await page.evaluate("document.getElementById('stage').getAnimations()[0] === window.turning")
    assert await page.evaluate("document.getElementById('pop').matches(':popover-open')")
    assert await page.evaluate("document.getElementById('box').open")


@pytest.mark.parametrize("old_browser", [False, True])
async def test_focus_stays_on_a_button_whose_list_is_drawn_again(
    server: Server, browser: Browser, old_browser: bool
) -> None:
    """Safari has no moveBefore: there a morph drops focus, and the page gives it back."""
    lead, people = await circle(server.url, steps=2)
    page = await look(browser, lead, "/", (1180, 820))
    if old_browser:
        await page.add_init_script("delete Element.prototype.moveBefore")
    await page.goto(f"{server.url}/r/{lead.alias}/leiden")
    await expect(page.locator("#f-next")).to_be_visible()
    await page.locator("#f-next").focus()
    await lead.act("give", seat=await seat_of(page, "Owen"))
    await lead.act("give", seat=await seat_of(page, "Carl"))
    await expect(page.locator("#stage")).to_contain_text("Carl")

    assert await page.evaluate("document.activeElement.id") == "f-next"


@pytest.mark.parametrize("old_browser", [False, True])
async def test_a_list_in_another_order_keeps_the_field_that_has_focus(
    server: Server, browser: Browser, old_browser: bool
) -> None:
    """A list of the test's own, sent as frames: the item with the field goes up and down twenty times."""
    _, people = await circle(server.url, steps=1)
    page = await look(browser, people[0], "/", PHONE)
    if old_browser:
        await page.add_init_script("delete Element.prototype.moveBefore")
    routes: list[WebSocketRoute] = []
    heard: list[str] = []

    def opened(ws: WebSocketRoute) -> None:
        routes.append(ws)
        ws.connect_to_server().on_message(lambda text: (ws.send(text), heard.append(str(text)))[0])

    await page.route_web_socket("**/live*", opened)
    await page.goto(f"{server.url}/r/{people[0].alias}")
    await until(lambda: sum(text.startswith("{") for text in heard) >= 2)  # after the server's own first frames

    def order(names: str) -> None:
        items = "".join(f'<li id="l{n}"><input id="f{n}" aria-label="{n}"></li>' for n in names)
        part = f'<hx-partial hx-target="#band" hx-swap="innerMorph"><ul id="list">{items}</ul></hx-partial>'
        routes[0].send(f'{{"e":"x","s":1,"t":1}}\n{part}')

    order("abc")
    await page.locator("#fb").focus()
    for i in range(20):
        order("bca" if i % 2 else "acb")
        await page.keyboard.type("k")
    order("cba")
    await expect(page.locator("#list li:last-child input")).to_have_id("fa")

    assert await page.evaluate("typeof Element.prototype.moveBefore") == ("undefined" if old_browser else "function")
    assert await page.evaluate("document.activeElement.id") == "fb"
    await page.keyboard.type("!")
    assert await page.locator("#fb").input_value() == "k" * 20 + "!"


async def seat_of(page: Page, name: str) -> str:
    """The seat id behind somebody's chair on the cockpit."""
    found = await page.evaluate(
        "name => [...document.querySelectorAll('[name=seat]')].find(b => (b.closest('li,details,form')||b)"
        ".textContent.includes(name) || b.textContent.includes(name))?.value",
        name,
    )
    assert found
    return str(found).partition(":")[0]


async def sharing(server: Server, browser: Browser) -> tuple[meetings.Meeting, Page, Locator]:
    """A step in which all write one text together: Owen's page, and the form on it."""
    room = await meetings.telling(server, "moral-deliberation", 1)
    owen = room.people["Owen"]
    while 'name="input" value="agreed"' not in await owen.page():
        await room.press("skip")
    page = await look(browser, owen, "/", PHONE)
    heard = frames(page)
    await page.goto(f"{server.url}/r/{owen.alias}")
    await until(lambda: len(heard) >= 1)
    return room, page, page.locator('form[action$="/do/text"]').filter(has=page.locator('[value="agreed"]'))


async def test_a_shared_text_that_somebody_else_just_saved_is_read_and_then_saved_again(
    server: Server, browser: Browser
) -> None:
    room, page, form = await sharing(server, browser)
    field, save = form.locator("textarea"), form.locator("button")
    await field.fill("Owen: maakt het rooster")
    await room.do("Cora", "text", input="agreed", versions="0", text="Cora: belt de ouders")
    await expect(page.get_by_text("Cora: belt de ouders").first).to_be_visible()
    await save.click()
    await expect(page.locator("#said")).to_contain_text("Er kwam net iets bij.")
    assert await field.input_value() == "Owen: maakt het rooster"
    await field.fill("Cora belt, Owen maakt het rooster")
    await save.click()
    await expect(page.get_by_text("Cora belt, Owen maakt het rooster").first).to_be_visible()


async def test_a_shared_text_stands_in_the_field_of_who_typed_nothing_since(server: Server, browser: Browser) -> None:
    """Before, the field stayed as it was: a line added in it put away what the others had written."""
    room, page, form = await sharing(server, browser)
    field, save = form.locator("textarea"), form.locator("button")
    await room.do("Cora", "text", input="agreed", versions="0", text="Cora: belt de ouders")
    await expect(field).to_have_value("Cora: belt de ouders")
    await field.press("End")
    await field.press_sequentially(", Owen: rooster")
    await save.click()
    await expect(page.locator("#stage .said")).to_contain_text("Cora: belt de ouders, Owen: rooster")
    await room.do("Carl", "text", input="agreed", versions="2", text="Carl: haalt koffie")
    await expect(field).to_have_value("Carl: haalt koffie")  # saved, it holds nothing of one's own any more
    assert page.faults == []  # type: ignore[attr-defined]


async def test_a_shared_text_stands_in_its_field_while_another_field_holds_a_draft(
    server: Server, browser: Browser
) -> None:
    """Before, what Owen had not sent yet of his own kept all fields as they were, also once it was sent."""
    room = await meetings.telling(server, "learning-from-incidents", 1)
    cleo = room.people["Cleo"]
    while 'name="input" value="agreed"' not in await cleo.page():
        await room.press("skip")
    page = await look(browser, cleo, "/", PHONE)
    heard = frames(page)
    await page.goto(f"{server.url}/r/{cleo.alias}")
    await until(lambda: len(heard) >= 1)
    agreed, first, signal = (
        page.locator('form[action$="/do/text"]').filter(has=page.locator(f'[value="{name}"]'))
        for name in ("agreed", "first-step", "signal")
    )
    await first.locator("textarea").fill("Ik bel morgen")
    await signal.locator("textarea").fill("Cleo: te stil")
    await room.do("Cora", "text", input="agreed", versions="0", text='Cora: "bel & praat" < 5 dagen')
    await expect(agreed.locator("textarea")).to_have_value('Cora: "bel & praat" < 5 dagen')
    await room.do("Cora", "text", input="signal", versions="0", text="Cora: niemand belt")
    await expect(page.get_by_text("Cora: niemand belt").first).to_be_visible()
    await expect(signal.locator("textarea")).to_have_value("Cleo: te stil")
    await expect(first.locator("textarea")).to_have_value("Ik bel morgen")
    await signal.locator("button").click()
    await expect(page.locator("#said")).to_contain_text("Er kwam net iets bij.")
    await first.locator("button").click()
    await expect(page.get_by_text("Ik bel morgen").first).to_be_visible()

    field = agreed.locator("textarea")
    await field.focus()
    await room.do("Carl", "text", input="agreed", versions="1", text="Cora belt, Carl praat")
    await expect(page.get_by_text("Cora belt, Carl praat").first).to_be_visible()
    await expect(field).to_have_value('Cora: "bel & praat" < 5 dagen')  # not under the eyes of who is in it
    await page.locator("#stage-h").focus()
    await expect(field).to_have_value("Cora belt, Carl praat")
    await field.press("End")
    await field.press_sequentially(", Cleo luistert")
    await agreed.locator("button").click()
    await expect(page.get_by_text("Cora belt, Carl praat, Cleo luistert").first).to_be_visible()
    assert page.faults == []  # type: ignore[attr-defined]


async def test_what_is_typed_in_a_text_goes_on_while_the_cards_beside_it_open(server: Server, browser: Browser) -> None:
    """Five steps, the core: the owner restates the question while the others write, and those cards open."""
    room = await meetings.telling(server, "five-step", 3)
    cleo = room.people["Cleo"]
    for name in ("Owen", "Cora", "Carl"):
        await room.do(name, "small")
    for name in ("Owen", "Cora", "Carl"):
        await room.do(name, "card", input="cores", slot="0", rev="1", text=f"De kern van {name}")
    page = await look(browser, cleo, f"/r/{cleo.alias}", PHONE)
    field = page.locator('form:has([value="question-v2"]) textarea')
    await field.focus()
    await page.keyboard.press("End")
    await page.keyboard.type(" Hoe zeg ik")
    await room.press("next")
    await expect(page.locator("#stage")).to_contain_text("De kern van Owen")
    await page.keyboard.type(" dit morgen?")
    await expect(field).to_have_value(re.compile(r" Hoe zeg ik dit morgen\?$"))
    await fetched(page, "left")
    assert not await page.locator("#old").count()


async def test_a_swap_draws_nothing_over_what_was_written_and_is_not_sent(server: Server, browser: Browser) -> None:
    """Case clinic, the thanks: Cora's card stands in its field, unsent, when the secretary lays one for her."""
    room = await meetings.meeting(server, ("Cleo", "Owen", "Cora", "Carl"), "case-clinic")
    await room.do("Carl", "task", x="secretary")
    await room.press("next", 3)
    await room.press("tell")
    await room.do("Cleo", "it-is-me")
    await room.do("Cleo", "say-yes", method="case-clinic")
    cora = room.people["Cora"]
    while 'value="thanks"' not in await cora.page():
        await room.press("next")
    page = await look(browser, cora, f"/r/{cora.alias}", PHONE)
    field = page.locator('form:has([value="thanks"]) textarea').first
    await field.fill("Dank voor je moed")
    await page.locator("#stage-h").focus()
    seat = test_identity.seat_of(server, room.lead, "Cora")
    await room.do("Carl", "card", **{"for": seat, "input": "thanks", "text": "Van Carl", "op": "a" * 32})
    await expect(page.locator("#composer")).to_contain_text("Van Carl")
    await expect(page.locator('form:has([value="thanks"]) textarea').first).to_have_value("Dank voor je moed")


async def test_an_own_note_is_one_note_in_two_tabs(server: Server, browser: Browser) -> None:
    room = await meetings.telling(server, "five-step", 1)
    cleo = room.people["Cleo"]
    page = await look(browser, cleo, f"/r/{cleo.alias}", PHONE)
    other = await page.context.new_page()
    await other.goto(page.url)
    await page.locator("#own-note").fill("Morgen bellen.")
    await page.locator("#stage-h").focus()
    await expect(other.locator("#own-note")).to_have_value("Morgen bellen.")
    await other.locator("#own-note").press("End")
    await other.keyboard.type(" Eerst slapen.")
    await expect(page.locator("#own-note")).to_have_value("Morgen bellen. Eerst slapen.")
    async with page.expect_download() as download:
        await page.get_by_role("button", name="Bewaar als bestand").click()
    assert (await (await download.value).path()).read_text(encoding="utf-8") == "Morgen bellen. Eerst slapen."


async def test_a_text_of_so_many_words_says_how_many_there_are(server: Server, browser: Browser) -> None:
    room = await meetings.telling(server, "learning-from-incidents", 2)
    page = await look(browser, room.people["Cora"], f"/r/{room.lead.alias}", PHONE)
    field, count = page.locator('form:has([value="statement"]) textarea'), page.locator("[data-words]")
    await expect(count).to_have_text("0 van de 15 woorden")
    await field.fill("Een ouder schreeuwde in de gang en niemand wist wat te doen")
    await expect(count).to_have_text("12 van de 15 woorden")
    await field.fill("een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien")
    await expect(count).to_have_class("room over")
    assert await axe(page) == []
    assert page.faults == []  # type: ignore[attr-defined]
