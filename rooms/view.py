"""What one audience may see: built field by field from the room, the same for everybody in it."""

from __future__ import annotations

from msgspec import Struct

from rooms import (
    agreement,
    ballots,
    choosing,
    clock,
    distance,
    door,
    evaluating,
    few,
    flow,
    groups,
    listening,
    more,
    promises,
    terms,
    timers,
    turns,
    whispers,
    willing,
)
from rooms.agendaview import ClockView, Fit, Line, clock_view, fit, lines
from rooms.cardview import CardView, Field, Shelf, asked, fields, queue, shelves
from rooms.halls import PAGE, is_hall, stepped
from rooms.handles import MINUTE
from rooms.looks import Look, looks
from rooms.methods import Input, Phase, Text, called
from rooms.peopleview import KnockView, Person, knocks, left_rows, people_rows
from rooms.promises import Promise
from rooms.rights import LATE, LEAD, OUTSIDE, OWNER, SCREEN
from rooms.ring import Ring, initials_of, ring
from rooms.room import Kind, Presence, Room, brought, chosen, here, leaders, owner, phase, this_round
from rooms.shell import BEGUN, EARLY
from rooms.turnview import Talker, Turn, ahead, coming, talkers, unheard

FEW = 6  # with six or fewer writers no number is shown, only whether everybody is ready


class CaseView(Struct, frozen=True):
    """A case on the table, without its author."""

    id: str
    texts: tuple[str, ...]
    back: bool = False


class View(Struct, frozen=True, kw_only=True):
    """Everything an audience's regions are made of."""

    role: str
    alias: str
    room: str
    pointer: str
    plus_at: str = ""
    repeat_at: str = ""
    turn: int = 0
    stops: int = 0
    phase: Phase
    stage: str
    index: int
    total: int
    next_name: Text | None = None  # as it stands inside a sentence, like the previous one
    previous_name: Text | None = None
    method: Text | None = None
    method_id: str = ""
    unless: tuple[Text, ...] = ()  # when better not to take it, while the owner is asked about it
    everybody: bool = False  # in this method everyone brings a question of their own, and no case is written
    begins: Text | None = None  # what then comes after the agreement, where the method has words for it
    prompts: tuple[Text, ...] = ()  # a method's own questions for writing a case
    clock: ClockView
    zone: str = ""
    began_ms: int = 0
    ends_ms: int = 0
    agenda: tuple[Line, ...] = ()
    fit: Fit | None = None  # what a method has to fit, for who leads, while one can be chosen
    ring: Ring
    question: tuple[str, ...] = ()
    owner_name: str = ""
    owners: bool = False
    owner_leads: bool = False  # who brings the case leads as well, and had better hand that on
    door_asks: bool = False  # the owner decides with who leads on who comes in
    floor_name: str = ""
    floor_initials: str = ""
    next_name_person: str = ""
    turns: bool = False
    asks: bool = False
    questions: bool = False  # what people queue for is a question
    asks_whom: str = ""  # the owner's name where questions are for the owner, '' where anybody asks anybody
    may_leave: bool = False  # the owner, what is asked now
    turn_round: tuple[int, int] = (1, 1)  # how often the floor went round, with this time, and how often it will
    coming: tuple[str, ...] = ()  # the names of the next few turns
    remote_first: bool = False  # they begin with who is at a distance
    ahead: tuple[Turn, ...] = ()  # the whole line, for who leads
    unheard: tuple[Turn, ...] = ()  # who had no turn yet, for who leads
    talkers: tuple[Talker, ...] = ()  # who may speak without a turn, and who was heard, for who leads
    begins_remote: bool = True  # the choice of who leads
    asked: CardView | None = None
    queue: tuple[CardView, ...] = ()
    agreed: tuple[int, int, int] = (0, 0, 0)
    all_keep: bool = False
    writers: int = 0
    ready: str = ""  # '', some, all, or 'n/m'
    cases: tuple[CaseView, ...] = ()
    shown: int = 0
    runoff: bool = False
    ballot: str = "dots"  # how the cases are voted on: dots, one, rank
    places: int = 0  # of a ranking
    ballot_free: bool = False  # whether that can still be changed
    table: tuple[str, ...] = ()
    until_ms: int = 0
    nobody: bool = False
    alone: bool = False  # whether this method can treat a case without its author
    without: bool = False  # the chosen case goes on without: nobody says whose it is
    willing: str = ""  # '', waiting, yes, other: the owner's answer to the method
    willing_name: str = ""  # whose answer: of two owners the one who holds it up
    away_name: str = ""  # whose case is put away before the one that is shown, for its owner went away
    fields: tuple[Field, ...] = ()
    looks: tuple[Look, ...] = ()  # of earlier phases, to look at
    shelves: tuple[Shelf, ...] = ()
    listens: bool = False
    takeaways: tuple[str, ...] = ()
    still: bool = False
    still_choice: str = ""
    blank: bool = False
    notice: str = ""
    quiet_ms: int = 0
    timer_ms: int = 0  # end of a timer that runs on behind a word
    minute: bool = False  # the silence is the minute that who leads may ask for at any time
    timers: tuple[Input, ...] = ()  # of this phase, for who leads
    loop_name: Text | None = None  # where this method may go back to, while it may
    groups: tuple[tuple[str, ...], ...] = ()  # the names in each small group
    more: str = ""  # about more time: ask (once the time is up), yes, no, offer
    parts: tuple[tuple[int, int], ...] = ()  # how far each group is with its own turns, for who leads
    conflicts: bool = False
    may_tell: bool = False
    held: bool = False  # everybody was asked, and no case may be shown
    two_cases: bool = False  # of which telling leaves one
    told: bool = False
    counts: tuple[tuple[Text, int], ...] = ()  # earlier phases, and how many questions were asked in each
    takeover: str = ""
    took: str = ""  # who leads since a moment ago
    watching: tuple[str, ...] = ()  # the names of the observers
    secretary: str = ""  # who writes for others
    guide: str = ""  # who watches as the guide
    cues: tuple[whispers.CueView, ...] = ()  # of the guide, for who leads
    no_cues: bool = False  # and who leads wants none now
    hints: int = 0  # how many there were, for who leads alone
    silent: str = ""
    guided: bool = True
    leads_name: str = ""
    door: bool = False
    code: str = ""
    where: str = "together"
    remote_names: tuple[str, ...] = ()
    no_sound: tuple[tuple[str, str], ...] = ()  # seats and names of who is at a distance and hears nothing
    video: str = ""  # the link of the video call, for who leads
    video_host: str = ""
    knocks: tuple[KnockView, ...] = ()
    people: tuple[Person, ...] = ()
    left: tuple[Person, ...] = ()  # who can be called back, for who leads
    talk_first: tuple[str, ...] = ()  # names of who came late and wants to talk about the agreement
    free: int = 0
    screens: int = 0
    over: bool = False
    over_ms: int = 0
    rehearsal: bool = False  # the people are simulated
    report: bool = False
    full: terms.Full | None = None  # when the meeting is long enough for the registers of its group
    each: str = ""  # whether everybody is to bring a question for them: asked, done
    evaluation: str = "after"  # what the closing asks
    may_ask: bool = False  # whether who leads may still choose that
    middles: tuple[tuple[str, int], ...] = ()  # by line of it; 0: there is something to talk about
    says: dict[str, Promise] = {}  # by input: what is done with it, for the sentence beside it


