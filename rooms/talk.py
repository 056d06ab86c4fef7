"""Talk without turns: who may speak in such a step, and whom who leads has heard. Only who leads is told of it."""

from __future__ import annotations

from rooms import flow
from rooms.halls import is_hall
from rooms.methods import is_batch
from rooms.refusal import Refused
from rooms.rights import is_one_of, leader
from rooms.room import Room, Seat, phase, taking_part, this_round, with_round

TALKS = ("think", "advise", "look")  # flavours of phases in which several may talk


def talkers(room: Room) -> list[Seat]:
    """Who may speak where several talk without turns, by chair, and first who is at a distance, for they are forgotten
    first. Empty in any other step, and in a hall: with turns, in small groups, in silence, and while people write."""
    on = phase(room)
    if is_hall(room):
        return []
    if on.kind != "method" or any(i.kind in ("turns", "groups") or i.quiet for i in on.inputs):
        return []
    if not (_is_open(room) if is_batch(on) else on.spoken or on.flavour in TALKS):
        return []
    able = [s for s in taking_part(room) if is_one_of(room, s, on.acts) and not is_one_of(room, s, on.listens)]
    return sorted(able, key=lambda s: not s.remote) if len(able) > 1 else []


def _is_open(room: Room) -> bool:
    """Whether what people gave at the same time lies open, and is not the owner's to go through."""
    owned = any(i.of and i.who == "owner" for i in phase(room).inputs)
    return flow.stage(room) == "open" and not owned


def heard(room: Room, by: str, at: str, who: str, *, yes: bool) -> Room:
    """Who leads notes that somebody was heard in this step, or that they were not after all. An old `at` changes
    nothing, nor does saying it twice."""
    leader(room, by)
    if at != flow.pointer(room):
        return room
    able = talkers(room)
    if not able:
        raise Refused("In deze stap praat de kring niet zonder beurten.")
    if who not in {s.id for s in able}:
        raise Refused("Die praat in deze stap niet mee.")
    spoken = this_round(room).spoken
    if (who in spoken) == yes:
        return room
    return with_round(room, spoken=(*spoken, who) if yes else tuple(s for s in spoken if s != who))
