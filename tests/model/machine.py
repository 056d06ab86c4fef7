"""A state machine that acts in a circle on a real server and compares everything, after every step, with the model."""

from __future__ import annotations

import re
import secrets
from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.conftest import Server
from tests.model import circles, oracle
from tests.model.model import No
from tests.model.work import Circle as Model

NAMES = ("Owen", "Cora", "Carl", "Cleo", "Cem")
TEXT = re.compile(r"tekst\d+")
WORDS = ("bring", "bring", "bring", "rather-not", "none")
someone = st.integers(0, 11)
revision = st.integers(1, 3)


class Walk(RuleBasedStateMachine):
    """One example is one room. `title` names the planted bug that its room has, if the server has any."""

    server: ClassVar[Server]
    title: ClassVar[str] = "Mentoren"
    steps: ClassVar[int] = 0
    pages: ClassVar[int] = 0
    read: ClassVar[int] = 0
    refused: ClassVar[int] = 0
    seen: ClassVar[Counter[tuple[str, str]]] = Counter()  # how often the circle was in each step

    @initialize(part=st.booleans(), one=st.booleans(), people=st.integers(2, 5), ahead=st.integers(0, 16))
    def begin(self, part: bool, one: bool, people: int, ahead: int) -> None:
        self.one = one  # only one of them writes a case, and is asked whether it may be shown
        self.circle = circles.Circle(self.server, self.title, part="part" if part else "lead")
        self.model, self.said, self.last = Model(part), 0, None
        self.script: list[str] = []
        self.names = ["Fay", *NAMES[:people]]
        for name in self.names[1:]:
            self.circle.join(name)
            self.model.join(name)
        self.compare()
        for _ in range(ahead):
            self.ahead()

    def teardown(self) -> None:
        if hasattr(self, "circle"):
            self.circle.close()

    # One act, and what it came to

    def who(self, n: int) -> str:
        return self.names[n % len(self.names)]

    def text(self) -> str:
        self.said += 1
        return f"tekst{self.said:04d}"

    def act(self, verb: str, who: str, wanted: Callable[..., None], *args: Any, **fields: str) -> None:
        """Does it in the model and on the server; both must agree on whether it can be done, and on what then is."""
        knocks = self.model.people[who].place == "knocking"
        expected = 403 if knocks else self.expected(wanted, *args)
        before = self.doc
        self.script.append(f"{self.model.line}: {who} {verb} {fields}")
        op = secrets.token_hex(16)
        answer = self.circle.act(who, verb, op=op, **fields)
        assert answer.status_code == expected, (verb, who, fields, answer.status_code, answer.text)
        assert not TEXT.search(answer.text + str(answer.headers)), (verb, answer.text)
        self.last = (who, verb, fields, op)
        self.compare()
        if expected != 204:
            type(self).refused += 1
            assert self.doc == before, (verb, who)

    def expected(self, wanted: Callable[..., None], *args: Any) -> int:
        type(self).steps += 1
        try:
            wanted(*args)
        except No:
            return 409
        return 204

    def compare(self) -> None:
        self.names = [name for name in self.names if name in self.model.people]  # who still knocked at the end is gone
        doc = self.doc = self.circle.doc()
        if self.model.lot:
            drawn = [c for c in self.model.lot if c.texts[2] == doc["chosen"][-1]["texts"][2]]
            assert drawn, "the lot fell on a case that was not among the highest"
            self.model.drawn(drawn[0])
        want, found = oracle.told(self.model), oracle.kept(doc)
        assert want == found, {k: (want[k], found[k]) for k in want if want[k] != found[k]}
        type(self).seen[self.model.line, self.model.stage] += 1
        self.look(self.names[self.steps % len(self.names)])

    def look(self, name: str) -> None:
        """A page holds all that it must and nothing that it may not."""
        cockpit = self.model.people[name].lead and self.said % 2
        page = self.circle.page(name, "/leiden" if cockpit else "")
        texts, may = set(TEXT.findall(page.text)), oracle.may_read(self.model, name)
        assert texts <= may, (name, page.url, texts - may)
        assert not TEXT.search(str(page.headers))
        type(self).pages += 1
        type(self).read += len(page.content)
        now = self.model.now  # who is done choosing sees that, and no ballot
        votes = self.model.stage == "vote" and name in now.writers and name not in now.ready
        if votes and may and not (cockpit or self.model.still):
            lacking = oracle.open_to_all(self.model) - texts
            assert not lacking, (name, lacking)

    def at(self, stale: bool = False) -> str:
        right = circles.pointer(self.doc)
        return "0.0.0.aaaaaa." if stale else right

    def case_ids(self) -> dict[str, str]:
        return {c["texts"][2]: c["id"] for c in self.doc["cases"]}

    # Whoever leads

    @rule(
        verb=st.sampled_from(("next", "next", "next", "back", "skip", "repeat", "tell", "put-away")),
        who=st.just(0) | someone,
    )
    def press(self, verb: str, who: int) -> None:
        name = self.leader() if who == 0 else self.who(who)
        again = circles.now_round(self.doc)["again"]
        at = f"{self.at()}~{again}" if verb == "repeat" and again else self.at()
        self.act(verb, name, getattr(self.model, verb.replace("-", "_")), name, at=at)

    @rule(verb=st.sampled_from(("next", "back", "skip", "repeat", "put-away")))
    def press_late(self, verb: str) -> None:
        """A tap that saw another moment changes nothing."""
        name = self.leader()
        self.act(verb, name, self.model.leads, name, at=self.at(stale=True))

    @rule()
    def again_the_same(self) -> None:
        """The last request once more, to the letter, as a browser that heard no answer sends it."""
        if self.last:
            self.repeated(*self.last)

    def repeated(self, who: str, verb: str, fields: dict[str, str], op: str) -> None:
        before, again = self.doc, {"op": op, **fields}
        self.expected(lambda: None)
        self.script.append(f"{self.model.line}: {who} {verb} {fields}, once more")
        assert self.circle.act(who, verb, **again).status_code in (204, 403, 409)
        self.compare()
        assert {**self.doc, "version": 0} == {**before, "version": 0}, (verb, who)

    def leader(self) -> str:
        return next((n for n, p in self.model.people.items() if p.lead), "Fay")  # where nobody leads, she is refused

    @rule(who=someone, by=st.just(0) | someone, place=st.sampled_from(("left", "removed", "outside")))
    def send_away(self, who: int, by: int, place: str) -> None:
        verb = {"left": "mark-left", "removed": "remove", "outside": "outside"}[place]
        name, other = self.leader() if by == 0 else self.who(by), self.who(who)
        if self.model.people[other].place != "knocking":
            self.act(verb, name, self.model.away, name, other, place, seat=self.circle.seat(other, self.doc))
            self.act("stop", other, self.model.stop, other)

    @rule(who=someone, verb=st.sampled_from(("call-back", "hand-over")))
    def point_at(self, who: int, verb: str) -> None:
        name, other = self.leader(), self.who(who)
        if self.model.people[other].place != "knocking":
            wanted = getattr(self.model, verb.replace("-", "_"))
            self.act(verb, name, wanted, name, other, seat=self.circle.seat(other, self.doc))

    @rule(is_open=st.booleans())
    def door(self, is_open: bool) -> None:
        self.act("door", self.leader(), self.model.set_door, self.leader(), is_open, x="1" if is_open else "0")

    @rule(admitted=st.booleans())
    def come(self, admitted: bool) -> None:
        """Somebody with the right code, who takes a chair or knocks, and may be let in."""
        if len(self.names) > 7 or self.model.over:
            return  # and no precondition: what is drawn must not hang on the server's chance
        name = f"Nieuw{len(self.names)}"
        self.circle.code = self.doc["code"]
        knocks = self.expected(self.model.join, name) != 204
        assert self.circle.join(name).status_code == 303
        self.names.append(name)
        if knocks:
            self.model.knock(name)
            self.compare()
            handle = next(k["handle"] for k in self.doc["knocks"] if k["name"] == name)
            if admitted:
                self.act("admit", self.leader(), self.model.admit, self.leader(), name, handle=handle)
        self.compare()

    @rule(who=someone, verb=st.sampled_from(("stop", "leave", "close", "go-on")))
    def handle(self, who: int, verb: str) -> None:
        name = self.who(who)
        self.act(verb, name, getattr(self.model, verb.replace("-", "_")), name)

    # Everybody

    @rule(who=someone, word=st.sampled_from(("yes", "talk", "")))
    def agree(self, who: int, word: str) -> None:
        self.anybody("agree", who, self.model.agree, word, x=word)

    def anybody(self, verb: str, who: int, wanted: Callable[..., None], *args: Any, **fields: str) -> None:
        name = self.who(who)
        self.act(verb, name, wanted, name, *args, **fields)

    @rule(who=someone, rev=revision)
    def lay(self, who: int, rev: int) -> None:
        texts = (self.text(), self.text(), self.text())
        named = dict(zip(("situation", "difficulty", "question"), texts, strict=True))
        self.anybody("lay", who, self.model.lay, rev, texts, rev=str(rev), **named)
        if rev > 1 and self.model.line == "write":  # and one that was sent before it comes after it
            older = (self.text(), "", self.text())
            named = dict(zip(named, older, strict=True))
            self.anybody("lay", who, self.model.lay, 1, older, rev="1", **named)

    @rule(who=someone, verb=st.sampled_from(("nothing", "again", "small", "done", "rather-not", "it-is-me", "hand-on")))
    def bare(self, who: int, verb: str) -> None:
        if verb == "hand-on" and self.model.line != "explore":
            return
        self.anybody(verb, who, getattr(self.model, verb.replace("-", "_")))

    @rule(who=someone, yes=st.booleans(), verb=st.sampled_from(("may-show", "say-yes", "allow-report")))
    def yes_or_no(self, who: int, yes: bool, verb: str) -> None:
        fields = {"x": "1" if yes else "0", "method": "five-step" if yes else ""}
        self.anybody(verb, who, getattr(self.model, verb.replace("-", "_")), yes, **fields)

    @rule(who=someone, pick=st.integers(0, 5))
    def take_back(self, who: int, pick: int) -> None:
        cases = [c for c in self.model.cases if not c.back]
        if cases:
            case = cases[pick % len(cases)]
            self.anybody("take-back", who, self.model.take_back, case, case=self.case_ids()[case.texts[2]])

    @rule(who=someone, rev=revision, dots=st.lists(st.integers(0, 5), max_size=4), done=st.booleans())
    def cast(self, who: int, rev: int, dots: list[int], done: bool) -> None:
        cases = [c for c in self.model.cases if not c.back]
        count = [(c, sum(d % len(cases) == i for d in dots)) for i, c in enumerate(cases)]
        placed, ids = [(c, n) for c, n in count if n], self.case_ids()
        fields = {f"dots-{ids[c.texts[2]]}": str(n) for c, n in placed}
        if any(n > 3 for _, n in placed):
            return

        def wanted(name: str) -> None:
            self.model.cast(name, rev, placed)
            if done:
                self.model.chosen_done(name, yes=True)

        self.anybody("chosen" if done else "cast", who, wanted, rev=str(rev), **fields)
        if rev == 2:  # and a change of mind
            self.anybody("cast", who, self.model.cast, 3, placed[:1], rev="3", **dict(list(fields.items())[:1]))

    @rule(who=someone)
    def not_chosen(self, who: int) -> None:
        self.anybody("not-chosen", who, self.model.chosen_done, False)

    @rule(who=someone, word=st.sampled_from(WORDS))
    def answer(self, who: int, word: str) -> None:
        self.anybody("answer", who, self.model.answer, word, choice=word)

    @rule(
        who=someone,
        rev=revision,
        slot=st.integers(0, 2),
        kind=st.sampled_from(("ask", "card", "share", "text", "give")),
    )
    def say(self, who: int, rev: int, slot: int, kind: str) -> None:
        if self.model.line not in ("explore", "core", "advice", "bring", "closing"):
            return
        text, model, slot_in = self.text(), self.model, str(slot)
        inputs = {"core": ("cores", "question-v2"), "advice": ("advices", ""), "bring": ("", "question-v1")}
        card, question = inputs.get(model.line, ("", ""))
        if kind == "ask":
            op = f"{self.said:016d}{len(self.names):04d}"
            self.anybody("ask", who, model.ask, op, text if slot else "", text=text if slot else "")
            if slot == 2:
                self.again_the_same()
        elif kind == "card" and card:
            fields = {"input": card, "slot": slot_in, "rev": str(rev), "text": text}
            self.anybody("card", who, model.card, rev, text, slot, **fields)
        elif kind == "share":
            self.anybody("share", who, model.share, rev, text, rev=str(rev), text=text)
        elif kind == "text" and question:
            self.anybody("text", who, model.question, text, input=question, text=text)
        elif kind == "give" and model.line == "explore":
            turn = str(circles.now_round(self.doc)["turn"])
            self.act("give", self.leader(), model.give, self.leader(), seat=f":{turn}")

    @rule(who=someone)
    def evaluate(self, who: int) -> None:
        self.anybody("evaluate", who, self.model.evaluate, ("5",), A1="5")

    # What a circle does when all goes well, so that every phase is reached

    @rule()
    def ahead(self) -> None:
        """What this moment asks for, by whoever it asks, and then next."""
        model = self.model
        if model.over:
            return
        if model.still:
            self.act("go-on", self.leader(), model.go_on, self.leader())
        here = [name for name in model.now.writers if model.people[name].place == "here"]
        for name in here:
            if not model.may_write():
                self.bare(self.names.index(name), "small")
        for n, name in enumerate(here):
            at = self.names.index(name)
            if model.stage == "consent":
                self.yes_or_no(at, True, "may-show")
            elif model.line == "write" and n and self.one:
                self.bare(at, "nothing")
            elif model.line == "write":
                self.lay(at, 3)
            elif model.stage == "vote":
                self.cast(at, 3 if n else 2, [0, 0, n], False)  # the first one changes the ballot
            elif model.stage == "ask":
                self.answer(at, "bring")
            elif model.stage == "claim" and model.owner == "":
                if model.chosen["case"] is None or model.chosen["case"].author == name:
                    self.bare(at, "it-is-me")
            elif model.line in ("core", "advice") or model.stage == "take":
                self.say(at, 3, 0, "share" if model.stage == "take" else "card")
        if model.line == "explore":
            self.say(self.names.index(next(n for n in model.people if n != model.owner)), 3, 2, "ask")
        if model.stage == "yes" and model.people[model.owner].place == "here":
            self.yes_or_no(self.names.index(model.owner), True, "say-yes")
        self.press("next", 0)
