"""A group's rules: who comes in, the plan, what a meeting leaves, and what the group never learns."""

from __future__ import annotations

from itertools import combinations_with_replacement
from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from rooms import closing, door, evaluating, whispers
from rooms.methodfiles import catalogue
from rooms.refusal import Refused
from rooms.room import Chosen, Presence, Room
from rooms.trajectory import circle, held, members, plan
from rooms.trajectory.group import ORGANISER, Group, Guidance, Held, guide, here, upcoming
from rooms.trajectory.roads import roads
from tests.people import NOW, Circle

NAMES = ("Marijke", "Joost", "Fatima", "Anouk", "Bram", "Chantal")
RNG = Random(3)


def made(*names: str) -> Group:
    """A group with these members, the first of whom guides, on the road in ten."""
    group = members.found(
        "g0123456789ab", "Mentoren Zuid", handle="org", key="orgkey", code="2222-2222", zone="", until=1
    )
    for name in names or NAMES:
        group = members.join(group, f"h-{name}", name, f"k-{name}", rng=RNG)
    group = members.guides(group, ORGANISER, by(group, (names or NAMES)[0]), yes=True)
    return plan.take(group, ORGANISER, "ten", 10, tuple(f"2026-{m:02d}-01" for m in range(1, 11)), "14:00", 120)


def by(group: Group, name: str) -> str:
    return next(m.id for m in group.members.values() if m.name == name)


def was(group: Group, nr: int, *present: str, owners: tuple[str, ...] = (), **named: object) -> Group:
    """A meeting that was held with these people."""
    apart = tuple(m.id for m in group.members.values() if m.guide and m.name in present)
    fresh = Held(90, tuple(by(group, n) for n in present), apart, owners=tuple(by(group, n) for n in owners), **named)  # type: ignore[arg-type]
    return held.hold(held.opened(group, ORGANISER, nr, f"room{nr}"), nr, f"room{nr}", fresh, 5)


def test_the_road_in_ten_goes_from_guided_to_self_and_asks_about_the_ninth() -> None:
    group = made()
    kinds = [m.guidance for m in group.meetings]
    g, s, own = Guidance.GUIDED, Guidance.SCRIPT, Guidance.SELF
    assert kinds == [g, g, g, s, s, g, own, own, Guidance.ASK, g]
    assert plan.asks_guidance(group) == (8,)
    group = plan.set_up(group, ORGANISER, 8, guidance="self", method="", leads="", observes="")
    assert plan.asks_guidance(group) == ()


@pytest.mark.parametrize("road", roads().values(), ids=lambda r: r.id)
def test_a_road_has_as_many_meetings_as_asked_for_and_methods_that_are_there(road) -> None:  # type: ignore[no-untyped-def]
    for count in range(road.least, road.most + 1):
        group = plan.take(made(), ORGANISER, road.id, count, (), "", 90)
        assert len(group.meetings) == count
        assert group.meetings[0].guidance == road.stops[0].guidance
        assert group.meetings[-1].guidance == road.stops[-1].guidance
    with pytest.raises(Refused):
        plan.take(made(), ORGANISER, road.id, road.most + 1, (), "", 90)
    assert all(s.method in catalogue() for s in road.stops if s.method)
    assert all(t.nl and t.en for t in (road.name, road.about, *(s.focus for s in road.stops if s.focus.nl)))


def test_another_road_leaves_what_was_held() -> None:
    group = was(made(), 0, "Joost")
    again = plan.take(group, ORGANISER, "guided", 3, (), "", 60)
    assert again.meetings[0] == group.meetings[0]
    assert [m.minutes for m in again.meetings] == [120, 60, 60]


def test_another_road_dates_what_is_still_to_come() -> None:
    group = was(was(made(), 0, "Joost"), 1, "Joost")
    again = plan.take(
        group, ORGANISER, "year", 4, ("2027-03-01", "2027-05-24", "2027-08-16", "2027-11-08"), "10:00", 90
    )
    assert [m.day for m in again.meetings] == ["2026-01-01", "2026-02-01", "2027-03-01", "2027-05-24"]


