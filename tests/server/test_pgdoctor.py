"""What the doctor says of a real PostgreSQL, as it comes and as it should be."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from server import doctor, pgdoctor
from server.database import StoreError
from server.keyring import SIGNING
from server.keytable import KeyTable
from tests.conftest import ROOT
from tests.postgres import Postgres
from tests.server.test_doctor import said
from tests.server.test_store import config_in

QUIET = {
    "log_parameter_max_length": "0",
    "wal_recycle": "off",
}


async def found(check, **env: str) -> list[tuple[str, str]]:  # type: ignore[no-untyped-def]
    """The doctor has a loop of its own."""
    return await asyncio.to_thread(lambda: said(check(config_in(Path("/nowhere"), **env))))


@pytest.fixture
def two() -> tuple[Postgres, Postgres]:  # type: ignore[misc]
    """A server for the rooms and one for the keys, set up as the documents say."""
    one, other = Postgres(**QUIET).start(), Postgres(**QUIET).start()
    yield one, other  # type: ignore[misc]
    one.remove()
    other.remove()


async def test_two_servers_that_are_set_up_well_are_well(two: tuple[Postgres, Postgres]) -> None:
    where = {"KRING_DATABASE_URL": two[0].new(), "KRING_KEYRING": two[1].new("keys")}
    assert {level for level, _ in await found(doctor.database, **where)} == {"ok"}
    assert {level for level, _ in await found(doctor.keyring, **where)} == {"ok"}


async def test_one_server_as_it_comes_is_said_for_what_it_keeps(one_postgres: Postgres) -> None:
    where = {"KRING_DATABASE_URL": one_postgres.new(), "KRING_KEYRING": one_postgres.new("keys")}
    assert [level for level, what in await found(doctor.database, **where) if "may log" in what] == ["warn"]
    keys = await found(doctor.keyring, **where)
    assert [level for level, what in keys if "on the server of the rooms" in what] == ["warn"]
    assert [level for level, what in keys if "written over late" in what] == ["warn"]


async def test_the_key_that_signs_is_seen_and_one_that_is_none_too(one_postgres: Postgres) -> None:
    where = {"KRING_DATABASE_URL": one_postgres.new(), "KRING_KEYRING": one_postgres.new("keys")}
    assert await found(doctor.signing, **where) == []
    ring = KeyTable(where["KRING_KEYRING"], None)
    await ring.open()
    await ring.signing()
    assert [level for level, _ in await found(doctor.signing, **where)] == ["ok"]
    await ring.destroy(SIGNING)
    assert [level for level, _ in await found(doctor.signing, **where)] == ["wrong"]
    with pytest.raises(StoreError):  # and is no key to sign with
        await ring.signing()
    await ring.close()


async def test_one_database_for_both_and_one_that_is_away_are_wrong(one_postgres: Postgres) -> None:
    url = one_postgres.new()
    where = {"KRING_DATABASE_URL": url, "KRING_KEYRING": url + "&application_name=keys"}
    assert [level for level, what in await found(doctor.keyring, **where) if "the same database" in what] == ["wrong"]
    away = {"KRING_DATABASE_URL": "postgresql://kring@127.0.0.1:1/kring"}
    assert [level for level, _ in await found(doctor.database, **away)] == ["wrong"]


def test_what_compose_starts_is_what_the_doctor_asks_for() -> None:
    text = (ROOT / "compose.postgres.yaml").read_text(encoding="utf-8")
    told = dict(re.findall(r"^ +- -c(\w+)=(\w+|-1)$", text, re.MULTILINE))
    assert list(pgdoctor.logs(told)) == []
    other = pgdoctor.Seen({}, "other")
    assert {level for level, *_ in pgdoctor.keys(pgdoctor.Seen(told, "one"), other)} == {"ok"}
    assert text.count("*quiet") == 1 and text.count("&quiet") == 1
    careless = pgdoctor.Seen({**told, "wal_recycle": "on"}, "one")
    assert "warn" in {level for level, *_ in pgdoctor.keys(careless, other)}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("log_statement", "all"),
        ("log_min_duration_statement", "100"),
        ("log_duration", "on"),
        ("log_parameter_max_length", "-1"),
        ("track_commit_timestamp", "on"),
        ("autovacuum", "off"),
        ("shared_preload_libraries", "auto_explain"),
    ],
)
def test_each_setting_that_writes_down_acts_is_said(name: str, value: str) -> None:
    quiet = {"log_parameter_max_length": "0", "log_parameter_max_length_on_error": "0"}
    assert list(pgdoctor.logs(quiet)) == []
    assert [level for level, *_ in pgdoctor.logs({**quiet, name: value})] == ["warn"]
