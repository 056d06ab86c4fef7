"""The keyring, in files and in PostgreSQL: the same promises."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from server.database import StoreError
from server.documents import NoRoom
from server.keyring import Keyring
from server.keys import Files, Kept, Keys
from server.keytable import KeyTable
from tests.postgres import Postgres
from tests.server.test_store import renamed, room, store_in

Again = Callable[[], Keys]


@pytest.fixture(params=["files", "postgres"])
async def again(request: pytest.FixtureRequest, tmp_path: Path, one_postgres: Postgres) -> AsyncIterator[Again]:
    """Makes the same keyring anew, as another process has it."""
    url, made = one_postgres.new("keys"), list[Keys]()

    def make() -> Keys:
        made.append(Files(Keyring(tmp_path / "keys")) if request.param == "files" else KeyTable(url, None))
        return made[-1]

    yield make
    for one in made:
        await one.close()


async def opened(again: Again) -> tuple[Keys, Keys]:
    """The keyring in two processes."""
    one, other = again(), again()
    await one.open()
    await other.open()
    return one, other


async def test_a_key_is_made_once_and_others_have_it_at_once(again: Again) -> None:
    one, other = await opened(again)
    key = await one.create("abc")
    assert await other.look("abc") == Kept(key, False, 0)
    assert len(key) == 32
    with pytest.raises((FileExistsError, StoreError)):
        await other.create("abc")
    assert await other.look("abc") == Kept(key, False, 0)
    assert await other.look("def") == Kept(None, False, 0)


async def test_what_was_destroyed_is_known_until_it_is_cleared(again: Again) -> None:
    one, other = await opened(again)
    kept = await one.create("def")
    await one.create("abc")
    await one.destroy("abc")
    assert await other.look("abc") == Kept(None, True, 0)
    assert await other.destroyed() == ["abc"]
    await one.clear("abc")
    assert await other.look("abc") == Kept(None, False, 0)
    assert await other.destroyed() == []
    assert (await other.look("def")).key == kept
    await one.destroy("none")  # nothing is there


async def test_a_closed_version_is_remembered(again: Again) -> None:
    one, other = await opened(again)
    await one.create("abc")
    await one.remember_closed("abc", 7)
    assert (await other.look("abc")).oldest == 7


async def test_there_is_one_pepper_whoever_asks_first(again: Again) -> None:
    one, other = await opened(again)
    assert not await one.has_pepper()
    first, second = await asyncio.gather(one.pepper(), other.pepper())
    assert first == second
    assert await other.has_pepper()


async def test_an_erasing_that_was_cut_short_is_finished_at_the_next_start(
    tmp_path: Path,
    where: dict[str, str],
) -> None:
    store = store_in(tmp_path, **where)
    await store.open()
    await store.create(room())
    await store.keys.destroy("abc")  # and then the process ended
    await store.close()
    again = store_in(tmp_path, **where)
    await again.open()
    with pytest.raises(NoRoom):
        await again.load("abc")
    assert await again.keys.destroyed() == []
    assert await again.db.rows("select id from room") == []
    await again.close()


async def test_a_document_from_before_a_round_was_closed_is_not_served(
    tmp_path: Path,
    where: dict[str, str],
) -> None:
    store = store_in(tmp_path, **where)
    await store.open()
    await store.create(room())
    old = (await store.db.rows("select version, body from room where id = ?", "abc"))[0]
    store.closes = lambda _old, _new: True
    await store.change("abc", renamed, "Anders")
    await store.db.commit([("update room set version = ?, body = ? where id = ?", (old[0], bytes(old[1]), "abc"))])
    store._documents.forget("abc")
    with pytest.raises(StoreError):
        await store.load("abc")
    await store.close()


async def test_a_key_that_cannot_be_destroyed_now_leaves_the_room_whole(
    tmp_path: Path,
    where: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = store_in(tmp_path, **where)
    await store.open()
    await store.create(room())

    async def not_now(_: str) -> None:
        raise OSError(28, "no space")

    with monkeypatch.context() as patch:
        patch.setattr(store.keys, "destroy", not_now)
        with pytest.raises(StoreError):
            await store.erase("abc")
    store._documents.forget("abc")
    assert (await store.load("abc")).name == "Mentoren"
    await store.close()
