"""A named cast and rooms brought to a phase by calling verbs: Fay facilitates, the others take part."""

from __future__ import annotations

from functools import partial
from random import Random

from rooms import agreement, choosing, door, few, flow, tags, willing, writing
from rooms.methodfiles import catalogue
from rooms.room import Room, phase, this_round, with_round
from server import identity

NOW = 1_795_000_000_000
CAST = ("Owen", "Cora", "Carl", "Cleo", "Cem", "Cato")


class Circle:
    """A room under test: people by name, each with a secret of their own, and a clock that only moves on request."""

    def __init__(
        self, *names: str, method: str | None = "five-step", cases: int = 1, guided: bool = True, chairs: int = 12
    ) -> None:
        self.rng, self.now = Random(7), NOW
        self.secrets = {name: identity.new_secret() for name in ("Fay", *(names or CAST))}
        self.room = door.open_room(
            "r00m",
            name="Mentoren",
            chairs=chairs,
            leader_name="Fay",
            handle=self.handle("Fay"),
            rng=self.rng,
            cases=cases,
            guided=guided,
            method=catalogue()[method] if method else None,
            key="k",
            ends=NOW + 7_200_000,
        )
        self.room = flow.begin(self.room, self.now, self.rng)
        for name in names or CAST:
            self.do(door.join, self.handle(name), name, remote=False, rng=self.rng)

    def handle(self, name: str) -> str:
        return identity.handle(self.secrets[name], "r00m")

    def tag(self, name: str) -> tags.Tag:
        return partial(identity.tag, self.secrets[name])

    def signs(self, name: str) -> tuple[str, str]:
        """The tags of somebody's case and of being ready."""
        return tags.case(self.tag(name), self.room), tags.ready(self.tag(name), self.room)

    def seat(self, name: str) -> str:
        return next(s.id for s in self.room.seats.values() if s.name == name)

    def do(self, verb, *args, **named) -> Room:  # type: ignore[no-untyped-def]
        self.room = verb(self.room, *args, **named)
        return self.room

    def by(self, name: str, verb, *args, **named) -> Room:  # type: ignore[no-untyped-def]
        return self.do(verb, self.seat(name), *args, **named)

    def consent(self, *yes: str) -> None:
        """Everybody who writes answers whether their case may be shown: yes for these, the others no."""
        for name in (room_seat.name for room_seat in self.room.seats.values()):
            if self.seat(name) in few.hands(self.room):
                self.by(name, writing.may_show, *self.signs(name), yes=name in yes)

    def next(self, *, all_ready: bool = True) -> Room:
        """Next, once everybody who writes or chooses here has said to be ready; or at once."""
        here = phase(self.room)
        asks = here.kind == "choose" or few.unsigned(self.room) and few.may_write(self.room)
        if all_ready and flow.stage(self.room) != "consent" and asks:
            ready = {self.signs(name)[1]: True for name in self.secrets if self.seat(name) in few.hands(self.room)}
            self.room = with_round(self.room, ready={**this_round(self.room).ready, **ready})
        return self.by("Fay", flow.step, flow.pointer(self.room), self.now, self.rng)

    def lay(self, name: str, question: str, rev: int = 1) -> Room:
        return self.by(
            name,
            writing.lay,
            tags.case(self.tag(name), self.room),
            tags.ready(self.tag(name), self.room),
            rev,
            ("wat er is", "lastig", question),
        )

    def cast(self, name: str, dots: dict[str, int], rev: int = 1) -> Room:
        return self.by(name, choosing.cast, tags.vote(self.tag(name), self.room), rev, dots)

    def answer(self, name: str, choice: str) -> Room:
        tag = self.tag(name)
        return self.by(name, choosing.answer, tags.ready(tag, self.room), tags.case(tag, self.room), choice)

    def claim(self, name: str) -> Room:
        return self.by(name, willing.it_is_me, tags.case(self.tag(name), self.room))

    def to(self, kind: str) -> Circle:
        """Presses next until the room is in a phase of this kind, everybody agreeing on the way."""
        while self.room.agenda[self.room.at].phase.kind != kind:
            if self.room.agenda[self.room.at].phase.kind == "agreement":
                for name in self.secrets:
                    self.by(name, agreement.say, tags.agree(self.tag(name), self.room), "yes")
            if self.room.agenda[self.room.at].phase.kind == "write":
                for name in list(self.secrets)[1:5]:
                    self.lay(name, f"Vraag van {name}?")
            was = flow.pointer(self.room)
            self.next()
            assert flow.pointer(self.room) != was, f"no {kind} ahead"
        return self

    def case_of(self, name: str) -> str:
        cap = tags.case(self.tag(name), self.room)
        return next(c.id for c in self.room.cases if c.cap == cap)

    def to_method(self, owner: str = "Owen") -> Circle:
        """Through the choice, with this owner's case on the table and a yes to the method; or straight to a method in
        which everybody is the owner in turn."""
        if self.room.method and self.room.method.everybody:
            return self.to("method")
        self.to_owner(owner)
        assert self.room.method
        self.by(owner, willing.say_yes, self.room.method.id)
        self.next()
        return self

    def to_owner(self, owner: str = "Owen") -> Circle:
        """Through the choice, until this owner has said whose case it is."""
        self.chosen(owner, "bring")
        self.claim(owner)
        return self

    def chosen(self, author: str, answer: str) -> Circle:
        """Through the vote for this author's case, their answer, and the twenty seconds."""
        self.to("choose")
        for name in list(self.secrets)[1:]:
            self.cast(name, {self.case_of(author): 3})
        self.next()
        self.answer(author, answer)
        self.next()
        self.now += choosing.WAIT
        self.next()
        return self
