"""Reading methods: those that ship, and a file of somebody's own, with its faults and the lines they are in."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from rooms.methodcheck import faults
from rooms.methodfault import MethodFault
from rooms.methods import Input, Method, Phase

CATALOGUE = Path(__file__).with_name("catalogue")
LARGEST = 65_536  # characters of a file of one's own
DOTS = 100  # on one line: reading a key of so many parts takes the square of them
TOLD = 20  # faults told at once: who mends these sees the next, and each costs a look through the file
LONG = 60  # characters of a name that is no field, and of what is told of it


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
    """The first faults of a text, by line; none when it can be led."""
    try:
        found = list(islice(faults(_converted(text)), TOLD))
    except MethodFault as fault:
        found = list(islice(_misfits(text), TOLD)) or [fault]
    return sorted((Finding(_line(text, f), f.field, f.text, _told(f)) for f in found), key=lambda f: f.line)


def _converted(text: str) -> Method:
    if len(text) > LARGEST:
        raise MethodFault("file", "Het bestand is langer dan {n} tekens.", n=LARGEST)
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > DOTS:
            raise MethodFault("file", "Regel {line} heeft meer dan {n} punten.", line=number, n=DOTS)
    try:
        raw: dict[str, Any] = tomllib.loads(text)
        return msgspec.convert(raw, Method)
    except msgspec.ValidationError as wrong:
        raise _misfit(wrong) from None
    except (ValueError, RecursionError) as wrong:  # also a number, or brackets, without end
        raise MethodFault("file", "Dit is geen TOML: {why}", why=str(wrong)) from None


def _misfit(wrong: msgspec.ValidationError, part: str = "") -> MethodFault:
    """What does not fit, with its field; `part` is where in the file it was looked at by itself."""
    sentence, _, at = str(wrong).partition(" - at `$")
    unknown = re.search("unknown field `(.+)`", sentence)
    fields = (part, at.strip("`."), unknown[1][:LONG] if unknown else "")
    return MethodFault(".".join(filter(None, fields)) or "file", "Dit past hier niet: {why}", why=sentence)


def _misfits(text: str) -> Iterator[MethodFault]:
    """The first thing that does not fit in each part of a file by itself: the method without its phases, each phase
    without its inputs, each input. None where the text is no TOML."""
    if len(text) > LARGEST or any(line.count(".") > DOTS for line in text.split("\n")):
        return
    try:
        raw: dict[str, Any] = tomllib.loads(text)
    except (ValueError, RecursionError):
        return
    parts: list[tuple[str, Any, Any]] = [("", raw, Method)]
    for n, phase in enumerate(raw["phases"] if isinstance(raw.get("phases"), list) else ()):
        parts.append((f"phases[{n}]", phase, Phase))
        inputs = phase.get("inputs") if isinstance(phase, dict) else None
        alone = inputs if isinstance(inputs, list) else []
        parts += [(f"phases[{n}].inputs[{i}]", one, Input) for i, one in enumerate(alone)]
    for part, found, kind in parts:
        try:
            msgspec.convert(_alone(found), kind)
        except msgspec.ValidationError as wrong:
            yield _misfit(wrong, part)


def _alone(part: Any) -> Any:
    """A part of a file without the parts that are looked at by themselves."""
    if not isinstance(part, dict):
        return part
    return {k: [] if k in ("phases", "inputs") and isinstance(v, list) else v for k, v in part.items()}


def _told(fault: MethodFault) -> dict[str, object]:
    """What fills a fault's sentence; of something long that stood in the file, its beginning and its end."""
    cut = {k: f"{v[:LONG]} ... {v[-LONG:]}" for k, v in fault.params.items() if isinstance(v, str) and len(v) > 200}
    return {**fault.params, **cut}


def _line(text: str, fault: MethodFault) -> int:
    """The line of a fault: what TOML says itself, or where the ids in its field stand."""
    if fault.field == "file":
        told = re.search(r"\(at line (\d{1,6}), column \d+\)$", str(fault))
        end = max(len(text.splitlines()), 1) if str(fault).endswith("(at end of document)") else 1
        return int(told[1]) if told else int(str(fault.params.get("line", end)))
    at = 0
    for part in re.findall(r"phases\[\d+\]|inputs\[\d+\]|[\w-]+", fault.field):
        at = _from(text, part, at)
    return text.count("\n", 0, at) + 1


def _from(text: str, part: str, at: int) -> int:
    """Where the first line begins, from `at` on, in which a part of a field's name stands; `at` when there is none."""
    counted = re.fullmatch(r"(phases|inputs)\[(\d{1,6})\]", part)
    if counted:
        begins = r"^\[\[phases\]\]" if counted[1] == "phases" else r"^[ \t]*\{[ \t]*id\b"
        found = re.compile(begins, re.MULTILINE).finditer(text, at)
        nth = next(islice(found, int(counted[2]), None), None)
        return nth.start() if nth else at
    for wanted in (rf"""\bid[ \t]*=[ \t]*["']{re.escape(part)}["']""", rf"\b{re.escape(part)}[ \t]*="):
        first = re.compile(wanted).search(text, at)
        if first:
            return text.rfind("\n", 0, first.start()) + 1
    return at
