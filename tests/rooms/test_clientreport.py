"""The report for the client: drafted, written together, agreed with everybody's yes; and what it never says."""

from __future__ import annotations

from functools import partial
from itertools import permutations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from rooms.refusal import Refused
from rooms.trajectory import clientreport, members
from rooms.trajectory.clientreport import BENEFIT, FEW, LONGEST, PARTS
from rooms.trajectory.group import ORGANISER, Facts, Group, Report, here
from tests.rooms.test_trajectory import NAMES, RNG, by, made, was

DAY = "2026-11-27"
THEMES = "Grenzen stellen. Samenwerken."


def met(*meetings: tuple[str, ...], names: tuple[str, ...] = NAMES, **named: object) -> Group:
    """A group whose first meetings were held, each with these members."""
    group = made(*names)
    for nr, present in enumerate(meetings):
        group = was(group, nr, *present, **named)  # type: ignore[arg-type]
    return group


def drafted(group: Group | None = None) -> Group:
    group = group or met(NAMES, NAMES)
    return clientreport.draft(group, by(group, "Joost"))


def write(group: Group, name: str, part: str, text: str, seen: int = 0) -> Group:
    return clientreport.write(group, by(group, name), part, text, seen)


def report(group: Group) -> Report:
    assert group.report
    return group.report


def yes(group: Group, *names: str, rev: int | None = None, really: bool = True) -> Group:
    rev = report(group).rev if rev is None else rev
    for name in names:
        group = clientreport.agree(group, by(group, name), rev, DAY, yes=really)
    return group


def written() -> Group:
    return write(drafted(), "Joost", "themes", THEMES)


def test_a_member_begins_it_after_a_meeting_and_again_is_the_same() -> None:
    with pytest.raises(Refused, match="nog geen bijeenkomst"):
        drafted(made())
    group = drafted()
    assert report(group).facts == Facts("2026-01-01", "2026-02-01", 2, 10, 100)
    assert clientreport.draft(group, by(group, "Anouk")) is group
    with pytest.raises(Refused):
        clientreport.draft(met(NAMES), ORGANISER)


def test_newer_facts_are_taken_when_somebody_asks_and_then_everybody_is_asked_anew() -> None:
    group = was(yes(written(), "Joost"), 2, *NAMES, methods=("five-step",))
    assert report(group).facts.held == 2
    group = clientreport.draft(group, by(group, "Anouk"))
    assert (report(group).facts.held, report(group).facts.methods) == (3, ("five-step",))
    assert report(group).yes == ()
    assert clientreport.passage(report(group), "themes").text == THEMES


def test_who_did_not_see_the_newest_wipes_nothing_and_other_parts_are_free() -> None:
    group = written()
    with pytest.raises(Refused, match="naast de jouwe"):
        write(group, "Anouk", "themes", "Iets anders.")
    assert write(group, "Anouk", "themes", THEMES) is group  # sent twice, or the same words
    group = write(group, "Bram", "learned", "Doorvragen.")
    group = write(group, "Anouk", "themes", f"{THEMES} En rust.", seen=1)
    assert [clientreport.passage(report(group), name).text for name in ("themes", "learned")] == [
        f"{THEMES} En rust.",
        "Doorvragen.",
    ]


@given(st.permutations(["Joost", "Anouk", "Bram"]))
def test_of_three_who_write_at_once_one_is_first_and_two_hear_it(order: list[str]) -> None:
    group, heard = drafted(), 0
    for name in order:
        try:
            group = write(group, name, "themes", f"Van {name}.")
        except Refused:
            heard += 1
    assert heard == 2
    assert clientreport.passage(report(group), "themes").text == f"Van {order[0]}."


def test_what_is_no_part_too_long_or_no_choice_is_refused() -> None:
    group = drafted()
    for part, text in (("cases", "x"), ("themes", "x" * (LONGEST + 1)), (BENEFIT, "more")):
        with pytest.raises(Refused):
            write(group, "Joost", part, text)
    measured = drafted(met(NAMES, NAMES, medians={"A1": 4}))
    assert BENEFIT in clientreport.parts(measured)
    with pytest.raises(Refused):
        write(measured, "Joost", BENEFIT, "Een 4,2.")
    assert clientreport.passage(report(write(measured, "Joost", BENEFIT, "more")), BENEFIT).text == "more"


