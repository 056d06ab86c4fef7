"""One meeting with every kind of sender in it, played from phase to phase, and set back to any moment."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Iterator
from typing import Any

from server import identity
from server.sealing import seal
from tests.conftest import Server
from tests.model.circles import Circle, Device, now_round, pointer

SIX = ("Lea", "Owen", "Cora", "Carl", "Cleo")
WHO = {
    "leads only": "Fay", "leads too": "Lea", "member": "Cora", "owner": "Owen", "late": "Lars", "outside": "Otto",
    "left": "Luc", "removed": "Rita", "leader's key": "key", "follows": "follower",
    "screen": "screen", "knocks": "Karl",
    "other room": "stranger", "nobody": "nobody",
}  # fmt: skip
Kept = tuple[dict[str, Any], list[bytes]]
WORDS = {name: f"Kanarie {name}" for name in SIX}


class Meeting(Circle):
    """Everybody of the table in one room. `stages` plays it; in each, `pair` tries one act of one sender."""

    def __init__(self, server: Server, title: str = "Mentoren") -> None:
        super().__init__(server, title)
        self.versions = 1_000_000
        self.shown: set[str] = set()  # words that lay open for a participant
        self.devices |= {"nobody": Device(), "stranger": Device()}
        self.ask("stranger", "POST", "/nieuw", data={"group": "Elders", "name": "Ster", "chairs": "4", "method": ""})
        for name in (*SIX, "Otto", "Rita", "Luc"):
            self.join(name)
        self.ok("Fay", "share-lead", seat=self.seat("Lea"))
        self.ok("Fay", "outside", seat=self.seat("Otto"))
        self.ok("Fay", "add-seat", name="Zonder")
        self.ok("Luc", "leave")
        self.hang_screen()
        self.with_key("key", "unlock", self.key)
        page = self.ask("Cora", "POST", f"/r/{self.alias}/do/invite-device", data={"csrf": self.csrf("Cora")}).text
        self.with_key("follower", "follow", page.split("#key=")[1].split('"')[0].split("<")[0])
        self.ok("Fay", "remove", seat=self.seat("Rita"))
        self.code = self.doc()["code"]
        self.join("Karl")

    def csrf(self, who: str) -> str:
        """A right value for whoever holds a cookie, also where no page would give one."""
        held = [v for k, v in self.devices[who].cookies.items() if re.fullmatch("kring-[0-9a-f]{12}", k)]
        secret = identity.decode(held[0].partition(".")[0]) if held else None
        return identity.csrf_token(secret, self.alias) if secret else "x"

    def with_key(self, device: str, verb: str, key: str) -> None:
        self.devices[device] = Device(device)
        assert self.ask(device, "POST", f"/r/{self.alias}/do/{verb}", data={"key": key}).status_code == 303

    def ok(self, who: str, verb: str, **fields: str) -> None:
        answer = self.act(who, verb, **fields)
        assert answer.status_code == 204, (who, verb, answer.text)

    def stages(self) -> Iterator[str]:
        """Plays the meeting; yields the name of each moment when the room is there."""
        for stage in ("arrive", "agreement", "checkin"):
            if stage == "checkin":
                self.ok("Fay", "door", x="1")
                self.join("Lars")
                self.ok("Fay", "door", x="0")
            yield stage
            self.next()
        self.ok("Owen", "lay", **case("Owen"))
        self.next()
        yield "consent"
        self.ok("Fay", "back", at=pointer(self.doc()))
        for name in SIX:
            self.ok(name, "lay", **case(name))
        yield "write"
        self.next()
        yield "read"
        self.next()
        yield "vote"
        owns = next(c["id"] for c in self.doc()["cases"] if c["texts"][2] == f"{WORDS['Owen']}?")
        for name in SIX:
            self.ok(name, "cast", rev="1", **{f"dots-{owns}": "3"})
        self.next()
        for name in SIX:
            self.ok(name, "answer", choice="bring")
        yield "ask"
        for stage in ("twenty", "claim"):
            self.next()
            yield stage
        self.ok("Owen", "it-is-me")
        yield "yes"
        self.ok("Owen", "say-yes", method="five-step")
        yield from self.method()

    def method(self) -> Iterator[str]:
        self.next()
        handle = next(k["handle"] for k in self.doc()["knocks"])
        self.ok("Fay", "admit", handle=handle)  # and the owner is asked
        yield "bring"
        self.next()
        yield "explore"
        for name, card in (("core", "cores"), ("advice", "advices")):
            self.next()
            for who in ("Lea", "Cora", "Carl"):
                self.ok(who, "card", input=card, slot="0", rev="1", text=f"{WORDS[who]} {name}")
            self.ok("Cleo", "done")  # so that enough have tapped, and next goes on
            yield f"{name} write"
            self.next()
            yield f"{name} open"
        self.next()
        yield "look-back"
        self.next()
        for who in ("Lea", "Cora"):
            self.ok(who, "share", rev="1", text=f"{WORDS[who]} neemt mee")
        for who in ("Carl", "Cleo"):
            self.ok(who, "done")
        yield "take"
        self.next()
        yield "rate"
        self.ok("Fay", "close")
        yield "over"

    def keep(self) -> Kept:
        """All that is stored of the room, as it is now."""
        with contextlib.closing(sqlite3.connect(self.server.data / "kring.db", timeout=5)) as db:
            codes = db.execute("select tag from code where room = ?", (self.alias,)).fetchall()
        return self.doc(), [tag for (tag,) in codes]

    def put_back(self, kept: Kept) -> None:
        """The room as it was, under a version that it never had, so that the server reads it anew."""
        doc, codes = kept
        self.versions += 1000
        document = {k: v for k, v in doc.items() if k != "_row"} | {"version": self.versions}
        key = (self.server.data.parent / f"{self.server.data.name}-keyring" / self.alias).read_bytes()
        body = seal(document, key, self.alias, self.versions)
        with contextlib.closing(sqlite3.connect(self.server.data / "kring.db", timeout=5, isolation_level=None)) as db:
            db.executescript("pragma secure_delete = on; pragma journal_mode = truncate; begin immediate")
            db.execute("update room set version = ?, body = ? where id = ?", (self.versions, body, self.alias))
            db.execute("delete from code where room = ?", (self.alias,))
            db.executemany("insert into code values (?, ?)", [(tag, self.alias) for tag in codes])
            db.execute("commit")


class Film:
    """One meeting played once, and set back to any of its moments."""

    def __init__(self, server: Server) -> None:
        self.room = Meeting(server)
        self.moments = {stage: self.room.keep() for stage in self.room.stages()}

    def at(self, stage: str) -> Meeting:
        self.room.put_back(self.moments[stage])
        return self.room


def case(name: str) -> dict[str, str]:
    return {"rev": "1", "situation": f"{WORDS[name]} ziet", "difficulty": "", "question": f"{WORDS[name]}?"}


def form(act: str, stage: str, doc: dict[str, Any]) -> dict[str, str]:
    """The fields with which an act means most at this moment."""
    now, seats = now_round(doc), {s["name"]: s["id"] for s in doc["seats"].values()}
    case_id = doc["cases"][0]["id"] if doc["cases"] else "0" * 20
    knock = next((k["handle"] for k in doc["knocks"] if k["name"] == "Karl"), "")
    core = stage.startswith("core")
    method = doc["method"]["phases"] if doc["method"] else []
    picked = now["cards"][0]["id"] if now["cards"] else "x"
    fields = {
        "agree": {"x": "talk"}, "where": {"x": "remote"}, "early": {"when": "16:30"},
        "lay": {**case("Cora"), "rev": "7", "question": "Iets anders?"}, "may-show": {"x": "1"},
        "take-back": {"case": case_id}, "cast": {"rev": "5", f"dots-{case_id}": "2"}, "answer": {"choice": "none"},
        "chosen": {"rev": "5", f"dots-{case_id}": "1"}, "say-yes": {"method": ""}, "ask": {"text": "Wat hoor je?"},
        "card": {"input": "cores" if core else "advices", "slot": "0", "rev": "4", "text": "Nog eens"},
        "pick": {"pick": f"{'core' if core else 'advice'}-pick:{picked}:1"},
        "text": {"input": "question-v2" if core else "question-v1", "text": "Hoe nu verder?"},
        "rate": {"input": "helped", "value": "6"}, "share": {"rev": "3", "text": "Rust"}, "evaluate": {"A1": "3"},
        "agree-report": {"x": "1"},
        "allow-report": {"x": "1"}, "stop-choice": {"choice": "rest"}, "owner-says": {"handle": knock, "x": "1"},
        "blank": {"x": "1"}, "notice": {"x": "sum"}, "give": {"seat": seats["Cora"]}, "show": {"x": "1"},
        "heard": {"seat": f"{seats['Cora']}:1:{pointer(doc)}"},
        "method": {"method": "gossip"}, "ballot": {"x": "rank"},
        "door": {"x": "0" if doc["door"] else "1"}, "admit": {"handle": knock},
        "turn-away": {"handle": knock}, "add-seat": {"name": "Erbij"}, "mark-left": {"seat": seats["Carl"]},
        "remove": {"seat": seats["Carl"]}, "outside": {"seat": seats["Carl"]}, "call-back": {"seat": seats["Otto"]},
        "sort": {"sort": f"cores:{picked}:0"}, "vote": {"input": "cores", "rev": "1", "vote": picked},
        "place": {"input": "cores", "column": "1", "text": "Hier"}, "move": {"card": "nowhere:1"},
        "take-off": {"card": "nowhere"}, "group-on": {"turn": "1"}, "task": {"x": "timekeeper"}, "no-cues": {"x": "1"},
        "whisper": {"ready": "silence"}, "evaluation": {"x": "after"},
        "timer": {"input": "cores"},
        "arrange": {f"{k}-{p['id']}": "7" for p in method for k in ("on", "minutes", "place")},
        "unlock": {"key": "x" * 43}, "follow": {"key": "x" * 43}, "koppel": {"symbols": "BBBB"},
        "remote-first": {"x": "0"}, "hears": {"x": "1"}, "video": {"link": "https://bel.example.org/kring"},
        "hears-again": {"seat": seats["Cora"]}, "hand-over": {"seat": seats["Cora"]},
        "share-lead": {"seat": seats["Cora"]}, "let-guide": {"seat": seats["Carl"]},
        "hand-round": {"seat": seats["Zonder"]},
    }  # fmt: skip
    if act in ("next", "back", "skip", "repeat", "tell", "put-away", "loop"):
        return {"at": pointer(doc)}
    if act in ("plus", "plus-five", "more-close", "more"):
        return {"at": f"{pointer(doc)}+{now['clock']['total']}"}
    return fields.get(act, {})
