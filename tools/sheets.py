"""Plays methods from start to end with simulated people on a real server, and lays every step on one sheet per method:
the tablet of who leads, a member's phone as the step begins and as it ends, the owner's phone, the big screen.

make sheets [METHODS="balint raguse"]
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import re
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from rooms import few, flow  # noqa: E402
from rooms.methodfiles import catalogue  # noqa: E402
from rooms.room import owner, phase, this_round  # noqa: E402
from server.actor import Actor  # noqa: E402
from server.person import Person  # noqa: E402
from server.sayings import Sayings  # noqa: E402
from tests.browser.pages import PHONE, SCREEN, TABLET, look  # noqa: E402
from tests.conftest import CHROMIUM, Server  # noqa: E402
from tests.live import test_demo as demo  # noqa: E402
from tools.pictures import FONTS  # noqa: E402

OUT = ROOT / "docs" / "pictures" / "methods"
HIGH = int(os.environ.get("HIGH", "260"))  # pixels of a row; to read every word, twice as many
SETTLED = 0.5  # s in which a screen shows what just came


class Held(Actor):
    """A simulated person who waits while a picture is taken."""

    gate: asyncio.Event

    async def look(self) -> bool:
        await self.gate.wait()
        return await super().look()


class Table:
    """A method that is played, and the pages that are photographed."""

    def __init__(self, browser: Browser, circle: demo.Circle, actors: dict[str, Actor], gate: asyncio.Event) -> None:
        self.browser, self.circle, self.actors, self.gate = browser, circle, actors, gate
        self.pages: dict[str, Page] = {}
        self.rows: list[list[bytes]] = []

    async def open(self) -> None:
        """The pages of a case that has its owner; where all are owners, of two of them."""
        lead, here = self.circle.lead, self.circle.room()
        held = next(n for n, a in self.actors.items() if isinstance(a, Held))
        owns = here.seats[owner(here)].name if owner(here) else next(n for n in self.actors if n != held)
        who = {"tablet": (lead, "/leiden", TABLET), "phone": (self.actors[held].person, "", PHONE)}
        who["owner"] = (self.actors[owns if owns != held else next(iter(self.actors))].person, "", PHONE)
        for name, (person, tail, size) in who.items():
            self.pages[name] = await look(self.browser, person, f"/r/{person.alias}{tail}", size)
        screen = self.pages["screen"] = await look(self.browser, None, "/scherm", SCREEN, lead.base)
        symbols = (await screen.inner_text(".symbols")).strip()
        csrf = re.search(r'name="csrf" value="([^"]{86})"', await lead.page("/leiden"))
        assert csrf
        form = {"csrf": csrf[1], "symbols": symbols}
        await lead.http.post(f"/r/{lead.alias}/koppel", data=form, headers={"x-kring": "1"})
        await screen.wait_for_url("**/r/*/scherm")

    async def step(self) -> None:
        """One step: as it begins for a member, then as it ends for everybody."""
        await asyncio.sleep(SETTLED)
        row = [await self.pages["phone"].screenshot()]
        self.gate.set()
        await demo.play(self.circle)
        await self.circle.until(lambda r: not few.unsigned(r) or len(this_round(r).ready) >= few.enough(r), "they tap")
        await asyncio.sleep(SETTLED)
        row += [await self.pages[name].screenshot() for name in ("phone", "owner", "tablet", "screen")]
        self.rows.append(row)
        self.gate.clear()

    def sheet(self) -> Image.Image:
        """All steps under each other."""
        rows = [[_small(png) for png in row] for row in self.rows]
        wide = max(sum(i.width + 8 for i in row) for row in rows)
        whole = Image.new("RGB", (wide, len(rows) * (HIGH + 8)), "#888888")
        for n, row in enumerate(rows):
            left = 0
            for image in row:
                whole.paste(image, (left, n * (HIGH + 8)))
                left += image.width + 8
        return whole


def _small(png: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(png)).convert("RGB")
    return image.resize((round(image.width * HIGH / image.height), HIGH), Image.Resampling.LANCZOS)


@asynccontextmanager
async def table(browser: Browser, folder: Path, method: str) -> AsyncIterator[Table]:
    """A server with six simulated people, the last of whom can be held."""
    server = await Server(folder / "data").start()
    lead = await Person(server.url).begin("Mentoren", "Marijke", method=method, where="mixed")
    rng, gate = Random(5), asyncio.Event()
    gate.set()
    sayings = Sayings("nl", rng)
    parts = sayings.lines["people"]
    actors: dict[str, Actor] = {}
    for n, part in enumerate(parts):
        kind = Held if n == len(parts) - 1 else Actor
        actors[part["name"]] = one = kind(Person(server.url), part, sayings, rng, 0.02)
        if isinstance(one, Held):
            one.gate = gate
        await one.person.join(lead.code, part["name"])
    tasks = [asyncio.create_task(one.live()) for one in actors.values()]
    try:
        yield Table(browser, demo.Circle(server, lead), actors, gate)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for person in (lead, *(one.person for one in actors.values())):
            await person.close()
        server.stop()


async def played(browser: Browser, method: str) -> None:
    """One method, as docs/pictures/methods/<method>.webp."""
    with tempfile.TemporaryDirectory() as folder:
        async with table(browser, Path(folder), method) as one:
            await demo.to_the_case(one.circle, method)
            await one.open()
            while phase(one.circle.room()).kind == "method":
                print(method, phase(one.circle.room()).id, flow.stage(one.circle.room()), flush=True)
                await one.step()
                await one.circle.next()
            one.gate.set()
            OUT.mkdir(parents=True, exist_ok=True)
            one.sheet().save(OUT / f"{method}.webp", quality=45, method=6)
            for page in one.pages.values():
                with contextlib.suppress(Exception):
                    await page.context.close()


async def main(methods: list[str]) -> None:
    if strange := set(methods) - set(catalogue()):
        sys.exit(f"no such method: {', '.join(strange)}")
    with tempfile.TemporaryDirectory() as folder:
        fonts = Path(folder) / "fonts.conf"  # a phone's own typeface is as wide as Inter; a bare machine's is not
        fonts.write_text(FONTS)
        async with async_playwright() as play_wright:
            browser = await play_wright.chromium.launch(
                executable_path=shutil.which("chromium"),
                args=CHROMIUM,
                env={**os.environ, "FONTCONFIG_FILE": str(fonts)},
            )
            for method in methods or list(catalogue()):
                await played(browser, method)
            await browser.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
