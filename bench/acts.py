"""What people do, from the tap to the last screen, on the server of `make run`."""

from __future__ import annotations

import math
import os
import socket
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from statistics import fmean, median
from typing import Any

from bench.fanout import SERVERS, Peer, nchan_conf
from bench.kring import Made, everybody, made, moment, serving
from bench.machine import BUILD, PEOPLE, cpu_us, free_port, memory_kib, running, waited_us
from bench.people import People, post, upgrade

ROUND = 15  # seconds in which all sockets were asked once whether they are there, and pages and rooms had their beat
NEW = 2  # acts that are not counted: templates are new to them


def next_phase(people: int, others: int = 0, times: int = 20, beside: bool = True) -> dict[str, Any]:
    """Next phase, and back, in a room, each from its POST to the last byte on the last screen; `beside`: nchan's bare
    fan-out of as many bytes to as many sockets, else without. `others`: as many rooms more are alive on the same server
    meanwhile, with all their sockets, and the acts go round them: each is timed on the screens of its own room."""
    rooms, all_of = [made(f"room{n}", people) for n in range(others + 1)], people + 1
    with serving(rooms) as (pid, port), everybody(rooms, port) as sockets:
        if sockets.opened["refused"] or sockets.opened["gone"]:
            raise RuntimeError(f"not everybody came in: {sockets.opened}")
        idle = idle_us(pid, ROUND if others else 3)
        found = []
        for which, verb in _round_of(others + 1, times):
            trigger = rooms[which].act(0, port, verb, at=moment(rooms[which], port))
            before, stood, began = cpu_us(pid), waited_us(pid), time.perf_counter()
            got = moved(sockets, trigger, all_of, which * all_of)
            used = cpu_us(pid) - before - idle * (time.perf_counter() - began)
            found.append(got | {"cpu_us": used, "stood_us": waited_us(pid) - stood})
    found = found[NEW:]
    each, last = round(median(one["bytes"] for one in found) / all_of), sorted(one["last_us"] for one in found)
    stood = sorted(one["stood_us"] for one in found)
    # The beat of many rooms costs as much as an act and meets few of them: there the mean tells, else the middle.
    cpu = (fmean if others else median)(one["cpu_us"] for one in found)
    bare = _nchan(all_of, each, min(times, 20)) if beside else math.nan
    return {
        "people": people, "others": others, "acts": times, "bytes_each": each, "p50_ms": median(last) / 1000,
        "p99_ms": last[int((len(last) - 1) * 0.99)] / 1000, "no_core_p50_ms": median(stood) / 1000,
        "no_core_p99_ms": stood[int((len(stood) - 1) * 0.99)] / 1000, "cpu_ms": cpu / 1000,
        "nchan_last_ms": bare / 1000, "ratio_to_nchan": median(last) / bare,
    }  # fmt: skip


