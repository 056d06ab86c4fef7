"""The pages to read: whole in both languages, with the same headings, and links that lead somewhere."""

from __future__ import annotations

import re
import sqlite3
import time
from pathlib import Path

import httpx
import pytest

from server.config import Config, ConfigError
from server.sqlitefile import SCHEMA
from tests.conftest import ROOT, Server

PAGES = ("privacy", "beheer")
HEADING = re.compile(r'<(h[1-3])(?: id="([\w-]+)")?>(.*?)</h')


async def read(server: Server, path: str, lang: str) -> str:
    async with httpx.AsyncClient(base_url=server.url) as http:
        answer = await http.get(path, headers={"accept-language": lang})
    assert answer.status_code == 200
    assert f'<html lang="{lang}" ' in answer.text
    return answer.text


@pytest.mark.parametrize("page", PAGES)
async def test_a_page_has_the_same_headings_in_both_languages(server: Server, page: str) -> None:
    dutch, english = [HEADING.findall(await read(server, f"/{page}", lang)) for lang in ("nl", "en")]

    assert [(level, name) for level, name, _ in dutch] == [(level, name) for level, name, _ in english]
    assert len(dutch) >= 10
    assert all(name for level, name, _ in dutch if level != "h1")
    assert all(nl != en for (_, _, nl), (_, _, en) in zip(dutch, english, strict=True))


@pytest.mark.parametrize("lang", ["nl", "en"])
async def test_every_promise_stands_there_with_when_it_is_not_true(server: Server, lang: str) -> None:
    text = await read(server, "/privacy", lang)
    for n in range(1, 9):
        part = text.split(f'id="P{n}"')[1].split("<h")[0]
        assert ("klopt niet</b>" if lang == "nl" else "Not true</b>") in part, n
    kept, never = text.split('id="never"')[0].count("<h3"), text.split('id="never"')[1].count("<h3")
    assert (kept, never) == (8, 5)


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("page", [*PAGES, "over"])
async def test_links_of_a_page_lead_somewhere(server: Server, page: str, lang: str) -> None:
    links = set(re.findall(r'href="(/[a-z]*)"', await read(server, f"/{page}", lang)))
    assert links >= ({"/privacy"} if page in ("beheer", "over") else {"/beheer"})
    async with httpx.AsyncClient(base_url=server.url) as http:
        assert [link for link in links if (await http.get(link)).status_code != 200] == []


async def test_what_a_host_copies_keeps_its_lines(server: Server) -> None:
    text = await read(server, "/beheer", "nl")
    [snippet] = re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", text, re.DOTALL)
    assert "\n  access_log off;\n" in snippet


async def test_without_a_contact_there_is_no_security_txt(server: Server) -> None:
    async with httpx.AsyncClient(base_url=server.url) as http:
        assert (await http.get("/.well-known/security.txt")).status_code == 404


async def test_a_contact_is_in_security_txt_and_on_the_privacy_page(tmp_path: Path) -> None:
    server = await Server(tmp_path / "data", KRING_CONTACT="meld@example.org").start()
    async with httpx.AsyncClient(base_url=server.url) as http:
        answer = await http.get("/.well-known/security.txt")
        page = (await http.get("/privacy")).text
    server.stop()
    told = dict(line.split(": ", 1) for line in answer.text.splitlines())
    until = time.mktime(time.strptime(told["Expires"], "%Y-%m-%dT%H:%M:%SZ"))

    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert told["Contact"] == "mailto:meld@example.org"
    assert 120 * 86_400 < until - time.time() < 366 * 86_400
    assert 'href="mailto:meld@example.org"' in page


@pytest.mark.parametrize("wrong", ["meld", "http://example.org", "mailto:x", "a b@example.org", "x@y\nContact: z"])
def test_a_contact_that_cannot_be_one_stops_the_start(wrong: str) -> None:
    with pytest.raises(ConfigError, match="KRING_CONTACT"):
        Config.from_env({"KRING_CONTACT": wrong})


def test_every_setting_is_in_the_readme() -> None:
    used = set(re.findall(r'"(KRING_[A-Z_]+)"', (ROOT / "server" / "config.py").read_text(encoding="utf-8")))
    assert "KRING_CONTACT" in used
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {name for name in (*used, "KRING_NONE") if name not in readme} == {"KRING_NONE"}


@pytest.mark.parametrize(("lang", "words"), [("nl", "alleen op je eigen toestel"), ("en", "on your own device only")])
async def test_the_page_about_privacy_says_where_the_question_aid_looks(server: Server, lang: str, words: str) -> None:
    device = (await read(server, "/privacy", lang)).split('id="device"')[1].split("<h2")[0]
    assert words in device


