"""The state of one live room: what is true in it now, and nothing about how it came to be."""

from __future__ import annotations

from enum import StrEnum
from operator import attrgetter
from random import Random

from msgspec import Struct
from msgspec.structs import replace

from rooms.derived import carry, derived
from rooms.methods import Method, Phase
from rooms.refusal import Refused


class Presence(StrEnum):
    """Where the person of a seat is; a sleeping phone is not a presence."""

    HERE = "here"
    OUTSIDE = "outside"
    LEFT = "left"
    REMOVED = "removed"


GONE = (Presence.LEFT, Presence.REMOVED)


class Seat(Struct, frozen=True):
    """A person's right to be in the circle. `place` is the chair, counted from 0, and never changes."""

    id: str
    place: int
    name: str
    lead: bool = False
    takes_part: bool = True
    remote: bool = False
    no_sound: bool = False  # at a distance, and said that the others cannot be heard
    presence: Presence = Presence.HERE
    phone: bool = True
    voiced: bool = False  # without a phone, and a device that goes round has a secret for it
    caught_up: bool = True  # False for who came late, until the agreement was read
    talk_first: bool = False  # came late, and wants to talk about the agreement before keeping to it
    leaves_early: str = ""
    task: str = ""  # observer, timekeeper, secretary, guide
    heard: dict[str, int] = {}  # how many answers that may change at any time came, by what they are about
    missed: tuple[int, ...] = ()  # the cases, from 0, in which one was outside: no report tells of them
    member: str = ""  # of the group whose meeting this is


class Kind(StrEnum):
    """What a device may do: act for its seat, only follow, lead, or be the big screen."""

    OWN = "own"
    FOLLOW = "follow"
    LEAD = "lead"
    SCREEN = "screen"


class Device(Struct, frozen=True):
    """A browser that holds a secret K; the room knows it by HMAC(K) only."""

    seat: str
    kind: Kind = Kind.OWN
    via: str = ""  # a device handed round: the seat whose device it is


class Knock(Struct, frozen=True):
    """Somebody at a closed door."""

    handle: str
    name: str
    state: str = "waiting"  # waiting, asked (the owner is asked), owner-yes, refused
    member: str = ""  # of the group whose meeting this is


class Clock(Struct, frozen=True):
    """Time of one phase: `left` seconds remained at `since` (ms since 1970)."""

    total: int = 0
    left: int = 0
    since: int = 0
    state: str = "off"  # off, run, still (counts as meeting time), coffee (does not)


class Paper(Struct, frozen=True):
    """Something written and not yet shown. `seat` is empty when it is unsigned."""

    texts: tuple[str, ...]
    rev: int = 0
    seat: str = ""
    input: str = ""
    column: int = 0  # of a board, from 0
    op: str = ""  # laid by who writes for others: which of theirs it is


class Card(Struct, frozen=True):
    """Something written that others may see."""

    id: str
    text: str
    seat: str = ""
    input: str = ""
    state: str = ""  # '', queued, asked, skipped, answered, old (of the loop before)
    column: int = 0


class Ballot(Struct, frozen=True):
    """One device's ballot: what can be chosen to its dots; in a method's ranking to its place."""

    dots: dict[str, int]
    rev: int = 0
    input: str = ""  # in a method's vote


class Mark(Struct, frozen=True):
    """One number on a scale."""

    input: str
    value: int


class Part(Struct, frozen=True):
    """How far a small group is that takes its turns by itself. `began`: seconds of the phase that were over then."""

    had: tuple[str, ...] = ()  # seats whose turn is over
    now: str = ""  # the seat whose turn it is
    nr: int = 0  # how often the turn changed: what a tap refers to
    began: int = 0


class Poll(Struct, frozen=True):
    """Whether this step may have more time than `total` seconds: answers by tag until it closes, then the outcome."""

    total: int
    given: dict[str, bool] = {}
    outcome: str = ""  # yes, no, offer; a yes stands until the next one is decided


