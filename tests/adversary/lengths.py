"""How much somebody wrote or chose in the act that the server is at, for leaks that are planted in it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from rooms import choosing
from server import actions

_last = [0]
_texts = [False]


def weigh(cases: Iterable[str]) -> int:
    """How long a ballot is: by the number of cases, and among equals by which."""
    return sum(100 + int(case[:2], 16) // 4 for case in cases)


def last() -> int:
    """The length of the newest act; after `watch` or `at_the_end_of_an_act`."""
    return _last[0]


def of_a_text() -> bool:
    """Whether the newest act was a text."""
    return _texts[0]


def of_form(fields: Any) -> int:
    """How long is what a form holds, or for what is not long: which it is."""
    if "choice" in fields:
        return 400 if fields["choice"] == "rather-not" else 100
    if "value" in fields:
        return 400 if fields["value"] == "1" else 100
    if "A1" in fields:
        return 60 * int(fields["A1"]) + 10 * int(fields["A2"])
    dots = [name.removeprefix("dots-") for name in fields if name.startswith("dots-")]
    return (
        weigh(dots)
        or 3 * len(fields.get("text", ""))
        or sum(len(fields.get(n, "")) for n in ("situation", "difficulty", "question"))
    )


@cache
def watch() -> None:
    """From now on every form is looked at when it comes; a way out says no more than whose it is, so at its rule."""
    form, rather_not = actions.form, choosing.rather_not

    async def heard(*args: Any) -> Any:
        fields = await form(*args)
        _last[0], _texts[0] = of_form(fields), "text" in fields or "question" in fields
        return fields

    def own(room: Any, by: str, cap: str, ready: str) -> Any:
        _last[0] = 400 if cap == getattr(choosing.case_now(room), "cap", "") else 100
        return rather_not(room, by, cap, ready)

    actions.form, choosing.rather_not = heard, own


def at_the_end_of_an_act(leak: Any) -> None:
    """From now on `leak` has each answer and the length of its act, just before the answer goes."""
    watch()
    done = actions.done

    def leaky(*args: Any) -> Any:
        answer = done(*args)
        leak(answer, last())
        return answer

    actions.done = leaky
