"""What a person sends arrives once, or stays theirs: refused, offline, lost answers, double taps, no script."""

from __future__ import annotations

import asyncio
import contextlib
import html
import re
from urllib.parse import parse_qsl

import pytest
from playwright.async_api import Browser, Error, Page, Request, WebSocketRoute, expect

from rooms import evaluating, takeaways
from rooms.writing import LIMITS
from server import acts
from server.person import Person
from tests.browser.circles import circle, frames, until
from tests.browser.pages import PHONE, look
from tests.conftest import Server
from tests.live import meetings
from tests.tools.proxy import Proxy

QUESTION = "Hoe begin ik dit gesprek zonder verwijt?"


async def writing(
    server: Server, browser: Browser, base: str = "", **more: object
) -> tuple[Person, list[Person], Page]:
    lead, people = await circle(server.url, steps=3)
    page = await look(browser, people[0], f"/r/{people[0].alias}", PHONE, base or server.url, **more)
    return lead, people, page


async def lay(page: Page, question: str = QUESTION) -> None:
    """Writes a case and says that it is about nobody here."""
    await page.locator("#w-situation").fill("Een ouder belt elke avond.")
    await page.locator("#w-question").fill(question)
    await page.get_by_role("button", name="Leg zonder naam op tafel").click()
    await page.get_by_role("button", name="Nee. Leg op tafel.").click()


async def tabled(lead: Person, others: list[Person]) -> str:
    """Ends the writing, the others having written too, and brings everybody to the vote; the ballot's page."""
    for i, one in enumerate(others):
        answer = await one.act("lay", rev="1", situation="", difficulty="", question=f"Vraag {i} van een ander?")
        assert answer.status_code == 204
    for _ in range(2):
        assert (await lead.next()).status_code == 204
    return html.unescape(await others[0].page())


async def once(lead: Person, people: list[Person], page: Page, question: str = QUESTION) -> None:
    """The case arrived, exactly once, and the page says so and holds no draft any more."""
    await expect(page.locator("#composer")).to_contain_text("Je casus ligt op tafel, zonder naam.", timeout=15000)
    await until_gone(page)
    ballot = await tabled(lead, people[1:])
    assert ballot.count(f"<legend>{question}</legend>") == 1
    assert ballot.count("<legend>") == len(people)


async def until_gone(page: Page) -> None:
    async def gone() -> bool:
        return not await page.evaluate("Object.keys(localStorage).some(k => k.includes(':d.case'))")

    await until(gone)


async def test_a_refusal_stands_at_the_field_and_keeps_the_text(server: Server, browser: Browser) -> None:
    _, _, page = await writing(server, browser)
    await page.locator("#w-situation").fill("x" * 260)
    await page.locator("#w-question").fill(QUESTION)
    await page.get_by_role("button", name="Leg zonder naam op tafel").click()
    await page.get_by_role("button", name="Nee. Leg op tafel.").click()
    await expect(page.locator("#said")).to_contain_text("60 tekens te lang")
    field = page.locator("#w-situation")

    assert await field.get_attribute("aria-invalid") == "true"
    described = await field.get_attribute("aria-describedby")
    assert "60 tekens te lang" in await page.locator(f"#{described}").inner_text()
    assert len(await field.input_value()) == 260
    assert await page.locator("#w-question").input_value() == QUESTION
    await field.fill("kort")
    assert await field.get_attribute("aria-invalid") is None


FOREIGN = {
    "bad gateway": {"status": 502, "content_type": "text/html", "body": "<h1>nginx says Bad Gateway</h1>"},
    "unavailable": {"status": 503, "content_type": "text/html", "body": "<h1>nginx says Unavailable</h1>"},
    "captive portal": {"status": 200, "content_type": "text/html", "body": "<h1>nginx says Log in</h1>"},
    "nothing": {"status": 204},
    "refused": {"status": 403, "content_type": "text/html", "body": "<h1>nginx says Log in</h1>"},
    "login": {"status": 302, "headers": {"Location": "/s/literata-1.woff2"}},  # of the same origin, 200, and not ours
    "to the start": {"status": 302, "headers": {"Location": "/"}},  # a page of ours, but nobody left
}


