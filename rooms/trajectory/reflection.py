"""Reflection models as files, each with its parts and what they ask, and a report that follows one."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import chain
from pathlib import Path

import msgspec
from msgspec import Struct

from rooms.methodfault import MethodFault, both
from rooms.methods import Text
from rooms.refusal import Refused

FOLDER = Path(__file__).with_name("reflection")
PARTS = 8  # at most: a report is about a page, and its ring has so many places
TITLE, LONGEST = 120, 4000  # characters of a title and of one part, where a report becomes a file
_ID = re.compile(r"[a-z][a-z0-9-]{0,39}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_NO_TEXT = re.compile("[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what no document may hold


class Part(Struct, frozen=True, forbid_unknown_fields=True):
    """One step of a model: its name, and the questions that help to write there."""

    id: str
    name: Text
    prompts: tuple[Text, ...]


class Model(Struct, frozen=True, forbid_unknown_fields=True):
    """A way to look back. `use` says when to take it, `origin` whose it is, `sources` where that can be checked."""

    id: str
    name: Text
    use: Text
    origin: Text
    sources: tuple[str, ...]
    parts: tuple[Part, ...]


class Section(Struct, frozen=True):
    """What somebody wrote in one part."""

    name: Text
    text: str


class Report(Struct, frozen=True):
    """A report as it becomes a file. `day` is YYYY-MM-DD or ''; parts without a word are left out."""

    model: Text
    title: str
    day: str
    sections: tuple[Section, ...]


@cache
def models() -> dict[str, Model]:
    """All models that ship, by id, in the order of their files; raises MethodFault when a file is wrong."""
    found: dict[str, Model] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        model = read(path.read_text(encoding="utf-8"))
        if model.id in found:
            raise MethodFault("id", "Dit id is al gebruikt.")
        found[model.id] = model
    return found


def read(text: str) -> Model:
    """The model in a text; raises MethodFault with the first field that is wrong."""
    try:
        model = msgspec.convert(tomllib.loads(text), Model)
    except msgspec.ValidationError as wrong:
        raise MethodFault("file", "Dit past hier niet: {why}", why=str(wrong)) from None
    except (ValueError, RecursionError) as wrong:
        raise MethodFault("file", "Dit is geen TOML: {why}", why=str(wrong)) from None
    for fault in faults(model):
        raise fault
    return model


def faults(model: Model) -> Iterator[MethodFault]:
    """What is wrong in a model, field by field."""
    yield from _id(model.id, "id")
    yield from both(model.name, "name", most=60)
    yield from both(model.use, "use")
    yield from both(model.origin, "origin")
    if not model.sources or not all(source.strip() for source in model.sources):
        yield MethodFault("sources", "Hier hoort een bron: waar staat dit?")
    if not 1 <= len(model.parts) <= PARTS:
        yield MethodFault("parts", "Een model heeft een tot {n} delen.", n=PARTS)
    seen: set[str] = set()
    yield from chain.from_iterable(_part(part, seen) for part in model.parts)


def report(model: Model, title: str, day: str, texts: Mapping[str, str]) -> Report:
    """What somebody wrote, ready to become a file: in the order of the model, nothing in it that no document can hold.
    Refuses what is too long for one, and one without a word."""
    told = tuple(Section(part.name, tidy(texts.get(part.id, ""))) for part in model.parts)
    if any(len(section.text) > LONGEST for section in told):
        raise Refused("Een deel is langer dan {n} tekens. Maak het korter, of bewaar het als Markdown.", n=LONGEST)
    if not any(section.text for section in told):
        raise Refused("Er staat nog niets in dit verslag.")
    head = " ".join(tidy(title).split())[:TITLE]
    return Report(model.name, head, day if _DAY.fullmatch(day) else "", tuple(s for s in told if s.text))


def tidy(text: str) -> str:
    """A text with one kind of line end and without control characters; its words stay as they were written."""
    return _NO_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _part(part: Part, seen: set[str]) -> Iterator[MethodFault]:
    """Faults of one part; `seen` are the ids of those before it, and grows."""
    at = f"parts.{part.id}"
    yield from _id(part.id, f"{at}.id")
    if part.id in seen:
        yield MethodFault(f"{at}.id", "Dit id is al gebruikt.")
    seen.add(part.id)
    yield from both(part.name, f"{at}.name", most=60)
    if not part.prompts:
        yield MethodFault(f"{at}.prompts", "Hier hoort minstens één vraag.")
    yield from chain.from_iterable(both(prompt, f"{at}.prompts") for prompt in part.prompts)


def _id(text: str, at: str) -> Iterator[MethodFault]:
    """A fault where a name for machines is none."""
    if not _ID.fullmatch(text):
        yield MethodFault(at, "Een id is hooguit 40 kleine letters en cijfers, met streepjes ertussen.")
