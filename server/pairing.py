"""Big screens that wait under four symbols until somebody who leads types them."""

from __future__ import annotations

import sqlite3

from server.database import Database
from server.steady import now_ms

FREE = "insert or ignore into pair values (?, ?, ?, null)"
CLAIM = "update pair set room = ? where symbols = ? and until >= ? and (room is null or room = ?)"
TAKEN = "delete from pair where ticket = ? and until >= ? and room is not null returning room"


class Pairing:
    """The waiting screens. Symbols and tickets come in hashed; nothing here opens a room."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def wait(self, symbols: str, ticket: str, until: int) -> bool:
        """A screen waits under its symbols until a moment (s since 1970); False when another waits under them."""

        def free(db: sqlite3.Connection) -> bool:
            db.execute("delete from pair where until < ?", (now_ms() // 1000,))
            return db.execute(FREE, (symbols, ticket, until)).rowcount == 1

        return await self._db.inside(free)

    async def waits(self, ticket: str) -> bool:
        """Whether a screen with this ticket still waits."""
        return bool(await self._db.rows("select 1 from pair where ticket = ? and until >= ?", ticket, now_ms() // 1000))

    async def claim(self, symbols: str, room_id: str) -> bool:
        """A leader typed these symbols: the screen that waits belongs to this room. False when none waits, or it
        belongs to another room already."""
        now = now_ms() // 1000
        if not await self._db.rows("select 1 from pair where symbols = ? and until >= ?", symbols, now):
            return False

        def mine(db: sqlite3.Connection) -> bool:
            return db.execute(CLAIM, (room_id, symbols, now, room_id)).rowcount == 1

        return await self._db.inside(mine)

    async def take(self, ticket: str) -> str | None:
        """The room a waiting screen was paired with; once, also when asked twice at the same moment."""
        if not await self._db.rows("select 1 from pair where ticket = ? and room is not null", ticket):
            return None

        def once(db: sqlite3.Connection) -> str | None:
            row = db.execute(TAKEN, (ticket, now_ms() // 1000)).fetchone()
            return str(row[0]) if row else None

        return await self._db.inside(once)
