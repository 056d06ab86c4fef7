"""The owner sorts and rates cards: a label or a number each, for everybody to see, and nobody else's to give."""

from __future__ import annotations

import pytest

from rooms import boards, cards, closing, flow, people, picks, promises, sorts, tags, texts
from rooms.methodfiles import catalogue
from rooms.methods import Method, Text
from rooms.refusal import Refused
from rooms.rights import LATE, OUTSIDE
from rooms.room import Room, owner, phase, this_round
from rooms.view import view
from tests.made import INSIDE, gone, late, lead, led, line, made, own, step, to_phase, two_cases, words
from tests.people import Circle
from tests.said import regions

LABELS = words("warm", "neutraal", "koud")


def sorting(*more: object) -> Method:
    """Cards of the others, sorted and rated by the owner in the next phase, and sorted in another way after that."""
    laid = line("asked", "cards", who="consultants", max=2, chars=80)
    heat = line("heat", "sort", who="owner", of="asked", options=LABELS)
    fit = line("fit", "scale", who="owner", of="asked", low=1, high=5)
    answered = line("answered", "sort", who="owner", of="asked", options=words("ja", "nee"))
    return made(step("asking", laid), step("weigh", heat), step("rate", fit), step("answer", answered), *more)


def laid(circle: Circle, *names: str) -> Circle:
    """The cards of these people lie open; the owner sorts them in the next phase."""
    for name in names:
        tag = circle.tag(name)
        mark, ready = tags.card(tag, circle.room, "asked", 0), tags.ready(tag, circle.room)
        circle.by(name, cards.lay, "asked", 0, 1, f"kaart van {name}", tag=mark, ready=ready)
    circle.next()
    return circle


def sorted_by(*names: str) -> Circle:
    """A circle at the sorting of these people's cards."""
    return to_phase(laid(led(sorting()), *names), "weigh")


def card(circle: Circle, name: str) -> str:
    """The id of somebody's card, wherever it lies."""
    every = [c for now in circle.room.rounds.values() for c in now.cards]
    return next(c.id for c in every if c.seat == circle.seat(name))


def put(circle: Circle, value: int | None, *, of: str = "Cora", line_id: str = "heat", by: str = "Owen") -> Room:
    return circle.by(by, sorts.put, line_id, card(circle, of), value)


def labels(circle: Circle, role: str = "member") -> list[tuple[str, str]]:
    """Every card on the table with its label, as this audience sees them."""
    shelf = next(s for s in view(circle.room, role).shelves if s.sort)
    return [(c.text, c.label.nl if c.label else "") for c in shelf.cards]


def heat(circle: Circle, role: str = "member") -> list[tuple[str, str]]:
    """Every card on the table with the label of an earlier phase, as this audience sees them."""
    shelf = next(s for s in view(circle.room, role).shelves if s.input.id == "asked")
    return [(c.text, c.earlier.nl if c.earlier else "") for c in shelf.cards]


def numbers(circle: Circle, role: str = "member") -> dict[str, int | None]:
    shelf = next(s for s in view(circle.room, role).shelves if s.rate)
    return {c.text: c.number for c in shelf.cards}


@pytest.mark.parametrize("role", INSIDE)
def test_everybody_sees_a_label_at_once_and_what_has_the_first_label_lies_first(role: str) -> None:
    circle = sorted_by("Cora", "Carl", "Cleo")
    put(circle, 2, of="Cora")
    put(circle, 0, of="Cleo")

    assert labels(circle, role) == [("kaart van Cleo", "warm"), ("kaart van Cora", "koud"), ("kaart van Carl", "")]


@pytest.mark.parametrize("role", INSIDE)
def test_everybody_sees_the_number_that_the_owner_gave_a_card(role: str) -> None:
    circle = to_phase(sorted_by("Cora", "Carl"), "rate")
    put(circle, 4, line_id="fit")

    assert numbers(circle, role) == {"kaart van Cora": 4, "kaart van Carl": None}


