"""What there is to read: the chapters in their order, a page of notes for every method, and the sources that are
cited. The texts themselves are in templates/reader, one file per chapter and language."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec
from msgspec import Struct

from rooms.methods import Text
from server.i18n import N_

FOLDER = Path(__file__).resolve().parent.parent / "templates" / "reader"
METHODS = "methoden"  # the chapter after which the pages of the methods come


class Chapter(NamedTuple):
    """A chapter: its name in the address, its file, its title and what it is about in one sentence."""

    name: str
    file: str
    title: str
    about: str


CHAPTERS = (
    Chapter(
        "intervisie",
        "what",
        N_("Wat intervisie is, en wat het vraagt"),
        N_("Een gesprek tussen gelijken, in vaste stappen."),
    ),
    Chapter("rollen", "roles", N_("Wie doet wat"), N_("Inbrenger, begeleider en alle anderen.")),
    Chapter(
        "veilig",
        "safety",
        N_("Veilig, en waar dat ophoudt"),
        N_("Wat je afspreekt, wat zonder naam betekent, en wanneer je moet handelen."),
    ),
    Chapter(
        "vragen", "questions", N_("Vragen stellen"), N_("Welke vragen iets openen, en welke stiekem een advies zijn.")
    ),
    Chapter(
        "feedback",
        "feedback",
        N_("Feedback geven en krijgen"),
        N_("Zeggen wat je zag en wat het met je deed, en het ook kunnen horen."),
    ),
    Chapter("samenvatten", "summaries", N_("Samenvatten"), N_("In één zin teruggeven wat je hoorde.")),
    Chapter("reflecteren", "reflecting", N_("Reflecteren"), N_("Vijf manieren om terug te kijken.")),
    Chapter(
        METHODS, "methods", N_("De methoden"), N_("Elk op een bladzijde: waarom, de stappen, en wanneer beter niet.")
    ),
    Chapter(
        "zelfstandig",
        "independence",
        N_("Op eigen kracht"),
        N_("Een weg van tien bijeenkomsten, van begeleid naar zelf."),
    ),
    Chapter(
        "opbrengst",
        "benefits",
        N_("Wat het oplevert, en wat we echt weten"),
        N_("Vijf opbrengsten, met hun bronnen en hun grenzen."),
    ),
    Chapter("bronnen", "sources", N_("Bronnen"), N_("Alles waar we naar verwijzen, en wat we ervan lazen.")),
)


class Notes(Struct, frozen=True, forbid_unknown_fields=True):
    """What the reader says of a method beside its file in the catalogue. `more` are sources, by id."""

    why: Text
    do: tuple[Text, ...]
    avoid: tuple[Text, ...]
    example: Text = Text()
    more: tuple[str, ...] = ()


class Source(Struct, frozen=True, forbid_unknown_fields=True):
    """A source: `by` are its authors, family name first; a web page without a date has no `year`; `read` is what we
    read of it ourselves, nothing where it is named as the origin of something only."""

    id: str
    by: tuple[str, ...]
    title: str
    where: str
    year: int = 0
    read: Literal["", "abstract", "page", "review"] = ""
    doi: str = ""

    def short(self, lang: str) -> str:
        """How a text names it: the family names, and the year if it has one."""
        names = [name.partition(",")[0] for name in self.by]
        if len(names) > 2:
            who = f"{names[0]} {'e.a.' if lang == 'nl' else 'et al.'}"
        else:
            who = (" en " if lang == "nl" else " and ").join(names)
        return f"{who}, {self.year}" if self.year else who


@cache
def chapters() -> dict[str, Chapter]:
    """The chapters by their name in the address."""
    return {chapter.name: chapter for chapter in CHAPTERS}


@cache
def notes() -> dict[str, Notes]:
    """The notes on every method, by its id."""
    return {path.stem: msgspec.convert(_toml(path), Notes) for path in sorted((FOLDER / "methods").glob("*.toml"))}


@cache
def sources() -> dict[str, Source]:
    """The sources by id, in the order of a list of literature."""
    found = msgspec.convert(_toml(FOLDER / "sources.toml")["sources"], tuple[Source, ...])
    return {one.id: one for one in sorted(found, key=lambda one: (one.by[0].lower(), one.year))}


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
