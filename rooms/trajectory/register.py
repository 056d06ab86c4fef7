"""The attendance of one group, in a document of its own: who holds the group's, or a room's, holds none of it. Of each
meeting that is over how long, how and with whom; no case, no choice, and nothing of what came without a name."""

from __future__ import annotations

import hashlib

from msgspec import Struct
from msgspec.structs import replace

from rooms import stays, terms, whispers
from rooms.refusal import Refused
from rooms.room import Presence, Room, Seat, key
from rooms.trajectory.group import BY_GUIDE, Group, Guidance, inside, of_room
from rooms.words import fitted

MINUTE = 60_000  # ms
LED = "led"  # the task of who led, beside those of rooms.people
FULL, NUMBER = 80, 30  # characters of a full name, of a number in a register


class Line(Struct, frozen=True):
    """A member at a meeting: whole minutes since it began, `net` without coffee and without the time `outside`."""

    name: str
    came: int
    left: int
    net: int
    outside: int = 0
    remote: bool = False
    task: str = ""  # led, observer, timekeeper, secretary, guide
    confirmed: bool = False


class Change(Struct, frozen=True):
    """Another line that somebody proposes for a member, and the members who said yes to it."""

    by: str
    came: int
    left: int
    net: int
    yes: tuple[str, ...] = ()


class Sheet(Struct, frozen=True, kw_only=True):
    """One meeting. `day` is YYYY-MM-DD in the group's time zone, `began` whole minutes since 1970."""

    id: str
    number: int  # as the plan counted it then, from 1
    day: str
    began: int
    planned: int  # minutes
    net: int  # minutes, without coffee
    coffee: int = 0
    methods: tuple[str, ...] = ()
    guidance: Guidance = Guidance.SELF
    where: str = "together"
    scope: bool = False  # what stays in the circle was talked about
    each: bool | None = None  # everybody brought a question; None where no register asked, or nobody can say
    closed: bool = True  # False: nobody closed it, and the time agreed on is what counts
    guests: int = 0
    lines: dict[str, Line] = {}  # by member
    changes: dict[str, Change] = {}  # by the member they are about


class Named(Struct, frozen=True):
    """What a member's own proof says of them; on the group's sheet only when they say so."""

    full: str = ""
    number: str = ""
    on_sheet: bool = False


class Register(Struct, frozen=True, dict=True):
    """The attendance of one group; `until` (ms) it is kept."""

    id: str
    version: int = 0
    code: str = ""  # nobody comes in here
    sheets: dict[str, Sheet] = {}
    names: dict[str, Named] = {}  # by member
    until: int = 0


class Row(Struct, frozen=True):
    """A line as the sheet shows it; `number` of who wants it there."""

    name: str
    number: str
    line: Line


class Total(Struct, frozen=True):
    """A member's confirmed attendance: minutes, those outside for a conflict of interest, meetings of all that were
    held, the days of the first and the last, the methods, how many were guided and how many not, and how many lines
    wait for a yes."""

    minutes: int = 0
    outside: int = 0
    meetings: int = 0
    held: int = 0
    first: str = ""
    last: str = ""
    methods: tuple[str, ...] = ()
    guided: int = 0
    alone: int = 0
    waiting: int = 0


def facts(room: Room, group: Group, day: str) -> Sheet | None:
    """The sheet of a circle that is over, as proposed; None when no meeting of the group was held in it, or nobody was
    there for a minute."""
    nr = of_room(group, room.id)
    if not (room.over and room.began) or nr is None:
        return None
    people = [s for s in room.seats.values() if s.presence is not Presence.REMOVED]
    one, last, lines = group.meetings[nr], stays.end(room), _lines(room, people)
    if not lines:
        return None
    net = stays.without([(0, last)], room.breaks, last)
    return Sheet(
        id=_id(room),
        number=nr + 1,
        day=day,
        began=room.began // MINUTE,
        planned=one.minutes,
        net=net,
        coffee=last - net,
        methods=(room.method.id,) if room.method else (),
        guidance=one.guidance,
        where=room.where,
        scope=any(e.phase.kind == "agreement" and key(room, n) in room.rounds for n, e in enumerate(room.agenda)),
        each=terms.everybody(room) if room.terms and room.terms.each else None,
        closed=stays.closed(room),
        guests=sum(not s.member for s in people),
        lines=lines,
    )


def hold(register: Register, sheet: Sheet, until: int) -> Register:
    """A meeting was held; `until` (ms) all is kept at least. Twice is once: what was confirmed since stays."""
    if sheet.id in register.sheets:
        return register
    return replace(register, sheets={**register.sheets, sheet.id: sheet}, until=max(register.until, until))