@pytest.mark.parametrize(("lang", "words"), [("nl", "uit zichzelf schrijft Caddy"), ("en", "by itself Caddy writes")])
async def test_the_page_for_hosts_says_what_a_proxy_writes_by_itself(server: Server, lang: str, words: str) -> None:
    proxy = (await read(server, "/beheer", lang)).split('id="settings-proxy"')[1].split("<h3")[0]
    assert words in proxy
    assert "client_max_body_size 256k;" in proxy


# how many controls each chapter of Annex A of ISO/IEC 27001:2022 has
ANNEX = {5: 37, 6: 8, 7: 14, 8: 34}
STATES = {"Gehaald": "Met", "Deels": "Partly", "Niet gehaald": "Not met", "Aan jou": "Yours"}
CONTROL = re.compile(r'<tr><th scope="row">([\d., –]+) [^<]+</th><td><b>([^<]+)\.</b>')


async def test_the_controls_are_the_same_in_both_languages_and_exist(server: Server) -> None:
    parts = [(await read(server, "/beheer", lang)).split('id="controls"')[1].split("<h2")[0] for lang in ("nl", "en")]
    dutch, english = [CONTROL.findall(part) for part in parts]

    assert [(number, STATES[state]) for number, state in dutch] == english
    assert len(dutch) == parts[0].count('scope="row"') > 15
    assert {state for _, state in dutch} == set(STATES)
    numbers = [tuple(map(int, n.split("."))) for row, _ in dutch for n in re.findall(r"\d+\.\d+", row)]
    assert len(numbers) == len(set(numbers))
    assert [n for n in numbers if not 1 <= n[1] <= ANNEX[n[0]]] == []
    assert all("NEN-EN-ISO/IEC 27001:2023" in part and "NEN 7510-2:2024" in part for part in parts)


@pytest.mark.parametrize(("lang", "words"), [("nl", "log je zelf"), ("en", "you log yourself")])
async def test_the_page_for_hosts_says_who_logs_the_administration(server: Server, lang: str, words: str) -> None:
    care = (await read(server, "/beheer", lang)).split('id="care"')[1].split("<h2")[0]
    assert words in care


# what is in the database beside sealed documents, and the words that say so at promise 4
READABLE = {
    ("room", "id"): ("kenmerk", "random mark"),
    ("room", "version"): ("hoe vaak er iets veranderde", "how often something changed"),
    ("room", "body"): ("hoe groot alles samen is", "how large all of it is"),
    ("code", "tag"): ("een afdruk van de code", "a print of the code"),
    ("code", "room"): ("kenmerk", "random mark"),
    ("expiry", "room"): ("kenmerk", "random mark"),
    ("expiry", "until"): ("het uur waarop de kring wordt gewist", "the hour of its erasure"),
    ("pair", "symbols"): ("de vier tekens", "its four symbols"),
    ("pair", "ticket"): ("de vier tekens", "its four symbols"),  # random, and says nothing more
    ("pair", "until"): ("tot op de seconde", "to the second"),
    ("pair", "room"): ("bij welke kring", "which circle"),
}
NOTHING = {("trial", "nr"), ("trial", "zeros")}  # a row of zeros, by which the server sees whether the disk takes any


@pytest.mark.parametrize("lang", ["nl", "en"])
async def test_what_the_database_shows_without_keys_is_said(server: Server, lang: str) -> None:
    with sqlite3.connect(":memory:") as made:
        made.executescript(SCHEMA)
        tables = [name for (name,) in made.execute("select name from sqlite_master where type = 'table'")]
        columns = {(t, column[1]) for t in tables for column in made.execute(f"pragma table_info({t})")}
    assert columns - NOTHING == set(READABLE)
    said = (await read(server, "/privacy", lang)).split('id="P4"')[1].split("<h3")[0]
    assert [c for c, words in READABLE.items() if words[lang == "en"] not in said] == []


@pytest.mark.parametrize(
    ("lang", "part", "words"),
    [
        ("nl", "P2", "aan de lengte merken dat je iets schreef"),
        ("en", "P2", "tell by the length that you wrote something"),
        ("nl", "device", "als hij van geen andere kring nog een cookie heeft"),
        ("en", "device", "if it has no cookie of another circle any more"),
        ("nl", "device", "Dat doet hij alleen over HTTPS"),
        ("en", "device", "It does so over HTTPS only"),
    ],
)
async def test_the_page_about_privacy_says_what_is_not_whole(server: Server, lang: str, part: str, words: str) -> None:
    assert words in (await read(server, "/privacy", lang)).split(f'id="{part}"')[1].split("<h")[0]


async def test_a_server_on_postgresql_says_what_that_keeps_and_no_other_does(
    tmp_path: Path, where: dict[str, str]
) -> None:
    one = await Server(tmp_path / "data", **where).start()
    for lang, word in (("nl", "logboek van wijzigingen"), ("en", "log of changes")):
        part = (await read(one, "/privacy", lang)).split('id="P4"')[1].split('id="P5"')[0]
        assert (word in part) is bool(where)
    one.stop()
