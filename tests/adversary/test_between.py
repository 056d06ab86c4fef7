"""Two meetings of one group cannot be matched, and no page tells whose the case was that nobody claimed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.adversary.between import Group, alike, derived, played, told_by_pages, turns_told


@pytest.fixture(scope="module")
async def honest(tmp_path_factory: pytest.TempPathFactory) -> tuple[Group, Group]:
    return await played(tmp_path_factory.mktemp("between"))


async def test_nothing_in_two_meetings_of_a_group_is_alike_or_made_of_the_other(honest: tuple[Group, Group]) -> None:
    assert alike(*honest) == set()
    assert derived(*honest) == set()
    assert all(len(met.seen) == 4 and met.words & honest[0].meant for met in honest[0].met)


async def test_no_page_tells_whose_the_case_was_that_nobody_claimed(honest: tuple[Group, Group]) -> None:
    assert len(set(told_by_pages(honest[0]).values())) == 1
    assert turns_told(honest[0]) == {"Owen": "0", "Cora": "1", "Carl": "0", "Cleo": "0", "Cem": "0", "Cato": "0"}


@pytest.mark.long
async def test_a_secret_that_goes_along_is_found(tmp_path: Path) -> None:
    assert alike(*await played(tmp_path, "one_secret"))


@pytest.mark.long
async def test_a_handle_that_is_made_of_another_is_found(tmp_path: Path) -> None:
    found = await played(tmp_path, "chained")

    assert alike(*found) == set()
    assert derived(*found)


@pytest.mark.long
async def test_an_owner_who_is_kept_all_the_same_is_found(tmp_path: Path) -> None:
    found, _ = await played(tmp_path, "signed_for_ever")

    assert turns_told(found)["Cleo"] == "1"
