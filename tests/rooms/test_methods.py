"""Method files: both ship whole, and each fault is named. Where each kind of input has its rules and its tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from rooms.methodfault import MethodFault
from rooms.methodfiles import CATALOGUE, catalogue, load
from rooms.methods import KINDS, is_queue

ROOT = Path(__file__).resolve().parent.parent.parent
CALLED = {  # the file of a kind, where that is not called as the kind is
    "sort": "sorts",
    "pick": "picks",
    "scale": "scales",
    "vote": "votes",
    "text": "texts",
    "takeaway": "takeaways",
    "timer": "timers",
}
FORMS = {  # where people use it, where that is not composers/inputs/<kind>.html
    "turns": "partials/_turns.html",
    "notes": "partials/_note.html",
    "listening": "stages/_listening.html",
    "takeaway": "partials/_note.html",
    "groups": "stages/_groups.html",
    "timer": "partials/_timers.html",
}


def test_the_methods_are_there() -> None:
    assert {"five-step": 5, "gossip": 5}.items() <= {m.id: len(m.phases) for m in catalogue().values()}.items()


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("signed = true, live = true", "signed = false, live = true", "explore.questions"),
        ('of = "cores"', 'of = "nothing"', "core-pick"),
        ("minutes = 15", "minutes = 0", "minutes"),
        ('en = "Questions"', 'en = ""', "explore.name"),
        ('kind = "turns"', 'kind = "dance"', "asking"),
        ('id = "explore"', 'id = "bring"', "bring"),
    ],
)
def test_a_fault_is_named_with_its_field(tmp_path: Path, old: str, new: str, field: str) -> None:
    text = (CATALOGUE / "m01-five-step.toml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "m.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(MethodFault) as fault:
        load(path)
    assert field in fault.value.field


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_file_of_rules_a_template_and_a_test_module(kind: str) -> None:
    assert (ROOT / "templates" / FORMS.get(kind, f"composers/inputs/{kind}.html")).is_file()
    tests = ROOT / "tests" / "rooms" / f"test_{CALLED.get(kind, kind)}.py"
    assert (ROOT / "rooms" / f"{CALLED.get(kind, kind)}.py").is_file()
    assert f'"{kind}"' in tests.read_text(encoding="utf-8")  # a method of its own has an input of this kind


def test_the_question_aid_looks_at_what_is_a_question_in_the_file_and_at_nothing_else() -> None:
    for method in catalogue().values():
        for line in (i for p in method.phases for i in p.inputs if i.kind == "cards"):
            looked_at = bool(line.asks) or is_queue(line)
            assert looked_at == ("vraag" in line.label.nl.lower()), (method.id, line.id)
