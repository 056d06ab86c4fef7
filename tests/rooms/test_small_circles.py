"""In a small circle nobody is exposed by arithmetic: taps before unsigned writing, and no answers of too few."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rooms import (
    agreement,
    cards,
    closing,
    devices,
    door,
    few,
    flow,
    mine,
    people,
    scales,
    tags,
    takeaways,
    willing,
    writing,
)
from rooms.refusal import Refused
from rooms.rights import LATE, LEAD, MEMBER, OWNER, role
from rooms.room import Ballot, Room, phase, this_round, with_round
from rooms.view import view
from tests.people import CAST, Circle


def seen(circle: Circle, name: str) -> mine.Mine:
    device = circle.room.devices[circle.handle(name)]
    return mine.mine(circle.room, device, circle.tag(name))


def core(circle: Circle, name: str, text: str) -> Room:
    tag, ready = tags.card(circle.tag(name), circle.room, "cores", 0), circle.signs(name)[1]
    return circle.by(name, cards.lay, "cores", 0, 1, text, tag=tag, ready=ready)


def skip(circle: Circle) -> None:
    circle.by("Fay", flow.skip, flow.pointer(circle.room), circle.now, circle.rng)


def to_unsigned(circle: Circle) -> None:
    """On to the step of the method in which people write without a name."""
    while not (few.unsigned(circle.room) and phase(circle.room).kind == "method"):
        circle.next()


def go_round(circle: Circle, here: str) -> None:
    """On to where the method may go back, back, and on to the phase `here` once more."""
    while not phase(circle.room).back:
        circle.next()
    circle.by("Fay", flow.loop, flow.pointer(circle.room), circle.now, circle.rng)
    while phase(circle.room).id != here:
        circle.next()


def to_cores(*names: str) -> Circle:
    """A circle with Owen's case, at the step in which the others write the core without a name."""
    circle = Circle(*names).to_method()
    circle.next()
    circle.next()
    assert few.unsigned(circle.room)
    return circle


def test_three_who_write_a_methods_unsigned_card_tap_first() -> None:
    circle = to_cores("Owen", "Cora", "Carl", "Cleo")
    for name in ("Cora", "Carl", "Cleo"):
        assert seen(circle, name).small
        assert seen(circle, name).tasks == ()
        with pytest.raises(Refused, match="drie of minder"):
            core(circle, name, "De kern")
        circle.by(name, few.allow, tags.small(circle.tag(name), circle.room))
        assert not seen(circle, name).small
    assert not seen(circle, "Owen").small
    assert all(seen(circle, name).tasks for name in ("Cora", "Carl", "Cleo"))
    core(circle, "Cora", "De kern")
    assert seen(circle, "Cora").tasks[0].slots[0].text == "De kern"


def test_four_write_without_tapping_and_nobody_taps_for_signed_cards() -> None:
    circle = to_cores("Owen", "Cora", "Carl", "Cleo", "Cem")
    core(circle, "Cora", "De kern")
    with pytest.raises(Refused):
        Circle().by("Fay", few.allow, "t")  # nothing unsigned is written while people arrive
    four = to_cores("Owen", "Cora", "Carl", "Cleo")
    skip(four)  # unopened
    assert not few.unsigned(four.room)
    assert few.may_write(four.room)


@pytest.mark.parametrize(("answers", "shown"), [(4, ()), (5, (1, 1, 1, 2, 2))])
def test_fewer_than_five_numbers_are_never_shown(answers: int, shown: tuple[int, ...]) -> None:
    circle = Circle(method="gossip").to_method()
    while all(i.id != "safety" for i in circle.room.agenda[circle.room.at].phase.inputs):
        circle.next()
    for n, name in enumerate(("Owen", "Cora", "Carl", "Cleo", "Cem")[:answers]):
        tag, ready = tags.scale(circle.tag(name), circle.room, "safety"), circle.signs(name)[1]
        circle.by(name, scales.rate, "safety", 1 + n % 2, tag=tag, ready=ready)
    circle.next()
    for who in (MEMBER, OWNER, LEAD):
        shelf = next(s for s in view(circle.room, who).shelves if s.input.id == "safety")
        assert (shelf.results, shelf.few) == (shown, not shown)


