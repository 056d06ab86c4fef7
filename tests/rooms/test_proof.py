"""What a proof says: which facts it takes, the exact bytes of a certificate, and that no other facts have them."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from rooms.refusal import Refused
from rooms.trajectory import proof
from rooms.trajectory.group import Guidance
from rooms.trajectory.proof import AttendanceSheet, Certificate, Row
from server.identity import ALPHABET

SAID = Certificate(
    "Anneke van den Berg-Hoekstra", "SKJ 120 034 911", "Mentoren Zuid", "Marijke de Wit", "LVSC 4821", "2026-01-14",
    "2026-11-11", 1090, 9, 10, ("five-step", "balint"), "role", ("guided", "self"), "2026-11-27", 20, "nl",
)  # fmt: skip
SHEET = AttendanceSheet(
    "Mentoren Zuid", 4, "2026-11-11", "14:00", "15:38", 88, 90, ("five-step",), Guidance.GUIDED, "mixed", True, None,
    (
        Row("Yusuf Öztürk", "SKJ 120 118 002", "14:06", "15:38", 82, remote=True, confirmed=True),
        Row("Marijke de Wit", "LVSC 4821", "14:00", "15:38", 88, task="lead"),
        Row("Fenna Jansma", "", "14:00", "15:20", 70, outside=12, task="observer"),
    ),
    1, "nl",
)  # fmt: skip


def test_the_bytes_of_a_certificate_are_these_and_stay_these() -> None:
    """A paper is checked years later: what is signed may not change with the code. A field more is another tag."""
    body = proof.payload(SAID)

    assert body.startswith(b"\xdc\x00\x11\xb3kring-certificate-1\xbcAnneke van den Berg-Hoekstra\xaf")
    assert hashlib.sha256(body).hexdigest() == "80dc4397e9e81ce31bd8f78bfc836e099ef6db86299b246ee376115425fb3b78"
    assert proof.read(body) == SAID


@pytest.mark.parametrize("field", Certificate.__struct_fields__)
def test_each_fact_is_in_the_bytes(field: str) -> None:
    said = getattr(SAID, field)
    other = said + 1 if isinstance(said, int) else said + ("x",) if isinstance(said, tuple) else f"{said}x"
    changed = replace(SAID, **{field: other})

    assert proof.payload(changed) != proof.payload(SAID)
    assert proof.code(proof.payload(changed), ALPHABET) != proof.code(proof.payload(SAID), ALPHABET)


def same(body: bytes, read: Callable[[bytes], Certificate]) -> int:
    """How many of the bodies that differ from this one in a single bit, or have a byte more or less, say the same."""
    bits = (body[:i] + bytes([body[i] ^ 1 << bit]) + body[i + 1 :] for i in range(len(body)) for bit in range(8))
    found = 0
    for other in (*bits, body + b"\0", body[:-1], b""):
        with contextlib.suppress(ValueError, msgspec.DecodeError):
            found += read(other) == read(body)
    return found


def test_other_bytes_never_say_the_same() -> None:
    assert same(proof.payload(SAID), proof.read) == 0


def careless(body: bytes) -> Certificate:
    """Believes the name, whatever follows it."""
    found = msgspec.msgpack.decode(body)
    if not isinstance(found, list) or len(found) < 2:
        raise ValueError
    return replace(SAID, name=found[1])


def test_a_reader_that_takes_what_it_gets_would_be_found() -> None:
    """The control: one that reads only the first field, and one that overlooks the way a number is written."""
    assert same(proof.payload(SAID), careless) > 0
    spelled = proof.payload(SAID).replace(b"\x09\x0a", b"\xcc\x09\x0a")
    assert msgspec.msgpack.decode(spelled, type=Certificate) == SAID
    with pytest.raises(ValueError, match="^$"):
        proof.read(spelled)


names = st.text(min_size=1, max_size=60)


@given(names, names, st.integers(0, 99_999))
def test_what_may_be_signed_is_read_back_and_done_twice_is_done_once(name: str, group: str, minutes: int) -> None:
    try:
        said = proof.certificate(replace(SAID, name=name, group=group, minutes=minutes))
    except Refused:
        return
    assert proof.read(proof.payload(said)) == said == proof.certificate(said)
    assert said.name.isprintable() and any(c.isalpha() for c in said.name)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("  Anne   de  Vries ", "Anne de Vries"),
        ("Anne \U0001f642\u200d\U0001f525 de Vries\x07\x00", "Anne de Vries"),
        ("Anne\u202egro.gnirK\u2066", "Annegro.gnirK"),  # nothing turns what stands after it
        ("e\u0301\u0301\u0301\u0301\u0301\u0301\u0301E", "\u00e9\u0301\u0301\u0301\u0301E"),
        ("O\u2019Brien-\u00d6zt\u00fcrk", "O'Brien-\u00d6zt\u00fcrk"),
        ("\u0641\u0627\u0637\u0645\u0629", "\u0641\u0627\u0637\u0645\u0629"),
        ("\u05e9\u05d9\u05e8\u05d4 \u05db\u05d4\u05df", "\u05e9\u05d9\u05e8\u05d4 \u05db\u05d4\u05df"),
        ("\u6f22\u5b57", "\u6f22\u5b57"),
        ("\u0926\u0947\u0935\u0940", "\u0926\u0947\u0935\u0940"),
        ("1e klas + 2", "1e klas + 2"),
    ],
)  # fmt: skip
def test_a_name_is_letters_of_any_script_and_no_pictures(typed: str, shown: str) -> None:
    assert proof.certificate(replace(SAID, name=typed)).name == shown


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""}, {"name": "\U0001f642 12"}, {"name": "x" * (proof.NAME + 1)}, {"number": "1" * (proof.NUMBER + 1)},
        {"attended": 0}, {"attended": 11}, {"planned": 100, "attended": 100}, {"minutes": -1}, {"minutes": 100_000},
        {"outside": -1}, {"first": "2026-13-01"}, {"first": "gisteren"}, {"first": "2026-11-12"}, {"issued": ""},
        {"subject": "over Jan"}, {"forms": ("coached",)}, {"lang": "fr"}, {"methods": ("Vijf Stappen",)},
        {"methods": tuple(f"m{n}" for n in range(proof.METHODS + 1))},
    ],
    ids=str,
)  # fmt: skip
def test_what_no_certificate_can_say_is_refused(wrong: dict[str, Any]) -> None:
    proof.certificate(SAID)
    with pytest.raises(Refused):
        proof.certificate(replace(SAID, **wrong))


def test_forms_and_methods_have_one_order_and_no_doubles() -> None:
    said = proof.certificate(replace(SAID, forms=("self", "guided"), methods=("balint", "five-step", "balint")))

    assert said.forms == ("guided", "self")
    assert said.methods == ("balint", "five-step")


def test_the_order_on_a_sheet_is_that_of_names_however_they_came() -> None:
    names = ["Fenna Jansma", "Marijke de Wit", "Yusuf Öztürk"]
    for rows in (SHEET.rows, SHEET.rows[::-1]):
        assert [row.name for row in proof.sheet(replace(SHEET, rows=rows)).rows] == names


@pytest.mark.parametrize(
    "wrong",
    [
        {"day": ""}, {"began": "25:00"}, {"ended": "2 uur"}, {"nr": 0}, {"guests": -1}, {"where": "thuis"},
        {"lang": "de"}, {"rows": (Row("", "", "14:00", "15:00", 60),)}, {"rows": (Row("A", "", "14", "15:00", 60),)},
        {"rows": SHEET.rows * 21},
    ],
    ids=lambda wrong: str(wrong)[:40],
)  # fmt: skip
def test_what_no_sheet_can_say_is_refused(wrong: dict[str, Any]) -> None:
    proof.sheet(SHEET)
    with pytest.raises(Refused):
        proof.sheet(replace(SHEET, **wrong))


def test_a_code_is_four_times_four_symbols_of_the_alphabet_of_codes() -> None:
    codes = {proof.code(bytes([n]), ALPHABET) for n in range(200)}

    assert len(codes) == 200
    assert all([len(part) for part in code.split("-")] == [4] * 4 for code in codes)
    assert set("".join(codes)) - {"-"} == set(ALPHABET)


def test_the_subjects_are_in_both_languages_and_name_nobody() -> None:
    assert len(proof.subjects()) >= 8
    assert all(text.nl and text.en for text in proof.subjects().values())
