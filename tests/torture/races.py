"""Moves and votes that meet: leaders who press at once, a vote in flight while it closes."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from random import Random

from msgspec.structs import replace

from rooms import choosing, flow, tags
from rooms.refusal import Refused
from rooms.room import leaders, this_round
from server.store import Store
from tests.people import CAST, Circle
from tests.torture import faults
from tests.torture.bulk import store_at
from tests.torture.checkers import register, tally
from tests.torture.checkers.register import Race
from tests.torture.record import Op, Verdict, together
from tests.torture.report import Row

AT_ONCE = 3
RACES = 10_000  # votes in flight while a vote closes that there should be at least
SIDE_BY_SIDE = 20  # rooms that share a commit


async def moves(path: Path, races: int, *planted: str) -> Row:
    """Three leaders' moves with the same pointer, over two stores on one file as two processes have; and `back` again
    where the agenda ends."""
    stores = await _two(path, planted)
    one = Circle()
    found: list[Race] = []
    rooms = (_room(stores, one, f"race{n}", races // SIDE_BY_SIDE, found) for n in range(SIDE_BY_SIDE))
    await asyncio.gather(*rooms)
    for store in stores:
        await store.close()
    acts, races = sum(race.ok for race in found), len(found)
    how = "three moves with one pointer at once, two stores on one file"
    return Row("double advance", how, races, acts, races * AT_ONCE - acts, 0, register.check(found))


async def _room(stores: tuple[Store, Store], one: Circle, room_id: str, races: int, found: list[Race]) -> None:
    await stores[0].create(replace(one.room, id=room_id))
    lead, rng = leaders(one.room)[0].id, Random(room_id)
    for _ in range(races):
        room = await stores[0].load(room_id)
        verb, sign = (flow.skip, 1) if room.at < 3 else (flow.back, -1)
        at = flow.pointer(room)
        sent = [rng.choice(stores).change(room_id, verb, lead, at, one.now, rng) for _ in range(AT_ONCE)]
        done = await asyncio.gather(*sent, return_exceptions=True)
        after = await stores[1].load(room_id)
        found.append(Race(0, sign * (after.at - room.at), ok=sum(not isinstance(d, Exception) for d in done)))


async def closes(path: Path, races: int, *planted: str) -> Row:
    """Everybody's last vote and the close of the vote at the same moment: a vote counts when it was acknowledged."""
    stores = await _two(path, planted)
    start = Circle().to("choose")
    for name in CAST:
        start.by(name, choosing.ready, start.signs(name)[1])
    found: list[tuple[list[Op], Verdict]] = []
    for first in range(0, races, SIDE_BY_SIDE):
        await asyncio.gather(*(_close(stores, start, n, found) for n in range(first, min(races, first + SIDE_BY_SIDE))))
    counts = Counter(op.outcome for ops, _ in found for op in ops)
    verdict = together(v for _, v in found)
    for store in stores:
        await store.close()
    how = "six votes and the close at once, two stores on one file"
    return Row("vote in flight while closing", how, races, counts["ok"], counts["fail"], 0, verdict, wanted=RACES)


async def _close(stores: tuple[Store, Store], one: Circle, n: int, found: list[tuple[list[Op], Verdict]]) -> None:
    room_id, rng = f"race{n}", Random(n)
    await stores[0].create(replace(one.room, id=room_id))
    ops = [Op(name, "cast", name, f"{rng.choice(one.room.cases).id} {n}") for name in CAST]
    acts = [_cast(rng.choice(stores), room_id, one, op) for op in ops]
    lead, at = leaders(one.room)[0].id, flow.pointer(one.room)
    move = rng.choice(stores).change(room_id, flow.step, lead, at, one.now, rng)
    acts.insert(rng.randint(0, len(acts)), move)
    await asyncio.gather(*acts)
    counted = dict(this_round(await stores[1].load(room_id)).tally)
    found.append((ops, tally.check(ops, counted)))
    await stores[0].erase(room_id)


async def _cast(store: Store, room_id: str, one: Circle, op: Op) -> None:
    tag = tags.vote(one.tag(op.client), one.room)
    try:
        await store.change(room_id, choosing.cast, one.seat(op.client), tag, 2, {op.value.split()[0]: 3})
    except Refused:
        op.outcome = "fail"
    else:
        op.outcome = "ok"


async def _two(path: Path, planted: tuple[str, ...]) -> tuple[Store, Store]:
    for name in planted:
        faults.ALL[name]()
    one, two = (store_at(path / "data", KRING_REDIS_URL="redis://127.0.0.1:1") for _ in range(2))
    await one.open()
    await two.open()
    return one, two


if __name__ == "__main__":  # a control has a process of its own: what is planted stays in it
    import sys

    what, folder, count, *names = sys.argv[1:]
    made = asyncio.run({"moves": moves, "closes": closes}[what](Path(folder), int(count), *names))
    print(made.verdict.lost, made.verdict.double, len(made.verdict.wrong))
