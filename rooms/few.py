"""Few people: what is asked before a handful writes without a name, and before what few wrote is opened."""

from __future__ import annotations

from collections import Counter

from msgspec.structs import replace

from rooms.derived import derived
from rooms.devices import shown
from rooms.methods import is_later, is_unsigned, later_vote
from rooms.refusal import Refused
from rooms.rights import writer
from rooms.room import Kind, Room, Round, brought, phase, round_writers, seat, taking_part, this_round, with_round
from rooms.shell import CHOICE

SMALL = 3
TELL = 4  # with so few, a circle may as well tell


def hands(room: Room, one: Round | None = None) -> frozenset[str]:
    """The seats of a round's writers that are at the table and have a device, or had one handed to them: among so
    many is hidden who wrote. A chair without a device hides nobody, nor one that can only read along."""
    return _now(room) if one is None else _of(room, one)


@derived(lambda room: (room.seats, room.devices, this_round(room).writers))
def _now(room: Room) -> frozenset[str]:
    return _able(room) & round_writers(room)


def _of(room: Room, one: Round) -> frozenset[str]:
    return _able(room) & frozenset(one.writers)


@derived(lambda room: (room.seats, room.devices))
def _able(room: Room) -> frozenset[str]:
    held = _held(room)
    return frozenset(s.id for s in taking_part(room) if s.id in held)


@derived(lambda room: (room.seats, room.devices))
def _held(room: Room) -> frozenset[str]:
    """The seats for which some device may act."""
    devices = (shown(room, handle) for handle in room.devices)
    return frozenset(d.seat for d in devices if d is not None and d.kind is Kind.OWN)


def people(room: Room, one: Round) -> frozenset[str]:
    """The seats of a round's writers that have, or had, a device: whoever went since, and whatever a device forgot."""
    return frozenset(s.id for s in (seat(room, who) for who in one.writers) if s.phone or s.voiced)


def ask_anew(room: Room) -> Room:
    """Somebody went, or the device of somebody: others, or fewer, write from now on, and whose answers went nobody can
    tell. Asked anew is who keeps to the agreement, whether a case may be shown, and everybody's yes to writing as a
    small circle, in each round that the circle may come back to. It is another moment: who counted before is not added
    to who counts now."""
    rounds = {name: replace(one, small_ok={}) for name, one in room.rounds.items()}
    room = replace(room, rounds=rounds)
    if not rounds:
        return room
    if phase(room).kind == "agreement":
        return replace(room, agreed={}, backs=room.backs + 1)
    if phase(room).kind == "write" and this_round(room).stage == 1:
        # too few now to be asked so: they write on, and first say whether that is all right without a name
        asks = int(len(hands(room)) > SMALL)
        return with_round(replace(room, backs=room.backs + 1), stage=asks, answers={}, ready={}, heard={})
    return room


def may_tell(room: Room) -> bool:
    """Four or fewer writers are offered to skip paper and ballot."""
    return len(hands(room)) <= TELL


def allow(room: Room, by: str, tag: str) -> Room:
    """One writer's tap that unsigned writing with three or fewer is all right, in this step."""
    writer(room, by)
    if not unsigned(room):
        raise Refused("Deze stap is net voorbij. Wat je schreef, staat nog op je toestel.")
    return with_round(room, small_ok={**this_round(room).small_ok, tag: True})


def leave_free(room: Room, small: str) -> Room:
    """Who writes nothing leaves the others of a small circle free to write."""
    now = this_round(room)
    return with_round(room, small_ok={**now.small_ok, small: True}) if len(hands(room)) <= SMALL else room


def unsigned(room: Room) -> bool:
    """Whether people now write without a name: a case, a method's unsigned cards or scale, a sentence at the end."""
    on = phase(room)
    if this_round(room).stage == 1 and later_vote(on):
        return True
    if this_round(room).stage:
        return on.kind == "write"
    return on.kind in ("write", "closing") or any(is_unsigned(i) and not is_later(on, i) for i in on.inputs)


def may_write(room: Room) -> bool:
    """Four or more write freely; three or fewer only after everyone's tap."""
    if not unsigned(room):
        return True
    able = len(hands(room))
    return able > SMALL or len(this_round(room).small_ok) >= able