class Round(Struct, frozen=True, kw_only=True):
    """One pass through a phase. Maps are keyed by device tags or random ids, never by arrival."""

    id: str  # '' before it began: where a method goes round again, with the cards of before
    stage: int = 0
    clock: Clock = Clock()
    again: int = 0  # how often its clock began again while people wrote
    writers: tuple[str, ...] = ()  # seats, frozen when the round starts
    led: tuple[str, ...] = ()  # the writers that led when it started
    went: tuple[str, ...] = ()  # who took part in the closing, and was asked for a report, and went away
    small_ok: dict[str, bool] = {}  # three or fewer writers: everyone's own tap, by tag
    papers: dict[str, Paper] = {}
    wrote: str = ""  # the round whose tags its papers have: a method went round again before they were opened
    crowd: int = 0  # how many could write in the rounds that such papers are from
    ready: dict[str, bool] = {}  # who tapped; False: and is not ready after all
    heard: dict[
        str, int
    ] = {}  # how many unsigned acts a device did at this stage, by tag: an older one changes nothing
    ballots: dict[str, Ballot] = {}
    answers: dict[str, str] = {}
    held: bool = False  # everybody was asked, and no case may be shown
    rather_not: bool = False
    until: int = 0  # ms: end of the twenty seconds
    tally: dict[str, int] = {}
    runoff: tuple[str, ...] = ()  # cases in the second vote after a tie
    votes_held: int = 0
    shown: int = 0
    floor: str = ""
    spoken: tuple[str, ...] = ()
    order: tuple[str, ...] = ()  # of the turns to come, where who leads made one: seats
    turn: int = 0  # how often the floor changed hands: what a tap about a turn refers to
    spent: tuple[str, ...] = ()  # items that left the queue: the same operation again does not bring them back
    queue: tuple[Card, ...] = ()
    cards: tuple[Card, ...] = ()
    picked: dict[str, tuple[str, ...]] = {}
    sorted: dict[str, dict[str, int]] = {}  # by input: what the owner gave each card, a label from 0 or a number
    marks: dict[str, Mark] = {}
    results: dict[str, tuple[int, ...]] = {}
    voted: dict[str, tuple[str, ...]] = {}  # by vote: the names of what could be chosen, as its results count them
    takeaways: dict[str, Paper] = {}
    report: dict[str, bool] = {}  # whether there may be a report, by tag
    poll: Poll | None = None
    parts: dict[str, Part] = {}  # by small group, from 0


class Case(Struct, frozen=True):
    """A case on the table. `cap` is the owner's device tag; `back` when it was taken back."""

    id: str
    texts: tuple[str, ...]
    cap: str = ""
    back: bool = False


class Chosen(Struct, frozen=True):
    """The case that is treated. `willing` holds the method the owner said yes to."""

    case: str
    texts: tuple[str, ...]
    owner: str = ""
    willing: str = ""
    question: tuple[str, ...] = ()
    ended: bool = False
    report: bool = False  # the owner's yes to a report of this case
    without: bool = False  # whoever wrote it asked to have it treated without them: nobody says whose it is


class Stop(Struct, frozen=True):
    """Somebody asked for a moment's quiet; nobody knows who. `choice`: '', rest, other, end."""

    choice: str = ""


class Countdown(Struct, frozen=True):
    """A method's timer that runs: what it is (silence or timer), until when (ms), and how long it lasts (ms)."""

    what: str
    until: int
    span: int


class Cue(Struct, frozen=True):
    """A guide's short private word to who leads: own words, or a ready one by its name. `to`: the seats that led."""

    id: str
    by: str
    to: tuple[str, ...]
    text: str = ""
    ready: str = ""


class Stay(Struct, frozen=True):
    """Where a member of a group is from a whole minute of the meeting on, until the next one of that seat."""

    since: int
    presence: Presence


class Terms(Struct, frozen=True):
    """What the registers of a group ask of its meeting: minutes on end, and whether everybody brings a question."""

    minutes: int = 0
    each: bool = False


class Entry(Struct, frozen=True):
    """One line of the agenda; `case` counts from 0 and says whose turn the phase serves."""

    phase: Phase
    case: int = 0


class Room(Struct, frozen=True, kw_only=True, dict=True):
    """One room. Changed only by the verbs in this package; saved as one sealed document. Beside its fields there is a
    place for what is derived from them (rooms.derived), which is neither compared nor saved."""

    id: str
    version: int = 0
    name: str
    chairs: int
    code: str = ""
    door: bool = True
    guided: bool = True
    where: str = "together"  # together, mixed, remote
    conflicts: bool = False
    cases_wanted: int = 1
    group: str = ""  # whose meeting this is, the alias of a group
    meeting: int = 0  # which of its plan, from 0
    terms: Terms | None = None  # of the registers that the group chose
    stays: dict[str, tuple[Stay, ...]] = {}  # of a group's members, by seat: when they were there (rooms.stays)
    breaks: tuple[int, ...] = ()  # and the whole minutes at which its coffee breaks began, and ended, in turn
    rehearsal: bool = False  # somebody practises leading, with simulated people
    ballot: str = "dots"  # dots, one, rank: how the cases are voted on
    video: str = ""  # the link of the video call, for who is at a distance
    remote_first: bool = True  # where turns go round, who is at a distance begins
    zone: str = ""  # the time zone of whoever began it, an IANA name; '' is the server's own
    starts: int = 0  # ms, an invitation may lie ahead
    ends: int = 0  # ms, when the group must leave
    began: int = 0  # ms, first step of the meeting
    over: int = 0  # ms, when it was closed
    report: bool = False  # everybody said yes to a report before it was closed
    evaluation: str = ""  # what the closing asks; '' is as the method says (rooms.evaluating)
    middles: dict[str, int] = {}  # what came of it, by line: nothing until the end, and no single answer ever
    seats: dict[str, Seat] = {}
    devices: dict[str, Device] = {}
    keys: dict[str, str] = {}
    knocks: tuple[Knock, ...] = ()
    agreed: dict[str, str] = {}  # device tag: yes or talk
    heard: dict[str, int] = {}  # how many such answers a device gave, by the same tag: an older one changes nothing
    agenda: tuple[Entry, ...] = ()
    at: int = 0
    backs: int = 0  # how often the circle went back: no tap of before is meant for the step as it is now
    rounds: dict[str, Round] = {}
    method: Method | None = None
    dropped: tuple[Phase, ...] = ()  # of the method, by an order of one's own: they can come back
    cases: tuple[Case, ...] = ()
    case_round: str = ""  # the write round that the ownership tags were made for
    chosen: tuple[Chosen, ...] = ()
    texts: dict[str, tuple[str, ...]] = {}
    still: Stop | None = None
    stops: int = 0  # how often it was asked: what a tap about a stop refers to
    blank: bool = False
    notice: str = ""  # silence, timer, question, sum
    quiet_until: int = 0  # ms: end of the silence, or of a timer
    quiet: int = 0  # ms: how long it lasts
    timer: Countdown | None = None  # runs on while a word of who leads is on the screens in its place
    takeover: str = ""  # seat that offered to lead while the leader's device is silent
    took: str = ""  # seat that got or took the lead in this step, for everybody to see
    groups: dict[str, tuple[tuple[str, ...], ...]] = {}  # by case: seats, where a method splits the circle
    loops: dict[str, int] = {}  # by round: how often a method went back from it
    cues: tuple[Cue, ...] = ()  # of the guide, not put away yet: for who led then, and for nobody else
    no_cues: tuple[str, ...] = ()  # the seats that lead and want none for now
    cued: dict[str, int] = {}  # how many cues, by the seats that sent and that got them: all that stays of them
    done: tuple[str, ...] = ()  # marks of the last signed taps: another copy of one changes nothing (order.once)


