"""A hall in memory: a whole meeting of a thousand, what its screens name, and what its counts tell."""

from __future__ import annotations

from functools import partial
from random import Random

import pytest
from msgspec import json
from msgspec.structs import replace

from rooms import agreement, choosing, door, flow, paging, people, tags, takeaways, turns, willing, writing
from rooms.derived import carry
from rooms.halls import MOST, PAGE, TABLE, is_hall, stepped
from rooms.mine import mine, worked_out
from rooms.refusal import Refused
from rooms.room import Room, here, key, phase, this_round
from rooms.unseen import tags_changed
from rooms.view import view
from tests.people import Circle

PEOPLE = 1_000
ROLES = ("member", "owner", "lead", "screen", "outside", "late")
METHOD = "five-step"


def hall(n: int = PEOPLE, chairs: int = 0) -> Circle:
    """A hall with `n` people beside Fay, who leads."""
    circle = Circle("Abel", method=METHOD)
    circle.room = replace(circle.room, chairs=chairs or max(n + 1, TABLE + 1))
    for i in range(n - 1):
        sit(circle, f"Naam{i:04d}")
    return circle


def sit(circle: Circle, name: str) -> None:
    circle.secrets[name] = Random(name).randbytes(32)
    before = circle.room
    carry(before, circle.do(door.join, circle.handle(name), name, remote=False, rng=circle.rng))


@pytest.fixture(scope="module")
def seated() -> Room:
    return hall().room


@pytest.fixture
def thousand(seated: Room) -> Circle:
    """The same thousand for each test: a room never changes, and whose secrets are whose follows from their names."""
    circle = Circle("Abel", method=METHOD)
    circle.room = seated
    return circle


def names_in(room: Room, role: str) -> set[str]:
    """The names of people that a view holds, but for what they wrote."""
    told = json.encode(view(room, role)).decode()
    return {s.name for s in room.seats.values() if f'"{s.name}"' in told}


def test_a_thousand_write_choose_and_come_to_the_method() -> None:
    circle = hall()
    circle.to("write")
    for name in list(circle.secrets)[1:401]:
        circle.lay(name, f"Vraag van {name}?")
    circle.next()
    assert phase(circle.room).kind == "read"
    assert len(circle.room.cases) == 400

    circle.to("choose")
    wins = circle.case_of("Naam0007")
    for name in list(circle.secrets)[1:301]:
        circle.cast(name, {wins: 3})
    circle.next()
    circle.answer("Naam0007", "bring")
    circle.next()
    assert circle.room.chosen[-1].case == wins
    circle.now += choosing.WAIT
    circle.do(choosing.tick, circle.now, circle.rng)
    circle.claim("Naam0007")
    circle.by("Naam0007", willing.say_yes, METHOD)
    circle.next()

    assert phase(circle.room).kind == "method"
    assert not any(case.cap for case in circle.room.cases)


@pytest.mark.parametrize("kind", ["arrive", "agreement", "checkin", "write", "read"])
def test_no_screen_of_a_hall_names_who_neither_leads_nor_has_the_floor(kind: str) -> None:
    circle = hall(80)
    if phase(circle.room).kind != kind:
        circle.to(kind)

    for role in ROLES:
        assert names_in(circle.room, role) <= {"Fay"}, role
    if kind == "checkin":
        circle.by("Naam0003", turns.ask, "op1")
        circle.by("Naam0004", turns.ask, "op2")
        circle.by("Fay", turns.give)
        assert names_in(circle.room, "member") == {"Fay", "Naam0003", "Naam0004"}  # who speaks, and who is next


def test_a_circle_names_everybody() -> None:
    """The negative control of the one before: the same look at a circle finds its people."""
    assert names_in(Circle().room, "member") >= {"Owen", "Cora", "Carl"}


def test_nothing_that_a_thousand_wrote_is_keyed_by_a_device_or_a_seat(thousand: Circle) -> None:
    circle = thousand
    circle.secrets = {
        n: circle.secrets.get(n) or Random(n).randbytes(32) for n in ("Fay", "Abel", "Naam0001", "Naam0002")
    }
    room = replace(circle.room)
    while phase(room).kind != "write":
        room = flow.step(room, circle.seat("Fay"), flow.pointer(room), circle.now, circle.rng)
    who = circle.room.devices[circle.handle("Naam0001")].seat
    tag = circle.tag("Naam0001")
    after = writing.lay(room, who, tags.case(tag, room), tags.ready(tag, room), 1, ("", "", "Wat nu?"))

    written = json.encode(this_round(after)).decode().replace(json.encode(this_round(after).writers).decode(), "")
    assert who not in written.replace(json.encode(this_round(after).led).decode(), "")
    assert circle.handle("Naam0001") not in written
    assert (
        tags_changed(room, writing.lay(after, who, tags.case(tag, room), tags.ready(tag, room), 2, ("", "", "En?")))
        is None
    )
    one = writing.lay(after, who, tags.case(tag, room), tags.ready(tag, room), 2, ("", "", "En?"))
    assert tags_changed(after, one) == {tags.case(tag, room)}


