"""What follows from a room is worked out once per version of it, however many pages and rules ask; what follows from a
part of it, once for as long as that part stays the same."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from operator import is_
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")
Parts = Callable[[Any], tuple[object, ...]]
LASTING = "lasting"  # where, beside a room, the answers are that may serve a later version as well


def derived(parts: Parts | None = None) -> Callable[[Callable[[Any], T]], Callable[[Any], T]]:
    """Marks a function of a room whose answer is kept beside that room: a room never changes, and its successor begins
    with none. So the answer must not be changed either: a tuple, a frozenset, or a dict that nobody writes to.

    Where it follows from some `parts` of the room and from nothing else in it, it serves the versions after it too
    (`carry`), as long as those parts are the very same objects. In a hall a thousand people write one after another,
    and who sits where is worked out once."""
    return _of_all if parts is None else _of_parts(parts)


def _of_all(function: Callable[[Any], T]) -> Callable[[Any], T]:
    name = f"{function.__module__}.{function.__qualname__}"

    @wraps(function)
    def kept(room: Any) -> T:
        beside: dict[str, T] = room.__dict__
        if name not in beside:
            beside[name] = function(room)
        return beside[name]

    return kept


def _of_parts(parts: Parts) -> Callable[[Callable[[Any], T]], Callable[[Any], T]]:
    def mark(function: Callable[[Any], T]) -> Callable[[Any], T]:
        name = f"{function.__module__}.{function.__qualname__}"

        @wraps(function)
        def kept(room: Any) -> T:
            now, lasting = parts(room), _lasting(room)
            held: tuple[tuple[object, ...], T] | None = lasting.get(name)
            if held is None or not all(map(is_, held[0], now)):
                held = lasting[name] = (now, function(room))
            return held[1]

        return kept

    return mark


def _lasting(room: Any) -> dict[str, Any]:
    """The answers that follow from parts, each with its parts: one and the same dict for all versions of a room, the
    answers of the one that was asked last."""
    lasting: dict[str, Any] = room.__dict__.setdefault(LASTING, {})
    return lasting


def carry(old: Any, new: R) -> R:
    """The next version of a room, with what was worked out from parts of the last one: whether they are still the very
    same is seen when somebody asks. Nothing goes along when the cases change: with their tags goes whose they were, and
    no answer may keep that."""
    if getattr(old, "cases", None) is getattr(new, "cases", None):  # a group has none
        new.__dict__.setdefault(LASTING, _lasting(old))
    return new
