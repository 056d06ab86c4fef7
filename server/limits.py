"""Budgets: wrong codes per address, new rooms per address, acts per device. Only failures cost a school."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from collections import OrderedDict

KEPT = 20_000
FAILURES, WINDOW = 60.0, 600.0
CREATED, HOUR = 200.0, 3600.0
ACTS, BURST = 5.0, 10.0
LINES, A_MINUTE = 60.0, 30.0  # at once, for four tabs on a Wi-Fi that comes and goes; and in the long run


class Bucket:
    """Tokens that come back evenly; time in seconds is an argument."""

    def __init__(self, size: float, per_second: float, now: float) -> None:
        self.size, self.rate, self.tokens, self.at = size, per_second, size, now

    def level(self, now: float) -> float:
        """The tokens there are now."""
        self.tokens = min(self.size, self.tokens + max(now - self.at, 0.0) * self.rate)
        self.at = now
        return self.tokens

    def take(self, now: float) -> bool:
        """Takes one, if there is one."""
        if self.level(now) < 1:
            return False
        self.tokens -= 1
        return True


class Limits:
    """All budgets of one process, in memory only; addresses are kept as keyed hashes."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._buckets: OrderedDict[bytes, Bucket] = OrderedDict()

    def may_try(self, address: str, now: float) -> bool:
        """Whether this address has failures left."""
        return self._bucket("code", _network(address), FAILURES, FAILURES / WINDOW, now).level(now) >= 1

    def failed(self, address: str, now: float) -> None:
        """A wrong code."""
        self._bucket("code", _network(address), FAILURES, FAILURES / WINDOW, now).take(now)

    def succeeded(self, address: str, now: float) -> None:
        """A right code gives two failures back: many colleagues share an address."""
        bucket = self._bucket("code", _network(address), FAILURES, FAILURES / WINDOW, now)
        bucket.tokens = min(bucket.size, bucket.level(now) + 2)

    def may_create(self, address: str, now: float) -> bool:
        """Whether this address may begin another circle; counts it."""
        return self._bucket("room", _network(address), CREATED, CREATED / HOUR, now).take(now)

    def act(self, handle: str, now: float) -> bool:
        """Whether this device may act once more; counts it."""
        return self._bucket("act", handle, BURST * 2, ACTS, now).take(now)

    def line(self, handle: str, now: float) -> bool:
        """Whether this device may open one more socket; counts it. A refused one costs nothing, so that who goes on
        trying is let in again two seconds later."""
        return self._bucket("line", handle, LINES, A_MINUTE / 60, now).take(now)

    def _bucket(self, kind: str, name: str, size: float, rate: float, now: float) -> Bucket:
        key = hmac.digest(self._key, f"{kind}|{name}".encode(), hashlib.sha256)
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = Bucket(size, rate, now)
        self._buckets.move_to_end(key)
        while len(self._buckets) > KEPT:
            self._buckets.popitem(last=False)
        return bucket


def _network(address: str) -> str:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    return str(ip) if ip.version == 4 else str(ipaddress.ip_network((ip, 64), strict=False))
