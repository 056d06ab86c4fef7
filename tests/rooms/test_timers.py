"""A countdown inside a phase: begun by who leads, over by itself, and gone with its phase."""

from __future__ import annotations

import pytest

from rooms import cards, clock, closing, flow, handles, people, tags, timers
from rooms.methods import Input, Method
from rooms.refusal import Refused
from rooms.rights import LATE, LEAD, OUTSIDE
from rooms.room import Room, phase
from rooms.view import view
from tests.made import INSIDE, late, lead, led, line, made, own, prepared, step, to_phase, two_cases
from tests.people import Circle

MINUTE = 60_000


def timed(*more: Input) -> Method:
    """A silence of three minutes and a timer of one in the middle of three phases, which may go back to the first."""
    quiet = line("silence", "timer", seconds=180, quiet=True)
    count = line("count", "timer", seconds=60)
    return made(step("before"), step("still", quiet, count, *more, back="before", again=3), step("after"))


def there(method: Method | None = None) -> Circle:
    return to_phase(led(method or timed()), "still")


def start(circle: Circle, name: str = "Fay", of: str = "silence") -> Room:
    return circle.by(name, timers.start, of, circle.now)


def runs(circle: Circle, role: str = "member") -> tuple[str, int]:
    """What an audience sees of it: the word, and how many seconds are left."""
    seen = view(circle.room, role)
    return seen.notice, max(seen.quiet_ms - circle.now, 0) // 1000


def pass_time(circle: Circle, ms: int) -> None:
    """Time passes, and the server looks whether it changed something: it does when it said so, and only then."""
    circle.now += ms
    before, ripe = circle.room, handles.ripe(circle.room, circle.now)
    assert ripe == (circle.do(handles.tick, circle.now, circle.rng) != before)


@pytest.mark.parametrize("role", INSIDE)
@pytest.mark.parametrize(("of", "seen"), [("silence", ("silence", 180)), ("count", ("timer", 60))])
def test_everybody_sees_the_same_countdown(role: str, of: str, seen: tuple[str, int]) -> None:
    circle = there()
    assert runs(circle, role) == ("", 0)
    start(circle, of=of)
    assert runs(circle, role) == seen


@pytest.mark.parametrize("role", [OUTSIDE, LATE])
def test_who_is_out_of_it_sees_none(role: str) -> None:
    circle = there()
    start(circle)
    assert runs(circle, role) == ("", 0)


def test_only_who_leads_begins_one_and_only_their_page_offers_it() -> None:
    circle = late(there(), "Noor", caught_up=True)
    for name in ("Owen", "Cora", "Noor"):
        with pytest.raises(Refused, match="begeleidt"):
            start(circle, name)
        assert own(circle, name).tasks == ()
    assert {role: len(view(circle.room, role).timers) for role in INSIDE} == {
        **dict.fromkeys(INSIDE, 0),
        LEAD: 2,
    }


@pytest.mark.parametrize("away", [people.mark_left, people.call_outside])
def test_a_second_leader_who_went_away_begins_none(away: object) -> None:
    from rooms.lead import share_lead

    circle = there()
    circle.by("Fay", share_lead, circle.seat("Cora"))
    start(circle, "Cora")
    circle.by("Fay", away, circle.seat("Cora"))
    with pytest.raises(Refused):
        start(circle, "Cora", "count")


def test_in_another_phase_there_is_no_timer_to_begin() -> None:
    circle = led(timed())
    with pytest.raises(Refused, match="net voorbij"):
        start(circle)
    to_phase(circle, "still")
    for other in ("", "before", "nowhere"):
        with pytest.raises(Refused, match="net voorbij"):
            start(circle, of=other)


