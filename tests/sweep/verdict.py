"""What may lie where, at each stage of a meeting; and what was found."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.sweep.canaries import Canaries, unpacked
from tests.sweep.places import PLACES, Host

STAGES = (
    "writing",
    "voting",
    "counted",
    "settled",
    "cards",
    "rated",
    "closing",
    "evaluation",
    "ended",
    "erased",
    "later",
)
LIVE = STAGES[:9]
# In which stages a kind of value is in the opened document. What is not named here is nowhere, ever.
DOCUMENT: dict[str, tuple[str, ...]] = {
    "case text": LIVE,
    "name": LIVE,
    "group": LIVE,
    "handle": LIVE,
    "alias": LIVE,
    "join code": LIVE[:8],
    "agreement tag": LIVE[:8],
    "case tag": LIVE[:3],  # ownership: until the case has its owner
    "vote tag": ("voting",),
    "ready tag": ("writing", "voting", "cards", "rated", "closing", "evaluation"),
    "card text": ("cards", "rated", "closing", "evaluation", "ended"),
    "card tag": ("cards",),
    "scale tag": ("rated",),
    "cue text": ("cards", "rated", "closing", "evaluation"),  # and at the end only how many there were
    "takeaway text": ("closing", "evaluation", "ended"),
    "takeaway tag": ("closing",),
    "evaluation tag": ("evaluation",),
    "report tag": ("closing", "evaluation"),
}
# What may lie in a place as it is: the name of a room (which means nothing) and, while the room is there, its key.
OPEN: dict[str, dict[str, tuple[str, ...]]] = {
    "room key": {"keyring": LIVE, "written": STAGES},
    "alias": {"database": LIVE, "bus": STAGES, "backup": STAGES, "written": STAGES},
}
NEVER = ("K", "CSRF value", "operation id", "address", "device name", "leader's key", "pairing symbols")
KINDS = (*NEVER, "room key", "sealed row", *DOCUMENT)


@dataclass
class Verdict:
    """How often each kind was found, by stage and place; and what else is wrong, by what was checked."""

    counts: dict[tuple[str, str, str], int] = field(default_factory=dict)
    checks: dict[str, list[str]] = field(default_factory=dict)

    def look(self, stage: str, host: Host, alias: str, canaries: Canaries) -> None:
        """Counts everything in every file that lies here now, and in the opened document."""
        for place, files in host.files().items():
            blobs = [found for file in files for found in unpacked(file)]
            self._count(stage, place, blobs, canaries, sealed=place in ("database", "backup"))
        self._count(stage, "document", [host.document(alias)], canaries)

    def written(self, blobs: dict[str, list[bytes]], host: Host, canaries: Canaries) -> None:
        """Counts everything in all that was ever written, whatever became of the file."""
        for path, pieces in blobs.items():
            found = [one for piece in pieces for one in unpacked(piece)] + [b"".join(pieces)]
            sealed = host.place(path) == "database"
            self._count("later", "written", found, canaries, sealed=sealed, add=True)

    def _count(
        self, stage: str, place: str, blobs: list[bytes], canaries: Canaries, *, sealed: bool = False, add: bool = False
    ) -> None:
        for kind in canaries.kinds:
            if kind == "sealed row" and place == "written":
                continue
            found = canaries.count(kind, blobs, sealed=sealed)
            key = (stage, kind, place)
            self.counts[key] = found + (self.counts.get(key, 0) if add else 0)

    def wrong(self) -> list[str]:
        """Everything that is not as it must be, as words."""
        found = []
        for (stage, kind, place), n in self.counts.items():
            wanted = expected(stage, kind, place)
            if wanted is not None and bool(n) != wanted:
                found.append(f"{kind} in {place} when {stage}: {n}, must be {'there' if wanted else '0'}")
        return found + [f"{name}: {what}" for name, list_ in self.checks.items() for what in list_]

    def rows(self) -> list[list[str]]:
        """A row per kind and place where it is, or may be, found; the last one of a kind is all other places."""
        return [row for kind in KINDS for row in self._of(kind)]

    def _of(self, kind: str) -> list[list[str]]:
        stages = [s for s in STAGES if any((s, kind, p) in self.counts for p in PLACES)]
        rows, rest = [], []
        for place in PLACES:
            told = {s: self.counts.get((s, kind, place)) for s in stages}
            if any(told.values()) or any(expected(s, kind, place) for s in stages):
                rows.append([kind, place, *(self._cell(s, kind, place) for s in STAGES)])
            else:
                rest.append(place)
        return [
            *rows,
            [kind, "everywhere else" if rows else "everywhere", *("0" if s in stages else "" for s in STAGES)],
        ]

    def _cell(self, stage: str, kind: str, place: str) -> str:
        found = self.counts.get((stage, kind, place))
        if found is None:
            return ""
        wanted = expected(stage, kind, place)
        return (
            f"{found}"
            if wanted is None or bool(found) == wanted
            else f"**{found}, must be {'there' if wanted else '0'}**"
        )


def expected(stage: str, kind: str, place: str) -> bool | None:
    """Whether a kind must be found in a place at a stage; None where both are right."""
    if kind == "sealed row":
        return None if stage in LIVE or place == "backup" else False
    if stage in OPEN.get(kind, {}).get(place, ()):
        return None if place != "keyring" else True
    return place == "document" and stage in DOCUMENT.get(kind, ())
