"""What a circle is and who may read what in it: the model on one side, the server's document on the other."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.model.circles import line_of, now_round
from tests.model.work import Circle


def told(model: Circle) -> dict[str, Any]:
    """All of the circle that a document can be compared with, nothing in order of arrival."""
    now, case = model.now, model.chosen
    return {
        "line": (model.line, model.stage),
        "over, still, door": (model.over, model.still, model.door),
        "people": sorted((n, p.place, p.lead, p.late) for n, p in model.people.items() if p.place != "knocking"),
        "agreed": sorted(model.agreed.values()),
        "writers": sorted(now.writers),
        "papers": sorted(texts for _, texts in now.papers.values()),
        "ready": sorted(now.ready.values()),
        "small": len(now.small),
        "ballots": sorted(sorted((c.texts[2], n) for c, n in dots if n) for _, dots in now.ballots.values()),
        "votes": sum(now.tally.values()),
        "runoff": sorted(c.texts[2] for c in now.runoff),
        "cases": sorted((c.texts[2], c.back) for c in model.cases),
        "answers": dict(Counter(now.answers.values())) if model.line == "choose" else {},
        "chosen": (case["question"], case["owner"], case["willing"], case["report"]) if case else None,
        "queue": [(who, text) for _, who, text in now.queue],
        "floor": now.floor,
        "cards": sorted(now.cards),
    }


def kept(doc: dict[str, Any]) -> dict[str, Any]:
    """The same of a document of the server."""
    now, names = now_round(doc), {s["id"]: s["name"] for s in doc["seats"].values()} | {"": ""}
    line, stage = line_of(doc)
    called = {c["id"]: c["texts"][2] for c in doc["cases"]}
    case = doc["chosen"][-1] if doc["chosen"] else None
    papers = [tuple(p["texts"]) for p in (*now["papers"].values(), *now["takeaways"].values())]
    return {
        "line": (line, stage),
        "over, still, door": (bool(doc["over"]), bool(doc["still"]), doc["door"]),
        "people": sorted((s["name"], s["presence"], s["lead"], not s["caught_up"]) for s in doc["seats"].values()),
        "agreed": sorted(doc["agreed"].values()),
        "writers": sorted(names[s] for s in now["writers"]),
        "papers": sorted(papers),
        "ready": sorted(now["ready"].values()),
        "small": len(now["small_ok"]),
        "ballots": sorted(sorted((called[i], n) for i, n in b["dots"].items()) for b in now["ballots"].values()),
        "votes": sum(now["tally"].values()),
        "runoff": sorted(called[i] for i in now["runoff"]),
        "cases": sorted((c["texts"][2], c["back"]) for c in doc["cases"]),
        "answers": dict(Counter(now["answers"].values())) if line == "choose" else {},
        "chosen": (list(case["question"]), names[case["owner"]], case["willing"] == "five-step", case["report"])
        if case
        else None,
        "queue": [(names[c["seat"]], c["text"]) for c in now["queue"]],
        "floor": names[now["floor"]],
        "cards": sorted((c["text"], names[c["seat"]]) for c in now["cards"]),
    }


def open_to_all(model: Circle) -> set[str]:
    """The texts that lie open for everybody at the table, at this moment."""
    now, case = model.now, model.chosen
    texts = {text for text, _ in now.cards}
    if model.line == "read":
        texts |= {t for c in model.cases for t in c.texts}
    if model.line == "choose" and model.stage == "vote":
        texts |= {t for c in model.on_ballot() for t in c.texts}
    if case and model.line not in ("write", "read"):
        texts |= set(case["question"])
        if model.line == "choose":
            texts |= set(case["texts"])
    return texts - {""}


def own(model: Circle, who: str) -> set[str]:
    """What somebody may find on the own page alone: what lies there unopened, and a case to write anew."""
    texts = {t for (writer, _, _), (_, ts) in model.now.papers.items() if writer == who for t in ts}
    if model.line == "write":
        texts |= {t for c in model.cases if c.author == who for t in c.texts}
    return texts - {""}


def may_read(model: Circle, who: str) -> set[str]:
    """Every text that may be on a page of this person now; nothing for who is away, outside, late or removed."""
    someone = model.people[who]
    if someone.place != "here" or someone.late:
        return set()
    waiting = {text for _, _, text in model.now.queue} if someone.lead else set()
    return open_to_all(model) | own(model, who) | waiting - {""}
