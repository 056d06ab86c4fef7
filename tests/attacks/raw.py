"""HTTP and WebSocket byte by byte, for what no well-behaved client would say."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import struct
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any

from server.person import Person

TEXT, BINARY, CLOSE, PING, PONG, CONT = 1, 2, 8, 9, 10, 0
NEVER = 0  # the close code of a line without a close frame


class Line:
    """One TCP connection, which reads only when it is told to. `takes`: bytes the system may hold for it unread."""

    def __init__(self, port: int, takes: int = 0) -> None:
        self.port, self.sock = port, socket.socket()
        if takes:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, takes)
        self.sock.setblocking(False)
        self.ended = False

    async def __aenter__(self) -> Line:
        await asyncio.get_running_loop().sock_connect(self.sock, ("127.0.0.1", self.port))
        return self

    async def __aexit__(self, kind: type | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.sock.close()

    async def send(self, data: bytes, seconds: float = 5) -> bool:
        """Whether the server took it all in time and was still there."""
        if self.ended:
            return False
        try:
            async with asyncio.timeout(seconds):
                await asyncio.get_running_loop().sock_sendall(self.sock, data)
        except TimeoutError:
            return False
        except OSError:
            self.ended = True
        return not self.ended

    async def read(self, seconds: float = 5, most: int = 65536) -> bytes:
        """What comes next; b"" when nothing comes in time or the line is closed."""
        try:
            async with asyncio.timeout(seconds):
                data = await asyncio.get_running_loop().sock_recv(self.sock, most)
        except TimeoutError:
            return b""
        except OSError:
            data = b""
        self.ended = not data
        return data

    async def all(self, seconds: float = 5) -> bytes:
        """Everything until the line is closed, or time is up."""
        until, said = time.monotonic() + seconds, b""
        while not self.ended and (left := until - time.monotonic()) > 0:
            said += await self.read(left)
        return said

    async def ask(self, data: bytes, seconds: float = 3) -> bytes:
        """An answer to a request: its head and what came with it."""
        await self.send(data)
        said = b""
        while b"\r\n\r\n" not in said and (more := await self.read(seconds)):
            said += more
        return said

    async def whole(self, data: bytes) -> bytes:
        """An answer to a request, its body to the last byte as its Content-Length has it."""
        said = await self.ask(data)
        head, _, body = said.partition(b"\r\n\r\n")
        size = re.search(rb"(?i)^content-length: *(\d+)", head, re.MULTILINE)
        while size and len(body) < int(size[1]) and (more := await self.read()):
            body += more
        return head + b"\r\n\r\n" + body


def status(answer: bytes) -> int:
    """The status of the first answer; 0 when there is none."""
    first = answer.split(b"\r\n", 1)[0].split(b" ")
    return int(first[1]) if first[0].startswith(b"HTTP/") else 0


def cookie(who: Person) -> str:
    return "; ".join(f"{name}={value}" for name, value in who.http.cookies.items())


def request(line: str, *headers: str, body: bytes = b"", host: str = "127.0.0.1") -> bytes:
    """A request as it stands there; without `host`, without a Host."""
    lines = [line, *([f"Host: {host}"] if host else []), *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body


def upgrade(who: Person, *headers: str, place: str = "seat", origin: str | None = None, cookies: str | None = None,
            version: int = 13, verb: str = "GET") -> bytes:  # fmt: skip
    """A handshake for somebody's page; `origin` "" leaves it out."""
    origin = who.base if origin is None else origin
    return request(
        f"{verb} /r/{who.alias}/live?as={place} HTTP/1.1",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        f"Sec-WebSocket-Version: {version}",
        *([f"Origin: {origin}"] if origin else []),
        f"Cookie: {cookie(who) if cookies is None else cookies}",
        *headers,
    )


def frame(
    code: int, data: bytes = b"", *, fin: bool = True, masked: bool = True, rsv: int = 0, size: int = -1
) -> bytes:
    """A frame of a client; `size` lies about its length."""
    size = len(data) if size < 0 else size
    head = bytes([(fin << 7) | (rsv << 4) | code])
    mark = masked << 7
    if size < 126:
        head += bytes([mark | size])
    elif size < 65536:
        head += bytes([mark | 126]) + struct.pack("!H", size)
    else:
        head += bytes([mark | 127]) + struct.pack("!Q", size)
    if not masked:
        return head + data
    key = os.urandom(4)
    return head + key + bytes(b ^ key[i % 4] for i, b in enumerate(data))


class Page:
    """The socket of a page on a line: takes its frames one by one and answers pings, as every browser does."""

    def __init__(self, line: Line) -> None:
        self.line, self._said = line, b""

    async def next(self, seconds: float = 4) -> tuple[int, bytes]:
        """The next frame that is not a ping; a close is answered. (NEVER, b"") when none comes."""
        until = time.monotonic() + seconds
        while True:
            found, self._said = _first(self._said)
            if found is None:
                left = until - time.monotonic()
                more = await self.line.read(left) if left > 0 and not self.line.ended else b""
                if not more:
                    return NEVER, b""
                self._said += more
            elif found[0] == PING:
                await self.line.send(frame(PONG, found[1]))
            else:
                if found[0] == CLOSE:
                    await self.line.send(frame(CLOSE, found[1][:2]))
                return found

    async def closed(self, seconds: float = 4) -> int:
        """The code with which the server closes; NEVER when it ends without one. The line has to end in time."""
        code, until = NEVER, time.monotonic() + seconds
        while not self.line.ended and (left := until - time.monotonic()) > 0:
            kind, data = await self.next(left)
            if kind == CLOSE and len(data) >= 2:
                code = struct.unpack("!H", data[:2])[0]
        assert self.line.ended, "the line is still open"
        return code


@asynccontextmanager
async def page(who: Person, place: str = "seat", takes: int = 0) -> AsyncIterator[Page]:
    """A line that was accepted; the first frames stand unread."""
    async with Line(port(who), takes) as line:
        await line.send(upgrade(who, place=place))
        assert status(await head(line)) == 101
        yield Page(line)


async def head(line: Line, seconds: float = 5) -> bytes:
    """The answer to a handshake, and not a byte of what follows."""
    said = b""
    while b"\r\n\r\n" not in said and (more := await line.read(seconds, most=1)):
        said += more
    return said


async def ends(who: Person, *headers: str, **how: Any) -> int:
    """The code with which a handshake is closed right after it was accepted."""
    async with Line(port(who)) as line:
        await line.send(upgrade(who, *headers, **how))
        assert status(await head(line)) == 101
        return await Page(line).closed()


def port(who: Person) -> int:
    return int(who.base.rsplit(":", 1)[1])


def _first(said: bytes) -> tuple[tuple[int, bytes] | None, bytes]:
    """The first whole frame of a server, and what is behind it."""
    if len(said) < 2:
        return None, said
    size, at = said[1] & 127, 2
    if size >= 126:
        at = 4 if size == 126 else 10
        size = int.from_bytes(said[2:at], "big")
    if len(said) < max(at, at + size):
        return None, said
    return (said[0] & 15, said[at : at + size]), said[at + size :]
