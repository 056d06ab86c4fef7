"""A report that becomes a file leaves nothing: no word of it in a file, a log line or a message, not for a moment."""

from __future__ import annotations

import sys
from pathlib import Path

import httpx
import pytest

from tests.server.test_reflection import KINDS
from tests.sweep import trace
from tests.sweep.canaries import Canaries, unpacked
from tests.sweep.meeting import Traced
from tests.sweep.places import Host, outside

WORDS = ("Kanariegeel reflecteert", "Kanarieblauw zweeg", "Kanarierood \u00e9\u00e9n")
REPORT = {"model": "kolb", "day": "2026-12-02", "title": WORDS[0], "part-experience": WORDS[1], "part-apply": WORDS[2]}


@pytest.fixture(autouse=True)
def strace() -> None:
    assert trace.permitted() == ""


async def left(root: Path, *leaks: str) -> tuple[int, list[str]]:
    """How often a word of a report was written anywhere by a server that made files of it and refused some; and what
    it touched that is none of its own places."""
    host, marks = Host(root), Canaries()
    marks.text("report", *WORDS)
    server = Traced(host, "one", "")
    if leaks:
        server.program = [sys.executable, "-m", "tests.sweep.filed", *leaks]
    await server.start()
    async with httpx.AsyncClient(base_url=server.url, headers={"origin": server.url}) as client:
        for kind in KINDS:
            assert (await client.post(f"/reflectie/{kind}", data=REPORT)).status_code == 200
            await client.post(f"/reflectie/{kind}", data={**REPORT, "pad": "x" * 250_000})
            await client.post(f"/reflectie/{kind}", data={**REPORT, "model": "geen"})
            await client.post(f"/reflectie/{kind}?{WORDS[0]}", content=WORDS[1])
            await client.get(f"/reflectie/{WORDS[2]}")
    server.stop()
    (traced,) = server.traces()
    lies = [body for bodies in host.files().values() for body in bodies]
    written = [b"".join(bodies) for path, bodies in traced.written.items() if not path.startswith("pipe:")]
    found = sum(marks.count("report", unpacked(body)) for body in (*lies, *written))
    assert len(lies) > 3 and written  # something was looked at
    return found, outside(host, traced) + sorted(traced.unseen)


async def test_a_report_that_becomes_a_file_is_kept_nowhere(tmp_path: Path) -> None:
    found, elsewhere = await left(tmp_path)

    assert found == 0
    assert elsewhere == []


@pytest.mark.parametrize(("leak", "told"), [("made_on_disk", "kring-report-"), ("in_the_log", "")])
async def test_each_way_of_keeping_it_is_found(tmp_path: Path, leak: str, told: str) -> None:
    found, elsewhere = await left(tmp_path, leak)

    assert found > 0
    assert any(told in path for path in elsewhere) or not told
