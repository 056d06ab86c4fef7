"""Which acts a template or a page offers, and which of them are sent with padding: read from the forms and buttons."""

from __future__ import annotations

import re

_FORM = re.compile(r"<form\b[^>]*>|</form>")
_BUTTON = re.compile(r"<button\b[^>]*>")
_VERB = re.compile(r'action="[^"]*/do/([\w-]+)"')
_MACRO = re.compile(r'\b(?:seat_)?act\(view, "([\w-]+)"')


def offered(source: str) -> list[tuple[str, bool]]:
    """Every act that is offered, as its word and whether what is sent for it is padded: by its form, by its button, or,
    in a template, by what the macro is told."""
    found, last, forms = [], 0, [*_FORM.finditer(source), None]
    inside = ""
    for form in forms:
        end = form.start() if form else len(source)
        found += [(verb, "data-pad" in inside + tag) for tag, verb in _named(_BUTTON.findall(source[last:end]))]
        inside, last = form[0] if form else "", form.end() if form else end
        found += [(verb, "data-pad" in inside) for _, verb in _named([inside])]
    return found + [(call[1], "pad=True" in _call(source, call.end())) for call in _MACRO.finditer(source)]


def _named(tags: list[str]) -> list[tuple[str, str]]:
    return [(tag, verb[1]) for tag in tags if (verb := _VERB.search(tag))]


def _call(source: str, at: int) -> str:
    """What a macro is told, up to the bracket that closes the call."""
    depth, end = 1, at
    while depth:
        depth += {"(": 1, ")": -1}.get(source[end], 0)
        end += 1
    return source[at:end]
