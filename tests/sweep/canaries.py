"""Values that must not be where they do not belong, in every way a program may write them down."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, quote_plus

import brotli

SHORT = 8  # bytes: what is shorter lies in random bytes by chance, and is looked for in plain files only
_PACKED = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]")


def encodings(secret: bytes) -> set[bytes]:
    """A value as itself, in hex, and in both kinds of base64 wherever it may begin."""
    found = {secret, secret.hex().encode(), secret.hex().upper().encode()}
    for before in range(3):
        for code in (base64.b64encode, base64.urlsafe_b64encode):
            whole = code(b"\0" * before + secret)
            found.add(whole[-(-before * 4 // 3) : len(whole) - 4])
    return found


def spellings(text: str) -> set[bytes]:
    """A text in the ways a program may write it down."""
    ways = {text, json.dumps(text)[1:-1], repr(text)[1:-1], ascii(text)[1:-1], quote(text), quote_plus(text)}
    found = {way.encode() for way in ways} | {text.encode("utf-16-le"), text.encode("utf-16-be")}
    return found | encodings(text.encode())


@dataclass
class Canaries:
    """All values of one kind (`K`, `case text`, ...), each with its spellings."""

    kinds: dict[str, set[bytes]] = field(default_factory=dict)

    def text(self, kind: str, *texts: str) -> None:
        """A text; short ones as they are."""
        for text in texts:
            ways = spellings(text) if len(text.encode()) >= SHORT else {text.encode()}
            self.kinds.setdefault(kind, set()).update(ways)

    def secret(self, kind: str, *secrets: bytes) -> None:
        """Random bytes."""
        for secret in secrets:
            self.kinds.setdefault(kind, set()).update(encodings(secret))

    def count(self, kind: str, blobs: Iterable[bytes], *, sealed: bool = False) -> int:
        """How often this kind is in these bytes, packed or not; `sealed` ones are random, so that short forms say
        nothing in them."""
        forms = [f for f in self.kinds.get(kind, ()) if not sealed or len(f) >= SHORT]
        return sum(blob.count(form) for blob in blobs for form in forms)


def unpacked(blob: bytes) -> Iterator[bytes]:
    """The bytes, and what they hold in zlib, gzip or brotli."""
    yield blob
    for match in _PACKED.finditer(blob):
        try:
            found = zlib.decompressobj(47).decompress(blob[match.start() :], 1 << 22)
        except zlib.error:
            continue
        if len(found) > SHORT:
            yield found
    try:
        yield brotli.decompress(blob)
    except brotli.error:
        return


def found_in(root: Path, canaries: dict[str, Iterable[bytes]]) -> set[str]:
    """Which canary lies in which file under this folder."""
    files = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    return {
        f"{n} in {p.name}"
        for p, body in files.items()
        for n, forms in canaries.items()
        if any(f in body for f in forms)
    }
