"""A group on two processes on one file with Redis: what one did the other shows, and two at once lose nothing."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.adversary.rooms import document
from tests.conftest import Redis, Server
from tests.live.test_processes import ready_says
from tests.server.test_groupdoors import Browser, ids, person, rev_of

AT_ONCE = 8  # acts of each at the same time


@dataclass
class Pair:
    """Two processes, and two members, each at one of them."""

    one: Server
    two: Server
    joost: Browser
    anouk: Browser

    @property
    def alias(self) -> str:
        return self.joost.alias


async def pair(path: Path, redis: Redis, *words: str) -> Pair:
    one = Server(path / "data", KRING_REDIS_URL=redis.url).hurry("rooms=1000", "acts=500", *words)
    two = Server(path / "data", KRING_REDIS_URL=redis.url).hurry("rooms=1000", "acts=500", *words)
    for server in (one, two):
        server.env["KRING_ORIGIN"] = f"{one.url},{two.url}"
        await server.start()
    for server in (one, two):
        await ready_says(server, "ok\n")
    organiser = Browser(one)
    code = await organiser.begin("Mentoren Zuid")
    joost, anouk = await Browser(one).join(code, "Joost"), await Browser(two).join(code, "Anouk")
    taken = {"road": "free", "count": "6", "first": "2026-12-02", "time": "14:00", "minutes": "60"}
    assert (await organiser.act("take", "/plan", **taken)).status_code == 303
    return Pair(one, two, joost, anouk)


async def test_what_one_process_did_the_other_shows_at_the_next_page(tmp_path: Path, redis: Redis) -> None:
    both = await pair(tmp_path, redis, "mute=1")  # also when no hint comes through
    for n, (who, other) in enumerate(((both.joost, both.anouk), (both.anouk, both.joost)) * 2):
        await who.act("find", text=f"Vondst {n}.", op=f"{n:012x}")
        assert f"Vondst {n}." in await other.page()
        await who.act("move", "/plan", nr="1", day="2027-01-13", time="09:30", minutes=str(60 + n))
        assert f'value="{60 + n}"' in await other.page("/plan")
        before = f"Op tijd, {n - 1} keer." if n else ""
        await who.act("agreement", "/leden", text=f"Op tijd, {n} keer.", rev=rev_of(before))
        assert f"Op tijd, {n} keer." in await other.page("/leden")
    await both.joost.act("leave", "/leden")
    phone = Browser(both.two, both.alias)
    phone.http.cookies.update(both.joost.http.cookies)
    assert await phone.page() == "" and "Joost" not in await both.anouk.page("/leden")
    both.one.stop()
    both.two.stop()


async def test_two_processes_at_once_lose_nothing_and_open_one_circle(tmp_path: Path, redis: Redis) -> None:
    both = await pair(tmp_path, redis)
    texts = {who: [f"Vondst {n} van {who}." for n in range(AT_ONCE)] for who in ("Joost", "Anouk")}
    acts = [
        who.act("find", text=text, op=f"{first + n:012x}")
        for first, name, who in ((0, "Joost", both.joost), (AT_ONCE, "Anouk", both.anouk))
        for n, text in enumerate(texts[name])
    ]
    answers = await asyncio.gather(*acts)
    assert {answer.status_code for answer in answers} == {303}
    shelf = document(both.one, both.alias)["shelf"].values()
    assert sorted(find["text"] for find in shelf) == sorted(text for found in texts.values() for text in found)
    before = set(ids(both.one))
    for nr in range(3):
        opened = await asyncio.gather(*(who.act("open", nr=str(nr)) for who in (both.joost, both.anouk)))
        rooms = {person(a, who).alias for a, who in zip(opened, (both.joost, both.anouk), strict=True)}
        before |= rooms
        assert len(rooms) == 1 and set(ids(both.two)) == before, "the other circle is erased"
        assert len(document(both.two, rooms.pop())["seats"]) == 2
    both.one.stop()
    both.two.stop()


@pytest.mark.long
async def test_the_same_acts_notice_a_store_in_which_who_writes_last_wins(tmp_path: Path, redis: Redis) -> None:
    both = await pair(tmp_path, redis)
    for server in (both.one, both.two):
        server.stop()
        server.command = [*server.command[:2], "tests.torture.planted", "last_write_lost", "hint_is_state"]
        await server.start()
    for n in range(AT_ONCE):
        await asyncio.gather(
            both.joost.act("find", text=f"Joost {n}.", op=f"{n:012x}"),
            both.anouk.act("find", text=f"Anouk {n}.", op=f"{n + 99:012x}"),
        )
    assert len(document(both.one, both.alias)["shelf"]) < 2 * AT_ONCE
    both.one.stop()
    both.two.stop()
