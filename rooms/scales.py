"""One number each: on a method's scale, and in the short evaluation at the end."""

from __future__ import annotations

from rooms import evaluating, few
from rooms.cards import find
from rooms.refusal import Refused
from rooms.rights import is_one_of, present, writer
from rooms.room import Mark, Room, phase, seat, this_round, with_round


def rate(room: Room, by: str, input_id: str, value: int, *, tag: str, ready: str) -> Room:
    """My number on this scale; the owner's own scale is signed, everybody's is not."""
    present(room, by)
    line = find(room, input_id, "scale")
    if not is_one_of(room, seat(room, by), line.who):
        raise Refused("Deze schaal is nu van iemand anders.")
    if not line.low <= value <= line.high:
        raise Refused("Kies een getal van {low} tot {high}.", low=line.low, high=line.high)
    now = this_round(room)
    if line.who == "owner":
        return with_round(room, results={**now.results, line.id: (value,)})
    writer(room, by)
    if now.stage:
        raise Refused("De antwoorden liggen al open.")
    few.before_writing(room)
    return with_round(room, marks={**now.marks, tag: Mark(line.id, value)}, ready={**now.ready, ready: True})


def evaluate(room: Room, by: str, values: dict[str, int], *, tag: str, ready: str) -> Room:
    """My short evaluation, without a name; every line may stay open. Once more replaces it."""
    writer(room, by)
    if phase(room).kind != "closing":
        raise Refused("Deze stap is net voorbij. Wat je schreef, staat nog op je toestel.")
    lines, most = evaluating.asked(room).lines, evaluating.MOST
    if any(item not in lines or not 1 <= v <= most for item, v in values.items()):
        raise Refused("Kies een getal van {low} tot {high}.", low=1, high=most)
    now = this_round(room)
    rest = {k: m for k, m in now.marks.items() if not k.startswith(f"{tag}.")}
    mine = {f"{tag}.{item}": Mark(item, v) for item, v in values.items()}
    return with_round(room, marks={**rest, **mine}, ready={**now.ready, ready: True})
