"""Whatever loads can be led, and whatever cannot be led does not load: method files as somebody might write them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rooms.methodfault import MethodFault
from rooms.methodfiles import CATALOGUE, explain, read
from rooms.room import phase
from tests.rooms.playing import Play, unused
from tests.rooms.test_methodfiles import FILES, FIVE, SUCCESS, TEN, changed

ROOM = "phases.explore.questions"


def plays(text: str, *, back: bool = False) -> None:
    method = read(text)
    play = Play(method, back=back).through()
    assert unused(method, play) == set()
    own = {phase.id: {line.id for line in phase.inputs} for phase in method.phases}
    lies = {(p.id, name) for p in method.phases for name in (*p.looks, *(p.screen or ())) if name not in own[p.id]}
    assert len(play.looked) == len(lies)  # a pick lies there as what it picked from
    assert play.wrote - play.seen == set()


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_every_method_that_ships_is_played_to_its_end_and_all_that_is_written_is_read(path) -> None:  # type: ignore[no-untyped-def]
    plays(path.read_text(encoding="utf-8"), back=True)


ALONE = [path for path in FILES if "without_owner = true" in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("path", ALONE, ids=lambda p: p.stem)
def test_a_case_without_its_author_is_treated_to_the_end(path) -> None:  # type: ignore[no-untyped-def]
    """Nobody is its owner on any page, and whoever wrote it takes part as everybody does."""
    method = read(path.read_text(encoding="utf-8"))
    play = Play(method, back=True, owned=False)
    assert phase(play.circle.room).kind == "method"
    play.through()
    assert {case.owner for case in play.circle.room.chosen} == {""}
    assert phase(play.circle.room).kind == "closing"
    assert unused(method, play) == set()
    assert play.wrote - play.seen == set()


QUESTION = 'id = "questions", kind = "cards"'
CORES = 'id = "cores", kind = "cards"'
ADDED = "inputs = [\n"
LABEL = 'label = {nl = "a", en = "a"}'
TWO = 'options = [{nl = "a", en = "a"}, {nl = "b", en = "b"}]'
TEN_OPTIONS = "options = [" + ", ".join(['{nl = "a", en = "a"}'] * 10) + "]"


def add(line: str, phase: str = "explore", name: str = FIVE) -> tuple[str, str, str, str]:
    """One input more in a phase, on a line of its own."""
    return name, ADDED, f"{ADDED}  {{{line}}},\n", f'id = "{phase}"'


# the file, what is changed, into what, after what; and the field of the fault, or '' where it can be led all the same
FILES_AS_WRITTEN = [
    # names that keys, fields of forms and addresses cannot carry
    (FIVE, 'id = "questions"', 'id = "0:questions"', "", "phases.explore.inputs[1]"),
    (FIVE, 'id = "questions"', 'id = "my.questions"', "", "phases.explore.inputs[1]"),
    (FIVE, 'id = "questions"', 'id = ""', "", "phases.explore.inputs[1]"),
    (FIVE, 'id = "questions"', 'id = "Vragen van ons"', "", "phases.explore.inputs[1]"),
    (FIVE, 'id = "explore"', 'id = "explore:2"', "", "phases[1].id"),
    (FIVE, 'id = "explore"', 'id = "één"', "", "phases[1].id"),
    (FIVE, 'id = "five-step"', 'id = "five/step"', "", "id"),
    (FIVE, 'id = "five-step"', f'id = "{"x" * 41}"', "", "id"),
    (FIVE, 'id = "questions"', 'id = "what_we_ask-2"', "", ""),
    (FIVE, 'field = "first_step"', 'field = "first:step"', "", "phases.look-back.first-step.field"),
    (FIVE, 'id = "cores"', 'id = "takeaway"', "", "phases.core.takeaway"),
    (FIVE, 'id = "advices"', 'id = "asks"', "", "phases.advice.asks"),
    # who is there to do it
    (SUCCESS, 'kind = "vote", who = "everybody"', 'kind = "vote", who = "owner"', "", "phases.deepen.strongest.who"),
    (
        SUCCESS,
        'kind = "vote", who = "everybody"',
        'kind = "vote", who = "facilitator"',
        "",
        "phases.deepen.strongest.who",
    ),
    (FIVE, f'{CORES}, who = "consultants"', f'{CORES}, who = "facilitator"', "", "phases.core.cores.who"),
    (FIVE, f'{CORES}, who = "consultants"', f'{CORES}, who = "owner"', "", "phases.core.cores"),
    (FIVE, f'{CORES}, who = "consultants"', f'{CORES}, who = "everybody"', "", ""),
    (FIVE, 'kind = "turns", who = "consultants"', 'kind = "turns", who = "owner"', "", "phases.explore.asking.who"),
    (FIVE, 'kind = "pick", who = "owner"', 'kind = "pick", who = "everybody"', "", "phases.core.core-pick.who"),
    (FIVE, 'kind = "scale", who = "owner"', 'kind = "scale", who = "facilitator"', "", "phases.look-back.helped.who"),
    (FIVE, 'kind = "scale", who = "owner"', 'kind = "scale", who = "consultants"', "", ""),
    (FIVE, 'kind = "text", who = "owner"', 'kind = "text", who = "everybody"', 'id = "look-back"', ""),
    ("troika", 'who = "everybody"', 'who = "owner"', 'id = "threes"', "phases.own-question.threes.who"),
    # closed until later
    (
        FIVE,
        'field = "case_question"',
        'field = "case_question", until = "advice"',
        "",
        "phases.bring.question-v1.until",
    ),
    (FIVE, 'field = "layer"', 'until = "advice"', "", ""),
    (FIVE, 'field = "layer"', 'field = "first_step", until = "core"', "", "phases.look-back.first-step.field"),
    (FIVE, 'of = "cores"', 'of = "layer"', "", ""),  # lines of a text; see below for one that is closed
    # how many
    (FIVE, "min = 4", "min = 6", "size", "size"),
    (FIVE, "ideal_max = 8", "ideal_max = 11", "size", "size"),
    (FIVE, "max = 10", "max = 31", "size", "size"),
    (FIVE, "min = 4", "min = 0", "size", "size"),
    (FIVE, "min = 4", "min = 5", "size", ""),
    (SUCCESS, "max = 2", "max = 0", 'id = "strongest"', "phases.deepen.strongest.max"),
    (SUCCESS, "max = 2", "max = 10", 'id = "strongest"', "phases.deepen.strongest.max"),
    (SUCCESS, "max = 2", "max = 9", 'id = "strongest"', ""),
    (SUCCESS, 'mode = "dots", max = 2', 'mode = "rank"', "", ""),  # of more cards than nine: the first nine are named
    (SUCCESS, 'mode = "dots", max = 2', 'mode = "one"', "", ""),
    (
        SUCCESS, 'of = "finds", mode = "dots", max = 2', f'{TEN_OPTIONS}, mode = "rank"',
        "", "phases.deepen.strongest.options",
    ),
    (SUCCESS, 'of = "finds", mode = "dots", max = 2', f'{TWO}, mode = "rank"', "", ""),
    (FIVE, 'of = "cores", max = 1', 'of = "cores", max = 0', "", "phases.core.core-pick.max"),
    (FIVE, "chars = 80", "chars = 5", "", "phases.bring.layer.chars"),
    (FIVE, "chars = 80", "chars = 10", "", "phases.bring.layer.options.0"),  # shorter than its own answers
    (FIVE, "chars = 140", "chars = 2000", "", "phases.bring.question-v1.chars"),
    (FIVE, "chars = 140", "chars = 140, words = 4", "", ""),
    (FIVE, "chars = 80", "chars = 80, words = 2", "", "phases.bring.layer.options.0"),
    (FIVE, "minutes = 15", 'back = "bring"\nagain = 0\nminutes = 15', "", "phases.explore.again"),
    (FIVE, "minutes = 15", 'back = "bring"\nminutes = 15', "", ""),
    (FIVE, 'name = {nl = "', f'name = {{nl = "{"x" * 61}', "", "name"),
    (FIVE, 'nl = "Vragenronde"', 'nl = "  "', "", "phases.explore.name"),
    (FIVE, 'en = "Get a clear picture together."', 'en = ""', "", "phases.explore.purpose"),
    # what is about something
    (FIVE, 'of = "cores"', 'of = "questions"', "", "phases.core.core-pick.of"),  # asked, answered and gone
    (FIVE, 'of = "cores"', 'of = "first-step"', "", "phases.core.core-pick.of"),
    ("gossip", 'of = "joint_advice"', 'of = "joint_advice", options = []', "", ""),
    ("troika", "turns = true", "client = 6", "", "phases.in-threes.threes-turns.client"),
    ("troika", "turns = true", "turns = true, client = 1", "", "phases.in-threes.threes-turns.client"),
    ("troika", "turns = true", "client = 2", "", ""),
    ("troika", "max = 3", "max = 4", 'id = "threes-turns"', "phases.in-threes.threes-turns.max"),
    # what does not go together
    (FIVE, "spoken = true", "", "", ""),
    (FIVE, 'flavour = "think"', 'flavour = "think"\nspoken = true', "", "phases.core"),
    (FIVE, '  {id = "asking", kind = "turns", who = "consultants"},\n', "", "", ROOM),
    (*add('id = "more", kind = "turns", who = "consultants"'), "phases.explore.asking"),
    (*add(f'id = "more", kind = "cards", live = true, chars = 60, {LABEL}'), ROOM),
    (*add(f'id = "more", kind = "cards", live = true, chars = 60, shape = "line", {LABEL}'), ""),
    (*add(f'id = "more", kind = "cards", live = true, chars = 60, shape = "columns", {TWO}, {LABEL}'), ""),
    (
        *add(f'id = "more", kind = "cards", live = true, chars = 60, shape = "line", {TWO}, {LABEL}'),
        "phases.explore.more.options",
    ),
    (*add(f'id = "more", kind = "cards", chars = 60, {TWO}, {LABEL}', "advice"), "phases.advice.more.options"),
    (*add(f'id = "more", kind = "vote", {TWO}, {LABEL}'), ""),
    (*add(f'id = "more", kind = "vote", {TWO}, {LABEL}', "advice"), "phases.advice"),  # beside cards with a name
    # beside cards without a name, of the same people or of others
    (*add(f'id = "more", kind = "vote", who = "consultants", {TWO}, {LABEL}', "core"), ""),
    (*add(f'id = "more", kind = "scale", who = "consultants", {LABEL}', "core"), ""),
    (*add(f'id = "more", kind = "vote", {TWO}, {LABEL}', "core"), "phases.core"),
    (*add(f'id = "more", kind = "scale", {LABEL}', "core"), "phases.core"),
    (*add('id = "more", kind = "timer", seconds = 60', "core"), ""),
    (*add('id = "more", kind = "timer", seconds = 60, max = 3', "core"), "phases.core.more.max"),
    (*add('id = "more", kind = "notes", chars = 60', "core"), "phases.core.more.chars"),
    (*add(f'id = "more", kind = "text", signed = false, {LABEL}', "core"), "phases.core.more.signed"),
    (*add(f'id = "more", kind = "text", who = "facilitator", {LABEL}', "core"), "phases.core.more.who"),
    (*add('id = "more", kind = "groups", max = 2', "core"), ""),
    (
        *add(f'id = "more", kind = "text", options = [{{nl = "a", en = "a"}}], {LABEL}', "core"),
        "phases.core.more.options",
    ),
    # where everybody is the owner in turn
    (FIVE, 'licence = "', 'everybody = true\nlicence = "', "", "phases.bring"),
    ("troika", "everybody = true", "everybody = true\nwithout_owner = true", "", "everybody"),
    (
        "troika", 'id = "heard", kind = "notes", who = "everybody"', 'id = "heard", kind = "notes", who = "owner"',
        "", "phases.in-threes.heard",
    ),
    # where a case may have no owner
    (FIVE, 'licence = "', 'without_owner = true\nlicence = "', "", "phases.bring"),
    (TEN, "minutes = 15", "minutes = 240", "", ""),
]  # fmt: skip


def lines_of(text: str, piece: str) -> list[int]:
    return [n for n, line in enumerate(text.splitlines(), 1) if piece in line]


@pytest.mark.parametrize(("name", "old", "new", "after", "field"), FILES_AS_WRITTEN)
def test_a_file_is_played_to_its_end_or_refused_where_it_is_wrong(
    name: str, old: str, new: str, after: str, field: str
) -> None:
    text, line = changed(name, old, new, after)
    found = explain(text)
    if not field:
        assert found == []
        plays(text)
        return
    said = {f.field: f for f in found}
    assert field in said, found
    assert all(f.text.format(**f.params) and 1 <= f.line <= text.count("\n") + 1 for f in found)
    there = {*range(line, line + new.count("\n") + 1)} | {
        n for part in field.split(".") for n in lines_of(text, f'id = "{part}"')
    }
    assert said[field].line in there
    with pytest.raises(MethodFault):
        read(text)


def test_a_text_that_is_closed_is_not_taken_along_before_it_opens() -> None:
    text, _ = changed(FIVE, 'field = "layer"', 'until = "advice"')
    text = text.replace('of = "cores"', 'of = "layer"')
    assert [f.field for f in explain(text)] == ["phases.core.core-pick.of"]


PIECES = (
    'who = "owner"', 'who = "consultants"', 'who = "everybody"', 'who = "facilitator"', "signed = true",
    "signed = false", "live = true", "live = false", 'shape = "line"', 'shape = "four"', "max = 0", "max = 1",
    "max = 9", "spoken = true", 'mode = "rank"', 'mode = "one"', 'kind = "cards"', 'kind = "text"',
    'kind = "vote"',
    'kind = "notes"', 'kind = "turns"', 'kind = "scale"', 'kind = "pick"', 'kind = "sort"', "chars = 20", "chars = 400",
    "everybody = true", 'until = "look-back"', 'field = "case_question"', "",
)  # fmt: skip


@settings(max_examples=10, deadline=None)
@given(st.data())
@pytest.mark.long
def test_pieces_of_files_in_other_places_are_played_or_refused(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(FILES)).read_text(encoding="utf-8")
    places = [(n, piece) for piece in PIECES if piece for n in range(len(text)) if text.startswith(piece, n)]
    at, old = data.draw(st.sampled_from(places))
    same = [p for p in PIECES if p.partition(" ")[0] == old.partition(" ")[0]]
    put = data.draw(st.sampled_from(same))
    broken = text[:at] + put + text[at + len(old) :]
    found = explain(broken)
    assert all(f.text.format(**f.params) and 1 <= f.line <= broken.count("\n") + 1 for f in found)
    if not found:
        plays(broken)


def test_the_files_that_are_played_are_the_files_that_ship() -> None:
    assert sorted(CATALOGUE.glob("*.toml")) == FILES
