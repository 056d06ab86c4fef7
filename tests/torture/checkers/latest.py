"""Last write: what stands is the last acknowledged revision of each writer, or a later one whose end is unknown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from tests.torture.record import Op, Verdict


def check(ops: Iterable[Op], kept: Mapping[str, list[str]]) -> Verdict:
    """`kept`: per `where` the values that stand there at the end; more than one is a double. A writer sends one act
    after another, so the order of a writer's acts is the order of the history."""
    sent: dict[str, list[Op]] = defaultdict(list)
    for op in ops:
        sent[op.where].append(op)
    found = Verdict()
    for where, own in sent.items():
        values = kept.get(where, [])
        found += Verdict(double=max(0, len(values) - 1))
        last = max((i for i, op in enumerate(own) if op.outcome == "ok"), default=-1)
        may = {op.value for i, op in enumerate(own) if i == last or (i > last and op.outcome == "unknown")}
        if not values and last >= 0:
            found += Verdict(lost=1)
        for value in values:
            if value not in {op.value for op in own}:
                found += Verdict(wrong=(f"nobody sent {value} to {where}",))
            elif value not in may:
                found += Verdict(lost=1)
    return found + Verdict(wrong=tuple(f"nobody wrote to {w}" for w in sorted(kept.keys() - sent.keys())))
