"""A small sum for a device to do before its code is tried: the price of a guess where too many codes were wrong."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import OrderedDict

PUZZLES, BITS = 16, 14  # 16 puzzles of 2^14 tries: about a second on a phone, and seldom more than two
WAIT = 1000  # ms between a puzzle and its answer, however fast the device
LASTS = 300_000  # ms a puzzle can be answered, also by a very slow device
PASS = 1_800_000  # ms in which who typed a right code may think of a name
SPENT = 20_000  # answered puzzles that are remembered
LARGEST = 2**32


class Work:
    """Puzzles for one server. A puzzle is bound to the code that was typed: solved, it is worth that one guess."""

    def __init__(self, key: bytes) -> None:
        """`key` is the server's own, the same in all its processes."""
        self._key = key
        self._spent: OrderedDict[str, None] = OrderedDict()

    def ask(self, code: str, now: int) -> str:
        """A puzzle for this code; `now` in ms since 1970."""
        made, nonce = f"{now:x}", secrets.token_hex(8)
        return f"{made}.{nonce}.{self._seal('work', code, made, nonce)}"

    def done(self, code: str, puzzle: str, answer: str, now: int) -> bool:
        """Whether this puzzle is ours, for this code, in time, and solved; it counts once."""
        made, _, rest = puzzle.partition(".")
        nonce, _, seal = rest.partition(".")
        if not hmac.compare_digest(seal.encode(), self._seal("work", code, made, nonce).encode()):
            return False
        if not WAIT <= now - int(made, 16) <= LASTS or puzzle in self._spent or not solved(seal, answer):
            return False
        self._spent[puzzle] = None
        while len(self._spent) > SPENT:
            self._spent.popitem(last=False)
        return True

    def passed(self, code: str, now: int) -> str:
        """For who typed a right code: with it the same code is tried again without a puzzle, for half an hour."""
        return f"{now:x}.{self._seal('pass', code, f'{now:x}')}"

    def lets_by(self, code: str, passed: str, now: int) -> bool:
        """Whether this is such a sign, for this code."""
        made, _, seal = passed.partition(".")
        right = hmac.compare_digest(seal.encode(), self._seal("pass", code, made).encode())
        return right and now - int(made, 16) <= PASS

    def _seal(self, *parts: str) -> str:
        return hmac.digest(self._key, "|".join(parts).encode(), hashlib.sha256)[:16].hex()


def solved(seal: str, answer: str) -> bool:
    """Whether each number of an answer, in order, solves its part of the puzzle with this seal."""
    numbers = answer.split(".")
    if len(numbers) != PUZZLES or not all(n.isascii() and n.isdecimal() and len(n) <= 10 for n in numbers):
        return False
    return all(int(n) < LARGEST and _fits(bytes.fromhex(seal), i, int(n)) for i, n in enumerate(numbers))


def _fits(seal: bytes, part: int, number: int) -> bool:
    found = hashlib.sha256(seal + part.to_bytes(4, "big") + number.to_bytes(4, "big")).digest()
    return int.from_bytes(found[:4], "big") >> 32 - BITS == 0
