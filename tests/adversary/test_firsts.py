"""Who gives something first, or late, where others have nothing to give: no frame and no piece of work tells.

Two circles on one server, alike but for the place at which somebody gives. What each act makes the server send and do
is the same in both: whoever hears everything cannot tell which circle is which. No clock is read.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.adversary.firsts import ALL, ASKED, Parts, both, told_apart
from tests.adversary.worked import FIRSTS, MAPS, way_out_draws_all

WAY_OUT = "way out"


async def test_who_gives_something_is_not_to_be_told_from_who_has_nothing(tmp_path: Path) -> None:
    first, late = await both(tmp_path / "honest")

    assert told_apart(first, late) == dict.fromkeys((*MAPS, WAY_OUT), set())
    assert {part: len(acts) for part, acts in first.items()} == {
        part: len(ASKED if part == "answers" else ALL) for part in (*MAPS, WAY_OUT)
    }
    assert all(one.work["written"] == 1 for acts in first.values() for one in acts)  # one frame, to who acted


@pytest.fixture(scope="module")
async def drawn(tmp_path_factory: pytest.TempPathFactory) -> tuple[Parts, Parts]:
    """On a server that draws everybody anew at the first that is given, and at the author's way out."""
    names = [leak.__name__ for leak in (*FIRSTS, way_out_draws_all)]
    return await both(tmp_path_factory.mktemp("drawn") / "leaky", *names)


@pytest.mark.parametrize("part", [*MAPS, WAY_OUT])
async def test_work_that_only_what_is_given_makes_is_found(drawn: tuple[Parts, Parts], part: str) -> None:
    assert "work" in told_apart(*drawn)[part]


@pytest.mark.long
async def test_a_frame_that_only_what_is_given_sends_is_found(tmp_path: Path) -> None:
    found = told_apart(*await both(tmp_path / "leaky", "givers_told"))

    assert all("frames" in found[part] for part in (*MAPS, WAY_OUT))


@pytest.mark.long
async def test_a_frame_that_is_longer_for_what_is_given_is_found(tmp_path: Path) -> None:
    found = told_apart(*await both(tmp_path / "leaky", "no_padding"))

    assert {part for part, told in found.items() if told} == {"papers", "takeaways"}
    assert found["papers"] == found["takeaways"] == {"frames"}