def test_another_road_leaves_a_meeting_under_its_number() -> None:
    group = plan.skip(made(), ORGANISER, 0, yes=True)
    group = held.opened(group, ORGANISER, 1, "r00m")
    again = plan.take(group, ORGANISER, "guided", 3, (), "", 60)
    assert again.meetings[:2] == group.meetings[:2]
    assert held.hold(again, 1, "r00m", Held(90), 0).meetings[1].held
    with pytest.raises(Refused):
        plan.take(was(group, 5, "Joost"), ORGANISER, "guided", 3, (), "", 60)


def test_what_calendars_hold_gets_a_higher_number_from_another_road_and_is_off_when_it_is_dropped() -> None:
    group = plan.move(made(), ORGANISER, 1, "2026-03-05", "10:00", 90)
    short = plan.take(group, ORGANISER, "guided", 3, (), "", 60)
    assert [m.moved for m in short.meetings] == [1, 2, 1]
    assert [(m.day, m.skipped, m.moved) for m in short.dropped] == [(f"2026-{n:02d}-01", True, 1) for n in range(4, 11)]
    longer = plan.add(short, ORGANISER)
    assert (longer.meetings[3].moved, len(longer.dropped)) == (2, 6)
    assert plan.take(longer, ORGANISER, "ten", 10, (), "", 60).dropped == ()


def test_moving_a_meeting_raises_its_number_and_the_same_date_does_not() -> None:
    group = made()
    moved = plan.move(group, by(group, "Joost"), 1, "2026-03-05", "10:00", 90)
    assert (moved.meetings[1].day, moved.meetings[1].moved) == ("2026-03-05", 1)
    assert plan.move(moved, ORGANISER, 1, "2026-03-05", "10:00", 90) is moved
    good = ("2026-03-05", "10:00", 90)
    for wrong in ("5 maart", "2026-02-30", "0001-01-01", "9999-12-31", "٢٠٢٦-٠٣-٠٥"):
        with pytest.raises(Refused):
            plan.move(group, ORGANISER, 1, wrong, *good[1:])
        with pytest.raises(Refused):
            plan.take(group, ORGANISER, "year", 4, (wrong,), "10:00", 90)
    for day, time, minutes in ((good[0], "25:00", 90), (good[0], "1٠:00", 90), (*good[:2], 5)):
        with pytest.raises(Refused):
            plan.move(group, ORGANISER, 1, day, time, minutes)


def test_who_leads_and_who_observes_are_two_members() -> None:
    group = made()
    joost = by(group, "Joost")
    with pytest.raises(Refused):
        plan.set_up(group, ORGANISER, 3, guidance="script", method="", leads=joost, observes=joost)
    with pytest.raises(Refused):
        plan.set_up(group, ORGANISER, 3, guidance="script", method="", leads="nobody", observes="")
    with pytest.raises(Refused):
        plan.set_up(group, ORGANISER, 3, guidance="loose", method="", leads="", observes="")


def test_the_lead_goes_round_and_the_guide_leads_where_one_guides() -> None:
    group = made()
    guiding = by(group, "Marijke")
    who = plan.proposals(group)
    assert [who[nr] == guiding for nr in range(10)] == [m.guidance == Guidance.GUIDED for m in group.meetings]
    members_lead = [who[nr] for nr in (3, 4, 6, 7, 8)]
    assert len(set(members_lead)) == 5
    group = was(group, 3, *NAMES, led=members_lead[1])
    group = plan.set_up(group, ORGANISER, 4, guidance="script", method="", leads=members_lead[0], observes="")
    again = plan.proposals(group)
    assert [again[nr] for nr in (3, 4)] == [members_lead[1], members_lead[0]]
    assert {again[nr] for nr in (6, 7, 8)} == set(members_lead[2:])


def test_twice_is_once_and_one_name_is_one_member() -> None:
    group = made()
    again = members.join(group, "h-Joost", "Joost", "other", rng=RNG)
    assert again.members == group.members and again.devices == group.devices
    assert "other" in again.keys and "k-Joost" not in again.keys  # the sheet that was made last is the one that is seen
    for alike in ("joost", "J.oost", "Jоost"):
        with pytest.raises(Refused):
            members.join(group, "another", alike, "k", rng=RNG)
    with pytest.raises(Refused):
        members.found("g0", "", handle="h", key="k", code="", zone="", until=0)


