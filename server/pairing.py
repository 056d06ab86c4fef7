"""Big screens that wait under four symbols until somebody who leads types them."""

from __future__ import annotations

import time

from server.database import Database


class Pairing:
    """The waiting screens. Symbols and tickets come in hashed; nothing here opens a room."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def wait(self, symbols: str, ticket: str, until: int) -> None:
        """A screen waits under its symbols until a moment (s since 1970)."""
        await self._db.commit(
            [
                ("delete from pair where until < ?", (int(time.time()),)),
                ("insert or replace into pair values (?, ?, ?, null)", (symbols, ticket, until)),
            ]
        )

    async def claim(self, symbols: str, room_id: str) -> bool:
        """A leader typed these symbols: the screen that waits belongs to this room. False when none waits."""
        waits = "select 1 from pair where symbols = ? and until >= ?"
        if not await self._db.rows(waits, symbols, int(time.time())):
            return False
        await self._db.commit([("update pair set room = ? where symbols = ? and room is null", (room_id, symbols))])
        return True

    async def take(self, ticket: str) -> str | None:
        """The room a waiting screen was paired with; once."""
        rows = await self._db.rows("select room from pair where ticket = ? and room is not null", ticket)
        if rows:
            await self._db.commit([("delete from pair where ticket = ?", (ticket,))])
        return rows[0][0] if rows else None
