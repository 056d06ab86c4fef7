"""Whatever bytes come in, a parser gives a value of its kind or a clear no."""

from __future__ import annotations

import asyncio
from urllib.parse import quote_plus

from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.requests import Request

from rooms.refusal import Refused
from rooms.words import clean_name
from server import identity
from server.config import Config
from server.entry import end_of
from server.guard import BODY_LIMIT, Rejected, form
from server.i18n import Languages

CONFIG = Config.from_env({})
NOW = 1_795_000_000_000
ANY = st.text(max_size=80)


def read(body: bytes, pieces: int = 3) -> dict[str, str] | int:
    """The fields of a form that comes in pieces, or the status it is refused with."""
    size = max(len(body) // pieces, 1)
    parts = [body[i : i + size] for i in range(0, len(body), size)] or [b""]
    messages = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
    messages[-1]["more_body"] = False

    async def receive() -> dict[str, object]:
        return dict(messages.pop(0))

    kind = (b"content-type", b"application/x-www-form-urlencoded")
    scope = {"type": "http", "method": "POST", "headers": [kind, (b"origin", CONFIG.origins[0].encode())]}
    try:
        return dict(asyncio.new_event_loop().run_until_complete(form(Request(scope, receive), CONFIG)))
    except Rejected as no:
        return no.status


@given(st.one_of(st.binary(max_size=300), ANY.map(lambda t: t.encode()), ANY.map(lambda t: quote_plus(t).encode())))
def test_any_body_is_fields_or_a_clear_no(body: bytes) -> None:
    found = read(body)

    assert found == 400 or isinstance(found, dict) and all(isinstance(k + v, str) for k, v in found.items())


@given(st.dictionaries(st.text(min_size=1, max_size=20), ANY, max_size=8))
def test_what_a_browser_sends_comes_in_as_it_was_typed(fields: dict[str, str]) -> None:
    body = "&".join(f"{quote_plus(k)}={quote_plus(v)}" for k, v in fields.items())

    assert read(body.encode()) == fields


def test_a_body_over_the_limit_is_refused_and_one_of_that_size_is_read() -> None:
    assert read(b"a=" + b"x" * BODY_LIMIT) == 413
    assert read(b"a=" + b"x" * (BODY_LIMIT - 2)) == {"a": "x" * (BODY_LIMIT - 2)}


@given(ANY)
def test_a_code_is_one_of_ours_or_nothing(typed: str) -> None:
    code = identity.clean_code(typed)

    assert code is None or set(code) <= {*identity.ALPHABET, "-"} and len(code) == 9


@given(ANY)
def test_a_secret_is_32_bytes_or_nothing_and_no_text_passes_for_a_csrf_value(typed: str) -> None:
    assert identity.decode(typed) is None or len(identity.decode(typed) or b"") == 32
    assert not identity.csrf_ok(b"k" * 32, "room", typed)


@given(ANY)
def test_a_name_is_readable_or_refused(typed: str) -> None:
    try:
        name = clean_name(typed)
    except Refused:
        return
    assert 0 < len(name) <= 40
    assert name.isprintable()
    assert clean_name(name) == name


@settings(max_examples=40)
@given(ANY, ANY)
def test_a_time_and_a_header_of_languages_are_read_or_ignored(time: str, header: str) -> None:
    assert end_of(time, NOW, "Europe/Amsterdam") == 0 or 0 < end_of(time, NOW, "Europe/Amsterdam") - NOW <= 90_000_000
    assert Languages().pick(header) in ("nl", "en")