@pytest.mark.parametrize(
    "says", [pytest.param(name, marks=[] if n % 2 else pytest.mark.long) for n, name in enumerate(FOREIGN, 1)]
)
async def test_what_something_else_answers_is_never_shown_and_the_text_is_kept(
    server: Server, browser: Browser, says: str
) -> None:
    """A proxy's fault, a captive portal, a login in front of the server: none of them has the text."""
    lead, people, page = await writing(server, browser)
    broken, url = True, page.url

    async def answer(route) -> None:  # type: ignore[no-untyped-def]
        if broken:
            await route.fulfill(**FOREIGN[says])
        else:
            await route.continue_()

    await page.route("**/do/own", answer)
    await lay(page)
    await expect(page.locator(".queued")).to_be_visible()
    assert "nginx" not in await page.content()
    assert page.url == url
    assert await page.locator("#w-question").input_value() == QUESTION
    broken = False
    await once(lead, people, page)


async def test_written_offline_it_says_so_and_arrives_once(server: Server, browser: Browser) -> None:
    lead, people, page = await writing(server, browser)
    await page.context.set_offline(True)
    await lay(page)
    await expect(page.locator(".queued")).to_be_visible()
    await expect(page.get_by_role("button", name="Leg straks zonder naam op tafel")).to_be_visible()
    await page.context.set_offline(False)
    await once(lead, people, page)


async def test_written_offline_closed_and_opened_again_it_arrives_once(server: Server, browser: Browser) -> None:
    lead, people, page = await writing(server, browser)
    context = page.context
    await context.set_offline(True)
    await lay(page)
    await expect(page.locator(".queued")).to_be_visible()
    await page.close()
    await context.set_offline(False)
    page = await context.new_page()
    await page.goto(f"{server.url}/r/{people[0].alias}")
    await once(lead, people, page)


@pytest.mark.long
@pytest.mark.parametrize("closed", [True, False])
async def test_an_empty_form_in_another_tab_sends_what_was_kept_and_not_itself(
    browser: Browser, line: tuple[Server, Proxy], closed: bool
) -> None:
    server, net = line
    lead, people, other = await writing(server, browser, f"http://127.0.0.1:{net.port}")
    sent: list[str] = []
    other.context.on("request", lambda r: sent.append(r.post_data or "") if "verb=lay" in (r.post_data or "") else None)
    page = await other.context.new_page()
    await page.goto(other.url)
    await other.evaluate("addEventListener('storage', e => e.stopImmediatePropagation(), true)")  # it heard of nothing
    net.set("refuse")
    await lay(page)
    await expect(page.locator(".queued")).to_be_visible(timeout=15000)
    if closed:
        await page.close()
    net.set("pass")
    await once(lead, people, other)
    assert all(dict(parse_qsl(body)).get("question") == QUESTION for body in sent)


async def test_what_waits_in_one_tab_stands_in_the_other(server: Server, browser: Browser) -> None:
    _, _, other = await writing(server, browser)
    page = await other.context.new_page()
    await page.goto(other.url)
    await other.context.set_offline(True)
    await lay(page)
    await expect(other.locator("#w-question")).to_have_value(QUESTION)
    await expect(other.locator(".queued")).to_be_visible()


async def test_an_answer_lost_on_the_way_back_is_one_case(browser: Browser, line: tuple[Server, Proxy]) -> None:
    server, net = line
    lead, people, page = await writing(server, browser, f"http://127.0.0.1:{net.port}")
    net.set("deaf")
    await lay(page)
    await expect(page.locator(".queued")).to_be_visible(timeout=15000)
    net.set("refuse")
    net.set("pass")
    await once(lead, people, page)


async def test_a_double_tap_and_enter_on_a_slow_server_are_one(server: Server, browser: Browser) -> None:
    lead, people, page = await writing(server, browser)
    posts = 0

    async def slow(route) -> None:  # type: ignore[no-untyped-def]
        nonlocal posts
        posts += 1
        await asyncio.sleep(0.4)  # a slow server
        await route.continue_()

    await page.route("**/do/own", slow)
    await page.locator("#w-question").fill(QUESTION)
    await page.get_by_role("button", name="Leg zonder naam op tafel").click()
    yes = page.get_by_role("button", name="Nee. Leg op tafel.")
    await yes.dblclick()
    await page.evaluate(
        "document.querySelector('form[data-about]')?.requestSubmit(document.querySelector('[data-about-no]'))"
    )
    await once(lead, people, page)
    assert posts == 1


