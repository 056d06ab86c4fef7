"""The table of acts: the word in the URL, and the verb it calls with what the form holds."""

from __future__ import annotations

from collections.abc import Callable

from rooms import (
    agreement,
    ballots,
    boards,
    choosing,
    clock,
    closing,
    devices,
    distance,
    door,
    evaluating,
    few,
    flow,
    groups,
    handles,
    lasttime,
    lead,
    more,
    order,
    people,
    reading,
    scales,
    tags,
    takeaways,
    timers,
    turns,
    whispers,
    willing,
    writing,
)
from rooms.room import Kind, Room
from server import forms
from server.forms import Act, Verb

# Everybody's acts. The tags are made from the room as it is when the verb runs, not when the form was made.
SEAT: dict[str, Callable[[Act], Verb]] = {
    "agree": lambda a: lambda r: agreement.say(r, a.seat, tags.agree(a.tag, r), a.text("x")),
    "where": lambda a: lambda r: people.sit_where(r, a.seat, remote=a.text("x") == "remote"),
    "hears": lambda a: lambda r: distance.hears(r, a.seat, yes=a.yes()),
    "task": lambda a: lambda r: people.take_task(r, a.seat, a.text("x")),
    "early": lambda a: lambda r: people.leave_early(r, a.seat, a.text("when")),
    "leave": forms.plain(people.leave),
    "small": lambda a: lambda r: few.allow(r, a.seat, tags.small(a.tag, r)),
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
    "again": lambda a: lambda r: writing.again(r, a.seat, tags.ready(a.tag, r), tags.case(a.tag, r)),
    "may-show": lambda a: lambda r: writing.may_show(r, a.seat, tags.case(a.tag, r), tags.ready(a.tag, r), yes=a.yes()),
    "take-back": lambda a: lambda r: reading.take_back(r, a.seat, a.text("case")),
    "cast": lambda a: lambda r: choosing.cast(r, a.seat, tags.vote(a.tag, r), a.number("rev"), forms.given(a.form)),
    "chosen": lambda a: (
        lambda r: choosing.ready(
            choosing.cast(r, a.seat, tags.vote(a.tag, r), a.number("rev"), forms.given(a.form)),
            a.seat,
            tags.ready(a.tag, r),
        )
    ),
    "not-chosen": lambda a: lambda r: choosing.ready(r, a.seat, tags.ready(a.tag, r), yes=False),
    "answer": lambda a: (
        lambda r: choosing.answer(r, a.seat, tags.ready(a.tag, r), tags.case(a.tag, r), a.text("choice"))
    ),
    "rather-not": lambda a: lambda r: choosing.rather_not(r, a.seat, tags.case(a.tag, r), tags.ready(a.tag, r)),
    "it-is-me": lambda a: lambda r: willing.it_is_me(r, a.seat, tags.case(a.tag, r)),
    "say-yes": lambda a: lambda r: willing.say_yes(r, a.seat, a.text("method")),
    "ask": lambda a: lambda r: turns.ask(r, people.writes_for(r, a.seat, a.text("for")), a.op(), a.text("text")),
    "pass": lambda a: lambda r: turns.pass_turn(r, a.seat, a.text("turn"), a.text("round")),
    "hand-on": forms.turn(turns.hand_on),
    "not-this": forms.turn(turns.not_this_one),
    "card": forms.card,
    "done": forms.done,
    "pick": forms.pick,
    "sort": forms.sort,
    "vote": forms.vote,
    "place": forms.place,
    "move": forms.move,
    "take-off": lambda a: lambda r: boards.take_off(r, a.seat, a.text("card")),
    "text": forms.text,
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
        lambda r: scales.evaluate(r, a.seat, forms.ratings(a), tag=tags.rating(a.tag, r), ready=tags.ready(a.tag, r))
    ),
    "skip-evaluation": forms.skip_evaluation,
    "agree-report": lambda a: lambda r: closing.agree_report(r, a.seat, tags.report(a.tag, r), yes=a.yes()),
    "allow-report": lambda a: lambda r: closing.allow_report(r, a.seat, yes=a.yes()),
    "stop": lambda a: lambda r: handles.stop(r, a.seat, a.now, a.text("nr")),
    "stop-choice": lambda a: lambda r: handles.choose(r, a.seat, a.text("choice"), a.text("nr")),
    "owner-says": lambda a: lambda r: door.owner_says(r, a.seat, a.text("handle"), yes=a.yes(), rng=a.rng),
    "take-over": forms.take_over,
    "became": forms.plain(lasttime.heard),
    "whisper": lambda a: lambda r: whispers.whisper(r, a.seat, a.op(), text=a.text("text"), ready=a.text("ready")),
}

