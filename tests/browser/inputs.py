"""What people do with each sort of input of a method, on their own pages, and what all others see of it."""

from __future__ import annotations

import re

from playwright.async_api import Locator, Page, expect

from rooms.methods import Input, on_screen
from rooms.promises import FEWEST
from tests.browser.pages import sound
from tests.browser.plays import OWNER, PLAIN, Table

ALL_HAD = "In jullie groepje is iedereen geweest. Praat door, of wacht op de anderen."


def form(page: Page, line: Input, verb: str) -> Locator:
    return page.locator(f'form[action$="/do/{verb}"]').filter(has=page.locator(f'input[name=input][value="{line.id}"]'))


def give(play: Table, name: str) -> Locator:
    """The button with which who leads gives somebody the floor."""
    words = play.t("Geef %(name)s het woord", name=name)
    return play.leads.get_by_role("button", name=words, exact=True).first


async def ask(play: Table, line: Input) -> None:
    """Signed, live: written by one, read beforehand by who leads, on every screen when its turn has come."""
    for name, page in play.who(line).items():
        said = play.word(line, name)
        await page.get_by_text(play.t("Schrijf je vraag op")).click()
        await page.locator('form[action$="/do/ask"] textarea').fill(said)
        await page.get_by_role("button", name=play.t("Zet in de rij")).click()
        await expect(give(play, name)).to_be_visible()
        if play.guided:
            await expect(play.leads.locator("#side")).to_contain_text(said)
        else:  # on the page of who leads, and not on that person's own chair
            assert said in await play.lead.page("/leiden")
            await expect(play.leads.locator("#stage")).not_to_contain_text(said)
        await expect(play.screen.locator("#screen")).not_to_contain_text(said)
        await give(play, name).click()
        await expect(play.screen.locator(".spoken")).to_have_text(said)
        for seen in play.members:
            await expect(seen.locator("#stage")).to_contain_text(said)
    await expect(play.owner.locator('form[action$="/do/ask"]')).to_have_count(1 if line.who == "everybody" else 0)
    await play.owner.get_by_role("button", name=play.t("Deze vraag niet")).click()
    await expect(play.screen.locator(".spoken")).to_have_count(0)


async def write(play: Table, line: Input) -> None:
    """In batch: on nobody else's screen until all open together."""
    for name, page in play.who(line).items():
        forms = form(page, line, "card")
        await expect(forms).to_have_count(line.max + (play.writes == name and line.signed))
        await forms.first.locator("textarea").fill(play.word(line, name))
        if line.options:
            await forms.first.locator("input[name=column]").nth(1).press("Space")
        await forms.first.locator("button").click()
        await expect(page.locator("#composer .done")).to_be_visible()
    if play.writes and line.signed:
        await write_for(play, line)
    for page in play.others(line):
        await expect(form(page, line, "card")).to_have_count(0)
    for page in play.pages:
        for name in play.who(line):
            await expect(page.locator("#stage, #screen").first).not_to_contain_text(play.word(line, name))


async def write_for(play: Table, line: Input) -> None:
    """Who writes for others lays a card under the name of somebody who has no browser here."""
    page = play.people[play.writes]
    box = form(page, line, "card").filter(has=page.locator("select[name=for]"))
    await page.locator("details.laid").filter(has=box).locator("summary").click()
    await box.locator("select").select_option(label=PLAIN)
    await box.locator("textarea").fill(play.word(line, PLAIN))
    if line.options:
        await box.locator("input[name=column]").nth(1).press("Space")
    await box.locator("button").click()
    await expect(box.locator("textarea")).to_have_value("")


async def opened(play: Table, line: Input) -> None:
    """Open: the same cards for all, with a name only where they are signed."""
    where = ".board section:nth-of-type(2) .card" if line.options else ".board .card" if line.shape else ".shelf .card"
    wrote = [*play.who(line), *([PLAIN] if play.writes and line.signed else [])]
    for page in (p for p in play.pages if p is not play.screen):
        for name in wrote:
            card = page.locator(where, has_text=play.word(line, name))
            await expect(card).to_have_count(1)
            await expect(card.locator(".from")).to_have_count(1 if line.signed else 0)
            if line.signed:
                await expect(card.locator(".from")).to_contain_text(name)


async def on_the_wall(play: Table, line: Input) -> None:
    """The big screen shows what lies open too, as many as it can."""
    for name in list(play.who(line))[:2]:
        words = play.word(line, name)
        await expect(play.screen.locator(".wall li, .board .card", has_text=words)).to_have_count(1)


