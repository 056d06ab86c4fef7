"""How often attackers are right, and whether that can be chance."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from tests.adversary import ending, onhost
from tests.adversary.attackers import AGAINST, Attack, Guess, measures, ranked
from tests.adversary.chance import tail
from tests.adversary.rooms import Part, Trace

ODD_ONE = ("answers", "claims", "scales")  # what one of them did otherwise than the rest


def _named(against: dict[str, tuple[Attack, ...]]) -> dict[str, tuple[str, Attack | None]]:
    return {f"{one.__name__} of {about}": (about, one) for about, attacks in against.items() for one in attacks}


ATTACKERS = _named(AGAINST) | {f"trained of {about}": (about, None) for about in AGAINST}
ON_HOST = _named(onhost.AGAINST)  # who needs rooms that were traced


@dataclass(frozen=True)
class Score:
    """How many guesses were right, of how many; how many are by chance; how likely chance does as well."""

    right: int
    of: int
    chance: float
    p: float

    @property
    def share(self) -> float:
        """The share of right guesses."""
        return self.right / self.of

    @property
    def limits(self) -> tuple[float, float]:
        """Between what shares it lies with 95 % confidence: E. B. Wilson, JASA 22 (1927)."""
        z, n = 1.96, self.of
        middle, wide = (
            self.share + z * z / (2 * n),
            z * math.sqrt(self.share * (1 - self.share) / n + (z / (2 * n)) ** 2),
        )
        return (middle - wide) / (1 + z * z / n), (middle + wide) / (1 + z * z / n)


def score(attacker: str, traces: list[Trace], rng: Random) -> Score:
    """What an attacker makes of these rooms. The one that was trained knows the truth of every second room, and is
    tried in the others."""
    about, attack = (ATTACKERS | ON_HOST)[attacker]
    weights = {} if attack else learned(getattr(t, about) for t in traces[::2])
    tried = traces if attack else traces[1::2]
    return counted(
        about,
        [
            (part.truth, attack(part, t, rng) if attack else trained(part, weights, rng))
            for t, part in ((t, getattr(t, about)) for t in tried)
        ],
    )


def counted(about: str, guesses: list[tuple[Guess, Guess]]) -> Score:
    """The score of guesses, each beside the truth: where all wrote something else, of each person's; where one of them
    did something else, of who that is."""
    people, rooms = len(guesses[0][0]), len(guesses)
    if odd := about in ODD_ONE:
        right = sum(_odd(truth) == _odd(guess) for truth, guess in guesses)
    else:
        right = sum(guess[name] == secret for truth, guess in guesses for name, secret in truth.items())
    return Score(right, rooms if odd else rooms * people, 1 / people, tail(right, rooms, people, odd=odd))


def at_best(attacker: str, rooms: int) -> Score:
    """The score of who is always right, in as many rooms as this attacker is tried in when so many are played."""
    about, attack = (ATTACKERS | ON_HOST)[attacker]
    people = tuple("abcde") if about == "cards" else tuple("abcdef")
    truth = dict.fromkeys(people, ending.OTHER) | {"a": ending.ODD} if about in ODD_ONE else {n: n for n in people}
    return counted(about, [(truth, truth)] * (rooms if attack else rooms // 2))


def _odd(guess: Guess) -> str:
    return next(name for name, secret in guess.items() if secret == ending.ODD)


def told_by_others(part: Part) -> list[str]:
    """What a push told anybody about somebody else (I3), at the table, in the cockpit or on the big screen, before the
    last of them acted: until then no sign of readiness is due. Everybody hears once, personally, of their own act and
    of nothing else."""
    first, last = part.acts[part.order[0]][0], part.acts[part.order[-1]][0]
    frames = [f for f in part.frames if f.at > first]
    told = [f"to {f.to}" for f in frames if not f.personal and f.at < last]
    for name in part.names:
        own = [f for f in frames if f.personal and f.to == name]
        told += [f"{name} heard {len(own)} times"] if len(own) > 1 else []
        told += [f"{name} heard early" for f in own if f.at < part.acts[name][0]]
    return told


def learned(parts: Iterable[Part]) -> dict[str, float]:
    """How well each measure went with the length of what was written or chosen, in rooms of which the truth is known:
    its correlation, from -1 to 1."""
    pairs: dict[str, list[tuple[float, float]]] = {}
    for part in parts:
        weight = {n: float(part.weight[part.truth[n]]) for n in part.names}
        for name, measure in measures(part).items():
            pairs.setdefault(name, []).extend((_place(measure, n), _place(weight, n)) for n in part.names)
    return {name: _correlation(found) for name, found in pairs.items()}


def _place(measure: dict[str, float], name: str) -> float:
    """Where somebody stands in a measure, from -1 (the least) to 1; equals stand together."""
    below = sum(m < measure[name] for m in measure.values())
    above = sum(m > measure[name] for m in measure.values())
    return (below - above) / max(len(measure) - 1, 1)


def _correlation(pairs: list[tuple[float, float]]) -> float:
    product = sum(a * b for a, b in pairs)
    size = math.sqrt(sum(a * a for a, _ in pairs) * sum(b * b for _, b in pairs))
    return product / size if size else 0.0


def trained(part: Part, weights: dict[str, float], rng: Random) -> Guess:
    """Adds up everything that can be measured, each as far as it told something in rooms played before."""
    found = measures(part)
    return ranked({n: sum(w * _place(found[name], n) for name, w in weights.items()) for n in part.names}, part, rng)
