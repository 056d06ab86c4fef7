"""What professional registers ask of a meeting, as files: whether it counts, what is missing, how far a member is.
Rules change and a file says only what its source says, so every answer comes with: check this with your register."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import chain
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from rooms.methodfault import MethodFault, both, either
from rooms.methods import NONE, Text
from rooms.refusal import Refused
from rooms.room import Terms
from rooms.trajectory.group import BY_GUIDE, Group, belongs
from rooms.trajectory.register import LED, Sheet

FOLDER = Path(__file__).with_name("registers")
COLUMNS = ("date", "start", "end", "minutes", "names", "numbers", "signatures", "method", "leader", "subject")
ROUNDED = {"": 1, "half": 30, "hour": 60}  # minutes, down to which a meeting is counted
LEADERS = ("", "appointed", "titled", "registered")  # nobody; one of us, named before; one with a title; and no member
ONLINE = ("", "yes", "live", "checked")  # not said; counts; with picture and sound for all; and with identity checked
COUNTRIES = ("NL", "BE", "DE")
MOST = 6  # profiles of a group
_ID = re.compile(r"[a-z][a-z0-9-]{0,39}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Source(Struct, frozen=True, forbid_unknown_fields=True):
    """Where it stands: a title with the site, the page where we have one, and the day on which we read it."""

    title: str
    seen: str
    url: str = ""


class Profile(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One register. A number that its source does not give is 0, and asks nothing."""

    id: str
    name: Text
    about: Text  # what it asks, in a few sentences
    country: str
    check: bool  # always true: what it says may have changed since
    least: int = 0  # people
    most: int = 0
    shortest: int = 0  # minutes on end, to count at all
    longest: int = 0  # minutes that count of one day
    rounded: str = ""
    hours: int = 0  # in the period
    years: int = 1  # of the period
    meetings: int = 0  # in a calendar year
    carry: int = 0  # hours that may go along to the next period
    leader: str = ""
    online: str = ""
    each: bool = False  # everybody brings a question
    scope: bool = False  # what stays in the circle is talked about first
    unseen: tuple[Text, ...] = ()  # what it asks and we cannot see
    columns: tuple[str, ...] = ()  # of the sheet it wants
    note: Text = NONE
    sources: tuple[Source, ...]


class Lack(Struct, frozen=True):
    """What is missing, or what we cannot see: a Dutch sentence that the catalogue translates, {fields} for `params`."""

    text: str
    params: dict[str, object] = {}


class Verdict(Struct, frozen=True):
    """Whether a meeting counts, as far as we can see: no where something is missing, unknown where something cannot be
    seen here; with the sentences that say what."""

    counts: str  # yes, no, unknown
    missing: tuple[Lack, ...] = ()
    unsure: tuple[Lack, ...] = ()


class Progress(Struct, frozen=True):
    """How far a member is in the period that ends today: minutes and, of this calendar year, meetings that count or may
    count, and what is to come; 0 where the register gives no number."""

    minutes: int
    meetings: int
    to_come: int = 0  # minutes
    meetings_to_come: int = 0
    waiting: int = 0  # meetings that do not count because their line is not confirmed


def lack(text: str, **params: object) -> Lack:
    """A sentence with what fills it."""
    return Lack(text, params)


@cache
def profiles() -> dict[str, Profile]:
    """All profiles that ship, by id, in the order of their files; raises MethodFault when a file is wrong."""
    found: dict[str, Profile] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        profile = read(path.read_text(encoding="utf-8"), path.name)
        if profile.id in found:
            raise MethodFault(f"{path.name}: id", "Dit id is al gebruikt.")
        found[profile.id] = profile
    return found


def read(text: str, file: str = "") -> Profile:
    """The profile in a text; raises MethodFault with the file and the first field that is wrong."""
    where = f"{file}: " if file else ""
    try:
        profile = msgspec.convert(tomllib.loads(text), Profile)
    except msgspec.ValidationError as wrong:
        raise MethodFault(f"{where}file", "Dit past hier niet: {why}", why=str(wrong)) from None
    except (ValueError, RecursionError) as wrong:
        raise MethodFault(f"{where}file", "Dit is geen TOML: {why}", why=str(wrong)) from None
    for fault in faults(profile):
        raise MethodFault(f"{where}{fault.field}", fault.text, **fault.params)
    return profile


