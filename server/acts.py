"""The table of acts: the word in the URL, and the verb it calls with what the form holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import SystemRandom

from rooms import (
    agreement,
    arrange,
    ballots,
    boards,
    cards,
    choosing,
    clock,
    closing,
    distance,
    door,
    flow,
    groups,
    handles,
    lead,
    more,
    order,
    people,
    picks,
    reading,
    scales,
    sorts,
    tags,
    takeaways,
    texts,
    timers,
    turns,
    votes,
    writing,
)
from rooms.methodfiles import catalogue
from rooms.refusal import Refused
from rooms.room import Kind, Room
from rooms.tags import Tag
from server import identity

LARGEST = 2**31  # no revision, slot or mark comes near
Verb = Callable[[Room], Room]


@dataclass(frozen=True, slots=True)
class Act:
    """One act: who, with which form, when. `silent` is the leader's silent seat, or ''."""

    room: Room
    seat: str
    kind: Kind
    tag: Tag
    form: Mapping[str, str]
    now: int
    silent: str
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


def _moves(verb: Callable[..., Room]) -> Callable[[Act], Verb]:
    return lambda a: lambda room: verb(room, a.seat, a.text("at"), a.now, a.rng)


def _plain(verb: Callable[..., Room]) -> Callable[[Act], Verb]:
    return lambda a: lambda room: verb(room, a.seat)


def _turn(verb: Callable[..., Room]) -> Callable[[Act], Verb]:
    return lambda a: lambda room: verb(room, a.seat, a.text("turn"))


def _now(verb: Callable[..., Room]) -> Callable[[Act], Verb]:
    return lambda a: lambda room: verb(room, a.seat, a.now)


def _seat(verb: Callable[..., Room]) -> Callable[[Act], Verb]:
    return lambda a: lambda room: verb(room, a.seat, a.text("seat"))


def _case(a: Act, room: Room) -> str:
    return tags.case(a.tag, room)


def _given(form: Mapping[str, str]) -> dict[str, int]:
    """What a ballot over the cases holds, by case. What is no digit is more than anybody has to give."""
    found = {k.partition("-")[2]: v or "0" for k, v in form.items() if k.startswith(("dots-", "place-"))}
    if form.get("one"):
        found[form["one"]] = "1"
    return {k: int(v) if v.isascii() and v.isdigit() and len(v) == 1 else LARGEST for k, v in found.items()}


def _ratings(a: Act) -> dict[str, int]:
    return {i: a.number(i) for i in scales.ITEMS if a.text(i)}


def _remove(a: Act) -> Verb:
    return lambda room: people.remove(room, a.seat, a.text("seat"), identity.new_code(a.rng))


def _give(a: Act) -> Verb:
    to, _, turn = a.text("seat").partition(":")
    return lambda room: turns.give(room, a.seat, to, turn)


def _sooner(a: Act) -> Verb:
    who, before, at = ("::" if a.text("who").count(":") != 2 else a.text("who")).split(":")
    return lambda room: turns.sooner(room, a.seat, at, who, before)


def _method(a: Act) -> Verb:
    method = catalogue().get(a.text("method"))
    if method is None:
        raise Refused("Deze methode kennen we niet.")
    return lambda room: flow.pick_method(room, a.seat, method, a.now)


def _arrange(a: Act) -> Verb:
    kept = [k.removeprefix("minutes-") for k in a.form if k.startswith("minutes-") and a.text(f"on-{k[8:]}")]
    kept.sort(key=lambda name: a.number(f"place-{name}"))
    wanted = [(name, a.number(f"minutes-{name}")) for name in kept]
    return lambda room: arrange.arrange(room, a.seat, wanted, a.now)


def _card(a: Act) -> Verb:
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


def _sort(a: Act) -> Verb:
    line, _, rest = a.text("sort").partition(":")
    card, _, value = rest.rpartition(":")
    number = int(value) if value.lstrip("-").isdecimal() and len(value) < 4 else None
    return lambda room: sorts.put(room, a.seat, line, card, number)


def _vote(a: Act) -> Verb:
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


def _place(a: Act) -> Verb:
    column, op = a.number("column") if a.text("column") else 0, a.op()
    return lambda room: boards.place(
        room, people.writes_for(room, a.seat, a.text("for")), a.text("input"), op, column, a.text("text")
    )


def _move(a: Act) -> Verb:
    card, _, column = a.text("card").rpartition(":")
    number = int(column) if column in ("-1", *map(str, range(9))) else 0
    return lambda room: boards.move(room, a.seat, card, number)


def _text(a: Act) -> Verb:
    seen = a.number("versions") if a.text("versions") else None
    return lambda room: texts.put(room, a.seat, a.text("input"), a.text("text"), seen)