def test_who_comes_late_can_ask_to_talk_first_and_only_who_leads_hears_it() -> None:
    circle = Circle().to("checkin")
    handle = circle.handle("Fay")[::-1]
    circle.do(door.join, handle, "Noor", remote=False, rng=circle.rng)
    circle.by("Fay", door.admit, handle, rng=circle.rng)
    noor, before = circle.room.devices[handle].seat, dict(circle.room.agreed)
    circle.do(agreement.say, noor, "tag", "talk")

    assert role(circle.room, noor) == LATE
    assert circle.room.agreed == before
    assert view(circle.room, LEAD).talk_first == ("Noor",)
    assert view(circle.room, MEMBER).talk_first == ()
    circle.do(agreement.say, noor, "tag", "yes")
    assert role(circle.room, noor) == MEMBER
    assert view(circle.room, LEAD).talk_first == ()


def test_an_owner_who_left_is_not_said_to_decide_on_who_comes_in() -> None:
    circle = Circle().to_method()
    assert view(circle.room, LEAD).door_asks
    circle.by("Owen", people.leave)
    assert not view(circle.room, LEAD).door_asks


def test_counts_of_the_agreement_are_those_of_the_last_tick() -> None:
    circle = Circle().to("agreement")
    for name in circle.secrets:
        circle.by(name, agreement.say, tags.agree(circle.tag(name), circle.room), "yes")
    assert view(circle.room, MEMBER).agreed == (0, 0, 6)  # Fay only facilitates
    assert not any(c.done for c in view(circle.room, MEMBER).ring.chairs)
    assert view(circle.room, MEMBER, said=agreement.said(circle.room)).agreed == (6, 0, 6)
    assert all(c.done for c in view(circle.room, MEMBER, said=(6, 0)).ring.chairs)


def test_nobody_is_said_to_keep_to_it_while_somebody_does_not() -> None:
    circle = Circle("Owen", "Cora", "Carl", "Cem").to("agreement")
    circle.by("Fay", people.add_seat, "Opa", op="0" * 32)
    circle.by("Cora", devices.hold_for, "opas-handle", "0" * 32)
    for name in ("Owen", "Cora", "Carl"):
        circle.by(name, agreement.say, tags.agree(circle.tag(name), circle.room), "yes")
    circle.do(agreement.say, "0" * 32, "opas-tag", "yes")
    circle.by("Cem", agreement.say, tags.agree(circle.tag("Cem"), circle.room), "talk")
    assert agreement.counts(circle.room, agreement.said(circle.room)) == (4, 1, 5)
    assert not view(circle.room, MEMBER, said=agreement.said(circle.room)).all_keep

    circle.by("Carl", people.leave)  # whose yes it was nobody can tell
    assert agreement.said(circle.room) == (0, 0)


def test_who_is_called_outside_is_not_waited_for() -> None:
    circle = to_cores("Owen", "Cora", "Carl", "Cleo")
    for name in ("Cora", "Carl", "Cleo"):
        circle.by(name, few.allow, tags.small(circle.tag(name), circle.room))
    core(circle, "Cora", "De kern")
    circle.by("Fay", people.call_outside, circle.seat("Cleo"))
    with pytest.raises(Refused, match="Met zo weinig"):
        circle.next()  # fewer now: each who stays is asked anew before anything opens
    for name in ("Cora", "Carl"):
        assert seen(circle, name).small
        circle.by(name, few.allow, tags.small(circle.tag(name), circle.room))
    assert seen(circle, "Cora").tasks
    circle.next()
    assert [c.text for c in view(circle.room, MEMBER).shelves[0].cards] == ["De kern"]


def test_who_writes_nothing_leaves_the_others_free_to_write() -> None:
    circle = Circle("Owen", "Cora", "Carl").to("agreement")
    circle.next()
    circle.next()
    tag = tags.small(circle.tag("Carl"), circle.room)
    circle.by("Carl", writing.nothing, *circle.signs("Carl"), tag)
    for name in ("Owen", "Cora"):
        circle.by(name, few.allow, tags.small(circle.tag(name), circle.room))
    circle.lay("Owen", "Een vraag?")
    assert seen(circle, "Owen").laid


