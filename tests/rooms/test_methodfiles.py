"""Method files: those that ship, and one of somebody's own with every fault by its line and field."""

from __future__ import annotations

import json
import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rooms import methodfiles
from rooms.methodfault import MethodFault
from rooms.methodfiles import CATALOGUE, DOTS, LARGEST, TOLD, Finding, catalogue, explain, load, read
from rooms.methods import KINDS, NEEDS
from server import listing

FILES = sorted(CATALOGUE.glob("*.toml"))


def text_of(name: str) -> str:
    """The text of a method that ships, by its id."""
    return next(t for t in (p.read_text(encoding="utf-8") for p in FILES) if f'\nid = "{name}"' in f"\n{t[:200]}")


def changed(name: str, old: str, new: str, after: str = "") -> tuple[str, int]:
    """A method that ships with one thing changed, and the line of the change, from 1. `after`: something before it."""
    text = text_of(name)
    at = text.index(old, text.index(after))
    return text[:at] + new + text[at + len(old) :], text[:at].count("\n") + 1


def only(text: str) -> Finding:
    """The one fault of a text."""
    found = explain(text)
    assert len(found) == 1, found
    return found[0]


# Those that ship


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_every_file_that_ships_can_be_led_and_read_and_explain_agree(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert explain(text) == []
    assert read(text) == load(path)
    assert catalogue()[load(path).id] == load(path)


def test_there_is_one_method_for_each_file_in_the_order_of_the_files() -> None:
    assert list(catalogue()) == [load(path).id for path in FILES]
    assert len(catalogue()) == len(FILES)


def test_the_methods_that_ship_use_every_kind_and_meet_every_need() -> None:
    methods = catalogue().values()
    assert {i.kind for m in methods for p in m.phases for i in p.inputs} == set(KINDS)
    assert {need for m in methods for need in m.needs} == set(NEEDS)


def test_every_method_says_when_better_not() -> None:
    assert [m.id for m in catalogue().values() if not m.warnings] == []


def test_what_is_for_a_group_that_knows_the_work_is_not_for_its_first_meetings() -> None:
    experienced = {m.id for m in catalogue().values() if "experienced" in m.needs}
    assert {"gossip", "raguse", "u-procedure", "collegial", "moral-deliberation"} < experienced
    assert not {m.id for m in catalogue().values() if {"experienced", "first"} <= set(m.needs)}


def test_only_where_everybody_is_the_owner_in_turn_everybody_gets_help() -> None:
    assert {m.id for m in catalogue().values() if "everybody" in m.needs} == {
        m.id for m in catalogue().values() if m.everybody and "last" not in m.needs
    }


def test_every_method_goes_into_a_room_document_and_comes_back_the_same() -> None:
    for method in catalogue().values():
        assert msgspec.msgpack.decode(msgspec.msgpack.encode(method), type=type(method)) == method


# Each fault, with its field and its line

FIVE, TEN, SUCCESS = "five-step", "ten-step", "successes"
PIC = "phases.core.core-pick.of"
WARM = 'options = [{nl = "warm", en = "warm"}, {nl = "neutraal", en = "neutral"}, '
BOARD = "phases.forces.forces-board"
FAULTS = [
    # the method
    (FIVE, 'name = {nl = "', 'name = {nl = "", en = "x"} #', "", "name"),
    (FIVE, 'use = {nl = "', 'use = {nl = "x"} #', "", "use"),
    (FIVE, "needs = [", 'needs = ["dancing", ', "", "needs"),
    (TEN, "warnings = [", 'warnings = [{nl = "", en = "x"},', "", "warnings.0"),
    (SUCCESS, "prompts = [", 'prompts = [{nl = "x", en = "x"},', "", "prompts"),
    # a phase
    (FIVE, 'en = "Questions"', 'en = ""', "", "phases.explore.name"),
    (FIVE, "rule = {nl =", 'rule = {nl = "x"} #', 'id = "core"', "phases.core.rule"),
    (FIVE, "minutes = 15", "minutes = 0", "", "phases.explore.minutes"),
    (FIVE, "minutes = 15", "minutes = 241", "", "phases.explore.minutes"),
    (FIVE, 'id = "explore"', 'id = "read"', "", "phases.read"),
    (FIVE, 'id = "explore"', 'id = "explore"\nkind = "choose"', "", "phases.explore"),
    (FIVE, 'flavour = "', 'flavour = "salt" #', 'id = "explore"', "phases.explore"),
    (FIVE, 'acts = "', 'acts = "parents" #', 'id = "explore"', "phases.explore"),
    (TEN, "minutes = 15", 'back = "forces"\nminutes = 15', 'id = "answer"', "phases.answer.back"),
    (TEN, "minutes = 15", 'back = "answer"\nminutes = 15', 'id = "answer"', "phases.answer.back"),
    # an input
    (FIVE, 'kind = "turns"', 'kind = "dance"', "", "phases.explore.asking"),
    (FIVE, 'who = "consultants"', 'who = "parents"', 'id = "asking"', "phases.explore.asking"),
    (FIVE, 'id = "cores"', 'id = "questions"', "", "phases.core.questions"),
    (FIVE, "signed = true, live = true", "signed = false, live = true", "", "phases.explore.questions"),
    (FIVE, "max = 3", "max = 10", 'id = "questions"', "phases.explore.questions"),
    (FIVE, "max = 3", "max = 0", 'id = "questions"', "phases.explore.questions"),
    (FIVE, "chars = 160", "chars = 19", 'id = "questions"', "phases.explore.questions"),
    (FIVE, "chars = 160", "chars = 401", 'id = "questions"', "phases.explore.questions"),
    (FIVE, 'of = "cores"', 'of = "nothing"', "", PIC),
    (FIVE, 'of = "cores"', 'of = "bring"', "", PIC),  # a phase
    (FIVE, 'of = "cores"', 'of = "core-pick"', "", PIC),  # itself
    (FIVE, 'of = "cores"', 'of = "asking"', "", PIC),  # turns hold nothing to pick
    (FIVE, 'of = "cores"', 'of = ""', "", PIC),
    (TEN, "low = 1, high = 5", "low = 5, high = 5", 'id = "fit"', "phases.rate-definitions.fit"),
    (TEN, "low = 1, high = 5", "low = 1, high = 11", 'id = "fit"', "phases.rate-definitions.fit"),
    (TEN, 'who = "owner"', 'who = "everybody"', 'id = "fit"', "phases.rate-definitions.fit.who"),
    (TEN, WARM, "options = [", "heat", "phases.rate-questions.heat.options"),
    (TEN, 'options = [{nl = "warm", en = "warm"}, ', "options = [{}, ", "heat", "phases.rate-questions.heat.options.0"),
    (TEN, 'shape = "columns"', 'shape = "circle"', "", f"{BOARD}.shape"),
    (TEN, 'shape = "columns"', 'shape = "four"', "", f"{BOARD}.options"),
    (TEN, 'label = {nl = "Dit houdt', 'label = {en = "x"}, help = {nl = "Dit houdt', "forces-board", f"{BOARD}.label"),
    (SUCCESS, "live = true, ", "", 'id = "added"', "phases.inventory.added"),
    (SUCCESS, 'mode = "dots"', 'mode = "knives"', "", "phases.deepen.strongest"),
    (SUCCESS, 'of = "finds", mode', "mode", "", "phases.deepen.strongest"),
    (SUCCESS, 'of = "finds", ', 'of = "finds", options = [{nl = "a", en = "a"}], ', "", "phases.deepen.strongest"),
    (SUCCESS, "max = 2, chars = 120, signed = false", "max = 2, chars = 120", "finds", "phases.deepen"),
    ("troika", "seconds = 60", "seconds = 9", "", "phases.own-question.own-silence.seconds"),
    ("troika", "seconds = 60", "seconds = 3601", "", "phases.own-question.own-silence.seconds"),
    ("troika", "max = 3", "max = 1", 'id = "threes"', "phases.own-question.threes.max"),
    ("troika", "max = 3", "max = 7", 'id = "threes"', "phases.own-question.threes.max"),
    ("wise-crowds", 'who = "consultants"', 'who = "owner"', 'id = "ideas"', "phases.aloud.ideas.who"),
    ("incident", 'until = "reveal"', 'until = "sketch"', "", "phases.sketch.did.until"),
    ("incident", 'until = "reveal"', 'until = "nowhere"', "", "phases.sketch.did.until"),
    (SUCCESS, "max = 2, chars = 120, sig", "max = 9, chars = 400, sig", "finds", "phases.deepen.finds"),
    ("incident", 'who = "owner"', 'who = "consultants"', 'id = "hearing"', "phases.analysis.hearing.who"),
    (
        "reflecting-team",
        'after = "mirroring"',
        'after = "mirroring-more"',
        "",
        "phases.more-mirrors.mirroring-more.after",
    ),
    ("reflecting-team", 'after = "mirroring"', 'after = "own-notes"', "", "phases.more-mirrors.mirroring-more.after"),
    (FIVE, 'kind = "text"', 'kind = "text", after = "x"', 'id = "explore"', "phases.core.question-v2.after"),
    (FIVE, 'kind = "turns"', 'kind = "turns", after = "asking"', 'id = "explore"', "phases.explore.asking.after"),
    # what does not fit a field at all
    (FIVE, "minutes = 15", 'minutes = "long"', "", "phases[1].minutes"),
    (FIVE, "minutes = 15", "minutes = -1", "", "phases[1].minutes"),
    (FIVE, "minutes = 15", "colour = 3\nminutes = 15", "", "phases[1].colour"),
    (FIVE, "max = 3", f"max = {10**30}", 'id = "questions"', "phases[1].inputs[1].max"),
    (FIVE, "max = 3", "least = 1, max = 3", 'id = "questions"', "phases[1].inputs[1].least"),
    (FIVE, "size = {", "size = 5 #", "", "size"),
    (FIVE, "licence = ", "version = 2\nlicence = ", "", "version"),
    (FIVE, 'called = {nl = "de inbreng', f'called = {{nl = "{"x" * 61}', "", "phases.bring.called"),
    (FIVE, 'licence = "', f'licence = "{"x" * 400}', "", "licence"),
    (FIVE, "minutes = 15", 'counts = ["bring"]\nminutes = 15', "", "phases.explore.counts"),
    (FIVE, "minutes = 15", f"counts = {['bring'] * 10}\nminutes = 15", "", "phases.explore.counts"),
    (FIVE, "minutes = 15", "minutes 15", "", "file"),
    (FIVE, "minutes = 15", "minutes = " + "9" * 5000, "", "file"),
]


@pytest.mark.parametrize(("name", "old", "new", "after", "field"), FAULTS)
def test_a_fault_has_its_field_and_its_line(name: str, old: str, new: str, after: str, field: str) -> None:
    text, line = changed(name, old, new, after)
    found = explain(text)

    assert field in {f.field for f in found}, found
    if field.count(".") == 1 and field.startswith("phases."):  # of a phase as a whole, where its id stands
        line = text[: text.index(f'id = "{field[7:]}"')].count("\n") + 1
    if "9" * 5000 not in new:  # where that stands, Python does not say
        assert line in {f.line for f in found if f.field == field}, (line, found)
    with pytest.raises(MethodFault) as first:
        read(text)
    assert (first.value.field, first.value.text) in {(f.field, f.text) for f in found}


def test_every_fault_of_a_file_is_told_in_the_order_of_its_lines() -> None:
    text = text_of(FIVE).replace("minutes = 15", "minutes = 0").replace('kind = "turns"', 'kind = "dance"')
    text = text.replace('name = {nl = "', 'name = {nl = "", en = "x"} # {nl = "', 1)
    found = explain(text)

    assert {f.field for f in found} >= {"name", "phases.explore.minutes", "phases.explore.asking"}
    assert [f.line for f in found] == sorted(f.line for f in found)


def test_a_sentence_says_what_was_wrong_and_what_can_be_there() -> None:
    needs = only(changed(FIVE, "needs = [", 'needs = ["dancing", ')[0])
    assert (needs.params["what"], needs.params["known"]) == ("dancing", ", ".join(NEEDS))
    pick = only(changed(FIVE, 'of = "cores"', 'of = "nothing"')[0])
    assert pick.text.format(**pick.params) == "Er is geen eerdere invoer nothing."
    assert only(changed(FIVE, "minutes = 15", "colour = 3")[0]).params == {
        "why": "Object contains unknown field `colour`"
    }


@pytest.mark.parametrize("written", ["id='explore'", 'id="explore"', "id   =   'explore'"])
def test_a_line_is_found_however_the_file_writes_its_ids(written: str) -> None:
    text = text_of(FIVE).replace('id = "explore"', written)
    assert explain(text) == []
    wrong, line = text.replace("minutes = 15", "minutes = 0"), text[: text.index("minutes = 15")].count("\n") + 1
    assert only(wrong).line == line


# What is no method at all


def test_a_file_without_phases_or_without_what_every_method_has_is_told_so() -> None:
    head = text_of(FIVE).split("[[phases]]")[0]
    assert only(f"{head}phases = []").field == "phases"
    assert "phases" in str(only(head).params["why"])
    assert "id" in str(only("").params["why"])


def test_a_file_that_stops_halfway_is_wrong_at_its_end() -> None:
    text = text_of(FIVE)
    half = text[: text.rindex("]")]
    assert (only(half).field, only(half).line) == ("file", half.count("\n"))


@pytest.mark.parametrize(
    "text",
    ["\ufeff", "= 3", "[[[", "a = [" + "[" * 60_000, "a = " + "[" * 30_000 + "]" * 30_000, "x" * 100]
    + ["a = 1979-99-99", "\0"],
)
def test_what_is_no_toml_is_a_finding_and_no_error(text: str) -> None:
    found = only(text)
    assert (found.field, found.line) == ("file", 1)
    with pytest.raises(MethodFault):
        read(text)


def test_a_file_is_no_longer_than_can_be_read_at_once() -> None:
    text = text_of(FIVE)
    longest = text + "#" * (LARGEST - len(text))
    assert explain(longest) == []
    found = only(longest + "#")
    assert (found.line, found.field, found.params) == (1, "file", {"n": LARGEST})
    with pytest.raises(MethodFault, match=str(LARGEST)):
        read(longest + "#")


EMPTY = "[[phases]]\nid = ''\nname = {}\nminutes = 0"
ENDLESS = [  # a list of a method that ships, what stands in it thousands of times, and what is told of it
    (TEN, "warnings = [", "{},\n", "warnings", "Hier mogen er hooguit 9 staan."),
    (SUCCESS, "prompts = [", "{},\n", "prompts", "Hier mogen er hooguit 3 staan."),
    (FIVE, "needs = [", '"",\n', "needs", f"Hier mogen er hooguit {len(NEEDS)} staan."),
    (TEN, "options = [", "{},\n", "phases.rate-questions.heat.options", "Hier mogen er hooguit 9 staan."),
    (FIVE, "inputs = [", '{id = "", kind = ""},\n', "phases.bring", "Een fase heeft hooguit 12 invoeren."),
    (FIVE, "[[phases]]\n", f"{EMPTY}\n", "phases", "Een methode heeft hooguit 40 fasen."),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "piece", "field", "sentence"), ENDLESS)
