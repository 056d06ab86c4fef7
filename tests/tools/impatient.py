"""The server with a minute of silence that lasts a second and a half: `python -m tests.tools.impatient`."""

from __future__ import annotations

import sys

from server import __main__, presence

if __name__ == "__main__":
    presence.SILENT = 1_500
    sys.argv = [sys.argv[0]]
    __main__.main()
