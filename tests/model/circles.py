"""A circle on a real server, driven one request at a time: whoever is asked, with the cookie of their device."""

from __future__ import annotations

import html
import re
import secrets
import sys
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.adversary.rooms import document
from tests.conftest import Server

ALIAS = re.compile(r"/r/([0-9a-f]{12})")
CSRF = re.compile(r'name="csrf" value="([^"]{86})"')
CODE = re.compile(r"[2-9B-DF-HJ-NP-TV-Z]{4}-[2-9B-DF-HJ-NP-TV-Z]{4}")
KEY = re.compile(r"#key=([\w-]+)")
SYMBOLS = re.compile(r'class="symbols"[^>]*>(.*?)</', re.S)
PATIENCE = ("wait=0", "acts=1000000", "rooms=1000000")
STAGES = {
    "write": ("write", "consent"),
    "choose": ("vote", "ask", "twenty", "claim", "yes"),
    "closing": ("take", "rate"),
}


def quick(server: Server) -> Server:
    """A server without budgets and without the twenty seconds, which others test."""
    return server.hurry(*PATIENCE)


@dataclass
class Device:
    """A browser: its cookies, and one masked CSRF value, which holds as long as its secret does."""

    name: str = ""
    cookies: dict[str, str] = field(default_factory=dict)
    csrf: str = ""


class Circle:
    """A room with its people by name. `Fay` began it; her page is the cockpit."""

    def __init__(self, server: Server, title: str = "Mentoren", **form: str) -> None:
        self.server = server
        self.http = httpx.Client(
            base_url=server.url, headers={"origin": server.url, "accept-encoding": "identity"}, timeout=20, verify=False
        )
        self.devices: dict[str, Device] = {"Fay": Device("Fay")}
        blank = {"name": "Fay", "chairs": "12", "part": "lead", "method": "five-step", "where": "together"}
        page = self.ask("Fay", "POST", "/nieuw", data={**blank, "group": title, **form}).text
        self.alias, self.code = ALIAS.search(page)[1], CODE.search(page)[0]  # type: ignore[index]
        self.key = KEY.search(page)[1]  # type: ignore[index]

    def ask(self, who: str, method: str, path: str, **rest: Any) -> httpx.Response:
        """One request of somebody's device, which keeps the cookies it is given."""
        device = self.devices[who]
        headers = {"cookie": "; ".join(f"{k}={v}" for k, v in device.cookies.items()), **rest.pop("headers", {})}
        self.http.cookies.clear()
        answer = self.http.request(method, path, headers=headers, **rest)
        for name, value in answer.cookies.items():
            device.cookies[name] = value
        return answer

    def page(self, who: str, tail: str | None = None) -> httpx.Response:
        """A page of the room; without `tail` the one this person looks at."""
        return self.ask(who, "GET", f"/r/{self.alias}{self.tail(who) if tail is None else tail}")

    def tail(self, who: str) -> str:
        return {"Fay": "/leiden", "screen": "/scherm"}.get(who, "")

    def join(self, name: str, device: str = "") -> httpx.Response:
        """Takes a chair, or knocks."""
        self.devices[device or name] = Device(device or name)
        return self.ask(device or name, "POST", "/", data={"code": self.code, "name": name})

    def csrf(self, who: str) -> str:
        device = self.devices[who]
        if not device.csrf:
            found = CSRF.search(self.page(who).text) or CSRF.search(self.page(who, "").text)
            device.csrf = found[1] if found else "x"
        return device.csrf

    def act(self, who: str, verb: str, **fields: str) -> httpx.Response:
        """One act, as a script sends it."""
        form = {"csrf": self.csrf(who), "op": secrets.token_hex(16), **fields}
        path = verb if verb == "koppel" else f"do/{verb}"
        return self.ask(who, "POST", f"/r/{self.alias}/{path}", data=form, headers={"x-kring": "1"})

    def next(self) -> None:
        """Fay's next; where too few tapped, everybody who can says to be ready first."""
        answer = self.act("Fay", "next", at=pointer(self.doc()))
        if "te weinig antwoorden" in answer.text:
            for who in [one for one in self.devices if one not in ("Fay", "screen")]:
                self.act(who, "done")
            answer = self.act("Fay", "next", at=pointer(self.doc()))
        assert answer.status_code == 204, answer.text

    def hang_screen(self) -> None:
        """A big screen on the wall, paired by four symbols."""
        self.devices["screen"] = Device("screen")
        symbols = re.sub(r"<[^>]+>|\s", "", SYMBOLS.search(self.ask("screen", "GET", "/scherm").text)[1])  # type: ignore[index]
        form = {"csrf": self.csrf("Fay"), "symbols": symbols}
        self.ask("Fay", "POST", f"/r/{self.alias}/koppel", data=form)
        self.ask("screen", "GET", "/scherm")

    def doc(self) -> dict[str, Any]:
        """The sealed document, opened with its key."""
        return document(self.server, self.alias)

    def seat(self, name: str, doc: dict[str, Any] | None = None) -> str:
        """The newest seat with this name."""
        return [s["id"] for s in (doc or self.doc())["seats"].values() if s["name"] == name][-1]

    def close(self) -> None:
        self.http.close()


def now_round(doc: dict[str, Any]) -> dict[str, Any]:
    """The round of the phase a document is at."""
    line = doc["agenda"][doc["at"]]
    return dict(doc["rounds"][f"{line['case']}:{line['phase']['id']}"])


def line_of(doc: dict[str, Any]) -> tuple[str, str]:
    """The phase a document is at, and its stage by name."""
    on, stage = doc["agenda"][doc["at"]]["phase"], now_round(doc)["stage"]
    batch = any(i["kind"] in ("cards", "scale") and not i["live"] and i["who"] != "owner" for i in on["inputs"])
    return on["id"], STAGES.get(on["kind"], ("write", "open") if batch else ("go",))[stage]


def pointer(doc: dict[str, Any]) -> str:
    """What the facilitator's acts of this moment carry."""
    now, kind = now_round(doc), doc["agenda"][doc["at"]]["phase"]["kind"]
    cases = "".join(c["case"][:6] for c in doc["chosen"]) if kind == "choose" else ""
    return f"{doc['at']}.{now['stage']}.{now['votes_held']}.{now['id'][:6]}.{cases}.{doc['backs']}"


def words(page: str) -> str:
    """A page as a person reads it."""
    return html.unescape(page)


def planted(server: Server) -> Server:
    """The same with planted bugs, each of which waits for a room of its name."""
    server.command = [sys.executable, "-m", "tests.model.planted", *PATIENCE]
    return server
