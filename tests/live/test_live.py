"""Pages and sockets of a real server: in step, the same bytes for all, kill -9, two processes on one Redis."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from server.person import Person
from tests.conftest import Server
from tests.live import meetings

PARTIAL = re.compile(r'<hx-partial hx-target="#(\w+)" hx-swap="innerMorph">(.*?)</hx-partial>', re.S)


@asynccontextmanager
async def socket(who: Person, place: str = "seat", base: str = "", **headers: str) -> AsyncIterator[ClientConnection]:
    base = base or who.base
    cookie = "; ".join(f"{k}={v}" for k, v in who.http.cookies.items())
    url = f"{base.replace('http', 'ws')}/r/{who.alias}/live?as={place}"
    extra = {"Cookie": cookie, "Accept-Language": who.lang, **({"Origin": base} | headers)}
    async with connect(url, additional_headers={k: v for k, v in extra.items() if v}, max_size=2**22) as ws:
        yield ws


async def frame(ws: ClientConnection, me: bool = False) -> tuple[dict[str, int], dict[str, str]]:
    """The next audience (or personal) frame: its header and its regions."""
    async with asyncio.timeout(20):
        while True:
            head, _, body = str(await ws.recv()).partition("\n")
            parsed = json.loads(head)
            if bool(parsed.get("me")) == me:
                return parsed, dict(PARTIAL.findall(body))


async def shows(ws: ClientConnection, text: str) -> None:
    """Waits until a frame holds this text."""
    async with asyncio.timeout(20):
        while text not in str(await ws.recv()):
            pass


async def circle(server: Server, *names: str) -> tuple[Person, list[Person]]:
    lead = await Person(server.url).begin("Mentoren", "Fay", method="five-step")
    return lead, [await Person(server.url).join(lead.code, name) for name in names or ("Owen", "Cora")]


async def test_who_comes_later_gets_the_clock_of_now(server: Server) -> None:
    """A first frame is never an older one from a shelf: its time sets the device's clock until the first ping."""
    _, (owen, cora) = await circle(server)
    async with socket(owen) as one:
        first, _ = await frame(one)
        async with asyncio.timeout(20):
            while time.time_ns() // 1_000_000 <= first["t"] + 50:
                await asyncio.sleep(0.01)  # polls the clock: the later frame must have a time of its own
        before = time.time_ns() // 1_000_000
        async with socket(cora) as two:
            second, _ = await frame(two)

    assert second["t"] >= before


async def test_an_act_is_on_every_other_screen_at_once(server: Server) -> None:
    lead, (owen, cora) = await circle(server)
    async with socket(cora) as one, socket(lead, "lead") as two:
        await frame(one)
        await frame(two)
        await lead.next()
        await shows(one, "Bespreek dit hardop")
        await shows(two, "Afspraak")


async def test_the_page_and_the_first_frame_are_the_same(server: Server) -> None:
    lead, (owen, _) = await circle(server)
    for who, tail, place in ((owen, "", "seat"), (lead, "/leiden", "lead")):
        page = await who.page(tail)
        async with socket(who, place) as ws:
            _, regions = await frame(ws)
        assert regions
        for name, html in regions.items():
            assert html in page, name


async def test_two_people_get_the_same_audience_bytes_and_their_own_part(server: Server) -> None:
    lead, (owen, cora) = await circle(server)
    async with socket(owen) as one, socket(cora) as two:
        (_, a), (_, b) = await frame(one), await frame(two)
        (_, mine), (_, theirs) = await frame(one, me=True), await frame(two, me=True)

    assert a == b
    assert mine["me"] != theirs["me"]


async def test_what_is_for_who_leads_is_in_no_frame_of_others(server: Server) -> None:
    lead, (owen, _) = await circle(server)
    only = ("Zeg dit, in je eigen woorden", "do/next", "do/remove", "klopt aan")
    async with socket(owen) as one, socket(lead, "lead") as two:
        theirs, leads = [], []
        for _ in range(3):
            await lead.next()
        late = await Person(server.url).join(lead.code, "Noor")
        assert late.alias
        await lead.act("notice", x="sum")
        async with asyncio.timeout(20):
            while "Wie vat samen?" not in "".join(theirs):
                theirs.append(str(await one.recv()))
            while not all(word in "".join(leads) for word in only):
                leads.append(str(await two.recv()))  # the control: the cockpit was told all of it
    assert not any(word in frame for word in only for frame in theirs)


