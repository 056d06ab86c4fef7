"""A circle that plays one method in browsers, led from a tablet or by one of its own; who may do what in it.

Nothing here, in inputs.py or in test_methods.py knows a method by name: all of it reads the file as the engine does.
"""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Locator, Page, expect

from rooms.methods import Input, Method, Phase, Text, is_batch, on_screen
from server.i18n import Languages
from server.person import Person
from tests.browser.circles import circle, frames, onward, tapped
from tests.browser.pages import PHONE, SCREEN, TABLET, look, sound
from tests.conftest import Server

OWNER, WRITES, HEIR, PLAIN, AWAY, LATE = "Owen", "Cora", "Carl", "Cleo", "Otto", "Lars"
NAMES = (OWNER, WRITES, HEIR, PLAIN, "Cem")  # Cleo and Cem have no browser here
QUESTION = {"nl": "Hoe blijf ik collega?", "en": "How do I stay a colleague?"}
LIES = """() => [...document.querySelectorAll(
    '.shelf .words, .wall li p, .board .card, .case-said, .band p, .said, .outcome li, .results, .fields p'
)].map(e => e.textContent.replace(/\\s+/g, ' ').trim())"""
POINTER = re.compile(r'do/next" name="at" value="([^"]+)"')
SPOKEN = Languages()


class Table:
    """The pages of a circle in a method: the big screen, the people by chair, and who leads, from a tablet (a guided
    circle) or from the own phone (one that leads itself)."""

    def __init__(self, lead: Person, leads: Page, screen: Page, seats: dict[str, Person], people: dict[str, Page]):
        self.lead, self.leads, self.screen, self.seats, self.people = lead, leads, screen, seats, people
        self.guided = leads not in people.values()
        self.code, self.lang = lead.code, lead.lang
        self.owner, self.question = people[OWNER], QUESTION[lead.lang]
        self.writes = "" if self.guided else WRITES  # who writes for others
        self.phase: Phase | None = None
        self.onlookers: dict[str, Page] = {}  # who sees all there is, and fills in nothing now
        self.outside: tuple[Person, Page] | None = None
        self.heard: list[str] = []  # all that the page of who is outside was ever sent
        self.versions = 1  # of the question
        self.wrote: set[str] = {self.question}
        self.closed: dict[str, list[str]] = {}  # by phase: texts that nobody else reads before it

    def of(self, text: Text) -> str:
        """A text of a method in the language of this circle."""
        return str(getattr(text, self.lang))

    def t(self, sentence: str, **fields: object) -> str:
        """A sentence of a page in it."""
        said = SPOKEN.translator(self.lang).gettext(sentence)
        return said % fields if fields else said

    def word(self, line: Input, name: str) -> str:
        """What somebody writes here; without their name in it, so that a name on the screen is a finding."""
        said = f"{line.id} {name[::-1].lower()}"
        self.wrote.add(said)
        return said

    @property
    def consultants(self) -> dict[str, Page]:
        return {n: p for n, p in self.people.items() if n != OWNER}

    @property
    def members(self) -> list[Page]:
        """Every phone of somebody who may read what lies open."""
        return [*self.people.values(), *self.onlookers.values()]

    @property
    def pages(self) -> list[Page]:
        """Every page that may."""
        return [self.screen, *([self.leads] if self.guided else []), *self.members]

    def who(self, line: Input) -> dict[str, Page]:
        """Whose input this is, of those who have a browser here."""
        whose = {"owner": {OWNER: self.owner}, "consultants": self.consultants}.get(line.who, self.people)
        return {self.writes: whose[self.writes]} if line.scribe and self.writes in whose else whose

    def others(self, line: Input) -> list[Page]:
        """Who sees no form for it."""
        return [p for n, p in self.people.items() if n not in self.who(line)]

    def readers(self, line: Input) -> list[Locator]:
        """Where a shared text is read: on the screen, and where who leads looks."""
        place = "main" if self.guided else "#band" if line.field == "case_question" else "#stage"
        shown = line.field == "case_question" or on_screen(self.phase, line)
        wall = [self.screen.locator("#screen")] if shown else []
        return [*wall, self.leads.locator(place)]

    async def next(self, phase: Phase) -> None:
        """On to a phase, or, in it, to what was written in it. Who leads from a phone taps it there, once all that are
        waited for said to be ready."""
        if self.guided:
            await onward(self.lead, self.seats.values())
        else:
            for one in self.seats.values() if self.phase is phase else ():
                await one.act("done")
            now = POINTER.search(await self.lead.page("/leiden"))
            assert now
            await expect(self.leads.locator("#l-next")).to_have_attribute("value", html.unescape(now[1]))
            await tapped(self.leads, "#l-next")
        self.phase = phase
        if self.guided:
            await expect(self.leads.locator("#stage h1, #stage h2").first).to_contain_text(self.of(phase.name))
        for page in self.members:
            await expect(page.locator("#head")).to_contain_text(self.of(phase.name))
        for page in (*self.pages, *([self.outside[1]] if self.outside else [])):
            assert page.faults == [], phase.id  # type: ignore[attr-defined]

    async def lies(self) -> list[list[str]]:
        """The words that lie on each page, as people read them."""
        return [await page.evaluate(LIES) for page in self.pages]

    async def alike(self) -> bool:
        """Whether the same lies on the page of who came late and of who was there all the time."""
        late, other = self.onlookers[LATE], self.people[HEIR]
        return bool(await late.evaluate(LIES) == await other.evaluate(LIES))

    async def unseen(self, person: Person, page: Page) -> None:
        """Nothing that anybody wrote in this case stands on somebody's page, as it is and as it would come anew, or was
        sent to who is outside since."""
        for drawn in (await page.content(), await person.page(), *self.heard):
            assert [said for said in self.wrote if said in html.unescape(drawn)] == []