def test_three_at_the_end_are_asked_before_a_sentence_without_a_name() -> None:
    circle = Circle("Owen", "Cora", "Carl").to("agreement")
    circle.next()
    circle.next()
    circle.by("Fay", flow.skip, flow.pointer(circle.room), circle.now, circle.rng)
    tag, ready = tags.takeaway(circle.tag("Cora"), circle.room), circle.signs("Cora")[1]
    with pytest.raises(Refused, match="drie of minder"):
        circle.by("Cora", takeaways.share, 1, "Ik vraag door.", report=False, tag=tag, ready=ready)
    for name in ("Owen", "Cora", "Carl"):
        circle.by(name, few.allow, tags.small(circle.tag(name), circle.room))
    circle.by("Cora", takeaways.share, 1, "Ik vraag door.", report=False, tag=tag, ready=ready)
    circle.next()
    assert view(circle.room, MEMBER).takeaways == ("Ik vraag door.",)


def a_core(circle: Circle, name: str) -> None:
    core(circle, name, "De kern")


def a_mark(circle: Circle, name: str) -> None:
    tag, ready = tags.scale(circle.tag(name), circle.room, "safety"), circle.signs(name)[1]
    circle.by(name, scales.rate, "safety", 3, tag=tag, ready=ready)


def a_sentence(circle: Circle, name: str) -> None:
    tag, ready = tags.takeaway(circle.tag(name), circle.room), circle.signs(name)[1]
    circle.by(name, takeaways.share, 1, "Ik vraag door.", report=False, tag=tag, ready=ready)


def dots(circle: Circle, name: str) -> None:
    circle.cast(name, {circle.case_of("Carl"): 3})


def an_answer(circle: Circle, name: str) -> None:
    circle.answer(name, "bring")


def nothing_given(circle: Circle, name: str) -> None:
    circle.by(name, cards.done, circle.signs(name)[1], "")


def at_answers() -> Circle:
    circle = Circle().to("choose")
    circle.next()
    return circle


def at_marks(*names: str) -> Circle:
    circle = Circle(*names, method="gossip").to_method()
    while all(i.id != "safety" for i in circle.room.agenda[circle.room.at].phase.inputs):
        circle.next()
    return circle


def at_sentences(*names: str) -> Circle:
    circle = Circle(*names).to_method(names[0] if names else "Owen")
    return circle.to("closing")


@pytest.mark.parametrize("given", [True, False], ids=["given", "nothing-given"])
@pytest.mark.parametrize(
    ("brought", "give"),
    [
        (lambda: to_cores("Owen", "Cora", "Carl", "Cleo", "Cem"), a_core),
        (at_marks, a_mark),
        (at_sentences, a_sentence),
        (lambda: Circle().to("choose"), dots),
        (at_answers, an_answer),
    ],
    ids=["cards", "scale", "sentences", "ballot", "answers"],
)
def test_nothing_is_opened_after_one_or_two_taps_whatever_was_given(
    brought: Callable[[], Circle], give: Callable[[Circle, str], None], given: bool
) -> None:
    """The hurried facilitator presses next after each tap that she sees. What she is told is the same, given or not."""
    circle = brought()
    for name in ("Cora", "Carl"):
        (give if given else nothing_given)(circle, name)
        before = circle.room
        with pytest.raises(Refused, match="te weinig antwoorden"):
            circle.next(all_ready=False)
        assert circle.room is before
    (give if given else nothing_given)(circle, "Cleo")
    was = flow.pointer(circle.room)
    circle.next(all_ready=False)
    assert flow.pointer(circle.room) != was


def test_where_nobody_tapped_the_circle_goes_on() -> None:
    circle = to_cores("Owen", "Cora", "Carl", "Cleo", "Cem")
    circle.next(all_ready=False)
    assert flow.stage(circle.room) == "open"


