"""Every method, phase by phase: each role uses each input that its file names, and everybody sees what they should.

Twice: led from a tablet, in Dutch; and by a circle that leads itself, in English, in which the lead is passed on, one
writes for others, one is outside and one comes late. It plays in `make test-long`; in `make test` the rules alone play
all methods (tests/rooms/test_plays.py).
"""

from __future__ import annotations

import asyncio
import html
import re

import pytest
from playwright.async_api import Browser, expect

from rooms.methodfiles import catalogue
from rooms.methods import Method, Phase, is_batch, is_board, is_queue, later_vote
from rooms.shell import CLOSING
from tests.browser import inputs
from tests.browser.circles import until
from tests.browser.pages import sound
from tests.browser.plays import LATE, Table, come_late, guided, lead_passed, leading_itself, sent_outside
from tests.conftest import Server

METHODS = [pytest.param(m, id=m.id) for m in catalogue().values()]


@pytest.mark.long
@pytest.mark.parametrize("method", METHODS)
async def test_each_role_uses_each_input_of_each_phase(server: Server, browser: Browser, method: Method) -> None:
    async with guided(browser, server, method) as play:
        for phase in method.phases:
            await play.next(phase)
            await watched(play, phase)
            await played(play, phase, method)
        await play.next(CLOSING)


@pytest.mark.long
@pytest.mark.parametrize("method", METHODS)
async def test_a_circle_that_leads_itself_plays_it_in_english(server: Server, browser: Browser, method: Method) -> None:
    async with leading_itself(browser, server, method) as play:
        assert play.outside
        for n, phase in enumerate(method.phases):
            await play.next(phase)
            if n == 0:
                await sent_outside(play)
            if n == len(method.phases) // 2:
                await come_late(browser, play, phase, asks=not method.everybody)
                await lead_passed(play, taken=len(method.phases) % 2 == 0)
            await played(play, phase, method)
            await play.unseen(*play.outside)
            if LATE in play.onlookers:  # who has the same on the page now, and takes part from the next step on
                await until(play.alike)
                play.people[LATE] = play.onlookers.pop(LATE)
        await play.next(CLOSING)
        await expect(play.people[LATE].locator("#composer textarea")).to_have_count(2)
        await play.unseen(*play.outside)


async def played(play: Table, phase: Phase, method: Method) -> None:
    """One phase, with a step back and on, and once around where the method may."""
    if not method.everybody:
        for seen in (play.screen.locator("footer"), *(page.locator(".band").first for page in play.pages[1:])):
            await expect(seen).to_contain_text(play.question)  # always, on every device
    await through(play, phase)
    await back_and_forth(play, phase)
    if phase.back:
        await around_again(play, phase, method)


async def through(play: Table, phase: Phase) -> None:
    """First what is written, then what is open."""
    later = later_vote(phase)
    if phase.listens == "owner" and not any(i.who == "owner" and i.kind in ("text", "scale") for i in phase.inputs):
        await expect(play.owner.locator("#stage-h")).to_have_text(play.t("Je luistert nu."))
    for said in play.closed.get(phase.id, ()):
        await expect(play.screen.locator("#screen")).to_contain_text(said)
    for line in phase.inputs:
        if line.kind == "cards":
            await (inputs.ask if is_queue(line) else inputs.place if is_board(line) else inputs.write)(play, line)
        elif line.kind == "vote" and line is not later:
            await inputs.vote(play, line)
        elif line.kind == "scale" and not line.of:
            await inputs.rate(play, line)
        elif line.kind in inputs.ACTS:
            await inputs.ACTS[line.kind](play, line)
    assert await sound(next(iter(play.consultants.values()))) == [], phase.id
    if is_batch(phase):
        await play.next(phase)
    for line in phase.inputs:
        if line.kind == "cards" and not line.live:
            await inputs.opened(play, line)
            await inputs.on_the_wall(play, line)
        elif line.kind == "scale" and line.who != "owner":
            await expect(play.screen.locator(".results")).to_have_count(1)
        elif line.kind == "vote" and line is not later:
            await inputs.counted(play, line)
    if later:
        await inputs.vote(play, later)
        await play.next(phase)
        await inputs.counted(play, later)
    for line in phase.inputs:
        if line.kind == "pick":
            await inputs.pick(play, line)
        elif line.kind in ("sort", "scale") and line.of:
            await inputs.sort(play, line)
    for line in phase.inputs:
        if line.kind == "turns" and not any(is_queue(i) for i in phase.inputs):
            await inputs.speak(play, line)
    assert await sound(play.owner) == [], phase.id


async def watched(play: Table, phase: Phase) -> None:
    """Who watches counts and notes on the own device, and gives nothing in any step."""
    (watcher,) = play.onlookers.values()
    await expect(watcher.locator(".tally")).to_be_visible()
    await expect(watcher.locator("#own-note")).to_have_count(1)
    await expect(watcher.locator("form[data-draft], form[action*='/do/'] textarea")).to_have_count(0)
    assert await sound(watcher) == [], phase.id


async def around_again(play: Table, phase: Phase, method: Method) -> None:
    """A second round: back at the earlier phase, what was written is still there, and forward again."""
    button = play.leads.locator('button[formaction$="/do/loop"]')
    await button.click()
    await button.click()
    ids = [p.id for p in method.phases]
    back = method.phases[ids.index(phase.back)]
    await expect(play.owner.locator("#head .where b")).to_have_text(play.of(back.name))
    play.phase = back
    for later in method.phases[ids.index(phase.back) : ids.index(phase.id)]:
        if is_batch(later):
            await expect(play.leads.locator(".card.old").first).to_be_visible()
            await play.next(later)
            if later_vote(later):
                await play.next(later)
        await play.next(method.phases[ids.index(later.id) + 1])


async def back_and_forth(play: Table, phase: Phase) -> None:
    """Who leads goes a step back, and on again: all that lay on every page lies there."""
    before = await play.lies()
    at = re.search(r'do/back" name="at"[^>]*?value="([^"]+)"', await play.lead.page("/leiden"), re.S)
    assert at
    assert (await play.lead.act("back", at=html.unescape(at[1]))).status_code == 204
    await expect(play.owner.locator("#head .where b")).not_to_have_text(play.of(phase.name))
    play.phase = None
    await play.next(phase)
    for _ in range(50):
        if (after := await play.lies()) == before:
            return
        await asyncio.sleep(0.1)  # polls: each page draws in its own time
    assert after == before, phase.id