async def test_nothing_reaches_others_when_somebody_writes(server: Server) -> None:
    names = ("Owen", "Cora", "Carl", "Cleo", "Cem", "Cato", "Coen")
    lead, people = await circle(server, *names)
    for _ in range(3):
        await lead.next()
    async with socket(people[1]) as ws:
        head, _ = await frame(ws)
        await frame(ws, me=True)
        answer = await people[0].act("lay", rev="1", situation="", difficulty="", question="Een vraag?")
        assert answer.status_code == 204
        busy = asyncio.create_task(always_busy(people[2]))
        async with asyncio.timeout(12):  # the next thing heard is the ready sign, on its tick
            heard = str(await ws.recv())
        busy.cancel()
    told = json.loads(heard.partition("\n")[0])
    assert "1 van 7 klaar" in heard
    assert "Een vraag" not in heard
    assert told["s"] == head["s"] + 1
    assert told["t"] % 5000 < 500, "the sign keeps to the clock, not to who acts when"


async def always_busy(who: Person) -> None:
    """Acts without a name and without end, and is never ready."""
    while True:
        assert (await who.act("again")).status_code == 204
        await asyncio.sleep(0.3)  # within the number of acts a device may do


async def test_a_foreign_or_missing_origin_is_refused_before_accepting(server: Server) -> None:
    lead, (owen, _) = await circle(server)
    for origin in ("https://evil.example", "null", ""):
        with pytest.raises(InvalidStatus):
            async with socket(owen, Origin=origin):
                pass


async def test_foreign_posts_and_posts_without_the_value_are_refused(server: Server) -> None:
    lead, (owen, _) = await circle(server)
    path = f"/r/{owen.alias}/do/where"
    csrf = re.search(r'name="csrf" value="([^"]+)"', await owen.page())
    assert csrf
    form = {"csrf": csrf[1], "x": "remote"}
    plain = await owen.http.post(path, data={"x": "remote"})
    foreign = [
        await owen.http.post(path, data=form, headers=headers)
        for headers in (
            {"origin": "https://evil.example"},
            {"origin": "null"},
            {"origin": owen.base, "sec-fetch-site": "cross-site"},
            {"origin": owen.base, "sec-fetch-site": "same-site"},
        )
    ]
    multi = await owen.http.post(path, files={"x": b"1"})

    assert (plain.status_code, *(a.status_code for a in foreign), multi.status_code) == (403, 403, 403, 403, 403, 415)
    right = await owen.http.post(path, data=form, headers={"x-kring": "1", "sec-fetch-site": "same-origin"})
    assert right.status_code == 204  # the control: it was the origin


async def test_who_is_removed_is_closed_with_4401_and_a_stranger_too(server: Server) -> None:
    lead, (owen, cora) = await circle(server)
    seat = re.search(r'do/remove" name="seat" value="(\w+)"', await lead.page("/leiden"))
    async with socket(owen) as one, socket(cora) as two:
        await frame(one)
        await frame(two)
        assert seat
        await lead.act("remove", seat=seat[1])
        codes = set()
        for ws in (one, two):
            try:
                async with asyncio.timeout(1.5):
                    while True:
                        await ws.recv()
            except ConnectionClosed as closed:
                codes.add(closed.rcvd.code if closed.rcvd else 0)
            except TimeoutError:
                pass
    assert codes == {4401}


async def test_a_fifth_tab_ends_the_oldest_and_an_erased_room_ends_every_line(server: Server) -> None:
    lead, (owen, _) = await circle(server)
    codes = []
    async with AsyncExitStack() as stack:
        lines = [await stack.enter_async_context(socket(owen)) for _ in range(5)]
        codes.append(await closed_with(lines[0]))
        await frame(lines[4])
    async with socket(owen) as line:
        await frame(line)
        await lead.act("erase")
        codes.append(await closed_with(line))
    assert codes == [4409, 4410]


