"""A Redis set up as carelessly as it can be: it keeps on disk, in its slow log and in MONITOR all that it is told."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import subprocess
import threading
from pathlib import Path

from tests.conftest import Redis


class CarelessRedis(Redis):
    """Keeps everything, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        folder.mkdir()

    def start(self) -> CarelessRedis:
        keep = "--save 1 1 --appendonly yes --appendfsync always --slowlog-log-slower-than 0 --slowlog-max-len 9999"
        self.process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), *keep.split()], cwd=self.folder, stdout=subprocess.DEVNULL
        )
        return self

    async def ready(self) -> CarelessRedis:
        async with asyncio.timeout(10):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                except OSError:
                    await asyncio.sleep(0.02)  # polls for a sign
                else:
                    writer.close()
                    return self

    def listen(self) -> None:
        """Everything anybody says to it, into a file, until it ends."""
        self.line = socket.create_connection(("127.0.0.1", self.port))
        self.line.sendall(b"MONITOR\r\n")
        threading.Thread(target=self._copy, args=((self.folder / "monitor.txt").open("wb", buffering=0),)).start()

    def end(self) -> None:
        """Writes its slow log and its files, and ends."""
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            said = subprocess.run(
                ["redis-cli", "-p", str(self.port), "slowlog", "get", "9999"],
                capture_output=True,
                timeout=10,
                check=False,
            )
            (self.folder / "slowlog.txt").write_bytes(said.stdout)
            subprocess.run(["redis-cli", "-p", str(self.port), "save"], capture_output=True, timeout=10, check=False)
        self.kill()

    def _copy(self, file) -> None:  # type: ignore[no-untyped-def]
        with contextlib.suppress(OSError), file:
            while said := self.line.recv(65536):
                file.write(said)
