"""Choosing in secret: a ballot, the same question to everybody, twenty seconds. In willing: the owner's own word."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import TypeVar

from msgspec.structs import replace

from rooms import ballots, clock, few
from rooms.derived import derived
from rooms.methods import SHELL
from rooms.refusal import Refused
from rooms.rights import in_kind, leader, writer
from rooms.room import GONE, Ballot, Case, Chosen, Room, brought, key, phase, seat, this_round, with_round

STAGES = ("vote", "ask", "twenty", "claim", "yes")
VOTE, ASK, TWENTY, CLAIM, YES = range(5)
WAIT = 20_000  # ms in which everybody has the same way out
ANSWERS = ("bring", "without", "rather-not", "none")
T = TypeVar("T")


def cast(room: Room, by: str, tag: str, rev: int, given: dict[str, int]) -> Room:
    """My ballot is this, revision `rev`; the last revision counts, an older one changes nothing. `given` is by case:
    dots, a 1 for the one vote, or in a ranking places from 1."""
    writer(room, by)
    in_kind(room, "choose", VOTE)
    now = this_round(room)
    cases = _on_it(room)
    placed = ballots.as_dots(ballots.form(room), len(cases), given)
    if not placed.keys() <= cases:
        raise Refused("Eén van deze casussen ligt niet meer op tafel. Kijk even opnieuw.")
    old = now.ballots.get(tag)
    if old and old.rev >= rev:
        return room
    return with_round(room, ballots={**now.ballots, tag: Ballot(placed, rev)})


def ready(room: Room, by: str, tag: str, *, yes: bool = True) -> Room:
    """Done choosing, or not yet after all."""
    writer(room, by)
    in_kind(room, "choose")
    now = this_round(room)
    return with_round(room, ready={**now.ready, tag: yes}) if yes or tag in now.ready else room


def answer(room: Room, by: str, tag: str, cap: str, choice: str) -> Room:
    """What I want if my case is chosen. Only the answer of a case's own device counts."""
    writer(room, by)
    in_kind(room, "choose", ASK)
    if choice not in ANSWERS:
        raise Refused("Kies één van de antwoorden.")
    if choice == "without" and not (room.method and room.method.without_owner):
        raise Refused("Deze methode vraagt een inbrenger. Kies een ander antwoord.")
    now = this_round(room)
    mine = cap in by_cap(room)
    answers = {**now.answers, cap: choice} if mine else now.answers
    return with_round(room, answers=answers, ready={**now.ready, tag: True})


def rather_not(room: Room, by: str, cap: str, ready: str) -> Room:
    """Not after all, within the twenty seconds. Nothing changes on any screen until they are over.

    Everybody's tap leaves its sign, so that neither time nor file tells the author's tap from another's.
    """
    writer(room, by)
    in_kind(room, "choose", TWENTY)
    case, now = case_now(room), this_round(room)
    mine = bool(case and case.cap == cap)
    return with_round(room, rather_not=now.rather_not or mine, ready={**now.ready, ready: True})


def under_way(room: Room) -> bool:
    """Whether the method of a chosen case was begun."""
    return any(name.partition(":")[2] not in SHELL for name in room.rounds)


def ask_aloud(room: Room) -> Room:
    """The choice without papers or dots: whoever wants to bring a case says so."""
    for n in reversed(range(len(room.chosen))):
        room = without_case(room, n)
    return with_round(replace(room, chosen=(Chosen(case="", texts=()),)), stage=CLAIM, until=0)


def told(case: Chosen) -> bool:
    """Whether the case was never on paper: its owner tells it."""
    return not case.case


def on_table(room: Room) -> bool:
    """Whether the choice has come to one case."""
    return phase(room).kind == "choose" and this_round(room).stage >= TWENTY


@derived(lambda room: (room.cases, this_round(room).runoff))
def on_ballot(room: Room) -> tuple[Case, ...]:
    """The cases one can vote for now; none that is no device's own any more, for nobody could bring it."""
    runoff = this_round(room).runoff
    return tuple(c for c in room.cases if c.cap and not c.back and (not runoff or c.id in runoff))


@derived(lambda room: (room.cases,))
def by_cap(room: Room) -> dict[str, Case]:
    """The cases whose devices are known, by their tags."""
    return {c.cap: c for c in room.cases if c.cap}


@derived(lambda room: (room.cases, this_round(room).runoff))
def ids(room: Room) -> tuple[str, ...]:
    """Their ids."""
    return tuple(c.id for c in on_ballot(room))