@pytest.mark.long
async def test_a_signed_question_sent_twice_is_in_the_queue_once(browser: Browser, line: tuple[Server, Proxy]) -> None:
    """An append carries the operation id of its draft: a lost answer and a retry make one card."""
    server, net = line
    lead, people = await circle(server.url, steps=3)
    for i, one in enumerate(people):
        await one.act("lay", rev="1", situation="", difficulty="", question=f"Vraag {i}?")
    asker = await to_questions(lead, people)
    page = await look(browser, asker, f"/r/{asker.alias}", PHONE, f"http://127.0.0.1:{net.port}")
    await page.locator("details.ask summary").click()
    await page.locator("details.ask textarea").fill("Wat zou er gebeuren als je niets doet?")
    net.set("deaf")
    await page.get_by_role("button", name="Zet in de rij").click()
    await expect(page.locator("details.ask .queued")).to_be_visible(timeout=15000)
    net.set("refuse")
    net.set("pass")
    await expect(page.locator("#me")).to_contain_text("Je staat in de rij.", timeout=15000)
    cockpit = await lead.page("/leiden")
    assert cockpit.count("Wat zou er gebeuren als je niets doet?") == 1


async def to_questions(lead: Person, people: list[Person]) -> Person:
    """Through the choice, its twenty seconds included, to the phase of questions; somebody who may ask."""
    async with asyncio.timeout(60):
        while True:
            mine = await people[1].page()
            for one in people[1:3]:  # one of them may be the owner
                if 'do/ask"' in await one.page():
                    return one
            if dots := re.search(r'name="(dots-[^"]+)"', mine):
                for one in people:
                    await one.act("chosen", rev="1", **{dots[1]: "3"})
            if 'do/answer"' in mine:
                for one in people:
                    await one.act("answer", choice="bring")
            if 'do/it-is-me"' in mine:
                for one in people:
                    await one.act("it-is-me")
            for one in people:
                if 'do/say-yes"' in await one.page():
                    await one.act("say-yes", method="five-step")
            await lead.next()
            await asyncio.sleep(0.3)  # the twenty seconds pass by themselves


@pytest.mark.long
async def test_what_was_edited_while_it_waited_wins(server: Server, browser: Browser) -> None:
    lead, people, page = await writing(server, browser)
    await page.context.set_offline(True)
    await lay(page)
    await expect(page.locator(".queued")).to_be_visible()
    await page.locator("#w-question").fill("Wat is hier mijn aandeel?")
    await page.context.set_offline(False)
    await once(lead, people, page, "Wat is hier mijn aandeel?")


async def test_what_a_line_held_back_brings_back_no_case_that_was_taken_back(server: Server, browser: Browser) -> None:
    lead, people, page = await writing(server, browser)
    sent: list[Request] = []
    page.on("request", lambda one: sent.append(one) if "/do/" in one.url else None)
    await lay(page)
    await page.get_by_role("button", name="Pas aan").click()
    await page.get_by_role("button", name="Ik breng vandaag niets in").click()
    await expect(page.locator("#composer")).to_contain_text("niets in")
    await until(lambda: len(sent) >= 3)
    forms = [dict(parse_qsl(one.post_data or "")) for one in sent]
    assert [form["nth"] for form in forms] == ["1", "1", "2"], "each counted by what it is about"
    assert all(form["seen"] for form in forms)
    again = (
        "([to, body]) => fetch(to, {method: 'POST', body, headers: {'X-Kring': '1', "
        "'Content-Type': 'application/x-www-form-urlencoded'}}).then(answer => answer.status)"
    )
    assert await page.evaluate(again, [sent[0].url, sent[0].post_data]) == 204, "nobody is told that it came too late"
    assert QUESTION not in await tabled(lead, people[1:])


