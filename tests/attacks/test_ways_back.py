"""Who is outside, was removed, or no longer leads has no way back in: not by the code's picture, not by a key that is
still on paper, not by a device that once went round, and not by listening to the bus."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
import redis.asyncio as aioredis

from rooms import devices
from server.person import Person
from tests.adversary.rooms import document
from tests.attacks.test_identity import seat_of
from tests.browser.circles import circle
from tests.conftest import Redis, Server
from tests.live.test_live import closed_with, frame, shows, socket
from tests.live.test_processes import ready_says
from tests.model.circles import now_round

QR = "/r/{}/qr.svg"
CANARY = "Zwaluwstaartmoeras"
CASE = {"rev": "1", "situation": CANARY, "difficulty": "", "question": f"{CANARY}?"}


async def qr(who: Person) -> int:
    return (await who.http.get(QR.format(who.alias))).status_code


async def test_the_picture_of_the_code_is_for_whose_page_shows_the_code(server: Server) -> None:
    lead, people = await circle(server.url, steps=1)
    owen, cora, carl = people[:3]
    assert [await qr(who) for who in (lead, owen, cora, carl)] == [200] * 4
    assert await qr(Person(server.url, alias=lead.alias)) == 404
    await lead.act("outside", seat=seat_of(server, lead, "Owen"))
    await lead.act("remove", seat=seat_of(server, lead, "Carl"))
    assert await qr(lead) == 404  # removing closes the door
    await lead.act("door", x="1")
    assert [await qr(who) for who in (lead, owen, cora, carl)] == [200, 404, 200, 404]
    for _ in range(2):
        await lead.next()
    await lead.act("door", x="1")
    assert document(server, lead.alias)["code"] not in await cora.page()  # while people write
    assert [await qr(who) for who in (lead, cora)] == [200, 404]


async def test_the_key_of_the_lead_is_no_key_after_the_lead_went_on(server: Server) -> None:
    lead, people = await circle(server.url, steps=1)
    tablet = Person(server.url, alias=lead.alias)
    assert (await tablet.http.post(f"/r/{lead.alias}/do/unlock", data={"key": lead.key})).status_code == 303
    assert (await tablet.http.get(f"/r/{lead.alias}/leiden")).status_code == 200
    await lead.act("hand-over", seat=seat_of(server, lead, "Cora"))
    await people[1].act("outside", seat=seat_of(server, lead, "Fay"))
    assert (await tablet.http.get(f"/r/{lead.alias}/leiden")).status_code != 200
    assert (await tablet.act("door", x="0")).status_code in (403, 409)
    another = Person(server.url, alias=lead.alias)
    assert (await another.http.post(f"/r/{lead.alias}/do/unlock", data={"key": lead.key})).status_code == 404


async def test_a_device_that_went_round_is_no_way_in_for_who_is_outside(server: Server) -> None:
    lead, people = await circle(server.url, steps=3)
    owen = people[0]
    await lead.act("add-seat", name="Ruth")
    ruth = seat_of(server, lead, "Ruth")
    give = {"seat": ruth}
    assert (await owen.act("hand-round", **give)).status_code == 200  # and the phone is Ruth's now
    assert "Ruth" in await owen.page()
    ruths = dict(owen.http.cookies)
    key = re.search(r"/volg#key=([\w-]+)", (await owen.act("invite-device")).text)
    assert key
    laptop = Person(server.url, alias=lead.alias)  # of Owen, who lets it read along with Ruth
    assert (await laptop.http.post(f"/r/{lead.alias}/do/follow", data={"key": key[1]})).status_code == 303
    assert (await owen.act("hand-round", seat=seat_of(server, lead, "Owen"))).status_code == 200
    for who in people[1:5]:
        assert (await who.act("lay", **CASE)).status_code == 204
    await lead.next()
    assert CANARY in await owen.page()
    assert CANARY in await laptop.page()
    await lead.act("outside", seat=seat_of(server, lead, "Owen"))

    assert CANARY not in await owen.page()
    assert CANARY not in await laptop.page()
    assert (await owen.act("hand-round", **give)).status_code == 409
    assert CANARY not in await owen.page()
    browser = Person(server.url, alias=lead.alias)  # the same browser with its cookies changed by hand
    browser.http.cookies.update(ruths)
    page = await browser.page()
    assert CANARY not in page
    assert (await browser.http.post(f"/r/{lead.alias}/do/where", data={"x": "remote"})).status_code == 403
    async with socket(browser) as ws:
        _, regions = await frame(ws)
        assert CANARY not in "".join(regions.values())
        await lead.act("call-back", seat=seat_of(server, lead, "Owen"))
        await shows(ws, CANARY)  # the control: it is Ruth's voice again
    assert CANARY in await laptop.page()
    for verb in ("mark-left", "remove"):
        await lead.act(verb, seat=seat_of(server, lead, "Owen"))
        assert CANARY not in await laptop.page()


async def test_the_bus_does_not_tell_which_unsigned_act_is_of_who_leads(tmp_path: Path, redis: Redis) -> None:
    server = await Server(tmp_path / "data", KRING_REDIS_URL=redis.url).start()
    await ready_says(server, "ok\n")
    lead = await Person(server.url).begin("Mentoren", "Fay", method="five-step", part="part")
    for name in ("Owen", "Cora", "Carl", "Cleo"):
        await Person(server.url).join(lead.code, name)
    for _ in range(3):
        await lead.next()
    listening = aioredis.Redis.from_url(redis.url).pubsub()
    await listening.subscribe("kring:room", "kring:lead")
    for _ in range(2):
        assert (await anything(listening))["type"] == "subscribe"
    assert (await lead.act("lay", **CASE)).status_code == 204
    for verb in ("agree", "stop"):
        assert (await lead.act(verb, x="talk")).status_code == 204
    assert (await lead.act("go-on")).status_code == 204  # the control: what only who leads may do says who is there
    heard = [(await anything(listening))["channel"] for _ in range(5)]
    assert heard == [*[b"kring:room"] * 4, b"kring:lead"]
    await listening.aclose()
    server.stop()


async def anything(listening) -> dict:  # type: ignore[no-untyped-def, type-arg]
    async with asyncio.timeout(20):
        while True:
            if message := await listening.get_message(timeout=5):
                return dict(message)


async def test_a_room_that_was_erased_unheard_leaves_every_screen(tmp_path: Path, redis: Redis) -> None:
    """While Redis is away and time alone would change the room: the twenty seconds were over behind a stop."""
    one = await Server(tmp_path / "data", KRING_REDIS_URL=redis.url).hurry("wait=500").start()
    two = Server(tmp_path / "data", KRING_REDIS_URL=redis.url).hurry("wait=500")
    two.env["KRING_ORIGIN"] = f"{one.url},{two.url}"
    await two.start()
    lead, people = await circle(one.url, steps=3)
    for who in people:
        await who.act("lay", **CASE)
    for _ in range(3):
        await lead.next()
    for who in people:
        await who.act("answer", choice="bring" if who is people[0] else "none")
    await lead.next()
    assert (await people[1].act("stop")).status_code == 204
    room = document(one, lead.alias)
    assert room["still"] is not None
    assert now_round(room)["until"] > 0
    async with socket(people[0]) as ws:
        await frame(ws)
        redis.kill()
        for server in (one, two):
            await ready_says(server, "ok, bus away\n")
        away = Person(two.url, alias=lead.alias)
        away.http.cookies.update(lead.http.cookies)
        assert (await away.act("erase")).status_code == 303
        assert await closed_with(ws) == 4410
    one.stop()
    two.stop()


@pytest.mark.parametrize("page", ["", "/leiden"])
async def test_a_leader_who_is_outside_reads_nothing_of_the_case_anywhere(server: Server, page: str) -> None:
    lead, people = await circle(server.url, steps=3)
    for who in people[1:5]:
        await who.act("lay", **CASE)
    await lead.next()
    assert CANARY in await lead.page(page)
    await lead.act("share-lead", seat=seat_of(server, lead, "Cora"))
    await people[1].act("outside", seat=seat_of(server, lead, "Fay"))
    assert CANARY not in (await lead.http.get(f"/r/{lead.alias}{page}", follow_redirects=True)).text


async def test_one_key_opens_eight_devices_and_no_more(server: Server) -> None:
    lead, _ = await circle(server.url, steps=1)
    tablets = [Person(server.url, alias=lead.alias) for _ in range(devices.LEADING + 1)]
    path = f"/r/{lead.alias}/do/unlock"
    answers = [await one.http.post(path, data={"key": lead.key}) for one in tablets]
    assert [a.status_code for a in answers] == [303] * devices.LEADING + [409]
    assert "genoeg toestellen" in answers[-1].text
    assert len([d for d in document(server, lead.alias)["devices"].values() if d["kind"] == "lead"]) == devices.LEADING
    assert (await tablets[0].http.get(f"/r/{lead.alias}/leiden")).status_code == 200
    gone = re.search('name="csrf" value="([^"]{86})"', await tablets[0].page("/leiden"))
    await tablets[0].http.post(f"/r/{lead.alias}/do/forget", data={"csrf": gone[1]})  # type: ignore[index]
    assert (await tablets[-1].http.post(path, data={"key": lead.key})).status_code == 303


async def test_what_an_act_is_about_is_not_made_up(server: Server) -> None:
    _, people = await circle(server.url, steps=3)
    for n in range(4):
        assert (await people[0].act("again", slot=f"z{n}", nth="1")).status_code == 204
        assert (await people[0].act("again", input=f"z{n}", nth="1")).status_code == 204
    assert not now_round(document(server, people[0].alias))["heard"]
    assert (await people[0].act("lay", **CASE)).status_code == 204
    assert len(now_round(document(server, people[0].alias))["heard"]) == 1
