"""Servers with a door to knock at: a sound one, and one with faults planted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conftest import Server


async def open_doors(folder: Path, *faults: str) -> Server:
    """The controls' server: the same, with faults planted."""
    one = Server(folder / "-".join(faults), KRING_FORWARDED_ALLOW_IPS="127.0.0.1")
    one.command = [one.command[0], "-m", "tests.attacks.open_doors", *faults]
    return await one.start()


@pytest.fixture(scope="module")
async def door(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """A server behind a proxy on this machine, so that each test has addresses of its own; its sums are small."""
    data = tmp_path_factory.mktemp("door") / "data"
    one = await Server(data, KRING_FORWARDED_ALLOW_IPS="127.0.0.1").hurry("codes=6", "sum=4").start()
    yield one
    one.stop()
