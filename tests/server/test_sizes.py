"""What a device sees of its own has one size, however much was written and however it is spelled; and so has what it
sends, for which every form says that it is padded."""

from __future__ import annotations

from pathlib import Path

import pytest

from rooms import cards, mine, tags, takeaways, writing
from rooms.room import phase
from rooms.view import view
from server import acts, script
from server.app import STATIC
from server.assets import Assets
from server.frames import blanks, text
from server.i18n import Languages
from server.regions import Regions
from tests.conftest import ROOT
from tests.people import Circle
from tests.tools.padded import offered

WAYS = ("a", '"', "\u00e9", "<", "\U0001f600")
LANGUAGES = Languages()
REGIONS = Regions(Assets(Path(STATIC), script.says(LANGUAGES)), LANGUAGES, "localhost", 86_400_000)


def frame(circle: Circle, name: str, lang: str) -> str:
    """The personal regions as they go over the line, without what fills them up."""
    device, tag = circle.room.devices[circle.handle(name)], circle.tag(name)
    parts = REGIONS.personal(view(circle.room, "member"), mine.mine(circle.room, device, tag), lang, "", {})
    return text({"me": 1}, parts)


def frames(lang: str) -> dict[str, list[str]]:
    """Frames of the same moment, by moment: with one sign, and with as many of each kind as there may be."""
    found: dict[str, list[str]] = {}
    for sign, times in ((WAYS[0], 1), *((way, 500) for way in WAYS)):
        circle = Circle().to("write")
        texts = tuple(("a" + sign * times)[:limit] for limit in writing.LIMITS)
        circle.by("Owen", writing.lay, *circle.signs("Owen"), 1, texts)
        found.setdefault("laid", []).append(frame(circle, "Owen", lang))
        circle.by("Owen", writing.again, circle.signs("Owen")[1])
        found.setdefault("at it again", []).append(frame(circle, "Owen", lang))
        circle = Circle(method="gossip").to_method("Owen")
        circle.next()
        ready = circle.signs("Cora")[1]
        for slot in range(3):
            card = tags.card(circle.tag("Cora"), circle.room, "questions", slot)
            circle.by("Cora", cards.lay, "questions", slot, 1, (sign * times)[:160], tag=card, ready=ready)
        found.setdefault("cards", []).append(frame(circle, "Cora", lang))
        while phase(circle.room).kind != "closing":
            circle.next()
        take, ready = tags.takeaway(circle.tag("Cora"), circle.room), circle.signs("Cora")[1]
        said = (sign * times)[: takeaways.LIMIT]
        circle.by("Cora", takeaways.share, 1, said, report=True, tag=take, ready=ready)
        found.setdefault("takeaway", []).append(frame(circle, "Cora", lang))
    return found


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_an_own_frame_has_one_size(lang: str) -> None:
    for moment, made in frames(lang).items():
        assert len({len((one + blanks(one)).encode()) for one in made}) == 1, moment
        assert len({len(one.encode()) for one in made}) > 3, moment  # without the blanks it would tell


def test_every_form_and_button_of_an_act_without_a_name_is_sent_padded() -> None:
    found = [one for path in (ROOT / "templates").rglob("*.html") for one in offered(path.read_text(encoding="utf-8"))]

    assert {verb for verb, padded in found if not padded} & acts.NAMELESS == set()
    assert {verb for verb, _ in found} >= acts.NAMELESS - {"cast"}, (
        "a choice is sent as `chosen`; nothing offers `cast`"
    )


def test_the_same_reader_sees_one_that_is_not() -> None:
    form = '<form action="/r/x/do/{}"{}>'
    assert offered(form.format("lay", "") + "</form>") == [("lay", False)]
    assert offered(form.format("lay", " data-pad") + '<button formaction="/r/x/do/nothing">') == [
        ("lay", True), ("nothing", True)
    ]  # fmt: skip
    assert offered(form.format("lay", " data-pad") + '</form><button formaction="/r/x/do/again">')[1] == (
        "again",
        False,
    )
    assert offered('{{ act(view, "again", _("Pas aan"), pad=True) }}') == [("again", True)]
    assert offered('{{ act(view, "again", _("Pas aan")) }}{{ act(view, "done", pad=True) }}')[0] == ("again", False)
