"""What one fault came to: a line of the table."""

from __future__ import annotations

from dataclasses import dataclass

from tests.tools.proofs import table
from tests.torture.bulk import Bulk
from tests.torture.record import History, Verdict

COLUMNS = ("fault", "how it was made", "times", "acknowledged", "refused", "unknown", "lost", "double", "figures")


@dataclass(frozen=True)
class Row:
    """One fault. Those of a control are meant to be found."""

    fault: str
    how: str
    times: int
    acknowledged: int
    refused: int
    unknown: int
    verdict: Verdict
    figures: str = ""

    @classmethod
    def of(cls, fault: str, how: str, times: int, history: History, verdict: Verdict, figures: str = "") -> Row:
        """The line of a history with people at a server."""
        counts = (history.count(o) for o in ("ok", "fail", "unknown"))  # type: ignore[arg-type]
        return cls(fault, how, times, *counts, verdict, figures)

    @classmethod
    def bulk(cls, fault: str, how: str, found: Bulk, figures: str = "") -> Row:
        """The line of children on the store."""
        return cls(fault, how, found.faults, found.acknowledged, found.refused, found.unknown, found.verdict, figures)

    def cells(self) -> list[object]:
        """The line as the table has it."""
        wrong = f"{len(self.verdict.wrong)} wrong" if self.verdict.wrong else ""
        words = "; ".join(w for w in (self.figures, wrong) if w)
        return [self.fault, self.how, f"{self.times:,}", f"{self.acknowledged:,}", f"{self.refused:,}",
                f"{self.unknown:,}", self.verdict.lost, self.verdict.double, words]  # fmt: skip


def report(rows: list[Row]) -> str:
    """The lines as a table, and their totals."""
    lost, double = (sum(getattr(r.verdict, f) for r in rows) for f in ("lost", "double"))
    wrong = sum(len(r.verdict.wrong) for r in rows)
    acknowledged, times = sum(r.acknowledged for r in rows), sum(r.times for r in rows)
    total = f"**{acknowledged:,} acknowledged, {times:,} faults, {lost} lost, {double} double**"
    kills, disk, races = (sum(r.times for r in rows if w in r.fault) for w in ("SIGKILL", " E", "double advance"))
    of_these = f"Among these: {kills:,} kills, {disk:,} failing flushes and writes, {3 * races:,} racing moves"
    total += f". {of_these}"
    return f"{table(COLUMNS, [r.cells() for r in rows])}\n\n{total}{f', {wrong} wrong' if wrong else ''}."
