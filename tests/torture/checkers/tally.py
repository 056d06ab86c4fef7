"""Sum: the tally is that of the ballots that were in when the vote closed, each once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from tests.torture.record import Op, Verdict


def check(ops: Iterable[Op], tally: Mapping[str, int], dots: int = 3) -> Verdict:
    """Each ballot puts all its dots on one case, `value` is "case revision". A cast that was acknowledged is counted;
    one that was refused because the vote had closed is not; an unknown one may be, once."""
    surely, perhaps = Counter[str](), Counter[str]()
    last: dict[str, tuple[Op | None, list[Op]]] = {}
    for op in ops:
        ok, later = last.get(op.client, (None, []))
        last[op.client] = (op, []) if op.outcome == "ok" else (ok, [*later, op] if op.outcome == "unknown" else later)
    for ok, later in last.values():
        if ok and not later:
            surely[ok.value.split()[0]] += dots
        for op in {o.value.split()[0]: o for o in [*([ok] if ok else []), *later]}.values():
            perhaps[op.value.split()[0]] += dots
    must = sum(dots for ok, _ in last.values() if ok)
    most = sum(dots for ok, later in last.values() if ok or later)
    counted = sum(tally.values())
    return Verdict(
        lost=max(0, must - counted) // dots + sum(tally.get(c, 0) < n for c, n in surely.items()),
        double=max(0, counted - most) // dots + sum(n > perhaps[c] for c, n in tally.items()),
    )
