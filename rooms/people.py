"""Who sits where: a chair without a phone, leaving, being called outside and back, being removed."""

from __future__ import annotations

import re
from itertools import chain, count

from msgspec.structs import replace

from rooms import few, groups, more, whispers
from rooms.derived import derived
from rooms.halls import TABLE, is_hall
from rooms.refusal import Refused
from rooms.rights import is_one_of, leader, present
from rooms.room import (
    GONE,
    Kind,
    Presence,
    Room,
    Seat,
    here,
    kept_from,
    key,
    leaders,
    owner,
    phase,
    seat,
    taking_part,
    this_round,
    with_round,
    with_seat,
)
from rooms.shell import UNTIL_AGREED
from rooms.words import clean_name, forms

TASKS = ("", "observer", "timekeeper", "secretary", whispers.GUIDE)
WATCH = ("observer", whispers.GUIDE)  # who has such a task takes part in nothing
ALONE = ("timekeeper", "secretary")  # one at a time
TASKS_IN = ("arrive", "agreement", "checkin", "followup")
SEATS = 300  # that ever were, people who came and left included: nobody can make a room grow without end
TIME = re.compile("([01][0-9]|2[0-3]):[0-5][0-9]")


def add_seat(room: Room, by: str, name: str, *, op: str) -> Room:
    """A chair for somebody without a phone. `op` names the chair: again is the same one."""
    leader(room, by)
    if op in room.seats:
        return room
    wanted = clean_name(name)
    if sits(room, wanted):
        raise Refused("Er zit al een {name} in de kring. Zet er een letter bij.", name=wanted)
    a_place_left(room)
    fresh = Seat(id=op, place=free_place(room), name=wanted, phone=False)
    return replace(room, seats={**room.seats, fresh.id: fresh}, chairs=max(room.chairs, len(here(room)) + 1))


def sit_where(room: Room, by: str, *, remote: bool) -> Room:
    """In the room or at a distance."""
    someone = present(room, by)
    return room if someone.remote == remote else with_seat(room, by, remote=remote, no_sound=False)


def tasks_for(room: Room, someone: Seat) -> tuple[str, ...]:
    """The tasks that a seat may take now, '' to have none. Who takes no part and has no task, as who led and handed
    that on, may become the guide in any step, and the guide may stop."""
    if someone.task == whispers.GUIDE:
        return TASKS if phase(room).kind in TASKS_IN else ("", whispers.GUIDE)
    free = not (someone.takes_part or someone.task)
    guide = (whispers.GUIDE,) if free and whispers.may_guide(room, someone) else ()
    return (*_quiet(room, someone), *guide)


def _quiet(room: Room, someone: Seat) -> tuple[str, ...]:
    """Those beside the guide's. As a method begins it may hand out roles itself: then those with which one goes on
    taking part, and not to who brings the case. Where one writes along for all, another of them may take that over, and
    they may give it back: a device may have died."""
    on = phase(room)
    if on.kind in TASKS_IN:
        return TASKS[:-1]
    if on.kind != "method" or not someone.caught_up or someone.task == "observer" or someone.id == owner(room):
        return ()
    if room.agenda[room.at - 1].phase.kind != "method":
        return ("", *ALONE)
    taken = any(s.task == "secretary" for s in here(room))
    along = any(line.scribe and is_one_of(room, someone, line.who) for line in on.inputs)
    return ("", "secretary") if taken and along else ()


def take_task(room: Room, by: str, task: str) -> Room:
    """A quiet task beside one's chair, '' for none. Who observes, or watches as the guide, writes nothing, chooses
    nothing and gets no turn; one person keeps the time, and one writes for others. When, says `tasks_for`."""
    someone = present(room, by)
    if task not in TASKS:
        raise Refused("Deze taak kennen we niet.")
    if task not in tasks_for(room, someone):
        raise Refused("Een taak kies je voor het schrijven begint.")
    if task in WATCH and someone.lead:
        raise Refused("Wie leidt, kan niet alleen kijken. Geef eerst de leiding aan iemand anders.")
    if task in ALONE:
        for other in (s for s in here(room) if s.task == task and s.id != by):
            room = with_seat(room, other.id, task="")
    return _with_task(room, someone, task)


