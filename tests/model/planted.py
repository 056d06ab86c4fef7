"""The server with bugs planted in it, each for rooms of its own name: `python -m tests.model.planted`.

The product has no switch for any of this. A room called "double" suffers from `double`, and no other room.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from rooms import choosing, flow, mine, rights, turns, writing
from rooms.refusal import Refused
from rooms.room import this_round, with_round
from server import actions, acts, forms, roomfeed
from tests.tools import impatient


def plant(module: Any, name: str, bug: Any) -> None:
    """Puts `bug(the function as it is, room, ...)` in place of a function, for rooms that carry the bug's name."""
    right = getattr(module, name)

    def either(room: Any, *args: Any, **named: Any) -> Any:
        if room.name == bug.__name__:
            return bug(right, room, *args, **named)
        return right(room, *args, **named)

    setattr(module, name, either)


def double(cast: Any, room: Any, by: str, tag: str, *rest: Any) -> Any:
    """A vote that is changed counts twice."""
    old = this_round(room).ballots.get(tag)
    room = cast(room, by, tag, *rest)
    if old and this_round(room).ballots[tag] != old:
        return with_round(room, ballots={**this_round(room).ballots, f"{tag}2": old})
    return room


def stale(lay: Any, room: Any, by: str, tag: str, ready: str, rev: int, texts: Any) -> Any:
    """An older revision of a case wins over a newer one."""
    old = this_round(room).papers.get(tag)
    return lay(room, by, tag, ready, old.rev + 1 if old else rev, texts)


def leap(step: Any, room: Any, by: str, at: str, now: int, rng: Any) -> Any:
    """Next moves two steps where there is nothing to wait for."""
    room = step(room, by, at, now, rng)
    return step(room, by, flow.pointer(room), now, rng) if at != flow.pointer(room) and room.at == 2 else room


def wipe(back: Any, room: Any, *rest: Any) -> Any:
    """A step back loses the cases."""
    return replace(back(room, *rest), cases=())


def ghost(present: Any, room: Any, by: str) -> Any:
    """Who was removed can still act."""
    try:
        return present(room, by)
    except Refused:
        if room.over:
            raise
        return room.seats[by]


def late_vote(cast: Any, room: Any, *rest: Any) -> Any:
    """A ballot is taken after the vote was closed."""
    try:
        return cast(room, *rest)
    except Refused:
        tag, rev, dots = rest[1:]
        return with_round(room, ballots={**this_round(room).ballots, tag: choosing.Ballot(dots, rev)})


def twice(ask: Any, room: Any, by: str, op: str, text: str = "") -> Any:
    """A question that is sent again stands there again."""
    queue = this_round(room).queue
    room = ask(with_round(room, queue=()), by, op, text)
    return with_round(room, queue=(*queue, *this_round(room).queue))


def early(shown: Any, room: Any, role: str, **named: Any) -> Any:
    """Who leads sees the cases before they are opened."""
    texts = [p.texts[2] for p in this_round(room).papers.values()] if role == "lead" else []
    return replace(shown(room, role, **named), room=" ".join([room.name, *texts]))


def outside_reads(shown: Any, room: Any, role: str, **named: Any) -> Any:
    """Who is outside reads a case of the circle."""
    texts = [c.texts[2] for c in room.cases] if role == "outside" else []
    return replace(shown(room, role, **named), room=" ".join([room.name, *texts]))


def others_paper(shown: Any, room: Any, device: Any, *rest: Any, **named: Any) -> Any:
    """Whoever wrote nothing yet finds what somebody else wrote in the own field."""
    own = shown(room, device, *rest, **named)
    papers = [p.texts for p in this_round(room).papers.values() if len(p.texts) == 3]
    return own if own.laid or not papers else replace(own, laid=papers[0])


def everybody_leads(leader: Any, room: Any, by: str) -> Any:
    """Anybody at the table moves the circle on."""
    return rights.present(room, by)


def in_a_header() -> None:
    """The answer to an act carries, in a header, a text that was laid by whoever."""
    right = actions.done

    def leaky(request: Any, alias: str, *rest: Any) -> Any:
        answer, room = right(request, alias, *rest), request.state.store._documents._cache[alias]
        if room.name == "in_a_header":
            answer.headers["x-last"] = " ".join(p.texts[-1] for p in this_round(room).papers.values())
        return answer

    actions.done = leaky


BUGS = {
    "double": (choosing, "cast"),
    "stale": (writing, "lay"),
    "leap": (flow, "step"),
    "wipe": (flow, "back"),
    "ghost": (rights, "present"),
    "late_vote": (choosing, "cast"),
    "twice": (turns, "ask"),
    "early": (roomfeed, "view"),
}
LEAKS = ("early", "outside_reads", "others_paper", "in_a_header")
OTHERS = {"outside_reads": (roomfeed, "view"), "others_paper": (mine, "mine"), "everybody_leads": (flow, "leader")}


def main() -> None:
    """Plants everything, and starts a server without patience."""
    for name, (module, function) in {**BUGS, **OTHERS}.items():
        plant(module, function, globals()[name])
    in_a_header()
    acts.LEAD |= {"next": forms.moves(flow.step), "back": forms.moves(flow.back)}
    impatient.main()


if __name__ == "__main__":
    main()
