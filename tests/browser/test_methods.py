"""Every method, phase by phase: each role uses each input that its file names, and everybody sees what they should.

The test reads the method's file as the engine does and knows no method by name. It plays in `make test-long`; in
`make test` the rules alone play all methods (tests/rooms/test_plays.py).
"""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from rooms.methodfiles import catalogue
from rooms.methods import Input, Method, Phase, is_batch, is_board, is_queue, later_vote
from server.person import Person
from tests.browser.circles import circle, onward
from tests.browser.pages import PHONE, SCREEN, TABLET, axe, look
from tests.conftest import Server

OWNER, NAMES = "Owen", ("Owen", "Cora", "Carl", "Cleo", "Cem")
QUESTION = "Hoe blijf ik collega?"
LIES = """() => [...document.querySelectorAll(
    '.shelf .words, .wall li p, .board .card, .case-said, .band p, .said, .outcome li, .results, .fields p'
)].map(e => e.textContent.replace(/\\s+/g, ' ').trim())"""


class Table:
    """The pages of a circle that plays one method: tablet, big screen, owner, two consultants and who watches."""

    def __init__(
        self, lead: Person, seats: list[Person], tablet: Page, screen: Page, people: dict[str, Page], watcher: Page
    ) -> None:
        self.lead, self.seats, self.tablet, self.screen, self.people = lead, seats, tablet, screen, people
        self.watcher = watcher
        self.owner, self.question = people[OWNER], QUESTION
        self.consultants = {n: p for n, p in people.items() if n != OWNER}
        self.closed: dict[str, list[str]] = {}  # by phase: texts that nobody else reads before it

    def who(self, line: Input) -> dict[str, Page]:
        """Whose input this is."""
        return {"owner": {OWNER: self.owner}, "consultants": self.consultants}.get(line.who, self.people)

    def others(self, line: Input) -> list[Page]:
        """Who sees no form for it."""
        return [p for n, p in self.people.items() if n not in self.who(line)]

    async def next(self, phase: Phase) -> None:
        await onward(self.lead, self.seats)
        await expect(self.tablet.locator("#stage h1, #stage h2").first).to_contain_text(phase.name.nl)
        for page in self.people.values():
            await expect(page.locator("#head")).to_contain_text(phase.name.nl)
        for page in (self.tablet, self.screen, self.watcher, *self.people.values()):
            assert page.faults == [], phase.id  # type: ignore[attr-defined]

    async def lies(self) -> list[list[str]]:
        """The words that lie on each page, as people read them."""
        pages = (self.tablet, self.screen, self.watcher, *self.people.values())
        return [await page.evaluate(LIES) for page in pages]


@asynccontextmanager
async def table(browser: Browser, server: Server, method: Method) -> AsyncIterator[Table]:
    """A circle in the method's first phase, made over HTTP: Owen's case, and his yes."""
    lead, (*people, watcher) = await circle(server.url, *NAMES, "Wim", method=method.id)
    assert (await watcher.act("task", x="observer")).status_code == 204
    for _ in range(2 if method.everybody else 3):
        assert (await lead.next()).status_code == 204
    by_name = dict(zip(NAMES, people, strict=True))
    if not method.everybody:
        await chosen(lead, by_name, method)
    screen = await paired(browser, lead)
    tablet = await look(browser, lead, f"/r/{lead.alias}/leiden", TABLET)
    pages = {n: await look(browser, by_name[n], f"/r/{lead.alias}", PHONE) for n in NAMES[:3]}
    watching = await look(browser, watcher, f"/r/{lead.alias}", PHONE)
    yield Table(lead, people, tablet, screen, pages, watching)
    await asyncio.gather(*(p.context.close() for p in (tablet, screen, watching, *pages.values())))


async def chosen(lead: Person, by_name: dict[str, Person], method: Method) -> None:
    """Owen's case on the table, and his yes to the method."""
    people = list(by_name.values())
    for name in (OWNER, "Cora", "Carl"):
        question = QUESTION if name == OWNER else f"Vraag van {name}?"
        answer = await by_name[name].act("lay", situation="", difficulty="", question=question, rev="1")
        assert answer.status_code == 204
    await lead.next()
    await lead.next()
    case = (await by_name[OWNER].page()).split(QUESTION, 1)[1].split('name="dots-', 1)[1].split('"')[0]
    for person in people:
        assert (await person.act("cast", rev="1", **{f"dots-{case}": "3"})).status_code == 204
    await lead.next()
    for person in people:
        word = "bring" if person is by_name[OWNER] else "none"
        assert (await person.act("answer", choice=word)).status_code == 204
    await lead.next()
    await until_claim(lead, by_name[OWNER])
    assert (await by_name[OWNER].act("say-yes", method=method.id)).status_code == 204


