"""The plan of a group: the road it takes, when it meets, who leads, what was moved or left out."""

from __future__ import annotations

import re
from calendar import monthrange

from msgspec.structs import replace

from rooms.refusal import Refused
from rooms.trajectory.group import (
    Group,
    Guidance,
    Meeting,
    belongs,
    guide,
    here,
    inside,
    meeting,
    upcoming,
    with_meeting,
)
from rooms.trajectory.roads import MOST, plan, roads

DAY, TIME = re.compile(r"(2[01]\d\d)-(\d\d)-(\d\d)", re.ASCII), re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
SHORTEST, LONGEST = 30, 480  # minutes


def take(group: Group, by: str, road: str, count: int, days: tuple[str, ...], time: str, minutes: int) -> Group:
    """The group takes a road. What was held or opened stays under its number, and so does what was left out before it;
    the others are planned anew, on these days in their order. Calendars hear of each by a number that rises."""
    belongs(group, by)
    if road not in roads():
        raise Refused("Kies een traject.")
    stays = _stays(group)
    given = iter([_day(day) for day in days])
    dates = tuple("" if nr in stays else next(given, "") for nr in range(count))
    fresh = plan(roads()[road], count, dates, _time(time), _minutes(minutes))
    if stays and max(stays) >= count:
        raise Refused("Er zijn al {n} bijeenkomsten geweest.", n=max(stays) + 1)
    known = (*group.meetings, *group.dropped)
    planned = tuple(stays.get(nr) or _after(one, known[nr : nr + 1]) for nr, one in enumerate(fresh))
    return replace(group, road=road, meetings=planned, dropped=tuple(_off(one) for one in known[count:]))


def move(group: Group, by: str, nr: int, day: str, time: str, minutes: int) -> Group:
    """Another date for a meeting. The calendar file says so to everybody who took it, by a number that rises."""
    belongs(group, by)
    was = _to_come(group, nr)
    new = {"day": _day(day), "time": _time(time) if day else "", "minutes": _minutes(minutes)}
    if all(getattr(was, name) == value for name, value in new.items()):
        return group
    return with_meeting(group, nr, moved=was.moved + 1, **new)


def set_up(group: Group, by: str, nr: int, *, guidance: str, method: str, leads: str, observes: str) -> Group:
    """How a meeting is guided, its method, who leads and who observes. The two are other people."""
    belongs(group, by)
    _to_come(group, nr)
    if guidance not in Guidance.__members__.values():
        raise Refused("Kies hoe deze bijeenkomst begeleid wordt.")
    for who in (leads, observes):
        if who:
            inside(group, who)
    if leads and leads == observes:
        raise Refused("Wie leidt, kan niet ook meekijken.")
    return with_meeting(group, nr, guidance=Guidance(guidance), method=method, leads=leads, observes=observes)


def skip(group: Group, by: str, nr: int, *, yes: bool) -> Group:
    """A meeting that does not take place, or does after all."""
    belongs(group, by)
    if meeting(group, nr).held or meeting(group, nr).room:
        raise Refused("Deze bijeenkomst is al geopend.")
    was = meeting(group, nr)
    return group if was.skipped == yes else with_meeting(group, nr, skipped=yes, moved=was.moved + 1)


def add(group: Group, by: str) -> Group:
    """One meeting more, as the last one."""
    belongs(group, by)
    if len(group.meetings) >= MOST:
        raise Refused("Een plan heeft hooguit {n} bijeenkomsten.", n=MOST)
    last = group.meetings[-1] if group.meetings else Meeting()
    one = _after(Meeting(last.guidance, minutes=last.minutes), group.dropped[:1])
    return replace(group, meetings=(*group.meetings, one), dropped=group.dropped[1:])


def asks_guidance(group: Group) -> tuple[int, ...]:
    """The meetings to come of which the plan leaves open how they are guided."""
    return tuple(n for n, m in enumerate(group.meetings) if m.guidance == Guidance.ASK and not m.held and not m.skipped)


def proposals(group: Group) -> tuple[str, ...]:
    """Who could lead each meeting: of one that was held who did; whoever is to, else the guide where one leads, else
    the member who led least often before, and of those the one who led longest ago or never. '' for nobody."""
    led: list[str] = []
    for one in group.meetings:
        was = one.held.led if one.held else ""
        led.append(was or one.leads or _proposed(group, one, led))
    return tuple(led)


def _proposed(group: Group, one: Meeting, led: list[str]) -> str:
    guiding = guide(group)
    if one.guidance == Guidance.GUIDED and guiding:
        return guiding.id
    able = [m for m in here(group) if not m.guide and m.id != one.observes]
    able.sort(key=lambda m: (led.count(m.id), max((n for n, who in enumerate(led) if who == m.id), default=-1)))
    return able[0].id if able and not one.skipped else ""


def checks_readiness(group: Group) -> bool:
    """Whether the group is to ask itself now if it can do without a guide: on the road in ten, after the third and the
    sixth meeting (methods of the mission; the questions are our own)."""
    return group.road == "ten" and upcoming(group) in (3, 6)


def _to_come(group: Group, nr: int) -> Meeting:
    one = meeting(group, nr)
    if one.held:
        raise Refused("Deze bijeenkomst is al geweest.")
    return one


def _stays(group: Group) -> dict[int, Meeting]:
    """By number, what another plan leaves as it is."""
    done = [nr for nr, one in enumerate(group.meetings) if one.held or one.room]
    before = range(max(done, default=0))
    return {nr: group.meetings[nr] for nr in (*done, *before) if nr in done or group.meetings[nr].skipped}


def _after(fresh: Meeting, known: tuple[Meeting, ...]) -> Meeting:
    """A meeting in the place of one that calendars may know."""
    return replace(fresh, moved=known[0].moved + 1) if known else fresh


def _off(was: Meeting) -> Meeting:
    """What calendars are to know of a meeting that is no longer planned."""
    return Meeting(day=was.day, time=was.time, minutes=was.minutes, moved=was.moved + (not was.skipped), skipped=True)


def _day(text: str) -> str:
    """A date of this century or the next, or ''."""
    found = DAY.fullmatch(text)
    if text and not (
        found and 1 <= int(found[2]) <= 12 and 1 <= int(found[3]) <= monthrange(*map(int, found.group(1, 2)))[1]
    ):
        raise Refused("Dit is geen datum. Schrijf hem zoals 2026-12-31.")
    return text


def _time(text: str) -> str:
    if text and not TIME.fullmatch(text):
        raise Refused("Dit is geen tijd. Schrijf hem zoals 14:00.")
    return text


def _minutes(minutes: int) -> int:
    if not SHORTEST <= minutes <= LONGEST:
        raise Refused("Een bijeenkomst duurt {least} tot {most} minuten.", least=SHORTEST, most=LONGEST)
    return minutes
