"""What one device sees of its own: its seat, what it wrote, and what it may do now."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from rooms import (
    ballots,
    choosing,
    closing,
    distance,
    evaluating,
    few,
    flow,
    groups,
    lasttime,
    more,
    notes,
    order,
    promises,
    ring,
    tags,
    texts,
    turns,
    votes,
    whispers,
    willing,
)
from rooms.derived import derived
from rooms.halls import is_hall
from rooms.lead import may_lead
from rooms.leading import Leading, leading
from rooms.methods import Input, Text, is_board, is_unsigned
from rooms.people import tasks_for
from rooms.promises import Promise
from rooms.rights import is_one_of
from rooms.room import (
    Ballot,
    Device,
    Kind,
    Paper,
    Presence,
    Room,
    Seat,
    here,
    owner,
    phase,
    round_writers,
    seat,
    taking_part,
    this_round,
)
from rooms.tags import Tag

SHUFFLE_UP_TO = 30
T = TypeVar("T")


class Slot(Struct, frozen=True):
    """A card of mine: what I laid so far."""

    slot: int
    text: str
    rev: int
    column: int = 0
    id: str = ""  # of a card that lies on a board


class Task(Struct, frozen=True):
    """An input of the present phase that is mine to fill in."""

    input: Input
    says: Promise  # what is done with it, for the sentence beside it
    slots: tuple[Slot, ...] = ()
    value: int | None = None
    text: str = ""
    versions: int = 0  # how many there are of the text
    choices: tuple[tuple[str, str | Text], ...] = ()  # of a vote: names and words
    given: dict[str, int] = {}  # my ballot
    rev: int = 0
    closed: bool = False  # a text that only its writer reads yet


class Mine(Struct, frozen=True, kw_only=True):
    """The personal part of a page."""

    seat: str
    name: str
    at: int  # my chair on the ring
    own: bool  # this device acts for the seat; otherwise it only follows
    lead: bool
    takes_part: bool
    task: str = ""
    tasks_now: tuple[str, ...] = ()  # the tasks that can be taken now, '' to have none
    for_others: tuple[tuple[str, str], ...] = ()  # seats and names that a secretary may write for
    remote: bool
    no_sound: bool = False  # I said that I do not hear the others
    video: tuple[str, str] = ("", "")  # the link of the video call and where it leads
    leaves_early: str
    caught_up: bool
    talk_first: bool
    round: str
    agreed: str = ""
    writer: bool = False
    late: bool = False  # came in when this round of writing or choosing had begun
    ready: bool = False
    heard: dict[str, int] = {}  # unsigned acts at this stage and answers that may change, by what they are about
    small: bool = False  # this small circle still asks my tap
    may_write: bool = True
    laid: tuple[str, ...] = ()
    rev: int = 0
    order: tuple[str, ...] = ()  # the ballot, in this device's own order
    dots: dict[str, int] = {}  # my ballot as its form shows it: dots, or places in a ranking
    spoken: bool = False
    floor: bool = False
    next: bool = False
    waiting: bool = False
    may_speak: bool = False
    owner: bool = False
    asked_yes: bool = False  # the owner is asked about the method
    says_report: bool = False  # asked, with everybody, whether a report may come
    asked_report: bool | None = None  # an owner is asked whether the own question may be in a report
    agreed_report: bool | None = None
    tasks: tuple[Task, ...] = ()
    keeps: bool = False  # whether there is a field for a thought that is for a later phase
    notes: bool = False  # whether there is a field for them in this phase of a method
    group: tuple[str, ...] = ()  # the names of my small group, mine among them
    client: str = ""  # whose turn it is there
    turn_at: str = ""  # what a tap for the group's next turn refers to
    turn_next: str = ""  # whose turn comes next there
    turn_of: tuple[int, int] = (0, 0)  # the group's turn, and of how many
    turn_ends_ms: int = 0
    missed: str = ""  # whose turn it would be, who is not there
    my_turn: bool = False
    more_asked: bool = False  # whether more time is asked of this seat
    more: bool | None = None  # my answer
    takeaway: str = ""
    takeaway_report: bool = False
    ratings: dict[str, int] = {}
    knock: tuple[str, str] = ("", "")
    give_to: tuple[tuple[str, str], ...] = ()  # seats and names this device can be handed to
    may_take_over: bool = False  # in a circle that guides itself
    leading: Leading | None = None
    whispers: whispers.Whispering | None = None  # of the guide
    hints: int = 0  # how many I sent or got as a guide or as who leads
    asked_back: bool = False  # the circle asks me what became of what I brought last time


def mine(room: Room, device: Device, tag: Tag) -> Mine:
    """The personal view of a device. Nothing in it can be seen by any other."""
    someone = seat(room, device.seat)
    if not is_hall(room) or not _is_plain(room, someone):
        return worked_out(room, device, tag)
    own = device.kind is Kind.OWN and someone.presence is Presence.HERE
    kinds, kind = _kinds(room), (device.kind, device.via, *_alike(someone), someone.id in round_writers(room))
    if kind not in kinds:
        kinds[kind] = worked_out(room, device, tag)
    return replace(
        kinds[kind],
        seat=someone.id,
        name=someone.name,
        at=ring.index(room, someone.id),
        agreed=_agreed(room, tag) if own else "",
        heard=_heard(room, someone.id, tag) if own else {},
    )


def _alike(someone: Seat) -> tuple[object, ...]:
    """What of a seat makes a page another page; who is in its place and when they came does not."""
    one = someone
    flags = (one.takes_part, one.remote, one.no_sound, one.presence, one.voiced, one.caught_up, one.talk_first)
    return (*flags, one.leaves_early, one.task)


def _is_plain(room: Room, someone: Seat) -> bool:
    """Whether this page of a hall differs from others of its kind by name, chair and the answer to the agreement only:
    nobody gave anything in this step, which asks the same of all, and it is not about this seat."""
    ordinary = someone.phone and not someone.lead and someone.task != whispers.GUIDE and someone.id not in _meant(room)
    return ordinary and _nothing_given(room)


@derived()
def _kinds(room: Room) -> dict[tuple[object, ...], Mine]:
    """Pages of this version by kind, as they are worked out: a place to keep them, empty at first."""
    return {}


@derived()
def _nothing_given(room: Room) -> bool:
    now, on = this_round(room), phase(room)
    given = (now.ready, now.papers, now.ballots, now.takeaways, now.report, now.small_ok, now.marks, now.heard)
    polled = now.poll is not None and bool(now.poll.given)
    return not (any(given) or polled or on.inputs or on.kind == "write" and room.cases)


@derived()
def _meant(room: Room) -> frozenset[str]:
    """The seats that this step is about, one by one."""
    now = this_round(room)
    owners = (case.owner for case in room.chosen)
    line = (*now.spoken, *now.went, *(c.seat for c in now.queue))
    return frozenset((now.floor, turns.following(room), *line, *owners, *room.cued))


def worked_out(room: Room, device: Device, tag: Tag) -> Mine:
    """The same, from the room alone, whatever others have."""
    someone = seat(room, device.seat)
    now, own = this_round(room), device.kind is Kind.OWN and someone.presence is Presence.HERE
    paper = _laid(room, tag) if phase(room).kind == "write" and own else None
    ballot = now.ballots.get(tags.vote(tag, room)) if own and phase(room).kind == "choose" else None
    sentence = now.takeaways.get(tags.takeaway(tag, room)) if own and phase(room).kind == "closing" else None
    link = "" if room.over else distance.video(room, someone.id)
    client, missed = groups.client(room, someone.id), groups.missed(room, someone.id)
    upcoming = groups.following(room, someone.id)
    is_owner = any(c.owner == someone.id for c in room.chosen)
    knock = next((k for k in room.knocks if k.state == "asked"), None)
    return Mine(
        seat=someone.id,
        name=someone.name,
        at=ring.index(room, someone.id),
        own=own,
        lead=someone.lead,
        takes_part=someone.takes_part,
        task=someone.task,
        tasks_now=tasks_for(room, someone) if own and someone.caught_up else (),
        for_others=_for_others(room, someone) if own else (),
        remote=someone.remote,
        no_sound=someone.no_sound,
        video=(link, distance.host(link)),
        leaves_early=someone.leaves_early,
        caught_up=someone.caught_up,
        talk_first=someone.talk_first,
        round=f"{now.id}.{now.stage}.{now.votes_held}",
        agreed=_agreed(room, tag) if own else "",
        writer=own and someone.id in round_writers(room),
        late=own and flow.came_late(room, someone.id),
        ready=own and (_kept(now.ready, tags.ready, tag, room) or False),
        heard=_heard(room, someone.id, tag) if own else {},
        small=own
        and someone.id in round_writers(room)
        and not few.may_write(room)
        and not _kept(now.small_ok, tags.small, tag, room),
        may_write=few.may_write(room),
        laid=paper.texts if paper else (),
        rev=_rev(paper, ballot, sentence),
        order=_order(room, tag),
        dots=_given(room, ballot) if ballot else {},
        spoken=turns.had_a_turn(room, someone.id),
        floor=now.floor == someone.id,
        next=turns.following(room) == someone.id,
        waiting=any(c.seat == someone.id for c in now.queue),
        may_speak=own and turns.may_speak(room, someone.id),
        owner=is_owner and owner(room) == someone.id,
        asked_yes=_asked_yes(room, someone.id),
        says_report=own and someone.id in closing.asked(room),
        asked_report=all(c.report for c in room.chosen if c.owner == someone.id) if is_owner else None,
        agreed_report=_report(room, tag) if own else None,
        tasks=_tasks(room, someone.id, tag) if own and someone.caught_up else (),
        keeps=own and someone.caught_up and notes.keeps(room, someone),
        notes=notes.has_field(room, someone),
        group=tuple(room.seats[i].name for i in groups.mine(room, someone.id)),
        client=room.seats[client].name if client else "",
        missed=room.seats[missed].name if missed else "",
        turn_at=groups.turn_at(room, someone.id) if own else "",
        turn_next=room.seats[upcoming].name if upcoming else "",
        turn_of=groups.progress_of(room, someone.id),
        turn_ends_ms=groups.ends(room, someone.id),
        my_turn=client == someone.id,
        more_asked=own and more.asks(room) and more.is_asked(room, someone),
        more=_kept(now.poll.given, tags.more, tag, room) if own and now.poll else None,
        takeaway=sentence.texts[0] if sentence else "",
        takeaway_report=bool(sentence and sentence.input),
        ratings=_ratings(room, tag) if own else {},
        knock=(knock.handle, knock.name) if knock and owner(room) == someone.id else ("", ""),
        give_to=_give_to(room, device) if device.kind is Kind.OWN else (),
        may_take_over=own and not room.guided and not someone.lead and may_lead(someone),
        leading=leading(room, someone) if own else None,
        whispers=whispers.whispering(room, someone) if own else None,
        hints=whispers.number(room, someone.id) if own else 0,
        asked_back=own and lasttime.is_asked(room, someone),
    )


def _agreed(room: Room, tag: Tag) -> str:
    return _kept(room.agreed, tags.agree, tag, room) or ""


def _kept(under: Mapping[str, T], name: Callable[[Tag, Room], str], tag: Tag, room: Room) -> T | None:
    """What is kept under a device's tag, of what everybody has who acts. Where nothing is, no tag is made: a page has a
    dozen, and each takes longer than all that is looked up with it."""
    return under.get(name(tag, room)) if under else None


def _report(room: Room, tag: Tag) -> bool | None:
    return this_round(room).report.get(tags.report(tag, room)) if phase(room).kind == "closing" else None


def _ratings(room: Room, tag: Tag) -> dict[str, int]:
    marks = this_round(room).marks
    if phase(room).kind != "closing":
        return {}
    rate = tags.rating(tag, room)
    return {i: marks[f"{rate}.{i}"].value for i in evaluating.asked(room).lines if f"{rate}.{i}" in marks}


def _for_others(room: Room, someone: Seat) -> tuple[tuple[str, str], ...]:
    """Everybody who writes cards or asks in this phase, for who writes for others."""
    if someone.task != "secretary":
        return ()
    whose = [i.who for i in phase(room).inputs if i.kind == "cards"]
    return tuple((s.id, s.name) for s in taking_part(room) if any(is_one_of(room, s, who) for who in whose))


def _give_to(room: Room, device: Device) -> tuple[tuple[str, str], ...]:
    """Who has no phone and may hold this device next, and last whose device it is. From somebody who is not at the
    table it only goes back."""
    at_table = seat(room, device.seat).presence is Presence.HERE
    others = [s for s in _without_phone(room) if s.id != device.seat and at_table]
    back = [room.seats[device.via]] if device.via in room.seats else []
    return tuple((s.id, s.name) for s in [*others, *back])


@derived(lambda room: (room.seats,))
def _without_phone(room: Room) -> tuple[Seat, ...]:
    return tuple(s for s in here(room) if not s.phone)


def _heard(room: Room, by: str, tag: Tag) -> dict[str, int]:
    kept = this_round(room).heard
    counted = {name: kept.get(tags.heard(tag, room, name), 0) for name in order.subjects(room)} if kept else {}
    agreed = order.agreed(room, by, tags.agree(tag, room) if room.heard else "")
    standing = {**seat(room, by).heard, "agree": agreed}
    return {name: n for name, n in {**counted, **standing}.items() if n}


def holds_own(room: Room, mine: Mine) -> bool:
    """Whether the page may show what somebody did without a name, or that they did. Where only who wrote before has
    something on it, everybody's may: else they would be known from the way it is sent. So may that of who did something
    in this step, whatever it was, and took it back."""
    before = phase(room).kind == "write" and (this_round(room).stage or room.cases)
    if before or phase(room).kind == "agreement" or mine.heard.keys() & set(order.subjects(room)):
        return True
    cards = any(slot.text for task in mine.tasks for slot in task.slots) or any(task.given for task in mine.tasks)
    return (
        mine.ready
        or cards
        or mine.agreed_report is not None
        or mine.more is not None
        or bool(mine.laid or mine.takeaway or mine.dots)
    )


def _laid(room: Room, tag: Tag) -> Paper | None:
    """My case in the write phase: as it lies there, or after a step back as it was shown."""
    papers, cap = this_round(room).papers, tags.case(tag, room)
    if cap in papers:
        return papers[cap]
    case = choosing.by_cap(room).get(cap)
    return Paper(case.texts) if case else None


def _rev(*things: object) -> int:
    return max((getattr(t, "rev", 0) for t in things if t), default=0)


def _given(room: Room, ballot: Ballot) -> dict[str, int]:
    given = ballots.as_given(ballots.form(room), ballot.dots)
    return dict(sorted(given.items()))


def _order(room: Room, tag: Tag) -> tuple[str, ...]:
    """The ballot in an order of this device's own, against the pull of the first place."""
    if phase(room).kind != "choose" or this_round(room).stage != choosing.VOTE:
        return ()
    if is_hall(room):
        return ()  # the whole ballot stands on pages of its own, in one order for all
    ids = choosing.ids(room)
    if len(this_round(room).writers) > SHUFFLE_UP_TO:
        return ids
    salt = tag("order", this_round(room).id)
    return tuple(sorted(ids, key=lambda i: hashlib.sha256((salt + i).encode()).digest()))


