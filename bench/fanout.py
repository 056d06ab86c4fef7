"""The same bytes to all of a room: Kring's frames, its peers, and the floor, in turns within one run."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from bench.machine import BUILD, HERE, cpu_us, free_port, running
from bench.people import People, post, upgrade

PAYLOAD = b"<article>" + b"<p>Wat zou je een vriend raden die dit vertelt?</p>" * 30  # 1.5 kB, as a region of a page
SERVERS = HERE / "servers"


@dataclass
class Peer:
    """A server that sends what is posted to a room to all sockets of it."""

    name: str
    command: list[str]
    path: str = "/ws?room={room}"
    hello: str = ""
    most: int = 100_000  # receivers it can do within the patience of a run
    env: dict[str, str] = field(default_factory=dict)


def peers() -> list[Peer]:
    """Kring, the floor, and who else is installed here; {port} stands for the port."""
    python = str(BUILD / "venv/bin/python")
    return [
        Peer("floor", [str(BUILD / "floor"), "{port}"]),
        Peer("nchan", ["nginx", "-c", str(BUILD / "nchan.conf")]),
        Peer("kring", [sys.executable, "-m", "bench.servers.push", "{port}"]),
        Peer("starlette", [sys.executable, str(SERVERS / "naive.py"), "{port}"]),
        Peer(
            "socket.io", ["node", str(SERVERS / "sio.js"), "{port}"], hello="40",
            path="/socket.io/?EIO=4&transport=websocket&room={room}",
            env={"NODE_PATH": str(BUILD / "node/node_modules")},
        ),
        Peer(
            "python-socketio", [python, str(SERVERS / "sio.py"), "{port}"], hello="40",
            path="/socket.io/?EIO=4&transport=websocket&room={room}", most=1_000,
        ),
        Peer(
            "channels", [python, "-m", "daphne", "-p", "{port}", "-v", "0", "groups:application"], most=1_000,
            env={"PYTHONPATH": str(SERVERS)},
        ),
    ]  # fmt: skip


def nchan_conf(port: int, first: str = "newest") -> None:
    """Writes nginx's configuration for this machine."""
    text = (SERVERS / "nchan.conf").read_text()
    (BUILD / "nchan.conf").write_text(
        text.replace("PORT", str(port)).replace("BUILD", str(BUILD)).replace("FIRST", first)
    )


@contextmanager
def up(peer: Peer, receivers: int, rooms: int) -> Iterator[tuple[int, int, People]]:
    """A peer with its people: process id, port, sockets."""
    port = free_port()
    if peer.name == "nchan":
        nchan_conf(port)
    command = [part.format(port=port) for part in peer.command]
    requests = [upgrade(peer.path.format(room=n % rooms), port) for n in range(receivers * rooms)]
    with (
        running(command, port, **peer.env) as pid,
        People(port, requests, hello=peer.hello, quiet=80 if rooms == 1 else 1) as people,
    ):
        yield pid, port, people


def measure(receivers: int, rooms: int, rounds: int, each: int, only: list[str] | None = None) -> list[dict[str, Any]]:
    """One row per peer and round. `each`: triggers in a round. From CPU per delivery the trigger's own cost is taken
    off where there are many small rooms: the same request to a room without anybody."""
    rows = []
    with ExitStack() as stack:
        all_up = [
            (p, *stack.enter_context(up(p, receivers, rooms)))
            for p in peers()
            if receivers * rooms <= p.most and (only is None or p.name in only)
        ]
        for _ in range(rounds):
            for peer, pid, port, people in all_up:
                rows.append({"server": peer.name, "receivers": receivers, "rooms": rooms, "bytes": len(PAYLOAD)})
                try:
                    rows[-1] |= _round(pid, port, people, receivers, rooms, each)
                except RuntimeError as fault:
                    raise RuntimeError(f"{peer.name}: {fault}") from None
    return rows


def _round(pid: int, port: int, people: People, receivers: int, rooms: int, each: int) -> dict[str, float]:
    def told(room: int) -> dict[str, Any]:
        return people.send(post(f"/pub?room={room}", port, PAYLOAD), receivers if room < rooms else 0)

    told(0)
    empty = 0.0
    if rooms > 1:
        before = cpu_us(pid)
        for _ in range(each):
            told(rooms + 1)
        empty = (cpu_us(pid) - before) / each
    before, found = cpu_us(pid), [told(n % rooms) for n in range(each)]
    used = (cpu_us(pid) - before) / each - empty
    for one in found:
        if one["got"] < receivers:
            raise RuntimeError(f"{receivers - one['got']} of {receivers} got nothing: {one}")
    keys = ("first_us", "p50_us", "p99_us", "last_us")
    middle = sorted(found, key=lambda one: one["last_us"])[len(found) // 2]
    return {"cpu_us_per_delivery": used / receivers, "post_us": empty, **{k: middle[k] for k in keys}}