def test_what_is_said_beside_a_sort_and_a_rating_is_what_happens() -> None:
    """Everybody sees both at once; a page that says `nobody else sees this` would lie."""
    circle = to_phase(sorted_by("Cora"), "rate")
    for name in ("heat", "fit"):
        promise = promises.of(next(i for p in sorting().phases for i in p.inputs if i.id == name))
        assert all(promises.sees(promise, role) for role in INSIDE)
    assert [s.input.id for s in view(circle.room, "screen").shelves] == ["asked"]
    shipped = [i for m in catalogue().values() for p in m.phases for i in p.inputs if i.kind == "scale" and i.of]
    assert shipped and all(promises.sees(promises.of(i), "member") for i in shipped)


def test_the_owners_own_number_that_is_about_no_card_is_seen_by_nobody_else() -> None:
    helped = line("helped", "scale", who="owner")
    assert not any(promises.sees(promises.of(helped), role, came=True) for role in INSIDE)


def test_a_label_changes_goes_and_comes_and_the_same_again_changes_nothing() -> None:
    circle = sorted_by("Cora")
    before = put(circle, 1)
    assert put(circle, 1) == before
    assert labels(circle) == [("kaart van Cora", "neutraal")]
    put(circle, 0)
    assert labels(circle) == [("kaart van Cora", "warm")]
    put(circle, None)
    put(circle, None)
    assert labels(circle) == [("kaart van Cora", "")]


@pytest.mark.parametrize("name", ["Cora", "Fay"])
def test_nobody_but_the_owner_sorts(name: str) -> None:
    circle = sorted_by("Cora")
    with pytest.raises(Refused, match="inbrengt"):
        put(circle, 0, by=name)


def test_who_came_late_does_not_sort_either() -> None:
    circle = late(sorted_by("Cora"), "Noor", caught_up=True)
    with pytest.raises(Refused, match="inbrengt"):
        put(circle, 0, by="Noor")


@pytest.mark.parametrize("how", ["left", "removed"])
def test_an_owner_who_went_away_sorts_nothing(how: str) -> None:
    circle = gone(sorted_by("Cora"), "Owen", how)
    with pytest.raises(Refused, match="niet aan tafel"):
        put(circle, 0)


@pytest.mark.parametrize("role", [OUTSIDE, LATE])
def test_who_is_out_of_it_sees_no_label(role: str) -> None:
    circle = sorted_by("Cora")
    put(circle, 0)
    assert view(circle.room, role).shelves == ()


@pytest.mark.parametrize(("line_id", "wrong"), [("heat", (-1, 3)), ("fit", (0, 6))])
def test_there_are_as_many_labels_and_numbers_as_the_file_says(line_id: str, wrong: tuple[int, int]) -> None:
    circle = sorted_by("Cora")
    to_phase(circle, "weigh" if line_id == "heat" else "rate")
    for value in wrong:
        with pytest.raises(Refused, match="Kies een getal"):
            put(circle, value, line_id=line_id)
    put(circle, wrong[0] + 1, line_id=line_id)
    put(circle, wrong[1] - 1, line_id=line_id)


def test_only_a_card_that_lies_there_is_sorted_and_only_in_its_phase() -> None:
    circle = sorted_by("Cora")
    with pytest.raises(Refused, match="Die kaart is er niet"):
        circle.by("Owen", sorts.put, "heat", "nowhere", 0)
    with pytest.raises(Refused, match="net voorbij"):
        put(circle, 1, line_id="answered")
    circle.next()
    with pytest.raises(Refused, match="net voorbij"):
        put(circle, 0)


def test_the_owners_scale_about_no_card_gives_no_card_a_number() -> None:
    laid_there = line("asked", "cards", who="consultants", max=1, chars=80)
    method = made(step("asking", laid_there), step("helped", line("much", "scale", who="owner")))
    circle = to_phase(laid(led(method), "Cora"), "helped")
    with pytest.raises(Refused, match="Die kaart is er niet"):
        put(circle, 3, line_id="much")


