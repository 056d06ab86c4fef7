"""strace on a process that runs: faults at its system calls, and a record of what it writes and flushes."""

from __future__ import annotations

import subprocess
from pathlib import Path

FLUSHES = "fsync,fdatasync"
WRITES = "pwrite64"
DISK = ("openat", "write", "pwrite64", "ftruncate", "fsync", "fdatasync", "unlink", "unlinkat", "rename", "link")


def attach(pid: int, *options: str) -> subprocess.Popen[bytes]:
    """strace on all threads of a process; there when this returns."""
    command = ["strace", "-f", "-p", str(pid), *options]
    tracer = subprocess.Popen(command, stderr=subprocess.PIPE)
    assert tracer.stderr
    said = tracer.stderr.readline()
    assert b"attached" in said, said
    return tracer


def inject(pid: int, calls: str, what: str, when: str, out: Path | None = None) -> subprocess.Popen[bytes]:
    """From now on these calls go wrong in this way: `error=EIO`, `retval=100`, `signal=KILL`; `when` as strace says."""
    return attach(
        pid, "-o", str(out or "/dev/null"), "-e", f"trace={calls}", "-e", f"inject={calls}:{what}:when={when}"
    )
