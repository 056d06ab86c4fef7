"""The proxies a host is offered, `docs/Caddyfile` and the nginx sample of `/beheer`: of a request nothing is in what
they write, and what Kring reads fits through. With the real programs where they are installed."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from server import entry, wire
from tests.conftest import ROOT, free_port

CADDYFILE = (ROOT / "docs" / "Caddyfile").read_text(encoding="utf-8")
NGINX = (ROOT / "templates" / "reading" / "nginx.conf").read_text(encoding="utf-8")
QUIET = re.search(r"^\{\n\tlog \{\n\t\t(.+)\n\t\}\n\}\n", CADDYFILE, re.MULTILINE)
CLIENT = "127.0.0.77"  # whose address is looked for: nothing else on this machine has it
SECRET = (CLIENT, "zwaluwstaart", "moerasfiets")  # an address, a path, a device's name
ASK = "{0} /r/zwaluwstaart/{1} HTTP/1.1\r\nHost: {2}\r\nUser-Agent: moerasfiets\r\nContent-Length: {3}\r\n\r\n"


@dataclass
class Proxy:
    """A proxy that runs: where it listens, under which name, where it looks for Kring, and what it writes."""

    port: int
    kring: int
    log: Path
    name: str


def bare(caddyfile: str) -> str:
    """The file as it would be without the block that keeps Caddy quiet."""
    assert QUIET
    return caddyfile.replace(QUIET[0], "{\n}\n")


def caddyfile(text: str, folder: Path, kring: int, nobody: int) -> str:
    """The file for a test: no control socket, certificates from where nobody gives any, no wait for streams, which
    Debian's Caddy does not know."""
    text = text.replace("kring:8000", f"127.0.0.1:{kring}").replace("\t\tstream_close_delay 5m\n", "")
    asks = f"acme_ca https://127.0.0.1:{nobody}/directory"
    ours = ("admin off", f"http_port {free_port()}", asks, f"storage file_system {folder}")
    return text.replace("{\n", "\n\t".join(("{", *ours)) + "\n", 1)


@asynccontextmanager
async def caddy(folder: Path, text: str = CADDYFILE) -> AsyncIterator[Proxy]:
    """Caddy with our file, on plain HTTP, and for a name that it gets no certificate for."""
    one = Proxy(port := free_port(), free_port(), folder / "log", f"127.0.0.1:{port}")
    (folder / "Caddyfile").write_text(caddyfile(text, folder, one.kring, free_port()))
    names = f"http://{one.name}, https://kring.example.invalid:{free_port()}"
    command = ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]
    async with running(command, one, KRING_NAME=names, HOME=str(folder)):
        yield one


