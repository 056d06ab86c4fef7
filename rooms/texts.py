"""Shared fields with versions, such as the case question: v1, then v2, side by side."""

from __future__ import annotations

from msgspec.structs import replace

from rooms import votes
from rooms.cards import find
from rooms.methods import Input, Text
from rooms.refusal import Refused
from rooms.rights import caught_up, is_one_of
from rooms.room import Room, Seat, chosen, entry, seat, taking_part
from rooms.words import fitted


def put(room: Room, by: str, input_id: str, text: str, seen: int | None = None) -> Room:
    """A new version of a shared field. `seen`: how many there were when it was typed; a text that came since then, or
    that is the newest, is no new version: it was sent twice, or held back by a network. Where several people write,
    refuses what was typed without having seen the newest."""
    caught_up(room, by)
    line = find(room, input_id, "text")
    if not writes(room, seat(room, by), line):
        raise Refused("Dit veld is nu van iemand anders.")
    clean = _option(line, fitted(text, line.chars or 400))
    if not clean:
        raise Refused("Er staat nog niets.")
    if line.words and len(clean.split()) > line.words:
        raise Refused("Dit zijn {n} woorden te veel. Wat je schreef, staat er nog.", n=len(clean.split()) - line.words)
    old = versions(room, line)
    if clean in (*old[-1:], *(old[max(seen, 0) :] if seen is not None else ())):
        return room
    if seen is not None and seen < len(old) and line.who != "owner":  # of several writers one would wipe another's
        raise Refused("Er kwam net iets bij. Lees het even, en bewaar dan opnieuw.")
    if line.field == "case_question":
        return _question(room, clean)
    return replace(room, texts={**room.texts, _name(room, line.field or line.id): (*old, clean)})


def said(line: Input, version: str) -> str | Text:
    """A version as people read it: what was chosen of the options in their own language."""
    return next((option for option in line.options if option.nl == version), version)


def _option(line: Input, text: str) -> str:
    """What is kept of an answer: of options that one as it is called in Dutch, in whichever language it was chosen."""
    if not line.options or not text:
        return text
    found = next((option.nl for option in line.options if text in (option.nl, option.en)), None)
    if found is None:
        raise Refused("Kies een van de antwoorden.")
    return found


def writes(room: Room, someone: Seat, line: Input) -> bool:
    """Whether somebody may write in a field: one of its people; where it is about what won in a vote, who wrote that as
    long as they are there; where one of them writes along for all, and somebody took that task, only they."""
    if not is_one_of(room, someone, line.who):
        return False
    wrote = votes.winners(room, line.of) & {s.id for s in taking_part(room)} if line.of else set()
    if wrote:
        return someone.id in wrote
    scribes = [s for s in taking_part(room) if s.task == "secretary" and is_one_of(room, s, line.who)]
    return not line.scribe or not scribes or someone in scribes


def is_closed(room: Room, line: Input) -> bool:
    """Whether a text is still kept from everybody but its writer, until the phase that its file names."""
    if not line.until:
        return False
    opens = (i for i, e in enumerate(room.agenda) if e.phase.id == line.until and e.case == entry(room).case)
    return room.at < next(opens, 0)


def versions(room: Room, line: Input) -> tuple[str, ...]:
    """What a field of the case on the table held so far, newest last."""
    if line.field == "case_question":
        now = chosen(room)
        return now.question if now else ()
    return field(room, line.field or line.id)


def field(room: Room, name: str, case: int | None = None) -> tuple[str, ...]:
    """The versions of a field by its name, of this case (from 0) or of the one on the table."""
    return room.texts.get(_name(room, name, case), ())


def _name(room: Room, name: str, case: int | None = None) -> str:
    return f"{entry(room).case if case is None else case}:{name}"


def _question(room: Room, text: str) -> Room:
    now = chosen(room)
    if now is None or now.question[-1:] == (text,):
        return room
    settled = list(room.chosen)
    settled[min(entry(room).case, len(settled) - 1)] = replace(now, question=(*now.question, text))
    return replace(room, chosen=tuple(settled))
