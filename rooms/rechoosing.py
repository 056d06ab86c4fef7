"""What of the choice stays when the circle stepped back from it: cases change meanwhile, come and go."""

from __future__ import annotations

from random import Random

from msgspec.structs import replace

from rooms.choosing import CLAIM, TWENTY, VOTE, WAIT, on_ballot, resolve, told, without_case
from rooms.reading import off_table
from rooms.room import Chosen, Room, brought, chosen, key, this_round, with_round


def entered(room: Room, now: int, rng: Random) -> Room:
    """The choice as the circle comes into it, perhaps again: a case that was taken off the table since is chosen no
    more, and the twenty seconds begin again, for the way out was not on the screens. Nobody votes on an empty table:
    there it is known at once that nobody brings a case."""
    lie = {c.id for c in room.cases if not c.back}
    gone = [n for n, c in enumerate(room.chosen) if not told(c) and c.case not in lie]
    last, at = len(room.chosen) - 1, this_round(room)
    for n in reversed(gone):
        if room.chosen[n].ended or not _had_its_turn(room, n):
            room = without_case(room, n)
    if last in gone and at.stage >= TWENTY:
        return resolve(room, now, rng)
    if at.stage < TWENTY:
        room = with_round(room, runoff=tuple(case for case in at.runoff if case in lie))
        return room if on_ballot(room) else with_round(room, stage=TWENTY)
    return with_round(room, until=now + WAIT) if at.until else room


def laid_since(room: Room, *, added: bool) -> Room:
    """The room once cases were shown after a step back from the choice. Until somebody said whose the chosen case is,
    it has its newest words; and a case that was `added` past the first vote could get no dot and no answer: then the
    choice is held anew. One that was only changed keeps what it got."""
    name = next((key(room, n) for n, line in enumerate(room.agenda) if line.phase.kind == "choose"), "")
    held = room.rounds.get(name)
    if held is None:
        return room
    past = held.stage != VOTE or held.votes_held
    if added and past and not any(brought(c) for c in room.chosen):
        return replace(room, chosen=(), rounds={k: r for k, r in room.rounds.items() if k != name})
    words = {c.id: c.texts for c in room.cases}
    return replace(room, chosen=tuple(_with_words(c, words.get(c.case, c.texts)) for c in room.chosen))


def ended_before(room: Room) -> Room:
    """The owner ended the case after a step back to before the choice: it lies on the table no more, and the choice is
    about the others as soon as the circle comes to it. Of a told case it is asked again then who brings one."""
    n, line = next((n, line) for n, line in enumerate(room.agenda) if line.phase.kind == "choose")
    ended = chosen(room)
    if ended is None or room.at >= n:
        return room
    if told(ended):
        for case in reversed(range(len(room.chosen))):
            room = without_case(room, case)
        name = key(room, n)
        held = replace(room.rounds[name], stage=CLAIM, until=0)
        return replace(room, chosen=(Chosen(case="", texts=()),), rounds={**room.rounds, name: held})
    return replace(
        room,
        cases=tuple(off_table(c) if c.id == ended.case else c for c in room.cases),
        chosen=tuple(replace(c, ended=True) if c is ended else c for c in room.chosen),
    )


def _had_its_turn(room: Room, n: int) -> bool:
    """Whether the circle went on from a chosen case (from 0) to a later one: there is nothing left to spare its author.
    The last one stays open until the meeting ends."""
    later = {str(case) for case in range(n + 1, len(room.chosen))}
    return any(name.partition(":")[0] in later for name in room.rounds)


def _with_words(case: Chosen, texts: tuple[str, ...]) -> Chosen:
    """A chosen case as its author wrote it last; once it is known who brings it, it stays."""
    return case if brought(case) or told(case) else replace(case, texts=texts, question=(texts[2],))
