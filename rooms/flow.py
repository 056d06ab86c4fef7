"""Moving through the agenda: next, back, skip, repeat. Nothing moves by itself."""

from __future__ import annotations

from random import Random

from msgspec.structs import replace

from rooms import cards, choosing, clock, few, groups, more, plan, rechoosing, takeaways, votes, willing, writing
from rooms.derived import derived
from rooms.methods import SHELL, Method, Phase, Text, called, is_batch, is_tapped, later_vote
from rooms.refusal import Refused
from rooms.rights import in_kind, is_one_of, leader
from rooms.room import (
    Room,
    Round,
    Stop,
    brought,
    kept_from,
    key,
    leaders,
    new_id,
    phase,
    round_writers,
    seat,
    takes_part,
    taking_part,
    this_round,
    with_round,
)
from rooms.shell import BEGUN, CHOICE, EARLY, agenda

GATHERS = ("write", "consent", "vote", "ballot", "ask", "take", "rate")  # steps in which people are waited for


def stages(now: Phase) -> tuple[str, ...]:
    """The steps inside a phase, by name; most phases have one."""
    if now.kind == "write":
        return ("write", "consent")
    if now.kind == "choose":
        return choosing.STAGES
    if now.kind == "closing":
        return ("take", "rate")
    if is_batch(now):
        return ("write", "ballot", "open") if later_vote(now) else ("write", "open")
    return ("go",)


@derived()
def stage(room: Room) -> str:
    """The name of the step the room is at inside its phase."""
    return stages(phase(room))[this_round(room).stage]


@derived()
def pointer(room: Room) -> str:
    """Where the room is, as facilitators' acts carry it: a late or double tap has an old one."""
    now = this_round(room)
    cases = "".join(c.case[:6] for c in room.chosen) if phase(room).kind == "choose" else ""
    return f"{room.at}.{now.stage}.{now.votes_held}.{now.id[:6]}.{cases}.{room.backs}"


def repeat_at(room: Room) -> str:
    """The same for "once more", after which people may still be at the same step."""
    again = this_round(room).again
    return f"{pointer(room)}~{again}" if again else pointer(room)


def moved(old: Room, new: Room) -> bool:
    """Whether a change took the room to another step, or ended it. What was written under a device's tag may be gone
    since, so an older document must not be served again."""
    if new.over and not old.over:
        return True
    if not old.agenda or not new.agenda:
        return False
    return pointer(old) != pointer(new) or more.answered(old) > more.answered(new)


def still_there(room: Room, seen: str) -> Room:
    """For a tap that was kept on a device: refuses when the room is no longer where `seen`, its pointer then, says."""
    if seen and seen != pointer(room):
        raise Refused("De kring is intussen verder. Wat je tikte, telt alleen mee als het op tijd aankwam.")
    return room


def begin(room: Room, now: int, rng: Random) -> Room:
    """A fresh room put at the first line of its agenda."""
    return _enter(room, 0, now, rng)


def step(room: Room, by: str, at: str, now: int, rng: Random) -> Room:
    """The next step: the next stage of this phase, or the next phase. An old `at` is a no-op."""
    leader(room, by)
    if at != pointer(room):
        return room
    if room.still:
        raise Refused("De kring is even stil. Ga eerst verder.")
    kind, name = phase(room).kind, stage(room)
    if name in ("write", "ballot"):
        few.before_opening(room)
    if kind == "write":
        shown = writing.close(room, rng) if name == "write" else writing.reveal(room, rng)
        return _enter(shown, room.at + 1, now, rng) if shown.cases and not this_round(shown).stage else shown
    if kind == "choose":
        if not willing.settled(room):
            return choosing.advance(room, now, rng)
        return _settled(room, now, rng)
    if name == "write":
        return cards.reveal(votes.close(room), rng)
    if name == "ballot":
        return with_round(votes.close(room), stage=2, ready={}, heard={})
    if name == "take":
        return takeaways.reveal(room, rng)
    if room.at == len(room.agenda) - 1:
        return room  # nothing comes after it; the circle is closed by an act of its own
    return _enter(room, room.at + 1, now, rng)


def _settled(room: Room, now: int, rng: Random) -> Room:
    """From the choice to the first case: no ownership tag stays, and no line of a case that nobody brings."""
    kept = tuple(line for line in room.agenda if line.case < len(room.chosen))
    return _enter(replace(choosing.drop_tags(room), agenda=kept), room.at + 1, now, rng)