def test_each_sort_of_the_same_cards_starts_empty_and_back_finds_the_other_as_it_was() -> None:
    circle = sorted_by("Cora", "Carl")
    put(circle, 0, of="Carl")
    was = labels(circle)
    to_phase(circle, "answer")
    assert {label for _, label in labels(circle)} == {""}
    put(circle, 1, of="Cora", line_id="answered")
    lead(circle, flow.back)
    lead(circle, flow.back)

    assert labels(circle) == was
    assert labels(to_phase(circle, "answer")) == [("kaart van Carl", ""), ("kaart van Cora", "nee")]


def test_repeat_and_skip_keep_what_was_sorted() -> None:
    circle = sorted_by("Cora")
    put(circle, 0)
    lead(circle, flow.repeat)
    assert labels(circle) == [("kaart van Cora", "warm")]
    lead(circle, flow.skip)
    lead(circle, flow.back)
    assert labels(circle) == [("kaart van Cora", "warm")]


def test_the_second_case_has_no_card_and_no_label_of_the_first() -> None:
    circle = to_phase(laid(two_cases(sorting()), "Carl"), "weigh")
    first = card(circle, "Carl")
    put(circle, 0, of="Carl")
    to_phase(circle, "asking", "Cora")
    laid(circle, "Cleo")
    to_phase(circle, "weigh", "Cora")
    assert labels(circle) == [("kaart van Cleo", "")]
    with pytest.raises(Refused, match="Die kaart is er niet"):
        circle.by("Cora", sorts.put, "heat", first, 1)
    with pytest.raises(Refused, match="inbrengt"):
        circle.by("Owen", sorts.put, "heat", card(circle, "Cleo"), 1)
    put(circle, 2, of="Cleo", by="Cora")
    while owner(circle.room) != circle.seat("Owen") or phase(circle.room).id != "weigh":
        lead(circle, flow.back)

    assert labels(circle) == [("kaart van Carl", "warm")]


def test_a_loop_begins_the_sorting_anew_and_the_cards_of_before_are_still_there() -> None:
    again = step("helped", line("much", "scale", who="owner"), back="asking", again=1)
    circle = to_phase(laid(led(sorting(again)), "Cora"), "weigh")
    put(circle, 0)
    lead(to_phase(circle, "helped"), flow.loop)
    laid(circle, "Carl")
    to_phase(circle, "weigh")

    assert sorted(labels(circle)) == [("kaart van Carl", ""), ("kaart van Cora", "")]
    put(circle, 1, of="Cora")
    assert labels(circle)[0] == ("kaart van Cora", "neutraal")


def test_without_any_card_there_is_nothing_to_sort_and_the_circle_goes_on() -> None:
    circle = sorted_by()
    assert labels(circle) == []
    circle.next()
    assert phase(circle.room).id == "rate"


def test_after_the_end_labels_stay_as_they_were_and_nobody_gives_another() -> None:
    circle = sorted_by("Cora")
    put(circle, 0)
    was = this_round(circle.room).sorted
    to_phase(circle, "closing")
    circle.by("Fay", closing.close, circle.now, circle.rng)

    assert circle.room.rounds["0:weigh"].sorted == was == {"heat": {card(circle, "Cora"): 0}}
    with pytest.raises(Refused, match="rond"):
        put(circle, 1)


def test_a_method_that_ships_sorts_by_source() -> None:
    circle = Circle(method="successes").to_method()
    tag = circle.tag("Cora")
    mark, ready = tags.card(tag, circle.room, "factors", 0), tags.ready(tag, circle.room)
    circle.by("Cora", cards.lay, "factors", 0, 1, "Geduld", tag=mark, ready=ready)
    to_phase(circle, "inventory")
    circle.by("Owen", sorts.put, "sources", card(circle, "Cora"), 1)

    shelf = next(s for s in view(circle.room, "screen").shelves if s.input.id == "factors")
    assert (shelf.cards[0].text, shelf.cards[0].label) == ("Geduld", Text("van buiten", "from outside"))