def test_of_a_list_without_end_one_thing_is_told_and_nothing_in_it_is_looked_for(
    monkeypatch: pytest.MonkeyPatch, name: str, old: str, piece: str, field: str, sentence: str
) -> None:
    looked = counted(monkeypatch, "_line")
    found = only(changed(name, old, (piece * 1000 + old) if "phases" in old else (old + piece * 1000))[0])
    assert (found.field, found.text.format(**found.params), len(looked)) == (field, sentence, 1)


def counted(monkeypatch: pytest.MonkeyPatch, name: str) -> list[str]:
    """What a function that looks through a file is called for from now on; it looks no more."""
    called: list[str] = []
    answer = 1 if name == "_line" else 0
    monkeypatch.setattr(methodfiles, name, lambda text, what, *_: called.append(str(what)) or answer)
    return called


def test_a_file_that_is_wrong_everywhere_is_looked_through_for_its_first_faults_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked = counted(monkeypatch, "_line")
    wrong = re.sub('kind = "[a-z]+"', 'kind = "dance"', text_of(TEN)).replace("minutes = ", "minutes = 0 #")
    assert len(explain(wrong)) == len(looked) == TOLD


def test_a_key_of_many_parts_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read_as_toml: list[str] = []
    monkeypatch.setattr(methodfiles.tomllib, "loads", lambda text: read_as_toml.append(text) or {})
    found = only(f"b = 1\na{'.a' * (DOTS + 1)} = 1")
    assert (found.line, read_as_toml) == (2, [])
    assert found.text.format(**found.params) == f"Regel 2 heeft meer dan {DOTS} punten."
    only(f"a{'.a' * DOTS} = 1\n" * 2)
    assert read_as_toml