@asynccontextmanager
async def guided(browser: Browser, server: Server, method: Method) -> AsyncIterator[Table]:
    """A circle with a facilitator and somebody who watches, in Dutch, as its method is about to begin."""
    lead, (*people, watcher) = await circle(server.url, *NAMES, "Wim", method=method.id)
    assert (await watcher.act("task", x="observer")).status_code == 204
    seats = dict(zip(NAMES, people, strict=True))
    await chosen(lead, seats, method)
    screen = await paired(browser, lead)
    tablet = await look(browser, lead, f"/r/{lead.alias}/leiden", TABLET)
    pages = {n: await look(browser, seats[n], f"/r/{lead.alias}", PHONE) for n in NAMES[:3]}
    play = Table(lead, tablet, screen, seats, pages)
    play.onlookers["Wim"] = await look(browser, watcher, f"/r/{lead.alias}", PHONE)
    yield play
    await asyncio.gather(*(p.context.close() for p in play.pages))


@asynccontextmanager
async def leading_itself(browser: Browser, server: Server, method: Method) -> AsyncIterator[Table]:
    """A circle in English that Fay leads from her own chair; Cora writes for others, and Otto is still there."""
    lead, people = await circle(server.url, *NAMES, AWAY, lang="en", method=method.id, part="self")
    away, seats = people.pop(), {"Fay": lead, **dict(zip(NAMES, people, strict=True))}
    assert (await seats[WRITES].act("task", x="secretary")).status_code == 204
    await chosen(lead, {**seats, AWAY: away}, method)
    screen = await paired(browser, lead)
    pages = {n: await look(browser, seats[n], f"/r/{lead.alias}", PHONE) for n in ("Fay", *NAMES[:3])}
    play = Table(lead, pages["Fay"], screen, seats, pages)
    play.outside = away, await look(browser, away, "/", PHONE)
    play.heard = frames(play.outside[1])
    await play.outside[1].goto(f"{lead.base}/r/{lead.alias}")
    yield play
    await asyncio.gather(*(p.context.close() for p in (*play.pages, play.outside[1])))


