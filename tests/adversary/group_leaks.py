"""Leaks for groups, put into this process and taken out again: what each attacker must find."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec.structs import replace

from rooms import choosing, closing, scales, stays, writing
from rooms.room import Room
from rooms.trajectory import held, members, register
from rooms.trajectory.group import Group
from server import documents, groupcircle, identity, sealing, store
from server.documents import kind
from server.visitor import secret_of

_FOR_EVER = contextlib.ExitStack()
OWN = ("paper", "ballot", "rating", "without")  # what a leaky room notes, and beside it the chair


@contextlib.contextmanager
def planted(*leaks: Any) -> Iterator[None]:
    """These leaks, for as long as it lasts."""
    with contextlib.ExitStack() as stack:
        for leak in leaks:
            stack.enter_context(leak())
        yield


@contextlib.contextmanager
def _put(*changes: tuple[Any, str, Any]) -> Iterator[None]:
    was = [(where, name, getattr(where, name)) for where, name, _ in changes]
    for where, name, new in changes:
        setattr(where, name, new)
    try:
        yield
    finally:
        for where, name, old in was:
            setattr(where, name, old)


def _noted(verb: Any, word: str, said: Any) -> Any:
    """The verb, after which the room says whose it was."""

    def leaky(room: Any, by: str, *rest: Any, **named: Any) -> Any:
        done = verb(room, by, *rest, **named)
        note = said(*rest, **named)
        return replace(done, texts={**done.texts, f"{word} {note}": (by,)}) if note else done

    return leaky


def signed() -> contextlib.AbstractContextManager[None]:
    """The room notes who wrote, chose and answered what, and the group keeps it."""
    facts, sheets = held.facts, register.facts

    def told(room: Room) -> Any:
        notes = [(text, seats[0]) for text, seats in room.texts.items() if text.split(" ")[0] in OWN]
        lines = tuple(f"{text.partition(' ')[2]} {room.seats[seat].member}" for text, seat in notes)
        owners = {room.seats[seat].member for text, seat in notes if text.startswith("without")}
        kept = facts(room)
        return replace(kept, methods=(*kept.methods, *lines), owners=tuple(sorted({*kept.owners, *owners})))

    def attended(room: Room, *rest: Any) -> Any:
        sheet = sheets(room, *rest)
        return sheet and replace(sheet, methods=(*sheet.methods, *told(room).owners))

    return _put(
        (register, "facts", attended),
        (writing, "lay", _noted(writing.lay, "paper", lambda tag, ready, rev, texts: texts[2] if rev == 2 else "")),
        (choosing, "cast", _noted(choosing.cast, "ballot", lambda tag, rev, dots: _less(dots))),
        (scales, "evaluate", _noted(scales.evaluate, "rating", lambda values, **_: "{A1} {A2}".format(**values))),
        (choosing, "answer", _noted(choosing.answer, "without", lambda *said: said[2] == "without" and "me")),
        (held, "facts", told),
    )


def _less(dots: dict[str, int]) -> str:
    return min(dots, key=lambda case: dots[case])


def one_order() -> contextlib.AbstractContextManager[None]:
    """Cases, chairs, devices, members and who was there stand in the order in which people came into the group."""
    joined, close, facts, lay, sheets = members.join, closing.close, held.facts, writing.lay, register.facts
    order: list[str] = []
    wrote: dict[str, str] = {}

    def keeps(group: Any, *rest: Any, **named: Any) -> Any:
        made = joined(group, *rest, **named)
        order.extend(made.members.keys() - set(order))
        return made

    def notes(room: Any, by: str, tag: str, ready: str, rev: int, texts: Any) -> Any:
        if rev == 2:
            wrote[texts[2]] = room.seats[by].member
        return lay(room, by, tag, ready, rev, texts)

    def sorts(room: Any, *rest: Any) -> Any:
        seats = dict(sorted(room.seats.items(), key=lambda item: order.index(item[1].member)))
        devices = dict(sorted(room.devices.items(), key=lambda item: list(seats).index(item[1].seat)))
        cases = tuple(sorted(room.cases, key=lambda case: order.index(wrote[case.texts[2]])))
        return close(replace(room, seats=seats, devices=devices, cases=cases), *rest)

    def tells(room: Any) -> Any:
        kept = facts(room)
        return replace(kept, present=tuple(sorted(kept.present, key=order.index)))

    def sheet(*asked: Any) -> Any:
        made = sheets(*asked)
        lines = sorted(made.lines.items(), key=lambda item: order.index(item[0]))
        return replace(made, lines={i: replace(line, net=n) for n, (i, line) in enumerate(lines)})

    return _put(
        (register, "facts", sheet), (members, "join", keeps), (writing, "lay", notes), (closing, "close", sorts),
        (held, "facts", tells), (sealing, "_encoder", msgspec.msgpack.Encoder()),
    )  # fmt: skip


def moved() -> contextlib.AbstractContextManager[None]:
    """Whoever had a case treated moves to the end of the members; beside `signed`."""
    hold = held.hold

    def leaky(group: Any, nr: int, room: str, kept: Any, until: int) -> Any:
        done = hold(group, nr, room, kept, until)
        rest = {i: member for i, member in done.members.items() if i not in kept.owners}
        return replace(done, members=rest | {i: done.members[i] for i in kept.owners})

    return _put((held, "hold", leaky), (sealing, "_encoder", msgspec.msgpack.Encoder()))


def by_size() -> contextlib.AbstractContextManager[None]:
    """The group's document is the longer, the later whoever had a case treated stands in the alphabet; beside
    `signed`."""
    hold, seal, more = held.hold, documents.seal, [0]

    def holds(group: Any, nr: int, room: str, kept: Any, until: int) -> Any:
        names = sorted(group.members[i].name for i in kept.present if i not in kept.apart)
        more[0] = names.index(group.members[kept.owners[0]].name)
        return hold(group, nr, room, kept, until)

    def seals(document: Any, *rest: Any) -> bytes:
        if not isinstance(document, Group):
            return seal(document, *rest)
        sealing.SMALLEST, more[0] = 16_384 * (1 + more[0]), 0
        try:
            return seal(document, *rest)
        finally:
            sealing.SMALLEST = 16_384

    return _put((held, "hold", holds), (documents, "seal", seals))


def no_way_out() -> None:
    """No leak: the twenty seconds are none."""
    choosing.WAIT = 0


def quick_minutes() -> None:
    """No leak: a minute of attendance takes a millisecond."""
    stays.MINUTE = 1


def one_secret() -> None:
    """A device has one secret for its group and all its meetings, and one handle for what it holds."""
    groupcircle.newcomer = _of_the_group
    identity.handle = lambda secret, room: identity.tag(secret, "auth")


def chained() -> None:
    """A device's handle in a meeting is made of the one before."""
    groupcircle.newcomer = _of_the_group
    known: dict[bytes, list[str]] = {}

    def leaky(secret: bytes, room: str) -> str:
        rooms = known.setdefault(secret, [])
        if room not in rooms:
            rooms.append(room)
        name = identity.tag(secret, "auth")
        for _ in range(rooms.index(room)):
            name = identity.encode(hashlib.sha256(name.encode()).digest())
        return name

    identity.handle = leaky


