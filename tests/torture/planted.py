"""The server with a fault planted in it, for the controls: `python -m tests.torture.planted FAULT...`."""

from __future__ import annotations

import sys

from server import __main__
from tests.torture import faults

if __name__ == "__main__":
    for name in sys.argv[1:]:
        faults.ALL[name]()
    sys.argv = [sys.argv[0]]
    __main__.main()