def back(room: Room, by: str, at: str, now: int, rng: Random) -> Room:
    """The phase the circle was in before this one, as it was left. Destroys nothing."""
    leader(room, by)
    if at != pointer(room) or room.at == 0:
        return room
    room = replace(room, backs=room.backs + 1)
    if room.still is not None:  # what an owner chose in the quiet was about the step that is left
        room = replace(room, still=Stop())
    if stage(room) == "consent":
        return with_round(room, stage=0, answers={}, ready={}, heard={})
    if phase(room).kind == "choose" and this_round(room).stage >= choosing.TWENTY and not room.chosen:
        return _undecided(room, now, rng)
    return _enter(room, max(i for i in range(room.at) if _begun(room, i)), now, rng)


def _undecided(room: Room, now: int, rng: Random) -> Room:
    """Back from a choice in which nobody was willing: it is held anew, between the cases that still have an author; to
    the writing when there is none. The cut lines of a second case are there again."""
    left, table = key(room), tuple(c for c in room.cases if c.cap)
    before = max(i for i in range(room.at) if _begun(room, i) and (table or room.agenda[i].phase.kind != "read"))
    there = _enter(replace(room, cases=table), before, now, rng)
    there = replace(there, rounds={k: r for k, r in there.rounds.items() if k != left})
    return plan_method(there, there.method, now) if there.method else there


def skip(room: Room, by: str, at: str, now: int, rng: Random) -> Room:
    """The next phase, whatever this one still holds; from before the choice, past all of a case if none is chosen."""
    leader(room, by)
    if at != pointer(room):
        return room
    if room.still:
        raise Refused("De kring is even stil. Ga eerst verder.")
    if willing.settled(room):
        return _settled(room, now, rng)
    if stage(room) == "take":  # the menu says that what lies there is not shown
        return with_round(room, stage=1, takeaways={}, ready={}, heard={})
    if room.at == len(room.agenda) - 1:
        return room
    left = phase(room).kind
    if left not in CHOICE or left != "choose" and room.chosen:
        return _enter(room, room.at + 1, now, rng)
    if left == "choose" and _nobody_else(room):  # "back" leads to this case as it was
        return _enter(choosing.drop_tags(room), len(room.agenda) - 1, now, rng)
    if left == "choose" and willing.some_settled(room):
        return _settled(willing.without_open(room), now, rng)
    name = key(room)
    room = replace(room, chosen=())
    # a choice without an outcome leaves nothing behind: after "back" it is held anew, with all lines of a second case
    if left == "choose" and room.method:
        room = plan_method(room, room.method, now)
    closing = _enter(room, len(room.agenda) - 1, now, rng)
    return replace(closing, rounds={k: r for k, r in closing.rounds.items() if left != "choose" or k != name})


def _nobody_else(room: Room) -> bool:
    """Whether no other case can be chosen: the method was under way, and is perhaps another one since."""
    owned = bool(room.cases) and bool(room.chosen) and all(brought(c) for c in room.chosen)
    return choosing.under_way(room) or owned and not any(c.cap for c in room.cases)


def before_choice(room: Room) -> bool:
    """Whether the choice is still to come, perhaps again."""
    return any(line.phase.kind == "choose" for line in room.agenda[room.at + 1 :])


def repeat(room: Room, by: str, at: str, now: int, rng: Random) -> Room:
    """This phase once more: a new clock and a new round of turns. What was written, shown or asked stays. `at` is what
    `repeat_at` said."""
    leader(room, by)
    if at != repeat_at(room):
        return room
    if phase(room).kind in ("write", "read", "choose", "closing"):
        raise Refused("Deze stap kan niet nog eens. Terug kan wel.")
    room = clock.let_run(room, now)  # a coffee break ends with it
    old, fresh = this_round(room), _round(room, phase(room), now, rng)
    if stage(room) in ("write", "ballot"):  # under tags of this very round: only the clock and the turns start again
        anew = with_round(room, clock=fresh.clock, poll=None, again=old.again + 1)
        return with_round(anew, floor="", spoken=(), order=(), turn=old.turn + 1) if is_tapped(phase(room)) else anew
    kept = {name: getattr(old, name) for name in ("cards", "spent", "picked", "sorted", "queue", "results", "voted")}
    return replace(room, rounds={**room.rounds, key(room): replace(fresh, **kept)})