def view(
    room: Room, role: str, *, ready: int = 0, said: tuple[int, int] = (0, 0), silent: str = "", people: int = 0
) -> View:
    """The view of one audience. `ready` and `said` (to the agreement: yes, and talk first) are the numbers shown since
    the last five-second tick, and in a hall `people`: how many there are, 0 when it is not known yet; `silent` the seat
    of a leader whose device has been silent, or ''."""
    if role in (OUTSIDE, LATE):
        return _apart(room, role, people)
    now, on, says = this_round(room), phase(room), promises.all_now(room)
    seated, case, answers = here(room), chosen(room), willing.asked(room)
    hall = is_hall(room)
    most = PAGE if hall else None  # of a list of names
    names = _Names(room)
    marks = initials_of(room)
    leads, listens = [s.name for s in leaders(room)], listening.listens(room, role)
    following = turns.following(room)
    settled = case if case and not case.ended and (on.kind in ("method", "closing") or brought(case)) else None
    if on.kind in ("breather", "closing"):
        settled = None  # between two cases there is no question, and who was outside in one is back for the end
    question = settled.question if settled else ()
    agreed = agreement.counts(room, said)

    def may(kind: str, *, came: bool = False) -> bool:
        return promises.sees(says[kind], role, came=came)

    after = called(room.agenda[room.at + 1].phase) if room.at + 1 < len(room.agenda) else None
    return View(
        role=role,
        alias=room.id,
        room=room.name,
        pointer=flow.pointer(room),
        plus_at=clock.plus_at(room),
        repeat_at=flow.repeat_at(room),
        turn=now.turn,
        stops=room.stops,
        phase=on,
        stage=flow.stage(room),
        index=room.at + 1,
        total=len(room.agenda),
        next_name=after,
        previous_name=called(room.agenda[room.at - 1].phase) if room.at else None,
        method=room.method.name if room.method else None,
        method_id=room.method.id if room.method else "",
        unless=room.method.warnings if room.method and on.kind == "choose" else (),
        everybody=bool(room.method and room.method.everybody),
        begins=room.method.begins if room.method and room.method.begins.nl else None,
        prompts=room.method.prompts if room.method and on.kind == "write" else (),
        clock=clock_view(room),
        zone=room.zone,
        began_ms=room.began,
        ends_ms=room.ends,
        agenda=lines(room),
        fit=fit(room) if role == LEAD and on.kind not in BEGUN else None,
        ring=ring(
            room,
            silent=silent,
            screen=role == SCREEN,
            agreed=on.kind == "agreement" and agreement.all_keep(agreed),
            people=people,
        ),
        question=question,
        owner_name=names.get(owner(room), "") if may("it-is-me") else "",
        owners=bool(owner(room)),
        owner_leads=on.kind in ("choose", "method") and any(s.id == owner(room) for s in leaders(room)),
        door_asks=bool(door.asks(room)),
        floor_name=names.get(now.floor, ""),
        floor_initials=marks.get(now.floor, ""),
        next_name_person=names.get(following, ""),
        turns=bool(turns.speakers(room)),
        asks=turns.asks(room),
        questions=turns.questions(room),
        asks_whom=names.get(owner(room), "") if turns.asks_owner(room) else "",
        may_leave=role == OWNER and turns.may_be_left(room),
        turn_round=(turns.round_now(room), turns.rounds(room)),
        coming=coming(room),
        remote_first=turns.remote_goes_first(room) and not (now.order or turns.spoke_before(room)),
        ahead=ahead(room) if role == LEAD else (),
        unheard=unheard(room) if role == LEAD else (),
        talkers=talkers(room) if role == LEAD else (),
        begins_remote=room.remote_first,
        asked=asked(room, role),
        queue=queue(room, role),
        agreed=agreed if may("agree") and on.kind == "agreement" else (0, 0, 0),
        all_keep=agreement.all_keep(agreed),
        writers=len(few.hands(room)),
        ready=_ready(room, ready),
        cases=_cases(room) if may("case", came=True) else (),
        shown=max(0, min(now.shown, len(room.cases) - 1)),
        runoff=bool(now.runoff),
        ballot=ballots.form(room),
        places=ballots.places(len(choosing.on_ballot(room))),
        ballot_free=ballots.may_choose_form(room),
        table=case.texts if case and choosing.on_table(room) and may("case", came=True) else (),
        until_ms=now.until,
        alone=bool(room.method and room.method.without_owner),
        without=bool(case and case.without),
        nobody=on.kind == "choose" and now.stage == choosing.TWENTY and not room.chosen,
        willing=willing.said(room) if may("say-yes") else "",
        away_name=choosing.away_name(room) if may("say-yes") else "",
        willing_name=names.get(answers.owner, "") if answers and may("say-yes") else "",
        counts=turns.counts(room) if may("question", came=True) else (),
        fields=() if listens else fields(room, role),
        looks=looks(room, role),
        shelves=shelves(room, role),
        listens=listens,
        takeaways=takeaways(room)[:most] if may("takeaway", came=True) else (),
        still=room.still is not None,
        still_choice=room.still.choice if room.still and may("stop-choice") else "",
        blank=room.blank,
        notice=room.notice,
        quiet_ms=room.quiet_until,
        timer_ms=room.timer.until if room.timer and timers.covered(room) else 0,
        minute=room.quiet == MINUTE and (room.timer is None or timers.covered(room)),
        timers=tuple(i for i in on.inputs if i.kind == "timer") if role == LEAD else (),
        loop_name=flow.loops_to(room) if role == LEAD else None,
        groups=tuple(tuple(names[i] for i in group) for group in groups.shown(room)) if not hall else (),
        more=(more.outcome(room) if may("more", came=True) else "") or ("ask" if more.asks(room) else ""),
        parts=groups.progress(room) if role == LEAD and not hall else (),
        conflicts=room.conflicts,
        two_cases=room.cases_wanted > 1,
        held=now.held,
        may_tell=on.kind == "write" and now.stage == 0 and few.may_tell(room) and not willing.has_paper(room),
        told=bool(case and choosing.told(case)),
        takeover=names.get(room.takeover, "") if may("take-over") else "",
        took=names.get(room.took, ""),
        watching=_watching(room),
        secretary=next((s.name for s in seated if s.task == "secretary"), ""),
        guide=watcher.name if (watcher := whispers.guide(room)) else "",
        cues=whispers.before_leader(room) if role == LEAD else (),
        no_cues=role == LEAD and whispers.off(room),
        hints=whispers.number(room, leaders(room)[0].id) if role == LEAD and len(leads) == 1 else 0,
        silent=names.get(silent, ""),
        guided=room.guided,
        rehearsal=room.rehearsal,
        leads_name=leads[0] if leads else "",
        door=room.door,
        code=room.code if room.door and (role in (LEAD, SCREEN) or on.kind in EARLY) else "",
        where=room.where,
        no_sound=tuple((s.id, s.name) for s in distance.without_sound(room)) if may("hears") and not room.over else (),
        video=room.video if role == LEAD and not room.over else "",
        video_host=distance.host(room.video) if role == LEAD else "",
        remote_names=tuple(s.name for s in seated if s.remote)[:most] if may("where") else (),
        knocks=knocks(room) if role == LEAD else (),
        people=people_rows(room) if may("early") and not hall else (),
        left=left_rows(room) if role == LEAD else (),
        talk_first=tuple(s.name for s in seated if s.talk_first)[:most] if may("talk-first") else (),
        free=max(room.chairs - (people or len(seated)), 0),
        screens=sum(d.kind is Kind.SCREEN for d in room.devices.values()) if role == LEAD else 0,
        over=bool(room.over),
        over_ms=room.over,
        report=room.report and may("report", came=bool(room.over)),
        full=terms.full(room) if role != SCREEN else None,
        each=terms.each(room) if role != SCREEN else "",
        evaluation=evaluating.named(room),
        may_ask=role == LEAD and evaluating.may_choose(room),
        middles=evaluating.shown(room) if may("evaluation", came=bool(room.over)) else (),
        says=says,
    )


