"""From every state the circle can go on, and who is out of it stays out."""

from __future__ import annotations

import pytest

from rooms import (
    agreement,
    choosing,
    devices,
    door,
    few,
    flow,
    handles,
    lead,
    mine,
    people,
    peopleview,
    reading,
    tags,
    turns,
    willing,
    writing,
)
from rooms.methodfiles import catalogue
from rooms.refusal import Refused
from rooms.rights import LEAD
from rooms.room import Device, Kind, Presence, here, leaders, owner, phase, this_round
from rooms.view import view
from tests.people import CAST, Circle


def back(circle: Circle) -> None:
    circle.by("Fay", flow.back, flow.pointer(circle.room), circle.now, circle.rng)


def skip(circle: Circle) -> None:
    circle.by("Fay", flow.skip, flow.pointer(circle.room), circle.now, circle.rng)


def chosen_twice(circle: Circle) -> Circle:
    """Owen's case has its owner and his yes; Cora's is in its twenty seconds."""
    circle.to("choose")
    for name in CAST:
        circle.cast(name, {circle.case_of("Owen"): 2, circle.case_of("Cora"): 1})
    circle.next()
    for name in ("Owen", "Cora"):
        circle.answer(name, "bring")
    circle.next()
    circle.now += choosing.WAIT
    circle.next()
    circle.claim("Owen")
    circle.by("Owen", willing.say_yes, "five-step")
    circle.next()
    return circle


def test_the_second_choice_shows_the_second_case_to_its_author() -> None:
    circle = chosen_twice(Circle(cases=2))
    shown = view(circle.room, "member")

    assert (flow.stage(circle.room), shown.table[2], shown.owner_name) == ("twenty", "Vraag van Cora?", "")


def test_an_owner_who_stops_in_the_choice_makes_place_for_the_next_and_starts_nobodys_case() -> None:
    circle = Circle().to("choose")
    for name in CAST:
        circle.cast(name, {circle.case_of("Owen"): 2, circle.case_of("Cora"): 1})
    circle.next()
    for name in ("Owen", "Cora"):
        circle.answer(name, "bring")
    circle.next()
    circle.now += choosing.WAIT
    circle.next()
    circle.claim("Owen")
    circle.by("Owen", handles.stop, circle.now)
    circle.by("Owen", handles.choose, "end")
    circle.by("Fay", handles.go_on, circle.now, circle.rng)

    assert (phase(circle.room).kind, flow.stage(circle.room)) == ("choose", "twenty")
    assert circle.room.chosen[-1].case == circle.case_of("Cora")


def test_quiet_does_not_take_the_way_out_away() -> None:
    circle = chosen_twice(Circle(cases=2))
    circle.by("Carl", handles.stop, circle.now)
    later = circle.now + 3 * choosing.WAIT
    circle.room = handles.tick(circle.room, later, circle.rng)
    assert flow.stage(circle.room) == "twenty"
    circle.by("Fay", handles.go_on, later, circle.rng)

    assert this_round(circle.room).until == later + choosing.WAIT


def test_skipping_a_choice_that_is_settled_leaves_no_tag_and_no_line_of_a_case_nobody_brings() -> None:
    circle = Circle(cases=2).to("choose")
    for name in CAST:
        circle.cast(name, {circle.case_of("Owen"): 3})
    circle.next()
    circle.answer("Owen", "bring")
    circle.next()
    circle.now += choosing.WAIT
    circle.next()
    circle.claim("Owen")
    circle.by("Owen", willing.say_yes, "five-step")
    skip(circle)

    assert phase(circle.room).id == "bring"
    assert not any(c.cap for c in circle.room.cases)
    assert {line.case for line in circle.room.agenda if line.phase.kind == "method"} == {0}


def test_a_method_is_not_chosen_in_the_closing() -> None:
    circle = Circle(method=None).to("choose")
    skip(circle)
    with pytest.raises(Refused):
        circle.by("Fay", flow.pick_method, catalogue()["gossip"], circle.now)


def test_a_case_taken_away_after_back_leaves_a_page_to_show() -> None:
    circle = Circle().to("read")
    circle.by("Fay", reading.show, 3)
    back(circle)
    tag = circle.tag("Owen")
    circle.by("Owen", writing.nothing, tags.case(tag, circle.room), tags.ready(tag, circle.room), "s")
    circle.next()

    assert view(circle.room, "lead").shown < len(circle.room.cases)


