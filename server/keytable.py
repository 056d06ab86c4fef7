"""The keyring as a database of its own, for many machines: outside the rooms' database and its backups."""

from __future__ import annotations

import secrets

from server.database import Faults, StoreError, rng
from server.even import instant
from server.keyring import DESTROYED, PEPPER, SIGNING
from server.keys import Kept, Keys
from server.pgpool import Connection, Pool, numbered

# One row for each key. It is small and often swept, for what a key was lies in the file until then.
SCHEMA = """
select pg_advisory_xact_lock(7023);
create table if not exists key (room text primary key, secret bytea not null, closed bigint not null default 0)
  with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20);
"""
THERE = "select to_regclass('key') is not null"
FRESH = "insert into key (room, secret) values (?, ?)"
ONCE = "insert into key (room, secret) values (?, ?) on conflict do nothing"
LOOK = "select secret, closed from key where room = ?"
DESTROY = "update key set secret = ? where room = ?"
CLEAR = "delete from key where room = ? and secret = ?"
GONE = "select room from key where secret = ?"
CLOSE = "update key set closed = greatest(closed, ?) where room = ?"
SWEEP = "vacuum full key"  # a new file without what was destroyed; an ordinary one leaves its bytes between the rows


class KeyTable(Keys):
    """Keys as rows. The server that holds them is trusted as the store's is: see `pgpool`."""

    def __init__(self, url: str, beside: str | None) -> None:
        """`beside` is the address of the rooms' database, which this one may not be."""
        self.where = "the database of KRING_KEYRING"
        self._beside = beside
        self._pool = Pool(url, "KRING_KEYRING", Faults())

    async def reach(self) -> None:
        """SystemExit with a sentence for the host when it cannot be trusted, or is the rooms' database."""
        await self._pool.open()
        if self._beside and await self._is(self._beside):
            await self.close()
            raise SystemExit(
                "kring: KRING_KEYRING is the same database as KRING_DATABASE_URL; "
                "keys must live outside the data and its backups."
            )

    async def open(self) -> None:
        """As `reach`; and makes its table."""
        await self.reach()
        try:
            if not (await self._pool.read(THERE))[0][0]:
                await self._pool.write(lambda db: db.execute(SCHEMA), instant())
        except StoreError:
            await self.close()
            raise SystemExit(
                "kring: KRING_KEYRING: its user may not make tables there. Make it the owner of the database."
            ) from None
        except BaseException:
            await self.close()
            raise

    async def _is(self, url: str) -> bool:
        """Whether another address leads to this very database, by whatever name: a lock that is held here is held
        there. It needs no right that an owner of a database lacks."""
        number = rng.getrandbits(62)
        other = Pool(url, "KRING_DATABASE_URL", Faults())
        await other.open()
        try:

            async def both(db: Connection) -> bool:
                await db.fetchval("select pg_advisory_lock($1)", number)
                there = await other.read("select pg_try_advisory_lock(?)", number)
                await db.fetchval("select pg_advisory_unlock($1)", number)
                return not there[0][0]

            return await self._pool.write(both, instant())
        finally:
            await other.close()

    async def close(self) -> None:
        """Ends its connections."""
        await self._pool.close()

    async def create(self, room: str) -> bytes:
        """A row of its own; one that is there already is not written over."""
        key = secrets.token_bytes(32)
        await self._does(FRESH, room, key)
        return key

    async def look(self, room: str) -> Kept:
        """As committed."""
        rows = await self._pool.read(LOOK, room)
        if not rows:
            return Kept(None, False, 0)
        key, closed = rows[0]
        destroyed = key == DESTROYED
        return Kept(key if len(key) == 32 and not destroyed else None, destroyed, closed)

    async def destroy(self, room: str) -> None:
        """Zeros in its place. The row that was lies in the file until `clear`, and in PostgreSQL's log of changes (WAL)
        until that is written over."""
        await self._does(DESTROY, DESTROYED, room)

    async def clear(self, room: str) -> None:
        """Its row goes, and what it left: the table is written anew, which takes some milliseconds."""
        await self._does(CLEAR, room, DESTROYED)
        for _ in range(3):  # another process may be at it
            if await self._pool.aside(SWEEP):
                return

    async def destroyed(self) -> list[str]:
        """The rows of zeros."""
        return [row[0] for row in await self._pool.read(GONE, DESTROYED)]

    async def remember_closed(self, room: str, version: int) -> None:
        """Beside the key; it only rises."""
        await self._does(CLOSE, version, room)

    async def pepper(self) -> bytes:
        """A row like the others, and the first one stays."""
        found = await self._once(PEPPER)
        if not found:
            raise SystemExit("kring: KRING_KEYRING: the secret of this server there is not a key of 32 bytes.")
        return found

    async def has_pepper(self) -> bool:
        """Whether its row is there."""
        return bool(await self._pool.read(LOOK, PEPPER))

    async def signing(self) -> bytes:
        """A row, too. Raises StoreError."""
        found = await self._once(SIGNING)
        if not found:
            raise StoreError
        return found

    async def has_signing(self) -> bool | None:
        """Whether its row is there, None when there is one that is no key."""
        if not (await self._pool.read(THERE))[0][0]:
            return False
        rows = await self._pool.read(LOOK, SIGNING)
        return None if rows and not (await self.look(SIGNING)).key else bool(rows)

    async def _once(self, name: str) -> bytes | None:
        await self._does(ONCE, name, secrets.token_bytes(32))
        return (await self.look(name)).key

    async def _does(self, sql: str, *values: object) -> None:
        await self._pool.write(lambda db: db.execute(numbered(sql), *values), instant())
