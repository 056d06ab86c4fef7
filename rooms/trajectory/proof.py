"""What a proof on paper says of who was there: a person's certificate, a meeting's attendance sheet; never of what was
said. And the exact bytes of a certificate that are signed."""

from __future__ import annotations

import hashlib
import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from rooms.methods import Text
from rooms.refusal import Refused
from rooms.words import normalise

SUBJECTS = Path(__file__).with_name("subjects.toml")
NAME, NUMBER, GROUP = 120, 40, 60  # characters of a full name, a number in a register, the name of a group
MEETINGS, METHODS, ROWS = 99, 40, 60
MINUTES = 99_999
FORMS = ("guided", "self")  # with a guide, and without one
WHERE = ("together", "mixed", "remote")
SYMBOLS = 16  # of a code
_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_SIGNS = 0x2000  # from here on a sign that is no letter is a picture


class Certificate(Struct, frozen=True, array_like=True, tag="kring-certificate-1", forbid_unknown_fields=True):
    """What a certificate states, in the order of its signed bytes: a field more is another tag. Days are YYYY-MM-DD;
    `minutes` are net, `outside` those in which the person was outside for a conflict of interest."""

    name: str
    number: str
    group: str
    guide: str
    guide_number: str
    first: str
    last: str
    minutes: int
    attended: int
    planned: int
    methods: tuple[str, ...]  # ids
    subject: str  # an id of `subjects`, or ''
    forms: tuple[str, ...]  # of FORMS
    issued: str
    outside: int
    lang: str


class Row(Struct, frozen=True):
    """One person on a sheet. `came` and `left` are HH:MM or ''; `task` is a task beside a chair, 'lead', or ''."""

    name: str
    number: str
    came: str
    left: str
    minutes: int
    outside: int = 0
    remote: bool = False
    task: str = ""
    confirmed: bool = False  # by the person, on their own device


class AttendanceSheet(Struct, frozen=True):
    """The sheet of one meeting. `how` is a Guidance, `where` one of WHERE; `questions` says whether everybody brought
    one, None where nobody asked."""

    group: str
    nr: int
    day: str
    began: str
    ended: str
    minutes: int
    planned: int
    methods: tuple[str, ...]
    how: str
    where: str
    confidential: bool
    questions: bool | None
    rows: tuple[Row, ...]
    guests: int
    lang: str


_decoder = msgspec.msgpack.Decoder(Certificate)


@cache
def subjects() -> dict[str, Text]:
    """The neutral list of subjects, by id."""
    return msgspec.convert(tomllib.loads(SUBJECTS.read_text(encoding="utf-8")), dict[str, Text])


def certificate(said: Certificate) -> Certificate:
    """The certificate as it may be signed, its texts in their one form; refuses what no certificate can say."""
    if not 0 < said.attended <= said.planned <= MEETINGS or not all(0 <= n <= MINUTES for n in _minutes(said)):
        raise Refused("Deze aantallen kunnen niet op een bewijs.")
    if not all(_DAY.fullmatch(day) for day in (said.first, said.last, said.issued)) or said.first > said.last:
        raise Refused("Deze data kunnen niet op een bewijs.")
    if said.subject and said.subject not in subjects():
        raise Refused("Kies een onderwerp uit de lijst.")
    if not set(said.forms) <= set(FORMS) or said.lang not in ("nl", "en"):
        raise Refused("Dit kan niet op een bewijs.")
    return replace(
        said,
        name=_name(said.name),
        number=plain(said.number, NUMBER),
        group=plain(said.group, GROUP),
        guide=plain(said.guide, NAME),
        guide_number=plain(said.guide_number, NUMBER),
        methods=_methods(said.methods),
        forms=tuple(form for form in FORMS if form in said.forms),
    )


def sheet(said: AttendanceSheet) -> AttendanceSheet:
    """The sheet as it may be set, its rows by name, so that their order tells nothing; refuses what no sheet says."""
    times = (said.began, said.ended, *(t for row in said.rows for t in (row.came, row.left) if t))
    if not _DAY.fullmatch(said.day) or not all(_TIME.fullmatch(time) for time in times):
        raise Refused("Deze data kunnen niet op een bewijs.")
    numbers = (said.minutes, said.planned, said.guests, *(n for row in said.rows for n in (row.minutes, row.outside)))
    if len(said.rows) > ROWS or not 0 < said.nr <= MEETINGS or not all(0 <= n <= MINUTES for n in numbers):
        raise Refused("Deze aantallen kunnen niet op een bewijs.")
    if said.where not in WHERE or said.lang not in ("nl", "en"):
        raise Refused("Dit kan niet op een bewijs.")
    rows = (replace(row, name=_name(row.name), number=plain(row.number, NUMBER)) for row in said.rows)
    ordered = tuple(sorted(rows, key=lambda row: (row.name.casefold(), row.number)))
    return replace(said, group=plain(said.group, GROUP), methods=_methods(said.methods), rows=ordered)


def payload(said: Certificate) -> bytes:
    """The bytes that are signed: the same for the same facts, others for any other."""
    return msgspec.msgpack.encode(said)


def read(body: bytes) -> Certificate:
    """The certificate in bytes that were signed; ValueError when they are not exactly those of one."""
    try:
        found = _decoder.decode(body)
    except msgspec.DecodeError:
        raise ValueError from None
    if payload(found) != body:
        raise ValueError
    return found


def code(body: bytes, alphabet: str) -> str:
    """What stands on the paper to compare by eye: 77 bits of the digest, four times four symbols."""
    number, symbols = int.from_bytes(hashlib.sha256(body).digest()), ""
    for _ in range(SYMBOLS):
        number, symbol = divmod(number, len(alphabet))
        symbols += alphabet[symbol]
    return "-".join(symbols[i : i + 4] for i in range(0, SYMBOLS, 4))


def plain(text: str, most: int) -> str:
    """A name on one line, in letters of any script and without pictures; refuses one that is longer than `most`."""
    clean = " ".join("".join(c for c in normalise(text, 2000) if not _picture(c)).split())
    if len(clean) > most:
        raise Refused("Een naam of nummer op een bewijs heeft hooguit {n} tekens.", n=most)
    return clean


def _name(text: str) -> str:
    clean = plain(text, NAME)
    if not any(c.isalpha() for c in clean):
        raise Refused("Op een bewijs hoort een naam.")
    return clean


def _methods(ids: tuple[str, ...]) -> tuple[str, ...]:
    """Each once, in the order given."""
    if len(ids) > METHODS or not all(_ID.fullmatch(one) for one in ids):
        raise Refused("Dit kan niet op een bewijs.")
    return tuple(dict.fromkeys(ids))


def _minutes(said: Certificate) -> tuple[int, int]:
    return said.minutes, said.outside


def _picture(char: str) -> bool:
    kind = unicodedata.category(char)
    return ord(char) >= _SIGNS and kind[0] == "S" or kind == "Cf"
