"""What compressing frames once for all of a room would save and cost. Kring does not; docs/architecture.md says why."""

from __future__ import annotations

import time
import zlib
from statistics import median
from typing import Any

from websockets.sync.client import ClientConnection, connect

from bench.fanout import peers, up
from bench.kring import Made, everybody, made, moment, serving
from bench.machine import cpu_us
from bench.people import People, post

BITS, LEVEL = 12, 5  # a window of 4 kB and little memory: for one frame as small as more, at a seventh of the time
Frames = dict[str, str]


def compress(rounds: int, quick: bool) -> list[dict[str, Any]]:
    """Per kind of frame, from a circle of eight and from a hall: its bytes, those of it compressed, what compressing it
    once costs, and what the server saves per socket by sending less. `breaks_even`: sockets from which that is less CPU
    than sending it as it is; -1 where nothing is saved."""
    circle, hall = (_frames(made("ro0m", people)) for people in (8, 100 if quick else 1000))
    kinds = {f"{name}, circle": text for name, text in circle.items()}
    kinds |= {f"{name}, hall": text for name, text in hall.items()}
    packed = {name: _deflated(text.encode()) for name, text in kinds.items()}
    sent = _sent({len(t.encode()) for t in kinds.values()} | {len(p) for p in packed.values()}, rounds, quick)
    return [
        _row(name, text.encode(), len(packed[name]), sent)
        for name, text in kinds.items()
    ]  # fmt: skip


def _row(name: str, frame: bytes, small: int, sent: dict[int, float]) -> dict[str, Any]:
    cost, saved = _cost_us(frame), sent[len(frame)] - sent[small]
    return {
        "frame": name, "bytes": len(frame), "deflated": small, "deflate_us": cost, "send_us": sent[len(frame)],
        "send_deflated_us": sent[small], "breaks_even": cost / saved if saved > 0 else -1.0,
    }  # fmt: skip


def _deflated(frame: bytes) -> bytes:
    """As permessage-deflate without context takeover sends it (RFC 7692, 7.2.1)."""
    packer = zlib.compressobj(wbits=-BITS, memLevel=LEVEL)
    return (packer.compress(frame) + packer.flush(zlib.Z_SYNC_FLUSH)).removesuffix(b"\0\0\xff\xff")


def _cost_us(frame: bytes) -> float:
    found = []
    for _ in range(200):
        began = time.process_time_ns()
        _deflated(frame)
        found.append((time.process_time_ns() - began) / 1000)
    return median(found)


def _frames(one: Made) -> Frames:
    """What the page of a seat is sent when it opens, and at a step; its own part apart."""
    with serving([one]) as (_, port), everybody([one], port) as sockets:
        headers = {"Cookie": one.cookie(1), "Origin": f"http://127.0.0.1:{port}"}
        with connect(f"ws://127.0.0.1:{port}/r/{one.alias}/live?as=seat", additional_headers=headers) as line:
            opened = _until_quiet(line)
            sockets.send(one.act(0, port, "next", at=moment(one, port)), len(one.seats))
            stepped = _until_quiet(line)
    return {
        "all regions, at the opening": opened["all"], "own part, padded": opened["own"], "a step": stepped["all"],
        "own part at a step, padded": stepped["own"],
    }  # fmt: skip


def _until_quiet(line: ClientConnection) -> Frames:
    found: Frames = {"all": "", "own": ""}
    while True:
        try:
            text = str(line.recv(timeout=1))
        except TimeoutError:
            return found
        found["own" if '"me":1' in text.partition("\n")[0] else "all"] = text


def _sent(sizes: set[int], rounds: int, quick: bool) -> dict[int, float]:
    """CPU of the server (us) to send so many bytes to one socket of a full room, all sizes in turns."""
    peer, many = next(peer for peer in peers() if peer.name == "kring"), 100 if quick else 1000
    found: dict[int, list[float]] = {size: [] for size in sizes}
    with up(peer, many, 1) as (pid, port, people):
        _once(pid, port, people, (max(sizes), many))
        for _ in range(rounds * 3):
            for size in sorted(sizes):
                found[size].append(_once(pid, port, people, (size, many)))
    return {size: median(costs) for size, costs in found.items()}


def _once(pid: int, port: int, people: People, what: tuple[int, int]) -> float:
    size, many = what
    before = cpu_us(pid)
    people.send(post("/pub?room=0", port, b"x" * size), many)
    return (cpu_us(pid) - before) / many
