"""Methods as data: what a method file may say, and the loader that refuses what it may not."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

CATALOGUE = Path(__file__).with_name("catalogue")
KINDS = (
    "turns", "cards", "sort", "pick", "scale", "vote", "text", "notes", "listening", "takeaway", "groups", "timer",
)  # fmt: skip
SHELL = ("arrive", "agreement", "checkin", "followup", "write", "read", "choose", "closing")
SHAPES = ("", "columns", "four", "line")
MODES = ("one", "dots", "rank")
NEEDS = ("first", "short", "stuck", "relation", "decision", "success", "values", "pattern", "incident", "everybody")
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
    of: str = ""  # pick, sort, vote, scale: the earlier input whose cards are picked, sorted, voted on or rated
    field: str = ""
    options: tuple[Text, ...] = ()  # labels of a sort, columns of cards, what a vote or a text chooses from
    shape: str = ""  # cards: '' a shelf, columns a board, four a canvas of four fields, line a time line
    mode: str = "one"  # vote: one, dots (`max` each), rank
    low: int = 1
    high: int = 5
    words: int = 0  # text: no more than so many words
    until: str = ""  # text: kept closed, and read by its writer only, until the phase with this id
    seconds: int = 0  # timer
    quiet: bool = False  # timer: silence; every screen goes still
    client: int = 0  # groups: whose turn it is in each group in this phase, from 1; 0 for nobody's
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
    back: str = ""  # a loop: an earlier phase that who leads may go back to when the owner is not helped yet
    again: int = 2  # how often, the first time not counted
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
    everybody: bool = False  # everybody is an owner in turn: no case is written or chosen
    needs: tuple[str, ...] = ()  # what somebody may be looking for, of NEEDS
    prompts: tuple[Text, ...] = ()  # three questions of its own for writing a case; without them the shell's
    warnings: tuple[Text, ...] = ()


def is_batch(phase: Phase) -> bool:
    """Whether people first write (or rate, or vote) at the same time and everything opens together."""
    return any(i.kind in ("cards", "scale", "vote") and not i.live and i.who != "owner" for i in phase.inputs)


def is_board(line: Input) -> bool:
    """Whether cards lie on a board where everybody sees them at once, as they are placed."""
    return line.kind == "cards" and line.live and bool(line.shape)


def is_queue(line: Input) -> bool:
    """Whether cards are questions that wait for the floor."""
    return line.kind == "cards" and line.live and not line.shape


def is_unsigned(line: Input) -> bool:
    """Whether people fill this in without a name: opened together, kept by device and not by seat."""
    if line.kind == "cards":
        return not (line.signed or line.live)
    return line.kind == "vote" or line.kind == "scale" and line.who != "owner"


def later_vote(phase: Phase) -> Input | None:
    """The vote about cards of this very phase: it begins when they lie open."""
    own = {i.id for i in phase.inputs if i.kind == "cards"}
    return next((i for i in phase.inputs if i.kind == "vote" and i.of in own), None)


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
    for n, text in enumerate(method.warnings):
        _both(text, f"warnings.{n}")
    if set(method.needs) - set(NEEDS):
        raise MethodFault("needs", f"unknown: {', '.join(sorted(set(method.needs) - set(NEEDS)))}")
    if method.prompts and len(method.prompts) != 3:
        raise MethodFault("prompts", "three prompts, or none")
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
        if phase.back and phase.back not in {p.id for p in method.phases[: method.phases.index(phase)]}:
            raise MethodFault(f"{at}.back", f"there is no earlier phase {phase.back!r}")
        for line in phase.inputs:
            _input(line, f"{at}.{line.id}", seen)
            seen.add(line.id)
    ids = [phase.id for phase in method.phases]
    for number, phase in enumerate(method.phases):
        batch = [i for i in phase.inputs if i.kind in ("cards", "scale", "vote") and not i.live and i.who != "owner"]
        if len({is_unsigned(i) for i in batch}) > 1:  # both are ready under one sign, which the signed one would name
            raise MethodFault(f"phases.{phase.id}", "what is signed and what is not need phases of their own")
        if phase.id in SHELL:
            raise MethodFault(f"phases.{phase.id}", "this id is a step of every meeting; take another one")
        for line in phase.inputs:
            if line.until and line.until not in ids[number + 1 :]:
                raise MethodFault(f"phases.{phase.id}.{line.id}.until", f"there is no later phase {line.until!r}")


def _input(line: Input, at: str, seen: set[str]) -> None:
    if line.kind not in KINDS or line.who not in PEOPLE:
        raise MethodFault(at, f"unknown kind {line.kind!r} or people {line.who!r}")
    if line.id in seen:
        raise MethodFault(at, "this id is used before")
    if line.kind == "cards" and line.who == "owner" and not (line.live and line.shape):
        raise MethodFault(at, "cards of the owner alone lie on a board at once: live = true and a shape")
    if line.kind == "cards" and not line.signed and line.live:
        raise MethodFault(at, "cards without a name are opened together: they cannot be live")
    if line.kind == "cards" and not (1 <= line.max <= 9 and 20 <= line.chars <= 400):
        raise MethodFault(at, "cards need max 1-9 and chars 20-400")
    if (line.kind in ("pick", "sort") or line.of) and line.of not in seen:
        raise MethodFault(f"{at}.of", f"there is no earlier input {line.of!r}")
    if line.kind == "scale" and not 0 <= line.low < line.high <= 10:
        raise MethodFault(at, "a scale runs from low to high within 0-10")
    if line.kind == "scale" and line.of and line.who != "owner":
        raise MethodFault(f"{at}.who", "only the owner rates cards one by one")
    if line.kind == "sort" and not 2 <= len(line.options) <= 4:
        raise MethodFault(f"{at}.options", "a sort needs two to four labels")
    if line.shape not in SHAPES or line.shape and line.kind != "cards":
        raise MethodFault(f"{at}.shape", "only cards have a shape: columns, four or line")
    if line.shape == "columns" and not 2 <= len(line.options) <= 5 or line.shape == "four" and len(line.options) != 4:
        raise MethodFault(f"{at}.options", "columns need two to five names, four needs four")
    if line.kind == "vote" and (line.mode not in MODES or bool(line.of) == bool(line.options)):
        raise MethodFault(at, "a vote has a mode (one, dots, rank), and either cards or options to choose from")
    if line.kind == "timer" and not 10 <= line.seconds <= 3600:
        raise MethodFault(f"{at}.seconds", "a timer runs from 10 to 3600 seconds")
    if line.kind == "groups" and not 2 <= line.max <= 6:
        raise MethodFault(f"{at}.max", "groups have two to six people")
    if line.kind in ("cards", "text", "scale", "vote"):
        _both(line.label, f"{at}.label")
    for n, text in enumerate(line.options):
        _both(text, f"{at}.options.{n}")


def _both(text: Text, at: str) -> None:
    if not text.nl or not text.en:
        raise MethodFault(at, "needs a text in nl and in en")
