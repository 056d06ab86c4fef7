"""Faults of disk, files and keys on a real server: what the person reads, what the host reads, what is kept."""

from __future__ import annotations

import asyncio
import html
import re
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from redis import Redis as Client

from server.database import Database
from server.even import instant
from server.person import Person
from server.ready import LASTS, Ready
from tests.adversary.rooms import document
from tests.conftest import Redis, Server
from tests.live.test_live import frame, shows, socket
from tests.server.faults import SmallDisk, Unprivileged, may_write, stopped
from tests.torture.bulk import store_at

CASE = {"situation": "Er was eens", "difficulty": "", "question": "Wat nu?"}
FULL = {
    "nl": "De server kan nu niets bewaren. Wat je schreef, staat nog op je toestel. Zeg het tegen wie Kring beheert.",
    "en": "The server cannot keep anything right now. What you wrote is still on your device. "
    "Tell whoever looks after Kring.",
}
BUSY = {
    "nl": "Dit kon niet worden bewaard. Wat je schreef, staat nog op je toestel. Probeer het zo nog eens.",
    "en": "This could not be kept. What you wrote is still on your device. Try again in a moment.",
}
LOST = {
    "nl": "Deze kring is niet meer te lezen. Zeg het tegen wie Kring beheert.",
    "en": "This circle can no longer be read. Tell whoever looks after Kring.",
}


async def writers(server: Server, *names: str) -> tuple[Person, list[Person]]:
    """A circle at the moment of writing; the second person speaks English."""
    lead = await Person(server.url).begin("Mentoren", "Fay", method="five-step")
    langs = ("nl", "en", "nl", "nl")
    people = [await Person(server.url, lang).join(lead.code, name) for name, lang in zip(names, langs, strict=False)]
    for _ in range(3):
        assert (await lead.next()).status_code == 204
    return lead, people


async def refused(people: list[Person], sentence: dict[str, str]) -> None:
    """With a script: the sentence, 503, and when to try again. Without: the page, and in it what was typed."""
    for who in people[:2]:
        answer = await who.act("lay", rev="7", **CASE)
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "2"
        assert (answer.text, answer.headers["x-kring"]) == (sentence[who.lang], "1")
        plain = await by_hand(who)
        assert plain.status_code == 503
        assert sentence[who.lang] in html.unescape(plain.text)
        assert CASE["situation"] in plain.text
        assert CASE["question"] in plain.text


async def by_hand(who: Person):  # type: ignore[no-untyped-def]
    """The same act as a browser without a script sends it."""
    sent = who.http.post

    async def without(url: str, **rest):  # type: ignore[no-untyped-def]
        rest.pop("headers", None)
        return await sent(url, **rest)

    who.http.post = without  # type: ignore[method-assign]
    try:
        return await who.act("lay", rev="8", **CASE)
    finally:
        who.http.post = sent  # type: ignore[method-assign]


async def ready(server: Server, status: int) -> None:
    """What supervisors and proxies hear, within the second for which an answer counts."""
    async with httpx.AsyncClient() as client, asyncio.timeout(20):
        while (await client.get(server.url + "/readyz")).status_code != status:
            await asyncio.sleep(0.05)  # polls for a sign
        assert (await client.get(server.url + "/healthz")).status_code == 200, "it lives, and is not to be killed"


def kept(server: Server, alias: str) -> list[str]:
    """The questions that are in the database now."""
    return [p["texts"][2] for r in document(server, alias)["rounds"].values() for p in r["papers"].values()]


def told(server: Server, event: str, *people: Person) -> None:
    """The host reads of it, once, and of nobody."""
    lines = [line for line in server.log.read_text().splitlines() if not line.startswith("Kring: ")]
    assert len([line for line in lines if f" {event}: " in line]) == 1, lines
    assert not [line for line in lines if "Traceback" in line or "Exception" in line]
    assert not [line for line in lines for who in people if who.alias in line or "127.0.0.1" in line]


@pytest.fixture
async def small(tmp_path: Path) -> AsyncIterator[SmallDisk]:
    server = SmallDisk(tmp_path / "data")
    await server.start()
    yield server
    server.stop()


