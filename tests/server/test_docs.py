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
ASVS_NL = (ROOT / "docs" / "asvs.nl.md").read_text(encoding="utf-8")
STATES = {"voldaan": "met", "niet voldaan": "not met", "niet van toepassing": "n/a"}
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
ROW = re.compile(r"^\| V([\d.]+) \| ([12]) \| (met|not met|n/a) \| (.+) \|$", re.MULTILINE)
TOTAL = re.compile(r"^\| (1|2|both) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", re.MULTILINE)


IDS = re.compile(r"\b[AFHILOSW]\d\d\b")
PLAYED = re.compile(
    r'def test_((?:[a-z]\d\d_)+)|["\[]([HWFSILAO]\d\d) ', re.IGNORECASE
)  # in a test's name, or a row of one


def missing(text: str) -> list[str]:
    """Tests and files that a document names and that are not there."""
    wrong = []
    for path, name in NAMED.findall(text):
        file = ROOT / path
        if not file.exists() or name and not re.search(rf"def {name}\(", file.read_text(encoding="utf-8")):
            wrong.append(f"{path}::{name}")
    return wrong


@pytest.mark.parametrize("text", [PROMISES, ASVS, ASVS_NL, ATTACKS], ids=["promises", "asvs", "asvs-nl", "attacks"])
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


def test_the_asvs_table_says_the_same_in_dutch() -> None:
    dutch = re.findall(r"^\| V([\d.]+) \| ([12]) \| ([a-z ]+) \| (.+) \|$", ASVS_NL, re.MULTILINE)
    files = [re.findall(r"`[^`]+`", reason) for *_, reason in dutch]
    assert [(number, level, STATES[state]) for number, level, state, _ in dutch] == [r[:3] for r in ROW.findall(ASVS)]
    assert files == [re.findall(r"`[^`]+`", reason) for *_, reason in ROW.findall(ASVS)]
    totals = re.findall(r"^\| (1|2|beide) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", ASVS_NL, re.MULTILINE)
    assert [t[1:] for t in totals] == [t[1:] for t in TOTAL.findall(ASVS)]


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


def lines(text: str, kinds: str = "") -> list[tuple[str, str]]:
    """The rows of the tables of attacks, with what they begin with; those of some kinds of id only."""
    rows = [(line.split("|")[1].strip(), line) for line in text.splitlines() if line.startswith("| ")]
    return [(first, line) for first, line in rows if first != "id" and (not kinds or first[0] in kinds)]


def played(*paths: str) -> set[str]:
    """The ids of attacks that these files play: in the name of a test, or of a row that a test is given."""
    code = "".join((ROOT / path).read_text(encoding="utf-8") for path in paths)
    return {
        one.upper() for name, row in PLAYED.findall(code) for one in (name.strip("_").split("_") if name else [row])
    }


def without_a_test(text: str) -> list[str]:
    """Rows for which no test is named, or a file and no test in it."""
    named = [(first, [name for _, name in NAMED.findall(line)]) for first, line in lines(text)]
    return [first for first, tests in named if not tests or not all(tests)]


def not_played(text: str) -> list[str]:
    """Ids of the wire that no test named beside them plays any more."""
    rows = [(first, [path for path, _ in NAMED.findall(line)]) for first, line in lines(text, "HWF")]
    return [one for first, paths in rows for one in IDS.findall(first) if one not in played(*paths)]


def test_every_attack_names_a_test_and_those_on_the_wire_are_in_it() -> None:
    assert len(lines(ATTACKS)) > 70
    assert without_a_test(ATTACKS) == []
    assert not_played(ATTACKS) == []


def test_every_id_that_a_test_of_an_attack_has_is_in_the_document() -> None:
    own = [path.relative_to(ROOT).as_posix() for path in (ROOT / "tests" / "attacks").glob("test_*.py")]
    assert len(played(*own)) > 50
    assert played(*own) - set(IDS.findall(" ".join(first for first, _ in lines(ATTACKS)))) == set()


def test_a_row_that_lost_its_test_is_noticed() -> None:
    file = "tests/attacks/test_http.py"
    assert without_a_test(f"| H01 | a | b | c |\n| H02 | a | `{file}` |\n| H03 | a | `{file}::test_x` |") == [
        "H01",
        "H02",
    ]
    assert not_played(f"| H12 | a | `{file}::test_x` |\n| H99 | a | `{file}::test_x` |") == ["H99"]
