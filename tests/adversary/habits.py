"""Six people, each with a keyboard that types some sign in a way of its own."""

from __future__ import annotations

MARKS = {
    "Owen": "\u201c \u201d",  # a telephone's curved quotes
    "Cora": "\u2014 \u2026",  # a word processor's dash and dots
    "Carl": "\u00a0\u202f",  # hard and narrow blanks
    "Cleo": "e\u0301 o\u0308",  # accents as signs of their own
    "Cem": "\u200b\ufeff\u2060",  # signs that nobody sees
    "Cato": "\u00ab \u00bb",  # French quotes
}
NAMES = tuple(MARKS)


def of(name: str) -> str:
    """What this person's keyboard leaves in a text."""
    return f" a{MARKS[name]}b"


def found(text: str) -> str:
    """Whose habit a text shows, or ''."""
    return next(
        (n for n, signs in MARKS.items() if any(s in text for s in signs.replace("e", "").replace("o", "").split())), ""
    )
