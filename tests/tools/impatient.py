"""The server with less patience: `python -m tests.tools.impatient silent=1500 wait=3000`.

`early` (ms): so long before the end of a step people may answer whether they want more time; `silent` (ms) stands for
the minute after which a silent lead may be taken over, `wait` (ms) for the twenty seconds in which everybody has the
same way out; on the wire `head` and `body` for the time a whole request may take, `stalled` for how long a peer takes
nothing, `ping` for the time between pings and until their answer; for a rehearsal `hour` (ms) and `pace` (a hundredth
of the people's pauses); `deaf=1`: every hint that a room changed is lost; `mute=1`: every hint to other processes;
`minute` (ms) for a whole minute of attendance;
`tick` (ms) for the five seconds after which every room looks at the store by itself; the budgets: `acts` (a second, per
device), `rooms` (an hour, per address), `open` (at once), `codes` for sixty wrong ones, `sum` (bits) for the second of
work that follows.
What follows after that is a command of `kring`, such as `demo`.
Only for tests that are about something else, or whose long form takes the time it really takes.
"""

from __future__ import annotations

import sys
from typing import Any

from rooms import choosing, more, stays
from server import __main__, bus, limits, presence, rehearsal, roomfeed, wire, work


def ping(seconds: float) -> None:
    """From now on the server pings so often, and waits as long for an answer."""
    options = __main__._options

    def hurried(config: Any) -> dict[str, Any]:
        return {**options(config), "ws_ping_interval": seconds, "ws_ping_timeout": seconds}

    __main__._options = hurried


def main() -> None:
    """Takes the patience away, and starts the server."""
    words = sys.argv[1:]
    while words and "=" in words[0] and not words[0].startswith("-"):
        name, _, ms = words.pop(0).partition("=")
        match name:
            case "silent":
                presence.SILENT = int(ms)
            case "early":
                more.EARLY = int(ms) // 1000
            case "wait":
                choosing.WAIT = int(ms)
            case "acts":
                limits.ACTS = limits.BURST = float(ms)
            case "rooms":
                limits.CREATED = float(ms)
            case "open":
                limits.OPEN = int(ms)
            case "codes":
                limits.FAILURES = float(ms)
            case "sum":
                work.BITS, work.WAIT = int(ms), 0
            case "head":
                wire.HEAD_SECONDS = int(ms) / 1000
            case "body":
                wire.BODY_SECONDS = int(ms) / 1000
            case "stalled":
                wire.STALLED, wire.LOOK, wire.USER_TIMEOUT = int(ms) / 1000, int(ms) / 3000, int(ms)
            case "hour":
                rehearsal.LASTS = int(ms) / 1000
            case "pace":
                rehearsal.PACE = int(ms) / 100
            case "ping":
                ping(int(ms) / 1000)
            case "minute":
                stays.MINUTE = int(ms)
            case "deaf":
                bus.LocalBus.nudge = lambda self, alias: None  # type: ignore[method-assign]
            case "mute":
                from server import redisline  # only here: loading Redis' client takes a fifth of a start

                redisline.Line.put = lambda self, channel, text: None  # type: ignore[method-assign]
            case "tick":
                roomfeed.TICK = int(ms)
            case _:
                raise SystemExit(f"unknown: {name}")
    sys.argv = [sys.argv[0], *words]
    __main__.main()


if __name__ == "__main__":
    main()
