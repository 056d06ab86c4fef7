"""Cookies as they are given, kept and twisted; and that nothing on the way lists or betrays a room."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from server.person import Person
from tests.browser.circles import circle
from tests.conftest import Server


async def test_cookies_say_nothing_to_scripts_and_stay_on_this_host(tmp_path: Path) -> None:
    """S18, and what holds on HTTPS: every cookie that is a capability has the __Host- prefix and what it asks for."""
    server = Server(tmp_path / "data", KRING_ORIGIN="https://kring.example.org")
    await server.start()
    there = {"origin": "https://kring.example.org", "host": "kring.example.org"}
    http = httpx.AsyncClient(base_url=server.url, headers=there)
    made = await http.post("/nieuw", data={"group": "Groep", "name": "Gea", "chairs": "8"})
    code = re.search(r"[2-9B-Z]{4}-[2-9B-Z]{4}", made.text)
    assert code
    answers = [made, await http.post("/", data={"code": code[0]}), await http.get("/scherm")]
    answers.append(await http.post("/", data={"code": code[0], "name": "Owen"}))
    given = [c for a in answers for c in a.headers.get_list("set-cookie")]
    assert len(given) >= 4
    for cookie in given:
        name, parts = cookie.split("=")[0], {p.strip().lower() for p in cookie.split(";")[1:]}
        assert name.startswith("__Host-kring-"), cookie
        assert {"secure", "httponly", "path=/"} <= parts, cookie
        assert parts & {"samesite=lax", "samesite=strict"}
        assert not any(p.startswith("domain") for p in parts)
    lasts = re.search(r"Max-Age=(\d+)", made.headers["set-cookie"])
    assert lasts
    assert int(lasts[1]) > (14 + 1) * 86_400 + 24 * 3600, "shorter than what it opens is kept"
    planted = {**there, "cookie": given[0].split(";")[0].removeprefix("__Host-")}  # as a sibling host could set it
    alias = re.search(r"/r/([0-9a-f]{12})", made.text)
    assert alias
    assert (await httpx.AsyncClient(base_url=server.url, headers=planted).get(f"/r/{alias[1]}")).status_code == 404
    server.stop()


async def test_a_device_keeps_eight_rooms_and_the_oldest_goes(server: Server) -> None:
    who = Person(server.url)
    aliases = [(await who.begin(f"Groep {n}", "Gea")).alias for n in range(10)]
    kept = [n.removeprefix("kring-") for n in who.http.cookies if re.fullmatch(r"kring-[0-9a-f]{12}", n)]
    assert kept == aliases[2:]
    assert len("; ".join(f"{k}={v}" for k, v in who.http.cookies.items())) < 1000


@pytest.mark.parametrize("twist", [
    lambda good: f"{good}; {good}",
    lambda good: f"{good.split('=')[0]}=x; {good}",
    lambda good: f"{good}; {good.split('=')[0]}=",
    lambda good: good.replace("=", "=\u00e9"),
    lambda good: good + "x" * 20_000,
    lambda good: good.split(".")[0],
    lambda good: good.split(".")[0] + ".made-up",
    lambda good: good.replace("=", '="') + '"',
])  # fmt: skip
async def test_odd_cookies_are_somebody_or_nobody(server: Server, twist: Callable[[str], str]) -> None:
    _, (owen,) = await circle(server.url, "Owen")
    good = f"kring-{owen.alias}={owen.http.cookies[f'kring-{owen.alias}']}"
    bare = httpx.AsyncClient(base_url=server.url)
    answer = await bare.get(f"/r/{owen.alias}", headers={"cookie": twist(good).encode()})
    assert answer.status_code in (200, 404, 431)


# Nothing to find


NOWHERE = (
    "/sitemap.xml", "/robots.txt", "/.well-known/security.txt", "/docs", "/openapi.json", "/admin", "/r",
    "/r/", "/r/1", "/r/0123456789ab/x", "/s/", "/s/../server/app.py", "/s/%2e%2e/server/app.py", "/.git/HEAD",
    "/kring.db", "/nergens",
)  # fmt: skip


async def test_there_is_nothing_that_lists_rooms(server: Server) -> None:
    """S14."""
    lead, (owen,) = await circle(server.url, "Owen")
    pages = [await Person(server.url).http.get(path) for path in (*NOWHERE, "/favicon.ico", "/", "/nieuw", "/gewist")]
    for answer in pages:
        assert answer.status_code in (200, 204, 404), answer.url
        assert answer.headers.get("x-robots-tag") == "noindex" or answer.url.path.startswith("/s/")
        for known in (lead.alias, lead.code, "Mentoren", "Owen", "Fay"):
            assert known not in answer.text
    assert {a.status_code for a in pages[: len(NOWHERE)]} == {404}
    assert "Owen" in await owen.page()  # the control: there was something to find


@pytest.mark.parametrize("to", [
    "https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", "/\r\nset-cookie: a=b", "\\/evil",
    "", "x", "/%0d%0aset-cookie: a=b", "/" + "x" * 9000, "javascript:alert(1)", " //evil.example", "/.//evil.example",
])  # fmt: skip
async def test_the_way_back_stays_here(server: Server, to: str) -> None:
    answer = await Person(server.url).http.post("/taal", data={"lang": "en", "to": to})
    where = answer.headers["location"]
    assert answer.status_code == 303
    assert where.startswith("/")
    assert not re.match(r"/[/\\\s]", where)
    assert [c.split("=")[0] for c in answer.headers.get_list("set-cookie")] == ["kring-taal"]
