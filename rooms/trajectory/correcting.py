"""Attendance is confirmed by each member, and corrected by the group: no line changes by the word of one."""

from __future__ import annotations

from msgspec.structs import replace

from rooms.refusal import Refused
from rooms.trajectory.group import Group, here, inside
from rooms.trajectory.register import MINUTE, Change, Line, Register, Sheet, sheet

OPEN = 30 * 24 * 60  # minutes after a meeting began that it can be corrected
LONGEST = 24 * 60  # minutes
ENOUGH = 2  # who says yes beside who proposed it, or everybody else where fewer were there


def confirm(register: Register, group: Group, by: str, sheet_id: str, seen: str) -> Register:
    """My line is right as I saw it, which `seen` names; another one that was proposed for me goes. Twice is once."""
    inside(group, by)
    one = sheet(register, sheet_id)
    if by not in one.lines:
        raise Refused("Je staat niet op dit blad.")
    if seen != rev(one.lines[by]):
        raise Refused("Je regel is intussen veranderd. Kijk nog eens.")
    if one.lines[by].confirmed and by not in one.changes:
        return register
    lines = {**one.lines, by: replace(one.lines[by], confirmed=True)}
    return _with(register, replace(one, lines=lines, changes=_but(one, by)))


def propose(
    register: Register, group: Group, by: str, sheet_id: str, whom: str, *, came: int, left: int, net: int, now: int
) -> Register:
    """Another line for a member, also for one who is not on the sheet; the minutes outside stay as they are. It holds
    once the others say so; `now` in ms. Refuses what no clock can say, and where nobody else could say yes."""
    inside(group, by)
    one = _correctable(register, sheet_id, now)
    line = one.lines.get(whom) or Line(inside(group, whom).name, 0, 0, 0)
    if by != whom and by not in voters(one, group):
        raise Refused("Dat kunnen alleen leden die erbij waren.")
    most = min(left - came - line.outside, max(one.net, one.planned))  # nobody was there longer than the meeting
    if not 0 <= came < left <= LONGEST or not 0 <= net <= most:
        raise Refused("Deze minuten kloppen niet met elkaar. Kijk ze nog eens na.")
    if not voters(one, group) - {by}:
        raise Refused("Er was niemand anders van de groep bij. Dan kan niemand dit bevestigen.")
    was, new = one.changes.get(whom), Change(by, came, left, net)
    if was and was.by != by != whom:
        raise Refused("Er ligt al een voorstel. Zeg daar eerst iets op.")
    if (line.came, line.left, line.net) == (came, left, net) or was and replace(was, yes=()) == new:
        return register
    return _with(register, replace(one, changes={**one.changes, whom: new}))


def say(
    register: Register, group: Group, by: str, sheet_id: str, whom: str, *, seen: str, yes: bool, now: int
) -> Register:
    """My yes or no to a line that was proposed, which `seen` names as I saw it. A no of whom it is about, or of who
    proposed it, takes it away; anybody else's takes back their yes."""
    inside(group, by)
    one = _correctable(register, sheet_id, now)
    change = one.changes.get(whom)
    if change is None:
        return register
    if seen != rev(change):
        raise Refused("Dit voorstel is intussen veranderd. Kijk nog eens.")
    if not yes and by in (whom, change.by):
        return _with(register, replace(one, changes=_but(one, whom)))
    if by not in voters(one, group) | {whom}:
        raise Refused("Dat kunnen alleen leden die erbij waren.")
    if by == change.by:
        return register
    said = replace(change, yes=tuple(sorted({*change.yes, by} if yes else {*change.yes} - {by})))
    if said == change:
        return register
    changes = {**one.changes, whom: said}
    return _with(register, _settled(replace(one, changes=changes), group, whom))


def rev(said: Line | Change) -> str:
    """What a tap about a line, or about a change to one, refers to."""
    return f"{said.came}.{said.left}.{said.net}"


def voters(one: Sheet, group: Group) -> frozenset[str]:
    """Who was there and is still in the group: their word corrects the sheet."""
    return frozenset(m.id for m in here(group) if m.id in one.lines)


def needed(one: Sheet, group: Group, change: Change) -> int:
    """How many who were there must say yes to a change, beside who proposed it."""
    return min(ENOUGH, len(voters(one, group) - {change.by}))


def waiting(one: Sheet, group: Group) -> int:
    """How many who were there and are still in the group did not confirm their line."""
    return sum(not one.lines[m].confirmed for m in voters(one, group))


def is_open(one: Sheet, now: int) -> bool:
    """Whether a sheet can still be corrected at `now` (ms)."""
    return now // MINUTE - one.began <= OPEN


def tidied(register: Register, now: int) -> Register:
    """Without what was proposed and did not come to be in time."""
    late = {i: replace(s, changes={}) for i, s in register.sheets.items() if s.changes and not is_open(s, now)}
    return replace(register, sheets={**register.sheets, **late}) if late else register


def _correctable(register: Register, sheet_id: str, now: int) -> Sheet:
    one = sheet(register, sheet_id)
    if not is_open(one, now):
        raise Refused("Dit blad staat vast: het is langer dan {n} dagen geleden.", n=OPEN // (24 * 60))
    return one


def _settled(one: Sheet, group: Group, whom: str) -> Sheet:
    """The sheet with a change in it once enough say yes; who is concerned and said so need not confirm it again. The
    yes of who was not there counts for themselves alone."""
    change = one.changes[whom]
    if len(voters(one, group) & {*change.yes}) < max(needed(one, group, change), 1):
        return one
    line = one.lines.get(whom) or Line(inside(group, whom).name, 0, 0, 0)
    own = whom == change.by or whom in change.yes
    new = replace(line, came=change.came, left=change.left, net=change.net, confirmed=own)
    return replace(one, lines={**one.lines, whom: new}, changes=_but(one, whom))


def _but(one: Sheet, whom: str) -> dict[str, Change]:
    return {member: change for member, change in one.changes.items() if member != whom}


def _with(register: Register, one: Sheet) -> Register:
    return replace(register, sheets={**register.sheets, one.id: one})
