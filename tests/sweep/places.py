"""Where something may lie when a server has run, and the files and bytes of each place."""

from __future__ import annotations

import contextlib
import sqlite3
import struct
from collections.abc import Iterable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.sweep.trace import Traced

PLACES = ("database", "keyring", "backup", "log", "bus", "elsewhere", "document", "written")


class Host:
    """The folder in which one server's data, keyring, log, backups and Redis lie: all that a host has."""

    def __init__(self, root: Path, *beside: str) -> None:
        """`beside`: names of further files of the database, which a control is allowed so that its bytes tell on it."""
        self.root, self.data, self.keyring = root, root / "data", root / "data-keyring"
        self.database = {"kring.db", "kring.db-journal", "lock", *beside}

    def place(self, path: str | Path) -> str:
        """The place a path belongs to; 'elsewhere' for any that has no business here."""
        where = Path(path)
        if where.parent == self.data and where.name in self.database:
            return "database"
        if where.is_relative_to(self.keyring):
            return "keyring"
        if where.is_relative_to(self.root / "backup"):
            return "backup"
        if where.is_relative_to(self.root / "redis"):
            return "bus"
        return "log" if where.parent == self.root and where.suffix == ".log" else "elsewhere"

    def files(self) -> dict[str, list[bytes]]:
        """Every byte that lies here now, with the names of the files, by place."""
        found: dict[str, list[bytes]] = {place: [] for place in PLACES[:6]}
        for path in self.root.rglob("*"):
            if path.is_file() and not path.is_relative_to(self.root / "trace"):
                with contextlib.suppress(FileNotFoundError):
                    found[self.place(path)].append(path.read_bytes())
        return found

    def row(self, alias: str) -> tuple[int, bytes] | None:
        """A room's version and sealed body."""
        with contextlib.closing(sqlite3.connect(f"file:{self.data / 'kring.db'}?mode=ro", uri=True)) as db:
            found = db.execute("select version, body from room where id = ?", (alias,)).fetchone()
        return (found[0], found[1]) if found else None

    def reader(self) -> sqlite3.Connection:
        """Somebody who reads the database and does not stop, as a backup that takes its time."""
        db = sqlite3.connect(f"file:{self.data / 'kring.db'}?mode=ro", uri=True, isolation_level=None)
        db.execute("begin")
        db.execute("select count(*) from room").fetchone()
        return db

    def key(self, alias: str) -> bytes:
        """A room's key, b'' when there is none."""
        path = self.keyring / alias
        return path.read_bytes() if path.exists() else b""

    def document(self, alias: str) -> bytes:
        """A room's document, opened with its key as only this folder's owner can while the key is there."""
        row = self.row(alias)
        return opened(*row, self.key(alias), alias) if row else b""

    def backup(self, name: str) -> Path:
        """A copy of the data as a host makes it: with the database, without the keyring."""
        into = self.root / "backup" / name
        into.mkdir(parents=True)
        for path in self.data.iterdir():
            (into / path.name).write_bytes(path.read_bytes())
        return into


def opened(version: int, body: bytes, key: bytes, alias: str) -> bytes:
    """A sealed body with a key: what it holds, or b'' when the key does not fit."""
    try:
        plain = AESGCM(key).decrypt(body[:12], body[12:], f"kring1|{alias}|{version}".encode())
    except (InvalidTag, ValueError):
        return b""
    (length,) = struct.unpack_from("!I", plain)
    return plain[4 : 4 + length]


def outside(host: Host, traced: Traced, allowed: Iterable[str] = ()) -> list[str]:
    """The paths that were touched and lie in none of a server's own places."""
    own = {str(host.data), str(host.keyring), "/dev/null", *allowed}
    found = {p for p in traced.touched | set(traced.written) if host.place(p) == "elsewhere" and p not in own}
    return sorted(p for p in found if "__pycache__" not in p and not p.startswith("pipe:"))
