"""The order of what one person says again: what a network held back, or sent twice, undoes nothing that came later."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from msgspec.structs import replace

from rooms.derived import derived
from rooms.methods import is_unsigned
from rooms.room import Room, phase, seat, this_round, with_round, with_seat

STANDING = frozenset({"agree", "where", "hears", "early", "allow-report"})  # answers that may change at any time

TAPS = 128  # how many signed taps a room remembers

SAME = {  # acts about the same thing: the later one counts, whichever it is
    "nothing": "lay",
    "chosen": "cast",
    "not-chosen": "cast",
    "rather-not": "answer",
    "skip-evaluation": "evaluate",
    "again": "done",
}


def subject(verb: str, input_id: str = "", slot: str = "") -> str:
    """What an unsigned act is about. Acts about other things may come in any order."""
    return ":".join([SAME.get(verb, verb), *(part for part in (input_id, slot) if part)])


@derived(lambda room: (phase(room),))
def subjects(room: Room) -> tuple[str, ...]:
    """Everything that unsigned acts can be about at this step."""
    found = ["lay", "small", "may-show", "cast", "answer", "done", "share", "agree-report", "evaluate", "more"]
    for line in phase(room).inputs:
        if line.kind == "cards":
            found += [subject("card", line.id, str(n)) for n in range(line.max)]
        elif line.kind in ("scale", "vote"):
            found.append(subject("rate" if line.kind == "scale" else "vote", line.id))
    return tuple(found)


def signed(room: Room, input_id: str) -> bool:
    """Whether this is an input of the present phase that is kept under its writer's seat."""
    return any(i.id == input_id and not is_unsigned(i) for i in phase(room).inputs)


def once(room: Room, verb: Callable[[Room], Room], by: str, op: str) -> Room:
    """What `verb` makes of the room, unless this very tap of this seat was done: `op` is its operation id. For signed
    taps only; a room remembers the last ones that changed it."""
    made = named(by, op)
    if made in room.done:
        return room
    after = verb(room)
    return after if after is room else replace(after, done=(*after.done[1 - TAPS :], made))


def named(by: str, op: str) -> str:
    """What names one operation of a seat in the document, where the operation's own id is not kept."""
    return hashlib.blake2b(f"{by}{op}".encode(), digest_size=8).hexdigest()


def newest(room: Room, verb: Callable[[Room], Room], mark: str, nth: int) -> Room:
    """What `verb` makes of the room, unless this device did a later act about the same thing at this stage. `mark` is
    the device's tag for that thing and stage, `nth` counts its acts about it, from 1. Only for what is kept under tags:
    beside a seat, the mark would name who sits there."""
    if nth <= this_round(room).heard.get(mark, 0):
        return room
    done = verb(room)
    return with_round(done, heard={**this_round(done).heard, mark: nth})


def newest_of_seat(room: Room, verb: Callable[[Room], Room], by: str, about: str, nth: int) -> Room:
    """The same for an act that everybody may know is this seat's: its count stays with the chair, as what it says."""
    if nth <= seat(room, by).heard.get(about, 0):
        return room
    done = verb(room)
    return with_seat(done, by, heard={**seat(done, by).heard, about: nth})


def newest_agreed(room: Room, verb: Callable[[Room], Room], by: str, tag: str, nth: int) -> Room:
    """The same for the agreement, which is kept as its answer is: with the chair of who comes late, otherwise under
    the `tag` of the answer and nowhere else."""
    someone = seat(room, by)
    if not someone.takes_part and someone.caught_up:
        return verb(room)
    if nth <= agreed(room, by, tag):
        return room
    done = verb(room)
    if not someone.caught_up:  # without what is counted under the tag, of who went and came back: it would join the two
        heard = {**seat(done, by).heard, "agree": nth - room.heard.get(tag, 0)}
        return with_seat(done, by, heard=heard)
    # what came before is with the chair: counted on under the tag it would say whose tag this is
    return replace(done, heard={**done.heard, tag: nth - someone.heard.get("agree", 0)})


def agreed(room: Room, by: str, tag: str) -> int:
    """How many answers to the agreement came from here, those before who came late was there among them."""
    return seat(room, by).heard.get("agree", 0) + room.heard.get(tag, 0)
