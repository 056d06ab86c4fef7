"""The keyring: one secret per room, in a directory outside the database and its backups."""

from __future__ import annotations

import errno
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
        writable(self.path)
        closed(self.path)
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
        """The server's own secret, for looking up codes; made once. Raises OSError when it cannot be used."""
        path = self._file("_pepper")
        if not path.exists():
            return self._write("_pepper")
        key = path.read_bytes()
        if len(key) != 32:
            raise OSError(errno.EINVAL, "not a key of 32 bytes", str(path))
        return key

    def _write(self, name: str) -> bytes:
        key = secrets.token_bytes(32)
        handle = os.open(self._file(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            if os.write(handle, key) != len(key):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self._file(name)))
            os.fsync(handle)
        except OSError:
            self._file(name).unlink()  # half a key would stand in the way of a whole one
            raise
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


def closed(path: Path) -> None:
    """Raises OSError when every user of this machine can look into a directory of ours."""
    if path.stat().st_mode & 0o007:
        raise PermissionError(errno.EACCES, f"other users of this machine can read it; chmod -R o= {path}", str(path))


def writable(path: Path) -> None:
    """Raises OSError when nothing can be made in this directory, before anybody has written something for nothing."""
    if not os.access(path, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, "no permission, or a read-only file system", str(path))
