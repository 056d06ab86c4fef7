"""Whispering: what a guide sends reaches who leads and nobody else, and of it only a number outlives the meeting."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from rooms import closing, door, lead, people, promises, rights, whispers
from rooms.mine import mine
from rooms.refusal import Refused
from rooms.rights import LATE, LEAD, MEMBER, OUTSIDE, OWNER, SCREEN
from rooms.room import Device, Kind, Room, leaders, this_round
from rooms.view import view
from tests.made import own, page
from tests.people import CAST, Circle
from tests.said import regions

SECRET = "Kanarie: laat Owen uitpraten."


def guided(at: str = "method") -> Circle:
    """Cora, a member, leads; Fay handed that on and watches as the guide."""
    return handed_on(Circle().to_method().to(at))


def handed_on(circle: Circle) -> Circle:
    circle.by("Fay", lead.hand_over, circle.seat("Cora"))
    circle.by("Cora", people.let_guide, circle.seat("Fay"))
    return circle


def say(circle: Circle, text: str = "", *, ready: str = "", op: str = "a" * 16, by: str = "Fay") -> Room:
    return circle.by(by, whispers.whisper, op, text=text, ready=ready)


def cue(circle: Circle, n: int = -1) -> str:
    """One of the cues that lie there, the newest unless `n` says otherwise."""
    return circle.room.cues[n].id


def words(circle: Circle, role: str = LEAD) -> list[object]:
    return [one.words for one in view(circle.room, role).cues]


def html(circle: Circle, name: str, lang: str = "nl") -> str:
    """The page of somebody's seat."""
    seen = page(circle, name)
    parts = regions().audience("seat", seen, lang) | regions().personal(seen, own(circle, name), lang, "c", {})
    return "".join(parts.values())


def cockpit(circle: Circle, lang: str = "nl") -> str:
    return "".join(regions().audience("lead", view(circle.room, LEAD), lang).values())


def of_others(circle: Circle) -> dict[str, str]:
    """All that everybody but these two sees: every audience but the leader's, each page, and what devices that only
    follow show, those of these two among them."""
    room, found = circle.room, {}
    for role in (MEMBER, OWNER, OUTSIDE, LATE):
        found[role] = "".join(regions().audience("seat", view(room, role), "nl").values())
    found[SCREEN] = "".join(regions().audience("screen", view(room, SCREEN), "nl").values())
    for name in CAST:
        if name != "Cora":
            found[name] = html(circle, name)
    for name in ("Fay", "Cora"):
        follows = mine(room, Device(circle.seat(name), Kind.FOLLOW), circle.tag(name))
        found[f"follows {name}"] = "".join(regions().personal(page(circle, name), follows, "nl", "c", {}).values())
    return found


def test_a_cue_reaches_who_leads_in_their_own_language_or_as_it_was_written() -> None:
    circle = guided()
    say(circle, ready="silence")
    assert "Laat het even stil." in cockpit(circle)
    assert "Let it be quiet for a moment." in cockpit(circle, "en")
    say(circle, SECRET, op="b" * 16)
    assert words(circle) == [SECRET, whispers.READY["silence"]]
    assert SECRET in cockpit(circle)  # the newest, and that there is one more
    assert "nog 1" in cockpit(circle)
    assert SECRET in html(circle, "Fay")


def test_there_are_six_ready_ones_and_each_is_one_tap() -> None:
    circle = guided()
    offered = html(circle, "Fay")
    assert len(whispers.READY) == 6
    for name, text in whispers.READY.items():
        assert f'name="ready" value="{name}"' in offered
        assert text.nl in offered
        say(circle, ready=name, op=name * 16)
        assert words(circle)[0] == text


def test_nobody_else_sees_that_there_is_one_that_it_was_put_away_or_that_none_are_wanted() -> None:
    circle = guided()
    before = of_others(circle)
    say(circle, SECRET)
    assert of_others(circle) == before
    circle.by("Cora", whispers.rest, on=True)
    assert of_others(circle) == before
    circle.by("Cora", whispers.put_away, cue(circle))
    assert of_others(circle) == before
    assert SECRET not in "".join(before.values())


