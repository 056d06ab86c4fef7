"""Attackers: from a recorded room to a guess who wrote which case. None of them holds a device's secret."""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random
from typing import Any

from tests.adversary.rooms import NAMES, Trace

Guess = dict[str, str]


def _papers(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Everything written in the document, in the order of its bytes."""
    found = [paper for one in document["rounds"].values() for paper in one["papers"].values()]
    return [p for p in found if len(p["texts"]) == 3]


def _rest(guess: Guess, trace: Trace, rng: Random) -> Guess:
    """Fills what an attacker does not know with chance."""
    left = [q for q in trace.shown if q not in guess.values()]
    rng.shuffle(left)
    return {**{name: left.pop() for name in NAMES if name not in guess}, **guess}


def database_order(trace: Trace, rng: Random) -> Guess:
    """Has the document while people write, and saw in which order they looked up from their phones."""
    return _rest({n: p["texts"][2] for n, p in zip(trace.order, _papers(trace.open), strict=False)}, trace, rng)


def database_names(trace: Trace, rng: Random) -> Guess:
    """Looks for a seat or a device beside what was written, while people write."""
    known = {seat: name for name, seat in trace.seats.items()}
    known |= {handle: known[d["seat"]] for handle, d in trace.open["devices"].items() if d["seat"] in known}
    found = {}
    for paper in _papers(trace.open):
        for value in paper.values():
            if isinstance(value, str) and known.get(value) in NAMES:
                found[known[value]] = paper["texts"][2]
    return _rest(found, trace, rng)


def database_after(trace: Trace, rng: Random) -> Guess:
    """Has the document after the reveal: what is left that joins a case to somebody?"""
    known = {seat: name for name, seat in trace.seats.items()}
    found = {}
    for paper in [*_papers(trace.closed), *trace.closed["cases"]]:
        for value in paper.values():
            if isinstance(value, str) and known.get(value) in NAMES:
                found[known[value]] = paper["texts"][2]
    return _rest(found, trace, rng)


def table_order(trace: Trace, rng: Random) -> Guess:
    """Sees the cases on the table, and saw who was ready first, second, third."""
    return dict(zip(trace.order, trace.shown, strict=True))


def chair_order(trace: Trace, rng: Random) -> Guess:
    """Sees the cases on the table, and the chairs."""
    return dict(zip(NAMES, trace.shown, strict=True))


def sizes_on_the_wire(trace: Trace, rng: Random) -> Guess:
    """Counts the bytes that go to each device while people write, and the lengths of the cases once they lie open."""
    heard = {name: trace.acts[name][3] for name in NAMES}
    for frame in trace.frames:
        heard[frame.to] += frame.size
    by_size = sorted(NAMES, key=lambda n: (heard[n], rng.random()))
    return dict(zip(by_size, sorted(trace.shown, key=lambda q: trace.texts[q]), strict=True))


def sizes_on_disk(trace: Trace, rng: Random) -> Guess:
    """Sees how the database grew as each person wrote."""
    before, grown = 0, {}
    for name in trace.order:
        grown[name], before = trace.sizes[name] - before, trace.sizes[name]
    by_growth = sorted(NAMES, key=lambda n: (grown[n], rng.random()))
    return dict(zip(by_growth, sorted(trace.shown, key=lambda q: trace.texts[q]), strict=True))


ATTACKERS: dict[str, Callable[[Trace, Random], Guess]] = {
    f.__name__: f
    for f in (
        database_order, database_names, database_after, table_order, chair_order, sizes_on_the_wire, sizes_on_disk
    )
}  # fmt: skip


def score(attack: Callable[[Trace, Random], Guess], traces: list[Trace], rng: Random) -> tuple[float, float]:
    """The share of right guesses, and how many standard errors that lies above chance.

    A guess by chance is a permutation: one of the six is right on average, with variance one, whatever the room.
    """
    right = sum(attack(t, rng)[name] == question for t in traces for name, question in t.truth.items())
    return right / (len(traces) * len(NAMES)), (right - len(traces)) / math.sqrt(len(traces))


def told_by_others(trace: Trace) -> list[str]:
    """What a push told anybody about somebody else's writing (I3), before the last of them began: until then no sign
    of readiness is due. Everybody hears once, personally, of their own act and of nothing else."""
    last = trace.acts[trace.order[-1]][0]
    told = [f"to {f.to}" for f in trace.frames if not f.personal and f.at < last]
    for name in NAMES:
        own = [f for f in trace.frames if f.personal and f.to == name]
        told += [f"{name} heard {len(own)} times"] if len(own) > 1 else []
        told += [f"{name} heard early" for f in own if f.at < trace.acts[name][0]]
    return told
