"""Logs without one personal datum: events from a list, no address, path, cookie, name or text."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path
from typing import Any

EVENTS = {
    "bus_away": "Redis does not answer; screens look at the database every second",
    "bus_here": "Redis answers",
    "codes_guessed": "more than 600 wrong codes in an hour; a code is tried only after a device has done a sum",
    "codes_quiet": "fewer than 600 wrong codes in the last hour; codes are tried at once again",
    "rehearsal_stumbled": "a simulated person of a rehearsal stopped; the others go on",
    "room_expired": "a room had its day and was erased",
    "room_damaged": "a room cannot be read: its row is damaged, or its key is not in KRING_KEYRING",
    "beat_failed": "a fault of Kring itself in what time alone changes in a room; all else in it goes on",
    "frame_failed": "a fault of Kring itself in drawing a page; that page comes back and asks anew",
    "store_refused": "the database refused a change; nothing was acknowledged",
    "store_locked": "another program holds the database for more than two seconds; nothing was acknowledged",
    "store_away": "PostgreSQL does not answer, or has no connection left; nothing was acknowledged; it heals by itself",
    "store_unsure": "PostgreSQL went away while it kept something; nothing was acknowledged, and who acted acts again",
    "store_full": "KRING_DATA or KRING_KEYRING cannot be written: disk full, quota or read-only; it heals by itself",
    "writer_ended": "a fault of Kring itself ended what keeps acts: it stops now and must be started anew",
    "store_broken": "a flush to disk failed: Kring stops now and must be started anew; check the disk",
    "store_here": "changes are kept again",
}


# What anybody can make uvicorn say as often as they like: it would fill a disk, and tells the host nothing.
PROVOKED = frozenset(
    (
        "Invalid HTTP request received.",
        "Invalid UTF-8 sequence received from client.",
        "Unsupported upgrade request.",
    )
)


class Unprovoked(logging.Filter):
    """Keeps out what strangers can cause at will."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a record is of the server's own making."""
        return record.msg not in PROVOKED


class Listed(logging.Filter):
    """Lets only listed events through."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a record is one of the events."""
        return record.msg in EVENTS and not record.args


class Sentences(logging.Formatter):
    """Sentences for the host: what an event means, why a start was stopped, and where in the code a bug is."""

    def format(self, record: logging.LogRecord) -> str:
        """The line as it is written."""
        text = super().format(record)
        if "SystemExit: " in text:
            return text.rsplit("SystemExit: ", 1)[1].strip()
        return f"{text}: {EVENTS[record.msg]}" if record.msg in EVENTS else text

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging calls it so
        """The kind of an error and the places it came through. Its own text may hold what somebody wrote."""
        kind, _, trace = ei
        places = (f"{Path(f.filename).name}:{f.lineno}" for f in traceback.extract_tb(trace))
        return f"{kind.__name__ if kind else ''}: {' '.join(places)}"


def log_config(level: str) -> dict[str, Any]:
    """The logging configuration for uvicorn and ourselves."""
    return {
        "version": 1,
        "disable_existing_loggers": True,
        "filters": {"listed": {"()": Listed}, "unprovoked": {"()": Unprovoked}},
        "formatters": {"line": {"()": Sentences, "format": "%(asctime)s %(levelname)s %(message)s"}},
        "handlers": {
            "own": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["listed"]},
            "plain": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["unprovoked"]},
        },
        "loggers": {
            "kring": {"handlers": ["own"], "level": level.upper(), "propagate": False},
            "uvicorn": {"handlers": ["plain"], "level": "WARNING", "propagate": False},
            "uvicorn.error": {"handlers": ["plain"], "level": "WARNING", "propagate": False},
            "uvicorn.access": {"handlers": [], "level": "CRITICAL", "propagate": False},
            "uvicorn.asgi": {"handlers": [], "level": "CRITICAL", "propagate": False},
        },
        "root": {"handlers": [], "level": "CRITICAL"},
    }