def test_while_it_runs_the_same_again_changes_nothing_and_afterwards_it_runs_anew() -> None:
    circle = there()
    start(circle)
    assert not handles.ripe(circle.room, circle.now)
    pass_time(circle, MINUTE)
    assert start(circle) == circle.room
    assert runs(circle) == ("silence", 120)
    pass_time(circle, 2 * MINUTE - 1)
    assert runs(circle)[0] == "silence"
    pass_time(circle, 1)
    assert runs(circle) == ("", 0)
    start(circle)
    assert runs(circle) == ("silence", 180)
    circle.now += 3 * MINUTE  # over, and nobody looked yet
    start(circle)
    assert runs(circle) == ("silence", 180)


def test_another_timer_takes_the_place_of_the_one_that_runs() -> None:
    circle = there(timed(line("longer", "timer", seconds=120)))
    for of, seen in (("silence", ("silence", 180)), ("count", ("timer", 60)), ("longer", ("timer", 120))):
        start(circle, of=of)
        assert runs(circle) == seen


def test_a_silence_of_three_minutes_is_begun_though_a_minute_of_silence_was_asked_for() -> None:
    circle = there()
    circle.by("Fay", handles.notice, "silence", circle.now)
    assert runs(circle) == ("silence", 60)
    start(circle)
    assert runs(circle) == ("silence", 180)


@pytest.mark.parametrize("of", ["silence", "count"])
@pytest.mark.parametrize("word", ["question", "sum"])
def test_it_runs_on_behind_a_word_of_who_leads_and_is_seen_again_when_the_word_goes(of: str, word: str) -> None:
    circle = there()
    start(circle, of=of)
    seen, left = runs(circle)
    circle.by("Fay", handles.notice, word, circle.now)
    for role in INSIDE:
        assert runs(circle, role) == (word, 0)
    assert view(circle.room, LEAD).timer_ms == circle.now + left * 1000
    pass_time(circle, 20_000)
    circle.by("Fay", handles.notice, "", circle.now)
    assert runs(circle) == (seen, left - 20)
    assert view(circle.room, LEAD).timer_ms == 0
    circle.by("Fay", handles.notice, "", circle.now)
    assert runs(circle) == ("", 0)


def test_a_minute_of_silence_in_a_timer_gives_way_to_it_when_the_minute_is_over() -> None:
    circle = there()
    start(circle)
    circle.by("Fay", handles.notice, "question", circle.now)
    circle.by("Fay", handles.notice, "silence", circle.now)
    assert (runs(circle), view(circle.room, LEAD).minute) == (("silence", 60), True)
    pass_time(circle, MINUTE)
    assert (runs(circle), view(circle.room, LEAD).minute) == (("silence", 120), False)


def test_a_timer_that_ends_behind_a_word_leaves_the_word() -> None:
    circle = there()
    start(circle, of="count")
    circle.by("Fay", handles.notice, "question", circle.now)
    pass_time(circle, MINUTE)
    assert runs(circle) == ("question", 0)
    assert view(circle.room, LEAD).timer_ms == 0
    circle.by("Fay", handles.notice, "", circle.now)
    assert runs(circle) == ("", 0)


def test_a_timer_behind_a_word_is_shown_again_by_its_own_button_and_goes_with_its_phase() -> None:
    circle = there()
    start(circle)
    pass_time(circle, 30_000)
    circle.by("Fay", handles.notice, "sum", circle.now)
    start(circle)
    assert runs(circle) == ("silence", 150)
    circle.by("Fay", handles.notice, "sum", circle.now)
    circle.next()
    assert (runs(circle), view(circle.room, LEAD).timer_ms) == (("", 0), 0)


def test_time_alone_ends_it_and_moves_nothing_else() -> None:
    circle = there()
    start(circle)
    before = flow.pointer(circle.room)
    pass_time(circle, 180_000)

    assert (runs(circle), flow.pointer(circle.room)) == (("", 0), before)
    assert not handles.ripe(circle.room, circle.now + MINUTE)


def test_a_clock_that_was_set_back_keeps_nobody_in_silence_for_longer() -> None:
    circle = there()
    start(circle)
    pass_time(circle, -3_600_000)
    assert runs(circle) == ("", 0)
    start(circle)
    assert runs(circle) == ("silence", 180)


