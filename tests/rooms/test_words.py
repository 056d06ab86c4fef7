"""Text that leaves nothing of the writer's device."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from rooms.words import normalise


@given(st.text(max_size=400))
def test_normalising_twice_is_normalising_once_and_leaves_nothing_invisible(text: str) -> None:
    clean = normalise(text, 200)

    assert normalise(clean, 200) == clean
    assert len(clean) <= 200
    assert not set(clean) & set("\u2018\u2019\u201c\u201d\u2013\u2014\u2026\u00a0\u200b\u202e\ufeff")
    assert all(c == "\n" or c in "\u200d\ufe0f" or unicodedata.category(c)[0] != "C" for c in clean)


def test_an_iphone_and_a_laptop_write_the_same() -> None:
    assert normalise("\u201cJa\u201d \u2013 dat\u2019s \u2026\u00a0goed", 99) == normalise('"Ja" - dat\'s ... goed', 99)