def test_when_nobody_is_willing_back_to_writing_leads_to_another_choice() -> None:
    circle = Circle().to("choose")
    circle.next()
    circle.next()
    assert view(circle.room, "member").nobody
    back(circle)
    back(circle)
    circle.lay("Cato", "Vraag van Cato?")
    circle.to_method("Cato")

    assert owner(circle.room) == circle.seat("Cato")


def test_back_from_the_question_about_one_case_is_back_to_writing() -> None:
    circle = Circle()
    while phase(circle.room).kind != "write":
        circle.next()
    circle.lay("Owen", "Alleen ik?")
    circle.next()
    assert flow.stage(circle.room) == "consent"
    back(circle)
    assert flow.stage(circle.room) == "write"
    for name in ("Cora", "Carl"):
        circle.lay(name, f"Vraag van {name}?")
    circle.next()

    assert phase(circle.room).kind == "read"
    back(circle)
    circle.next()
    assert phase(circle.room).kind == "read"


def test_who_was_removed_stays_removed_and_leads_nothing() -> None:
    circle = Circle()
    circle.by("Fay", lead.share_lead, circle.seat("Owen"))
    circle.by("Fay", people.remove, circle.seat("Owen"), "BCDF-2345")
    circle.by("Owen", people.leave)

    assert circle.room.seats[circle.seat("Owen")].presence is Presence.REMOVED
    assert [s.name for s in leaders(circle.room)] == ["Fay"]
    with pytest.raises(Refused):
        circle.by("Fay", people.call_outside, circle.seat("Owen"))
    with pytest.raises(Refused):
        circle.by("Fay", turns.give, circle.seat("Owen"))


def test_who_offered_to_lead_and_left_gets_no_lead() -> None:
    circle = Circle()
    circle.by("Owen", lead.take_over, silent=True)
    circle.by("Owen", people.leave)
    circle.by("Cora", lead.take_over, silent=True)
    assert [s.name for s in leaders(circle.room)] == ["Fay"]
    circle.by("Carl", lead.take_over, silent=True)

    assert [s.name for s in leaders(circle.room)] == ["Cora"]


def test_three_writers_of_whom_one_leaves_can_still_write_after_everybodys_tap() -> None:
    circle = Circle("Owen", "Cora", "Carl")
    while phase(circle.room).kind != "write":
        circle.next()
    circle.by("Carl", people.leave)
    for name in ("Owen", "Cora"):
        circle.by(name, few.allow, tags.small(circle.tag(name), circle.room))
    circle.lay("Owen", "Mag het nu?")

    assert len(this_round(circle.room).papers) == 1


def test_a_seat_without_a_phone_has_one_voice() -> None:
    circle = Circle()
    circle.by("Fay", people.add_seat, "Wim", op="0" * 32)
    circle.by("Owen", devices.hold_for, "h1", circle.seat("Wim"))
    for holder in ("Cora", "Owen"):  # Owen too: a browser that lost a secret on purpose would vote twice
        with pytest.raises(Refused):
            circle.by(holder, devices.hold_for, "h2", circle.seat("Wim"))
    before = circle.room
    assert circle.by("Owen", devices.hold_for, "h1", circle.seat("Wim")) is before  # asked twice, or its answer lost
    circle.do(people.forget, frozenset({"h1"}))
    for handle in ("h1", "h2"):
        with pytest.raises(Refused):
            circle.by("Owen", devices.hold_for, handle, circle.seat("Wim"))


def test_the_key_of_the_lead_opens_nothing_once_its_person_leads_no_more() -> None:
    circle = Circle()
    circle.by("Fay", lead.share_lead, circle.seat("Cora"))
    circle.do(devices.unlock, "tablet", "k")
    assert circle.room.devices["tablet"].seat == circle.seat("Fay")
    before = circle.room
    for verb in (
        lambda: circle.by("Fay", lead.hand_over, circle.seat("Owen")),
        lambda: circle.by("Fay", people.leave),
        lambda: circle.by("Cora", people.mark_left, circle.seat("Fay")),
        lambda: circle.by("Cora", people.call_outside, circle.seat("Fay")),
        lambda: circle.by("Cora", people.remove, circle.seat("Fay"), "BCDF-2345"),
    ):
        circle.room = before
        verb()
        with pytest.raises(Refused):
            circle.do(devices.unlock, "another", "k")
        assert "another" not in circle.room.devices


