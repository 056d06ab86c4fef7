"""Settings from KRING_* in the environment; a wrong value stops the start with a sentence that names it."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

# names that no registry gives out
LOCAL = (".localhost", ".local", ".lan", ".home", ".internal", ".home.arpa", ".test")
REDIS = ("redis", "rediss", "unix", "redis+cluster", "rediss+cluster")


class ConfigError(ValueError):
    """A setting that cannot be used; the text names it."""


@dataclass(frozen=True, slots=True)
class Config:
    """All settings of one process."""

    host: str
    port: int
    data: Path
    keyring: Path
    origins: tuple[str, ...]
    redis_url: str | None
    workers: int
    log_level: str
    retention_hours: int
    forwarded_allow_ips: str
    metrics_token: str = ""  # who shows it may read /metrics; without one there is no such page
    database_url: str | None = None  # of PostgreSQL, in place of a file of SQLite in `data`
    keyring_url: str | None = None  # of PostgreSQL, in place of the directory `keyring`
    contact: str = ""  # https: or mailto:, for /.well-known/security.txt and the privacy page

    @property
    def secure(self) -> bool:
        """Whether cookies can be Secure with the __Host- prefix: every origin is HTTPS."""
        return all(o.startswith("https://") for o in self.origins)

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Config:
        """Reads and checks all settings; raises ConfigError for the first wrong one."""
        host, port = environ.get("KRING_HOST") or "127.0.0.1", _whole(environ, "KRING_PORT", 8000, 0, 65535)
        data = Path(environ.get("KRING_DATA") or "data").absolute()
        database_url, keyring_url = _databases(environ)
        ring = "" if keyring_url else environ.get("KRING_KEYRING")
        keyring = Path(ring or data.parent / f"{data.name}-keyring").absolute()
        if data.resolve() in (keyring.resolve(), *keyring.resolve().parents):
            raise ConfigError("KRING_KEYRING lies inside KRING_DATA; keys must live outside the data and its backups.")
        redis, workers = environ.get("KRING_REDIS_URL") or None, _whole(environ, "KRING_WORKERS", 1, 1, 64)
        if redis and urlsplit(redis).scheme not in REDIS:
            raise ConfigError(
                "KRING_REDIS_URL must start with redis://, rediss:// or unix://; for a cluster with redis+cluster:// "
                "or rediss+cluster://."
            )
        if workers > 1 and not redis:
            raise ConfigError(
                "KRING_WORKERS is more than 1; set KRING_REDIS_URL too, so that the workers hear each other."
            )
        level = (environ.get("KRING_LOG_LEVEL") or "info").lower()
        if level not in ("debug", "info", "warning", "error"):
            raise ConfigError("KRING_LOG_LEVEL must be debug, info, warning or error.")
        return cls(
            host=host,
            port=port,
            data=data,
            keyring=keyring,
            origins=_origins(environ, host, port),
            redis_url=redis,
            workers=workers,
            log_level=level,
            retention_hours=_whole(environ, "KRING_RETENTION_HOURS", 24, 0, 720),
            contact=_contact(environ.get("KRING_CONTACT", "").strip()),
            forwarded_allow_ips=_proxies(environ),
            database_url=database_url,
            keyring_url=keyring_url,
            metrics_token=_token(environ.get("KRING_METRICS_TOKEN", "")),
        )


def _databases(environ: Mapping[str, str]) -> tuple[str | None, str | None]:
    """The addresses of the rooms' PostgreSQL and of the keys', where they are addresses."""
    rooms, keys = environ.get("KRING_DATABASE_URL") or None, environ.get("KRING_KEYRING") or ""
    if rooms:
        _check_postgres("KRING_DATABASE_URL", rooms)
    if "://" not in keys:
        return rooms, None
    _check_postgres("KRING_KEYRING", keys)
    if not rooms:
        raise ConfigError("KRING_KEYRING is a PostgreSQL; that needs KRING_DATABASE_URL, for the rooms, too.")
    if keys == rooms:
        raise ConfigError("KRING_KEYRING is KRING_DATABASE_URL; keys must live outside the data and its backups.")
    return rooms, keys


def _check_postgres(name: str, url: str) -> None:
    """An address of PostgreSQL; over the internet only one whose server must show a certificate."""
    try:
        parts = urlsplit(url)
        asks = dict(parse_qsl(parts.query))
        sound = parts.scheme in ("postgresql", "postgres") and len(parts.path) > 1 and (parts.port or 1) > 0
    except ValueError:
        sound = False
    if not sound:
        raise ConfigError(f"{name} must be an address such as postgresql://kring@db.internal/kring, with a database.")
    hosts = [host for host in (asks.get("host") or parts.hostname or "").split(",") if not host.startswith("/")]
    if not all(_near(host) for host in hosts) and asks.get("sslmode") not in ("verify-ca", "verify-full"):
        raise ConfigError(f"{name} would go over the internet unencrypted or unchecked; add ?sslmode=verify-full.")


def _whole(environ: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = environ.get(name) or str(default)
    if not text.isdigit() or not low <= int(text) <= high:
        raise ConfigError(f"{name} must be a whole number from {low} to {high}, not {text!r}.")
    return int(text)


def _token(text: str) -> str:
    if text and not re.fullmatch(r"[!-~]{16,200}", text):
        raise ConfigError("KRING_METRICS_TOKEN must be 16 to 200 characters without spaces.")
    return text


def _contact(text: str) -> str:
    contact = f"mailto:{text}" if "@" in text and ":" not in text else text
    if contact and not re.fullmatch(r"(https://[^\s/]+\S*|mailto:[^\s@]+@[^\s@]+)", contact):
        raise ConfigError(f"KRING_CONTACT must be an e-mail address or an https:// address, not {text!r}.")
    return contact


def _proxies(environ: Mapping[str, str]) -> str:
    """Only named addresses: with * anybody could write the address they come from, and have a budget for each."""
    parts = [part.strip() for part in environ.get("KRING_FORWARDED_ALLOW_IPS", "").split(",") if part.strip()]
    for part in parts:
        try:
            everybody = ipaddress.ip_network(part).prefixlen == 0
        except ValueError:
            everybody = True
        if everybody:
            raise ConfigError(
                "KRING_FORWARDED_ALLOW_IPS must be a list of the proxy's own addresses or networks, such as "
                f"127.0.0.1,172.30.77.0/24, not {part!r}."
            )
    return ",".join(parts)


def _origins(environ: Mapping[str, str], host: str, port: int) -> tuple[str, ...]:
    text = environ.get("KRING_ORIGIN", "")
    if text:
        origins = tuple(part.strip().rstrip("/") for part in text.split(",") if part.strip())
    else:
        here = ("127.0.0.1", "localhost", "::1")
        others = _addresses() if host in ("0.0.0.0", "::") else [host]  # noqa: S104 - compared, not bound
        names = [*(f"[{o}]" if ":" in o else o for o in others if o not in here), "127.0.0.1", "localhost", "[::1]"]
        origins = tuple(f"http://{name}:{port}" if port != 80 else f"http://{name}" for name in names)
    for origin in origins:
        _check_origin(origin)
    if not origins:
        raise ConfigError("KRING_ORIGIN is set, but names no origin.")
    return origins


def _check_origin(origin: str) -> None:
    try:
        parts = urlsplit(origin)
        sound = parts.scheme in ("http", "https") and parts.hostname and not (parts.path or parts.query)
        sound = sound and not parts.fragment and "@" not in parts.netloc and (parts.port or 1) > 0
    except ValueError:
        sound = False
    if not sound:
        raise ConfigError(f"KRING_ORIGIN must be a list of origins such as https://kring.example.org, not {origin!r}.")
    usual = parts.port == {"http": 80, "https": 443}[parts.scheme]
    if usual or origin != origin.lower() or not origin.isascii():
        raise ConfigError(
            "KRING_ORIGIN must be written as browsers do, in small letters, ASCII and without :80 or :443, "
            f"not {origin!r}."
        )
    if parts.scheme == "http" and not _near(str(parts.hostname)):
        raise ConfigError(
            f"KRING_ORIGIN: {origin} would go over the internet unencrypted. Use https:// and a TLS proxy; "
            "http:// is for this machine and for private addresses only."
        )


def _near(name: str) -> bool:
    """Whether a name or address cannot be reached from outside: plain HTTP is for a local network only."""
    try:
        return not ipaddress.ip_address(name.partition("%")[0]).is_global
    except ValueError:
        return "." not in name or name.endswith(LOCAL)


def _addresses() -> list[str]:
    """The private addresses of this machine, so that phones on the same Wi-Fi can join."""
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: asks which address would be used
            found.append(probe.getsockname()[0])
        except OSError:
            pass
    return [a for a in found if ipaddress.ip_address(a).is_private and not a.startswith("127.")]
