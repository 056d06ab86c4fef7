"""Reads every byte that a server left behind, and looks for what must not be there in any encoding."""

from __future__ import annotations

import base64
import contextlib
import json
import socket
import threading
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote, quote_plus

from tests.conftest import Redis


def encodings(secret: bytes) -> list[bytes]:
    """A value as itself, in hex, and in both kinds of base64 wherever it may begin."""
    found = [secret, secret.hex().encode(), secret.hex().upper().encode()]
    for before in range(3):
        for code in (base64.b64encode, base64.urlsafe_b64encode):
            whole = code(b"\0" * before + secret)
            found.append(whole[-(-before * 4 // 3) : len(whole) - 4])
    return found


def spellings(text: str) -> list[bytes]:
    """A text in the ways a program may write it down."""
    ways = [text, json.dumps(text)[1:-1], repr(text)[1:-1], quote(text), quote_plus(text)]
    found = [way.encode() for way in ways] + [text.encode("utf-16-le")]
    return found + encodings(text.encode())


def found_in(root: Path, canaries: dict[str, Iterable[bytes]]) -> set[str]:
    """Which canary lies in which file under this folder."""
    files = {p: _bytes(p) for p in root.rglob("*") if p.is_file()}
    return {f"{name} in {p.name}" for p, body in files.items() for name, forms in canaries.items() if _any(forms, body)}


class JournalWatch:
    """Reads the database and its journal again and again while people act: a transaction's own files."""

    def __init__(self, data: Path) -> None:
        self.paths = (data / "kring.db-journal", data / "kring.db")
        self.seen: set[tuple[str, bytes]] = set()

    def __enter__(self) -> JournalWatch:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def found(self, canaries: dict[str, Iterable[bytes]]) -> set[str]:
        """Which canary lay in which of them at any moment."""
        seen = [(file, body, name) for file, body in self.seen for name in canaries]
        return {f"{name} in {file}" for file, body, name in seen if _any(canaries[name], body)}

    def _look(self) -> None:
        while not self._stop.wait(0.001):
            self.seen |= {(p.name, body) for p in self.paths if (body := _bytes(p))}


@contextlib.contextmanager
def monitor(redis: Redis, into: Path):  # type: ignore[no-untyped-def]
    """Everything anybody says to Redis, into a file."""
    with socket.create_connection(("127.0.0.1", redis.port)) as line, into.open("wb", buffering=0) as file:
        line.sendall(b"MONITOR\r\n")

        def copy() -> None:
            with contextlib.suppress(OSError):
                while said := line.recv(65536):
                    file.write(said)

        thread = threading.Thread(target=copy)
        thread.start()
        try:
            yield
        finally:
            line.shutdown(socket.SHUT_RDWR)
            thread.join()


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def _any(forms: Iterable[bytes], body: bytes) -> bool:
    return any(form in body for form in forms)
