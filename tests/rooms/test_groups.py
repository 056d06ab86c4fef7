"""Small groups: the circle split once, everybody in one, whose turn it is in each; and what coming and going does."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from rooms import clock, closing, flow, groups, people, tags, writing
from rooms.methodfiles import catalogue
from rooms.methods import Method
from rooms.refusal import Refused
from rooms.rights import LATE, LEAD, OUTSIDE
from rooms.room import owner, phase
from rooms.view import view
from tests.made import INSIDE, gone, late, lead, line, made, own, page, prepared, step, to_phase, two_cases
from tests.people import Circle

NAMES = ("Ada", "Bas", "Cas", "Dia", "Eva", "Fin", "Gus", "Hai", "Ida", "Jan", "Kai")
SIX = NAMES[:6]


def threes(size: int = 3, **fields: object) -> Method:
    """Groups, first without a turn, then with the turn of each; and a phase of the whole circle."""
    turns = [step(f"turn{n}", line(f"of{n}", "groups", max=size, client=n)) for n in (1, 2, 3)]
    start = step("start", line("threes", "groups", max=size))
    return made(start, *turns, step("together"), **{"everybody": True, **fields})


def split(*names: str, size: int = 3) -> Circle:
    return prepared(threes(size), *names).to_method()


def shown(circle: Circle, role: str = "member") -> list[str]:
    """The groups as an audience sees them, by the first letters of the names."""
    return ["".join(name[0] for name in group) for group in view(circle.room, role).groups]


def turn(circle: Circle, name: str) -> str:
    return own(circle, name).client


# How a circle is split


@pytest.mark.parametrize(
    ("people_in", "size", "groups"),
    [
        (2, 3, [2]),
        (3, 3, [3]),
        (4, 3, [4]),
        (5, 3, [5]),
        (6, 3, [3, 3]),
        (7, 3, [3, 4]),
        (8, 3, [4, 4]),
        (9, 3, [3, 3, 3]),
        (11, 3, [3, 4, 4]),
    ]
    + [(3, 2, [3]), (4, 2, [2, 2]), (5, 2, [2, 3]), (11, 2, [2, 2, 2, 2, 3]), (9, 4, [4, 5])],
)
def test_groups_are_as_even_as_can_be_and_nobody_is_alone_nor_a_pair_among_threes(
    people_in: int, size: int, groups: list[int]
) -> None:
    circle = split(*NAMES[:people_in], size=size)

    assert sorted(len(group) for group in shown(circle)) == groups
    assert sorted("".join(shown(circle))) == [name[0] for name in NAMES[:people_in]]


def test_who_sits_together_is_together_and_who_is_remote_with_the_others_who_are() -> None:
    assert shown(split(*SIX)) == ["ABC", "DEF"]
    circle = prepared(threes(), *SIX)
    for name in ("Ada", "Cas", "Eva"):
        circle.by(name, people.sit_where, remote=True)
    assert shown(circle.to_method()) == ["BDF", "ACE"]


@pytest.mark.parametrize("role", INSIDE)
def test_everybody_sees_all_groups(role: str) -> None:
    assert shown(split(*SIX), role) == ["ABC", "DEF"]


@pytest.mark.parametrize("role", [OUTSIDE, LATE])
def test_who_is_out_of_it_sees_none(role: str) -> None:
    assert shown(split(*SIX), role) == []


def test_each_sees_the_own_group_and_who_only_leads_or_only_looks_has_none() -> None:
    circle = prepared(threes(), *SIX, "Gus")
    circle.by("Gus", people.take_task, "observer")
    circle.to_method()
    assert shown(circle) == ["ABC", "DEF"]
    assert own(circle, "Eva").group == ("Dia", "Eva", "Fin")
    assert (own(circle, "Fay").group, own(circle, "Gus").group) == ((), ())


def test_a_leader_who_takes_part_is_in_a_group() -> None:
    circle = prepared(threes(), *SIX[:5], guided=False).to_method()
    assert own(circle, "Fay").group == ("Fay", "Ada", "Bas")


def test_somebody_without_a_phone_is_in_a_group() -> None:
    circle = prepared(threes(), *SIX[:5])
    circle.by("Fay", people.add_seat, "Opa", op="0" * 32)
    assert shown(circle.to_method()) == ["ABC", "DEO"]


# Whose turn it is


def test_each_has_a_turn_and_it_is_the_same_group_all_through() -> None:
    circle = split(*SIX)
    assert (turn(circle, "Ada"), own(circle, "Ada").my_turn) == ("", False)
    for first, second in (("Ada", "Dia"), ("Bas", "Eva"), ("Cas", "Fin")):
        circle.next()
        assert shown(circle) == ["ABC", "DEF"]
        assert [turn(circle, name) for name in SIX] == [first] * 3 + [second] * 3
        assert [name for name in SIX if own(circle, name).my_turn] == [first, second]


def test_in_a_group_of_four_the_fourth_helps_and_in_one_of_two_there_is_no_third_turn() -> None:
    four, two = split(*NAMES[:4]), split("Ada", "Bas")
    for circle in (four, two):
        to_phase(circle, "turn3")
    assert turn(four, "Dia") == "Cas"
    assert (turn(two, "Ada"), own(two, "Bas").my_turn) == ("", False)


def test_in_a_phase_of_the_whole_circle_there_are_no_groups() -> None:
    circle = to_phase(split(*SIX), "together")
    assert (shown(circle), own(circle, "Ada").group, turn(circle, "Ada")) == ([], (), "")
    lead(circle, flow.back)
    assert shown(circle) == ["ABC", "DEF"]


def test_back_next_repeat_and_skip_leave_the_groups_and_the_turns_as_they_were() -> None:
    circle = to_phase(split(*SIX), "turn2")
    for verb in (flow.repeat, flow.back, flow.skip):
        lead(circle, verb)
        assert shown(circle) == ["ABC", "DEF"]
    assert turn(circle, "Fin") == "Eva"


# Who comes and who goes


@pytest.mark.parametrize("how", ["left", "outside", "removed"])
def test_the_turn_of_who_went_away_falls_away_and_nobody_else_loses_theirs(how: str) -> None:
    circle = to_phase(split(*SIX), "turn1")
    assert own(circle, "Bas").missed == ""
    gone(circle, "Ada", how)
    assert (turn(circle, "Bas"), own(circle, "Bas").missed) == ("", "Ada")
    assert shown(circle) == ["BC", "DEF"]
    circle.next()
    assert (shown(circle), turn(circle, "Cas"), turn(circle, "Fin")) == (["BC", "DEF"], "Bas", "Eva")
    circle.next()
    assert (turn(circle, "Bas"), turn(circle, "Fin")) == ("Cas", "Fin")


@pytest.mark.parametrize("how", ["left", "outside"])
def test_who_comes_back_is_in_the_same_group_at_the_same_place(how: str) -> None:
    circle = to_phase(split(*SIX), "turn1")
    gone(circle, "Bas", how)
    circle.next()
    circle.by("Fay", people.call_back, circle.seat("Bas"))
    circle.next()
    lead(circle, flow.back)

    assert (shown(circle), turn(circle, "Cas")) == (["ABC", "DEF"], "Bas")


def test_who_comes_later_joins_the_smallest_group_in_the_next_phase_and_has_no_turn_of_another() -> None:
    circle = to_phase(split(*SIX, "Gus"), "turn1")
    assert shown(circle) == ["ABC", "DEFG"]
    late(circle, "Hai", caught_up=True)
    assert own(circle, "Hai").group == ()
    circle.next()

    assert shown(circle) == ["ABCH", "DEFG"]
    assert turn(circle, "Hai") == "Bas"
    late(circle, "Ida", caught_up=True)
    to_phase(circle, "turn3")
    assert [len(group) for group in shown(circle)] == [5, 4]
    assert turn(circle, "Ida") == "Cas"


def test_who_has_not_read_the_agreement_yet_is_in_no_group() -> None:
    circle = late(split(*SIX), "Hai", caught_up=False)
    circle.next()
    assert shown(circle) == ["ABC", "DEF"]
    assert own(circle, "Hai").group == ()


def test_who_stays_alone_in_a_group_joins_another_when_the_next_phase_begins() -> None:
    circle = to_phase(split(*SIX), "turn1")
    gone(circle, "Eva", "left")
    gone(circle, "Fin", "left")
    circle.next()

    assert shown(circle) == ["ABCD"]
    assert (own(circle, "Dia").group, turn(circle, "Dia")) == (("Ada", "Bas", "Cas", "Dia"), "Bas")


def test_when_all_but_one_went_away_the_circle_still_goes_on() -> None:
    circle = split("Ada", "Bas", "Cas")
    for name in ("Ada", "Cas"):
        gone(circle, name, "left")
    circle.next()
    assert shown(circle) == ["B"]
    gone(circle, "Bas", "left")
    circle.next()
    assert shown(circle) == []
    late(circle, "Dia", caught_up=True)
    circle.next()
    assert shown(circle) == ["D"]


# Groups that take their turns by themselves


def paced(*names: str, minutes: int = 30, to: str = "turns") -> Circle:
    """At a phase in which each group takes its turns by itself, or at the one before it."""
    method = made(
        step("start", line("threes", "groups", max=3)),
        step("turns", line("paced", "groups", max=3, turns=True), minutes=minutes),
        everybody=True,
        fixed=True,
    )
    return to_phase(prepared(method, *names).to_method(), to)


def on(circle: Circle, name: str, seen: str | None = None) -> None:
    circle.by(name, groups.go_on, own(circle, name).turn_at if seen is None else seen, circle.now)


def test_each_group_goes_on_by_itself_and_nobody_else_sees_a_change() -> None:
    circle = paced(*SIX)
    assert (turn(circle, "Ada"), own(circle, "Ada").turn_next, own(circle, "Ada").turn_of) == ("", "Ada", (0, 3))
    other, stage = own(circle, "Dia"), page(circle, "Dia")
    on(circle, "Bas")
    on(circle, "Cas")
    assert (turn(circle, "Ada"), own(circle, "Bas").my_turn, own(circle, "Ada").turn_of) == ("Bas", True, (2, 3))
    assert (own(circle, "Dia"), page(circle, "Dia")) == (other, stage)
    assert view(circle.room, LEAD).parts == ((2, 3), (0, 3))
    assert view(circle.room, "screen").parts == view(circle.room, "member").parts == ()


def test_a_tap_that_saw_another_turn_changes_nothing() -> None:
    circle = paced(*SIX)
    seen = own(circle, "Ada").turn_at
    on(circle, "Ada", seen)
    after = circle.room
    for name, tap in (("Ada", seen), ("Bas", seen), ("Dia", own(circle, "Ada").turn_at), ("Cas", "")):
        on(circle, name, tap)
        assert circle.room == after


def test_after_the_last_a_group_is_done_and_no_tap_goes_further() -> None:
    circle = paced(*SIX)
    for _ in range(4):
        on(circle, "Eva")
    assert (own(circle, "Fin").turn_at, turn(circle, "Fin"), own(circle, "Fin").turn_of) == ("", "", (4, 3))
    assert view(circle.room, LEAD).parts == ((0, 3), (4, 3))
    done = circle.room
    on(circle, "Dia")
    assert circle.room == done


def test_each_turn_has_its_share_of_the_phase_and_the_groups_own_beginning() -> None:
    circle = paced(*SIX, minutes=30)
    circle.now += 120_000
    on(circle, "Ada")
    assert own(circle, "Bas").turn_ends_ms == circle.now + 600_000
    assert own(circle, "Dia").turn_ends_ms == 0
    circle.now += 480_000
    on(circle, "Dia")
    assert own(circle, "Dia").turn_ends_ms == circle.now + 600_000
    assert own(circle, "Ada").turn_ends_ms == circle.now + 120_000
    circle.by("Fay", clock.stand_still, circle.now)
    assert own(circle, "Ada").turn_ends_ms == 0
    circle.now += 300_000
    circle.by("Fay", clock.go_on, circle.now)
    assert own(circle, "Ada").turn_ends_ms == circle.now + 120_000
    circle.by("Fay", clock.add_minutes, clock.plus_at(circle.room), circle.now, minutes=3)
    assert own(circle, "Ada").turn_ends_ms == circle.now + 180_000  # a minute more for each of three turns


def test_a_turn_that_ran_over_the_phase_keeps_its_beginning_when_there_is_more_time() -> None:
    circle = paced(*SIX, minutes=30)
    circle.now += 1_830_000
    on(circle, "Ada")  # begun half a minute after the time was up
    begun = circle.now
    circle.now += 30_000
    circle.by("Fay", clock.add_minutes, clock.plus_at(circle.room), circle.now, minutes=5)
    # a third of the thirty minutes, the minute that was too long and the five
    assert own(circle, "Ada").turn_ends_ms == begun + 36 * 60_000 // 3


def test_in_a_group_of_four_everybody_has_a_turn_and_each_is_shorter() -> None:
    circle = paced(*NAMES[:4], minutes=20)
    on(circle, "Ada")
    assert own(circle, "Ada").turn_ends_ms == circle.now + 300_000
    for name in ("Ada", "Bas", "Cas", "Dia"):
        assert turn(circle, "Bas") == name
        on(circle, "Bas")
    assert own(circle, "Bas").turn_of == (5, 4)


@pytest.mark.parametrize("how", ["left", "outside", "removed"])
def test_when_whose_turn_it_is_goes_away_the_group_hears_it_and_goes_on_itself(how: str) -> None:
    circle = paced(*SIX)
    on(circle, "Ada")
    gone(circle, "Ada", how)
    mine = own(circle, "Bas")
    assert (mine.client, mine.missed, mine.turn_next, mine.turn_of) == ("", "Ada", "Bas", (1, 3))
    on(circle, "Cas")
    gone(circle, "Cas", how)
    assert (turn(circle, "Bas"), own(circle, "Bas").turn_next, own(circle, "Bas").turn_of) == ("Bas", "", (2, 2))
    on(circle, "Bas")
    assert own(circle, "Bas").turn_of == (3, 2)


def test_where_groups_take_turns_by_themselves_who_comes_later_joins_one_at_once() -> None:
    circle = paced(*SIX, "Gus")
    gone(gone(circle, "Ada", "left"), "Bas", "left")
    late(circle, "Hai", caught_up=True)
    assert groups.mine(circle.room, circle.seat("Hai"))
    assert len(groups.mine(circle.room, circle.seat("Cas"))) > 1


def test_who_is_called_back_joins_one_too() -> None:
    circle = to_phase(gone(late(paced(*SIX, to="start"), "Gus", caught_up=True), "Gus", "outside"), "turns")
    assert not groups.mine(circle.room, circle.seat("Gus"))
    circle.by("Fay", people.call_back, circle.seat("Gus"))
    assert groups.mine(circle.room, circle.seat("Gus"))


def test_who_is_in_no_group_takes_no_turn_on() -> None:
    circle = paced(*SIX, "Gus")
    with pytest.raises(Refused, match="niet in een groepje"):
        on(circle, "Fay", own(circle, "Ada").turn_at)
    gone(circle, "Ada", "left")
    with pytest.raises(Refused):
        on(circle, "Ada", own(circle, "Bas").turn_at)
    lead(circle, flow.back)
    with pytest.raises(Refused, match="net voorbij"):
        on(circle, "Bas", "")


def test_back_keeps_the_turns_and_repeat_begins_them_anew() -> None:
    circle = paced(*SIX)
    on(circle, "Ada")
    seen = own(circle, "Ada").turn_at
    lead(circle, flow.back)
    circle.next()
    assert own(circle, "Ada").turn_at == seen
    lead(circle, flow.repeat)
    assert own(circle, "Ada").turn_of == (0, 3)
    on(circle, "Ada", seen)
    assert own(circle, "Ada").turn_of == (0, 3)


# Another case, another method, the end


def test_the_groups_of_a_second_case_are_made_of_who_is_there_then() -> None:
    circle = two_cases(threes(everybody=False))
    assert sorted(map(len, view(circle.room, "member").groups)) == [3, 3]
    for name in ("Carl", "Cem"):
        gone(circle, name, "left")
    to_phase(circle, "start", "Cora")
    assert page(circle, "Cora").groups == (("Owen", "Cora", "Cleo", "Cato"),)
    while owner(circle.room) != circle.seat("Owen"):
        lead(circle, flow.back)
    lead(circle, flow.back)

    assert page(circle, "Cora").groups == (("Owen", "Cora"), ("Cleo", "Cato"))


def test_another_method_splits_the_circle_anew() -> None:
    circle = split(*SIX)
    lead(circle, flow.back)
    circle.by("Fay", flow.pick_method, replace(threes(size=2), id="pairs"), circle.now)
    circle.next()

    assert shown(circle) == ["AB", "CD", "EF"]


def test_after_the_end_nobody_sees_who_was_with_whom() -> None:
    circle = to_phase(split(*SIX), "closing")
    circle.by("Fay", closing.close, circle.now, circle.rng)
    assert all(shown(circle, role) == [] for role in INSIDE)
    assert own(circle, "Ada").group == ()


# Where everybody is the owner in turn


def test_the_troika_that_ships_writes_and_chooses_no_case_and_gives_each_of_nine_a_turn() -> None:
    circle = Circle(*NAMES[:9], method="troika").to_method()
    assert [e.phase.kind for e in circle.room.agenda[:4]] == ["arrive", "agreement", "checkin", "method"]
    circle.next()
    had = []
    for name in ("Ada", "Dia", "Gus"):
        while own(circle, name).turn_at:
            on(circle, name)
            had += [other for other in NAMES[:9] if own(circle, other).my_turn and other not in had]
            assert owner(circle.room) == ""

    assert sorted(had) == sorted(NAMES[:9])
    circle.next()
    assert phase(circle.room).kind == "closing"


def test_it_is_chosen_before_people_write_and_not_after() -> None:
    circle = Circle(method="five-step").to("checkin")
    circle.by("Fay", flow.pick_method, catalogue()["troika"], circle.now)
    assert "write" not in {e.phase.kind for e in circle.room.agenda}
    circle.by("Fay", flow.pick_method, catalogue()["five-step"], circle.now)
    circle.to("write")
    for _ in range(3):
        with pytest.raises(Refused, match="iedereen aan de beurt"):
            circle.by("Fay", flow.pick_method, catalogue()["troika"], circle.now)
        circle.next() if phase(circle.room).kind != "write" else circle.to("read")
    assert circle.room.method.id == "five-step"  # type: ignore[union-attr]


def test_a_tap_about_a_case_that_was_held_back_is_refused_where_no_case_is_written() -> None:
    circle = split(*SIX)
    case, ready = tags.case(circle.tag("Ada"), circle.room), tags.ready(circle.tag("Ada"), circle.room)
    with pytest.raises(Refused):
        circle.by("Ada", writing.lay, case, ready, 1, ("", "", "Een vraag?"))


def test_two_cases_are_one_round_of_turns_where_everybody_is_the_owner() -> None:
    circle = prepared(threes(), *SIX, cases=2)
    assert [e.phase.id for e in circle.room.agenda].count("turn1") == 1
