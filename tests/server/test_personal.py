"""What is rendered once for many is, for each, what would be rendered for them alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from rooms import rights
from rooms.methodfiles import CATALOGUE, read
from rooms.mine import Mine, mine
from rooms.view import view
from server.personal import Shared
from server.regions import Regions
from tests.people import Circle
from tests.rooms.playing import Play
from tests.said import regions


def check(circle: Circle, shared: Shared, made: Regions) -> int:
    """Compares everybody's personal regions; says how many pages were alike but for name and chair."""
    shared.forget()
    room, views, alone = circle.room, {}, []
    for name in circle.secrets:
        device = room.devices[circle.handle(name)]
        role = rights.role(room, device.seat)
        shown = views.setdefault(role, view(room, role))
        own: Mine = mine(room, device, circle.tag(name))
        for lang in ("nl", "en"):
            parts = made.personal(shown, own, lang, "", {})
            assert shared.parts(shown, own, lang) == parts
            alone.append(tuple(parts.values()))
    return len(alone) - len(shared._made)


@pytest.mark.parametrize("path", sorted(CATALOGUE.glob("*.toml")), ids=lambda p: p.stem)
def test_in_every_step_of_every_method(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    made = regions()
    shared, saved = Shared(made), []
    pages = Play.pages

    def compared(play: Play) -> None:
        pages(play)
        saved.append(check(play.circle, shared, made))

    monkeypatch.setattr(Play, "pages", compared)
    Play(read(path.read_text(encoding="utf-8"))).through()
    assert sum(saved) > 0  # some were rendered once for several


def test_a_name_is_not_taken_for_markup() -> None:
    circle = Circle("<b>Owen", "O'&amp;", "Cora", "Carl", "Cleo").to("write")
    made = regions()
    check(circle, Shared(made), made)
