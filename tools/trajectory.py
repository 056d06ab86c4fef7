"""Pictures of a group: its page, plan and people, attendance, the report for the client, and last time asked about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.browser.circles import onward
from tests.browser.pages import LAPTOP, PHONE, SCREEN, TABLET
from tests.browser.test_clientreport import write
from tests.browser.test_group import NAMES, OPEN, One, back, begun, joined, met

if TYPE_CHECKING:
    from server.person import Person
    from tests.conftest import Server
    from tools.pictures import Camera

BOTH = (("laptop", LAPTOP), ("phone", PHONE))
REGISTERS = ("Complementair therapeuten (VIT)", "Advocaten (NOvA): gestructureerd intercollegiaal overleg")
FINDS = ("Eerst stil zijn, dan pas vragen.", "Een advies werkt beter als vraag.")
PARTS = {
    "themes": "Grenzen stellen in gesprekken. Samenwerken in een vol team.",
    "learned": "We vragen langer door voordat iemand iets aanraadt, en we durven stil te zijn.",
}
YES = "Ja, dit mag naar de opdrachtgever"


async def of_a_group(camera: Camera, server: Server) -> None:
    """All of them, of a group after two meetings, with the third to come and then begun."""
    people, alias = await _grown(camera, server)
    who = await people[1].person(server.url, alias)
    who.alias = ""
    await _its_pages(camera, who, alias)
    await _attended(camera, people, who, alias)
    await _reported(camera, people, who, alias)
    await _last_time(camera, server, people, alias)


async def _grown(camera: Camera, server: Server) -> tuple[list[One], str]:
    """A guide and five members who planned ten meetings for two registers, and met twice."""
    organiser, code = await begun(camera.browser, server)
    people = [await joined(camera.browser, server, code, name) for name in NAMES]
    await organiser.page.reload()
    guides = organiser.page.locator(".people li", has_text="Marijke")
    await guides.get_by_role("button", name="Maak begeleider").click()
    page, alias = people[1].page, people[1].page.url.rsplit("/", 1)[1]
    await page.goto(f"{server.url}/g/{alias}/plan")
    await page.get_by_label("Eerste datum").fill("2026-12-02")
    await page.get_by_role("button", name="Neem dit plan").click()
    for name in REGISTERS:
        await page.get_by_label(name).check()
    await page.locator("#registers").get_by_role("button", name="Bewaar").click()
    for _ in range(2):
        await back(people, server, alias)
        await met(people, server)
    await back(people, server, alias)
    for text in FINDS:
        await page.get_by_label("Zet iets op de plank").fill(text)
        await page.get_by_role("button", name="Zet neer").click()
    return people, alias


async def _its_pages(camera: Camera, who: Person, alias: str) -> None:
    for kind, size in (*BOTH, ("tablet", TABLET), ("screen", SCREEN)):
        await camera.once("80-group", kind, who, f"/g/{alias}", size, whole=True)
    for step, tail in (("81-group-plan", "/plan"), ("82-group-people", "/leden")):
        for kind, size in BOTH:
            await camera.once(step, kind, who, f"/g/{alias}{tail}", size, whole=True)


async def _attended(camera: Camera, people: list[One], who: Person, alias: str) -> None:
    """One line confirmed, one to come; a proposal of somebody else, and a full name for the own certificate."""
    page, other = people[1].page, people[2].page
    for each in (page, other):
        await each.goto(f"{camera.base}/g/{alias}/aanwezigheid")
    await other.get_by_text("Klopt er een regel niet?").first.click()
    minutes = other.get_by_label("Minuten aanwezig").first
    await minutes.fill(str(max(int(await minutes.input_value()) - 20, 0)))
    await other.get_by_role("button", name="Stel voor").first.click()
    await page.get_by_label("Volledige naam").fill("Joost van der Wal")
    await page.get_by_label("Registernummer").fill("29 8812 40")
    await page.locator('form[action$="/do/proof"]').get_by_role("button", name="Bewaar").click()
    await page.get_by_role("button", name="Klopt", exact=True).last.click()
    await page.wait_for_load_state()
    for kind, size in BOTH:
        await camera.once("86-attendance", kind, who, f"/g/{alias}/aanwezigheid", size, whole=True)


async def _reported(camera: Camera, people: list[One], who: Person, alias: str) -> None:
    """While it is written, and as everybody said yes."""
    where = f"/g/{alias}/verslag"
    for one in people:
        await one.page.goto(camera.base + where)
    page = people[1].page
    await page.get_by_role("button", name="Begin het verslag").click()
    for part, text in PARTS.items():
        await write(page, part, text)
    for kind, size in BOTH:
        await camera.once("87-client-report", kind, who, where, size, whole=True)
    for one in people:
        await one.page.goto(camera.base + where)
        await one.page.get_by_role("button", name=YES).click()
    for kind, size in BOTH:
        await camera.once("87-client-report-agreed", kind, who, where, size, whole=True)


async def _last_time(camera: Camera, server: Server, people: list[One], alias: str) -> None:
    """The third meeting, as far as where whoever brought something last time is asked how it went."""
    await back(people, server, alias)
    first, *rest = people
    await first.page.click(OPEN)
    await first.page.wait_for_url("**/leiden")
    room = re.search(r"/r/([0-9a-f]{12})", first.page.url)[1]  # type: ignore[index]
    for one in rest:
        await one.page.reload()
        await one.page.get_by_role("button", name="Ga de kring in").click()
        await one.page.wait_for_url(f"**/r/{room}*")
    lead, *others = [await one.person(server.url, room) for one in people]
    await camera.beside(lead)
    for _ in range(3):
        await onward(lead, others)
    await camera.open("phone", others[0], f"/r/{room}", PHONE)
    await camera.shot("88-last-time")
    camera.pages.clear()
