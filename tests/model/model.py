"""A circle as somebody would explain it to a new colleague: who is there, where it is, what is kept, who may see what.

Written from the product's promises and apart from its code: it shares no rule, type or constant with it. It knows
everybody by name, which the product does not, and so it can say what belongs to whom.
"""

from __future__ import annotations

from dataclasses import dataclass, field

LINES = {
    "arrive": ("go",), "agreement": ("go",), "checkin": ("go",), "write": ("write", "consent"), "read": ("go",),
    "choose": ("vote", "ask", "twenty", "claim", "yes"), "bring": ("go",), "explore": ("go",),
    "core": ("write", "open"),
    "advice": ("write", "open"), "look-back": ("go",), "closing": ("take", "rate"),
}  # fmt: skip
ORDER = list(LINES)
CHOICE, METHOD = ("write", "read", "choose"), ("bring", "explore", "core", "advice", "look-back")
ALL_WRITE, OTHERS_WRITE = ("write", "choose", "closing"), ("core", "advice")


class No(Exception):
    """The circle refuses this."""


@dataclass
class Someone:
    lead: bool = False
    part: bool = True
    place: str = "here"  # here, outside, left, removed, knocking
    late: bool = False


@dataclass
class Round:
    writers: list[str]
    led: int = 0  # how many of them led when it began
    stage: int = 0
    papers: dict = field(default_factory=dict)  # (who, input, slot): (revision, texts)
    ready: dict = field(default_factory=dict)  # who tapped: False when not ready after all
    small: set = field(default_factory=set)
    ballots: dict = field(default_factory=dict)
    answers: dict = field(default_factory=dict)  # author: word
    consents: dict = field(default_factory=dict)
    tally: dict = field(default_factory=dict)
    runoff: list = field(default_factory=list)
    votes: int = 0
    rather: bool = False
    queue: list = field(default_factory=list)  # (operation, who, text)
    gone: set = field(default_factory=set)  # operations that left the queue
    spoken: set = field(default_factory=set)
    floor: str = ""
    cards: list = field(default_factory=list)  # (text, who or "")
    marks: dict = field(default_factory=dict)


@dataclass
class Case:
    author: str
    texts: tuple
    back: bool = False