def test_a_card_whose_writer_is_not_ready_after_all_stays_closed() -> None:
    circle = to_cores("Owen", "Cora", "Carl", "Cleo", "Cem")
    core(circle, "Cora", "De kern")
    circle.by("Cora", writing.again, circle.signs("Cora")[1])
    with pytest.raises(Refused, match="te weinig antwoorden"):
        circle.next(all_ready=False)


def test_signed_cards_open_whenever_who_leads_wants() -> None:
    circle = to_cores("Owen", "Cora", "Carl", "Cleo", "Cem")
    circle.next()
    circle.next()
    circle.by("Cora", cards.lay, "advices", 0, 1, "Vraag het haar.", tag="", ready=circle.signs("Cora")[1])
    circle.next(all_ready=False)
    assert [c.text for s in view(circle.room, MEMBER).shelves for c in s.cards] == ["Vraag het haar."]


@pytest.mark.parametrize("given", [True, False], ids=["given", "nothing-given"])
def test_who_leads_opens_no_ones_words_by_taking_the_others_for_gone(given: bool) -> None:
    circle = Circle().to_method()
    circle.next(), circle.next()
    assert few.unsigned(circle.room)
    (a_core if given else nothing_given)(circle, "Cora")
    said = []
    for name in ("Carl", "Cleo", "Cem", "Cato", "Cora"):
        circle.by("Fay", people.mark_left, circle.seat(name))
        with pytest.raises(Refused) as refused:
            circle.next(all_ready=False)
        said.append(str(refused.value)[:12])
    too_few, asked_first, nobody = "Er zijn nog ", "Met zo weini", "Heeft iedere"
    assert said == [too_few, asked_first, asked_first, asked_first, nobody]  # whatever was given


def test_who_leads_and_writes_is_none_of_the_three() -> None:
    circle = Circle(guided=False).to("choose")
    circle.next()
    assert circle.seat("Fay") in few.hands(circle.room)
    for name in ("Fay", "Cora", "Carl"):
        circle.answer(name, "none")
    with pytest.raises(Refused, match="te weinig antwoorden"):
        circle.next(all_ready=False)
    circle.answer("Cleo", "none")
    circle.next(all_ready=False)


def test_several_ballots_of_one_person_are_one_tap() -> None:
    circle = Circle(method="moral-deliberation").to_method("Owen")
    while not any(i.kind == "vote" for i in phase(circle.room).inputs):
        circle.next()
    ballots = {f"{n}": Ballot({"o0": 1}, 1, f"line{n}") for n in range(3)}
    circle.room = with_round(circle.room, ballots=ballots, ready={"one": True})
    with pytest.raises(Refused, match="te weinig antwoorden"):
        circle.next(all_ready=False)


def test_sentences_of_too_few_are_skipped_unopened_so_that_no_circle_hangs_at_its_end() -> None:
    circle = at_sentences()
    a_sentence(circle, "Cora")
    with pytest.raises(Refused, match="te weinig antwoorden"):
        circle.by("Fay", closing.close, circle.now, circle.rng)
    skip(circle)
    assert (flow.stage(circle.room), view(circle.room, MEMBER).takeaways) == ("rate", ())
    circle.by("Fay", closing.close, circle.now, circle.rng)
    assert circle.room.over


@pytest.mark.parametrize("given", [True, False], ids=["given", "nothing-given"])
def test_after_another_round_of_a_method_a_press_tells_no_card_from_none(given: bool) -> None:
    circle = Circle(method="consultation").to_method()
    to_unsigned(circle)
    line = next(i for i in phase(circle.room).inputs if i.kind == "cards")
    if given:
        tag = tags.card(circle.tag("Cora"), circle.room, line.id, 0)
        circle.by("Cora", cards.lay, line.id, 0, 1, "Iets", tag=tag, ready=circle.signs("Cora")[1])
    else:
        nothing_given(circle, "Cora")
    here = phase(circle.room).id
    skip(circle)
    go_round(circle, here)
    with pytest.raises(Refused, match="te weinig antwoorden"):
        circle.next(all_ready=False)


