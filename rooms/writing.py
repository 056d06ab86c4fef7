"""Writing cases without a name: laid by tag, hidden from all, revealed in one commit."""

from __future__ import annotations

from random import Random

from msgspec.structs import replace

from rooms import few, rechoosing
from rooms.refusal import Refused
from rooms.rights import in_kind, writer
from rooms.room import Case, Paper, Room, new_id, phase, this_round, with_round
from rooms.words import fitted

LIMITS = (200, 200, 140)


def lay(room: Room, by: str, tag: str, ready: str, rev: int, texts: tuple[str, ...]) -> Room:
    """My case is these three texts, revision `rev`; an older revision changes nothing.

    `tag` and `ready` come from the device's secret. Refuses an empty or too long text.
    """
    writer(room, by)
    in_kind(room, "write", 0)
    now = this_round(room)
    few.before_writing(room)
    clean = sound(texts)
    old = now.papers.get(tag)
    if old and old.rev >= rev:
        return room
    return with_round(room, papers={**now.papers, tag: Paper(clean, rev)}, ready={**now.ready, ready: True})


def nothing(room: Room, by: str, tag: str, ready: str, small: str) -> Room:
    """I bring nothing today: takes back what I laid, and I am ready all the same. A case that was shown before leaves
    the table when this step is closed, as other words would come: at once, whoever leads could go round this step and
    see whose it was. In a small circle the others may then write: `small` is the tag of that tap."""
    writer(room, by)
    in_kind(room, "write", 0)
    now = this_round(room)
    papers = {k: v for k, v in now.papers.items() if k != tag}
    if any(c.cap == tag for c in room.cases):
        papers[tag] = Paper(())
    return few.leave_free(with_round(room, papers=papers, ready={**now.ready, ready: True}), small)


def again(room: Room, by: str, ready: str, answer: str = "") -> Room:
    """I am not ready after all; what I laid stays until I lay something else. My `answer` to whether it may be shown
    goes: the circle waits for another one."""
    writer(room, by)
    now = this_round(room)
    if ready in now.ready:
        room = with_round(room, ready={**now.ready, ready: False})
    if phase(room).kind == "write" and now.stage == 1:
        room = with_round(room, answers={k: v for k, v in now.answers.items() if k != answer})
    return room


def may_show(room: Room, by: str, tag: str, ready: str, *, yes: bool) -> Room:
    """One or two cases only: whether mine may be shown. Asked of everybody and kept alike; only a writer's counts."""
    writer(room, by)
    in_kind(room, "write", 1)
    now = this_round(room)
    answers = {**now.answers, tag: "yes" if yes else "no"}
    return with_round(room, answers=answers, ready={**now.ready, ready: True})


def close(room: Room, rng: Random) -> Room:
    """The end of writing: reveals, or with two new cases or fewer first asks everybody if they may be shown. With
    none too: else who leads could press after each tap and see with whose the first one came.

    After a step back, what was laid since joins the cases that were shown before.
    """
    now = this_round(room)
    if not room.cases:  # else nothing that came without a name is at stake, and a step back asks nobody anew
        few.before_asking(room)
    laid = sum(bool(paper.texts) for paper in now.papers.values())
    if laid <= 2 and laid < len(now.writers) and (laid or not room.cases):
        return with_round(room, stage=1, ready={}, heard={}, held=False)
    return _reveal(room, now.papers, rng)


def reveal(room: Room, rng: Random) -> Room:
    """After the asking: reveals the cases whose writers said yes, once all who can answer did; before that a press
    would tell whose answer it waited for. Without a yes the circle writes on, and every screen says so."""
    now = this_round(room)
    if len(now.answers) < len(few.hands(room)):
        raise Refused("Nog niet iedereen heeft geantwoord. Wacht nog even, ga terug, of zeg in het menu wie er weg is.")
    shown = {t: p for t, p in now.papers.items() if now.answers.get(t) == "yes" or not p.texts}
    if not any(p.texts for p in shown.values()):
        # another moment than the one before the question: what a network held back of that one comes too late
        again = replace(room, backs=room.backs + 1)
        return _taken_off(with_round(again, stage=0, answers={}, ready={}, heard={}))
    return _reveal(room, shown, rng)


def _taken_off(room: Room) -> Room:
    """Who brings nothing any more has no case on the table; papers with words lie on."""
    papers = {t: p for t, p in this_round(room).papers.items() if p.texts}
    cases = tuple(c for c in room.cases if c.cap not in this_round(room).papers or c.cap in papers)
    left = with_round(replace(room, cases=cases), papers=papers, held=not cases)
    return rechoosing.laid_since(left, added=False)


def sound(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Three cleaned texts within the limits, the question not empty; refuses anything else."""
    if len(texts) != len(LIMITS):
        raise Refused("Er ontbreekt een antwoord. Wat je schreef, staat er nog.")
    clean = tuple(fitted(text, limit) for text, limit in zip(texts, LIMITS, strict=True))
    if not any(c.isalnum() for c in clean[2]):
        raise Refused("Schrijf nog wat je vraag aan de kring is. De rest mag leeg blijven.")
    return clean


def _reveal(room: Room, papers: dict[str, Paper], rng: Random) -> Room:
    """All cases on the table at once, in random order, with new ids; the round's tags go. Cases shown before
    keep their id, with other words too, so that a dot placed on one still counts and its author can claim it; without
    words they go."""
    now = this_round(room)
    if not papers:
        return with_round(room, ready={}, heard={}, held=not room.cases)
    ids = {c.cap: c.id for c in room.cases if c.cap}
    laid = {t: p for t, p in sorted(papers.items()) if p.texts}
    cases = [Case(id=ids.get(t) or new_id(rng), texts=p.texts, cap=t) for t, p in laid.items()]
    cases += [c for c in room.cases if c.cap not in papers]
    rng.shuffle(cases)
    closed = with_round(room, stage=0, papers={}, ready={}, heard={}, answers={}, small_ok={}, held=not cases)
    table = replace(closed, cases=tuple(cases), case_round=now.id)
    return rechoosing.laid_since(table, added=not laid.keys() <= ids.keys())
