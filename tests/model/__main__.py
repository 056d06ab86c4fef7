"""The figures of the model, the walk and the matrix: `python -m tests.model [share of the long form, 1 by default]`."""

from __future__ import annotations

import asyncio
import contextlib
import io
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any

from tests.conftest import Server
from tests.model import matrix, test_matrix, test_state_machine
from tests.model.circles import planted
from tests.model.planted import BUGS, LEAKS
from tests.model.walk import walk
from tests.tools.proofs import keep, table


def _quietly(server: Server, *args: Any) -> tuple[Any, int]:
    """The machine, and after how many steps it stopped; what it raises is what it found."""
    heard = io.StringIO()
    found: Any = None
    with contextlib.redirect_stdout(heard):
        try:
            found = test_state_machine.walk(server, *args)
        except test_state_machine.Caught as caught:
            found = caught
    return found, int(heard.getvalue().split(": ")[1].split(" steps")[0])


def measure(server: Server, share: float) -> str:
    """All of it, as Markdown."""
    begun = time.monotonic()
    machine, steps = _quietly(server, max(2, int(230 * share)), 40)
    caught = [(bug, *_quietly(server, 200, 30, bug)) for bug in BUGS]
    walked = walk(server, 5, int(3000 * share))
    leaks = [(leak, walk(server, 5, 1, leak)) for leak in LEAKS]
    tried, wrong = test_matrix.play(server, min(share * 1.0, 1), Random(1))
    _, opened = test_matrix.play(server, 1, Random(3), "everybody_leads", "next")
    rows = [
        ("steps of the state machine, each compared with the model", steps, "0 differences"),
        ("of which refused, with nothing changed", machine.refused, ""),
        ("pages read in it", machine.pages, f"{machine.read:,} bytes"),
        ("phases and stages reached", len(machine.seen), "of 20"),
        ("steps of the random walk", walked.steps, f"{len(walked.leaks)} leaks"),
        ("sockets that listened in it", walked.receivers, f"{walked.frames:,} frames"),
        ("bytes searched in it, pages, headers and frames", f"{walked.bytes:,}", f"{walked.pages:,} pages"),
        ("pairs of the matrix: act, sender, phase", tried, f"{len(wrong)} not as the table says"),
        ("acts, senders and phases in its table", len(matrix.lines()), f"{len(matrix.SENDERS)} x {len(matrix.STAGES)}"),
    ]
    bugs = [(bug, "the state machine", f"found after {n} steps" if isinstance(f, BaseException) else "NOT FOUND")
            for bug, f, n in caught]  # fmt: skip
    bugs += [(leak, "the walk", f"found {len(f.leaks)} times" if f.leaks else "NOT FOUND") for leak, f in leaks]
    bugs += [("everybody_leads", "the matrix", f"found {len(opened)} times" if opened else "NOT FOUND")]
    return "\n".join(
        (
            "# A model as oracle",
            "",
            "The rules are told once more in tests/model, apart from the code; a real server is compared with that.",
            "",
            table(("what", "how many", "found"), rows),
            "",
            "## Planted faults",
            "",
            table(("fault", "looked for by", "outcome"), bugs),
            "",
            f"It took {time.monotonic() - begun:.0f} s.",
        )
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as path:
        server = asyncio.run(planted(Server(Path(path) / "data")).start())
        try:
            how_much = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
            keep("model", " ".join(["python -m tests.model", *sys.argv[1:]]), measure(server, how_much))
        finally:
            server.stop()
