"""The keyring: one secret per room, in a directory outside the database and its backups."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import time
from pathlib import Path

DESTROYED = bytes(32)
PEPPER, SIGNING = "_pepper", "_signing"  # the server's own
LEFT = 60  # s after which a half-written file is nobody's
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
        for part in self.path.glob("*.part"):  # of a process that was killed while it wrote
            with contextlib.suppress(FileNotFoundError):
                if time.time() - part.stat().st_mtime > LEFT:
                    part.unlink()

    def create(self, room: str) -> bytes:
        """A new key for a room, on disk before this returns."""
        return self._write(room)

    def get(self, room: str) -> bytes:
        """The room's key; raises KeyMissing."""
        try:
            key = self._file(room).read_bytes()
        except OSError:
            raise KeyMissing(room) from None
        if len(key) != 32 or key == DESTROYED:
            raise KeyMissing(room)
        return key

    def destroy(self, room: str) -> None:
        """Overwrites a key with nothing, on disk before this returns: what it sealed is gone from every copy, and
        after a crash the file still says that this was meant."""
        try:
            with self._file(room).open("r+b", buffering=0) as file:
                file.write(DESTROYED)
                os.fsync(file.fileno())
        except FileNotFoundError:
            return

    def clear(self, room: str) -> None:
        """Takes away what `destroy` left, once nothing of the room is in the database."""
        self._file(room).unlink(missing_ok=True)
        self._mark(room).unlink(missing_ok=True)

    def destroyed(self) -> list[str]:
        """The rooms whose keys were destroyed and whose erasing is not finished."""
        return [f.name for f in self.path.iterdir() if _NAME.fullmatch(f.name) and self.is_destroyed(f.name)]

    def is_destroyed(self, room: str) -> bool:
        """Whether this room's key was destroyed, and not lost."""
        with contextlib.suppress(OSError):
            return self._file(room).read_bytes() == DESTROYED
        return False

    def remember_closed(self, room: str, version: int) -> None:
        """Remembers, outside the database and its backups, that this version closed a round: an older document of
        the room is not to be served again. Raises OSError."""
        self._put(self._mark(room), str(version).encode())

    def oldest(self, room: str) -> int:
        """The oldest version of the room that may be served."""
        try:
            return int(self._mark(room).read_bytes())
        except (OSError, ValueError):
            return 0

    def pepper(self) -> bytes:
        """The server's own secret, for looking up codes; made once. Raises OSError when it cannot be used."""
        return self._once(PEPPER)

    def has_pepper(self) -> bool:
        """Whether this keyring was ever used."""
        return self._file(PEPPER).exists()

    def signing(self) -> bytes:
        """What the server signs proofs with; made once, as the pepper is."""
        return self._once(SIGNING)

    def _once(self, name: str) -> bytes:
        path = self._file(name)
        with contextlib.suppress(FileExistsError):  # another process may make it at the same moment
            if not path.exists():
                return self._write(name)
        key = path.read_bytes()
        if len(key) != 32:
            raise OSError(errno.EINVAL, "not a key of 32 bytes", str(path))
        return key

    def _write(self, name: str) -> bytes:
        key = secrets.token_bytes(32)
        self._put(self._file(name), key, fresh=True)
        return key

    def _put(self, path: Path, content: bytes, *, fresh: bool = False) -> None:
        """A whole file or none, on disk before this returns; a crash leaves no half of it under its name."""
        part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            if os.write(handle, content) != len(content):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
            os.fsync(handle)
            if fresh:
                os.link(part, path)  # unlike a rename, refuses what is there already
            else:
                part.replace(path)
        finally:
            os.close(handle)
            part.unlink(missing_ok=True)
        self._flush()

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

    def _mark(self, room: str) -> Path:
        return self._file(room).with_suffix(".closed")


def closed(path: Path) -> None:
    """Raises OSError when every user of this machine can look into a directory of ours."""
    if path.stat().st_mode & 0o007:
        raise PermissionError(errno.EACCES, f"other users of this machine can read it; chmod -R o= {path}", str(path))


def writable(path: Path) -> None:
    """Raises OSError when nothing can be made in this directory, before anybody has written something for nothing."""
    if not os.access(path, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, "no permission, or a read-only file system", str(path))
