"""Attackers with every document of a group, in every version, and its rooms after they closed: who wrote, chose or
answered what, and who did not say that the case was theirs?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from random import Random
from typing import Any

import msgspec

from rooms.trajectory import held
from rooms.trajectory.group import Group
from tests.adversary.attackers import _entries, _words
from tests.adversary.chance import tail
from tests.adversary.groups import SEVEN, Met
from tests.adversary.scoring import Score

Guess = dict[str, str]
Attack = Callable[[Met, str, Random], Guess]
OWNER = "owner"  # whose the case was that nobody claimed: of seven, one


def _known(met: Met) -> dict[str, str]:
    """Whose name, member's id, chair and device a word may be."""
    known = {word: name for member, name in met.names.items() for word in (member, name)}
    seats = {i: known[s["member"]] for i, s in met.room["seats"].items() if s["member"] in known}
    devices = {h: seats[d["seat"]] for h, d in met.room["devices"].items() if d["seat"] in seats}
    return known | seats | devices


def _documents(met: Met) -> list[dict[str, Any]]:
    """Everything there is, each document's newest version last."""
    return [*(one.document for one in (*met.past, *met.kept)), met.room]


def rest(guess: Guess, met: Met, about: str, rng: Random) -> Guess:
    """Fills what an attacker does not know with chance."""
    left = [secret for secret in met.shown(about) if secret not in guess.values()]
    rng.shuffle(left)
    return {**{name: left.pop() for name in met.names.values() if name not in guess}, **guess}


def beside(met: Met, about: str, rng: Random) -> Guess:
    """Looks for somebody beside what was written, chosen or answered, in any entry of any document."""
    known, secrets, found = _known(met), set(met.truth[about].values()), Guess()
    for document in _documents(met):
        for words in _entries(document):
            names = {known[part] for word in words for part in word.split() if part in known}
            said = {secret for secret in secrets if any(secret in word for word in words)}
            if len(names) == len(said) == 1 and not said & set(found.values()):
                found[names.pop()] = said.pop()
    return rest(found, met, about, rng)


def _in_order(order: Iterable[str], met: Met, about: str, rng: Random) -> Guess:
    """Joins people in an order with the cases as they lie."""
    names = list(dict.fromkeys(name for name in order if name in met.names.values()))
    return rest(dict(zip(names, met.shown(about), strict=False)), met, about, rng)


def members_order(met: Met, about: str, rng: Random) -> Guess:
    """Takes the members as the group's document has them."""
    return _in_order((met.names.get(member, "") for member in met.group["members"]), met, about, rng)


def present_order(met: Met, about: str, rng: Random) -> Guess:
    """Takes who was there as the group keeps it of this meeting."""
    return _in_order((met.names.get(member, "") for member in _held(met)["present"]), met, about, rng)


def seats_order(met: Met, about: str, rng: Random) -> Guess:
    """Takes the chairs as the room has them."""
    return _in_order((seat["name"] for seat in met.room["seats"].values()), met, about, rng)


def devices_order(met: Met, about: str, rng: Random) -> Guess:
    """Takes the devices as the room has them."""
    known = _known(met)
    return _in_order((known.get(handle, "") for handle in met.room["devices"]), met, about, rng)


def joined_order(met: Met, about: str, rng: Random) -> Guess:
    """Takes the order in which people came into the group, from its oldest versions."""
    seen = (word for one in (*met.past, *met.kept) for word in one.document.get("members", {}))
    return _in_order((met.names.get(member, "") for member in seen), met, about, rng)


def sheet_order(met: Met, about: str, rng: Random) -> Guess:
    """Takes who was there as the attendance has them."""
    return _in_order((met.names.get(member, "") for member in met.sheet["lines"]), met, about, rng)


def minutes_order(met: Met, about: str, rng: Random) -> Guess:
    """Takes who was there by their minutes."""
    lines = met.sheet["lines"]
    order = sorted(lines, key=lambda member: (lines[member]["net"], lines[member]["came"], rng.random()))
    return _in_order((met.names.get(member, "") for member in order), met, about, rng)


