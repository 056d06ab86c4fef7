"""Guessing at the door: wrong codes cost, colleagues behind the same address get in, four symbols are not a way in."""

from __future__ import annotations

import asyncio
import re
import time
from pathlib import Path

import pytest

from server import limits
from server.limits import Hour, Limits, _network
from server.person import Person
from tests.attacks.doorways import door as door
from tests.attacks.doorways import open_doors
from tests.attacks.sums import at, come_in, guess, is_sum, knock, posted, solved, wrong
from tests.conftest import Server


async def six_are_free(server: Server, address: str) -> None:
    answers = await guess(at(Person(server.url), address), 30)
    assert [a.status_code for a in answers].count(404) == 6  # also when many are tried at once
    assert sum(is_sum(a) for a in answers) == 24


async def colleagues_get_in(server: Server, address: str) -> None:
    """S10: the address has no failures left; who has a right code gets in with a sum."""
    lead = await at(Person(server.url), "198.51.100.1").begin("Mentoren", "Fay")
    await guess(at(Person(server.url), address), 7)
    owen = at(Person(server.url), address)
    assert is_sum(await owen.http.post("/", data={"code": lead.code}))
    assert (await come_in(owen, lead.code, "Owen")).status_code == 303
    assert "Owen" in await owen.page()


async def right_and_wrong_look_alike(server: Server, address: str) -> None:
    """While an address has no failures left, the answer to a code is the same for a right and a wrong one."""
    lead = await at(Person(server.url), "198.51.100.2").begin("Mentoren", "Fay")
    await guess(at(Person(server.url), address), 7)
    seen = []
    for code in (lead.code, "2222-2222"):
        answer = await at(Person(server.url), address).http.post("/", data={"code": code, "name": "Owen"})
        text = re.sub(r'name="work" value="[^"]+"', "", answer.text.replace(code, "CODE"))
        seen.append((answer.status_code, text, sorted(k for k in answer.headers), len(answer.text)))
    assert seen[0] == seen[1]


async def test_some_wrong_codes_cost_nothing_and_then_each_costs_a_sum(door: Server) -> None:
    await six_are_free(door, "203.0.113.1")
    other = at(Person(door.url), "203.0.113.2")
    assert (await other.http.post("/", data={"code": wrong()})).status_code == 404


async def test_colleagues_behind_an_empty_budget_get_in_with_a_sum(door: Server) -> None:
    await colleagues_get_in(door, "203.0.113.3")


async def test_a_right_and_a_wrong_code_look_alike_where_a_sum_is_asked(door: Server) -> None:
    await right_and_wrong_look_alike(door, "203.0.113.4")


async def test_the_checks_of_the_door_find_doors_that_were_left_open(tmp_path: Path) -> None:
    checks = {"no_budget": six_are_free, "ban": colleagues_get_in, "told": right_and_wrong_look_alike}
    for fault, check in checks.items():
        server = await open_doors(tmp_path, fault)
        with pytest.raises(AssertionError):
            await check(server, "203.0.113.9")
        server.stop()


async def test_a_wrong_code_is_still_wrong_after_a_sum_and_a_name_needs_no_second_one(door: Server) -> None:
    lead = await at(Person(door.url), "198.51.100.3").begin("Mentoren", "Fay")
    who = at(Person(door.url), "203.0.113.5")
    await guess(who, 7)
    assert (await knock(who, wrong())).status_code == 404

    first = await who.http.post("/", data={"code": lead.code, "name": "Fay"})
    assert 'name="name" value="Fay"' in first.text  # what was typed goes along
    taken = await who.http.post("/", data=solved(first.text))
    assert taken.status_code == 409  # that name is taken
    passed = re.search(r'name="passed" value="([^"]+)"', taken.text)
    assert passed
    form = {"code": lead.code, "name": "Owen", "passed": passed[1]}
    assert is_sum(await who.http.post("/", data={**form, "code": wrong()}))  # the sign is for that code only
    assert (await who.http.post("/", data=form)).status_code == 303


@pytest.mark.parametrize("burnt", [2, pytest.param(20, marks=pytest.mark.long)])
async def test_three_hundred_join_in_a_minute_also_while_somebody_there_burns_failures(
    tmp_path: Path, burnt: int
) -> None:
    """S11: ten circles of thirty, one address; `burnt` wrong codes for every ten people."""
    server = await Server(tmp_path / "data", KRING_FORWARDED_ALLOW_IPS="127.0.0.1").hurry("codes=6", "sum=4").start()
    leads = [await at(Person(server.url), f"198.51.100.{n}").begin("Mentoren", "Fay", chairs="30") for n in range(10)]
    burner, came, began = at(Person(server.url), "203.0.113.6"), [], time.monotonic()
    sums = sum(is_sum(a) for a in await guess(burner, 7))
    for n in range(30):
        joins = (posted(server, "203.0.113.6", {"code": lead.code, "name": f"Leraar {n}"}) for lead in leads)
        *some, wrongs = await asyncio.gather(*joins, guess(burner, burnt))
        came, sums = came + [status for status, _ in some], sums + sum(is_sum(a) for a in wrongs)

    assert came == [303] * 300
    assert sums > 0  # the budget was empty
    assert time.monotonic() - began < 60
    server.stop()


