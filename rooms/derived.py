"""What follows from a room alone is worked out once per version of it, however many pages and rules ask."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

T = TypeVar("T")


def derived(function: Callable[[Any], T]) -> Callable[[Any], T]:
    """A function of a room whose answer is kept beside that room: a room never changes, and its successor begins with
    none. So the answer must not be changed either: a tuple, a frozenset, or a dict that nobody writes to."""
    name = f"{function.__module__}.{function.__qualname__}"

    @wraps(function)
    def kept(room: Any) -> T:
        beside: dict[str, T] = room.__dict__
        if name not in beside:
            beside[name] = function(room)
        return beside[name]

    return kept
