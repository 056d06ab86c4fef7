"""A fault in what time changes in a room keeps nothing else of it from its people."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from rooms import agreement, flow, handles, tags
from rooms.room import Room
from server.bus import LocalBus
from server.client import Client
from server.config import Config
from server.feed import Feed
from server.keyring import Keyring
from server.roomfeed import TICK, RoomFeed
from server.store import Store
from tests.people import Circle
from tests.said import regions


class Page:
    """What one page was sent."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[str] = asyncio.Queue()

    slow = False

    def push(self, frame: bytes) -> None:
        self.heard.put_nowait(frame.decode("utf-8", "ignore"))

    def end(self, code: int) -> None:
        self.heard.put_nowait(f"closed {code}")


@pytest.fixture
async def feed(tmp_path: Path) -> AsyncIterator[Feed]:
    config = Config.from_env({"KRING_DATA": str(tmp_path / "data")})
    store, bus = Store(config, Keyring(config.keyring)), LocalBus()
    await store.open()
    one = Feed(store, bus, regions())
    await bus.start(one.changed, one.reset, one.lead_is_there)
    one.start()
    yield one
    await one.stop()
    await store.close()


async def test_a_fault_of_the_beat_is_said_and_the_room_goes_on(
    feed: Feed, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    circle, page, failed = Circle().to("agreement"), Page(), asyncio.Event()
    for name in ("Owen", "Cora"):
        circle.by(name, agreement.say, tags.agree(circle.tag(name), circle.room), "yes")
    await feed.store.create(circle.room)

    def broken(*_: object) -> bool:
        failed.set()
        raise ValueError("Vraag van Owen?")

    monkeypatch.setattr(handles, "ripe", broken)
    client = Client(page, "seat", "nl", circle.handle("Owen"), circle.tag("Owen"))
    async with asyncio.timeout(20):
        feed.join(circle.room, client, lambda _: None)
        await page.heard.get()
        await failed.wait()
        while "Twee van zes houden zich hieraan" not in await page.heard.get():
            pass  # counts come with the beat
        await feed.store.change(circle.room.id, handles.stop, circle.seat("Cora"), circle.now)
        feed.bus.nudge(circle.room.id)
        assert "stil" in await page.heard.get()
    assert "beat_failed" in caplog.text
    assert "Owen" not in caplog.text


class Own:
    """A page whose own part is what a test says, and the frames about it that it was sent."""

    def __init__(self, feed: Feed, circle: Circle, monkeypatch: pytest.MonkeyPatch) -> None:
        self.parts = {"me": "een", "composer": "een"}
        monkeypatch.setattr(RoomFeed, "personal", lambda *_: dict(self.parts))
        self.line = Page()
        self.client = Client(self.line, "seat", "nl", circle.handle("Owen"), circle.tag("Owen"))
        feed.join(circle.room, self.client, lambda _: None)
        self.room = feed.rooms[circle.room.id]
        self.shown: dict[str, str] = {}

    async def becomes(self, **parts: str) -> None:
        """Drawn with these parts, as after an act of one's own."""
        self.parts |= parts
        self.room._behind.add(self.client)
        self.room._go_on()
        while self.room._drawing:
            await asyncio.sleep(0)  # until it was drawn; the frame is not sent yet

    async def shows(self, **parts: str) -> None:
        """Reads frames until the page shows this."""
        while self.shown != parts:
            self.shown |= dict(PARTIAL.findall(await self.line.heard.get()))
            self.shown = {name: html for name, html in self.shown.items() if name in parts}


PARTIAL = re.compile(r'<hx-partial hx-target="#(\w+)" hx-swap="innerMorph">(.*?)</hx-partial>', re.S)


async def test_what_is_drawn_while_a_frame_about_ones_own_act_waits_takes_it_along(
    feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    circle = Circle().to("agreement")
    await feed.store.create(circle.room)
    async with asyncio.timeout(20):
        own = Own(feed, circle, monkeypatch)
        await own.shows(me="een", composer="een")
        await own.becomes(me="twee")
        await own.becomes(me="twee")  # the same again keeps what is on its way
        await own.shows(me="twee", composer="een")
        await own.becomes(me="drie")
        await own.becomes(composer="drie")  # another one takes along what was not sent yet
        await own.shows(me="drie", composer="drie")
        await own.becomes(me="vier")
        await own.becomes(me="drie")  # taken back before it was sent
        await own.becomes(composer="vijf")
        await own.shows(me="drie", composer="vijf")


async def test_who_reads_slowly_gets_what_waited_once_it_caught_up(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    circle = Circle().to("agreement")
    await feed.store.create(circle.room)
    async with asyncio.timeout(20):
        own = Own(feed, circle, monkeypatch)
        await own.shows(me="een", composer="een")
        await own.becomes(me="twee")
        own.line.slow = True
        while own.client.waits is not None:
            await asyncio.sleep(0)
        assert own.line.heard.empty()
        own.line.slow = False
        own.client.caught_up()
        await own.shows(me="twee", composer="een")


async def test_the_beat_draws_for_what_it_tells_and_not_because_of_a_step(feed: Feed) -> None:
    """Five hundred circles that each took a step since the last beat would all be drawn again in the same moment."""
    assert feed._beats
    feed._beats.cancel()
    circle = Circle()
    await feed.store.create(circle.room)
    feed.join(circle.room, Client(Page(), "seat", "nl", circle.handle("Owen"), circle.tag("Owen")), lambda _: None)
    room = feed.rooms[circle.room.id]

    async def does(name: str, verb: Callable[..., Room], *args: object) -> bool:
        circle.room = await feed.store.change(circle.room.id, verb, circle.seat(name), *args)
        room.look()
        while room._drawing:
            await asyncio.sleep(0)
        room.beat((room.tick + 1) * TICK)
        return bool(room._behind)

    assert not await does("Fay", flow.step, flow.pointer(circle.room), circle.now, circle.rng)
    assert await does("Owen", agreement.say, tags.agree(circle.tag("Owen"), circle.room), "yes")
