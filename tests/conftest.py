"""Real parts for the tests: a Kring server, a Redis, a Chromium; started once, a fresh room per test."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import ClassVar

import httpx
import pytest
from hypothesis import settings
from playwright.async_api import Browser, async_playwright

from tests.postgres import Postgres

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


settings.register_profile("kring", deadline=None)  # a busy machine is no fault of what is tested
settings.load_profile("kring")

LONGEST = ("test_meeting.py", "test_methods.py", "test_demo.py", "test_torture.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest begin first, so that none is waited for at the end."""
    items.sort(key=lambda item: item.path.name not in LONGEST or item.path.parent.name == "rooms")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Beneath:
    """The PostgreSQL under every server, when KRING_TESTS_ON=postgresql asks for that: the same suites hold there."""

    one: ClassVar[Postgres | None] = None
    made: ClassVar[dict[Path, dict[str, str]]] = {}


def beneath(data: Path) -> dict[str, str]:
    """The settings of the databases that go with this folder: SQLite's file lies in it, PostgreSQL's are made once."""
    if os.environ.get("KRING_TESTS_ON") != "postgresql":
        return {}
    if Beneath.one is None:
        Beneath.one = Postgres(max_connections="200").start()
        atexit.register(Beneath.one.remove)
    if data not in Beneath.made:
        Beneath.made[data] = {"KRING_DATABASE_URL": Beneath.one.new(), "KRING_KEYRING": Beneath.one.new("keys")}
    return Beneath.made[data]


class Server:
    """`kring serve` in a process of its own."""

    running: ClassVar[set[Server]] = set()

    def __init__(self, data: Path, **env: str) -> None:
        self.root, self.data, self.port = ROOT, data, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.env = {**os.environ, "KRING_DATA": str(data), "KRING_PORT": str(self.port), **beneath(data), **env}
        self.command = [sys.executable, "-m", "server"]
        self.process: subprocess.Popen[bytes] | None = None
        self.log = data.parent / f"{data.name}-{self.port}.log"

    def hurry(self, *words: str) -> Server:
        """With less patience than people get, as tests.tools.impatient says."""
        self.command = [sys.executable, "-m", "tests.tools.impatient", *words]
        return self

    async def start(self) -> Server:
        self.process = subprocess.Popen(
            self.command,
            cwd=self.root,
            env=self.env,
            stdout=self.log.open("ab"),
            stderr=subprocess.STDOUT,
        )
        Server.running.add(self)
        async with httpx.AsyncClient() as client:
            async with asyncio.timeout(60):
                while True:
                    assert self.process.poll() is None, self.log.read_text()
                    with contextlib.suppress(httpx.TransportError):
                        if (await client.get(self.url + "/healthz")).status_code == 200:
                            return self
                    await asyncio.sleep(0.02)  # polls for a sign, does not wait for time

    def kill9(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        Server.running.discard(self)

    def stop(self) -> int:
        assert self.process
        if self.process.poll() is None:
            self.process.terminate()
        Server.running.discard(self)
        return self.process.wait(12)


@pytest.fixture(autouse=True)
def no_server_is_left() -> Iterator[None]:
    """Ends what a failed test started."""
    before = set(Server.running)
    yield
    for one in Server.running - before:
        one.kill9()


class Redis:
    """A redis-server that keeps nothing on disk."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.folder = tempfile.TemporaryDirectory(prefix="kring-redis-")  # for what a test makes it write all the same

    def start(self) -> Redis:
        self.process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--save", "", "--appendonly", "no"],
            cwd=self.folder.name,
            stdout=subprocess.DEVNULL,
        )
        return self

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture(scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    one = await Server(tmp_path_factory.mktemp("kring") / "data").hurry("wait=3000").start()
    yield one
    one.stop()


@pytest.fixture
def redis() -> Iterator[Redis]:
    one = Redis().start()
    yield one
    one.kill()


@pytest.fixture(scope="session")
def one_postgres() -> Iterator[Postgres]:
    """For tests that do not stop it: a database each, with `new`."""
    one = Postgres()
    yield one.start()
    one.remove()


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    """For tests that stop, kill or fill it."""
    one = Postgres()
    yield one.start()
    one.remove()


@pytest.fixture(params=["sqlite", "postgres"])
def where(request: pytest.FixtureRequest, one_postgres: Postgres) -> dict[str, str]:
    """The settings of either database, new and empty."""
    if request.param == "sqlite":
        return {}
    return {"KRING_DATABASE_URL": one_postgres.new(), "KRING_KEYRING": one_postgres.new("keys")}


@pytest.fixture(scope="session")
async def one_browser() -> AsyncIterator[Browser]:
    path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    assert path, "the tests need chromium in the PATH"
    async with async_playwright() as play:
        one = await play.chromium.launch(executable_path=path, args=CHROMIUM)
        yield one
        await one.close()


@pytest.fixture
async def browser(one_browser: Browser) -> AsyncIterator[Browser]:
    """The one browser, without the pages of the test before: an open page goes on working."""
    yield one_browser
    for context in list(one_browser.contexts):
        await context.close()
