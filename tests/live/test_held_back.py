"""A request that a network held back, or sent twice, brings back nothing that was taken back since."""

from __future__ import annotations

import html
import re
from collections.abc import Awaitable, Callable

import pytest

from server.person import Person
from tests.adversary.rooms import document
from tests.attacks.test_identity import seat_of
from tests.conftest import Server
from tests.live import meetings

Form = dict[str, str]
CARD = {"input": "questions", "slot": "0"}
SHARE = {"text": "Een zin om te delen", "rev": "1"}


async def agreement(server: Server) -> meetings.Meeting:
    room = await meetings.meeting(server)
    await room.press("next")
    return room


async def at_a_distance(server: Server) -> meetings.Meeting:
    room = await meetings.meeting(server)
    await room.do("Owen", "where", x="remote")
    return room


async def owned(server: Server) -> meetings.Meeting:
    """Owen's case is over, and he is asked about a report."""
    room = await meetings.meeting(server, meetings.SIX[:4])
    await room.press("next", 3)
    await room.press("tell")
    await room.do("Owen", "it-is-me")
    await room.do("Owen", "say-yes", method="five-step")
    while "do/allow-report" not in await room.people["Owen"].page():
        await room.press("skip")
    return room


async def speaking(server: Server) -> meetings.Meeting:
    """Owen has the floor in the check-in, and may say when he must go."""
    room = await meetings.meeting(server)
    await room.press("next", 2)
    while "do/early" not in await room.people["Owen"].page():
        assert (await room.lead.act("give", seat="")).status_code == 204
    return room


STANDING = (  # answers that may change at any time
    ("yes to the agreement, then talk", agreement, "agree", "x", "yes", "talk"),
    ("yes to the agreement, then back", agreement, "agree", "x", "yes", ""),
    ("a case in a report, then not", owned, "allow-report", "x", "1", "0"),
    ("at a distance, then in the room", meetings.meeting, "where", "x", "remote", "room"),
    ("no sound, then well", at_a_distance, "hears", "x", "0", "1"),
    ("away early, then not", speaking, "early", "when", "15:30", ""),
)
# what somebody did first, what they did then, and on whose page one looks
CHANGED: dict[str, tuple[Callable[[Server], Awaitable[meetings.Meeting]], tuple[str, Form], tuple[str, Form]]] = {
    "a case, then nothing": (meetings.writing, ("lay", meetings.CASE), ("nothing", {})),
    "nothing, then a case": (meetings.writing, ("nothing", {}), ("lay", meetings.CASE)),
    "ready, then not": (meetings.chosen, ("chosen", {"rev": "2"}), ("not-chosen", {})),
    "may be shown, then not": (meetings.consent, ("may-show", {"x": "1"}), ("may-show", {"x": "0"})),
    "a card, then none": (meetings.cards, ("card", {**CARD, "rev": "1", "text": "Wat gebeurde er?"}),
                          ("card", {**CARD, "rev": "2", "text": ""})),
    "a number, then another": (meetings.scale, ("rate", {"input": "safety", "value": "2"}),
                               ("rate", {"input": "safety", "value": "5"})),
    "a sentence, then none": (meetings.closing, ("share", SHARE), ("share", {"rev": "2", "text": ""})),
    "an evaluation, then another": (meetings.rating, ("evaluate", {"A1": "1"}), ("evaluate", {"A1": "5"})),
    "a report, then none": (meetings.closing, ("agree-report", {"x": "1"}), ("agree-report", {"x": "0"})),
    **{title: (of, (verb, {field: a}), (verb, {field: b})) for title, of, verb, field, a, b in STANDING},
}  # fmt: skip


async def sees(who: Person) -> str:
    """Somebody's own page, without what is new in every answer."""
    return re.sub(r'name="csrf" value="[^"]+"|data-s="\d+"|data-heard="[^"]*"', "", await who.page())


async def moment(who: Person) -> str:
    found = re.search(r'data-moment="([^"]+)"', await who.page())
    assert found
    return html.unescape(found[1])


async def sent(who: Person, act: tuple[str, Form], nth: int, seen: str) -> None:
    name, form = act
    assert (await who.act(name, **form, nth=str(nth or ""), seen=seen)).status_code == 204


@pytest.mark.parametrize("title", CHANGED)
async def test_what_comes_late_changes_nothing(server: Server, title: str) -> None:
    stage, first, then = CHANGED[title]
    room = await stage(server)
    who = room.people["Owen"]
    seen = await moment(who)
    await sent(who, first, 1, seen)
    await sent(who, then, 2, seen)
    after = await sees(who)
    await sent(who, first, 1, seen)
    assert await sees(who) == after