@pytest.mark.long
async def test_an_edit_after_a_lost_answer_counts(browser: Browser, line: tuple[Server, Proxy]) -> None:
    server, net = line
    lead, people, page = await writing(server, browser, f"http://127.0.0.1:{net.port}")
    net.set("deaf")
    await lay(page)
    await expect(page.locator(".queued")).to_be_visible(timeout=15000)
    await page.locator("#w-question").fill("Wat is hier mijn aandeel?")
    net.set("refuse")
    net.set("pass")
    await once(lead, people, page, "Wat is hier mijn aandeel?")


async def test_the_same_card_may_be_edited_again_and_again(server: Server, browser: Browser) -> None:
    """The page's own fields stay while somebody types; what they count goes on with each answer."""
    room = await meetings.telling(server, "five-step", 3)
    for name in ("Owen", "Cora", "Carl"):
        await room.do(name, "small")
    page = await look(browser, room.people["Owen"], f"/r/{room.lead.alias}", PHONE)
    laid = page.locator("details.card.laid")
    for text in ("Eerst dit", "Dan dat", "En toen dit", "Eerst dit"):
        form = page.locator('form[action$="/do/card"]').first
        if await laid.count():
            await laid.locator("summary").click()
        await form.locator("textarea").fill(text)
        async with page.expect_response("**/do/own"):
            await form.locator("button").click()
        await expect(laid.locator("summary")).to_contain_text(text)
        assert text in html.unescape(await room.people["Owen"].page())
    await room.press("next")
    assert "Eerst dit" in html.unescape(await room.people["Cleo"].page())
    assert "En toen" not in await room.people["Cleo"].page()


async def test_without_storage_the_page_still_works(server: Server, browser: Browser) -> None:
    lead, people = await circle(server.url, steps=3)
    page = await look(browser, people[0], "/", PHONE)
    await page.add_init_script(
        "for (const s of ['localStorage', 'sessionStorage']) Object.defineProperty(window, s,"
        " { get() { throw new DOMException('no', 'SecurityError'); } });"
    )
    await page.goto(f"{server.url}/r/{people[0].alias}")
    await lay(page)
    await expect(page.locator("#composer")).to_contain_text("Je casus ligt op tafel, zonder naam.")
    assert page.faults == []
    assert (await tabled(lead, people[1:])).count(f"<legend>{QUESTION}</legend>") == 1


async def test_without_a_script_joining_submitting_and_seeing_ones_own(server: Server, browser: Browser) -> None:
    lead, _ = await circle(server.url, "Cora", "Carl", "Cleo", "Cem")
    page = await look(browser, None, "/", PHONE, server.url, java_script_enabled=False)
    await page.locator("input[name=code]").fill(lead.code.lower().replace("-", " "))
    await page.get_by_role("button", name="Neem plaats").click()
    await page.locator("input[name=name]").fill("Owen")
    await page.get_by_role("button", name="Neem plaats").click()
    await page.wait_for_url("**/r/*")
    for _ in range(3):
        await lead.next()
    await page.reload()
    await page.locator("#w-situation").fill("x" * 230)
    await page.locator("#w-question").fill(QUESTION)
    await page.get_by_role("button", name="Leg zonder naam op tafel").click()
    await expect(page.locator("#said")).to_contain_text("30 tekens te lang")
    assert await page.locator("#w-situation").input_value() == "x" * 230
    assert await page.locator("#w-question").input_value() == QUESTION
    await page.locator("#w-situation").fill("kort")
    await page.get_by_role("button", name="Leg zonder naam op tafel").click()
    await expect(page.locator("#composer")).to_contain_text("Je casus ligt op tafel, zonder naam.")
    await expect(page.locator("#composer")).to_contain_text(QUESTION)


