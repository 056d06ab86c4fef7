"""The keyring's own secret, and whether a database was made with it."""

from __future__ import annotations

import hashlib
import hmac

from server.database import Database
from server.keyring import Keyring


async def own(db: Database, keyring: Keyring) -> bytes:
    """The keyring's pepper. Raises SystemExit when the database was made with another keyring, for every room would be
    shut and no code would lead anywhere; OSError when the pepper cannot be used. Either closes the database."""
    try:
        return await _own(db, keyring)
    except BaseException:
        await db.close()
        raise


async def _own(db: Database, keyring: Keyring) -> bytes:
    known = (await db.rows("pragma user_version"))[0][0]
    if not known or keyring.has_pepper():
        pepper = keyring.pepper()
        mark = int.from_bytes(hmac.digest(pepper, b"database", hashlib.sha256)[:3]) + 1
        if not known:
            await db.commit([(f"pragma user_version={mark}", ())])
        if known in (0, mark):
            return pepper
    raise SystemExit(
        f"kring: the keyring in {keyring.path} is not the one that {db.path} was made with. "
        "Put that keyring back, or move the database away."
    )
