"""A template and data become a PDF: what people wrote is data and never compiled, the same data are the same bytes, and
it says its language, its headings and nothing of when."""

from __future__ import annotations

import re
import sys
import threading
import zlib
from pathlib import Path
from typing import Any

import pytest

from server import typeset

STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.S)
REPORT: dict[str, Any] = {"title": "Het gesprek", "lang": "nl", "under": ["2 december 2026 · Korthagen"]}


def made(*lines: str, title: str = "Het gesprek", lang: str = "nl") -> bytes:
    sections = [{"heading": "Handelen", "paragraphs": [list(lines)]}]
    return typeset.pdf("reflection", {**REPORT, "title": title, "lang": lang, "sections": sections})


def opened(body: bytes) -> bytes:
    """The file with its streams unpacked."""
    found = [body]
    for stream in STREAM.findall(body):
        try:
            found.append(zlib.decompress(stream))
        except zlib.error:
            found.append(stream)
    return b"\n".join(found)


def test_it_is_a_tagged_file_in_its_language_with_its_title_as_it_is() -> None:
    body = opened(made("Ik praatte.", title="Nee (zeggen)"))

    assert body.startswith(b"%PDF-1.")
    assert b"/MarkInfo" in body and b"/StructTreeRoot" in body
    assert b"/H1" in body and b"/H2" in body
    assert b"/Lang(nl" in body.replace(b"/Lang (", b"/Lang(")
    assert b"Nee (zeggen)" in body  # in its description


def test_it_has_no_author_and_no_time_and_the_same_words_are_the_same_bytes() -> None:
    body = opened(made("Ik praatte."))

    for kept in (b"CreationDate", b"ModDate", b"CreateDate", b"ModifyDate", b"/Author", b"dc:creator"):
        assert kept not in body, kept
    assert made("Ik praatte.") == made("Ik praatte.") != made("Ik zweeg.")


@pytest.mark.parametrize(
    "text",
    [
        '#panic("x")', '#read("/etc/passwd")', "$ x^2", "= Kop", "*vet* _schuin_ `code`", "// weg", '"] #let', "\\",
        "@bron", "<label>", "שלום", "漢字 \U0001f642", "e\u0301\u0301\u0301", "x" * 4000, " ", "\t",
    ],
)  # fmt: skip
def test_what_people_write_is_never_compiled(text: str) -> None:
    """A template that took it for its own language would fail, or set a heading or a file in its place."""
    plain = opened(made("gewoon"))
    body = opened(made(text, title=text.strip() or "x"))

    assert body.startswith(b"%PDF-")
    assert body.count(b"/S/H1") == plain.count(b"/S/H1")
    assert body.count(b"/S/H2") == plain.count(b"/S/H2")


def test_the_look_above_sees_a_template_that_compiles_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The control: the same words, taken for the engine's language."""
    source = (typeset.TEMPLATES / "reflection.typ").read_text(encoding="utf-8")
    (tmp_path / "reflection.typ").write_text(source.replace("text(line)", 'eval(line, mode: "markup")'), "utf-8")
    monkeypatch.setattr(typeset, "TEMPLATES", tmp_path)
    assert opened(made("= Kop")).count(b"/S/H1") == 2
    with pytest.raises(typeset.NotSet):
        made('#panic("x")')


def test_a_template_that_is_not_there_is_an_error() -> None:
    with pytest.raises(typeset.NotSet) as no:
        typeset.pdf("nergens", REPORT)
    assert (str(no.value), no.value.__cause__) == ("", None)  # an error is logged: it holds no word of anybody


def test_the_engine_lives_in_another_process_that_is_gone() -> None:
    """It remembers the texts of earlier pages, so that the next is faster: never in the process that serves."""
    before = set(children())
    made("Kanariegeel")

    assert "typst" not in sys.modules
    assert set(children()) <= before


def children() -> list[str]:
    return Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text().split()