def _asked_yes(room: Room, seat_id: str) -> bool:
    if phase(room).kind != "choose" or room.method is None:
        return False
    return any(c.owner == seat_id and c.willing != room.method.id and c.willing != willing.OTHER for c in room.chosen)


def _tasks(room: Room, seat_id: str, tag: Tag) -> tuple[Task, ...]:
    """The inputs of this phase that this seat may fill in now."""
    someone, stage = seat(room, seat_id), flow.stage(room)
    tasks = []
    for line in phase(room).inputs:
        if not is_one_of(room, someone, line.who) or is_unsigned(line) and not few.may_write(room):
            continue
        late = someone.id not in round_writers(room)
        if late and (is_unsigned(line) or line.kind == "cards" and not line.live):
            continue  # came in when this round had begun
        says = promises.in_round(room, promises.of(line))
        if line.kind == "cards" and not line.live and stage == "write":
            tasks.append(Task(line, says, slots=_slots(room, seat_id, line, tag)))
        elif line.kind == "cards" and is_board(line):
            tasks.append(Task(line, says, slots=_placed(room, seat_id, line)))
        elif line.kind == "vote" and votes.is_open(room, line):
            ballot = this_round(room).ballots.get(tags.ballot(tag, room, line.id), Ballot({}))
            choices = tuple(votes.offered(room, line).items())
            tasks.append(Task(line, says, choices=choices, given=ballot.dots, rev=ballot.rev))
        elif line.kind == "scale" and not line.of and (stage == "write" or line.who == "owner"):
            tasks.append(Task(line, says, value=_value(room, line, tag)))
        elif line.kind == "text" and texts.writes(room, someone, line):
            held, closed = texts.versions(room, line), texts.is_closed(room, line)
            last = held[-1] if held and (line.who == "owner" or not closed) else ""  # of more writers, who wrote it?
            tasks.append(Task(line, says, text=last, versions=len(held), closed=closed))
        elif line.kind in ("notes", "takeaway"):
            tasks.append(Task(line, says))
    return tuple(tasks)


def _slots(room: Room, seat_id: str, line: Input, tag: Tag) -> tuple[Slot, ...]:
    papers = this_round(room).papers
    slots = []
    for n in range(line.max):
        key = f"{seat_id}:{line.id}:{n}" if line.signed else tags.card(tag, room, line.id, n)
        paper = papers.get(key)
        slots.append(Slot(n, paper.texts[0], paper.rev, paper.column) if paper else Slot(n, "", 0))
    return tuple(slots)


def _placed(room: Room, seat_id: str, line: Input) -> tuple[Slot, ...]:
    """My cards on a board."""
    own = (c for c in this_round(room).cards if c.input == line.id and c.seat == seat_id and c.state != "old")
    return tuple(Slot(n, c.text, 0, c.column, c.id) for n, c in enumerate(own))


def _value(room: Room, line: Input, tag: Tag) -> int | None:
    now = this_round(room)
    if line.who == "owner":
        return next(iter(now.results.get(line.id, ())), None)
    mark = now.marks.get(tags.scale(tag, room, line.id))
    return mark.value if mark else None
