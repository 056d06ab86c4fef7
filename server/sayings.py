"""What simulated people say: sentences from demo.toml, found by the words beside the field they are for."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

TEXTS = Path(__file__).with_name("demo.toml")


@cache
def texts() -> dict[str, Any]:
    """All of demo.toml, by language."""
    return tomllib.loads(TEXTS.read_text(encoding="utf-8"))


class Sayings:
    """The sentences of one circle in one language; nobody says what another said, as long as there are enough."""

    def __init__(self, lang: str, rng: Random) -> None:
        self.lines: dict[str, Any] = texts()[lang]
        self._rng = rng
        self._decks: dict[str, list[str]] = {}

    def say(self, labels: tuple[str, ...], most: int, case: list[str]) -> str:
        """A sentence of at most so many characters for a field with one of these labels, the first that is known;
        about the own `case` where the field asks for it."""
        kind = self._kind(*labels)
        own = " ".join(case[i] for i in kind.get("own", ()) if i < len(case))
        return own if own and len(own) <= most else self._draw(kind, most)

    def by_line(self, label: str) -> bool:
        """Whether a shared text grows by a line from each."""
        return any(word in label.lower() for word in self.lines["by_line"])

    def replaces(self, label: str, standing: str) -> bool:
        """Whether a text is written anew although something stands in it; once is enough."""
        kind = self._kind(label)
        return "own" in kind or kind.get("anew", False) and standing not in kind["lines"]

    def kind_of_case(self, questions: str) -> str:
        """Which of somebody's cases fits the questions of the form."""
        return next((kind for kind, word in self.lines["cases"].items() if word in questions), "case")

    def _kind(self, *labels: str) -> dict[str, Any]:
        kinds: list[dict[str, Any]] = self.lines["says"]
        for label in filter(None, labels):
            for kind in kinds[:-1]:
                if any(word in label.lower() for word in kind["hears"]):
                    return kind
        return kinds[-1]

    def _draw(self, kind: dict[str, Any], most: int) -> str:
        lines: list[str] = kind["lines"]
        deck = self._decks.setdefault(kind["hears"][0], [])
        if not any(len(line) <= most for line in deck):
            deck[:] = self._rng.sample(lines, len(lines))
        said = next((line for line in deck if len(line) <= most), min(deck, key=len))
        deck.remove(said)
        return said[:most]
