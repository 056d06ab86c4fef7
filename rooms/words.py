"""What people type, cleaned of what gives a writer's device away, before anything is kept."""

from __future__ import annotations

import re
import unicodedata

from rooms.refusal import Refused


def _common(*characters: int) -> dict[str, str]:
    """Characters that are others in one, or in another width, as those others."""
    return {chr(c): unicodedata.normalize("NFKC", chr(c)).replace("\u2044", "/") for c in characters}


_WIDE = str.maketrans(_common(*range(0xFF01, 0xFF5F)))  # plain letters and signs as a keyboard for another script has
_SAME = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u0060\u00b4\u2039\u203a", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        **dict.fromkeys("\u2022\u2023\u2043\u2219\u22c5\u25e6\u25aa", "\u00b7"),
        "\u2026": "...",
        **dict(zip("\u2190\u2192\u21d0\u21d2\u21d4", ("<-", "->", "<=", "=>", "<=>"), strict=True)),
        **dict(zip("\u00a9\u00ae\u2122\u00d7\u00f7", ("(c)", "(r)", "(tm)", "x", "/"), strict=True)),
        **_common(0x132, 0x133, *range(0xFB00, 0xFB07)),  # ij, fi, fl and their like in one
        **_common(*range(0xBC, 0xBF), *range(0x2150, 0x215F)),  # a half, three quarters
    }
)
_PLAIN = re.compile("[\n -_a-~]*")  # what is in its one form already, but for its spaces and lines
_WHOLE = re.compile("(?<=[0-9])(?=[\u00bc-\u00be\u2150-\u215e])")  # between one and a half
_DOT = re.compile(r"^([^\S\n]*)\u00b7", re.MULTILINE)  # what a list begins its lines with
_SPACE = re.compile(r"[^\S\n]+")
_BLANK = re.compile(r"\n{3,}")
_JOIN = "\u200d"
_EMOJI_FROM = 0x2190
_MARKS = 4  # signs on one letter, as many as any language needs; a pile of them covers the lines around it
# What a font shows as nothing though it is no control: fillers, an empty braille cell, selectors of a letter's shape;
# and what one keyboard puts behind an emoji and another does not: a colour of skin, the sign that it is a picture.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U0001f3fb-\U0001f3ff\U000e0100-\U000e01ef]"
)
ALPHABETS = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"})
# Cyrillic, Greek: letters that a reader of Dutch takes for others, each case as it looks.
_LOOKS = str.maketrans(
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0406\u0408\u0405\u04ae\u04c0"
    "\u0430\u0432\u0435\u043a\u043c\u043d\u043e\u0440\u0441\u0442\u0443\u0445\u0456\u0458\u0455\u04af\u04cf\u0501\u051b\u051d"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7"
    "\u03b1\u03b5\u03b7\u03b9\u03ba\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7\u03b3\u03c9",
    "ABEKMHOPCTYXIJSYIabekmhopctyxijsyldqwABEZHIKMNOPTYXaenikvoptuxyw",
)
TAKEN = frozenset(
    {"begeleider", "facilitator", "systeem", "system", "anoniem", "anonymous", "kring", "admin", "jij", "you"}
    | {"zondernaam", "inbrenger", "deinbrenger", "owner", "caseowner"}
)
# What one font or another writes with one sign: a capital i, a small L, a one, an i without its dot; an O and a nought.
_ONE = str.maketrans({**dict.fromkeys("Il1|\u0131\u026a\u01c0", "i"), "0": "o", "\u0251": "a", "\u0261": "g"})


def normalise(text: str, limit: int) -> str:
    """The text in one canonical form, at most `limit` characters: NFC, straight quotes, plain dashes, letters and
    spaces, emoji of one colour, no invisible or control characters, no runs of blank lines. Doing it twice is doing it
    once.
    """
    if _PLAIN.fullmatch(text):
        clean = text.strip()
        if len(clean) <= limit and not ("\n" in clean or "  " in clean):
            return clean
    else:
        text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n"))
        text = _WHOLE.sub(" ", text.translate(_WIDE)).translate(_SAME)
        text = _DOT.sub(r"\1-", unicodedata.normalize("NFC", _visible(_UNSEEN.sub("", text))))
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
    clean = " ".join(normalise(name, 200).split()).strip("'\"· ")
    if not clean or not any(c.isalnum() for c in clean):
        raise Refused("Vul een naam in. Je voornaam is genoeg.")
    if len(clean) > 40:
        raise Refused("Deze naam is te lang. Je voornaam is genoeg.")
    if any(len(_alphabets(word)) > 1 for word in clean.split()):
        raise Refused("In deze naam staan letters van twee alfabetten. Schrijf hem in één daarvan.")
    if not forms(_bare(clean)).isdisjoint(_NOBODYS):
        raise Refused("Deze naam kan verwarren. Kies je eigen voornaam.")
    return clean


def alike(one: str, other: str) -> bool:
    """Whether somebody takes one name for the other: the same letters, or letters that look the same, whatever their
    width, their case, and what stands between them."""
    return not forms(one).isdisjoint(forms(other))


def forms(name: str) -> frozenset[object]:
    """What names that are taken for one another have at least one in common of."""
    return frozenset((("letters", letters(name)), ("looks", _looks(name))))


def letters(name: str) -> str:
    """The letters and figures of a name, in one width and one case."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(c for c in folded if unicodedata.category(c)[0] in "LMN")


def _looks(name: str) -> str:
    """The letters that a name looks to be written in."""
    return letters(unicodedata.normalize("NFKD", name).translate(_LOOKS).translate(_ONE))


_NOBODYS = frozenset(form for word in TAKEN for form in forms(word))


def _bare(name: str) -> str:
    """A name without the signs on its letters."""
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))


def _alphabets(name: str) -> set[str]:
    """Which of the alphabets whose letters look like one another's a name is written in."""
    plain = unicodedata.normalize("NFKC", name)
    return {unicodedata.name(c, "").split(" ")[0] for c in plain if c.isalpha()} & ALPHABETS


def _visible(text: str) -> str:
    """The text without what cannot be seen, save what holds an emoji together, and with few signs on one letter."""
    kept: list[str] = []
    marks = 0
    for char in text:
        kind, last = unicodedata.category(char), kept[-1] if kept else ""
        signs = marks + 1 if kind in ("Mn", "Me") else 0
        if char == _JOIN:
            stays = _emoji(last)
        else:
            stays = char in "\n\t" or kind not in ("Cc", "Cf", "Cs", "Co", "Cn") and signs <= _MARKS
        if stays:
            if last == _JOIN and not _emoji(char):
                kept.pop()  # it joins nothing
            kept.append(char)
            marks = signs  # what falls away parts no sign from its letter
    return "".join(kept).rstrip(_JOIN)


def _emoji(char: str) -> bool:
    return bool(char) and ord(char) >= _EMOJI_FROM and unicodedata.category(char) == "So"


def _cut(text: str, limit: int) -> str:
    """At most `limit` characters, never between a letter and its combining mark."""
    if len(text) <= limit:
        return text
    while limit and unicodedata.combining(text[limit]):
        limit -= 1
    return text[:limit].rstrip(f"{_JOIN}\u00b7").strip()
