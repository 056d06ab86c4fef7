"""What came of earlier steps lies beside a later one: whose it is, who sees it, and what never lies there."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from rooms import cards, flow, picks, tags, texts
from rooms.looks import looks
from rooms.methodfiles import explain
from rooms.methods import Method
from rooms.rights import LATE, OUTSIDE, OWNER, SCREEN
from rooms.room import owner
from rooms.view import view
from tests.made import INSIDE, ballot, lead, led, line, made, page, step, to_phase, two_cases, words
from tests.people import Circle
from tests.rooms.test_methodfiles import FIVE, changed
from tests.said import regions


def method(*names: str, listens: str = "") -> Method:
    """Cards, a vote about them, a pick of them and a text; then a step that looks at some of it."""
    return made(
        step("first", line("signed", "cards", who="everybody", chars=40)),
        step("second", line("best", "vote", who="everybody", of="signed", mode="one")),
        step(
            "third",
            line("taken", "pick", who="owner", of="signed", max=2),
            line("said", "text", who="everybody", chars=40),
        ),
        step("then", listens=listens, looks=names),
    )


def lay(circle: Circle, *people: str) -> None:
    for name in people:
        tag = circle.tag(name)
        mark, ready = tags.card(tag, circle.room, "signed", 0), tags.ready(tag, circle.room)
        circle.by(name, cards.lay, "signed", 0, 1, f"kaart van {name}", tag=mark, ready=ready)


def seen(circle: Circle, role: str = "member") -> list[tuple[list[str], list[str], bool]]:
    found = looks(circle.room, role)
    return [([f"{c.name}: {c.text}" for c in one.cards], [str(w) for w in one.words], one.fold) for one in found]


def filled(circle: Circle) -> Circle:
    """Two cards; Cora's has the votes and the owner takes Owen's; a text of two versions."""
    lay(circle, "Owen", "Cora")
    to_phase(circle, "second")
    coras = next(c.id for c in circle.room.rounds["0:first"].cards if c.text == "kaart van Cora")
    for name in ("Owen", "Carl", "Cleo"):
        ballot(circle, name, {coras: 1})
    to_phase(circle, "third")
    owens = next(c.id for c in circle.room.rounds["0:first"].cards if c.text == "kaart van Owen")
    circle.do(picks.pick, owner(circle.room), "taken", owens, on=True)
    for version in ("een", "twee"):
        circle.by("Carl", texts.put, "said", version)
    return to_phase(circle, "then")


def test_what_came_of_each_kind_lies_there_for_everybody_inside_and_nobody_else() -> None:
    circle = filled(led(method("signed", "best", "taken", "said")))
    for role in set(INSIDE) - {SCREEN}:
        all_of_them, *rest = seen(circle, role)
        assert (sorted(all_of_them[0]), all_of_them[2]) == (["Cora: kaart van Cora", "Owen: kaart van Owen"], True)
        assert rest == [
            (["Cora: kaart van Cora"], [], False),
            (["Owen: kaart van Owen"], [], False),
            ([], ["twee"], False),
        ]
    assert [seen(circle, role) for role in (OUTSIDE, LATE, SCREEN)] == [[], [], []]
    for name in ("Cora", "Owen"):
        drawn = regions().audience("seat", page(circle, name), "nl")["stage"]
        assert "kaart van Cora (Cora)" in drawn
    assert "kaart van Cora (Cora)" in regions().audience("lead", page(circle, "Fay"), "nl")["side"]


def test_who_only_listens_has_nothing_to_look_at() -> None:
    circle = filled(led(method("signed", "said", listens="owner")))
    assert seen(circle, OWNER) == []
    assert len(seen(circle)) == 2  # the control


def test_what_was_not_opened_or_not_given_does_not_lie_there() -> None:
    circle = led(method("signed", "best", "taken", "said"))
    lay(circle, "Owen", "Cora")
    lead(circle, flow.skip)
    to_phase(circle, "then")
    assert seen(circle) == []


def test_of_another_case_nothing_lies_there() -> None:
    circle = filled(two_cases(method("signed", "best", "taken", "said")))
    assert len(seen(circle)) == 4
    to_phase(circle, "then", "Cora")
    assert seen(circle) == []


def test_options_of_a_vote_that_nobody_won_alone_are_both_there() -> None:
    circle = led(
        made(
            step("first", line("best", "vote", who="everybody", mode="one", options=words("Ja", "Nee", "Misschien"))),
            step("then", looks=("best",)),
        )
    )
    for name, choice in zip(("Owen", "Cora", "Carl", "Cleo"), ("o0", "o1", "o0", "o1"), strict=True):
        ballot(circle, name, {choice: 1})
    to_phase(circle, "then")
    assert [w.nl for w in looks(circle.room, "lead")[0].words] == ["Ja", "Nee"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("names", "good"),
    [
        ('"cores"', True),
        ('"nothing"', False),
        ('"advices"', False),
        ('"questions"', False),
        (", ".join(['"cores"'] * 99), False),
    ],
)
def test_a_file_looks_only_at_what_an_earlier_step_left(names: str, good: bool) -> None:  # noqa: FBT001
    text, _ = changed(FIVE, "inputs = [", f"looks = [{names}]\ninputs = [", 'id = "advice"')
    assert [fault.field for fault in explain(text)] == ([] if good else ["phases.advice.looks"])


@pytest.mark.parametrize(
    ("screen", "shown"),
    [
        (None, ["nu own", "nu more"]),
        ((), []),
        (("taken", "said", "own"), ["nu own", "twee", "kaart van Owen"]),
    ],
)
def test_the_big_screen_shows_what_the_file_names_and_own_devices_all_of_the_step(
    screen: tuple[str, ...] | None, shown: list[str]
) -> None:
    own = (line(name, "text", who="everybody", chars=40) for name in ("own", "more"))
    base = method()
    then = replace(step("then", *own, looks=("said",)), screen=screen)
    circle = filled(led(replace(base, phases=(*base.phases[:3], then))))
    for name in ("own", "more"):
        circle.by("Carl", texts.put, name, f"nu {name}")

    def drawn(part: str, role: str, region: str) -> list[str]:
        html = regions().audience(part, view(circle.room, role), "nl")[region]
        return [word for word in ("nu own", "nu more", "twee", "kaart van Owen", "kaart van Cora") if word in html]

    assert drawn("screen", SCREEN, "screen") == shown
    assert drawn("seat", "member", "stage") == ["nu own", "nu more", "twee"]


@pytest.mark.parametrize(
    ("names", "good"),
    [
        ('"advices", "advice-pick", "core-pick"', True),
        ("", True),
        ('"cores"', False),
        ('"reading"', False),
        ('"question-v2"', True),
        (", ".join(['"advices"'] * 99), False),
    ],
)
def test_a_big_screen_shows_of_its_step_what_lies_there_and_of_earlier_ones_what_was_chosen(
    names: str, good: bool
) -> None:  # noqa: FBT001
    text, _ = changed(FIVE, "inputs = [", f"screen = [{names}]\ninputs = [", 'id = "advice"')
    assert [fault.field for fault in explain(text)] == ([] if good else ["phases.advice.screen"])