async def test_a_full_disk_is_said_nothing_is_lost_and_space_heals_it(small: SmallDisk) -> None:
    lead, people = await writers(small, "Owen", "Cora", "Carl", "Cleo")
    assert (await people[0].act("lay", rev="1", situation="", difficulty="", question="Van voor?")).status_code == 204
    await ready(small, 200)
    small.limit(4096)

    await refused(people[1:3], FULL)
    await ready(small, 503)
    assert "Van voor?" in await people[0].page()
    assert kept(small, lead.alias) == ["Van voor?"]
    small.limit(-1)
    await ready(small, 200)
    assert (await people[0].act("lay", rev="9", **CASE)).status_code == 204
    assert kept(small, lead.alias) == ["Wat nu?"]
    told(small, "store_full", lead, *people)
    told(small, "store_here", lead)


async def test_a_full_disk_refuses_a_new_circle_with_what_was_typed_and_leaves_no_half_key(small: SmallDisk) -> None:
    lead = await Person(small.url).begin("Mentoren", "Fay")
    keys = set((small.data.parent / "data-keyring").iterdir())
    small.limit(0)
    form = {"group": "Tweede groep", "name": "Gea", "chairs": "8", "part": "lead", "where": "together"}
    answer = await Person(small.url, "en").http.post("/nieuw", data=form)
    joined = await Person(small.url).http.post("/", data={"code": lead.code, "name": "Owen"})

    assert answer.status_code == joined.status_code == 503
    assert FULL["en"] in html.unescape(answer.text)
    assert 'value="Tweede groep"' in answer.text
    assert FULL["nl"] in html.unescape(joined.text)
    assert 'value="Owen"' in joined.text
    assert set((small.data.parent / "data-keyring").iterdir()) == keys
    small.limit(-1)
    assert (await Person(small.url).begin("Tweede groep", "Gea")).alias


async def test_who_asks_often_whether_it_is_ready_does_not_make_the_disk_work(tmp_path: Path) -> None:
    commits = 0

    async def counted(self: Database, statements: object) -> None:
        nonlocal commits
        commits += 1

    store = store_at(tmp_path / "data")
    await store.open()
    one = Ready(store)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "commit", counted)
        assert all(await asyncio.gather(*(one.now() for _ in range(200))))
        assert commits == 1
        patch.setattr("server.ready.instant", lambda: instant() + LASTS + 0.1)
        assert await one.now()
        assert commits == 2
    store.db.broke.set()
    one = Ready(store)
    assert not await one.now()
    await store.close()


async def test_a_locked_database_is_said_and_heals(small: SmallDisk) -> None:
    lead, people = await writers(small, "Owen", "Cora", "Carl", "Cleo")
    other = sqlite3.connect(small.data / "kring.db", isolation_level=None)
    other.execute("begin immediate")
    await refused(people[:1], BUSY)
    await ready(small, 503)
    other.execute("rollback")
    other.close()
    await ready(small, 200)

    assert kept(small, lead.alias) == []
    told(small, "store_locked", lead, *people)
    assert (await people[0].act("lay", rev="9", **CASE)).status_code == 204


async def test_where_nothing_can_be_read_a_form_without_a_script_gives_back_what_was_written(small: SmallDisk) -> None:
    lead, people = await writers(small, "Owen", "Cora", "Carl", "Cleo")
    csrf = re.search(r'name="csrf" value="([^"]{86})"', await people[0].page())
    assert csrf
    other = sqlite3.connect(small.data / "kring.db", isolation_level=None)
    other.execute("begin exclusive")
    answer = await people[0].http.post(f"/r/{lead.alias}/do/lay", data={"csrf": csrf[1], "rev": "1", **CASE})
    other.execute("rollback")
    other.close()

    assert answer.status_code == 503
    assert html.escape(CASE["question"]) in answer.text
    assert "Wat je schreef, staat nog op je toestel." in answer.text


@pytest.mark.parametrize("what", ["data", pytest.param("data-keyring", marks=pytest.mark.long)])
async def test_a_folder_that_becomes_read_only_is_said_and_heals(tmp_path: Path, what: str) -> None:
    server = Unprivileged(tmp_path / "data")
    await server.start()
    try:
        lead, people = await writers(server, "Owen", "Cora", "Carl", "Cleo")
        may_write(tmp_path / what, yes=False)
        if what == "data":
            await refused(people, FULL)
            await ready(server, 503)
            assert kept(server, lead.alias) == []
        form = {"group": "Tweede", "name": "Gea", "chairs": "8"}
        answer = await Person(server.url).http.post("/nieuw", data=form)
        assert answer.status_code == 503
        assert FULL["nl"] in html.unescape(answer.text)
        erased = await lead.act("erase")
        assert erased.status_code == 503
        told(server, "store_full", lead, *people) if what == "data" else None
        may_write(tmp_path / what, yes=True)
        await ready(server, 200)
        assert (await people[0].act("lay", rev="9", **CASE)).status_code == 204
        assert kept(server, lead.alias) == ["Wat nu?"]
    finally:
        server.stop()


