"""What is served leaves out what is there for its reader, and nothing else."""

from __future__ import annotations

from server.assets import lean_css


def test_a_stylesheet_keeps_its_strings_and_its_descendants() -> None:
    sheet = '/* why */\n.a  .b ,\n.c{ content:" /* no */  ;" ;\n  margin:0 1px }\n@media (x) and (y){.d\n.e{top:0}}\n'
    lean = lean_css(sheet)
    assert lean.strip() == '.a .b,.c{content:" /* no */  ;";margin:0 1px}@media (x) and (y){.d .e{top:0}}'
