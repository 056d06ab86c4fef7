"""The server with less patience: `python -m tests.tools.impatient silent=1500 wait=3000`.

`silent` (ms) stands for the minute after which a silent lead may be taken over, `wait` (ms) for the twenty seconds in
which everybody has the same way out. Only for tests that are about something else.
"""

from __future__ import annotations

import sys

from rooms import choosing
from server import __main__, presence

if __name__ == "__main__":
    for word in sys.argv[1:]:
        name, _, ms = word.partition("=")
        match name:
            case "silent":
                presence.SILENT = int(ms)
            case "wait":
                choosing.WAIT = int(ms)
            case _:
                raise SystemExit(f"unknown: {word}")
    sys.argv = [sys.argv[0]]
    __main__.main()