def test_the_evaluation_is_spoken_of_only_after_two_meetings_with_middles() -> None:
    group = was(met(NAMES, NAMES), 2, *NAMES, medians={"A1": 4})
    assert BENEFIT not in clientreport.parts(group)
    assert BENEFIT in clientreport.parts(was(group, 3, *NAMES, medians={"A1": 4}))


def test_no_number_of_the_evaluation_of_a_meeting_or_of_a_member_is_in_it() -> None:
    group = written()
    told = msgspec.json.encode(replace(report(group), yes=())).decode()
    assert not any(m.id in told or m.name in told for m in group.members.values())
    with_middles = drafted(met(NAMES, NAMES, medians={"A1": 4}, written=17, treated=13, cues={}))
    assert report(with_middles).facts == report(drafted()).facts


def test_it_is_agreed_in_the_commit_of_the_last_yes_whoever_is_last() -> None:
    found = set()
    for order in list(permutations(NAMES))[::100]:
        group = yes(written(), *order[:-1])
        assert report(group).agreed == ""
        group = yes(group, order[-1])
        assert (report(group).agreed, report(group).members, report(group).yes) == (DAY, len(NAMES), ())
        found.add(msgspec.json.encode(report(group)))
    assert len(found) == 1  # nothing in it tells who was last


def test_a_yes_is_to_exactly_one_text() -> None:
    group = yes(written(), "Joost", "Anouk")
    rev = report(group).rev
    group = write(group, "Bram", "next", "Nog een jaar.")
    assert report(group).yes == ()
    with pytest.raises(Refused, match="intussen veranderd"):
        yes(group, "Fatima", rev=rev)


def test_a_yes_can_be_taken_back_and_one_without_it_blocks() -> None:
    group = yes(written(), *NAMES[:-1])
    group = yes(group, "Joost", really=False)
    group = yes(group, NAMES[-1])
    assert report(group).agreed == ""
    assert report(yes(group, "Joost")).agreed == DAY
    assert yes(group, NAMES[-1]) is group


def test_nothing_in_own_words_is_nothing_to_agree_to() -> None:
    group = drafted()
    with pytest.raises(Refused, match="eigen woorden"):
        yes(group, "Joost")
    emptied = write(written(), "Joost", "themes", "", seen=1)
    with pytest.raises(Refused, match="eigen woorden"):
        yes(emptied, "Joost")


def test_once_agreed_nothing_changes_any_more() -> None:
    group = yes(written(), *NAMES)
    assert yes(group, "Joost") is group  # twice is once
    for verb in (
        partial(write, name="Joost", part="themes", text="Anders.", seen=1),
        partial(clientreport.draft, by=by(group, "Joost")),
        lambda g: yes(g, "Joost", really=False),
        lambda g: yes(g, "Joost", rev=0),
    ):
        with pytest.raises(Refused):
            verb(group)
    later = was(group, 2, *NAMES)
    assert report(later) == report(group)
    assert report(members.leave(later, by(later, "Joost"))).members == len(NAMES)


def test_everybody_opens_it_again_and_then_says_yes_anew() -> None:
    group = yes(written(), *NAMES)
    rev = report(group).rev
    for name in NAMES[:-1]:
        group = clientreport.open_again(group, by(group, name), rev, yes=True)
    assert report(group).agreed == DAY
    group = clientreport.open_again(group, by(group, "Joost"), rev, yes=False)
    group = clientreport.open_again(group, by(group, NAMES[-1]), rev, yes=True)
    assert report(group).agreed == DAY
    group = clientreport.open_again(group, by(group, "Joost"), rev, yes=True)
    assert (report(group).agreed, report(group).yes, report(group).members) == ("", (), 0)
    assert clientreport.open_again(group, by(group, "Joost"), rev, yes=True) is group
    with pytest.raises(Refused):
        yes(group, "Joost", rev=rev)


