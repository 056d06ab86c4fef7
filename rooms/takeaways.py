"""What people take along: a sentence for the circle at the end, without a name, opened together.

A method's own input of the kind `takeaway` is for oneself: like notes it stays on the device, and no verb takes it.
"""

from __future__ import annotations

from random import Random

from rooms import few
from rooms.refusal import Refused
from rooms.rights import writer
from rooms.room import Card, Paper, Room, new_id, phase, this_round, with_round
from rooms.words import fitted

LIMIT = 200


def share(room: Room, by: str, rev: int, text: str, *, report: bool, tag: str, ready: str) -> Room:
    """My sentence for the circle, revision `rev`; empty takes it back. `report`: it may be in the report."""
    writer(room, by)
    now = this_round(room)
    if phase(room).kind != "closing" or now.stage:
        raise Refused("De zinnen liggen al open. Wat je schreef, staat nog op je toestel.")
    few.before_writing(room)
    clean = fitted(text, LIMIT)
    old = now.takeaways.get(tag)
    if old and old.rev >= rev:
        return room
    rest = {k: v for k, v in now.takeaways.items() if k != tag}
    if clean:
        rest[tag] = Paper((clean,), rev, input="report" if report else "")
    return with_round(room, takeaways=rest, ready={**now.ready, ready: True})


def reveal(room: Room, rng: Random) -> Room:
    """All sentences at once, in random order; their tags go."""
    few.before_opening(room)
    now = this_round(room)
    papers = [p for _, p in sorted(now.takeaways.items())]
    rng.shuffle(papers)
    cards = tuple(Card(id=new_id(rng), text=p.texts[0], input="takeaway", state=p.input) for p in papers)
    return with_round(room, stage=1, cards=(*now.cards, *cards), takeaways={}, ready={}, heard={})
