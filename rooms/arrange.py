"""An order of one's own: who leads drops, moves and lengthens the phases of a method before it begins."""

from __future__ import annotations

from msgspec.structs import replace

from rooms import flow
from rooms.methodcheck import faults
from rooms.methods import called
from rooms.refusal import Refused
from rooms.rights import leader
from rooms.room import Room, phase
from rooms.shell import BEGUN

LONGEST = 240  # minutes of a phase


def arrange(room: Room, by: str, wanted: list[tuple[str, int]], now: int) -> Room:
    """The method as these phases, in this order and with these minutes; a phase that was dropped before can come back.
    Who was asked about the method is asked again.

    Refuses once the method has begun, and an order in which a phase needs what a dropped or later one makes.
    """
    leader(room, by)
    method = room.method
    if method is None:
        raise Refused("Kies eerst een methode.")
    if phase(room).kind in BEGUN:
        raise Refused("De methode is al begonnen. Sla een stap over, of geef hem meer tijd.")
    if not wanted:
        raise Refused("Laat ten minste één stap staan.")
    if any(not 1 <= minutes <= LONGEST for _, minutes in wanted):
        raise Refused("Minuten lopen van 1 tot 240.")
    known = {p.id: p for p in (*method.phases, *room.dropped)}
    try:
        phases = tuple(replace(known[name], minutes=minutes) for name, minutes in wanted)
    except KeyError:
        raise Refused("Deze stap kennen we niet. Laad de pagina opnieuw.") from None
    changed = replace(method, phases=phases, fixed=True)
    # what lies beside a step only helps it: without it the step is led all the same
    if fault := next((f for f in faults(changed) if not f.field.endswith((".looks", ".screen", ".after"))), None):
        at = fault.field.split(".")[1:2]
        step = next((called(p) for p in phases if [p.id] == at), method.name)
        raise Refused("Zo kan het niet: {step} gebruikt iets uit een stap die ontbreekt of later komt.", step=step)
    dropped = tuple(p for name, p in known.items() if name not in {p.id for p in phases})
    return room if changed == method else flow.plan_method(replace(room, dropped=dropped), changed, now)