def entry(room: Room) -> Entry:
    """The agenda line the room is at."""
    return room.agenda[room.at]


def phase(room: Room) -> Phase:
    """The phase the room is in."""
    return entry(room).phase


def key(room: Room, at: int | None = None) -> str:
    """The name under which the round of an agenda line is kept."""
    line = room.agenda[room.at if at is None else at]
    return f"{line.case}:{line.phase.id}"


def kept_from(room: Room) -> Room:
    """Who is outside while a case is treated is kept from it for good."""
    line = entry(room)
    if line.phase.kind != "method":
        return room
    out = {i: s for i, s in room.seats.items() if s.presence is Presence.OUTSIDE and line.case not in s.missed}
    return replace(room, seats={**room.seats, **{i: replace(s, missed=(*s.missed, line.case)) for i, s in out.items()}})


@derived()
def this_round(room: Room) -> Round:
    """The round of the phase the room is in."""
    return room.rounds[key(room)]


def with_round(room: Room, **fields: object) -> Room:
    """The room with fields of its present round changed."""
    changed = replace(this_round(room), **fields)
    return carry(room, replace(room, rounds={**room.rounds, key(room): changed}))


@derived(lambda room: (this_round(room).writers,))
def round_writers(room: Room) -> frozenset[str]:
    """The seats that write, or choose, in the present round."""
    return frozenset(this_round(room).writers)


@derived()
def chosen(room: Room) -> Chosen | None:
    """The case on the table now, if one is settled."""
    if phase(room).kind == "choose" and room.chosen:
        return room.chosen[-1]  # the case that is being settled; those before it have their owner
    turn = entry(room).case
    if turn < len(room.chosen):
        return room.chosen[turn]
    return room.chosen[-1] if room.chosen else None


def brought(case: Chosen) -> bool:
    """Whether it is known who brings a chosen case: its owner, or nobody, as whoever wrote it asked."""
    return bool(case.owner) or case.without


def owner(room: Room) -> str:
    """The seat whose case is treated now, or ''."""
    now = chosen(room)
    return now.owner if now else ""


def seat(room: Room, seat_id: str) -> Seat:
    """The seat with this id; refuses an unknown one."""
    try:
        return room.seats[seat_id]
    except KeyError:
        raise Refused("Deze stoel is er niet meer.") from None


def with_seat(room: Room, seat_id: str, **fields: object) -> Room:
    """The room with fields of one seat changed."""
    changed = replace(seat(room, seat_id), **fields)
    return replace(room, seats={**room.seats, seat_id: changed})


def _seats(room: Room) -> tuple[object, ...]:
    return (room.seats,)


@derived(_seats)
def here(room: Room) -> tuple[Seat, ...]:
    """Everybody at the table or outside for a while, by chair."""
    return tuple(sorted([s for s in room.seats.values() if s.presence not in GONE], key=attrgetter("place")))


@derived(_seats)
def taking_part(room: Room) -> tuple[Seat, ...]:
    """Who writes, votes and gets a turn now: at the table, taking part, caught up."""
    return tuple(s for s in here(room) if takes_part(s))


def takes_part(someone: Seat) -> bool:
    """The same of one seat."""
    return someone.takes_part and someone.presence is Presence.HERE and someone.caught_up


@derived(_seats)
def leaders(room: Room) -> tuple[Seat, ...]:
    """The seats that carry the facilitator's role."""
    return tuple(s for s in here(room) if s.lead)


def new_id(rng: Random) -> str:
    """A random id that says nothing about order or time."""
    return f"{rng.getrandbits(80):020x}"
