"""What is served leaves out comments and indentation, and nothing else."""

from __future__ import annotations

from server.assets import lean_css, lean_js


def test_a_stylesheet_keeps_its_strings_and_its_descendants() -> None:
    sheet = '/* why */\n.a  .b ,\n.c{ content:" /* no */  ;" ;\n  margin:0 1px }\n@media (x) and (y){.d\n.e{top:0}}\n'
    lean = lean_css(sheet)
    assert lean.strip() == '.a .b,.c{content:" /* no */  ;";margin:0 1px}@media (x) and (y){.d .e{top:0}}'


def test_a_script_keeps_its_addresses_and_its_lines() -> None:
    lean = lean_js("// why\nconst a = 'http://b'; // because\n  if (a) {\n    go() // on\n  }\n\n")
    assert lean == "const a = 'http://b';\nif (a) {\ngo()\n}\n"
