"""The attacks in full size against uvicorn as it comes and against Kring: `python -m tests.attacks`, some minutes."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.attacks import heavy
from tests.attacks.ground import Ground, ground
from tests.attacks.heavy import Attack, Outcome, measured
from tests.conftest import Server
from tests.tools import proofs

PATIENCE = 75.0  # s
SLOW: dict[str, tuple[Attack, int]] = {  # these only wait, so they are played at the same time
    "a thousand silent connections": (heavy.silent, 1_000),
    "a head, byte by byte": (heavy.slow_head, 1),
    "a body, byte by byte": (heavy.slow_body, 1),
    "a socket that answers no ping": (heavy.no_pong, 1),
}
LARGE: dict[str, tuple[Attack, int]] = {
    "one header of 150 MB": (heavy.big_head, 150_000_000),
    "a body of 100 MB": (heavy.big_body, 100_000_000),
    "400 fonts asked for, none read": (heavy.unread_answers, 400),
    "2,000,000 empty fragments": (heavy.fragments, 2_000_000),
    "105 MB of pings, no pong read": (heavy.unread_pings, 105_000_000),
    "a page that reads nothing of 200 changes": (heavy.unread_room, 200),
    "a page that reads a byte a second of 200 changes": (heavy.reads_a_byte, 200),
}
WORDS = """# What a hostile peer costs

Each attack in full size, first against the same application behind uvicorn with the options it comes with (h11,
websockets), then against Kring: seconds until the server ended it (at most 75 were waited), and what the server's
memory (RSS) grew by while the attacker still held on. The first four only wait and are played at the
same time, so they share one growth. Kring's deadlines and limits stand in server/wire.py and server/wiresocket.py.
"""


async def played(folder: Path, *words: str) -> dict[str, Outcome]:
    """All attacks against one kind of server, each large one against a fresh one; `words` start it."""
    async with started(folder / "slow", *words) as place:
        slow = await asyncio.gather(*(measured(place, attack, much, PATIENCE) for attack, much in SLOW.values()))
    found = dict(zip(SLOW, slow, strict=True))
    for i, (name, (attack, much)) in enumerate(LARGE.items()):
        async with started(folder / str(i), *words) as place:
            found[name] = await measured(place, attack, much, PATIENCE)
    return found


@asynccontextmanager
async def started(data: Path, *words: str) -> AsyncIterator[Ground]:
    """A circle on a server of its own."""
    data.parent.mkdir(exist_ok=True)
    server = Server(data)
    server.command = [server.command[0], "-m", *words]
    await server.start()
    try:
        yield await ground(server)
    finally:
        server.kill9()


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        plain = await played(Path(folder) / "plain", "tests.attacks.plain")
        kring = await played(Path(folder) / "kring", "server")
    rows = [(name, *_cells(plain[name]), *_cells(kring[name])) for name in plain]
    columns = ("attack", "uvicorn: ended after", "memory", "Kring: ended after", "memory")
    proofs.keep("wire", "python -m tests.attacks", f"{WORDS}\n{proofs.table(columns, rows)}")


def _cells(one: Outcome) -> tuple[str, str]:
    return f"{one.ended:.1f} s" if one.ended is not None else "never", f"{one.grew / 1024:+.1f} MB"


if __name__ == "__main__":
    asyncio.run(main())
