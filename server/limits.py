"""Budgets: wrong codes per address, new rooms per address, acts and pages per device. Only failures cost a school."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import logging
import secrets
from collections import OrderedDict

log = logging.getLogger("kring")
KEPT = 20_000
OPEN = 2_000  # rooms at once, those that wait for their day included: more than a server of this kind is for
FAILURES, WINDOW = 60.0, 600.0
GUESSED = 600  # wrong codes in an hour from everywhere together, after which nobody's code is tried for nothing
GROUPS = 20_000  # at once: one that nobody comes back to stays for 400 days, and must not keep others out
CREATED, HOUR = 200.0, 3600.0
MISTYPED, MINUTE = 10.0, 60.0  # wrong symbols of a big screen per room: ten, and one a minute after that
SCREENS, WAITING = 60.0, 600.0
ACTS, BURST = 5.0, 20.0
CHECKS, CHECKED = 60.0, 600.0  # certificates that are looked at, per address
FILES, MADE = 60.0, 600.0  # files made of what is sent, per address
PAGES, LOADED = 10.0, 300.0  # pages of a room per device: to draw one takes more of a core than anything else
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

    def give(self, tokens: float, now: float) -> None:
        """Puts some back, as far as they fit."""
        self.tokens = min(self.size, self.level(now) + tokens)


class Hour:
    """How often something happened in the last hour, to the minute."""

    def __init__(self) -> None:
        self._minutes: dict[int, int] = {}

    def add(self, now: float) -> None:
        """Once more, now."""
        minute = int(now // 60)
        self._minutes = {m: n for m, n in self._minutes.items() if m > minute - 60}
        self._minutes[minute] = self._minutes.get(minute, 0) + 1

    def count(self, now: float) -> int:
        """How often since an hour ago."""
        return sum(n for m, n in self._minutes.items() if m > now // 60 - 60)


class Limits:
    """All budgets of one process, in memory only; addresses are kept as keyed hashes."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._buckets: OrderedDict[bytes, Bucket] = OrderedDict()
        self._wrong = Hour()
        self._guessed = False

    def whose(self, address: str) -> bytes:
        """Who comes from this address, as a name that says nothing of it."""
        return hmac.digest(self._key, _network(address).encode(), hashlib.sha256)

    def may_try(self, address: str, now: float) -> bool:
        """Whether a code from this address is tried for nothing: it has failures left, and nobody guesses on a large
        scale. One is taken at once, so that a thousand tries at the same moment are no more than sixty; `right` gives
        it back."""
        return not self._all_wary(now) and self._bucket(*_codes(address), now).take(now)

    def right(self, address: str, now: float) -> None:
        """The code was right: it cost nothing."""
        self._bucket(*_codes(address), now).give(1, now)

    def wrong(self, now: float) -> None:
        """A wrong code, tried for nothing or after a sum: it counts for everybody together."""
        self._wrong.add(now)
        self._all_wary(now)

    def joined(self, address: str, now: float) -> None:
        """Somebody took a chair: that gives two failures back, for many colleagues share an address."""
        self._bucket(*_codes(address), now).give(2, now)

    def may_create(self, address: str, now: float) -> bool:
        """Whether this address may begin another circle; counts it."""
        return self._bucket("room", _network(address), CREATED, CREATED / HOUR, now).take(now)

    def may_pair(self, room: str, now: float) -> bool:
        """Whether who leads this room may type the symbols of a big screen; four symbols are few. Counts it."""
        return self._bucket("pair", room, MISTYPED, 1 / MINUTE, now).take(now)

    def paired(self, room: str, now: float) -> None:
        """The symbols were right: they cost nothing."""
        self._bucket("pair", room, MISTYPED, 1 / MINUTE, now).give(1, now)

    def may_make(self, address: str, now: float) -> bool:
        """Whether one more file is made of what this address sends; counts it."""
        return self._bucket("file", _network(address), FILES, FILES / MADE, now).take(now)

    def may_check(self, address: str, now: float) -> bool:
        """Whether one more certificate is looked at for this address; counts it."""
        return self._bucket("check", _network(address), CHECKS, CHECKS / CHECKED, now).take(now)

    def may_wait(self, address: str, now: float) -> bool:
        """Whether another big screen of this address may wait; counts it."""
        return self._bucket("screen", _network(address), SCREENS, SCREENS / WAITING, now).take(now)

    def act(self, handle: str, now: float) -> bool:
        """Whether this device may act once more; counts it."""
        return self._bucket("act", handle, BURST, ACTS, now).take(now)

    def page(self, handle: str, now: float) -> bool:
        """Whether a page is drawn for this device once more; counts it."""
        return self._bucket("page", handle, LOADED, PAGES, now).take(now)

    def line(self, handle: str, now: float) -> bool:
        """Whether this device may open one more socket; counts it. A refused one costs nothing, so that who goes on
        trying is let in again two seconds later."""
        return self._bucket("line", handle, LINES, A_MINUTE / 60, now).take(now)

    def _all_wary(self, now: float) -> bool:
        """Whether too many codes were wrong in the last hour; who runs the server reads when that begins and ends."""
        guessed = self._wrong.count(now) > GUESSED
        if guessed != self._guessed:
            self._guessed = guessed
            if guessed:
                log.warning("codes_guessed")
            else:
                log.warning("codes_quiet")
        return guessed

    def _bucket(self, kind: str, name: str, size: float, rate: float, now: float) -> Bucket:
        key = hmac.digest(self._key, f"{kind}|{name}".encode(), hashlib.sha256)
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = Bucket(size, rate, now)
        self._buckets.move_to_end(key)
        while len(self._buckets) > KEPT:
            self._buckets.popitem(last=False)
        return bucket


def _codes(address: str) -> tuple[str, str, float, float]:
    return "code", _network(address), FAILURES, FAILURES / WINDOW


def _network(address: str) -> str:
    """Whose budget an address has a part in: an IPv4 address its own, an IPv6 address that of its /64."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if ip.version == 4:
        return str(ip)
    return str(ip.ipv4_mapped or ipaddress.ip_network((int(ip), 64), strict=False))
