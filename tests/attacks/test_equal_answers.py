"""What an answer gives away by being another one: unknown, erased, not mine and never there are one answer."""

from __future__ import annotations

import html
import re
import statistics
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from server import identity
from server.actions import ANSWER
from server.person import Person
from tests.attacks.doorways import open_doors
from tests.attacks.sums import at, is_sum, wrong
from tests.browser.circles import circle
from tests.conftest import Server
from tests.live.meetings import SIX, closing, consent, meeting, twenty, voting
from tests.live.test_live import closed_with, socket

DUTCH = tuple(name for name in SIX if name != "Carl")
Answer = tuple[int, str, tuple[str, ...]]
PAGES = ("", "/leiden", "/volg", "/scherm", "/verslag", "/uitnodiging", "/papier", "/qr.svg")
ACTS = ("leave", "next", "erase", "forget", "unlock", "follow", "nonsense", "hand-round")
MASKS = (re.compile(r'(name="(?:csrf|work)" value=)"[^"]*"'), re.compile(r"/r/[0-9a-f]{12}"))


def seen(answer: httpx.Response, *own: str) -> Answer:
    """What of an answer could tell something: its status, its text without what was asked, its headers."""
    text = html.unescape(answer.text)
    for part in own:
        text = text.replace(part, "·" * len(part))
    for mask in MASKS:
        text = mask.sub("·", text)
    headers = tuple(f"{k}: {v}" for k, v in sorted(answer.headers.items()) if k not in ("date", "set-cookie"))
    cookies = tuple(re.sub(r"[\w-]{43}[^;]*|kring-[0-9a-f]{12}", "·", c) for c in answer.headers.get_list("set-cookie"))
    return answer.status_code, text, headers + cookies


def plain(who: Person) -> Person:
    """As long as it is: what somebody typed themselves must not be squeezed into another length."""
    who.http.headers["accept-encoding"] = "identity"
    return who


async def codes(server: Server) -> dict[str, Answer]:
    """What a code answers that never was, that was changed, whose meeting is over, that was erased."""
    room = await closing(server)
    rotated = room.lead.code
    cora = re.search(r'do/remove" name="seat" value="(\w+)"', await room.lead.page("/leiden"))
    assert cora
    await room.lead.act("remove", seat=cora[1])
    ended = await closing(server)
    await ended.press("next")
    assert (await ended.lead.act("close")).status_code == 204
    erased, _ = await circle(server.url, "Owen")
    await erased.act("erase")
    who = plain(Person(server.url))
    tried = {"never": wrong(), "changed": rotated, "over": ended.lead.code, "erased": erased.code}
    tried = {name: code if "-" in code else f"{code[:4]}-{code[4:]}" for name, code in tried.items()}
    return {name: seen(await who.http.post("/", data={"code": code}), code) for name, code in tried.items()}


async def rooms(server: Server) -> dict[str, list[Answer]]:
    """Every page and act of a room that is there, that was erased, that never was, for devices without a seat in it."""
    lead, _ = await circle(server.url, "Owen")
    gone, _ = await circle(server.url, "Owen")
    await gone.act("erase")
    found: dict[str, list[Answer]] = {}
    for name, alias in (("there", lead.alias), ("erased", gone.alias), ("never", "0123456789ab")):
        found[name] = []
        for cookie in (None, identity.encode(identity.new_secret()), "x" * 66, f"{'A' * 43}.{'A' * 22}"):
            who = plain(Person(server.url))
            if cookie:
                who.http.cookies.set(f"kring-{alias}", cookie)
            found[name] += [seen(await who.http.get(f"/r/{alias}{page}"), alias) for page in PAGES]
            for act in ACTS:
                answer = await who.http.post(f"/r/{alias}/do/{act}", data={"csrf": "x", "key": "k" * 43})
                found[name].append(seen(answer, alias))
            found[name].append(seen(await who.http.post(f"/r/{alias}/koppel", data={"symbols": "2222"}), alias))
    return found


async def test_codes_that_do_not_work_answer_alike(server: Server) -> None:
    answers = await codes(server)
    assert len(set(answers.values())) == 1, answers
    assert answers["never"][0] == 404


