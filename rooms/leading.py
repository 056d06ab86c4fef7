"""What whoever leads a self-guided circle has on the own page, beside what everybody has."""

from __future__ import annotations

from msgspec import Struct

from rooms import evaluating, flow, groups, promises, whispers, willing
from rooms.halls import is_hall
from rooms.lead import may_lead
from rooms.methods import Input, Text
from rooms.peopleview import knocks
from rooms.rights import LEAD
from rooms.room import Room, Seat, here, phase
from rooms.turnview import Talker, talkers, unheard


class Leading(Struct, frozen=True):
    """Who can lead next (a hall has a list of its own for that), what the owner asked for after "even stop", and who
    stands at the door."""

    heirs: tuple[tuple[str, str], ...]
    still_choice: str = ""
    knock: tuple[str, str, str] = ("", "", "")  # handle, name, state
    willing: str = ""  # the owner's answer to the method: '', waiting, yes, other
    talk_first: tuple[str, ...] = ()  # names of who came late and wants to talk about the agreement
    timers: tuple[Input, ...] = ()
    parts: tuple[tuple[int, int], ...] = ()  # how far each small group is with its own turns
    loop_name: Text | None = None  # where this method may go back to, while it may
    unheard: tuple[str, ...] = ()  # names of who had no turn yet
    talkers: tuple[Talker, ...] = ()  # who may speak without a turn, and who was heard
    cues: tuple[whispers.CueView, ...] = ()  # of the guide
    no_cues: bool = False  # and none are wanted now
    may_ask: bool = False  # whether what the closing asks can still be chosen


def leading(room: Room, someone: Seat) -> Leading | None:
    """None for everybody else, and in a guided circle: there the cockpit is a page of its own."""
    if room.guided or not someone.lead:
        return None
    knock = next(iter(knocks(room, someone.id)), None)

    def may(kind: str) -> bool:
        return promises.sees(promises.INPUTS[kind], LEAD)

    return Leading(
        heirs=() if is_hall(room) else tuple((s.id, s.name) for s in here(room) if may_lead(s) and not s.lead),
        still_choice=room.still.choice if room.still and may("stop-choice") else "",
        knock=(knock.handle, knock.name, knock.state) if knock else ("", "", ""),
        willing=willing.said(room) if may("say-yes") else "",
        talk_first=tuple(s.name for s in here(room) if s.talk_first) if may("talk-first") else (),
        timers=tuple(i for i in phase(room).inputs if i.kind == "timer"),
        parts=groups.progress(room),
        loop_name=flow.loops_to(room),
        unheard=tuple(turn.name for turn in unheard(room)),
        talkers=talkers(room),
        cues=whispers.before_leader(room),
        no_cues=whispers.off(room),
        may_ask=evaluating.may_choose(room),
    )
