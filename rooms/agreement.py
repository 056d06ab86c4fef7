"""The spoken agreement: who keeps to it and who wants to talk first, as counts and never by name."""

from __future__ import annotations

from msgspec.structs import replace

from rooms import groups
from rooms.derived import carry, derived
from rooms.refusal import Refused
from rooms.rights import present
from rooms.room import Room, here, with_seat


def say(room: Room, by: str, tag: str, word: str) -> Room:
    """'yes' keeps to it, 'talk' wants to talk first, '' takes it back. `tag` comes from the device.

    Who comes late answers with the chair, and is not counted: a tag beside it would name its owner.
    """
    if word not in ("yes", "talk", ""):
        raise Refused("Kies één van de antwoorden.")
    someone = present(room, by)
    if not someone.caught_up:
        return groups.joined(with_seat(room, by, caught_up=word == "yes", talk_first=word == "talk"))
    if not someone.takes_part:
        return room  # who only facilitates says it aloud, and is not counted
    if word:
        return carry(room, replace(room, agreed={**room.agreed, tag: word}))
    return replace(room, agreed={t: w for t, w in room.agreed.items() if t != tag})


def said(room: Room) -> tuple[int, int]:
    """How many keep to it now, and how many want to talk first."""
    words = list(room.agreed.values())
    return words.count("yes"), words.count("talk")


def counts(room: Room, shown: tuple[int, int]) -> tuple[int, int, int]:
    """How many keep to it and how many want to talk first, as `shown` since the last tick, and how many take part and
    have a device, their own or one handed round."""
    total = _counted(room)
    return min(shown[0], total), shown[1], total


@derived(lambda room: (room.seats, room.devices))
def _counted(room: Room) -> int:
    held = {d.seat for d in room.devices.values()}
    return sum(s.takes_part and s.id in held for s in here(room))


def all_keep(counts: tuple[int, int, int]) -> bool:
    """Whether everybody keeps to it and nobody wants to talk first."""
    yes, talk, total = counts
    return yes >= total > 0 and not talk
