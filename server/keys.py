"""How the store asks for keys, wherever they lie: in a directory, or in a database of their own."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from dataclasses import dataclass

from server.config import Config
from server.keyring import KeyMissing, Keyring


@dataclass(frozen=True, slots=True)
class Kept:
    """What a keyring knows of a room: its key, whether that was destroyed and not lost, and the oldest version of its
    document that may be served."""

    key: bytes | None
    destroyed: bool
    oldest: int


class Keys(ABC):
    """One secret per room, outside the database and its backups. Raises OSError or StoreError when it cannot."""

    where: str  # for a sentence to the host

    @abstractmethod
    async def open(self) -> None:
        """OSError, or SystemExit with a sentence for the host, when it cannot be used."""

    @abstractmethod
    async def close(self) -> None:
        """Nothing is asked after this."""

    @abstractmethod
    async def create(self, room: str) -> bytes:
        """A new key for a room, durable before this returns."""

    @abstractmethod
    async def look(self, room: str) -> Kept:
        """What is known of a room now."""

    @abstractmethod
    async def destroy(self, room: str) -> None:
        """Overwrites a key with nothing, durable before this returns; that this was meant stays known."""

    @abstractmethod
    async def clear(self, room: str) -> None:
        """Takes away what `destroy` left, once nothing of the room is in the database."""

    @abstractmethod
    async def destroyed(self) -> list[str]:
        """The rooms whose keys were destroyed and whose erasing is not finished."""

    @abstractmethod
    async def remember_closed(self, room: str, version: int) -> None:
        """This version closed a round: an older document of the room is not to be served again."""

    @abstractmethod
    async def pepper(self) -> bytes:
        """The server's own secret; made once, whoever asks at the same moment."""

    @abstractmethod
    async def has_pepper(self) -> bool:
        """Whether this keyring was ever used."""

    @abstractmethod
    async def signing(self) -> bytes:
        """The 32 bytes this server signs proofs with; made once, whoever asks, and durable before this returns."""


class Files(Keys):
    """The keyring in a directory: a key is read and written at once, for it is 32 bytes."""

    def __init__(self, ring: Keyring) -> None:
        self._ring, self.where = ring, str(ring.path)

    async def open(self) -> None:
        """Makes the directory when it is not there."""
        self._ring.open()

    async def close(self) -> None:
        """Files are closed already."""

    async def create(self, room: str) -> bytes:
        """A file of its own."""
        return self._ring.create(room)

    async def look(self, room: str) -> Kept:
        """As the files say."""
        try:
            key: bytes | None = self._ring.get(room)
        except KeyMissing:
            key = None
        return Kept(key, key is None and self._ring.is_destroyed(room), self._ring.oldest(room))

    async def destroy(self, room: str) -> None:
        """Beside the loop: a disk may take its time."""
        await asyncio.to_thread(self._ring.destroy, room)

    async def clear(self, room: str) -> None:
        """The files of the room go."""
        self._ring.clear(room)

    async def destroyed(self) -> list[str]:
        """By a look at every key."""
        return self._ring.destroyed()

    async def remember_closed(self, room: str, version: int) -> None:
        """Beside the loop, too."""
        await asyncio.to_thread(self._ring.remember_closed, room, version)

    async def pepper(self) -> bytes:
        """A file like the others."""
        return self._ring.pepper()

    async def has_pepper(self) -> bool:
        """Whether that file is there."""
        return self._ring.has_pepper()

    async def signing(self) -> bytes:
        """A file, too; beside the loop, for the first time it is written."""
        return await asyncio.to_thread(self._ring.signing)


def asked(keyring: Keyring | Keys) -> Keys:
    """The keyring as the store asks it."""
    return Files(keyring) if isinstance(keyring, Keyring) else keyring


def keyring_of(config: Config) -> Keyring | Keys:
    """The keyring of these settings."""
    if not config.keyring_url:
        return Keyring(config.keyring)
    from server.keytable import KeyTable  # only here: it loads PostgreSQL's client

    return KeyTable(config.keyring_url, config.database_url)