def may_be_guide(room: Room, someone: Seat) -> bool:
    """Whether who leads may let somebody watch as the guide: who could be one, and took no part in a round yet. That is
    also who came late to guide."""
    free = someone.presence is Presence.HERE and someone.task != whispers.GUIDE
    wrote = someone.takes_part and any(someone.id in r.writers for r in room.rounds.values())
    return free and not wrote and someone.id != owner(room) and whispers.may_guide(room, someone)


def let_guide(room: Room, by: str, who: str) -> Room:
    """Who leads lets somebody watch as the guide. Twice is once."""
    leader(room, by)
    someone = present(room, who)
    if someone.task == whispers.GUIDE:
        return room
    if not may_be_guide(room, someone):
        raise Refused("{name} kan nu niet begeleiden op de achtergrond.", name=someone.name)
    return _with_task(room, someone, whispers.GUIDE)


def _with_task(room: Room, someone: Seat, task: str) -> Room:
    watches, begun = task in WATCH, phase(room).kind not in TASKS_IN
    takes_part = not watches if watches or someone.task in WATCH and not begun else someone.takes_part
    room = _still_asked(more.without(room, someone), someone.id) if watches else room
    room = with_seat(room, someone.id, task=task, takes_part=takes_part)
    return few.ask_anew(room) if takes_part != someone.takes_part else room


def writes_for(room: Room, by: str, of: str) -> str:
    """The seat that an act is for: somebody else's when a secretary says so, otherwise one's own."""
    if not of or of == by:
        return by
    if present(room, by).task != "secretary":
        raise Refused("Alleen wie voor anderen schrijft, kan dat.")
    return present(room, of).id


def leave_early(room: Room, by: str, when: str) -> Room:
    """A fact for the end time: 'HH:MM', or '' to take it back; refuses anything else."""
    present(room, by)
    if when and not TIME.fullmatch(when):
        raise Refused("Dat is geen tijd.")
    return with_seat(room, by, leaves_early=when)


def leave(room: Room, by: str) -> Room:
    """Stands up from the table."""
    someone = seat(room, by)
    if someone.presence in GONE:
        return room
    if room.over:
        raise Refused("Deze kring is rond.")
    if leaders(room) == (someone,) and len(here(room)) > 1:
        raise Refused("Geef eerst de leiding aan iemand anders.")
    if leaders(room) == (someone,) and room.guided and not room.began:  # who comes now would have nobody to lead them
        raise Refused("Je bent nog alleen in deze kring. Wis hem als je hem niet meer nodig hebt.")
    return _gone(room, by, Presence.LEFT)


def mark_left(room: Room, by: str, who: str) -> Room:
    """The facilitator says that somebody left; they may be called back."""
    _not_me(room, by, who)
    return _gone(room, who, Presence.LEFT)


def remove(room: Room, by: str, who: str, code: str) -> Room:
    """Removes a seat: its devices get nothing more, the door closes, and only the new `code` opens it."""
    _not_me(room, by, who)
    if seat(room, who).presence is Presence.REMOVED:
        return room
    return replace(_gone(room, who, Presence.REMOVED), door=False, code=code)


def _not_me(room: Room, by: str, who: str) -> None:
    leader(room, by)
    if who == by:
        raise Refused("Geef eerst de leiding aan iemand anders.")
    seat(room, who)


def call_outside(room: Room, by: str, who: str) -> Room:
    """For a conflict of interest: the person hears, sees and keeps nothing of this case."""
    leader(room, by)
    present(room, who)
    if who == owner(room):
        raise Refused("Wie inbrengt, kan niet naar buiten.")
    if who == by:
        raise Refused("Geef eerst de leiding aan iemand anders.")
    return kept_from(_gone(room, who, Presence.OUTSIDE))


def call_back(room: Room, by: str, who: str) -> Room:
    """Calls somebody back in who was outside or left. While they were gone their name could be taken at the table."""
    leader(room, by)
    someone = seat(room, who)
    if someone.presence is Presence.REMOVED:
        raise Refused("Wie verwijderd is, kan niet terug in deze kring.")
    if someone.presence is Presence.LEFT:
        table_full(room)
        room = with_seat(room, who, name=free_name(room, someone.name))
    knows = room.seats[who].caught_up or phase(room).kind in UNTIL_AGREED
    return groups.joined(with_seat(room, who, presence=Presence.HERE, caught_up=knows))


