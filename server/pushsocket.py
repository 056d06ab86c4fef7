"""How bytes that were framed once go out on many sockets, and who hears what comes in.

No task waits for a socket. Once a page is accepted, its `Listener` hears what it says, and whoever feeds it writes
whole frames; of what uvicorn keeps for an application nothing is kept then. This reaches into uvicorn's protocol
class: tests/server/test_pushsocket.py says what it relies on.
"""

from __future__ import annotations

from typing import Any, Protocol

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

LINE = "kring.line"  # the ASGI extension under which an application finds its socket


class Listener(Protocol):
    """Who hears what happens on a socket."""

    def heard(self, text: str) -> None:
        """The peer said this; '' for what is no text."""

    def lost(self) -> None:
        """The peer is gone."""

    def caught_up(self) -> None:
        """The peer, who read slower than we wrote, took it all."""


class _Nobody:
    """Stands where uvicorn keeps something for the application that has gone home: takes all, does nothing."""

    def put_nowait(self, _: object) -> None: ...

    def set(self) -> None: ...

    def clear(self) -> None: ...

    def cancel(self) -> None: ...


NOBODY: Any = _Nobody()


class PushSocket(WebSocketsSansIOProtocol):
    """A WebSocket that an application may hand on to a listener, for good."""

    listener: Listener | None = None
    slow = False  # the peer has not taken yet what was written: nothing more is, until it has

    def take(self, listener: Listener) -> None:
        """After the accept: from here on `listener` hears the peer, and the application may return. What the peer said
        since the handshake is heard at once."""
        self.listener, said = listener, self.queue
        self.queue = NOBODY
        if self.close_timer is None:
            self.close_timer = NOBODY  # uvicorn closes what its application returns from, unless it is closing already
        while not said.empty():
            event = said.get_nowait()
            if event["type"] == "websocket.receive":
                self._tell(event.get("text") or "")
            elif event["type"] == "websocket.disconnect":
                listener.lost()
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()

    def push(self, frame: bytes) -> None:
        """Writes what `server.frames.framed` made. To a socket that closes nothing is written: after a Close there are
        no frames."""
        if not self.close_sent and not self.transport.is_closing():
            self.transport.write(frame)

    def end(self, code: int) -> None:
        """Says goodbye with a close code, and closes when the peer has, or some seconds later."""
        if self.close_sent or self.transport.is_closing():
            return
        self.conn.send_close(code)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.close_timer = self.loop.call_later(self.close_timeout, self.transport.close)

    async def run_asgi(self) -> None:
        """Runs the application, which finds this socket under LINE. When it handed the line on, all that was for the
        application goes: the scope, the request and their headers, the queue."""
        self.scope["extensions"][LINE] = self  # type: ignore[assignment]
        await super().run_asgi()
        if self.listener is not None:
            self.scope = self.request = self.response = self.app_state = None  # type: ignore[assignment]
            self.writable = NOBODY
            if self.close_timer is NOBODY:
                self.close_timer = None

    def connection_lost(self, exc: Exception | None) -> None:
        """The end."""
        super().connection_lost(exc)
        if self.listener is not None:
            self.listener.lost()

    def send_receive_event_to_app(self) -> None:
        """A whole message: for the listener, if there is one."""
        if self.listener is None:
            super().send_receive_event_to_app()
            return
        data, self.frames = b"".join(self.frames), []
        try:
            self._tell(data.decode() if self.curr_msg_data_type == "text" else "")
        except UnicodeDecodeError:
            self.end(1007)

    def _tell(self, text: str) -> None:
        if self.listener is not None and not self.close_sent:
            self.listener.heard(text)

    def pause_writing(self) -> None:
        """The peer reads slower than we write."""
        self.slow = True
        super().pause_writing()

    def resume_writing(self) -> None:
        """The peer caught up."""
        self.slow = False
        super().resume_writing()
        if self.listener is not None:
            self.listener.caught_up()
