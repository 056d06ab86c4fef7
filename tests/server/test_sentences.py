"""Each field and each choice, in every phase of every method, has one sentence beside it: the one of the rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from msgspec.structs import replace

from rooms import (
    cards,
    choosing,
    closing,
    door,
    few,
    flow,
    handles,
    mine,
    more,
    promises,
    rights,
    tags,
    takeaways,
    turns,
    view,
    willing,
)
from rooms.methodfiles import catalogue
from rooms.rights import LATE, LEAD, MEMBER
from rooms.room import Poll, Room, here, phase, this_round, with_round, with_seat
from server import acts, identity
from tests.people import CAST, Circle
from tests.said import ACTS, SILENT, Page, faults, met, regions, sentence


def page(circle: Circle, name: str, lang: str = "nl", silent: str = "") -> str:
    """The page of somebody's seat as the server draws it."""
    room, seat = circle.room, circle.seat(name)
    device = room.devices[circle.handle(name)]
    shown = view.view(room, rights.role(room, seat), silent=silent)
    own = mine.mine(room, device, circle.tag(name))
    parts = regions().audience("seat", shown, lang) | regions().personal(shown, own, lang, "c", {})
    return "".join(parts.values())


def cockpit(circle: Circle, lang: str = "nl") -> str:
    return "".join(regions().audience("lead", view.view(circle.room, LEAD), lang).values())


def meeting(people: tuple[str, ...], guided: bool) -> Iterator[Circle]:
    """A meeting at each of its moments, but those of its method."""
    circle = Circle(*people, guided=guided)
    yield circle
    circle.to("agreement")
    yield circle
    circle.to("checkin")
    circle.by("Fay", turns.give)
    yield circle
    circle.to("write")
    yield circle
    if len(people) <= 3:
        allow(circle)
        yield circle
    circle.lay("Owen", "Een vraag?")
    circle.next()
    yield circle  # one case: everybody is asked whether it may be shown
    circle.by("Fay", flow.back, flow.pointer(circle.room), circle.now, circle.rng)
    for name in people:
        circle.lay(name, f"Vraag van {name}?", rev=2)
    circle.next()
    yield circle
    circle.to("choose")
    yield circle
    for name in people:
        circle.cast(name, {circle.case_of("Owen"): 3})
    circle.next()
    yield circle
    circle.answer("Owen", "bring")
    circle.next()
    yield circle
    circle.now += choosing.WAIT
    circle.next()
    yield circle
    circle.claim("Owen")
    yield circle
    circle.by("Owen", willing.say_yes, "five-step")
    circle.to("closing")
    if len(people) <= 3:
        yield circle
        allow(circle)
    yield circle
    circle.next()
    yield circle
    circle.by("Fay", closing.close, circle.now, circle.rng)
    yield circle


def allow(circle: Circle) -> None:
    """Each writer of a small circle taps that it may be without a name."""
    for name in circle.secrets:
        if circle.seat(name) in this_round(circle.room).writers:
            circle.by(name, few.allow, tags.small(circle.tag(name), circle.room))


def working(method: str, people: tuple[str, ...]) -> Iterator[Circle]:
    """Each stage of a method's phases: with empty fields, and with cards laid."""
    circle = Circle(*people, method=method).to_method()
    while phase(circle.room).kind == "method":
        yield circle
        if not few.may_write(circle.room):
            allow(circle)
            yield circle
        if flow.stage(circle.room) == "write":
            for line in (i for i in phase(circle.room).inputs if i.kind == "cards" and not i.live):
                for name in (n for n in people if circle.seat(n) in this_round(circle.room).writers):
                    if not rights.is_one_of(circle.room, circle.room.seats[circle.seat(name)], line.who):
                        continue
                    tag = circle.tag(name)
                    signs = {"tag": tags.card(tag, circle.room, line.id, 0), "ready": tags.ready(tag, circle.room)}
                    circle.by(name, cards.lay, line.id, 0, 1, "Iets", **signs)
            yield circle
        circle.next()


def wrong(circle: Circle, found: set[str], lang: str = "nl") -> list[str]:
    """What is wrong on anybody's page now; what was asked for is added to `found`."""
    room = circle.room
    expected = promises.all_now(room)
    lines = {i.id: promises.in_round(room, promises.of(i)) for i in phase(room).inputs}
    bad = []
    people = [s.name for s in here(room)]
    for name in ("Fay", "Owen", people[-1]):
        html = page(circle, name, lang)
        late = rights.role(room, circle.seat(name)) == LATE
        kinds = expected | {"agree": expected["talk-first"]} if late else expected
        found |= met(html)
        bad += [f"{phase(room).id} {name}: {fault}" for fault in faults(html, kinds, lines, lang)]
    bad += [f"{phase(room).id} cockpit: {fault}" for fault in faults(cockpit(circle, lang), expected, lines, lang)]
    return bad


def test_every_act_of_a_seat_has_a_sentence_or_a_reason() -> None:
    assert set(ACTS) | set(SILENT) == set(acts.SEAT)
    assert not set(ACTS) & set(SILENT)


