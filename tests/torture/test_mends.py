"""What the faults found in the product, each as a small test of its own."""

from __future__ import annotations

import asyncio
import errno
import os
from pathlib import Path

import pytest

from rooms import choosing, handles
from rooms.room import Room
from server.database import StoreBroken
from server.documents import NoRoom
from server.keyring import DESTROYED, Keyring
from server.redisbus import RedisBus
from server.steady import LASTS, Steady
from tests.conftest import Redis
from tests.people import Circle
from tests.torture.bulk import store_at

DAY = 86_400_000


def test_a_step_of_the_clock_counts_after_a_day_and_a_small_one_at_once() -> None:
    time = {"wall": 1_000_000, "elapsed": 0}
    clock = Steady(lambda: time["wall"], lambda: time["elapsed"])
    time.update(wall=1_000_000 + DAY, elapsed=1_000)
    assert clock.now() == 1_001_000
    time.update(wall=1_002_500, elapsed=2_000)
    assert clock.now() == 1_002_500
    for elapsed in (3_000, 4_000 + LASTS):
        time.update(wall=9 * DAY + elapsed, elapsed=elapsed)
        clock.now()
    assert clock.now() == 9 * DAY + 4_000 + LASTS


@pytest.mark.parametrize(("moved", "over"), [(0, False), (choosing.WAIT, True), (-1000, True), (-DAY, True)])
def test_a_clock_that_was_set_back_makes_the_twenty_seconds_no_longer(moved: int, over: bool) -> None:
    circle = Circle().to("choose")
    circle.cast("Owen", {circle.case_of("Owen"): 3})
    circle.next()
    circle.answer("Owen", "bring")
    circle.next()
    before = circle.room

    assert handles.ripe(before, circle.now + moved) == over
    assert (handles.tick(before, circle.now + moved, circle.rng) is not before) == over


async def test_an_erasing_cut_short_is_finished_at_the_next_start(tmp_path: Path) -> None:
    store = store_at(tmp_path / "data")
    await store.open()
    await store.create(Room(id="abc", name="Mentoren", chairs=8))
    await store.close()
    (store.keyring.path / "abc").write_bytes(DESTROYED)
    again = store_at(tmp_path / "data")
    await again.open()

    with pytest.raises(NoRoom):
        await again.load("abc")
    assert await again.db.rows("select id from room") == []
    assert not (again.keyring.path / "abc").exists()
    await again.close()


async def test_a_key_whose_flush_fails_breaks_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = store_at(tmp_path / "data")
    await store.open()

    def no(_: int) -> None:
        raise OSError(errno.EIO, "no")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", no)
        with pytest.raises(StoreBroken):
            await store.create(Room(id="abc", name="Mentoren", chairs=8))
    with pytest.raises(StoreBroken):
        await store.create(Room(id="def", name="Mentoren", chairs=8))
    await store.close()


def test_a_pepper_is_whole_or_not_there_and_made_once(tmp_path: Path) -> None:
    ring = Keyring(tmp_path)
    made = ring.pepper()

    assert ring.pepper() == Keyring(tmp_path).pepper() == made
    assert [p.name for p in tmp_path.iterdir()] == ["_pepper"]


async def test_a_hint_that_is_no_text_does_not_silence_those_after_it(redis: Redis) -> None:
    bus, heard, here = RedisBus(redis.url), asyncio.Queue[str](), asyncio.Event()
    await bus.start(heard.put_nowait, here.set, lambda _: None)
    async with asyncio.timeout(20):
        await here.wait()
        await bus._line._out.publish("kring:room", b"\xff\xfe")
        await bus._line._out.publish("kring:room", "abc")
        while await heard.get() != "abc":
            pass
    await bus.stop()
