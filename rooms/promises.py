"""What happens to what people write and choose: who reads it, when, with which name, and until when it is kept.

One rule for two askers. The views ask it before they show anything, and the page says it beside the field; so neither
can change without the other.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from rooms import few
from rooms.methods import Input, is_board, is_unsigned
from rooms.rights import LEAD, MEMBER, OWNER, SCREEN
from rooms.room import Room, taking_part

DOOR = "door"  # who typed a right code and has no chair yet
NOBODY: tuple[str, ...] = ()
LEADS = (LEAD,)
ALL = (MEMBER, OWNER, LEAD, SCREEN)
CIRCLE = (MEMBER, OWNER, LEAD)
FEWEST = 5  # below five answers no number is shown
FREELY = 5  # from five writers "without a name" says what it says


class Promise(Struct, frozen=True):
    """Who may read an input besides the device it came from: the audiences `first` as soon as it is kept, `then` from
    `when` on. Who is outside or late is in neither."""

    first: tuple[str, ...] = NOBODY
    then: tuple[str, ...] = NOBODY
    when: str = ""  # '', reveal (everything at once), turn (of who asks), phase (a later one), close (of the circle)
    # words, effect (it happened), count (how many), numbers (each one), middle, top (of a vote), outcome,
    # link (for who is at a distance), steps (of a method)
    shows: str = "words"
    name: str = "without"  # with, without, limited (few writers), known (goes without saying)
    # device (never sent), counted, settled (the method begins), end (an answer: the closing), closed (the same), erased
    kept: str = "erased"
    leaves: str = ""  # what a room's group keeps of it when it is gone: owner (whose case one was), middle


INPUTS: dict[str, Promise] = {
    "circle": Promise((*ALL, DOOR), (*ALL, DOOR), name="known"),
    "own-method": Promise(ALL, ALL, shows="steps", name="known"),
    "name": Promise(ALL, ALL, name="known"),
    "where": Promise(ALL, ALL, name="with"),
    "hears": Promise(ALL, ALL, name="with", kept=""),
    "video": Promise(CIRCLE, CIRCLE, shows="link", name="known"),
    "agree": Promise(ALL, ALL, shows="count", kept="end"),
    "talk-first": Promise(LEADS, LEADS, name="with", kept=""),
    "early": Promise(LEADS, LEADS, name="with"),
    "case": Promise(then=ALL, when="reveal"),
    "may-show": Promise(kept="end"),
    "small": Promise(kept="end"),
    "take-back": Promise(ALL, ALL, shows="effect", kept=""),
    "ballot": Promise(kept="counted"),
    "answer": Promise(kept="settled"),
    "rather-not": Promise(kept="settled"),
    "it-is-me": Promise(ALL, ALL, name="with"),
    "say-yes": Promise(LEADS, LEADS, name="with"),
    "question": Promise(LEADS, ALL, when="turn", name="with"),
    "pick": Promise(ALL, ALL, name="known"),
    "take-over": Promise(ALL, ALL, name="with", kept=""),
    "stop-choice": Promise(LEADS, LEADS, name="with", kept=""),
    "owner-says": Promise(LEADS, LEADS, name="with", kept=""),
    "takeaway": Promise(then=ALL, when="reveal"),
    "evaluation": Promise(then=ALL, when="close", shows="middle", kept="end"),
    "report": Promise(then=ALL, when="close", shows="effect", kept="end"),
    "own-report": Promise(then=ALL, when="close", shows="effect", name="known"),
    "whisper": Promise(LEADS, LEADS, name="known", kept="closed"),
    "more": Promise(then=ALL, when="reveal", shows="outcome", kept="counted"),
    "note": Promise(kept="device"),
}
LEFT = {"it-is-me": "owner", "evaluation": "middle"}  # in a group's circle: what the group keeps
BOARD = Promise(ALL, ALL, name="with")
VOTE = Promise(then=ALL, when="reveal", shows="top", kept="counted")
CARDS = Promise(then=ALL, when="reveal", name="with")
OWN_NUMBER = Promise()
NUMBERS = Promise(then=ALL, when="reveal", shows="numbers")
SHARED = Promise(ALL, ALL, name="known")
LATER = Promise(then=ALL, when="phase", name="known")


def of(line: Input) -> Promise:
    """The promise of an input of a method."""
    if is_board(line):
        return BOARD
    if line.kind == "vote":
        return VOTE
    if line.kind == "cards":
        return INPUTS["question"] if line.live else replace(CARDS, name="without" if is_unsigned(line) else "with")
    if line.kind in ("pick", "sort") or line.kind == "scale" and line.of:
        return INPUTS["pick"]
    if line.kind == "scale":
        return OWN_NUMBER if line.who == "owner" else NUMBERS
    if line.until:
        return LATER
    if line.kind == "text":
        return SHARED
    return INPUTS["note"]


def sees(promise: Promise, role: str, *, came: bool = False) -> bool:
    """Whether an audience may read an input; `came`: its moment, `when`, is there."""
    return role in (promise.then if came else promise.first)


def numbers(answers: tuple[int, ...]) -> tuple[int, ...]:
    """The answers without a name that may be shown: none below five."""
    return answers if len(answers) >= FEWEST else ()


def in_round(room: Room, promise: Promise) -> Promise:
    """The promise as it holds for the writers of this round: few are easily guessed."""
    people = taking_part(room) if promise.shows == "outcome" else few.hands(room)
    scarce = 0 < len(people) < FREELY
    return replace(promise, name="limited") if scarce and promise.name == "without" and promise.when else promise


def all_now(room: Room) -> dict[str, Promise]:
    """Every promise of the shell's own inputs, as it holds now."""
    found = {kind: in_round(room, promise) for kind, promise in INPUTS.items()}
    leaves = LEFT if room.group else {}
    return found | {kind: replace(found[kind], leaves=what) for kind, what in leaves.items()}