def test_a_member_brings_another_device_with_the_sheet_or_with_a_link_that_works_once() -> None:
    group = made()
    joost = by(group, "Joost")
    two = members.bring(group, "phone", "k-Joost", NOW)
    assert two.devices["phone"].member == joost
    lent = members.lend(two, joost, "once", NOW)
    three = members.bring(lent, "tablet", "once", NOW)
    for key, when in (("once", NOW), ("unknown", NOW)):
        with pytest.raises(members.NoKey):
            members.bring(three, "other", key, when)
    with pytest.raises(Refused):
        members.bring(three, "h-Anouk", "k-Joost", NOW)
    late = members.lend(three, joost, "late", NOW)
    with pytest.raises(members.NoKey):
        members.bring(late, "other", "late", NOW + members.ONCE)
    alone = members.only_here(three, joost, "phone")
    assert {h for h, d in alone.devices.items() if d.member == joost} == {"phone"}
    fresh = members.anew(alone, joost, "new")
    with pytest.raises(members.NoKey):
        members.bring(fresh, "other", "k-Joost", NOW)
    assert members.bring(fresh, "other", "new", NOW).devices["other"].member == joost


def test_the_organisers_key_makes_an_organiser_and_no_member() -> None:
    group = members.bring(made(), "laptop", "orgkey", NOW)
    assert (group.devices["laptop"].organiser, group.devices["laptop"].member) == (True, "")
    with pytest.raises(Refused):
        held.keep_find(group, ORGANISER, "Iets", "f")


def test_who_leaves_before_any_meeting_leaves_nothing_and_later_only_a_name() -> None:
    group = made()
    joost, anouk = by(group, "Joost"), by(group, "Anouk")
    group = held.keep_find(group, anouk, "Vraag door.", "f")
    group = plan.set_up(group, ORGANISER, 4, guidance="script", method="", leads=anouk, observes=joost)
    group = was(group, 0, "Joost", "Marijke")
    gone = members.leave(members.leave(group, anouk), joost)
    assert anouk not in gone.members
    assert gone.members[joost].left and gone.members[joost].name == "Joost"
    assert "h-Joost" not in gone.devices and "k-Joost" not in gone.keys
    assert gone.shelf == {} and (gone.meetings[4].leads, gone.meetings[4].observes) == ("", "")
    assert "Anouk" not in msgspec.json.encode(gone).decode()
    with pytest.raises(Refused):
        held.turn(gone, joost)
    back = members.join(gone, "h2", "Joost", "k2", rng=RNG)  # another person, or the same one anew
    assert len([m for m in back.members.values() if m.name == "Joost"]) == 2


def test_only_organiser_and_guide_remove_and_the_agreement_is_said_yes_to_anew() -> None:
    group = made()
    joost, anouk, marijke = by(group, "Joost"), by(group, "Anouk"), by(group, "Marijke")
    with pytest.raises(Refused):
        members.remove(group, joost, anouk)
    assert anouk not in members.remove(group, marijke, anouk).members
    group = members.agreement(group, joost, "Op tijd.", "")
    group = members.agree(group, anouk, "Op tijd.")
    assert {m.name for m in here(group) if m.agreed} == {"Joost", "Anouk"}
    group = members.agreement(group, anouk, "Op tijd, en er zijn.", "Op tijd.")
    assert {m.name for m in here(group) if m.agreed} == {"Anouk"}
    with pytest.raises(Refused):
        members.agree(group, joost, "Op tijd.")
    with pytest.raises(Refused):  # another was faster
        members.agreement(group, joost, "Op tijd, en koffie.", "Op tijd.")


def test_one_guides() -> None:
    group = made()
    group = members.guides(group, ORGANISER, by(group, "Bram"), yes=True)
    assert [m.name for m in here(group) if m.guide] == ["Bram"] and guide(group).name == "Bram"  # type: ignore[union-attr]
    with pytest.raises(Refused):
        members.guides(group, by(group, "Joost"), by(group, "Joost"), yes=True)


def played(group: Group) -> tuple[Circle, Room]:
    """The first meeting's circle, with all members and a guest, and Owen-like owner Joost."""
    c = Circle("Gast")
    c.room = replace(c.room, group=group.id, meeting=0)
    c.room = replace(
        c.room, seats={i: replace(s, member=by(group, "Marijke") if s.lead else "") for i, s in c.room.seats.items()}
    )
    for name in NAMES[1:]:
        c.secrets[name] = name.encode().ljust(32, b".")
        c.do(
            circle.enter,
            c.handle(name),
            group.members[by(group, name)],
            observes=by(group, "Bram"),
            remote=False,
            rng=c.rng,
        )
    return c, c.room


