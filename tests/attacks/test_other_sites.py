"""What other sites can do in the browser of somebody with a seat: send no form, show no page in a frame."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Response

from server.person import Person
from tests.adversary.rooms import document
from tests.attacks.doorways import open_doors
from tests.browser.circles import circle, until
from tests.browser.pages import PHONE, look
from tests.conftest import Server, free_port


@asynccontextmanager
async def site(page: Callable[[str], str]) -> AsyncIterator[int]:
    """Somebody else's site on a port of its own, with one page."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = (await reader.readuntil(b"\r\n\r\n")).decode().split()[1]
        body = page(asked).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()

    port = free_port()
    other = await asyncio.start_server(answer, "127.0.0.1", port)
    try:
        yield port
    finally:
        other.close()


def trap(target: str) -> Callable[[str], str]:
    form = (
        f"<form method=post action={target}><input name=csrf value=x></form><script>document.forms[0].submit()</script>"
    )
    data = form.replace("<", "%3C").replace(">", "%3E").replace(" ", "%20")
    pages = {
        "/form": form,
        "/data": f'<iframe src="data:text/html,{data}"></iframe>',
        "/frame": f"<iframe src={target}></iframe>",
    }
    return lambda asked: pages.get(asked, "")


TRICKS = [
    ("127.0.0.1", "/form"),
    ("evil.kring.localhost", "/form"),
    ("evil.kring.localhost", "/data"),
    ("evil.localhost", "/data"),
]


async def forged(server: Server, browser: Browser, who: Person, host: str, way: str) -> int:
    """The status that a form of another site gets, posted by the browser of somebody with a seat."""
    target = f"http://kring.localhost:{server.port}/r/{who.alias}/do/leave"
    answers: list[Response] = []
    async with site(trap(target)) as port:
        page = await look(browser, who, "/healthz", PHONE, f"http://kring.localhost:{server.port}")
        page.context.on("response", lambda r: answers.append(r) if r.url == target else None)
        await page.goto(f"http://{host}:{port}{way}")
        await until(lambda: bool(answers))
    return answers[0].status


@pytest.fixture
async def named(tmp_path: Path) -> AsyncIterator[Server]:
    server = Server(tmp_path / "data")
    server.env["KRING_ORIGIN"] = f"{server.url},http://kring.localhost:{server.port}"
    yield await server.start()
    server.stop()


async def test_forms_of_other_sites_and_frames_do_nothing(named: Server, browser: Browser) -> None:
    """S01 in a browser: another site, a sibling host that gets the Lax cookie along, a frame without an origin."""
    _, (owen,) = await circle(named.url, "Owen")
    for host, way in TRICKS:
        assert await forged(named, browser, owen, host, way) == 403, (host, way)
    assert all(s["presence"] == "here" for s in document(named, owen.alias)["seats"].values())


async def framed(server: Server, browser: Browser, who: Person) -> str:
    """What a frame of another site shows of somebody's page."""
    async with site(trap(f"http://kring.localhost:{server.port}/r/{who.alias}")) as port:
        page = await look(browser, who, "/healthz", PHONE, f"http://kring.localhost:{server.port}")
        await page.goto(f"http://evil.kring.localhost:{port}/frame", wait_until="load")
        await until(lambda: len(page.frames) == 2 and page.frames[1].url not in ("", "about:blank"))
        return await page.frames[1].content()


async def test_our_pages_are_in_nobodys_frame(named: Server, browser: Browser) -> None:
    """S15."""
    _, (owen,) = await circle(named.url, "Owen")
    assert "Owen" not in await framed(named, browser, owen)


async def test_a_server_without_these_walls_is_found_by_the_same_tricks(tmp_path: Path, browser: Browser) -> None:
    server = await open_doors(tmp_path, "any_value", "framed")
    server.stop()
    server.env["KRING_ORIGIN"] = f"{server.url},http://kring.localhost:{server.port}"
    await server.start()
    _, (owen,) = await circle(server.url, "Owen")
    assert "Owen" in await framed(server, browser, owen)
    assert await forged(server, browser, owen, *TRICKS[1]) != 403
    assert any(s["presence"] == "left" for s in document(server, owen.alias)["seats"].values())
    server.stop()
