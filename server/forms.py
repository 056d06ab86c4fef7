"""From a form to a verb: one act, and what its fields mean to the verb it calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import SystemRandom

from rooms import (
    arrange,
    boards,
    cards,
    door,
    evaluating,
    flow,
    lead,
    people,
    picks,
    scales,
    sorts,
    tags,
    talk,
    texts,
    turns,
    votes,
)
from rooms.methodfiles import catalogue
from rooms.refusal import Refused
from rooms.room import Kind, Room
from rooms.tags import Tag
from server import identity

LARGEST = 2**31  # no revision, slot or mark comes near
NO_CASE = "-" * 20  # a vote for none, where no script fills up what is sent: as long as the id of a case
Verb = Callable[[Room], Room]


@dataclass(frozen=True, slots=True)
class Act:
    """One act: who, on which device, with which form, when. `silent` is the leader's silent seat, or ''."""

    room: Room
    seat: str
    kind: Kind
    tag: Tag
    form: Mapping[str, str]
    now: int
    silent: str
    handle: str = ""
    rng: SystemRandom = SystemRandom()

    def text(self, name: str) -> str:
        """A field as text, '' when absent."""
        return self.form.get(name, "")

    def number(self, name: str) -> int:
        """A field as a whole number; refuses anything else."""
        try:
            number = int(self.form.get(name, "")[:20])
        except ValueError:
            raise Refused("Kies een getal.") from None
        if abs(number) >= LARGEST:
            raise Refused("Kies een getal.")
        return number

    def yes(self, name: str = "x") -> bool:
        """Whether a field says yes."""
        return self.form.get(name, "") in ("1", "yes", "on", "ja")

    def op(self) -> str:
        """The operation id of an append; refuses a form without one."""
        op = self.text("op")
        if not 16 <= len(op) <= 64 or not (op.isascii() and op.isalnum()):
            raise Refused("Laad de pagina opnieuw. Wat je schreef, staat nog op je toestel.")
        return op


def moves(verb: Callable[..., Room]) -> Callable[[Act], Verb]:
    return lambda a: lambda room: verb(room, a.seat, a.text("at"), a.now, a.rng)


def plain(verb: Callable[..., Room]) -> Callable[[Act], Verb]:
    return lambda a: lambda room: verb(room, a.seat)


def turn(verb: Callable[..., Room]) -> Callable[[Act], Verb]:
    return lambda a: lambda room: verb(room, a.seat, a.text("turn"))


def now(verb: Callable[..., Room]) -> Callable[[Act], Verb]:
    return lambda a: lambda room: verb(room, a.seat, a.now)


def seat(verb: Callable[..., Room]) -> Callable[[Act], Verb]:
    return lambda a: lambda room: verb(room, a.seat, a.text("seat"))


def given(form: Mapping[str, str]) -> dict[str, int]:
    """What a ballot over the cases holds, by case. What is no digit is more than anybody has to give."""
    found = {k.partition("-")[2]: v or "0" for k, v in form.items() if k.startswith(("dots-", "place-"))}
    one = form.get("one", "")
    if one not in ("", NO_CASE):
        found[one] = "1"
    return {k: int(v) if v.isascii() and v.isdigit() and len(v) == 1 else LARGEST for k, v in found.items()}


def ratings(a: Act) -> dict[str, int]:
    return {i: a.number(i) for i in evaluating.items() if a.text(i)}


def remove(a: Act) -> Verb:
    return lambda room: people.remove(room, a.seat, a.text("seat"), identity.new_code(a.rng))


def code(a: Act) -> Verb:
    return lambda room: door.new_code(room, a.seat, identity.new_code(a.rng), a.text("old"))


def give(a: Act) -> Verb:
    to, _, turn = a.text("seat").partition(":")
    return lambda room: turns.give(room, a.seat, to, turn)


def sooner(a: Act) -> Verb:
    who, before, at = ("::" if a.text("who").count(":") != 2 else a.text("who")).split(":")
    return lambda room: turns.sooner(room, a.seat, at, who, before)


def heard(a: Act) -> Verb:
    who, yes, at = ("::" if a.text("seat").count(":") != 2 else a.text("seat")).split(":")
    return lambda room: talk.heard(room, a.seat, at, who, yes=yes == "1")


