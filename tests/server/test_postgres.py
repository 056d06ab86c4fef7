"""PostgreSQL under a server that people are at, what it must be set to, and what it keeps of whom."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace

from server.config import ConfigError
from server.database import StoreAway, StoreError
from server.keytable import KeyTable
from server.person import Person
from server.pgpool import CONNECTIONS
from server.store import Store
from tests.conftest import Server
from tests.postgres import Postgres
from tests.server.faults import stopped
from tests.server.test_faults import BUSY, ready, told, writers
from tests.server.test_store import config_in, renamed, room, store_in

UNSURE = {
    "nl": "Het is niet zeker of dit is bewaard. Wat je schreef, staat nog op je toestel. "
    "Probeer het zo nog eens: dubbel telt niet.",
    "en": "It is not certain that this was kept. What you wrote is still on your device. "
    "Try again in a moment: twice counts once.",
}
CANARY = "kanarie-in-de-kring"
COLUMNS = {
    *("room.id", "room.version", "room.body", "code.tag", "code.room", "expiry.room", "expiry.until"),
    *("pair.symbols", "pair.ticket", "pair.until", "pair.room", "mark.nr", "mark.value", "trial.nr", "trial.zeros"),
}


def settings(server: Postgres) -> dict[str, str]:
    """A database for rooms and one for keys, new and empty."""
    return {"KRING_DATABASE_URL": server.new(), "KRING_KEYRING": server.new("keys")}


def held(server: Postgres, what: bytes) -> list[str]:
    """The files of a PostgreSQL, log among them, in which these bytes stand, or their hexadecimal."""
    return [
        str(path.relative_to(server.folder))
        for path in server.folder.rglob("*")
        if path.is_file() and any(one in path.read_bytes() for one in (what, what.hex().encode()))
    ]


@pytest.fixture
async def here(tmp_path: Path, postgres: Postgres) -> AsyncIterator[Server]:
    server = await Server(tmp_path / "data", **settings(postgres)).start()
    yield server
    server.stop()


async def lays(who: Person, rev: str, question: str) -> httpx.Response:
    return await who.act("lay", rev=rev, situation="", difficulty="", question=question)


async def test_f12_postgresql_away_is_said_and_its_return_heals_without_a_new_start(
    here: Server, postgres: Postgres
) -> None:
    lead, people = await writers(here, "Owen", "Cora", "Carl", "Cleo")
    assert (await lays(people[0], "1", "Van voor?")).status_code == 204
    postgres.stop()
    for who in people[:2]:
        answer = await lays(who, "2", "Van nu?")
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "2"
        assert answer.text == BUSY[who.lang]
    assert (await Person(here.url).http.post("/", data={"code": lead.code, "name": "Laat"})).status_code == 503
    await ready(here, 503)

    postgres.start()
    await ready(here, 200)
    assert "Van voor?" in await people[0].page()
    for who in people[:2]:
        assert (await lays(who, "2", "Van nu?")).status_code == 204
    told(here, "store_away", lead, *people)
    told(here, "store_here", lead)


async def test_f12_cut_off_while_all_is_quiet_nobody_notices(here: Server, postgres: Postgres) -> None:
    _, people = await writers(here, "Owen", "Cora", "Carl", "Cleo")
    assert postgres.cut() > 0
    await postgres.later("select count(*) > 0 from pg_stat_activity where application_name = 'kring'", "t")

    assert (await lays(people[0], "1", "Wat nu?")).status_code == 204
    assert "Wat nu?" in await people[0].page()


async def test_f12_a_commit_that_gets_no_answer_is_unsure_and_comes_again_once(
    here: Server, postgres: Postgres
) -> None:
    lead, people = await writers(here, "Owen", "Cora", "Carl", "Cleo")
    url = here.env["KRING_DATABASE_URL"]
    with postgres.holding("begin; select 1 from room for update", url):
        under_way = asyncio.create_task(lays(people[1], "1", "Wat nu?"))
        await postgres.later("select count(*) from pg_stat_activity where wait_event_type = 'Lock'", "1")
        postgres.cut()
        answer = await under_way
    assert answer.status_code == 503
    assert answer.text == UNSURE["en"]

    assert (await lays(people[1], "1", "Wat nu?")).status_code == 204
    assert (await people[1].page()).count("Wat nu?") == 1
    told(here, "store_unsure", lead, *people)


async def test_f12_without_a_connection_left_it_is_refused_and_heals(tmp_path: Path, postgres: Postgres) -> None:
    store = store_in(tmp_path, **settings(postgres))
    await store.open()
    await store.create(room())
    taken = [await store.db.pool._pool.acquire() for _ in range(CONNECTIONS)]
    with pytest.raises(StoreAway):
        await store.change("abc", renamed, "A")
    for one in taken:
        await store.db.pool._pool.release(one)

    assert (await store.change("abc", renamed, "B")).name == "B"
    await store.close()


@pytest.mark.long
async def test_f12_one_that_stands_still_is_given_up(tmp_path: Path, postgres: Postgres) -> None:
    store = store_in(tmp_path, **settings(postgres))
    await store.open()
    await store.create(room())
    pids = [int(pid) for pid in postgres.sql("select pid from pg_stat_activity where datname like 'kring%'").split()]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        with pytest.raises(StoreError):
            await store.change("abc", renamed, "A")
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
    assert (await store.change("abc", renamed, "B")).name == "B"
    await store.close()


@pytest.mark.parametrize("name", ["fsync", "full_page_writes"])
async def test_a_server_that_does_not_keep_what_it_confirms_stops_the_start(tmp_path: Path, name: str) -> None:
    careless = Postgres(**{name: "off"}).start()
    try:
        said = await stopped(Server(tmp_path / "data", **settings(careless)))
    finally:
        careless.remove()
    assert f"kring: KRING_KEYRING: {name} is 'off'" in said
    assert "Traceback" not in said


@pytest.mark.long
async def test_one_that_becomes_careless_ends_the_process(tmp_path: Path, postgres: Postgres) -> None:
    store = store_in(tmp_path, **settings(postgres))
    await store.open()
    await store.create(room())
    postgres.stop()
    postgres.settings["fsync"] = "off"
    postgres.start()
    with pytest.raises(StoreError):
        await store.change("abc", renamed, "A")
    assert not store.db.healthy
    await store.close()


@pytest.mark.long
async def test_what_the_server_or_the_role_says_of_durability_does_not_count(
    tmp_path: Path, postgres: Postgres
) -> None:
    where = settings(postgres)
    postgres.sql("alter role kring set synchronous_commit = off")
    postgres.sql("alter role kring set default_transaction_isolation = 'serializable'")
    store = store_in(tmp_path, **where)
    await store.open()
    assert (await store.db.rows("show synchronous_commit"))[0][0] == "on"
    assert (await store.db.rows("show transaction_isolation"))[0][0] == "read committed"
    await store.close()
    assert postgres.sql("show synchronous_commit").strip() == "off"  # the control: another session takes it


def test_the_address_of_the_rooms_is_none_for_the_keys(tmp_path: Path) -> None:
    one = "postgresql://kring@localhost/kring"
    with pytest.raises(ConfigError, match="KRING_KEYRING is KRING_DATABASE_URL"):
        config_in(tmp_path, KRING_DATABASE_URL=one, KRING_KEYRING=one)


async def test_the_same_database_by_another_name_is_refused_for_the_keys(
    tmp_path: Path, one_postgres: Postgres
) -> None:
    url = one_postgres.new()
    with pytest.raises(SystemExit, match="KRING_KEYRING is the same database"):
        await store_in(tmp_path, KRING_DATABASE_URL=url, KRING_KEYRING=url + "&application_name=keys").open()


async def test_another_keyring_than_the_one_it_was_made_with_stops_the_start(
    tmp_path: Path, one_postgres: Postgres
) -> None:
    first, other = settings(one_postgres), settings(one_postgres)
    for where in (first, other):
        one = store_in(tmp_path, **where)
        await one.open()
        await one.close()
    with pytest.raises(SystemExit, match="the keyring in the database of KRING_KEYRING is not the one"):
        await store_in(tmp_path, **{**first, "KRING_KEYRING": other["KRING_KEYRING"]}).open()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("postgresql://kring@127.0.0.1:1/kring", "cannot use PostgreSQL"),
        ("postgresql://kring@/none?host=/nowhere", "cannot use PostgreSQL"),
    ],
)
async def test_one_that_cannot_be_reached_stops_the_start_with_a_sentence(tmp_path: Path, url: str, says: str) -> None:
    said = await stopped(Server(tmp_path / "data", KRING_DATABASE_URL=url))

    assert f"kring: KRING_DATABASE_URL: {says}" in said
    assert "Traceback" not in said


async def test_two_that_make_the_keyring_at_once_have_one_pepper(one_postgres: Postgres) -> None:
    url = one_postgres.new("keys")
    rings = [KeyTable(url, None) for _ in range(4)]
    await asyncio.gather(*(ring.open() for ring in rings))
    assert len(set(await asyncio.gather(*(ring.pepper() for ring in rings)))) == 1
    for ring in rings:
        await ring.close()


async def test_a_key_that_was_destroyed_is_in_no_file_of_its_table(tmp_path: Path, postgres: Postgres) -> None:
    """Nor is a body that was replaced. Its log of changes is another matter: see the next test."""
    store = store_in(tmp_path, **settings(postgres))
    await store.open()
    for name in ("abc", "def"):
        await store.create(room(name))
    keys = {name: (await store.keys.look(name)).key or b"" for name in ("abc", "def")}
    bodies = [bytes(row[0]) for row in await store.db.rows("select body from room where id = 'def'")]
    await store.change("def", renamed, "Anders")
    await store.erase("abc")
    await store.db.tidy()
    postgres.sql("checkpoint")

    files = [name for name in held(postgres, keys["abc"]) if "pg_wal" not in name]
    assert files == []
    assert [name for name in held(postgres, keys["def"]) if "pg_wal" not in name]  # the control: this search finds
    assert bodies
    await store.close()


@pytest.mark.long
async def test_the_log_of_changes_keeps_the_key_until_it_is_thrown_away(tmp_path: Path, postgres: Postgres) -> None:
    """As the documents say; with these settings it is gone after two checkpoints and a new segment."""
    postgres.stop()
    postgres.settings |= {"wal_recycle": "off", "min_wal_size": "32MB"}
    postgres.start()
    store = store_in(tmp_path, **settings(postgres))
    await store.open()
    await store.create(room())
    key = (await store.keys.look("abc")).key or b""
    await store.erase("abc")
    assert held(postgres, key), "it would be gone already, and the documents say too much"
    for _ in range(2):
        postgres.sql("select pg_switch_wal()")
        postgres.sql("checkpoint")
    assert held(postgres, key) == []
    await store.close()


async def test_a04_nothing_in_postgresql_is_text_or_belongs_to_a_person(tmp_path: Path) -> None:
    """A meeting under a server that logs every statement with its values: texts, names and code are nowhere."""
    chatty = Postgres(log_statement="all", log_min_messages="info", log_parameter_max_length="-1").start()
    try:
        server = await Server(tmp_path / "data", **settings(chatty)).start()
        lead, people = await writers(server, "Owenkanarie", "Corakanarie", "Carl", "Cleo")
        rows = "select count(*), sum(version) from room"
        before = chatty.sql(rows, server.env["KRING_DATABASE_URL"]).strip()
        for n, who in enumerate(people):
            assert (await lays(who, "1", f"{CANARY} {n}")).status_code == 204
        after = chatty.sql(rows, server.env["KRING_DATABASE_URL"]).strip()
        server.stop()
        chatty.sql("checkpoint")
        wanted = (CANARY, "kanarie", "Owenkanarie", lead.code, lead.code.replace("-", ""))
        assert [(word, held(chatty, word.encode())) for word in wanted if held(chatty, word.encode())] == []
        assert held(chatty, lead.alias.encode()), "the control: what is kept is found, in the log too"
        assert "log" in held(chatty, lead.alias.encode())

        one, version = (int(n) for n in before.split("|"))
        assert after == f"{one}|{version + len(people)}"  # each act is a new version of one row, and nothing else
        chatty.sql(f"create table planted (text text); insert into planted values ('{CANARY}'); checkpoint")
        assert held(chatty, CANARY.encode())  # the control: so it would have been found
    finally:
        chatty.remove()


async def test_a04_what_lies_beside_a_row_is_the_same_for_all_who_act_without_a_name(
    tmp_path: Path, one_postgres: Postgres
) -> None:
    """xmin and ctid tell when a room changed; there is one row for each room, and none for a person."""
    where = settings(one_postgres)
    store = store_in(tmp_path, **where)
    await store.open()
    await store.create(replace(room(), code="K7MP-4XQT"))
    url, tables = where["KRING_DATABASE_URL"], ("code", "expiry", "pair", "mark")
    signs = [one_postgres.sql(f"select xmin, ctid, * from {table}", url) for table in tables]
    for n in range(5):
        await store.change("abc", renamed, f"Naam {n}")
    assert [one_postgres.sql(f"select xmin, ctid, * from {table}", url) for table in tables] == signs
    assert one_postgres.sql("select count(*), count(distinct xmin::text) from room", url).strip() == "1|1"
    columns = "select table_name || '.' || column_name from information_schema.columns where table_schema = 'public'"
    assert set(one_postgres.sql(columns, url).split()) == COLUMNS
    await store.close()


async def test_many_rooms_are_one_exchange_with_the_server(tmp_path: Path, postgres: Postgres) -> None:
    postgres.stop()
    postgres.settings["log_statement"] = "all"
    postgres.start()
    store = store_in(tmp_path, **settings(postgres))
    await store.open()
    for n in range(20):
        await store.create(room(f"room{n}"))
    commits = store.commits
    before = postgres.log.read_text().count("select id, version from room")
    await asyncio.gather(*(store.change(f"room{n}", renamed, "A") for n in range(20) for _ in range(3)))

    assert store.commits == commits + 1
    assert postgres.log.read_text().count("select id, version from room") == before + 1
    await store.close()


async def test_two_that_write_the_same_rooms_the_other_way_round_do_not_stop_each_other(
    tmp_path: Path, one_postgres: Postgres
) -> None:
    where = {**settings(one_postgres), "KRING_REDIS_URL": "redis://127.0.0.1:1"}
    one, two = store_in(tmp_path, **where), store_in(tmp_path, **where)
    await one.open()
    await two.open()
    names = [f"room{n}" for n in range(12)]
    for name in names:
        await one.create(room(name))

    async def all_of(store: Store, order: list[str], mark: str) -> None:
        for n in range(15):
            await asyncio.gather(*(store.change(name, longer, f"{mark}{n}") for name in order))

    await asyncio.gather(all_of(one, names, "a"), all_of(two, names[::-1], "b"))
    for name in names:
        assert len((await one.load(name)).texts) == 30
    await one.close()
    await two.close()


def longer(old, name: str):  # type: ignore[no-untyped-def]
    return replace(old, texts={**old.texts, name: ("1",)})
