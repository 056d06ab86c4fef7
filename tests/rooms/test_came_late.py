"""Who comes in while people write or choose: nothing to fill in, and a sentence that says why."""

from __future__ import annotations

from tests.made import late, led, line, made, own, page, step, words
from tests.people import Circle
from tests.said import regions


def test_who_comes_in_when_people_write_or_choose_is_told_why_there_is_nothing_to_fill_in() -> None:
    circle = late(Circle().to("choose"), "Noor", caught_up=True)
    assert (own(circle, "Noor").late, own(circle, "Noor").writer) == (True, False)
    assert not own(circle, "Cora").late
    assert not own(circle, "Fay").late  # leads only, and is not among those who choose
    said = regions().personal(page(circle, "Noor"), own(circle, "Noor"), "nl", "csrf", {})["composer"]
    assert "Je kwam binnen toen deze ronde al liep. Vanaf de volgende doe je mee." in said


def test_who_comes_in_at_a_ballot_of_a_method_is_told_and_the_owner_who_does_not_vote_is_not() -> None:
    ballots = line("best", "vote", who="consultants", mode="one", options=words("ja", "nee"))
    circle = late(led(made(step("choose-one", ballots), step("talk"))), "Noor", caught_up=True)
    assert [name for name in ("Noor", "Owen", "Cora", "Fay") if own(circle, name).late] == ["Noor"]
    circle.next()
    assert not own(circle, "Noor").late  # what came of it lies open for all
    circle.next()
    assert not own(circle, "Noor").late


def test_who_has_not_read_the_agreement_yet_gets_the_same_composer_in_every_step() -> None:
    circle, drawn = late(Circle().to("choose"), "Noor", caught_up=False), []
    for press in (False, True):
        if press:
            circle.next()
        drawn.append(regions().personal(page(circle, "Noor"), own(circle, "Noor"), "nl", "csrf", {})["composer"])
    assert drawn[0] == drawn[1]
