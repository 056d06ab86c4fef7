"""Whispering: a guide who watches sends who leads short private cues. Nobody else ever sees one; at the end of the
meeting they are gone, and only how many there were stays, for those two."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from rooms import order, promises
from rooms.derived import derived
from rooms.methods import Text
from rooms.refusal import Refused
from rooms.rights import LEAD, caught_up, leader
from rooms.room import Cue, Presence, Room, Seat, here, leaders
from rooms.words import fitted

GUIDE = "guide"
LIMIT = 140
OPEN = 3  # cues that lie before who leads at once: a fourth takes the place of the oldest
READY = {
    "advice": Text("Nog geen advies.", "No advice yet."),
    "unheard": Text("Wie is nog niet aan het woord geweest?", "Who has not spoken yet?"),
    "question": Text("Terug naar de vraag.", "Back to the question."),
    "silence": Text("Laat het even stil.", "Let it be quiet for a moment."),
    "sum": Text("Vat samen.", "Sum up."),
    "time": Text("Let op de tijd.", "Mind the time."),
}


class CueView(Struct, frozen=True):
    """A cue as these two read it: a ready one in the reader's language."""

    id: str
    words: str | Text


class Whispering(Struct, frozen=True):
    """What a guide has on the own page: whom a cue reaches, whether they want any now, and what lies before them."""

    to: tuple[str, ...]
    off: bool
    open: tuple[CueView, ...]


@derived(lambda room: (room.seats,))
def guide(room: Room) -> Seat | None:
    """Who watches as the guide now, at the table and not leading."""
    return next((s for s in here(room) if s.task == GUIDE and s.presence is Presence.HERE and not s.lead), None)


def may_guide(room: Room, someone: Seat) -> bool:
    """Whether a seat may become the guide: one at a time, with a device of the own, and not while leading. In a
    rehearsal nobody leads but the one who practises."""
    other = any(s.task == GUIDE and s.id != someone.id for s in here(room))
    return someone.phone and not (someone.lead or other or room.rehearsal)


def whisper(room: Room, by: str, op: str, *, text: str = "", ready: str = "") -> Room:
    """A cue to whoever leads now, in own words or a ready one. `op` names the cue: again is the same one."""
    someone, to = caught_up(room, by), tuple(s.id for s in leaders(room) if s.presence is Presence.HERE)
    if guide(room) != someone:
        raise Refused("Een hint geeft alleen wie als begeleider meekijkt.")
    if not to:
        raise Refused("Er leidt nu niemand.")
    if off(room):
        raise Refused("Wie leidt, wil nu even geen hints.")
    name = order.named(by, op)
    if any(cue.id == name for cue in room.cues):
        return room
    words = "" if ready else fitted(text, LIMIT)
    if ready not in READY and not words:
        raise Refused("Kies een hint, of schrijf er een.")
    cue = Cue(name, by, to, words, ready)
    more = {seat: number(room, seat) + 1 for seat in (by, *to)}
    return replace(room, cues=(*room.cues[1 - OPEN :], cue), cued={**room.cued, **more})


def put_away(room: Room, by: str, cue: str) -> Room:
    """Who leads puts a cue away, or the guide takes it back: its words are gone. One that is gone is gone."""
    someone = caught_up(room, by)
    if guide(room) != someone:
        leader(room, by)
    rest = tuple(c for c in room.cues if c.id != cue or by not in (c.by, *c.to))
    return room if len(rest) == len(room.cues) else replace(room, cues=rest)


def rest(room: Room, by: str, *, on: bool) -> Room:
    """Who leads wants no cues for now (`on`), or wants them again. The guide sees that; it holds for who said so."""
    leader(room, by)
    others = tuple(seat for seat in room.no_cues if seat != by)
    return room if (by in room.no_cues) == on else replace(room, no_cues=(*others, by) if on else others)


def off(room: Room) -> bool:
    """Whether somebody who leads wants no cues now."""
    return any(s.id in room.no_cues for s in leaders(room))


def ended(room: Room) -> Room:
    """What stays when the meeting is over: the numbers."""
    return replace(room, cues=(), no_cues=())


def number(room: Room, seat: str) -> int:
    """How many cues a seat sent or got in this meeting: for a group, so that these two see it become less."""
    return room.cued.get(seat, 0)


def before_leader(room: Room) -> tuple[CueView, ...]:
    """What lies before who leads now, the newest first. What was meant for another who led is not told on."""
    lead = {s.id for s in leaders(room)}
    may = promises.sees(promises.INPUTS["whisper"], LEAD)
    return _seen([c for c in room.cues if may and lead and lead <= set(c.to)])


def whispering(room: Room, someone: Seat) -> Whispering | None:
    """None for everybody but the guide, and when it is over."""
    if room.over or guide(room) != someone or not someone.caught_up:
        return None
    lead = [s for s in leaders(room) if s.presence is Presence.HERE]
    return Whispering(tuple(s.name for s in lead), off(room), _seen([c for c in room.cues if c.by == someone.id]))


def _seen(cues: list[Cue]) -> tuple[CueView, ...]:
    return tuple(CueView(c.id, READY.get(c.ready) or c.text) for c in reversed(cues))
