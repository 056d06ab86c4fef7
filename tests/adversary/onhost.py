"""Attackers with everything that a server wrote to any file and said to Redis, act by act, from a trace of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from random import Random

import msgspec

from rooms import tags
from rooms.room import Room
from server import identity
from tests.adversary.attackers import Attack, Guess, by_growth, ranked, rest, written
from tests.adversary.rooms import Deed, Part, Trace, alike_from

DATABASE = ("kring.db", "kring.db-journal")
HINTS = b"kring:room"
_HEX = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
_BASE64 = re.compile(rb"(?<![\w-])[\w-]{43}(?![\w-])")
OWN: dict[str, Callable[[tags.Tag, Room], str]] = {
    "cases": tags.case,
    "votes": tags.vote,
    "cards": lambda tag, room: tags.card(tag, room, "questions", 0),
    "takeaways": tags.takeaway,
    "ratings": tags.rating,
}


def _by(measure: Callable[[Deed], float], part: Part, rng: Random) -> Guess:
    return ranked({name: float(measure(part.deeds[name])) for name in part.names}, part, rng)


def _of_the_database(path: str) -> bool:
    return path.endswith(DATABASE)


def _published(deed: Deed) -> list[tuple[bytes, ...]]:
    """What was said to Redis, but for the sign that a silent line is alive."""
    return [words for words in deed.said if words[0] != b"PING"]


def _beside(deed: Deed) -> list[bytes]:
    """The bytes that went to any other file than the database's."""
    return [w.body for w in deed.writes if w.body]


def written_size(part: Part, trace: Trace, rng: Random) -> Guess:
    """Adds up the bytes that were written after each act, to any file but the database's."""
    return _by(lambda deed: sum(w.size for w in deed.writes if not _of_the_database(w.path)), part, rng)


def database_pages(part: Part, trace: Trace, rng: Random) -> Guess:
    """Adds up the bytes that were written to the database and its journal."""
    return _by(lambda deed: sum(w.size for w in deed.writes if _of_the_database(w.path)), part, rng)


def database_size(part: Part, trace: Trace, rng: Random) -> Guess:
    """Makes the database anew of what was written to it until then: how long is the row?"""
    return _by(lambda deed: len(deed.rows[1]), part, rng)


def written_count(part: Part, trace: Trace, rng: Random) -> Guess:
    """Counts how often something was written there."""
    return _by(lambda deed: sum(not _of_the_database(w.path) for w in deed.writes if w.size), part, rng)


def written_paths(part: Part, trace: Trace, rng: Random) -> Guess:
    """Looks at the names of the files that were written, made or removed: how many there are, and how long."""
    return _by(lambda deed: sum(len(path) for path in {w.path for w in deed.writes}), part, rng)


def written_order(part: Part, trace: Trace, rng: Random) -> Guess:
    """Looks at the order: how much is written elsewhere before the database's turn comes."""

    def before(deed: Deed) -> int:
        found = [_of_the_database(w.path) for w in deed.writes if w.size]
        return found.index(True) if True in found else len(found)

    return _by(before, part, rng)


def log_size(part: Part, trace: Trace, rng: Random) -> Guess:
    """Adds up what went to the log after each act, at once or later."""
    return _by(lambda deed: sum(w.size for w in deed.writes if w.path.endswith(".log")), part, rng)


def bus_size(part: Part, trace: Trace, rng: Random) -> Guess:
    """Adds up the bytes that are said to Redis after each act."""
    return _by(lambda deed: sum(len(word) for words in _published(deed) for word in words), part, rng)


def bus_count(part: Part, trace: Trace, rng: Random) -> Guess:
    """Counts the hints."""
    return _by(lambda deed: sum(HINTS in words for words in _published(deed)), part, rng)


def bus_order(part: Part, trace: Trace, rng: Random) -> Guess:
    """Looks at the order: how much else is said before the hint."""

    def before(deed: Deed) -> int:
        found = [HINTS in words for words in _published(deed)]
        return found.index(True) if True in found else len(found)

    return _by(before, part, rng)