def test_who_can_do_nothing_since_the_device_went_away_with_its_owner_hides_nobody() -> None:
    circle = Circle("Owen", "Cora", "Carl", "Cem").to("agreement")
    circle.by("Fay", people.add_seat, "Opa", op="0" * 32)
    circle.by("Cora", devices.hold_for, "opas-handle", "0" * 32)
    circle.next(), circle.next()
    assert circle.seat("Opa") in few.hands(circle.room)
    circle.by("Cora", people.leave)
    assert few.hands(circle.room) == {circle.seat(name) for name in ("Owen", "Carl", "Cem")}


def test_a_choice_of_three_in_which_nobody_was_asked_waits_for_all_three() -> None:
    """Six wrote; three are called outside before the choice, and two more once Cora was seen to choose."""
    circle = Circle().to("read")
    for name in ("Cleo", "Cem", "Cato"):
        circle.by("Fay", people.call_outside, circle.seat(name))
    circle.to("choose")
    dots(circle, "Cora")
    for name in ("Owen", "Carl"):
        circle.by("Fay", people.call_outside, circle.seat(name))
    with pytest.raises(Refused, match="Vertel het gewoon"):
        circle.next(all_ready=False)


def test_who_is_asked_to_show_a_case_is_asked_anew_to_write_when_few_are_left() -> None:
    circle = Circle().to("write")
    circle.lay("Cora", "Mijn vraag?")
    circle.next()
    assert flow.stage(circle.room) == "consent"
    for name in ("Owen", "Carl", "Cleo"):
        circle.by("Fay", people.mark_left, circle.seat(name))
    assert (flow.stage(circle.room), few.may_write(circle.room)) == ("write", False)
    with pytest.raises(Refused, match="Met zo weinig"):
        circle.next(all_ready=False)


@pytest.mark.parametrize("given", [True, False], ids=["laid", "nothing"])
def test_back_at_the_writing_a_press_after_one_tap_tells_nothing(given: bool) -> None:
    circle = Circle().to("read")
    circle.by("Fay", flow.back, flow.pointer(circle.room), circle.now, circle.rng)
    if given:
        circle.lay("Cora", "Toch iets anders?", rev=9)
    else:
        circle.by("Cora", writing.nothing, *circle.signs("Cora"), tags.small(circle.tag("Cora"), circle.room))
    before = circle.room
    with pytest.raises(Refused, match="te weinig antwoorden"):
        circle.next(all_ready=False)
    assert circle.room is before


def three_at_the_choice() -> Circle:
    """Three agreed to be guessed, and each laid a case; nobody dotted, and everybody is asked."""
    circle = Circle("Owen", "Cora", "Carl").to("write")
    for name in ("Owen", "Cora", "Carl"):
        circle.by(name, few.allow, tags.small(circle.tag(name), circle.room))
    for name in ("Owen", "Cora", "Carl"):
        circle.lay(name, f"Vraag van {name}?")
    circle.next(), circle.next()
    circle.next(all_ready=False)
    assert flow.stage(circle.room) == "ask"
    return circle


@pytest.mark.parametrize("choice", ["bring", "none"])
def test_in_the_choice_nobody_is_asked_anew_and_sending_two_of_three_outside_opens_nothing(choice: str) -> None:
    circle = three_at_the_choice()
    circle.answer("Cora", choice)
    for name in ("Owen", "Carl"):
        circle.by("Fay", people.call_outside, circle.seat(name))
    with pytest.raises(Refused, match="Vertel het gewoon"):
        circle.next(all_ready=False)


def test_devices_that_forgot_all_make_no_small_circle_of_a_large_one() -> None:
    circle = to_cores("Owen", "Cora", "Carl", "Cleo", "Cem", "Cato")
    for name in ("Cleo", "Cem"):
        circle.by(name, people.leave)
        circle.do(people.forget, frozenset({circle.handle(name)}))
    circle.by("Fay", people.call_outside, circle.seat("Cato"))
    for name in ("Cora", "Carl"):
        circle.by(name, few.allow, tags.small(circle.tag(name), circle.room))
        nothing_given(circle, name)
    with pytest.raises(Refused, match="Heeft iedereen die er nog is"):
        circle.next(all_ready=False)