@pytest.mark.parametrize("what", ["data", pytest.param("data-keyring", marks=pytest.mark.long)])
async def test_a_folder_that_cannot_be_written_stops_the_start(tmp_path: Path, what: str) -> None:
    server = Unprivileged(tmp_path / "data")
    await server.start()
    server.stop()
    may_write(tmp_path / what, yes=False)
    said = await stopped(server)

    assert f"kring: cannot use {tmp_path / what}" in said
    assert "KRING_DATA" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("harm", ["bytes", pytest.param("key", marks=pytest.mark.long)])
async def test_a_room_that_cannot_be_read_is_said_and_the_others_go_on(small: SmallDisk, harm: str) -> None:
    lead, people = await writers(small, "Owen", "Cora")
    other = await Person(small.url).begin("Andere", "Gea")
    small.stop()
    if harm == "key":
        (small.data.parent / "data-keyring" / lead.alias).unlink()
    else:
        with sqlite3.connect(small.data / "kring.db") as db:
            db.execute("update room set body = zeroblob(length(body)) where id = ?", (lead.alias,))
    await small.start()

    for who in people:
        answer = await who.http.get(f"/r/{who.alias}")
        assert answer.status_code == 503
        assert LOST[who.lang] in html.unescape(answer.text)
    act = await people[0].http.post(f"/r/{lead.alias}/do/leave", data={"x": "1"}, headers={"x-kring": "1"})
    assert act.status_code == 503
    assert LOST["nl"] in html.unescape(act.text)
    assert (await other.next()).status_code == 204
    told(small, "room_damaged", lead, *people)


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        ("half a key", "data-keyring/_pepper: not a key of 32 bytes"),
        ("no database", "kring.db: file is not a database"),
        ("second", "another Kring uses"),
        ("setting", "KRING_PORT must be a whole number"),
    ],
)
async def test_what_stops_a_start_is_one_sentence(tmp_path: Path, harm: str, sentence: str) -> None:
    first = await Server(tmp_path / "data").start()
    second = Server(tmp_path / "data")
    if harm == "setting":
        second.env["KRING_PORT"] = "eighty"
    elif harm != "second":
        first.stop()
    if harm == "half a key":
        (tmp_path / "data-keyring" / "_pepper").write_bytes(b"half")
    if harm == "no database":
        (tmp_path / "data" / "kring.db").write_bytes(b"no" * 9000)
    said = await stopped(second)
    first.stop()

    assert [line for line in said.splitlines() if "kring: " in line and sentence in line], said
    assert "Traceback" not in said


async def test_what_is_shown_stays_and_goes_on_after_a_fault(tmp_path: Path, redis: Redis) -> None:
    """A feed that could not read outlives it: the socket that was open shows what comes after."""
    server = await Server(tmp_path / "data", KRING_REDIS_URL=redis.url).start()
    lead = await Person(server.url).begin("Mentoren", "Fay")
    owen = await Person(server.url).join(lead.code, "Owen")
    async with socket(owen) as ws, asyncio.timeout(10):
        await frame(ws)
        other = sqlite3.connect(server.data / "kring.db", isolation_level=None)
        other.execute("insert into pair values (x'00', x'00', 0, null)")  # so that this process has to look again
        other.execute("begin exclusive")
        with redis_client(redis) as hint:
            while " store_locked: " not in server.log.read_text():
                hint.publish("kring:room", lead.alias)
                await asyncio.sleep(0.05)
        other.execute("rollback")
        other.close()
        assert (await lead.next()).status_code == 204
        await shows(ws, "Bespreek dit hardop")
    server.stop()
    told(server, "store_locked", lead, owen)


def redis_client(redis: Redis) -> Client:
    return Client.from_url(redis.url)
