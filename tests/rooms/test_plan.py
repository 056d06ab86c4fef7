"""The plan: phases fit the time until the end, keep their proportions, and the end is the one people named."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from rooms import plan
from rooms.rights import LEAD
from rooms.room import phase
from rooms.view import view
from tests.people import NOW, Circle

HOUR = 3_600_000
REST = {"arrive": 5, "agreement": 3, "checkin": 5, "write": 8, "read": 4, "choose": 4, "closing": 10}
USUAL = (5, 15, 10, 12, 8)  # the five-step method's own minutes, 50 in all


def minutes(circle: Circle) -> tuple[int, ...]:
    return tuple(e.phase.minutes for e in circle.room.agenda if e.phase.kind == "method")


@pytest.mark.parametrize(("until", "factor"), [(84, 1.0), (109, 1.5), (300, 1.5), (59, 0.5), (20, 0.5)])
def test_the_method_fits_the_time_until_the_end(until: int, factor: float) -> None:
    circle = Circle()
    circle.room = replace(circle.room, ends=circle.now + until * 60_000)
    circle.next()  # the agreement begins: 34 minutes of shell are still ahead

    assert minutes(circle) == tuple(int(m * factor) for m in USUAL)


def test_when_the_case_starts_late_the_phases_shrink_and_the_closing_keeps_its_minutes() -> None:
    circle = Circle()
    circle.room = replace(circle.room, ends=circle.now + 84 * 60_000)
    circle.to("choose")
    circle.now += 44 * 60_000  # forty minutes left: thirty for the method
    circle.to_method()

    assert sum(minutes(circle)) <= 30
    assert view(circle.room, LEAD).agenda[-1].minutes == REST["closing"]
    assert view(circle.room, LEAD).clock.total_s == minutes(circle)[0] * 60


@pytest.mark.parametrize(
    ("named", "begins", "ends"),
    [
        (0, NOW, NOW + 2 * HOUR),
        (NOW + HOUR, NOW, NOW + HOUR),
        (NOW + HOUR, NOW + 30 * 60_000 + 72 * HOUR, NOW + 73 * HOUR),  # an invitation of three days before
    ],
)
def test_the_end_is_the_time_of_day_people_named(named: int, begins: int, ends: int) -> None:
    circle = Circle()
    circle.room, circle.now = replace(circle.room, ends=named), begins
    circle.next()

    assert phase(circle.room).kind == "agreement"
    assert circle.room.ends == ends


def test_a_room_without_a_method_keeps_its_agenda() -> None:
    room = Circle(method=None).room
    assert plan.fitted(room, 1, NOW) is room


def test_a_step_keeps_the_minutes_of_its_own_silence() -> None:
    circle = Circle(method="case-clinic")
    circle.room = replace(circle.room, ends=circle.now + 20 * 60_000)
    circle.next()
    silence = next(e.phase for e in circle.room.agenda if any(line.quiet for line in e.phase.inputs))
    assert sum(line.seconds for line in silence.inputs) == 180
    assert silence.minutes == 3
    assert circle.room.method
    assert plan.shortest(circle.room.method) == sum(minutes(circle))
