"""The rest of a room: whether one brings the case, the way out, a method with cards and a scale, the closing."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from rooms import choosing
from tests.adversary import habits

if TYPE_CHECKING:
    from tests.adversary.rooms import Part, Table, Trace

CLAIM = choosing.CLAIM
ODD, OTHER = "rather-not", "bring"


async def play(table: Table, trace: Trace) -> None:
    """From the counted vote to the evaluation."""
    await _answer(table, trace.answers)
    while not (await table.press())["chosen"]:
        pass  # equal dots are voted on once more, and then drawn by lot
    await _claim(table, trace)
    owner = await _bring(table, trace)
    await _lay_cards(table, trace.cards, [name for name in habits.NAMES if name != owner])
    await _until(table, "look-back")
    await _mark(table, trace.scales)
    await table.press()
    await table.press()
    await _take_along(table, trace.takeaways)
    await _rate(table, trace.ratings)


async def _bring(table: Table, trace: Trace) -> str:
    """The author of the next case says so and yes to the method. Who that is."""
    was = table.document()["chosen"][-1]["case"]
    await table.lead.act("blank", x="1")
    while True:
        now = table.document()
        if not now["chosen"]:
            await table.press()  # the next ones are equal: voted on once more, and then drawn by lot
        elif now["chosen"][-1]["case"] != was and _round(now)["stage"] == CLAIM:
            break
        await asyncio.sleep(0.05)  # until the way out closes by itself, for this case and for the next
    await table.lead.act("blank", x="0")
    question = now["chosen"][-1]["texts"][2]
    owner = next(n for n, secret in trace.cases.truth.items() if secret == question)
    for verb, form in (("it-is-me", {}), ("say-yes", {"method": "gossip"})):
        assert (await table.people[owner].act(verb, **form)).status_code == 204
    await _until(table, "explore")
    return owner


async def _until(table: Table, phase: str) -> None:
    now = table.document()
    while now["agenda"][now["at"]]["phase"]["id"] != phase:
        now = await table.press()


async def _lay_cards(table: Table, part: Part, people: list[str]) -> None:
    rng, forms = table.rng, {}
    for name in people:
        part.truth[name] = f"Wat doet {rng.getrandbits(30)} met je {'z' * rng.randint(0, 80)}."
        part.weight[part.truth[name]] = len(part.truth[name])
        forms[name] = {"input": "questions", "slot": "0", "text": part.truth[name] + habits.of(name)}
    await table.everybody(part, "card", forms)
    part.closed = await table.press()
    _laid_open(part)


def _laid_open(part: Part) -> None:
    """What lies open after the reveal, in its order, and whose secret is in which text."""
    said = [c["text"] for c in _round(part.closed)["cards"]]
    part.shown = [next(s for s in part.weight if t.startswith(s)) for t in said]
    part.typed = dict(zip(part.shown, said, strict=True))


async def _mark(table: Table, part: Part) -> None:
    """Five felt safe, one did not."""
    _one(part, table.rng.choice(habits.NAMES))
    values = {ODD: "1", OTHER: "4"}
    await table.everybody(
        part, "rate", {name: {"input": "safety", "value": values[said]} for name, said in part.truth.items()}
    )


def _one(part: Part, odd: str) -> None:
    """One of the six did something else than the others: who?"""
    part.truth = {name: ODD if name == odd else OTHER for name in habits.NAMES}
    part.weight = {ODD: 400, OTHER: 100}
    part.shown = sorted(part.truth.values())


async def _answer(table: Table, part: Part) -> None:
    """Five would bring their case, one would rather not."""
    _one(part, table.rng.choice(habits.NAMES))
    await table.everybody(part, "answer", {name: {"choice": said} for name, said in part.truth.items()})


async def _claim(table: Table, trace: Trace) -> None:
    """A case is chosen, and everybody taps that they would rather not; one of them is its author."""
    part, asked = trace.claims, table.document()
    texts = asked["chosen"][-1]["texts"]
    _one(part, next(n for n, secret in trace.cases.truth.items() if secret == texts[2]))
    await table.everybody(part, "rather-not", {name: {} for name in habits.NAMES})


async def _take_along(table: Table, part: Part) -> None:
    rng, forms = table.rng, {}
    for name in habits.NAMES:
        part.truth[name] = f"Ik neem {rng.getrandbits(30)} mee {'z' * rng.randint(0, 100)}."
        part.weight[part.truth[name]] = len(part.truth[name])
        forms[name] = {"text": part.truth[name] + habits.of(name)}
    await table.everybody(part, "share", forms)
    part.closed = await table.press()
    _laid_open(part)


async def _rate(table: Table, part: Part) -> None:
    marks = table.rng.sample([(a, b) for a in range(1, 6) for b in range(1, 6)], len(habits.NAMES))
    for name, (a, b) in zip(habits.NAMES, marks, strict=True):
        part.truth[name] = f"{a} {b}"
        part.weight[part.truth[name]] = 60 * a + 10 * b
    part.shown = sorted(part.weight)
    forms = {n: dict(zip(("A1", "A2"), s.split(), strict=True)) for n, s in part.truth.items()}
    await table.everybody(part, "evaluate", forms)
    assert (await table.lead.act("close")).status_code == 204
    part.closed = table.document()


def _round(document: dict[str, Any]) -> dict[str, Any]:
    entry = document["agenda"][document["at"]]
    found: dict[str, Any] = document["rounds"][f"{entry['case']}:{entry['phase']['id']}"]
    return found


def ratings(one: dict[str, Any]) -> dict[str, str]:
    """The evaluations of a round by their tags, each as it is written above."""
    found: dict[str, dict[str, int]] = {}
    for key, mark in one["marks"].items():
        tag, _, item = key.rpartition(".")
        found.setdefault(tag, {})[item] = mark["value"]
    return {tag: " ".join(str(items[i]) for i in sorted(items)) for tag, items in found.items() if tag}
