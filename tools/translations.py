"""Keeps the English catalogue complete: `update` adds what is new, `check` fails on what is missing.

The Dutch sentences in templates and code are the message ids.
"""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "server" / "locale" / "en" / "LC_MESSAGES" / "kring.po"
KEYWORDS = {
    "_": None,
    "N_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "Refused": None,
    "MethodFault": (2,),
    "Rejected": (2,),
    "translated": (2,),
    "lack": None,
}
FIELD = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


def wanted() -> set[str | tuple[str, str]]:
    """Every message the code and the templates use."""
    found: set[str | tuple[str, str]] = set()
    methods = [("**.py", "python"), ("**.html", "jinja2")]
    for folder in ("rooms", "server", "templates"):
        options = {"**.html": {"extensions": "jinja2.ext.i18n", "silent": "false"}}
        for _, _, message, _, _ in extract_from_dir(str(ROOT / folder), methods, options, KEYWORDS):
            found.add(message if isinstance(message, str) else (message[0], message[1]))
    return {m for m in found if m}


def load() -> Catalog:
    """The catalogue as it is."""
    if not PO.exists():
        return Catalog(locale="en")
    return read_po(io.BytesIO(PO.read_bytes()), locale="en")


def update() -> None:
    """Writes the catalogue with exactly the wanted messages, keeping translations."""
    old, new = load(), Catalog(locale="en", fuzzy=False)
    for message in sorted(wanted(), key=str):
        known = old.get(message if isinstance(message, str) else message[0])
        new.add(message, known.string if known else None)
    out = io.BytesIO()
    write_po(out, new, omit_header=True, width=120, sort_output=True)
    head = (
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
    )
    PO.write_text(head + out.getvalue().decode(), encoding="utf-8")


def faults() -> list[str]:
    """What is missing, left over, or has other placeholders than its source."""
    catalogue, needed = load(), wanted()
    ids = {m if isinstance(m, str) else m[0] for m in needed}
    wrong = [
        f"left over: {m.id}" for m in catalogue if m.id and (m.id if isinstance(m.id, str) else m.id[0]) not in ids
    ]
    for message in needed:
        known = catalogue.get(message if isinstance(message, str) else message[0])
        strings = known.string if known and isinstance(known.string, (tuple, list)) else [known.string if known else ""]
        if not all(strings) or (known and known.fuzzy):
            wrong.append(f"missing: {message}")
            continue
        source = set(FIELD.findall(message if isinstance(message, str) else message[1]))
        if any(set(FIELD.findall(s)) - source for s in strings) or set(FIELD.findall(strings[-1])) != source:
            wrong.append(f"placeholders differ: {message}")
    return wrong


if __name__ == "__main__":
    if sys.argv[1:] == ["update"]:
        update()
    elif sys.argv[1:] == ["check"]:
        problems = faults()
        print("\n".join(problems) or "translations: complete")
        sys.exit(bool(problems))
    else:
        sys.exit("usage: translations.py update | check")
