"""The shape of the code: imports, vendored files, what templates ask of views. Forbidden lines: tools/semgrep.yml."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
RULES = sorted((ROOT / "rooms").rglob("*.py"))


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


@pytest.mark.parametrize("path", RULES, ids=lambda p: p.name)
def test_rules_import_the_standard_library_and_msgspec_only(path: Path) -> None:
    tops = {name.split(".")[0] for name in imported(path)}

    assert tops <= set(sys.stdlib_module_names) | {"msgspec", "rooms"}
    assert not tops & {"time", "datetime", "asyncio", "os", "secrets", "socket", "sqlite3"}


def test_vendored_files_are_the_ones_in_the_manifest() -> None:
    import hashlib
    import tomllib

    manifest = tomllib.loads((ROOT / "static" / "vendor" / "manifest.toml").read_text(encoding="utf-8"))
    found = {p.name for p in (ROOT / "static" / "vendor").iterdir()} - {"manifest.toml"}

    assert found == set(manifest)
    for name, entry in manifest.items():
        assert hashlib.sha256((ROOT / "static" / "vendor" / name).read_bytes()).hexdigest() == entry["sha256"]


def test_templates_ask_a_view_for_nothing_it_does_not_have() -> None:
    """A region is drawn for everybody at once: one wrong word in it is an empty screen for all."""
    from rooms.leading import Leading
    from rooms.mine import Mine
    from rooms.view import View

    structs = {"view": View, "mine": Mine, "mine.leading": Leading}
    wrong = [
        f"{path.name}: {name}.{field}"
        for path in (ROOT / "templates").rglob("*.html")
        for name, field in re.findall(r"\b(mine\.leading|view|mine)\.([a-z_]+)", path.read_text(encoding="utf-8"))
        if field not in structs[name].__struct_fields__
    ]
    assert wrong == []