async def until_claim(lead: Person, owner: Person) -> None:
    """The twenty seconds pass on the server's own clock; next and the owner's word are refused until then."""
    async with asyncio.timeout(30):
        while (await owner.act("it-is-me")).status_code != 204:
            await asyncio.sleep(0.25)  # polls
            await lead.next()


async def paired(browser: Browser, lead: Person) -> Page:
    screen = await look(browser, None, "/scherm", SCREEN, lead.base)
    symbols = (await screen.locator(".symbols").inner_text()).strip()
    assert (
        await lead.http.post(
            f"/r/{lead.alias}/koppel",
            data={
                "symbols": symbols,
                "csrf": (await lead.page("/leiden")).split('name="csrf" value="')[1].split('"')[0],
            },
        )
    ).status_code in (204, 303)
    await screen.wait_for_url("**/r/*/scherm")
    return screen


def form(page: Page, line: Input, verb: str) -> Locator:
    return page.locator(f'form[action$="/do/{verb}"]').filter(has=page.locator(f'input[name=input][value="{line.id}"]'))


def word(line: Input, name: str) -> str:
    """What somebody writes here; without their name in it, so that a name on the screen is a finding."""
    return f"{line.id} {name[::-1].lower()}"


async def ask(play: Table, line: Input) -> None:
    """Signed, live: written by one, read beforehand by who leads, on every screen when its turn has come."""
    for name, page in play.who(line).items():
        await page.get_by_text("Schrijf je vraag op").click()
        await page.locator('form[action$="/do/ask"] textarea').fill(word(line, name))
        await page.get_by_role("button", name="Zet in de rij").click()
        await expect(play.tablet.locator("#side")).to_contain_text(word(line, name))
        await expect(play.screen.locator("#screen")).not_to_contain_text(word(line, name))
        await play.tablet.get_by_role("button", name=f"Geef {name} het woord", exact=True).first.click()
        await expect(play.screen.locator(".spoken")).to_have_text(word(line, name))
        await expect(play.owner.locator("#stage")).to_contain_text(word(line, name))
    await expect(play.owner.locator('form[action$="/do/ask"]')).to_have_count(1 if line.who == "everybody" else 0)
    await play.owner.get_by_role("button", name="Deze vraag niet").click()
    await expect(play.screen.locator(".spoken")).to_have_count(0)


async def write(play: Table, line: Input) -> None:
    """In batch: on nobody else's screen until all open together."""
    for name, page in play.who(line).items():
        forms = form(page, line, "card")
        await expect(forms).to_have_count(line.max)
        await forms.first.locator("textarea").fill(word(line, name))
        if line.options:
            await forms.first.locator("input[name=column]").nth(1).press("Space")
        await forms.first.locator("button").click()
        await expect(page.locator("#composer .done")).to_be_visible()
    for page in play.others(line):
        await expect(form(page, line, "card")).to_have_count(0)
    for page in (play.screen, play.tablet, *play.people.values()):
        await expect(page.locator("#stage, #screen").first).not_to_contain_text(line.id)


async def opened(play: Table, line: Input) -> None:
    """Open: the same cards for all, with a name only where they are signed."""
    for page in (play.tablet, play.owner, *play.consultants.values()):
        for name in play.who(line):
            place = (
                ".board section:nth-of-type(2) .card"
                if line.options
                else ".board .card"
                if line.shape
                else ".shelf .card"
            )
            card = page.locator(place, has_text=word(line, name))
            await expect(card).to_have_count(1)
            await expect(card.locator(".from")).to_have_count(1 if line.signed else 0)


async def on_the_wall(play: Table, line: Input) -> None:
    """The big screen shows what lies open too, as many as it can."""
    for name in list(play.who(line))[:2]:
        await expect(play.screen.locator(".wall li, .board .card", has_text=word(line, name))).to_have_count(1)


