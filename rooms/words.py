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
_JOINERS = "\u200d\ufe0f"
_EMOJI_FROM = 0x2190
TAKEN = frozenset(
    {"begeleider", "facilitator", "systeem", "system", "anoniem", "anonymous", "kring", "admin", "jij", "you"}
)


def normalise(text: str, limit: int) -> str:
    """The text in one canonical form, at most `limit` characters: NFC, straight quotes, plain dashes
    and spaces, no invisible or control characters, no runs of blank lines. Doing it twice is doing it once.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n"))
    text = "".join(c for i, c in enumerate(text.translate(_SAME)) if _visible(c, text, i))
    lines = (_SPACE.sub(" ", line).strip() for line in text.split("\n"))
    clean = _BLANK.sub("\n\n", "\n".join(lines)).strip()
    return unicodedata.normalize("NFC", _cut(clean, limit))


def clean_name(name: str) -> str:
    """A name in any script, at most 40 characters; refuses an empty or misleading one."""
    clean = normalise(name, 200).replace("\n", " ").strip("'\" ")
    if not clean or not any(c.isalnum() for c in clean):
        raise Refused("Vul een naam in. Je voornaam is genoeg.")
    if len(clean) > 40:
        raise Refused("Deze naam is te lang. Je voornaam is genoeg.")
    if key_of(clean) in TAKEN:
        raise Refused("Deze naam kan verwarren. Kies je eigen voornaam.")
    return clean


def key_of(name: str) -> str:
    """What two names have in common that look the same: wide and small letters, other ligatures, case."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(c for c in folded if not c.isspace())


def _visible(char: str, text: str, at: int) -> bool:
    if char == "\n":
        return True
    if char in _JOINERS:
        before = text[at - 1 : at] if at < len(text) else ""
        return bool(before) and ord(before) >= _EMOJI_FROM and unicodedata.category(before) in ("So", "Sk")
    return unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn") or char == "\t"


def _cut(text: str, limit: int) -> str:
    """At most `limit` characters, never between a letter and its combining mark."""
    if len(text) <= limit:
        return text
    while limit and unicodedata.combining(text[limit]):
        limit -= 1
    return text[:limit].strip()
