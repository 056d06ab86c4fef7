"""More than one process: what a second worker brings, and how long a hint is on its way."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

import redis
import uvloop

from bench.acts import idle_us
from bench.kring import Made, everybody, made, serving
from bench.machine import PEOPLE, ROOT, SERVER, cpu_us, family, free_port, running
from bench.people import People
from server.redisbus import CHANNEL, RedisBus

EVERY = {int(SERVER), int(PEOPLE)}
PACE, END = 0.002, "end"  # seconds between two hints; the hint after the last
RESTS = 50_000  # microseconds of a core in a second, or less, are rest


@contextmanager
def one_redis() -> Iterator[tuple[int, redis.Redis, str]]:
    """A Redis of its own that keeps nothing: process id, client and address."""
    port = free_port()
    command = ["redis-server", "--port", str(port), "--save", "", "--appendonly", "no"]
    with running(command, port) as pid, redis.Redis(port=port) as client:
        yield pid, client, f"redis://127.0.0.1:{port}/0"


def heard_by(client: redis.Redis, processes: int) -> None:
    """Returns once so many listen for hints."""
    while client.pubsub_numsub(CHANNEL)[0][1] < processes:
        time.sleep(0.02)


def spread(pid: int) -> None:
    """A process and its descendants may use both cores."""
    for one in family(pid):
        for task in Path(f"/proc/{one}/task").iterdir():
            os.sched_setaffinity(int(task.name), EVERY)


def processes(circles: int = 100, times: int = 5) -> dict[str, Any]:
    """Votes in many circles of eight, all screens open: one process on one core, and two workers that hear each other
    over Redis on both. The people give way to whatever a worker wants to do, and still take some of the second core:
    beside how many votes each bears stands what a vote costs, and what two workers would bear with people elsewhere."""
    rooms = [made(f"c{n:04d}", 8, "vote") for n in range(circles)]
    with serving(rooms) as (pid, port):
        one = _voting(rooms, pid, port, times)
    with one_redis() as (broker, client, url), serving(rooms, KRING_WORKERS="2", KRING_REDIS_URL=url) as (pid, port):
        heard_by(client, 2)
        spread(pid)
        spread(broker)
        before = cpu_us(broker)
        two = _voting(rooms, pid, port, times)
        broker_us = (cpu_us(broker) - before) / (times * 8 * circles)
    return {
        "circles": circles, "per_s_one": one["per_s"], "per_s_two": two["per_s"],
        "scaling": two["per_s"] / one["per_s"], "cpu_us_one": one["cpu_us"], "cpu_us_two": two["cpu_us"],
        "redis_us_two": broker_us, "scaling_by_cpu": 2 * one["cpu_us"] / (two["cpu_us"] + broker_us),
        "busier_of_two": two["busier"],
    }  # fmt: skip


def _voting(rooms: list[Made], pid: int, port: int, times: int) -> dict[str, float]:
    """Everybody in all circles votes at once, again and again; votes per second, and what one costs the server."""
    took, used, voters = [], [], 8 * len(rooms)
    with everybody(rooms, port, nice=True):
        resting, workers = _resting(pid), _workers(pid)
        for rev in range(1, times + 2):
            acts = [
                one.act(who, port, "cast", rev=str(rev), nth=str(rev), **{f"dots-{one.cases[(who + rev) % 5]}": "3"})
                for who in range(1, 9)
                for one in rooms
            ]
            before, began = cpu_us(pid), time.perf_counter()
            found = People(port, acts, "post", "0", nice=True).opened
            if found["got"] < voters or found["refused"]:
                raise RuntimeError(f"not everybody was answered: {found}")
            used.append((cpu_us(pid) - before - resting * (time.perf_counter() - began)) / voters)
            took.append(found["last_us"])
        grown = [now - then for then, now in zip(workers, _workers(pid), strict=True)]
    return {
        "per_s": voters / median(took[1:]) * 1e6, "cpu_us": median(used[1:]), "busier": max(grown) / sum(grown)
    }  # fmt: skip


def _resting(pid: int) -> float:
    """Microseconds per second while nobody does anything: what follows from many that came in at once takes seconds."""
    for _ in range(10):
        if (found := idle_us(pid, 3)) < RESTS:
            return found
    raise RuntimeError("the server does not come to rest")


def _workers(pid: int) -> list[int]:
    """What each process of a server has had of a core."""
    tasks = [list(Path(f"/proc/{one}/task").iterdir()) for one in family(pid)]
    return [sum(int((task / "schedstat").read_text().split()[0]) for task in mine) for mine in tasks]


def hop(times: int = 3000) -> dict[str, Any]:
    """From a hint in one process to its arrival in another, through Redis; beside it what the machine and Redis take
    of that: the same words over two sockets that do nothing else."""
    with one_redis() as (_, client, url):
        ours = _across("bus", url, client, times)
        bare = _across("bare", url, client, times)
    return {"hints": times, **ours, **{f"bare_{name}": us for name, us in bare.items()}}


def _across(how: str, url: str, client: redis.Redis, times: int) -> dict[str, float]:
    """Microseconds on the way, from this process on the first core to another on the second."""
    command = ["taskset", "-c", PEOPLE, sys.executable, "-m", "bench.wide", how, url]
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {int(SERVER)})
    try:
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as other:
            if how == "bus":
                uvloop.run(_say(url, client, times))
            else:
                _say_bare(url, client, times)
            waits = sorted(json.loads(other.communicate()[0]))
    finally:
        os.sched_setaffinity(0, before)
    if len(waits) < times:
        raise RuntimeError(f"{times - len(waits)} hints were lost")
    return {f"p{p}_us": waits[int((len(waits) - 1) * p / 100)] for p in (50, 99)}


async def _say(url: str, client: redis.Redis, times: int) -> None:
    bus = RedisBus(url)
    await bus.start(lambda _: None, lambda: None, lambda _: None)
    await asyncio.to_thread(heard_by, client, 2)
    for _ in range(times):
        bus.nudge(str(time.monotonic_ns()))
        await asyncio.sleep(PACE)
    bus.nudge(END)
    await asyncio.sleep(50 * PACE)  # until it is said
    await bus.stop()


def _say_bare(url: str, client: redis.Redis, times: int) -> None:
    heard_by(client, 1)
    with _line(url) as line:
        for text in (*([""] * times), END):
            line.sendall(_words("PUBLISH", CHANNEL, text or str(time.monotonic_ns())))
            time.sleep(PACE)


async def _listen(url: str) -> list[float]:
    bus, waits, over = RedisBus(url), list[float](), asyncio.Event()

    def hear(text: str) -> None:
        now = time.monotonic_ns()
        if text == END:
            over.set()
        else:
            waits.append((now - int(text)) / 1000)

    await bus.start(hear, lambda: None, lambda _: None)
    async with asyncio.timeout(120):
        await over.wait()
    await bus.stop()
    return waits


def _listen_bare(url: str) -> list[float]:
    waits, rest = list[float](), b""
    with _line(url) as line:
        line.sendall(_words("SUBSCRIBE", CHANNEL))
        while True:
            rest += line.recv(4096)
            now = time.monotonic_ns()
            *whole, rest = rest.split(b"\r\n")
            if END.encode() in whole:
                return waits
            waits += [(now - int(text)) / 1000 for text in whole if text.isdigit()]


def _line(url: str) -> socket.socket:
    to = urlsplit(url)
    line = socket.create_connection((to.hostname, to.port))
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return line


def _words(*words: str) -> bytes:
    return "".join([f"*{len(words)}\r\n", *(f"${len(word)}\r\n{word}\r\n" for word in words)]).encode()


def _child(how: str, url: str) -> None:
    print(json.dumps(uvloop.run(_listen(url)) if how == "bus" else _listen_bare(url)))


if __name__ == "__main__":
    _child(*sys.argv[1:])
