"""A fault in what time changes in a room keeps nothing else of it from its people."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rooms import agreement, handles, tags
from server.bus import LocalBus
from server.client import Client
from server.config import Config
from server.feed import Feed
from server.keyring import Keyring
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
