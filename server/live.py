"""The socket of a page: who may have one, and what it says. It pushes frames and hears nothing but a ping."""

from __future__ import annotations

import time

from starlette.responses import Response
from starlette.websockets import WebSocket

from rooms.room import Kind
from server.client import Client
from server.database import StoreError
from server.guard import own_origin
from server.pushsocket import LINE
from server.regions import place_of
from server.roomfeed import DOOR
from server.visitor import Unknown, Visitor, find, language

TABS = 4
LATER = 1013  # try again: the room cannot be read now


class Tabs:
    """The sockets of each device in this process, oldest first. A fifth ends the oldest: on a phone that changed
    networks that one is dead already, and its person must not wait until the network says so."""

    def __init__(self) -> None:
        self._open: dict[str, list[Client]] = {}

    def add(self, client: Client) -> None:
        """One more."""
        mine = self._open.setdefault(client.handle, [])
        mine.append(client)
        if len(mine) > TABS:
            mine[0].end(4409)  # which removes it here

    def remove(self, client: Client) -> None:
        """One less; one that was ended is not there any more."""
        mine = [one for one in self._open.pop(client.handle, ()) if one is not client]
        if mine:
            self._open[client.handle] = mine


async def live(websocket: WebSocket) -> None:
    """/r/<alias>/live: refuses a foreign origin before accepting; then the room's feed has the line."""
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
    await websocket.accept()
    line = websocket.scope["extensions"][LINE]
    client = Client(line, place, language(websocket), visitor.handle, visitor.tag, visitor.beside)
    state.tabs.add(client)
    state.feed.join(visitor.room, client, state.tabs.remove)
    line.take(client)


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