def test_an_owner_who_left_has_nothing_to_fill_in_and_the_labels_stay_on_the_table() -> None:
    circle = sorted_by("Cora")
    put(circle, 0)
    circle.by("Owen", people.leave)
    assert own(circle, "Owen").tasks == ()
    assert labels(circle) == [("kaart van Cora", "warm")]


# What a later phase still shows of it


@pytest.mark.parametrize("role", INSIDE)
def test_the_label_of_an_earlier_phase_stays_beside_each_card_and_orders_them(role: str) -> None:
    circle = sorted_by("Cora", "Carl", "Cleo")
    put(circle, 2, of="Cora")
    put(circle, 0, of="Cleo")
    assert {label for _, label in heat(circle, role)} == {""}  # still being given
    warm_first = [("kaart van Cleo", "warm"), ("kaart van Cora", "koud"), ("kaart van Carl", "")]
    to_phase(circle, "rate")
    assert heat(circle, role) == warm_first
    to_phase(circle, "answer")
    put(circle, 0, of="Cora", line_id="answered")

    assert heat(circle, role) == warm_first
    assert dict(labels(circle, role))["kaart van Cora"] == "ja"


def test_under_one_earlier_label_what_has_the_first_label_now_lies_first() -> None:
    circle = sorted_by("Cora", "Carl", "Cleo")
    for name, value in (("Cora", 0), ("Carl", 0), ("Cleo", 1)):
        put(circle, value, of=name)
    to_phase(circle, "answer")
    put(circle, 0, of="Carl", line_id="answered")
    put(circle, 0, of="Cleo", line_id="answered")

    assert heat(circle) == [("kaart van Carl", "warm"), ("kaart van Cora", "warm"), ("kaart van Cleo", "neutraal")]


@pytest.mark.parametrize("role", [OUTSIDE, LATE])
def test_who_is_out_of_it_sees_no_label_of_an_earlier_phase_either(role: str) -> None:
    circle = sorted_by("Cora")
    put(circle, 0)
    to_phase(circle, "answer")
    assert view(circle.room, role).shelves == ()


def test_of_two_earlier_sorts_the_last_in_which_a_label_was_given_is_shown() -> None:
    more = line("now", "scale", who="owner", of="asked", low=1, high=3)
    circle = to_phase(laid(led(sorting(step("choose-one", more))), "Cora"), "weigh")
    put(circle, 1)
    to_phase(circle, "choose-one")
    assert heat(circle) == [("kaart van Cora", "neutraal")]
    lead(circle, flow.back)
    put(circle, 0, line_id="answered")
    to_phase(circle, "choose-one")

    assert heat(circle) == [("kaart van Cora", "ja")]


def test_back_at_a_sort_nothing_of_a_later_one_is_shown_and_another_label_counts_from_there() -> None:
    circle = sorted_by("Cora")
    put(circle, 0)
    to_phase(circle, "answer")
    put(circle, 1, line_id="answered")
    lead(circle, flow.back)
    assert heat(circle) == [("kaart van Cora", "warm")]
    lead(circle, flow.back)
    assert heat(circle) == [("kaart van Cora", "")]
    put(circle, 2)

    assert heat(to_phase(circle, "answer")) == [("kaart van Cora", "koud")]


@pytest.mark.parametrize(("back", "kept"), [("asking", ""), ("rate", "warm")])
def test_a_loop_keeps_the_label_of_a_phase_that_it_does_not_go_back_to(back: str, kept: str) -> None:
    again = step("helped", line("much", "scale", who="owner"), back=back, again=1)
    circle = to_phase(laid(led(sorting(again)), "Cora"), "weigh")
    put(circle, 0)
    lead(to_phase(circle, "helped"), flow.loop)

    assert heat(to_phase(circle, "answer")) == [("kaart van Cora", kept)]