def test_turns_do_not_go_round_a_hall_the_floor_is_for_who_asks() -> None:
    circle = hall(80).to("checkin")
    assert turns.following(circle.room) == ""
    assert view(circle.room, "lead").unheard == ()

    circle.by("Naam0042", turns.ask, "op")
    assert view(circle.room, "lead").next_name_person == "Naam0042"
    circle.by("Fay", turns.give)
    assert view(circle.room, "screen").floor_name == "Naam0042"


def test_who_comes_in_changes_nothing_for_the_others_and_a_count_on_the_beat() -> None:
    circle = hall(80, chairs=200)
    before = circle.room
    shown = {role: view(before, role, people=81) for role in ROLES}
    sit(circle, "Nieuw")

    came = next(s.id for s in circle.room.seats.values() if s.name == "Nieuw")
    assert tags_changed(before, circle.room) == {came}
    assert {role: view(circle.room, role, people=81) for role in ROLES} == shown
    assert view(circle.room, "screen", people=82).ring.sitting == 82


def test_at_a_table_who_comes_in_is_seen_by_all() -> None:
    """The negative control of the one before."""
    circle = Circle()
    before = circle.room
    sit(circle, "Nieuw")
    assert tags_changed(before, circle.room) is None
    assert view(circle.room, "screen") != view(before, "screen")


def test_a_leader_who_comes_back_in_a_hall_is_drawn_for_all() -> None:
    circle = hall(80)
    before = circle.room
    circle.by("Fay", people.mark_left, circle.seat("Naam0005"))
    assert tags_changed(before, circle.room) is None


def test_how_many_are_ready_moves_in_steps() -> None:
    circle = hall(200).to("write")
    told = {view(circle.room, "member", ready=n).ready for n in range(201)}
    assert len(told) == 21
    assert view(circle.room, "member", ready=200).ready == "200/200"
    assert view(circle.room, "member", ready=199).ready == "190/200"


@pytest.mark.parametrize("total", [61, 100, 213, 1_000, 5_000])
def test_a_stepped_count_never_says_more_than_there_are(total: int) -> None:
    told = [stepped(n, total) for n in range(total + 1)]
    assert told == sorted(told)
    assert all(shown <= n for n, shown in enumerate(told))
    assert told[-1] == total
    assert len(set(told)) <= 21


def test_of_many_with_one_name_each_gets_a_number() -> None:
    circle = hall(80, chairs=200)
    for n in range(30):
        circle.secrets[f"Jan{n}"] = Random(f"Jan{n}").randbytes(32)
        circle.do(door.join, circle.handle(f"Jan{n}"), "Jan", remote=False, rng=circle.rng)
    names = [s.name for s in here(circle.room) if s.name.startswith("Jan")]
    assert len(set(names)) == len(names) == 30
    assert "Jan 30" in names


def test_a_table_never_becomes_a_hall_and_a_hall_never_a_table() -> None:
    table = Circle()
    table.room = replace(table.room, chairs=30)
    for n in range(TABLE - len(here(table.room))):
        table.by("Fay", people.add_seat, f"Stoel {n}", op=f"op{n}")
    with pytest.raises(Refused):
        table.by("Fay", people.add_seat, "Nog een", op="more")
    assert not is_hall(table.room)

    small = hall(2)
    assert is_hall(small.room)


def test_more_chairs_than_a_hall_has_are_refused() -> None:
    make = partial(door.open_room, "r", name="Zaal", leader_name="Fay", handle="h", rng=Random(1))
    assert is_hall(make(chairs=MOST))
    with pytest.raises(Refused, match="stoelen"):
        make(chairs=MOST + 1)


def test_a_full_hall_lets_nobody_more_in() -> None:
    circle = hall(80)
    assert len(here(circle.room)) == circle.room.chairs
    sit(circle, "Te laat")
    assert [knock.name for knock in circle.room.knocks] == ["Te laat"]
    with pytest.raises(Refused):
        circle.by("Fay", door.admit, circle.handle("Te laat"), rng=circle.rng)


