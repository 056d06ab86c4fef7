"""`make adversary ROOMS=300`: every attacker in many rooms of six, and in a few with its leak planted."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from tests.adversary.attackers import ATTACKERS, FAMILY
from tests.adversary.many import LEAK, LEAKS, caught, table_of, traces
from tests.tools.proofs import keep, table

CONTROL = 12


def main(rooms: int) -> int:
    """Prints and keeps the table; 1 when an attacker beats chance, or misses its planted leak."""
    with tempfile.TemporaryDirectory() as folder:
        played = asyncio.run(traces(Path(folder), rooms))
    with tempfile.TemporaryDirectory() as folder:
        leaky = asyncio.run(traces(Path(folder), CONTROL, *LEAKS))
    rows = table_of(played, leaky)
    beaten = [row[0] for row in rows if float(row[4]) > LEAK]
    missed = [name for name in ATTACKERS if (c := caught(name, leaky))[2] <= LEAK and c[0] < 1]
    columns = ["attacker", "right", "95 % limits", "chance", "standard errors", "with its leak planted"]
    worst = max(rows, key=lambda row: float(row[4]))
    keep(
        "adversary",
        f"make adversary ROOMS={rooms}",
        f"""# Who wrote what: what attackers make of it

{rooms} rooms of six, each with eight unsigned acts: a case, a vote, what one wants when chosen, the way out of the
twenty seconds, a card (by the five who do not bring the case), a number on a scale, a sentence to take along, an
evaluation. None of the {len(ATTACKERS)} attackers holds a device's secret. An attacker that knows nothing is right in
one of six, of cards in one of five. `trained` knows the truth of every second room and is tried in the others.

The largest of so many lies above {FAMILY:+.1f} standard errors by chance in one run of twenty; a run fails above
{LEAK:+.1f}. The largest here: {worst[0]}, {worst[4]}. Beaten: {", ".join(beaten) or "none"}. Leaks
missed: {", ".join(missed) or "none"}. The last column: {CONTROL}
rooms on a server with every leak planted in it.

What no code removes: five who compare notes know the sixth; a unanimous vote shows all votes; style and content give
people away; who watches the network sees *when* somebody sends, not what.

{table(columns, rows)}
""",
    )
    return bool(beaten or missed)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 300))
