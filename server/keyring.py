"""The keyring: one secret per room, in a directory outside the database and its backups."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


class KeyMissing(Exception):
    """The room's key is not in the keyring: what it sealed cannot be read again."""


class Keyring:
    """Keys as files of 32 bytes, readable by this user only."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def open(self) -> None:
        """Makes the directory when it is not there; raises OSError when it cannot be written."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.pepper()

    def create(self, room: str) -> bytes:
        """A new key for a room, on disk before this returns."""
        return self._write(room)

    def get(self, room: str) -> bytes:
        """The room's key; raises KeyMissing."""
        try:
            key = self._file(room).read_bytes()
        except OSError:
            raise KeyMissing(room) from None
        if len(key) != 32:
            raise KeyMissing(room)
        return key

    def destroy(self, room: str) -> None:
        """Overwrites and removes a key: what it sealed is gone from every copy."""
        path = self._file(room)
        try:
            with path.open("r+b", buffering=0) as file:
                file.write(secrets.token_bytes(32))
                os.fsync(file.fileno())
            path.unlink()
        except FileNotFoundError:
            return
        self._flush()

    def pepper(self) -> bytes:
        """The server's own secret, for looking up codes; made once."""
        try:
            return self.get("_pepper")
        except KeyMissing:
            return self._write("_pepper")

    def _write(self, name: str) -> bytes:
        key = secrets.token_bytes(32)
        handle = os.open(self._file(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(handle, key)
            os.fsync(handle)
        finally:
            os.close(handle)
        self._flush()
        return key

    def _flush(self) -> None:
        handle = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def _file(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise KeyMissing(name)
        return self.path / name
