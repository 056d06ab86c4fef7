"""Certificates and sheets as PDF: tagged, in their language, with names of any script; and the signature under them,
with one key for all processes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from rooms.methodfiles import catalogue
from rooms.refusal import Refused
from rooms.trajectory import proof
from rooms.trajectory.proof import Certificate, Row
from server import papers, signing, typeset
from server.database import StoreError
from server.i18n import Languages
from server.keyring import SIGNING, Keyring
from server.keys import Files, Keys
from server.papers import Papers
from server.signing import Changed, NoProof, OtherKey, Signer
from tests.rooms.test_proof import SAID, SHEET
from tests.server.test_keys import Again, again, opened
from tests.server.test_typeset import opened as unpacked

__all__ = ["again"]  # a fixture: the keyring in files, and in PostgreSQL
LONG = "Wilhelmina Alexandrina Constantia van Heemstra-van Wassenaer tot Duivenvoorde-Schimmelpenninck van der Oye"
SCRIPTS = {
    "Arabic": "فاطمة", "Hebrew": "שירה", "Chinese": "王小明", "Devanagari": "देवी", "Cyrillic": "Екатерина",
    "Greek": "Ψυχή", "Thai": "สมชาย", "Latin": "Öztürk-Łęcki",
}  # fmt: skip
ORIGIN = "https://kring.example.org"


def ring(path: Path) -> Keys:
    keyring = Keyring(path)
    keyring.open()
    return Files(keyring)


@pytest.fixture
def made(tmp_path: Path) -> Papers:
    return Papers(Signer(ring(tmp_path / "keys")), Languages(), ORIGIN)


def letters(body: bytes) -> str:
    """The letters that a reader can take out of a PDF: what its fonts say their shapes stand for."""
    found = re.findall(rb"<[0-9a-f]+> ?<([0-9a-f]+)>", unpacked(body).lower())
    return "".join(bytes.fromhex(one.decode()).decode("utf-16-be", "replace") for one in found if len(one) % 4 == 0)


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("kind", ["certificate", "sheet"])
async def test_a_paper_is_tagged_whole_and_has_a_title_and_a_language(made: Papers, kind: str, lang: str) -> None:
    title = {"certificatenl": "Bewijs van deelname", "sheetnl": "Presentielijst"}
    title |= {"certificateen": "Certificate of participation", "sheeten": "Attendance sheet"}
    facts: Any = {"certificate": SAID, "sheet": SHEET}[kind]
    body = unpacked(await getattr(made, kind)(replace(facts, lang=lang)))

    assert body.startswith(b"%PDF-1.")
    assert b"<pdfuaid:part>1</pdfuaid:part>" in body
    assert b"/StructTreeRoot" in body and b"/MarkInfo<</Marked true" in body and b"/S/H1" in body
    assert f"/Lang({lang})".encode() in body
    assert title[kind + lang].encode() in body
    assert (b"/S/TH" in body) == (kind == "sheet")
    assert (b"/S/Figure" in body) and b"/Alt" in body
    for kept in (b"CreationDate", b"ModDate", b"/Author", b"dc:creator"):
        assert kept not in body, kept


async def test_the_same_facts_are_the_same_bytes(made: Papers) -> None:
    once, twice = await made.certificate(SAID), await made.certificate(SAID)

    assert once == twice != await made.certificate(replace(SAID, minutes=SAID.minutes + 1))


async def test_what_is_checked_lies_in_the_file_where_it_is_found_without_opening_it(made: Papers) -> None:
    body = await made.certificate(SAID)
    text = await made.signer.signed(SAID)

    assert f"<pdf:Keywords>{text}</pdf:Keywords>".encode() in body
    assert f"{ORIGIN}/controle#{text}".encode() in unpacked(body)
    assert await made.signer.read(body.decode("latin1")) == SAID
    assert signing.MARK.encode() not in await made.sheet(SHEET)


@pytest.mark.parametrize("name", SCRIPTS.values(), ids=SCRIPTS.keys())
async def test_a_name_in_any_script_is_set_or_refused_with_a_sentence_never_in_boxes(made: Papers, name: str) -> None:
    said = replace(SAID, name=f"{name} Jansen")
    if typeset.lacking(name):
        with pytest.raises(Refused, match="heeft geen lettertype"):
            await made.certificate(said)
    else:
        assert set(name) <= set(letters(await made.certificate(said)))


def test_letters_that_no_font_has_are_told_from_those_that_one_has() -> None:
    assert typeset.lacking('Anneke Öł, Жы "\\{}#$') == frozenset()
    assert typeset.lacking("a\U0005abcdb\U0005abce") == {"\U0005abcd", "\U0005abce"}  # of no script at all


async def test_a_sheet_with_a_name_that_cannot_be_set_leaves_that_open_and_sets_the_others(
    made: Papers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A private sign stands for a script without a font: `proof` lets none of those through."""
    monkeypatch.setattr(proof, "plain", lambda text, _most: text)
    rows = (Row("A\U0005abcd", "\U0005abce", "14:00", "15:00", 60), Row("Zoë Öztürk", "Ж7", "14:00", "15:00", 61))
    sheet = proof.sheet(replace(SHEET, rows=rows))
    body = await made.sheet(sheet)

    assert set("Zoë ÖztürkЖ") <= set(letters(body))
    assert made._languages.translator("nl").gettext("(schrijf hier je naam)") == "(schrijf hier je naam)"
    assert papers._open(sheet, {"\U0005abcd"}, "(leeg)").rows[0].name == "(leeg)"


@pytest.mark.parametrize("lang", ["nl", "en"])
async def test_the_longest_certificate_is_one_page(made: Papers, lang: str) -> None:
    longest = replace(
        SAID, name=LONG, group="Mentoren Zuid en Noord, samen met de mentoren van Oost", lang=lang, guide=LONG,
        methods=tuple(catalogue()), planned=30, attended=29,
    )  # fmt: skip

    assert (await made.certificate(longest)).count(b"/Type/Page/") == 1


