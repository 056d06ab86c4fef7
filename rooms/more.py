"""More time: when a step's time is up, everybody is asked "Nog vijf minuten?". Only the outcome is ever shown.

A light poll, without a name: answers lie under the tags of devices and go when it closes: when everybody answered, or
when who leads closes it. In a self-guided circle a majority for yes gives five minutes; in a guided one it is an offer
to who leads. Nothing moves by it.
"""

from __future__ import annotations

from rooms import clock
from rooms.refusal import Refused
from rooms.rights import caught_up, leader
from rooms.room import Poll, Room, Seat, phase, taking_part, this_round, with_round

MINUTES = 5
EARLY = 5  # seconds by which a device's clock may be ahead
KINDS = ("checkin", "followup", "method")  # steps that people talk in; those of the choice have a way of their own
YES, NO, OFFER = "yes", "no", "offer"


def voters(room: Room) -> list[Seat]:
    """Who is asked: everybody at the table who takes part and has a device."""
    return [s for s in taking_part(room) if s.phone or s.voiced]


def asks(room: Room) -> bool:
    """Whether the circle may be asked in this step, with the time it has now. The pages show it once that is up."""
    if phase(room).kind not in KINDS or this_round(room).clock.state == "off" or room.over:
        return False
    return outcome(room) not in (NO, OFFER)


def outcome(room: Room) -> str:
    """What the circle chose about the time this step has now: '' while nothing, yes, no, or an offer to who leads."""
    poll, now = this_round(room).poll, this_round(room)
    return poll.outcome if poll and poll.total == now.clock.total else ""


def answer(room: Room, by: str, at: str, tag: str, now: int, *, yes: bool) -> Room:
    """My answer; the last one counts. `at` is what `clock.plus_at` said; about another time it changes nothing."""
    someone = caught_up(room, by)
    if at and at != clock.plus_at(room):
        return room
    if not asks(room):
        raise Refused("Daarover is al gekozen.")
    if someone not in voters(room):
        raise Refused("Je zit nu niet aan tafel.")
    here = this_round(room)
    if clock.left(here.clock, now) > EARLY:
        raise Refused("Er is nog tijd.")
    given = here.poll.given if here.poll and here.poll.total == here.clock.total else {}
    return with_round(room, poll=Poll(total=here.clock.total, given={**given, tag: yes}))


def close(room: Room, by: str, at: str, now: int) -> Room:
    """Who leads closes the question: what was answered until now decides."""
    leader(room, by)
    return room if at != clock.plus_at(room) or not asks(room) else _decided(room, now)


def complete(room: Room) -> bool:
    """Whether everybody answered, so that the outcome may be shown on the next beat."""
    poll, asked = this_round(room).poll, voters(room)
    return asks(room) and poll is not None and bool(asked) and len(poll.given) >= len(asked)


def tick(room: Room, now: int) -> Room:
    """The outcome once everybody answered: on a beat, so that it does not tell who was last."""
    return _decided(room, now) if complete(room) else room


def _decided(room: Room, now: int) -> Room:
    held = this_round(room)
    given = held.poll.given if held.poll and held.poll.total == held.clock.total else {}
    if sum(given.values()) * 2 <= len(given):
        return with_round(room, poll=Poll(total=held.clock.total, outcome=NO))
    if room.guided:
        return with_round(room, poll=Poll(total=held.clock.total, outcome=OFFER))
    longer = clock.longer(room, now, MINUTES)
    return with_round(longer, poll=Poll(total=this_round(longer).clock.total, outcome=YES))