LEAD: dict[str, Callable[[Act], Verb]] = {
    "next": forms.moves(flow.step),
    "back": forms.moves(flow.back),
    "skip": forms.moves(flow.skip),
    "repeat": forms.moves(flow.repeat),
    "tell": forms.moves(flow.tell),
    "loop": forms.moves(flow.loop),
    "timer": lambda a: lambda r: timers.start(r, a.seat, a.text("input"), a.now),
    "still": forms.now(clock.stand_still),
    "coffee": forms.now(clock.coffee),
    "run": forms.now(clock.go_on),
    "plus": lambda a: lambda r: clock.add_minutes(r, a.seat, a.text("at"), a.now),
    "plus-five": lambda a: lambda r: clock.add_minutes(r, a.seat, a.text("at"), a.now, minutes=more.MINUTES),
    "more-close": lambda a: lambda r: more.close(r, a.seat, a.text("at"), a.now),
    "go-on": lambda a: lambda r: handles.go_on(r, a.seat, a.now, a.rng, a.text("nr")),
    "blank": lambda a: lambda r: handles.blank(r, a.seat, on=a.yes()),
    "notice": lambda a: lambda r: handles.notice(r, a.seat, a.text("x"), a.now),
    "give": forms.give,
    "sooner": forms.sooner,
    "heard": forms.heard,
    "remote-first": lambda a: lambda r: turns.put_remote_first(r, a.seat, on=a.yes()),
    "show": lambda a: lambda r: reading.show(r, a.seat, a.number("x")),
    "put-away": forms.moves(choosing.put_away),
    "method": forms.method,
    "ballot": lambda a: lambda r: ballots.choose_form(r, a.seat, a.text("x")),
    "arrange": forms.arranged,
    "door": lambda a: lambda r: door.door(r, a.seat, is_open=a.yes()),
    "code": forms.code,
    "admit": lambda a: lambda r: door.admit(r, a.seat, a.text("handle"), rng=a.rng),
    "turn-away": lambda a: lambda r: door.turn_away(r, a.seat, a.text("handle")),
    "add-seat": lambda a: lambda r: people.add_seat(r, a.seat, a.text("name"), op=a.op()),
    "mark-left": forms.seat(people.mark_left),
    "remove": forms.remove,
    "outside": forms.seat(people.call_outside),
    "call-back": forms.seat(people.call_back),
    "hand-over": forms.seat(lead.hand_over),
    "share-lead": forms.seat(lead.share_lead),
    "let-guide": forms.seat(people.let_guide),
    "cue-away": lambda a: lambda r: whispers.put_away(r, a.seat, a.text("cue")),
    "no-cues": lambda a: lambda r: whispers.rest(r, a.seat, on=a.yes()),
    "evaluation": lambda a: lambda r: evaluating.choose(r, a.seat, a.text("x")),
    "withdraw": lambda a: lambda r: devices.withdraw(r, a.seat, a.handle),
    "hears-again": forms.seat(distance.hears_again),
    "video": lambda a: lambda r: distance.put_video(r, a.seat, a.text("link")),
    "close": lambda a: lambda r: closing.close(r, a.seat, a.now, a.rng),
}

UNSIGNED = frozenset(  # acts of which others see nothing yet, and never who did them
    {"lay", "nothing", "again", "small", "may-show", "cast", "chosen", "not-chosen", "answer", "rather-not", "card"}
    | {"done", "vote", "rate", "share", "agree-report", "evaluate", "skip-evaluation", "more"}
)
# With what all see done at once, though not by whom: sent to one address in one size, and answered in the same time.
NAMELESS = UNSIGNED | {"stop", "take-back"}

ANYTIME = frozenset(  # acts that mean the same whatever step the room is at
    {"agree", "where", "hears", "early", "leave", "take-back", "owner-says", "allow-report", "stop", "take-over"}
)
ONCE = frozenset(  # signed taps that have nothing else that makes a second copy of one change nothing
    {"task", "leave", "it-is-me", "say-yes", "pass", "hand-on", "not-this", "pick", "sort", "move", "take-off"}
    | {"group-on", "stop-choice", "owner-says", "take-over", "whisper"}
    | LEAD.keys() - {"add-seat"}
)
MEANT = frozenset({"notice", "still", "coffee", "run"})  # of who leads: for the step in which they were tapped


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
    run, seen = make(act), act.text("seen") if name in MEANT or name in SEAT and name not in ANYTIME else ""
    if act.text("nth") and name in UNSIGNED:
        run = _in_order(run, act, about)
    if act.text("nth") and name in order.STANDING:
        run = _newest(run, act, name)
    if act.text("op") and name in ONCE:
        op = act.op()
        return lambda room: order.once(room, lambda it: run(flow.still_there(it, seen)), act.seat, op)
    return lambda room: run(flow.still_there(room, seen))


def _in_order(run: Verb, act: Act, about: str) -> Verb:
    nth = act.number("nth")

    def verb(room: Room) -> Room:
        if about not in order.subjects(room):  # made up: each would only make the room grow
            return run(room)
        signed = order.signed(room, act.text("input"))
        return run(room) if signed else order.newest(room, run, tags.heard(act.tag, room, about), nth)

    return verb


def _newest(run: Verb, act: Act, name: str) -> Verb:
    nth = act.number("nth")
    if name == "agree":
        return lambda room: order.newest_agreed(room, run, act.seat, tags.agree(act.tag, room), nth)
    return lambda room: order.newest_of_seat(room, run, act.seat, name, nth)
