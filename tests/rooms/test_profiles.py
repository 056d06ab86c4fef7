"""Registers as files: each verdict just inside and outside its bound, how far a member is, and files that are wrong."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from rooms.methodfault import MethodFault
from rooms.trajectory.group import Guidance
from rooms.trajectory.profiles import FOLDER, Profile, Progress, counted, counts, profiles, progress, read
from rooms.trajectory.register import Line, Sheet

ME = "0123456789ab"
VIT = (FOLDER / "11-vit.toml").read_text(encoding="utf-8")
PLAIN = replace(profiles()["nrgd"], columns=())


def held(people: int = 6, minutes: int = 120, day: str = "2026-03-04", **named: object) -> Sheet:
    """A meeting with so many members, of whom I am one, and my line confirmed."""
    lines = {f"{n:012d}": Line(f"Lid {n}", 0, minutes, minutes) for n in range(people - 1)}
    lines[ME] = Line("Ik", 0, minutes, minutes, task="led", confirmed=True)
    usual = {"id": day, "number": 1, "day": day, "began": 0, "planned": 120, "net": minutes, "lines": lines}
    return Sheet(**{**usual, "scope": True, "each": True, "guidance": Guidance.GUIDED, **named})  # type: ignore[arg-type]


def verdict(profile: Profile, **named: object) -> str:
    return counts(profile, held(**named)).counts  # type: ignore[arg-type]


def asks(**fields: object) -> Profile:
    return replace(PLAIN, **fields)


@pytest.mark.parametrize(
    ("profile", "inside", "outside", "says"),
    [
        (asks(least=4), {"people": 4}, {"people": 3}, "no"),
        (asks(least=4), {"people": 3, "guests": 1}, {"people": 2, "guests": 1}, "no"),
        (asks(most=8), {"people": 8}, {"people": 9}, "no"),
        (asks(most=8), {"people": 7, "guests": 1}, {"people": 8, "guests": 1}, "no"),
        (asks(shortest=120), {"minutes": 120}, {"minutes": 119}, "no"),
        (asks(each=True), {"each": True}, {"each": False}, "no"),
        (asks(each=True), {"each": True}, {"each": None}, "unknown"),
        (asks(scope=True), {"scope": True}, {"scope": False}, "no"),
        (asks(online="yes"), {"where": "remote"}, {"closed": False}, "unknown"),
        (asks(online="live"), {"where": "together"}, {"where": "mixed"}, "unknown"),
        (asks(online="checked"), {"where": "together"}, {"where": "remote"}, "unknown"),
        (asks(online=""), {"where": "together"}, {"where": "remote"}, "unknown"),
        (asks(leader="appointed"), {}, {"lines": {ME: Line("Ik", 0, 120, 120)}}, "unknown"),
    ],
)
def test_a_meeting_counts_up_to_the_bound_and_not_beyond(
    profile: Profile, inside: dict[str, object], outside: dict[str, object], says: str
) -> None:
    assert (verdict(profile, **inside), verdict(profile, **outside)) == ("yes", says)


def test_a_registered_leader_cannot_be_seen_and_none_can() -> None:
    guided, present, alone = (verdict(asks(leader="registered"), guidance=g) for g in ("guided", "present", "self"))
    assert (guided, present, alone) == ("unknown", "unknown", "no")
    assert verdict(asks(leader="titled"), guidance="self") == "unknown"


def test_every_reason_is_said_what_is_missing_before_what_is_unseen() -> None:
    found = counts(profiles()["nova-intervisie"], held(2, 90, each=False, scope=False, where="remote"))
    assert [lack.params.get("n") for lack in found.missing[:2]] == [2, 90]
    assert (len(found.missing), len(found.unsure)) == (4, 2)


@pytest.mark.parametrize(("rounded", "minutes"), [("", 119), ("half", 90), ("hour", 60)])
def test_minutes_are_rounded_down_as_the_register_does(rounded: str, minutes: int) -> None:
    assert counted(asks(rounded=rounded), held(minutes=119), ME) == minutes


def test_below_the_shortest_nothing_counts_and_above_the_longest_no_more() -> None:
    profile = asks(shortest=120, longest=240, hours=8)
    assert counted(profile, held(minutes=119), ME) == 0
    day = [held(minutes=150, id="a"), held(minutes=150, id="b"), held(minutes=300, day="2026-05-06")]
    assert progress(profile, day, ME, "2026-12-31").minutes == 480
    assert progress(profile, day, ME, "2026-12-31").to_come == 0


def test_a_year_is_the_calendars_and_a_longer_period_goes_back_from_today() -> None:
    kept = [held(day=day) for day in ("2025-12-31", "2026-01-01", "2026-06-01", "2026-06-02")]
    assert progress(asks(hours=8), kept, ME, "2026-06-01") == Progress(240, 2, 240)
    assert progress(asks(hours=8, years=5), [held(day="2021-06-02")], ME, "2026-06-01").minutes == 120
    assert progress(asks(hours=8, years=5), [held(day="2021-06-01")], ME, "2026-06-01").minutes == 0
    assert progress(asks(meetings=4), kept, ME, "2026-12-31").meetings_to_come == 1


def test_what_is_not_confirmed_or_not_mine_or_does_not_count_is_left_out() -> None:
    other = held()
    waits = replace(other, lines={**other.lines, ME: replace(other.lines[ME], confirmed=False)})
    another = {"x": Line("X", 0, 120, 120, confirmed=True)}
    kept = [waits, held(3, day="2026-04-01"), held(day="2026-05-01", lines=another)]
    assert progress(asks(least=4, hours=2), kept, ME, "2026-12-31") == Progress(0, 0, 120, waiting=1)


def test_hours_too_many_go_along_as_far_as_they_may() -> None:
    vit, year = profiles()["vit"], [held(minutes=240, day=f"2025-{m:02d}-01") for m in range(1, 5)]
    assert progress(vit, year, ME, "2026-03-01").minutes == 60
    year += [held(minutes=240, day=f"2025-{m:02d}-01") for m in range(5, 8)]
    assert progress(vit, year, ME, "2026-03-01").minutes == 300
    assert progress(replace(vit, carry=0), year, ME, "2026-03-01").minutes == 0


def test_each_profile_says_check_this_and_names_its_sources_and_nothing_is_stated_without() -> None:
    assert len(profiles()) == len(list(FOLDER.glob("*.toml"))) >= 20
    for profile in profiles().values():
        assert profile.check and profile.sources
        assert profile.about.nl != profile.about.en
        assert all(source.url.startswith(("https://", "http://")) for source in profile.sources if source.url)
    unconfirmed = ("rechter", "notaris", "fysiotherap", "tandarts", "NOBCO", "leraar")
    assert not [p.id for p in profiles().values() if any(word in p.name.nl for word in unconfirmed)]
    numbers = profiles()["skj"], profiles()["registerplein"], profiles()["mediators"]
    assert [(p.hours, p.least, p.most) for p in numbers] == [(0, 0, 0)] * 3, "no source gives them"


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('id = "vit"', 'id = "VIT!"', "id"),
        ('en = "Complementary therapists in the Netherlands (VIT)"', 'en = ""', "name"),
        ("check = true", "check = false", "check"),
        ('country = "NL"', 'country = "XX"', "country"),
        ("least = 4", "least = 4\nmost = 3", "most"),
        ("least = 4", "least = -1", "most"),
        ("hours = 15", "hours = -15", "years"),
        ("hours = 15", "hours = 15\nyears = 0", "years"),
        ("hours = 15", 'hours = 15\nrounded = "week"', "rounded"),
        ("hours = 15", 'hours = 15\nleader = "king"', "leader"),
        ("hours = 15", 'hours = 15\nonline = "maybe"', "online"),
        ('"signatures"]', '"blood"]', "columns"),
        ('seen = "2026-11-27"', 'seen = "gisteren"', "sources"),
        ("hours = 15", "hours = 15\npoints = 3", "file"),
        ("hours = 15", "hours = ", "file"),
    ],
)
def test_a_wrong_file_is_refused_with_its_name_and_field(old: str, new: str, field: str) -> None:
    assert old in VIT
    with pytest.raises(MethodFault) as no:
        read(VIT.replace(old, new, 1), "11-vit.toml")

    assert no.value.field == f"11-vit.toml: {field}"


def test_the_file_itself_is_right() -> None:
    """The control of the test above."""
    assert read(VIT) == profiles()["vit"]