def _pick(a: Act) -> Verb:
    line, _, rest = a.text("pick").partition(":")
    card, _, on = rest.rpartition(":")
    return lambda room: picks.pick(room, a.seat, line, card, on=on == "1")


def _skip_evaluation(a: Act) -> Verb:
    return lambda r: scales.evaluate(r, a.seat, {}, tag=tags.rating(a.tag, r), ready=tags.ready(a.tag, r))


def _take_over(a: Act) -> Verb:
    offered = {"0": False, "1": True}.get(a.text("x"))
    return lambda room: lead.take_over(room, a.seat, silent=bool(a.silent), offered=offered)


# Everybody's acts. The tags are made from the room as it is when the verb runs, not when the form was made.
SEAT: dict[str, Callable[[Act], Verb]] = {
    "agree": lambda a: lambda r: agreement.say(r, a.seat, tags.agree(a.tag, r), a.text("x")),
    "where": lambda a: lambda r: people.sit_where(r, a.seat, remote=a.text("x") == "remote"),
    "hears": lambda a: lambda r: distance.hears(r, a.seat, yes=a.yes()),
    "task": lambda a: lambda r: people.take_task(r, a.seat, a.text("x")),
    "early": lambda a: lambda r: people.leave_early(r, a.seat, a.text("when")),
    "leave": _plain(people.leave),
    "small": lambda a: lambda r: writing.allow_small(r, a.seat, tags.small(a.tag, r)),
    "lay": lambda a: (
        lambda r: writing.lay(
            r,
            a.seat,
            tags.case(a.tag, r),
            tags.ready(a.tag, r),
            a.number("rev"),
            (a.text("situation"), a.text("difficulty"), a.text("question")),
        )
    ),
    "nothing": lambda a: (
        lambda r: writing.nothing(r, a.seat, tags.case(a.tag, r), tags.ready(a.tag, r), tags.small(a.tag, r))
    ),
    "again": lambda a: lambda r: writing.again(r, a.seat, tags.ready(a.tag, r)),
    "may-show": lambda a: lambda r: writing.may_show(r, a.seat, _case(a, r), tags.ready(a.tag, r), yes=a.yes()),
    "take-back": lambda a: lambda r: reading.take_back(r, a.seat, a.text("case")),
    "cast": lambda a: lambda r: choosing.cast(r, a.seat, tags.vote(a.tag, r), a.number("rev"), _given(a.form)),
    "chosen": lambda a: (
        lambda r: choosing.ready(
            choosing.cast(r, a.seat, tags.vote(a.tag, r), a.number("rev"), _given(a.form)), a.seat, tags.ready(a.tag, r)
        )
    ),
    "not-chosen": lambda a: lambda r: choosing.ready(r, a.seat, tags.ready(a.tag, r), yes=False),
    "answer": lambda a: (
        lambda r: choosing.answer(r, a.seat, tags.ready(a.tag, r), tags.case(a.tag, r), a.text("choice"))
    ),
    "rather-not": lambda a: lambda r: choosing.rather_not(r, a.seat, _case(a, r), tags.ready(a.tag, r)),
    "it-is-me": lambda a: lambda r: choosing.it_is_me(r, a.seat, _case(a, r)),
    "say-yes": lambda a: lambda r: choosing.say_yes(r, a.seat, a.text("method")),
    "ask": lambda a: lambda r: turns.ask(r, people.writes_for(r, a.seat, a.text("for")), a.op(), a.text("text")),
    "pass": _turn(turns.pass_turn),
    "hand-on": _turn(turns.hand_on),
    "not-this": _turn(turns.not_this_one),
    "card": _card,
    "done": lambda a: lambda r: cards.done(r, a.seat, tags.ready(a.tag, r), tags.small(a.tag, r)),
    "pick": _pick,
    "sort": _sort,
    "vote": _vote,
    "place": _place,
    "move": _move,
    "take-off": lambda a: lambda r: boards.take_off(r, a.seat, a.text("card")),
    "text": _text,
    "more": lambda a: lambda r: more.answer(r, a.seat, a.text("at"), tags.more(a.tag, r), a.now, yes=a.yes()),
    "group-on": lambda a: lambda r: groups.go_on(r, a.seat, a.text("turn"), a.now),
    "rate": lambda a: (
        lambda r: scales.rate(
            r,
            a.seat,
            a.text("input"),
            a.number("value"),
            tag=tags.scale(a.tag, r, a.text("input")),
            ready=tags.ready(a.tag, r),
        )
    ),
    "share": lambda a: (
        lambda r: takeaways.share(
            r,
            a.seat,
            a.number("rev"),
            a.text("text"),
            report=a.yes("report"),
            tag=tags.takeaway(a.tag, r),
            ready=tags.ready(a.tag, r),
        )
    ),
    "evaluate": lambda a: (
        lambda r: scales.evaluate(r, a.seat, _ratings(a), tag=tags.rating(a.tag, r), ready=tags.ready(a.tag, r))
    ),
    "skip-evaluation": _skip_evaluation,
    "agree-report": lambda a: lambda r: closing.agree_report(r, a.seat, tags.report(a.tag, r), yes=a.yes()),
    "allow-report": lambda a: lambda r: closing.allow_report(r, a.seat, yes=a.yes()),
    "stop": lambda a: lambda r: handles.stop(r, a.seat, a.now, a.text("nr")),
    "stop-choice": lambda a: lambda r: handles.choose(r, a.seat, a.text("choice"), a.text("nr")),
    "owner-says": lambda a: lambda r: door.owner_says(r, a.seat, a.text("handle"), yes=a.yes(), rng=a.rng),
    "take-over": _take_over,
}

