"""The rules of a circle against a model of them that knows nothing of the code: real requests, everything compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.conftest import Server
from tests.model.circles import planted
from tests.model.machine import Walk
from tests.model.planted import BUGS

AT_ONCE = ("leap", "early")  # the bugs that are found within seconds
QUIET = {
    "deadline": None,
    "database": None,
    "suppress_health_check": list(HealthCheck),
    "print_blob": False,
    "report_multiple_bugs": False,
    "phases": (Phase.generate,),
}


@pytest.fixture(scope="module")
async def kring(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """A server with planted bugs, which wait for rooms of their names."""
    one = await planted(Server(tmp_path_factory.mktemp("model") / "data")).start()
    yield one
    one.stop()


class Caught(BaseException):
    """What a planted bug came to; Hypothesis lets it through at once."""


class Suspicious(Walk):
    """The same machine, that stops at the first difference."""

    def act(self, *args: Any, **fields: Any) -> None:
        self.first(super().act, *args, **fields)

    def repeated(self, *args: Any) -> None:
        self.first(super().repeated, *args)

    def first(self, what: Any, *args: Any, **fields: Any) -> None:
        try:
            what(*args, **fields)
        except AssertionError as difference:
            raise Caught(difference) from None


def walk(server: Server, examples: int, steps: int, title: str = "Mentoren", **more: object) -> type[Walk]:
    """Runs the machine in rooms of this name; raises what it finds."""
    fields = {"server": server, "title": title, "steps": 0, "pages": 0, "read": 0, "refused": 0, "seen": Counter()}
    machine: type[Walk] = type("Run", (Suspicious if title in BUGS else Walk,), fields)
    how = settings(max_examples=examples, stateful_step_count=steps, **QUIET, **more)  # type: ignore[arg-type]
    try:
        run_state_machine_as_test(machine, settings=how)
    finally:
        print(f"{title}: {machine.steps} steps, {machine.refused} refused, {machine.pages} pages, {machine.read} bytes")
    return machine


def test_a_circle_does_what_the_model_says(kring: Server) -> None:
    machine = walk(kring, 4, 20, derandomize=True)

    assert machine.steps > 100


@pytest.mark.long
def test_a_circle_does_what_the_model_says_for_long(kring: Server) -> None:
    machine = walk(kring, 230, 40)

    assert machine.steps >= 10_000
    assert len(machine.seen) == 20, machine.seen  # every phase and every stage of it


@pytest.mark.parametrize("bug", [pytest.param(b, marks=() if b in AT_ONCE else pytest.mark.long) for b in BUGS])
def test_a_planted_bug_is_found(kring: Server, bug: str) -> None:
    with pytest.raises(Caught):
        walk(kring, 200, 30, bug, derandomize=True)
