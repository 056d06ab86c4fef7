"""From rounds to figures, and from figures to docs/bench.md."""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import median
from typing import Any

from bench import pictures
from bench.machine import ROOT

PAGE = ROOT / "docs/bench.md"
KEYS = ("cpu_us_per_delivery", "p50_us", "p99_us", "last_us")


def middle(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    """The middle of every number over the rounds, and under `spread` the lowest and the highest of each."""
    found = {key: median(one[key] for one in rounds) for key in rounds[0]}
    moving = [key for key in found if len({one[key] for one in rounds}) > 1]
    return found | {
        "spread": {key: [min(one[key] for one in rounds), max(one[key] for one in rounds)] for key in moving}
    }


def settled(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row per server from the rows of all rounds, in the order in which they were taken: with its ratios to nchan
    and to the floor, each formed within its own round."""
    names = list(dict.fromkeys(row["server"] for row in rows))
    by_name = {name: [row for row in rows if row["server"] == name] for name in names}
    out = []
    for name, mine in by_name.items():
        row = middle([{k: v for k, v in one.items() if k != "server"} for one in mine])
        for other in ("nchan", "floor"):
            if other in by_name:
                pairs = zip(mine, by_name[other], strict=True)
                ratios = [a["cpu_us_per_delivery"] / b["cpu_us_per_delivery"] for a, b in pairs]
                row[f"ratio_to_{other}"] = median(ratios)
                row["spread"][f"ratio_to_{other}"] = [min(ratios), max(ratios)]
        out.append({"server": name, **row})
    return out


def exponent(sizes: list[int], costs: list[float]) -> float:
    """The b of cost = a * size ** b that lies closest to all points, by least squares on logarithms."""
    xs, ys = [math.log(n) for n in sizes], [math.log(c) for c in costs]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum((a - x) ** 2 for a in xs)


def write(kept: dict[str, Any]) -> None:
    """docs/bench.md and its pictures from what was measured."""
    PAGE.write_text(page(kept))
    pictures.write(kept)


def page(kept: dict[str, Any]) -> str:
    """The page; a part that was not measured is not there, and the table of what was to be reached says so."""
    drawn = pictures.pictures(kept)
    parts = [_head(kept), _reached(kept)]
    for name, (says, table) in SECTIONS.items():
        if name in kept:
            parts.append(table(kept[name]))
        if name in drawn:
            parts.append(pictures.shown(name, says))
    return "\n".join(parts)


def _head(kept: dict[str, Any]) -> str:
    machine = next(iter(kept["measured"].values()))
    commits = sorted({one["commit"] for one in kept["measured"].values()})
    versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items() if number != "-")
    return f"""# Speed

Made by `make bench` from `bench/results.json`; nobody types figures here. What is compared was measured in turns in one
run, the server on one core and the people on the other; ratios are formed within a round, and the middle of the rounds
stands here, with the lowest and highest in brackets. Absolute times belong to this machine and its other tenants: a
ratio says more.

{machine["cpu"]}, {machine["cores"]} cores, {machine["system"]}, Python {machine["python"]}. {versions}. Commits
measured: {", ".join(commits)}.
"""


def _reached(kept: dict[str, Any]) -> str:
    rows = [
        "| what | must | aim | reached | |",
        "| --- | --- | --- | --- | --- |",
        *(_line(kept, *target) for target in TARGETS),
    ]
    return "## What was to be reached\n\n" + "\n".join(rows) + "\n\n" + WHY + "\n"


def _line(kept: dict[str, Any], what: str, must: float, aim: float, unit: str, where: str, most: bool = True) -> str:
    got = _find(kept, where)
    if got is None:
        return f"| {what} | {must:g}{unit} | {aim:g}{unit} | not measured | |"

    def holds(limit: float) -> bool:
        return got <= limit if most else got >= limit

    verdict = "aim" if holds(aim) else "must" if holds(must) else "**missed**"
    return f"| {what} | {must:g}{unit} | {aim:g}{unit} | {got:.3g}{unit} | {verdict} |"


def _find(kept: dict[str, Any], where: str) -> float | None:
    part, _, key = where.rpartition(".")
    name, _, which = part.partition("[")
    found = kept.get(name)
    if isinstance(found, list):
        wanted = dict(pair.split("=") for pair in which.rstrip("]").split(","))
        found = next((row for row in found if all(str(row.get(k)) == v for k, v in wanted.items())), None)
    return found.get(key) if isinstance(found, dict) else None


WHY = "Why what was missed was missed: [where the time goes](profiles.md)."
ONE = "fanout[server=kring,receivers=1000,rooms=1]"
TARGETS: tuple[tuple[Any, ...], ...] = (
    ("frames to 1,000: CPU per delivery, of nchan's", 0.95, 0.85, " x", f"{ONE}.ratio_to_nchan"),
    ("the same, of the floor's", 1.4, 1.25, " x", f"{ONE}.ratio_to_floor"),
    ("frames to 100 rooms of 8, of nchan's", 1.15, 1.0, " x",
     "fanout[server=kring,receivers=8,rooms=100].ratio_to_nchan"),
    ("next phase in a room of 1,000, to the last screen, of nchan's bare fan-out", 3.5, 2.5, " x",
     "act[people=1000,others=0].ratio_to_nchan"),
    ("next phase in a room of 8: CPU", 0.8, 0.5, " ms", "act[people=8,others=0].cpu_ms"),
    ("the same with 500 such rooms: p99", 25, 15, " ms", "act[people=8,others=500].p99_ms"),
    ("longest wait of others while a hall of 5,000 changes phase", 10, 5, " ms", "loop.longest_ms"),
    ("1,000 votes within two seconds: p99", 250, 150, " ms", "votes.p99_ms"),
    ("votes per second, of an empty Starlette POST", 0.5, 0.7, " x", "votes.ratio_to_empty_post", False),
    ("storage layer: acknowledged verbs per second", 60_000, 100_000, "", "store.verbs_per_s", False),
    ("2,000 come back at once, of nchan's replay", 6, 3, " x", "storm.ratio_to_nchan"),
    ("memory per idle socket, one room", 24, 15, " KiB", "memory.kib_each_one_room"),
    ("growth of cost with seats: exponent", 1.1, 1.05, "", "growth.exponent_seats"),
    ("growth of cost with rooms: exponent", 1.1, 1.05, "", "growth.exponent_rooms"),
    ("a hint from process to process through Redis: p99", 1000, 500, " us", "hop.p99_us"),
    ("two workers against one, the people on one of their two cores: votes per second", 1.6, 1.8, " x",
     "processes.scaling", False),
    ("the same by CPU per vote: what two whole cores would bear", 1.6, 1.8, " x", "processes.scaling_by_cpu", False),
)  # fmt: skip


def _fanout(rows: list[dict[str, Any]]) -> str:
    out = [
        "## Frames to a room",
        "",
        "1.5 kB to everybody in a room; for many small rooms the request itself is taken off.",
        "",
    ]
    out += [
        "| room | server | CPU per delivery, us | p50, ms | last, ms | of nchan | of the floor |",
        "| --- " * 7 + "|",
    ]
    for row in rows:
        low, high = row["spread"].get("ratio_to_nchan", [1, 1])
        shape = f"{row['rooms']} x {row['receivers']}" if row["rooms"] > 1 else f"{row['receivers']}"
        out.append(
            f"| {shape} | {row['server']} | {row['cpu_us_per_delivery']:.1f} | {row['p50_us'] / 1000:.1f} | "
            f"{row['last_us'] / 1000:.1f} | {row.get('ratio_to_nchan', 1):.2f} ({low:.2f}-{high:.2f}) | "
            f"{row.get('ratio_to_floor', 1):.2f} |"
        )
    return "\n".join(out) + "\n"


def _act(rows: list[dict[str, Any]]) -> str:
    out = [
        "## Next phase, from the tap to the last screen", "",
        "`no core`: how long threads of the server that could run waited for its core, behind each other (a few "
        "milliseconds) or behind other tenants of the machine; where that p99 is large, the p99 beside it is theirs.",
        "",
    ]  # fmt: skip
    out += [
        "| people | other rooms | p50, ms | p99, ms | no core, p50 / p99, ms | CPU, ms | bytes each | "
        "of nchan's bare fan-out |",
        "| --- " * 8 + "|",
    ]
    out += [
        f"| {row['people']:g} | {row['others']:g} | {row['p50_ms']:.1f} | {row['p99_ms']:.1f} | {_no_core(row)} | "
        f"{row['cpu_ms']:.2f} | {row['bytes_each']:g} | {row['ratio_to_nchan']:.1f} x |"
        for row in rows
    ]
    return "\n".join(out) + "\n"


def _no_core(row: dict[str, Any]) -> str:
    found = [row.get(f"no_core_{which}_ms") for which in ("p50", "p99")]
    return "-" if None in found else " / ".join(f"{value:.1f}" for value in found)


def _processes(row: dict[str, Any]) -> str:
    low, high = row["spread"].get("scaling", [row["scaling"]] * 2)
    return f"""## Two workers against one

Everybody in {row["circles"]:g} circles of eight votes at once, with all screens open, on SQLite. One process had a
core, the people the other. Two workers had both, with Redis, and the people, who gave way to them, took what they
needed of the second core: what two cores bear without them is told by the CPU of a vote, Redis among it.

| | votes per second | CPU of a vote, us |
| --- | --- | --- |
| one process | {row["per_s_one"]:.0f} | {row["cpu_us_one"]:.0f} |
| two workers | {row["per_s_two"]:.0f} | {row["cpu_us_two"]:.0f}, and {row["redis_us_two"]:.0f} of Redis |
| the two, of the one | {row["scaling"]:.2f} x ({low:.2f}-{high:.2f}) | {row["scaling_by_cpu"]:.2f} x |

The busier of the two workers did {100 * row["busier_of_two"]:.0f} % of it.
"""


def _votes(found: dict[str, Any]) -> str:
    return f"""## Votes

| {found["people"]:g} people, each on a connection of their own | per second | p50, ms | p99, ms |
| --- | --- | --- | --- |
| Kring, within two seconds | | {found["p50_ms"]:.0f} | {found["p99_ms"]:.0f} |
| Kring, at once | {found["per_s"]:,.0f} | | |
| a Starlette page that does nothing, at once | {found["empty_post_per_s"]:,.0f} | | |
"""


def _store(found: dict[str, Any]) -> str:
    """Results of before bare SQLite was beside it have no such rows."""
    rows = [
        f"| {name} | {found[f'{key}per_s']:,.0f} | {found[f'{to}p50_ms']:.2f} | {found[f'{to}p99_ms']:.2f} |"
        for name, key, to in (
            ("Kring's store, all in one sealed room", "verbs_", ""),
            ("SQLite, a row per vote in clear, commits shared", "rows_", "rows_"),
            ("SQLite, a row per vote in clear, one commit each", "each_", "each_"),
        )
        if f"{key}per_s" in found
    ]
    lone = found.get("alone_p50_ms")
    return "\n".join([
        "## The storage layer alone", "",
        f"{found['people']:g} voters, each waits until a vote is durable and votes again; `journal_mode=TRUNCATE`, "
        "`synchronous=FULL`, `secure_delete=ON` everywhere.", "",
        "| | votes per second | p50, ms | p99, ms |", "| --- | --- | --- | --- |", *rows,
        *([f"| one person alone, in Kring's | | {lone:.2f} | {found['alone_p99_ms']:.2f} |"] if lone else []), "",
    ])  # fmt: skip


def _growth(found: dict[str, Any]) -> str:
    out = [
        "## How cost grows", "",
        "CPU of a phase change; what the server does when nobody acts (sockets that say they are there, the beat of "
        "the rooms) is taken off and stands apart. The exponent is that of the whole cost: of one act for all its "
        "people, and of one act in each of the rooms; 1 is in proportion. What is fixed flatters it: the steepest "
        "between two neighbours stands beside it.", "",
        "| people in one room | CPU, ms | per person, us |", "| --- | --- | --- |",
        *(f"| {n} | {cost:.2f} | {cost / int(n) * 1000:.0f} |" for n, cost in found["seats"].items()), "",
        f"Exponent {found['exponent_seats']:.2f}, at its steepest {found['steepest_seats']:.2f}.", "",
        "| rooms of 8 alive, all with their sockets | CPU per act, ms | CPU of a second without acts, ms |",
        "| --- | --- | --- |",
        *(f"| {n} | {cost:.2f} | {found['idle_ms_per_s'][n]:.1f} |" for n, cost in found["rooms"].items()), "",
        f"Exponent {found['exponent_rooms']:.2f}, at its steepest {found['steepest_rooms']:.2f}; of the seconds "
        f"without acts {found['exponent_idle']:.2f}.", "",
    ]  # fmt: skip
    return "\n".join(out)


def _compress(rows: list[dict[str, Any]]) -> str:
    out = [
        "## If frames were compressed",
        "",
        "Kring does not ([architecture.md](architecture.md), pushsocket). Real frames, compressed once for all who get "
        "them (window of 4 kB, memory level 5, no context kept). `from`: the number of sockets from which to compress "
        "takes less of the server's CPU than to send what it saves.",
        "",
        "| frame | bytes | compressed | to compress, us | to send, us | to send compressed, us | from |",
        "| --- " * 7 + "|",
    ]
    out += [
        f"| {row['frame']} | {row['bytes']:,} | {row['deflated']:,} | {row['deflate_us']:.0f} | {row['send_us']:.1f} | "
        f"{row['send_deflated_us']:.1f} | {'never' if row['breaks_even'] < 0 else format(row['breaks_even'], '.0f')} |"
        for row in rows
    ]
    return "\n".join(out) + "\n"


SECTIONS: dict[str, tuple[str, Callable[[Any], str]]] = {
    "fanout": ("CPU per delivery, by server and size of room", _fanout),
    "act": ("A phase change against the number of people", _act),
    "growth": ("CPU against people and against rooms, with the fitted exponents", _growth),
    "store": ("", _store),
    "votes": ("Votes per second: Kring, an empty POST, its store, and bare SQLite", _votes),
    "processes": ("", _processes),
    "compress": ("", _compress),
}
