"""What the image holds is enough to run, behind a name it was given, as a user that may write in two places."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
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


def test_the_image_holds_every_template_compiled_for_whoever_runs_it(image: Path) -> None:
    """In the image nothing can be written, and a page that is compiled while people wait keeps all of them waiting."""
    line = re.search(r"env -u PYTHONDONTWRITEBYTECODE python (-c) \"(.*)\"$", (ROOT / "Dockerfile").read_text(), re.M)
    assert line
    subprocess.run([sys.executable, *line.groups()], cwd=image, env={"PATH": os.environ["PATH"]}, check=True)
    kept = list((image / "server" / "__pycache__").glob("*.jinja"))
    assert len(kept) == len(list((image / "templates").rglob("*.html")))
    assert {stat.S_IMODE(one.stat().st_mode) for one in kept} == {0o644}
