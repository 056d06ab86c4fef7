"""Planted for tools/rules.py: a clock where content is kept, and SQL from pieces. Never imported."""

# ruleid: content-has-no-clock
import time

# ruleid: content-has-no-clock
from datetime import datetime


def save(db, room, alias, now):
    # ruleid: content-has-no-clock
    stamp = time.time_ns()
    # ok: content-has-no-clock
    until = room.until
    # ruleid: no-sql-from-pieces
    db.execute(f"select body from room where id = '{alias}'")
    # ruleid: no-sql-from-pieces
    db.execute(f"delete from {alias}")
    # ruleid: no-sql-from-pieces
    db.execute("select body from room where id = '" + alias + "'")
    # ruleid: no-sql-from-pieces
    db.execute("SELECT body FROM room WHERE id = '%s'" % alias)
    # ruleid: no-sql-from-pieces
    db.execute("update room set body = '{}'".format(alias))
    # ruleid: no-sql-from-pieces
    statement = f"""
        insert into room values ({alias})"""
    # ok: no-sql-from-pieces
    db.execute("select body from room where id = ?", (alias,))
    # ok: no-sql-from-pieces
    said = f"choose {alias}"