def test_a_device_that_goes_round_shows_nothing_of_others_while_whose_it_is_sits_outside() -> None:
    circle = Circle()
    circle.by("Fay", people.add_seat, "Wim", op="0" * 32)
    circle.by("Owen", devices.hold_for, "h1", circle.seat("Wim"))
    assert devices.shown(circle.room, "h1") == circle.room.devices["h1"]
    owens = next(d for d in circle.room.devices.values() if d.seat == circle.seat("Owen"))
    for away in (people.call_outside, people.mark_left):
        circle.by("Fay", away, circle.seat("Owen"))
        assert devices.shown(circle.room, "h1") == Device(circle.seat("Owen"), Kind.FOLLOW)
        assert not devices.may_watch(circle.room, "h1")
        with pytest.raises(Refused):
            devices.may_hand_on(circle.room, owens, circle.seat("Wim"))
        circle.by("Fay", people.call_back, circle.seat("Owen"))
    assert devices.shown(circle.room, "h1") == circle.room.devices["h1"]
    devices.may_hand_on(circle.room, owens, circle.seat("Wim"))
    circle.by("Fay", people.mark_left, circle.seat("Wim"))  # from Wim, who went home, it still goes back to Owen
    devices.may_hand_on(circle.room, circle.room.devices["h1"], circle.seat("Owen"))


def test_one_code_cannot_make_a_room_grow_without_end() -> None:
    circle = Circle()
    for n in range(people.SEATS - len(circle.room.seats)):
        circle.do(door.join, f"h{n}", "Gast", remote=False, rng=circle.rng)
        circle.do(people.leave, circle.room.devices[f"h{n}"].seat)
    with pytest.raises(Refused):
        circle.do(door.join, "once more", "Gast", remote=False, rng=circle.rng)
    circle.by("Fay", door.door, is_open=False)
    for n in range(door.KNOCKS):
        circle.do(door.join, f"k{n}", f"Klopt {n}", remote=False, rng=circle.rng)
    with pytest.raises(Refused):
        circle.do(door.join, "k-1", "Klopt ook", remote=False, rng=circle.rng)
    for n in range(door.KNOCKS):
        circle.by("Fay", door.turn_away, f"k{n}")
    for n in range(3 * door.KNOCKS):
        circle.do(door.join, f"m{n}", f"Weer {n}", remote=False, rng=circle.rng)
        circle.by("Fay", door.turn_away, f"m{n}")

    assert len(circle.room.knocks) <= door.KNOCKS + 1
    assert circle.room.knocks[-1].name == "Weer 35"


def test_whoever_fills_a_room_with_the_code_is_kept_out_by_another_one_and_honest_people_come_in() -> None:
    circle = Circle()
    circle.by("Fay", people.add_seat, "Opa", op="0" * 32)
    circle.by("Cora", devices.hold_for, "opas", "0" * 32)
    circle.by("Cora", people.leave)  # with the device that goes round: what Opa may do is not decided anew by that
    circle.by("Fay", people.add_seat, "Oma", op="1" * 32)
    circle.by("Carl", devices.hold_for, "omas", "1" * 32)
    circle.by("Fay", people.mark_left, "1" * 32)  # while she has the device: it finds its way back by her chair
    for n in range(people.SEATS - len(circle.room.seats)):
        circle.do(door.join, f"h{n}", "Gast", remote=False, rng=circle.rng)
        circle.do(people.leave, circle.room.devices[f"h{n}"].seat)
    circle.by("Fay", door.door, is_open=False)
    circle.do(devices.pair, "beamer")
    for n in range(door.KNOCKS):
        circle.do(door.join, f"k{n}", f"Klopt {n}", remote=False, rng=circle.rng)
    with pytest.raises(Refused):
        circle.by("Owen", door.new_code, "TWEE-DE")

    circle.by("Fay", door.new_code, "TWEE-DE")

    assert (circle.room.code, circle.room.knocks) == ("TWEE-DE", ())
    circle.by("Fay", door.new_code, "DER-DE", "EERS-TE")  # the same tap once more
    assert circle.room.code == "TWEE-DE"
    assert {s.name for s in circle.room.seats.values()} == {"Fay", "Opa", "Oma", *CAST}
    assert "h0" not in circle.room.devices
    assert "beamer" not in circle.room.devices, "who went may have paired it, and it shows the new code"
    opas = devices.shown(circle.room, "opas")
    assert opas
    assert opas.kind is Kind.FOLLOW
    circle.do(door.join, "hanna", "Hanna", remote=False, rng=circle.rng)
    circle.by("Fay", door.admit, "hanna", rng=circle.rng)
    assert circle.seat("Hanna")