@pytest.mark.parametrize(("people", "guided"), [(CAST, True), (CAST[:4], True), (CAST[:3], True), (CAST[:5], False)])
def test_every_field_of_the_shell_says_its_rule(people: tuple[str, ...], guided: bool) -> None:
    found: set[str] = set()
    bad = [fault for circle in meeting(people, guided) for fault in wrong(circle, found)]

    assert bad == []
    assert found >= {"where", "agree", "early", "case", "may-show", "take-back", "ballot", "answer", "rather-not"}
    assert found >= {"it-is-me", "say-yes", "takeaway", "evaluation", "report"}
    assert ("small" in found) == (len(people) <= 3)


EVERY_KIND = (
    "five-step",
    "moral-deliberation",
    "raguse",
    "troika",
    "warm-cold",
)  # together they have every kind of field


@pytest.mark.parametrize(
    "method", [pytest.param(m, marks=() if m in EVERY_KIND else pytest.mark.long) for m in sorted(catalogue())]
)
def test_every_field_of_a_method_says_its_rule(method: str) -> None:
    found: set[str] = set()
    bad = [fault for size in (6, 4) for circle in working(method, CAST[:size]) for fault in wrong(circle, found)]

    assert bad == []
    filled = {i.kind for p in catalogue()[method].phases for i in p.inputs} & {"cards", "text", "scale", "vote"}
    assert found or not filled


def moments() -> Iterator[tuple[str, Circle]]:
    """What no meeting comes to by itself: somebody late, a stop, a knock, a leader who is silent."""
    circle = Circle().to_method()
    circle.by("Owen", handles.stop, circle.now)
    yield "stop-choice", circle
    circle = Circle().to_method()
    circle.secrets["Noor"] = identity.new_secret()
    circle.do(door.join, circle.handle("Noor"), "Noor", remote=False, rng=circle.rng)
    circle.by("Fay", door.admit, circle.handle("Noor"), rng=circle.rng)
    yield "owner-says", circle
    circle.by("Owen", door.owner_says, circle.handle("Noor"), yes=True, rng=circle.rng)
    yield "agree", circle


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_what_seldom_happens_says_its_rule_too(lang: str) -> None:
    for kind, circle in moments():
        found: set[str] = set()
        assert wrong(circle, found, lang) == []
        assert kind in found
    circle = Circle().to("write")
    html = page(circle, "Owen", lang, silent=circle.seat("Fay"))
    assert "take-over" in met(html)
    assert faults(html, promises.all_now(circle.room), {}, lang) == []


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_at_the_door_a_name_says_its_rule(lang: str) -> None:
    seen = {"n": 8, "taken": 2, "door": True, "free": 3, "lead_at": 0, "name": "x", "leads": "Fay", "guided": True}
    more = {"code": "x", "error": "", "found": seen, "name": "", "name_error": "", "secure": True, "said": ""}
    start = Page(regions().page("start", lang, passed="", **more))
    create = {
        "methods": tuple(catalogue().values()),
        "around": 30,
        "follow_up": 5,
        "typed": {},
        "error": "",
        "chairs": 8,
    }
    begin = Page(regions().page("create", lang, secure=True, said="", **create))

    [name] = [c for c in start.controls if c.label == "name"]
    assert start.told(name)[0].startswith(sentence(promises.INPUTS["name"], lang))
    asked = [c for c in begin.controls if c.verb == "/nieuw" and c.tag != "button"]
    assert len(asked) > 20
    more_of = {"video": "video", "own": "own-method"}  # fields with a sentence of their own before that of the form
    for label, rule in more_of.items():
        [one] = [c for c in asked if c.label == label]
        assert begin.told(one)[0] == sentence(promises.INPUTS[rule], lang)
    others = {tuple(begin.told(c)) for c in asked if c.label not in more_of}
    assert others == {(sentence(promises.INPUTS["circle"], lang),)}


def test_each_promise_has_words_of_its_own_and_another_rule_has_other_words() -> None:
    told = {sentence(p) for p in promises.INPUTS.values()}
    assert all(told)
    rule = promises.INPUTS["question"]
    assert sentence(rule) != sentence(replace(rule, first=promises.ALL))
    assert sentence(rule) != sentence(replace(rule, name="without"))
    assert all(sentence(p, "en") and sentence(p, "en") != sentence(p) for p in promises.INPUTS.values())


def test_the_check_sees_a_field_without_a_sentence_and_a_sentence_of_another_rule() -> None:
    circle = Circle().to("write")
    html, kinds = page(circle, "Owen"), promises.all_now(circle.room)

    assert faults(html, kinds, {}) == []
    assert len(faults(html.replace("s-case", "x-case", 1), kinds, {})) == 3
    assert len(faults(html + html, kinds, {})) > 3
    assert faults(html, kinds | {"case": promises.Promise(promises.LEADS, promises.ALL, when="reveal")}, {})


