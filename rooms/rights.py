"""Who may do what: the only place that compares roles."""

from __future__ import annotations

from rooms.refusal import Refused
from rooms.room import Presence, Room, Seat, owner, phase, round_writers, seat, this_round

LEAD = "lead"
OWNER = "owner"
MEMBER = "member"
OUTSIDE = "outside"
LATE = "late"
SCREEN = "screen"


def role(room: Room, seat_id: str) -> str:
    """The audience a seat belongs to on its own page: member, owner, outside, or late until the agreement is read."""
    someone = seat(room, seat_id)
    if someone.presence is Presence.OUTSIDE:
        return OUTSIDE
    if not someone.caught_up:
        return LATE
    return OWNER if owner(room) == seat_id else MEMBER


def is_one_of(room: Room, someone: Seat, who: str) -> bool:
    """Whether a seat belongs to the people a method file calls `who`."""
    if who == "owner":
        return owner(room) == someone.id
    if who == "facilitator":
        return someone.lead
    if not someone.takes_part:
        return False
    return who == "everybody" or (who == "consultants" and owner(room) != someone.id)


def present(room: Room, by: str) -> Seat:
    """The seat if its person is at the table; refuses who left, was removed or is outside."""
    someone = seat(room, by)
    if room.over:
        raise Refused("Deze kring is rond.")
    if someone.presence is not Presence.HERE:
        raise Refused("Je zit nu niet aan tafel.")
    return someone


def caught_up(room: Room, by: str) -> Seat:
    """The seat if its person is at the table and not late any more; refuses whoever has not read the agreement yet."""
    someone = present(room, by)
    if not someone.caught_up:
        raise Refused("Lees eerst de afspraak. Daarna doe je mee.")
    return someone


def leader(room: Room, by: str) -> Seat:
    """The seat if it leads; refuses anybody else."""
    someone = present(room, by)
    if not someone.lead:
        raise Refused("Dat kan alleen wie de kring begeleidt.")
    return someone


def the_owner(room: Room, by: str) -> Seat:
    """The seat if it brings the case; refuses anybody else."""
    someone = present(room, by)
    if owner(room) != by:
        raise Refused("Dat kan alleen wie de casus inbrengt.")
    return someone


def writer(room: Room, by: str) -> Seat:
    """The seat if it is among the writers frozen at the start of this round."""
    someone = present(room, by)
    if by not in round_writers(room):
        raise Refused("Je kwam binnen toen deze ronde al liep. Vanaf de volgende doe je mee.")
    return someone


def in_kind(room: Room, kind: str, stage: int | None = None) -> None:
    """Refuses unless the room is in a phase of this kind (and stage)."""
    if phase(room).kind != kind or (stage is not None and this_round(room).stage != stage):
        raise Refused("Deze stap is net voorbij. Wat je schreef, staat nog op je toestel.")