async def test_a_room_without_a_seat_in_it_is_like_no_room(server: Server) -> None:
    answers = await rooms(server)
    assert answers["there"] == answers["never"]
    assert answers["erased"] == answers["never"]


async def test_the_line_of_a_room_without_a_seat_is_closed_like_that_of_no_room(server: Server) -> None:
    lead, _ = await circle(server.url, "Owen")
    closed = set()
    for alias in (lead.alias, "0123456789ab"):
        for cookie in ("", identity.encode(identity.new_secret())):
            who = Person(server.url, alias=alias)
            who.http.cookies.set(f"kring-{alias}", cookie)
            async with socket(who) as line:
                closed.add(await closed_with(line))
    assert closed == {4401}


async def test_a_room_that_tells_is_seen(tmp_path: Path) -> None:
    server = await open_doors(tmp_path, "longer")
    answers = await rooms(server)
    assert answers["erased"] != answers["there"]
    server.stop()


async def test_a_case_that_is_withdrawn_elsewhere_or_never_was_answers_alike(server: Server) -> None:
    """A14: a vote for it, and taking it off the table."""
    room, other = await voting(server), await voting(server)
    there = (await other.cases("Owen"))[0]
    mine = await room.cases("Owen")
    await room.press("back")
    assert (await room.people["Cora"].act("take-back", case=mine[0])).status_code == 204
    takes = [await room.people["Owen"].act("take-back", case=c) for c in (there, "0" * 12, "", "' or 1=1 --")]
    await room.press("next")
    votes = [await room.people["Owen"].act("cast", rev="1", **{f"dots-{c}": "1"}) for c in (mine[0], there, "0" * 12)]
    for answers in (takes, votes):
        assert {a.status_code for a in answers} == {409}
        assert len({a.text for a in answers}) == 1
    right = await room.people["Owen"].act("cast", rev="1", **{f"dots-{mine[1]}": "1"})
    assert right.status_code == 204  # the control


async def test_what_all_see_done_is_answered_no_sooner_than_what_nobody_sees(server: Server) -> None:
    """A14: else the time of an answer would tell an even stop, or a case taken off the table, from what is as long."""
    room = await voting(server)
    case = (await room.cases("Owen"))[0]
    await room.press("back")
    owen, page = room.people["Owen"], await room.people["Owen"].page()
    for verb, fields in (("take-back", {"case": case}), ("stop", {})):
        begun = time.perf_counter()
        assert (await owen.send(page, verb, fields)).status_code == 204
        assert time.perf_counter() - begun >= ANSWER


async def test_the_author_and_the_others_hear_the_same_answer(server: Server) -> None:
    """A14: each private question about a case, answered by its author, by another author and by who has none."""
    room = await voting(server)
    await room.press("next")
    for choice, expected in (("bring", 204), ("rather-not", 204), ("none", 204), ("nonsense", 409)):
        answers = [await room.people[name].act("answer", choice=choice) for name in DUTCH]
        assert len({(a.status_code, a.text, len(a.headers)) for a in answers}) == 1, choice
        assert answers[0].status_code in (expected, 409)
    room = await twenty(server)
    answers = [await room.people[name].act("rather-not") for name in DUTCH]
    assert {(a.status_code, a.text, len(a.headers)) for a in answers} == {(204, "", len(answers[0].headers))}


# Time: the same work, measured as distributions and never by the clock alone


async def differ(one: Callable[[], Awaitable[object]], two: Callable[[], Awaitable[object]], rounds: int) -> float:
    """How often the second takes longer than the first, in pairs side by side: near a half when nothing tells them
    apart, near nought or one when something does."""
    more = 0.0
    for n in range(rounds):
        spent = {}
        for which in ((one, two), (two, one))[n % 2]:  # neither is always the first
            took = []
            for _ in range(3):
                began = time.perf_counter()
                await which()
                took.append(time.perf_counter() - began)
            spent[which] = statistics.median(took)
        more += spent[two] > spent[one]
    return more / rounds


