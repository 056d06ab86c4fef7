"""Text that leaves nothing of the writer's device."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.words import normalise


@given(st.text(max_size=400))
def test_normalising_twice_is_normalising_once_and_leaves_nothing_invisible(text: str) -> None:
    clean = normalise(text, 200)

    assert normalise(clean, 200) == clean
    assert len(clean) <= 200
    assert not set(clean) & set("\u2018\u2019\u201c\u201d\u2013\u2014\u2026\u00a0\u200b\u202e\ufeff")
    assert all(c == "\n" or c == "\u200d" or unicodedata.category(c)[0] != "C" for c in clean)


def test_an_iphone_and_a_laptop_write_the_same() -> None:
    assert normalise("\u201cJa\u201d \u2013 dat\u2019s \u2026\u00a0goed", 99) == normalise('"Ja" - dat\'s ... goed', 99)


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("\u2022 een\n\u00b7 twee\n\u2023 drie", "- een\n- twee\n- drie"),
        ("3 \u22c5 4 en 3\u22194, om 14\u00b730", "3 \u00b7 4 en 3\u00b74, om 14\u00b730"),
        ("dus \u2192 zo, en zo \u21d2 dan, \u2190 terug", "dus -> zo, en zo => dan, <- terug"),
        ("\u2039ja\u203a \u00abnee\u00bb", "'ja' \"nee\""),
        ("\ufb01jn, een \ufb02uit, \u0133s en \u0132sland", "fijn, een fluit, ijs en IJsland"),
        ("1\u00bd uur, \u00bc dag, \u2153 deel", "1 1/2 uur, 1/4 dag, 1/3 deel"),
        ("\uff22\uff45\uff52\uff54\uff1a \uff02ja\uff02\uff01 \uff40s", 'Bert: "ja"! \'s'),
        ("3\u00d74 \u00a9 2020, Kring\u2122", "3x4 (c) 2020, Kring(tm)"),
    ],
)
def test_what_one_keyboard_makes_of_plain_signs_is_plain_again(typed: str, plain: str) -> None:
    assert normalise(typed, 99) == plain
    assert normalise(plain, 99) == plain


@pytest.mark.parametrize(
    "text",
    [
        "Zo\u00eb vond het caf\u00e9 na\u00efef: \u20ac 10, 20 m\u00b2 en 21 \u00b0C, \u00a7 3.",
        "Gal\u00b7la en Jos\u00e9 O'Neill",
        "\u674e\u660e, \u041e\u043b\u044c\u0433\u0430, \u039d\u03af\u03ba\u03bf\u03c2",
        "a/b, 1/2, x -> y, - lijst, (c)",
    ],
)
def test_plain_words_in_any_script_stay_as_they_are(text: str) -> None:
    assert normalise(text, 99) == text