def test_the_same_comparison_sees_one_that_is_told_on(monkeypatch: pytest.MonkeyPatch) -> None:
    circle, told = guided(), whispers.whisper
    before = of_others(circle)

    def planted(room: Room, by: str, op: str, *, text: str = "", ready: str = "") -> Room:
        after = told(room, by, op, text=text, ready=ready)
        return replace(after, took=by)  # everybody's page says who "leads now"

    monkeypatch.setattr(whispers, "whisper", planted)
    say(circle, SECRET)
    changed = {who for who, shown in of_others(circle).items() if shown != before[who]}
    assert changed >= {MEMBER, "Owen", "Carl"}


def test_a_participant_an_observer_who_leads_and_who_stopped_guiding_whisper_nothing() -> None:
    circle = Circle()
    circle.by("Fay", lead.hand_over, circle.seat("Cora"))
    circle.by("Fay", people.take_task, whispers.GUIDE)
    circle.by("Carl", people.take_task, "observer")
    for name in ("Owen", "Carl", "Cora"):
        with pytest.raises(Refused, match="als begeleider"):
            say(circle, SECRET, by=name)
    circle.by("Fay", people.take_task, "")
    with pytest.raises(Refused, match="als begeleider"):
        say(circle, SECRET)
    assert circle.room.cues == ()


def test_who_guides_and_gets_the_lead_hears_no_own_voice() -> None:
    circle = guided()
    circle.by("Cora", lead.hand_over, circle.seat("Fay"))
    with pytest.raises(Refused, match="als begeleider"):
        say(circle, SECRET)
    assert own(circle, "Fay").whispers is None
    assert view(circle.room, LEAD).guide == ""
    circle.by("Fay", lead.hand_over, circle.seat("Cora"))
    say(circle, SECRET)
    assert words(circle) == [SECRET]


def test_the_guide_who_is_outside_or_gone_whispers_nothing_and_frees_the_task() -> None:
    circle = guided()
    circle.by("Cora", people.call_outside, circle.seat("Fay"))
    with pytest.raises(Refused, match="niet aan tafel"):
        say(circle, SECRET)
    assert view(circle.room, LEAD).guide == ""
    circle.by("Cora", people.mark_left, circle.seat("Fay"))
    assert view(circle.room, MEMBER).guide == ""


def lets(circle: Circle, name: str) -> Room:
    """Fay, who leads, lets somebody guide."""
    return circle.by("Fay", people.let_guide, circle.seat(name))


def may(circle: Circle) -> set[str]:
    """Whom the cockpit offers to let guide."""
    return {p.name for p in view(circle.room, LEAD).people if p.may_guide}


def test_one_guide_at_a_time_and_never_who_leads_has_no_device_or_practises() -> None:
    circle = Circle()
    lets(circle, "Carl")
    assert may(circle) == set()
    with pytest.raises(Refused):
        lets(circle, "Cem")
    circle.by("Carl", people.take_task, "")
    assert "Cem" in may(circle)
    circle.by("Fay", people.add_seat, "Wim", op="0" * 32)
    for name in ("Fay", "Wim"):
        assert name not in may(circle)
        with pytest.raises(Refused):
            lets(circle, name)
    circle.room = replace(circle.room, rehearsal=True)
    assert may(circle) == set()
    with pytest.raises(Refused):
        lets(circle, "Cem")


def test_who_takes_part_becomes_no_guide_by_themselves_in_any_step() -> None:
    for at in ("arrive", "agreement", "checkin", "write", "method"):
        circle = Circle().to_method() if at == "method" else Circle().to(at)
        assert whispers.GUIDE not in own(circle, "Carl").tasks_now
        with pytest.raises(Refused):
            circle.by("Carl", people.take_task, whispers.GUIDE)
    circle = Circle()
    circle.by("Carl", people.take_task, "observer")  # nor by way of another task
    assert whispers.GUIDE not in own(circle, "Carl").tasks_now


