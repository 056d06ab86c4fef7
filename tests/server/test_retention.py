"""What is kept has its end: a meeting ends by itself, is erased after its day, and a code dies with it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

import pytest
from msgspec import structs

from rooms import closing, door, flow, people
from rooms.room import Room, leaders
from rooms.trajectory import held, members, plan
from rooms.trajectory.group import ORGANISER, Meeting
from server import documents, lives
from server.bus import LocalBus
from server.documents import NoRoom
from server.keyring import Keyring
from server.steady import on_the_hour
from server.store import Store
from server.sweep import sweep_once
from tests.server.test_store import config_in

HOUR, DAY = 3_600_000, 24 * 3_600_000
START = 1_795_000_000_000


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    config = config_in(tmp_path)
    one = Store(config, Keyring(config.keyring), partial(closing.due, kept=DAY))
    await one.open()
    yield one
    await one.close()


@pytest.fixture
async def bus() -> LocalBus:
    one = LocalBus()
    await one.start(lambda _: None, lambda: None, lambda _: None)
    return one


async def opened(store: Store) -> str:
    room = door.open_room(
        "abc", name="Mentoren", chairs=8, leader_name="Fay", handle="h", rng=Random(1), code="K7MP-4XQT"
    )
    await store.create(flow.begin(room, START, Random(1)), START + 14 * DAY)
    return leaders(room)[0].id


async def walk(store: Store, lead: str) -> None:
    """From arriving to the closing, skipping what is between."""
    await store.change("abc", lambda r: flow.step(r, lead, flow.pointer(r), START, Random(2)))
    for _ in range(30):
        if (await store.load("abc")).agenda[-1].phase.kind == "closing":
            await store.change("abc", lambda r: flow.skip(r, lead, flow.pointer(r), START, Random(2)))


def of_group(room: Room, group: str) -> Room:
    return structs.replace(room, group=group)


async def test_a_waiting_place_stays_fourteen_days_and_no_longer(store: Store, bus: LocalBus) -> None:
    await opened(store)
    await sweep_once(store, bus, START + 14 * DAY - 1)
    assert (await store.load("abc")).name == "Mentoren"
    await sweep_once(store, bus, START + 14 * DAY + HOUR)
    with pytest.raises(NoRoom):
        await store.load("abc")


async def test_a_closed_meeting_is_erased_a_day_later_and_its_code_at_once(store: Store, bus: LocalBus) -> None:
    lead = await opened(store)
    await walk(store, lead)
    assert await store.find("K7MP-4XQT") == "abc"
    await store.change("abc", closing.close, lead, START + HOUR, Random(3))

    assert await store.find("K7MP-4XQT") is None
    await sweep_once(store, bus, START + DAY)
    assert (await store.load("abc")).over == START + HOUR
    await sweep_once(store, bus, START + 2 * DAY)
    with pytest.raises(NoRoom):
        await store.load("abc")
    assert not list(store.keyring.path.rglob("abc*"))


async def test_a_meeting_is_due_at_the_full_hour_that_its_pages_name(store: Store) -> None:
    lead = await opened(store)
    await walk(store, lead)
    await store.change("abc", closing.close, lead, START, Random(3))
    named = on_the_hour(START + DAY) // 1000

    assert START % HOUR
    assert await store.expired(named - 1) == []
    assert await store.expired(named) == ["abc"]


async def test_a_meeting_nobody_closed_ends_by_itself_and_is_erased(store: Store, bus: LocalBus) -> None:
    lead = await opened(store)
    await store.change("abc", lambda r: flow.step(r, lead, flow.pointer(r), START, Random(2)))
    await sweep_once(store, bus, START + DAY + HOUR)
    assert (await store.load("abc")).over == START + DAY + HOUR
    await sweep_once(store, bus, START + 2 * DAY)
    assert (await store.load("abc")).over
    await sweep_once(store, bus, START + 2 * DAY + 3 * HOUR)
    with pytest.raises(NoRoom):
        await store.load("abc")


async def test_removing_somebody_gives_the_door_another_code(store: Store) -> None:
    lead = await opened(store)
    room = await store.change("abc", door.join, "h2", "Carl", remote=False, rng=Random(4))
    carl = next(s.id for s in room.seats.values() if s.name == "Carl")
    await store.change("abc", people.remove, lead, carl, "BCDF-2345")

    assert await store.find("K7MP-4XQT") is None
    assert await store.find("BCDF-2345") == "abc"


def test_what_a_killed_process_half_wrote_in_the_keyring_goes_and_what_is_being_written_stays(tmp_path: Path) -> None:
    ring = Keyring(tmp_path / "ring")
    ring.open()
    key, old, new = ring.create("room"), ring.path / "room.1a.part", ring.path / "room.2b.part"
    for part in (old, new):
        part.write_bytes(bytes(range(32)))
    os.utime(old, (1, 1))
    ring.open()
    assert (old.exists(), new.exists(), ring.get("room")) == (False, True, key)


async def test_a_room_erased_while_the_sweep_looks_at_it_stops_no_sweep(store: Store, bus: LocalBus) -> None:
    lead = await opened(store)
    await walk(store, lead)
    other = door.open_room("other", name="Mentoren", chairs=8, leader_name="Fay", handle="h", rng=Random(1))
    await store.create(other, START)
    load = store.load

    async def then_erased(alias: str) -> Room:
        found = await load(alias)
        if alias == "abc":
            await store.erase(alias)
        return found

    store.load = then_erased  # type: ignore[method-assign]
    await sweep_once(store, bus, START + 14 * DAY)
    for alias in ("abc", "other"):
        with pytest.raises(NoRoom):
            await load(alias)


@pytest.mark.parametrize("fault", ["damaged", "full", "gone"])
async def test_a_circle_has_its_end_whatever_became_of_its_group(
    store: Store, bus: LocalBus, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """Its group cannot take what it leaves: it is erased all the same, and so is what the sweep comes to after it."""
    store.due = partial(lives.due, kept=DAY)
    lead, group = await opened(store), members.found(
        "g0123456789ab", "Mentoren", handle="h", key="k", code="", zone="", until=START + 90 * DAY
    )  # fmt: skip
    group = structs.replace(group, meetings=(Meeting(room="abc"),))
    await store.create(group, group.until)
    await store.change("abc", lambda r: structs.replace(r, group=group.id))
    await walk(store, lead)
    other = door.open_room("zzz", name="Mentoren", chairs=8, leader_name="Fay", handle="h", rng=Random(1))
    await store.create(other, START)
    if fault == "damaged":
        store.keyring.path.joinpath(group.id).write_bytes(b"x" * 32)
        store._documents.forget(group.id)
    elif fault == "full":
        monkeypatch.setattr(documents, "LARGEST", 16)
        monkeypatch.setattr(documents, "A_LITTLE", 0)
    else:
        await store.erase(group.id)
    for day in (1, 2, 15):
        await sweep_once(store, bus, START + day * DAY + HOUR)
    for alias in ("abc", "zzz"):
        with pytest.raises(NoRoom):
            await store.load(alias)


async def test_what_one_process_erases_no_other_keeps_in_memory(tmp_path: Path) -> None:
    config = replace(config_in(tmp_path), redis_url="redis://127.0.0.1")  # so that two may use one database
    store, other = (Store(config, Keyring(config.keyring), partial(closing.due, kept=DAY)) for _ in range(2))
    await store.open()
    await other.open()
    await opened(store)
    await other.load("abc")
    held = other._documents.held  # noqa: SLF001
    await other.forget_erased()
    assert held() == {"abc"}  # the control
    await store.erase("abc")
    assert held() == {"abc"}
    await other.forget_erased()
    assert held() == set()
    await other.close()
    await store.close()


@pytest.mark.parametrize("kept", [HOUR, 30 * DAY])
async def test_another_setting_holds_for_meetings_that_are_over_as_the_screens_say(
    tmp_path: Path, bus: LocalBus, kept: int
) -> None:
    config = config_in(tmp_path)
    before = Store(config, Keyring(config.keyring), partial(closing.due, kept=DAY))
    await before.open()
    lead = await opened(before)
    await walk(before, lead)
    await before.change("abc", closing.close, lead, START, Random(3))
    await before.close()
    after = Store(config, Keyring(config.keyring), partial(closing.due, kept=kept))
    await after.open()
    await after.reckon()
    assert after._documents.held() == set()  # noqa: SLF001
    await sweep_once(after, bus, on_the_hour(START + kept) - 1)
    assert (await after.load("abc")).over == START
    await sweep_once(after, bus, on_the_hour(START + kept))
    with pytest.raises(NoRoom):
        await after.load("abc")
    await after.close()


async def test_a_group_goes_when_its_time_has_come_and_not_while_it_meets(store: Store, bus: LocalBus) -> None:
    store.due = partial(lives.due, kept=DAY)
    group = members.found("g0123456789ab", "Zuid", handle="h", key="k", code="2222-2222", zone="", until=START + HOUR)
    await store.create(plan.take(group, ORGANISER, "free", 1, (), "", 90), START + HOUR)
    lead = await opened(store)
    await store.change(group.id, held.opened, ORGANISER, 0, "abc")
    late = START + 3 * HOUR
    await sweep_once(store, bus, late)
    assert (await store.group(group.id)).meetings[0].room == "abc"
    await walk(store, lead)
    await store.change("abc", lambda room: of_group(room, group.id))
    await store.change("abc", closing.expire, late)
    await sweep_once(store, bus, late + 2 * DAY)  # its circle is erased, and told it first
    await sweep_once(store, bus, late + 2 * DAY)
    assert (await store.group(group.id)).meetings[0].held
    await sweep_once(store, bus, late + lives.GROUP + HOUR)
    with pytest.raises(NoRoom):
        await store.group(group.id)
