"""The load client from Python: sockets held open by bench/load.c, triggers one at a time."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from bench.machine import BUILD, PEOPLE


def upgrade(path: str, port: int, cookie: str = "", origin: str = "") -> bytes:
    """The request of a browser that opens a WebSocket."""
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        f"Origin: {origin or f'http://127.0.0.1:{port}'}",
        *([f"Cookie: {cookie}"] if cookie else []),
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def post(path: str, port: int, body: bytes, kind: str = "text/plain", **headers: str) -> bytes:
    """A POST that keeps its connection."""
    lines = [
        f"POST {path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        f"Content-Type: {kind}",
        f"Content-Length: {len(body)}",
    ]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


class People:
    """Many sockets. `opened` is what came while they were opened; `send` gives the same for one trigger."""

    def __init__(
        self,
        port: int,
        requests: list[bytes],
        *how: str,
        hello: str = "",
        quiet: int = 80,
        first: bool = False,
        nice: bool = False,
    ) -> None:
        """`first`: they are many rooms. A trigger is for one of them, and all of them say now and then that they are
        there, as pages do that somebody looks at."""
        self._file = tempfile.NamedTemporaryFile(dir=BUILD, suffix=".requests")
        for request in requests:
            self._file.write(f"{len(request)}\n".encode() + request)
        self._file.flush()
        given = ["nice", "-n", "19"] if nice else []
        self._process = subprocess.Popen(
            [*given, "taskset", "-c", PEOPLE, str(BUILD / "load"), str(port), self._file.name, *how],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=(BUILD / "load.log").open("ab"),
            env={**os.environ, "HELLO": hello, "QUIET": str(quiet), **({"FIRST": "1", "PING": "10"} if first else {})},
        )
        self.opened = self._answer()

    def __enter__(self) -> People:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def send(self, trigger: bytes, to: int, since: int = 0) -> dict[str, Any]:
        """What every socket got of one trigger, which is for so many of them, from number `since` on."""
        assert self._process.stdin
        self._process.stdin.write(f"{len(trigger)} {to} {since}\n".encode() + trigger)
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the load client ended: {Path(BUILD / 'load.log').read_text()[-500:]}")
        answer: dict[str, Any] = json.loads(line)
        return answer
