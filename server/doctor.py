"""`kring doctor`: looks at a host's installation and says what to do. It changes nothing and reads no room."""

from __future__ import annotations

import importlib.metadata
import resource
import shutil
import socket
import sqlite3
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import redis

from server import typeset
from server.config import Config
from server.keyring import SIGNING
from server.sqlitefile import PRAGMAS

FLOORS = {  # below these versions a fault is known that concerns us
    "starlette": "1.3.1",
    "uvicorn": "0.52.1",
    "h11": "0.16.0",
    "jinja2": "3.1.6",
}
REDIS = ("8.2.9", "8.4.6", "8.6.6", "8.8.2", "8.10.1")  # of each branch the first without a known fault
ROOM = 1 << 30  # bytes that should be free on the disk
SOON = 14 * 86_400  # seconds before a certificate ends
PATTERN = Path("/proc/sys/kernel/core_pattern")
SCRIPTS = {  # a letter or two of each
    "Arabic": "عي", "Armenian": "Հա", "Bengali": "বক", "Chinese": "王李", "Cyrillic": "Жы", "Devanagari": "दव",
    "Ethiopic": "አበ", "Georgian": "გა", "Greek": "Ψή", "Hebrew": "שד", "Japanese": "かタ", "Korean": "김박",
    "Tamil": "தம", "Thai": "กน",
}  # fmt: skip
SYNCED = tuple(  # what says that somebody keeps the clock
    Path("/run", name) for name in ("systemd/timesync/synchronized", "chrony/chronyd.pid", "chronyd.pid", "ntpd.pid")
)


@dataclass(frozen=True)
class Finding:
    """One thing looked at: `ok`, `warn` (a promise is weaker) or `wrong` (a promise is not kept), and what to do."""

    level: str
    what: str
    do: str = ""


def examine(config: Config) -> list[Finding]:
    """Everything, in the order of a reader: the way in, the keys, the data, the machine."""
    checks: tuple[Callable[[Config], Iterator[Finding]], ...] = (
        origins, certificates, keyring, signing, fonts, disk, database, bus, versions, memory, clock,
    )  # fmt: skip
    return [finding for check in checks for finding in check(config)]


def report(findings: list[Finding]) -> str:
    """The findings as lines for a terminal."""
    marks = {"ok": "ok   ", "warn": "warn ", "wrong": "WRONG"}
    lines = [f"{marks[f.level]} {f.what}" + (f"\n      {f.do}" if f.do else "") for f in findings]
    bad = sum(f.level != "ok" for f in findings)
    return "\n".join([*lines, f"{len(findings)} looked at, {bad} to mend." if bad else f"{len(findings)} looked at."])


def origins(config: Config) -> Iterator[Finding]:
    """HTTPS for whoever is not on this machine."""
    far = [o for o in config.origins if urlsplit(o).hostname not in ("127.0.0.1", "localhost", "::1")]
    plain = [o for o in far if not o.startswith("https://")]
    if plain:
        yield Finding(
            "warn",
            f"without HTTPS: {', '.join(plain)}",
            "What Kring promises holds over HTTPS only. Put a TLS proxy before it and set KRING_ORIGIN.",
        )
    else:
        yield Finding("ok", "HTTPS, or this machine only")
    if config.secure and not config.forwarded_allow_ips:
        yield Finding(
            "warn",
            "everybody seems to come from the proxy's address, and shares one budget of wrong codes",
            "Set KRING_FORWARDED_ALLOW_IPS to the address of the TLS proxy.",
        )


def certificates(config: Config) -> Iterator[Finding]:
    """Each HTTPS origin answers with a certificate that a browser takes, for two weeks more at least."""
    for origin in (o for o in config.origins if o.startswith("https://")):
        parts = urlsplit(origin)
        try:
            with (
                socket.create_connection((str(parts.hostname), parts.port or 443), 5) as line,
                ssl.create_default_context().wrap_socket(line, server_hostname=parts.hostname) as secure,
            ):
                until = ssl.cert_time_to_seconds(str((secure.getpeercert() or {})["notAfter"]))
        except (OSError, ValueError) as fault:
            yield Finding(
                "wrong",
                f"{origin} cannot be reached as a browser would: {fault}",
                "Check the proxy, its certificate and the name.",
            )
            continue
        days = round((until - time.time()) / 86_400)
        level = "ok" if until - time.time() > SOON else "warn"
        yield Finding(level, f"{origin} has a certificate for {days} days", "" if level == "ok" else "Renew it.")


