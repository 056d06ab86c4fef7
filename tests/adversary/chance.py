"""How likely guesses by chance do so well: counted, for with few rooms no normal curve fits.

Where all wrote something else, a guess gives everybody one of the secrets: of all the orders there are, most have one
or none in its right place. Where one of them did something else, the guess is who.
"""

from __future__ import annotations

from functools import cache
from math import comb, factorial

SEEMS = 1e-3  # below it somebody seems to know something, and has to do it again in fresh rooms
SURE = 1e-2  # and below this there
BOUND = SEEMS * SURE  # what both together come to: chance beats it once in a hundred thousand, for each attacker


def tail(right: int, rooms: int, people: int, *, odd: bool) -> float:
    """How likely chance is right at least so often in so many rooms; `odd`: it guesses who of these people was the
    odd one, else whose is whose."""
    return sum(_together(rooms, people, odd)[right:])


@cache
def _together(rooms: int, people: int, odd: bool) -> tuple[float, ...]:
    """How likely each number of right guesses is. All terms are positive: nothing is lost in adding them up."""
    if odd:
        return tuple(comb(rooms, k) * (people - 1) ** (rooms - k) / people**rooms for k in range(rooms + 1))
    one = [comb(people, k) * _none_right(people - k) / factorial(people) for k in range(people + 1)]
    found = [1.0]
    for _ in range(rooms):
        found = [
            sum(one[k] * found[n - k] for k in range(people + 1) if 0 <= n - k < len(found))
            for n in range(len(found) + people)
        ]
    return tuple(found)


def _none_right(people: int) -> int:
    """In how many orders of so many nobody has the right one."""
    return sum((-1) ** k * factorial(people) // factorial(k) for k in range(people + 1))