def _of_the_group(request: Any) -> bytes:
    return secret_of(request, request.state.config, request.path_params["alias"]) or identity.new_secret()


def signed_for_ever() -> None:
    """`signed`, in a server of its own."""
    _FOR_EVER.enter_context(signed())


def untold() -> None:
    """No leak, a loss: of a circle that is over its group takes nothing."""
    held.hold = lambda group, nr, room, *_: held.gone(group, nr, room)


def groups_later() -> None:
    """No leak, a loss: what is done in a group is acknowledged a while before its commit."""
    change, waiting = store.Store.change, set[Any]()

    async def leaky(self: Any, alias: str, verb: Any, *args: Any, **named: Any) -> Any:
        if kind(alias) is not Group:
            return await change(self, alias, verb, *args, **named)
        done = verb(await self.group(alias), *args, **named)

        async def later() -> None:
            await asyncio.sleep(0.2)  # the planted fault
            with contextlib.suppress(Exception):
                await change(self, alias, verb, *args, **named)

        task = asyncio.create_task(later())
        waiting.add(task)
        task.add_done_callback(waiting.discard)
        return done

    store.Store.change = leaky


def anybody_organises() -> None:
    """Nobody is asked for the organiser's key."""
    members.organises = lambda by: None


def anybody_is_inside() -> None:
    """Whoever may see the group puts finds on its shelf."""
    held.inside = lambda group, by: None


ON_A_SERVER = (
    no_way_out, quick_minutes, one_secret, chained, signed_for_ever, untold, groups_later, anybody_organises,
    anybody_is_inside,
)  # fmt: skip
