"""A certificate that is checked leaves nothing: no fact of it in a file, a log line or a message, not for a moment."""

from __future__ import annotations

import sys
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace

from server.keyring import Keyring
from server.keys import Files
from server.signing import Signer
from tests.rooms.test_proof import SAID
from tests.sweep import trace
from tests.sweep.canaries import Canaries, unpacked
from tests.sweep.meeting import Traced
from tests.sweep.places import Host, outside

NAME, GROUP = "Kanariegeel van den Berg", "Kanarieblauwe mentoren"


@pytest.fixture(autouse=True)
def strace() -> None:
    assert trace.permitted() == ""


async def left(root: Path, *leaks: str) -> tuple[int, list[str]]:
    """How often a fact or the signed text was written anywhere by a server that checked it, and what was changed of
    it; and what the server touched that is none of its own places."""
    host, marks = Host(root), Canaries()
    server = Traced(host, "one", "")
    server.env.pop("KRING_DATABASE_URL", None)
    if leaks:
        server.program = [sys.executable, "-m", "tests.sweep.filed", *leaks]
    await server.start()
    text = await Signer(Files(Keyring(host.keyring))).signed(replace(SAID, name=NAME, group=GROUP))
    marks.text("certificate", NAME, GROUP, text[30:90])
    async with httpx.AsyncClient(base_url=server.url, headers={"origin": server.url}) as client:
        real = await client.post("/controle", data={"proof": text})
        assert NAME in real.text and GROUP in real.text
        for sent in (text[:-9], f"{NAME} {GROUP}", text * 60):
            await client.post("/controle", data={"proof": sent})
        await client.get("/controle", params={"proof": text, "name": NAME})
        await client.post(f"/controle?{NAME}", content=GROUP)
    server.stop()
    (traced,) = server.traces()
    lies = [body for bodies in host.files().values() for body in bodies]
    written = [b"".join(bodies) for path, bodies in traced.written.items() if not path.startswith("pipe:")]
    found = sum(marks.count("certificate", unpacked(body)) for body in (*lies, *written))
    assert len(lies) > 3 and written  # something was looked at
    return found, outside(host, traced) + sorted(traced.unseen)


async def test_a_certificate_that_is_checked_is_kept_nowhere(tmp_path: Path) -> None:
    found, elsewhere = await left(tmp_path)

    assert found == 0
    assert elsewhere == []


@pytest.mark.parametrize("leak", ["made_on_disk", "in_the_log"])
async def test_each_way_of_keeping_it_is_found(tmp_path: Path, leak: str) -> None:
    found, _ = await left(tmp_path, leak)

    assert found > 0