def journals(part: Part, trace: Trace, rng: Random) -> Guess:
    """Has the rollback journal of each commit, and the database after it: two copies of the row, without a key."""
    size = {name: len(deed.rows[1]) for name, deed in part.deeds.items()}
    ends = {name: alike_from(*deed.rows) for name, deed in part.deeds.items()}
    return by_growth(size, ends, part, rng)


def words_written(part: Part, trace: Trace, rng: Random) -> Guess:
    """Looks for the texts: after whose act does each come up in any file but the database?"""
    return _first_seen(part, rng, lambda blob: {s for s in part.shown if s.encode() in blob})


def documents_written(part: Part, trace: Trace, rng: Random) -> Guess:
    """Looks for whole documents, and for what is new in each."""

    def said(blob: bytes) -> set[str]:
        try:
            return set(written(msgspec.msgpack.decode(blob)).values()) & part.weight.keys()
        except (msgspec.DecodeError, TypeError, KeyError, AttributeError):
            return set()

    return _first_seen(part, rng, said)


def _first_seen(part: Part, rng: Random, told: Callable[[bytes], set[str]]) -> Guess:
    guess: Guess = {}
    for name in part.order:
        new = {s for blob in _beside(part.deeds[name]) for s in told(blob)} - set(guess.values())
        if len(new) == 1:
            guess[name] = new.pop()
    return rest(guess, part, rng)


def keys_written(part: Part, trace: Trace, rng: Random) -> Guess:
    """Looks in all files for what may be a device's secret, and makes tags of it."""
    return _opened(part, trace, rng, (blob for deed in part.deeds.values() for blob in _beside(deed)))


def keys_on_the_bus(part: Part, trace: Trace, rng: Random) -> Guess:
    """The same in what was said to Redis."""
    return _opened(part, trace, rng, (word for d in part.deeds.values() for words in d.said for word in words))


def _opened(part: Part, trace: Trace, rng: Random, blobs: Iterable[bytes]) -> Guess:
    """With a secret: whose it is, for the room knows its device, and what lies under the tag it makes."""
    about = next(about for about in OWN if getattr(trace, about) is part)
    room = msgspec.convert(part.open, Room)
    names = {seat: name for name, seat in trace.seats.items() if name in part.names}
    wrote = written(part.open)
    guess: Guess = {}
    for secret in {key for blob in blobs for key in _keys(blob)}:
        device = room.devices.get(identity.handle(secret, trace.alias))
        said = wrote.get(OWN[about](_tags(secret), room), "")
        if device and device.seat in names and said in part.weight:
            guess[names[device.seat]] = said
    return rest(guess, part, rng)


def _tags(secret: bytes) -> tags.Tag:
    return lambda *parts: identity.tag(secret, *parts)


def _keys(blob: bytes) -> Iterator[bytes]:
    for match in _HEX.finditer(blob):
        yield bytes.fromhex(match[0].decode())
    for match in _BASE64.finditer(blob):
        if secret := identity.decode(match[0].decode()):
            yield secret


MEASURED = (
    written_size, written_count, written_paths, written_order, database_pages, log_size, bus_size, bus_count, bus_order,
)  # fmt: skip
READ = (documents_written, keys_written, keys_on_the_bus)
TEXTS = (journals, words_written)
AGAINST: dict[str, tuple[Attack, ...]] = {
    "cases": (*MEASURED, *READ, *TEXTS),
    "votes": (*MEASURED, *READ, database_size),
    "answers": (*MEASURED, database_size),
    "claims": (*MEASURED, database_size),
    "cards": (*MEASURED, *READ, *TEXTS),
    "scales": (*MEASURED, database_size),
    "takeaways": (*MEASURED, *READ, *TEXTS),
    "ratings": (*MEASURED, *READ, database_size),
}