def sheets(register: Register) -> tuple[Sheet, ...]:
    """All meetings, the last one first."""
    return tuple(sorted(register.sheets.values(), key=lambda s: s.began, reverse=True))


def sheet(register: Register, sheet_id: str) -> Sheet:
    """The meeting with this id; refuses an unknown one."""
    try:
        return register.sheets[sheet_id]
    except KeyError:
        raise Refused("Van deze bijeenkomst is geen aanwezigheid bewaard.") from None


def rows(register: Register, sheet_id: str) -> tuple[Row, ...]:
    """Who was there, by name, as the group's sheet says it: in full for who wants that."""
    found = []
    for member, line in sheet(register, sheet_id).lines.items():
        named = register.names.get(member, Named())
        named = named if named.on_sheet else Named()
        found.append(Row(named.full or line.name, named.number, line))
    return tuple(sorted(found, key=lambda row: (row.name.casefold(), row.line.came)))


def total(register: Register, member: str) -> Total:
    """What a member's proof counts: confirmed lines only."""
    counted = _counted(register, member)
    guided = sum(s.guidance in BY_GUIDE for s, _ in counted)
    return Total(
        minutes=sum(line.net for _, line in counted),
        outside=sum(line.outside for _, line in counted),
        meetings=len(counted),
        held=len(register.sheets),
        first=counted[0][0].day if counted else "",
        last=counted[-1][0].day if counted else "",
        methods=tuple(dict.fromkeys(m for s, _ in counted for m in s.methods)),
        guided=guided,
        alone=len(counted) - guided,
        waiting=sum(member in s.lines and not s.lines[member].confirmed for s in register.sheets.values()),
    )


def guided_by(register: Register, member: str, guide: str) -> bool:
    """Whether somebody guided a meeting that a member's proof counts: led it, or watched as the guide. Who was named
    the group's guide since, or never came, did not."""
    guided = (s.lines[guide] for s, _ in _counted(register, member) if s.guidance in BY_GUIDE and guide in s.lines)
    return any(line.task in (LED, whispers.GUIDE) for line in guided)


def name(register: Register, group: Group, by: str, *, full: str, number: str, on_sheet: bool) -> Register:
    """What is to stand on my own proof, and whether on the group's sheet too; two empty fields erase it."""
    inside(group, by)
    clean = Named(" ".join(fitted(full, FULL).split()), " ".join(fitted(number, NUMBER).split()), on_sheet)
    if not (clean.full or clean.number):
        return replace(register, names={m: n for m, n in register.names.items() if m != by})
    return register if register.names.get(by) == clean else replace(register, names={**register.names, by: clean})


def forget(register: Register, member: str) -> Register:
    """Somebody leaves the group: full name, number and what they proposed go. The lines of meetings they were at stay,
    as the group keeps their name."""
    kept = {i: replace(s, changes=_without(s, member)) for i, s in register.sheets.items()}
    names = {m: n for m, n in register.names.items() if m != member}
    same = (kept, names) == (register.sheets, register.names)
    return register if same else replace(register, sheets=kept, names=names)


def _counted(register: Register, member: str) -> list[tuple[Sheet, Line]]:
    """The meetings that a member's proof counts, the first one first, with the member's line."""
    mine = ((s, s.lines[member]) for s in reversed(sheets(register)) if member in s.lines)
    return [(s, line) for s, line in mine if line.confirmed and line.net]


def _without(one: Sheet, member: str) -> dict[str, Change]:
    stay = {whom: c for whom, c in one.changes.items() if member not in (whom, c.by)}
    return {whom: replace(c, yes=tuple(m for m in c.yes if m != member)) for whom, c in stay.items()}


def _lines(room: Room, people: list[Seat]) -> dict[str, Line]:
    """A line for each member who was there, on whatever seats."""
    found = {}
    for member in sorted({s.member for s in people if s.member}):
        own = [s for s in people if s.member == member]
        spent, last = stays.spent(room, [s.id for s in own]), max(own, key=lambda s: _came(room, s.id))
        if spent:
            task = LED if last.lead else last.task
            found[member] = Line(last.name, spent.came, spent.left, spent.net, spent.outside, last.remote, task)
    return found


def _came(room: Room, seat_id: str) -> int:
    return room.stays[seat_id][0].since if seat_id in room.stays else -1


def _id(room: Room) -> str:
    """The name of a room's sheet: the same each time, and once the room is gone nothing leads from it to that."""
    return hashlib.sha256(f"sheet|{room.id}|{room.began}".encode()).hexdigest()[:12]
