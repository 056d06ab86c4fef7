"""Plays any method from its first phase to its last: everybody fills in all there is, and every page is made.

What is wrong with a method that loads and cannot be led shows here as a refusal, a template that fails, or words that
somebody wrote and nobody ever saw.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from rooms import boards, cards, flow, groups, picks, scales, sorts, tags, texts, timers, turns, votes
from rooms.methods import Input, Method, is_board
from rooms.mine import Task
from rooms.rights import LEAD, SCREEN, role
from rooms.room import key, owner, phase
from rooms.view import View, view
from tests.made import own, prepared
from tests.people import Circle
from tests.said import regions

GLUED = re.compile(r"[a-zé][.?!][A-ZÉ][a-z]")


def said(parts: dict[str, str]) -> str:
    """What is drawn, in which no sentence runs into the next."""
    drawn = "".join(parts.values())
    assert not (found := GLUED.search(re.sub(r"<[^>]*>", "|", drawn))), found
    return drawn


class Play:
    """A circle of seven, of which one leads only, in a method; what was written in it, and what could be read. With
    `names` and `chairs` it is another one, in which Owen, Cora and Carl sit as well."""

    def __init__(self, method: Method, *names: str, back: bool = False, owned: bool = True, chairs: int = 12) -> None:
        self.circle: Circle = prepared(replace(method, id="played"), *names, chairs=chairs)
        if owned:
            self.circle.to_method()
        else:
            self.circle.chosen("Owen", "without").next()
        self.wrote: set[str] = set()
        self.seen: set[str] = set()
        self.held: set[str] = set()  # the inputs that somebody filled in
        self.looked: set[tuple[str, str]] = (
            set()
        )  # the phases that had something of earlier ones beside them, and whose
        self.n, self.lang, self.back = 0, "nl", back

    def through(self) -> Play:
        """To the closing, going round once wherever the method may; with `back` a step back and on in each."""
        looped: set[str] = set()
        while phase(self.circle.room).kind == "method":
            self.pages()
            self.fill()
            if self.back:
                self.back_and_forth()
            self.pages()
            on = phase(self.circle.room).id
            if flow.loops_to(self.circle.room) and on not in looped:
                looped.add(on)
                verb = flow.loop
            else:
                verb = flow.step
            was = flow.pointer(self.circle.room)
            self.circle.by("Fay", verb, was, self.circle.now, self.circle.rng)
            assert flow.pointer(self.circle.room) != was, f"{on} does not end"
        return self

    def back_and_forth(self) -> None:
        """To the step before this one and on again: nothing is lost that lies there or that somebody holds."""
        here, before = self.where(), self.there()
        self.circle.by("Fay", flow.back, flow.pointer(self.circle.room), self.circle.now, self.circle.rng)
        assert self.where() != here, f"there is no way back from {here}"
        self.circle.by("Fay", flow.step, flow.pointer(self.circle.room), self.circle.now, self.circle.rng)
        assert (self.where(), self.there()) == (here, before)

    def where(self) -> tuple[str, str]:
        return key(self.circle.room), flow.stage(self.circle.room)

    def there(self) -> list[object]:
        """All that lies on the table, for who leads, the owner and the others, and what each of them gave."""
        room = self.circle.room
        audiences = (LEAD, *(role(room, self.circle.seat(name)) for name in ("Owen", "Cora")))
        found: list[object] = [
            (seen.shelves, seen.fields, seen.question, seen.asked, seen.queue)
            for seen in (view(room, audience) for audience in audiences)
        ]
        return found + [own(self.circle, name).tasks for name in self.circle.secrets]

    def pages(self) -> None:
        """A page of each sort, in one language and the next time in the other."""
        room = self.circle.room
        self.lang = "en" if self.lang == "nl" else "nl"
        for audience, place in ((LEAD, "lead"), (SCREEN, "screen")):
            self._drawn(place, self._view(audience))
        for name in ("Fay", "Owen", "Cora"):
            seen, mine = self._view(role(room, self.circle.seat(name))), own(self.circle, name)
            self._drawn("seat", seen)
            said(regions().personal(seen, mine, self.lang, "csrf", {}))

    def _drawn(self, place: str, seen: View) -> None:
        """A page for all of a sort. It says who comes next, but not to who only listens."""
        drawn = said(regions().audience(place, seen, self.lang))
        if seen.turns and seen.coming and not seen.listens:
            words = seen.coming[0] if place == "lead" else f"{', '.join(seen.coming)}."
            assert words in drawn, (phase(self.circle.room).id, seen.stage, place)

    def _view(self, audience: str) -> View:
        seen = view(self.circle.room, audience)
        assert not (seen.listens and (seen.fields or seen.looks)), "who only listens has nothing to read"
        self.looked |= {(seen.phase.id, look.input.id) for look in seen.looks}
        self.seen |= {c.text for s in seen.shelves for c in s.cards} | set(seen.question)
        self.seen |= {v for f in seen.fields for v in f.versions} | ({seen.asked.text} if seen.asked else set())
        return seen

    def fill(self) -> None:
        """Everybody does all that their page offers now."""
        for name in self.circle.secrets:
            mine = own(self.circle, name)
            for task in mine.tasks:
                self.do(name, task)
            if turns.asks(self.circle.room) and mine.may_speak:
                self.ask(name)
        for line in phase(self.circle.room).inputs:
            if line.kind == "timer":
                self.circle.by("Fay", timers.start, line.id, self.circle.now)
                self.held.add(line.id)
            if line.kind == "groups" and line.turns:
                self.take_turns()
            self.give(line)

    def take_turns(self) -> None:
        """Every group goes on to its end."""
        for name in self.circle.secrets:
            while seen := own(self.circle, name).turn_at:
                self.circle.by(name, groups.go_on, seen, self.circle.now)
                self.pages()

    def words(self, most: int, count: int = 0) -> str:
        """New words, as long as they may be."""
        self.n += 1
        text = (
            f"{self.n:04}" + "x" * (most - 4) if not count else " ".join([f"{self.n:04}", *["x"] * (count - 1)])[:most]
        )
        self.wrote.add(text)
        return text

    def ask(self, name: str) -> None:
        self.n += 1
        self.circle.by(name, turns.ask, f"{self.n:032}", self.words(160))
        self.circle.by("Fay", turns.give)
        self._view(LEAD)

    def do(self, name: str, task: Task) -> None:
        line, circle = task.input, self.circle
        tag = circle.tag(name)
        ready = tags.ready(tag, circle.room)
        self.held.add(line.id)
        if line.kind == "cards" and is_board(line):
            for n in range(line.max - len(task.slots)):
                self.n += 1
                column = n % max(len(line.options), 1)
                circle.by(name, boards.place, line.id, f"{self.n:032}", column, self.words(line.chars))
        elif line.kind == "cards":
            for n in range(line.max):
                mark = tags.card(tag, circle.room, line.id, n)
                column = n % max(len(line.options), 1)
                words = self.words(line.chars)
                circle.by(name, cards.lay, line.id, n, 1, words, tag=mark, ready=ready, column=column)
        elif line.kind == "scale":
            circle.by(name, scales.rate, line.id, line.high, tag=tags.scale(tag, circle.room, line.id), ready=ready)
        elif line.kind == "vote":
            mark = tags.ballot(tag, circle.room, line.id)
            circle.by(name, votes.cast, line.id, 1, ballot(line, task), tag=mark, ready=ready)
        elif line.kind == "text" and line.options:
            for option in line.options:
                for said in (option.nl, option.en):
                    circle.by(name, texts.put, line.id, said)
        elif line.kind == "text":
            circle.by(name, texts.put, line.id, self.words(line.chars or 400, line.words))

    def give(self, line: Input) -> None:
        """What the owner sorts, rates or takes along."""
        room = self.circle.room
        if not owner(room) or line.kind not in ("pick", "sort") and not (line.kind == "scale" and line.of):
            return
        for card in picks.choices(room, line)[: line.max if line.kind == "pick" else None]:
            self.held.add(line.id)
            if line.kind == "pick":
                self.circle.do(picks.pick, owner(room), line.id, card.id, on=True)
            else:
                self.circle.do(sorts.put, owner(room), line.id, card.id, sorts.limits(line)[1])


def ballot(line: Input, task: Task) -> dict[str, int]:
    """As much as one may give."""
    names = [name for name, _ in task.choices]
    if line.mode == "rank":
        return {name: n + 1 for n, name in enumerate(names[:9])}
    return {names[0]: line.max if line.mode == "dots" else 1} if names else {}


def unused(method: Method, play: Play) -> set[str]:
    """The inputs that somebody should have filled in, and nobody could."""
    asked = [i for p in method.phases for i in p.inputs if i.kind not in ("turns", "listening", "groups")]
    return {i.id for i in asked if not (i.live and not i.shape)} - play.held
