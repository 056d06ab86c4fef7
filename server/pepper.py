"""The keyring's own secret, and whether a database was made with it."""

from __future__ import annotations

import hashlib
import hmac

from server.database import Database
from server.keys import Keys


async def own(db: Database, keys: Keys) -> bytes:
    """The keyring's pepper. Raises SystemExit when the database was made with another keyring, for every room would be
    shut and no code would lead anywhere; OSError when the pepper cannot be used. Either closes the database."""
    try:
        return await _own(db, keys)
    except BaseException:
        await db.close()
        raise


async def _own(db: Database, keys: Keys) -> bytes:
    known = await db.mark()
    if not known or await keys.has_pepper():
        pepper = await keys.pepper()
        mark = int.from_bytes(hmac.digest(pepper, b"database", hashlib.sha256)[:3]) + 1
        if not known:
            await db.make_mark(mark)
            known = await db.mark()  # two that begin at once on one database have one keyring, or one of them leaves
        if known == mark:
            return pepper
    raise SystemExit(
        f"kring: the keyring in {keys.where} is not the one that {db.where} was made with. "
        "Put that keyring back, or move the database away."
    )
