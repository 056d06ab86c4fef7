"""Register with compare-and-set: however many leaders move at once, the pointer takes one step; no client goes back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tests.torture.record import Verdict


@dataclass(frozen=True)
class Race:
    """Moves that all carried the same pointer. `before` and `after` are places in the order of the steps."""

    before: int
    after: int
    ok: int
    unknown: int = 0


def check(races: Iterable[Race]) -> Verdict:
    """One step when anybody was acknowledged; one or none when nobody was told; never two."""
    found = Verdict()
    for race in races:
        steps = race.after - race.before
        if steps > 1:
            found += Verdict(double=steps - 1)
        if steps < 0:
            found += Verdict(wrong=(f"the pointer went back by {-steps}",))
        if steps == 0 and race.ok:
            found += Verdict(lost=1)
        if steps == 1 and not race.ok and not race.unknown:
            found += Verdict(wrong=("a step that was refused to all",))
    return found


def forward(seen: Mapping[str, Sequence[int]]) -> Verdict:
    """The counters each client saw on one line to one process, in the order in which it saw them, never fall."""
    back = [c for c, numbers in seen.items() if any(a > b for a, b in zip(numbers, numbers[1:], strict=False))]
    return Verdict(wrong=tuple(f"{client} went back" for client in sorted(back)))
