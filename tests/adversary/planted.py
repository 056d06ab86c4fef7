"""The server with a leak planted in it, for the controls: `python -m tests.adversary.planted LEAK...`.

The product has no switch for any of this; the leak is put into the running process from outside.
"""

from __future__ import annotations

import os
import sys
import time
from types import SimpleNamespace
from typing import Any

import msgspec
from msgspec.structs import replace
from starlette.responses import PlainTextResponse

from rooms import cards, choosing, handles, mine, scales, tags, takeaways, view, words, writing
from rooms.room import Card, new_id, phase, this_round, with_round
from server import actions, app, limits, pages, roomfeed, sealing
from server.__main__ import _options
from server.config import Config
from tests.adversary import faults, group_leaks, lengths, onhost_leaks, worked
from tests.adversary.lengths import at_the_end_of_an_act, weigh


def arrival_order_on_disk() -> None:
    """Documents keep their maps in the order in which things arrived."""
    sealing._encoder = msgspec.msgpack.Encoder()


def signed_papers() -> None:
    """A paper remembers the seat it came from."""
    lay = writing.lay

    def leaky(room: Any, by: str, tag: str, *rest: Any) -> Any:
        room = lay(room, by, tag, *rest)
        papers = this_round(room).papers
        return with_round(room, papers={**papers, tag: replace(papers[tag], seat=by)})

    writing.lay = leaky


def no_shuffle() -> None:
    """The reveal shows the cases in the order in which they were written."""
    arrival_order_on_disk()

    def leaky(room: Any, papers: Any, rng: Any) -> Any:
        cases = [writing.Case(id=writing.new_id(rng), texts=p.texts, cap=t) for t, p in papers.items()]
        closed = with_round(room, papers={}, ready={}, answers={}, small_ok={})
        return replace(closed, cases=tuple(cases), case_round=this_round(room).id)

    writing._reveal = leaky


def kept_papers() -> None:
    """After the reveal the papers stay in the document, signed."""
    signed_papers()
    reveal = writing._reveal

    def leaky(room: Any, papers: Any, rng: Any) -> Any:
        return with_round(reveal(room, papers, rng), papers=papers)

    writing._reveal = leaky


def signed_ballots() -> None:
    """A list beside the ballots tells whose is whose."""
    cast = choosing.cast

    def leaky(room: Any, by: str, tag: str, *rest: Any) -> Any:
        room = cast(room, by, tag, *rest)
        return replace(room, texts={**room.texts, f"ballot {tag}": (by,)})

    choosing.cast = leaky


def kept_ballots() -> None:
    """After the count the ballots stay in the document, and so does the list."""
    signed_ballots()
    count = choosing._count
    choosing._count = lambda room: with_round(count(room), ballots=this_round(room).ballots)


def no_padding() -> None:
    """What goes back to a writer is as long as what was written."""
    roomfeed.blanks = pages.blanks = lambda own: ""


def long_answers() -> None:
    """An answer, a page and a frame are the longer, the more somebody wrote or chose."""
    personal = roomfeed.RoomFeed.personal

    def leaky(self: Any, room: Any, device: Any, tag: Any, *rest: Any) -> Any:
        own, parts = mine.mine(room, device, tag), personal(self, room, device, tag, *rest)
        return {
            **parts,
            "composer": parts["composer"]
            + "." * (weigh(own.dots) or len("".join((*own.laid, own.takeaway, *_cards(own))))),
        }

    roomfeed.RoomFeed.personal = leaky
    at_the_end_of_an_act(lambda answer, length: answer.headers.append("x-was", "." * length))


def slow_by_length() -> None:
    """An act takes the longer, the more somebody wrote or chose: the sleep is the planted leak."""
    actions.ANSWER = roomfeed.OWN = 0.0  # with them, what is short would go under in the even steps
    at_the_end_of_an_act(lambda _, length: time.sleep(length / 2500))  # the planted leak


def slow_pages() -> None:
    """A page takes the longer, the more its owner wrote or chose; so do the health of the server and the cockpit,
    after an act."""
    draw = pages._draw

    def leaky(request: Any, visitor: Any, page: str, *rest: Any) -> Any:
        length = lengths.last() / 2 if page else _own_length(visitor)
        time.sleep(length / 2000)  # the planted leak, clear of what pages differ by themselves
        return draw(request, visitor, page, *rest)

    async def ready(_: Any) -> Any:
        time.sleep(lengths.last() / 5000)  # the planted leak
        return PlainTextResponse("ok" + "." * lengths.last())

    pages._draw, app._ready = leaky, ready
    at_the_end_of_an_act(lambda _, length: print("." * length, flush=True))  # into the log


def telling_cockpit() -> None:
    """The cockpit and the big screen, and no seat, show how long the last act was."""
    render = roomfeed.RoomFeed.render

    def leaky(self: Any, room: Any, place: str, *rest: Any) -> Any:
        parts = render(self, room, place, *rest)
        if place not in ("lead", "screen"):
            return parts
        return {name: html + "." * lengths.last() for name, html in parts.items()}

    lengths.watch()
    roomfeed.RoomFeed.render = leaky