SIGN, ID = "\U0001f600", "i" * 40  # twelve bytes of a body for one character; longer than any name of a thing
CASES = [f"{n:022}" for n in range(60)]
# The longest that each act without a name may send, without what every act has; the shortest has one sign per field.
LONGEST: dict[str, dict[str, str]] = {
    **dict.fromkeys(acts.NAMELESS, {}),
    "lay": dict(zip(("situation", "difficulty", "question"), (SIGN * n for n in LIMITS), strict=True)),
    "card": {"input": ID, "slot": "8", "column": "8", "text": SIGN * 400},  # more a file may not ask for
    "share": {"text": SIGN * takeaways.LIMIT, "report": "1"},
    "vote": {"input": ID, **{f"vote-{one}": "9" for one in CASES}},
    "cast": {f"dots-{one}": "3" for one in CASES},
    "chosen": {f"place-{one}": "9" for one in CASES},
    "rate": {"input": ID, "value": "10"},
    "evaluate": dict.fromkeys(evaluating.sets()["after"].lines, "5"),
    "answer": {"choice": "bring"},
    "may-show": {"x": "1"},
    "agree-report": {"x": "1"},
    "more": {"x": "1", "at": ID},
    "take-back": {"case": CASES[0]},
    "stop": {"nr": "9" * 9},
}
SENDS = """([action, fields, padded]) => {
    const form = document.createElement('form'), button = document.createElement('button');
    form.setAttribute('action', action);
    form.toggleAttribute('data-pad', padded);
    for (const [name, value] of Object.entries(fields)) {
        const field = document.createElement(value.length > 1 ? 'textarea' : 'input');
        if (field.type === 'textarea') form.dataset.draft = action;
        Object.assign(field, {name, value});
        form.append(field);
    }
    form.append(button);
    document.body.append(form);
    form.requestSubmit(button);
    form.remove();
}"""


async def sizes(page: Page, *, padded: bool) -> set[tuple[str, int]]:
    """Every act without a name as this page sends it, at its shortest and at its longest: address and size."""
    found = set()
    for verb, longest in LONGEST.items():
        for fields in ({k: v[:1] for k, v in longest.items()}, longest):
            async with page.expect_request("**/do/*") as sent, page.expect_response("**/do/*"):
                await page.evaluate(SENDS, [f"/r/{page.url.split('/')[4]}/do/{verb}", fields, padded])
            one = await sent.value
            assert f"verb={verb}&" in one.post_data or not padded
            found.add((one.url, len(one.post_data)))
    return found


async def test_neither_address_nor_size_tells_what_was_done(server: Server, browser: Browser) -> None:
    """Two acts by hand, and what stands in the fields of who brings nothing stays on the device; then every other as
    the same page sends it."""
    lead, people = await circle(server.url, steps=3)
    sent: list[tuple[str, int]] = []
    said: list[str] = []

    def hear(request: Request) -> None:
        if request.method == "POST":
            sent.append((request.url, len(request.post_data or "")))
            said.append(request.post_data or "")

    for one, lays in zip(people, (True, False), strict=False):
        page = await look(browser, one, f"/r/{lead.alias}", PHONE)
        page.on("request", hear)
        if lays:
            await lay(page)
        else:
            await page.locator("#w-question").fill(QUESTION)
            await page.get_by_role("button", name="Ik breng vandaag niets in").click()
        await expect(page.get_by_role("button", name="Pas aan")).to_be_visible()
    assert len(sent) == 2
    assert len(set(sent)) == 1
    assert ["question" in body for body in said] == [True, False]
    page.remove_listener("request", hear)
    await page.route("**/do/*", lambda route: route.fulfill(status=204, headers={"X-Kring": "1"}))
    assert await sizes(page, padded=True) == set(sent)
    without = await sizes(page, padded=False)
    assert {url.split("/")[-1] for url, _ in without} == acts.NAMELESS, "the control: the address tells"
    assert len({size for _, size in without}) > 10, "and so does the size"
    assert page.faults == []


async def handed(server: Server, browser: Browser) -> Page:
    """The phone of Owen in the hands of Ruth, who has none, while all write."""
    lead, people = await circle(server.url)
    for name in ("Ruth", "Roos"):
        await lead.act("add-seat", name=name)
    for _ in range(3):
        assert (await lead.next()).status_code == 204
    page = await look(browser, people[0], f"/r/{people[0].alias}", PHONE)
    await hand(page, "Ruth")
    heard = frames(page)
    await page.get_by_role("link", name="Ik ben Ruth").click()
    await page.locator("#w-question").wait_for()
    # with its scripts, without which nobody is asked whom the case is about, and after the frame that draws it again
    await page.wait_for_load_state()
    await until(lambda: bool(heard))
    return page


