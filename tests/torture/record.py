"""What every client did and what it was told: invoke, then ok, fail or unknown."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable
from dataclasses import dataclass, field
from typing import Literal

import httpx

Outcome = Literal["ok", "fail", "unknown"]


@dataclass
class Op:
    """One act of one client. `where` is what it writes to, `value` is like no other act's on the same `where`."""

    client: str
    kind: str
    where: str
    value: str
    outcome: Outcome = "unknown"  # until it is told


@dataclass
class History:
    """All acts in the order in which they began. The same act sent again is the same Op."""

    ops: list[Op] = field(default_factory=list)

    def invoke(self, client: str, kind: str, where: str, value: str) -> Op:
        """An act begins; until it is told otherwise, nobody knows how it ends."""
        op = Op(client, kind, where, value)
        self.ops.append(op)
        return op

    def of(self, *kinds: str) -> list[Op]:
        """The acts of these kinds."""
        return [op for op in self.ops if op.kind in kinds]

    def count(self, outcome: Outcome) -> int:
        """How many acts ended so."""
        return sum(op.outcome == outcome for op in self.ops)


@dataclass(frozen=True)
class Verdict:
    """What a checker found: acknowledged and gone, there twice (or counted twice), and there without a sender."""

    lost: int = 0
    double: int = 0
    wrong: tuple[str, ...] = ()

    def __add__(self, other: Verdict) -> Verdict:
        return Verdict(self.lost + other.lost, self.double + other.double, self.wrong + other.wrong)

    @property
    def clean(self) -> bool:
        """Nothing was found."""
        return self == Verdict()


def together(verdicts: Iterable[Verdict]) -> Verdict:
    """All of these as one."""
    return sum(verdicts, Verdict())


async def told(op: Op, answer: Awaitable[httpx.Response]) -> httpx.Response | None:
    """Sends an act and records what came of it; None when no answer came. An act once acknowledged stays so."""
    try:
        heard = await answer
    except httpx.TransportError:
        if op.outcome == "fail":  # refused before, and sent again: this time it may have been done
            op.outcome = "unknown"
        return None
    if heard.status_code < 400:
        op.outcome = "ok"
    elif heard.status_code not in (500, 502, 504) and op.outcome == "unknown":
        op.outcome = "fail"
    return heard