def test_a_chair_with_a_device_that_only_reads_along_hides_nobody() -> None:
    circle = Circle().to("write")
    circle.by("Cem", devices.invite_device, "key", circle.now)
    circle.do(devices.follow, "tablet", "key", circle.now)
    assert circle.seat("Cem") in few.hands(circle.room)
    circle.by("Cem", people.leave)
    circle.do(people.forget, frozenset({circle.handle("Cem")}))
    circle.by("Fay", people.call_back, circle.seat("Cem"))
    assert circle.seat("Cem") not in few.hands(circle.room)


def test_three_who_went_back_by_mistake_go_on_at_once() -> None:
    circle = three_at_the_choice()
    for _ in range(2):
        circle.by("Fay", flow.back, flow.pointer(circle.room), circle.now, circle.rng)
    assert phase(circle.room).kind == "write"
    circle.next(all_ready=False)
    assert phase(circle.room).kind == "read"


def test_sending_people_away_opens_no_choice_of_who_leads_and_two_others() -> None:
    circle = Circle("Cora", "Carl", "Cleo", "Cem", guided=False).to("choose")
    circle.next(all_ready=False)
    for name in ("Fay", "Cora", "Carl"):
        circle.answer(name, "none")
    for name in ("Cleo", "Cem"):
        circle.by("Fay", people.call_outside, circle.seat(name))
    with pytest.raises(Refused, match="Vertel het gewoon"):
        circle.next(all_ready=False)


def test_a_card_of_a_large_circle_is_not_opened_by_the_few_who_are_left_in_the_next_round() -> None:
    """It was written freely; its writer never agreed to be guessed."""
    circle = Circle("Owen", "Cora", "Carl", "Cleo", "Cem", "Cato", method="consultation").to_method()
    to_unsigned(circle)
    line = next(i for i in phase(circle.room).inputs if i.kind == "cards")
    tag = tags.card(circle.tag("Cem"), circle.room, line.id, 0)
    circle.by("Cem", cards.lay, line.id, 0, 1, "Iets", tag=tag, ready=circle.signs("Cem")[1])
    here = phase(circle.room).id
    skip(circle)
    for name in ("Cleo", "Cem", "Cato"):
        circle.by("Fay", people.mark_left, circle.seat(name))
    go_round(circle, here)
    for name in ("Cora", "Carl"):
        circle.by(name, few.allow, tags.small(circle.tag(name), circle.room))
        nothing_given(circle, name)
    with pytest.raises(Refused, match="Sla deze stap over"):
        circle.next(all_ready=False)
    skip(circle)


def test_two_whose_own_cards_wait_since_the_round_before_open_them() -> None:
    circle = Circle("Owen", "Cora", "Carl", method="consultation").to("write")
    circle.by("Fay", flow.tell, flow.pointer(circle.room), circle.now, circle.rng)
    circle.claim("Owen")
    circle.by("Owen", willing.say_yes, "consultation")
    circle.next()
    to_unsigned(circle)
    here, line = phase(circle.room).id, next(i for i in phase(circle.room).inputs if i.kind == "cards")
    nothing_given(circle, "Cora")
    skip(circle)
    go_round(circle, here)
    for name in ("Cora", "Carl"):
        circle.by(name, few.allow, tags.small(circle.tag(name), circle.room))
    for name in ("Cora", "Carl"):
        tag = tags.card(circle.tag(name), circle.room, line.id, 0)
        circle.by(name, cards.lay, line.id, 0, 1, "Iets", tag=tag, ready=circle.signs(name)[1])
    circle.next(all_ready=False)
    assert flow.stage(circle.room) == "open"


