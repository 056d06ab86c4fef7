"""Who may do what: each guard lets its people through and refuses everybody else."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from rooms import door, people, rights
from rooms.refusal import Refused
from rooms.room import seat, this_round, with_seat
from tests.people import CAST, Circle

EVERYBODY = ("Fay", *CAST)


@pytest.fixture(scope="module")
def started() -> Circle:
    """Owen's case on the table; Carl called outside, Cem left, Cato late."""
    circle = Circle().to_method()
    circle.by("Fay", people.call_outside, circle.seat("Carl"))
    circle.by("Cem", people.leave)
    circle.do(with_seat, circle.seat("Cato"), caught_up=False)
    return circle


def let_through(circle: Circle, guard) -> set[str]:  # type: ignore[no-untyped-def]
    """The people a guard answers with their own seat."""
    through = set()
    for name in EVERYBODY:
        try:
            assert guard(circle.room, circle.seat(name)).name == name
        except Refused:
            continue
        through.add(name)
    return through


def test_everybody_has_the_audience_of_who_they_are_now(started: Circle) -> None:
    audience = {name: rights.role(started.room, started.seat(name)) for name in EVERYBODY if name != "Cem"}

    assert audience == {
        "Fay": "member", "Owen": "owner", "Cora": "member", "Carl": "outside", "Cleo": "member", "Cato": "late",
    }  # fmt: skip


def test_an_owner_called_outside_has_the_audience_of_outside(started: Circle) -> None:
    gone = with_seat(started.room, started.seat("Owen"), presence=seat(started.room, started.seat("Carl")).presence)

    assert rights.role(gone, started.seat("Owen")) == "outside"


def test_each_guard_knows_its_own_people(started: Circle) -> None:
    assert let_through(started, rights.present) == {"Fay", "Owen", "Cora", "Cleo", "Cato"}
    assert let_through(started, rights.leader) == {"Fay"}
    assert let_through(started, rights.the_owner) == {"Owen"}


def test_who_leads_and_is_outside_or_gone_leads_nothing(started: Circle) -> None:
    for name in ("Carl", "Cem"):
        leads = with_seat(started.room, started.seat(name), lead=True)
        with pytest.raises(Refused):
            rights.leader(leads, started.seat(name))


def test_a_method_names_its_people(started: Circle) -> None:
    named = {
        who: {n for n in EVERYBODY if rights.is_one_of(started.room, seat(started.room, started.seat(n)), who)}
        for who in ("owner", "facilitator", "everybody", "consultants", "nobody")
    }

    assert named == {
        "owner": {"Owen"},
        "facilitator": {"Fay"},
        "everybody": set(CAST),
        "consultants": set(CAST) - {"Owen"},
        "nobody": set(),
    }


def test_nobody_acts_when_the_circle_is_over(started: Circle) -> None:
    over = replace(started.room, over=started.now)

    for name in EVERYBODY:
        with pytest.raises(Refused, match="rond"):
            rights.present(over, started.seat(name))


def test_who_came_in_during_a_round_does_not_write_in_it() -> None:
    circle = Circle().to("write")
    circle.do(door.join, "another device", "Noor", remote=False, rng=circle.rng)
    circle.by("Fay", door.admit, "another device", rng=circle.rng)

    assert let_through(circle, rights.writer) == set(CAST)  # Fay leads only
    with pytest.raises(Refused, match="ronde"):
        rights.writer(circle.room, circle.seat("Noor"))


def test_an_act_belongs_to_one_kind_of_phase_and_one_stage_of_it() -> None:
    circle = Circle().to("write")
    stage = this_round(circle.room).stage

    rights.in_kind(circle.room, "write")
    rights.in_kind(circle.room, "write", stage)
    for kind, other in (("choose", None), ("choose", stage), ("write", stage + 1)):
        with pytest.raises(Refused):
            rights.in_kind(circle.room, kind, other)
