"""What nobody else sees: whether two versions of a room differ only in what devices did without a name."""

from __future__ import annotations

import re

from msgspec.structs import fields

from rooms.few import may_tell
from rooms.halls import is_hall
from rooms.room import Room, Round, key

BY_TAG = ("ready", "heard", "ballots", "answers", "marks", "takeaways", "report", "papers")  # maps of a round
BY_ALL = ("ready", "heard")  # those in which everybody who acts has something, whatever they did
EVERYWHERE = ("agreed", "heard")  # maps of the room
_MADE = re.compile("[^:.]*")  # of a key in such a map: the tag or the seat that it begins with
_PEOPLE = ("seats", "devices")
_ROOM = tuple(f.name for f in fields(Room) if f.name not in (*EVERYWHERE, *_PEOPLE, "version", "rounds", "done"))
_UNREAD = ("rather_not",)  # no page shows it, and only an author changes it
_ROUND = tuple(f.name for f in fields(Round) if f.name not in (*BY_TAG, *_UNREAD))


def tags_changed(old: Room, new: Room) -> set[str] | None:
    """The names under which two versions of a room differ, when they are the same for everybody but the devices whose
    secrets made those names; else None. What somebody signed and nobody reads yet goes under the seat. So a page that
    neither made one of the names nor is of such a seat shows in `new` what it showed in `old`.

    In a hall somebody who comes in is in no list that others see, and one more in a count that moves on the beat.
    Holds by the rules that nobody's page changes because one person wrote or chose (docs/invariants.md): how many gave
    something is told on a beat, and shown as the feed says."""
    came = _came(old, new)
    if came is None or not _same(old, new, _ROOM) or old.rounds.keys() != new.rounds.keys() or not new.rounds:
        return None
    now = key(new)
    if any(one is not old.rounds[name] and one != old.rounds[name] for name, one in new.rounds.items() if name != now):
        return None
    before, after = old.rounds[now], new.rounds[now]
    if not _same(before, after, _ROUND) or _first(before, after, old, new):
        return None
    pairs = [(getattr(before, name), getattr(after, name)) for name in BY_TAG]
    pairs += [(getattr(old, name), getattr(new, name)) for name in EVERYWHERE]
    return came | {_MADE.match(name)[0] for was, now_is in pairs if was is not now_is for name in _differ(was, now_is)}  # type: ignore[index]


def _first(before: Round, after: Round, old: Room, new: Room) -> bool:
    """Whether this was the first act of a step, or takes the last one back: until then no page made names to look for
    (rooms.mine). Whoever it is by, what it was and whose case it was about: this must not say, for then everybody is
    drawn again, which takes longer. Only where so few write that they may simply tell, the first paper ends that."""
    flips = [(getattr(before, name), getattr(after, name)) for name in BY_ALL]
    flips += [(getattr(old, name), getattr(new, name)) for name in EVERYWHERE]
    if is_hall(new):  # whose pages are worked out once for all as long as nobody gave anything
        flips.append((_given(before), _given(after)))
    if any(bool(was) != bool(now_is) for was, now_is in flips):
        return True
    return bool(before.papers) != bool(after.papers) and may_tell(new)


def _given(one: Round) -> bool:
    return any(getattr(one, name) for name in BY_TAG)


def _came(old: Room, new: Room) -> set[str] | None:
    """The seats of who came in, where that is all that changed among the people and nobody else's page tells at once:
    in a hall. None when it is not."""
    if _same(old, new, _PEOPLE):
        return set()
    if not is_hall(new) or not old.seats.items() <= new.seats.items() or not old.devices.items() <= new.devices.items():
        return None
    came = new.seats.keys() - old.seats.keys()
    plain = all(not (s.lead or s.task or s.talk_first) for s in map(new.seats.__getitem__, came))
    held = {d.seat for h, d in new.devices.items() if h not in old.devices}
    return set(came) if plain and held <= came else None


def _same(old: object, new: object, names: tuple[str, ...]) -> bool:
    return all((was := getattr(old, n)) is (is_now := getattr(new, n)) or was == is_now for n in names)


def _differ(old: dict[str, object], new: dict[str, object]) -> set[str]:
    changed = {name for name, value in new.items() if old.get(name) != value}
    return changed | (old.keys() - new.keys())
