"""`python -m tests.torture [MINUTES]`: every fault for real, with its controls; a table, and docs/proofs/torture.md."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from tests.conftest import ROOT, Server
from tests.tools.proofs import keep
from tests.torture import backups, boundaries, bulk, crowds, disks, groups, powerloss, races, serving, slow, workers
from tests.torture.record import Verdict
from tests.torture.report import COLUMNS, Row, report, table

Run = Callable[[Path, float], Row]
ALL = 20  # minutes in which each fault is made as often as below


def main() -> None:
    """Runs all; `MINUTES` (20: as often as is aimed at) sets how often. A busy machine takes longer."""
    much = float(sys.argv[1]) / ALL if len(sys.argv) > 1 else 1.0
    rows = [_one(run, much) for run in FAULTS]
    found = [_one(run, 0.0) for run in CONTROLS]
    blind = [row.fault for row in found if row.verdict.clean or row.fault == "could not be finished"]
    controls = table(COLUMNS, [row.cells() for row in found])
    parts = ("# Nothing lost, nothing twice", WORDS, report(rows), "## Controls: faults planted on purpose", controls)
    body = "\n\n".join(parts)
    keep("torture", f"make torture MINUTES={much * ALL:g}", body)
    if blind or not all(row.verdict.clean for row in rows):
        sys.exit(f"found: {[r.fault for r in rows if not r.verdict.clean]}; controls that saw nothing: {blind}")


WORDS = """Every fault is made on real processes, files and sockets. *Acknowledged* is what a client was told is kept;
*lost* is acknowledged and not there at the end; *double* is there or counted twice. The end is read from the sealed
document through its key. "Children on the store" are voters in processes of their own that act through the store as
fast as it goes; "people" act over HTTP, limited to five acts a second each. Steps of the clock are made inside the
process, by replacing the function that reads the machine's clock. A *target* is what was aimed at before anything was
built: a figure that is worse says *missed*. Of a figure that was taken several times the worst stands here."""


def _one(run: Run, much: float) -> Row:
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        try:
            row = run(Path(folder), much)
        except Exception as failed:  # the others are looked at all the same
            traceback.print_exc()
            row = Row("could not be finished", type(failed).__name__, 0, 0, 0, 0, Verdict(wrong=(str(failed),)))
    print(f"{time.monotonic() - begun:6.1f} s  {row.cells()}", flush=True)
    return row


def _bulk(
    fault: str,
    how: str,
    run: Callable[[Path, int], bulk.Bulk],
    times: int,
    least: int = 2,
    wanted: int = 0,
    each: int = 0,
) -> Run:
    """`wanted`: how often it should be made at least; or `each`: how often at each place where it can be."""

    def bulk_of(path: Path, much: float) -> Row:
        found = run(path, max(least, round(times * much)))
        return Row.bulk(fault, how, found, wanted or each * found.points)

    return bulk_of


def _wait(run: Callable[[Path, float], Coroutine[Any, Any, Row]]) -> Run:
    def waited(path: Path, much: float) -> Row:
        try:
            return asyncio.run(run(path, much))
        finally:
            for left in list(Server.running):
                left.kill9()

    return waited


def _people(fault: str, how: str, times: int, what: serving.Fault, *planted: str, kinds: Any = serving.THREE) -> Run:
    return _wait(lambda path, much: serving.under(path, fault, how, max(1, round(times * much)), what, kinds, *planted))


def _pair(fault: str, how: str, what: workers.Fault, *planted: str, **more: Any) -> Run:
    return _wait(lambda path, much: workers.between(path, fault, how, what, *planted, **more))


def _race(fault: str, what: str, planted: str, races: int = 40) -> Run:
    """A control in a process of its own: so many races that the fault is met whoever comes first in each."""

    def run(path: Path, much: float) -> Row:
        command = [sys.executable, "-m", "tests.torture.races", what, str(path), str(races), planted]
        said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
        verdict = Verdict(int(said[0]), int(said[1]), ("found",) * int(said[2]))
        return Row(fault, "planted", races, 0, 0, 0, verdict)

    return run


STORE = "children on the store, "
FAULTS: tuple[Run, ...] = (
    _bulk("SIGKILL", STORE + "after 100-400 answers", bulk.children, 400),
    _bulk("SIGKILL after a commit, before its answer", STORE + "by the process itself",
          lambda p, n: bulk.children(p, n, die=True), 1000, wanted=1000),
    _bulk("SIGKILL inside a closing commit", "strace: before each system call",
          lambda p, n: boundaries.killed_at_each(p, "close", n), 1500, least=12, each=20),
    _bulk("SIGKILL inside an erasing", "strace: before each system call",
          lambda p, n: boundaries.killed_at_each(p, "erase", n), 1500, least=12, each=20),
    _bulk("power loss", "strace record; prefixes replayed with unflushed writes dropped, kept, by chance",
          lambda p, n: powerloss.replayed(p, most=n), 150),
    _bulk("flush error EIO", STORE + "strace: one fsync or fdatasync fails", disks.flush_fails, 200),
    _bulk("no space ENOSPC", STORE + "strace: up to six pwrite64 fail", disks.disk_full, 150),
    _bulk("read-only EROFS", STORE + "strace: up to twenty pwrite64 fail", disks.read_only, 50),
    _people("SIGKILL of the server", "people write, choose, ask", 25, serving.killed),
    _people("flush error under the server", "strace; readyz, exit code and log checked", 2, serving.broken),
    _people("deploy: SIGTERM under load", "people write, choose, ask", 3, serving.deployed),
    _people("disk full under the server", "strace: every pwrite64 fails with ENOSPC", 2, serving.refusing("ENOSPC")),
    _people("disk read-only under the server", "strace: every pwrite64 fails with EROFS", 1, serving.refusing("EROFS")),
    _people("database locked for 30 s by another program", "BEGIN EXCLUSIVE", 1, serving.locked(30), "loop_measured"),
    _people("database locked for writing", "BEGIN IMMEDIATE", 1, serving.locked(10, "immediate"), "loop_measured"),
    _people("process stands still", "SIGSTOP, SIGCONT", 1, serving.paused(10)),
    _people("clock set by an hour and by 25", "planted clock", 1, serving.clock_set, "settable_clock"),
    _people("slow and half-open clients", "tabs that read nothing, acts cut short, heads without an end", 2,
            slow.surrounded()),
    _people("requests sent again, in another order", "people write, choose, ask", 1, serving.replayed),
    _wait(lambda path, much: groups.killed(path, max(4, round(40 * much)))),
    _pair("Redis absent, there, killed, there", "two servers on one file", workers.absent, redis_first=False, target=2),
    _pair("Redis hangs", "SIGSTOP", workers.hangs, target=2),
    _pair("Redis lies", "proxy: hints lost, doubled, late, reordered, forged", workers.lies),
    _pair("one of two processes stands still", "SIGSTOP for 30 s", workers.stands_still(30)),
    _wait(lambda path, much: crowds.storm(path, 500)),
    _wait(lambda path, much: races.moves(path, max(40, round(6000 * much)))),
    _wait(lambda path, much: races.closes(path, max(20, round(races.RACES * much)))),
    _wait(lambda path, much: backups.restored(path)),
    _wait(lambda path, much: backups.keys(path)),
)  # fmt: skip
CONTROLS: tuple[Run, ...] = (
    _bulk("a disk that lies", "strace: pwrite64:retval=100", disks.lying_disk, 2),
    _bulk("no flush counts", "replay as if none was asked for",
          lambda p, n: powerloss.replayed(p, most=20, flushed=False), 1),
    _bulk("acknowledges before the commit", "planted", lambda p, n: bulk.children(p, 5, "early_answers"), 1),
    _bulk("forgets which acts it knows", "planted", lambda p, n: bulk.children(p, 8, "doubled_questions"), 1),
    _bulk("an older revision wins", "planted", lambda p, n: bulk.children(p, 8, "stale_wins"), 1),
    _people("acknowledges before the commit, server", "planted", 1, serving.killed, "early_answers"),
    _people("a loop that waits for the locked file", "planted", 1, serving.locked(6), "loop_measured", "loop_waits",
            kinds=("lay",)),
    _people("an act that nobody knows of is kept", "the last bytes of the acts cut short come after all", 1,
            slow.surrounded(cut=0), kinds=("lay",)),
    _wait(lambda path, much: groups.killed(path, 3, "groups_later")),
    _wait(lambda path, much: groups.killed(path, 1, "untold")),
    _race("a close that counts twice", "closes", "counted_twice"),
    _race("who writes last wins", "closes", "last_write_lost", 600),
    _race("a move counts whatever step it meant", "moves", "every_skip_moves"),
    _pair("a hint is taken for the state", "planted; the proxy loses hints", workers.lies, "hint_is_state"),
    _wait(lambda path, much: backups.restored(path, keeps_marks=False)),
)  # fmt: skip

if __name__ == "__main__":
    main()