def sits(room: Room, name: str) -> bool:
    """Whether somebody at the table has this name."""
    return not _forms(room, name).isdisjoint(_taken(room))


@derived(lambda room: (room.seats,))
def _taken(room: Room) -> frozenset[object]:
    if is_hall(room):
        return frozenset([s.name for s in here(room)])
    return frozenset(form for s in here(room) for form in _forms(room, s.name))


def _forms(room: Room, name: str) -> frozenset[object]:
    """What two names may not have in common. In a hall, where a name is seldom seen, only the name itself: to look at
    all letters of a thousand for each who comes in takes longer than all the rest."""
    return frozenset((name,)) if is_hall(room) else forms(name)


def free_name(room: Room, name: str) -> str:
    """The name, with a number where somebody at the table has it: two who are let in with one name stay apart, and in
    a hall two who come in."""
    names = chain((name,), (f"{name[: min(37, 39 - len(str(n)))]} {n}" for n in count(2)))
    return next(one for one in names if not sits(room, one))


def a_place_left(room: Room) -> None:
    """Refuses one more chair in a circle that is as large as one gets, now or with all who ever came."""
    table_full(room)
    if len(room.seats) >= max(SEATS, room.chairs + room.chairs // 2):
        raise Refused("Er kwamen en gingen hier al te veel mensen. Vraag wie begeleidt om een nieuwe kring.")


def table_full(room: Room) -> None:
    """Refuses one more person at a table that holds no more."""
    if len(here(room)) >= (most := max(TABLE, room.chairs)):
        raise Refused("Er zitten al {n} mensen in de kring. Meer kan niet.", n=most)


def free_place(room: Room) -> int:
    """The first chair nobody has."""
    sitting = here(room)
    if not sitting or sitting[-1].place == len(sitting) - 1:  # they are by chair: none between them is free
        return len(sitting)
    taken = {s.place for s in sitting}
    return next(i for i in count() if i not in taken)


def _gone(room: Room, who: str, presence: Presence) -> Room:
    """The seat away from the table, without the lead; the floor and the queue forget it. Who was removed stays so."""
    someone = seat(room, who)
    if someone.presence is Presence.REMOVED:
        return room
    asked = someone in taking_part(room)  # and not who was outside already, of whom nobody waits for a word
    room = more.without(room, someone)
    keys = {k: v for k, v in room.keys.items() if v.partition("@")[0] != who and v != f"lead@{who}"}
    if presence is Presence.REMOVED:
        room = replace(room, keys=keys)
    offer = "" if room.takeover == who else room.takeover
    # who has a phone and comes back later, reads the agreement then
    knows = someone.caught_up and not (someone.phone and room.rounds and phase(room).kind in UNTIL_AGREED)
    gone = with_seat(room, who, presence=presence, lead=False, no_sound=False, caught_up=knows)
    room = replace(gone, takeover=offer)
    if not room.rounds:
        return room
    room = few.ask_anew(room)
    room, now = _still_asked(room, who) if asked else room, this_round(room)
    owns = owner(room) == who and presence is not Presence.OUTSIDE
    return with_round(
        room,
        floor="" if owns or now.floor == who else now.floor,
        queue=tuple(c for c in now.queue if c.seat != who),
    )


def _still_asked(room: Room, who: str) -> Room:
    """Once the closing has begun, wherever the circle stepped back to since, who takes part no more is still one of
    those whose yes a report needs: nobody can tell their answer from another's."""
    name = key(room, len(room.agenda) - 1)
    end = room.rounds.get(name)
    return room if end is None else replace(room, rounds={**room.rounds, name: replace(end, went=(*end.went, who))})


def forget(room: Room, handles: frozenset[str]) -> Room:
    """A device that gives up its secrets: a copy of them opens nothing any more. Seats stay as they are; who waited at
    the door with it waits no more."""
    rest = {h: d for h, d in room.devices.items() if h not in handles}
    knocks = tuple(k for k in room.knocks if k.handle not in handles)
    if len(rest) == len(room.devices):
        return replace(room, knocks=knocks) if len(knocks) < len(room.knocks) else room
    wrote = any(d.kind is Kind.OWN for h, d in room.devices.items() if h in handles)
    room = replace(room, devices=rest, knocks=knocks)
    return few.ask_anew(room) if wrote else room
