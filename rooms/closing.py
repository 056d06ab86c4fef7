"""The end of a meeting: what stays, what goes, and the report after everybody's yes."""

from __future__ import annotations

from random import Random

from msgspec.structs import replace

from rooms import evaluating, takeaways, whispers
from rooms.derived import derived
from rooms.refusal import Refused
from rooms.rights import in_kind, leader, present, writer
from rooms.room import Chosen, Room, Round, phase, taking_part, this_round, with_round

DAY = 24 * 3_600_000  # ms; a meeting that nobody closed ends this long after its first step


def agree_report(room: Room, by: str, tag: str, *, yes: bool) -> Room:
    """My yes or no to a report of this meeting. A no and no answer are the same: there is none."""
    present(room, by)
    if by not in asked(room):
        writer(room, by)  # refuses
    in_kind(room, "closing")
    return with_round(room, report={**this_round(room).report, tag: yes})


def allow_report(room: Room, by: str, *, yes: bool) -> Room:
    """An owner's yes or no to the own question and first step in a report."""
    present(room, by)
    if all(c.owner != by for c in room.chosen):
        raise Refused("Dat kan alleen wie de casus inbrengt.")
    return replace(room, chosen=tuple(replace(c, report=yes) if c.owner == by else c for c in room.chosen))


@derived()
def asked(room: Room) -> frozenset[str]:
    """The seats whose yes a report needs: who took part when the closing began, and who came back or in since;
    also who went away again, whose answer nobody can tell from another's."""
    now = this_round(room)
    return frozenset((*now.writers, *now.went, *(s.id for s in taking_part(room))))


def all_agree(room: Room) -> bool:
    """Whether everybody who was asked said yes to a report; who was asked and went away without a word did not."""
    answers = this_round(room).report.values()
    return phase(room).kind == "closing" and all(answers) and len(answers) >= len(asked(room)) > 0


def reported(room: Room) -> list[int]:
    """The cases, counted from 0, whose owners said yes to having them in a report."""
    return [i for i, c in enumerate(room.chosen) if c.report]


def question(room: Room, case: Chosen) -> tuple[str, ...]:
    """The versions of a case's question that its owner wrote: where the method lets others word it anew, only the one
    that came on the table with it."""
    lines = (line for part in room.method.phases for line in part.inputs) if room.method else ()
    others = any(line.field == "case_question" and line.who != "owner" for line in lines)
    return case.question if not others else case.question[:1] if case.case else ()


def close(room: Room, by: str, now: int, rng: Random) -> Room:
    """Closes the circle: answers are counted, every device tag of the meeting goes. Twice is once."""
    if room.over:
        return room
    leader(room, by)
    if phase(room).kind != "closing":
        raise Refused("Ga eerst naar het afronden.")
    return _end(room if this_round(room).stage else takeaways.reveal(room, rng), now)


def expire(room: Room, now: int) -> Room:
    """Ends a meeting that nobody closed; what was never revealed is dropped unseen."""
    return room if room.over or not room.began else _end(room, now)


def due(room: Room, kept: int) -> int | None:
    """When (ms) the room must be looked at: 24 hours after its first step to end it, `kept` ms after
    its end to erase it; None while it is only a waiting place."""
    if room.over:
        return room.over + kept
    return room.began + DAY if room.began else None


def _end(room: Room, now: int) -> Room:
    return replace(
        whispers.ended(room),
        over=now,
        report=all_agree(room),
        middles=evaluating.counted(room),
        code="",
        door=False,
        agreed={},
        heard={},
        done=(),
        knocks=(),
        still=None,
        cases=tuple(replace(c, cap="") for c in room.cases),
        seats={i: replace(s, heard={}) for i, s in room.seats.items()},
        rounds={k: _settled(r) for k, r in room.rounds.items()},
    )


def _settled(old: Round) -> Round:
    """A round without anything made from a device's secret, and without a number that was never opened."""
    empty: dict[str, object] = dict.fromkeys(
        ("small_ok", "papers", "ready", "heard", "ballots", "answers", "marks", "takeaways", "report"), {}
    )
    return replace(old, poll=None, **empty)
