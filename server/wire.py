"""What a peer may do on a connection before any page is asked: how much it may say, in what time, and how long it may
leave unread what it is told. uvicorn has no limit for most of this; what it held and for how long stands in
docs/proofs/wire.md."""

from __future__ import annotations

import asyncio
import http
import socket
from typing import Any
from weakref import WeakKeyDictionary

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

try:
    import resource
except ImportError:  # Windows, which has no such limit
    resource = None  # type: ignore[assignment]

HEAD_SECONDS = 10.0  # for a whole head, from the connection or from the answer before it
BODY_SECONDS = 20.0  # for a whole body
GOODBYE = 1.0  # s: for a peer that is still talking to read why it is refused
HEAD, HEADERS = 16_384, 100  # bytes; a browser sends some 20
BODY = 262_144  # bytes; a form may hold 16 kB, and who pasted more than that still has to get the sentence that says so
LOOK, STALLED = 5.0, 15.0  # s: how often a connection is looked at, and how long its peer may take nothing
LITTLE = 4096  # bytes in a LOOK are progress, less is not
UNSENT = 65_536  # bytes the system may hold that the network has not taken: more would only be old news
USER_TIMEOUT = 20_000  # ms after which the system gives up on a peer that acknowledges nothing
RESERVE = 64  # files that are not connections: the database and its journal, keys, Redis


class Watch:
    """Ends a connection whose peer takes nothing. uvicorn waits for it without end, also after closing. One timer looks
    at all connections of a loop."""

    __slots__ = ("_left", "_stuck", "_watched", "paused", "transport")

    def __init__(self, loop: asyncio.AbstractEventLoop, transport: asyncio.Transport) -> None:
        self.transport = transport
        self.paused = False  # nothing more is written now, so the rest can only shrink
        self._left, self._stuck = 0, 0.0
        self._watched = _WATCHED.setdefault(loop, _Watched())
        self._watched.add(self)
        self._watched.go_on(loop)

    def stop(self) -> None:
        """The connection is gone."""
        self._watched.discard(self)

    def look(self) -> None:
        """Every LOOK seconds: whether the peer took something since."""
        left = self.transport.get_write_buffer_size()
        stuck = left > self._left - LITTLE and (self.paused or (left > 0 and self.transport.is_closing()))
        self._left, self._stuck = left, self._stuck + LOOK if stuck else 0.0
        if self._stuck >= STALLED:
            self.transport.abort()


class _Watched(set[Watch]):
    """All connections of a loop."""

    armed = False

    def go_on(self, loop: asyncio.AbstractEventLoop) -> None:
        """Looks again after LOOK seconds, as long as there is something to look at."""
        if self and not self.armed:
            self.armed = True
            loop.call_later(LOOK, self._look, loop)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        self.armed = False
        for one in list(self):
            one.look()
        self.go_on(loop)


_WATCHED: WeakKeyDictionary[asyncio.AbstractEventLoop, _Watched] = WeakKeyDictionary()


class Connection(h11.Connection):
    """The parser, with limits on a whole head and a whole body."""

    status = 400  # the answer to what it refuses
    _body = 0

    def next_event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        """As h11; raises RemoteProtocolError for what is too much."""
        try:
            event = super().next_event()
            if isinstance(event, h11.Request):
                self._body = 0
                _check(event)
            elif isinstance(event, h11.Data):
                self._body += len(event.data)
                if self._body > BODY:
                    raise h11.RemoteProtocolError("body", 413)
        except h11.RemoteProtocolError as wrong:
            self.status = wrong.error_status_hint
            raise
        return event


def _check(head: h11.Request) -> None:
    """h11 measures a head only while it is incomplete: one that comes in a single read has no limit there."""
    names = [name for name, _ in head.headers]
    size = len(head.target) + sum(len(name) + len(value) + 4 for name, value in head.headers)
    if size > HEAD or len(names) > HEADERS:
        raise h11.RemoteProtocolError("head", 431)
    if b"transfer-encoding" in names and b"content-length" in names:  # two lengths: a proxy may believe the other one
        raise h11.RemoteProtocolError("length", 400)
    if any(name == b"content-length" and int(value) > BODY for name, value in head.headers):
        raise h11.RemoteProtocolError("body", 413)


