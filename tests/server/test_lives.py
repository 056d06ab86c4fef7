"""A circle that is erased leaves its facts with its group first, whoever or whatever erases it."""

from __future__ import annotations

import ast
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from random import Random

import pytest

from rooms import closing, door, flow, stays
from rooms.room import Room, leaders
from rooms.trajectory import circle, held, members, plan
from rooms.trajectory.group import ORGANISER, Group, Held, here
from server import lives
from server.bus import LocalBus
from server.documents import Document, NoRoom
from server.keyring import Keyring
from server.store import Store
from server.sweep import sweep_once
from tests.server.test_store import config_in

ROOM, GROUP = "abc", "g0123456789ab"
MINUTE, DAY = 60_000, 86_400_000
START = 1_795_000_000_000


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    config = config_in(tmp_path)
    one = Store(config, Keyring(config.keyring), partial(lives.due, kept=DAY), lives.closes)
    await one.open()
    yield one
    await one.close()


async def met(store: Store, *, begun: bool = True) -> str:
    """A group whose first meeting is under way, or waits: its one member leads. Who leads."""
    group = members.found(GROUP, "Zuid", handle="org", key="k", code="", zone="", until=START + 400 * DAY)
    group = members.join(group, "h-Joost", "Joost", "k-Joost", rng=Random(1))
    group = plan.take(group, ORGANISER, "year", 4, (), "", 90)
    await store.create(held.opened(group, ORGANISER, 0, ROOM), group.until)
    room = door.open_room(ROOM, name="Zuid", chairs=8, leader_name="Joost", handle="h", rng=Random(1))
    room = circle.of_meeting(flow.begin(room, START, Random(1)), group, 0, here(group)[0].id)
    await store.create(room, START + 14 * DAY)
    lead = leaders(room)[0].id
    if begun:
        await store.change(ROOM, lambda r: flow.step(r, lead, flow.pointer(r), START, Random(2)))
    return lead


async def facts(store: Store) -> Held | None:
    group: Group = await store.group(GROUP)
    with pytest.raises(NoRoom):
        await store.load(ROOM)
    return group.meetings[0].held


async def test_a_meeting_that_is_erased_at_once_leaves_its_facts(store: Store) -> None:
    await met(store)
    await lives.erase(store, ROOM, START + 30 * MINUTE)

    found = await facts(store)
    assert found is not None
    assert (found.minutes, len(found.present)) == (30, 1)


async def test_the_control_an_erasing_that_goes_past_it_leaves_none(store: Store) -> None:
    await met(store)
    await store.erase(ROOM)
    assert await facts(store) is None


async def test_a_circle_that_was_no_meeting_yet_leaves_nothing(store: Store) -> None:
    await met(store, begun=False)
    await lives.erase(store, ROOM, START + 30 * MINUTE)
    assert await facts(store) is None


async def test_a_meeting_that_nobody_closed_leaves_its_facts_when_its_time_comes(store: Store) -> None:
    bus = LocalBus()
    await bus.start(lambda _: None, lambda: None, lambda _: None)
    await met(store)
    for when in (START + 2 * DAY, START + 4 * DAY):
        await sweep_once(store, bus, when)
    assert (await facts(store)) is not None


async def test_a_circle_whose_group_is_gone_is_erased_all_the_same(store: Store) -> None:
    await met(store)
    await store.erase(GROUP)
    await lives.erase(store, ROOM, START + 30 * MINUTE)
    with pytest.raises(NoRoom):
        await store.load(ROOM)


class Busy(Store):
    """A store on which a circle tells its group of a meeting at the very moment at which the group is erased."""

    async def erase(self, *ids: str) -> None:
        if GROUP in ids:
            await lives.tell(self, closing.expire(await self.load(ROOM), START + 30 * MINUTE))
        await super().erase(*ids)


@pytest.fixture
async def busy(tmp_path: Path) -> AsyncIterator[Store]:
    config = config_in(tmp_path)
    one = Busy(config, Keyring(config.keyring), partial(lives.due, kept=DAY), lives.closes, at_the_start)
    await one.open()
    yield one
    await one.close()


def at_the_start(document: Document) -> Document:
    return stays.noted(document, START) if isinstance(document, Room) else document


@pytest.mark.parametrize("told", [False, True])
async def test_a_group_that_is_erased_while_a_circle_tells_it_something_leaves_no_attendance(
    busy: Store, told: bool
) -> None:
    await met(busy)
    if told:
        await lives.tell(busy, closing.expire(await busy.load(ROOM), START + 30 * MINUTE))
        assert await busy.register((await busy.group(GROUP)).register), "the control: a circle makes one"
    await lives.erase_group(busy, GROUP)
    assert await busy.db.rows("select id from room") == [(ROOM,)]
    assert not [f.name for f in busy.config.keyring.iterdir() if f.name[0] in "ag" and len(f.name) == len(GROUP)]


def erases(text: str) -> list[str]:
    """What is called to erase, in a source."""
    calls = (n.func for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Call))
    return [ast.unparse(f) for f in calls if isinstance(f, ast.Attribute) and f.attr == "erase"]


def test_nothing_erases_a_circle_past_its_group() -> None:
    """Past `lives.erase` go a group itself with its attendance, a circle that was not to be opened or of which another
    was faster, and what a crash cut short."""
    past = {"groupcircle.py": 2, "store.py": 1, "lives.py": 4}
    found = {
        path.name: n
        for path in sorted(Path(lives.__file__).parent.glob("*.py"))
        if (n := sum(not call.startswith("lives.") for call in erases(path.read_text(encoding="utf-8"))))
    }
    assert found == past
    assert erases("async def f(): await state.store.erase(alias)") == ["state.store.erase"]  # the control: it finds
