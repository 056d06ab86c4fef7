"""What the documents say of the tests and of themselves."""

from __future__ import annotations

import re
from collections import Counter

import h11
import pytest

from server import wire
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


def test_what_refuses_two_lengths_is_what_the_asvs_table_says() -> None:
    """V4.2.1. h11 alone refuses lengths that differ, and takes one beside a transfer coding for chunked."""
    [row] = [line for line in ASVS.splitlines() if line.startswith("| V4.2.1 |")]
    assert "`server/wire.py`" in row
    head = b"POST / HTTP/1.1\r\nHost: kring\r\nContent-Length: 3\r\n%s\r\n\r\n"
    for kind, other, refused in (
        (h11.Connection, b"Content-Length: 4", True),
        (h11.Connection, b"Transfer-Encoding: chunked", False),
        (wire.Connection, b"Transfer-Encoding: chunked", True),
    ):
        connection = kind(h11.SERVER)
        connection.receive_data(head % other)
        try:
            assert isinstance(connection.next_event(), h11.Request) and not refused, (kind, other)
        except h11.RemoteProtocolError:
            assert refused, (kind, other)
