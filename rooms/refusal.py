"""The rules' no: a sentence that a person can read."""

from __future__ import annotations


class Refused(Exception):
    """An act that a rule refuses. Expected, not an error: two people acted at once.

    `text` is the Dutch sentence, which the catalogue translates; `params` fill its {fields}.
    """

    def __init__(self, text: str, **params: object) -> None:
        super().__init__(text)
        self.text, self.params = text, params
