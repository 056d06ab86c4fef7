"""The spoken agreement: who keeps to it and who wants to talk first, as counts and never by name."""

from __future__ import annotations

from msgspec.structs import replace

from rooms.refusal import Refused
from rooms.rights import present
from rooms.room import Room, here, seat, with_seat


def say(room: Room, by: str, tag: str, word: str) -> Room:
    """'yes' keeps to it, 'talk' wants to talk first, '' takes it back. `tag` comes from the device.

    Who comes late signs the yes with the chair, and is not counted: beside a tag it would name its owner.
    """
    if word not in ("yes", "talk", ""):
        raise Refused("Kies één van de antwoorden.")
    present(room, by)
    if word == "yes" and not seat(room, by).caught_up:
        return with_seat(room, by, caught_up=True)
    rest = {t: w for t, w in room.agreed.items() if t != tag}
    return replace(room, agreed={**rest, tag: word} if word else rest)


def counts(room: Room) -> tuple[int, int, int]:
    """How many keep to it, how many want to talk first, how many sit in the circle with a device."""
    words, total = list(room.agreed.values()), sum(s.phone for s in here(room))
    return min(words.count("yes"), total), words.count("talk"), total