def test_people_and_cases_come_a_page_at_a_time(thousand: Circle) -> None:
    pages = [paging.people(thousand.room, n) for n in range(1, paging.people(thousand.room, 1).of + 1)]
    names = [p.name for page in pages for p in page.items]
    assert len(names) == PEOPLE + 1
    assert names == sorted(names, key=str.casefold)
    assert {len(page.items) for page in pages[:-1]} == {20}
    assert len(paging.letters(thousand.room)) == len(pages)
    assert paging.paged(range(41), 99).items == (40,)
    assert paging.paged((), 0).items == ()


def test_what_one_device_sees_in_a_hall_names_no_other(thousand: Circle) -> None:
    circle = thousand
    circle.secrets["Naam0001"] = Random("Naam0001").randbytes(32)
    own = mine(circle.room, circle.room.devices[circle.handle("Naam0001")], circle.tag("Naam0001"))
    told = json.encode(own).decode()
    assert {s.name for s in circle.room.seats.values() if f'"{s.name}"' in told} == {"Naam0001"}


def test_five_thousand_sit_and_agree() -> None:
    circle = Circle("Abel", method=METHOD)
    room = replace(circle.room, chairs=MOST)
    for n in range(MOST - 2):
        room = carry(room, door.join(room, f"{n:064x}", f"Naam{n}", remote=False, rng=circle.rng))
    assert len(here(room)) == MOST
    room = flow.step(room, circle.seat("Fay"), flow.pointer(room), circle.now, circle.rng)
    room = agreement.say(room, circle.seat("Abel"), "tag", "yes")
    assert view(room, "screen", said=agreement.said(room)).agreed == (1, 0, MOST - 1)


def test_many_sentences_at_the_end_come_first_in_part_and_whole_by_the_page() -> None:
    circle = hall(80)
    end = len(circle.room.agenda) - 1
    while circle.room.at < end:
        circle.by("Fay", flow.skip, flow.pointer(circle.room), circle.now, circle.rng)
    for n, name in enumerate(list(circle.secrets)[1:61]):
        tag = circle.tag(name)
        signs = {"tag": tags.takeaway(tag, circle.room), "ready": tags.ready(tag, circle.room)}
        circle.by(name, takeaways.share, 1, f"Zin {n}", report=False, **signs)
    circle.next(all_ready=False)

    shown = view(circle.room, "member")
    assert len(shown.takeaways) == PAGE
    pages = [paging.table(circle.room, shown, n) for n in (1, 2, 3)]
    assert {case.texts[2] for page in pages for case in page.items} == {f"Zin {n}" for n in range(60)}
    assert paging.table(circle.room, view(circle.room, "outside"), 1).items == ()


@pytest.mark.parametrize("kind", ["arrive", "agreement", "checkin", "write", "read", "choose", "method", "closing"])
def test_a_page_shared_by_its_kind_is_what_it_is_when_worked_out_alone(kind: str) -> None:
    circle = hall(80)
    end = len(circle.room.agenda) - 1
    if kind in ("method", "closing"):
        at = end if kind == "closing" else next(i for i, e in enumerate(circle.room.agenda) if e.phase.kind == kind)
        before = {**circle.room.rounds, key(circle.room, at - 1): this_round(circle.room)}
        circle.room = replace(circle.room, at=at - 1, rounds=before)
        circle.by("Fay", flow.skip, flow.pointer(circle.room), circle.now, circle.rng)
    elif kind != "arrive":
        circle.to(kind)
    circle.by("Naam0003", people.sit_where, remote=True)
    circle.by("Naam0004", people.leave_early, "16:00")
    circle.by("Fay", people.call_outside, circle.seat("Naam0006"))
    circle.room = replace(circle.room, version=2)  # nothing is kept beside it yet
    again = replace(circle.room, version=2)

    for name in list(circle.secrets)[:20]:
        device, tag = circle.room.devices[circle.handle(name)], circle.tag(name)
        assert mine(circle.room, device, tag) == worked_out(again, device, tag), name


def test_who_sits_where_is_worked_out_once_for_a_thousand_acts_and_anew_when_somebody_comes() -> None:
    circle = hall(80, chairs=200).to("write")
    before = here(circle.room)
    circle.lay("Naam0001", "Wat nu?")
    assert here(circle.room) is before
    circle.by("Fay", door.door, is_open=True)
    sit(circle, "Nieuw")
    assert len(here(circle.room)) == len(before) + 1


def test_no_answer_beside_a_room_keeps_the_tags_of_cases_that_are_gone() -> None:
    circle = hall(80).to("choose")
    caps = {case.cap for case in circle.room.cases}
    assert choosing.by_cap(circle.room).keys() == caps

    gone = carry(circle.room, choosing.drop_tags(circle.room))
    assert not any(cap in repr(gone.__dict__) for cap in caps)