def keyring(config: Config) -> Iterator[Finding]:
    """Keys only this user can read, away from the data, so that a backup of the data holds sealed text only."""
    if config.keyring_url and config.database_url:
        from server import pgdoctor

        rooms = pgdoctor.look(config.database_url, "KRING_DATABASE_URL")
        ring = pgdoctor.look(config.keyring_url, "KRING_KEYRING", config.database_url)
        yield from (Finding(*said) for said in pgdoctor.keys(ring, rooms))
        return
    path = config.keyring
    if not path.is_dir():
        yield Finding("warn", f"there is no keyring at {path} yet", "It is made at the first start.")
        return
    open_to = [p.name for p in (path, *path.iterdir()) if p.stat().st_mode & 0o077]
    if open_to:
        yield Finding("wrong", f"others can read the keyring: {', '.join(sorted(open_to)[:3])}", f"chmod -R go= {path}")
    if config.data.is_dir() and path.parent == config.data.parent and not path.is_mount():
        yield Finding(
            "warn",
            f"the keyring lies beside the data, in {path.parent}",
            "Set KRING_KEYRING to a folder that no backup takes, or leave it out of the backup by name.",
        )
    if not open_to:
        yield Finding("ok", "only this user can read the keyring")


def signing(config: Config) -> Iterator[Finding]:
    """The key that signs certificates: unlike a room's it opens nothing, and is worth a copy."""
    if config.keyring_url and config.database_url:
        from server import pgdoctor

        found = pgdoctor.signing(config.keyring_url, config.database_url)
    else:
        path = config.keyring / SIGNING
        found = (path.stat().st_size == 32 or None) if path.is_file() else False
    if found is None:
        yield Finding("wrong", "the key that signs certificates is not one of 32 bytes", "Put back your copy of it.")
    elif found:
        yield Finding("ok", f"there is a key that signs certificates: keep a copy of {SIGNING} of its own")


def fonts(config: Config) -> Iterator[Finding]:
    """A font for names in the scripts that are written most: without one a certificate is refused."""
    try:
        lacks = "".join(typeset.lacking("".join(SCRIPTS.values())))
    except typeset.NotSet:
        yield Finding("wrong", "typst makes no PDF on this machine", "make setup.")
        return
    missing = [name for name, letters in SCRIPTS.items() if set(letters) & set(lacks)]
    if missing:
        yield Finding("warn", f"no font for names in {', '.join(missing)}", "Install fonts-noto-core, fonts-noto-cjk.")
    else:
        yield Finding("ok", "there is a font for every script that is written much")


def disk(config: Config) -> Iterator[Finding]:
    """Room to write, and a data folder of this user's own."""
    if config.database_url:
        return
    folder = next(p for p in (config.data, *config.data.parents) if p.is_dir())
    free = shutil.disk_usage(folder).free
    if free < ROOM:
        yield Finding("warn", f"{free >> 20} MiB free for the data", "Make room: on a full disk nothing is kept.")
    else:
        yield Finding("ok", f"{free >> 30} GiB free for the data")
    if config.data.is_dir() and config.data.stat().st_mode & 0o077:
        yield Finding("warn", "others can read the data folder", f"chmod go= {config.data}")


def database(config: Config) -> Iterator[Finding]:
    """PostgreSQL keeps what it confirms; or SQLite takes every setting, and the file is sound."""
    if config.database_url:
        from server import pgdoctor

        yield from (Finding(*said) for said in pgdoctor.rooms(pgdoctor.look(config.database_url, "KRING_DATABASE_URL")))
        return
    path = config.data / "kring.db"
    if not path.exists():
        yield Finding("ok", f"no database yet; SQLite {sqlite3.sqlite_version}")
        return
    try:
        with sqlite3.connect(f"file:{path}?mode=rw", uri=True, timeout=2) as file:
            for name, value in PRAGMAS:
                file.execute(f"pragma {name}={value}")
            other = [name for name, value in PRAGMAS if file.execute(f"pragma {name}").fetchone()[0] != value]
            sound = str(file.execute("pragma quick_check").fetchone()[0])
        file.close()
    except sqlite3.Error as fault:
        yield Finding("wrong", f"the database cannot be read: {fault}", "Put back the newest backup, or move it away.")
        return
    if other or sound != "ok":
        yield Finding("wrong", f"SQLite: {', '.join(other) or sound}", "Use another SQLite, or the newest backup.")
    else:
        yield Finding("ok", f"SQLite {sqlite3.sqlite_version} takes every setting, and the file is sound")


def bus(config: Config) -> Iterator[Finding]:
    """Redis answers, keeps nothing, is not open to others, and is no version with a known fault."""
    if not config.redis_url:
        return
    try:
        nodes = _nodes(config.redis_url)
        told = [(url, *_told(url)) for url in nodes]
    except (redis.RedisError, ValueError) as fault:
        yield Finding("warn", f"Redis does not tell: {fault}", "Kring works on without it, a second slower.")
        return
    faults = [fault for url, settings, _ in told for fault in (*keeps(settings), *is_open(settings, url))]
    yield from dict.fromkeys(faults) or [Finding("ok", "Redis answers, keeps nothing, and is not open")]
    yield from dict.fromkeys(redis_floor(version) for _, _, version in told)


