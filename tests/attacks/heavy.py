"""Attacks that cost the server time or memory. Each says how long it took until the server ended it, if it did."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

from server.person import Person
from tests.attacks.ground import Ground, ground
from tests.attacks.raw import CONT, PING, PONG, TEXT, Line, Page, frame, request, status, upgrade

SMALL = 4096  # bytes the system may hold for a peer that does not read
CSRF = re.compile(r'name="csrf" value="([^"]+)"')
PACE = 0.2  # s between the bytes of somebody who drips
HEAD = b"GET /over HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
BODY = request("POST / HTTP/1.1", "Content-Type: application/x-www-form-urlencoded", "Content-Length: 4000")


@dataclass(frozen=True)
class Outcome:
    """What came of an attack. `ended`: s until the server cut the line, None when it was open to the last. Memory in
    kB: before, and while the attacker still holds on."""

    ended: float | None
    before: int
    after: int

    @property
    def grew(self) -> int:
        return self.after - self.before


Attack = Callable[[Ground, AsyncExitStack, int, float], Awaitable[bool]]


async def measured(place: Ground, attack: Attack, much: int, patience: float) -> Outcome:
    """Plays an attack: `much` of what it is about, for at most `patience` seconds."""
    before, began = place.memory(), time.monotonic()
    async with AsyncExitStack() as stack:
        ended = await attack(place, stack, much, patience)
        return Outcome(time.monotonic() - began if ended else None, before, place.memory())


async def silent(place: Ground, stack: AsyncExitStack, much: int, patience: float) -> bool:
    """Connections that say nothing."""
    lines = [await stack.enter_async_context(Line(place.port)) for _ in range(much)]
    await asyncio.gather(*(line.all(patience) for line in lines))
    return all(line.ended for line in lines)


async def slow_head(place: Ground, stack: AsyncExitStack, much: int, patience: float) -> bool:
    """A head that comes byte by byte."""
    return await _drip(place, stack, HEAD, patience)


async def slow_body(place: Ground, stack: AsyncExitStack, much: int, patience: float) -> bool:
    """A body that comes byte by byte."""
    return await _drip(place, stack, BODY, patience)


async def big_head(place: Ground, stack: AsyncExitStack, much: int, patience: float) -> bool:
    """One header of `much` bytes."""
    line = await stack.enter_async_context(Line(place.port))
    return await _pour(line, HEAD, b"x" * 65_536, much, patience)


async def big_body(place: Ground, stack: AsyncExitStack, much: int, patience: float) -> bool:
    """A body of `much` bytes, as declared."""
    line = await stack.enter_async_context(Line(place.port))
    said = request("POST / HTTP/1.1", f"Origin: {place.server.url}", "Content-Type: application/x-www-form-urlencoded",
                   f"Content-Length: {much}")  # fmt: skip
    return await _pour(line, said, b"x" * 65_536, much, patience)


async def unread_answers(place: Ground, stack: AsyncExitStack, much: int, patience: float) -> bool:
    """`much` requests for a font in one breath, and no answer is read."""
    line = await stack.enter_async_context(Line(place.port, SMALL))
    await line.send(request("GET /s/literata-1.woff2 HTTP/1.1") * much, 1)
    return await _until_gone(line, b"x", patience)


async def fragments(place: Ground, stack: AsyncExitStack, much: int, patience: float) -> bool:
    """A message in `much` empty fragments."""
    line = await _socket(place, stack)
    until = time.monotonic() + patience
    await _pour(line, frame(TEXT, fin=False), frame(CONT, fin=False) * 2_000, much * 6, patience)
    one = Page(line)
    while not line.ended and (left := until - time.monotonic()) > 0:
        await one.next(left)
    return line.ended


async def unread_pings(place: Ground, stack: AsyncExitStack, much: int, patience: float) -> bool:
    """`much` bytes of pings, and no answer is read."""
    line = await _socket(place, stack, SMALL)
    began = time.monotonic()
    if await _pour(line, b"", frame(PING, b"x" * 125) * 500, much, patience / 2):
        return True
    return await _until_gone(line, frame(PONG), patience - (time.monotonic() - began))


async def unread_room(place: Ground, stack: AsyncExitStack, much: int, patience: float) -> bool:
    """A page that reads nothing of `much` changes."""
    room = await ground(place.server)
    line = await _socket(room, stack, SMALL)
    await _changes(room, much)
    return await _until_gone(line, b"", patience)


async def reads_a_byte(place: Ground, stack: AsyncExitStack, much: int, patience: float) -> bool:
    """A page that reads a byte a second of `much` changes."""
    room = await ground(place.server)
    line = await _socket(room, stack, SMALL)
    changing = asyncio.create_task(_changes(room, much))
    until = time.monotonic() + patience
    while not line.ended and time.monotonic() < until:
        await asyncio.sleep(1)  # the pace of the attack
        await line.read(0.1, 1)
        await line.send(frame(PONG), 0.1)
    await changing
    return line.ended


async def no_pong(place: Ground, stack: AsyncExitStack, much: int, patience: float) -> bool:
    """A page that reads all and answers no ping."""
    line = await _socket(place, stack)
    await line.all(patience)
    return line.ended


async def _socket(place: Ground, stack: AsyncExitStack, takes: int = 0) -> Line:
    line = await stack.enter_async_context(Line(place.port, takes))
    await line.send(upgrade(place.owen))
    said = b""
    while b"\r\n\r\n" not in said and (more := await line.read(most=1)):
        said += more
    assert status(said) == 101
    return line


async def _changes(room: Ground, much: int) -> None:
    """People say where they are, over and over; a healthy page beside the attacker sees the last of it."""
    async with AsyncExitStack() as stack:
        healthy = Page(await _healthy(room, stack))
        tokens = [CSRF.search(await who.page()) for who in (room.owen, room.cora)]
        for i in range(much):
            who, token = (room.owen, room.cora)[i % 2], tokens[i % 2]
            form = {"csrf": token[1] if token else "", "x": ("remote", "here")[i // 2 % 2]}
            while (code := await _act(who, form)) == 429:
                await asyncio.sleep(0.2)  # the pace that a device may act at
            assert code == 204
            began = time.monotonic()
            assert (await healthy.next(2))[0] == TEXT, "who reads waits for who does not"
            assert time.monotonic() - began < 2


async def _act(who: Person, form: dict[str, str]) -> int:
    answer = await who.http.post(f"/r/{who.alias}/do/where", data=form, headers={"x-kring": "1"})
    return answer.status_code


async def _healthy(room: Ground, stack: AsyncExitStack) -> Line:
    beside = Ground(room.server, room.lead, room.cora, room.owen)
    return await _socket(beside, stack)


async def _drip(place: Ground, stack: AsyncExitStack, first: bytes, patience: float) -> bool:
    line = await stack.enter_async_context(Line(place.port))
    await line.send(first)
    until = time.monotonic() + patience
    while not line.ended and time.monotonic() < until:
        await line.send(b"x")
        await line.read(PACE)
    return line.ended


async def _pour(line: Line, first: bytes, piece: bytes, much: int, patience: float) -> bool:
    """Sends `piece` again and again until `much` bytes are out; reads nothing."""
    await line.send(first)
    sent, until = 0, time.monotonic() + patience
    while sent < much and not line.ended and (left := until - time.monotonic()) > 0:
        await line.send(piece, left)
        sent += len(piece)
    return line.ended


async def _until_gone(line: Line, word: bytes, patience: float) -> bool:
    """Says a little now and then, for who reads nothing hears no end otherwise."""
    until = time.monotonic() + patience
    while not line.ended and time.monotonic() < until:
        await line.send(word or frame(PONG), PACE)
        await asyncio.sleep(PACE)
    return line.ended
