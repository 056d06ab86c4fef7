"""The names of what a device's secret signs: one place, so that no two purposes share a tag."""

from __future__ import annotations

from collections.abc import Callable

from rooms.room import Room, phase, this_round

Tag = Callable[..., str]  # (label, *parts) -> HMAC(K, label, parts), made by the server from the cookie


def agree(tag: Tag, room: Room) -> str:
    """For the agreement of this meeting."""
    return tag("agree", room.id)


def case(tag: Tag, room: Room) -> str:
    """For the case written in this meeting's write round: also its mark of ownership."""
    now = room.rounds.get("0:write")
    return tag("case", room.case_round or (now.id if now else ""), "0")


def ready(tag: Tag, room: Room) -> str:
    """For the ready sign of this stage of this round."""
    now = this_round(room)
    return tag("ready", now.id, str(now.stage), str(now.votes_held))


def heard(tag: Tag, room: Room, subject: str) -> str:
    """For how far a device's unsigned acts about one thing have come at this stage. One tag for all would join what
    somebody did about different things."""
    now = this_round(room)
    return tag("heard", now.id, str(now.stage), str(now.votes_held), subject)


def vote(tag: Tag, room: Room) -> str:
    """For the ballot of this vote."""
    now = this_round(room)
    return tag("vote", now.id, str(now.votes_held))


def small(tag: Tag, room: Room) -> str:
    """For the tap that a small circle may write unsigned. One for all stages: or somebody counted twice who tapped at
    two; what opens in between clears the taps."""
    return tag("small", this_round(room).id)


def card(tag: Tag, room: Room, input_id: str, slot: int) -> str:
    """For an unsigned card in a slot of an input."""
    now = this_round(room)
    return tag("card", now.wrote or now.id, input_id, str(slot))


def ballot(tag: Tag, room: Room, input_id: str) -> str:
    """For a ballot in a method's vote."""
    return tag("ballot", this_round(room).id, input_id)


def scale(tag: Tag, room: Room, input_id: str) -> str:
    """For a number on an unsigned scale."""
    return tag("scale", this_round(room).id, input_id)


def given(tag: Tag, room: Room) -> frozenset[str]:
    """For all that a device may have given without a name in this step of a method, or at the end."""
    names = {takeaway(tag, room)}
    for line in phase(room).inputs:
        names |= {ballot(tag, room, line.id), scale(tag, room, line.id)}
        names |= {card(tag, room, line.id, slot) for slot in range(line.max)}
    return frozenset(names)


def takeaway(tag: Tag, room: Room) -> str:
    """For the sentence shared at the end."""
    return tag("take", this_round(room).id)


def report(tag: Tag, room: Room) -> str:
    """For the yes or no to a report of this meeting."""
    return tag("report", this_round(room).id)


def more(tag: Tag, room: Room) -> str:
    """For the answer about more time than this step has now."""
    now = this_round(room)
    return tag("more", now.id, str(now.clock.total))


def rating(tag: Tag, room: Room) -> str:
    """For the short evaluation."""
    return tag("rate", this_round(room).id)