def method(a: Act) -> Verb:
    method = catalogue().get(a.text("method"))
    if method is None:
        raise Refused("Deze methode kennen we niet.")
    return lambda room: flow.pick_method(room, a.seat, method, a.now)


def arranged(a: Act) -> Verb:
    kept = [k.removeprefix("minutes-") for k in a.form if k.startswith("minutes-") and a.text(f"on-{k[8:]}")]
    kept.sort(key=lambda name: a.number(f"place-{name}"))
    wanted = [(name, a.number(f"minutes-{name}")) for name in kept]
    return lambda room: arrange.arrange(room, a.seat, wanted, a.now)


def card(a: Act) -> Verb:
    if a.text("for"):
        return _card_for(a)
    slot = a.number("slot")
    return lambda room: cards.lay(
        room,
        a.seat,
        a.text("input"),
        slot,
        a.number("rev"),
        a.text("text"),
        tag=tags.card(a.tag, room, a.text("input"), slot),
        ready=tags.ready(a.tag, room),
        column=a.number("column") if a.text("column") else 0,
    )


def _card_for(a: Act) -> Verb:
    column, op = a.number("column") if a.text("column") else 0, a.op()
    return lambda room: cards.lay_for(
        room, people.writes_for(room, a.seat, a.text("for")), a.text("input"), op, a.text("text"), column=column
    )


def sort(a: Act) -> Verb:
    line, _, rest = a.text("sort").partition(":")
    card, _, value = rest.rpartition(":")
    number = int(value) if value.removeprefix("-").isdecimal() and len(value) < 4 else None
    return lambda room: sorts.put(room, a.seat, line, card, number)


def vote(a: Act) -> Verb:
    given = {k.removeprefix("vote-"): v for k, v in a.form.items() if k.startswith("vote-")}
    if a.text("vote"):
        given[a.text("vote")] = "1"
    if not all(v in ("", *map(str, range(10))) for v in given.values()):
        raise Refused("Kies een getal.")
    wanted = {k: int(v) for k, v in given.items() if v not in ("", "0")}
    return lambda room: votes.cast(
        room, a.seat, a.text("input"), a.number("rev"), wanted,
        tag=tags.ballot(a.tag, room, a.text("input")), ready=tags.ready(a.tag, room),
    )  # fmt: skip


def place(a: Act) -> Verb:
    column, op = a.number("column") if a.text("column") else 0, a.op()

    def verb(room: Room) -> Room:
        of = people.writes_for(room, a.seat, a.text("for"))
        if a.text("for"):  # who writes for several: the card before it may be another person's
            boards.not_under_another_name(room, of, op)
        return boards.place(room, of, a.text("input"), op, column, a.text("text"))

    return verb


def move(a: Act) -> Verb:
    card, _, rest = a.text("card").partition(":")
    beside, _, column = rest.rpartition(":")
    number = int(column) if column in ("-1", *map(str, range(9))) else 0
    return lambda room: boards.move(room, a.seat, card, number, beside)


def done(a: Act) -> Verb:
    """Ready; or, in a small circle, nothing from me, whatever lay there."""
    if a.text("x") == "nothing":
        return lambda r: cards.nothing(r, a.seat, tags.ready(a.tag, r), tags.small(a.tag, r), tags.given(a.tag, r))
    return lambda r: cards.done(r, a.seat, tags.ready(a.tag, r), tags.small(a.tag, r))


def text(a: Act) -> Verb:
    seen = a.number("versions") if a.text("versions") else None
    return lambda room: texts.put(room, a.seat, a.text("input"), a.text("text"), seen)


def pick(a: Act) -> Verb:
    line, _, rest = a.text("pick").partition(":")
    card, _, on = rest.rpartition(":")
    return lambda room: picks.pick(room, a.seat, line, card, on=on == "1")


def skip_evaluation(a: Act) -> Verb:
    return lambda r: scales.evaluate(r, a.seat, {}, tag=tags.rating(a.tag, r), ready=tags.ready(a.tag, r))


def take_over(a: Act) -> Verb:
    offered = {"0": False, "1": True}.get(a.text("x"))
    return lambda room: lead.take_over(room, a.seat, silent=bool(a.silent), offered=offered, of=a.text("of"))