async def pick(play: Table, line: Input) -> None:
    """The owner takes one along; everybody sees which, and nobody else can."""
    await play.owner.get_by_role("button", name="neem ik mee").first.click()
    await expect(play.owner.locator(".pick[aria-pressed=true]")).to_have_count(1)
    for page in play.consultants.values():
        await expect(page.locator(".took", has_text="neemt")).to_have_count(1)
        await expect(page.locator(".pick")).to_have_count(0)
    await expect(play.screen.locator(".wall .tick, .board .took .icon").first).to_be_visible()


async def place(play: Table, line: Input) -> None:
    """On a board: there at once, on every screen, with the name; taken off by who placed it or by who leads."""
    for name, page in play.who(line).items():
        box = form(page, line, "place")
        await box.locator("textarea").fill(word(line, name))
        if line.options:
            await box.locator("input[name=column]").nth(1).press("Space")
        await box.locator("button").click()
        where = ".board section:nth-of-type(2) .card" if line.options else ".board .card"
        for seen in (play.screen, play.tablet):
            await expect(seen.locator(where, has_text=word(line, name)).locator(".from")).to_contain_text(name)
    for page in play.others(line):
        await expect(form(page, line, "place")).to_have_count(0)
    name, page = next(iter(play.who(line).items()))
    own = ".board .card" if name == OWNER else ".laid.own"  # the owner has the buttons on the board itself
    await page.locator(own, has_text=word(line, name)).get_by_role("button", name="Haal weg").click()
    await expect(play.screen.locator(".board .card", has_text=word(line, name))).to_have_count(0)
    box = form(page, line, "place")
    await box.locator("textarea").fill(word(line, name))
    await box.locator("button").click()
    mine = play.tablet.locator(".board .card", has_text=word(line, name))
    await expect(mine).to_have_count(1)
    if line.shape == "line" and len(play.who(line)) > 1:
        await play.tablet.get_by_role("button", name="Eerder").last.click()
        await expect(play.tablet.locator(".board .card").last).not_to_contain_text(word(line, name))


async def sort(play: Table, line: Input) -> None:
    """The owner gives a card a label or a number; everybody sees it and nobody else can."""
    said = line.options[0].nl if line.kind == "sort" else str(line.high)
    await play.owner.locator(f'.sorts button[value^="{line.id}:"]', has_text=said).first.click()
    await expect(play.owner.locator(f'.sorts button[value^="{line.id}:"][aria-pressed=true]')).to_have_count(1)
    for page in play.consultants.values():
        await expect(page.locator(".took", has_text=said).first).to_be_visible()
        await expect(page.locator(".sorts")).to_have_count(0)
    await expect(play.screen.locator(".wall .tag, .board .took", has_text=said).first).to_be_visible()


async def vote(play: Table, line: Input) -> None:
    """A ballot: nobody sees anything until it is closed."""
    for page in play.who(line).values():
        box = form(page, line, "vote")
        if line.mode == "dots":
            await box.locator(".spot").first.click()
        elif line.mode == "rank":
            await box.locator("select").first.select_option("1")
        else:
            await box.locator("label.choice").first.click()
        await box.locator("button.filled").click()
        await expect(page.locator("#composer .done").first).to_be_visible()
    for page in play.others(line):
        await expect(form(page, line, "vote")).to_have_count(0)
    for page in (play.screen, play.tablet, *play.people.values()):
        await expect(page.locator(".outcome")).to_have_count(0)


async def counted(play: Table, line: Input) -> None:
    """Closed: what came out on top, and below five ballots no number, for all alike."""
    for page in (play.screen, play.tablet, play.owner, *play.consultants.values()):
        await expect(page.locator(".outcome li")).to_have_count(1)
        await expect(page.locator(".outcome .dot")).to_have_count(0)


async def count_down(play: Table, line: Input) -> None:
    """Who leads begins the timer; it runs on every screen, and can be taken away."""
    await play.tablet.locator(f'button[formaction$="/do/timer"][value="{line.id}"]').click()
    for page in (play.screen, play.tablet, play.owner):
        await expect(page.locator("[data-seconds]").first).to_be_visible()
    assert (await play.lead.act("notice", x="")).status_code == 204
    await expect(play.screen.locator("[data-seconds]")).to_have_count(0)