def test_another_code_later_on_takes_no_chair_away_that_something_may_be_known_by() -> None:
    circle = Circle().to("checkin")
    circle.by("Cem", people.leave)
    circle.do(devices.pair, "beamer")
    before = circle.room
    circle.by("Fay", door.new_code, "TWEE-DE")
    assert (circle.room.seats, circle.room.devices) == (before.seats, before.devices)


def test_a_table_holds_sixty_whoever_adds_them() -> None:
    circle = Circle()
    for n in range(people.TABLE - len(circle.room.seats)):
        circle.by("Fay", people.add_seat, f"Gast {n}", op=f"{n:032x}")
    assert circle.by("Fay", people.add_seat, "Gast 0", op="0" * 32) == circle.room  # once more is no more
    circle.by("Fay", door.door, is_open=False)
    circle.do(door.join, "h", "Wim", remote=False, rng=circle.rng)
    before = circle.room
    for once_more in (
        lambda: circle.by("Fay", people.add_seat, "Nog een", op="f" * 32),
        lambda: circle.by("Fay", door.admit, "h", rng=circle.rng),
    ):
        with pytest.raises(Refused):
            once_more()
    assert circle.room == before
    circle.by("Fay", people.mark_left, circle.seat("Gast 1"))
    circle.by("Fay", people.call_outside, circle.seat("Owen"))
    circle.by("Fay", door.admit, "h", rng=circle.rng)
    circle.by("Fay", people.call_back, circle.seat("Owen"))  # whose chair was kept
    with pytest.raises(Refused):
        circle.by("Fay", people.call_back, circle.seat("Gast 1"))
    assert len(here(circle.room)) == people.TABLE


def test_chairs_that_come_and_go_have_an_end_too() -> None:
    circle = Circle()
    for n in range(people.SEATS - len(circle.room.seats)):
        circle.by("Fay", people.add_seat, "Gast", op=f"{n:032x}")
        circle.by("Fay", people.mark_left, f"{n:032x}")
    with pytest.raises(Refused):
        circle.by("Fay", people.add_seat, "Gast", op="f" * 32)


def left(circle: Circle) -> list[str]:
    return [p.name for p in view(circle.room, LEAD).left]


def test_who_leads_sees_who_left_and_can_call_them_back_but_not_who_was_removed() -> None:
    circle = Circle().to_method()
    assert left(circle) == []
    for name in ("Cora", "Owen"):
        circle.by("Fay", people.mark_left, circle.seat(name))
    circle.by("Carl", people.leave)
    circle.by("Fay", people.remove, circle.seat("Cem"), "BCDF-2345")
    assert left(circle) == ["Owen", "Cora", "Carl"]  # first whose case it is
    assert [view(circle.room, role).left for role in ("member", "owner", "screen", "outside", "late")] == [()] * 5

    circle.by("Fay", people.call_back, circle.seat("Owen"))
    assert circle.room == circle.by("Fay", people.call_back, circle.seat("Owen"))
    assert left(circle) == ["Cora", "Carl"]
    assert owner(circle.room) == circle.seat("Owen")
    assert circle.seat("Owen") in {s.id for s in here(circle.room)}


def test_who_is_called_back_gets_a_number_when_somebody_took_their_name() -> None:
    circle = Circle()
    owen = circle.seat("Owen")
    circle.by("Owen", people.leave)
    circle.do(door.join, "h9", "owen", remote=False, rng=circle.rng)
    circle.by("Fay", people.call_back, owen)
    assert sorted(s.name for s in here(circle.room) if s.name.casefold().startswith("owen")) == ["Owen 2", "owen"]
    circle.by("Fay", people.call_back, owen)  # once more is the same
    assert circle.room.seats[owen].name == "Owen 2"
    circle.by("Fay", people.call_outside, owen)
    circle.by("Fay", people.call_back, owen)  # who is outside keeps the name
    assert circle.room.seats[owen].name == "Owen 2"


def test_the_list_of_who_left_has_an_end_and_no_chair_that_nobody_could_sit_on() -> None:
    circle = Circle()
    circle.by("Cora", people.leave)
    circle.do(people.forget, frozenset({circle.handle("Cora")}))
    assert left(circle) == []
    circle.by("Owen", people.leave)
    for n in range(2 * peopleview.CALLED):
        circle.do(door.join, f"h{n}", "Gast", remote=False, rng=circle.rng)
        circle.do(people.leave, circle.room.devices[f"h{n}"].seat)
    assert len(left(circle)) == peopleview.CALLED
    assert left(circle)[0] == "Owen"
    circle = Circle()
    circle.by("Fay", people.add_seat, "Wim", op="0" * 32)
    circle.by("Fay", people.mark_left, circle.seat("Wim"))
    assert left(circle) == ["Wim"]  # who has no phone needs none to come back