@pytest.mark.parametrize(
    ("brought", "give", "held"),
    [
        (lambda: to_cores("Owen", "Cora", "Carl", "Cleo", "Cem"), a_core, "papers"),
        (lambda: at_marks("Owen", "Cora", "Carl", "Cleo", "Cem"), a_mark, "marks"),
        (lambda: at_sentences("Cora", "Carl", "Cleo", "Cem"), a_sentence, "takeaways"),
    ],
    ids=["cards", "scale", "sentences"],
)
def test_who_writes_nothing_after_all_since_few_are_left_takes_back_what_lay_there(
    brought: Callable[[], Circle], give: Callable[[Circle, str], None], held: str
) -> None:
    """Four gave freely, one went, and who is left is asked: the button says that nothing comes from who taps it."""
    circle = brought()
    for name in ("Cora", "Carl", "Cleo"):
        give(circle, name)
    for name in ("Cem", "Owen") if held == "marks" else ("Cem",):
        circle.by("Fay", people.mark_left, circle.seat(name))
    assert seen(circle, "Cora").small
    before = set(getattr(this_round(circle.room), held))
    small, given = tags.small(circle.tag("Cora"), circle.room), tags.given(circle.tag("Cora"), circle.room)
    circle.by("Cora", cards.nothing, circle.signs("Cora")[1], small, given)
    [gone] = before - set(getattr(this_round(circle.room), held))
    assert gone in given
    assert not seen(circle, "Cora").small
    for name in ("Carl", "Cleo"):
        circle.by(name, few.allow, tags.small(circle.tag(name), circle.room))
    was = flow.pointer(circle.room)
    circle.next(all_ready=False)
    assert flow.pointer(circle.room) != was


def test_not_everybody_is_ready_because_somebody_tapped_and_went() -> None:
    """Nor tells the change from some to all, as others are called outside, when one person taps."""
    circle = Circle("Owen", "Cora", "Carl", "Cleo", "Cem").to("write")
    for name in ("Owen", "Carl", "Cleo"):
        circle.lay(name, f"Vraag van {name}?")
    circle.by("Fay", people.mark_left, circle.seat("Owen"))
    taps = len(this_round(circle.room).ready)
    assert view(circle.room, LEAD, ready=taps).ready == "some"
    for name in ("Carl", "Cleo", "Cem"):
        circle.by("Fay", people.call_outside, circle.seat(name))
        assert view(circle.room, LEAD, ready=taps).ready == "some"


def test_no_number_is_shown_where_few_are_left_of_many() -> None:
    circle = Circle(*CAST, "Cas", "Cis").to("write")
    assert view(circle.room, LEAD, ready=2).ready == "2/8"
    for name in ("Cas", "Cis"):
        circle.by("Fay", people.mark_left, circle.seat(name))
    assert view(circle.room, LEAD, ready=2).ready == "some"


def test_asked_to_show_a_case_all_who_are_left_are_all() -> None:
    circle = Circle().to("write")
    circle.lay("Cora", "Mijn vraag?")
    circle.by("Fay", people.mark_left, circle.seat("Cato"))
    circle.next()
    assert flow.stage(circle.room) == "consent"
    circle.consent("Cora")
    assert view(circle.room, LEAD, ready=len(this_round(circle.room).ready)).ready == "all"


def test_a_choice_with_too_few_says_only_what_helps() -> None:
    """What can be told is told; beside a case that has its owner, or when the others only miss this choice, it is left
    out."""
    told = three_at_the_choice()
    told.answer("Cora", "bring")
    for name in ("Owen", "Carl"):
        told.by("Fay", people.mark_left, told.seat(name))
    with pytest.raises(Refused, match="Vertel het gewoon"):
        told.next(all_ready=False)
    told.by("Fay", flow.back, flow.pointer(told.room), told.now, told.rng)
    told.by("Fay", flow.back, flow.pointer(told.room), told.now, told.rng)
    told.by("Fay", flow.tell, flow.pointer(told.room), told.now, told.rng)
    assert flow.stage(told.room) == "claim"

    six = Circle().to("read")
    for name in ("Cleo", "Cem", "Cato"):
        six.by("Fay", people.call_outside, six.seat(name))
    six.to("choose")
    for name in ("Cleo", "Cem", "Cato"):
        six.by("Fay", people.call_back, six.seat(name))
    dots(six, "Cora")
    six.by("Fay", people.mark_left, six.seat("Owen"))
    with pytest.raises(Refused, match="met Terug begint het kiezen opnieuw"):
        six.next(all_ready=False)
    skip(six)
    six.by("Fay", flow.back, flow.pointer(six.room), six.now, six.rng)
    six.to("choose")
    assert len(this_round(six.room).writers) == 5


