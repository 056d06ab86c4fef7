"""What is taken to concern nobody else, concerns nobody else: pages are not drawn again for it."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import asdict

from rooms import agreement, choosing, closing, evaluating, flow, scales, tags, takeaways, writing
from rooms.methodfiles import read
from rooms.mine import mine
from rooms.rights import LEAD, SCREEN, role
from rooms.room import Room, phase
from rooms.unseen import tags_changed
from rooms.view import view
from server import identity
from tests.made import files
from tests.people import CAST, Circle
from tests.rooms.playing import Play

ROLES = ("member", "owner", "lead", "screen", "outside", "late")


class Watched:
    """Looks at every change of a circle that should not be seen, on every page of it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.quiet = self.loud = 0
        do = Circle.do

        def watched(circle: Circle, verb: Any, *args: Any, **named: Any) -> Room:
            old = circle.room
            new = do(circle, verb, *args, **named)
            if new is not old:
                self._look(circle, old, new)
            return new

        monkeypatch.setattr(Circle, "do", watched)

    def _look(self, circle: Circle, old: Room, new: Room) -> None:
        changed = tags_changed(old, new)
        if changed is None:
            self.loud += 1
            return
        self.quiet += 1
        assert [view(old, it) for it in ROLES] == [view(new, it) for it in ROLES]
        for name in circle.secrets:
            made = {circle.seat(name)}

            def tag(*parts: str, name: str = name, made: set[str] = made) -> str:
                made.add(identity.tag(circle.secrets[name], *parts))
                return identity.tag(circle.secrets[name], *parts)

            device = old.devices[circle.handle(name)]
            before = mine(old, device, tag)
            if made.isdisjoint(changed):
                assert asdict(mine(new, device, tag)) == asdict(before), name


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    return Watched(monkeypatch)


@pytest.mark.parametrize("path", files(), ids=lambda p: p.stem)
def test_in_every_step_of_every_method(watched: Watched, path: Any) -> None:
    Play(read(path.read_text(encoding="utf-8"))).through()
    assert watched.loud


def test_in_the_shell(watched: Watched) -> None:
    circle = Circle().to("agreement")
    for name in CAST:
        circle.by(name, agreement.say, tags.agree(circle.tag(name), circle.room), "talk")
        circle.by(name, agreement.say, tags.agree(circle.tag(name), circle.room), "yes")
    circle.to("write")
    for name in CAST[:4]:
        circle.lay(name, "Eén?")
        circle.lay(name, "Twee?", 2)
    for name in CAST[4:]:
        ready = tags.ready(circle.tag(name), circle.room)
        circle.by(name, writing.nothing, tags.case(circle.tag(name), circle.room), ready, "small")
    circle.to("choose")
    for name in CAST:
        circle.cast(name, {circle.case_of("Owen"): 3})
        circle.by(name, choosing.ready, tags.ready(circle.tag(name), circle.room))
    circle.next()
    for name in CAST:
        circle.answer(name, "bring" if name == "Owen" else "rather-not")
    assert watched.quiet > 25
    circle.next()
    circle.now += choosing.WAIT
    circle.next()
    circle.claim("Owen")
    circle.by("Fay", flow.skip, flow.pointer(circle.room), circle.now, circle.rng)
    circle.to("closing")
    before = watched.quiet
    for name in CAST:
        tag, room = circle.tag(name), circle.room
        ready = tags.ready(tag, room)
        circle.by(name, takeaways.share, 1, "Een zin", report=True, tag=tags.takeaway(tag, room), ready=ready)
        circle.by(name, closing.agree_report, tags.report(tag, room), yes=True)
    assert phase(circle.room).kind == "closing"
    assert watched.quiet >= before + len(CAST)
    circle.next()
    for name in CAST:
        tag, room = circle.tag(name), circle.room
        for value in (3, 4):  # the second time only the numbers change
            given = dict.fromkeys(evaluating.sets()["after"].lines, value)
            circle.by(name, scales.evaluate, given, tag=tags.rating(tag, room), ready=tags.ready(tag, room))


def test_what_all_may_see_is_never_taken_for_unseen() -> None:
    circle = Circle().to("write")
    first = circle.room
    circle.lay("Owen", "Eén?")
    assert tags_changed(first, circle.room) is None  # the first paper: a small circle may not simply tell any more
    assert tags_changed(circle.room, circle.next()) is None
    assert {role(circle.room, circle.seat(name)) for name in CAST} <= set(ROLES)
    assert {LEAD, SCREEN} <= set(ROLES)