def _held(met: Met) -> dict[str, Any]:
    """What the group keeps of this meeting."""
    found: dict[str, Any] = met.group["meetings"][met.room["meeting"]]["held"]
    return found


def _odd(measure: dict[str, Any], met: Met, rng: Random) -> Guess:
    """The one of whom something is otherwise than of most others; where that is nobody or several, by chance."""
    usual = Counter(map(repr, measure.values())).most_common(1)[0][0]
    apart = [name for name in measure if repr(measure[name]) != usual] or list(measure)
    one = rng.choice(apart)
    return {name: OWNER if name == one else "" for name in met.names.values()}


def said_more_often(met: Met, about: str, rng: Random) -> Guess:
    """Counts how much oftener somebody is named in what the group keeps of its meetings than before this one."""

    def times(document: dict[str, Any], member: str) -> int:
        return sum(word == member for word in _words(document["meetings"]))

    return _odd({name: times(met.group, m) - times(met.before, m) for m, name in met.names.items()}, met, rng)


def most_in_the_attendance(met: Met, about: str, rng: Random) -> Guess:
    """Counts who is named most often in what the attendance says of the meeting."""
    times = Counter(part for word in _words(met.sheet) for part in word.split() if part in met.names)
    most = max(times.values())
    one = rng.choice([met.names[member] for member, n in times.items() if n == most])
    return {name: OWNER if name == one else "" for name in met.names.values()}


def moved_in_a_map(met: Met, about: str, rng: Random) -> Guess:
    """Looks who stands elsewhere among the members of the group's document than before, beside the others."""
    before, after = ([m for m in document["members"] if m in met.names] for document in (met.before, met.group))

    def alike_without(member: str) -> bool:
        return [m for m in before if m != member] == [m for m in after if m != member]

    return _odd({name: before != after and alike_without(m) for m, name in met.names.items()}, met, rng)


def own_pages(met: Met, about: str, rng: Random) -> Guess:
    """Looks at what the group's page tells each of them, before and after: of whom does something else change?"""
    before, after = (msgspec.convert(document, Group) for document in (met.before, met.group))

    def page(group: Group, member: str) -> tuple[Any, ...]:
        return (held.not_yet(group), held.turn(group, member)[1], held.cues(group, member), held.sums(group)[:1])

    return _odd({name: _moved(page(before, m), page(after, m)) for m, name in met.names.items()}, met, rng)


def _moved(before: tuple[Any, ...], after: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(
        b - a if isinstance(a, int) and isinstance(b, int) else (a, b) for a, b in zip(before, after, strict=True)
    )


def sizes(met: Met, about: str, rng: Random) -> Guess:
    """Counts by how much all that the meeting wrote is larger than the least, and takes the member with that number."""
    more = sum(one.size // 16_384 - 1 for one in met.kept)
    name = sorted(met.names.values())[more % len(met.names)]
    return {other: OWNER if other == name else "" for other in met.names.values()}


AGAINST: dict[str, tuple[Attack, ...]] = {
    "cases": (
        beside, members_order, present_order, seats_order, devices_order, joined_order, sheet_order, minutes_order,
    ),
    "votes": (beside,),
    "ratings": (beside,),
    OWNER: (most_in_the_attendance, said_more_often, moved_in_a_map, own_pages, sizes),
}  # fmt: skip
ATTACKERS = {f"{one.__name__} of {about}": (about, one) for about, attacks in AGAINST.items() for one in attacks}


def meetings(played: list[Met], about: str) -> Iterator[Met]:
    """Those in which this is a secret: whose a case is, only where nobody was told that of one of them."""
    return (met for met in played if about in ("votes", "ratings") or not met.named)


def score(attacker: str, played: list[Met], rng: Random) -> Score:
    """What an attacker makes of these meetings."""
    about, attack = ATTACKERS[attacker]
    guesses = [(met.truth[about], attack(met, about, rng)) for met in meetings(played, about)]
    odd = about == OWNER
    right = sum(guess[name] == said for truth, guess in guesses for name, said in truth.items() if said or not odd)
    count = len(guesses)
    return Score(right, count if odd else count * SEVEN, 1 / SEVEN, tail(right, count, SEVEN, odd=odd))
