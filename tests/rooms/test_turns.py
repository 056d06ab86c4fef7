"""The order of turns: by chair, first who is at a distance, as who leads made it; nobody twice before all once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms import arrange, boards, cardview, flow, people, scales, tags, turns
from rooms.methodfiles import catalogue
from rooms.methods import Input
from rooms.refusal import Refused
from rooms.rights import LEAD, MEMBER, SCREEN
from rooms.room import Room, phase, this_round
from rooms.view import view
from tests.made import late, led, made, own, page, prepared, small, step, to_phase, two_cases, words
from tests.made import lead as press
from tests.made import line as made_line
from tests.people import CAST, Circle
from tests.said import regions

RATED = made_line("number", "scale", signed=False)


def checkin(*remote: str) -> Circle:
    """At the check-in, where turns go round; these are at a distance."""
    circle = Circle()
    for name in remote:
        circle.by(name, people.sit_where, remote=True)
    return circle.to("checkin")


def questions() -> Circle:
    """In a step in which people queue for the floor to ask Owen."""
    circle = Circle().to_method()
    circle.next()
    assert turns.asks(circle.room)
    return circle


def line(circle: Circle) -> list[str]:
    return [circle.room.seats[seat].name for _, seat in turns.waiting(circle.room)]


def played(circle: Circle) -> list[str]:
    """Gives the floor to who is next until nobody is; who had it, in order."""
    heard = []
    while following := turns.following(circle.room):
        circle.by("Fay", turns.give)
        assert this_round(circle.room).floor == following
        heard.append(circle.room.seats[following].name)
    return heard


def sooner(circle: Circle, who: str, before: str, at: str = "") -> None:
    """Fay taps "sooner" for the first turn of `who`, as if `before` came right before it."""
    items = {circle.room.seats[seat].name: item for item, seat in reversed(turns.waiting(circle.room))}
    circle.by("Fay", turns.sooner, at or flow.pointer(circle.room), items[who], items[before])


def drawn(circle: Circle, place: str = "lead", role: str = LEAD, lang: str = "nl") -> str:
    return "".join(regions().audience(place, view(circle.room, role), lang).values())


def test_turns_go_by_chair_where_all_are_in_the_room_or_all_at_a_distance() -> None:
    assert played(checkin()) == list(CAST)
    everybody = checkin(*CAST)
    assert not view(everybody.room, MEMBER).remote_first
    assert played(everybody) == list(CAST)


def rounds(most: int, *remote: str) -> Circle:
    """In a step in which the floor goes round so often, past everybody but Owen."""
    asking = made_line("asking", "turns", who="consultants", max=most)
    circle = prepared(made(step("talk", asking), step("after")))
    for name in remote:
        circle.by(name, people.sit_where, remote=True)
    return circle.to_method()


def test_the_floor_goes_round_as_often_as_the_method_says() -> None:
    circle = rounds(2)
    others = list(CAST[1:])
    told = []
    for name in others * 2:
        assert line(circle)[0] == name
        circle.by("Fay", turns.give)
        told.append(view(circle.room, MEMBER).turn_round)
    assert told == [(1, 2)] * 4 + [(2, 2)] * 6  # with the last one's turn everybody has had the first
    assert line(circle) == []
    circle.by("Fay", turns.give)
    assert (this_round(circle.room).floor, line(circle)) == ("", [])
    assert view(rounds(1).room, MEMBER).turn_round == (1, 1)
    assert played(rounds(2, "Cem")) == ["Cem", "Cora", "Carl", "Cleo", "Cato"] * 2


def test_a_pass_counts_for_its_round_only() -> None:
    circle = rounds(2)
    circle.by("Carl", turns.pass_turn)
    circle.by("Carl", turns.pass_turn)  # a double tap
    assert own(circle, "Carl").spoken
    assert played(circle) == ["Cora", "Cleo", "Cem", "Cato", "Cora", "Carl", "Cleo", "Cem", "Cato"]


def test_a_pass_that_comes_twice_or_late_costs_no_turn_of_the_next_round() -> None:
    circle = rounds(2)
    for _ in range(4):
        circle.by("Fay", turns.give)
    seen = str(view(circle.room, MEMBER).turn_round[0])
    for _ in range(2):
        circle.by("Cato", turns.pass_turn, "", seen)
    assert view(circle.room, MEMBER).turn_round == (2, 2)
    assert sorted(line(circle)) == sorted(CAST[1:])
    assert "Cato" in played(circle)


def test_who_comes_in_during_the_second_round_has_the_next_turn() -> None:
    circle = rounds(2)
    for _ in range(6):
        circle.by("Fay", turns.give)
    late(circle, "Ruth", caught_up=True)
    assert line(circle) == ["Ruth"]
    assert played(circle) == ["Ruth", "Carl", "Cleo", "Cem", "Cato", "Ruth"]


@given(st.lists(st.tuples(st.sampled_from(["pass", "give", "to"]), st.sampled_from(CAST[1:])), max_size=30))
def test_in_three_rounds_nobody_who_waits_is_two_turns_behind(acts: list[tuple[str, str]]) -> None:
    circle = rounds(3)
    for act, name in acts:
        if act == "pass":
            circle.by(name, turns.pass_turn)
        elif line(circle) or this_round(circle.room).floor:
            circle.by("Fay", turns.give, *([circle.seat(name)] if act == "to" else []))
        now = this_round(circle.room)
        had = {n: now.spoken.count(circle.seat(n)) + (circle.seat(n) == now.floor) for n in CAST[1:]}
        least = min(had.values())
        assert sorted(line(circle)) == sorted(n for n in had if had[n] == least < 3)
    played(circle)
    assert {this_round(circle.room).spoken.count(circle.seat(n)) for n in CAST[1:]} <= {2, 3}


def test_who_is_at_a_distance_has_the_first_turns_and_everybody_is_told() -> None:
    circle = checkin("Carl", "Cem")
    for role in (MEMBER, SCREEN, LEAD):
        assert view(circle.room, role).remote_first
        assert view(circle.room, role).coming == ("Carl", "Cem", "Owen")
    assert line(circle) == ["Carl", "Cem", "Owen", "Cora", "Cleo", "Cato"]
    assert played(circle) == ["Carl", "Cem", "Owen", "Cora", "Cleo", "Cato"]


def test_the_line_that_was_shown_is_the_line_that_is_kept() -> None:
    circle = checkin("Cleo")
    shown = line(circle)
    while following := turns.following(circle.room):
        assert line(circle) == shown
        assert circle.room.seats[following].name == shown.pop(0)
        circle.by("Fay", turns.give)
    assert shown == []


def test_the_facilitator_switches_it_off_and_on() -> None:
    circle = checkin("Carl")
    circle.by("Fay", turns.put_remote_first, on=False)
    assert not view(circle.room, MEMBER).remote_first
    assert line(circle) == list(CAST)
    circle.by("Fay", turns.put_remote_first, on=True)
    assert line(circle)[0] == "Carl"
    with pytest.raises(Refused, match="begeleidt"):
        circle.by("Carl", turns.put_remote_first, on=False)


def test_questions_wait_in_the_order_in_which_they_came_wherever_people_sit() -> None:
    circle = questions()
    circle.by("Cem", people.sit_where, remote=True)
    circle.by("Cora", turns.ask, "a" * 32)
    circle.by("Cem", turns.ask, "b" * 32)
    assert line(circle) == ["Cora", "Cem"]
    assert not view(circle.room, MEMBER).remote_first


@given(
    remote=st.sets(st.sampled_from(CAST)),
    acts=st.lists(st.tuples(st.sampled_from(("give", "to", "pass", "moves", "sooner")), st.sampled_from(CAST))),
)
def test_whatever_happens_nobody_has_a_second_turn_before_everybody_had_one(
    remote: set[str], acts: list[tuple[str, str]]
) -> None:
    circle = checkin(*remote)
    for act, name in acts:
        if act == "moves":
            circle.by(name, people.sit_where, remote=not circle.room.seats[circle.seat(name)].remote)
        elif act == "pass":
            circle.by(name, turns.pass_turn)
        elif act == "to":
            circle.by("Fay", turns.give, circle.seat(name))
        elif act == "give" and (line(circle) or this_round(circle.room).floor):
            circle.by("Fay", turns.give)
        elif act == "sooner" and name in line(circle)[1:]:
            sooner(circle, name, line(circle)[line(circle).index(name) - 1])
        now = this_round(circle.room)
        had = {circle.room.seats[s].name for s in (*now.spoken, now.floor) if s}
        assert sorted(line(circle)) == sorted(set(CAST) - had)
        assert sorted(t.name for t in view(circle.room, LEAD).unheard) == sorted(line(circle))
    assert set(played(circle)) <= set(CAST)


def test_only_who_leads_is_told_who_had_no_turn_yet() -> None:
    circle = questions()
    circle.by("Cleo", turns.ask, "a" * 32)
    circle.by("Fay", turns.give)
    assert [t.name for t in view(circle.room, LEAD).unheard] == ["Cora", "Carl", "Cem", "Cato"]  # Owen is asked
    for role in (MEMBER, SCREEN):
        assert view(circle.room, role).unheard == view(circle.room, role).ahead == ()


def test_a_turn_is_moved_and_everybody_sees_the_new_order() -> None:
    circle = checkin()
    sooner(circle, "Carl", "Cora")
    assert line(circle) == ["Owen", "Carl", "Cora", "Cleo", "Cem", "Cato"]
    assert view(circle.room, MEMBER).coming == view(circle.room, SCREEN).coming == ("Owen", "Carl", "Cora")
    assert played(circle) == ["Owen", "Carl", "Cora", "Cleo", "Cem", "Cato"]


def test_an_order_made_by_hand_is_no_longer_called_who_is_at_a_distance_first() -> None:
    circle = checkin("Cem")
    sooner(circle, "Owen", "Cem")
    assert line(circle)[:2] == ["Owen", "Cem"]
    assert not view(circle.room, MEMBER).remote_first


def test_a_late_or_double_tap_moves_nothing() -> None:
    circle = checkin()
    at = flow.pointer(circle.room)
    sooner(circle, "Carl", "Cora", at)
    before = circle.room
    sooner(circle, "Carl", "Cora", at)  # twice is once
    sooner(circle, "Cato", "Owen", at)  # they never were neighbours
    assert circle.room is before
    circle.by("Fay", flow.repeat, at, circle.now, circle.rng)
    before = circle.room
    assert line(circle) == list(CAST)  # another round, another order
    sooner(circle, "Carl", "Cora", at)
    assert circle.room is before


def test_a_question_is_moved_and_stays_there_when_another_comes() -> None:
    circle = questions()
    for i, name in enumerate(("Cora", "Carl", "Cleo")):
        circle.by(name, turns.ask, f"{i}" * 32, f"Vraag van {name}?")
    sooner(circle, "Cleo", "Carl")
    circle.by("Cem", turns.ask, "9" * 32)
    assert line(circle) == ["Cora", "Cleo", "Carl", "Cem"]
    assert [c.text for c in this_round(circle.room).queue[:2]] == ["Vraag van Cora?", "Vraag van Cleo?"]


def test_nobody_is_moved_to_a_second_turn_before_a_first() -> None:
    circle = questions()
    circle.by("Cora", turns.ask, "a" * 32)
    circle.by("Fay", turns.give)
    circle.by("Cora", turns.ask, "b" * 32)
    circle.by("Carl", turns.ask, "c" * 32)
    assert line(circle) == ["Carl", "Cora"]
    assert [(t.sooner, t.later) for t in view(circle.room, LEAD).ahead] == [("", ""), ("", "")]
    with pytest.raises(Refused, match="één keer"):
        sooner(circle, "Cora", "Carl")


def test_what_a_tap_carries_is_what_moves_the_turn() -> None:
    circle = checkin()
    carl = view(circle.room, LEAD).ahead[2]
    who, before, at = carl.later.split(":")
    circle.by("Fay", turns.sooner, at, who, before)
    assert line(circle) == ["Owen", "Cora", "Cleo", "Carl", "Cem", "Cato"]
    with pytest.raises(Refused, match="begeleidt"):
        circle.by("Cora", turns.sooner, at, who, before)


@pytest.mark.parametrize("how", ["asked", "passed"])
def test_a_question_that_left_the_queue_comes_back_with_no_retry_and_another_text_is_refused(how: str) -> None:
    circle = questions()
    circle.by("Cora", turns.ask, "a" * 32, "Wat hoop je?")
    if how == "asked":
        circle.by("Fay", turns.give)
        before = circle.room
        circle.by("Cora", turns.ask, "a" * 32, "Wat hoop je?")
        assert circle.room == before
    else:
        circle.by("Cora", turns.pass_turn)
    circle.by("Cora", turns.ask, "a" * 32)
    with pytest.raises(Refused):
        circle.by("Cora", turns.ask, "a" * 32, "En toen?")
    circle.by("Cora", turns.ask, "b" * 32, "En toen?")
    assert [c.text for c in this_round(circle.room).queue] == ["En toen?"]


def test_as_many_questions_of_one_person_wait_as_the_method_says_and_no_more() -> None:
    circle = questions()
    for n in range(3):
        circle.by("Cora", turns.ask, f"{n}" * 32, f"Vraag {n}?")
    before = circle.room
    with pytest.raises(Refused, match="van jou wachten"):
        circle.by("Cora", turns.ask, "9" * 32, "Nog een?")
    assert circle.room is before
    circle.by("Cora", turns.ask, "2" * 32, "Anders?")  # one that waits is written anew
    circle.by("Carl", turns.ask, "c" * 32, "En Carl?")
    circle.by("Fay", turns.give)
    circle.by("Cora", turns.ask, "9" * 32, "Nog een?")
    assert [c.text for c in this_round(circle.room).queue if c.seat == circle.seat("Cora")] == [
        "Vraag 1?", "Anders?", "Nog een?",
    ]  # fmt: skip


def test_who_writes_for_others_writes_as_many_for_each() -> None:
    circle = Circle()
    circle.by("Carl", people.take_task, "secretary")
    circle.to_method()
    circle.next()
    for name in ("Cora", "Cleo", "Carl"):
        for n in range(3):
            asker = people.writes_for(circle.room, circle.seat("Carl"), circle.seat(name))
            circle.do(turns.ask, asker, f"{name}{n}", f"Vraag {n}?")
    assert len(this_round(circle.room).queue) == 9


def test_initials_are_made_once_for_all_that_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    made_so_often: list[Room] = []
    whole = cardview.initials_of
    monkeypatch.setattr(cardview, "initials_of", lambda room: made_so_often.append(room) or whole(room))
    circle = questions()
    for name in CAST[1:]:
        for n in range(3):
            circle.by(name, turns.ask, f"{name}{n}", f"Vraag {n}?")
    made_so_often.clear()
    assert len({c.initials for c in view(circle.room, LEAD).queue}) == 5
    assert len(made_so_often) == 1


@pytest.mark.parametrize(("owner", "place"), [("first", 0), ("last", -1)])
def test_a_method_may_let_the_owner_come_first_or_last_of_all(owner: str, place: int) -> None:
    circle = led(
        made(step("round", made_line("turns", "turns", who="everybody", owner=owner))), "Cora", "Carl", "Owen", "Cleo"
    )
    circle.by("Cora", people.sit_where, remote=True)  # who is at a distance comes first, and still not before the owner
    names = {circle.seat(name): name for name in circle.secrets}
    order = [names[seat] for _, seat in turns.waiting(circle.room)]
    assert order[place] == "Owen"
    assert [name for name in order if name != "Owen"][0] == "Cora"
    told = []
    while turns.following(circle.room):
        told.append([names[one] for _, one in turns.waiting(circle.room)])
        circle.by("Fay", turns.give)
    assert told == [order[n:] for n in range(len(order))]  # what was announced is what comes


def test_where_a_method_says_the_owner_first_and_then_everybody_the_turns_go_so() -> None:
    found = [
        (method.id, phase.id, [line.owner for line in phase.inputs if line.kind == "turns"])
        for method in catalogue().values()
        for phase in method.phases
        if phase.acts == "everybody" and "Eerst de inbrenger" in f"{phase.rule.nl} {phase.says.nl}"
    ]
    assert len(found) > 9
    assert [one for one in found if one[2] != ["first"]] == []


def test_a_card_is_read_aloud_in_the_step_it_was_laid_in_and_later_only_lies_there() -> None:
    lay = made_line("lay", "cards", chars=80, live=True, shape="columns", options=words("een", "twee"))
    take = made_line("take", "pick", who="owner", of="lay")
    first, later = made_line("first", "turns"), made_line("later", "turns")
    circle = led(made(step("laying", first, lay), step("looking", later, take)))
    circle.by("Cora", boards.place, "lay", "a" * 32, 0, "Een kaart")
    told = []
    for _ in range(2):
        circle.by("Fay", turns.give, circle.seat("Cora"))
        shelf = view(circle.room, SCREEN).shelves[0]
        told.append([card.speaks for card in shelf.cards])
        assert ("leest voor" in drawn(circle)) == told[-1][0]
        circle.next()
    assert told == [[True], [False]]


def test_a_method_without_an_order_of_its_own_goes_by_chair() -> None:
    circle = led(made(step("round", made_line("turns", "turns", who="everybody"))), "Cora", "Owen", "Carl", "Cleo")
    names = {circle.seat(name): name for name in circle.secrets}
    assert [names[seat] for _, seat in turns.waiting(circle.room)] == ["Cora", "Owen", "Carl", "Cleo"]


# Turns after those of an earlier step


def second(*remote: str, first: int = 3, cases: int = 1, owner: str = "", who: str = "consultants") -> Circle:
    """In a second round of turns, after one in which the first so many had theirs, the last of them still having it."""
    one = made_line("one", "turns", who=who)
    more = made_line("more", "turns", who=who, owner=owner, after="one")
    method = made(step("talk", one), step("owner"), step("again", more, back="owner"), step("last"))
    circle = prepared(method) if cases == 1 else two_cases(method)
    for name in remote:
        circle.by(name, people.sit_where, remote=True)
    if cases == 1:
        circle.to_method()
    for _ in range(first):
        circle.by("Fay", turns.give)
    return to_phase(circle, "again")


def test_who_had_no_turn_in_the_earlier_step_comes_first_and_the_others_after_them() -> None:
    circle = second()
    assert view(circle.room, MEMBER).coming == ("Cem", "Cato", "Cora")
    assert played(circle) == ["Cem", "Cato", "Cora", "Carl", "Cleo"]
    assert played(second(first=0)) == played(second(first=5)) == ["Cora", "Carl", "Cleo", "Cem", "Cato"]


def test_what_was_announced_after_an_earlier_round_is_what_comes() -> None:
    circle = second()
    circle.by("Fay", turns.give, circle.seat("Cato"))
    told = []
    while turns.following(circle.room):
        told.append(line(circle))
        circle.by("Fay", turns.give)
    assert told[0] == ["Cem", "Cora", "Carl", "Cleo"]
    assert told == [told[0][n:] for n in range(4)]
    circle = second()
    circle.by("Fay", turns.give, circle.seat("Carl"))  # who leads may give it to anybody
    assert line(circle) == ["Cem", "Cato", "Cleo", "Cora"]


def test_who_is_at_a_distance_comes_first_among_those_who_had_no_turn_and_no_page_says_more() -> None:
    circle = second("Cato", "Cleo", first=2)  # Cleo and Cato had theirs
    assert line(circle) == ["Cora", "Carl", "Cem", "Cleo", "Cato"]
    assert not view(circle.room, MEMBER).remote_first
    circle = second("Cato", "Cleo", first=1)
    assert played(circle) == ["Cato", "Cora", "Carl", "Cem", "Cleo"]


@pytest.mark.parametrize(("owner", "place"), [("first", 0), ("last", -1)])
def test_the_owner_comes_before_or_after_all_of_them(owner: str, place: int) -> None:
    circle = second(owner=owner, who="everybody", first=4)
    order = played(circle)
    assert order[place] == "Owen"
    assert [name for name in order if name != "Owen"] == ["Cem", "Cato", "Cora", "Carl", "Cleo"]


def test_a_pass_in_the_earlier_step_was_a_turn() -> None:
    circle = second(first=0)
    press(circle, flow.back), press(circle, flow.back)
    circle.by("Cora", turns.pass_turn)
    press(circle, flow.skip), press(circle, flow.skip)
    assert line(circle) == ["Carl", "Cleo", "Cem", "Cato", "Cora"]


def test_only_the_same_case_and_what_a_loop_left_counts() -> None:
    circle = second(cases=2)  # the case of Owen
    for _ in range(2):
        circle.by("Fay", turns.give)
    press(circle, flow.loop)  # to the step between them: the first round stays
    assert line(to_phase(circle, "again"))[:2] == ["Cem", "Cato"]
    to_phase(circle, "talk", "Cora")
    circle.by("Fay", turns.give)
    to_phase(circle, "again", "Cora")
    assert line(circle) == ["Carl", "Cleo", "Cem", "Cato", "Owen"]
    press(circle, flow.back), press(circle, flow.back)
    assert phase(circle.room).id == "talk"
    press(circle, flow.repeat)
    assert line(to_phase(circle, "again")) == ["Owen", "Carl", "Cleo", "Cem", "Cato"]


def test_an_order_of_ones_own_may_drop_or_move_the_earlier_round() -> None:
    for wanted in (["interview", "more-mirrors"], ["more-mirrors", "mirrors"]):
        circle = Circle(method="reflecting-team")
        circle.by("Fay", arrange.arrange, [(name, 5) for name in wanted], circle.now)
        circle.to_method()
        assert line(to_phase(circle, "more-mirrors")) == list(CAST[1:])


def test_the_second_mirrors_are_first_of_who_did_not_speak_yet() -> None:
    circle = Circle(method="reflecting-team").to_method()
    to_phase(circle, "mirrors")
    for _ in range(2):
        circle.by("Fay", turns.give)
    to_phase(circle, "more-mirrors")
    assert turns.following(circle.room) == circle.seat("Cleo")
    assert "Straks aan het woord: Cleo, Cem, Cato." in drawn(circle, "screen", SCREEN)


# Turns while a number is given


def back_look(*names: str, scale: Input = RATED, owner: str = "first") -> Circle:
    """In a last step in which everybody gives a number and the floor goes round, Owen before all others."""
    round_ = made_line("round", "turns", owner=owner)
    return led(made(step("look", round_, scale, flavour="look"), step("after")), *names)


def rate(circle: Circle, *names: str) -> None:
    for name in names:
        tag = circle.tag(name)
        mark, ready = tags.scale(tag, circle.room, "number"), tags.ready(tag, circle.room)
        circle.by(name, scales.rate, "number", 3, tag=mark, ready=ready)


def test_the_floor_goes_round_at_once_where_a_number_is_all_that_is_given_first() -> None:
    circle = back_look()
    assert flow.stage(circle.room) == "write"
    assert line(circle) == list(CAST)
    rate(circle, "Cora")
    assert played(circle) == list(CAST)
    assert own(circle, "Carl").spoken
    with pytest.raises(Refused, match="te weinig"):  # one number is still not opened
        press(circle, flow.step)
    press(circle, flow.skip)
    assert phase(circle.room).id == "after"


def test_who_writes_first_or_votes_has_no_turn_before_it_lies_open() -> None:
    laid = made_line("laid", "cards", who="everybody", chars=60, signed=False)
    vote = made_line("vote", "vote", options=words("een", "twee"))
    for others in ((laid,), (vote,), (laid, RATED)):
        circle = led(made(step("look", made_line("round", "turns"), *others)))
        assert (line(circle), view(circle.room, MEMBER).turns) == ([], False)
        circle.next()
        assert line(circle) == list(CAST)


def test_opening_the_numbers_leaves_the_floor_where_it_was() -> None:
    circle = back_look()
    for _ in range(3):
        circle.by("Fay", turns.give)
    circle.by("Cato", turns.pass_turn)
    seen = view(circle.room, SCREEN)
    rate(circle, *CAST)
    circle.next()
    opened = view(circle.room, SCREEN)
    assert opened.stage == "open"
    assert (opened.floor_name, opened.coming, opened.turn) == (seen.floor_name, seen.coming, seen.turn)
    assert (opened.floor_name, opened.coming) == ("Carl", ("Cleo", "Cem"))
    assert own(circle, "Carl").floor
    assert played(circle) == ["Cleo", "Cem"]
    press(circle, flow.step), press(circle, flow.back)
    assert (flow.stage(circle.room), line(circle)) == ("open", [])


def test_once_more_while_numbers_are_given_is_a_new_round_of_turns_and_no_number_goes() -> None:
    circle = back_look()
    rate(circle, "Cora", "Carl")
    for _ in range(3):
        circle.by("Fay", turns.give)
    turn = view(circle.room, MEMBER).turn
    circle.by("Fay", flow.repeat, flow.repeat_at(circle.room), circle.now, circle.rng)
    assert (this_round(circle.room).floor, line(circle)) == ("", list(CAST))
    assert view(circle.room, MEMBER).turn > turn  # a tap of before gives nobody the floor
    assert [t.value for t in own(circle, "Cora").tasks if t.input.kind == "scale"] == [3]


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_pages_show_the_number_to_give_and_whose_turn_it_is(lang: str) -> None:
    circle = back_look()
    for _ in range(2):
        circle.by("Fay", turns.give)
    has = {"nl": "heeft het woord", "en": "has the floor"}[lang]
    soon = {"nl": "Straks aan het woord: Carl, Cleo, Cem.", "en": "Speaking soon: Carl, Cleo, Cem."}[lang]
    for name in ("Owen", "Cora", "Carl"):
        seen = page(circle, name)
        drawn_seat = "".join(regions().audience("seat", seen, lang).values())
        assert "Cora" in drawn_seat
        assert has in drawn_seat
        assert soon in drawn_seat
        personal = "".join(regions().personal(seen, own(circle, name), lang, "c", {}).values())
        assert 'action="/r/r00m/do/rate"' in personal
        assert ("do/hand-on" in personal) == (name == "Cora")
        assert ("do/pass" in personal) == (name != "Owen")  # who had the turn
    screen, leads = drawn(circle, "screen", SCREEN, lang), drawn(circle, "lead", LEAD, lang)
    assert "Cora" in screen
    assert soon in screen
    assert 'formaction="/r/r00m/do/give"' in leads


def test_a_small_circle_is_asked_as_ever_before_it_gives_numbers_and_speaks_meanwhile() -> None:
    method = made(step("look", made_line("round", "turns"), RATED))
    circle = small(method)
    assert own(circle, "Cora").small
    with pytest.raises(Refused, match="drie of minder"):
        rate(circle, "Cora")
    assert played(circle) == ["Owen", "Cora", "Carl"]


def test_in_the_incident_method_the_owner_begins_looking_back_while_numbers_are_given() -> None:
    circle = Circle(method="incident").to_method()
    while phase(circle.room).id != "look-back":
        press(circle, flow.skip)
    assert (flow.stage(circle.room), line(circle)) == ("write", list(CAST))
