"""A fault of a method file, and the faults of the texts in it."""

from __future__ import annotations

from collections.abc import Iterator

from rooms.methods import Text


class MethodFault(Exception):
    """What is wrong in a method file: the field, and a Dutch sentence that the catalogue translates; `params` fill its
    {fields}."""

    def __init__(self, field: str, text: str, **params: object) -> None:
        super().__init__(f"{field}: {text.format(**params)}")
        self.field, self.text, self.params = field, text, params


def both(text: Text, at: str, *, most: int = 200) -> Iterator[MethodFault]:
    """Faults of a text that must be there, in two languages."""
    if not text.nl.strip() or not text.en.strip():
        yield MethodFault(at, "Hier hoort een tekst in nl en in en.")
    yield from short(text, at, most)


def either(text: Text, at: str, *, most: int = 400) -> Iterator[MethodFault]:
    """Faults of a text that may be left out, but not in one language only."""
    if bool(text.nl.strip()) != bool(text.en.strip()):
        yield MethodFault(at, "Hier hoort een tekst in nl en in en.")
    yield from short(text, at, most)


def short(text: Text, at: str, most: int) -> Iterator[MethodFault]:
    """A fault where a text is too long, in characters."""
    if max(len(text.nl), len(text.en)) > most:
        yield MethodFault(at, "Deze tekst is langer dan {n} tekens.", n=most)
