"""The report for the client: its facts drafted, the rest written by the group together, agreed with everybody's yes.

It holds no case, no quote and no answer of one person. No page says who has not said yes yet: it is not agreed, or it
is. Who leaves is asked no more, and everybody else is asked anew, so that taking somebody out agrees to nothing."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from rooms.methods import Text
from rooms.refusal import Refused
from rooms.trajectory.group import ORGANISER, Facts, Group, Held, Passage, Report, belongs, here, inside
from rooms.trajectory.held import UNMASKS
from rooms.words import fitted

LONGEST = 1_500  # characters of a passage
FEW = 5  # members: of fewer, a share of them says too much of one


class Part(Struct, frozen=True):
    """A part that the group writes: its heading, and what helps to write it. With `choices` one of them is taken."""

    name: Text
    asks: Text
    choices: dict[str, Text] = {}


BENEFIT = "benefit"  # what the evaluation showed, in words that the group takes
PARTS = {
    "themes": Part(
        Text("Waar het over ging", "What it was about"),
        Text(
            "Thema's in algemene woorden: zo dat niemand er een casus of een mens in herkent.",
            "Themes in general words: so that nobody recognises a case or a person.",
        ),
    ),
    "learned": Part(
        Text("Wat we leerden", "What we learned"),
        Text(
            "Wat kunnen of zien jullie nu anders in je werk?",
            "What can you do, or do you see, differently in your work now?",
        ),
    ),
    BENEFIT: Part(
        Text("Hoe het verliep", "How it went"),
        Text(
            "Jullie zien bij Bijeenkomsten hoe de middelste antwoorden gingen. Welke zin past daarbij? Cijfers komen "
            "er niet in.",
            "Under Meetings you see how the middle answers went. Which sentence fits? No numbers go in.",
        ),
        {
            "more": Text(
                "Gaandeweg bracht intervisie de groep meer.", "Along the way peer consultation brought the group more."
            ),
            "same": Text(
                "Intervisie bracht de groep steeds ongeveer evenveel.",
                "Peer consultation brought the group about as much each time.",
            ),
            "mixed": Text(
                "Wat intervisie de groep bracht, wisselde per keer.",
                "What peer consultation brought the group differed from time to time.",
            ),
        },
    ),
    "needs": Part(
        Text("Wat we de organisatie vragen", "What we ask of the organisation"),
        Text(
            "Wat heeft de groep nodig, en wat raden jullie aan?",
            "What does the group need, and what do you recommend?",
        ),
    ),
    "next": Part(Text("Hoe we verdergaan", "How we go on"), Text("Gaat de groep door, en hoe?", "Does it go on, how?")),
}


def facts(group: Group) -> Facts:
    """What the program knows of all meetings that were held, together."""
    kept = [m for m in group.meetings if m.held]
    days = sorted(m.day for m in kept if m.day)
    return Facts(
        first=days[0] if days else "",
        last=days[-1] if days else "",
        held=len(kept),
        planned=sum(not m.skipped for m in group.meetings),
        attendance=attendance(group),
        methods=tuple(dict.fromkeys(name for m in kept if m.held for name in m.held.methods)),
    )


def attendance(group: Group) -> int | None:
    """Of the meetings at which its members were expected, the part at which they were, in whole percent; without who
    guides. None when there are so few members, or so few who missed one or who came at all, that it would say who."""
    kept = {nr: m.held for nr, m in enumerate(group.meetings) if m.held}
    members = [m for m in group.members.values() if not m.guide]
    came = {m.id: {nr for nr, h in kept.items() if m.id in h.present} for m in members}
    due = {m.id: came[m.id] | _expected(m.since, m.left, came[m.id], kept) for m in members}
    asked = [who for who in due if due[who]]
    missed, there = sum(came[who] != due[who] for who in asked), sum(bool(came[who]) for who in asked)
    if len(asked) < FEW or 0 < missed <= UNMASKS or there <= UNMASKS:
        return None
    return round(100 * sum(len(came[who]) for who in asked) / sum(len(due[who]) for who in asked))


def _expected(since: int, left: bool, came: set[int], kept: dict[int, Held]) -> set[int]:
    """The meetings at which a member was expected: from the first one after they came in, and of who left until the
    last one they were at, for nobody keeps when they left."""
    until = max(came, default=-1) if left else len(kept) and max(kept)
    return {nr for nr in kept if since <= nr <= until}


def measured(group: Group) -> bool:
    """Whether the evaluation may be spoken of: middle answers, of five or more, of two meetings or more."""
    return sum(bool(m.held and m.held.medians) for m in group.meetings) > 1


def parts(group: Group) -> dict[str, Part]:
    """The parts that this group can write."""
    return {name: part for name, part in PARTS.items() if name != BENEFIT or measured(group)}


def draft(group: Group, by: str) -> Group:
    """Begins the report, or brings its facts up to now, which everybody is asked about anew."""
    inside(group, by)
    found, old = facts(group), group.report
    if not found.held:
        raise Refused("Er is nog geen bijeenkomst geweest.")
    if old is None:
        return replace(group, report=Report(found))
    _open(old)
    return group if found == old.facts else _changed(group, old, facts=found)


def write(group: Group, by: str, part: str, text: str, seen: int) -> Group:
    """Another text for a part; `seen` is the revision of the part that the writer had before them. Refuses one who has
    not seen the newest, whose text is then laid beside it. Any change asks everybody for their yes anew."""
    inside(group, by)
    report = _open(group.report)
    clean = _clean(group, part, text)
    old = passage(report, part)
    if clean == old.text:
        return group
    if seen != old.rev:
        raise Refused("Een ander bewaarde net een nieuwe tekst. Die staat nu naast de jouwe: maak er samen één van.")
    return _changed(group, report, passages={**report.passages, part: Passage(clean, old.rev + 1)})


def agree(group: Group, by: str, rev: int, day: str, *, yes: bool) -> Group:
    """My yes to the report as it was at `rev`, or not after all. With the last yes it is agreed, on this `day`."""
    inside(group, by)
    report = _report(group.report)
    if report.agreed:
        if yes and rev == report.rev:
            return group  # twice is once
        raise Refused("Dit verslag is al vastgesteld.")
    if rev != report.rev:
        raise Refused("Het verslag is intussen veranderd. Lees het nog eens, en zeg dan ja.")
    if yes and not any(told.text for told in report.passages.values()):
        raise Refused("Er staat nog niets in jullie eigen woorden.")
    said = _said(group, report, by, yes=yes)
    if not _everybody(group, said):
        return group if said == report else replace(group, report=said)
    return replace(group, report=replace(said, yes=(), agreed=day, members=len(here(group))))


def open_again(group: Group, by: str, rev: int, *, yes: bool) -> Group:
    """My yes to writing on in a report that was agreed, or not after all. With the last yes it is open."""
    inside(group, by)
    report = _report(group.report)
    if not report.agreed or rev != report.rev:
        return group  # it is open already
    said = _said(group, report, by, yes=yes)
    if not _everybody(group, said):
        return group if said == report else replace(group, report=said)
    return replace(group, report=replace(said, yes=(), agreed="", members=0, rev=report.rev + 1))


def asked_anew(report: Report | None) -> Report | None:
    """The report as somebody leaves: no yes stands that was given beside theirs."""
    return replace(report, yes=()) if report and report.yes else report


def seen(group: Group, by: str) -> Report | None:
    """The report as who asks may read it: members always, the organiser once it is agreed. None when there is none."""
    belongs(group, by)
    return group.report if by != ORGANISER or group.report and group.report.agreed else None


def passage(report: Report, part: str) -> Passage:
    """What a part holds now."""
    return report.passages.get(part, Passage(""))


def _clean(group: Group, part: str, text: str) -> str:
    """What a part holds in its one form; refuses what is too long, and what is none of its choices."""
    found = parts(group).get(part)
    if found is None:
        raise Refused("Dit deel is er niet.")
    clean = fitted(text, LONGEST)
    if found.choices and clean and clean not in found.choices:
        raise Refused("Kies een van de antwoorden.")
    return clean


def _report(report: Report | None) -> Report:
    if report is None:
        raise Refused("Er is nog geen verslag.")
    return report


def _open(report: Report | None) -> Report:
    found = _report(report)
    if found.agreed:
        raise Refused("Dit verslag is vastgesteld. Veranderen kan als iedereen het weer wil openen.")
    return found


def _changed(group: Group, report: Report, **fields: object) -> Group:
    return replace(group, report=replace(report, **fields, rev=report.rev + 1, yes=()))


def _said(group: Group, report: Report, by: str, *, yes: bool) -> Report:
    """The report with my answer; in no order, for nobody is to see who was last."""
    return replace(report, yes=tuple(sorted({*report.yes, by} if yes else {*report.yes} - {by})))


def _everybody(group: Group, report: Report) -> bool:
    return {m.id for m in here(group)} <= set(report.yes)
