"""Frames: one line of JSON, then the changed regions; numbered per audience, made once for all who miss the same."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from struct import pack

from server.steady import now_ms

PAD = 16_384  # bytes: more than the longest page of own texts, however it is spelled
TEXT = 0x81  # the last frame of a message, of text
BOOT = secrets.token_hex(4)


@dataclass
class Audience:
    """The bytes of one audience: each region with the number `s` at which it last changed."""

    s: int = 0
    moved: int = 0
    pointer: str = ""
    regions: dict[str, tuple[str, int]] = field(default_factory=dict)
    frames: dict[int, bytes] = field(default_factory=dict)
    whole: str = ""  # all regions as parts of a frame

    def draw(self, regions: dict[str, str], pointer: str) -> None:
        """Takes the regions as they are now. `s` rises only when bytes changed; `pointer` says where the meeting is."""
        changed = {n: h for n, h in regions.items() if self.regions.get(n, ("", 0))[0] != h}
        if not changed:
            return
        self.s += 1
        self.frames, self.whole = {}, ""
        for name, html in changed.items():
            self.regions[name] = (html, self.s)
        if self.pointer and pointer != self.pointer:
            self.moved = self.s
        self.pointer = pointer

    def frame(self, seen: int) -> bytes:
        """What a socket misses that has seen number `seen`; -1 has seen nothing and sets its clock by this frame."""
        if seen < 0:
            self.whole = self.whole or parts({n: h for n, (h, _) in self.regions.items()})
            return framed(head({"s": self.s}) + self.whole)
        if seen not in self.frames:
            moved = {"vt": 1, "focus": "stage-h"} if seen < self.moved else {}
            self.frames[seen] = framed(
                text({"s": self.s, **moved}, {n: h for n, (h, s) in self.regions.items() if s > seen})
            )
        return self.frames[seen]


def blanks(own: str) -> str:
    """What to add to this part of a page or frame, so that a size on the wire does not tell how much somebody wrote."""
    return " " * (-len(own if own.isascii() else own.encode()) % PAD)


def text(fields: dict[str, object], regions: dict[str, str]) -> str:
    """A frame: its head with boot id and server clock (ms), then a partial per region."""
    return head(fields) + parts(regions)


def head(fields: dict[str, object]) -> str:
    """The first line of a frame."""
    return f'{{"e":"{BOOT}","t":{now_ms()},{json.dumps(fields, separators=(",", ":"))[1:]}\n'


def own_text(regions: dict[str, str]) -> str:
    """A frame about a device's own part; the head of it is the same for everybody, and there are thousands."""
    return f'{{"e":"{BOOT}","t":{now_ms()},"me":1}}\n{parts(regions)}'


def parts(regions: dict[str, str]) -> str:
    """The regions as a frame holds them."""
    return "".join(f'<hx-partial hx-target="#{n}" hx-swap="innerMorph">{h}</hx-partial>' for n, h in regions.items())


def framed(text: str) -> bytes:
    """A text as the bytes of one WebSocket message of a server (RFC 6455, 5.2): neither masked nor compressed, so the
    same for every socket. What websockets would make of it, in a third of the time; a test compares them."""
    body = text.encode()
    size = len(body)
    if size < 126:
        return pack("!BB", TEXT, size) + body
    return (pack("!BBH", TEXT, 126, size) if size < 65_536 else pack("!BBQ", TEXT, 127, size)) + body
