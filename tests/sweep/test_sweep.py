"""I6 and I7, in short: no secret of a device and no text is in any file, log line or message of the bus. `make sweep`
is the long form."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sweep import trace
from tests.sweep.__main__ import ALONE, CONTROLS, TOGETHER
from tests.sweep.canaries import Canaries, unpacked
from tests.sweep.whole import Whole


@pytest.fixture(autouse=True)
def strace() -> None:
    assert trace.permitted() == ""


async def test_nothing_is_where_it_must_not_be(tmp_path: Path) -> None:
    found = await Whole(tmp_path, short=True).run()

    assert found.wrong() == []
    assert found.counts["voting", "vote tag", "document"]
    assert found.counts["voting", "room key", "keyring"]


@pytest.mark.long
async def test_each_planted_trace_is_found(tmp_path: Path) -> None:
    said = (await Whole(tmp_path, *TOGETHER, short=True).run()).wrong()

    assert [leak for leak in TOGETHER if not any(CONTROLS[leak] in word for word in said)] == []


@pytest.mark.long
@pytest.mark.parametrize("leak", ALONE)
async def test_each_way_of_keeping_that_leaves_a_trace_is_found(tmp_path: Path, leak: str) -> None:
    """One by one: each changes how everything is kept. Found in what lies there, not by the name of a file."""
    said = (await Whole(tmp_path, leak, short=True).run()).wrong()

    assert [word for word in said if CONTROLS[leak] in word], said


def test_a_value_is_found_however_it_is_written_down() -> None:
    import base64
    import gzip

    marks = Canaries()
    marks.text("text", "Kanarie \u00e9\u00e9n")
    ways = [base64.b64encode(b"." * n + "Kanarie \u00e9\u00e9n".encode() + b"..") for n in range(3)]
    ways += ["Kanarie \u00e9\u00e9n".encode("utf-16-le"), b"Kanarie%20%C3%A9%C3%A9n", rb"Kanarie \u00e9\u00e9n"]
    ways += [b"xx" + gzip.compress("zegt Kanarie \u00e9\u00e9n".encode()) + b"yy"]

    assert [way for way in ways if not marks.count("text", unpacked(way))] == []