def test_members_enter_by_the_name_the_group_knows_and_observe_where_the_plan_says() -> None:
    group = made()
    c, room = played(group)
    assert {s.name: s.member for s in room.seats.values() if s.member} == {
        **{n: by(group, n) for n in NAMES[1:]}, "Fay": by(group, "Marijke"),
    }  # fmt: skip
    assert room.seats[c.seat("Bram")].task == "observer"
    joost = group.members[by(group, "Joost")]
    again = circle.enter(room, c.handle("Joost"), joost, observes="", remote=False, rng=c.rng)
    assert again is room
    with pytest.raises(Refused):
        circle.enter(room, "other device", joost, observes="", remote=False, rng=c.rng)


def test_who_knocked_is_still_the_member_when_let_in() -> None:
    group = made()
    c, room = played(group)
    c.room = replace(room, door=False)
    c.do(
        circle.enter,
        "late",
        replace(group.members[by(group, "Joost")], id="x" * 12, name="Laat"),
        observes="",
        remote=False,
        rng=c.rng,
    )
    c.by("Fay", door.admit, "late", rng=c.rng)
    assert c.room.seats[c.seat("Laat")].member == "x" * 12


def test_what_a_group_keeps_of_a_circle_is_counts_names_and_minutes() -> None:
    group = held.opened(made(), ORGANISER, 0, "r00m")
    c, room = played(group)
    question = "Hoe zeg ik dat het anders moet?"
    case = Chosen(case="", texts=(question,), owner=c.seat("Joost"), question=(question,))
    removed = replace(c.room.seats[c.seat("Chantal")], presence=Presence.REMOVED)
    room = replace(room, chosen=(case,), seats={**room.seats, removed.id: removed}, began=NOW)
    room = closing.expire(room, NOW + 95 * 60_000)
    kept = held.facts(room)
    assert kept.minutes == 95 and kept.guests == 1 and kept.treated == 1
    assert kept.owners == (by(group, "Joost"),) and kept.led == by(group, "Marijke")
    assert by(group, "Chantal") not in kept.present and by(group, "Marijke") in kept.present
    group = held.hold(group, 0, room.id, kept, NOW)
    assert question not in msgspec.json.encode(group).decode()
    assert held.hold(group, 0, room.id, replace(kept, minutes=1), NOW) is group
    assert upcoming(group) == 1 and group.until == NOW


def test_middle_answers_reach_the_group_and_cues_only_whom_they_concern() -> None:
    group = held.opened(made(), ORGANISER, 0, "r00m")
    c, room = played(group)
    room = replace(room, began=NOW, over=NOW + 60_000, middles={"A1": 4, "C5": 2}, cued={c.seat("Joost"): 3})
    group = held.hold(group, 0, room.id, held.facts(room), NOW)
    assert held.trend(group) == {"A1": (4,), "C5": (2,)}
    assert held.cues(group, by(group, "Joost")) == (3,)
    assert held.cues(group, by(group, "Anouk")) == ()
    with pytest.raises(Refused):
        held.cues(group, ORGANISER)


def test_the_guide_watches_where_a_member_leads() -> None:
    group = made()
    c = Circle("Gast", guided=False)
    guiding = group.members[by(group, "Marijke")]
    c.do(circle.enter, "g", guiding, observes="", remote=False, rng=c.rng)
    seat = c.room.seats[c.seat("Marijke")]
    assert (seat.task, seat.takes_part) == (whispers.GUIDE, False)


def test_a_circle_that_is_not_this_meetings_leaves_nothing() -> None:
    group = held.opened(made(), ORGANISER, 0, "r00m")
    assert held.hold(group, 0, "another", Held(90), 0) is group
    assert held.hold(group, 99, "r00m", Held(90), 0) is group
    assert held.opened(group, ORGANISER, 0, "second") is group
    assert held.gone(group, 0, "r00m").meetings[0].room == ""


@given(st.lists(st.sets(st.sampled_from(NAMES[1:]), max_size=2), min_size=1, max_size=6))
def test_the_fair_turn_never_tells_of_one_or_two(owners: list[set[str]]) -> None:
    group = made()
    for nr, named in enumerate(owners):
        group = was(group, nr, *NAMES, owners=tuple(sorted(named)))
    told, had = held.not_yet(group), set().union(*owners)
    waiting = len(NAMES) - 1 - len(had)
    if 0 < waiting < len(NAMES) - 1 and min(waiting, len(had)) <= 2:
        assert told is None
    else:
        assert told == waiting


