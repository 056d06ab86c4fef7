"""Documents sealed with the room's key: encoded sorted, padded, AES-256-GCM."""

from __future__ import annotations

import os
import struct
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SMALLEST = 16_384
_encoder = msgspec.msgpack.Encoder(order="sorted")


class Unreadable(Exception):
    """A sealed document that its key does not open, or that is not what it should be."""


def size(document: Any) -> int:
    """How many bytes a document is before it is padded."""
    return len(_encoder.encode(document))


def seal(document: Any, key: bytes, room: str, version: int) -> bytes:
    """The document under the room's key; its size tells only the next power of two, from 16 KiB."""
    body = _encoder.encode(document)
    size = max(SMALLEST, 1 << (len(body) + 4 - 1).bit_length())
    nonce = os.urandom(12)
    plain = struct.pack("!I", len(body)) + body
    return nonce + AESGCM(key).encrypt(nonce, plain.ljust(size, b"\0"), _bound(room, version))


def unseal(sealed: bytes, key: bytes, room: str, version: int, kind: type[Any]) -> Any:
    """The document again; raises Unreadable when a bit, the room, or the version differs."""
    try:
        plain = AESGCM(key).decrypt(sealed[:12], sealed[12:], _bound(room, version))
        (length,) = struct.unpack_from("!I", plain)
        return msgspec.msgpack.decode(plain[4 : 4 + length], type=kind)
    except (InvalidTag, ValueError, struct.error, msgspec.DecodeError):
        raise Unreadable(room) from None


def _bound(room: str, version: int) -> bytes:
    return f"kring1|{room}|{version}".encode()
