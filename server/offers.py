"""What a page offers whoever holds it: its forms and buttons, read from the HTML as a browser reads them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VERB = re.compile(r"/do/([\w-]+)$")


@dataclass
class Writing:
    """A field for text: what it is called, how long it may be, what stands in it."""

    label: str
    most: int
    text: str = ""


@dataclass
class Offer:
    """One form, or one button that needs none of its own."""

    verb: str
    fields: dict[str, str] = field(default_factory=dict)  # as it would be sent when nothing is filled in
    choices: dict[str, dict[str, str]] = field(default_factory=dict)  # by field: value and words of each choice
    numbers: dict[str, int] = field(default_factory=dict)  # by field: the most it takes
    writings: dict[str, Writing] = field(default_factory=dict)
    words: str = ""
    pressed: bool = False


class Page(HTMLParser):
    """A page that was read: the offers in its order, all its words, the moment it shows, whether all is over."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.source, self.offers, self.words, self.moment = source, list[Offer](), "", ""
        self.over = False  # the circle was closed
        self._form: Offer | None = None
        self._said = ""  # the words since the field before
        self._into: dict[str, str] | None = None  # the choices that wait for their words
        self._name = self._value = self._area = ""
        self.feed(source)
        self.close()

    def of(self, *verbs: str) -> list[Offer]:
        """The offers with these verbs."""
        return [offer for offer in self.offers if offer.verb in verbs]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Forms, fields and buttons; everything else only has words."""
        has = {name: value or "" for name, value in attrs}
        self.moment = has.get("data-moment", self.moment)
        self.over |= "data-wipe" in has
        if tag == "button":
            self._button(has)
        elif tag == "form":
            self._begin(has.get("action", ""))
        elif self._form is None:
            return
        elif tag == "input":
            self._field(self._form, has)
        elif tag == "select":
            self._name = has.get("name", "")
            self._form.fields[self._name] = ""
        elif tag == "option":
            self._choice(self._form, self._name, has, "selected")
        elif tag == "textarea":
            self._area = has["name"]
            self._form.writings[self._area] = Writing(_tidy(self._said), int(has.get("data-limit", 400)))

    def handle_endtag(self, tag: str) -> None:
        """A form, a field or the words of a choice end."""
        if tag == "form":
            self._form = None
        elif tag == "textarea" and self._form:
            writing = self._form.writings[self._area]
            writing.text, self._area, self._said = writing.text.strip(), "", ""
        elif tag in ("label", "option"):
            self._into = None

    def handle_data(self, data: str) -> None:
        """Words: of the page, of the field they stand before, of the choice they name."""
        if self._area and self._form:
            self._form.writings[self._area].text += data
            return
        self.words += data
        self._said += data
        if self._form:
            self._form.words += data
        if self._into is not None:
            self._into[self._value] = _tidy(self._into[self._value] + " " + data)

    def _begin(self, action: str) -> None:
        found = _VERB.search(action)
        self._form, self._said = Offer(found[1] if found else ""), ""
        if found:
            self.offers.append(self._form)

    def _button(self, has: dict[str, str]) -> None:
        if found := _VERB.search(has.get("formaction", "")):
            fields = {has["name"]: has.get("value", "")} if "name" in has else {}
            self.offers.append(Offer(found[1], fields, pressed=has.get("aria-pressed") == "true"))

    def _field(self, form: Offer, has: dict[str, str]) -> None:
        name, kind = has.get("name", ""), has.get("type", "text")
        if name in ("", "csrf", "op") or kind == "checkbox":  # whoever sends a form fills those two in
            return
        if kind == "radio":
            self._choice(form, name, has, "checked")
            return
        form.fields[name] = has.get("value", "")
        if kind == "number":
            form.numbers[name] = int(has.get("max", 1))

    def _choice(self, form: Offer, name: str, has: dict[str, str], standing: str) -> None:
        self._into, self._value = form.choices.setdefault(name, {}), has.get("value", "")
        self._into[self._value] = ""
        if standing in has:
            form.fields[name] = self._value


def _tidy(text: str) -> str:
    return " ".join(text.split())
