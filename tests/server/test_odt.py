"""An OpenDocument text: a zip whose kind can be read at its head, XML that holds together, and every blank and line end
of what was written. Held against the standard's rules for packages, not against one program."""

from __future__ import annotations

import io
import re
import zipfile
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rooms.trajectory.reflection import tidy
from server import odt

TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
MANIFEST = "{urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}"
PARTS = [("Handelen", "Ik praatte.\n\nZij zweeg."), ("Kern", "Rust <& 'stilte'>")]


def made(lang: str = "nl") -> bytes:
    return odt.document("Het gesprek", ["2 december 2026 · Korthagen"], PARTS, lang)


def part(body: bytes, name: str) -> ET.Element:
    with zipfile.ZipFile(io.BytesIO(body)) as file:
        return ET.fromstring(file.read(name))


def read(element: ET.Element) -> str:
    """What an office program shows of a heading or a paragraph: white space of the file is one blank, or none at its
    ends; blanks, tabs and line ends are elements."""
    shown = []
    for piece in (element.text or "", *element):
        if isinstance(piece, str):
            shown.append(re.sub(r"[ \t\n\r]+", " ", piece))
            continue
        kind = piece.tag.removeprefix(TEXT)
        shown.append({"line-break": "\n", "tab": "\t", "s": " " * int(piece.get(f"{TEXT}c", "1"))}[kind])
        shown.append(re.sub(r"[ \t\n\r]+", " ", piece.tail or ""))
    return "".join(shown)


def test_its_kind_stands_at_its_head_as_it_is() -> None:
    """So that a program, and `file`, know it without unpacking: offset 30 the name, 38 the kind, no extra field."""
    body = made()

    assert body[:4] == b"PK\x03\x04"
    assert body[30 : 38 + len(odt.KIND)] == b"mimetype" + odt.KIND.encode()
    assert body[28:30] == b"\0\0"
    with zipfile.ZipFile(io.BytesIO(body)) as file:
        assert file.testzip() is None
        first, *rest = file.infolist()
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert {one.compress_type for one in rest} == {zipfile.ZIP_DEFLATED}


def test_the_manifest_names_every_part_and_no_other() -> None:
    body = made()
    listed = {
        e.get(f"{MANIFEST}full-path"): e.get(f"{MANIFEST}media-type") for e in part(body, "META-INF/manifest.xml")
    }
    with zipfile.ZipFile(io.BytesIO(body)) as file:
        names = set(file.namelist()) - {"mimetype", "META-INF/manifest.xml"}

    assert listed.pop("/") == odt.KIND
    assert set(listed) == names == {"content.xml", "styles.xml", "meta.xml"}


def test_headings_and_paragraphs_stand_in_their_order_under_styles_that_are_there() -> None:
    body = made()
    content = part(body, "content.xml")
    shown = [(e.tag.removeprefix(TEXT), read(e)) for e in content.iter() if e.tag in (f"{TEXT}h", f"{TEXT}p")]
    used = {e.get(f"{TEXT}style-name") for e in content.iter() if e.get(f"{TEXT}style-name")}
    there = {e.get(f"{STYLE}name") for e in part(body, "styles.xml").iter(f"{STYLE}style")}

    assert shown == [
        ("h", "Het gesprek"), ("p", "2 december 2026 · Korthagen"), ("h", "Handelen"), ("p", "Ik praatte."),
        ("p", "Zij zweeg."), ("h", "Kern"), ("p", "Rust <& 'stilte'>"),
    ]  # fmt: skip
    assert used <= there
    assert [e.get(f"{TEXT}outline-level") for e in content.iter(f"{TEXT}h")] == ["1", "2", "2"]


@pytest.mark.parametrize(("lang", "country"), [("nl", "NL"), ("en", "GB")])
def test_it_says_its_language_and_nothing_of_when_or_by_whom(lang: str, country: str) -> None:
    body = made(lang)
    default = part(body, "styles.xml").find(f".//{STYLE}default-style/{STYLE}text-properties")
    assert default is not None
    assert (default.get(f"{FO}language"), default.get(f"{FO}country")) == (lang, country)
    kept = {e.tag.rpartition("}")[2] for e in part(body, "meta.xml").iter()}

    assert kept == {"document-meta", "meta", "generator", "title", "language"}
    with zipfile.ZipFile(io.BytesIO(body)) as file:
        assert {one.date_time for one in file.infolist()} == {odt.LONG_AGO}
    assert made(lang) == body  # the same words are the same bytes


@given(st.text(st.characters(codec="utf-8"), max_size=300).map(tidy))
@settings(max_examples=200)
def test_every_blank_and_line_end_of_a_text_comes_back(text: str) -> None:
    body = odt.document("T", [], [("Deel", text)], "nl")
    told = [read(e) for e in part(body, "content.xml").iter(f"{TEXT}p")]

    assert "\n\n".join(told) == re.sub("\n{2,}", "\n\n", text)


def test_the_reading_above_sees_what_is_not_told_of() -> None:
    """The control: a writer that lets a run of blanks and a line end stand as they are loses them."""
    plain = ET.fromstring(f'<p xmlns:text="{TEXT[1:-1]}">een  twee\ndrie</p>')
    assert read(plain) == "een twee drie"
