"""A vote inside a method: one, some dots, or a ranking; kept by device, counted when it is closed, and not before."""

from __future__ import annotations

from rooms import few, picks
from rooms.cards import find
from rooms.methods import Input, Text, is_later
from rooms.promises import numbers
from rooms.refusal import Refused
from rooms.rights import is_one_of, writer
from rooms.room import Ballot, Room, Round, entry, key, phase, seat, this_round, with_round


def cast(room: Room, by: str, input_id: str, rev: int, given: dict[str, int], *, tag: str, ready: str) -> Room:
    """My ballot is this, revision `rev`; an older one changes nothing. `given`: dots, or in a ranking places from 1.

    `tag` and `ready` are the device's. Refuses what cannot be chosen, and more than there is to give.
    """
    writer(room, by)
    line = find(room, input_id, "vote")
    if not is_one_of(room, seat(room, by), line.who):
        raise Refused("Nu kiezen de anderen.")
    if not is_open(room, line):
        raise Refused("De stemmen liggen al open.")
    few.before_writing(room)
    given = {name: n for name, n in given.items() if n}
    if not given.keys() <= offered(room, line).keys():
        raise Refused("Wat je koos, ligt niet meer op tafel. Kijk even opnieuw.")
    _fits(line, given)
    now = this_round(room)
    old = now.ballots.get(tag)
    if old and old.rev >= rev:
        return room
    ballots = {**now.ballots, tag: Ballot(given, rev, line.id)}
    return with_round(room, ballots=ballots, ready={**now.ready, ready: True})


def is_open(room: Room, line: Input) -> bool:
    """Whether this vote is on: while people write, or after the cards that it is about were opened."""
    return this_round(room).stage == (1 if is_later(phase(room), line) else 0)


def offered(room: Room, line: Input) -> dict[str, str | Text]:
    """What can be chosen: names and words, in the order in which it stands in the file or lies on the table."""
    if line.options:
        return {f"o{n}": option for n, option in enumerate(line.options)}
    return {card.id: card.text for card in picks.choices(room, line)}


def counted(room: Room, line: Input) -> dict[str, int]:
    """The points of each that can be chosen, by name. In a ranking the first of n gets n points, the last one."""
    points = dict.fromkeys(offered(room, line), 0)
    for ballot in this_round(room).ballots.values():
        if ballot.input == line.id:
            for name in ballot.dots.keys() & points.keys():  # what was taken off a board since is not counted
                n = ballot.dots[name]
                points[name] += len(points) + 1 - n if line.mode == "rank" else n
    return points


def close(room: Room) -> Room:
    """Counts every vote of this phase that is on; the ballots go. Below five ballots only what came out on top is
    kept, for a number would tell who chose what. The first result is how many ballots, 0 when it is not told."""
    now, results, voted = this_round(room), dict(this_round(room).results), dict(this_round(room).voted)
    for line in (i for i in phase(room).inputs if i.kind == "vote" and is_open(room, i)):
        cast_here = tuple(1 for ballot in now.ballots.values() if ballot.input == line.id)
        if cast_here:
            points, shown = counted(room, line), numbers(cast_here)
            top = max(points.values(), default=0)
            voted[line.id] = tuple(points)
            results[line.id] = (len(shown), *(p if shown else int(p == top > 0) for p in points.values()))
    rest = {tag: b for tag, b in now.ballots.items() if b.input not in results}
    return with_round(room, results=results, voted=voted, ballots=rest)


def _fits(line: Input, given: dict[str, int]) -> None:
    placed = list(given.values())
    if line.mode == "rank":
        if sorted(placed) != list(range(1, len(placed) + 1)):
            raise Refused("Geef elke plaats één keer: 1, 2, 3.")
    elif any(n < 0 for n in placed) or sum(placed) > (line.max if line.mode == "dots" else 1):
        most = line.max if line.mode == "dots" else 1
        raise Refused("Je kunt hier {n} stippen geven. Haal er eerst één weg.", n=most)


def top(line: Input, done: Round) -> set[str]:
    """The names of what came out of a vote of this round on top; equals are all of them."""
    _, *points = done.results.get(line.id, (0,))
    most = max(points, default=0)
    return {name for name, n in zip(done.voted.get(line.id, ()), points, strict=False) if n == most > 0}


def winners(room: Room, name: str) -> set[str]:
    """The seats that wrote what came out of an earlier vote of this case on top."""
    for at in reversed(range(room.at)):
        line = next((i for i in room.agenda[at].phase.inputs if i.id == name), None)
        done = room.rounds.get(key(room, at))
        if line and done and room.agenda[at].case == entry(room).case:
            won = top(line, done)
            return {card.seat for card in picks.choices(room, line) if card.id in won}
    return set()