@derived(lambda room: (room.cases, this_round(room).runoff))
def _on_it(room: Room) -> frozenset[str]:
    return frozenset(ids(room))


def advance(room: Room, now: int, rng: Random) -> Room:
    """The facilitator's next inside the choice."""
    at = this_round(room).stage
    if at in (VOTE, ASK):
        few.before_opening(room)
    if at == VOTE:
        closed = _count(room)
        return resolve(closed, now, rng) if this_round(room).votes_held else with_round(closed, stage=ASK)
    if at == ASK:
        return resolve(with_round(room, ready={}, heard={}), now, rng)
    if at == TWENTY:
        if room.chosen:
            return tick(room, now, rng)
        raise Refused("Niemand wil vandaag inbrengen. Ga terug naar het schrijven, of sla door naar het afronden.")
    if at == CLAIM:
        raise Refused("Wacht tot de inbrenger het zegt. Of berg deze casus op.")
    if room.method is None:
        raise Refused("Kies eerst een methode.")
    if may_choose_more(room) and room.chosen[-1].willing == room.method.id:
        return resolve(room, now, rng)
    raise Refused("De inbrenger moet eerst zelf ja zeggen tegen deze methode.")


def tick(room: Room, now: int, rng: Random) -> Room:
    """The end of the twenty seconds, whoever notices first: on to the owner, or to the next case. Where its author
    asked to go on without them, nobody is waited for."""
    if phase(room).kind != "choose":
        return room
    at = this_round(room)
    if at.stage != TWENTY or not at.until or clock.waiting(at.until, now, WAIT):
        return room
    if at.rather_not:
        return _next_case(room, now, rng)
    case = case_now(room)
    if not case or at.answers.get(case.cap) != "without":
        return with_round(room, stage=CLAIM, until=0, ready={}, heard={})
    if room.method is None or not room.method.without_owner:  # another method was chosen since
        return _next_case(room, now, rng)
    known = replace(room.chosen[-1], without=True, willing=room.method.id)
    room = replace(room, chosen=(*room.chosen[:-1], known))
    return with_round(room, stage=YES, until=0, ready={}, heard={})


def put_away(room: Room, by: str, at: str, now: int, rng: Random) -> Room:
    """The facilitator puts the chosen case away, of two the one whose owner went away; the next willing one comes,
    without a word why."""
    from rooms.flow import pointer  # the pointer belongs to flow, which leads through the choice

    leader(room, by)
    if at != pointer(room):
        return room
    if room.still is not None:
        raise Refused("De kring is even stil. Ga eerst verder.")
    if phase(room).kind != "choose" or this_round(room).stage not in (CLAIM, YES) or not room.chosen:
        raise Refused("Er is nu geen gekozen casus om op te bergen.")
    if told(room.chosen[-1]):
        return ask_aloud(room)
    if not any(c.cap for c in room.cases):
        raise Refused(
            "Sinds de methode begon, kan niemand meer een andere casus inbrengen. Moet deze toch weg, haal hem dan bij "
            "het lezen van tafel."
        )
    n = next_away(room)
    return _next_case(room, now, rng) if n == len(room.chosen) - 1 else _refused(room, n)


def next_away(room: Room) -> int:
    """Which of the chosen cases (from 0) would be put away: the first whose owner went away, else the last."""
    gone = (n for n, c in enumerate(room.chosen) if c.owner and seat(room, c.owner).presence in GONE)
    return next(gone, len(room.chosen) - 1)


def away_name(room: Room) -> str:
    """The name of who went away with another case than the one that is shown; that case would be put away first."""
    if phase(room).kind != "choose" or not room.chosen or (n := next_away(room)) == len(room.chosen) - 1:
        return ""
    return seat(room, room.chosen[n].owner).name


def after_quiet(room: Room, now: int, rng: Random, *, ended: bool) -> Room:
    """Going on in the choice: an owner who stopped is followed as when the case is put away, and a vote on another case
    goes on; the twenty seconds begin again, for the way out was not on the screens."""
    if ended and this_round(room).stage < TWENTY:
        return _refused(room, len(room.chosen) - 1)
    if ended:
        return ask_aloud(room) if told(room.chosen[-1]) else _next_case(room, now, rng)
    return with_round(room, until=now + WAIT) if this_round(room).until else room