def code(server: Server, typed: Callable[[], str]) -> Callable[[], Awaitable[object]]:
    http = Person(server.url).http

    async def ask() -> None:
        address = f"2001:db8:{time.monotonic_ns() >> 16 & 0xFFFF:x}:{time.monotonic_ns() & 0xFFFF:x}::1"
        answer = await http.post(
            "/", data={"code": typed()}, headers={"x-forwarded-for": address, "accept-encoding": "identity"}
        )
        assert answer.status_code in (404, 429)

    return ask


def alias(server: Server, which: str) -> Callable[[], Awaitable[object]]:
    who = Person(server.url)
    who.http.cookies.set(f"kring-{which}", identity.encode(identity.new_secret()))

    async def ask() -> None:
        assert (await who.http.get(f"/r/{which}", headers={"accept-encoding": "identity"})).status_code == 404

    return ask


def never() -> str:
    return f"3{wrong()[1:]}"


@pytest.mark.long
async def test_time_does_not_tell_a_code_that_was_from_one_that_never_was(tmp_path: Path) -> None:
    server = await Server(tmp_path / "data", KRING_FORWARDED_ALLOW_IPS="127.0.0.1").hurry("sum=4").start()
    erased = await Person(server.url).begin("Mentoren", "Fay")
    await erased.act("erase")
    assert 0.25 < await differ(code(server, never), code(server, lambda: erased.code), 80) < 0.75
    server.stop()


@pytest.mark.long
async def test_time_does_not_tell_a_room_that_is_there_from_none(tmp_path: Path) -> None:
    server = await Server(tmp_path / "data").start()
    lead = await Person(server.url).begin("Mentoren", "Fay")
    assert 0.2 < await differ(alias(server, "0123456789ab"), alias(server, lead.alias), 200) < 0.8
    server.stop()


@pytest.mark.long
async def test_a_code_that_takes_longer_is_noticed(tmp_path: Path) -> None:
    server = await open_doors(tmp_path, "slow")
    assert await differ(code(server, never), code(server, lambda: f"2{wrong()[1:]}"), 60) > 0.75
    server.stop()


async def test_what_is_masked_here_is_only_what_differs_for_everybody(server: Server) -> None:
    """The control of `seen`: another sentence, another status, another header is another answer."""
    who = Person(server.url)
    one, two = await who.http.get("/nergens"), await who.http.get("/r/0123456789ab")
    assert seen(one) != seen(two)
    assert seen(one) == seen(await who.http.get("/nergens-ook"))
    assert not is_sum(one)
    assert at(who, "203.0.113.1") is who
    assert (await meeting(server, SIX[:2])).lead.alias


async def way(who: Person) -> tuple[str, int]:
    """How the own page comes over the wire: packed or not, and how long."""
    async with who.http.stream("GET", f"/r/{who.alias}", headers={"accept-encoding": "br"}) as answer:
        length = sum([len(part) async for part in answer.aiter_raw()])
        return answer.headers.get("content-encoding", ""), length


async def test_the_own_page_does_not_tell_by_its_size_who_wants_to_talk_first(server: Server) -> None:
    room = await meeting(server)
    await room.press("next")
    await room.do("Owen", "agree", x="yes")
    await room.do("Cora", "agree", x="talk")
    ways = {name: await way(room.people[name]) for name in ("Owen", "Cora", "Cleo")}
    assert {packed for packed, _ in ways.values()} == {"identity"}, ways
    assert max(n for _, n in ways.values()) - min(n for _, n in ways.values()) < 64, ways


async def test_the_own_page_comes_to_everybody_in_one_way_whoever_wrote(server: Server) -> None:
    """Where all are asked whether one case may be shown, and on the ballot."""
    for start in (consent, voting):
        room = await start(server)
        ways = {await way(room.people[name]) for name in ("Owen", "Cora", "Cleo", "Cato")}
        assert len({packed for packed, _ in ways}) == 1, ways
        lengths = [n for _, n in ways]
        assert max(lengths) - min(lengths) < 64, ways  # a masked value and a name more