class Http(H11Protocol):
    """HTTP/1.1 with deadlines."""

    watch: Watch
    conn: Connection
    _expects: Any = None  # the state of the peer that the timer is about
    _timer: asyncio.TimerHandle | None = None
    _deaf = False  # what the peer says now is not for us

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.conn = Connection(h11.SERVER, HEAD)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Takes a connection, if there is room for it beside the files the server needs."""
        super().connection_made(transport)
        self.watch = Watch(self.loop, transport)
        if len(self.connections) > room_for_connections():
            transport.abort()
            return
        _tune(transport)
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        """The end."""
        self._stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """What the peer says; nothing after a refusal."""
        if not self._deaf:
            super().data_received(data)
            self._expect()

    def on_response_complete(self) -> None:
        """The next request gets a time of its own."""
        super().on_response_complete()
        self._expect()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """From here on it is server.wiresocket's."""
        self._stop()
        self._deaf = True
        super().handle_websocket_upgrade(event)

    def send_400_response(self, msg: str) -> None:
        """The answer to what the parser refused."""
        self._refuse(self.conn.status)

    def shutdown(self) -> None:
        """The server stops. One that was refused has had its answer, of which the parser knows nothing."""
        if self._deaf:
            self.transport.abort()
        else:
            super().shutdown()

    def pause_writing(self) -> None:
        """The peer reads slower than we write."""
        self.watch.paused = True
        super().pause_writing()

    def resume_writing(self) -> None:
        """The peer caught up."""
        self.watch.paused = False
        super().resume_writing()

    def _expect(self) -> None:
        state = self.conn.their_state
        if state is self._expects or self.transport.is_closing() or self._deaf:
            return
        self._expects = state
        if self._timer:
            self._timer.cancel()
        seconds = {h11.IDLE: HEAD_SECONDS, h11.SEND_BODY: BODY_SECONDS}.get(state)
        self._timer = self.loop.call_later(seconds, self._too_late) if seconds else None

    def _too_late(self) -> None:
        if self.transport.is_closing():
            return
        if self._expects is h11.SEND_BODY:
            self._refuse(408)
        else:
            self.transport.close()

    def _refuse(self, status: int) -> None:
        """Says so, if nothing was said yet, and reads no further. Closing at once would take the answer away from a
        peer that is still sending."""
        self._deaf = True
        self._stop()
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.write(refusal(status))
        if self.cycle is not None:  # who waits for the rest of this request hears that it will not come
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.pause_reading()
        self._timer = self.loop.call_later(GOODBYE, self.transport.abort)

    def _stop(self) -> None:
        self.watch.stop()
        if self._timer:
            self._timer.cancel()


def refusal(status: int) -> bytes:
    """An answer without a word, after which nothing is heard; ours, so that no script sends the same once more."""
    reason = http.HTTPStatus(status).phrase
    return f"HTTP/1.1 {status} {reason}\r\nx-kring: 1\r\nconnection: close\r\ncontent-length: 0\r\n\r\n".encode()


def room_for_connections() -> int:
    """How many connections this process may have and still open its files; the host may change it at any time."""
    if resource is None:
        return 4096
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return 1_000_000 if most == resource.RLIM_INFINITY else most - RESERVE


def make_room_for_connections() -> None:
    """Raises the soft limit on open files, which is 1,024 on many machines, as far as the host allows."""
    if resource is not None:
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = 16_384 if hard == resource.RLIM_INFINITY else min(hard, 16_384)
        if soft != resource.RLIM_INFINITY and soft < most:
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _tune(transport: asyncio.Transport) -> None:
    sock = transport.get_extra_info("socket")
    for name, value in (("TCP_USER_TIMEOUT", USER_TIMEOUT), ("TCP_NOTSENT_LOWAT", UNSENT)):
        if sock is not None and hasattr(socket, name):
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
