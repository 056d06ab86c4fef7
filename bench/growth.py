"""How the cost of a phase change grows: with the people of its room, and with the rooms that are alive."""

from __future__ import annotations

import time
from itertools import pairwise
from statistics import median
from typing import Any

from bench import report
from bench.acts import ROUND, idle_us, moved, next_phase
from bench.kring import Made, everybody, made, moment, serving
from bench.machine import cpu_us
from bench.people import People

SEATS, ROOMS = [8, 30, 100, 300, 1000], [10, 50, 200, 500]
QUIET = 20  # ms: a room of eight has all of it by then, and what comes later still counts
SAMPLE = 100  # rooms that act in one pass; of more, one in so many


def growth(rounds: int, quick: bool) -> dict[str, Any]:
    """CPU per act (ms) by seats and by rooms; with rooms also what a second costs in which nobody acts. The exponents
    are of the whole cost: of one act for all seats, and of one act in each of the rooms. `steepest` is the exponent
    between the two neighbours that lie worst: what is fixed flatters the line through all of them."""
    seats, rooms = ([8, 100], [10, 30]) if quick else (SEATS, ROOMS)
    by_seats = _by_seats(seats, rounds)
    by_rooms = {number: _by_rooms(number, rounds) for number in rooms}
    whole = [act * number for number, (act, _) in by_rooms.items()]
    return {
        "seats": {str(n): cost for n, cost in zip(seats, by_seats, strict=True)},
        "rooms": {str(n): act for n, (act, _) in by_rooms.items()},
        "idle_ms_per_s": {str(n): idle for n, (_, idle) in by_rooms.items()},
        "exponent_seats": report.exponent(seats, by_seats),
        "exponent_rooms": report.exponent(rooms, whole),
        "exponent_idle": report.exponent(rooms, [idle for _, idle in by_rooms.values()]),
        "steepest_seats": steepest(seats, by_seats),
        "steepest_rooms": steepest(rooms, whole),
    }


def steepest(sizes: list[int], costs: list[float]) -> float:
    """The largest exponent between two neighbouring sizes."""
    return max(report.exponent(list(n), list(cost)) for n, cost in zip(pairwise(sizes), pairwise(costs), strict=True))


def _by_seats(sizes: list[int], rounds: int) -> list[float]:
    """The sizes in turns: a machine that slows down does so for all of them."""
    found = [[next_phase(n, times=8, beside=False)["cpu_ms"] for n in sizes] for _ in range(rounds)]
    return [median(costs) for costs in zip(*found, strict=True)]


def _by_rooms(number: int, passes: int) -> tuple[float, float]:
    """CPU of an act (ms) in one of so many rooms of eight, all with their sockets, and of a second without acts."""
    rooms = [made(f"room{n}", 8) for n in range(number)]
    acting = list(range(0, number, max(number // SAMPLE, 1)))
    found, idle = [], 0.0
    with serving(rooms) as (pid, port), everybody(rooms, port, quiet=QUIET) as sockets:
        for n in range(passes + 1):
            used = _pass(rooms, acting, "back" if n % 2 else "next", sockets, (pid, port), idle)
            if n:
                found.append(used)
            else:  # templates and rooms were new
                idle = idle_us(pid, ROUND)
    return median(found) / 1000, idle / 1000


def _pass(
    rooms: list[Made], acting: list[int], verb: str, sockets: People, server: tuple[int, int], idle: float
) -> float:
    """Microseconds of CPU per act: one in each of the rooms that act, without what passes anyway."""
    pid, port = server
    triggers = [rooms[which].act(0, port, verb, at=moment(rooms[which], port)) for which in acting]
    before, began = cpu_us(pid), time.perf_counter()
    for which, trigger in zip(acting, triggers, strict=True):
        moved(sockets, trigger, 9, which * 9)
    return (cpu_us(pid) - before - idle * (time.perf_counter() - began)) / len(acting)
