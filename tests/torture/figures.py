"""What was measured under a fault, beside what it should be."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_SHOWN = {"s": ".2f", "ms": ".0f"}


@dataclass(frozen=True)
class Figure:
    """Words, and the number that they are about, in `unit`; without a unit words alone. `target` is the most that it
    should be: the table says so when it is more. `limit` is the most that it may be: more is a fault that was found."""

    words: str
    value: float = 0.0
    unit: str = ""
    target: float = math.inf
    limit: float = math.inf

    @property
    def missed(self) -> bool:
        """It is more than it should be."""
        return self.value > self.target

    def __str__(self) -> str:
        if not self.unit:
            return self.words
        number = f"{self.value:{_SHOWN.get(self.unit, '.0f')}} {self.unit}"
        if self.target == math.inf:
            return f"{self.words} {number}"
        return f"{self.words} {number} (target {self.target:.3g} {self.unit}{', missed' if self.missed else ''})"


def counted(found: int, wanted: int = 0) -> str:
    """How many, and beside it how many there should be."""
    missed = ", missed" if found < wanted else ""
    return f"{found:,} (target {wanted:,}{missed})" if wanted else f"{found:,}"


def worst(found: Iterable[Figure]) -> tuple[Figure, ...]:
    """Of figures in the same words the one with the largest number, in the order in which the words came."""
    kept: dict[str, Figure] = {}
    for one in found:
        if one.words not in kept or one.value > kept[one.words].value:
            kept[one.words] = one
    return tuple(kept.values())


def beyond(found: Iterable[Figure]) -> tuple[str, ...]:
    """What is more than it may be, as words."""
    return tuple(f"{one}: more than {one.limit:g} {one.unit}" for one in found if one.value > one.limit)


def p99(values: Sequence[float]) -> float:
    """The value that one in a hundred is above."""
    return sorted(values)[math.ceil(0.99 * len(values)) - 1]
