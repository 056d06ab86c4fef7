"""Reads the sentences beside fields from a page, and knows what each one says, by the product's own words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser

from rooms import promises
from rooms.promises import Promise
from server import script
from server.app import STATIC
from server.assets import Assets
from server.i18n import Languages
from server.regions import Regions

ACTS = {  # the word of an act, and the input it fills
    **{
        verb: verb
        for verb in ("where", "hears", "early", "small", "may-show", "take-back", "rather-not", "it-is-me", "say-yes")
    },
    **{verb: verb for verb in ("pick", "stop-choice", "owner-says", "take-over", "agree", "more")},
    "lay": "case",
    "chosen": "ballot",
    "answer": "answer",
    "share": "takeaway",
    "evaluate": "evaluation",
    "ask": "question",
    "allow-report": "own-report",
    "agree-report": "report",
    "whisper": "whisper",
    "card": "",
    "vote": "",
    "place": "",
    "sort": "pick",
    "text": "",
    "rate": "",  # '': as the method's file says
}
SILENT = {  # acts without a sentence of their own, and why
    **dict.fromkeys(("nothing", "again", "done", "not-chosen", "skip-evaluation", "cast"), "the same field, or none"),
    **dict.fromkeys(
        ("pass", "hand-on", "not-this", "leave"), "the floor and the chairs: plain to see, nothing written"
    ),
    "task": "a task that all may know of; nothing is written",
    **dict.fromkeys(("move", "take-off"), "what lies on a board for all to see"),
    "group-on": "whose turn it is in a small group: plain to see there, nothing written",
    "became": "both buttons are the same act; the words beside them say that nobody can tell which it was",
    "stop": "on every screen at every moment; the quiet screen itself says that no name is kept",
}
SENTENCE = {"says", "promise"}  # the classes that a sentence has


@cache
def regions(kept: int = 86_400_000) -> Regions:
    """The templates, outside a server."""
    languages = Languages()
    return Regions(Assets(STATIC, script.says(languages)), languages, "kring.example.org", kept)


@cache
def sentence(promise: Promise, lang: str = "nl") -> str:
    """What a page says of a promise."""
    template = regions()._environments[lang].from_string('{% from "partials/_seen.html" import said %}{{ said(p) }}')
    return plain(template.render(p=promise))


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


@dataclass
class Control:
    """Something people type in or press: what it does, the input it names, and the ids it is described by."""

    verb: str
    tag: str
    line: str = ""
    ids: list[str] = field(default_factory=list)
    label: str = ""


class Page(HTMLParser):
    """The controls and the sentences of a page."""

    VOID = ("input", "br", "img", "link", "meta", "path", "circle", "rect", "hr")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.controls: list[Control] = []
        self.seen: dict[str, list[str]] = {}
        self.open: list[tuple[str, dict[str, str]]] = []
        self.feed(re.sub(r"<svg.*?</svg>", "", html, flags=re.DOTALL))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {k: v or "" for k, v in attrs}
        self._control(tag, found)
        if tag not in self.VOID:
            self.open.append((tag, found))
            if SENTENCE & set(found.get("class", "").split()):
                self.seen.setdefault(found["id"], []).append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._control(tag, {k: v or "" for k, v in attrs})

    def handle_endtag(self, tag: str) -> None:
        if any(name == tag for name, _ in self.open):
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        for _, found in self.open:
            if SENTENCE & set(found.get("class", "").split()):
                self.seen[found["id"]][-1] += data

    def _control(self, tag: str, found: dict[str, str]) -> None:
        form = next((f for t, f in reversed(self.open) if t == "form"), {})
        if tag == "input" and found.get("type") == "hidden":
            if found.get("name") == "input":
                form["line"] = found["value"]
            return
        if tag not in ("input", "textarea", "select", "button"):
            return
        action = found.get("formaction", "" if tag == "button" and "form" in found else form.get("action", ""))
        chain = [found, *(f for t, f in reversed(self.open) if t in ("fieldset", "form", "label"))]
        ids = [i for f in chain for i in f.get("aria-describedby", "").split()]
        verb = action.rpartition("/do/")[2] if "/do/" in action else action
        self.controls.append(Control(verb, tag, form.get("line", ""), ids, found.get("name") or found.get("id", "")))

    def told(self, control: Control) -> list[str]:
        """The sentences that a control is described by, each as often as it stands on the page."""
        return [plain(text) for i in dict.fromkeys(control.ids) for text in self.seen.get(i, [])]


def faults(html: str, expected: dict[str, Promise], lines: dict[str, Promise], lang: str = "nl") -> list[str]:
    """What is wrong with the sentences of a page. `expected`: the promise of each of the shell's inputs now; `lines`:
    that of each input of the method."""
    page, wrong = Page(html), []
    for one in page.controls:
        if one.label == "own-note":
            kind = promises.INPUTS["note"]
        elif one.verb not in ACTS:
            continue
        elif one.tag == "button" and one.verb in FIELDS:
            continue  # the button of a form; its fields are looked at
        else:
            kind = expected[ACTS[one.verb]] if ACTS[one.verb] else lines[one.line]
        told = page.told(one)
        if len(told) != 1:
            wrong.append(f"{one.verb} {one.label}: {len(told)} sentences")
        elif sentence(kind, lang) not in told[0]:
            wrong.append(f"{one.verb} {one.label}: {told[0]!r} and not {sentence(kind, lang)!r}")
    return wrong


FIELDS = (
    "early",
    "stop-choice",
    "lay",
    "chosen",
    "answer",
    "share",
    "evaluate",
    "ask",
    "card",
    "text",
    "rate",
    "vote",
    "place",
)


def met(html: str) -> set[str]:
    """The inputs of the shell, and kinds of a method's, that a page asks for."""
    return {ACTS[c.verb] or c.verb for c in Page(html).controls if c.verb in ACTS}
