"""The plan as a calendar file (iCalendar, RFC 5545): one event for each meeting that has a date. A meeting that was
moved has the same UID and a higher SEQUENCE, so that a calendar that takes the new file moves it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from rooms.trajectory.group import Group, Meeting
from server.i18n import clock_of

KIND = "text/calendar; charset=utf-8"
LINE = 75  # bytes, the longest line (RFC 5545, 3.1)
ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})  # 3.3.11


def starts(meeting: Meeting, zone: str) -> datetime | None:
    """When a meeting begins, in the group's time zone; None when it has no date and time, or none that is."""
    try:
        found = datetime.strptime(f"{meeting.day} {meeting.time}", "%Y-%m-%d %H:%M")
    except ValueError:
        return None
    clock = clock_of(zone)
    return found.replace(tzinfo=clock) if clock else found.astimezone()


def file(group: Group, said: str, where: str, host: str, now: datetime) -> str:
    """The file. `said` names a meeting, {n} in it; `where` is the address of the group's page, `now` when this is
    made."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Kring//Kring//NL", "METHOD:PUBLISH"]
    for nr, meeting in enumerate((*group.meetings, *group.dropped)):
        lines += _event(group, nr, meeting, said, where, host, now)
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in _folded(line))


def _event(group: Group, nr: int, meeting: Meeting, said: str, where: str, host: str, now: datetime) -> Iterator[str]:
    if not meeting.day:
        return
    yield "BEGIN:VEVENT"
    yield f"UID:{group.id}-{nr}@{host}"
    yield f"SEQUENCE:{meeting.moved}"
    yield f"DTSTAMP:{_utc(now)}"
    yield from _when(meeting, group.zone)
    yield f"SUMMARY:{_text(f'{group.name}: {said.format(n=nr + 1)}')}"
    yield f"URL:{where}"
    yield f"DESCRIPTION:{_text(where)}"
    yield f"STATUS:{'CANCELLED' if meeting.skipped else 'CONFIRMED'}"
    yield "END:VEVENT"


def _when(meeting: Meeting, zone: str) -> Iterator[str]:
    """From when to when: a whole day while nobody named a time."""
    begin = starts(meeting, zone)
    if begin:
        yield f"DTSTART:{_utc(begin)}"
        yield f"DTEND:{_utc(begin + timedelta(minutes=meeting.minutes))}"
    else:
        day = date.fromisoformat(meeting.day)
        yield f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    return words.translate(ESCAPED)


def _folded(line: str) -> Iterator[str]:
    """A long line in pieces, each but the first after a blank; never in the middle of a letter."""
    piece = ""
    for letter in line:
        if len((piece + letter).encode()) > LINE:
            yield piece
            piece = " "
        piece += letter
    yield piece