async def chosen(lead: Person, by_name: dict[str, Person], method: Method) -> None:
    """To where the method can begin, over HTTP: Owen's case on the table, and his yes to the method."""
    for _ in range(2 if method.everybody else 3):
        assert (await lead.next()).status_code == 204
    if method.everybody:
        return
    people = list(by_name.values())
    for name in NAMES[:4]:
        question = QUESTION[lead.lang] if name == OWNER else f"Vraag van {name}?"
        answer = await by_name[name].act("lay", situation="", difficulty="", question=question, rev="1")
        assert answer.status_code == 204
    await lead.next()
    await lead.next()
    case = (await by_name[OWNER].page()).split(QUESTION[lead.lang], 1)[1].split('name="dots-', 1)[1].split('"')[0]
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
    """The big screen of the circle, in its language."""
    screen = await look(browser, None, "/scherm", SCREEN, lead.base, locale=lead.lang)
    symbols = (await screen.locator(".symbols").inner_text()).strip()
    csrf = (await lead.page("/leiden")).split('name="csrf" value="')[1].split('"')[0]
    answer = await lead.http.post(f"/r/{lead.alias}/koppel", data={"symbols": symbols, "csrf": csrf})
    assert answer.status_code in (204, 303)
    await screen.wait_for_url("**/r/*/scherm")
    return screen


async def sent_outside(play: Table) -> None:
    """The case touches somebody, who hears and reads nothing of it from here on."""
    assert play.outside
    person, page = play.outside
    seat = await page.locator("body").get_attribute("data-seat")
    assert seat
    assert (await play.lead.act("outside", seat=seat)).status_code == 204
    await expect(page.get_by_role("heading", name=play.t("Je bent even buiten."))).to_be_visible()
    play.heard.clear()
    await play.unseen(person, page)
    assert await sound(page) == []


async def lead_passed(play: Table, *, taken: bool) -> None:
    """Another leads from here on: asked by who leads, or who takes it. All see who; only that one has the handles."""
    old, new = play.leads, play.people[HEIR]
    if taken:
        await new.locator("summary", has_text=play.t("Neem de leiding over")).click()
        await new.get_by_role("button", name=play.t("Ik neem het over")).click()
    else:
        await old.locator("summary", has_text=play.t("Geef de leiding door")).click()
        await old.get_by_role("button", name=HEIR, exact=True).click()
    await expect(new.locator(".leading")).to_have_count(1)
    await expect(old.locator(".leading")).to_have_count(0)
    for page in play.members:
        await expect(page.locator("#stage")).to_contain_text(play.t("%(name)s leidt nu.", name=HEIR))
    play.lead, play.leads = play.seats[HEIR], new


async def come_late(browser: Browser, play: Table, phase: Phase, *, asks: bool) -> None:
    """Somebody knocks, is let in by who leads and by who brings the case, reads the agreement before anything else, and
    then sees what lies there. What others write at the same time is not for them in this step."""
    late = await Person(play.lead.base, play.lang).join(play.code, LATE)
    await play.leads.get_by_role("button", name=play.t("Vraag de inbrenger" if asks else "Laat binnen")).click()
    if asks:
        await play.owner.get_by_role("button", name=play.t("%(name)s mag erbij", name=LATE)).click()
        await expect(play.owner.locator(".knock")).to_have_count(0)
    await expect(play.leads.locator("#me")).not_to_contain_text(LATE)
    page = await look(browser, late, f"/r/{late.alias}", PHONE)
    await expect(page.get_by_role("heading", name=play.t("Welkom, %(name)s.", name=LATE))).to_be_visible()
    await play.unseen(late, page)
    assert await sound(page) == []
    await page.get_by_role("button", name=play.t("Hier houd ik me aan")).click()
    await expect(page.locator("#head")).to_contain_text(play.of(phase.name))
    note = page.get_by_text(play.t("Je kwam binnen toen deze ronde al liep. Vanaf de volgende doe je mee."))
    await expect(note).to_have_count(1 if is_batch(phase) else 0)
    for line in phase.inputs:
        if line.kind in ("cards", "vote", "scale") and not line.live:
            await expect(page.locator(f'form input[name=input][value="{line.id}"]')).to_have_count(0)
    if any(line.turns for line in phase.inputs):  # groups that go on by themselves have room for one more
        await expect(play.owner.locator(".groups")).to_contain_text(LATE)
    play.onlookers[LATE], play.seats[LATE] = page, late
