"""Coming into a group, another device, leaving, and what stays of who left."""

from __future__ import annotations

from random import Random

from msgspec.structs import replace

from rooms.refusal import Refused
from rooms.trajectory.group import (
    ORGANISER,
    Device,
    Group,
    Key,
    Meeting,
    Member,
    belongs,
    here,
    inside,
    new_id,
    organises,
    upcoming,
)
from rooms.words import alike, clean_name, normalise

MOST = 30  # members at once
DEVICES = 8  # of one member
ONCE = 15 * 60_000  # ms that a link to one more device works
AGREEMENT = 2_000  # characters


class NoKey(Exception):
    """A key that opens nothing, or no more."""


def found(group_id: str, name: str, *, handle: str, key: str, code: str, zone: str, until: int) -> Group:
    """A new group of nobody yet. `handle` is the organiser's device, `key` the hash of the organiser's key, `until`
    when (ms) it is erased. Refuses a bad name."""
    title = " ".join(normalise(name, 200).split())
    if not title or len(title) > 60:
        raise Refused("Geef de groep een naam van hooguit 60 tekens.")
    return Group(
        id=group_id, name=title, code=code, zone=zone, until=until,
        devices={handle: Device(organiser=True)}, keys={key: Key()},
    )  # fmt: skip


def join(group: Group, handle: str, name: str, key: str, *, rng: Random) -> Group:
    """A new member on this device; `key` is the hash of what stands on the member's recovery sheet. Twice is once, and
    the sheet that was made last is the one that opens: it is the one that is seen. The organiser's device may be a
    member's too."""
    known = group.devices.get(handle)
    if known and known.member:
        return anew(group, known.member, key)
    wanted = clean_name(name)
    if any(alike(m.name, wanted) for m in here(group)):
        raise Refused("Er is al een {name} in de groep. Zet er een letter bij.", name=wanted)
    if len(here(group)) >= MOST:
        raise Refused("Een groep heeft hooguit {n} leden.", n=MOST)
    fresh = Member(new_id(rng), wanted, since=upcoming(group))
    return replace(
        group,
        members={**group.members, fresh.id: fresh},
        devices={**group.devices, handle: Device(fresh.id, known.organiser if known else False)},
        keys={**group.keys, key: Key(fresh.id)},
    )


def lend(group: Group, by: str, key: str, now: int) -> Group:
    """A link to one more device of who acts, for a quarter of an hour and one time; `key` is the hash of its secret."""
    belongs(group, by)
    member = "" if by == ORGANISER else by
    kept = {k: v for k, v in group.keys.items() if not v.once or v.until > now and v.member != member}
    return replace(group, keys={**kept, key: Key(member, once=True, until=now + ONCE)})


def anew(group: Group, by: str, key: str) -> Group:
    """Another recovery sheet: what stood on the one before opens nothing any more."""
    belongs(group, by)
    member = "" if by == ORGANISER else by
    kept = {k: v for k, v in group.keys.items() if v.member != member}
    return replace(group, keys={**kept, key: Key(member)})


def bring(group: Group, handle: str, key: str, now: int) -> Group:
    """This device, too, is whoever's key it shows; `key` is its hash. One that was the organiser's, or a member's, is
    both then; of two members it never is: a link that somebody else made takes nobody's device over. Raises NoKey."""
    shown = group.keys.get(key)
    if shown is None or shown.once and shown.until <= now or shown.member and group.members[shown.member].left:
        raise NoKey
    was = group.devices.get(handle, Device())
    if shown.member and was.member not in ("", shown.member):
        raise Refused("Dit toestel is in deze groep al van een ander lid. Open de link op een ander toestel.")
    fresh = Device(shown.member or was.member, was.organiser or not shown.member)
    if shown.member and sum(d.member == shown.member for h, d in group.devices.items() if h != handle) >= DEVICES:
        raise Refused("Dit zijn al {n} toestellen. Sluit er eerst een paar af.", n=DEVICES)
    keys = {k: v for k, v in group.keys.items() if k != key or not v.once}
    return replace(group, devices={**group.devices, handle: fresh}, keys=keys)


def only_here(group: Group, by: str, handle: str) -> Group:
    """All other devices of who acts are out: one was lost."""
    belongs(group, by)

    def stays(other: str, device: Device) -> Device:
        if other == handle:
            return device
        if by == ORGANISER:
            return replace(device, organiser=False)
        return replace(device, member="") if device.member == by else device

    return replace(group, devices=_used({h: stays(h, d) for h, d in group.devices.items()}))


def leave(group: Group, by: str) -> Group:
    """I leave: my devices and keys open nothing, what I put on the shelf goes. My name stays with the meetings that I
    was at, if there are any."""
    inside(group, by)
    return _without(group, by)


def remove(group: Group, by: str, member: str) -> Group:
    """The organiser or the guide takes somebody out; as leaving. Twice is once."""
    if by != ORGANISER and not inside(group, by).guide:
        raise Refused("Dat kan alleen wie de groep organiseert of begeleidt.")
    return _without(group, member) if member in group.members and not group.members[member].left else group


def guides(group: Group, by: str, member: str, *, yes: bool) -> Group:
    """Whether somebody guides the group: one at most."""
    organises(by)
    inside(group, member)
    changed = {i: replace(m, guide=yes and i == member) for i, m in group.members.items()}
    return replace(group, members=changed)


def agreement(group: Group, by: str, text: str, was: str | None) -> Group:
    """What the group agreed, in its own words; everybody keeps to it anew when it changes. `was` is the text that it
    comes in the place of, None for one of before."""
    inside(group, by)
    clean = normalise(text, AGREEMENT)
    if clean == group.agreement:
        return group
    if was != group.agreement:
        raise Refused(
            "Iemand anders veranderde de afspraak intussen. Hij staat hierboven; wat jij schreef, staat er nog."
        )
    asked = {i: replace(m, agreed=i == by) for i, m in group.members.items()}
    return replace(group, agreement=clean, members=asked)


def agree(group: Group, by: str, text: str) -> Group:
    """Afspraak is afspraak: I keep to this text, if it is still the one."""
    me = inside(group, by)
    if text != group.agreement or not text:
        raise Refused("De afspraak is intussen veranderd. Lees hem nog eens.")
    return replace(group, members={**group.members, by: replace(me, agreed=True)})


def new_code(group: Group, by: str, code: str) -> Group:
    """Another code to come in by, or none: ''."""
    belongs(group, by)
    return replace(group, code=code)


def _without(group: Group, member: str) -> Group:
    held = [m.held for m in group.meetings if m.held]
    was_there = any(member in h.present or member in h.owners for h in held)
    members = dict(group.members)
    if was_there:
        members[member] = replace(members[member], left=True, guide=False, agreed=False)
    else:
        del members[member]
    devices = {h: replace(d, member="") if d.member == member else d for h, d in group.devices.items()}
    return replace(
        group,
        members=members,
        devices=_used(devices),
        keys={k: v for k, v in group.keys.items() if v.member != member},
        shelf={i: f for i, f in group.shelf.items() if f.member != member},
        meetings=tuple(_nobody(m, member) for m in group.meetings),
    )


def _nobody(meeting: Meeting, member: str) -> Meeting:
    """The meeting without somebody's tasks to come."""
    if meeting.held:
        return meeting
    leads, observes = (("" if who == member else who) for who in (meeting.leads, meeting.observes))
    return replace(meeting, leads=leads, observes=observes)


def _used(devices: dict[str, Device]) -> dict[str, Device]:
    return {h: d for h, d in devices.items() if d.member or d.organiser}
