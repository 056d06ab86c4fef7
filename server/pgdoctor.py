"""What `kring doctor` sees of PostgreSQL: whether it keeps what it confirms, and what it keeps beside that."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from server.database import Faults, StoreError
from server.keytable import KeyTable
from server.pgpool import Pool

SETTINGS = (
    *("log_statement", "log_min_duration_statement", "log_min_duration_sample", "log_duration"),
    *("log_parameter_max_length", "log_parameter_max_length_on_error", "track_commit_timestamp", "archive_mode"),
    *("autovacuum", "wal_recycle", "shared_preload_libraries", "server_version"),
)
TOLD = "select name, setting from pg_settings where name = any(?)"
WHO = "select system_identifier::text from pg_control_system()"
Said = tuple[str, str, str]  # level, what, do


@dataclass
class Seen:
    """One server: its settings, which installation it is, or the sentence why it cannot be used."""

    told: dict[str, str] = field(default_factory=dict)
    who: str = ""
    wrong: str = ""


def look(url: str, setting: str, beside: str | None = None) -> Seen:
    """Asks a server; with `beside`, whether it is the database of that address. Changes nothing there."""
    return asyncio.run(_look(url, setting, beside))


async def _look(url: str, setting: str, beside: str | None) -> Seen:
    pool, seen = Pool(url, setting, Faults()), Seen()
    try:
        await pool.open()
        try:
            seen.told = dict(await pool.read(TOLD, list(SETTINGS)))
            seen.who = str((await pool.read(WHO))[0][0])
        finally:
            await pool.close()
        if beside:
            ring = KeyTable(url, beside)
            await ring.reach()
            await ring.close()
    except StoreError as wrong:
        seen.wrong = f"{setting}: PostgreSQL does not tell ({wrong.event})"
    except SystemExit as wrong:
        seen.wrong = str(wrong).removeprefix("kring: ")
    return seen


def signing(url: str, beside: str) -> bool | None:
    """Whether the keyring there holds the key that signs; None when what it holds is none. False, too, when it cannot
    be asked: `keys` says that."""
    return asyncio.run(_signing(url, beside))


async def _signing(url: str, beside: str) -> bool | None:
    ring = KeyTable(url, beside)
    try:
        await ring.reach()
        try:
            return await ring.has_signing()
        finally:
            await ring.close()
    except (StoreError, SystemExit):
        return False


def rooms(seen: Seen) -> Iterator[Said]:
    """The server of the rooms: durable, and what its logs tell of when which circle acted."""
    if seen.wrong:
        yield "wrong", seen.wrong, "Kring does not start like this."
        return
    yield "ok", f"PostgreSQL {seen.told.get('server_version', '')} keeps what it confirms", ""
    yield from logs(seen.told)
    if seen.told.get("archive_mode", "off") != "off":
        yield (
            "warn",
            "PostgreSQL's log of changes is archived: it tells of each circle when it changed, act by act",
            "Keep that archive for hours rather than days, and away from who has the keys.",
        )


def keys(seen: Seen, other: Seen) -> Iterator[Said]:
    """The server of the keys: another database, and best another server, whose log of changes is thrown away."""
    if seen.wrong:
        yield "wrong", seen.wrong, "Give the keys a database of their own."
        return
    yield "ok", "the keys have a database of their own", ""
    if seen.who and seen.who == other.who:
        yield (
            "warn",
            "the keys' database is on the server of the rooms': a copy of that server holds both",
            "Give the keys a server of their own, or leave it out of every backup of the whole server.",
        )
    if seen.told.get("archive_mode", "off") != "off":
        yield "warn", "the log of changes of the keys is archived: no erasing reaches it", "archive_mode = off."
    if seen.told.get("wal_recycle") == "on":
        yield (
            "warn",
            "the log of changes of the keys is written over late: a destroyed key stays in it for as long",
            "On the server of the keys: wal_recycle = off, min_wal_size = 32MB, checkpoint_timeout = 5min.",
        )


def logs(told: Mapping[str, str]) -> Iterator[Said]:
    """What a server with these settings writes down of single acts."""
    slow = [told.get(name, "-1") for name in ("log_min_duration_statement", "log_min_duration_sample")]
    all_of_them = told.get("log_statement") in ("mod", "all") or told.get("log_duration") == "on"
    if all_of_them or any(value != "-1" for value in slow):
        yield (
            "warn",
            "PostgreSQL logs statements: a list of which circle changed when",
            "log_statement = none, log_duration = off, log_min_duration_statement = -1.",
        )
    if told.get("log_parameter_max_length") != "0" or told.get("log_parameter_max_length_on_error") != "0":
        yield (
            "warn",
            "PostgreSQL may log what goes with a statement: sealed documents, and marks of circles",
            "log_parameter_max_length = 0, log_parameter_max_length_on_error = 0.",
        )
    if told.get("track_commit_timestamp") == "on":
        yield "warn", "PostgreSQL keeps the time of every commit beside it", "track_commit_timestamp = off."
    if told.get("autovacuum") == "off":
        yield "warn", "PostgreSQL does not sweep up what was replaced or erased", "autovacuum = on."
    spies = [one for one in ("auto_explain", "pgaudit") if one in told.get("shared_preload_libraries", "")]
    if spies:
        yield "warn", f"PostgreSQL writes down statements by {', '.join(spies)}", "Leave it out for this database."