def test_another_rule_is_another_view_and_another_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    circle = Circle().to_method()
    circle.next()
    circle.by("Cora", turns.ask, "0123456789abcdef", "Wat hoopte je?")
    old = promises.INPUTS["question"]
    told, waiting = page(circle, "Carl"), view.view(circle.room, MEMBER).queue
    monkeypatch.setitem(promises.INPUTS, "question", replace(old, first=promises.ALL))
    retold, read = page(circle, "Carl"), view.view(circle.room, MEMBER).queue

    assert sentence(old) in told
    assert waiting[0].text == ""
    assert sentence(old) not in retold
    assert sentence(promises.INPUTS["question"]) in retold
    assert read[0].text == "Wat hoopte je?"


def _with(circle: Circle, name: str, **fields: object) -> Room:
    return with_seat(circle.room, circle.seat(name), **fields)


def _offered() -> Room:
    room = Circle().room
    return replace(room, takeover=next(iter(room.seats)))


def _ended_by_owner() -> Room:
    circle = Circle().to_method()
    circle.by("Owen", handles.stop, circle.now)
    return circle.by("Owen", handles.choose, "end")


def _voted_for_more() -> Room:
    room = Circle().to_method().room
    return with_round(room, poll=Poll(total=this_round(room).clock.total, outcome=more.NO))


def _with_sentences() -> Room:
    circle = Circle().to_method().to("closing")
    tag, ready = tags.takeaway(circle.tag("Cora"), circle.room), circle.signs("Cora")[1]
    circle.by("Cora", takeaways.share, 1, "Ik vraag door.", report=False, tag=tag, ready=ready)
    return circle.next()


@pytest.mark.parametrize(
    ("kind", "role", "field", "made"),
    [
        ("case", MEMBER, "cases", lambda: Circle().to("read").room),
        ("case", MEMBER, "table", lambda: Circle().to_owner().room),
        ("it-is-me", MEMBER, "owner_name", lambda: Circle().to_method().room),
        ("say-yes", LEAD, "willing", lambda: Circle().to_owner().room),
        ("say-yes", LEAD, "willing_name", lambda: Circle().to_owner().room),
        ("stop-choice", LEAD, "still_choice", _ended_by_owner),
        ("take-over", MEMBER, "takeover", _offered),
        ("where", MEMBER, "remote_names", lambda: _with(Circle(), "Cora", remote=True)),
        ("hears", LEAD, "no_sound", lambda: _with(Circle(), "Cora", remote=True, no_sound=True)),
        ("early", LEAD, "people", lambda: Circle().room),
        ("talk-first", LEAD, "talk_first", lambda: _with(Circle(), "Cora", talk_first=True)),
        ("more", MEMBER, "more", _voted_for_more),
        ("takeaway", MEMBER, "takeaways", _with_sentences),
    ],
)
def test_each_field_of_a_view_asks_its_rule(
    monkeypatch: pytest.MonkeyPatch, kind: str, role: str, field: str, made: Callable[[], Room]
) -> None:
    room = made()
    assert getattr(view.view(room, role), field)
    monkeypatch.setitem(promises.INPUTS, kind, replace(promises.INPUTS[kind], first=(), then=()))
    assert not getattr(view.view(room, role), field)


def test_what_the_owner_answers_to_a_method_reaches_who_leads_and_nobody_else() -> None:
    circle = Circle(guided=False).to("choose")
    for name in CAST:
        circle.cast(name, {circle.case_of("Owen"): 3})
    circle.next()
    circle.answer("Owen", "bring")
    circle.next()
    circle.now += choosing.WAIT
    circle.next()
    circle.claim("Owen")
    before = page(circle, "Cora")
    circle.by("Owen", willing.say_yes, "")

    assert page(circle, "Cora") == before
    assert view.view(circle.room, LEAD).willing == "other"
    assert (
        mine.mine(circle.room, circle.room.devices[circle.handle("Fay")], circle.tag("Fay")).leading.willing == "other"
    )  # type: ignore[union-attr]


def test_before_the_circle_closes_nobody_sees_whether_there_will_be_a_report() -> None:
    circle = Circle().to_method().to("closing")
    before = [view.view(circle.room, role) for role in promises.ALL]
    for name in CAST:
        circle.by(name, closing.agree_report, tags.report(circle.tag(name), circle.room), yes=True)
    circle.by("Owen", closing.allow_report, yes=True)

    assert [view.view(circle.room, role) for role in promises.ALL] == before
    circle.by("Fay", closing.close, circle.now, circle.rng)
    assert view.view(circle.room, MEMBER).report


@pytest.mark.parametrize("cases", [1, 2])
def test_telling_instead_of_writing_says_that_of_two_cases_one_is_left(cases: int) -> None:
    said = cockpit(Circle("Owen", "Cora", "Carl", cases=cases).to("write"))

    assert "We vertellen gewoon" in said
    assert ("Er komt dan één casus aan bod." in said) == (cases == 2)
