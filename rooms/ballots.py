"""The forms of a ballot over the cases: dots, one vote, a ranking. All are kept as the same thing, dots per case, so
that what lies in the document has one shape and is counted in one way."""

from __future__ import annotations

from msgspec.structs import replace

from rooms.refusal import Refused
from rooms.rights import leader
from rooms.room import Room, this_round

FORMS = ("dots", "one", "rank")
DOTS = 3
ALL_PLACES, TOP = 5, 3  # up to five cases each gets a place; of more, only the first three


def choose_form(room: Room, by: str, form: str) -> Room:
    """How the cases will be voted on; until the vote opens, for a ballot that lies there has its form."""
    leader(room, by)
    if form not in FORMS:
        raise Refused("Kies één van de antwoorden.")
    if room.ballot == form:
        return room
    if not may_choose_form(room):
        raise Refused("Het kiezen is al geopend. Hoe jullie kiezen, ligt nu vast.")
    return replace(room, ballot=form)


def may_choose_form(room: Room) -> bool:
    """Whether a vote lies ahead and was not opened yet."""
    return "0:choose" not in room.rounds and any(line.phase.kind == "choose" for line in room.agenda)


def form(room: Room) -> str:
    """The form of the vote that is on. Between equals nobody ranks once more: then everybody has one vote."""
    second = this_round(room).runoff
    return "one" if second and room.ballot == "rank" else room.ballot


def places(cases: int) -> int:
    """How many places a ranking of this many cases has."""
    return cases if cases <= ALL_PLACES else TOP


def as_dots(form: str, cases: int, given: dict[str, int]) -> dict[str, int]:
    """The dots of what somebody gave: dots, a vote, or places from 1. The last place given is worth one dot, each
    before it one more, so that naming one case only pays nobody. Refuses more than there is to give, a place given
    twice, and a gap between places."""
    filled = {case: n for case, n in given.items() if n}
    if form == "rank":
        if sorted(filled.values()) != list(range(1, len(filled) + 1)) or len(filled) > places(cases):
            raise Refused("Geef elke plaats één keer: 1, 2, 3.")
        return _turned(filled)
    least, most = min(filled.values(), default=0), sum(filled.values())
    if form == "dots" and (least < 0 or most > DOTS):
        raise Refused("Je hebt drie stippen. Haal er eerst één weg.")
    if form == "one" and (least < 0 or most > 1):
        raise Refused("Je hebt één stem. Kies één casus, of geen.")
    return filled


def as_given(form: str, dots: dict[str, int]) -> dict[str, int]:
    """What somebody gave, from the dots it is kept as."""
    return _turned(dots) if form == "rank" else dots


def _turned(numbers: dict[str, int]) -> dict[str, int]:
    """Places to dots, and dots to places."""
    return {case: len(numbers) + 1 - n for case, n in numbers.items()}