def before_writing(room: Room) -> None:
    """Refuses unsigned writing in a circle of three or fewer that did not all agree to it."""
    if not may_write(room):
        raise Refused("Jullie schrijven nu met drie of minder. Dat kan zonder naam als ieder daar ja op zei.")


def before_asking(room: Room) -> None:
    """Refuses to go on with what was written without a name in a circle of three or fewer that did not all agree to
    it: somebody went away since, and who stays is asked anew."""
    if not may_write(room):
        raise Refused(
            "Met zo weinig mensen zegt eerst ieder die schrijft ja tegen zonder naam. Wil iemand dat niet, vertel het "
            "dan hardop of sla deze stap over."
        )


def before_opening(room: Room) -> None:
    """Refuses to open or count what comes without a name after the first one or two taps: whose they were can be seen,
    and who leads would know what they gave. It counts taps, not what was given, for a refusal must not tell the one
    from the other; where nobody tapped, there is nothing to open."""
    if not unsigned(room) and phase(room).kind != "choose":
        return
    now = this_round(room)
    taps = max(len(now.ready), *Counter(ballot.input for ballot in now.ballots.values()).values(), 0)
    waits = now.wrote and not now.stage  # from before the method went round again
    if not (taps or waits or any((now.papers, now.marks, now.ballots, now.takeaways))):
        return
    before_asking(room)
    need = enough(room)
    if taps >= need:
        return
    raise _not_yet(room, need)


def enough(room: Room) -> int:
    """How many must have tapped: three beside who leads and writes too, and knows what is their own; beside each of
    two who lead, where there are more than four. Nobody who went lowers that, nor a lead handed over, or sending others
    away would open what one gave. Two exceptions, both after a question to who stays: a circle that wrote as a small
    one, in which each agreed to be guessed, and one in which only three are left. In the choice nobody is asked:
    nothing lowers it there, and it is a small circle's only while the same people choose who wrote."""
    now, choosing, left = this_round(room), phase(room).kind == "choose", len(hands(room))
    began = people(room, now)
    # what a method's round took over from one before, was perhaps written by others, who never agreed
    if max(len(began), now.crowd) <= SMALL and (not choosing or began == people(room, room.rounds.get("0:write", now))):
        return len(began) if choosing else left or len(began)
    if left <= SMALL and not choosing:
        return SMALL
    leads = max(len(now.led), sum(seat(room, who).lead for who in now.writers))
    return SMALL + min(leads, max(1, len(began) - SMALL))


def _not_yet(room: Room, need: int) -> Refused:
    """Why it is not opened yet, and what helps. Whether those left are enough for that depends on what they gave: in
    the same words always, and whoever of them has not tapped may still."""
    kind, left, owned = phase(room).kind, len(hands(room)), any(brought(case) for case in room.chosen)
    wrote = room.rounds.get("0:write")
    untold = not owned and wrote is not None and len(hands(room, wrote)) < need
    if kind in CHOICE and untold and left < need:
        return Refused(
            "Heeft iedereen die er nog is al getikt? Dan lukt dit niet zonder naam. Vertel het gewoon: dat kan vanuit "
            "het schrijven."
        )
    if kind == "choose" and not owned:  # entered anew, it reckons with who is there then
        return Refused(
            "Er zijn nog te weinig antwoorden: nu verdergaan zou verraden wie wat gaf. Wacht nog even, of sla deze "
            "stap over: met Terug begint het kiezen opnieuw."
        )
    if kind in CHOICE and left >= need:
        return Refused(
            "Er zijn nog te weinig antwoorden: nu verdergaan zou verraden wie wat gaf. Wacht nog even, of zeg in het "
            "menu wie er weg is."
        )
    if left < need:
        return Refused(
            "Heeft iedereen die er nog is al getikt? Dan lukt dit niet zonder naam. Sla deze stap over, of vertel het "
            "hardop."
        )
    return Refused(
        "Er zijn nog te weinig antwoorden: nu openen zou verraden wie wat gaf. Vraag wie niets geeft om dat aan te "
        "tikken, of sla deze stap over."
    )
