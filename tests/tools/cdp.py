"""Chromium over its own protocol: tabs that can be hidden and frozen, which Playwright keeps awake."""

from __future__ import annotations

import asyncio
import itertools
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from tests.conftest import CHROMIUM

FLAGS = [*CHROMIUM, "--headless", "--disable-gpu", "--remote-debugging-port=0", "--accept-lang=nl"]


class Tab:
    """One tab of the browser."""

    def __init__(self, chrome: Chrome, target: str, session: str) -> None:
        self.chrome, self.target, self.session = chrome, target, session

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        """A command of the protocol; raises RuntimeError with the browser's reason."""
        return await self.chrome.call(method, self.session, **params)

    async def js(self, expression: str) -> Any:
        """The value of an expression in the page."""
        answer = await self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        return answer["result"].get("value")

    async def until(self, expression: str, seconds: float = 10) -> Any:
        """Waits for an expression to be true; raises AssertionError that names it."""
        try:
            async with asyncio.timeout(seconds):
                while not (value := await self.js(expression)):
                    await asyncio.sleep(0.05)  # polls for a sign, does not wait for time
                return value
        except TimeoutError:
            raise AssertionError(f"never true in {seconds} s: {expression}") from None

    async def show(self) -> None:
        """Brings this tab to the front, which hides the others."""
        await self.chrome.call("Target.activateTarget", targetId=self.target)

    async def go(self, url: str) -> None:
        """Opens a page and waits until it is loaded."""
        await self.call("Page.navigate", url=url)
        await self.until(f"document.readyState === 'complete' && location.href.startsWith({json.dumps(url)})")


class Chrome:
    """A browser process."""

    def __init__(self, ws: ClientConnection) -> None:
        self.ws, self._ids = ws, itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for text in self.ws:
            message = json.loads(text)
            if (future := self._waiting.pop(message.get("id"), None)) and not future.done():
                future.set_result(message)

    async def call(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
        number = next(self._ids)
        self._waiting[number] = asyncio.get_running_loop().create_future()
        message = {"id": number, "method": method, "params": params, **({"sessionId": session} if session else {})}
        await self.ws.send(json.dumps(message))
        answer = await asyncio.wait_for(self._waiting[number], 15)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        return dict(answer["result"])

    async def tab(self, cookies: dict[str, str], url: str, script: str = "") -> Tab:
        """A new tab with a person's cookies and a script of the test's that runs before the page's."""
        target = (await self.call("Target.createTarget", url="about:blank"))["targetId"]
        session = (await self.call("Target.attachToTarget", targetId=target, flatten=True))["sessionId"]
        tab = Tab(self, target, session)
        await tab.call("Page.enable")
        for name, value in cookies.items():
            await tab.call("Network.setCookie", name=name, value=value, url=url)
        if script:
            await tab.call("Page.addScriptToEvaluateOnNewDocument", source=script)
        await tab.go(url)
        await tab.show()
        return tab


@asynccontextmanager
async def chrome(profile: Path) -> AsyncIterator[Chrome]:
    """A browser of its own, for as long as the block lasts."""
    path = shutil.which("chromium")
    assert path
    process = await asyncio.create_subprocess_exec(
        path, *FLAGS, f"--user-data-dir={profile}", stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    port = profile / "DevToolsActivePort"
    try:
        async with asyncio.timeout(20):
            while not port.exists() or len(port.read_text().splitlines()) < 2:
                await asyncio.sleep(0.05)  # polls for a sign, does not wait for time
        number, path = port.read_text().splitlines()[:2]
        async with connect(f"ws://127.0.0.1:{number}{path}", max_size=None) as ws:
            one = Chrome(ws)
            yield one
            one._reader.cancel()
    finally:
        process.kill()
        await process.wait()