async def test_sixty_people_are_some_pages_each_with_its_head(made: Papers) -> None:
    rows = tuple(Row(f"{LONG[:40]} {n}", str(n), "14:00", "15:30", 90) for n in range(60))
    body = await made.sheet(replace(SHEET, rows=rows))

    assert 5 <= body.count(b"/Type/Page/") <= 10


@pytest.mark.parametrize(
    ("minutes", "nl", "en"),
    [
        (0, "0 minuten", "0 minutes"), (1, "1 minuut", "1 minute"), (59, "59 minuten", "59 minutes"),
        (60, "1 uur", "1 hour"), (61, "1 uur en 1 minuut", "1 hour and 1 minute"),
        (1090, "18 uur en 10 minuten", "18 hours and 10 minutes"),
    ],
)  # fmt: skip
def test_minutes_are_hours_and_minutes(minutes: int, nl: str, en: str) -> None:
    said = [papers.spent(minutes, Languages().translator(lang)) for lang in ("nl", "en")]

    assert said == [nl, en]


def test_a_certificate_tells_no_fact_that_is_not_there() -> None:
    words = Languages().translator("nl")
    bare = replace(SAID, guide="", guide_number="", outside=0, subject="", methods=(), forms=(), first=SAID.last)
    told = dict(papers.facts(bare, words, "nl"))

    assert set(told) == {"Groep", "Periode", "Bijeenkomsten", "Netto tijd", "Uitgegeven"}
    assert told["Periode"] == "11 november 2026"
    assert dict(papers.facts(SAID, words, "nl"))["Vorm"] == "met en zonder begeleider"
    assert papers.day("2026-02-31", "nl") == "2026-02-31"  # in no calendar
    assert "eigen-7" in dict(papers.facts(replace(SAID, methods=("eigen-7",)), words, "nl"))["Methoden"]


async def forged(text: str, read: Callable[[str], Any]) -> int:
    """How many of the texts that differ from a signed one in one symbol are taken for real all the same."""
    found, begins = 0, len(signing.MARK)
    for i in range(begins, len(text)):
        other = text[:i] + ("A" if text[i] != "A" else "B") + text[i + 1 :]
        try:
            await read(other)
        except (NoProof, OtherKey, Changed):
            continue
        found += 1
    return found


async def test_a_text_with_one_symbol_changed_is_never_real(made: Papers) -> None:
    text = await made.signer.signed(SAID)

    assert await forged(text, made.signer.read) == 0
    assert await made.signer.read(text.lower()) == SAID  # but how it is written is all one
    assert await made.signer.read(f"Zie https://elders.nl/controle#{text} groeten") == SAID
    assert await made.signer.read("\n ".join(text[i : i + 60] for i in range(0, len(text), 60))) == SAID


async def test_a_check_that_looks_at_no_signature_would_be_found(made: Papers) -> None:
    async def careless(text: str) -> Certificate:
        try:
            return proof.read(signing._unspelled(signing._found(text)[0])[signing.KEY + signing.SIGNATURE :])
        except ValueError:
            raise Changed from None

    assert await forged(await made.signer.signed(SAID), careless) > 0


async def test_a_signature_of_another_key_under_our_name_is_no_signature(made: Papers) -> None:
    body, ours = proof.payload(SAID), signing.key_id(await made.signer.public())
    stranger = Ed25519PrivateKey.generate()
    with pytest.raises(Changed):
        await made.signer.read(signing.MARK + signing._spelled(ours + stranger.sign(body) + body))
    own = signing.key_id(stranger.public_key())
    with pytest.raises(OtherKey):
        await made.signer.read(signing.MARK + signing._spelled(own + stranger.sign(body) + body))


async def test_what_was_never_a_certificate_is_not_read_though_it_be_signed(made: Papers) -> None:
    key = await made.signer.key()
    for body in (b"x" * 40, proof.payload(SAID) + b"\0", b"\x93\x01\x02\x03" + b"x" * 30):
        with pytest.raises(Changed):
            await made.signer.read(
                signing.MARK + signing._spelled(signing.key_id(key.public_key()) + key.sign(body) + body)
            )


async def test_all_processes_sign_with_one_key_whoever_is_first(again: Again) -> None:
    one, other = await opened(again)
    texts = await asyncio.gather(Signer(one).signed(SAID), Signer(other).signed(SAID))
    third = again()
    await third.open()

    assert texts[0] == texts[1]
    assert await Signer(third).read(texts[0]) == SAID
    assert await one.signing() == await other.signing() != await one.pepper()
    assert len(await one.signing()) == 32
    assert await one.destroyed() == []


async def test_another_keyring_says_that_another_key_signed_it(made: Papers, tmp_path: Path) -> None:
    text = await made.signer.signed(SAID)
    with pytest.raises(OtherKey):
        await Signer(ring(tmp_path / "others")).read(text)


async def test_the_key_is_on_disk_before_a_certificate_is_made(tmp_path: Path) -> None:
    keys = ring(tmp_path / "keys")
    file = tmp_path / "keys" / SIGNING
    assert not file.exists()
    await Signer(keys).signed(SAID)

    assert (len(file.read_bytes()), file.stat().st_mode & 0o777) == (32, 0o600)


async def test_a_keyring_that_cannot_be_used_is_a_fault_and_no_other_key(tmp_path: Path) -> None:
    keys = ring(tmp_path / "keys")
    (tmp_path / "keys" / SIGNING).write_bytes(b"half")
    with pytest.raises(StoreError):
        await Signer(keys).signed(SAID)