@pytest.mark.parametrize(
    "key", ["a " * 9_000, f"phases[{'9' * 5_000}]", f"phases[{'9' * 30}]", "at line " + "9" * 5_000, "phases[0]" * 900]
)
def test_a_name_that_is_no_field_is_told_in_short_and_looked_for_in_short(
    monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    for text in (f'"{key}" = 1', f'["{key}"]\n["{key}"]'):
        found = only(text)
        assert 1 <= found.line <= 2
        assert len(found.field) < 100 and len(found.text.format(**found.params)) < 250
    looked = counted(monkeypatch, "_from")
    only(f'"{key}" = 1')
    assert len(looked) < 40


@given(st.data())
@settings(max_examples=60)
def test_whatever_is_cut_out_of_a_file_or_put_in_reading_and_explaining_agree(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(FILES)).read_text(encoding="utf-8")
    start = data.draw(st.integers(0, len(text)))
    end = start + data.draw(st.integers(0, 40))
    put = data.draw(st.sampled_from(["", '"', "]", "}", "0", "x", "\n", "true", 'id = "x"']) | st.text(max_size=5))
    broken = text[:start] + put + text[end:]
    found = explain(broken)
    try:
        read(broken)
    except MethodFault as fault:
        assert (fault.field, fault.text) in {(f.field, f.text) for f in found}
    else:
        assert found == []
    assert all(1 <= f.line <= broken.count("\n") + 1 for f in found)


def test_a_method_of_ones_own_that_can_be_read_can_be_kept_in_a_room() -> None:
    own = read(text_of(FIVE).replace('id = "five-step"', 'id = "ours"').replace("max = 3", "max = 9"))
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(own), type=type(own)) == own


