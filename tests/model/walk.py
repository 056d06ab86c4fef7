"""A random walk through meetings in which everything that anybody says in secret is a canary, and everybody listens."""

from __future__ import annotations

import re
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from random import Random
from types import TracebackType

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.conftest import Server
from tests.model import circles, oracle
from tests.model.model import No
from tests.model.work import Circle as Model

TEXT = re.compile(r"tekst\d{4}")
NAMES = ("Owen", "Cora", "Carl", "Cleo", "Cem")


@dataclass
class Count:
    steps: int = 0
    receivers: int = 0
    pages: int = 0
    frames: int = 0
    bytes: int = 0
    leaks: list[str] = field(default_factory=list)


class Ears:
    """The sockets of everybody: what each heard since the last look."""

    def __init__(self, circle: circles.Circle) -> None:
        self.open: dict[tuple[str, str], ClientConnection] = {}
        self.circle, self.stack = circle, ExitStack()

    def listen(self, who: str, place: str) -> None:
        cookie = "; ".join(f"{k}={v}" for k, v in self.circle.devices[who].cookies.items())
        base = self.circle.server.url.replace("http", "ws")
        headers = {"cookie": cookie, "origin": self.circle.server.url}
        where = f"{base}/r/{self.circle.alias}/live?as={place}"
        self.open[who, place] = self.stack.enter_context(connect(where, additional_headers=headers, compression=None))

    def heard(self) -> list[tuple[str, str, str]]:
        """Every frame since the last look. What is still under way is heard at the next one."""
        found = []
        for (who, place), ws in list(self.open.items()):
            try:
                while True:
                    found.append((who, place, str(ws.recv(timeout=0.002))))
            except TimeoutError:
                continue
            except ConnectionClosed:
                del self.open[who, place]
        return found

    def __enter__(self) -> Ears:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stack.close()


