"""Reading methods: those that ship, and a file of somebody's own, with every fault and the line it is in."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from rooms.methodcheck import faults
from rooms.methodfault import MethodFault
from rooms.methods import Method

CATALOGUE = Path(__file__).with_name("catalogue")
LARGEST = 65_536  # characters of a file of one's own


class Finding(Struct, frozen=True):
    """A fault in a file: its line from 1, its field, and what is wrong, in Dutch with {fields} for `params`."""

    line: int
    field: str
    text: str
    params: dict[str, object] = {}


@cache
def catalogue() -> dict[str, Method]:
    """All methods that ship, by id, in the order of their files."""
    methods = (load(path) for path in sorted(CATALOGUE.glob("*.toml")))
    return {method.id: method for method in methods}


def load(path: Path) -> Method:
    """The method in a file; raises MethodFault with the first field that is wrong."""
    return read(path.read_text(encoding="utf-8"))


def read(text: str) -> Method:
    """The method in a text; raises MethodFault with the first field that is wrong."""
    method = _converted(text)
    for fault in faults(method):
        raise fault
    return method


def explain(text: str) -> list[Finding]:
    """Every fault of a text, by line; none when it can be led."""
    try:
        found = list(faults(_converted(text)))
    except MethodFault as fault:
        found = [fault]
    return sorted((Finding(_line(text, f), f.field, f.text, f.params) for f in found), key=lambda f: f.line)


def _converted(text: str) -> Method:
    if len(text) > LARGEST:
        raise MethodFault("file", "Het bestand is langer dan {n} tekens.", n=LARGEST)
    try:
        raw: dict[str, Any] = tomllib.loads(text)
        return msgspec.convert(raw, Method)
    except msgspec.ValidationError as wrong:
        sentence, _, at = str(wrong).partition(" - at `$")
        unknown = re.search("unknown field `(.+)`", sentence)
        field = f"{at.strip('`.')}.{unknown[1] if unknown else ''}".strip(".")
        raise MethodFault(field or "file", "Dit past hier niet: {why}", why=sentence) from None
    except (ValueError, RecursionError) as wrong:  # also a number, or brackets, without end
        raise MethodFault("file", "Dit is geen TOML: {why}", why=str(wrong)) from None


def _line(text: str, fault: MethodFault) -> int:
    """The line of a fault: what TOML says itself, or where the ids in its field stand."""
    told = re.search(r"at line (\d+)", str(fault))
    if told:
        return int(told[1])
    lines, at = text.splitlines(), 0
    if "(at end of document)" in str(fault):
        return max(len(lines), 1)
    for part in re.findall(r"phases\[\d+\]|inputs\[\d+\]|[\w-]+", fault.field):
        at = _from(lines, part, at)
    return at + 1


def _from(lines: list[str], part: str, at: int) -> int:
    """The first line from `at` on in which a part of a field's name stands; `at` when there is none."""
    counted = re.fullmatch(r"(phases|inputs)\[(\d+)\]", part)
    if counted:
        begins = r"\[\[phases\]\]" if counted[1] == "phases" else r"\s*\{\s*id\b"
        found = [n for n in range(at, len(lines)) if re.match(begins, lines[n])]
        return found[int(counted[2])] if int(counted[2]) < len(found) else at
    for wanted in (rf"""\bid\s*=\s*["']{re.escape(part)}["']""", rf"\b{re.escape(part)}\s*="):
        found = [n for n in range(at, len(lines)) if re.search(wanted, lines[n])]
        if found:
            return found[0]
    return at