def _nodes(url: str) -> list[str]:
    """The address itself, or those of all nodes of a cluster; RedisError when none answers."""
    if not urlsplit(url).scheme.endswith("+cluster"):
        return [url]
    from server.rediscluster import Plan, seeds  # only here: most have no cluster

    fault: Exception = ValueError("the address names no node")
    for seed in seeds(url):
        try:
            with redis.Redis.from_url(seed, socket_timeout=3, decode_responses=True) as client:
                return list(Plan.of(url, seed, client.execute_command("CLUSTER SLOTS")).nodes)
        except redis.RedisError as this:
            fault = this
    raise fault


def _told(url: str) -> tuple[dict[str, str], str]:
    """What one Redis says of its settings, and its version."""
    names = ("save", "appendonly", "slowlog-max-len", "bind", "requirepass")
    with redis.Redis.from_url(url, socket_timeout=3) as client:
        settings = {name: str(client.config_get(name).get(name, "")) for name in names}
        return settings, str(client.info("server").get("redis_version", ""))


def keeps(told: Mapping[str, str]) -> Iterator[Finding]:
    """What a Redis with these settings writes down."""
    if told["save"] or told["appendonly"] == "yes":
        yield Finding("warn", "Redis writes to disk", "Nothing secret goes there, and nothing needs to: --save '' .")
    if told["slowlog-max-len"] != "0":
        yield Finding(
            "warn",
            "Redis keeps a list of slow commands, with what was in them and when",
            "Nothing secret goes there, and nobody needs the list: --slowlog-max-len 0.",
        )


def is_open(told: Mapping[str, str], url: str) -> Iterator[Finding]:
    """Whether a Redis with these settings, at this address, lets in whoever reaches it."""
    asks = told["requirepass"] or "@" in url
    wide = not told["bind"] or any(a not in ("127.0.0.1", "::1", "-::1") for a in told["bind"].split())
    if wide and not asks:
        yield Finding("warn", "Redis listens to others without a password", "Bind it to this machine, or give it one.")


def redis_floor(version: str) -> Finding:
    """Whether a version of Redis is new enough for its branch. A distribution mends a fault without a new number, so
    that an old number alone is no fault."""
    floor = next((f for f in REDIS if number(f)[:2] >= number(version)[:2]), REDIS[-1])
    if number(version) >= number(floor):
        return Finding("ok", f"Redis {version} has no known fault that concerns us")
    return Finding(
        "warn", f"Redis {version} is older than {floor}", f"At least {floor}, or your distribution's patched build."
    )


def versions(config: Config) -> Iterator[Finding]:
    """No library with a fault that concerns us."""
    old = {n: v for n, v in ((n, importlib.metadata.version(n)) for n in FLOORS) if number(v) < number(FLOORS[n])}
    for name, version in old.items():
        yield Finding("wrong", f"{name} {version} has a known fault", f"At least {FLOORS[name]}: make setup.")
    if not old:
        yield Finding("ok", "no library with a known fault that concerns us")


def memory(config: Config, swaps: Path = Path("/proc/swaps"), pattern: Path = PATTERN) -> Iterator[Finding]:
    """What is in memory stays there: no swap, no core dumps."""
    on = [line.split()[0] for line in (swaps.read_text(encoding="utf-8").splitlines()[1:] if swaps.exists() else ())]
    if on:
        yield Finding("warn", f"swap is on: {', '.join(on)}", "Text can reach the disk. swapoff -a, or encrypt it.")
    least = resource.getrlimit(resource.RLIMIT_CORE)[0]
    to_program = pattern.exists() and pattern.read_text(encoding="utf-8").startswith("|")
    if least != 1 and (least or to_program):  # a program gets the whole of it, unless the limit is just one byte
        yield Finding("warn", "core dumps are on", "A crash would write keys to disk. ulimit -c 1, or LimitCORE=1.")
    elif not on:
        yield Finding("ok", "no swap and no core dumps")


def clock(config: Config, synced: tuple[Path, ...] = SYNCED) -> Iterator[Finding]:
    """A clock that is kept: phases end and meetings are erased by it."""
    if any(one.exists() for one in synced):
        yield Finding("ok", "the clock is kept by the network")
    else:
        yield Finding("warn", "nobody says that the clock is kept by the network", "Run chrony or systemd-timesyncd.")


def number(version: str) -> tuple[int, ...]:
    """A version as numbers that can be compared."""
    return tuple(int(part) for part in version.split(".")[:3] if part.isdigit())