LEAD: dict[str, Callable[[Act], Verb]] = {
    "next": _moves(flow.step),
    "back": _moves(flow.back),
    "skip": _moves(flow.skip),
    "repeat": _moves(flow.repeat),
    "tell": _moves(flow.tell),
    "loop": _moves(flow.loop),
    "timer": lambda a: lambda r: timers.start(r, a.seat, a.text("input"), a.now),
    "still": _now(clock.stand_still),
    "coffee": _now(clock.coffee),
    "run": _now(clock.go_on),
    "plus": lambda a: lambda r: clock.add_minutes(r, a.seat, a.text("at"), a.now),
    "plus-five": lambda a: lambda r: clock.add_minutes(r, a.seat, a.text("at"), a.now, minutes=more.MINUTES),
    "more-close": lambda a: lambda r: more.close(r, a.seat, a.text("at"), a.now),
    "go-on": lambda a: lambda r: handles.go_on(r, a.seat, a.now, a.rng, a.text("nr")),
    "blank": lambda a: lambda r: handles.blank(r, a.seat, on=a.yes()),
    "notice": lambda a: lambda r: handles.notice(r, a.seat, a.text("x"), a.now),
    "give": _give,
    "sooner": _sooner,
    "remote-first": lambda a: lambda r: turns.put_remote_first(r, a.seat, on=a.yes()),
    "show": lambda a: lambda r: reading.show(r, a.seat, a.number("x")),
    "put-away": _moves(choosing.put_away),
    "method": _method,
    "ballot": lambda a: lambda r: ballots.choose_form(r, a.seat, a.text("x")),
    "arrange": _arrange,
    "door": lambda a: lambda r: door.door(r, a.seat, is_open=a.yes()),
    "admit": lambda a: lambda r: door.admit(r, a.seat, a.text("handle"), rng=a.rng),
    "turn-away": lambda a: lambda r: door.turn_away(r, a.seat, a.text("handle")),
    "add-seat": lambda a: lambda r: people.add_seat(r, a.seat, a.text("name"), op=a.op()),
    "mark-left": _seat(people.mark_left),
    "remove": _remove,
    "outside": _seat(people.call_outside),
    "call-back": _seat(people.call_back),
    "hand-over": _seat(lead.hand_over),
    "share-lead": _seat(lead.share_lead),
    "hears-again": _seat(distance.hears_again),
    "video": lambda a: lambda r: distance.put_video(r, a.seat, a.text("link")),
    "close": lambda a: lambda r: closing.close(r, a.seat, a.now, a.rng),
}

UNSIGNED = frozenset(  # acts whose author nobody shall know: their answers take the same time for all
    {"lay", "nothing", "again", "small", "may-show", "cast", "chosen", "not-chosen", "answer", "rather-not", "card"}
    | {"done", "vote", "rate", "share", "agree-report", "evaluate", "skip-evaluation", "more"}
)

ANYTIME = frozenset(  # acts that mean the same whatever step the room is at
    {"agree", "where", "hears", "early", "leave", "take-back", "owner-says", "allow-report", "stop", "take-over"}
)


def verb(name: str, act: Act) -> Verb | None:
    """The verb an act calls, or None for an unknown word or a device that may not act."""
    if act.kind is Kind.OWN:
        make = SEAT.get(name) or LEAD.get(name)
    elif act.kind is Kind.LEAD:
        make = LEAD.get(name) or (SEAT["stop"] if name == "stop" else None)
    else:
        make = None
    if make is None:
        return None
    about = order.subject(name, act.text("input"), act.text("slot"))
    run, seen = make(act), act.text("seen") if name in SEAT and name not in ANYTIME else ""
    if name in UNSIGNED and act.text("nth"):
        run = _in_order(run, act, about)
    return lambda room: run(flow.still_there(room, seen))


def _in_order(run: Verb, act: Act, about: str) -> Verb:
    nth = act.number("nth")

    def verb(room: Room) -> Room:
        signed = order.signed(room, act.text("input"))
        return run(room) if signed else order.newest(room, run, tags.heard(act.tag, room, about), nth)

    return verb
