"""What a peer may do on a socket. A page says one byte every ten seconds, and reads."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from websockets.exceptions import ProtocolError
from websockets.frames import Frame, Opcode
from websockets.server import ServerProtocol

from server.limits import Bucket
from server.pushsocket import PushSocket
from server.wire import GOODBYE, Watch, refusal

if TYPE_CHECKING:
    from uvicorn._types import ASGISendEvent

FRAMES, A_SECOND = 20.0, 2.0  # frames of any kind at once, and in the long run; each ping costs us a pong
FRAGMENTS = 64  # in the life of a socket: a message of one byte has none


class Frames(ServerProtocol):
    """The parser, with limits on what is not measured in bytes. It stops within a read: behind two megabytes of empty
    frames there would be 350,000 objects."""

    def __init__(self, **named: Any) -> None:
        super().__init__(**named)
        self._budget = Bucket(FRAMES, A_SECOND, time.monotonic())
        self._fragments = 0

    def recv_frame(self, frame: Frame) -> None:
        """As websockets; raises ProtocolError for too many."""
        self._fragments += frame.opcode is Opcode.CONT
        if self._fragments > FRAGMENTS or not self._budget.take(time.monotonic()):
            raise ProtocolError("too many frames")
        super().recv_frame(frame)


class Socket(PushSocket):
    """WebSocket without compression, for peers that read."""

    watch: Watch

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.conn = Frames(extensions=[], max_size=self.config.ws_max_size, logger=self.logger)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Takes over a connection from server.wire."""
        super().connection_made(transport)
        self.watch = Watch(self.loop, self.transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """The end."""
        self.watch.stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """What the peer says. The handshake comes whole: one that cannot be read now never can."""
        super().data_received(data)
        if not self.handshake_initiated and not self.transport.is_closing():
            self.transport.write(b"".join(self.conn.data_to_send()) or refusal(400))
            self.transport.close()

    async def send(self, message: ASGISendEvent) -> None:
        """What the page says. uvicorn takes an answer instead of an accept for none at all, and logs an error."""
        await super().send(message)
        self.handshake_complete |= self.initial_response is not None

    def handle_parser_exception(self) -> None:
        """A frame that is wrong; before the accept there is no close code to send."""
        if self.conn.close_sent is None:
            self.transport.abort()
        else:
            super().handle_parser_exception()

    def keepalive_timeout(self) -> None:
        """A peer that answers no ping takes no last frames either."""
        super().keepalive_timeout()
        if self.transport.get_write_buffer_size():
            self.transport.abort()

    def shutdown(self) -> None:
        """The server stops: 1012, and a second to take it. For who does not read, uvicorn would wait to the last."""
        super().shutdown()
        self.loop.call_later(GOODBYE, self.transport.abort)

    def pause_writing(self) -> None:
        """The peer reads slower than we write."""
        self.watch.paused = True
        super().pause_writing()

    def resume_writing(self) -> None:
        """The peer caught up."""
        self.watch.paused = False
        super().resume_writing()
