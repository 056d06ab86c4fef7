"""Big screens that wait under four symbols until somebody who leads types them."""

from __future__ import annotations

from server.database import Database
from server.steady import now_ms

OVER = "delete from pair where until < ?"
FREE = "insert into pair values (?, ?, ?, null) on conflict do nothing returning symbols"
CLAIM = "update pair set room = ? where symbols = ? and until >= ? and (room is null or room = ?) returning room"
TAKEN = "delete from pair where ticket = ? and until >= ? and room is not null returning room"


class Pairing:
    """The waiting screens. Symbols and tickets come in hashed; nothing here opens a room."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def wait(self, symbols: str, ticket: str, until: int) -> bool:
        """A screen waits under its symbols until a moment (s since 1970); False when another waits under them."""

        return bool(await self._db.inside([(OVER, (now_ms() // 1000,)), (FREE, (symbols, ticket, until))]))

    async def waits(self, ticket: str) -> bool:
        """Whether a screen with this ticket still waits."""
        return bool(await self._db.rows("select 1 from pair where ticket = ? and until >= ?", ticket, now_ms() // 1000))

    async def claim(self, symbols: str, room_id: str) -> bool:
        """A leader typed these symbols: the screen that waits belongs to this room. False when none waits, or it
        belongs to another room already."""
        now = now_ms() // 1000
        if not await self._db.rows("select 1 from pair where symbols = ? and until >= ?", symbols, now):
            return False
        return bool(await self._db.inside([(CLAIM, (room_id, symbols, now, room_id))]))

    async def take(self, ticket: str) -> str | None:
        """The room a waiting screen was paired with; once, also when asked twice at the same moment."""
        if not await self._db.rows("select 1 from pair where ticket = ? and room is not null", ticket):
            return None
        rows = await self._db.inside([(TAKEN, (ticket, now_ms() // 1000))])
        return str(rows[0][0]) if rows else None
