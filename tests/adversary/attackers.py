"""Attackers: from a recorded room to a guess whose case is whose, or who chose what. None holds a device's secret."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import combinations, pairwise, permutations
from random import Random
from statistics import variance
from typing import Any

from tests.adversary import ending, habits
from tests.adversary.rooms import COCKPIT, SCREEN, Part, Trace, ballot

Guess = dict[str, str]
Attack = Callable[[Part, Trace, Random], Guess]


def written(document: dict[str, Any]) -> dict[str, str]:
    """Everything somebody wrote or chose in the document, by its key, in the order of its bytes."""
    found = {}
    for one in document["rounds"].values():
        found |= {k: p["texts"][2] for k, p in one["papers"].items() if len(p["texts"]) == 3}
        found |= {k: ballot(b["dots"]) for k, b in one["ballots"].items()}
        lines = one["takeaways"] | {k: p for k, p in one["papers"].items() if len(p["texts"]) == 1}
        found |= {k: p["texts"][0][: p["texts"][0].index(".") + 1] for k, p in lines.items()}
        found |= ending.ratings(one)
    return found | {c["cap"]: c["texts"][2] for c in document["cases"] if c["cap"]}


def _words(value: Any) -> list[str]:
    """All strings in a part of the document."""
    if isinstance(value, dict):
        return [w for k, v in value.items() for w in (k, *_words(v))]
    if isinstance(value, list):
        return [w for v in value for w in _words(v)]
    return [value] if isinstance(value, str) else []


def _entries(value: Any) -> Iterator[list[str]]:
    """All strings of every entry of every map and list, however deep it lies."""
    for key, inner in value.items() if isinstance(value, dict) else [("", v) for v in value]:
        yield [key, *_words(inner)]
        if isinstance(inner, dict | list):
            yield from _entries(inner)


def rest(guess: Guess, part: Part, rng: Random) -> Guess:
    """Fills what an attacker does not know with chance."""
    left = [q for q in part.shown if q not in guess.values()]
    rng.shuffle(left)
    return {**{name: left.pop() for name in part.names if name not in guess}, **guess}


def ranked(measure: dict[str, float], part: Part, rng: Random) -> Guess:
    """Joins the smallest with the shortest, and so on."""
    names = sorted(part.names, key=lambda n: (measure[n], rng.random()))
    return dict(zip(names, sorted(part.shown, key=lambda s: (part.weight[s], rng.random())), strict=True))


def database_order(part: Part, trace: Trace, rng: Random) -> Guess:
    """Has the document while it is open, and saw in which order people looked up from their phones."""
    found = [s for s in written(part.open).values() if s in part.weight]
    return rest(dict(zip(part.order, found, strict=False)), part, rng)


def _beside(part: Part, trace: Trace, document: dict[str, Any]) -> Guess:
    """Whose device or chair stands in one entry with the key of what was written or chosen."""
    known = {seat: name for name, seat in trace.seats.items() if name in part.names}
    known |= {handle: known[d["seat"]] for handle, d in document["devices"].items() if d["seat"] in known}
    wrote = {key: secret for key, secret in written(document).items() if secret in part.weight}
    found = {}
    for words in _entries(document):
        names = {known[w] for w in words if w in known}
        secrets = {secret for key, secret in wrote.items() if any(key in w for w in words)}
        if len(names) == len(secrets) == 1:
            found[names.pop()] = secrets.pop()
    return found


def database_names(part: Part, trace: Trace, rng: Random) -> Guess:
    """Looks for a seat or a device beside what was written or chosen, while it is open."""
    return rest(_beside(part, trace, part.open), part, rng)


def database_after(part: Part, trace: Trace, rng: Random) -> Guess:
    """Has the document after all was shown or counted: what is left that joins it to somebody?"""
    return rest(_beside(part, trace, part.closed), part, rng)


def table_order(part: Part, trace: Trace, rng: Random) -> Guess:
    """Sees the cases on the table, and saw who was ready first, second, third."""
    return dict(zip(part.order, part.shown, strict=True))


def chair_order(part: Part, trace: Trace, rng: Random) -> Guess:
    """Sees the cases on the table, and the chairs."""
    return dict(zip(part.names, part.shown, strict=True))


def own_ballot_order(part: Part, trace: Trace, rng: Random) -> Guess:
    """Looks over shoulders at the order of the cases on everybody's ballot: is one's own always in one place?"""
    guess: Guess = {}
    for name in rng.sample(part.names, len(part.names)):
        guess[name] = next(q for q in part.lists[name] if q not in guess.values())
    return guess


def chosen_ballot_order(part: Part, trace: Trace, rng: Random) -> Guess:
    """Looks over shoulders at the order of the cases after choosing: does what was chosen move up? Of all the ways in
    which the ballots may be theirs, the one that fits best."""

    def fits(name: str, secret: str) -> int:
        dots = {case: int(n) for case, n in (line.split("=") for line in secret.split())}
        best = sum(n * place for place, n in enumerate(sorted(dots.values(), reverse=True)))
        return best - sum(n * part.lists[name].index(case) for case, n in dots.items())

    fit = {(name, secret): fits(name, secret) for name in part.names for secret in part.shown}
    shown = rng.sample(part.shown, len(part.shown))
    found = max(permutations(shown), key=lambda order: sum(fit[one] for one in zip(part.names, order, strict=True)))
    return dict(zip(part.names, found, strict=True))


def keyboards(part: Part, trace: Trace, rng: Random) -> Guess:
    """Knows whose keyboard types which quotes, dashes, blanks, accents or signs that nobody sees."""
    seen = {habits.found(part.typed[secret]): secret for secret in part.shown}
    return rest({name: secret for name, secret in seen.items() if name}, part, rng)


def two_backups(part: Part, trace: Trace, rng: Random) -> Guess:
    """Compares copies of the database from before and after each act, without a key: where do they begin to be alike?
    From the second act on that tells how much was added, unless the row took another size."""
    return by_growth(part.sizes, part.ends, part, rng)


def by_growth(size: dict[str, int], ends: dict[str, int], part: Part, rng: Random) -> Guess:
    """From where sealed rows begin to be alike, after each act; of the rest, what is left when those fit best."""
    told = [b for a, b in pairwise(part.order) if size[a] == size[b] and ends[a] < size[a] and ends[b] < size[b]]
    grown = {b: float(ends[b] - ends[a]) for a, b in pairwise(part.order) if b in told}
    names = sorted(grown, key=lambda n: (grown[n], rng.random()))
    if len(names) < 2:
        return rest({}, part, rng)

    def by_weight(kept: Iterable[str]) -> list[str]:
        return sorted(kept, key=lambda s: part.weight[s])

    def fit(kept: tuple[str, ...]) -> float:
        return variance(grown[n] - part.weight[s] for n, s in zip(names, by_weight(kept), strict=True))

    return rest(dict(zip(names, by_weight(min(combinations(part.shown, len(names)), key=fit)), strict=True)), part, rng)


def sizes_of_the_log(part: Part, trace: Trace, rng: Random) -> Guess:
    """Sees how the log grew with each act."""
    return ranked({name: float(part.logged[name]) for name in part.names}, part, rng)


def sizes_of_readyz(part: Part, trace: Trace, rng: Random) -> Guess:
    """Asks after each act how the server is, and counts the bytes."""
    return ranked({name: float(part.health[name][0]) for name in part.names}, part, rng)


def times_of_readyz(part: Part, trace: Trace, rng: Random) -> Guess:
    """The same, and measures how long that answer takes."""
    return ranked({name: part.health[name][1] for name in part.names}, part, rng)


def times_of_pages(part: Part, trace: Trace, rng: Random) -> Guess:
    """Measures how long everybody's own page takes, loaded again after the act."""
    return ranked(dict(part.looked), part, rng)


