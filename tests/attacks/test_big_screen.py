"""Four symbols are few: no guessing, no taking over, no ticket that works twice."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import time
from pathlib import Path

from server import identity
from server.config import Config
from server.pairing import Pairing
from server.person import Person
from server.sqlitefile import SqliteFile
from tests.attacks.doorways import door as door
from tests.attacks.doorways import open_doors
from tests.attacks.raw import CLOSE, page
from tests.attacks.sums import at
from tests.conftest import Server


def symbols(page: str) -> str:
    found = re.search(r'class="symbols"[^>]*>(.*?)</', page, re.S)
    assert found
    return re.sub(r"<[^>]+>|\s", "", found[1])


async def typed(lead: Person, four: str) -> int:
    csrf = re.search(r'name="csrf" value="([^"]{86})"', await lead.page("/leiden"))
    assert csrf
    form = {"csrf": csrf[1], "symbols": four}
    return (await lead.http.post(f"/r/{lead.alias}/koppel", data=form, headers={"x-kring": "1"})).status_code


async def test_four_symbols_cannot_be_guessed_by_trying(door: Server) -> None:
    lead = await Person(door.url).begin("Mentoren", "Fay")
    screen = Person(door.url)
    four = symbols((await screen.http.get("/scherm")).text)
    assert [await typed(lead, "2222") for _ in range(10)] == [409] * 10
    assert await typed(lead, four) == 409  # also the right ones: ten wrong ones were enough
    other = await Person(door.url).begin("Anderen", "Gea")
    assert await typed(other, four) == 204  # the control: they were right, and another circle has its own budget


async def test_a_screen_belongs_to_who_typed_first_and_takes_its_ticket_once(door: Server) -> None:
    lead, other = await Person(door.url).begin("Mentoren", "Fay"), await Person(door.url).begin("Anderen", "Gea")
    screen = Person(door.url)
    four = symbols((await screen.http.get("/scherm")).text)
    assert symbols((await screen.http.get("/scherm")).text) == four  # reloaded, or without a script: the same
    assert await typed(lead, four) == 204
    assert await typed(other, four) == 409
    assert await typed(lead, four) == 204
    assert await pairs_once(screen) == [f"/r/{lead.alias}/scherm"]


async def opened(who: Person, place: str) -> int:
    """The close code of a page's socket, 0 when it gets a frame."""
    async with page(who, place) as one:
        code, data = await one.next()
    return int.from_bytes(data[:2]) if code == CLOSE else 0


async def test_a_browser_with_a_chair_keeps_it_and_is_the_screen_too(door: Server) -> None:
    lead = await Person(door.url).begin("Mentoren", "Fay")
    before = dict(lead.http.cookies)[f"kring-{lead.alias}"]
    assert await typed(lead, symbols((await lead.http.get("/scherm")).text)) == 204
    answer = await lead.http.get("/scherm", follow_redirects=True)

    assert answer.status_code == 200
    assert 'data-role="screen"' in answer.text
    assert "do/next" not in answer.text, "a screen leads nothing"
    assert dict(lead.http.cookies)[f"kring-{lead.alias}"] == before
    assert (await lead.next()).status_code == 204
    assert [await opened(lead, place) for place in ("lead", "screen")] == [0, 0]


async def test_who_is_called_outside_sees_nothing_on_the_screen_in_their_own_browser(door: Server) -> None:
    lead = await Person(door.url).begin("Mentoren", "Fay")
    member = await Person(door.url).join(lead.code, "Owen")
    await Person(door.url).join(lead.code, "Cora")
    assert await typed(lead, symbols((await member.http.get("/scherm")).text)) == 204
    assert (await member.http.get("/scherm", follow_redirects=True)).status_code == 200
    seat = re.search(
        r'name="seat" value="([^"]+)"[^>]*formaction="[^"]*/do/outside"|do/outside"[^>]*value="([^"]+)"',
        await lead.page("/leiden"),
    )
    assert seat
    assert (await lead.act("outside", seat=seat[1] or seat[2])).status_code == 204
    assert (await member.http.get(f"/r/{member.alias}/scherm")).status_code == 404
    assert await opened(member, "screen") == 4401
    late = symbols((await member.http.get("/scherm")).text)
    assert await typed(lead, late) == 204
    assert (await member.http.get("/scherm")).status_code == 409


async def pairs_once(screen: Person) -> list[str]:
    """Where the ticket leads to, asked eight times at once."""
    ticket = dict(screen.http.cookies)
    asks = [Person(screen.base) for _ in range(8)]
    for one in asks:
        one.http.cookies.update(ticket)
    answers = await asyncio.gather(*(one.http.get("/scherm") for one in asks))
    return [a.headers["location"] for a in answers if a.status_code == 303]


async def test_a_ticket_that_works_twice_would_be_seen(tmp_path: Path) -> None:
    server = await open_doors(tmp_path, "twice")
    lead, screen = await Person(server.url).begin("Mentoren", "Fay"), Person(server.url)
    assert await typed(lead, symbols((await screen.http.get("/scherm")).text)) == 204
    assert len(await pairs_once(screen)) > 1
    server.stop()


async def test_a_flood_of_screens_takes_nobodys_symbols_and_stops(door: Server) -> None:
    victim = Person(door.url)
    four = symbols((await victim.http.get("/scherm")).text)
    small = {"accept-encoding": "identity"}
    flood = at(Person(door.url), "203.0.113.30").http
    answers = [(await flood.get("/scherm", headers=small), flood.cookies.clear())[0].status_code for _ in range(70)]
    assert answers.count(429) >= 9
    with sqlite3.connect(door.data / "kring.db") as db:
        kept = db.execute("select room from pair where symbols = ?", (identity.fingerprint(four.encode()),)).fetchall()
    assert kept == [(None,)]


async def test_symbols_under_which_a_screen_waits_are_nobody_elses(tmp_path: Path) -> None:
    config = Config.from_env({"KRING_DATA": str(tmp_path)})
    database = SqliteFile(config)
    await database.open()
    screens, later = Pairing(database), int(time.time()) + 60
    assert await screens.wait("s", "first", later)
    assert not await screens.wait("s", "second", later)
    assert await screens.claim("s", "room")
    assert await screens.take("second") is None
    assert await screens.take("first") == "room"
    assert await screens.take("first") is None
    assert await screens.wait("late", "third", int(time.time()) - 1)
    assert not await screens.claim("late", "room")
    await database.close()