# `kring methods`


def test_the_list_for_machines_holds_every_method_with_its_phases_and_inputs() -> None:
    told = {m["id"]: m for m in json.loads(listing.as_json())}
    assert list(told) == list(catalogue())
    for method in catalogue().values():
        one, size = told[method.id], method.size
        assert one["name"] == {"nl": method.name.nl, "en": method.name.en}
        assert one["size"] == {"min": size.min, "ideal": [size.ideal_min, size.ideal_max], "max": size.max}
        assert (one["needs"], one["minutes"]) == (list(method.needs), sum(p.minutes for p in method.phases))
        phases = [(p["id"], p["minutes"], p["name"]["en"], len(p["inputs"])) for p in one["phases"]]
        assert phases == [(p.id, p.minutes, p.name.en, len(p.inputs)) for p in method.phases]
    assert {"id": "strongest", "kind": "vote", "who": "everybody"} in told["successes"]["phases"][2]["inputs"]


def test_the_list_for_people_has_a_line_for_each_method() -> None:
    lines = listing.listed().splitlines()
    assert [line.split()[0] for line in lines] == list(catalogue())
    five = next(line for line in lines if line.startswith("five-step"))
    assert re.search(r"\d+-\d+ people, 50 min, 5 phases$", five)


def test_a_file_is_checked_with_its_name_line_and_field_in_english(tmp_path: Path) -> None:
    path = tmp_path / "ours.toml"
    path.write_text(text_of(FIVE), encoding="utf-8")
    assert listing.checked(path) == (f"{path}: this method can be led", True)

    wrong, line = changed(FIVE, 'of = "cores"', 'of = "nothing"')
    path.write_text(wrong, encoding="utf-8")
    said, fine = listing.checked(path)
    assert (said, fine) == (f"{path}:{line}: phases.core.core-pick.of: There is no earlier input nothing.", False)


