"""Logs without one personal datum: events from a list, no address, path, cookie, name or text."""

from __future__ import annotations

import logging
from typing import Any

EVENTS = frozenset({"bus_away", "bus_here", "room_expired", "room_damaged", "bug", "store"})


class Listed(logging.Filter):
    """Lets only listed events through."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a record is one of the events."""
        return record.msg in EVENTS and not record.args


class Sentences(logging.Formatter):
    """A start that is stopped with a sentence for the host shows that sentence, not where in the code it arose."""

    def format(self, record: logging.LogRecord) -> str:
        """The line as it is written."""
        text = super().format(record)
        return text.rsplit("SystemExit: ", 1)[1].strip() if "SystemExit: " in text else text


def log_config(level: str) -> dict[str, Any]:
    """The logging configuration for uvicorn and ourselves."""
    return {
        "version": 1,
        "disable_existing_loggers": True,
        "filters": {"listed": {"()": Listed}},
        "formatters": {"line": {"()": Sentences, "format": "%(asctime)s %(levelname)s %(message)s"}},
        "handlers": {
            "own": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["listed"]},
            "plain": {"class": "logging.StreamHandler", "formatter": "line"},
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