async def test_a_code_of_my_own_does_not_give_guesses_back(door: Server) -> None:
    """Looking a right code up, knocking, and coming back to one's seat are worth nothing; a chair taken is two."""
    lead = await at(Person(door.url), "203.0.113.7").begin("Mijn kring", "Fay", chairs="2")
    await guess(at(Person(door.url), "203.0.113.7"), 7)
    owen = at(Person(door.url), "203.0.113.7")
    for _ in range(5):
        await knock(owen, lead.code)
    assert is_sum(await owen.http.post("/", data={"code": wrong()}))
    await come_in(owen, lead.code, "Owen")
    free = await guess(at(Person(door.url), "203.0.113.7"), 9)
    assert 2 <= sum(a.status_code == 404 for a in free) <= 3  # two, and perhaps one that came back with time
    for name in ("Cora", "Carl", "Cleo"):  # the circle is full: they knock
        await come_in(at(Person(door.url), "203.0.113.7"), lead.code, name)
    assert all(is_sum(a) for a in await guess(at(Person(door.url), "203.0.113.7"), 2))


ODD_CODES = ["", "KKKK", "OOOO-IIII", "\u041a7MP-4XQT", "\uff12222-2222", "\u0662222-2222", "K7MP4XQT9"]


async def test_what_cannot_be_a_code_is_said_at_once_and_costs_nothing(door: Server) -> None:
    who = at(Person(door.url), "203.0.113.8")
    await guess(who, 5)
    answers = [await who.http.post("/", data={"code": typed}) for typed in ODD_CODES]
    assert [a.status_code for a in answers] == [404] * len(ODD_CODES)
    assert "Een O of een I komt nooit voor." in answers[0].text
    assert (await who.http.post("/", data={"code": wrong()})).status_code == 404


@pytest.mark.long
async def test_more_than_six_hundred_in_an_hour_from_everywhere_cost_everybody_a_sum(tmp_path: Path) -> None:
    server = Server(tmp_path / "data", KRING_FORWARDED_ALLOW_IPS="127.0.0.1").hurry("codes=6", "sum=4")
    await server.start()
    lead, who = await Person(server.url).begin("Mentoren", "Fay"), Person(server.url)
    for n in range(102):
        await guess(at(who, f"2001:db8:0:{n:x}::1"), 6)
    fresh = at(Person(server.url), "192.0.2.77")
    assert is_sum(await fresh.http.post("/", data={"code": lead.code}))
    assert (await come_in(fresh, lead.code, "Owen")).status_code == 303
    server.stop()
    lines = [line for line in server.log.read_text().splitlines() if "codes_guessed: " in line]
    assert len(lines) == 1
    assert "2001" not in lines[0]


def test_an_hour_forgets_by_the_minute() -> None:
    hour = Hour()
    for n in range(700):
        hour.add(n * 5.0)  # almost an hour
    assert hour.count(3500) == 700
    assert 0 < hour.count(3500 + 1800) < 400
    assert hour.count(3500 + 3700) == 0


def test_the_alarm_ends_when_the_hour_is_over(caplog: pytest.LogCaptureFixture) -> None:
    budgets = Limits()
    for _ in range(limits.GUESSED + 1):
        budgets.wrong(0.0)
    assert not budgets.may_try("192.0.2.1", 1.0)
    assert budgets.may_try("192.0.2.1", 3700.0)
    assert [r.message for r in caplog.records] == ["codes_guessed", "codes_quiet"]


def test_an_address_is_its_own_or_its_network() -> None:
    same = ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:DB8:1:2::1%eth0")
    assert len({_network(a) for a in same}) == 1
    assert _network("2001:db8:1:3::1") != _network(same[0])
    assert _network("::ffff:192.0.2.1") == _network("192.0.2.1") != _network("::ffff:192.0.2.2")
    assert {_network(a) for a in ("", "x" * 10_000, "[::1]:80", "1.2.3", "evil\r\n")} == {"unknown"}


FORGED = [
    {"x-forwarded-for": "127.0.0.1"},
    {"x-forwarded-for": "203.0.113.200, 127.0.0.1"},
    {"x-forwarded-for": "[2001:db8::1]:443"},
    {"x-forwarded-for": "x" * 10_000},
    {"x-forwarded-for": ""},
    {"forwarded": "for=203.0.113.201", "x-real-ip": "203.0.113.202", "x-client-ip": "203.0.113.203"},
]


async def test_nobody_gets_a_fresh_budget_by_saying_where_they_are(tmp_path: Path) -> None:
    """H10: without a proxy that was named, no header counts; behind one, only what that proxy itself added."""
    server = await Server(tmp_path / "data").hurry("codes=6", "sum=4").start()
    who = Person(server.url)
    await guess(who, 7)
    for forged in [*FORGED, {"x-forwarded-for": "203.0.113.210"}]:
        assert is_sum(await who.http.post("/", data={"code": wrong()}, headers=forged)), forged
    server.stop()


async def test_behind_a_proxy_only_the_last_address_counts(door: Server) -> None:
    await guess(at(Person(door.url), "203.0.113.20"), 7)
    for said in (
        "203.0.113.66, 203.0.113.20",
        "127.0.0.1, 203.0.113.20",
        "x" * 5000 + ", 203.0.113.20",
        "203.0.113.20:4711",
    ):
        assert is_sum(await at(Person(door.url), said).http.post("/", data={"code": wrong()})), said
    twice = [("x-forwarded-for", "203.0.113.67"), ("x-forwarded-for", "203.0.113.20")]
    who = Person(door.url)
    assert is_sum(await who.http.post("/", data={"code": wrong()}, headers=[*who.http.headers.items(), *twice]))
    await guess(at(Person(door.url), "[2001:db8:9::1]:50000"), 7)
    assert is_sum(await at(Person(door.url), "2001:db8:9::2").http.post("/", data={"code": wrong()}))
