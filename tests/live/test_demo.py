"""The demo: whoever opens its link leads people who join, write, vote, answer, and leave when it is over."""

from __future__ import annotations

import asyncio
import re
import signal
import sys
from pathlib import Path

from server.person import Person
from tests.conftest import ROOT, free_port

LINK = re.compile(r"/r/(\w+)/leiden#key=([\w-]+)")


async def leads(base: str, text: str) -> Person:
    """The leader's device, opened by the printed link."""
    found = LINK.search(text)
    assert found
    lead = Person(base, alias=found[1])
    answer = await lead.http.post(f"/r/{found[1]}/do/unlock", data={"key": found[2]})
    assert answer.status_code == 303
    return lead


async def says(lead: Person, text: str, seconds: float = 20) -> str:
    """Waits until the cockpit holds a text."""
    async with asyncio.timeout(seconds):
        while not re.search(text, page := await lead.page("/leiden")):
            await asyncio.sleep(0.1)  # polls for a sign, does not wait for time
    return page


async def test_one_person_can_lead_a_whole_demo(tmp_path: Path) -> None:
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "server",
        "demo",
        "--pace",
        "0.03",
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        env={"KRING_PORT": str(port), "KRING_DATA": str(tmp_path / "data"), "PATH": "/usr/bin:/bin"},
    )
    assert process.stdout
    printed = ""
    async with asyncio.timeout(30):
        while "Big screen" not in printed:
            printed += (await process.stdout.readline()).decode()
    lead = await leads(base, printed)
    await says(lead, "Femke")
    seen, answers = set(), []
    async with asyncio.timeout(100):
        while True:
            page = await says(lead, "id=.f-next")
            heading = re.search(r"<h[12][^>]*>(?:<[^>]+>)*([^<]+)", page.split('id="stage"')[1])
            seen.add(heading[1].strip() if heading else "")
            if "Hoe was het om hier te zitten?" in page:
                break
            await asyncio.sleep(0.8)  # a leader who looks before going on; people act in the meantime
            answers.append((await lead.next()).status_code)
    assert {"Lezen", "Kiezen", "Inbreng", "Vragenronde", "Kern", "Advies", "Afronden"} <= seen
    assert set(answers) <= {204, 409}
    assert re.search(r"moeilijker dan raad geven|hardop zeggen|niet de enige", page)  # what people took along
    process.send_signal(signal.SIGINT)
    rest, _ = await asyncio.wait_for(process.communicate(), 10)
    assert b"stopped:" not in rest, rest
    await lead.close()