async def closed_with(ws: ClientConnection) -> int:
    """The code with which the server closes a line, sooner or later."""
    with pytest.raises(ConnectionClosed) as closed:
        async with asyncio.timeout(20):
            while True:
                await ws.recv()
    return closed.value.rcvd.code if closed.value.rcvd else 0


async def test_anything_but_a_ping_closes_the_socket(server: Server) -> None:
    lead, (owen, _) = await circle(server)
    async with socket(owen) as ws:
        await frame(ws)
        await ws.send("p")
        async with asyncio.timeout(3):
            while not str(await ws.recv()).startswith("p1"):
                pass
        await ws.send("vote")
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                await ws.recv()
    assert closed.value.rcvd
    assert closed.value.rcvd.code == 1008


async def test_kill_9_in_between_keeps_the_room_and_its_people(tmp_path: Path) -> None:
    server = await Server(tmp_path / "data").start()
    lead, (owen, _) = await circle(server)
    await lead.next()
    assert (await owen.act("agree", x="yes")).status_code == 204
    server.kill9()
    await server.start()

    assert "Je houdt je hieraan" in await owen.page()
    async with socket(owen) as ws:
        await lead.next()
        await shows(ws, "Hoe kom je binnen?")
    server.stop()


async def test_a_yes_to_the_agreement_shows_on_the_tick_and_not_before(server: Server) -> None:
    lead, (owen, cora) = await circle(server)
    await lead.next()
    async with socket(cora) as ws:
        await frame(ws)
        while not 1000 < time.time() * 1000 % 5000 < 3000:  # in the middle of a beat
            await asyncio.sleep(0.05)
        await owen.act("agree", x="yes")
        async with asyncio.timeout(8):
            while "houdt zich hieraan" not in (text := str(await ws.recv())):
                pass
    assert json.loads(text.partition("\n")[0])["t"] % 5000 < 1000, "on the beat"


async def test_two_facilitators_at_once_make_one_step(server: Server) -> None:
    lead, _ = await circle(server)
    second = Person(server.url, alias=lead.alias)
    await second.http.post(f"/r/{lead.alias}/do/unlock", data={"key": lead.key})
    at = re.search(r'do/next" name="at" value="([^"]+)"', await second.page("/leiden"))
    assert at
    await asyncio.gather(*(who.act("next", at=at[1]) for who in (lead, second, lead)))

    assert '"step"' in await lead.page("/leiden")
    assert "Bespreek dit hardop" in await lead.page()


async def test_the_log_holds_no_person(server: Server) -> None:
    lead, (owen, _) = await circle(server)
    async with socket(owen) as ws:
        await frame(ws)
        await lead.next()
    lines = server.log.read_text().splitlines()

    assert lines[0] == f"Kring: {server.url}"  # the control: this is the log
    assert not any(word in line for line in lines[1:] for word in ("Owen", lead.alias, lead.code, "127.0.0.1", "httpx"))


async def test_wrong_gone_and_erased_codes_get_one_answer(server: Server) -> None:
    lead, _ = await circle(server)
    wrong = await Person(server.url).http.post("/", data={"code": "2222-2222"})
    await lead.act("erase")
    gone = await Person(server.url).http.post("/", data={"code": lead.code})

    assert wrong.status_code == gone.status_code == 404
    assert wrong.text.replace("2222-2222", "") == gone.text.replace(lead.code, "")


async def test_pages_carry_a_strict_content_policy(server: Server) -> None:
    answer = await Person(server.url).http.get("/")
    policy = answer.headers["content-security-policy"]

    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_every_screen_says_that_all_are_asked_and_then_that_no_case_may_be_shown(server: Server) -> None:
    room = await meetings.consent(server)

    async def said(words: str) -> bool:
        pages = [await room.lead.page("/leiden"), await room.screen.page("/scherm"), await room.people["Owen"].page()]
        return all(words in " ".join(page.split()) for page in pages)

    assert await said("Er liggen hooguit twee nieuwe casussen.")
    for name in room.people:
        await room.do(name, "may-show", x="0")
    await room.press("next")
    assert await said("Er komt nu geen casus op tafel.")