class Model:
    """Every method named after an act does it or raises No. `lot` holds the cases among which the server may draw."""

    def __init__(self, part: bool) -> None:
        self.people = {"Fay": Someone(lead=True, part=part)}
        self.line, self.rounds, self.door, self.over, self.still = "arrive", {"arrive": Round([])}, True, False, False
        self.agreed: dict[str, str] = {}
        self.cases: list[Case] = []
        self.chosen: dict | None = None  # case, owner, willing, question, report
        self.lot: list[Case] = []

    # Who is who

    @property
    def now(self) -> Round:
        return self.rounds[self.line]

    @property
    def stage(self) -> str:
        return LINES[self.line][self.now.stage]

    @property
    def owner(self) -> str:
        return self.chosen["owner"] if self.chosen else ""

    def here(self) -> list[str]:
        return [n for n, p in self.people.items() if p.place in ("here", "outside")]

    def taking_part(self) -> list[str]:
        return [n for n, p in self.people.items() if p.place == "here" and p.part and not p.late]

    def at_table(self, who: str) -> Someone:
        if self.over or self.people[who].place != "here":
            raise No
        return self.people[who]

    def leads(self, who: str) -> None:
        need(self.at_table(who).lead)

    def writes(self, who: str) -> Round:
        self.at_table(who)
        need(who in self.now.writers)
        return self.now

    def unsigned(self) -> bool:
        return self.stage in ("write", "consent", "take") and self.line != "advice"

    def may_write(self) -> bool:
        able = len(self.hands())
        return not self.unsigned() or able > 3 or len(self.now.small) >= able

    def hands(self) -> list[str]:
        """Who can still write in this round."""
        return [n for n in self.taking_part() if n in self.now.writers]

    def enough(self) -> bool:
        """Nobody's words are opened after one or two taps, which may have been seen; who leads is none of the three."""
        now, choosing = self.now, self.line == "choose"
        given, taps = now.papers or now.ballots or now.marks, max(len(now.ready), len(now.ballots))
        if not (given or taps):
            return True
        began, left = len(now.writers), len(self.hands())
        leads = max(now.led, sum(self.people[n].lead for n in now.writers))
        if began <= 3 and (not choosing or set(now.writers) == set(self.rounds["write"].writers)):
            least = began if choosing else left or began
        elif left <= 3 and not choosing:
            least = 3
        else:
            least = 3 + min(leads, max(1, began - 3))
        return self.may_write() and taps >= least

    # Coming and going

    def join(self, who: str) -> None:
        need(not self.over and self.door)
        self.people[who] = Someone(late=self.line not in ("arrive", "agreement"))

    def knock(self, who: str) -> None:
        self.people[who] = Someone(place="knocking")

    def admit(self, by: str, who: str) -> None:
        self.leads(by)
        if self.people[who].place == "knocking" and not self.asks_owner(by):
            self.people[who] = Someone(late=self.line not in ("arrive", "agreement"))

    def asks_owner(self, by: str) -> bool:
        return bool(self.owner) and self.owner != by and self.people[self.owner].place == "here"

    def leave(self, who: str) -> None:
        someone = self.people[who]
        if someone.place in ("left", "removed"):
            return
        need(not self.over and (not someone.lead or len(self.here()) == 1))
        self.goes(who, "left")

    def away(self, by: str, who: str, place: str) -> None:
        """Marked as left, removed, or called outside."""
        self.leads(by)
        need(who != by)
        if place == "outside":
            need(self.people[who].place == "here" and who != self.owner)
        if self.people[who].place != "removed":
            self.goes(who, place)
            self.door = self.door and place != "removed"

    def goes(self, who: str, place: str) -> None:
        self.people[who].place, self.people[who].lead = place, False
        self.people[who].late |= self.line in ("arrive", "agreement")  # comes back later: reads the agreement first
        if self.line == "agreement":
            self.agreed = {}
        if self.stage == "consent":
            self.now.consents, self.now.ready = {}, {}
            self.now.stage = int(len(self.hands()) > 3)
        owner_goes = who == self.owner and place != "outside"
        self.now.floor = "" if owner_goes or self.now.floor == who else self.now.floor
        self.now.queue = [q for q in self.now.queue if q[1] != who]
        for one in self.rounds.values():  # fewer, or others, write from now on
            one.small = set()

    def call_back(self, by: str, who: str) -> None:
        self.leads(by)
        need(self.people[who].place != "removed")
        self.people[who].place = "here"
        self.people[who].late &= self.line not in ("arrive", "agreement")

    def hand_over(self, by: str, to: str) -> None:
        if not self.at_table(by).lead and self.people[to].lead:
            return
        self.leads(by)
        if by != to:
            need(self.at_table(to) and not self.people[to].late)
            self.people[by].lead, self.people[to].lead = False, True

    def set_door(self, by: str, is_open: bool) -> None:
        self.leads(by)
        self.door = is_open

    def stop(self, who: str) -> None:
        self.at_table(who)
        self.still = True

    def go_on(self, by: str) -> None:
        self.leads(by)
        self.still = False

    def agree(self, who: str, word: str) -> None:
        someone = self.at_table(who)
        if someone.late:
            someone.late = word != "yes"
        elif someone.part:
            self.agreed.pop(who, None)
            self.agreed |= {who: word} if word else {}

    # Moving

    def enter(self, line: str) -> None:
        self.door = self.door and line in ("arrive", "agreement", "checkin")
        self.line = line
        if line not in self.rounds or line == "write" and self.unwritten():
            self.rounds[line] = self.begins()
        if line == "choose":
            self.comes_to_choose()

    def begins(self) -> Round:
        """A round with those who write in it: all who take part, or all but the owner."""
        who = self.taking_part() if self.line in (*ALL_WRITE, *OTHERS_WRITE) else []
        if self.line in OTHERS_WRITE:
            who = [n for n in who if n != self.owner]
        return Round(who, sum(self.people[n].lead for n in who))

    def unwritten(self) -> bool:
        """Whether nobody gave anything in the writing of cases: who came since, writes along."""
        now = self.now
        return not (now.papers or now.ready or now.stage or self.cases)

    def onward(self) -> None:
        if self.line != ORDER[-1]:  # nothing comes after it
            self.enter(ORDER[ORDER.index(self.line) + 1])

    def next(self, by: str) -> None:
        self.leads(by)
        need(not self.still)
        now, stage = self.now, self.stage
        if stage == "consent":
            need(len(now.consents) >= len(self.hands()))
            shown = {w: paper for w, paper in now.papers.items() if now.consents.get(w[0]) or not paper[1]}
            if any(texts for _, texts in shown.values()):
                self.reveal(shown)
            else:
                now.stage, now.consents, now.ready = 0, {}, {}
                gone = {w[0] for w, paper in now.papers.items() if not paper[1]}  # who brings nothing any more
                now.papers = {w: paper for w, paper in now.papers.items() if paper[1]}
                self.cases = [c for c in self.cases if c.author not in gone]
                if self.cases:
                    self.onward()
        elif self.line == "write":
            self.close_writing()
        elif self.line == "choose":
            self.next_in_choice()
        elif stage == "write":
            self.open_cards()
        elif stage == "take":
            self.open_sentences()
        else:
            self.onward()

    def back(self, by: str) -> None:
        self.leads(by)
        if self.line == "write" and self.stage == "consent":
            self.now.stage, self.now.consents, self.now.ready = 0, {}, {}
        elif self.line != "arrive":
            left, undecided = self.line, self.line == "choose" and self.now.stage >= 2 and not self.chosen
            before = [n for n in ORDER[: ORDER.index(self.line)] if n in self.rounds]
            if undecided:
                self.cases = [c for c in self.cases if c.author]
                before = before if self.cases else [n for n in before if n != "read"]
            self.enter(before[-1])
            if undecided:
                del self.rounds[left]

    def skip(self, by: str) -> None:
        self.leads(by)
        need(not self.still)
        if self.settled():
            self.leave_choice()
        elif self.stage == "take":
            self.now.stage, self.now.papers, self.now.ready = 1, {}, {}
        elif self.line not in CHOICE or self.chosen and self.line != "choose":
            self.onward()
        elif any(line in self.rounds for line in METHOD):
            for case in self.cases if self.line == "choose" else ():
                case.author = ""
            self.enter("closing")
        else:
            left, self.chosen = self.line, None
            self.enter("closing")
            if left == "choose":
                del self.rounds[left]

    def repeat(self, by: str) -> None:
        self.leads(by)
        need(self.line not in (*CHOICE, "closing"))
        if self.stage != "write":
            old, self.rounds[self.line] = self.now, self.begins()
            self.now.cards, self.now.queue = old.cards, old.queue

    def close(self, by: str) -> None:
        if self.over:
            return
        self.leads(by)
        need(self.line == "closing")
        if self.stage == "take":
            self.open_sentences()
        self.over, self.door, self.still, self.agreed = True, False, False, {}
        for one in self.rounds.values():
            one.papers, one.ready, one.small, one.ballots, one.answers, one.marks = {}, {}, set(), {}, {}, {}
        for case in self.cases:
            case.author = ""
        self.people = {n: p for n, p in self.people.items() if p.place != "knocking"}


def need(true: object) -> None:
    if not true:
        raise No