def test_who_leads_ends_it_early_with_the_word_that_takes_a_notice_away() -> None:
    circle = there()
    start(circle)
    circle.by("Fay", handles.notice, "", circle.now)
    assert runs(circle) == ("", 0)


@pytest.mark.parametrize("verb", [flow.step, flow.back, flow.skip, flow.loop])
def test_a_phase_that_is_left_takes_its_timer_along(verb: object) -> None:
    circle = there()
    start(circle)
    lead(circle, verb)
    assert phase(circle.room).id in ("before", "after")
    assert (runs(circle), circle.room.quiet) == (("", 0), 0)
    assert not handles.ripe(circle.room, circle.now + 180_000)
    to_phase(circle, "still") if phase(circle.room).id == "before" else lead(circle, flow.back)
    assert runs(circle) == ("", 0)
    start(circle, of="count")
    assert runs(circle) == ("timer", 60)


def test_a_case_that_its_owner_ends_takes_the_timer_along() -> None:
    circle = there()
    start(circle)
    circle.by("Owen", handles.stop, circle.now)
    circle.by("Owen", handles.choose, "end")
    circle.by("Fay", handles.go_on, circle.now, circle.rng)
    assert (phase(circle.room).kind, runs(circle)) == ("closing", ("", 0))


def test_cards_that_open_and_a_repeat_leave_the_timer_running() -> None:
    circle = there(timed(line("finds", "cards", max=1, chars=80)))
    start(circle, of="count")
    mark, ready = tags.card(circle.tag("Cora"), circle.room, "finds", 0), tags.ready(circle.tag("Cora"), circle.room)
    circle.by("Cora", cards.lay, "finds", 0, 1, "dit", tag=mark, ready=ready)
    for verb in (flow.step, flow.repeat):
        lead(circle, verb)
        assert phase(circle.room).id == "still"
        assert runs(circle) == ("timer", 60)


def test_the_clock_of_the_phase_goes_on_beside_it() -> None:
    circle = there()
    total = circle.room.rounds["0:still"].clock.total
    start(circle)
    pass_time(circle, 2 * MINUTE)
    assert clock.left(circle.room.rounds["0:still"].clock, circle.now) == total - 120


def test_even_stop_while_it_runs_ends_when_the_time_is_over_all_the_same() -> None:
    circle = there()
    start(circle)
    circle.by("Carl", handles.stop, circle.now)
    pass_time(circle, 180_000)
    assert (runs(circle), circle.room.still is not None) == (("", 0), True)


def test_a_timer_of_the_first_case_does_not_run_in_the_second() -> None:
    circle = to_phase(two_cases(timed()), "after")
    lead(circle, flow.back)
    start(circle)
    lead(circle, flow.skip)
    lead(circle, flow.skip)
    to_phase(circle, "still", "Cora")
    assert runs(circle) == ("", 0)


def test_after_the_end_nothing_is_begun_and_nothing_runs() -> None:
    circle = there()
    start(circle)
    to_phase(circle, "closing")
    circle.by("Fay", closing.close, circle.now, circle.rng)
    assert runs(circle) == ("", 0)
    with pytest.raises(Refused, match="rond"):
        start(circle)


def test_the_silence_that_ships_in_the_case_clinic_lasts_three_minutes() -> None:
    circle = to_phase(Circle(method="case-clinic").to_method(), "stillness")
    circle.by("Fay", timers.start, "silence", circle.now)
    assert runs(circle, "screen") == ("silence", 180)


def test_a_leader_of_a_self_guided_circle_begins_one_from_the_own_seat() -> None:
    circle = to_phase(prepared(timed(), guided=False).to_method(), "still")
    start(circle)
    assert runs(circle) == ("silence", 180)
    assert [i.id for i in view(circle.room, LEAD).timers] == ["silence", "count"]