async def pick(play: Table, line: Input) -> None:
    """The owner takes one along; everybody sees which, and nobody else can."""
    await play.owner.get_by_role("button", name=play.t("neem ik mee")).first.click()
    await expect(play.owner.locator(".pick[aria-pressed=true]")).to_have_count(1)
    for page in play.consultants.values():
        await expect(page.locator(".took", has_text=play.t("neemt %(name)s mee", name=OWNER))).to_have_count(1)
        await expect(page.locator(".pick")).to_have_count(0)
    await expect(play.screen.locator(".wall .tick, .board .took .icon").first).to_be_visible()


async def place(play: Table, line: Input) -> None:
    """On a board: there at once, on every screen, with the name; taken off by who placed it or by who leads."""
    for name, page in play.who(line).items():
        box = form(page, line, "place")
        await box.locator("textarea").fill(play.word(line, name))
        if line.options:
            await box.locator("input[name=column]").nth(1).press("Space")
        await box.locator("button").click()
        where = ".board section:nth-of-type(2) .card" if line.options else ".board .card"
        for seen in (play.screen, play.leads):
            await expect(seen.locator(where, has_text=play.word(line, name)).locator(".from")).to_contain_text(name)
    for page in play.others(line):
        await expect(form(page, line, "place")).to_have_count(0)
    name, page = next(iter(play.who(line).items()))
    words = play.word(line, name)
    off = page.locator(".board .card, .laid.own", has_text=words).get_by_role("button", name=play.t("Haal weg"))
    await off.first.click()  # an owner has the buttons on the board itself
    await expect(play.screen.locator(".board .card", has_text=words)).to_have_count(0)
    box = form(page, line, "place")
    await box.locator("textarea").fill(words)
    await box.locator("button").click()
    await expect(play.leads.locator(".board .card", has_text=words)).to_have_count(1)
    if line.shape == "line" and len(play.who(line)) > 1:
        moves = play.leads if play.guided else await cockpit(play)
        await expect(moves.locator(".board .card").last).to_contain_text(words)
        await moves.get_by_role("button", name=play.t("Eerder: %(card)s", card="")).last.click()
        await expect(play.leads.locator(".board .card").last).not_to_contain_text(words)
        if not play.guided:
            await moves.close()


async def cockpit(play: Table) -> Page:
    """The screen of who leads, beside the own chair of somebody who leads from a phone."""
    page = await play.leads.context.new_page()
    await page.goto(f"{play.lead.base}/r/{play.lead.alias}/leiden")
    return page


async def sort(play: Table, line: Input) -> None:
    """The owner gives a card a label or a number; everybody sees it and nobody else can."""
    said = play.of(line.options[0]) if line.kind == "sort" else str(line.high)
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
    for page in play.pages:
        await expect(page.locator(".outcome")).to_have_count(0)


async def counted(play: Table, line: Input) -> None:
    """Closed: what came out on top, and below five ballots no number, for all alike."""
    for page in play.pages:
        if len(play.who(line)) < FEWEST:
            await expect(page.locator(".outcome li")).to_have_count(1)
            await expect(page.locator(".outcome .dot")).to_have_count(0)
        else:
            await expect(page.locator(".outcome li").nth(1)).to_be_visible()
            await expect(page.locator(".outcome .dot").last).to_have_text("0")


async def count_down(play: Table, line: Input) -> None:
    """Who leads begins the timer; it runs on every screen, and can be taken away."""
    await play.leads.locator(f'button[formaction$="/do/timer"][value="{line.id}"]').click()
    for page in (play.screen, play.leads, play.owner):
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
        for other in (n for n in play.seats if n in mine):
            await expect(own).to_contain_text(other)
        if line.client:
            about = ("Nu gaat het over jouw vraag.", "Nu gaat het over de vraag van %(name)s.", ALL_HAD)
            await expect(own).to_contain_text(re.compile("|".join(play.t(one, name=".+") for one in about)))
    if line.turns:
        await take_turns(play, groups)


