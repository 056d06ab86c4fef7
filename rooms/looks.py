"""What lies beside a phase to look at: cards, texts and outcomes of earlier phases of the same case, as they became.

On own devices a method's file names it with `looks`, on the big screen with `screen`.
"""

from __future__ import annotations

from msgspec import Struct

from rooms import listening, picks, promises, texts, votes
from rooms.cardview import CardView, card_view
from rooms.halls import PAGE, is_hall
from rooms.methods import Input, Text
from rooms.rights import SCREEN
from rooms.ring import initials_of
from rooms.room import Card, Room, Round, entry, key, phase


class Look(Struct, frozen=True):
    """One thing to look at, under the name of its step. What was chosen and a text stand open; cards lie in a fold."""

    step: Text
    input: Input
    cards: tuple[CardView, ...] = ()
    words: tuple[str | Text, ...] = ()
    fold: bool = False


def looks(room: Room, role: str) -> tuple[Look, ...]:
    """What this audience has beside this phase; nothing for who only listens, and nothing that was not opened."""
    if listening.listens(room, role):
        return ()
    names = (phase(room).screen or ()) if role == SCREEN else phase(room).looks
    found = (_look(room, name, role) for name in names)
    return tuple(look for look in found if look and (look.cards or look.words))


def _look(room: Room, name: str, role: str) -> Look | None:
    case = entry(room).case
    for at in range(room.at):
        line = next((i for i in room.agenda[at].phase.inputs if i.id == name), None)
        if line and room.agenda[at].case == case and line.until != phase(room).id and not texts.is_closed(room, line):
            done = room.rounds.get(key(room, at))
            seen = promises.sees(promises.of(line), role, came=True)
            return _made(room, room.agenda[at].phase.name, line, done) if done and seen else None
    return None


def _made(room: Room, step: Text, line: Input, done: Round) -> Look:
    if line.kind == "text":
        return Look(step, line, words=tuple(texts.said(line, version) for version in texts.versions(room, line)[-1:]))
    if line.kind == "cards":
        return Look(step, line, _views(room, line, tuple(c for c in done.cards if c.input == line.id)), fold=True)
    if line.kind == "pick":
        chosen, of = done.picked.get(line.id, ()), picks.source(room, line)
        return Look(step, of, _views(room, of, tuple(c for c in picks.choices(room, line) if c.id in chosen)))
    top = votes.top(line, done)
    if line.options:
        return Look(step, line, words=tuple(option for n, option in enumerate(line.options) if f"o{n}" in top))
    of = picks.source(room, line)
    return Look(step, line, _views(room, of, tuple(c for c in picks.choices(room, line) if c.id in top)))


def _views(room: Room, line: Input, laid: tuple[Card, ...]) -> tuple[CardView, ...]:
    promise, marks = promises.of(line), initials_of(room)
    most = PAGE if is_hall(room) else None  # what a hall gave lies beside a step as its first few
    return tuple(card_view(room, card, promise, marks) for card in laid[:most])
