"""The store: acknowledged is durable, once; what cannot be kept is said; what is erased is gone."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from rooms import closing, flow, handles, people
from rooms.refusal import Refused
from rooms.room import Card, Room, Round
from server.config import Config, ConfigError
from server.database import Damaged, StoreBroken, StoreBusy, StoreFull
from server.documents import LARGEST, NoRoom
from server.keys import keyring_of
from server.sealing import size
from server.store import Store
from tests.people import Circle

ROOT = Path(__file__).resolve().parents[2]


def config_in(path: Path, **env: str) -> Config:
    return Config.from_env({"KRING_DATA": str(path / "data"), **env})


def store_in(path: Path, **env: str) -> Store:
    config = config_in(path, **env)
    return Store(config, keyring_of(config))


def room(room_id: str = "abc", name: str = "Mentoren") -> Room:
    return Room(id=room_id, name=name, chairs=8)


def renamed(old: Room, name: str) -> Room:
    return replace(old, name=name)


@pytest.fixture
async def in_file(tmp_path: Path) -> AsyncIterator[Store]:
    """A store on a file of SQLite."""
    one = store_in(tmp_path)
    await one.open()
    yield one
    await one.close()


@pytest.fixture
async def store(tmp_path: Path, where: dict[str, str]) -> AsyncIterator[Store]:
    """A store on either database, with the keyring that goes with it: what it promises is the same."""
    one = store_in(tmp_path, **where)
    await one.open()
    yield one
    await one.close()


async def test_a_refusal_reaches_its_caller_alone(store: Store) -> None:
    await store.create(room())

    def no(_: Room) -> Room:
        raise Refused("Nee.")

    results = await asyncio.gather(
        store.change("abc", renamed, "A"),
        store.change("abc", no),
        store.change("abc", renamed, "B"),
        return_exceptions=True,
    )

    assert isinstance(results[1], Refused)
    assert (await store.load("abc")).name == "B"


@pytest.mark.parametrize("bug", [StopIteration(), StopAsyncIteration(), KeyError("x"), TimeoutError()])
async def test_a_bug_in_a_verb_is_heard_by_its_caller_alone_and_all_goes_on(store: Store, bug: Exception) -> None:
    await store.create(room())

    def broken(_: Room) -> Room:
        raise bug

    async with asyncio.timeout(20):
        results = await asyncio.gather(
            store.change("abc", broken), store.change("abc", renamed, "A"), return_exceptions=True
        )
        assert isinstance(results[0], RuntimeError if isinstance(bug, StopIteration) else type(bug))
        assert (await store.change("abc", renamed, "B")).name == "B"
    assert store.db.healthy


async def test_a_writer_that_ended_is_a_server_that_is_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Else everybody would wait for ever, in every room, and nobody who watches the server would see it."""

    def worse(*_: object) -> None:
        raise RuntimeError("a bug in what answers")

    store = store_in(tmp_path)
    await store.open()
    await store.create(room())
    await store.check()
    with monkeypatch.context() as patch:
        patch.setattr("server.store.answer", worse)
        waits = asyncio.ensure_future(store.change("abc", renamed, "A"))
        async with asyncio.timeout(20):
            await store.db.broke.wait()
    waits.cancel()
    with pytest.raises(StoreBroken):
        await store.check()
    with pytest.raises(StoreBroken):
        await store.change("abc", renamed, "B")
    assert "writer_ended" in caplog.text
    await store.db.close()


async def test_two_processes_on_one_database_never_overwrite_each_other(tmp_path: Path, where: dict[str, str]) -> None:
    from tests.torture.voters import vote

    one, two = (store_in(tmp_path, KRING_REDIS_URL="redis://127.0.0.1:1", **where) for _ in range(2))
    await one.open()
    await two.open()
    await one.create(room())
    await asyncio.gather(*((one, two)[i % 2].change("abc", vote, f"v{i}") for i in range(200)))

    assert len((await two.load("abc")).texts) == 200
    assert (await one.load("abc")).texts == (await two.load("abc")).texts
    await one.close()
    await two.close()


async def test_a_second_process_without_redis_is_refused(store: Store, tmp_path: Path, where: dict[str, str]) -> None:
    with pytest.raises(SystemExit, match="another Kring"):
        await store_in(tmp_path, **where).open()