async def take_turns(play: Table, groups: list[str]) -> None:
    """Each group goes on by a tap of one of its own; the others stay where they are, and who leads sees how far."""
    told = play.leads.locator(".at-groups li")
    for n, group in enumerate(groups):
        many = group.count(",") + 1
        inside = [page for name, page in play.people.items() if name in group]
        outside = [page for name, page in play.people.items() if name not in " ".join(groups[: n + 1])]
        await expect(told.nth(n)).to_contain_text(play.t("nog niet begonnen"))
        for turn in range(1, many + 1):
            await inside[turn % len(inside)].locator("#g-on").click()
            for page in inside:
                words = play.t("Beurt %(n)s van %(total)s", n=turn, total=many)
                await expect(page.locator(".group")).to_contain_text(words)
                await expect(page.locator(".group time")).to_contain_text(" min")
            await expect(told.nth(n)).to_contain_text(play.t("%(n)s van %(total)s", n=turn, total=many))
            assert await sound(inside[0]) == []
        await inside[0].get_by_role("button", name=play.t("Wij zijn klaar")).click()
        for page in inside:
            await expect(page.locator(".group")).to_contain_text(play.t(ALL_HAD))
        await expect(told.nth(n)).to_contain_text(play.t("klaar"))
        for page in outside:
            begins = play.t("Jullie beginnen zelf. %(name)s is de eerste.", name=".+")
            await expect(page.locator(".group")).to_contain_text(re.compile(begins))


async def say(play: Table, line: Input) -> None:
    """A shared text: whoever may writes a version, with the one before it in the own field; all see the newest."""
    before, whose = "", await writers(play, line)
    for n, (name, page) in enumerate(whose.items()):
        box = form(page, line, "text")
        if line.options:
            said = play.of(line.options[n % len(line.options)])
            if before:
                await expect(box.locator("input:checked")).to_have_value(before)
            await box.get_by_text(said, exact=True).click()
        else:
            said = play.word(line, name)
            if before:
                await expect(box.locator("textarea")).to_have_value("" if line.until else before)
            await box.locator("textarea").fill(said)
        await box.locator("button").click()
        play.wrote.add(said)
        if line.until:
            await kept_closed(play, line, box, said)
        else:
            await read_by_all(play, line, said, before)
        before = said
    for page in whose.values() if not line.options and not line.until else ():
        await expect(form(page, line, "text").locator("textarea")).to_have_value(before)
    for name, page in play.people.items():
        if name not in whose:
            await expect(form(page, line, "text")).to_have_count(0)


async def writers(play: Table, line: Input) -> dict[str, Page]:
    """Whose text this is; where it is about what won in a vote, that is one of them."""
    whose = play.who(line)
    if not line.of:
        return whose
    found = {name: page for name, page in whose.items() if await form(page, line, "text").count()}
    assert len(found) == 1, line.id
    return found


async def kept_closed(play: Table, line: Input, box: Locator, said: str) -> None:
    """Until its phase comes, its writer alone reads it."""
    play.closed.setdefault(line.until, []).append(said)
    await expect(box.locator("textarea")).to_have_value(said)
    for hidden in play.pages:
        await expect(hidden.locator("#stage, #screen").first).not_to_contain_text(said)


async def read_by_all(play: Table, line: Input, said: str, before: str) -> None:
    """The newest version is what lies there; of the question its earlier ones stay, for who wants to see them."""
    for seen in play.readers(line):
        await expect(seen).to_contain_text(said)
    if not on_screen(play.phase, line) and line.field != "case_question":
        await expect(play.screen.locator("#screen")).not_to_contain_text(said)
    if line.field == "case_question":
        play.question, play.versions = said, play.versions + 1
        for page in play.members:
            await expect(page.locator("#band .band p")).to_contain_text(said)
            await expect(page.locator("#band .band li")).to_have_count(play.versions if play.versions > 2 else 0)
    elif before:
        for seen in play.readers(line):
            await expect(seen).not_to_contain_text(before)


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
    if line.owner == "first" and not play.guided:  # a phone has a button for who is next, and no chairs to tap
        name, page = OWNER, play.owner
    elif line.after and not play.guided:  # who is next had no turn before
        can = {name: page for name, page in play.who(line).items() if await give(play, name).count()}
        assert name not in can
        name, page = next(iter(can.items()))
    await give(play, name).click()
    await expect(play.screen.locator(".names .floor")).to_contain_text(name)
    own = 'button[name=turn]:is([formaction$="/do/hand-on"], [formaction$="/do/pass"])'  # not the pass of who waits
    await page.locator(own).first.click()
    await expect(play.screen.locator(".names .floor").filter(has_text=name)).to_have_count(0)


ACTS = {"text": say, "notes": note, "takeaway": note, "timer": count_down, "groups": gather}
