"""Pages come out as Jinja itself makes them, to the byte, in every step of every method."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import Template
from jinja2.runtime import Context
from markupsafe import Markup

from rooms import rights
from rooms.methodfiles import read
from rooms.mine import mine
from rooms.rights import LEAD, SCREEN
from rooms.view import view
from server import quick
from server.regions import Regions
from tests.made import files
from tests.people import Circle
from tests.rooms.playing import Play
from tests.said import regions


@pytest.fixture(scope="module")
def plain() -> Regions:
    """The same templates in Jinja as it comes."""
    made = regions()
    for env in made._environments.values():
        env.context_class, env.template_class = Context, Template
        env.bytecode_cache = None
    return made


QUICK = regions()  # one for all methods, so that what it keeps from one room meets the next


def drawn(made: Regions, circle: Circle, lang: str) -> list[dict[str, str]]:
    """Everything the people of a circle and its screen see."""
    room, pages = circle.room, []
    for name in circle.secrets:
        device = room.devices[circle.handle(name)]
        shown = view(room, rights.role(room, device.seat))
        pages.append(made.audience("seat", shown, lang))
        pages.append(made.personal(shown, mine(room, device, circle.tag(name)), lang, "csrf", {}))
    pages.append(made.audience("lead", view(room, LEAD), lang))
    pages.append(made.audience("screen", view(room, SCREEN), lang))
    return pages


@pytest.mark.parametrize("path", files(), ids=lambda p: p.stem)
def test_every_step_of_every_method(monkeypatch: pytest.MonkeyPatch, plain: Regions, path: Path) -> None:
    pages, steps = Play.pages, []

    def compared(play: Play) -> None:
        pages(play)
        lang = ("nl", "en")[len(steps) // 2 % 2]  # each step is drawn twice: both in every method
        steps.append(drawn(QUICK, play.circle, lang))
        assert steps[-1] == drawn(plain, play.circle, lang)

    monkeypatch.setattr(Play, "pages", compared)
    Play(read(path.read_text(encoding="utf-8"))).through()
    assert len(steps) > 4


def test_two_rooms_never_share_what_names_one_of_them() -> None:
    one, two = Circle().to("write"), Circle().to("write")
    for circle, alias in ((one, "een"), (two, "twee")):
        circle.room = quick_copy(circle, alias)
    for parts, other in zip(drawn(QUICK, one, "nl"), drawn(QUICK, two, "nl"), strict=True):
        assert "/r/twee" not in "".join(parts.values())
        assert "/r/een" not in "".join(other.values())


def quick_copy(circle: Circle, alias: str):  # type: ignore[no-untyped-def]
    from msgspec.structs import replace

    return replace(circle.room, id=alias)


def test_html_is_not_taken_for_the_same_text_that_is_none() -> None:
    env = QUICK._environments["nl"]
    page = env.from_string(
        '{% from "partials/_parts.html" import act %}{{ act(view, "x", label, "y", value=v, name="n") }}'
    )
    circle = Circle()
    shown = view(circle.room, LEAD)
    for label, v in ((Markup("<b>"), 1), ("<b>", 1), (Markup("<b>"), True), (Markup("<b>"), "1")):
        html = page.render(view=shown, label=label, v=v)
        assert ("<span><b></span>" in html) == isinstance(label, Markup)
        assert f'value="{v}"' in html


@pytest.mark.parametrize("value", ["<a>", Markup("<a>"), 3, 2.5, None, True, "é&'\""])
def test_what_is_escaped_is_what_jinja_escapes(value: object) -> None:
    from markupsafe import escape

    assert str(quick.escape(value)) == str(escape(value))
