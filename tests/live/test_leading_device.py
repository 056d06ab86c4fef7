"""A laptop opened with the leader's key, once its person leads no more: a page that says so, and never their seat."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from server.person import Person
from tests.attacks.test_identity import seat_of
from tests.conftest import Server
from tests.live.test_live import circle, closed_with, frame, shows, socket
from tests.live.test_silence import OFFER

NOT_NOW, RISEN = "Je leidt de kring nu niet.", "Je bent van tafel opgestaan."
Way = Callable[[Server, Person, list[Person]], Awaitable[None]]


@pytest.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """On which a lead may be taken over soon."""
    data: Path = tmp_path_factory.mktemp("kring") / "data"
    one = await Server(data).hurry("silent=1500").start()
    yield one
    one.stop()


async def handed_over(server: Server, lead: Person, people: list[Person]) -> None:
    assert (await lead.act("hand-over", seat=seat_of(server, lead, "Owen"))).status_code == 204


async def outside(server: Server, lead: Person, people: list[Person]) -> None:
    assert (await lead.act("share-lead", seat=seat_of(server, lead, "Owen"))).status_code == 204
    assert (await people[0].act("outside", seat=seat_of(server, lead, "Fay"))).status_code == 204


async def stood_up(server: Server, lead: Person, people: list[Person]) -> None:
    assert (await lead.act("share-lead", seat=seat_of(server, lead, "Owen"))).status_code == 204
    assert (await lead.act("leave")).status_code == 204


async def taken_over(server: Server, lead: Person, people: list[Person]) -> None:
    async with socket(people[0]) as ws:
        await shows(ws, OFFER)
    for one in people:
        assert (await one.act("take-over")).status_code == 204


async def read(laptop: Person, tail: str) -> tuple[int, str]:
    """Where a browser ends up; one that is sent round without end raises."""
    answer = await laptop.http.get(f"/r/{laptop.alias}{tail}", follow_redirects=True)
    return answer.status_code, answer.text


@pytest.mark.parametrize("way", [handed_over, outside, stood_up, taken_over])
async def test_a_device_that_only_leads_says_so_when_its_person_leads_no_more(server: Server, way: Way) -> None:
    lead, people = await circle(server)
    await lead.next()
    laptop = Person(server.url, alias=lead.alias)
    await laptop.http.post(f"/r/{lead.alias}/do/unlock", data={"key": lead.key})
    async with socket(laptop, "lead") as ws:
        await frame(ws)
        await way(server, lead, people)
        assert await closed_with(ws) == 4401  # upon which the page loads itself anew

    says = RISEN if way is stood_up else NOT_NOW
    for tail in ("/leiden", "", "/scherm"):
        status, page = await read(laptop, tail)
        assert (status, says in page, "data-role" in page) == (403, True, False), tail
    for place in ("lead", "seat"):
        async with socket(laptop, place) as ws:
            assert await closed_with(ws) == 4401, place
    fay = {"seat": seat_of(server, lead, "Fay")}
    assert (await people[0].act("call-back", **fay)).status_code == 204
    assert NOT_NOW in (await read(laptop, ""))[1]
    assert (await people[0].act("hand-over", **fay)).status_code == 204
    for tail in ("/leiden", ""):
        status, page = await read(laptop, tail)
        assert (status, 'data-role="lead"' in page) == (200, True), tail


async def test_while_it_leads_such_a_device_hears_the_cockpit_and_no_seat(server: Server) -> None:
    lead, _ = await circle(server)
    laptop = Person(server.url, alias=lead.alias)
    await laptop.http.post(f"/r/{lead.alias}/do/unlock", data={"key": lead.key})
    for place in ("seat", "screen", "door"):
        async with socket(laptop, place) as ws:
            assert await closed_with(ws) == 4401, place
    async with socket(laptop, "lead") as ws:
        await frame(ws)


async def screen_of(server: Server, lead: Person) -> Person:
    """A big screen, paired by who leads."""
    screen = Person(server.url, alias=lead.alias)
    shown = re.search(r'class="symbols"[^>]*>(.*?)</', (await screen.http.get("/scherm")).text, re.S)
    assert shown
    page = await lead.page("/leiden")
    csrf = re.search(r'name="csrf" value="([^"]{86})"', page)
    assert csrf
    form = {"csrf": csrf[1], "symbols": re.sub(r"<[^>]+>|\s", "", shown[1])}
    await lead.http.post(f"/r/{lead.alias}/koppel", data=form)
    await screen.http.get("/scherm")
    return screen


async def test_from_one_tap_on_withdraw_device_leads_and_whoever_had_the_key_or_a_screen_is_out(
    server: Server,
) -> None:
    lead, people = await circle(server)
    laptop, screen = Person(server.url, alias=lead.alias), await screen_of(server, lead)
    assert (await laptop.http.post(f"/r/{lead.alias}/do/unlock", data={"key": lead.key})).status_code == 303
    async with socket(laptop, "lead") as one, socket(screen, "screen") as other, socket(people[0]) as third:
        for ws in (one, other, third):
            await frame(ws)
        assert (await lead.act("withdraw")).status_code == 204
        assert [await closed_with(one), await closed_with(other)] == [4401, 4401]
        assert (await lead.next()).status_code == 204
        await shows(third, "Bespreek dit hardop")
    again = Person(server.url, alias=lead.alias)
    for who in (laptop, again):
        assert (await who.http.post(f"/r/{lead.alias}/do/unlock", data={"key": lead.key})).status_code == 404
    assert (await laptop.act("next", at="")).status_code in (403, 404)


async def test_who_only_takes_part_takes_no_device_away(server: Server) -> None:
    lead, people = await circle(server)
    laptop = Person(server.url, alias=lead.alias)
    await laptop.http.post(f"/r/{lead.alias}/do/unlock", data={"key": lead.key})
    assert (await people[0].act("withdraw")).status_code == 409
    assert (await laptop.http.get(f"/r/{lead.alias}/leiden")).status_code == 200
    assert (
        await laptop.act("withdraw", at="")
    ).status_code == 204  # the laptop itself may: it stays, and so does the chair
    assert (await laptop.http.get(f"/r/{lead.alias}/leiden")).status_code == 200
    assert (await lead.http.get(f"/r/{lead.alias}/leiden")).status_code == 200