@pytest.mark.parametrize("how", ["skip", "back", "forget"])
def test_a_yes_to_writing_as_few_holds_for_those_who_were_there_only(how: str) -> None:
    """Not in a step that the circle left meanwhile, and comes back to with fewer."""
    circle = to_cores("Owen", "Cora", "Carl", "Cleo")
    for name in ("Cora", "Carl", "Cleo"):
        circle.by(name, few.allow, tags.small(circle.tag(name), circle.room))
    core(circle, "Cora", "De kern")
    if how == "forget":
        circle.do(people.forget, frozenset({circle.handle("Carl")}))
    else:
        (skip if how == "skip" else back)(circle)
        for name in ("Carl", "Cleo"):
            circle.by("Fay", people.call_outside, circle.seat(name))
        if how == "skip":
            back(circle)
        else:
            circle.next()
    assert not few.may_write(circle.room)
    with pytest.raises(Refused, match="zegt eerst ieder"):
        circle.next(all_ready=False)


def back(circle: Circle) -> None:
    circle.by("Fay", flow.back, flow.pointer(circle.room), circle.now, circle.rng)


def test_whose_case_is_taken_off_the_table_after_a_step_back_is_seen_with_everybodys_new_words_only() -> None:
    """Who leads could go round the step by skipping it, and look which one is missing."""
    circle = Circle().to("read")
    back(circle)
    circle.by("Cora", writing.nothing, *circle.signs("Cora"), tags.small(circle.tag("Cora"), circle.room))
    assert seen(circle, "Cora").laid == ()
    with pytest.raises(Refused, match="te weinig antwoorden"):
        circle.next(all_ready=False)
    skip(circle)
    back(circle)
    assert "Vraag van Cora?" in {c.texts[2] for c in view(circle.room, LEAD).cases}
    back(circle)
    circle.next()
    assert "Vraag van Cora?" not in {c.texts[2] for c in view(circle.room, LEAD).cases}


def test_when_all_cases_are_taken_off_the_table_the_circle_writes_on() -> None:
    circle = Circle().to("read")
    back(circle)
    for name in ("Owen", "Cora", "Carl", "Cleo", "Cem", "Cato"):
        circle.by(name, writing.nothing, *circle.signs(name), tags.small(circle.tag(name), circle.room))
    circle.next()
    assert (phase(circle.room).kind, circle.room.cases, this_round(circle.room).held) == ("write", (), True)


@pytest.mark.parametrize("given", [True, False], ids=["laid", "nothing"])
def test_who_is_not_ready_after_all_tells_no_more_by_it(given: bool) -> None:
    circle = Circle().to("write")
    if given:
        circle.lay("Cora", "Mijn vraag?")
    else:
        circle.by("Cora", writing.nothing, *circle.signs("Cora"), tags.small(circle.tag("Cora"), circle.room))
    circle.by("Cora", writing.again, circle.signs("Cora")[1], circle.signs("Cora")[0])
    assert not seen(circle, "Cora").ready
    with pytest.raises(Refused, match="te weinig antwoorden"):
        circle.next(all_ready=False)


def test_in_the_choice_of_who_leads_and_two_others_nothing_is_opened() -> None:
    """Two were sent away before it: who leads would know her own answer, and so those of the other two."""
    circle = Circle("Cora", "Carl", "Cleo", "Cem", guided=False).to("read")
    for name in ("Cleo", "Cem"):
        circle.by("Fay", people.call_outside, circle.seat(name))
    circle.to("choose")
    circle.next(all_ready=False)
    for name in ("Fay", "Cora", "Carl"):
        circle.answer(name, "none")
    with pytest.raises(Refused, match="Vertel het gewoon"):
        circle.next(all_ready=False)


def test_who_leads_is_none_of_the_three_without_a_device_of_her_own_either() -> None:
    circle = Circle("Cora", "Carl", "Cleo", guided=False).to("choose")
    circle.next(all_ready=False)
    for name in ("Fay", "Cora", "Carl"):
        circle.answer(name, "none")
    circle.do(devices.unlock, "laptop", "k")
    circle.do(people.forget, frozenset({circle.handle("Fay")}))
    with pytest.raises(Refused):
        circle.next(all_ready=False)
