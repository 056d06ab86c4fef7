"""An OpenDocument text from a title, some lines under it, and sections: made in memory, without a date or an author."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from html import escape

KIND = "application/vnd.oasis.opendocument.text"
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first time a zip file knows: when it was made is nobody's business
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMES = " ".join(
    f'xmlns:{short}="{name}"'
    for short, name in (
        ("office", "urn:oasis:names:tc:opendocument:xmlns:office:1.0"),
        ("style", "urn:oasis:names:tc:opendocument:xmlns:style:1.0"),
        ("text", "urn:oasis:names:tc:opendocument:xmlns:text:1.0"),
        ("fo", "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"),
        ("meta", "urn:oasis:names:tc:opendocument:xmlns:meta:1.0"),
        ("dc", "http://purl.org/dc/elements/1.1/"),
    )
)
_MANIFEST = """<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
 manifest:version="1.3"><manifest:file-entry manifest:full-path="/" manifest:version="1.3"
 manifest:media-type="application/vnd.oasis.opendocument.text"/><manifest:file-entry
 manifest:full-path="content.xml" manifest:media-type="text/xml"/><manifest:file-entry
 manifest:full-path="styles.xml" manifest:media-type="text/xml"/><manifest:file-entry
 manifest:full-path="meta.xml" manifest:media-type="text/xml"/></manifest:manifest>"""
_PARAGRAPH = '<style:style style:name="{name}" style:family="paragraph" style:class="text"{more}>{props}</style:style>'
_SERIF = 'fo:font-family="Literata, Charter, Georgia, &apos;Noto Serif&apos;, serif"'
_HEADING = 'style:parent-style-name="Standard" style:next-style-name="Text_20_body" style:display-name="{}"'
_WHITE = re.compile("\n|\t| {2,}")


def document(title: str, lines: Iterable[str], sections: Iterable[tuple[str, str]], lang: str) -> bytes:
    """The file. In the text of a section (heading, text) an empty line begins a paragraph, and every other line end,
    tab and run of blanks stays; control characters must be gone (rooms.trajectory.reflection.tidy)."""
    parts = {
        "content.xml": _content(title, lines, sections),
        "styles.xml": _styles(lang),
        "meta.xml": _meta(title, lang),
        "META-INF/manifest.xml": _MANIFEST,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        # what kind of file it is stands first and as it is, so that it can be read without unpacking anything
        file.writestr(zipfile.ZipInfo("mimetype", LONG_AGO), KIND, zipfile.ZIP_STORED)
        for name, text in parts.items():
            file.writestr(zipfile.ZipInfo(name, LONG_AGO), _HEAD + text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _content(title: str, lines: Iterable[str], sections: Iterable[tuple[str, str]]) -> str:
    body = [_element("h", "Title", title, ' text:outline-level="1"')]
    body += [_element("p", "Subtitle", line) for line in lines]
    for heading, text in sections:
        body.append(_element("h", "Heading_20_2", heading, ' text:outline-level="2"'))
        body += [_element("p", "Text_20_body", part) for part in re.split("\n{2,}", text)]
    return (
        f'<office:document-content {_NAMES} office:version="1.3"><office:body><office:text>{"".join(body)}'
        "</office:text></office:body></office:document-content>"
    )


def _element(kind: str, style: str, text: str, more: str = "") -> str:
    return f'<text:{kind} text:style-name="{style}"{more}>{_spelled(text)}</text:{kind}>'


def _spelled(text: str) -> str:
    """A text as XML; OpenDocument makes one blank of all white space that it is not told of."""
    return _WHITE.sub(_space, escape(text))


def _space(found: re.Match[str]) -> str:
    if found[0] == "\n":
        return "<text:line-break/>"
    return "<text:tab/>" if found[0] == "\t" else f'<text:s text:c="{len(found[0])}"/>'


def _styles(lang: str) -> str:
    country = {"nl": "NL", "en": "GB"}[lang]
    default = (
        '<style:default-style style:family="paragraph"><style:paragraph-properties fo:line-height="140%"/>'
        f'<style:text-properties fo:font-size="11pt" fo:language="{lang}" fo:country="{country}"/>'
        "</style:default-style>"
    )
    styles = (
        _style("Standard", "", "", ""),
        _style("Text_20_body", 'style:display-name="Text body"', 'fo:margin-bottom="0.25cm"', ""),
        _style("Title", _HEADING.format("Title"), 'fo:margin-bottom="0.15cm"', f'fo:font-size="24pt" {_SERIF}'),
        _style("Subtitle", _HEADING.format("Subtitle"), "", 'fo:font-size="10pt" fo:color="#5d4452"'),
        _style(
            "Heading_20_2",
            _HEADING.format("Heading 2"),
            'fo:margin-top="0.7cm" fo:margin-bottom="0.15cm" fo:keep-with-next="always"',
            f'fo:font-size="14pt" {_SERIF}',
        ),
    )
    page = (
        '<style:page-layout style:name="A4"><style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm" '
        'fo:margin-top="2.5cm" fo:margin-bottom="2.5cm" fo:margin-left="2.8cm" fo:margin-right="2.8cm"/>'
        "</style:page-layout>"
    )
    return (
        f'<office:document-styles {_NAMES} office:version="1.3"><office:styles>{default}{"".join(styles)}'
        f"</office:styles><office:automatic-styles>{page}</office:automatic-styles><office:master-styles>"
        '<style:master-page style:name="Standard" style:page-layout-name="A4"/></office:master-styles>'
        "</office:document-styles>"
    )


def _style(name: str, more: str, paragraph: str, text: str) -> str:
    props = f"<style:paragraph-properties {paragraph}/>" if paragraph else ""
    props += f"<style:text-properties {text}/>" if text else ""
    return _PARAGRAPH.format(name=name, more=f" {more}" if more else "", props=props)


def _meta(title: str, lang: str) -> str:
    return (
        f'<office:document-meta {_NAMES} office:version="1.3"><office:meta><meta:generator>Kring</meta:generator>'
        f"<dc:title>{escape(title)}</dc:title><dc:language>{lang}</dc:language></office:meta></office:document-meta>"
    )
