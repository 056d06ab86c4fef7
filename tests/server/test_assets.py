"""What is served leaves out what is there for its reader, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from server.assets import lean_css

ROOT = Path(__file__).resolve().parents[2]


def test_a_stylesheet_keeps_its_strings_and_its_descendants() -> None:
    sheet = '/* why */\n.a  .b ,\n.c{ content:" /* no */  ;" ;\n  margin:0 1px }\n@media (x) and (y){.d\n.e{top:0}}\n'
    lean = lean_css(sheet)
    assert lean.strip() == '.a .b,.c{content:" /* no */  ;";margin:0 1px}@media (x) and (y){.d .e{top:0}}'


def strange(*sheets: str) -> set[str]:
    """The variables that stylesheets use without a value for when there is none, and that nobody gives one."""
    text = "".join(sheets)
    return set(re.findall(r"var\((--[\w-]+)\)", text)) - set(re.findall(r"(--[\w-]+)\s*:", text))


def test_every_colour_that_a_stylesheet_asks_for_is_there() -> None:
    """A colour that is not there is no colour: dark letters on a dark button."""
    sheets = [path.read_text(encoding="utf-8") for path in (ROOT / "static").glob("*.css")]
    assert strange(*sheets) == set()
    assert strange(*sheets, ".a{color:var(--paper)}") == {"--paper"}