def faults(one: Profile) -> Iterator[MethodFault]:
    """What is wrong in a profile, field by field."""
    if not _ID.fullmatch(one.id):
        yield MethodFault("id", "Een id is hooguit 40 kleine letters en cijfers, met streepjes ertussen.")
    yield from both(one.name, "name", most=80)
    yield from both(one.about, "about", most=600)
    yield from either(one.note, "note")
    yield from chain.from_iterable(both(text, "unseen") for text in one.unseen)
    if not one.check:
        yield MethodFault("check", "Regels veranderen: hier hoort true.")
    for field, known in (("country", COUNTRIES), ("rounded", tuple(ROUNDED)), ("leader", LEADERS), ("online", ONLINE)):
        if getattr(one, field) not in known:
            yield MethodFault(field, "Kies een van: {names}.", names=", ".join(filter(None, known)))
    if set(one.columns) - set(COLUMNS):
        yield MethodFault("columns", "Kies een van: {names}.", names=", ".join(COLUMNS))
    for low, high in (("least", "most"), ("shortest", "longest")):
        if min(getattr(one, low), getattr(one, high)) < 0 or 0 < getattr(one, high) < getattr(one, low):
            yield MethodFault(high, "Het meeste is minder dan het minste.")
    if min(one.hours, one.meetings, one.carry) < 0 or not 1 <= one.years <= 10:
        yield MethodFault("years", "Een periode heeft 1 tot 10 jaar, en geen getal is onder nul.")
    if not one.sources or not all(s.title.strip() and _DAY.fullmatch(s.seen) for s in one.sources):
        yield MethodFault("sources", "Hier hoort een bron: waar staat dit, en wanneer is het gelezen?")


def choose(group: Group, by: str, wanted: Iterable[str]) -> Group:
    """The registers that the group's meetings are to count for; none is fine."""
    belongs(group, by)
    chosen = tuple(name for name in profiles() if name in set(wanted))
    if len(chosen) > MOST:
        raise Refused("Kies hooguit {n} registers.", n=MOST)
    return group if chosen == group.profiles else replace(group, profiles=chosen)


def chosen(group: Group) -> tuple[Profile, ...]:
    """The profiles a group chose, as far as they still ship."""
    return tuple(profiles()[name] for name in group.profiles if name in profiles())


def columns(group: Group) -> tuple[str, ...]:
    """What the sheets that these registers want hold together, in one order."""
    asked = {name for profile in chosen(group) for name in profile.columns}
    return tuple(name for name in COLUMNS if name in asked)


def terms(group: Group) -> Terms | None:
    """What these registers ask of a meeting while it runs: the longest, and a question of everybody where one asks."""
    found = chosen(group)
    asked = Terms(max((p.shortest for p in found), default=0), any(p.each for p in found))
    return None if asked == Terms() else asked


def counts(profile: Profile, sheet: Sheet) -> Verdict:
    """Whether a meeting counts for a register."""
    missing, unsure = tuple(_missing(profile, sheet)), tuple(_unsure(profile, sheet))
    return Verdict("no" if missing else "unknown" if unsure else "yes", missing, unsure)


def progress(profile: Profile, kept: Sequence[Sheet], member: str, today: str) -> Progress:
    """How far a member is on `today` (YYYY-MM-DD): over this calendar year, or over as many years back as the period
    has; when a register's own period began, only the member knows."""
    year = today[:4]
    before = f"{int(year) - 1:04d}-12-31" if profile.years == 1 else f"{int(year) - profile.years:04d}{today[4:]}"
    mine = [s for s in kept if member in s.lines and before < s.day <= today and counts(profile, s).counts != "no"]
    sure = [s for s in mine if s.lines[member].confirmed and counted(profile, s, member)]
    minutes = sum(_by_day(profile, sure, member).values()) + _carried(profile, kept, member, year)
    meetings = sum(s.day[:4] == year for s in sure)
    return Progress(
        minutes=minutes,
        meetings=meetings,
        to_come=max(profile.hours * 60 - minutes, 0),
        meetings_to_come=max(profile.meetings - meetings, 0),
        waiting=sum(not s.lines[member].confirmed for s in mine),
    )


