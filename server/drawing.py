"""The circle's geometry as numbers for the templates; colours and turning are CSS."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from rooms.agendaview import ClockView, Line

INNER, OUTER = 148, 194  # of a hall: where its rows of dots lie
ROWS = (
    (2, 11.0, 17.0),
    (3, 9.0, 14.0),
    (4, 7.4, 11.4),
    (5, 6.2, 9.4),
    (6, 5.2, 7.8),
    (8, 3.8, 5.6),
)  # how many, a dot, from dot to dot
DOT = "0 .027 "  # one dot of a clock that stands, and the way to the next, as parts of the circle
GAP = 0.8  # between two lines of the agenda's bar, in percent


@dataclass(frozen=True, slots=True)
class Geometry:
    """Radii in a 400 wide drawing: seats at R, of radius r, a table of radius T; arcs as SVG paths."""

    R: float
    r: float
    T: float
    light: float
    back: str
    second: str


@cache
def geometry(n: int) -> Geometry:
    """The geometry for n chairs: as large as fits, never larger than for nine."""
    k = 0.68 * math.sin(math.pi / max(n, 2))
    radius = 196 / (1 + 1.5 * k)
    seat = k * radius
    if seat > 32 or n == 1:
        radius, seat = 148.0, 32.0
    stroke = max(0.16 * seat, 2.2)
    return Geometry(
        R=_short(radius),
        r=_short(seat),
        T=_short(radius - seat - 15),
        light=_short(2.9 * seat),
        back=_arc(radius, 1.36 * seat, 56),
        second=_arc(radius, 1.36 * seat + 1.75 * stroke, 30),
    )


@dataclass(frozen=True, slots=True)
class Rows:
    """The ring of a hall: rows of dots around a table of radius T, each a radius and how many; of a great many people
    one dot stands for several. `R` is where somebody's own chair is."""

    T: float
    R: float
    dot: float
    rows: tuple[tuple[float, int], ...]


@lru_cache(256)
def rows(n: int) -> Rows:
    """The rows for n people: as few as they fit in, and as even as can be."""
    radii, dot, most = next((found for found in map(_laid, ROWS) if found[2] >= n), _laid(ROWS[-1]))
    around = sum(radii)
    shown = [max(round(min(n, most) * r / around), 1) for r in radii]
    return Rows(T=118, R=148, dot=dot, rows=tuple((_short(r), one) for r, one in zip(radii, shown, strict=True)))


def _laid(row: tuple[int, float, float]) -> tuple[list[float], float, int]:
    """So many rows: their radii, their dots' size, and how many dots there is room for."""
    count, dot, near = row
    radii = [INNER + i * (OUTER - INNER) / (count - 1) for i in range(count)]
    return radii, dot, sum(int(math.tau * r / near) for r in radii)


def _short(number: float) -> float:
    """A number as it is written in a drawing: it stands there many times."""
    short = round(number, 1)
    return int(short) if short.is_integer() else short


def arc(clock: ClockView) -> str:
    """The dash pattern of a circle of length 1 that shows the time left: a line, or dots while the clock stands."""
    part = _part(clock)
    if clock.state == "run":
        return f"{part:.4f} {1 - part:.4f}" if part < 1 else "1 0"
    return DOT * (round(part / 0.027) - 1) + "0 1"


def turn(clock: ClockView) -> str:
    """The angle in degrees at which the time left begins: emptiness grows clockwise from the top."""
    return f"{270 - 360 * _part(clock):.2f}"


def side(i: int, n: int) -> str:
    """The class of a name beside a shared ring, whose first chair is at the top: right, left, or neither."""
    across = math.sin(2 * math.pi * i / n)
    return " r" if across > 0.3 else " l" if across < -0.3 else ""


def strip(agenda: Iterable[Line]) -> list[tuple[float, float, Line]]:
    """The agenda as one bar: where each line begins and how wide it is, in percent, as wide as its minutes."""
    lines = list(agenda)
    total, begin, found = sum(line.minutes for line in lines) or 1, 0.0, []
    for line in lines:
        wide = 100 * line.minutes / total
        found.append((round(begin, 2), round(max(wide - GAP, GAP), 2), line))
        begin += wide
    return found


def offset(minutes: int) -> str:
    """Minutes since the beginning as a clock shows them: 85 is 1:25."""
    return f"{minutes // 60}:{minutes % 60:02d}"


def _part(clock: ClockView) -> float:
    return min(max(clock.left_s / clock.total_s, 0.0), 1.0) if clock.total_s else 0.0


def _arc(distance: float, radius: float, degrees: float) -> str:
    """An arc around the seat at (distance, 0), facing outward."""
    a = math.radians(degrees)
    x, y = distance + radius * math.cos(a), radius * math.sin(a)
    return f"M{x:.1f} {-y:.1f}A{radius:.1f} {radius:.1f} 0 0 1 {x:.1f} {y:.1f}"


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a ring of length 1: where it lies, and where its name stands in a drawing 400 wide."""

    dash: str
    turn: str
    x: float
    y: float
    anchor: str


def slices(sizes: tuple[int, ...]) -> list[Slice]:
    """A ring cut in parts as large as these, clockwise from the top, with a gap between two."""
    total, at, found = sum(sizes), 0.0, []
    for size in sizes:
        part = size / total
        middle = math.radians(360 * (at + part / 2) - 90)
        anchor = "middle" if abs(math.cos(middle)) < 0.3 else "start" if math.cos(middle) > 0 else "end"
        gap = 0.01 if len(sizes) > 1 else 0.0
        found.append(
            Slice(
                f"{max(part - gap, 0.002):.4f} 1",
                f"{360 * (at + gap / 2) - 90:.2f}",
                round(140 * math.cos(middle), 1),
                round(140 * math.sin(middle) + 5, 1),
                anchor,
            )
        )
        at += part
    return found
