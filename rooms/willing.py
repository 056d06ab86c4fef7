"""The owner's own word: who brings the chosen case steps forward, and says a private yes to the method."""

from __future__ import annotations

from msgspec.structs import replace

from rooms.choosing import CLAIM, YES, case_now, may_choose_more, told, without_case
from rooms.refusal import Refused
from rooms.rights import in_kind, present, the_owner, writer
from rooms.room import Chosen, Room, brought, chosen, phase, this_round, with_round

OTHER = "-"  # what an owner is willing to when another method is wanted
ANSWERS = ("yes", "waiting", "other")  # to the method, from what holds nothing up


def it_is_me(room: Room, by: str, cap: str) -> Room:
    """The author steps forward: a signed act that sets the owner."""
    writer(room, by)
    now = chosen(room)
    if now and now.owner == by:
        return room
    in_kind(room, "choose", CLAIM)
    case = case_now(room)
    if (not case or case.cap != cap) and not (now and told(now)):
        raise Refused("Deze casus ligt niet op dit toestel.")
    last = replace(room.chosen[-1], owner=by)
    return with_round(replace(room, chosen=(*room.chosen[:-1], last)), stage=YES)


def say_yes(room: Room, by: str, method: str) -> Room:
    """The owner's private yes to this method; '' takes it back or asks for another one."""
    present(room, by)
    mine = next((c for c in room.chosen if c.owner == by), None)
    if mine is None:
        the_owner(room, by)
        return room
    in_kind(room, "choose", YES)
    if method and (room.method is None or room.method.id != method):
        raise Refused("De methode is net gewijzigd. Kijk even opnieuw.")
    changed = tuple(replace(c, willing=method or OTHER) if c is mine else c for c in room.chosen)
    return replace(room, chosen=changed)


def asked(room: Room) -> Chosen | None:
    """While the choice is on and the last case has its owner: the case whose owner's answer to the method is told. One
    who wants another method comes before one who did not answer yet: either holds all up."""
    if phase(room).kind != "choose" or not room.chosen or not brought(room.chosen[-1]):
        return None
    return max(reversed(room.chosen), key=lambda case: ANSWERS.index(_said(room, case)))


def said(room: Room) -> str:
    """That owner's answer: '', waiting, yes, other."""
    case = asked(room)
    return _said(room, case) if case else ""


def _said(room: Room, case: Chosen) -> str:
    if case.willing == OTHER:
        return "other"
    return "yes" if room.method and case.willing == room.method.id else "waiting"


def has_paper(room: Room) -> bool:
    """Whether a chosen case was on paper and has its owner, or goes on without."""
    return any(brought(c) and not told(c) for c in room.chosen)


def some_settled(room: Room) -> bool:
    """Whether a chosen case has an owner who said yes to the method, or goes on without one."""
    return any(_said(room, c) == "yes" for c in room.chosen)


def without_open(room: Room) -> Room:
    """The choice without the cases whose owner did not say yes: no other one comes in their place."""
    for n in reversed(range(len(room.chosen))):
        if _said(room, room.chosen[n]) != "yes":
            room = without_case(room, n)
    return with_round(room, stage=YES, until=0, runoff=())


def settled(room: Room) -> bool:
    """Whether every case that can be treated has an owner who said yes to the method, or goes on without one."""
    if not room.chosen or this_round(room).stage != YES or room.method is None:
        return False
    return not may_choose_more(room) and all(c.willing == room.method.id for c in room.chosen)