@pytest.mark.parametrize("first", ["redis://127.0.0.1:1", ""])
async def test_of_two_processes_both_have_redis_or_the_second_is_refused(
    tmp_path: Path, first: str, where: dict[str, str]
) -> None:
    """One that hears nothing of the other would take who leads there for silent."""
    one = store_in(tmp_path, **where, **({"KRING_REDIS_URL": first} if first else {}))
    await one.open()
    other = {} if first else {"KRING_REDIS_URL": "redis://127.0.0.1:1"}
    with pytest.raises(SystemExit, match="another Kring"):
        await store_in(tmp_path, **where, **other).open()
    await one.close()


async def test_a_room_that_is_erased_while_others_wait_refuses_nobody_else(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    await store.create(room())
    await store.create(replace(room(), id="def", code="ABCD-EFGH"))
    load = store._documents.load

    async def slowly(room_id: str) -> Room:
        found = await load(room_id)
        if room_id == "abc":
            await store.erase("abc")  # by who leads there, while the other one is loaded
        return found

    store._documents.load = slowly  # type: ignore[method-assign]
    here, there = await asyncio.gather(
        store.change("abc", renamed, "A"), store.change("def", renamed, "B"), return_exceptions=True
    )
    assert isinstance(here, NoRoom)
    assert isinstance(there, Room)
    assert there.name == "B"
    assert "room_damaged" not in caplog.text


async def test_a_locked_database_is_said_and_heals(in_file: Store) -> None:
    store = in_file
    await store.create(room())
    other = sqlite3.connect(store.db.path, isolation_level=None)
    other.execute("begin immediate")
    with pytest.raises(StoreBusy):
        await store.change("abc", renamed, "A")
    other.execute("rollback")
    other.close()

    assert (await store.change("abc", renamed, "B")).name == "B"


@pytest.mark.skipif(os.geteuid() != 0 or not Path("/bin/mount").exists(), reason="a full disk needs a tmpfs of our own")
async def test_a_full_disk_is_said_reading_goes_on_and_space_heals_it(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(small)], check=False).returncode:
        pytest.skip("this machine does not let us mount a tmpfs")
    store = store_in(small, KRING_KEYRING=str(tmp_path / "keys"))
    await store.open()
    try:
        await store.create(room())
        filler = small / "filler"
        with filler.open("wb", buffering=0) as file, pytest.raises(OSError, match="space"):
            while True:
                file.write(b"x" * 4096)
        with pytest.raises(StoreFull):
            await store.change("abc", lambda r: replace(r, texts={"long": ("x" * 400_000,)}))
        assert (await store.load("abc")).name == "Mentoren"
        filler.unlink()
        assert (await store.change("abc", renamed, "B")).name == "B"
    finally:
        await store.close()
        subprocess.run(["umount", str(small)], check=True)


@pytest.mark.parametrize("harm", ["bytes", "key"])
async def test_a_damaged_document_or_a_missing_key_is_said_and_others_go_on(tmp_path: Path, harm: str) -> None:
    store = store_in(tmp_path)
    await store.open()
    await store.create(room("bad"))
    await store.create(room("good"))
    await store.close()
    if harm == "key":
        (store.keyring.path / "bad").unlink()
    else:
        with sqlite3.connect(store.db.path) as db:
            db.execute("update room set body = zeroblob(length(body)) where id = 'bad'")
    again = store_in(tmp_path)
    await again.open()

    with pytest.raises(Damaged):
        await again.load("bad")
    with pytest.raises(Damaged):
        await again.change("bad", renamed, "A")
    assert (await again.change("good", renamed, "A")).name == "A"
    await again.close()


async def test_text_is_never_readable_in_any_file_and_gone_after_erasing(in_file: Store, tmp_path: Path) -> None:
    store = in_file
    await store.create(replace(room(name="canary-canary-canary"), code="K7MP-4XQT"))
    backup = store.db.path.read_bytes()
    key = store.keyring.get("abc")
    files = [p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()]
    await store.erase("abc")
    after = [p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()]

    assert not any(b"canary" in f or b"K7MP" in f for f in files)
    assert any(key in f for f in files)  # the control: this search finds what is there
    assert not any(key in f for f in after)
    assert b"abc" in backup
    with pytest.raises(NoRoom):
        await store.load("abc")
    assert await store.find("K7MP-4XQT") is None


async def test_documents_have_the_same_size_whatever_they_hold(store: Store) -> None:
    await store.create(room("a"))
    await store.create(replace(room("b"), texts={"t": ("x" * 9000,)}))
    sizes = {len(row[0]) for row in await store.db.rows("select body from room")}

    assert len(sizes) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KRING_PORT", "eighty"),
        ("KRING_WORKERS", "4"),
        ("KRING_ORIGIN", "kring.example.org"),
        ("KRING_REDIS_URL", "localhost"),
        ("KRING_DATABASE_URL", "postgresql://x"),
        ("KRING_DATABASE_URL", "mysql://x/kring"),
        ("KRING_DATABASE_URL", "postgresql://kring@db.example.org/kring"),
        ("KRING_KEYRING", "postgresql://localhost/keys"),
        ("KRING_LOG_LEVEL", "loud"),
        ("KRING_RETENTION_HOURS", "-1"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name):
        config_in(tmp_path, **{name: value})


