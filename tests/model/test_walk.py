"""Nobody ever receives a word that is not theirs to read, in no page, header, answer or frame of any walk."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator

import pytest

from tests.conftest import Server
from tests.model.circles import planted
from tests.model.planted import LEAKS
from tests.model.walk import Count, walk


@pytest.fixture(scope="module")
async def kring(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    one = await planted(Server(tmp_path_factory.mktemp("walk") / "data")).start()
    yield one
    one.stop()


def walked(server: Server, seed: int, steps: int, title: str = "Mentoren") -> Count:
    found = walk(server, seed, steps, title)
    print(f"seed {seed}, {title}: {found.steps} steps, {found.receivers} sockets, {found.pages} pages, "
          f"{found.frames} frames, {found.bytes} bytes searched, {len(found.leaks)} leaks")  # fmt: skip
    return found


def test_nobody_receives_what_is_not_theirs(kring: Server) -> None:
    assert walked(kring, 5, 1).leaks == []


@pytest.mark.long
def test_nobody_receives_what_is_not_theirs_in_many_meetings(kring: Server) -> None:
    assert walked(kring, secrets.randbits(32), 3000).leaks == []


@pytest.mark.parametrize("leak", [pytest.param(n, marks=() if n == "early" else pytest.mark.long) for n in LEAKS])
def test_a_planted_leak_is_found(kring: Server, leak: str) -> None:
    assert walked(kring, 5, 1, leak).leaks != []
