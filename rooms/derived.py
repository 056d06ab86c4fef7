"""What follows from a room is worked out once per version of it, however many pages and rules ask; what follows from a
part of it, once for as long as that part stays the same."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

T = TypeVar("T")
Same = Callable[[Any, Any], bool]
_SAME: dict[str, Same] = {}  # by name: whether two versions of a room have the very parts that something follows from


def derived(same: Same | None = None) -> Callable[[Callable[[Any], T]], Callable[[Any], T]]:
    """Marks a function of a room whose answer is kept beside that room: a room never changes, and its successor begins
    with none. So the answer must not be changed either: a tuple, a frozenset, or a dict that nobody writes to.

    Where it does not follow from the whole room, `same` says whether a next version has the very same parts: then
    `carry` takes the answer along."""

    def mark(function: Callable[[Any], T]) -> Callable[[Any], T]:
        name = f"{function.__module__}.{function.__qualname__}"
        if same is not None:
            _SAME[name] = same

        @wraps(function)
        def kept(room: Any) -> T:
            beside: dict[str, T] = room.__dict__
            if name not in beside:
                beside[name] = function(room)
            return beside[name]

        return kept

    return mark


def carry(old: Any, new: Any) -> None:
    """Takes along to the next version of a room what was worked out from parts that are the very same in it."""
    beside, after = old.__dict__, new.__dict__
    for name, same in _SAME.items():
        if name in beside and same(old, new):
            after[name] = beside[name]