def drop_tags(room: Room) -> Room:
    """Once the last case of the meeting has its owner, no ownership tag, answer, tally or unread paper remains."""
    writing = {key(room, n) for n, line in enumerate(room.agenda) if line.phase.kind == "write"}
    rounds = {
        k: replace(r, papers={}, answers={}, ready={}, heard={}, small_ok={}) if k in writing else r
        for k, r in room.rounds.items()
    }
    room = replace(room, rounds=rounds)
    room = with_round(room, answers={}, tally={}, ready={}, heard={}, ballots={}, runoff=())
    return replace(room, cases=tuple(replace(c, cap="") for c in room.cases))


def _count(room: Room) -> Room:
    """The ballots counted and gone."""
    now = this_round(room)
    dots: Counter[str] = Counter()
    for ballot in now.ballots.values():
        dots.update(ballot.dots)
    # a second vote decides between equals only: no other case may pass them by it
    return with_round(
        room,
        tally={**now.tally, **{c.id: now.tally.get(c.id, 0) + dots[c.id] for c in on_ballot(room)}},
        ballots={},
        ready={},
        heard={},
    )


def resolve(room: Room, now: int, rng: Random) -> Room:
    """The highest case with a willing author is chosen; a tie is voted on once more, then drawn by lot."""
    at = this_round(room)
    willing = [c for c in on_ballot(room) if _is_willing(room, c) and not _taken(room, c)]
    if not willing:
        at_end = bool(room.chosen) and all(brought(c) for c in room.chosen)
        return with_round(room, stage=YES if at_end else TWENTY, until=0, runoff=())
    best = max(at.tally.get(c.id, 0) for c in willing)
    top = [c for c in willing if at.tally.get(c.id, 0) == best]
    if len(top) > 1 and at.votes_held == 0:
        runoff = tuple(c.id for c in top)
        return with_round(room, stage=VOTE, votes_held=1, until=0, runoff=runoff, ready={}, heard={})
    case = rng.choice(top)
    settled_now = Chosen(case=case.id, texts=case.texts, question=(case.texts[2],))
    return with_round(
        replace(room, chosen=(*room.chosen, settled_now)),
        stage=TWENTY,
        until=now + WAIT,
        rather_not=False,
        runoff=(),
        ready={},
        heard={},
    )


def _next_case(room: Room, now: int, rng: Random) -> Room:
    return resolve(_refused(room, len(room.chosen) - 1), now, rng)


def _refused(room: Room, n: int) -> Room:
    """The room without a chosen case (from 0), which is not chosen again."""
    cap = next((c.cap for c in room.cases if c.id == room.chosen[n].case), "")
    answers = this_round(room).answers
    return without_case(with_round(room, answers={**answers, cap: "rather-not"} if cap else answers), n)


def without_case(room: Room, n: int) -> Room:
    """The room without one of its chosen cases (from 0), and without what was written of it in a method: else it would
    lie on the table as that of the case that comes in its place. What belongs to a later case moves up with it."""

    cases = {str(n): "", **{str(k): str(k - 1) for k in range(n + 1, len(room.chosen))}}

    def moved(name: str) -> str:
        """The key of the same thing from now on, '' when it goes."""
        case, colon, of = name.partition(":")
        now = case if of in SHELL else cases.get(case, case)
        return f"{now}{colon}{of}" if now else ""

    def kept(named: dict[str, T]) -> dict[str, T]:
        return {moved(name): value for name, value in named.items() if moved(name)}

    return replace(
        room,
        chosen=(*room.chosen[:n], *room.chosen[n + 1 :]),
        rounds=kept(room.rounds),
        texts=kept(room.texts),
        loops=kept(room.loops),
        groups=kept(room.groups),
    )


def may_choose_more(room: Room) -> bool:
    """Whether the meeting treats another case and somebody is willing to bring one."""
    if len(room.chosen) >= room.cases_wanted:
        return False
    return any(_is_willing(room, c) and not _taken(room, c) for c in on_ballot(room))


def _is_willing(room: Room, case: Case) -> bool:
    said = this_round(room).answers.get(case.cap, "")
    alone = room.method is not None and room.method.without_owner
    return said == "bring" or (said == "without" and alone)


def _taken(room: Room, case: Case) -> bool:
    return any(c.case == case.id for c in room.chosen)


def case_now(room: Room) -> Case | None:
    """The chosen case as it lies on the table, if it was on paper."""
    last = room.chosen[-1].case if room.chosen else ""
    return next((c for c in room.cases if c.id == last), None)
