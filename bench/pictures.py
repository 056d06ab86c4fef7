"""Which pictures the page has: from results to plots."""

from __future__ import annotations

import math
from typing import Any

from bench.machine import ROOT
from bench.plots import Dot, Panel, Series, curves, dots

FOLDER = ROOT / "docs/pictures"
Row = dict[str, Any]


def pictures(kept: dict[str, Any]) -> dict[str, str]:
    """The SVG of every plot for which there is something, by its name."""
    drawn = {"fanout": _fanout(kept), "act": _act(kept), "growth": _growth(kept), "votes": _votes(kept)}
    return {name: svg for name, svg in drawn.items() if svg}


def write(kept: dict[str, Any]) -> None:
    """docs/pictures/bench-*.svg; one for which there is nothing any more goes."""
    for old in FOLDER.glob("bench-*.svg"):
        old.unlink()
    for name, svg in pictures(kept).items():
        (FOLDER / f"bench-{name}.svg").write_text(svg)


def shown(name: str, says: str) -> str:
    """The lines of the page that show a picture."""
    return f"![{says}](pictures/bench-{name}.svg)\n"


def _fanout(kept: dict[str, Any]) -> str:
    shapes: dict[str, list[Dot]] = {}
    for row in sorted(kept.get("fanout", []), key=lambda row: (-row["rooms"], row["receivers"])):
        many = row["rooms"] > 1
        name = f"{row['rooms']} rooms of {row['receivers']}" if many else f"one room of {row['receivers']:,}"
        shapes.setdefault(name, []).append(_dot(row["server"], row, "cpu_us_per_delivery", row["server"] == "kring"))
    title = "1.5 kB to everybody in a room: CPU of the server per delivery"
    axis = "microseconds; the bar reaches from the lowest to the highest round"
    return dots(title, axis, [*shapes.items()]) if shapes else ""


def _dot(name: str, row: Row, key: str, own: bool) -> Dot:
    low, high = row.get("spread", {}).get(key, (0, 0))
    return Dot(name, row[key], low, high, own)


def _act(kept: dict[str, Any]) -> str:
    rows = sorted((row for row in kept.get("act", []) if not row["others"]), key=lambda row: row["people"])
    if len(rows) < 2:
        return ""

    def line(name: str, key: str, look: str) -> Series:
        return Series(name, [(row["people"], row[key]) for row in rows], look)

    lines = [
        line("to the last screen", "p50_ms", "a"), line("CPU of the server", "cpu_ms", "b"),
        line("nchan, only the bytes", "nchan_last_ms", "c"),
    ]  # fmt: skip
    panel = Panel("", "people in the room", "milliseconds", lines)
    return curves("Next phase, from the tap to the last screen", [panel])


def _growth(kept: dict[str, Any]) -> str:
    found = kept.get("growth")
    if not found:
        return ""
    seats = _grown("A phase change in one room", "people in the room", found["seats"], found["exponent_seats"])
    whole = {number: cost * int(number) for number, cost in found["rooms"].items()}
    rooms = _grown("One in each of the rooms", "rooms of eight alive", whole, found["exponent_rooms"])
    return curves("How cost grows", [seats, rooms])


def _grown(title: str, across: str, costs: dict[str, float], exponent: float) -> Panel:
    points = [(float(number), cost) for number, cost in costs.items()]
    middle = [math.exp(sum(math.log(p[n]) for p in points) / len(points)) for n in (0, 1)]
    fitted = [(x, middle[1] * (x / middle[0]) ** exponent) for x, _ in (points[0], points[-1])]
    even = [(x, points[0][1] * x / points[0][0]) for x, _ in (points[0], points[-1])]
    return Panel(
        title, across, "milliseconds of CPU",
        [
            Series("measured", points), Series(f"fit: {exponent:.2f}", fitted, "a", fit=True),
            Series("in proportion: 1", even, "c", fit=True),
        ],
    )  # fmt: skip


def _votes(kept: dict[str, Any]) -> str:
    groups = []
    if votes := kept.get("votes"):
        groups.append((
            "1,000 people post at once, each answer counts",
            [_dot("Kring, durable", votes, "per_s", True),
             _dot("empty Starlette POST", votes, "empty_post_per_s", False)],
        ))  # fmt: skip
    if (found := kept.get("store")) and "rows_per_s" in found:
        groups.append((
            "the storage layer alone, 1,000 voters who wait",
            [_dot("Kring's sealed room", found, "verbs_per_s", True),
             _dot("SQLite, shared commits", found, "rows_per_s", False),
             _dot("SQLite, one commit each", found, "each_per_s", False)],
        ))  # fmt: skip
    return dots("Votes that are acknowledged", "per second", groups) if groups else ""
