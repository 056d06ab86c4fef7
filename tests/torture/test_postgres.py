"""A real PostgreSQL, killed, cut off and started anew under acts: what was acknowledged is there, once."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import Postgres
from tests.torture import bulk

A_FEW = 3
A_COMMIT = """do $$ begin
  while not exists (select 1 from pg_stat_activity where state = 'active' and query like 'update room%') loop
    perform pg_stat_clear_snapshot();
  end loop;
end $$"""  # waits until one is under way


@pytest.fixture
def slow() -> Iterator[Postgres]:
    """Its commits take so long that they can be seen from outside."""
    one = Postgres(commit_delay="30000", commit_siblings="0")
    yield one.start()
    one.remove()


def settings(server: Postgres) -> dict[str, str]:
    """A database for rooms and one for keys, new and empty."""
    return {"KRING_DATABASE_URL": server.new(), "KRING_KEYRING": server.new("keys")}


def crash(server: Postgres) -> None:
    """Killed in the middle of a commit; the next one recovers from the log of changes."""
    server.sql(A_COMMIT)
    server.kill9()
    server.start()


def restart(server: Postgres) -> None:
    """As in an upgrade: everybody is sent away, and it comes back."""
    server.stop(signal.SIGINT)
    server.start()


STRIKES = {"crash": crash, "restart": restart, "cut": Postgres.cut}


def test_kill_9_of_kring_loses_no_acknowledged_act_and_keeps_none_twice(tmp_path: Path, one_postgres: Postgres) -> None:
    found = bulk.children(tmp_path, 8, env=settings(one_postgres))

    assert found.verdict.clean, found
    assert found.acknowledged > 800


def test_an_answer_that_never_came_is_found_when_asked_again(tmp_path: Path, one_postgres: Postgres) -> None:
    found = bulk.children(tmp_path, 8, die=True, env=settings(one_postgres))

    assert found.verdict.clean, found


@pytest.mark.parametrize("how", ["crash", *(pytest.param(how, marks=pytest.mark.long) for how in ("cut", "restart"))])
def test_whatever_befalls_postgresql_nothing_acknowledged_is_lost_or_twice(
    tmp_path: Path, slow: Postgres, how: str
) -> None:
    found = bulk.children(tmp_path, A_FEW, strike=lambda: STRIKES[how](slow), env=settings(slow))

    assert found.verdict.clean, found
    assert found.acknowledged > 400
    if how == "crash":  # the others let a commit end first
        assert found.unknown > A_FEW * bulk.EACH * len(bulk.KINDS), "nobody was under way when it struck"


@pytest.mark.parametrize(
    ("planted", "how"),
    [("unsure_is_yes", "crash"), pytest.param("commits_later", "cut", marks=pytest.mark.long)],
)
def test_the_same_count_catches_a_database_that(tmp_path: Path, slow: Postgres, planted: str, how: str) -> None:
    found = bulk.children(tmp_path, A_FEW, planted, strike=lambda: STRIKES[how](slow), env=settings(slow))

    assert found.verdict.lost > 0, found
