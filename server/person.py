"""A person at a real server over HTTP, as a browser without a script: for the demo and for tests."""

from __future__ import annotations

import html
import re
import secrets
import ssl
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import urlsplit

import httpx

from rooms.order import STANDING, subject
from server.acts import UNSIGNED

KEPT = 2.0  # seconds a line is used again; the server closes one after five, and a request may not meet that
_ALIAS = re.compile(r"/r/([0-9a-f]{12})")
_CSRF = re.compile(r'name="csrf" value="([^"]{86})"')
_CODE = re.compile(r"[2-9B-DF-HJ-NP-TV-Z]{4}-[2-9B-DF-HJ-NP-TV-Z]{4}")
_HEARD = re.compile(r'data-heard="([^"]*)"')
_MOMENT = re.compile(r'data-moment="([^"]+)"')
_POINTER = re.compile(r'do/next" name="at" value="([^"]+)"')


@cache
def _tls() -> ssl.SSLContext:
    """One for all: reading the certificates takes longer than joining."""
    return ssl.create_default_context()


@dataclass
class Person:
    """One browser: cookies, the room it is in, and the pages it reads. `origin` is what stands in its address bar where
    that is not `base`: behind a proxy."""

    base: str
    lang: str = "nl"
    alias: str = ""
    code: str = ""
    key: str = ""
    origin: str = ""
    http: httpx.AsyncClient = field(init=False)

    def __post_init__(self) -> None:
        self.origin = self.origin or self.base
        self.http = httpx.AsyncClient(
            base_url=self.base,
            headers={
                "origin": self.origin,
                "host": urlsplit(self.origin).netloc,
                "accept-language": self.lang,
                "accept-encoding": "identity",  # from the same machine: packing would cost more than it saves
            },
            event_hooks={"request": [self._carry] if self.origin != self.base else []},
            timeout=20,
            verify=_tls(),
            trust_env=False,
            limits=httpx.Limits(keepalive_expiry=KEPT),
        )

    async def _carry(self, request: httpx.Request) -> None:
        """Cookies for HTTPS only go along too: the part of the way that a browser sees is HTTPS."""
        request.headers["cookie"] = "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())

    async def begin(self, group: str, name: str, **fields: str) -> Person:
        """Begins a circle and leads it."""
        form = {
            "group": group,
            "name": name,
            "chairs": "8",
            "part": "lead",
            "where": "together",
            "until": "",
            "cases": "1",
            "conflicts": "0",
            "method": "",
            **fields,
        }
        page = (await self.http.post("/nieuw", data=form)).text
        self.alias, self.code = _found(_ALIAS, page), _CODE.search(page)[0]  # type: ignore[index]
        self.key = _found(re.compile(r"#key=([\w-]+)"), page)
        return self

    async def join(self, code: str, name: str, passed: str = "") -> Person:
        """Takes a chair, or knocks; `passed` is the server's sign that the code is right, where there is one."""
        answer = await self.http.post("/", data={"code": code, "name": name, "passed": passed})
        self.alias = _found(_ALIAS, answer.headers.get("location", ""))
        return self

    async def page(self, tail: str = "") -> str:
        """A page of the room, as text."""
        return (await self.http.get(f"/r/{self.alias}{tail}")).text

    async def act(self, verb: str, **fields: str) -> httpx.Response:
        """One act as a script sends it, with its number where acts have one; the answer."""
        return await self.send(await self.page("/leiden" if "at" in fields else ""), verb, fields)

    async def send(self, page: str, verb: str, fields: dict[str, str]) -> httpx.Response:
        """The same from a page that was read before."""
        order = self.order(page, verb, fields) if verb in UNSIGNED | STANDING else {}
        form = {"csrf": _found(_CSRF, page), "op": secrets.token_hex(16), **order, **fields}
        return await self.http.post(f"/r/{self.alias}/do/{verb}", data=form, headers={"x-kring": "1"})

    @staticmethod
    def order(page: str, verb: str, fields: dict[str, str]) -> dict[str, str]:
        """How many acts about this the page counts, with this one, and the step it shows; as its script sends them."""
        found = _HEARD.search(page)
        if not found:
            return {}
        heard = dict(part.split("=") for part in found[1].split())
        n = int(heard.get(subject(verb, fields.get("input", ""), fields.get("slot", "")), 0))
        return {"nth": str(n + 1), "seen": html.unescape(_found(_MOMENT, page))}

    async def next(self) -> httpx.Response:
        """The facilitator's next, from the pointer on the cockpit."""
        page = await self.page("/leiden")
        return await self.act("next", at=html.unescape(_found(_POINTER, page)))

    async def close(self) -> None:
        """Closes the connections."""
        await self.http.aclose()


def _found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match[1] if match else ""
