"""The door of every request: from where, how large, and what each answer carries."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from server.config import Config
from server.guard import (
    BODY_LIMIT,
    FIELDS,
    FILE_HEADERS,
    HEADERS,
    HeadersMiddleware,
    HostMiddleware,
    Rejected,
    foreign,
    form,
)

HOME = "https://kring.example"
FORM = {"origin": HOME, "content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return replace(
        Config.from_env({"KRING_DATA": str(tmp_path / "data"), "KRING_ORIGIN": HOME}),
        origins=(HOME, "https://two.example"),
    )


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"sec-fetch-site": "same-origin", "origin": HOME}, False),
        ({"sec-fetch-site": "same-origin", "origin": "https://two.example"}, False),
        ({"sec-fetch-site": "same-origin"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"sec-fetch-site": "none", "origin": HOME}, False),
        ({"origin": HOME}, False),
        ({}, True),
        ({"origin": "null"}, True),
        ({"origin": "https://kring.example.evil"}, True),
        ({"origin": "http://kring.example"}, True),
        ({"sec-fetch-site": "cross-site"}, True),
        ({"sec-fetch-site": "cross-site", "origin": HOME}, True),
        ({"sec-fetch-site": "same-site", "origin": HOME}, True),
        ({"sec-fetch-site": "same-origin", "origin": "https://evil.example"}, True),
    ],
)
def test_a_request_of_another_site_is_foreign(config: Config, headers: dict[str, str], expected: bool) -> None:
    assert foreign(Headers(headers), config) is expected


def sent(body: bytes, headers: dict[str, str], step: int = 4096) -> Request:
    """A request as the server hands it on, its body in pieces."""
    pieces = [body[n : n + step] for n in range(0, len(body), step)] or [b""]

    async def receive() -> Message:
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    raw = [(k.encode(), v.encode()) for k, v in headers.items()]
    return Request({"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": raw}, receive)


async def test_a_form_of_our_own_page_is_read_whole_up_to_the_limit(config: Config) -> None:
    longest = b"a=" + b"x" * (BODY_LIMIT - 2)
    many = b"&".join(b"f%d=%d" % (n, n) for n in range(FIELDS))

    assert await form(sent(b"a=1&b=&c=%C3%A9+x", FORM), config) == {"a": "1", "b": "", "c": "é x"}
    assert await form(sent(b"", FORM), config) == {}
    assert await form(sent(b"a=1", {**FORM, "content-type": f"{FORM['content-type']}; charset=utf-8"}), config) == {
        "a": "1"
    }
    assert len((await form(sent(longest, FORM), config))["a"]) == BODY_LIMIT - 2
    assert len(await form(sent(many, FORM), config)) == FIELDS


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"a=1", {**FORM, "origin": "https://evil.example"}, 403),
        (b"a=1", {"origin": HOME}, 415),
        (b"a=1", {**FORM, "content-type": "multipart/form-data; boundary=x"}, 415),
        (b'{"a":1}', {**FORM, "content-type": "application/json"}, 415),
        (b"a=" + b"x" * (BODY_LIMIT - 1), FORM, 413),
        (b"a", FORM, 400),
        (b"a=\xff", FORM, 400),
        (b"a=%FF", FORM, 400),
        (b"&".join(b"f%d=1" % n for n in range(FIELDS + 1)), FORM, 400),
    ],
)
async def test_any_other_body_is_refused_with_a_sentence(
    config: Config, body: bytes, headers: dict[str, str], status: int
) -> None:
    with pytest.raises(Rejected) as refused:
        await form(sent(body, headers), config)

    assert refused.value.status == status
    assert refused.value.text.endswith(".")


async def answer(
    app: HeadersMiddleware | HostMiddleware, path: str, host: str = "kring.example"
) -> tuple[int, Headers]:
    """Status and headers of an answer to a GET."""
    said: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        said.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": [(b"host", host.encode())]}
    await app(scope, receive, send)
    return said[0]["status"], Headers(raw=said[0]["headers"])


async def page(scope: Scope, receive: Receive, send: Send) -> None:
    own = [(b"cache-control", b"max-age=9")] if scope["path"] == "/s/own" else []
    await send({"type": "http.response.start", "status": 200, "headers": own})
    await send({"type": "http.response.body", "body": b""})


async def test_every_page_carries_every_header_and_files_carry_theirs(config: Config) -> None:
    _, of_page = await answer(HeadersMiddleware(page, config), "/over")
    _, of_file = await answer(HeadersMiddleware(page, config), "/s/own")
    _, plain = await answer(HeadersMiddleware(page, replace(config, origins=("http://192.168.1.7:8000",))), "/over")

    assert HEADERS.items() <= dict(of_page).items()
    assert (of_page["cache-control"], of_file["cache-control"]) == ("no-store", "max-age=9")
    assert set(of_file) - {"cache-control", "strict-transport-security"} == set(FILE_HEADERS)
    assert of_page["strict-transport-security"] == "max-age=31536000"
    assert "strict-transport-security" not in plain


async def test_only_its_own_names_are_answered_but_for_a_health_check() -> None:
    app = HostMiddleware(page, allowed_hosts=["kring.example"])

    assert [(await answer(app, path, "evil.example"))[0] for path in ("/", "/over", "/healthz", "/readyz")] == [
        400, 400, 200, 200,
    ]  # fmt: skip
    assert (await answer(app, "/", "kring.example"))[0] == 200