def test_a_line_of_the_second_case_has_no_label_that_the_same_words_had_in_the_first() -> None:
    joint = line("asked", "text", who="consultants", field="asked", chars=400)
    warmth = line("heat", "sort", who="owner", of="asked", options=LABELS)
    answered = line("answered", "sort", who="owner", of="asked", options=words("ja", "nee"))
    circle = two_cases(made(step("asking", joint), step("weigh", warmth), step("answer", answered)))
    for whose in ("Owen", "Cora"):
        circle.by("Carl", texts.put, "asked", "Bel haar")
        to_phase(circle, "weigh", whose)
        if whose == "Owen":
            circle.by("Owen", sorts.put, "heat", picks.choices(circle.room, warmth)[0].id, 0)
            assert heat(to_phase(circle, "answer")) == [("Bel haar", "warm")]
            to_phase(circle, "asking", "Cora")

    assert heat(to_phase(circle, "answer")) == [("Bel haar", "")]


def test_a_time_line_keeps_its_order_and_still_shows_each_label() -> None:
    when = line("asked", "cards", who="owner", max=3, chars=80, live=True, shape="line")
    heat_line = line("heat", "sort", who="owner", of="asked", options=LABELS)
    later = line("answered", "sort", who="owner", of="asked", options=words("ja", "nee"))
    circle = led(made(step("asking", when), step("weigh", heat_line), step("answer", later)))
    for name in "ab":
        circle.by("Owen", boards.place, "asked", name * 32, 0, f"kaart {name}")
    to_phase(circle, "weigh")
    circle.by("Owen", sorts.put, "heat", "b" * 32, 0)
    to_phase(circle, "answer")
    circle.by("Owen", sorts.put, "answered", "b" * 32, 0)

    assert heat(circle) == [("kaart a", ""), ("kaart b", "warm")]


@pytest.mark.parametrize(
    ("method", "source", "sort", "later"),
    [
        ("ten-step", "questions", "heat", "answer"),
        ("warm-cold", "questions", "warmth", "answer"),
        ("flags", "questions", "flagged", "answers"),
        ("hypotheses", "guesses", "weighed", "look-back"),
    ],
)
def test_a_method_that_ships_carries_its_labels_on(method: str, source: str, sort: str, later: str) -> None:
    circle = Circle(method=method).to_method()
    laying, sorting_in = (
        next(p.id for p in catalogue()[method].phases for i in p.inputs if i.id == name) for name in (source, sort)
    )
    to_phase(circle, laying)
    for n, name in enumerate(("Cora", "Carl")):
        tag = circle.tag(name)
        mark, ready = tags.card(tag, circle.room, source, n), tags.ready(tag, circle.room)
        circle.by(name, cards.lay, source, n, 1, f"kaart van {name}", tag=mark, ready=ready)
    to_phase(circle, sorting_in)
    shelf = next(s for s in view(circle.room, "owner").shelves if s.sort)
    second = shelf.cards[1]
    circle.by("Owen", sorts.put, sort, second.id, 0)
    to_phase(circle, later)

    label = shelf.sort.options[0] if shelf.sort else None
    for role in INSIDE:
        first, *rest = next(s for s in view(circle.room, role).shelves if s.input.id == source).cards
        assert (first.text, first.earlier, [c.earlier for c in rest]) == (second.text, label, [None])


@pytest.mark.parametrize(("role", "place"), [("owner", "seat"), ("member", "seat"), ("lead", "lead")])
@pytest.mark.parametrize("shape", ["", "columns"])
def test_the_label_of_an_earlier_phase_is_written_on_the_card(role: str, place: str, shape: str) -> None:
    options = words("links", "rechts") if shape else ()
    asked = line("asked", "cards", who="consultants", max=2, chars=80, shape=shape, options=options)
    warmth = line("heat", "sort", who="owner", of="asked", options=LABELS)
    answered = line("answered", "sort", who="owner", of="asked", options=words("ja", "nee"))
    circle = laid(led(made(step("asking", asked), step("weigh", warmth), step("answer", answered))), "Cora")
    to_phase(circle, "weigh")
    put(circle, 0)
    to_phase(circle, "answer")

    html = regions().audience(place, view(circle.room, role), "nl")["stage"]
    assert '<p class="chip earlier"><span class="vh">eerder: </span>warm</p>' in html