async def hand(page: Page, name: str) -> None:
    await page.locator("details.give summary").click()
    await page.get_by_role("button", name=f"Aan {name}").click()


async def test_another_tab_of_a_device_that_was_handed_on_is_the_next_persons(server: Server, browser: Browser) -> None:
    """It slept when the phone went to Ruth. What she writes in it would lie under the name of whose phone it is."""
    lead, people = await circle(server.url)
    await lead.act("add-seat", name="Ruth")
    for _ in range(3):
        assert (await lead.next()).status_code == 204
    page = await look(browser, people[0], f"/r/{people[0].alias}", PHONE)
    other, lines = await page.context.new_page(), list[WebSocketRoute]()

    def line(ws: WebSocketRoute) -> None:
        ws.connect_to_server()
        lines.append(ws)

    await other.route_web_socket("**/live*", line)
    await other.goto(page.url)
    await expect(other.locator("#w-question")).to_be_visible()
    await until(lambda: bool(lines))
    owens = await other.locator("body").get_attribute("data-seat")
    await hand(page, "Ruth")
    await page.get_by_role("link", name="Ik ben Ruth").click()
    await page.locator("#w-question").wait_for()
    await lines[-1].close(code=1012)  # the line of who sleeps is cut, and dialled anew
    await expect(other.locator("body")).not_to_have_attribute("data-seat", owens or "")  # it was loaded anew
    await other.locator("#w-question").fill(QUESTION)
    kept = await other.evaluate("JSON.stringify(Object.entries(localStorage))")
    assert QUESTION not in kept
    assert QUESTION in await other.evaluate("JSON.stringify(Object.entries(sessionStorage))")


async def test_a_device_on_which_something_waits_is_not_handed_on(server: Server, browser: Browser) -> None:
    page = await handed(server, browser)
    away = True

    async def answer(route) -> None:  # type: ignore[no-untyped-def]
        if away:
            await route.fulfill(status=503, content_type="text/html", body="x")
        else:
            await route.continue_()

    await page.route("**/do/own", answer)
    await lay(page)
    await expect(page.locator(".queued")).to_be_visible()
    await hand(page, "Roos")
    await expect(page.locator("#said")).to_contain_text("Op dit toestel wacht nog iets op de verbinding.")
    away = False
    await expect(page.locator("#composer")).to_contain_text("Je casus ligt op tafel, zonder naam.", timeout=15000)
    await page.get_by_role("button", name="Aan Roos").click()
    await page.get_by_role("link", name="Ik ben Roos").click()
    await expect(page.locator("#w-question")).to_have_value("")


@pytest.mark.long
async def test_a_draft_stays_until_the_device_is_handed_on_and_a_double_tap_hands_it_on_once(
    server: Server, browser: Browser
) -> None:
    page = await handed(server, browser)
    address = page.url
    await page.locator("#w-question").fill(QUESTION)
    posts = 0

    async def slow(route) -> None:  # type: ignore[no-untyped-def]
        nonlocal posts
        posts += 1
        await asyncio.sleep(0.4)  # a slow server
        if posts == 1:
            await route.fulfill(status=204)  # and a page that stays
        else:
            await route.continue_()

    await page.route("**/do/hand-round", slow)
    await page.locator("details.give summary").click()
    async with page.expect_response("**/do/hand-round"):
        await page.get_by_role("button", name="Aan Roos").dblclick()
    assert posts == 1
    await page.goto("about:blank")  # whatever became of that answer
    await page.goto(address)
    await expect(page.locator("#w-question")).to_have_value(QUESTION)
    await hand(page, "Roos")
    await page.get_by_role("link", name="Ik ben Roos").click()
    await expect(page.locator("#w-question")).to_have_value("")

    async def clean() -> bool:
        with contextlib.suppress(Error):  # the page that comes may still be on its way
            return not await page.evaluate("Object.values(sessionStorage).some(text => text.includes('verwijt'))")
        return False

    await until(clean)