def _own_length(visitor: Any) -> int:
    """How much somebody wrote or chose, from the page; or whose the chosen case is."""
    own = mine.mine(visitor.room, visitor.device, visitor.tag)
    now, cap = this_round(visitor.room), tags.case(visitor.tag, visitor.room)
    if phase(visitor.room).kind == "choose" and now.stage == choosing.ASK:
        return 400 if now.answers.get(cap) == "rather-not" else 100
    if phase(visitor.room).kind == "choose" and now.stage == choosing.TWENTY:
        return 400 if cap == getattr(choosing.case_now(visitor.room), "cap", "") else 100
    if own.ratings:
        return 60 * own.ratings["A1"] + 10 * own.ratings["A2"]
    if marks := [task.value for task in own.tasks if task.value]:
        return 400 if marks == [1] else 100
    return weigh(own.dots) or 3 * len(own.takeaway + "".join(_cards(own))) or len("".join(own.laid))


def _cards(own: Any) -> list[str]:
    """What somebody's cards say."""
    return [slot.text for task in own.tasks for slot in task.slots]


def signed_takeaways() -> None:
    """A sentence remembers its seat until the end and is shown in the order in which it came; so does an evaluation."""
    share, evaluate = takeaways.share, scales.evaluate

    def leaky(room: Any, by: str, *rest: Any, tag: str, **named: Any) -> Any:
        room = share(room, by, *rest, tag=tag, **named)
        said = this_round(room).takeaways
        return with_round(room, takeaways={**said, tag: replace(said[tag], seat=by)})

    def rated(room: Any, by: str, *rest: Any, tag: str, **named: Any) -> Any:
        room = evaluate(room, by, *rest, tag=tag, **named)
        return replace(room, texts={**room.texts, f"rating {tag}": (by,)})

    def shown(room: Any, rng: Any) -> Any:
        now = this_round(room)
        cards = tuple(
            Card(id=new_id(rng), text=p.texts[0], input="takeaway", state=p.input) for p in now.takeaways.values()
        )
        return with_round(room, stage=1, cards=cards, ready={})

    takeaways.share, scales.evaluate, takeaways.reveal = leaky, rated, shown


def signed_cards() -> None:
    """A card's tag stands beside its seat, and the cards open in the order in which they came and stay."""
    lay = cards.lay

    def leaky(room: Any, by: str, *rest: Any, tag: str, **named: Any) -> Any:
        room = lay(room, by, *rest, tag=tag, **named)
        return replace(room, texts={**room.texts, f"card {tag}": (by,)})

    def shown(room: Any, rng: Any) -> Any:
        papers = this_round(room).papers
        opened = tuple(Card(id=new_id(rng), text=p.texts[0], input=p.input) for p in papers.values())
        return with_round(room, stage=1, cards=opened, ready={})

    cards.lay, cards.reveal = leaky, shown


def uneven() -> None:
    """Answers and own frames go when they are ready."""
    actions.ANSWER = roomfeed.OWN = 0.0


def no_budgets() -> None:
    """No leak: rooms are played faster here than people act; while the big screen is blank, twenty seconds are none."""
    limits.ACTS = limits.BURST = limits.PAGES = limits.LOADED = 1000.0
    limits.CREATED = 100_000.0
    blank = handles.blank

    def hurried(room: Any, by: str, *, on: bool) -> Any:
        choosing.WAIT = 0 if on else 20_000
        return blank(room, by, on=on)

    handles.blank = hurried


def as_typed() -> None:
    """Texts stay as each keyboard made them."""
    words.normalise = lambda text, _: text


def same_nonce() -> None:
    """Every document is sealed with the same noise."""
    sealing.os = SimpleNamespace(urandom=lambda n: b"\0" * n)


def telling_ballot() -> None:
    """On the ballot one's own case comes first, and what was chosen before all others."""
    order = mine._order

    def leaky(room: Any, tag: Any) -> Any:
        found, ballot = order(room, tag), this_round(room).ballots.get(tags.vote(tag, room))
        own = next((c.id for c in room.cases if c.cap == tags.case(tag, room)), "")
        dots = ballot.dots if ballot else {own: 1}
        return tuple(sorted(found, key=lambda case: -dots.get(case, 0)))

    mine._order = leaky


def ready_at_once() -> None:
    """Everybody sees the number of ready signs, as soon as there is one more."""
    view._ready = lambda room, shown: f"{len(this_round(room).ready)}/{len(this_round(room).writers)}"


LEAKS = {f.__name__: f for f in (
    arrival_order_on_disk, signed_papers, no_shuffle, kept_papers, no_padding, ready_at_once, signed_ballots,
    kept_ballots, long_answers, slow_by_length, telling_ballot, slow_pages, telling_cockpit, signed_takeaways,
    signed_cards, as_typed, same_nonce, uneven, no_budgets, *onhost_leaks.ALL, *faults.ALL,
    *worked.ALL, *group_leaks.ON_A_SERVER,
)}  # fmt: skip


def main() -> None:
    """Plants what the command line names and starts the server."""
    import uvicorn

    for name in sys.argv[1:]:
        LEAKS[name]()
    from server.app import create_app

    config = Config.from_env(os.environ)
    uvicorn.run(create_app(config), **{k: v for k, v in _options(config).items() if k not in ("app", "factory")})


if __name__ == "__main__":
    main()
