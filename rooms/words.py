"""What people type, cleaned of what gives a writer's device away, before anything is kept."""

from __future__ import annotations

import re
import unicodedata

from rooms.refusal import Refused

_SAME = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u0060\u00b4", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        "\u2026": "...",
    }
)
_SPACE = re.compile(r"[^\S\n]+")
_BLANK = re.compile(r"\n{3,}")
_JOIN, _PICTURE = "\u200d", "\ufe0f"
_EMOJI_FROM = 0x2190
_MARKS = 4  # signs on one letter, as many as any language needs; a pile of them covers the lines around it
# What a font shows as nothing though it is no control: fillers, an empty braille cell, selectors of a letter's shape.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0e\uffa0\U000e0100-\U000e01ef]"
)
TAKEN = frozenset(
    {"begeleider", "facilitator", "systeem", "system", "anoniem", "anonymous", "kring", "admin", "jij", "you"}
)


def normalise(text: str, limit: int) -> str:
    """The text in one canonical form, at most `limit` characters: NFC, straight quotes, plain dashes
    and spaces, no invisible or control characters, no runs of blank lines. Doing it twice is doing it once.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n"))
    text = unicodedata.normalize("NFC", _visible(_UNSEEN.sub("", text.translate(_SAME))))
    lines = (_SPACE.sub(" ", line).strip() for line in text.split("\n"))
    clean = _BLANK.sub("\n\n", "\n".join(lines)).strip()
    return unicodedata.normalize("NFC", _cut(clean, limit))


def fitted(text: str, limit: int) -> str:
    """The text in its one form; refuses, with by how much, one that is longer than `limit`."""
    clean = normalise(text, 2000)
    if len(clean) > limit:
        raise Refused("Dit is {n} tekens te lang. Wat je schreef, staat er nog.", n=len(clean) - limit)
    return clean


def clean_name(name: str) -> str:
    """A name in any script, at most 40 characters; refuses an empty or misleading one."""
    clean = " ".join(normalise(name, 200).split()).strip("'\" ")
    if not clean or not any(c.isalnum() for c in clean):
        raise Refused("Vul een naam in. Je voornaam is genoeg.")
    if len(clean) > 40:
        raise Refused("Deze naam is te lang. Je voornaam is genoeg.")
    if "".join(c for c in unicodedata.normalize("NFKD", alike(clean)) if not unicodedata.combining(c)) in TAKEN:
        raise Refused("Deze naam kan verwarren. Kies je eigen voornaam.")
    return clean


def alike(name: str) -> str:
    """What two names have in common that one takes for the other: the same letters, whatever their width, their case,
    and what stands between them."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(c for c in folded if unicodedata.category(c)[0] in "LMN")


def _visible(text: str) -> str:
    """The text without what cannot be seen, save what holds an emoji together, and with few signs on one letter."""
    kept: list[str] = []
    marks = 0
    for char in text:
        kind, last = unicodedata.category(char), kept[-1] if kept else ""
        signs = marks + 1 if kind in ("Mn", "Me") else 0
        if char == _PICTURE:
            stays = _emoji(last)
        elif char == _JOIN:
            stays = _emoji(last) or last == _PICTURE
        else:
            stays = char in "\n\t" or kind not in ("Cc", "Cf", "Cs", "Co", "Cn") and signs <= _MARKS
        if stays:
            if last == _JOIN and not _emoji(char):
                kept.pop()  # it joins nothing
            kept.append(char)
            marks = signs  # what falls away parts no sign from its letter
    return "".join(kept).rstrip(_JOIN)


def _emoji(char: str) -> bool:
    return bool(char) and ord(char) >= _EMOJI_FROM and unicodedata.category(char) in ("So", "Sk")


def _cut(text: str, limit: int) -> str:
    """At most `limit` characters, never between a letter and its combining mark."""
    if len(text) <= limit:
        return text
    while limit and unicodedata.combining(text[limit]):
        limit -= 1
    return text[:limit].rstrip(_JOIN).strip()
