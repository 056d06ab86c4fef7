"""The plan: phases fit the time until the end, keep their proportions, and the end is the one people named."""

from __future__ import annotations

from functools import cache

import pytest
from msgspec.structs import replace

from rooms import flow, plan
from rooms.methodfiles import catalogue
from rooms.methods import Method
from rooms.rights import LEAD
from rooms.room import phase
from rooms.shell import AROUND, beyond
from rooms.view import view
from tests.made import SLACK, becomes, prepared
from tests.people import NOW, Circle

HOUR = 3_600_000
REST = {"arrive": 5, "agreement": 3, "checkin": 5, "write": 8, "read": 4, "choose": 4, "closing": 10}
USUAL = (5, 15, 10, 12, 8)  # the five-step method's own minutes, 50 in all


def minutes(circle: Circle) -> tuple[int, ...]:
    return tuple(e.phase.minutes for e in circle.room.agenda if e.phase.kind == "method")


@pytest.mark.parametrize(
    ("until", "given"),
    [
        (84, USUAL),
        (109, (8, 22, 15, 18, 12)),
        (300, (8, 22, 15, 18, 12)),
        (83.5, (5, 15, 9, 12, 8)),
        (70, (4, 10, 8, 8, 6)),
        (59, (3, 7, 5, 6, 4)),
        (20, (3, 7, 5, 6, 4)),
    ],
)
def test_the_method_fits_the_time_until_the_end(until: float, given: tuple[int, ...]) -> None:
    circle = Circle()
    circle.room = replace(circle.room, ends=circle.now + int(until * 60_000))
    circle.next()  # the agreement begins: 34 minutes of shell are still ahead

    assert minutes(circle) == given
    if 59 <= until <= 109:
        assert sum(given) == int(until) - 34  # the minutes there are, and no rounding over the end


@cache
def waiting(method: str, cases: int) -> Circle:
    """A circle that arrives, with its method chosen. Nobody changes it: what is planned is another room."""
    return prepared(catalogue()[method], cases=cases)


def planned(method: Method, until: int, cases: int = 1) -> list[tuple[int, ...]]:
    """The minutes of the method's phases, by case, in a meeting of so many in which arriving took its own."""
    circle = waiting(method.id, cases)
    arriving = circle.room.agenda[0].phase.minutes
    room = plan.fitted(replace(circle.room, ends=circle.now + until * 60_000), 1, circle.now + arriving * 60_000)
    lines = [e for e in room.agenda if e.phase.kind == "method"]
    return [tuple(e.phase.minutes for e in lines if e.case == case) for case in sorted({e.case for e in lines})]


@pytest.mark.parametrize("cases", [1, 2])
@pytest.mark.parametrize("method", catalogue().values(), ids=catalogue())
def test_the_agenda_gives_the_minutes_that_the_chooser_said(method: Method, cases: int) -> None:
    usual = [p.minutes for p in method.phases]
    for until in range(45, 181):
        given, told = planned(method, until, cases), becomes(method, until, cases)
        if told:
            assert min(map(sum, given)) == told, until
        elif told is None:
            assert min(map(sum, given)) == plan.shortest(method), until
        else:
            assert sum(map(sum, given)) >= sum(usual) * len(given) - SLACK, until
        over = beyond(method, cases) + AROUND - until
        if told and told > plan.shortest(method) or 0 <= over <= SLACK:
            assert sum(map(sum, given)) == sum(usual) * len(given) - over, until


@pytest.mark.parametrize("method", catalogue().values(), ids=catalogue())
def test_a_phase_keeps_its_proportion_and_never_has_less_than_its_minimum(method: Method) -> None:
    for until in range(20, 300):
        for one, given in zip(method.phases, planned(method, until)[0], strict=True):
            timers = -(-sum(line.seconds for line in one.inputs) // 60)
            least = min(max(2, timers), one.minutes)
            assert least <= given <= max(-(-one.minutes * 3 // 2), least), (one.id, until)
            assert one.minutes > 1 or given == one.minutes, "a minute of silence stays one"


def test_when_the_case_starts_late_the_phases_shrink_and_the_closing_keeps_its_minutes() -> None:
    circle = Circle()
    circle.room = replace(circle.room, ends=circle.now + 84 * 60_000)
    circle.to("choose")
    circle.now += 44 * 60_000  # forty minutes left: thirty for the method
    circle.to_method()

    assert sum(minutes(circle)) == 29  # whole ones: choosing took its twenty seconds
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


def test_a_method_chosen_halfway_a_step_gets_what_is_left_after_that_step() -> None:
    circle = Circle(method=None)
    circle.room = replace(circle.room, ends=circle.now + 90 * 60_000)
    circle.to("checkin")  # at once: five minutes of it, and after it writing, reading, choosing and the closing
    circle.by("Fay", flow.pick_method, catalogue()["balint"], circle.now)
    assert sum(minutes(circle)) == 90 - 5 - 8 - 4 - 4 - 10
    circle.now += 7 * 60_000  # two more than it had
    circle.by("Fay", flow.pick_method, catalogue()["gossip"], circle.now)
    circle.by("Fay", flow.pick_method, catalogue()["balint"], circle.now)
    assert sum(minutes(circle)) == 90 - 7 - 8 - 4 - 4 - 10
