"""A disk that refuses: flushes and writes that fail under voters who go on."""

from __future__ import annotations

import subprocess
from pathlib import Path
from random import Random

from tests.torture import tracing
from tests.torture.bulk import Bulk, children


def flush_fails(path: Path, times: int) -> Bulk:
    """One flush of each child's fails: whoever was told yes is kept, and nobody is told yes after it."""
    rng = Random(5)

    def nemesis(pid: int) -> subprocess.Popen[bytes]:
        return tracing.inject(pid, tracing.FLUSHES, "error=EIO", str(rng.randint(1, 30)))

    return children(path, times, nemesis=nemesis, rng=rng)


def disk_full(path: Path, times: int) -> Bulk:
    """Some writes in a row find no space, then there is space again."""
    rng = Random(6)

    def nemesis(pid: int) -> subprocess.Popen[bytes]:
        first = rng.randint(1, 80)
        return tracing.inject(pid, tracing.WRITES, "error=ENOSPC", f"{first}..{first + rng.randint(0, 5)}")

    return children(path, times, nemesis=nemesis, rng=rng)


def read_only(path: Path, times: int) -> Bulk:
    """The file system turns read-only for a while, as it does on an error below it."""
    rng = Random(7)

    def nemesis(pid: int) -> subprocess.Popen[bytes]:
        first = rng.randint(1, 80)
        return tracing.inject(pid, tracing.WRITES, "error=EROFS", f"{first}..{first + rng.randint(0, 20)}")

    return children(path, times, nemesis=nemesis, rng=rng)


def lying_disk(path: Path, times: int) -> Bulk:
    """The control: a disk that says it wrote."""

    def nemesis(pid: int) -> subprocess.Popen[bytes]:
        return tracing.inject(pid, tracing.WRITES, "retval=100", "40+")

    return children(path, times, nemesis=nemesis)
