"""Frames: one line of JSON, then the changed regions; numbered per audience, made once for all who miss the same."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field

from server.steady import now_ms

PAD = 16_384  # bytes: more than the longest page of own texts, however it is spelled


BOOT = secrets.token_hex(4)


@dataclass
class Audience:
    """The bytes of one audience: each region with the number `s` at which it last changed."""

    s: int = 0
    moved: int = 0
    pointer: str = ""
    regions: dict[str, tuple[str, int]] = field(default_factory=dict)
    frames: dict[int, str] = field(default_factory=dict)

    def draw(self, regions: dict[str, str], pointer: str) -> None:
        """Takes the regions as they are now. `s` rises only when bytes changed; `pointer` says where the meeting is."""
        changed = {n: h for n, h in regions.items() if self.regions.get(n, ("", 0))[0] != h}
        if not changed:
            return
        self.s += 1
        self.frames = {}
        for name, html in changed.items():
            self.regions[name] = (html, self.s)
        if self.pointer and pointer != self.pointer:
            self.moved = self.s
        self.pointer = pointer

    def frame(self, seen: int) -> str:
        """What a socket misses that has seen number `seen`; -1 has seen nothing and sets its clock by this frame."""
        if seen < 0:
            return self._frame(seen)
        if seen not in self.frames:
            self.frames[seen] = self._frame(seen)
        return self.frames[seen]

    def _frame(self, seen: int) -> str:
        moved = {"vt": 1, "focus": "stage-h"} if 0 <= seen < self.moved else {}
        return text({"s": self.s, **moved}, {n: h for n, (h, s) in self.regions.items() if s > seen})


def blanks(own: str) -> str:
    """What to add to this part of a page or frame, so that a size on the wire does not tell how much somebody wrote."""
    return " " * (-len(own.encode()) % PAD)


def text(head: dict[str, object], parts: dict[str, str]) -> str:
    """A frame: its head with boot id and server clock (ms), then a partial per region."""
    head = {"e": BOOT, "t": now_ms(), **head}
    body = "".join(f'<hx-partial hx-target="#{n}" hx-swap="innerMorph">{h}</hx-partial>' for n, h in parts.items())
    return json.dumps(head, separators=(",", ":")) + "\n" + body
