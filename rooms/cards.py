"""Cards written at the same time and opened together: signed by seat, unsigned by device tag."""

from __future__ import annotations

from random import Random

from rooms import few
from rooms.methods import Input, is_tapped, is_unsigned
from rooms.refusal import Refused
from rooms.rights import is_one_of, present, writer
from rooms.room import Card, Paper, Room, new_id, phase, seat, this_round, with_round
from rooms.words import fitted


def find(room: Room, input_id: str, *kinds: str) -> Input:
    """The input with this id in the phase the room is in; refuses any other."""
    for line in phase(room).inputs:
        if line.id == input_id and line.kind in kinds:
            return line
    raise Refused("Deze stap is net voorbij. Wat je schreef, staat nog op je toestel.")


def column_of(line: Input, column: int) -> int:
    """The column of a board that a card lies in; refuses one that is not there."""
    if not 0 <= column < max(len(line.options), 1):
        raise Refused("Kies waar deze kaart hoort.")
    return column


def lay(
    room: Room, by: str, input_id: str, slot: int, rev: int, text: str, *, tag: str, ready: str, column: int = 0
) -> Room:
    """My card in this slot is this text, revision `rev`; an empty text takes it back. `column`: where on a board.

    `tag` and `ready` are the device's; an unsigned card is kept under them, a signed one under its seat.
    """
    line = _laid_now(room, by, input_id)
    if not 0 <= slot < line.max:
        raise Refused("Je kunt hier {n} kaarten leggen.", n=line.max)
    if is_unsigned(line):
        few.before_writing(room)
    clean = fitted(text, line.chars)
    paper = Paper((clean,), rev, by if line.signed else "", line.id, column_of(line, column))
    return _put(room, line, by, slot, paper, tag, ready)


def lay_for(room: Room, of: str, input_id: str, op: str, text: str, *, column: int = 0) -> Room:
    """A signed card of the seat `of`, laid by who writes for others, beside what lies there and is not read. `op` names
    it: again means another text or column of the same card, until its owner does something with it.

    It is revision 0 in the last free slot: who lays there at the same moment begins at the first, and goes before it.
    Where that person's own cards leave none it lies beside them: how many they laid is theirs until all opens.
    """
    line = _laid_now(room, of, input_id)
    if is_unsigned(line):
        raise Refused("Zonder naam schrijft ieder zelf.")
    now, clean = this_round(room), fitted(text, line.chars)
    slots = [f"{of}:{line.id}:{n}" for n in range(2 * line.max)]
    known = next((k for k in slots if k in now.papers and now.papers[k].op == op), "")
    if not known and any(paper.op == op for paper in now.papers.values()):
        raise Refused("Je vorige kaart ligt er al. Tik nog eens, dan komt deze erbij.")
    if not clean or op in now.spent and not known:
        return room
    free = [k for k in (*reversed(slots[: line.max]), *slots[line.max :]) if k not in now.papers]
    if not known and sum(bool(now.papers[k].op) for k in slots if k in now.papers) >= line.max:
        raise Refused("Onder deze naam kan er geen kaart meer bij.")
    where = known or free[0]
    paper = Paper((clean,), 0, of, line.id, column_of(line, column), op)
    return with_round(room, papers={**now.papers, where: paper}, spent=now.spent if known else (*now.spent, op))


def done(room: Room, by: str, ready: str, small: str) -> Room:
    """Ready, with or without a card: nobody sees which. In a small circle the others may then write: `small` is the
    tag of that tap."""
    writer(room, by)
    return few.leave_free(with_round(room, ready={**this_round(room).ready, ready: True}), small)


def nothing(room: Room, by: str, ready: str, small: str, given: frozenset[str]) -> Room:
    """I give nothing without a name after all, now that few are left: what lies there under the tags `given` goes."""
    writer(room, by)
    if not few.unsigned(room):
        raise Refused("Deze stap is net voorbij. Wat je schreef, staat nog op je toestel.")
    now = this_round(room)
    kept = {
        name: {tag: thing for tag, thing in getattr(now, name).items() if tag not in given}
        for name in ("papers", "marks", "ballots", "takeaways")
    }
    return done(with_round(room, **kept), by, ready, small)


def reveal(room: Room, rng: Random) -> Room:
    """All cards at once: signed ones by chair, unsigned ones in random order; scales and votes are counted. A floor
    that goes round already stays where it is."""
    now = this_round(room)
    signed = sorted((k, p) for k, p in now.papers.items() if p.seat and p.texts[0])
    order = {s.id: s.place for s in room.seats.values()}
    signed.sort(key=lambda kp: order.get(kp[1].seat, 0))
    loose = [p for k, p in sorted(now.papers.items()) if not p.seat]
    rng.shuffle(loose)
    papers = [p for _, p in signed] + loose
    cards = tuple(Card(id=new_id(rng), text=p.texts[0], seat=p.seat, input=p.input, column=p.column) for p in papers)
    # asked once more, only the new answers are shown: beside the old ones, few new ones would be known one by one
    results = {k: v for k, v in now.results.items() if k not in {m.input for m in now.marks.values()}}
    for mark in now.marks.values():
        results[mark.input] = tuple(sorted((*results.get(mark.input, ()), mark.value)))
    turns = {} if is_tapped(phase(room)) else {"floor": "", "spoken": ()}
    return with_round(
        room,
        stage=1,
        cards=(*now.cards, *cards),
        papers={},
        wrote="",
        crowd=0,
        ready={},
        heard={},
        small_ok={},
        marks={},
        results=results,
        **turns,
    )


def _laid_now(room: Room, by: str, input_id: str) -> Input:
    """The input of cards that this seat may lay now; refuses when they lie open, and anybody else."""
    present(room, by)
    line = find(room, input_id, "cards")  # said before who writes here: the circle may have moved on
    writer(room, by)
    if not is_one_of(room, seat(room, by), line.who):
        raise Refused("Nu schrijven de anderen.")
    if line.live or this_round(room).stage:
        raise Refused("De kaarten liggen al open. Wat je schreef, staat nog op je toestel.")
    return line


def _put(room: Room, line: Input, by: str, slot: int, paper: Paper, tag: str, ready: str) -> Room:
    now = this_round(room)
    where = f"{by}:{line.id}:{slot}" if line.signed else tag
    old = now.papers.get(where)
    if old and old.rev >= paper.rev:
        return room
    papers = {k: v for k, v in now.papers.items() if k != where}
    if paper.texts[0] or line.signed:  # of one that was taken back its revision stays, or an older one came back
        papers[where] = paper
    return with_round(room, papers=papers, ready={**now.ready, ready: True})
