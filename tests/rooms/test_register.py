"""Attendance: what a circle leaves, confirmed by each, corrected by the group and not by one; one's own name."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from rooms import people, stays, tags, writing
from rooms.refusal import Refused
from rooms.room import Room, Terms
from rooms.stays import MINUTE
from rooms.trajectory import circle as opening
from rooms.trajectory import correcting, held, members, plan, profiles, register
from rooms.trajectory.group import ORGANISER, Group, Guidance
from rooms.trajectory.register import Line, Named, Register, Sheet, Total
from tests.people import CAST, NOW, Circle
from tests.rooms.test_stays import met as begun
from tests.rooms.test_trajectory import NAMES, RNG, by, made, played

DAY = "2026-11-18"
SHEET, BEGAN = "0123456789ab", NOW // MINUTE
SECOND = 7 * 24 * 60
ALL = "0.120.120"  # a line from the beginning to the end, as it was seen


def sheet(group: Group, *names: str, **named: object) -> Sheet:
    """A meeting of two hours at which these were, from the beginning to the end."""
    lines = {by(group, n): Line(n, 0, 120, 120) for n in names}
    return Sheet(
        **{"id": SHEET, "number": 1, "day": DAY, "began": BEGAN, "planned": 120, "net": 120, "lines": lines, **named}
    )  # type: ignore[arg-type]


def kept(group: Group, *sheets: Sheet) -> Register:
    found = Register("a0123456789ab")
    for one in sheets:
        found = register.hold(found, one, 5)
    return found


def proposed(found: Register, group: Group, who: str, whom: str, net: int = 100, **named: int) -> Register:
    wanted = {"came": 0, "left": 120, "net": net, "now": NOW, **named}
    return correcting.propose(found, group, by(group, who), SHEET, by(group, whom), **wanted)


def said(found: Register, group: Group, who: str, whom: str, *, yes: bool = True, seen: str = "0.120.100") -> Register:
    return correcting.say(found, group, by(group, who), SHEET, by(group, whom), seen=seen, yes=yes, now=NOW)


def confirmed(found: Register, group: Group, who: str, seen: str = ALL) -> Register:
    return correcting.confirm(found, group, by(group, who), SHEET, seen)


def line(found: Register, group: Group, name: str) -> Line:
    return found.sheets[SHEET].lines[by(group, name)]


def four() -> tuple[Group, Register]:
    group = made()
    return group, kept(group, sheet(group, "Joost", "Fatima", "Anouk", "Bram"))


# What a circle leaves.


def met(group: Group, minutes: int) -> tuple[Circle, Room]:
    """The first meeting, of so many minutes, with all members and a guest; Joost is outside for ten, Anouk leaves."""
    c, _ = played(group)
    c.room = replace(c.room, began=c.now, group=group.id, terms=Terms(each=True))
    c.room = stays.noted(c.room, c.now)
    for after, verb, who in (
        (20, people.call_outside, "Joost"),
        (10, people.call_back, "Joost"),
        (5, people.mark_left, "Anouk"),
    ):
        c.now += after * MINUTE
        c.by("Fay", verb, c.seat(who))
        c.room = stays.noted(c.room, c.now)
    c.room = replace(c.room, over=c.room.began + minutes * MINUTE)
    return c, c.room


def test_a_circle_leaves_minutes_names_and_tasks_and_guests_as_a_number() -> None:
    group = held.opened(made(), ORGANISER, 0, "r00m")
    _, room = met(group, 95)
    found = register.facts(room, group, DAY)
    assert found is not None
    lines = {one.name: one for one in found.lines.values()}
    assert lines["Joost"] == Line("Joost", 0, 95, 85, 10)
    assert lines["Anouk"] == Line("Anouk", 0, 35, 35)
    assert (lines["Bram"].task, lines["Fay"].task) == ("observer", "led")
    assert set(found.lines) == {by(group, n) for n in NAMES} and found.guests == 1
    assert (found.number, found.net, found.planned, found.guidance) == (1, 95, 120, Guidance.GUIDED)
    assert not any(one.confirmed for one in lines.values())


def test_nothing_of_cases_tags_seats_or_the_room_is_in_a_register() -> None:
    group = held.opened(made(), ORGANISER, 0, "r00m")
    _, room = met(group, 95)
    found = register.facts(room, group, DAY)
    assert found is not None
    written = msgspec.json.encode(kept(group, found)).decode()
    for kept_out in (room.id, group.id, *room.seats, *room.devices, *group.devices, *group.keys):
        assert kept_out not in written
    assert by(group, "Joost") in written, "the control: the search finds"


def written_by(*authors: str) -> Room:
    """A whole choice, alike but for who wrote, whose case was chosen, and who voted for it."""
    c = begun().to("write")
    for name in CAST:
        if name in authors:
            c.lay(name, "Dezelfde vraag?")
        else:
            c.by(name, writing.nothing, *c.signs(name), tags.small(c.tag(name), c.room))
    c.next()
    c.to("choose")
    for name in authors:
        c.cast(name, {c.case_of(authors[0]): 3})
    return replace(stays.noted(c.room, c.now), terms=Terms(each=True), over=c.now + 95 * MINUTE)


def test_a_sheet_is_the_same_whoever_wrote_and_chose() -> None:
    group = held.opened(made(), ORGANISER, 0, "r00m")
    one, other = written_by("Owen", "Cora", "Carl", "Cleo"), written_by("Cem", "Cato", "Cleo", "Carl")
    assert register.facts(one, group, DAY) == register.facts(other, group, DAY) is not None
    assert {c.cap for c in one.cases} != {c.cap for c in other.cases}, "the control: these differ"


def test_a_plan_that_was_taken_anew_still_knows_the_meeting_of_a_circle() -> None:
    group = held.opened(plan.skip(made(), ORGANISER, 0, yes=True), ORGANISER, 1, "r00m")
    again = plan.take(group, ORGANISER, "guided", 3, (), "", 60)
    _, room = met(group, 95)
    found = register.facts(replace(room, meeting=1), again, DAY)
    assert found is not None and found.number == 2  # as before: what was left out stays too


def test_a_circle_of_no_meeting_and_one_that_did_not_begin_leave_nothing() -> None:
    group = made()
    _, room = met(group, 95)
    assert register.facts(room, group, DAY) is None
    assert register.facts(replace(room, began=0), held.opened(group, ORGANISER, 0, "r00m"), DAY) is None


def test_whether_everybody_brought_a_question_is_kept_only_where_a_register_asks() -> None:
    group, c = held.opened(made(), ORGANISER, 0, "r00m"), begun().to("write")
    for name in CAST:
        c.lay(name, "Vraag?")
    c.next()
    over = replace(c.room, over=c.now + 95 * MINUTE)
    asked, unasked = (register.facts(replace(over, terms=t), group, DAY) for t in (Terms(each=True), None))
    assert asked and unasked
    assert (asked.each, unasked.each, asked.scope) == (True, None, True)
    soon = begun().room
    early = register.facts(replace(soon, over=soon.began + 9 * MINUTE, terms=Terms(each=True)), group, DAY)
    assert early and (early.each, early.scope) == (None, True)


def test_told_twice_is_once_and_what_was_confirmed_since_stays() -> None:
    group, found = four()
    sure = confirmed(found, group, "Joost")
    assert register.hold(sure, sheet(group, "Joost"), 9) is sure


# Confirmed by each, corrected by all.


def test_everybody_confirms_their_own_line_and_nobody_anothers() -> None:
    group, found = four()
    sure = confirmed(found, group, "Joost")
    assert [n for n in ("Joost", "Fatima", "Anouk", "Bram") if line(sure, group, n).confirmed] == ["Joost"]
    assert confirmed(sure, group, "Joost") is sure
    for who in (by(group, "Chantal"), ORGANISER, "nobody"):
        with pytest.raises(Refused):
            correcting.confirm(found, group, who, SHEET, ALL)


def test_who_confirms_confirms_the_line_that_they_saw() -> None:
    group, found = four()
    less = said(said(proposed(found, group, "Joost", "Bram"), group, "Fatima", "Bram"), group, "Anouk", "Bram")
    with pytest.raises(Refused):
        confirmed(less, group, "Bram")
    assert line(confirmed(less, group, "Bram", "0.120.100"), group, "Bram") == Line("Bram", 0, 120, 100, confirmed=True)


def test_one_changes_nothing_not_even_of_their_own_and_two_others_do() -> None:
    group, found = four()
    asked = proposed(found, group, "Joost", "Joost")
    assert line(asked, group, "Joost") == line(found, group, "Joost")
    alone = said(asked, group, "Joost", "Joost")
    assert alone is asked
    one = said(asked, group, "Fatima", "Joost")
    assert line(one, group, "Joost").net == 120 and said(one, group, "Fatima", "Joost") is one
    two = said(one, group, "Anouk", "Joost")
    assert line(two, group, "Joost") == Line("Joost", 0, 120, 100, confirmed=True)
    assert two.sheets[SHEET].changes == {}


def test_of_two_who_were_there_the_other_ones_yes_is_enough_and_alone_nobody_can() -> None:
    group = made()
    found = kept(group, sheet(group, "Joost", "Fatima"))
    assert line(said(proposed(found, group, "Joost", "Joost"), group, "Fatima", "Joost"), group, "Joost").net == 100
    with pytest.raises(Refused):
        proposed(kept(group, sheet(group, "Joost")), group, "Joost", "Joost")


def test_a_no_of_whom_it_is_about_blocks_it_and_anybody_elses_does_not() -> None:
    group, found = four()
    asked = said(proposed(found, group, "Joost", "Bram"), group, "Fatima", "Bram")
    back = said(asked, group, "Fatima", "Bram", yes=False)
    assert back.sheets[SHEET].changes[by(group, "Bram")].yes == ()
    assert said(said(asked, group, "Bram", "Bram", yes=False), group, "Anouk", "Bram").sheets[SHEET].changes == {}
    assert confirmed(asked, group, "Bram").sheets[SHEET].changes == {}
    true = said(asked, group, "Anouk", "Bram")
    assert line(true, group, "Bram") == Line("Bram", 0, 120, 100), "not confirmed: Bram said nothing"


def test_a_yes_is_to_what_was_seen_and_a_new_proposal_asks_anew() -> None:
    group, found = four()
    asked = said(proposed(found, group, "Joost", "Joost"), group, "Fatima", "Joost")
    other = proposed(asked, group, "Joost", "Joost", 90)
    assert other.sheets[SHEET].changes[by(group, "Joost")].yes == ()
    with pytest.raises(Refused):
        said(other, group, "Anouk", "Joost")
    assert proposed(other, group, "Joost", "Joost", 90) is other
    with pytest.raises(Refused):
        proposed(other, group, "Fatima", "Joost", 80)


def test_who_was_there_without_a_device_comes_on_the_sheet_by_two_others() -> None:
    group, found = four()
    asked = proposed(found, group, "Chantal", "Chantal")
    assert said(asked, group, "Joost", "Chantal").sheets[SHEET].lines.keys() == found.sheets[SHEET].lines.keys()
    there = said(said(asked, group, "Joost", "Chantal"), group, "Bram", "Chantal")
    assert line(there, group, "Chantal") == Line("Chantal", 0, 120, 100, confirmed=True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"came": 60, "left": 60, "net": 0},
        {"came": -1},
        {"left": 24 * 60 + 1},
        {"net": 121},
        {"left": 200, "net": 121},  # longer than the meeting was, and was planned
        {"net": -1},
        {"now": NOW + (correcting.OPEN + 1) * MINUTE},
    ],
)
def test_minutes_that_no_clock_can_say_and_a_sheet_that_is_settled_are_refused(wrong: dict[str, int]) -> None:
    group, found = four()
    with pytest.raises(Refused):
        proposed(found, group, "Joost", "Joost", **wrong)  # type: ignore[arg-type]
    assert proposed(found, group, "Joost", "Joost", now=NOW + correcting.OPEN * MINUTE) is not found


def test_time_outside_stays_outside() -> None:
    group = made()
    lines = {by(group, n): Line(n, 0, 120, 90, 30) for n in ("Joost", "Fatima", "Anouk")}
    found = kept(group, sheet(group, lines=lines))
    with pytest.raises(Refused):
        proposed(found, group, "Joost", "Joost", 100)
    asked = proposed(found, group, "Joost", "Joost", 80)
    true = said(said(asked, group, "Fatima", "Joost", seen="0.120.80"), group, "Anouk", "Joost", seen="0.120.80")
    assert line(true, group, "Joost").outside == 30


def test_who_was_not_there_and_who_left_the_group_have_no_say() -> None:
    group, found = four()
    asked = proposed(found, group, "Joost", "Joost")
    for act in (lambda: said(asked, group, "Chantal", "Joost"), lambda: proposed(found, group, "Chantal", "Joost")):
        with pytest.raises(Refused):
            act()
    fatima = by(group, "Fatima")
    group = members.leave(replace(group, meetings=(replace(group.meetings[0], held=held.Held(90, (fatima,))),)), fatima)
    with pytest.raises(Refused):
        correcting.say(asked, group, fatima, SHEET, by(group, "Joost"), seen="0.120.100", yes=True, now=NOW)
    assert correcting.waiting(found.sheets[SHEET], group) == 3


def test_what_was_proposed_too_long_ago_goes() -> None:
    group, found = four()
    asked = proposed(found, group, "Joost", "Joost")
    assert correcting.tidied(asked, NOW) is asked
    assert correcting.tidied(asked, NOW + (correcting.OPEN + 1) * MINUTE).sheets[SHEET].changes == {}


# Names, and what a proof counts.


def test_full_name_and_number_are_on_the_sheet_of_who_wants_that_and_can_be_erased() -> None:
    group, found = four()
    joost, bram = by(group, "Joost"), by(group, "Bram")
    found = register.name(found, group, joost, full=" Joost  de Wit ", number="A 123", on_sheet=True)
    found = register.name(found, group, bram, full="Bram Bos", number="B 4", on_sheet=False)
    assert found.names[joost] == Named("Joost de Wit", "A 123", on_sheet=True)
    assert [(r.name, r.number) for r in register.rows(found, SHEET)] == [
        ("Anouk", ""), ("Bram", ""), ("Fatima", ""), ("Joost de Wit", "A 123"),
    ]  # fmt: skip
    assert register.name(found, group, joost, full="", number=" ", on_sheet=True).names.keys() == {bram}
    with pytest.raises(Refused):
        register.name(found, group, ORGANISER, full="X", number="", on_sheet=False)
    with pytest.raises(Refused):
        register.name(found, group, joost, full="x" * (register.FULL + 1), number="", on_sheet=False)


def test_who_leaves_takes_their_name_and_proposals_along_and_leaves_a_line() -> None:
    group, found = four()
    joost = by(group, "Joost")
    found = register.name(found, group, joost, full="Joost de Wit", number="A 123", on_sheet=True)
    found = said(proposed(proposed(found, group, "Joost", "Bram"), group, "Anouk", "Fatima"), group, "Joost", "Fatima")
    gone = register.forget(found, joost)
    assert gone.names == {} and list(gone.sheets[SHEET].changes) == [by(group, "Fatima")]
    assert gone.sheets[SHEET].changes[by(group, "Fatima")].yes == ()
    assert gone.sheets[SHEET].lines == found.sheets[SHEET].lines
    assert register.forget(gone, joost) is gone


def test_a_proof_counts_confirmed_lines_only() -> None:
    group = made()
    first = sheet(group, "Joost", methods=("five-step",), guidance=Guidance.GUIDED)
    second = sheet(
        group, "Joost", id="b" * 12, day="2026-12-16", began=BEGAN + SECOND, methods=("ten-step", "five-step")
    )
    third = sheet(group, "Joost", id="c" * 12, day="2027-01-13", began=BEGAN + 2 * SECOND)
    found, joost = kept(group, third, first, second), by(group, "Joost")
    assert register.total(found, joost) == Total(held=3, waiting=3)
    for name in (SHEET, "b" * 12):
        found = correcting.confirm(found, group, joost, name, ALL)
    assert register.total(found, joost) == Total(
        240, 0, 2, 3, DAY, "2026-12-16", ("five-step", "ten-step"), guided=1, alone=1, waiting=1
    )
    assert [s.day for s in register.sheets(found)] == ["2027-01-13", "2026-12-16", DAY]


def test_a_meeting_that_a_member_led_beside_the_guide_was_guided() -> None:
    group = made()
    joost = by(group, "Joost")
    for guidance, (guided, alone) in {
        Guidance.GUIDED: (1, 0), Guidance.PRESENT: (1, 0), Guidance.SCRIPT: (0, 1), Guidance.SELF: (0, 1),
    }.items():  # fmt: skip
        found = confirmed(kept(group, sheet(group, "Joost", guidance=guidance)), group, "Joost")
        assert (register.total(found, joost).guided, register.total(found, joost).alone) == (guided, alone), guidance


@pytest.mark.parametrize(
    ("task", "guidance", "guided"),
    [
        (register.LED, Guidance.GUIDED, True),
        ("guide", Guidance.PRESENT, True),
        ("", Guidance.GUIDED, False),
        ("observer", Guidance.PRESENT, False),
        (register.LED, Guidance.SELF, False),
    ],
)
def test_who_guided_is_who_did_it_and_not_who_was_named_the_guide_since(
    task: str, guidance: Guidance, guided: bool
) -> None:
    group = made()
    joost, fatima = by(group, "Joost"), by(group, "Fatima")
    lines = {joost: Line("Joost", 0, 120, 120), fatima: Line("Fatima", 0, 120, 120, task=task)}
    found = kept(group, sheet(group, lines=lines, guidance=guidance))
    assert not register.guided_by(found, joost, fatima), "no line of Joost's is confirmed"
    sure = confirmed(found, group, "Joost")
    assert register.guided_by(sure, joost, fatima) is guided
    assert not register.guided_by(sure, joost, by(group, "Bram")), "was not there"


def test_an_unknown_sheet_is_refused() -> None:
    with pytest.raises(Refused):
        register.sheet(Register("a"), SHEET)


# A group's registers, and the room it opens.


def test_a_group_chooses_registers_and_its_rooms_know_only_the_numbers() -> None:
    group = made()
    chosen = profiles.choose(group, by(group, "Joost"), ["nova-gio", "gp", "unknown"])
    assert chosen.profiles == ("nova-gio", "gp")
    assert profiles.choose(chosen, ORGANISER, ["gp", "nova-gio"]) is chosen
    assert profiles.columns(chosen) == (
        "date", "start", "end", "minutes", "names", "numbers", "signatures", "leader", "subject",
    )  # fmt: skip
    room = opening.of_meeting(Circle().room, chosen, 0, "")
    assert room.terms == Terms(120, each=True)
    assert opening.of_meeting(Circle().room, group, 0, "").terms is None
    assert "nova" not in msgspec.json.encode(room).decode()
    with pytest.raises(Refused):
        profiles.choose(group, "nobody", ["gp"])
    with pytest.raises(Refused):
        profiles.choose(group, ORGANISER, list(profiles.profiles()))


def test_another_road_leaves_what_was_attended() -> None:
    group = replace(made(), register="a0123456789ab")
    assert plan.take(group, ORGANISER, "guided", 3, (), "", 60).register == group.register
    assert members.join(group, "new", "Nieuw", "k", rng=RNG).register == group.register
