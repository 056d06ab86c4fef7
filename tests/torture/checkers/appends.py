"""Set: every acknowledged append is there once, an unknown one at most once, and nothing that nobody sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from tests.torture.record import Op, Verdict


def check(ops: Iterable[Op], kept: Iterable[str]) -> Verdict:
    """`kept`: the values in the document, or on the pages, at the end."""
    there, sent = Counter(kept), list(ops)
    acknowledged = {op.value for op in sent if op.outcome == "ok"}
    refused = {op.value for op in sent if op.outcome == "fail"} - acknowledged
    strangers = there.keys() - {op.value for op in sent}
    return Verdict(
        lost=len(acknowledged - there.keys()),
        double=sum(n - 1 for n in there.values()),
        wrong=(
            *(f"nobody sent {v}" for v in sorted(strangers)),
            *(f"refused and kept: {v}" for v in sorted(refused & there.keys())),
        ),
    )