def all_together(part: Part, trace: Trace, rng: Random) -> Guess:
    """Adds up the ranks of everything that can be measured: many weak signs make a strong one."""
    ranks = dict.fromkeys(part.names, 0.0)
    for measure in measures(part).values():
        for place, name in enumerate(sorted(part.names, key=lambda n: (measure[n], rng.random()))):  # noqa: B023 - used at once
            ranks[name] += place
    return ranked(ranks, part, rng)


def measures(part: Part) -> dict[str, dict[str, float]]:
    """What can be measured of each person's act, in numbers."""
    own = {n: [f for f in part.frames if f.to == n and f.personal and f.at > part.acts[n][0]] for n in part.names}
    beside = {where: {n: part.beside[n, where][0] for n in part.names} for where in (COCKPIT, SCREEN) if part.beside}
    return beside | {
        "answer": {n: part.acts[n][1] - part.acts[n][0] for n in part.names},
        "answer bytes": {n: part.acts[n][3] for n in part.names},
        "page": dict(part.looked),
        "page bytes": dict(part.pages),
        "push": {n: _first(f.at - part.acts[n][0] for f in own[n]) for n in part.names},
        "push bytes": {n: sum(f.size for f in own[n]) for n in part.names},
        "log": {n: part.logged[n] for n in part.names},
        "readyz": {n: part.health[n][1] for n in part.names},
        "cockpit frames": _pushed(part, COCKPIT),
        "screen frames": _pushed(part, SCREEN),
    }


