"""What the push path relies on in uvicorn and websockets, tried on the real ones: no upgrade breaks it unheard."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode

from server.frames import framed
from server.pushsocket import LINE, PushSocket

BIG = framed("x" * 1_000_000)


class Heard:
    """A listener that keeps what it hears."""

    def __init__(self, line: PushSocket) -> None:
        self.line, self.said = line, asyncio.Queue[str]()
        self.gone, self.ready, self.newest = asyncio.Event(), asyncio.Event(), ""

    def heard(self, text: str) -> None:
        self.said.put_nowait(text)

    def lost(self) -> None:
        self.gone.set()

    def caught_up(self) -> None:
        self.line.push(framed(self.newest))
        self.ready.set()


class Place:
    """A server whose one page hands its line on at once."""

    def __init__(self, port: int) -> None:
        self.url, self.lines = f"ws://127.0.0.1:{port}/", asyncio.Queue[Heard]()

    async def page(self, websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text("hello")  # the ordinary way, before
        line = websocket.scope["extensions"][LINE]
        one = Heard(line)
        line.take(one)
        self.lines.put_nowait(one)


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        here = Place(listening.getsockname()[1])
        app = Starlette(routes=[WebSocketRoute("/", here.page)])
        config = uvicorn.Config(app, ws=PushSocket, ws_per_message_deflate=False, log_config=None, lifespan="off")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve([listening]))
        async with asyncio.timeout(20):
            yield here
            server.should_exit = True
            await serving


async def opened(place: Place, **named: object) -> tuple[ClientConnection, Heard]:
    client = await connect(place.url, proxy=None, max_size=2**24, **named)  # type: ignore[arg-type]
    return client, await place.lines.get()


def test_what_is_used_of_uvicorn_is_there() -> None:
    for name in ("run_asgi", "send_receive_event_to_app", "pause_writing", "resume_writing", "connection_lost"):
        assert callable(getattr(PushSocket.__mro__[1], name))
    config = uvicorn.Config(Starlette(), log_config=None)
    config.load()
    made = PushSocket(config, uvicorn.Server(config).server_state, {}, None)
    for name in ("queue", "close_timer", "close_sent", "close_timeout", "read_paused", "writable", "frames", "conn"):
        assert hasattr(made, name), name


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 200_000])
def test_a_frame_is_what_websockets_would_make_of_it(size: int) -> None:
    for text in ("x" * size, "\u00e9" * (size // 2)):
        assert framed(text) == Frame(Opcode.TEXT, text.encode()).serialize(mask=False)


async def test_frames_arrive_in_order_and_what_the_peer_says_is_heard(place: Place) -> None:
    client, one = await opened(place)
    assert await client.recv() == "hello"
    for text in ("een", "twee é", "x" * 70_000, ""):
        one.line.push(framed(text))
    assert [await client.recv() for _ in range(4)] == ["een", "twee é", "x" * 70_000, ""]
    await client.send("p")
    assert await one.said.get() == "p"
    await client.send([b"in", b"two"])  # binary, in fragments
    assert await one.said.get() == ""
    await client.close()
    await one.gone.wait()


async def test_what_is_said_at_once_is_heard_too(place: Place) -> None:
    clients = [await connect(place.url, proxy=None) for _ in range(20)]
    for client in clients:
        await client.send("p")
    for client in clients:
        one = await place.lines.get()
        assert await one.said.get() == "p"
        await client.close()


async def test_a_client_that_offers_compression_gets_none_and_reads_all(place: Place) -> None:
    client, one = await opened(place, compression="deflate")
    assert client.protocol.extensions == []
    assert await client.recv() == "hello"
    one.line.push(framed("a" * 5_000))
    assert await client.recv() == "a" * 5_000
    await client.close()


async def test_after_the_end_nothing_is_written(place: Place) -> None:
    client, one = await opened(place)
    one.line.end(4401)
    one.line.push(framed("too late"))
    one.line.end(4410)
    assert await client.recv() == "hello"
    with pytest.raises(ConnectionClosed):
        await client.recv()
    assert client.close_code == 4401
    await one.gone.wait()


async def test_who_does_not_read_delays_nobody_and_gets_the_newest(place: Place) -> None:
    """The control: without `slow` there would be forty megabytes for it to read."""
    asleep, slow = await opened(place, max_queue=1)
    awake, quick = await opened(place)
    assert await awake.recv() == "hello"
    written = 0
    for n in range(40):
        slow.newest = str(n)
        if not slow.line.slow:
            slow.line.push(BIG)
            written += 1
        quick.line.push(framed(str(n)))
        assert await awake.recv() == str(n)
    assert 0 < written < 40
    slow.newest = "newest"
    read = [await asleep.recv() for _ in range(1 + written)]
    assert read[0] == "hello"
    assert {len(one) for one in read[1:]} == {1_000_000}
    await slow.ready.wait()
    assert await asleep.recv() == "newest"
    await asleep.close(), await awake.close()


async def test_nothing_of_the_application_stays(place: Place) -> None:
    client, one = await opened(place)
    assert await client.recv() == "hello"
    await client.send("p")
    assert await one.said.get() == "p"
    assert (one.line.scope, one.line.request, one.line.response) == (None, None, None)
    assert not one.line.tasks
    await client.close()
