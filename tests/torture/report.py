"""What one fault came to: a line of the table."""

from __future__ import annotations

from dataclasses import dataclass

from tests.tools.proofs import table
from tests.torture.bulk import Bulk
from tests.torture.figures import Figure, counted
from tests.torture.record import History, Verdict

COLUMNS = ("fault", "how it was made", "times", "acknowledged", "refused", "unknown", "lost", "double", "figures")
ACKNOWLEDGED, KILLS, DISK, MOVES = 100_000, 500, 200, 10_000  # how many there should be at least


@dataclass(frozen=True)
class Row:
    """One fault. Those of a control are meant to be found. `wanted` is how often it should be made at least."""

    fault: str
    how: str
    times: int
    acknowledged: int
    refused: int
    unknown: int
    verdict: Verdict
    figures: tuple[Figure, ...] = ()
    wanted: int = 0

    @classmethod
    def of(cls, fault: str, how: str, times: int, history: History, verdict: Verdict, *figures: Figure) -> Row:
        """The line of a history with people at a server."""
        counts = (history.count(o) for o in ("ok", "fail", "unknown"))  # type: ignore[arg-type]
        return cls(fault, how, times, *counts, verdict, figures)

    @classmethod
    def bulk(cls, fault: str, how: str, found: Bulk, wanted: int = 0) -> Row:
        """The line of children on the store."""
        counts = (found.faults, found.acknowledged, found.refused, found.unknown)
        return cls(fault, how, *counts, found.verdict, wanted=wanted)

    def cells(self) -> list[object]:
        """The line as the table has it."""
        wrong = f"{len(self.verdict.wrong)} wrong" if self.verdict.wrong else ""
        words = "; ".join(w for w in (", ".join(map(str, self.figures)), wrong) if w)
        return [self.fault, self.how, counted(self.times, self.wanted), f"{self.acknowledged:,}", f"{self.refused:,}",
                f"{self.unknown:,}", self.verdict.lost, self.verdict.double, words]  # fmt: skip

    def missed(self) -> list[str]:
        """What should have been better, as words."""
        few = [f"times {counted(self.times, self.wanted)}"] if self.times < self.wanted else []
        return [f"{self.fault}: {what}" for what in (*few, *(str(f) for f in self.figures if f.missed))]


def report(rows: list[Row]) -> str:
    """The lines as a table, their totals, and which targets were missed."""
    lost, double = (sum(getattr(r.verdict, f) for r in rows) for f in ("lost", "double"))
    wrong = sum(len(r.verdict.wrong) for r in rows)
    acknowledged, times = sum(r.acknowledged for r in rows), sum(r.times for r in rows)
    kills, disk, races = (sum(r.times for r in rows if w in r.fault) for w in ("SIGKILL", " E", "double advance"))
    total = f"**{counted(acknowledged, ACKNOWLEDGED)} acknowledged, {times:,} faults, {lost} lost, {double} double**"
    total += f"{f', {wrong} wrong' if wrong else ''}. Among these: {counted(kills, KILLS)} kills, "
    total += f"{counted(disk, DISK)} failing flushes and writes, {counted(3 * races, MOVES)} racing moves."
    missed = [what for row in rows for what in row.missed()]
    said = "Targets missed: " + "; ".join(missed) + "." if missed else "No target of a row was missed."
    return "\n\n".join((table(COLUMNS, [r.cells() for r in rows]), total, said))