def test_only_who_leads_lets_somebody_guide_and_twice_is_once() -> None:
    circle = Circle()
    with pytest.raises(Refused):
        circle.by("Owen", people.let_guide, circle.seat("Carl"))
    lets(circle, "Carl")
    before = circle.room
    assert lets(circle, "Carl") is before


def test_who_came_late_to_guide_does_so_by_the_leaders_tap_and_who_wrote_does_not() -> None:
    circle = Circle().to_method()
    circle.secrets["Noor"] = b"n" * 32
    circle.do(door.join, circle.handle("Noor"), "Noor", remote=False, rng=circle.rng)
    circle.by("Fay", door.admit, circle.handle("Noor"), rng=circle.rng)
    if circle.room.knocks:
        circle.by("Owen", door.owner_says, circle.handle("Noor"), yes=True, rng=circle.rng)
    assert may(circle) == {"Noor"}
    with pytest.raises(Refused, match="kan nu niet begeleiden"):
        lets(circle, "Cora")
    lets(circle, "Noor")
    seat = circle.room.seats[circle.seat("Noor")]
    assert (seat.task, seat.takes_part) == (whispers.GUIDE, False)


def test_two_who_lead_share_a_cue_and_the_guides_page_says_so() -> None:
    circle = guided()
    assert "elke hint zien ze allebei" not in html(circle, "Fay")
    circle.by("Cora", lead.share_lead, circle.seat("Carl"))
    assert "elke hint zien ze allebei" in html(circle, "Fay")


def test_who_handed_the_lead_on_may_guide_in_any_step() -> None:
    circle = Circle().to_method()
    circle.by("Fay", lead.hand_over, circle.seat("Cora"))
    assert whispers.GUIDE in own(circle, "Fay").tasks_now
    assert "Ik begeleid op de achtergrond" in html(circle, "Fay")
    with pytest.raises(Refused):
        circle.by("Carl", people.take_task, whispers.GUIDE)
    circle.by("Fay", people.take_task, whispers.GUIDE)
    say(circle, ready="time")
    circle.by("Fay", people.take_task, "")
    assert not circle.room.seats[circle.seat("Fay")].takes_part  # the writers of this method are known


def test_who_guides_from_the_start_writes_nothing_and_gets_no_turn() -> None:
    circle = Circle()
    lets(circle, "Carl")
    assert not circle.room.seats[circle.seat("Carl")].takes_part
    circle.by("Carl", people.take_task, "")
    assert circle.room.seats[circle.seat("Carl")].takes_part
    lets(circle, "Carl")
    circle.to("write")
    assert circle.seat("Carl") not in this_round(circle.room).writers


def test_said_twice_is_once_and_what_was_put_away_is_gone_for_both() -> None:
    circle = guided()
    say(circle, SECRET)
    before = circle.room
    say(circle, SECRET)
    assert circle.room is before
    away = cue(circle)
    circle.by("Cora", whispers.put_away, away)
    assert SECRET not in cockpit(circle) + html(circle, "Fay")
    assert SECRET not in msgspec.json.encode(circle.room).decode()  # its words go at once
    assert "a" * 16 not in msgspec.json.encode(circle.room).decode()
    before = circle.room
    circle.by("Cora", whispers.put_away, away)
    assert circle.room is before
    say(circle, "Toch niet", op="b" * 16)
    circle.by("Fay", whispers.put_away, cue(circle))  # the guide takes it back
    assert words(circle) == []
    with pytest.raises(Refused):
        circle.by("Owen", whispers.put_away, away)


def test_three_lie_there_and_a_fourth_takes_the_place_of_the_oldest() -> None:
    circle = guided()
    for n in range(4):
        say(circle, f"Hint {n}", op=f"{n}" * 16)
    assert words(circle) == ["Hint 3", "Hint 2", "Hint 1"]
    assert own(circle, "Fay").hints == 4


@pytest.mark.parametrize(("text", "ready"), [("x" * 141, ""), ("", ""), (" \u200b ", ""), ("", "nonsense")])
def test_what_is_too_long_empty_or_unknown_is_refused(text: str, ready: str) -> None:
    circle = guided()
    with pytest.raises(Refused):
        say(circle, text, ready=ready)
    assert circle.room.cued == {}
    say(circle, "x" * 140)


