"""What the pages of an ended circle say: what stays, until which hour, and what is gone."""

from __future__ import annotations

import pytest

from rooms import closing, rights, tags, takeaways, view
from rooms.rights import LATE, LEAD, MEMBER, OUTSIDE
from server.steady import HOUR, on_the_hour
from tests.people import Circle
from tests.said import regions

START = 1_795_000_000_000  # not a full hour
TICK = "<li>"


def ended(*, shared: bool, kept: int = 24 * HOUR) -> tuple[Circle, str, str]:
    """A circle that closed at `START`, its stage for a seat and the cockpit's foot."""
    circle = Circle().to_method().to("closing")
    if shared:
        signs = {"tag": tags.takeaway(circle.tag("Cora"), circle.room), "ready": "r"}
        circle.by("Cora", takeaways.share, 1, "Ik vraag eerder door.", report=False, **signs)
    circle.next()
    circle.by("Fay", closing.close, START, circle.rng)
    words = regions(kept)
    seat = words.audience("seat", view.view(circle.room, rights.role(circle.room, circle.seat("Cora"))), "nl")
    return circle, seat["stage"], words.audience("lead", view.view(circle.room, LEAD), "nl")["foot"]


def test_moments_go_to_the_full_hour_at_or_after_them() -> None:
    assert on_the_hour(0) == 0
    assert on_the_hour(1) == HOUR
    assert on_the_hour(HOUR) == HOUR
    assert on_the_hour(HOUR + 1) == 2 * HOUR


@pytest.mark.parametrize("kept", [0, HOUR, 24 * HOUR])
def test_the_hour_that_is_named_is_a_full_one_and_not_before_the_erasing(kept: int) -> None:
    circle, stage, foot = ended(shared=True, kept=kept)
    due = closing.due(circle.room, kept)
    named = regions(kept).languages.day("nl")(on_the_hour(due or 0), circle.room.zone)

    assert START % HOUR
    assert due == START + kept
    assert named.endswith(":00")
    assert f"Blijft tot {named}" in stage
    assert f"Kring wist alles op {named}." in foot


def test_what_stays_is_said_and_only_what_there_is() -> None:
    _, with_one, _ = ended(shared=True)
    _, with_none, _ = ended(shared=False)

    assert "Versleuteld op de server" in with_one
    assert "Versleuteld op de server" in with_none
    assert "De zinnen die zonder naam gedeeld zijn." in with_one
    assert "De zinnen die zonder naam gedeeld zijn." not in with_none
    assert with_one.count(TICK) == with_none.count(TICK) + 1


@pytest.mark.parametrize("role", [OUTSIDE, LATE])
def test_who_was_outside_or_late_reads_of_no_report_and_no_empty_line(role: str) -> None:
    circle, _, _ = ended(shared=True)
    html = regions().audience("seat", view.view(circle.room, role), "nl")["stage"]

    assert html.count(TICK) == 1
    assert "<span></span>" not in html
    assert "verslag" not in html


def test_a_seat_of_an_ended_circle_is_offered_nothing_that_is_refused() -> None:
    circle, _, _ = ended(shared=False)
    shown = view.view(circle.room, rights.role(circle.room, circle.seat("Cora")))
    running = Circle()
    before = view.view(running.room, rights.role(running.room, running.seat("Cora")))

    for verb in ("/do/leave", "/do/invite-device"):
        assert verb not in regions().audience("seat", shown, "nl")["head"]
        assert verb in regions().audience("seat", before, "nl")["head"]


def test_where_everybody_brings_a_question_nobody_is_told_to_write_a_case() -> None:
    troika, usual = (
        regions().audience("seat", view.view(Circle(method=name).room, MEMBER), "nl")["stage"]
        for name in ("troika", "five-step")
    )

    assert "Dan schrijft ieder een casus, zonder naam." in usual
    assert "Dan schrijft ieder een casus, zonder naam." not in troika
    assert "Dan komt iedereen met een eigen vraag aan de beurt." in troika
