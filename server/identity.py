"""The device's secret K and what is derived from it; codes and capabilities. K is never stored."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from random import Random

ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"


def new_secret() -> bytes:
    """32 random bytes, made once per device and room."""
    return secrets.token_bytes(32)


def encode(secret: bytes) -> str:
    """K as a cookie value of 43 characters."""
    return base64.urlsafe_b64encode(secret).rstrip(b"=").decode()


def decode(value: str) -> bytes | None:
    """K from a cookie value, or None when it is not one."""
    if len(value) != 43:
        return None
    try:
        secret = base64.b64decode(value + "=", altchars=b"-_", validate=True)
    except ValueError:
        return None
    return secret if len(secret) == 32 else None


def tag(secret: bytes, label: str, *parts: str) -> str:
    """HMAC-SHA-256 of K over a version, a label and length-prefixed parts: two purposes never meet."""
    return encode(_mac(secret, label, *parts))


def handle(secret: bytes, room: str) -> str:
    """The name under which a room knows a device."""
    return tag(secret, "auth", room)


def handed(secret: bytes, room: str, seat: str) -> bytes:
    """The K with which a device goes on to somebody's chair: made of the giver's, so that handing it on twice, or once
    more after a lost answer, gives the same one. A chair has one voice, and another K would be a second."""
    return _mac(secret, "handed", room, seat)


def csrf_token(secret: bytes, room: str) -> str:
    """The device's CSRF value, masked afresh each time, so that a page may be compressed."""
    mask = secrets.token_bytes(32)
    return encode(mask) + encode(_xor(mask, _csrf(secret, room)))


def csrf_ok(secret: bytes, room: str, token: str) -> bool:
    """Whether a masked CSRF value is this device's."""
    mask, masked = decode(token[:43]), decode(token[43:])
    return mask is not None and masked is not None and hmac.compare_digest(_xor(mask, masked), _csrf(secret, room))


def cookie_name(alias: str, secure: bool) -> str:
    """The name of a room's cookie; plain HTTP cannot carry the __Host- prefix."""
    return f"{'__Host-' if secure else ''}kring-{alias}"


def issued(mark: bytes, room: str, secret: bytes) -> str:
    """The server's mark on a cookie: that it gave this K for this room. It opens nothing."""
    return tag(mark, "issued", room, encode(secret))[:22]


def new_code(rng: Random) -> str:
    """A join code XXXX-XXXX: 38 bits; no vowels, no 0, 1, I, L or O."""
    symbols = "".join(rng.choice(ALPHABET) for _ in range(8))
    return f"{symbols[:4]}-{symbols[4:]}"


def clean_code(typed: str) -> str | None:
    """A typed code as XXXX-XXXX, whatever its case, spaces and dashes; None when it cannot be one."""
    symbols = "".join(c for c in typed.upper() if not c.isspace() and c not in "-\u2010\u2011\u2012\u2013\u2014.")
    if len(symbols) != 8 or any(c not in ALPHABET for c in symbols):
        return None
    return f"{symbols[:4]}-{symbols[4:]}"


def new_key() -> str:
    """A key to write down: four times four symbols, 77 bits, of the alphabet of the codes."""
    symbols = "".join(secrets.choice(ALPHABET) for _ in range(16))
    return "-".join(symbols[i : i + 4] for i in range(0, 16, 4))


def clean_key(typed: str) -> str:
    """A typed key as `new_key` makes it, whatever its case, spaces and dashes; '' when it cannot be one."""
    symbols = "".join(c for c in typed.upper() if c in ALPHABET)
    return "-".join(symbols[i : i + 4] for i in range(0, 16, 4)) if len(symbols) == 16 else ""


def fingerprint(secret: bytes) -> str:
    """How a capability is kept: its SHA-256."""
    return hashlib.sha256(secret).hexdigest()


def _mac(secret: bytes, label: str, *parts: str) -> bytes:
    message = b"kring1"
    for part in (label, *parts):
        raw = part.encode()
        message += len(raw).to_bytes(4, "big") + raw
    return hmac.digest(secret, message, hashlib.sha256)


def _csrf(secret: bytes, room: str) -> bytes:
    return hmac.digest(secret, b"kring1csrf" + room.encode(), hashlib.sha256)


def _xor(a: bytes, b: bytes) -> bytes:
    return bytes(x ^ y for x, y in zip(a, b, strict=True))
