"""What simulated people do with each form and button of a page, and how long they think about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from server.offers import Offer, Page

if TYPE_CHECKING:
    from server.actor import Actor

Filled = dict[str, str] | None  # the fields that a person fills in; None: not now


def _as_it_is(who: Actor, page: Page, offer: Offer) -> Filled:
    return {}


def _pressing(name: str, value: str) -> Callable[[Actor, Page, Offer], Filled]:
    """One of the buttons beside each other, if it is not down already."""

    def fill(who: Actor, page: Page, offer: Offer) -> Filled:
        return {} if offer.fields.get(name) == value and not offer.pressed else None

    return fill


def _where(who: Actor, page: Page, offer: Offer) -> Filled:
    return _pressing("x", "remote")(who, page, offer) if who.part.get("remote") else None


def _lay(who: Actor, page: Page, offer: Offer) -> Filled:
    case = who.brought(offer)
    return dict(zip(("situation", "difficulty", "question"), case, strict=False)) if case else None


def _chosen(who: Actor, page: Page, offer: Offer) -> Filled:
    return _dots(who, list(offer.numbers), 3)


def _dots(who: Actor, names: list[str], most: int) -> Filled:
    given = Counter(who.rng.choice(names) for _ in range(most)) if names else Counter()
    return {name: str(given[name]) for name in names}


def _answer(who: Actor, page: Page, offer: Offer) -> Filled:
    return {"choice": "bring" if who.case else "none"}


def _claim(who: Actor, page: Page, offer: Offer) -> Filled:
    return {} if who.case and who.case[2] in page.words else None


def _text(who: Actor, page: Page, offer: Offer) -> Filled:
    """A shared text: a choice, a text of one's own, or one line more under what the others wrote."""
    if options := [value for value in offer.choices.get("text", ()) if value]:
        return {"text": who.rng.choice(options)} if "text" not in offer.fields else None
    writing = offer.writings["text"]
    said = who.write(writing)
    if who.sayings.by_line(writing.label):
        both = f"{writing.text}\n{said}".strip()
        return {"text": both} if said not in writing.text and len(both) <= writing.most else None
    return {"text": said} if not writing.text or who.sayings.replaces(writing.label, writing.text) else None


def _card(who: Actor, page: Page, offer: Offer) -> Filled:
    writing = offer.writings["text"]
    if writing.text:
        return None
    columns = offer.choices.get("column")
    if not columns:
        return {"text": who.write(writing)}
    column = who.once("column", lambda: who.rng.choice(list(columns)))
    return {"column": column, "text": who.write(writing, columns[column])}


def _ask(who: Actor, page: Page, offer: Offer) -> Filled:
    return {"text": who.write(offer.writings["text"])} if offer.writings else None


def _rate(who: Actor, page: Page, offer: Offer) -> Filled:
    numbers = list(offer.choices["value"])
    return {"value": who.rng.choice(numbers[len(numbers) // 2 :])}


def _vote(who: Actor, page: Page, offer: Offer) -> Filled:
    if "vote" in offer.choices:
        return {"vote": who.rng.choice(list(offer.choices["vote"]))}
    if offer.numbers:
        return _dots(who, list(offer.numbers), max(offer.numbers.values()))
    ranked = who.rng.sample(list(offer.choices), min(3, len(offer.choices)))
    return {name: str(place) for place, name in enumerate(ranked, 1)}


def _sort(who: Actor, page: Page, offer: Offer) -> Filled:
    """A label, or a number, for a card that has none yet."""
    card = offer.fields["sort"].rpartition(":")[0]
    offered = [o for o in page.of("sort") if o.fields["sort"].rpartition(":")[0] == card]
    if any(o.pressed for o in offered):
        return None
    return {"sort": who.rng.choice(offered).fields["sort"]}


def _pick(who: Actor, page: Page, offer: Offer) -> Filled:
    line = offer.fields["pick"].partition(":")[0]
    free = [o.fields["pick"] for o in page.of("pick") if o.fields["pick"].startswith(f"{line}:") and not o.pressed]
    return {"pick": who.rng.choice(free)} if free else None


def _evaluate(who: Actor, page: Page, offer: Offer) -> Filled:
    return {name: who.rng.choice(list(choices)[2:]) for name, choices in offer.choices.items()}


def _share(who: Actor, page: Page, offer: Offer) -> Filled:
    writing = offer.writings["text"]
    return None if writing.text else {"report": "1", "text": who.write(writing)}


# In the order in which somebody would look at a page.
ACTS: dict[str, Callable[[Actor, Page, Offer], Filled]] = {
    "stop-choice": lambda who, page, offer: {"choice": "rest"},
    "owner-says": _as_it_is,
    "where": _where,
    "agree": _pressing("x", "yes"),
    "small": _as_it_is,
    "lay": _lay,
    "nothing": lambda who, page, offer: None if who.case or page.of("small") else {},
    "may-show": _as_it_is,
    "chosen": _chosen,
    "answer": _answer,
    "it-is-me": _claim,
    "say-yes": _as_it_is,
    "hand-on": _as_it_is,
    "text": _text,
    "card": _card,
    "place": _card,
    "vote": _vote,
    "rate": _rate,
    "sort": _sort,
    "pick": _pick,
    "done": _as_it_is,
    "ask": _ask,
    "group-on": _as_it_is,
    "share": _share,
    "evaluate": _evaluate,
    "agree-report": _pressing("x", "1"),
    "allow-report": _pressing("x", "1"),
}

# Seconds, at the least and at the most, that somebody thinks about it; for what is not here it is a moment.
PAUSES: dict[str, tuple[float, float]] = {
    "lay": (4, 14),
    "chosen": (2, 8),
    "hand-on": (4, 12),
    "text": (3, 9),
    "card": (3, 12),
    "place": (3, 12),
    "vote": (2, 7),
    "sort": (1, 4),
    "pick": (2, 6),
    "ask": (2, 25),
    "group-on": (15, 40),
    "share": (3, 10),
}
