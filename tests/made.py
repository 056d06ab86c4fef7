"""Methods made for one test, and circles led to their first phase."""

from __future__ import annotations

from typing import Any

import pytest

from rooms import agreement, choosing, door, flow, people, plan, rights, tags, votes, willing
from rooms.methodcheck import faults
from rooms.methodfiles import CATALOGUE
from rooms.methods import Input, Method, Phase, Size, Text
from rooms.mine import Mine, mine
from rooms.room import Room, owner, phase
from rooms.shell import AROUND, beyond
from rooms.view import View, view
from server import identity
from tests.people import CAST, Circle

WORD = Text("woord", "word")
INSIDE = ("member", "owner", "lead", "screen")
SLACK = 2  # minutes by which a method may be too long before the chooser says so


def line(name: str, kind: str, **fields: object) -> Input:
    return Input(**{"id": name, "kind": kind, "label": WORD, **fields})  # type: ignore[arg-type]


def words(*texts: str) -> tuple[Text, ...]:
    return tuple(Text(text, text) for text in texts)


def step(name: str, *inputs: Input, **fields: object) -> Phase:
    return Phase(**{"id": name, "name": WORD, "minutes": 5, "rule": WORD, "inputs": inputs, **fields})  # type: ignore[arg-type]


def made(*phases: Phase, **fields: object) -> Method:
    """A method that could ship."""
    size = Size(2, 4, 6, 12)
    method = Method(**{"id": "made", "name": WORD, "use": WORD, "size": size, "phases": phases, **fields})  # type: ignore[arg-type]
    assert list(faults(method)) == []
    return method


def led(method: Method, *names: str, guided: bool = True) -> Circle:
    """A circle at the first phase of a method, with Owen's case on the table or with everybody's."""
    return prepared(method, *names, guided=guided).to_method()


def prepared(method: Method, *names: str, cases: int = 1, guided: bool = True, chairs: int = 12) -> Circle:
    """A circle that arrives, with its method chosen."""
    circle = Circle(*names, method=None, cases=cases, guided=guided, chairs=chairs)
    circle.by("Fay", flow.pick_method, method, circle.now)
    return circle


def small(method: Method) -> Circle:
    """Owen, Cora and Carl at the first phase of a method; nobody tapped that writing without a name is all right."""
    circle = prepared(method, "Owen", "Cora", "Carl").to("agreement")
    circle.next(), circle.next()
    circle.by("Fay", flow.tell, flow.pointer(circle.room), circle.now, circle.rng)
    circle.claim("Owen")
    circle.by("Owen", willing.say_yes, method.id)
    circle.next()
    return circle


def two_cases(method: Method) -> Circle:
    """At the first phase of Owen's case; Cora's comes after it."""
    circle = prepared(method, cases=2).to("choose")
    for name in CAST:
        circle.cast(name, {circle.case_of("Owen"): 2, circle.case_of("Cora"): 1})
    circle.next()
    for name in ("Owen", "Cora"):
        circle.answer(name, "bring")
    circle.next()
    for name in ("Owen", "Cora"):
        circle.now += choosing.WAIT
        circle.next()
        circle.claim(name)
        circle.by(name, willing.say_yes, method.id)
        circle.next()
    return circle


def to_phase(circle: Circle, name: str, whose: str = "") -> Circle:
    """Presses next until the circle is in this phase, of the case of `whose` when that is said."""
    while phase(circle.room).id != name or whose and owner(circle.room) != circle.seat(whose):
        was = flow.pointer(circle.room)
        circle.next()
        assert flow.pointer(circle.room) != was, f"no {name} ahead"
    return circle


def lead(circle: Circle, verb: object) -> Room:
    """Fay presses back, skip, repeat or loop."""
    return circle.by("Fay", verb, flow.pointer(circle.room), circle.now, circle.rng)


def late(circle: Circle, name: str, *, caught_up: bool) -> Circle:
    """Somebody knocks and is let in, and reads the agreement or not yet."""
    circle.secrets[name] = identity.new_secret()
    handle, brings = circle.handle(name), owner(circle.room)
    circle.do(door.join, handle, name, remote=False, rng=circle.rng)
    circle.by("Fay", door.admit, handle, rng=circle.rng)
    if brings:
        circle.do(door.owner_says, brings, handle, yes=True, rng=circle.rng)
    if caught_up:
        circle.by(name, agreement.say, tags.agree(circle.tag(name), circle.room), "yes")
    return circle


def gone(circle: Circle, name: str, how: str) -> Circle:
    """Somebody is called outside, leaves or is removed."""
    away = {"outside": people.call_outside, "left": people.mark_left}
    extra = () if how in away else ("BCDF-2345",)
    circle.by("Fay", away.get(how, people.remove), circle.seat(name), *extra)
    return circle


def own(circle: Circle, name: str) -> Mine:
    """What somebody's own device shows of their own."""
    return mine(circle.room, circle.room.devices[circle.handle(name)], circle.tag(name))


def page(circle: Circle, name: str) -> View:
    """What somebody's page shows to everybody in the same role."""
    return view(circle.room, rights.role(circle.room, circle.seat(name)))


def ballot(circle: Circle, name: str, given: dict[str, int], rev: int = 1, of: str = "best") -> Room:
    """Somebody's ballot in a method's vote."""
    tag = circle.tag(name)
    mark, ready = tags.ballot(tag, circle.room, of), tags.ready(tag, circle.room)
    return circle.by(name, votes.cast, of, rev, given, tag=mark, ready=ready)


def becomes(method: Method, minutes: int, cases: int = 1) -> int | None:
    """The minutes that the chooser (static/js/methods.js) says a method becomes in a meeting of so many; 0 where it
    says nothing, None where the method is too long."""
    own, over = sum(p.minutes for p in method.phases), beyond(method, cases) + AROUND - minutes
    left, least = own - over / (1 if method.everybody else cases), plan.shortest(method)
    if over <= SLACK:
        return 0
    return None if left // 1 < least - SLACK else max(int(left // 1), least)


ALWAYS = ("m01-five-step", "m05-gossip", "m14-incidents", "m17-troika", "m25-moral-deliberation", "m26-final-meeting")


def files(always: tuple[str, ...] = ALWAYS) -> list[Any]:
    """Every method's file; those not named here only in the long tests: a step of each takes its time."""
    found = sorted(CATALOGUE.glob("*.toml"))
    return [path if path.stem in always else pytest.param(path, marks=pytest.mark.long) for path in found]
