"""The table of invariants in docs/invariants.md names tests that exist, and every invariant has one."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "docs" / "invariants.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def named(text: str) -> dict[str, list[tuple[str, str]]]:
    """The tests that each row of the table names, by invariant."""
    rows = [line for line in text.splitlines() if re.match(r"\| I\d ", line)]
    return {row.split("|")[1].strip(): NAMED.findall(row) for row in rows}


def missing(tests: dict[str, list[tuple[str, str]]]) -> list[str]:
    """What is named and is not there."""
    gone = []
    for file, name in (one for found in tests.values() for one in found):
        path = ROOT / file
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
        there = {n.name for n in ast.parse(path.read_text()).body if isinstance(n, kinds)} if path.exists() else set()
        gone += [] if name in there else [f"{file}::{name}"]
    return gone


def test_every_invariant_names_tests_that_exist() -> None:
    tests = named(TABLE.read_text())

    assert list(tests) == [f"I{n}" for n in range(1, 9)]
    assert [invariant for invariant, found in tests.items() if not found] == []
    assert missing(tests) == []


def test_a_test_that_is_gone_is_noticed() -> None:
    row = "| I1 | words | `tests/test_invariants.py::test_that_nobody_wrote` `tests/nowhere.py::test_neither` |"

    assert len(missing(named(row))) == 2
