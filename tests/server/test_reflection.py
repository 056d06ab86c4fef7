"""/reflectie: what is posted becomes a file and nothing else; who may post, how much, and what the sheets hold."""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from rooms.trajectory.reflection import LONGEST, models
from server import limits, odt
from server.reflection import MOST
from tests.conftest import Server

KINDS = {"odt": odt.KIND, "pdf": "application/pdf"}
REPORT = {"model": "kolb", "title": "Nee zeggen", "day": "2026-12-02", "part-apply": "Morgen één keer."}


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """At a server of its own: each file that is made counts for its address."""
    server = await Server(tmp_path / "data").start()
    async with httpx.AsyncClient(base_url=server.url, headers={"origin": server.url, "x-kring": "1"}) as one:
        yield one
    server.stop()


@pytest.mark.parametrize("kind", KINDS)
async def test_what_is_posted_comes_back_as_a_file(client: httpx.AsyncClient, kind: str) -> None:
    answer = await client.post(f"/reflectie/{kind}", data={**REPORT, "pad": "x" * 9000})

    assert answer.status_code == 200
    assert answer.headers["content-type"] == KINDS[kind]
    assert answer.headers["content-disposition"] == "attachment"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(("lang", "words"), [("nl", "2 december 2026 · Kolb"), ("en", "December 2, 2026 · Kolb")])
async def test_the_file_is_in_the_language_of_the_reader(client: httpx.AsyncClient, lang: str, words: str) -> None:
    answer = await client.post("/reflectie/odt", data=REPORT, headers={"accept-language": lang})
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        content = file.read("content.xml").decode()

    assert words in content
    assert "Morgen één keer." in content
    assert {"nl": "Toepassen", "en": "Apply"}[lang] in content


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("changed", "status", "word"),
    [
        ({"model": "niets"}, 409, "Dit model kennen we niet."),
        ({"part-apply": ""}, 409, "Er staat nog niets in dit verslag."),
        ({"part-apply": "x" * (LONGEST + 1)}, 409, f"langer dan {LONGEST} tekens"),
        ({"pad": "x" * MOST}, 413, "Dit is te lang."),
    ],
)
async def test_what_cannot_be_a_file_is_refused_with_a_sentence(
    client: httpx.AsyncClient, kind: str, changed: dict[str, str], status: int, word: str
) -> None:
    answer = await client.post(f"/reflectie/{kind}", data={**REPORT, **changed})

    assert answer.status_code == status
    assert word in answer.text
    assert "Morgen" not in answer.text


@pytest.mark.parametrize("kind", KINDS)
async def test_another_site_cannot_have_a_file_made(client: httpx.AsyncClient, kind: str) -> None:
    for headers in ({"origin": "https://elders.example"}, {"sec-fetch-site": "cross-site"}):
        answer = await client.post(f"/reflectie/{kind}", data=REPORT, headers=headers)
        assert answer.status_code == 403
    no_form = await client.post(f"/reflectie/{kind}", json=REPORT)
    assert no_form.status_code == 415
    assert (await client.get(f"/reflectie/{kind}")).status_code == 404


async def test_the_longest_report_in_any_script_fits(client: httpx.AsyncClient) -> None:
    """Six parts of four thousand letters of two bytes, each of which a form spells with six."""
    gibbs = models()["gibbs"]
    texts = {f"part-{part.id}": "ж" * LONGEST for part in gibbs.parts}
    answer = await client.post("/reflectie/odt", data={"model": "gibbs", **texts})

    assert answer.status_code == 200


async def test_an_address_has_so_many_files_made_and_then_waits(client: httpx.AsyncClient) -> None:
    most = int(limits.FILES)
    told = [(await client.post("/reflectie/odt", data=REPORT)).status_code for _ in range(most + 3)]

    assert told[:most] == [200] * most
    assert 429 in told[most:]


@pytest.mark.parametrize("lang", ["nl", "en"])
async def test_every_model_has_a_sheet_with_all_it_asks_and_no_script_is_needed(server: Server, lang: str) -> None:
    async with httpx.AsyncClient(base_url=server.url, headers={"accept-language": lang}) as client:
        page = (await client.get("/reflectie")).text
        for model in models().values():
            sheet = (await client.get(f"/reflectie/{model.id}")).text.replace("&#39;", "'")
            asked = [getattr(text, lang) for part in model.parts for text in (part.name, *part.prompts)]
            assert [text for text in asked if text not in sheet] == []
            assert f'href="/reflectie/{model.id}"' in page
        assert (await client.get("/reflectie/starrr")).status_code == 404