def test_who_never_came_hides_nobody_who_did() -> None:
    assert held.not_yet(was(made(), 0, *NAMES[:5], owners=("Joost",))) is None  # three of four who came: the fourth did
    assert held.not_yet(was(made(), 0, "Marijke")) is None
    assert held.not_yet(was(made(), 0, "Joost", "Fatima", owners=("Joost", "Fatima"))) == 0


def test_everybody_sees_only_their_own_turns() -> None:
    group = was(was(made(), 0, "Joost", "Anouk", owners=("Joost",)), 1, "Joost")
    assert held.turn(group, by(group, "Joost")) == (2, 1)
    assert held.turn(group, by(group, "Anouk")) == (1, 0)
    with pytest.raises(Refused):
        held.turn(group, ORGANISER)


def test_the_shelf_is_of_who_put_something_there() -> None:
    group = made()
    joost, anouk = by(group, "Joost"), by(group, "Anouk")
    group = held.keep_find(group, joost, "  Eerst   stil zijn. ", "f")
    assert held.keep_find(group, joost, "Nog eens.", "f") is group
    assert group.shelf["f"].text == "Eerst stil zijn."
    with pytest.raises(Refused):
        held.drop_find(group, anouk, "f")
    with pytest.raises(Refused):
        held.keep_find(group, joost, " ", "g")
    assert held.drop_find(group, joost, "f").shelf == {}


def test_readiness_is_asked_after_the_third_and_the_sixth_on_the_road_in_ten() -> None:
    group, asked = made(), []
    for nr in range(10):
        group = was(group, nr, "Joost")
        asked.append(plan.checks_readiness(group))
    assert [n for n, yes in enumerate(asked, 1) if yes] == [3, 6]


def test_a_circle_that_is_open_keeps_its_number_whatever_road_is_taken() -> None:
    group = plan.skip(was(made(), 0, "Joost"), ORGANISER, 1, yes=True)
    group = held.opened(group, ORGANISER, 2, "r00m")
    again = plan.take(group, ORGANISER, "guided", 4, (), "", 60)
    assert again.meetings[:3] == group.meetings[:3] and len(again.meetings) == 4
    assert held.hold(again, 2, "r00m", Held(90), 0).meetings[2].held == Held(90)
    with pytest.raises(Refused):
        plan.take(group, ORGANISER, "guided", 2, (), "", 60)


@given(st.lists(st.sets(st.sampled_from(NAMES[1:]), max_size=2), min_size=1, max_size=6), st.sampled_from(NAMES[1:]))
def test_the_fair_turn_tells_nothing_of_who_leaves_comes_or_guides(owners: list[set[str]], name: str) -> None:
    group = made()
    for nr, named in enumerate(owners):
        group = was(group, nr, *NAMES, owners=tuple(sorted(named)))
    told, one = held.not_yet(group), by(group, name)
    assert held.not_yet(members.leave(group, one)) == told
    assert held.not_yet(members.guides(group, ORGANISER, one, yes=True)) == told
    assert held.not_yet(members.join(group, "new", "Nieuw", "k", rng=RNG)) == told


def test_a_middle_answer_that_falls_tells_nobody_that_one_more_gave_the_lowest() -> None:
    """Five answer as they did, and one more does: is there a pair of middle answers that only one answer explains, up
    to where nothing is shown but that there is something to talk about?"""
    room = replace(Circle().room, began=NOW, over=NOW + 60_000)
    kept = {m: held.facts(replace(room, middles={"A1": m})).medians["A1"] for m in range(1, 6)}

    def explained(shown: dict[int, int]) -> set[int]:
        seen: dict[tuple[int, int], set[int]] = {}
        for five in combinations_with_replacement(range(1, 6), 5):
            for one in range(1, 6):
                pair = evaluating.middle(five), evaluating.middle((*five, one))
                seen.setdefault((shown[pair[0] or 0], shown[pair[1] or 0]), set()).add(one)
        return {low for found in seen.values() if len(found) == 1 for low in found}

    assert explained(kept) == set()
    assert explained({m: m for m in range(1, 6)}) == {1}  # the control: as they were given