def test_who_leaves_is_not_asked_and_taking_somebody_out_agrees_to_nothing() -> None:
    group = yes(written(), *(n for n in NAMES if n != "Chantal"))
    group = members.remove(group, ORGANISER, by(group, "Chantal"))
    assert (report(group).agreed, report(group).yes) == ("", ())
    assert report(yes(group, *(n for n in NAMES if n != "Chantal"))).agreed == DAY


def test_who_comes_in_is_asked_too() -> None:
    group = yes(written(), *NAMES[:-1])
    group = yes(members.join(group, "h-Nieuw", "Nieuw", "k", rng=RNG), NAMES[-1])
    assert report(group).agreed == ""
    assert report(yes(group, "Nieuw")).agreed == DAY


def test_the_organiser_writes_nothing_and_reads_it_when_it_is_agreed() -> None:
    group = written()
    assert clientreport.seen(group, ORGANISER) is None
    assert clientreport.seen(group, by(group, "Joost")) == group.report
    for verb in (
        lambda g: clientreport.write(g, ORGANISER, "themes", "x", 1),
        lambda g: clientreport.agree(g, ORGANISER, 1, DAY, yes=True),
        lambda g: clientreport.open_again(g, ORGANISER, 1, yes=True),
    ):
        with pytest.raises(Refused, match="alleen leden"):
            verb(group)
    agreed = yes(group, *NAMES)
    assert clientreport.seen(agreed, ORGANISER) == agreed.report
    gone = members.leave(agreed, by(agreed, "Joost"))
    with pytest.raises(Refused):
        clientreport.seen(gone, by(agreed, "Joost"))


def test_attendance_is_of_all_together_and_leaves_the_guide_out() -> None:
    _, *five = NAMES
    assert clientreport.attendance(met(tuple(five), tuple(five))) == 100
    absent = [tuple(n for n in five if n != name) for name in five[:3]]
    assert clientreport.attendance(met(*absent)) == 80


def test_attendance_says_nothing_where_it_would_say_who() -> None:
    _, *five = NAMES
    one, two = tuple(five[1:]), tuple(five[2:])
    for meetings in ((one,), (one, one), (two,), (one, two), tuple([(five[0],)] * 3), tuple([(five[0], five[1])] * 3)):
        assert clientreport.attendance(met(*meetings)) is None
    few = NAMES[:FEW]  # with the guide: four members
    assert clientreport.attendance(met(few, few, names=few)) is None
    assert clientreport.attendance(made()) is None


@given(st.lists(st.sets(st.sampled_from(NAMES[1:])), min_size=1, max_size=6))
def test_attendance_never_singles_out_one_or_two(meetings: list[set[str]]) -> None:
    told = clientreport.attendance(met(*(tuple(sorted(m)) for m in meetings)))
    assert told is None or told == share(meetings)
    assert told is None or not singles_out(meetings)


def share(meetings: list[set[str]]) -> int:
    return round(100 * sum(map(len, meetings)) / (len(meetings) * 5))


def singles_out(meetings: list[set[str]]) -> bool:
    missed = {n for n in NAMES[1:] if any(n not in m for m in meetings)}
    return len(missed) in (1, 2) or len(set().union(*meetings)) <= 2


def test_the_control_a_share_that_is_always_told_singles_out() -> None:
    meetings = [set(NAMES[1:]), set(NAMES[2:])]
    assert share(meetings) == 90 and singles_out(meetings)
    assert clientreport.attendance(met(*(tuple(sorted(m)) for m in meetings))) is None


def test_who_came_later_or_left_counts_for_the_meetings_they_were_expected_at() -> None:
    _, *five = NAMES
    group = met(tuple(five), tuple(five))
    group = members.join(group, "h-Nieuw", "Nieuw", "k", rng=RNG)
    group = members.leave(group, by(group, "Joost"))
    rest = tuple(m.name for m in here(group) if not m.guide)
    assert clientreport.attendance(was(group, 2, *rest)) == 100


def test_every_part_is_there_in_both_languages() -> None:
    texts = [t for part in PARTS.values() for t in (part.name, part.asks, *part.choices.values())]
    assert all(t.nl and t.en for t in texts)
