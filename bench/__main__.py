"""`make bench`: everything that is measured, side by side in one run; writes bench/results.json and docs/bench.md.

    python -m bench                    all of it, five rounds: about half an hour
    python -m bench --only act,votes   some parts; the others stay as they are in results.json
    python -m bench --quick            one round and small rooms: whether it works, no figures to keep

The server has one core and the people the other. What is compared is taken in turns within a round, a ratio is formed
within its round, and the middle of the rounds is what counts, with the lowest and the highest beside it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from typing import Any

from bench import acts, deflate, fanout, growth, report, storage, wide
from bench.machine import HERE, described

RESULTS = HERE / "results.json"


def main() -> None:
    """Measures, keeps, and writes the page."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", default="", help="parts, with commas: " + ", ".join(PARTS))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--page", action="store_true", help="only write docs/bench.md from results.json")
    chosen = parser.parse_args()
    kept = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    if not chosen.page:
        machine = described()
        for name in chosen.only.split(",") if chosen.only else PARTS:
            print(f"bench: {name}", flush=True)
            kept[name] = PARTS[name](1 if chosen.quick else chosen.rounds, chosen.quick)
            kept.setdefault("measured", {})[name] = machine
            print(json.dumps(kept[name]), flush=True)
            if not chosen.quick:
                RESULTS.write_text(json.dumps(kept, indent=1) + "\n")
    if not chosen.quick:
        report.write(kept)


def _fanout(rounds: int, quick: bool) -> list[dict[str, Any]]:
    shapes = [(100, 1, 20)] if quick else [(1000, 1, 10), (5000, 1, 4), (100, 1, 40), (8, 100, 400)]
    return [row for shape in shapes for row in report.settled(fanout.measure(shape[0], shape[1], rounds, shape[2]))]


def _act(rounds: int, quick: bool) -> list[dict[str, Any]]:
    shapes = [(8, 0)] if quick else [(8, 0), (8, 500, 200), (30, 0), (100, 0), (1000, 0, 8), (5000, 0, 4)]
    return [report.middle([acts.next_phase(*shape) for _ in range(rounds)]) for shape in shapes]


def _several(measure: Callable[..., dict[str, Any]], small: int) -> Callable[[int, bool], dict[str, Any]]:
    return lambda rounds, quick: report.middle([measure(*([small] if quick else [])) for _ in range(rounds)])


PARTS: dict[str, Callable[[int, bool], Any]] = {
    "fanout": _fanout,
    "act": _act,
    "votes": _several(acts.votes, 100),
    "storm": _several(acts.storm, 100),
    "memory": lambda _, quick: acts.memory(200 if quick else 5000),
    "loop": _several(acts.block, 200),
    "store": _several(storage.store, 100),
    "growth": growth.growth,
    "compress": deflate.compress,
    "page": lambda _, __: acts.page(),
    "processes": _several(wide.processes, 8),
    "hop": _several(wide.hop, 200),
}

if __name__ == "__main__":
    main()
