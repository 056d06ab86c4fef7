"""`make adversary ROOMS=300`: every attacker in many rooms of six, and in a few with its leak planted."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.adversary.attackers import AGAINST
from tests.adversary.chance import BOUND, SEEMS
from tests.adversary.many import LEAKS, LEAKS_ON_HOST, caught, on_host, traces
from tests.adversary.rooms import Trace
from tests.adversary.scoring import ATTACKERS, ON_HOST, Score, score, told_by_others
from tests.sweep import trace
from tests.tools.proofs import keep, table

CONTROL, CONTROL_TRACED = 16, 10  # rooms with leaks
SHARE = 8  # of the rooms, one in so many is played once more on a server that is traced
COLUMNS = ("attacker", "right", "95 %", "of", "chance", "chance does as well", "with its leak planted")


@dataclass(frozen=True)
class Table:
    """What the attackers of one kind make of honest rooms, and of those with leaks."""

    rooms: int
    control: int
    found: dict[str, tuple[Score, Score]]

    @property
    def beaten(self) -> list[str]:
        """Who is right more often than chance."""
        return [name for name, (honest, _) in self.found.items() if honest.p < BOUND]

    @property
    def missed(self) -> list[str]:
        """Who does not find what was planted."""
        return [name for name, (_, leaky) in self.found.items() if leaky.p >= BOUND]

    def rows(self) -> str:
        """A row per attacker."""
        return table(
            COLUMNS,
            [
                (
                    name,
                    f"{a.share:.3f}",
                    "{:.2f} to {:.2f}".format(*a.limits),
                    a.of,
                    f"{a.chance:.3f}",
                    f"{a.p:.2g}",
                    f"{b.share:.3f}",
                )
                for name, (a, b) in self.found.items()
            ],
        )

    def verdict(self) -> str:
        """The least likely of all scores, who beats chance, and which leaks were missed."""
        name, (least, _) = min(self.found.items(), key=lambda item: item[1][0].p)
        seems = [name for name, (honest, _) in self.found.items() if honest.p < SEEMS]
        return (
            f"The least likely of these {len(self.found)} scores: {name}, {least.p:.2g}; in one run of twenty chance "
            f"alone comes below {0.05 / len(self.found):.1g}. Three standard errors above chance ({SEEMS}): "
            f"{', '.join(seems) or 'none'}.\nBeaten: {', '.join(self.beaten) or 'none'}. "
            f"Leaks missed: {', '.join(self.missed) or 'none'}."
        )


def _table(attackers: Iterable[str], played: list[Trace], leaky: list[Trace]) -> Table:
    found = {name: (score(name, played, Random(5)), caught(name, leaky)) for name in attackers}
    return Table(len(played), len(leaky), found)


async def _play(rooms: int, root: Path) -> tuple[Table, Table, int]:
    """Both tables, and how many pushes told of others. What has leaks is played after all else, one room at a time:
    whoever measures times would find less beside others."""
    played = await traces(root / "honest", rooms, pages=True)
    leaky = await traces(root / "leaky", CONTROL, *LEAKS, servers=1, pages=True)
    traced = await on_host(root / "traced", max(rooms // SHARE, CONTROL_TRACED))
    leaky_traced = await on_host(root / "traced-leaky", CONTROL_TRACED, *LEAKS_ON_HOST)
    told = sum(len(told_by_others(getattr(t, about))) for t in played for about in AGAINST)
    return _table(ATTACKERS, played, leaky), _table(ON_HOST, traced, leaky_traced), told


def main(rooms: int) -> int:
    """Prints and keeps the tables; 1 when an attacker beats chance, or misses its planted leak."""
    if why := trace.permitted():
        print(why, file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        seen, host, told = asyncio.run(_play(rooms, Path(folder)))
    keep(
        "adversary",
        f"make adversary ROOMS={rooms}",
        f"""# Who wrote what: what attackers make of it

{rooms} rooms of six, each with eight unsigned acts: a case, a vote, what one wants when chosen, the way out of the
twenty seconds, a card (by the five who do not bring the case), a number on a scale, a sentence to take along, an
evaluation. None of the {len(ATTACKERS) + len(ON_HOST)} attackers holds a device's secret. An attacker that knows
nothing is right in one of six, of cards in one of five. `trained` knows the truth of every second room and is tried in
the others. Where one of the six did something else than the rest (answers, claims, scales) a room is one guess.

*95 %*: between what shares an attacker's lies, by Wilson's interval; the guesses of one room hang together, which makes
it a little too narrow. *Chance does as well*: how likely guesses by chance are right at least as often, counted and
not taken from a normal curve. A run fails below {BOUND:.0e}, and when an attacker does not come below that in the rooms
of the last column, where every leak is planted.

What no code removes: five who compare notes know the sixth; a unanimous vote shows all votes; style and content give
people away; who watches the network sees *when* somebody sends, not what.

## What people, the network and the files show

The database open, closed and in two backups, the log, `/readyz`, all answers, pages and pushes of the six, of the
cockpit and of the big screen, with sizes and times. Pushes that told anybody of somebody else's act, before the last
one was done: {told}. The last column: {seen.control} rooms on one server with every leak planted in it, played after
the others.

{seen.verdict()}

{seen.rows()}

## What the server wrote and said

{host.rooms} more rooms, on servers under a tracer with a Redis whose every word is kept. Which files there are is not
a list: it is all that the process and its children opened, made, wrote or removed from one act until the next, the
rollback journal and the log among them. The last column: {host.control} such rooms with other leaks planted.

{host.verdict()}

{host.rows()}
""",
    )
    return bool(seen.beaten or seen.missed or host.beaten or host.missed or told)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 300))