@pytest.mark.parametrize("title", [
    "a case, then nothing", "a sentence, then none", "a card, then none", *(line[0] for line in STANDING),
])  # fmt: skip
async def test_without_its_number_it_would(server: Server, title: str) -> None:
    """The control: the same acts as a browser without a script sends them, where sending again is meant."""
    stage, first, then = CHANGED[title]
    room = await stage(server)
    who = room.people["Owen"]
    await sent(who, first, 0, "")
    await sent(who, then, 0, "")
    after = await sees(who)
    await sent(who, first, 0, "")
    assert await sees(who) != after


async def test_what_was_meant_for_an_earlier_step_is_not_done_in_this_one(server: Server) -> None:
    room = await meetings.cards(server)
    who = room.people["Owen"]
    seen = await moment(who)
    await room.press("next", 2)
    before = await sees(who)
    late = await who.act("done", nth="1", seen=seen)
    assert (late.status_code, await sees(who)) == (409, before)
    assert "intussen verder" in late.text


async def test_a_case_held_back_until_the_circle_is_at_the_writing_again_is_not_laid(server: Server) -> None:
    room = await meetings.writing(server)
    who = room.people["Owen"]
    seen = await moment(who)
    await sent(who, ("lay", meetings.CASE), 2, seen)
    for name in ("Cora", "Carl"):
        await room.do(name, "lay", **{**meetings.CASE, "question": f"Vraag van {name}?"})
    await room.press("next")  # all lie open
    await room.press("back")
    before = await sees(who)
    late = await who.act("lay", **{**meetings.CASE, "question": "Van vóór die tijd?"}, nth="1", seen=seen)
    assert (late.status_code, await sees(who)) == (409, before)
    await sent(who, ("lay", {**meetings.CASE, "question": "Van nu?", "rev": "2"}), 1, await moment(who))
    assert "Van nu?" in await who.page()


async def test_a_shared_text_held_back_is_no_new_version(server: Server) -> None:
    room = await meetings.telling(server, "five-step", 1)
    form = {"input": "question-v1"}

    async def versions() -> int:
        found = re.search(r'name="versions" value="(\d+)"', await room.people["Cleo"].page())
        assert found
        return int(found[1])

    begun = await versions()
    for n, text in enumerate(("Hoe begin ik?", "Hoe begin ik vandaag?")):
        await room.do("Cleo", "text", **form, text=text, versions=str(begun + n))
    await room.do("Cleo", "text", **form, text="Hoe begin ik?", versions=str(begun))
    assert "Hoe begin ik vandaag?" in await room.screen.page("/scherm")
    assert await versions() == begun + 2
    await room.do("Cleo", "text", **form, text="Hoe begin ik?", versions=str(begun + 2))
    assert await versions() == begun + 3, "who goes back to an earlier text may"


async def test_a_signed_card_leaves_no_count_of_its_device(server: Server) -> None:
    """Beside the seat it would name whose device it is, and so who did the other acts of the step."""
    room = await meetings.telling(server, "five-step", 3)
    for name in ("Owen", "Cora", "Carl"):
        await room.do(name, "small")
    seen = await moment(room.people["Owen"])
    await sent(room.people["Owen"], ("card", {"input": "cores", "slot": "0", "rev": "1", "text": "De kern"}), 2, seen)
    kept = document(server, room.lead.alias)
    heard = [tag for one in kept["rounds"].values() for tag in one["heard"]]
    assert len(heard) == 4, "the control: unsigned acts do, each about one thing"
    assert not set(heard) & {*kept["devices"], *kept["seats"]}
    await room.press("next", 2)
    seen = await moment(room.people["Owen"])
    await sent(room.people["Owen"], ("card", {"input": "advices", "slot": "0", "rev": "1", "text": "Rust"}), 1, seen)
    assert [one["heard"] for one in document(server, room.lead.alias)["rounds"].values() if one["heard"]] == []