def test_a_person_has_a_few_devices_that_follow_and_one_open_invitation() -> None:
    circle = Circle()
    for n in range(devices.FOLLOWERS):
        circle.by("Owen", devices.invite_device, f"unused {n}", circle.now)
        circle.by("Owen", devices.invite_device, f"key {n}", circle.now)
        with pytest.raises(Refused):
            circle.do(devices.follow, "h", f"unused {n}", circle.now)
        circle.do(devices.follow, f"h{n}", f"key {n}", circle.now)
    with pytest.raises(Refused):
        circle.by("Owen", devices.invite_device, "one more", circle.now)
    circle.by("Cora", devices.invite_device, "of Cora", circle.now)

    assert circle.room.keys == {
        "k": f"lead@{circle.seat('Fay')}",
        "of Cora": f"{circle.seat('Cora')}@{circle.now + devices.INVITED}",
    }


def test_a_knock_that_the_owner_was_asked_about_is_answered_without_an_owner_who_left() -> None:
    circle = Circle().to_method()
    circle.do(door.join, "h9", "Ruth", remote=False, rng=circle.rng)
    circle.do(door.join, "h8", "Nina", remote=False, rng=circle.rng)
    circle.by("Fay", door.admit, "h9", rng=circle.rng)
    assert [(k.name, k.state) for k in view(circle.room, LEAD).knocks] == [("Nina", "waiting"), ("Ruth", "asked")]
    circle.by("Fay", door.admit, "h9", rng=circle.rng)  # once more: it is still the owner who decides
    assert "Ruth" not in {s.name for s in circle.room.seats.values()}
    circle.by("Owen", people.leave)
    assert {k.state for k in view(circle.room, LEAD).knocks} == {"waiting"}
    circle.by("Fay", door.admit, "h9", rng=circle.rng)

    assert "Ruth" in {s.name for s in circle.room.seats.values()}


def test_a_device_handed_round_goes_back_from_somebody_who_is_not_at_the_table() -> None:
    circle = Circle()
    circle.by("Fay", people.add_seat, "Wim", op="0" * 32)
    circle.by("Fay", people.add_seat, "Ans", op="1" * 32)
    circle.by("Owen", devices.hold_for, "h1", circle.seat("Wim"))
    held = circle.room.devices["h1"]
    assert [name for _, name in mine.mine(circle.room, held, circle.tag("Owen")).give_to] == ["Ans", "Owen"]
    for away in (people.call_outside, people.mark_left):
        circle.by("Fay", away, circle.seat("Wim"))
        assert [name for _, name in mine.mine(circle.room, held, circle.tag("Owen")).give_to] == ["Owen"]
        circle.by("Fay", people.call_back, circle.seat("Wim"))


def test_who_is_late_leads_nothing_before_reading_the_agreement() -> None:
    circle = Circle().to("checkin")
    circle.do(door.join, "h9", "Noor", remote=False, rng=circle.rng)
    circle.by("Fay", door.admit, "h9", rng=circle.rng)
    noor = circle.room.devices["h9"].seat
    for give in (lead.hand_over, lead.share_lead):
        with pytest.raises(Refused):
            circle.by("Fay", give, noor)
    with pytest.raises(Refused):
        circle.do(lead.take_over, noor, silent=True)
    assert not next(p for p in view(circle.room, LEAD).people if p.id == noor).may_lead
    circle.do(agreement.say, noor, "t", "yes")
    circle.by("Fay", lead.share_lead, noor)
    assert circle.room.seats[noor].lead


@pytest.mark.parametrize("times", [0, 1, 2])
def test_an_owner_who_ends_the_case_in_the_closing_ends_nothing_else(times: int) -> None:
    circle = Circle().to_method("Owen")
    while phase(circle.room).kind != "closing":
        circle.next()
    for _ in range(times + 1):
        circle.by("Owen", handles.stop, circle.now)
        circle.by("Owen", handles.choose, "end")
        circle.by("Fay", handles.go_on, circle.now, circle.rng)

    assert (phase(circle.room).kind, circle.room.still, circle.room.chosen[-1].ended) == ("closing", None, True)
    circle.next()
