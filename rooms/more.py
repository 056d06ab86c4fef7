"""More time: when a step's time is up, everybody is asked "Nog vijf minuten?". Only the outcome is ever shown.

A light poll, without a name: answers lie under the tags of devices and go when it closes: when everybody answered, when
who leads closes it, or when the circle goes on. More than half of who was asked, and not of who answered, decides for
yes; closed before everybody answered, also three beside who leads, so that closing early tells nothing about anybody.
Who was asked is who is at the table: nothing is counted when an
answer comes, for beside who came and went meanwhile such a count would say when it came. So when somebody who was asked
goes, all are asked anew. In a self-guided circle that gives five minutes; in a guided one it is an offer to who leads.
Nothing moves by it.
"""

from __future__ import annotations

from msgspec.structs import replace

from rooms import clock, few
from rooms.refusal import Refused
from rooms.rights import caught_up, leader
from rooms.room import Poll, Room, Seat, phase, takes_part, taking_part, this_round, with_round

MINUTES = 5
EARLY = 5  # seconds by which a device's clock may be ahead
KINDS = ("checkin", "followup", "method")  # steps that people talk in; those of the choice have a way of their own
YES, NO, OFFER = "yes", "no", "offer"


def voters(room: Room) -> list[Seat]:
    """Who is asked: everybody at the table who takes part and has a device."""
    return [s for s in taking_part(room) if s.phone or s.voiced]


def is_asked(room: Room, someone: Seat) -> bool:
    """Whether somebody is among them."""
    return (someone.phone or someone.voiced) and takes_part(someone)


def asks(room: Room) -> bool:
    """Whether the circle may be asked in this step, with the time it has now. The pages show it once that is up."""
    if phase(room).kind not in KINDS or this_round(room).clock.state == "off" or room.over:
        return False
    return outcome(room) not in (NO, OFFER)


def outcome(room: Room) -> str:
    """What the circle chose about the time this step has now: '' while nothing, yes, no, or an offer to who leads."""
    return _poll(room).outcome


def answer(room: Room, by: str, at: str, tag: str, now: int, *, yes: bool) -> Room:
    """My answer; the last one counts. `at` is what `clock.plus_at` said; about another time it changes nothing."""
    someone = caught_up(room, by)
    if at and at != clock.plus_at(room):
        return room
    if not asks(room):
        raise Refused("Daarover is al gekozen.")
    if not is_asked(room, someone):
        raise Refused("Je zit nu niet aan tafel.")
    here = this_round(room)
    if clock.left(here.clock, now) > EARLY:
        raise Refused("Er is nog tijd.")
    old = _poll(room)
    return with_round(room, poll=replace(old, given={**old.given, tag: yes}))


def close(room: Room, by: str, at: str, now: int) -> Room:
    """Who leads closes the question: what was answered until now decides."""
    leader(room, by)
    return room if at != clock.plus_at(room) or not asks(room) else _decided(room, now)


def complete(room: Room) -> bool:
    """Whether everybody answered, so that the outcome may be shown on the next beat."""
    given = _poll(room).given
    return asks(room) and bool(given) and len(given) >= len(voters(room))


def tick(room: Room, now: int) -> Room:
    """The outcome once everybody answered: on a beat, so that it does not tell who was last."""
    return _decided(room, now) if complete(room) else room


def answered(room: Room) -> int:
    """How many answers the room holds."""
    poll = this_round(room).poll
    return len(poll.given) if poll else 0


def put_away(room: Room) -> Room:
    """The room as the circle leaves a step: no answer stays."""
    poll = this_round(room).poll
    return with_round(room, poll=replace(poll, given={})) if poll and poll.given else room


def without(room: Room, who: Seat) -> Room:
    """The room as somebody goes, or only watches from now on: whose answer goes with them nobody can tell, so that
    everybody is asked anew."""
    return put_away(room) if room.rounds and is_asked(room, who) else room


def _poll(room: Room) -> Poll:
    """The question as it stands about the time this step has now."""
    held = this_round(room)
    return held.poll if held.poll and held.poll.total == held.clock.total else Poll(total=held.clock.total)


def _decided(room: Room, now: int) -> Room:
    poll, asked = _poll(room), voters(room)
    yes = sum(poll.given.values())
    known = not complete(room) and yes < min(len(asked), few.SMALL + sum(s.lead for s in asked))
    if yes * 2 <= len(asked) or known:
        return with_round(room, poll=Poll(total=poll.total, outcome=NO))
    if room.guided:
        return with_round(room, poll=Poll(total=poll.total, outcome=OFFER))
    longer = clock.longer(room, now, MINUTES)
    return with_round(longer, poll=Poll(total=this_round(longer).clock.total, outcome=YES))