def _round_of(rooms: int, times: int) -> Iterator[tuple[int, str]]:
    """Which room acts, and its verb; with many rooms they lie far apart, so that no neighbour was just drawn."""
    step = next(n for n in range(max(rooms * 3 // 8, 1), 2 * rooms) if math.gcd(n, rooms) == 1)
    for n in range(times + NEW):
        yield n * step % rooms, "back" if n // rooms % 2 else "next"


def moved(sockets: People, trigger: bytes, screens: int, since: int = 0) -> dict[str, Any]:
    """What the screens of a room got of an act; raises RuntimeError when one of them got nothing."""
    got = sockets.send(trigger, screens, since)
    if got["got"] < screens:
        raise RuntimeError(f"not every screen moved: {got}")
    return got


def idle_us(pid: int, seconds: float) -> float:
    """Microseconds of CPU per second while nobody acts."""
    before, began = cpu_us(pid), time.perf_counter()
    time.sleep(seconds)
    return (cpu_us(pid) - before) / (time.perf_counter() - began)


def _nchan(sockets: int, size: int, times: int) -> float:
    port = free_port()
    nchan_conf(port)
    peer = Peer("nchan", ["nginx", "-c", str(BUILD / "nchan.conf")])
    requests = [upgrade("/ws?room=0", port) for _ in range(sockets)]
    with running(peer.command, port), People(port, requests) as people:
        trigger = post("/pub?room=0", port, b"x" * size)
        return median(people.send(trigger, sockets)["last_us"] for _ in range(times + 1))


def votes(people: int = 1000, span_ms: int = 2000) -> dict[str, Any]:
    """A thousand people vote within two seconds, each on a connection of their own, with their screens open; beside it
    as many posts to a Starlette page that does nothing."""
    one = made("ro0m", people, "vote")
    with serving([one]) as (pid, port), everybody([one], port):
        requests = [
            one.act(who, port, "cast", rev="1", nth="1", **{f"dots-{one.cases[who % len(one.cases)]}": "3"})
            for who in range(1, people + 1)
        ]
        before = cpu_us(pid)
        spread = People(port, requests, "post", str(span_ms)).opened
        used = (cpu_us(pid) - before) / people
        again = [one.act(who, port, "cast", rev="2", nth="2") for who in range(1, people + 1)]
        burst = People(port, again, "post", "0").opened
    port = free_port()
    with running([sys.executable, str(SERVERS / "naive.py"), str(port)], port):
        empty = People(port, [post("/empty", port, b"x" * 200) for _ in range(people)], "post", "0").opened
    for found in (spread, burst, empty):
        if found["got"] < people or found["refused"]:
            raise RuntimeError(f"not everybody was answered: {found}")
    return {
        "people": people, "p50_ms": spread["p50_us"] / 1000, "p99_ms": spread["p99_us"] / 1000, "cpu_us_each": used,
        "per_s": people / burst["last_us"] * 1e6, "empty_post_per_s": people / empty["last_us"] * 1e6,
        "ratio_to_empty_post": empty["last_us"] / burst["last_us"],
    }  # fmt: skip


def storm(people: int = 2000) -> dict[str, Any]:
    """Everybody's socket at once, each with the whole state, beside nchan that replays one stored message of as many
    bytes."""
    one = made("ro0m", people)
    with serving([one]) as (pid, port):
        with everybody([one], port):
            pass  # as after a restart, but for templates and room, which are there
        before = cpu_us(pid)
        with everybody([one], port, "storm") as sockets:
            used, opened = (cpu_us(pid) - before) / people, sockets.opened
    each = round(opened["bytes"] / (people + 1))
    port = free_port()
    nchan_conf(port, "oldest")
    with running(["nginx", "-c", str(BUILD / "nchan.conf")], port):
        with People(port, [upgrade("/ws?room=0", port)]) as first:
            first.send(post("/pub?room=0", port, b"x" * each), 1)
        with People(port, [upgrade("/ws?room=0", port) for _ in range(people + 1)], "storm") as bare:
            replay = bare.opened
    if opened["refused"] or opened["gone"] or opened["got"] < people + 1:
        raise RuntimeError(f"not everybody came back: {opened}")
    return {
        "people": people, "bytes_each": each, "last_ms": opened["last_us"] / 1000, "cpu_us_each": used,
        "nchan_last_ms": replay["last_us"] / 1000, "ratio_to_nchan": opened["last_us"] / replay["last_us"],
    }  # fmt: skip


def memory(people: int = 5000) -> dict[str, Any]:
    """What a socket costs while nothing happens: the server's growth by so many in one room, and in rooms of eight."""
    found: dict[str, Any] = {"people": people}
    circles = people // 8
    shapes: dict[str, list[Made]] = {"one_room": [made("ro0m", people)]}
    shapes["circles"] = [made(f"c{n:04d}", 7) for n in range(circles)]
    for name, rooms in shapes.items():
        with serving(rooms) as (pid, port):
            everybody(rooms[:1], port).__exit__(None, None, None)
            before = memory_kib(pid)
            with everybody(rooms, port) as sockets:
                time.sleep(6)
                lines = sockets.opened["got"]
                found[f"kib_each_{name}"] = (memory_kib(pid) - before) / lines
    return found


def block(people: int = 5000, times: int = 6) -> dict[str, Any]:
    """How long a hall that changes phase keeps everybody else waiting: the slowest of the answers to somebody who asks
    for /healthz all the time meanwhile, beside the slowest while nothing happens."""
    one = made("ro0m", people)
    with serving([one]) as (pid, port), everybody([one], port) as sockets:
        sockets.send(one.act(0, port, "next", at=moment(one, port)), people + 1)
        with Asking(port) as asking:
            time.sleep(2)
            still = asking.slowest()
            waits = []
            for n in range(times):
                at = moment(one, port)
                asking.slowest()
                sockets.send(one.act(0, port, "next" if n % 2 else "back", at=at), people + 1)
                waits.append(asking.slowest())
    return {"people": people, "longest_ms": max(waits) * 1000, "p50_ms": median(waits) * 1000, "still_ms": still * 1000}


class Asking:
    """Somebody who asks for /healthz, again and again on one connection, from the people's core."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._ask = f"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
        self._worst, self._on = 0.0, True
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Asking:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._on = False
        self._thread.join()
        self._socket.close()

    def slowest(self) -> float:
        """Seconds of the slowest answer since this was asked last."""
        worst, self._worst = self._worst, 0.0
        return worst

    def _run(self) -> None:
        os.sched_setaffinity(0, {int(PEOPLE)})
        while self._on:
            began = time.perf_counter()
            self._socket.sendall(self._ask)
            self._socket.recv(4096)
            self._worst = max(self._worst, time.perf_counter() - began)
            time.sleep(0.0005)


def page() -> dict[str, Any]:
    """The first load of a seat's page on the real server: its HTML, as a browser asks for it, and how long it takes."""
    one = made("ro0m", 8)
    with serving([one]) as (_, port):
        url = f"http://127.0.0.1:{port}/r/{one.alias}"
        request = urllib.request.Request(url, headers={"Cookie": one.cookie(1), "Accept-Encoding": "br"})
        times, size = [], 0
        for _ in range(30):
            began = time.perf_counter()
            with urllib.request.urlopen(request) as answer:
                size = len(answer.read())
            times.append(time.perf_counter() - began)
    return {"bytes": size, "p50_ms": median(times[2:]) * 1000}
