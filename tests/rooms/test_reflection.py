"""Reflection models: those that ship, a wrong file with the field that is wrong, and a report that follows a model."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.methodfault import MethodFault
from rooms.refusal import Refused
from rooms.trajectory import reflection
from rooms.trajectory.reflection import FOLDER, LONGEST, PARTS, TITLE, models, read, report, tidy

STARR = (FOLDER / "2-starr.toml").read_text(encoding="utf-8")
PART = '\n[[parts]]\nid = "{}"\nname = {{nl = "Een", en = "One"}}\nprompts = [{{nl = "Wat?", en = "What?"}}]\n'


def test_five_models_ship_in_the_order_of_their_files() -> None:
    assert list(models()) == ["korthagen", "starr", "gibbs", "kolb", "dimensions"]
    assert len(list(FOLDER.glob("*.toml"))) == 5
    assert {name: len(model.parts) for name, model in models().items()} == {
        "korthagen": 5, "starr": 5, "gibbs": 6, "kolb": 4, "dimensions": 3,
    }  # fmt: skip


def test_every_model_asks_in_two_languages_and_says_where_it_comes_from() -> None:
    for model in models().values():
        asked = [prompt for part in model.parts for prompt in part.prompts]
        assert all(prompt.nl.endswith("?") or "?" in prompt.nl for prompt in asked), model.id
        assert all(prompt.nl != prompt.en for prompt in asked), model.id
        assert model.sources, model.id


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('id = "starr"', 'id = "STARR"', "id"),
        ('name = {nl = "STARR", en = "STARR"}', 'name = {nl = "STARR"}', "name"),
        ('en = "Short and concrete: one situation and your part in it."', 'en = " "', "use"),
        ("Kort en concreet", "Kort en concreet " * 30, "use"),
        ('sources = ["taaluilen.nl: STARR", "toolshero.nl: reflectiemodel"]', "sources = []", "sources"),
        ('sources = ["taaluilen.nl: STARR"', 'sources = [" "', "sources"),
        ('id = "task"', 'id = "situation"', "parts.situation.id"),
        ('id = "task"', 'id = "de taak"', "parts.de taak.id"),
        ('{nl = "Wat was het effect?", en = "What was the effect?"}', "", "parts.result.prompts"),
        ('en = "What was the effect?"', 'fr = "Quoi?"', "parts.result.prompts"),
        ('id = "starr"', 'id = "starr"\nmaker = "wij"', "file"),
        ('id = "starr"', "id = 5", "file"),
        ('id = "starr"', "id = ", "file"),
    ],
)
def test_a_wrong_file_is_refused_with_its_field(old: str, new: str, field: str) -> None:
    assert old in STARR
    text = STARR.replace(old, new, 1)
    if field == "parts.result.prompts" and not new:
        text = text.replace(', {nl = "Hoe reageerde de ander?", en = "How did the other person respond?"}', "")
    with pytest.raises(MethodFault) as no:
        read(text)

    assert no.value.field == field
    assert len(str(no.value)) > len(field) + 2


def test_a_model_has_one_part_and_at_most_eight() -> None:
    head = STARR.partition("[[parts]]")[0]
    many = head + "".join(PART.format(f"deel-{n}") for n in range(PARTS))

    assert len(read(many).parts) == PARTS
    for text in (head + "parts = []", many + PART.format("te-veel")):
        with pytest.raises(MethodFault) as no:
            read(text)
        assert no.value.field == "parts"


def test_two_files_with_one_id_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:  # type: ignore[no-untyped-def]
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(STARR, encoding="utf-8")
    monkeypatch.setattr(reflection, "FOLDER", tmp_path)
    with pytest.raises(MethodFault):
        models.__wrapped__()


def test_a_report_follows_its_model_and_leaves_out_what_nobody_wrote() -> None:
    told = report(
        models()["starr"], "  Het\ngesprek ", "2026-12-02", {"result": "Stil. ", "situation": "Op de gang", "x": "?"}
    )

    assert (told.title, told.day, told.model.nl) == ("Het gesprek", "2026-12-02", "STARR")
    assert [(s.name.nl, s.text) for s in told.sections] == [("Situatie", "Op de gang"), ("Resultaat", "Stil.")]


@pytest.mark.parametrize("day", ["", "2 december", "2026-12-02T10:00", "2026-12-2", "<b>"])
def test_what_is_no_day_is_left_out(day: str) -> None:
    assert report(models()["kolb"], "", day, {"apply": "x"}).day == ""


def test_a_report_without_a_word_and_one_that_is_too_long_are_refused() -> None:
    model = models()["kolb"]
    for texts in ({}, {"apply": " \n\t\0"}):
        with pytest.raises(Refused):
            report(model, "Titel", "", texts)
    assert report(model, "t" * 500, "", {"apply": "x" * LONGEST}).title == "t" * TITLE
    with pytest.raises(Refused) as no:
        report(model, "", "", {"apply": "x" * (LONGEST + 1)})
    assert no.value.params == {"n": LONGEST}


@given(st.text(st.characters(codec=None)))
def test_a_tidy_text_holds_only_what_every_document_may_hold(text: str) -> None:
    clean = tidy(text)

    assert tidy(clean) == clean
    assert all(c in "\t\n\x85" or 0x20 <= ord(c) <= 0x7E or 0xA0 <= ord(c) <= 0xD7FF or ord(c) >= 0xE000 for c in clean)
    assert "\ufffe" not in clean and "\uffff" not in clean
    clean.encode("utf-8")  # no half of a pair


def test_words_stay_as_they_were_written() -> None:
    assert (
        tidy("Ze zei: “nee” – en… toen?\r\nStil.\r\n\r\n  Ik ook  ") == "Ze zei: “nee” – en… toen?\nStil.\n\n  Ik ook"
    )
    assert tidy("שלום \U0001f642 été \x07\x1b[31m") == "שלום \U0001f642 été [31m"