async def gather(play: Table, line: Input) -> None:
    """Small groups: everybody sees them and their own, and whose turn it is in it."""
    groups = await play.owner.locator(".groups .card").all_inner_texts()
    for name, page in play.people.items():
        own = page.locator(".group")
        await expect(own).to_contain_text(name)
        mine = next(text for text in groups if name in text)
        for other in (n for n in NAMES if n in mine):
            await expect(own).to_contain_text(other)
        if line.client:
            await expect(own).to_contain_text(re.compile("Nu gaat het over|is iedereen geweest"))
    if line.turns:
        await take_turns(play, groups)


async def take_turns(play: Table, groups: list[str]) -> None:
    """Each group goes on by a tap of one of its own; the others stay where they are, and who leads sees how far."""
    told = play.tablet.locator(".at-groups li")
    for n, group in enumerate(groups):
        many = sum(name in group for name in NAMES)
        inside = [page for name, page in play.people.items() if name in group]
        outside = [page for name, page in play.people.items() if name not in " ".join(groups[: n + 1])]
        await expect(told.nth(n)).to_contain_text("nog niet begonnen")
        for turn in range(1, many + 1):
            await inside[turn % len(inside)].locator("#g-on").click()
            for page in inside:
                await expect(page.locator(".group")).to_contain_text(f"Beurt {turn} van {many}")
                await expect(page.locator(".group time")).to_contain_text("nog ")
            await expect(told.nth(n)).to_contain_text(f"{turn} van {many}")
            assert await axe(inside[0]) == []
        await inside[0].get_by_role("button", name="Wij zijn klaar").click()
        for page in inside:
            await expect(page.locator(".group")).to_contain_text("is iedereen geweest")
        await expect(told.nth(n)).to_contain_text("klaar")
        for page in outside:
            await expect(page.locator(".group")).to_contain_text("Jullie beginnen zelf")


async def around_again(play: Table, phase: Phase, method: Method) -> None:
    """A second round: back at the earlier phase, what was written is still there, and forward again."""
    button = play.tablet.locator('button[formaction$="/do/loop"]')
    await button.click()
    await button.click()
    ids = [p.id for p in method.phases]
    back = method.phases[ids.index(phase.back)]
    await expect(play.tablet.locator("#stage h1, #stage h2").first).to_contain_text(back.name.nl)
    for later in method.phases[ids.index(phase.back) : ids.index(phase.id)]:
        if is_batch(later):
            await expect(play.tablet.locator(".card.old").first).to_be_visible()
            await play.next(later)
            if later_vote(later):
                await play.next(later)
        await play.next(method.phases[ids.index(later.id) + 1])
    await expect(play.tablet.locator("#stage h1, #stage h2").first).to_contain_text(phase.name.nl)


async def say(play: Table, line: Input) -> None:
    """A shared text: typed by who may, seen by all."""
    name, page = next(iter(play.who(line).items()))
    box = form(page, line, "text")
    if line.options:
        said = line.options[0].nl
        await box.get_by_text(said, exact=True).click()
    else:
        said = word(line, name)
        await box.locator("textarea").fill(said)
    await box.locator("button").click()
    if line.field == "case_question":
        play.question = said
    if line.until:
        play.closed.setdefault(line.until, []).append(said)
        await expect(box.locator("textarea")).to_have_value(said)
        for hidden in (play.screen.locator("#screen"), play.tablet.locator("main")):
            await expect(hidden).not_to_contain_text(said)
        return
    for seen in (play.screen.locator("#screen"), play.tablet.locator("main")):
        await expect(seen).to_contain_text(said)
    for other in play.others(line):
        await expect(form(other, line, "text")).to_have_count(0)


async def rate(play: Table, line: Input) -> None:
    """A number: the owner's own is signed and shown; everybody's stays unseen until all open."""
    for page in play.who(line).values():
        box = form(page, line, "rate")
        await box.locator("label").nth(1).click()
        await box.locator("button").click()
        await expect(box.locator("input:checked")).to_have_value(str(line.low + 1))
    for page in play.others(line):
        await expect(form(page, line, "rate")).to_have_count(0)
    if line.who != "owner":
        await expect(play.screen.locator(".results")).to_have_count(0)


async def note(play: Table, line: Input) -> None:
    """For oneself: stays on the device, on no other screen and in no request."""
    name, page = next(iter(play.who(line).items()))
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    await page.locator("[data-note]").first.fill(f"alleen voor mij {line.id}")
    await page.reload()
    await expect(page.locator("[data-note]").first).to_have_value(f"alleen voor mij {line.id}")
    assert not any("alleen+voor+mij" in body for body in sent), name


