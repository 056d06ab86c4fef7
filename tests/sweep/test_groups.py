"""What a group leaves: after a circle is erased only what it told, after the group is erased nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sweep import trace
from tests.sweep.groups import CONTROLS, Sweep


@pytest.fixture(autouse=True)
def strace() -> None:
    assert trace.permitted() == ""


async def test_a_circle_leaves_what_it_told_and_an_erased_group_nothing(tmp_path: Path) -> None:
    found = await Sweep(tmp_path).run()

    assert found.wrong() == []
    assert found.counts["told", "find", "document of the group"]
    assert found.counts["circle erased", "alias", "backup"]


@pytest.mark.long
async def test_each_planted_trace_of_a_group_is_found(tmp_path: Path) -> None:
    said = (await Sweep(tmp_path, *CONTROLS).run()).wrong()

    assert [leak for leak, words in CONTROLS.items() if not any(words in word for word in said)] == []