def test_keys_may_not_lie_inside_the_data(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="KRING_KEYRING"):
        config_in(tmp_path, KRING_KEYRING=str(tmp_path / "data" / "keys"))


def longer(old: Room, by: int) -> Room:
    return replace(old, texts={**old.texts, f"0:{len(old.texts)}": ("x" * by,)})


async def test_a_room_that_is_full_takes_nothing_more_and_goes_on(tmp_path: Path, where: dict[str, str]) -> None:
    config = config_in(tmp_path, **where)
    store = Store(config, keyring_of(config), closes=flow.moved)
    await store.open()
    circle = Circle().to("checkin")
    await store.create(circle.room)
    lead, owen, cora = (circle.seat(name) for name in ("Fay", "Owen", "Cora"))
    alias, part = circle.room.id, LARGEST // 8
    outcomes = await asyncio.gather(*(store.change(alias, longer, part) for _ in range(12)), return_exceptions=True)
    assert [isinstance(one, Refused) for one in outcomes] == [False] * 7 + [True] * 5  # what fits is kept all the same
    await store.change(alias, longer, part - 30_000)
    for _ in range(40):
        with contextlib.suppress(Refused):
            await store.change(alias, longer, 1000)
    with pytest.raises(Refused):
        await store.change(alias, longer, 1000)

    was = await store.load(alias)
    await store.change(alias, handles.stop, owen, 1)
    await store.change(alias, handles.go_on, lead, 1, circle.rng, "1")
    await store.change(alias, people.remove, lead, cora, "BCDF-2345")
    await store.change(alias, people.leave, owen)
    for _ in range(2):
        at = flow.pointer(await store.load(alias))
        await store.change(alias, flow.skip, lead, at, 1, circle.rng)
        assert flow.pointer(await store.load(alias)) != at
    with pytest.raises(Refused):
        await store.change(alias, longer, 1000)
    await store.change(alias, lambda room: replace(room, texts=dict([*room.texts.items()][1:])))  # smaller
    await store.change(alias, longer, part // 2)
    await store.change(alias, closing.close, lead, 2, circle.rng)
    assert (await store.load(alias)).over > was.over
    await store.erase(alias)
    await store.close()


def test_sixty_people_fill_every_card_of_the_largest_method() -> None:
    circle = Circle(method="u-procedure")
    for n in range(people.TABLE - len(circle.room.seats)):
        circle.by("Fay", people.add_seat, f"Gast {n}", op=f"{n:032x}")
    room = circle.room
    cards = tuple(
        Card(id="0" * 20, text="\u00e9" * line.chars, seat="0" * 20, input=line.id)
        for phase in room.method.phases for line in phase.inputs if line.kind == "cards"
        for _ in range(line.max * people.TABLE)
    )  # fmt: skip

    assert size(replace(room, rounds={"0:all": Round(id="0", cards=cards)})) < LARGEST * 3 // 4


async def test_a_file_that_nobody_else_wrote_is_not_read_again(in_file: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """And one that somebody did is, whatever this process wrote meanwhile."""
    store = in_file
    circle = Circle()
    await store.create(circle.room)
    await store.load(circle.room.id)
    version, asked = store.db.version, []

    async def counted(room_id: str) -> object:
        asked.append(room_id)
        return await version(room_id)

    monkeypatch.setattr(store.db, "version", counted)
    for n in range(3):
        await store.change(circle.room.id, replace, name=f"Kring {n}")
        assert (await store.load(circle.room.id)).name == f"Kring {n}"
        await store.db.try_commit()
    assert asked == []

    with contextlib.closing(sqlite3.connect(store.db.path, isolation_level=None)) as other:
        other.execute("update room set version = version + 1, body = zeroblob(20000)")
    with pytest.raises(Damaged):
        await store.load(circle.room.id)
    assert len(asked) == 1

    with contextlib.closing(sqlite3.connect(store.db.path, isolation_level=None)) as other:
        other.execute("delete from room")
    await store.db.try_commit()  # a commit of our own in between hides nothing
    with pytest.raises(NoRoom):
        await store.load(circle.room.id)