def loop(room: Room, by: str, at: str, now: int, rng: Random) -> Room:
    """Back to an earlier phase of this method because the owner is not helped yet, as often as the method allows.
    What was written stays on the table, marked as of before; the phases on the way are done anew, in the time there is.
    Cards of a phase that was skipped unopened wait on, each still its writer's own."""
    leader(room, by)
    on = phase(room)
    if at != pointer(room):
        return room
    if not on.back:
        raise Refused("Deze methode heeft hier geen tweede ronde.")
    done = room.loops.get(key(room), 0)
    if done >= on.again:
        raise Refused("Nog een ronde kan niet. Ga verder, of sla over.")
    loops = {**room.loops, key(room): done + 1}
    to = next(
        i for i, line in enumerate(room.agenda) if line.phase.id == on.back and line.case == room.agenda[room.at].case
    )
    room = plan.fitted(clock.let_run(room, now), to, now)
    rounds = dict(room.rounds)
    for name in (key(room, index) for index in range(to, room.at + 1)):
        if name in rounds:
            rounds[name] = _before(room, rounds[name])
    return _enter(replace(room, loops=loops, rounds=rounds), to, now, rng)


def tell(room: Room, by: str, at: str, now: int, rng: Random) -> Room:
    """With four or fewer, no papers and no ballot: straight to who wants to bring a case, said aloud. After a step back
    from a case that was told, to that case as it was."""
    leader(room, by)
    if at != pointer(room):
        return room
    in_kind(room, "write", 0)
    if not few.may_tell(room):
        raise Refused("Met vijf of meer schrijft en kiest ieder zonder naam.")
    if willing.has_paper(room):
        raise Refused("Er is al een casus met een inbrenger. Ga verder naar de keuze.")
    there = _enter(room, next(i for i, line in enumerate(room.agenda) if line.phase.kind == "choose"), now, rng)
    return there if any(brought(c) for c in there.chosen) else choosing.ask_aloud(there)


def pick_method(room: Room, by: str, method: Method, now: int) -> Room:
    """Sets the method, before its first phase; the agenda gets its phases after the choice."""
    leader(room, by)
    if room.method and room.method.id == method.id:
        return room
    if phase(room).kind in BEGUN:
        raise Refused("De methode kan nu niet meer anders.")
    if method.everybody and phase(room).kind in CHOICE:
        raise Refused("Bij deze methode komt iedereen aan de beurt. Ga eerst terug tot voor het schrijven.")
    if any(c.without for c in room.chosen) and not method.without_owner:
        raise Refused(
            "Wie deze casus schreef, vroeg om hem te bespreken zonder inbrenger. Deze methode vraagt er een. Kies een "
            "andere, of haal die casus bij het lezen van tafel."
        )
    # after a step back: a phase of this name in the other method is another phase
    rounds = {name: r for name, r in room.rounds.items() if name.partition(":")[2] in SHELL}
    alone = bool(room.method and room.method.without_owner)
    if stage(room) == "ask" and alone != method.without_owner:  # there are other answers now, to everybody alike
        rounds = {**rounds, key(room): replace(this_round(room), answers={}, ready={}, heard={})}
    return plan_method(replace(room, rounds=rounds, groups={}, loops={}, dropped=()), method, now)


def plan_method(room: Room, method: Method, now: int) -> Room:
    """The room with this method ahead of it; whoever said yes to another one is asked anew."""
    asked = tuple(replace(c, willing=method.id if c.without else "") for c in room.chosen)
    follow_up = any(line.phase.kind == "followup" for line in room.agenda)
    lines = agenda(method, cases=room.cases_wanted, follow_up=follow_up)
    planned = replace(room, method=method, agenda=lines, chosen=asked)
    spare = max(clock.left(this_round(room).clock, now), 0) * 1000  # of the step the circle is in
    return plan.fitted(planned, room.at + 1, now + spare) if room.began else planned


def end_case(room: Room, now: int, rng: Random) -> Room:
    """Leaves the case on the table: to the next case's first phase, or to the closing; who is there already stays."""
    turn = room.agenda[room.at].case
    after = (
        i for i, line in enumerate(room.agenda) if i > room.at and (line.phase.kind == "closing" or line.case > turn)
    )
    settled = list(room.chosen)
    if turn < len(settled):
        settled[turn] = replace(settled[turn], ended=True)
    room = replace(room, chosen=tuple(settled))
    index = next(after, None)
    return room if index is None else _enter(room, index, now, rng)


