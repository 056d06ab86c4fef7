"""Methods as data: what a method file may say. What it may not stands in methodcheck, its reading in methodfiles."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

Number = Annotated[int, Meta(ge=0, le=10_000)]  # no room document holds a number without end
KINDS = (
    "turns", "cards", "sort", "pick", "scale", "vote", "text", "notes", "listening", "takeaway", "groups", "timer",
)  # fmt: skip
SHELL = ("arrive", "agreement", "checkin", "followup", "write", "read", "choose", "breather", "closing")
SHAPES = ("", "columns", "four", "line")
MODES = ("one", "dots", "rank")
NEEDS = (
    "first", "experienced", "short", "stuck", "relation", "decision", "success", "values", "pattern", "incident",
    "everybody", "last",
)  # fmt: skip
PEOPLE = ("owner", "consultants", "everybody", "facilitator")
FLAVOURS = ("bring", "ask", "think", "advise", "look")


class Text(Struct, frozen=True):
    """A text in both languages."""

    nl: str = ""
    en: str = ""


NONE = Text()


class Input(Struct, frozen=True, forbid_unknown_fields=True):
    """Something people fill in, do or pick during a phase; `who` may."""

    id: str
    kind: str
    who: str = "everybody"
    max: Number = 1
    chars: Number = 0
    signed: bool = True
    live: bool = False
    of: str = ""  # pick, sort, vote, scale: the earlier input whose cards are picked, sorted, voted on or rated;
    # text: the earlier vote on signed cards of which who wrote what won writes here
    field: str = ""
    options: tuple[Text, ...] = ()  # labels of a sort, columns of cards, what a vote or a text chooses from
    shape: str = ""  # cards: '' a shelf, columns a board, four a canvas of four fields, line a time line
    asks: str = ""  # cards that are questions, which the question aid looks at: open, or any
    mode: str = "one"  # vote: one, dots (`max` each), rank
    low: Number = 1
    high: Number = 5
    words: Number = 0  # text: no more than so many words
    scribe: bool = False  # text: one of all these people writes along, who writes for others where somebody does
    until: str = ""  # text: kept closed, and read by its writer only, until the phase with this id
    seconds: Number = 0  # timer
    quiet: bool = False  # timer: silence; every screen goes still
    owner: str = ""  # turns: whether the owner comes first or last of all; '' by chair
    after: str = ""  # turns: earlier turns, by id; who had none there comes first
    turns: bool = False  # groups: everybody of a group has a turn in this phase, and the group goes on by itself
    client: Number = 0  # groups: whose turn it is in each group in this phase, from 1; 0 for nobody's
    label: Text = NONE
    help: Text = NONE


class Phase(Struct, frozen=True, forbid_unknown_fields=True):
    """One phase: minutes, its rule, who acts, who listens, and its inputs."""

    id: str
    name: Text
    minutes: Number
    kind: str = "method"
    called: Text = NONE  # the name inside a sentence ("the core"); without it, the name in small letters
    rule: Text = NONE
    purpose: Text = NONE
    says: Text = NONE  # what who leads can say, in own words
    watch: Text = NONE  # one intervention at a time
    acts: str = "everybody"
    listens: str = ""
    flavour: str = "look"
    spoken: bool = False  # phones are nearly empty
    back: str = ""  # a loop: an earlier phase that who leads may go back to when the owner is not helped yet
    again: Number = 2  # how often, the first time not counted
    looks: tuple[str, ...] = ()  # inputs of earlier phases, by id: what came of them lies here to look at
    screen: tuple[str, ...] | None = None  # inputs that the big screen shows, by id; without it all of this phase
    counts: tuple[str, ...] = ()  # earlier phases, by id: how many questions were asked in each is shown here
    inputs: tuple[Input, ...] = ()


class Size(Struct, frozen=True, forbid_unknown_fields=True):
    """How many people a method is for."""

    min: Number
    ideal_min: Number
    ideal_max: Number
    max: Number


class Method(Struct, frozen=True, forbid_unknown_fields=True):
    """A recipe for treating one case."""

    id: str
    name: Text
    use: Text
    size: Size
    phases: tuple[Phase, ...]
    origin: Text = NONE
    licence: str = ""
    without_owner: bool = False
    fixed: bool = False  # minutes set by hand: they are not fitted to the time there is
    everybody: bool = False  # everybody is an owner in turn: no case is written or chosen
    needs: tuple[str, ...] = ()  # what somebody may be looking for, of NEEDS
    prompts: tuple[Text, ...] = ()  # three questions of its own for writing a case; without them the shell's
    warnings: tuple[Text, ...] = ()
    begins: Text = NONE  # where everybody is an owner: what who arrives reads of what comes after the agreement
    asks: str = ""  # what its closing asks, of rooms/evaluation/sets.toml, unless who leads chooses otherwise


def on_screen(phase: Phase, line: Input) -> bool:
    """Whether the big screen shows what people give here, during this phase."""
    return phase.screen is None or line.id in phase.screen


def is_batch(phase: Phase) -> bool:
    """Whether people first write (or rate, or vote) at the same time and everything opens together."""
    return bool(_batch(phase))


def is_tapped(phase: Phase) -> bool:
    """Whether all that people give at the same time is a number, a tap each: the floor may go round meanwhile, where
    who writes or weighs should not hear the others first."""
    return {i.kind for i in _batch(phase)} == {"scale"}


def _batch(phase: Phase) -> list[Input]:
    return [i for i in phase.inputs if i.kind in ("cards", "scale", "vote") and not i.live and i.who != "owner"]


def is_board(line: Input) -> bool:
    """Whether cards lie on a board where everybody sees them at once, as they are placed."""
    return line.kind == "cards" and line.live and bool(line.shape)


def is_queue(line: Input) -> bool:
    """Whether cards are questions that wait for the floor."""
    return line.kind == "cards" and line.live and not line.shape


def takes_kept(phase: Phase, line: Input) -> bool:
    """Whether people give advice here, so that what they kept for it in an earlier phase is offered back."""
    if line.who == "owner" or line.field == "case_question" or line.asks or is_queue(line):
        return False
    thinks = line.kind == "text" and phase.listens == "owner"
    return thinks or line.kind in ("cards", "text") and phase.flavour == "advise"


def is_unsigned(line: Input) -> bool:
    """Whether people fill this in without a name: opened together, kept by device and not by seat."""
    if line.kind == "cards":
        return not (line.signed or line.live)
    return line.kind == "vote" or line.kind == "scale" and line.who != "owner"


def later_vote(phase: Phase) -> Input | None:
    """A vote about cards of this very phase: it begins when they lie open."""
    return next((i for i in phase.inputs if is_later(phase, i)), None)


def is_later(phase: Phase, line: Input) -> bool:
    """Whether an input of a phase is a vote about cards of that same phase."""
    return line.kind == "vote" and line.of in {i.id for i in phase.inputs if i.kind == "cards"}


def called(phase: Phase) -> Text:
    """A phase's name as it stands inside a sentence: back to ..., next: ..."""
    return Text(phase.called.nl or _small(phase.name.nl), phase.called.en or _small(phase.name.en))


def _small(name: str) -> str:
    return name[:1].lower() + name[1:]
