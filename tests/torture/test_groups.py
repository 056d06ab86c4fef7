"""Groups whose server is killed, in short; `make torture` kills it more often."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.torture import groups


async def test_kill_9_loses_nothing_that_a_group_was_told_is_kept(tmp_path: Path) -> None:
    found = await groups.killed(tmp_path, 2)

    assert found.verdict.clean, found
    assert found.acknowledged > 40


@pytest.mark.long
async def test_the_same_judge_sees_an_answer_that_came_too_early(tmp_path: Path) -> None:
    found = (await groups.killed(tmp_path, 3, "groups_later")).verdict

    assert found.lost + found.double > 0


@pytest.mark.long
async def test_the_same_judge_sees_a_circle_that_told_nothing(tmp_path: Path) -> None:
    assert (await groups.killed(tmp_path, 1, "untold")).verdict.lost > 0