class _Names:
    """Names by seat, each looked up when it is asked for: most of a hall are never named."""

    def __init__(self, room: Room) -> None:
        self._seats = room.seats

    def __getitem__(self, seat: str) -> str:
        return self._seats[seat].name

    def get(self, seat: str, other: str) -> str:
        """The name, or `other` where nobody has this seat."""
        return self._seats[seat].name if seat in self._seats else other


def _apart(room: Room, role: str, people: int) -> View:
    """Called outside, or late and the agreement not read yet: the circle's name and who leads, nothing of the case.
    Who is late also sees how far the circle is."""
    leads = [s.name for s in leaders(room)]
    name = phase(room).name if role == LATE else Text("", "")
    nothing = Phase(id=role, kind=role, name=name, minutes=0)
    return View(
        role=role,
        alias=room.id,
        room=room.name,
        pointer="",
        phase=nothing,
        stage="",
        index=0,
        total=0,
        clock=ClockView("off", 0, 0, 0),
        ring=ring(room, bare=True, people=people),
        leads_name=leads[0] if leads else "",
        over=bool(room.over),
        over_ms=room.over,
        says=promises.all_now(room),
    )


def _watching(room: Room) -> tuple[str, ...]:
    """The names of the observers; of a hall none."""
    if is_hall(room):
        return ()
    return tuple(s.name for s in here(room) if s.task == "observer" and s.presence is Presence.HERE)


def _ready(room: Room, shown: int) -> str:
    """How many said to be ready, of all who could, also who went since: whose taps are whose nobody can tell. Only
    asked whether a case may be shown, everybody starts anew when one goes. Never a number when few are left."""
    now, left = this_round(room), len(few.hands(room))
    if not now.writers or flow.stage(room) not in flow.GATHERS:
        return ""
    of = left if flow.stage(room) == "consent" else len(few.people(room, now))
    if not of:
        return ""
    if min(of, left) <= FEW:
        return "all" if shown >= of else "some"
    return f"{min(stepped(shown, of) if is_hall(room) else shown, of)}/{of}"


def _cases(room: Room) -> tuple[CaseView, ...]:
    on = phase(room)
    if on.kind == "read":
        return tuple(CaseView(c.id, c.texts, c.back) for c in room.cases)
    if on.kind == "choose" and this_round(room).stage == choosing.VOTE:
        return tuple(CaseView(c.id, c.texts) for c in choosing.on_ballot(room))
    return ()


def takeaways(room: Room) -> tuple[str, ...]:
    """The sentences that were shared at the end, all of them."""
    return tuple(c.text for c in this_round(room).cards if c.input == "takeaway")
