"""No future: nobody saw the text of a case before the commit that reveals it was asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tests.torture.record import Verdict


@dataclass(frozen=True)
class Seen:
    """What a client saw: when (seconds on one clock), who, and the whole page or frame."""

    at: float
    client: str
    text: str


def check(seen: Iterable[Seen], texts: dict[str, str], revealing: float) -> Verdict:
    """`texts`: each case by its writer, who alone may see it; `revealing`: when the reveal was first asked for."""
    early = [
        f"{one.client} saw the case of {writer}"
        for one in seen
        for writer, text in texts.items()
        if one.at < revealing and writer != one.client and text in one.text
    ]
    return Verdict(wrong=tuple(early))
