"""Languages: Dutch is the source, English the catalogue; dates and times through Babel."""

from __future__ import annotations

import gettext
import io
from collections.abc import Callable
from datetime import datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_date, format_datetime, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).with_name("locale")
LANGUAGES = ("nl", "en")
NUMBERS = {
    "nl": ["geen", "één", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf", "twaalf"],
    "en": ["none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
}


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "translate later"
    """Marks a Dutch sentence for the catalogue."""
    return text


def clock_of(zone: str) -> tzinfo | None:
    """The time zone of an IANA name; None, the server's own, when there is no such zone."""
    try:
        return ZoneInfo(zone) if zone else None
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return None


class Languages:
    """The catalogues, read once at start."""

    def __init__(self) -> None:
        self._translators: dict[str, gettext.NullTranslations] = {"nl": _Dutch()}
        with (LOCALE / "en" / "LC_MESSAGES" / "kring.po").open("rb") as file:
            out = io.BytesIO()
            write_mo(out, read_po(file, locale="en"))
        out.seek(0)
        self._translators["en"] = gettext.GNUTranslations(out)

    def translator(self, lang: str) -> gettext.NullTranslations:
        """The translator of a language; anything unknown is Dutch."""
        return self._translators.get(lang, self._translators["nl"])

    def pick(self, accept: str) -> str:
        """The first language a browser asks for that we speak, else Dutch."""
        for part in accept.split(","):
            lang = part.split(";")[0].strip()[:2].lower()
            if lang in LANGUAGES:
                return lang
        return "nl"

    def spelled(self, lang: str) -> Callable[..., str]:
        """A function from a number to its word, up to twelve, above that its figures; `first` begins a sentence."""

        def word(n: int, first: bool = False) -> str:
            found = NUMBERS[lang][n] if 0 <= n < len(NUMBERS[lang]) else str(n)
            return found[0].upper().replace("É", "E") + found[1:] if first else found

        return word

    def date(self, lang: str) -> Callable[[int, str], str]:
        """A function from ms since 1970 and a time zone to the day in words."""
        return lambda ms, zone: format_date(datetime.fromtimestamp(ms / 1000, clock_of(zone)), "full", locale=lang)

    def day(self, lang: str) -> Callable[[int, str], str]:
        """A function from ms since 1970 and a time zone to the day of the week and the time."""
        return lambda ms, zone: format_datetime(
            datetime.fromtimestamp(ms / 1000, clock_of(zone)), "EEEE HH:mm", locale=lang
        )

    def time(self, lang: str) -> Callable[[int, str], str]:
        """A function from ms since 1970 and a time zone to the time of day in a language."""
        return lambda ms, zone: format_time(datetime.fromtimestamp(ms / 1000, clock_of(zone)), "HH:mm", locale=lang)


class _Dutch(gettext.NullTranslations):
    """The source language, with its plural rule."""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return msgid1 if n == 1 else msgid2
