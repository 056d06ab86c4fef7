"""What the image holds is enough to run, behind a name it was given, as a user that may write in two places."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import httpx
import pytest

from tests.conftest import ROOT, Server


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """The files that the Dockerfile copies, and no others."""
    app = tmp_path / "app"
    for name in re.findall(r"^COPY (?!--from)(\S+) (?:\./|\S+)$", (ROOT / "Dockerfile").read_text(), re.M):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, app / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif name != "requirements.txt":
            app.mkdir(exist_ok=True)
            shutil.copy(source, app)
    return app


async def test_the_copied_files_are_a_whole_server(image: Path, tmp_path: Path) -> None:
    server = Server(tmp_path / "data", KRING_ORIGIN="https://kring.example.org", KRING_KEYRING=str(tmp_path / "keys"))
    server.root = image
    await server.start()  # the health check of the image asks at 127.0.0.1
    try:
        async with httpx.AsyncClient(base_url=server.url) as client:
            page = await client.get("/", headers={"host": "kring.example.org"})
            assert page.status_code == 200
            assert "strict-transport-security" in page.headers
            assert (await client.get("/")).status_code == 400  # any other name
            assert (await client.get("/readyz")).text == "ok\n"
    finally:
        server.stop()


def test_what_may_not_be_missing_is_not_ignored() -> None:
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = re.findall(r"^COPY (?!--from)(\S+) (?:\.|\./|\S+)$", (ROOT / "Dockerfile").read_text(), re.M)
    assert {"rooms", "server", "static", "templates", "LICENSE", "requirements.txt"} <= set(copied)
    assert set(copied) <= kept
