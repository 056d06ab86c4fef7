"""What the documents say of the tests and of themselves."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.conftest import ROOT

PROMISES = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
ATTACKS = (ROOT / "docs" / "attacks.md").read_text(encoding="utf-8")
ASVS = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
ROW = re.compile(r"^\| V([\d.]+) \| ([12]) \| (met|not met|n/a) \| (.+) \|$", re.MULTILINE)
TOTAL = re.compile(r"^\| (1|2|both) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", re.MULTILINE)


def missing(text: str) -> list[str]:
    """Tests and files that a document names and that are not there."""
    wrong = []
    for path, name in NAMED.findall(text):
        file = ROOT / path
        if not file.exists() or name and not re.search(rf"def {name}\(", file.read_text(encoding="utf-8")):
            wrong.append(f"{path}::{name}")
    return wrong


@pytest.mark.parametrize("text", [PROMISES, ASVS, ATTACKS], ids=["promises", "asvs", "attacks"])
def test_every_test_a_document_names_is_there(text: str) -> None:
    assert len(NAMED.findall(text)) > 10
    assert missing(text) == []
    assert missing("`tests/server/test_docs.py::test_that_is_not_there`") != []  # the control


def test_every_promise_has_a_row_with_a_test() -> None:
    rows = re.findall(r"^\| (P\d) .+? \| .+? \| (.+) \|$", PROMISES, re.MULTILINE)
    assert [name for name, _ in rows] == [f"P{n}" for n in range(1, 9)]
    assert all(NAMED.search(shown) for _, shown in rows)


def test_the_totals_of_the_asvs_table_are_those_of_its_rows() -> None:
    rows = ROW.findall(ASVS)
    assert len({number for number, *_ in rows}) == len(rows) == ASVS.count("\n| V")
    found = Counter((level, state) for _, level, state, _ in rows)
    for level, *numbers in TOTAL.findall(ASVS):
        levels = "12" if level == "both" else level
        counted = [sum(found[one, state] for one in levels) for state in ("met", "not met", "n/a")]
        assert [int(n) for n in numbers] == [*counted, sum(counted)], level
    assert (sum(n for (level, _), n in found.items() if level == "1"), len(rows)) == (70, 253)


def test_every_file_the_asvs_table_names_is_there() -> None:
    names = set(re.findall(r"`((?:rooms|server|docs|static|compose|requirements)[\w/.]*)`", ASVS))
    assert len(names) > 10
    assert [name for name in names if not (ROOT / name).exists()] == []