def loops_to(room: Room) -> Text | None:
    """The name, inside a sentence, of the phase that this one may go back to; None where it may not, or no more."""
    on = phase(room)
    if not on.back or room.loops.get(key(room), 0) >= on.again:
        return None
    return next((called(e.phase) for e in room.agenda if e.phase.id == on.back), None)


def _enter(room: Room, index: int, now: int, rng: Random) -> Room:
    """The room at another line of its agenda; the clock of the line left behind is kept."""
    if room.rounds:
        held = clock.hold(this_round(room).clock, now, "still")
        room = with_round(clock.let_run(room, now) if room.still is None else room, clock=held, heard={})
        room = more.put_away(room)
    index = min(index, len(room.agenda) - 1)
    if index and not room.began:
        room = plan.fitted(replace(room, began=now, ends=plan.ends(room, now)), index, now)
    if index > room.at and _case_begins(room, index):
        room = plan.fitted(room, index, now)
    room = replace(
        room,
        at=index,
        notice="",
        quiet_until=0,
        quiet=0,
        timer=None,
        takeover="",
        took="",
        door=room.door and room.agenda[index].phase.kind in EARLY,
    )
    room = kept_from(groups.split(room))
    there = _there(room, now, rng)
    return rechoosing.entered(there, now, rng) if phase(room).kind == "choose" else there


def _there(room: Room, now: int, rng: Random) -> Room:
    """The room with the round of the line it is at: as it was left, or a new one."""
    if _begun(room, room.at):
        back = with_round(room, clock=clock.resume(this_round(room).clock, now))
        who = writers(back, phase(back))
        others = _unwritten(back) and who != this_round(back).writers
        return with_round(back, writers=who, led=_led(back, who), small_ok={}) if others else back
    fresh, before = _round(room, phase(room), now, rng), room.rounds.get(key(room))
    if before:
        fresh = replace(fresh, cards=before.cards, papers=before.papers, wrote=before.wrote, crowd=before.crowd)
    return replace(room, rounds={**room.rounds, key(room): fresh})


def _unwritten(room: Room) -> bool:
    """Whether nobody gave anything in the writing of cases: who came since, writes along."""
    now = this_round(room)
    return phase(room).kind == "write" and not (now.papers or now.ready or now.answers or now.stage or room.cases)


def _before(room: Room, done: Round) -> Round:
    """What stays of a round when a method goes round again: its cards, and papers that nobody opened."""
    cards = tuple(replace(card, state="old") for card in done.cards)
    if not (done.papers or done.ready or done.wrote):  # alike, or who goes on could tell a card from none
        return Round(id="", cards=cards)
    crowd = max(done.crowd, len(few.people(room, done)))
    return Round(id="", cards=cards, papers=done.papers, wrote=done.wrote or done.id, crowd=crowd)


def _begun(room: Room, index: int) -> bool:
    """Whether the circle was in a phase; after a loop, since then."""
    return key(room, index) in room.rounds and bool(room.rounds[key(room, index)].id)


def _case_begins(room: Room, index: int) -> bool:
    """Whether an agenda line is the first of the method for its case, as seen from where the room is."""
    line, left = room.agenda[index], room.agenda[room.at]
    return line.phase.kind == "method" and (left.phase.kind != "method" or left.case != line.case)


def _round(room: Room, now_in: Phase, now: int, rng: Random) -> Round:
    minutes = 0 if now_in.kind == "arrive" else now_in.minutes
    who = writers(room, now_in)
    return Round(id=new_id(rng), clock=clock.start(minutes, now), writers=who, led=_led(room, who))


def _led(room: Room, who: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(s.id for s in leaders(room) if s.id in who)


def came_late(room: Room, seat_id: str) -> bool:
    """Whether somebody could write or choose now, had they been there when this round began."""
    if stage(room) not in GATHERS or seat_id in round_writers(room):
        return False
    someone = seat(room, seat_id)
    return takes_part(someone) and any(is_one_of(room, someone, who) for who in _who_write(phase(room)))


def writers(room: Room, now_in: Phase) -> tuple[str, ...]:
    """Those eligible to write in a round; frozen when it starts."""
    who = _who_write(now_in)
    if not who:
        return ()
    return tuple(s.id for s in taking_part(room) if any(is_one_of(room, s, w) for w in who))


def _who_write(now_in: Phase) -> set[str]:
    if now_in.kind in ("write", "choose", "closing"):
        return {"everybody"}
    return {i.who for i in now_in.inputs if i.kind in ("cards", "scale", "vote") and not i.live} - {"owner"}