async def test_acts_about_other_things_may_come_in_any_order(server: Server) -> None:
    """A card that waited for the line is not lost because another one, or "done", overtook it."""
    room = await meetings.cards(server)
    who = room.people["Owen"]
    seen = await moment(who)
    cards = [{"input": "questions", "slot": str(n), "rev": "1", "text": f"Vraag {n}?"} for n in range(3)]
    for n in (2, 0, 1):
        await sent(who, ("card", cards[n]), n + 1, seen)
        await sent(who, ("done", {}), n + 1, seen)
    await room.press("next")
    page = html.unescape(await room.people["Cleo"].page())
    assert [card["text"] in page for card in cards] == [True] * 3
    room = await meetings.closing(server)
    who = room.people["Owen"]
    seen = await moment(who)
    await sent(who, ("agree-report", {"x": "1"}), 2, seen)
    await sent(who, ("share", SHARE), 1, seen)
    assert "Een zin om te delen" in await who.page()


# what who leads taps, what they tap then, and what they may tap about a person
TAPS = {
    "the door closed, then open": (("door", {"x": "0"}), ("door", {"x": "1"})),
    "out, then called back": (("outside", {}), ("call-back", {})),
    "away, then called back": (("mark-left", {}), ("call-back", {})),
    "an empty screen, then not": (("blank", {"x": "1"}), ("blank", {"x": "0"})),
    "who sums up, then not": (("notice", {"x": "sum"}), ("notice", {"x": ""})),
    "coffee, then on": (("coffee", {}), ("run", {})),
}


@pytest.mark.parametrize("kept", [True, False], ids=["once", "control"])
@pytest.mark.parametrize("half", [0, 1])  # in a circle each: one device taps so often and no more
async def test_another_copy_of_a_tap_of_who_leads_does_nothing_again(server: Server, kept: bool, half: int) -> None:
    """The network held the first copy back, the one sent again came through, and then the opposite was tapped. The
    control: as a browser without a script sends them, where tapping again is meant."""
    room = await meetings.telling(server, "five-step", 1)
    seat = seat_of(server, room.lead, "Owen")

    async def tapped(act: tuple[str, Form], op: str) -> None:
        name, form = act
        answer = await room.lead.act(name, **form, seat=seat, op=op if kept else "")
        assert answer.status_code == 204, answer.text

    for n, (title, (first, then)) in enumerate(list(TAPS.items())[half::2]):
        await tapped(first, f"{n}" * 32)
        await tapped(then, f"{n}b" * 16)
        after = await here(room.lead)
        await tapped(first, f"{n}" * 32)
        assert (await here(room.lead) == after) == kept, title
        await tapped(then, f"{n}c" * 16)


async def here(lead: Person) -> str:
    """The cockpit, without what is new in every answer."""
    return re.sub(r'name="csrf" value="[^"]+"|data-(s|left|total)="[^"]*"|\d+ min', "", await lead.page("/leiden"))


async def test_another_copy_of_a_yes_to_the_method_is_no_yes(server: Server) -> None:
    room = await meetings.meeting(server, meetings.SIX[:4])
    await room.press("next", 3)
    await room.press("tell")
    await room.do("Owen", "it-is-me")
    await room.do("Owen", "say-yes", method="five-step", op="a" * 32)
    await room.do("Owen", "say-yes", method="", op="b" * 32)
    await room.do("Owen", "say-yes", method="five-step", op="a" * 32)
    assert "Owen wil liever een andere methode" in await room.lead.page("/leiden")


async def test_another_copy_of_giving_the_lead_away_gives_it_away_no_more(server: Server) -> None:
    room = await meetings.meeting(server)
    owen, fay = seat_of(server, room.lead, "Owen"), seat_of(server, room.lead, "Fay")
    assert (await room.lead.act("hand-over", seat=owen, op="a" * 32)).status_code == 204
    assert (await room.people["Owen"].act("hand-over", seat=fay, op="b" * 32)).status_code == 204
    assert (await room.lead.act("hand-over", seat=owen, op="a" * 32)).status_code == 204
    assert (await room.lead.http.get(f"/r/{room.lead.alias}/leiden")).status_code == 200


@pytest.mark.parametrize("act", ["notice", "still", "coffee", "run"])
async def test_what_who_leads_tapped_in_another_step_is_not_done_in_this_one(server: Server, act: str) -> None:
    """A minute of silence that comes half a minute late would empty every page of a step nobody meant."""
    room = await meetings.telling(server, "five-step", 1)
    seen = re.search(r'data-moment="([^"]+)"', await room.lead.page("/leiden"))
    assert seen
    await room.press("next")
    late = await room.lead.act(act, x="silence", seen=seen[1])
    assert (late.status_code, "intussen verder" in late.text) == (409, True)
    now = re.search(r'data-moment="([^"]+)"', await room.lead.page("/leiden"))
    assert now
    assert (await room.lead.act(act, x="silence", seen=now[1])).status_code == 204
