"""What a circle with people at a distance needs beside the order of turns: the sign that somebody hears nothing, and
the link of the video call."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from msgspec.structs import replace

from rooms.refusal import Refused
from rooms.rights import caught_up, leader
from rooms.room import Presence, Room, Seat, here, seat, with_seat

LONGEST = 500  # characters of a link
_HOST = re.compile("[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
_KEPT = "".join(chr(i) for i in range(0x21, 0x7F))  # printable: only what is not is spelled anew


def hears(room: Room, by: str, *, yes: bool) -> Room:
    """Who is at a distance says that the others cannot be heard, or that all is well again. It stays until then,
    whatever step the meeting is at."""
    someone = caught_up(room, by)
    if someone.no_sound != yes:
        return room
    if not yes and not someone.remote:
        raise Refused("Dit is voor wie op afstand meedoet.")
    return with_seat(room, by, no_sound=not yes)


def hears_again(room: Room, by: str, who: str) -> Room:
    """Who leads takes the sign away for somebody."""
    leader(room, by)
    return with_seat(room, who, no_sound=False) if seat(room, who).no_sound else room


def without_sound(room: Room) -> list[Seat]:
    """Who is at the table at a distance, and said that they do not hear the others."""
    return [s for s in here(room) if s.no_sound and s.remote and s.presence is Presence.HERE]


def put_video(room: Room, by: str, link: str) -> Room:
    """The link of the video call, '' for none; refuses what is no https link."""
    leader(room, by)
    return replace(room, video=clean_link(link))


def video(room: Room, who: str) -> str:
    """The link for this seat: for who is at the table at a distance and has read the agreement, '' for anybody else."""
    someone = room.seats[who]
    return room.video if someone.remote and someone.caught_up and someone.presence is Presence.HERE else ""


def host(link: str) -> str:
    """Where a link leads, to be read before it is followed."""
    return urlsplit(link).hostname or ""


def clean_link(text: str) -> str:
    """A link in one form, as every browser reads it: https, a host in plain letters, no name or password before it,
    nothing invisible. Doing it twice is doing it once."""
    text = text.strip()
    if not text:
        return ""
    if len(text) > LONGEST:
        raise Refused("Deze link is te lang.")
    if not text.isprintable() or any(c in ' \\<>"' for c in text):
        raise Refused("Dit is geen link. Plak hem nog eens.")
    if not text.lower().startswith("https://"):
        raise Refused("De link van het videogesprek begint met https://.")
    try:
        parts = urlsplit(text)
        name, port = parts.hostname or "", parts.port
    except ValueError:
        raise Refused("Dit is geen link. Plak hem nog eens.") from None
    if not _HOST.fullmatch(name) or "@" in parts.netloc:
        raise Refused("Dit is geen link. Plak hem nog eens.")
    where = f"https://{name}{f':{port}' if port and port != 443 else ''}"
    rest = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    link = where + quote(rest + (f"#{parts.fragment}" if parts.fragment else ""), safe=_KEPT)
    if len(link) > LONGEST:
        raise Refused("Deze link is te lang.")
    return link
