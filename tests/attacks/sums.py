"""The sum of the door, done without a browser; and wrong codes, as many as an attack needs."""

from __future__ import annotations

import asyncio
import hashlib
import html
import re
import secrets
from itertools import count
from urllib.parse import urlencode

import httpx

from server import identity
from server.person import Person
from tests.conftest import Server

FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
SIZE = re.compile(r'data-parts="(\d+)" data-bits="(\d+)"')


def at(who: Person, address: str) -> Person:
    """The same person, seen through a proxy that says where they are."""
    who.http.headers["x-forwarded-for"] = address
    return who


def is_sum(answer: httpx.Response) -> bool:
    """Whether the door asks for a sum first."""
    return answer.status_code == 429 and bool(SIZE.search(answer.text))


def solved(page: str) -> dict[str, str]:
    """The form of the page, with the answer to its sum."""
    main = page[page.index('<main id="main"') :]
    fields = {name: html.unescape(value) for name, value in FIELD.findall(main[: main.index("</form>")])}
    parts, bits = (int(n) for n in SIZE.findall(page)[0])
    seal = bytes.fromhex(fields["work"].split(".")[2])
    fields["answer"] = ".".join(str(_first(seal, part, bits)) for part in range(parts))
    return fields


async def knock(who: Person, code: str, **fields: str) -> httpx.Response:
    """A code typed at the door; a sum is done when it is asked."""
    answer = await who.http.post("/", data={"code": code, **fields})
    return await who.http.post("/", data=solved(answer.text)) if is_sum(answer) else answer


async def come_in(who: Person, code: str, name: str) -> httpx.Response:
    """The code, then the name in the form that came back."""
    page = (await knock(who, code)).text
    form = dict(FIELD.findall(page))
    answer = await who.http.post("/", data={"code": code, "passed": form.get("passed", ""), "name": name})
    who.alias = answer.headers.get("location", "").rpartition("/")[2]
    return answer


def wrong() -> str:
    """A code that could be one."""
    return "".join(secrets.choice(identity.ALPHABET) for _ in range(8))


async def guess(who: Person, times: int) -> list[httpx.Response]:
    """Wrong codes, ten at a time."""
    answers: list[httpx.Response] = []
    while len(answers) < times:
        some = min(10, times - len(answers))
        answers += await asyncio.gather(*(_wrong(who) for _ in range(some)))
    return answers


async def _wrong(who: Person) -> httpx.Response:
    return await who.http.post("/", data={"code": wrong()}, headers={"accept-encoding": "identity"})


async def posted(server: Server, address: str, form: dict[str, str]) -> tuple[int, str]:
    """A form at the door over a connection of its own, for crowds: status and page. A sum is done when it is asked."""
    body = urlencode(form)
    head = (
        f"POST / HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nOrigin: {server.url}\r\nX-Forwarded-For: {address}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write((head + body).encode())
    text = (await reader.read()).decode()
    writer.close()
    status = int(text.split()[1])
    return await posted(server, address, solved(text)) if status == 429 else (status, text)


def _first(seal: bytes, part: int, bits: int) -> int:
    def fits(number: int) -> bool:
        found = hashlib.sha256(seal + part.to_bytes(4, "big") + number.to_bytes(4, "big")).digest()
        return int.from_bytes(found[:4], "big") >> (32 - bits) == 0

    return next(n for n in count() if fits(n))
