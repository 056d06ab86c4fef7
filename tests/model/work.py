"""What people do in a circle, as the model tells it: write without a name, choose in secret, ask, lay cards, close."""

from __future__ import annotations

from tests.model.model import METHOD, Case, Model, Round, need


class Circle(Model):
    """The model with its work. Texts are told apart by what they say: each is said once in a meeting."""

    def put(self, where: tuple, rev: int, texts: tuple) -> None:
        """The newest revision counts; an older one, or the same once more, changes nothing."""
        if rev > self.now.papers.get(where, (-1,))[0]:
            self.now.papers.pop(where, None)
            self.now.papers |= {where: (rev, texts)} if any(texts) else {}
            self.now.ready[where[0]] = True

    def lay(self, who: str, rev: int, texts: tuple) -> None:
        self.writes(who)
        need(self.line == "write" and self.stage == "write" and self.may_write() and texts[2])
        self.put((who, "case", 0), rev, texts)

    def nothing(self, who: str) -> None:
        self.writes(who)
        need(self.line == "write" and self.stage == "write")
        self.now.papers.pop((who, "case", 0), None)
        if any(c.author == who for c in self.cases):
            self.now.papers[who, "case", 0] = (0, ())
        self.done(who)

    def done(self, who: str) -> None:
        self.writes(who).ready[who] = True
        if len(self.hands()) <= 3:
            self.now.small.add(who)

    def again(self, who: str) -> None:
        ready = self.writes(who).ready
        ready |= {who: False} if who in ready else {}
        if self.stage == "consent":
            self.now.consents.pop(who, None)

    def small(self, who: str) -> None:
        self.writes(who)
        need(self.unsigned())
        self.now.small.add(who)

    def may_show(self, who: str, yes: bool) -> None:
        self.writes(who)
        need(self.stage == "consent")
        self.now.consents[who] = yes
        self.now.ready[who] = True

    def close_writing(self) -> None:
        now = self.now
        need((self.cases or self.may_write()) and self.enough())
        laid = sum(bool(texts) for _, texts in now.papers.values())
        if (laid or not self.cases) and laid <= 2 and laid < len(now.writers):
            now.stage, now.ready = 1, {}
        else:
            self.reveal(now.papers)

    def reveal(self, papers: dict) -> None:
        """A case that was shown before is the same one with other words; a new one takes part in the choice."""
        shown, added = {c.author: c for c in self.cases if c.author}, False
        for (who, _, _), (_, texts) in papers.items():
            if not texts:
                self.cases.remove(shown[who])
            elif who in shown:
                shown[who].texts = texts
            else:
                self.cases.append(Case(who, texts))
                added = True
        held, now = self.rounds.get("choose"), self.now
        if held and added and (held.stage or held.votes) and not self.owner:
            self.chosen = None
            del self.rounds["choose"]
        elif self.chosen and self.chosen["case"] and not self.owner and self.chosen["case"].texts[2]:
            self.drawn(self.chosen["case"])
        now.ready = {}
        if papers:
            now.stage, now.papers, now.consents, now.small = 0, {}, {}, set()
        self.onward()

    def take_back(self, who: str, case: Case) -> None:
        need(not self.at_table(who).late)
        need(self.line == "read")
        case.back, case.author, case.texts = True, "", ("", "", "")

    # The choice

    def on_ballot(self) -> list[Case]:
        """What can be voted for: a case that nobody could bring cannot."""
        runoff = self.now.runoff
        return [c for c in self.cases if c.author and (not runoff or any(c is r for r in runoff))]

    def comes_to_choose(self) -> None:
        """A chosen case that no longer lies there is chosen no more; of an empty table nobody brings anything."""
        now, case = self.now, self.chosen and self.chosen["case"]
        if case and (case.back or not any(c is case for c in self.cases)):
            self.unchosen()
            self.resolve()
        elif now.stage < 2:
            now.runoff = [r for r in now.runoff if any(c is r and not c.back for c in self.cases)]
            now.stage = now.stage if self.on_ballot() else 2

    def unchosen(self) -> None:
        """Nothing of it stays for the case that comes in its place."""
        self.chosen = None
        for line in METHOD:
            self.rounds.pop(line, None)

    def cast(self, who: str, rev: int, dots: list[tuple[Case, int]]) -> None:
        self.writes(who)
        need(self.line == "choose" and self.stage == "vote" and sum(n for _, n in dots) <= 3)
        need(all(any(c is case for c in self.on_ballot()) for case, _ in dots))
        if rev > self.now.ballots.get(who, (-1,))[0]:
            self.now.ballots[who] = (rev, dots)

    def chosen_done(self, who: str, yes: bool) -> None:
        self.writes(who)
        need(self.line == "choose")
        self.now.ready |= {who: yes} if yes or who in self.now.ready else {}

    def answer(self, who: str, word: str) -> None:
        self.writes(who)
        need(self.line == "choose" and self.stage == "ask")
        self.now.ready[who] = True
        if any(c.author == who for c in self.cases):
            self.now.answers[who] = word

    def rather_not(self, who: str) -> None:
        self.writes(who)
        need(self.line == "choose" and self.stage == "twenty")
        self.now.ready[who] = True
        self.now.rather |= bool(self.chosen) and self.chosen["case"].author == who

    def it_is_me(self, who: str) -> None:
        self.writes(who)
        if self.chosen and self.chosen["owner"] == who:
            return
        need(self.line == "choose" and self.stage == "claim" and self.chosen)
        case = self.chosen["case"]
        need(case is None or case.author == who)
        self.chosen["owner"], self.now.stage = who, 4

    def say_yes(self, who: str, yes: bool) -> None:
        self.at_table(who)
        need(self.owner == who and self.line == "choose" and self.stage == "yes")
        self.chosen["willing"] = yes

    def settled(self) -> bool:
        return bool(self.line == "choose" and self.chosen and self.stage == "yes" and self.chosen["willing"])

    def leave_choice(self) -> None:
        now = self.now
        now.answers, now.tally, now.ready, now.ballots, now.runoff = {}, {}, {}, {}, []
        for case in self.cases:
            case.author = ""
        self.onward()

    def next_in_choice(self) -> None:
        now, stage = self.now, self.stage
        need(stage not in ("vote", "ask") or self.enough())
        if stage == "vote":
            for _, dots in now.ballots.values():
                for case, n in dots:
                    now.tally[id(case)] = now.tally.get(id(case), 0) + n
            now.ballots, now.ready = {}, {}
            if now.votes:
                self.resolve()
            else:
                now.stage = 1
        elif stage == "ask":
            now.ready = {}
            self.resolve()
        elif stage == "twenty":
            need(self.chosen)
            if now.rather:
                self.next_case()
            else:
                now.stage, now.ready = 3, {}
        else:
            need(self.settled())
            self.leave_choice()

    def resolve(self) -> None:
        """The highest with a willing author; a tie once more, then a lot, which only the server draws."""
        now = self.now
        willing = [c for c in self.on_ballot() if c.author and now.answers.get(c.author) == "bring"]
        best = max((now.tally.get(id(c), 0) for c in willing), default=0)
        top = [c for c in willing if now.tally.get(id(c), 0) == best]
        if len(top) > 1 and not now.votes:
            now.stage, now.votes, now.runoff = 0, 1, top
            return
        now.stage, now.runoff, now.rather, now.ready = (
            2,
            [],
            bool(now.rather and not top),
            now.ready if not top else {},
        )
        self.lot = top
        if len(top) == 1:
            self.drawn(top[0])

    def drawn(self, case: Case | None) -> None:
        texts = [case.texts[2]] if case else []
        table = case.texts if case else ()
        self.lot = []
        self.chosen = {"case": case, "texts": table, "owner": "", "willing": False, "question": texts, "report": False}

    def next_case(self) -> None:
        self.now.answers[self.chosen["case"].author] = "rather-not"
        self.unchosen()
        self.resolve()

    def put_away(self, by: str) -> None:
        self.leads(by)
        need(not self.still and self.line == "choose" and self.stage in ("claim", "yes") and self.chosen)
        if self.chosen["case"] is None:
            self.asked_aloud()
        else:
            need(any(c.author for c in self.cases))
            self.next_case()

    def asked_aloud(self) -> None:
        if self.chosen:
            self.unchosen()
        self.drawn(None)
        self.now.stage = 3

    def tell(self, by: str) -> None:
        self.leads(by)
        need(self.line == "write" and self.stage == "write" and len(self.hands()) <= 4)
        need(not self.owner or self.chosen["case"] is None)
        self.enter("choose")
        if not self.owner:
            self.asked_aloud()

    # The method

    def ask(self, who: str, op: str, text: str) -> None:
        self.at_table(who)
        need(self.line == "explore" and who in self.taking_part() and who != self.owner)
        now = self.now
        if op in now.gone:
            return
        if any(q[0] == op and q[1] == who for q in now.queue):
            now.queue = [(op, who, text) if q[0] == op else q for q in now.queue]
        else:
            hands = [q for q in now.queue if q[1] == who and (not q[2] or not text)]
            need(sum(q[1] == who for q in now.queue) - len(hands) < 3)
            now.gone |= {q[0] for q in hands}
            now.queue = [q for q in now.queue if q not in hands] + [(op, who, text)]
        now.queue.sort(key=lambda q: q[1] in now.spoken or q[1] == now.floor)

    def give(self, by: str) -> None:
        self.leads(by)
        need(self.now.queue or self.now.floor)
        self.gives()

    def hand_on(self, who: str) -> None:
        self.at_table(who)
        if self.now.floor == who:
            self.gives()

    def gives(self) -> None:
        now = self.now
        now.spoken |= {now.floor} - {""}
        op, now.floor, text = now.queue.pop(0) if now.queue else ("", "", "")
        now.gone.add(op)
        now.cards += [(text, now.floor)] if text else []

    def card(self, who: str, rev: int, text: str, slot: int = 0) -> None:
        self.writes(who)
        need(self.line in ("core", "advice") and self.stage == "write" and who != self.owner and self.may_write())
        need(slot < (1 if self.line == "core" else 2))
        self.put((who, self.line, slot), rev, (text,))

    def open_cards(self) -> None:
        now = self.now
        need(self.line == "advice" or self.enough())
        now.cards += [(t[0], who if self.line == "advice" else "") for (who, _, _), (_, t) in now.papers.items()]
        now.stage, now.papers, now.ready, now.floor, now.spoken, now.small = 1, {}, {}, "", set(), set()

    def question(self, who: str, text: str) -> None:
        self.at_table(who)
        need(self.line in ("bring", "core") and self.owner == who)
        if self.chosen["question"][-1:] != [text]:
            self.chosen["question"].append(text)

    # The closing

    def share(self, who: str, rev: int, text: str) -> None:
        self.writes(who)
        need(self.line == "closing" and self.stage == "take" and self.may_write())
        self.put((who, "sentence", 0), rev, (text,))

    def open_sentences(self) -> None:
        now: Round = self.now
        need(self.enough())
        now.cards += [(t[0], "") for _, t in now.papers.values()]
        now.stage, now.papers, now.ready = 1, {}, {}

    def evaluate(self, who: str, marks: tuple) -> None:
        self.writes(who)
        need(self.line == "closing")
        self.now.marks[who] = marks
        self.now.ready[who] = True

    def allow_report(self, who: str, yes: bool) -> None:
        self.at_table(who)
        need(self.owner == who)
        self.chosen["report"] = yes
