"""The server with a trace planted of what is sent to be made a file, or to be checked: `python -m tests.sweep.filed
LEAK...`."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from typing import Any

from server import checking, reflection
from tests.sweep import leaks


def _heard(leak: Any) -> None:
    """Lets a leak have every form of a report, and of a certificate."""
    form = reflection.form

    async def leaky(*asked: Any) -> Mapping[str, str]:
        fields = await form(*asked)
        leak(" ".join(fields.values()))
        return fields

    reflection.form = checking.form = leaky  # type: ignore[attr-defined]


def made_on_disk() -> None:
    """The file is made on disk and is gone at once."""

    def keep(words: str) -> None:
        with tempfile.NamedTemporaryFile(prefix="kring-report-") as file:
            file.write(words.encode())
            file.flush()

    _heard(keep)


def in_the_log() -> None:
    """What was sent stands in the log."""
    _heard(lambda words: print(words, flush=True))


leaks.LEAKS = {f.__name__: f for f in (made_on_disk, in_the_log)}

if __name__ == "__main__":
    sys.exit(leaks.main())
