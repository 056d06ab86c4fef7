"""Faults in the host's machine, made for real and without a privilege where that is possible."""

from __future__ import annotations

import os
import resource
import subprocess
from pathlib import Path

from tests.conftest import Server


class SmallDisk(Server):
    """A server whose files cannot grow beyond a size, as on a full disk: SQLite and the keyring get a real refusal."""

    def limit(self, size: int) -> None:
        """From now on; -1 takes the limit away: there is space again."""
        assert self.process
        _, most = resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (most if size < 0 else size, most))


class Unprivileged(Server):
    """A server for which a folder's mode counts: root without root's capabilities."""

    def __init__(self, data: Path, **env: str) -> None:
        super().__init__(data, **env)
        if os.geteuid() == 0:
            self.command = ["setpriv", "--inh-caps=-all", "--bounding-set=-all", *self.command]


def may_write(path: Path, yes: bool) -> None:
    """Whether files can be made in a folder, and those in it changed."""
    for one in (path, *path.rglob("*")):
        one.chmod((0o700 if yes else 0o500) if one.is_dir() else (0o600 if yes else 0o400))


async def stopped(server: Server) -> str:
    """What a server that does not start says to the host; it must not have become healthy."""
    process = subprocess.run(
        server.command, cwd=server.root, env=server.env, capture_output=True, text=True, timeout=20, check=False
    )
    assert process.returncode != 0
    return process.stdout + process.stderr