def counted(profile: Profile, sheet: Sheet, member: str) -> int:
    """How many minutes of a member's at a meeting count: none below the shortest, rounded down as the register does."""
    net = sheet.lines[member].net
    return 0 if net < profile.shortest else net - net % ROUNDED[profile.rounded]


def _carried(profile: Profile, kept: Sequence[Sheet], member: str, year: str) -> int:
    """The minutes that the calendar year before had too many, as far as they may go along."""
    if not profile.carry or profile.years != 1:
        return 0
    before = f"{int(year) - 1:04d}"
    mine = [s for s in kept if s.day[:4] == before and member in s.lines and s.lines[member].confirmed]
    had = sum(_by_day(profile, [s for s in mine if counts(profile, s).counts != "no"], member).values())
    return min(max(had - profile.hours * 60, 0), profile.carry * 60)


def _by_day(profile: Profile, kept: Iterable[Sheet], member: str) -> dict[str, int]:
    """The minutes that count, by day: no more than the longest."""
    found: dict[str, int] = {}
    for one in kept:
        all_day = found.get(one.day, 0) + counted(profile, one, member)
        found[one.day] = min(all_day, profile.longest) if profile.longest else all_day
    return found


def _missing(profile: Profile, sheet: Sheet) -> Iterator[Lack]:
    """What a meeting lacks for sure."""
    people = len(sheet.lines) + sheet.guests
    if profile.least and people < profile.least:
        yield lack("Jullie waren met {n}; dit register vraagt er minstens {least}.", n=people, least=profile.least)
    if profile.most and people > profile.most:
        yield lack("Jullie waren met {n}; dit register vraagt er hooguit {most}.", n=people, most=profile.most)
    if profile.shortest and sheet.net < profile.shortest:
        yield lack(
            "De bijeenkomst duurde {n} minuten; dit register vraagt er minstens {least} op een dag.",
            n=sheet.net, least=profile.shortest,
        )  # fmt: skip
    if profile.each and sheet.each is False:
        yield lack("Niet ieder bracht een vraag in.")
    if profile.scope and not sheet.scope:
        yield lack("Er is niet eerst besproken wat binnen de kring blijft.")
    if profile.leader == "registered" and sheet.guidance not in BY_GUIDE:
        yield lack("Er was geen begeleider; dit register vraagt er een.")


def _unsure(profile: Profile, sheet: Sheet) -> Iterator[Lack]:
    """What cannot be seen here."""
    if profile.each and sheet.each is None:
        yield lack("Kring weet niet of ieder een vraag inbracht.")
    if profile.leader == "registered" and sheet.guidance in BY_GUIDE:
        yield lack("Kring weet niet of jullie begeleider bij dit register staat ingeschreven.")
    if profile.leader == "titled":
        yield lack("Kring weet niet of wie begeleidde daarvoor erkend is.")
    if profile.leader == "appointed" and not any(line.task == LED for line in sheet.lines.values()):
        yield lack("Kring weet niet wie van jullie vooraf als begeleider is aangewezen.")
    if sheet.where != "together" and profile.online != "yes":
        yield _online(profile.online)
    if not sheet.closed:
        yield lack("Niemand sloot deze bijeenkomst af; de afgesproken eindtijd telt.")


def _online(condition: str) -> Lack:
    if condition == "live":
        return lack("Op afstand telt alleen met beeld en geluid voor iedereen. Dat kan Kring niet zien.")
    if condition == "checked":
        return lack("Op afstand vraagt dit register meer, zoals zien wie er is. Dat kan Kring niet zien.")
    return lack("Of deelnemen op afstand meetelt, staat niet in onze bron.")
