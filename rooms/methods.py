"""Methods as data: what a method file may say, and the loader that refuses what it may not."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

CATALOGUE = Path(__file__).with_name("catalogue")
KINDS = ("turns", "cards", "sort", "pick", "scale", "text", "notes", "listening", "takeaway", "vote")
PEOPLE = ("owner", "consultants", "everybody", "facilitator")
FLAVOURS = ("bring", "ask", "think", "advise", "look")


class Text(Struct, frozen=True):
    """A text in both languages."""

    nl: str = ""
    en: str = ""


NONE = Text()


class Input(Struct, frozen=True, forbid_unknown_fields=True):
    """Something people fill in, do or pick during a phase; `who` may."""

    id: str
    kind: str
    who: str = "everybody"
    max: int = 1
    chars: int = 0
    signed: bool = True
    live: bool = False
    of: str = ""  # pick and sort: the input whose cards, or whose lines, can be picked
    field: str = ""
    options: tuple[Text, ...] = ()
    low: int = 1
    high: int = 5
    label: Text = NONE
    help: Text = NONE


class Phase(Struct, frozen=True, forbid_unknown_fields=True):
    """One phase: minutes, its rule, who acts, who listens, and its inputs."""

    id: str
    name: Text
    minutes: int
    kind: str = "method"
    called: Text = NONE  # the name inside a sentence ("the core"); without it, the name in small letters
    rule: Text = NONE
    purpose: Text = NONE
    says: Text = NONE  # what who leads can say, in own words
    watch: Text = NONE  # one intervention at a time
    acts: str = "everybody"
    listens: str = ""
    flavour: str = "look"
    spoken: bool = False  # phones are nearly empty
    inputs: tuple[Input, ...] = ()


class Size(Struct, frozen=True, forbid_unknown_fields=True):
    """How many people a method is for."""

    min: int
    ideal_min: int
    ideal_max: int
    max: int


class Method(Struct, frozen=True, forbid_unknown_fields=True):
    """A recipe for treating one case."""

    id: str
    name: Text
    use: Text
    size: Size
    phases: tuple[Phase, ...]
    origin: Text = NONE
    licence: str = ""
    without_owner: bool = False
    warnings: tuple[Text, ...] = ()


def is_batch(phase: Phase) -> bool:
    """Whether people first write (or rate) at the same time and everything opens together."""
    return any(i.kind in ("cards", "scale") and not i.live and i.who != "owner" for i in phase.inputs)


def is_unsigned(line: Input) -> bool:
    """Whether people fill this in without a name: opened together, kept by device and not by seat."""
    return line.kind == "cards" and not (line.signed or line.live) or line.kind == "scale" and line.who != "owner"


def called(phase: Phase) -> Text:
    """A phase's name as it stands inside a sentence: back to ..., next: ..."""
    return Text(phase.called.nl or _small(phase.name.nl), phase.called.en or _small(phase.name.en))


def _small(name: str) -> str:
    return name[:1].lower() + name[1:]


class MethodFault(Exception):
    """What is wrong in a method file: the field, and a sentence."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(f"{field}: {sentence}")
        self.field, self.sentence = field, sentence


@cache
def catalogue() -> dict[str, Method]:
    """All methods that ship, by id, in the order of their files."""
    methods = (load(path) for path in sorted(CATALOGUE.glob("*.toml")))
    return {method.id: method for method in methods}


def load(path: Path) -> Method:
    """The method in a file; raises MethodFault with the field that is wrong."""
    try:
        raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        method = msgspec.convert(raw, Method)
    except tomllib.TOMLDecodeError as wrong:
        raise MethodFault("file", str(wrong)) from None
    except msgspec.ValidationError as wrong:
        raise MethodFault(str(wrong).partition("`$.")[2].rstrip("`") or "file", str(wrong)) from None
    check(method)
    return method


def check(method: Method) -> None:
    """Raises MethodFault for the first thing that cannot run, or that only one language says."""
    _both(method.name, "name")
    _both(method.use, "use")
    if not method.phases:
        raise MethodFault("phases", "a method needs at least one phase")
    seen: set[str] = set()
    for phase in method.phases:
        at = f"phases.{phase.id}"
        if phase.id in seen or phase.kind != "method":
            raise MethodFault(at, "each phase needs an id of its own and the kind 'method'")
        seen.add(phase.id)
        _both(phase.name, f"{at}.name")
        _both(phase.rule, f"{at}.rule")
        if not 1 <= phase.minutes <= 240:
            raise MethodFault(f"{at}.minutes", "minutes run from 1 to 240")
        if phase.flavour not in FLAVOURS or phase.acts not in PEOPLE or phase.listens not in (*PEOPLE, ""):
            raise MethodFault(at, "unknown flavour, acts or listens")
        for line in phase.inputs:
            _input(line, f"{at}.{line.id}", seen)
            seen.add(line.id)


def _input(line: Input, at: str, seen: set[str]) -> None:
    if line.kind not in KINDS or line.who not in PEOPLE:
        raise MethodFault(at, f"unknown kind {line.kind!r} or people {line.who!r}")
    if line.id in seen:
        raise MethodFault(at, "this id is used before")
    if line.kind == "cards" and not line.signed and line.live:
        raise MethodFault(at, "cards without a name are opened together: they cannot be live")
    if line.kind == "cards" and not (1 <= line.max <= 9 and 20 <= line.chars <= 400):
        raise MethodFault(at, "cards need max 1-9 and chars 20-400")
    if line.kind in ("pick", "sort") and line.of not in seen:
        raise MethodFault(f"{at}.of", f"there is no earlier input {line.of!r}")
    if line.kind == "scale" and not 0 <= line.low < line.high <= 10:
        raise MethodFault(at, "a scale runs from low to high within 0-10")
    if line.kind in ("cards", "text", "scale"):
        _both(line.label, f"{at}.label")


def _both(text: Text, at: str) -> None:
    if not text.nl or not text.en:
        raise MethodFault(at, "needs a text in nl and in en")