@pytest.mark.parametrize("written", [None, b"\xff\xfe"])
def test_a_file_that_is_not_there_or_is_no_text_is_said_so(tmp_path: Path, written: bytes | None) -> None:
    path = tmp_path / "ours.toml"
    if written:
        path.write_bytes(written)
    said, fine = listing.checked(path)
    assert said.startswith(f"{path}: ") and not fine


def test_a_part_that_does_not_fit_hides_no_other() -> None:
    """A word for a number, an unknown field, and a list where a text belongs: each with its own line."""
    text = text_of(FIVE)
    for old, new in (
        ("minutes = 10", 'minutes = "ten"'),
        ('flavour = "ask"', 'flavor = "ask"'),
        ('kind = "cards"', "kind = 3"),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    found = explain(text)
    assert len(found) == 3
    assert [f.line for f in found] == sorted({f.line for f in found})
    assert {f.field.split(".")[-1] for f in found} == {"minutes", "flavor", "kind"}
    with pytest.raises(MethodFault):
        read(text)


@pytest.mark.parametrize("odd", ["5", "true", "2026-01-01", '"x"', "{}", "[5]", "[[]]"])
def test_what_is_no_list_of_inputs_or_phases_is_told_and_nothing_falls_over(odd: str) -> None:
    for text in (f'[[phases]]\nid = "a"\ninputs = {odd}\n', f"phases = {odd}\n"):
        assert explain(text)