async def speak(play: Table, line: Input) -> None:
    """Turns go round: given by who leads, handed on by who has the floor."""
    name, page = next(iter(play.who(line).items()))
    await play.tablet.get_by_role("button", name=f"Geef {name} het woord", exact=True).first.click()
    await expect(play.screen.locator(".names .floor")).to_contain_text(name)
    own = 'button[name=turn]:is([formaction$="/do/hand-on"], [formaction$="/do/pass"])'  # not the pass of who waits
    await page.locator(own).first.click()
    await expect(play.screen.locator(".names .floor").filter(has_text=name)).to_have_count(0)


ACTS = {"text": say, "notes": note, "takeaway": note, "timer": count_down, "groups": gather}


async def through(play: Table, phase: Phase) -> None:
    """One phase: first what is written, then what is open."""
    later = later_vote(phase)
    if phase.listens == "owner" and not any(i.who == "owner" and i.kind in ("text", "scale") for i in phase.inputs):
        await expect(play.owner.locator("#stage-h")).to_have_text("Je luistert nu.")
    for said in play.closed.get(phase.id, ()):
        await expect(play.screen.locator("#screen")).to_contain_text(said)
    for line in phase.inputs:
        if line.kind == "cards":
            await (ask if is_queue(line) else place if is_board(line) else write)(play, line)
        elif line.kind == "vote" and line is not later:
            await vote(play, line)
        elif line.kind == "scale" and not line.of:
            await rate(play, line)
        elif line.kind in ACTS:
            await ACTS[line.kind](play, line)
    assert await axe(next(iter(play.consultants.values()))) == [], phase.id
    if is_batch(phase):
        await play.next(phase)
    for line in phase.inputs:
        if line.kind == "cards" and not line.live:
            await opened(play, line)
            await on_the_wall(play, line)
        elif line.kind == "scale" and line.who != "owner":
            await expect(play.screen.locator(".results")).to_have_count(1)
        elif line.kind == "vote" and line is not later:
            await counted(play, line)
    if later:
        await vote(play, later)
        await play.next(phase)
        await counted(play, later)
    for line in phase.inputs:
        if line.kind == "pick":
            await pick(play, line)
        elif line.kind in ("sort", "scale") and line.of:
            await sort(play, line)
    for line in phase.inputs:
        if line.kind == "turns" and not any(is_queue(i) for i in phase.inputs):
            await speak(play, line)
    assert await axe(play.owner) == [], phase.id


async def watched(play: Table, phase: Phase) -> None:
    """Who watches counts and notes on the own device, and gives nothing in any step."""
    await expect(play.watcher.locator(".tally")).to_be_visible()
    await expect(play.watcher.locator("#own-note")).to_have_count(1)
    await expect(play.watcher.locator("form[data-draft], form[action*='/do/'] textarea")).to_have_count(0)
    assert await axe(play.watcher) == [], phase.id


async def back_and_forth(play: Table, phase: Phase) -> None:
    """Who leads goes a step back, and on again: all that lay on every page lies there."""
    before = await play.lies()
    at = re.search(r'do/back" name="at"[^>]*?value="([^"]+)"', await play.lead.page("/leiden"), re.S)
    assert at
    assert (await play.lead.act("back", at=html.unescape(at[1]))).status_code == 204
    await expect(play.tablet.locator("#stage h1, #stage h2").first).not_to_have_text(phase.name.nl)
    await play.next(phase)
    for _ in range(50):
        if (after := await play.lies()) == before:
            return
        await asyncio.sleep(0.1)  # polls: each page draws in its own time
    assert after == before, phase.id


METHODS = [pytest.param(m, id=m.id) for m in catalogue().values()]


@pytest.mark.long
@pytest.mark.parametrize("method", METHODS)
async def test_each_role_uses_each_input_of_each_phase(server: Server, browser: Browser, method: Method) -> None:
    async with table(browser, server, method) as play:
        for phase in method.phases:
            await play.next(phase)
            if not method.everybody:
                for seen in (play.screen.locator("footer"), play.tablet.locator(".band"), play.owner.locator(".band")):
                    await expect(seen).to_contain_text(play.question)  # always, on every device
            await watched(play, phase)
            await through(play, phase)
            await back_and_forth(play, phase)
            if phase.back:
                await around_again(play, phase, method)
        await play.lead.next()
        await expect(play.tablet.locator("#stage h1")).to_contain_text("Afronden")
