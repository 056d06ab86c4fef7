"""Rehearsing alone: simulated people come in by the server's own address, one circle for each network, and leave."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from rooms.room import Presence, Room, here
from server.person import Person
from tests.adversary.rooms import document
from tests.conftest import Redis, Server

FORM = {"group": "", "name": "", "method": "gossip", "rehearse": "1"}
SEVEN = {"Sanne", "Anneke", "Bram", "Chantal", "Devika", "Emre", "Femke"}


async def begin(server: Server, origin: str = "") -> Person:
    """Whoever taps "Oefen eerst alleen", with nothing filled in."""
    lead = Person(server.url, origin=origin)
    answer = await lead.http.post("/nieuw", data=FORM)
    assert answer.status_code == 303, answer.text
    found = re.fullmatch(r"/r/(\w+)/leiden", answer.headers["location"])
    assert found
    lead.alias = found[1]
    return lead


def names(room: Room) -> set[str]:
    return {seat.name for seat in here(room)}


async def until(server: Server, lead: Person, found: Callable[[Room], bool]) -> Room:
    """The room as soon as something is true of it."""
    async with asyncio.timeout(60):
        while True:
            kept = document(server, lead.alias)
            room = msgspec.convert({k: v for k, v in kept.items() if k != "_row"}, Room)
            if found(room):
                return room
            await asyncio.sleep(0.1)  # polls for a sign, does not wait for time


@pytest.fixture
async def own(tmp_path: Path):  # type: ignore[no-untyped-def]
    server = await Server(tmp_path / "data").hurry("pace=2").start()
    yield server
    server.stop()


@pytest.mark.long
async def test_one_at_a_time_and_the_next_when_it_is_over(own: Server) -> None:
    lead = await begin(own)
    room = await until(own, lead, lambda room: names(room) == SEVEN)
    assert room.rehearsal and room.name == "Oefenkring"
    assert "Dit is een oefening." in await lead.page("/leiden")

    again = await lead.http.post("/nieuw", data=FORM)
    assert again.status_code == 409
    assert "Er wordt al geoefend vanaf dit netwerk." in again.text
    assert (await Person(own.url).begin("Mentoren", "Fay")).alias  # a circle of real people can begin

    assert (await lead.send(await lead.page("/leiden"), "erase", {})).status_code == 303
    async with asyncio.timeout(30):
        while (await lead.http.post("/nieuw", data=FORM)).status_code == 409:
            await asyncio.sleep(0.2)  # polls: six people hear that it is over


@pytest.mark.long
async def test_who_closes_the_circle_may_rehearse_again(own: Server) -> None:
    lead = await begin(own)
    await until(own, lead, lambda room: names(room) == SEVEN)
    while (await lead.act("close")).status_code == 409:  # not before the closing
        at = re.search(r'do/next" name="at" value="([^"]+)"', await lead.page("/leiden"))
        assert at
        assert (await lead.act("skip", at=html.unescape(at[1]))).status_code == 204
    assert "Deze kring is rond." in await lead.page()
    async with asyncio.timeout(30):
        while (await lead.http.post("/nieuw", data=FORM)).status_code == 409:
            await asyncio.sleep(0.2)  # polls: six people see that it is over
    assert "rehearsal_stumbled" not in own.log.read_text()


async def test_where_wrong_codes_ran_out_the_people_still_come_in(tmp_path: Path) -> None:
    """Behind a proxy that is not trusted everybody has the server's own address, and one who guesses empties it."""
    server = await Server(tmp_path / "data").hurry("pace=1", "codes=0").start()
    lead = await begin(server)
    code = re.search(r"[2-9B-DF-HJ-NP-TV-Z]{4}-[2-9B-DF-HJ-NP-TV-Z]{4}", await lead.page("/leiden"))
    assert code
    refused = await Person(server.url).http.post("/", data={"code": code[0], "name": "Fay"})
    assert refused.status_code == 429, "the control: anybody else does a sum first"
    await until(server, lead, lambda room: names(room) == SEVEN)
    server.stop()


@pytest.mark.long
async def test_after_their_time_the_people_stand_up(tmp_path: Path) -> None:
    server = await Server(tmp_path / "data").hurry("pace=1", "hour=4000").start()
    lead = await begin(server)
    room = await until(server, lead, lambda room: len(room.seats) > 1 and names(room) == {"Sanne"})
    assert {s.presence for s in room.seats.values() if s.name != "Sanne"} == {Presence.LEFT}
    server.stop()


@pytest.mark.long
async def test_a_server_that_stops_leaves_no_task_behind(tmp_path: Path) -> None:
    server = await Server(tmp_path / "data").hurry("pace=100").start()
    lead = await begin(server)
    await until(server, lead, lambda room: len(names(room)) > 2)
    server.stop()
    assert "rehearsal" not in server.log.read_text() and "Traceback" not in server.log.read_text()
    assert "Task was destroyed" not in server.log.read_text()


@pytest.mark.long
async def test_behind_a_proxy_that_speaks_https(tmp_path: Path) -> None:
    server = await Server(tmp_path / "data", KRING_ORIGIN="https://kring.example.org").hurry("pace=2").start()
    lead = await begin(server, "https://kring.example.org")
    await until(server, lead, lambda room: names(room) == SEVEN)
    assert (await lead.next()).status_code == 204
    await until(server, lead, lambda room: len(room.agreed) == 6)  # their sockets told them
    server.stop()


@pytest.mark.long
async def test_with_several_workers(tmp_path: Path, redis: Redis) -> None:
    server = Server(tmp_path / "data", KRING_WORKERS="2", KRING_REDIS_URL=redis.url)
    await server.start()
    lead = await begin(server)
    await until(server, lead, lambda room: names(room) == SEVEN)
    server.stop()