@asynccontextmanager
async def nginx(folder: Path, text: str = NGINX) -> AsyncIterator[Proxy]:
    """nginx with our sample, on plain HTTP, inside a file that logs as distributions let it."""
    one = Proxy(port := free_port(), free_port(), folder / "log", f"127.0.0.1:{port}")
    site = text.replace("443 ssl", one.name).replace("127.0.0.1:8000", f"127.0.0.1:{one.kring}")
    kept = "".join(f"{n}_temp_path {folder}/{n};" for n in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    logs = f"access_log {one.log}; error_log {one.log};"
    (folder / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {folder}/pid; events {{}} http {{ {logs} {kept}\n{site} }}"
    )
    async with running(["nginx", "-p", str(folder), "-e", str(one.log), "-c", str(folder / "nginx.conf")], one):
        yield one


@asynccontextmanager
async def running(command: list[str], one: Proxy, **env: str) -> AsyncIterator[None]:
    """The program, once it listens; it is ended after."""
    path = shutil.which(command[0], path=f"{os.environ['PATH']}:/usr/sbin")
    if path is None:
        pytest.skip(f"{command[0]} is not installed; on a new machine `make machine` tries to")
    with one.log.open("ab") as log:
        process = subprocess.Popen([path, *command[1:]], stderr=log, stdout=log, env={**os.environ, **env})
    try:
        async with asyncio.timeout(20):
            while not await listens(one.port):
                assert process.poll() is None, one.log.read_text()
                await asyncio.sleep(0.05)
        yield
    finally:
        process.kill()
        process.wait()


async def listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


async def kring(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Stands where Kring stands: answers, breaks off half an answer, is slow, or says nothing."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    if "/half" in head:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    elif "/whole" in head:
        length = re.search(r"content-length: (\d+)", head)
        got = 0
        while length and got < int(length[1]) and (more := await reader.read(65536)):
            got += len(more)
        writer.write(f"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {len(str(got))}\r\n\r\n{got}".encode())
    elif "/never" in head:
        await asyncio.sleep(0.3)  # by then whoever asked has gone
    writer.close()


async def asked(proxy: Proxy, method: str, path: str, body: int = 0, *, patient: bool = True) -> str:
    """What the proxy answers to somebody at CLIENT; who is not patient goes away unanswered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port, local_addr=(CLIENT, 0))
    writer.write(ASK.format(method, path, proxy.name, body).encode() + b"x" * body)
    answer = b""
    if patient:
        async with asyncio.timeout(10):
            while not whole(answer) and (more := await reader.read(65536)):
                answer += more
    else:
        await asyncio.sleep(0.1)  # the proxy is to have passed it on
    writer.close()
    return answer.decode(errors="replace")


def whole(answer: bytes) -> bool:
    """Whether an answer is there to its end, as far as its head says."""
    head, blank, body = answer.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head.lower())
    return bool(blank) and len(body) >= (int(length[1]) if length else 0)


async def everything_that_fails(proxy: Proxy) -> None:
    """Kring is not there; it breaks off; somebody goes away; a body is too long."""
    assert " 502 " in await asked(proxy, "GET", "nobody")
    async with await asyncio.start_server(kring, "127.0.0.1", proxy.kring):
        assert " 502 " in await asked(proxy, "GET", "gone")
        assert " 200 " in await asked(proxy, "GET", "half")
        await asked(proxy, "GET", "never", patient=False)
        await asked(proxy, "POST", "whole", 2 * wire.BODY, patient=False)
        await asyncio.sleep(0.6)  # for a line about who went away


Start = Callable[..., AbstractAsyncContextManager[Proxy]]


@pytest.mark.parametrize("start", [caddy, nginx])
async def test_of_a_request_that_fails_nothing_is_written(start: Start, tmp_path: Path) -> None:
    async with start(tmp_path) as proxy:
        await everything_that_fails(proxy)
    said = proxy.log.read_text()
    assert [word for word in SECRET if word in said] == []


@pytest.mark.parametrize(("start", "loud"), [(caddy, bare(CADDYFILE)), (nginx, re.sub(r".*_log .*\n", "", NGINX))])
async def test_without_our_lines_the_same_requests_are(start: Start, loud: str, tmp_path: Path) -> None:
    """The control: what these programs do by themselves."""
    async with start(tmp_path, loud) as proxy:
        await everything_that_fails(proxy)
    said = proxy.log.read_text()
    assert [word for word in SECRET if word not in said] == []


async def test_a_certificate_that_does_not_come_is_still_said(tmp_path: Path) -> None:
    async with caddy(tmp_path) as proxy, asyncio.timeout(20):
        while "could not get certificate" not in proxy.log.read_text():
            await asyncio.sleep(0.1)
    assert "kring.example.invalid" in proxy.log.read_text()


@pytest.mark.parametrize("start", [caddy, nginx])
async def test_what_kring_reads_fits_through(start: Start, tmp_path: Path) -> None:
    """A method file that was pasted, and one that is too long: then Kring says so, in words."""
    async with (
        start(tmp_path) as proxy,
        await asyncio.start_server(kring, "127.0.0.1", proxy.kring),
    ):
        for size in (entry.WITH_METHOD, wire.BODY):
            assert (await asked(proxy, "POST", "whole", size)).endswith(f"\r\n\r\n{size}")


def test_the_files_say_so_where_no_proxy_is_installed() -> None:
    """What the tests with the programs showed to be enough: a block before the sites, and no log that asks for more."""
    assert QUIET
    assert QUIET[1] == "include tls.obtain tls.renew"  # a list of what is let through: other lines hold addresses
    assert len(re.findall(r"^\s*log\b", CADDYFILE, re.MULTILINE)) == 1
    assert "  access_log off;\n" in NGINX
    assert re.search(r"^  error_log /dev/null crit;", NGINX, re.MULTILINE)


def test_the_caps_of_the_proxies_are_kring_s_own() -> None:
    [caddys] = re.findall(r"max_size (\d+)KiB", CADDYFILE)
    [most, held] = re.findall(r"client_(?:max_body|body_buffer)_size (\d+)k;", NGINX)
    assert {int(n) * 1024 for n in (caddys, most, held)} == {wire.BODY}
    assert wire.BODY >= entry.WITH_METHOD
