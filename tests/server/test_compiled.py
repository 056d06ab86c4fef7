"""Templates are compiled once for both languages, and kept; what cannot be kept is compiled again."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from jinja2 import Environment

from server import regions, script
from server.app import STATIC
from server.assets import Assets
from server.i18n import Languages
from server.regions import Regions

SAID = {"nl": "Drie stoelen zijn vrij.", "en": "Three chairs are free."}
LINE = "{{ ngettext('Eén stoel is vrij.', '%(num)s stoelen zijn vrij.', 3, num=3|spelled(first=True)) }}"


def said(folder: Path, monkeypatch: pytest.MonkeyPatch, line: str = LINE) -> tuple[dict[str, str], int]:
    """A line in both languages, by a server that keeps what it compiles in `folder`; and how often it compiled."""
    templates, compiled = folder / "templates", []
    (templates / "reading").mkdir(parents=True, exist_ok=True)
    (templates / "reading" / "nginx.conf").touch()
    (templates / "line.html").write_text(line, encoding="utf-8")
    compile_ = Environment.compile
    with monkeypatch.context() as patch:
        patch.setattr(sys, "dont_write_bytecode", False)
        patch.setattr(regions, "TEMPLATES", templates)
        patch.setattr(regions, "_compiled", lambda: regions.Compiled(str(folder / "kept"), "%s"))
        patch.setattr(Environment, "compile", lambda *a, **k: compiled.append(a) or compile_(*a, **k))
        languages = Languages()
        made = Regions(Assets(STATIC, script.says(languages)), languages, "kring.example.org", 86_400_000)
        return {lang: made.part("line.html", lang) for lang in SAID}, len(compiled)


def test_compiled_once_for_both_languages_and_for_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kept").mkdir()
    assert said(tmp_path, monkeypatch) == (SAID, 1)
    assert said(tmp_path, monkeypatch) == (SAID, 0)
    changed, times = said(tmp_path, monkeypatch, "{{ lang }}")
    assert (changed, times) == ({"nl": "nl", "en": "en"}, 1)


def test_where_nothing_can_be_kept_the_page_is_there_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert said(tmp_path, monkeypatch) == (SAID, 2), "the folder is not there"


def test_a_kept_file_that_is_damaged_is_compiled_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kept").mkdir()
    said(tmp_path, monkeypatch)
    for file in (tmp_path / "kept").iterdir():
        file.write_bytes(file.read_bytes()[:60])
    assert said(tmp_path, monkeypatch) == (SAID, 1)
