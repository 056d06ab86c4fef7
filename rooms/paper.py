"""The meeting on paper, for when the network is away: the plan and the names, and nothing that anybody wrote."""

from __future__ import annotations

from msgspec import Struct

from rooms.methods import NONE, Input, Phase, Text, is_batch, is_board, is_queue, is_unsigned
from rooms.room import Entry, Room, here
from rooms.shell import CHOICE

SLIPS = 12  # above that the advice is more circles
LETTERS = "ABCDEFGHIJKL"
ROUNDS = ("checkin", "followup", "closing")  # steps of every meeting in which everybody has a turn


class Task(Struct, frozen=True):
    """An input as something to do on paper: `how` names the sentence, `line` fills it in."""

    how: str
    line: Input
    secret: bool = False  # without a name: folded and shuffled
    of: Text = NONE  # what the cards that it is about are called
    until: Text = NONE  # the phase until which it stays closed


class Step(Struct, frozen=True):
    """One phase of the script: the number it has, and the minute of the meeting at which it begins."""

    number: int
    start: int
    phase: Phase
    tasks: tuple[Task, ...]
    case: int = 0  # from 1, where it begins the method for one of several cases
    back: int = 0  # a loop: the number of the step that it may go back to
    back_name: Text = NONE


class Place(Struct, frozen=True):
    """A chair, counted from 1; without a name it is free."""

    number: int
    name: str = ""
    lead: bool = False
    remote: bool = False
    task: str = ""
    turns: bool = True


class Turns(Struct, frozen=True):
    """A step in which the floor goes round, and how often."""

    number: int
    name: Text
    rounds: int
    others: bool  # whose case it is has no turn


class Sheet(Struct, frozen=True, kw_only=True):
    """Everything that stands on the paper."""

    room: str
    method: Text
    origin: Text
    use: Text
    minutes: int
    ends: int  # ms, 0 when nobody named an end
    zone: str
    where: str
    conflicts: bool
    guided: bool
    prompts: tuple[Text, ...]
    steps: tuple[Step, ...]
    places: tuple[Place, ...]
    turns: tuple[Turns, ...]
    slips: int
    letters: str
    cases: int
    ballot: str  # dots, one, rank
    needs: tuple[str, ...]
    began: bool


def sheet(room: Room) -> Sheet:
    """The paper of a room that has a method. It asks of the room its plan and its people, no round, no case."""
    assert room.method is not None
    steps = _steps(room.agenda)
    slips = min(room.chairs, SLIPS) if any(s.phase.kind == "write" for s in steps) else 0
    return Sheet(
        room=room.name,
        method=room.method.name,
        origin=room.method.origin,
        use=room.method.use,
        minutes=sum(line.phase.minutes for line in room.agenda),
        ends=room.ends,
        zone=room.zone,
        where=room.where,
        conflicts=room.conflicts,
        guided=room.guided,
        prompts=room.method.prompts,
        steps=steps,
        places=_places(room),
        turns=tuple(t for s in steps for t in _turns(s)),
        slips=slips,
        letters=LETTERS[:slips],
        ballot=room.ballot,
        cases=room.cases_wanted,
        needs=_needs(steps),
        began=bool(room.began),
    )


def _steps(agenda: tuple[Entry, ...]) -> tuple[Step, ...]:
    cases = max((line.case for line in agenda), default=0) + 1
    found: list[Step] = []
    start, case = 0, 0
    for number, line in enumerate(agenda, 1):
        opens = cases > 1 and line.phase.kind == "method" and line.case + 1 != case
        case = line.case + 1 if opens else case
        back = next((s for s in reversed(found) if line.phase.back and s.phase.id == line.phase.back), None)
        found.append(
            Step(
                number=number,
                start=start,
                phase=line.phase,
                tasks=_tasks(line.phase, agenda),
                case=case if opens else 0,
                back=back.number if back else 0,
                back_name=back.phase.name if back else NONE,
            )
        )
        start += line.phase.minutes
    return tuple(found)


def _tasks(phase: Phase, agenda: tuple[Entry, ...]) -> tuple[Task, ...]:
    lines = {i.id: i for entry in agenda for i in entry.phase.inputs}
    names = {entry.phase.id: entry.phase.name for entry in agenda}
    return tuple(
        Task(
            how="pick-lines" if line.kind == "pick" and lines[line.of].kind == "text" else how(line),
            line=line,
            secret=is_unsigned(line),
            of=lines[line.of].label if line.of in lines else NONE,
            until=names.get(line.until, NONE),
        )
        for line in _in_order(phase)
    )


def _in_order(phase: Phase) -> list[Input]:
    """The inputs as they are done: where people first write all at once, the floor goes round after that."""
    if not is_batch(phase):
        return list(phase.inputs)
    rounds = [i for i in phase.inputs if i.kind == "turns"]
    rest = [i for i in phase.inputs if i.kind != "turns"]
    written = max(n for n, i in enumerate(rest, 1) if i.kind in ("cards", "scale", "vote") and i.who != "owner")
    return [*rest[:written], *rounds, *rest[written:]]


def how(line: Input) -> str:
    """The word for what an input is on paper."""
    if is_queue(line):
        return "ask"
    if line.kind == "cards":
        return f"{'place' if is_board(line) else 'lay'}-{line.shape or 'cards'}"
    if line.kind == "scale":
        return "scale-cards" if line.of else "scale-all" if is_unsigned(line) else "scale"
    if line.kind == "vote":
        return f"vote-{line.mode}"
    if line.kind == "pick":
        return "pick"
    if line.kind == "text":
        return _text(line)
    if line.kind == "groups":
        return "groups-turns" if line.turns else "groups-turn" if line.client else "groups"
    if line.kind == "timer":
        return "quiet" if line.quiet else "timer"
    return line.kind


def _text(line: Input) -> str:
    if line.options:
        return "text-choose"
    if line.until:
        return "text-closed"
    if line.field == "case_question":
        return "text-question"
    return "text" if line.who == "owner" else "text-together"


def _places(room: Room) -> tuple[Place, ...]:
    """The chairs in their order, then as many free ones as the circle has."""
    people = here(room)
    taken = (
        Place(n, s.name, lead=s.lead, remote=s.remote, task=s.task, turns=s.takes_part) for n, s in enumerate(people, 1)
    )
    return (*taken, *(Place(n) for n in range(len(people) + 1, room.chairs + 1)))


def _turns(step: Step) -> tuple[Turns, ...]:
    if step.phase.kind in ROUNDS:
        return (Turns(step.number, step.phase.name, 1, others=False),)
    rounds = [t.line for t in step.tasks if t.how == "turns" or t.how == "ask" and t.line.who != "owner"]
    if not rounds:
        return ()
    most = max(line.max if line.kind == "turns" else 1 for line in rounds)
    return (Turns(step.number, step.phase.name, most, others=all(line.who == "consultants" for line in rounds)),)


def _needs(steps: tuple[Step, ...]) -> tuple[str, ...]:
    """What must lie ready, as words for sentences."""
    hows = {t.how for s in steps for t in s.tasks}
    secret = any(t.secret for s in steps for t in s.tasks) or any(s.phase.kind in CHOICE for s in steps)
    found = {
        "pens": True,
        "slips": secret,
        "cards": any(h.startswith(("ask", "lay", "place")) for h in hows),
        "sheet": any(h.startswith(("place", "text-question", "text-together")) for h in hows),
        "clock": True,
    }
    return tuple(name for name, wanted in found.items() if wanted)
