"""Whether the time of an answer, or of the frame after it, depends on how much was written: measured directly.

`python -m tests.adversary.timing ACTS [uneven]`: one circle in which nothing else happens; the same people write the
shortest and the longest text in turns of chance, in bodies of one size, as the browser pads them.
"""

from __future__ import annotations

import asyncio
import math
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from urllib.parse import urlencode

from websockets.asyncio.client import ClientConnection, connect

from server.person import Person
from tests.conftest import Server

CSRF = re.compile(r'name="csrf" value="([^"]{86})"')
WRITERS = 12
BODY = 16_000  # bytes: room for the longest text in its longest spelling
SHORT = {"situation": "", "difficulty": "", "question": "a"}
LONG = {"situation": '"é' * 100, "difficulty": "& ë" * 66, "question": "<ö" * 70}


class Writer:
    """One device: a line for its acts, a line for its frames."""

    def __init__(self, who: Person, ws: ClientConnection, csrf: str) -> None:
        self.who, self.ws, self.csrf, self.rev = who, ws, csrf, 0
        self.cookie = "; ".join(f"{k}={v}" for k, v in who.http.cookies.items())

    async def open(self) -> Writer:
        host, port = self.who.base.removeprefix("http://").split(":")
        self.reader, self.writer = await asyncio.open_connection(host, int(port))
        return self

    async def begin(self) -> None:
        """The first frame of the page, and the first text."""
        await self._next()
        await self._act("lay", {"rev": f"{self.rev:08}", **SHORT})

    async def lay(self, texts: dict[str, str]) -> tuple[float, float]:
        """Lays a case; seconds until the answer, and until the device's own frame."""
        self.rev += 1
        await self._act("again", {})
        return await self._act("lay", {"rev": f"{self.rev:08}", **texts})

    async def _act(self, verb: str, form: dict[str, str]) -> tuple[float, float]:
        fields = urlencode({"csrf": self.csrf, **form})
        body = f"{fields}&pad={'x' * (BODY - len(fields) - 5)}"
        head = (
            f"POST /r/{self.who.alias}/do/{verb} HTTP/1.1\r\nhost: {self.who.base[7:]}\r\norigin: {self.who.base}\r\n"
            f"cookie: {self.cookie}\r\nx-kring: 1\r\ncontent-type: application/x-www-form-urlencoded\r\n"
            f"content-length: {len(body)}\r\n\r\n"
        )
        request = (head + body).encode()
        frame = asyncio.create_task(self._next())
        await asyncio.sleep(0)
        begin = time.perf_counter()
        self.writer.write(request)
        answer = await self.reader.readuntil(b"\r\n\r\n")
        answered = time.perf_counter()
        assert answer.startswith(b"HTTP/1.1 204"), answer
        return answered - begin, await frame - begin

    async def _next(self) -> float:
        async with asyncio.timeout(10):
            while '"me":1' not in str(await self.ws.recv()).split("\n")[0]:
                pass
        return time.perf_counter()


async def writers(server: Server) -> list[Writer]:
    """A circle in which twelve write, each with an ear on the socket."""
    lead = await Person(server.url).begin("Mentoren", "Fay", method="five-step", chairs="12")
    people = [await Person(server.url).join(lead.code, f"Wie{n}") for n in range(WRITERS - 1)]
    for _ in range(3):
        await lead.next()
    found = []
    for who in people:
        cookie = "; ".join(f"{k}={v}" for k, v in who.http.cookies.items())
        url = f"{who.base.replace('http', 'ws')}/r/{who.alias}/live?as=seat"
        ws = await connect(url, additional_headers={"Cookie": cookie, "Origin": who.base})
        csrf = CSRF.search(await who.page())
        assert csrf
        found.append(await Writer(who, ws, csrf[1]).open())
    return found


async def measure(server: Server, acts: int, rng: Random) -> dict[str, list[tuple[float, float]]]:
    """Seconds until answer and frame of so many acts, by what was written; in a closed pace under the limit of acts."""
    table = await writers(server)
    found: dict[str, list[tuple[float, float]]] = {"short": [], "long": []}
    for writer in table:
        await writer.begin()
    for n in range(acts):
        begun, kind = time.perf_counter(), rng.choice(("short", "long"))
        found[kind].append(await table[n % len(table)].lay(LONG if kind == "long" else SHORT))
        await asyncio.sleep(max(0.0, 0.04 - (time.perf_counter() - begun)))  # five a second and seat are allowed
    for writer in table:
        await writer.ws.close()
        writer.writer.close()
    return found


def difference(short: list[float], long: list[float]) -> tuple[float, float]:
    """How much longer the long ones take (ms), and in standard errors. Outliers beyond the middle 90 % are cut off."""
    a, b = _middle(short), _middle(long)
    error = math.sqrt(statistics.variance(a) / len(a) + statistics.variance(b) / len(b))
    away = statistics.mean(b) - statistics.mean(a)
    return away * 1000, away / error


def _middle(values: list[float]) -> list[float]:
    values = sorted(values)
    cut = len(values) // 20
    return values[cut : len(values) - cut]


async def main(acts: int, *leaks: str) -> None:
    server = Server(Path(tempfile.mkdtemp()) / "data")
    server.command = [sys.executable, "-m", "tests.adversary.planted", "no_budgets", *leaks]
    await server.start()
    try:
        found = await measure(server, acts, Random(1))
    finally:
        server.stop()
    for which, name in enumerate(("answer", "frame")):
        short, long = ([pair[which] for pair in found[kind]] for kind in ("short", "long"))
        ms, errors = difference(short, long)
        print(
            f"{name}: median {statistics.median(short) * 1000:.2f} ms, long - short {ms * 1000:+.0f} us, {errors:+.1f}"
        )


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), *sys.argv[2:]))