def sizes_of_answers(part: Part, trace: Trace, rng: Random) -> Guess:
    """Counts the bytes of the answer to each act."""
    return ranked({name: part.acts[name][3] for name in part.names}, part, rng)


def sizes_of_pages(part: Part, trace: Trace, rng: Random) -> Guess:
    """Counts the bytes of everybody's own page, loaded again after the act."""
    return ranked(dict(part.pages), part, rng)


def sizes_of_frames(part: Part, trace: Trace, rng: Random) -> Guess:
    """Counts the bytes that are pushed to each device."""
    heard = dict.fromkeys(part.names, 0.0)
    for frame in part.frames:
        if frame.to in heard:
            heard[frame.to] += frame.size
    return ranked(heard, part, rng)


def _pushed(part: Part, to: str) -> dict[str, float]:
    """How many bytes were pushed to a page between each act and the next."""
    return {
        name: float(sum(f.size for f in part.frames if f.to == to and begun < f.at < over))
        for name, (begun, over) in part.spans.items()
    }


def frames_of_the_cockpit(part: Part, trace: Trace, rng: Random) -> Guess:
    """Counts the bytes that are pushed to whoever leads, after each act."""
    return ranked(_pushed(part, COCKPIT), part, rng)


def frames_of_the_screen(part: Part, trace: Trace, rng: Random) -> Guess:
    """Counts the bytes that are pushed to the big screen, after each act."""
    return ranked(_pushed(part, SCREEN), part, rng)


def pages_of_the_cockpit(part: Part, trace: Trace, rng: Random) -> Guess:
    """Leads: loads the cockpit after each act and counts its bytes."""
    return ranked({name: float(part.beside[name, COCKPIT][0]) for name in part.names}, part, rng)


def pages_of_the_screen(part: Part, trace: Trace, rng: Random) -> Guess:
    """The same with the page of the big screen."""
    return ranked({name: float(part.beside[name, SCREEN][0]) for name in part.names}, part, rng)


def times_of_the_cockpit(part: Part, trace: Trace, rng: Random) -> Guess:
    """Measures how long the page of the cockpit takes, after each act."""
    return ranked({name: part.beside[name, COCKPIT][1] for name in part.names}, part, rng)


def sizes_on_disk(part: Part, trace: Trace, rng: Random) -> Guess:
    """Sees how the database grew with each act."""
    before, grown = 0, {}
    for name in part.order:
        grown[name], before = float(part.sizes[name] - before), part.sizes[name]
    return ranked(grown, part, rng)


def _first(times: Iterable[float]) -> float:
    return min((t for t in times if t > 0), default=0.0)


def times_of_answers(part: Part, trace: Trace, rng: Random) -> Guess:
    """Measures how long each answer takes."""
    return ranked({name: part.acts[name][1] - part.acts[name][0] for name in part.names}, part, rng)


def times_of_pushes(part: Part, trace: Trace, rng: Random) -> Guess:
    """Measures how long after the act the device's own next frame comes."""
    waited = {}
    for name in part.names:
        begun = part.acts[name][0]
        waited[name] = _first(f.at - begun for f in part.frames if f.to == name and f.personal)
    return ranked(waited, part, rng)


def times_elsewhere(part: Part, trace: Trace, rng: Random) -> Guess:
    """Measures when the first frame after each act comes to anybody else."""
    waited = {}
    for name in part.names:
        begun = part.acts[name][0]
        waited[name] = _first(f.at - begun for f in part.frames if f.to != name and not f.personal)
    return ranked(waited, part, rng)


PAGES = (pages_of_the_cockpit, pages_of_the_screen, times_of_the_cockpit)  # need rooms in which they were loaded
ACTS = (
    sizes_of_answers, times_of_answers, times_of_pushes, times_of_pages, sizes_of_the_log, sizes_of_readyz,
    times_of_readyz, frames_of_the_cockpit, frames_of_the_screen, *PAGES, all_together,
)  # fmt: skip
DOCUMENT = (database_order, database_names, database_after)
WIRE = (sizes_of_pages, sizes_of_frames, sizes_on_disk, times_elsewhere)
OPEN = (table_order, chair_order, keyboards, two_backups)
AGAINST: dict[str, tuple[Attack, ...]] = {
    "cases": (*DOCUMENT, *WIRE, *ACTS, *OPEN, own_ballot_order),
    "votes": (*DOCUMENT, *WIRE, *ACTS, chosen_ballot_order),
    "answers": ACTS,
    "claims": ACTS,
    "cards": (*DOCUMENT, *WIRE[:3], *ACTS, *OPEN),
    "scales": ACTS,
    "takeaways": (*DOCUMENT, *WIRE[:3], *ACTS, *OPEN),
    "ratings": (database_order, database_names, sizes_on_disk, *ACTS),
}
