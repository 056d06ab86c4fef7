"""QR codes as SVG, with their quiet zone, dark on white in both themes."""

from __future__ import annotations

import io

import segno
from segno import consts


def svg(text: str) -> bytes:
    """An SVG image of a QR code for this text."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", scale=8, border=3, dark="#311526", light="#ffffff", xmldecl=False, svgns=True, omitsize=True
    )
    return out.getvalue()


def terminal(text: str) -> str:
    """The QR code as text for a terminal."""
    out = io.StringIO()
    segno.make(text, error="l", micro=False).terminal(out, compact=True)
    return out.getvalue()


def signed(link: str) -> str:
    """An SVG image for paper of a link with a signed text behind its #: that is in capitals and figures, of which a
    code holds more."""
    address, mark, text = link.partition("#")
    parts = [(address + mark, consts.MODE_BYTE), (text, consts.MODE_ALPHANUMERIC)]
    out = io.BytesIO()
    segno.make(parts, error="m", micro=False).save(  # type: ignore[arg-type]  # it takes parts, each in its own way
        out, kind="svg", border=3, dark="#311526", light="#ffffff", xmldecl=False, svgns=True, omitsize=True
    )
    return out.getvalue().decode()
