"""`make adversary ROOMS=300`: every attacker in many rooms of six, and in a few with its leak planted."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.adversary import groupattackers
from tests.adversary.attackers import AGAINST
from tests.adversary.between import Group, alike, derived, told_by_pages
from tests.adversary.between import played as between
from tests.adversary.chance import BOUND, SEEMS
from tests.adversary.group_leaks import by_size, moved, one_order, planted, signed
from tests.adversary.groups import play as meet
from tests.adversary.many import LEAKS, LEAKS_ON_HOST, caught, on_host, traces
from tests.adversary.rooms import Trace
from tests.adversary.scoring import ATTACKERS, ON_HOST, Score, score, told_by_others
from tests.sweep import trace
from tests.tools.proofs import keep, table

CONTROL, CONTROL_TRACED, CONTROL_GROUPS = 16, 10, 6  # rooms with leaks, and groups
SHARE = 8  # of the rooms, one in so many is played once more on a server that is traced
GROUPS = 5  # and for so many rooms a group meets three times
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


async def _groups(groups: int, root: Path) -> tuple[Table, list[str]]:
    """The table of who holds groups, and what two meetings on a real server had in common."""
    played, leaky = await meet(root / "groups", groups, 1), {}
    for order, leaks in ((True, (one_order,)), (False, (signed, moved, by_size))):
        with planted(*leaks):
            leaky[order] = await meet(root / f"leaky-groups-{order}", CONTROL_GROUPS, 1)
    found = {
        name: (
            groupattackers.score(name, played, Random(5)),
            groupattackers.score(name, leaky["_order of" in name], Random(5)),
        )
        for name in groupattackers.ATTACKERS
    }
    pair = await between(root / "between")
    told = {line for lines in told_by_pages(pair[0]).values() for line in lines} if _apart(pair[0]) else set()
    return Table(groups, CONTROL_GROUPS, found), sorted(alike(*pair) | derived(*pair) | told)


def _apart(group: Group) -> bool:
    """Whether the pages of its members tell different things of a meeting whose owner said nothing."""
    return len(set(told_by_pages(group).values())) > 1


def main(rooms: int) -> int:
    """Prints and keeps the tables; 1 when an attacker beats chance, or misses its planted leak."""
    if why := trace.permitted():
        print(why, file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        seen, host, told = asyncio.run(_play(rooms, Path(folder)))
        group, common = asyncio.run(_groups(max(rooms // GROUPS, CONTROL_GROUPS), Path(folder)))
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

## What groups keep

{group.rooms} groups of eight and their guide, each with three meetings of seven; before the third somebody leaves and
somebody comes. The attackers hold every document that is no room, of whatever kind, in every version that was ever on
the disk, with its key, and each room as it was closed. In two of the three meetings nobody says whose the case is:
whose it was (*owner*, one of seven), and whose the other cases were, is guessed there. The last column: {group.control}
such groups with leaks planted.

{group.verdict()}

{group.rows()}

Two meetings of one group on a real server, while people write, choose and answer, and after: words, pieces of words
and what Kring could have made of them that are in both, but for the names and numbers of the members and the group;
and what each member's page said differently from another's after a meeting whose owner said nothing:
{", ".join(common) or "none"}.

What remains: where all others answer the evaluation exactly as the time before, a middle answer that rises to five
when one more answers is that one's five; one that falls tells nothing below what is shown. Who knows of ten meetings
how many cases were written and who was there can guess who never writes one, if that person never does.
""",
    )
    return bool(told or common or any(one.beaten or one.missed for one in (seen, host, group)))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 300))
