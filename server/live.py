"""The socket of a page: pushes frames, hears nothing but a ping."""

from __future__ import annotations

import asyncio
import contextlib
import time

from starlette.responses import Response
from starlette.websockets import WebSocket, WebSocketDisconnect

from rooms.room import Kind
from server.database import StoreError
from server.feed import Feed
from server.guard import own_origin
from server.regions import place_of
from server.roomfeed import DOOR, Client
from server.steady import now_ms
from server.visitor import Unknown, Visitor, find, language

TABS = 4
LATER = 1013  # try again: the room cannot be read now


class Tabs:
    """The sockets of each device in this process, oldest first. A fifth ends the oldest: on a phone that changed
    networks that one is dead already, and its person must not wait until the network says so."""

    def __init__(self) -> None:
        self._open: dict[str, list[_Wire]] = {}

    def add(self, handle: str, wire: _Wire) -> None:
        """One more."""
        mine = self._open.setdefault(handle, [])
        if len(mine) >= TABS:
            mine.pop(0).surplus.set()
        mine.append(wire)

    def remove(self, handle: str, wire: _Wire) -> None:
        """One less; one that was ended is not there any more."""
        mine = [one for one in self._open.pop(handle, ()) if one is not wire]
        if mine:
            self._open[handle] = mine


async def live(websocket: WebSocket) -> None:
    """/r/<alias>/live: refuses a foreign origin before accepting; then feeds the page."""
    state = websocket.state
    if not own_origin(websocket.headers, state.config):
        await websocket.close(1008)
        return
    page = websocket.query_params.get("as", "seat")
    try:
        visitor = await find(websocket, websocket.path_params["alias"], screen=page == "screen")
    except Unknown:
        await _refuse(websocket, 4401)
        return
    except StoreError:
        await _refuse(websocket, LATER)
        return
    place = place_of({"lead": "leiden", "screen": "scherm"}.get(page, ""))
    if visitor.device is None and visitor.knock and page == DOOR:
        place = DOOR
    elif visitor.device is None or page == DOOR or not _fits(visitor.device.kind, place) or _handed(websocket, visitor):
        await _refuse(websocket, 4401)
        return
    if not state.limits.line(visitor.handle, time.monotonic()):
        # before accepting, like no network: a page then tries again, later each time; a close code could end its line
        await websocket.send_denial_response(Response(status_code=429))
        return
    wire = _Wire(websocket)
    state.tabs.add(visitor.handle, wire)
    try:
        await websocket.accept()
        await _serve(wire, state.feed, visitor, place)
    finally:
        state.tabs.remove(visitor.handle, wire)


def _fits(kind: Kind, place: str) -> bool:
    """Whether a device may have this place: a screen no other, nobody else that one, what only leads no seat, and what
    only reads along no cockpit."""
    if place == "lead":
        return kind in (Kind.OWN, Kind.LEAD)
    return kind is not Kind.LEAD and (kind is Kind.SCREEN) == (place == "screen")


def _handed(websocket: WebSocket, visitor: Visitor) -> bool:
    """Whether the device went to somebody else since this page was drawn: in another tab, that slept meanwhile."""
    drawn_for = websocket.query_params.get("of", "")
    return bool(drawn_for and visitor.device and visitor.device.seat != drawn_for)


async def _refuse(websocket: WebSocket, code: int) -> None:
    """Accept, then close: a browser cannot tell a refused handshake from no network."""
    await websocket.accept()
    await websocket.close(code)


class _Wire:
    """A websocket as the feed wants it."""

    def __init__(self, websocket: WebSocket) -> None:
        self.websocket, self.open = websocket, True
        self.surplus = asyncio.Event()  # set when this device has opened one too many since

    async def send(self, text: str) -> None:
        if self.open:
            await self.websocket.send_text(text)

    async def close(self, code: int) -> None:
        if self.open:
            self.open = False
            await self.websocket.close(code)


async def _serve(wire: _Wire, feed: Feed, visitor: Visitor, place: str) -> None:
    client = Client(
        socket=wire,
        place=place,
        lang=language(wire.websocket),
        handle=visitor.handle,
        tag=visitor.tag,
        beside=visitor.beside,
    )
    device = visitor.device
    seat = device.seat if device and device.kind in (Kind.OWN, Kind.LEAD) else ""  # one that only follows leads nothing
    drawing = asyncio.create_task(feed.serve(visitor.room.id, client))
    hearing = asyncio.create_task(_hear(wire, feed, visitor.room.id, seat))
    ending = asyncio.create_task(wire.surplus.wait())
    try:
        await asyncio.wait({drawing, hearing, ending}, return_when=asyncio.FIRST_COMPLETED)
        if ending.done():
            await wire.close(4409)
        elif drawing.done() and isinstance(drawing.exception(), StoreError):
            await wire.close(LATER)
    finally:
        wire.open = False
        for task in (drawing, hearing, ending):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, WebSocketDisconnect, RuntimeError, StoreError):
                await task


async def _hear(wire: _Wire, feed: Feed, alias: str, seat: str) -> None:
    """Answers pings, at most one a second; anything else closes the socket."""
    last = 0.0
    while True:
        message = await wire.websocket.receive()
        if message["type"] == "websocket.disconnect":
            wire.open = False
            return
        now = time.monotonic()
        if message.get("text") != "p":
            await wire.close(1008)
            return
        if now - last >= 0.9:
            last = now
            feed.heard(alias, seat)
            await wire.send(f"p{now_ms()}")
