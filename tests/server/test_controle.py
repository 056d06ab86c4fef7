"""/controle on a real server: what is real, what is not, what cannot be told; and nothing of it is kept or logged."""

from __future__ import annotations

import asyncio
import html
import re
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from msgspec.structs import replace

from rooms.trajectory import proof
from server import limits, signing
from server.keyring import Keyring
from server.keys import Files
from server.signing import Signer
from tests.conftest import ROOT, Server
from tests.rooms.test_proof import SAID

REAL, WRONG = "Dit bewijs is echt.", "Er is iets aan veranderd of het komt niet van deze Kring."
OTHER, NONE = "met een andere sleutel ondertekend", "We vinden geen ondertekende tekst."
SENTENCES = (REAL, WRONG, OTHER, NONE)


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """At a server of its own, whose keyring the test can sign with."""
    server = Server(tmp_path / "data", KRING_KEYRING=str(tmp_path / "keys"))
    server.env.pop("KRING_DATABASE_URL", None)
    await server.start()
    headers = {"origin": server.url, "accept-language": "nl"}
    async with httpx.AsyncClient(base_url=server.url, headers=headers) as one:
        yield one
    server.stop()


async def signed(tmp_path: Path, **changed: object) -> str:
    """As another process of that server signs it."""
    return await Signer(Files(Keyring(tmp_path / "keys"))).signed(replace(SAID, **changed))


async def told(client: httpx.AsyncClient, text: str) -> tuple[str, ...]:
    """Which of the answers a page gives."""
    answer = await client.post("/controle", data={"proof": text})
    assert answer.status_code == 200, answer.text
    return tuple(one for one in SENTENCES if one in html.unescape(answer.text))


async def test_a_real_one_says_what_stands_on_the_paper_and_no_more(client: httpx.AsyncClient, tmp_path: Path) -> None:
    answer = await client.post("/controle", data={"proof": await signed(tmp_path)})
    page = html.unescape(answer.text)

    for word in (
        *(REAL, SAID.name, SAID.number, SAID.group, SAID.guide, SAID.guide_number, "14 januari 2026", "9 van 10"),
        *("18 uur en 10 minuten", "20 minuten", "Balintmethode", "Rol, taak en grenzen in het werk"),
        *("27 november 2026", signing.code(SAID)),
    ):
        assert word in page, word
    assert "set-cookie" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


async def test_the_answer_is_in_the_language_of_the_reader(client: httpx.AsyncClient, tmp_path: Path) -> None:
    text = await signed(tmp_path)
    answer = await client.post("/controle", data={"proof": text}, headers={"accept-language": "en"})

    assert "This certificate is real." in answer.text and "18 hours and 10 minutes" in answer.text


async def test_what_was_changed_of_another_key_or_nothing_each_has_its_answer(
    client: httpx.AsyncClient, tmp_path: Path
) -> None:
    text, other = await signed(tmp_path), await signed(tmp_path, minutes=9_999)
    body = proof.payload(SAID)
    stranger = Ed25519PrivateKey.generate()
    strange = signing.key_id(stranger.public_key()) + stranger.sign(body) + body

    assert await told(client, text) == (REAL,)
    assert await told(client, text[:140] + other[140:]) == (WRONG,)
    assert await told(client, text[:-9]) == (WRONG,)
    assert await told(client, text + "A") == (WRONG,)
    assert await told(client, signing.MARK + signing._spelled(strange)) == (OTHER,)
    for nothing in ("", "KRING1.", "Anneke was er echt", "<script>", "\0" * 20, "\u6f22" * 900, "KRING1." + "1" * 400):
        assert await told(client, nothing) == (NONE,)


async def test_a_name_is_text_and_never_markup(client: httpx.AsyncClient, tmp_path: Path) -> None:
    answer = await client.post("/controle", data={"proof": await signed(tmp_path, name="<b>Anne</b> & 'co'")})

    assert "&lt;b&gt;Anne&lt;/b&gt; &amp;" in answer.text
    assert "<b>Anne" not in answer.text


async def test_too_much_another_site_and_another_kind_are_refused(client: httpx.AsyncClient) -> None:
    form = {"proof": "KRING1." + "A" * 300}
    assert (await client.post("/controle", data={"proof": "A" * 140_000})).status_code == 413
    assert (await client.post("/controle", data=form, headers={"origin": "https://elders.example"})).status_code == 403
    assert (await client.post("/controle", json=form)).status_code == 415
    assert (await client.post("/controle", files={"proof": b"%PDF-"})).status_code == 415


async def test_an_address_asks_so_often_and_then_waits(client: httpx.AsyncClient) -> None:
    most = int(limits.CHECKS)
    answers = [(await client.post("/controle", data={"proof": ""})).status_code for _ in range(most + 3)]

    assert answers[:most] == [200] * most
    assert 429 in answers[most:]


async def test_nothing_of_it_is_kept_or_logged(client: httpx.AsyncClient, tmp_path: Path) -> None:
    text = await signed(tmp_path, name="Kanariegeel van den Berg")
    before = sizes(tmp_path)
    for sent in (text, text[:-9], text + "x", "Kanariegeel"):
        await client.post("/controle", data={"proof": sent})
        await client.get("/controle", params={"proof": sent})
    lies = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())

    assert b"Kanarie" not in lies and text[20:60].encode() not in lies
    assert sizes(tmp_path) == before


def sizes(path: Path) -> dict[str, int]:
    return {str(one): one.stat().st_size for one in path.rglob("*") if one.is_file()}


async def test_the_page_shows_the_key_with_which_anybody_can_check(client: httpx.AsyncClient, tmp_path: Path) -> None:
    """As docs/proof.md says, with openssl and without us."""
    page = html.unescape((await client.get("/controle")).text)
    found = re.search(r"-----BEGIN PUBLIC KEY-----.+?-----END PUBLIC KEY-----", page, re.S)
    assert found
    raw = signing._unspelled(signing._found(await signed(tmp_path))[0])
    own, signature, body = raw[:8], raw[8:72], raw[72:]
    key = load_pem_public_key(found[0].encode())

    key.verify(signature, body)  # type: ignore[union-attr, call-arg, arg-type]
    assert own.hex() in page
    for name, content in (("key.pem", found[0].encode()), ("signature", signature), ("facts", body)):
        (tmp_path / name).write_bytes(content)
    command = "openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in facts -sigfile signature"
    assert command in (ROOT / "docs" / "proof.md").read_text(encoding="utf-8")
    said = await asyncio.to_thread(subprocess.run, command.split(), cwd=tmp_path, capture_output=True, check=False)
    assert b"Verified Successfully" in said.stdout, said.stderr
