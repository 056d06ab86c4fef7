"""Plots of what was measured: SVG that follows its reader's light or dark. The table beside each says the same."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape

WIDE = 760
STYLE = """
.ground { fill: #fff } text { font: 13px system-ui, sans-serif; fill: #222 }
.title { font-weight: 600; font-size: 15px }
.small { font-size: 12px; fill: #595959 } .own { font-weight: 600 } .grid { stroke: #e3e3e3 } .edge { stroke: #8a8a8a }
.a { stroke: #8c2f6b; fill: #8c2f6b } .b { stroke: #1f6f8b; fill: #1f6f8b } .c { stroke: #6b6b6b; fill: #6b6b6b }
.line { fill: none; stroke-width: 2 } .fit { fill: none; stroke-dasharray: 5 4 }
.range { stroke-width: 3; opacity: .35 }
@media (prefers-color-scheme: dark) {
 .ground { fill: #16181b } text { fill: #e6e6e6 } .small { fill: #a8a8a8 } .grid { stroke: #303338 }
 .edge { stroke: #7d8288 } .a { stroke: #e28fc2; fill: #e28fc2 } .b { stroke: #6fc3df; fill: #6fc3df }
 .c { stroke: #a3a3a3; fill: #a3a3a3 } .line, .fit { fill: none }
}
"""


@dataclass(frozen=True)
class Dot:
    """One measured value, with the lowest and the highest of its rounds where they are known; `own` is Kring's. A
    lowest that is not positive, as a difference may come out, lies off the scale: the bar begins at its edge."""

    name: str
    value: float
    low: float = 0
    high: float = 0
    own: bool = False


@dataclass(frozen=True)
class Series:
    """Points (x, y), from small to large x; `look` is a (Kring), b or c; `fit`: a line that nobody measured."""

    name: str
    points: Sequence[tuple[float, float]]
    look: str = "a"
    fit: bool = False


@dataclass(frozen=True)
class Scale:
    """From values to places, each power of ten as wide as any other."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Where a value lies."""
        share = (math.log(value) - math.log(self.low)) / (math.log(self.high) - math.log(self.low))
        return self.start + share * (self.end - self.start)

    def ticks(self) -> list[float]:
        """Round values: as few as tell the scale."""
        marks = (1, 2, 5) if self.high / self.low < 1000 else (1,)
        powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        found = [mark * 10.0**power for power in powers for mark in marks]
        return [value for value in found if self.low <= value * 1.0001 and value <= self.high * 1.0001]


def scale(values: Sequence[float], start: float, end: float) -> Scale:
    """One that holds all values, with some room at both sides."""
    low, high = min(values), max(values)
    return Scale(low / 1.25, high * 1.25, start, end)


def number(value: float) -> str:
    """As people write it: three figures that count."""
    if value >= 100:
        return f"{round(value, 2 - math.floor(math.log10(value))):,.0f}"
    return f"{value:.3g}"


@dataclass
class Picture:
    """An SVG that is being drawn."""

    title: str
    says: str
    height: float
    parts: list[str] = field(default_factory=list)

    def text(self, x: float, y: float, said: str, kind: str = "", anchor: str = "start") -> None:
        """Words; y is their base."""
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">{escape(said)}</text>')

    def line(self, x1: float, y1: float, x2: float, y2: float, kind: str) -> None:
        """A straight one."""
        self.parts.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>')

    def path(self, points: Sequence[tuple[float, float]], kind: str) -> None:
        """A line through points."""
        along = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.parts.append(f'<polyline points="{along}" class="{kind}"/>')

    def mark(self, x: float, y: float, look: str) -> None:
        """A point; its shape tells what its colour tells."""
        shapes = {
            "a": f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" class="a"/>',
            "b": f'<rect x="{x - 4.5:.1f}" y="{y - 4.5:.1f}" width="9" height="9" class="b"/>',
            "c": f'<path d="M{x:.1f} {y - 6:.1f}l6 6-6 6-6-6z" class="c"/>',
        }
        self.parts.append(shapes[look])

    def svg(self) -> str:
        """The whole."""
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {self.height:g}" width="{WIDE}" '
            f'height="{self.height:g}" role="img" aria-labelledby="t d">'
        )
        named = f'<title id="t">{escape(self.title)}</title><desc id="d">{escape(self.says)}</desc>'
        ground = f'<rect width="{WIDE}" height="{self.height:g}" class="ground"/>'
        return "\n".join([head, named, f"<style>{STYLE}</style>", ground, *self.parts, "</svg>"]) + "\n"


def dots(title: str, axis: str, groups: Sequence[tuple[str, Sequence[Dot]]]) -> str:
    """Values by name, group under group, all on one scale; a bar shows how far the rounds lie apart."""
    row, head, left, right = 22, 34, 190, 90
    height = 46 + sum(head + row * len(group) for _, group in groups) + 44
    picture = Picture(title, f"{axis}, on a logarithmic scale.", height)
    picture.text(16, 26, title, "title")
    along = scale(
        [v for _, group in groups for d in group for v in (d.value, d.low, d.high) if v > 0], left, WIDE - right
    )
    for value in along.ticks():
        picture.line(along.at(value), 42, along.at(value), height - 40, "grid")
        picture.text(along.at(value), height - 24, number(value), "small", "middle")
    picture.text((along.start + along.end) / 2, height - 7, axis, "small", "middle")
    y = 46.0
    for name, group in groups:
        picture.text(16, y + 20, name, "own")
        y += head
        for dot in group:
            _dot(picture, along, dot, y + row / 2)
            y += row
    return picture.svg()


def _dot(picture: Picture, along: Scale, dot: Dot, y: float) -> None:
    look = "a" if dot.own else "c"
    picture.text(along.start - 12, y + 4, dot.name, "own" if dot.own else "", "end")
    if dot.high > dot.low:
        picture.line(along.at(max(dot.low, along.low)), y, along.at(dot.high), y, f"{look} range")
    picture.mark(along.at(dot.value), y, look)
    picture.text(along.at(max(dot.value, dot.high)) + 12, y + 4, number(dot.value), "own" if dot.own else "small")


@dataclass(frozen=True)
class Panel:
    """One field with lines in it."""

    title: str
    across: str
    up: str
    lines: Sequence[Series]


def curves(title: str, panels: Sequence[Panel]) -> str:
    """Lines on logarithmic scales, panels side by side; each line is named at its end."""
    height, gap = 400.0, 24
    wide = (WIDE - gap * (len(panels) + 1)) / len(panels)
    picture = Picture(title, "; ".join(f"{p.up} against {p.across}" for p in panels) + ".", height)
    picture.text(16, 26, title, "title")
    for n, panel in enumerate(panels):
        _panel(picture, panel, gap + n * (wide + gap), wide, height)
    return picture.svg()


def _panel(picture: Picture, panel: Panel, left: float, wide: float, height: float) -> None:
    points = [point for line in panel.lines for point in line.points]
    named = 12 + 6.6 * max(len(line.name) for line in panel.lines)
    across = scale([x for x, _ in points], left + 52, left + wide - named)
    up = scale([y for _, y in points], height - 54, 76)
    picture.text(left, 50, panel.title, "own")
    picture.text(left, 67, panel.up, "small")
    for value in up.ticks():
        picture.line(across.start, up.at(value), across.end, up.at(value), "grid")
        picture.text(across.start - 8, up.at(value) + 4, number(value), "small", "end")
    for x in sorted({x for line in panel.lines if not line.fit for x, _ in line.points}):
        picture.line(across.at(x), up.start, across.at(x), up.start + 5, "edge")
        picture.text(across.at(x), up.start + 19, number(x), "small", "middle")
    picture.line(across.start, up.start, across.end, up.start, "edge")
    picture.text((across.start + across.end) / 2, up.start + 39, panel.across, "small", "middle")
    _lines(picture, panel, across.at, up.at)


def _lines(picture: Picture, panel: Panel, across: Callable[[float], float], up: Callable[[float], float]) -> None:
    ends = _apart([up(line.points[-1][1]) for line in panel.lines])
    for line, y in zip(panel.lines, ends, strict=True):
        at = [(across(x), up(value)) for x, value in line.points]
        picture.path(at, f"{line.look} {'fit' if line.fit else 'line'}")
        for x, value in [] if line.fit else at:
            picture.mark(x, value, line.look)
        picture.text(at[-1][0] + 12, y + 4, line.name, "small" if line.fit else "own" if line.look == "a" else "")


def _apart(places: Sequence[float], gap: float = 17) -> Iterator[float]:
    """The same places, moved down as far as words there would overlap."""
    moved: dict[int, float] = {}
    for n in sorted(range(len(places)), key=places.__getitem__):
        moved[n] = max(places[n], max(moved.values(), default=-gap) + gap)
    return (moved[n] for n in range(len(places)))
