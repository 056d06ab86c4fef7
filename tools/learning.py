"""Pictures of what people learn by: the reader, a report, cues from a guide, the evaluation, a last meeting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rooms.evaluating import sets
from tests.browser.circles import onward
from tests.browser.pages import LAPTOP, PHONE, SCREEN, TABLET
from tests.browser.test_evaluating import closing
from tests.browser.test_whispers import two
from tests.live import meetings

if TYPE_CHECKING:
    from tests.conftest import Server
    from tools.pictures import Camera

ALL = (("phone", PHONE), ("tablet", TABLET), ("laptop", LAPTOP), ("screen", SCREEN))
PARTS = {
    "Handelen": "Ik kwam binnen met een oplossing, en legde die na twee minuten op tafel.",
    "Terugblikken": "Ik wilde helpen. Zij wilde eerst gehoord worden, en werd stil.",
    "Bewust worden van de kern": "Mijn haast gaat over mij: ik verdraag haar onmacht slecht.",
}


async def of_learning(camera: Camera, server: Server) -> None:
    """All of them."""
    await _to_read(camera)
    await _a_report(camera)
    await _whispered(camera, server)
    await _evaluated(camera, server)
    await _the_last(camera, server)


async def _to_read(camera: Camera) -> None:
    for kind, size in ALL:
        await camera.once("90-reader", kind, None, "/lezen", size)
    for kind, size in (ALL[0], ALL[2]):
        await camera.once("91-reader-chapter", kind, None, "/lezen/vragen", size)
        await camera.once("92-reader-method", kind, None, "/lezen/methode/incident", size)


async def _a_report(camera: Camera) -> None:
    for kind, size in ALL:
        page = await camera.open(kind, None, "/reflectie", size)
        await page.locator("article", has_text="Korthagen").get_by_role("link", name="Begin").click()
        await page.get_by_label("Titel").fill("Het gesprek met Noor")
        for part, text in PARTS.items():
            field = page.get_by_role("textbox", name=part)
            if await field.count():
                await field.fill(text)
        await page.evaluate("scrollTo(0, 0)")
    await camera.shot("93-reflection")
    camera.pages.clear()


async def _whispered(camera: Camera, server: Server) -> None:
    guide, tablet, _ = await two(server, camera.browser)
    await guide.get_by_role("button", name="Laat het even stil.").click()
    camera.pages = {"phone": guide, "tablet": tablet}
    await tablet.locator(".cues .cue").wait_for()
    await camera.shot("94-whisper")
    camera.pages.clear()


async def _evaluated(camera: Camera, server: Server) -> None:
    lead, people, cockpit, phone = await closing(server, camera.browser)
    for one in people.values():
        await one.act("small")
        await one.act("done")
    await lead.next()
    camera.pages = {"phone": phone, "tablet": cockpit}
    await phone.locator(".evaluate").wait_for()
    await camera.shot("95-evaluation")
    camera.pages.clear()


async def _the_last(camera: Camera, server: Server) -> None:
    room = await meetings.meeting(server, method="final-meeting")
    while "do/evaluation" not in await room.lead.page("/leiden"):
        await onward(room.lead, room.people.values())
    await room.press("next")
    for one in room.people.values():
        await one.act("evaluate", **{**dict.fromkeys(sets()["last"].lines, "4"), "B3c": "1"})
    await room.lead.act("close")
    one = next(iter(room.people.values()))
    for kind, size in (ALL[0], ALL[2]):
        page = await camera.open(kind, one, f"/r/{room.lead.alias}", size)
        await page.locator("summary", has_text="Hoe het was").click()
        await page.locator("summary", has_text="Hoe het was").evaluate("e => e.scrollIntoView()")
    await camera.shot("96-last-meeting")
    camera.pages.clear()
