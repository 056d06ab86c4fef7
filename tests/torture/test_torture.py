"""Each fault once or twice, and the control that shows that it would be seen; `make torture` runs them for long."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, Server
from tests.torture import backups, boundaries, bulk, crowds, disks, powerloss, races, serving, slow, workers
from tests.torture.doers import Doer

LOADED = 6.0  # s behind, where other tests run beside this one; `make torture` asks for two


def test_kill_9_loses_no_acknowledged_act_and_keeps_none_twice(tmp_path: Path) -> None:
    found = bulk.children(tmp_path, 8)

    assert found.verdict.clean, found
    assert found.acknowledged > 800


def test_an_answer_that_never_came_is_found_when_asked_again(tmp_path: Path) -> None:
    found = bulk.children(tmp_path, 8, die=True)

    assert found.verdict.clean, found


@pytest.mark.parametrize(
    ("planted", "sees"), [("early_answers", "lost"), ("doubled_questions", "double"), ("stale_wins", "lost")]
)
def test_the_same_count_catches_a_store_that(tmp_path: Path, planted: str, sees: str) -> None:
    assert getattr(bulk.children(tmp_path, 2, planted).verdict, sees) > 0


@pytest.mark.parametrize("what", ["close", "erase"])
def test_a_commit_cut_anywhere_is_whole_or_nothing(tmp_path: Path, what: str) -> None:
    found = boundaries.killed_at_each(tmp_path, what, 8)

    assert found.verdict.clean, found


def test_power_that_fails_at_any_write_loses_nothing_acknowledged(tmp_path: Path) -> None:
    found = powerloss.replayed(tmp_path, most=12)

    assert found.verdict.clean, found
    assert found.acknowledged > 30


@pytest.mark.long
def test_the_replay_catches_a_program_that_never_flushes(tmp_path: Path) -> None:
    assert powerloss.replayed(tmp_path, most=12, flushed=False).verdict.lost > 0


def test_a_flush_that_fails_acknowledges_nothing(tmp_path: Path) -> None:
    found = disks.flush_fails(tmp_path, 3)

    assert found.verdict.clean, found
    assert found.broken == 3


def test_a_write_without_space_is_refused_and_goes_on_later(tmp_path: Path) -> None:
    found = disks.disk_full(tmp_path, 2)

    assert found.verdict.clean, found
    assert found.refused > 0


@pytest.mark.long
def test_the_same_count_catches_a_disk_that_lies(tmp_path: Path) -> None:
    assert disks.lying_disk(tmp_path, 2).verdict.lost > 0


@pytest.mark.long
async def test_people_at_a_server_lose_nothing_whatever_befalls_it(tmp_path: Path) -> None:
    faults = (
        serving.killed,
        serving.locked(2.2),
        serving.refusing("ENOSPC"),
        slow.surrounded(),
        serving.replayed,
        serving.clock_set,
        serving.deployed,  # a new process has its budgets whole: what follows may act at once
        serving.broken,
    )

    async def all_of_them(server: Server, doers: list[Doer]) -> serving.Figures:
        for fault in faults:
            await fault(server, doers)
            await serving.settled(doers)
        return ()

    row = await serving.under(tmp_path, "", "", 1, all_of_them, ("lay", "ask"), "settable_clock")

    assert row.verdict.clean, row
    assert row.unknown == 0, "after all healed everybody is told"
    assert row.acknowledged > 100


@pytest.mark.long
async def test_the_same_walk_catches_a_server_that_believes_the_clock(tmp_path: Path) -> None:
    with pytest.raises((AssertionError, TypeError, TimeoutError)):
        await serving.under(tmp_path, "", "", 1, serving.clock_set, ("lay",), "settable_clock", "clock_believed")


@pytest.mark.long
async def test_the_same_lock_catches_a_loop_that_waits_for_it(tmp_path: Path) -> None:
    planted = ("loop_measured", "loop_waits")
    row = await serving.under(tmp_path, "", "", 1, serving.locked(2.2), ("lay",), *planted)

    assert "loop late" in " ".join(row.verdict.wrong), row


@pytest.mark.long
@pytest.mark.parametrize(
    "fault",
    [workers.absent, workers.hangs, workers.lies, workers.stands_still(30)],
    ids=["absent", "hangs", "lies", "still"],
)
async def test_two_processes_whatever_redis_does(tmp_path: Path, fault: workers.Fault) -> None:
    row = await workers.between(tmp_path, "", "", fault, redis_first=fault is not workers.absent, limit=LOADED)

    assert row.verdict.clean, row


@pytest.mark.long
async def test_the_same_look_catches_a_hint_taken_for_the_state(tmp_path: Path) -> None:
    assert (await workers.between(tmp_path, "", "", workers.lies, "hint_is_state", limit=LOADED)).verdict.wrong


@pytest.mark.parametrize("race", [races.moves, races.closes])
async def test_what_meets_counts_once(tmp_path: Path, race) -> None:  # type: ignore[no-untyped-def]
    assert (await race(tmp_path, 40)).verdict.clean


@pytest.mark.parametrize(
    ("what", "planted", "sees"),
    [
        ("moves", "every_skip_moves", 1),
        ("closes", "counted_twice", 1),
        pytest.param("closes", "last_write_lost", 0, marks=pytest.mark.long),
    ],
)
def test_the_same_races_catch(tmp_path: Path, what: str, planted: str, sees: int) -> None:
    command = [sys.executable, "-m", "tests.torture.races", what, str(tmp_path), "60", planted]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()

    assert int(said[sees]) > 0


async def test_an_old_backup_serves_no_closed_round_and_no_erased_room(tmp_path: Path) -> None:
    assert (await backups.restored(tmp_path / "good")).verdict.clean
    assert (await backups.restored(tmp_path / "control", keeps_marks=False)).verdict.wrong


async def test_a_keyring_that_is_not_the_one_stops_the_start_and_one_key_stops_one_room(tmp_path: Path) -> None:
    assert (await backups.keys(tmp_path)).verdict.clean


@pytest.mark.long
async def test_all_sockets_come_back_after_a_kill(tmp_path: Path) -> None:
    assert (await crowds.storm(tmp_path, 500)).verdict.clean