def test_who_leads_may_want_none_for_now_and_the_guide_sees_that() -> None:
    circle = guided()
    circle.by("Cora", whispers.rest, on=True)
    with pytest.raises(Refused, match="even geen hints"):
        say(circle, SECRET)
    assert "Cora wil nu even geen hints." in html(circle, "Fay")
    assert 'name="ready"' not in html(circle, "Fay")
    assert "Weer hints" in cockpit(circle)
    circle.by("Cora", whispers.rest, on=False)
    say(circle, SECRET)
    assert words(circle) == [SECRET]
    with pytest.raises(Refused):
        circle.by("Fay", whispers.rest, on=True)


def test_another_who_leads_reads_nothing_that_was_not_for_them_and_has_a_wish_of_their_own() -> None:
    circle = guided()
    say(circle, SECRET)
    circle.by("Cora", whispers.rest, on=True)
    circle.by("Cora", lead.hand_over, circle.seat("Carl"))
    assert words(circle) == []
    assert not view(circle.room, LEAD).no_cues
    say(circle, "Voor Carl", op="b" * 16)
    assert words(circle) == ["Voor Carl"]
    circle.by("Carl", lead.share_lead, circle.seat("Cora"))
    assert words(circle) == []  # one screen for two, and Cora was not told
    circle.by("Carl", whispers.put_away, cue(circle, 0))  # nor does Carl throw away what was Cora's
    assert len(circle.room.cues) == 2


def test_with_two_who_lead_a_cue_is_for_both() -> None:
    circle = guided()
    circle.by("Cora", lead.share_lead, circle.seat("Carl"))
    say(circle, SECRET)
    assert words(circle) == [SECRET]
    assert [whispers.number(circle.room, s.id) for s in leaders(circle.room)] == [1, 1]


def test_after_the_closing_only_the_number_is_left_for_those_two() -> None:
    circle = guided("closing")
    for n in range(3):
        say(circle, f"{SECRET} {n}", op=f"{n}" * 16)
    circle.by("Cora", whispers.rest, on=True)
    circle.by("Cora", closing.close, circle.now, circle.rng)
    room = circle.room
    assert (room.cues, room.no_cues) == ((), ())
    assert SECRET not in msgspec.json.encode(room).decode()
    assert room.cued == {circle.seat("Fay"): 3, circle.seat("Cora"): 3}
    for name in ("Fay", "Cora"):
        assert "Vandaag drie hints." in html(circle, name)
    assert "Vandaag drie hints." in cockpit(circle)
    for who, shown in of_others(circle).items():
        assert "hint" not in shown, who
    with pytest.raises(Refused):
        say(circle, SECRET, op="z" * 16)


def test_a_meeting_that_nobody_closed_keeps_no_more() -> None:
    circle = guided()
    say(circle, SECRET)
    circle.do(closing.expire, circle.now)
    assert (circle.room.cues, circle.room.cued[circle.seat("Fay")]) == ((), 1)


def test_who_leads_a_circle_that_guides_itself_has_it_on_the_own_page() -> None:
    circle = handed_on(Circle(guided=False))
    say(circle, SECRET)
    assert SECRET in html(circle, "Cora")
    assert "Even niet" in html(circle, "Cora")
    assert SECRET not in html(circle, "Carl")


def test_who_is_late_or_outside_is_not_told_that_there_is_a_guide() -> None:
    circle = guided()
    for role in (OUTSIDE, LATE):
        assert view(circle.room, role).guide == ""
    assert rights.role(circle.room, circle.seat("Fay")) == MEMBER


def test_everybody_is_told_before_it_begins_that_there_is_a_guide() -> None:
    circle = Circle()
    lets(circle, "Carl")
    for at in ("arrive", "agreement"):
        assert "Carl begeleidt op de achtergrond." in html(circle.to(at), "Owen")


def test_the_leaders_view_asks_the_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    circle = guided()
    say(circle, SECRET)
    monkeypatch.setitem(promises.INPUTS, "whisper", replace(promises.INPUTS["whisper"], first=(), then=()))
    assert words(circle) == []