class Meeting:
    """One meeting of the walk. `may` keeps, per person, what they may have in hand by now: a frame may come late."""

    def __init__(self, server: Server, rng: Random, count: Count, title: str) -> None:
        self.rng, self.count = rng, count
        self.circle, self.model, self.said = circles.Circle(server, title, part="part"), Model(part=True), 0
        for name in NAMES:
            self.circle.join(name)
            self.model.join(name)
        self.circle.hang_screen()
        self.secrets = {n: set(d.cookies.values()) for n, d in self.circle.devices.items()}
        self.may: dict[str, set[str]] = {name: set() for name in self.circle.devices}

    def text(self) -> str:
        self.said += 1
        return f"tekst{self.said:04d}"

    def do(self, who: str, verb: str, act: str, *args: object, **fields: str) -> None:
        """Does it in both; what comes back is searched as well."""
        with suppress(No):
            getattr(self.model, act)(*args)
        answer = self.circle.act(who, verb, **fields)
        self.search(who, "answer", answer.text + str(answer.headers))
        doc = self.circle.doc()
        if self.model.lot:
            self.model.drawn(next(c for c in self.model.lot if c.texts[2] == doc["chosen"][-1]["texts"][2]))
        self.look()

    def look(self) -> None:
        """From here on everybody may have what the model says. Each page once, and every frame that came."""
        self.count.steps += 1
        for name in (*NAMES, "Fay"):
            self.may[name] |= oracle.may_read(self.model, name)
        self.may["screen"] |= oracle.open_to_all(self.model)
        who = self.rng.choice([*self.circle.devices])
        tail = self.rng.choice(
            {"Fay": ("", "/leiden"), "screen": ("/scherm",)}.get(who, ("", "", "", "/leiden", "/verslag"))
        )
        page = self.circle.page(who, tail)
        self.count.pages += 1
        away = who in self.model.people and self.model.people[who].place != "here"
        self.search(who, f"page {tail}", page.text + str(page.headers), strict=away)
        for name, place, frame in self.ears.heard():
            self.count.frames += 1
            self.search(name, f"frame {place}", frame)

    def search(self, who: str, where: str, told: str, *, strict: bool = False) -> None:
        self.count.bytes += len(told.encode())
        found = set(TEXT.findall(told)) - (set() if strict else self.may[who])
        for other, values in self.secrets.items():
            found |= {f"the secret of {other}" for v in values if v in told and not (other == who and "cookie" in told)}
        if found:
            self.count.leaks.append(f"{self.model.line} {self.model.stage}: {who}, {where}: {sorted(found)}")

    def play(self) -> None:
        """From beginning to end, with detours, and somebody outside for a while."""
        with Ears(self.circle) as self.ears:
            for who in self.circle.devices:
                self.ears.listen(who, "screen" if who == "screen" else "seat")
            self.ears.listen("Fay", "lead")
            self.count.receivers += len(self.ears.open)
            while not self.model.over and not self.count.leaks:
                for name in self.rng.sample(self.model.now.writers, len(self.model.now.writers)):
                    self.secretly(name)
                self.detour()
                if self.model.stage == "rate":
                    self.do("Fay", "close", "close", "Fay")
                else:
                    self.do("Fay", "next", "next", "Fay", at=circles.pointer(self.circle.doc()))
            self.look()
        self.circle.close()

    def secretly(self, name: str) -> None:
        model, rev = self.model, str(self.rng.randint(1, 4))
        at = (model.line, model.stage)
        if model.people[name].place != "here":
            return
        if at == ("write", "write") and self.rng.random() < 0.9:
            texts = (self.text(), self.text(), self.text())
            fields = dict(zip(("situation", "difficulty", "question"), texts, strict=True))
            self.do(name, "lay", "lay", name, int(rev), texts, rev=rev, **fields)
        elif model.stage == "consent":
            self.do(name, "may-show", "may_show", name, True, x="1")
        elif model.stage == "vote":
            case = self.rng.choice(model.on_ballot())
            ids = {c["texts"][2]: c["id"] for c in self.circle.doc()["cases"]}
            dots = {f"dots-{ids[case.texts[2]]}": "2"}
            self.do(name, "cast", "cast", name, int(rev), [(case, 2)], rev=rev, **dots)
        elif model.stage == "ask":
            self.do(name, "answer", "answer", name, "bring", choice="bring")
        elif model.stage == "claim" and model.chosen["case"].author == name:
            self.do(name, "it-is-me", "it_is_me", name)
            self.do(name, "say-yes", "say_yes", name, True, method="five-step")
        elif model.stage == "write" and model.line in ("core", "advice"):
            text, line = self.text(), {"core": "cores", "advice": "advices"}[model.line]
            self.do(name, "card", "card", name, int(rev), text, input=line, slot="0", rev=rev, text=text)
        elif model.stage == "take" and self.rng.random() < 0.7:
            text = self.text()
            self.do(name, "share", "share", name, int(rev), text, rev=rev, text=text)

    def detour(self) -> None:
        model, rng = self.model, self.rng
        who = rng.choice(NAMES)
        doc = self.circle.doc()
        seat = self.circle.seat(who, doc)
        match rng.randint(0, 7):
            case 0 if who != model.owner and len(model.taking_part()) > 4:
                self.do("Fay", "outside", "away", "Fay", who, "outside", seat=seat)
            case 1 if model.people[who].place == "outside":
                self.do("Fay", "call-back", "call_back", "Fay", who, seat=seat)
            case 2 if model.line == "explore":
                text, op = self.text(), f"{self.said:032d}"
                self.do(who, "ask", "ask", who, op, text, op=op, text=text)
            case 3 if model.line == "explore" and model.now.queue:
                self.do("Fay", "give", "give", "Fay")
            case 4 if model.line in ("bring", "core") and model.owner:
                text = self.text()
                field = "question-v1" if model.line == "bring" else "question-v2"
                self.do(model.owner, "text", "question", model.owner, text, input=field, text=text)
            case 5 if model.line in ("read", "bring", "core", "advice") and rng.random() < 0.4:
                self.do("Fay", "back", "back", "Fay", at=circles.pointer(doc))


def walk(server: Server, seed: int, steps: int, title: str = "Mentoren") -> Count:
    """Meetings one after another until there were so many steps."""
    rng, count = Random(seed), Count()
    while count.steps < steps and not count.leaks:
        Meeting(server, rng, count, title).play()
    return count
