"""The server of `make run`, with rooms that are full of people: made through the store, so that nobody waits for a
thousand of them to type a code. What the server gets is what a browser sends: cookies, origin, CSRF value."""

from __future__ import annotations

import asyncio
import html
import re
import shutil
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from urllib.parse import urlencode

from msgspec.structs import replace

from bench.machine import BUILD, free_port, running
from bench.people import People, post, upgrade
from rooms import agreement, choosing, door, flow, tags, writing
from rooms.methodfiles import catalogue
from rooms.room import Device, Room, Seat, this_round, with_round
from server import identity
from server.config import Config
from server.keyring import Keyring
from server.store import Store

NOW = 1_795_000_000_000
MOMENT = re.compile(r'data-moment="([^"]+)"')


@dataclass
class Made:
    """A room and the secrets of its people; the first one leads."""

    alias: str
    room: Room
    secrets: list[bytes]
    seats: list[str]
    cases: list[str] = field(default_factory=list)

    def cookie(self, who: int) -> str:
        """What the browser of somebody sends."""
        return f"{identity.cookie_name(self.alias, False)}={identity.encode(self.secrets[who])}"

    def line(self, who: int, port: int) -> bytes:
        """The request with which the page of somebody opens its socket."""
        page = "lead" if who == 0 else "seat"
        return upgrade(f"/r/{self.alias}/live?as={page}", port, self.cookie(who))

    def act(self, who: int, port: int, verb: str, **fields: str) -> bytes:
        """The request of an act."""
        fields = {"csrf": identity.csrf_token(self.secrets[who], self.alias), **fields}
        return post(
            f"/r/{self.alias}/do/{verb}", port, urlencode(fields).encode(), "application/x-www-form-urlencoded",
            Cookie=self.cookie(who), Origin=f"http://127.0.0.1:{port}", X_Kring="1",
        )  # fmt: skip


def made(alias: str, people: int, to: str = "arrive") -> Made:
    """A room of so many people beside who leads it, at the arriving, or at the vote with five cases."""
    rng, secrets = Random(alias), [identity.new_secret() for _ in range(people + 1)]
    room = door.open_room(
        alias, name="Mentoren", chairs=min(people + 1, 30), leader_name="Fay",
        handle=identity.handle(secrets[0], alias), rng=rng, method=catalogue()["five-step"], key="k",
        ends=NOW + 7_200_000,
    )  # fmt: skip
    room = flow.begin(room, NOW, rng)
    ids = [next(iter(room.seats)), *(f"{rng.getrandbits(80):020x}" for _ in range(people))]
    seats = {ids[n]: Seat(ids[n], n, f"Naam {n}") for n in range(1, people + 1)}
    devices = {identity.handle(secrets[n], alias): Device(ids[n]) for n in range(1, people + 1)}
    room = replace(
        room, chairs=people + 1, seats={**room.seats, **seats}, devices={**room.devices, **devices}, version=1
    )
    one = Made(alias, room, secrets, ids)
    if to == "vote":
        _to_the_vote(one, rng)
    return one


def _to_the_vote(one: Made, rng: Random) -> None:
    def tag(who: int) -> tags.Tag:
        return partial(identity.tag, one.secrets[who])

    while one.room.agenda[one.room.at].phase.kind != "choose":
        kind = one.room.agenda[one.room.at].phase.kind
        if kind == "agreement":
            for who in range(1, len(one.seats)):
                one.room = agreement.say(one.room, one.seats[who], tags.agree(tag(who), one.room), "yes")
        if kind == "write":
            for who in range(1, 6):
                signs = tags.case(tag(who), one.room), tags.ready(tag(who), one.room)
                one.room = writing.lay(one.room, one.seats[who], *signs, 1, ("Er is iets", "Lastig", f"Vraag {who}?"))
            writers = this_round(one.room).writers
            ready = {tags.ready(tag(who), one.room): True for who in range(1, len(writers) + 1)}
            one.room = with_round(one.room, ready={**this_round(one.room).ready, **ready})
        one.room = flow.step(one.room, one.seats[0], flow.pointer(one.room), NOW, rng)
    one.cases = [case.id for case in choosing.on_ballot(one.room)]


@contextmanager
def serving(rooms: list[Made], **env: str) -> Iterator[tuple[int, int]]:
    """The real server with these rooms: process id and port."""
    folder, port = Path(tempfile.mkdtemp(dir=BUILD)), free_port()
    data = folder / "data"
    asyncio.run(_keep(rooms, data))
    settings = {"KRING_DATA": str(data), "KRING_PORT": str(port), "KRING_LOG_LEVEL": "error", **env}
    try:
        with running([sys.executable, "-m", "server"], port, f"http://127.0.0.1:{port}/healthz", **settings) as pid:
            yield pid, port
    finally:
        shutil.rmtree(folder)


async def _keep(rooms: list[Made], data: Path) -> None:
    config = Config.from_env({"KRING_DATA": str(data)})
    store = Store(config, Keyring(config.keyring))
    await store.open()
    for one in rooms:
        await store.create(one.room)
    await store.close()


def moment(one: Made, port: int) -> str:
    """Where the room is, from the page of who leads."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/r/{one.alias}/leiden", headers={"Cookie": one.cookie(0)})
    with urllib.request.urlopen(request) as answer:
        found = MOMENT.search(answer.read().decode())
    assert found
    return html.unescape(found[1])


def everybody(rooms: list[Made], port: int, *how: str, nice: bool = False, quiet: int = 80) -> People:
    """The sockets of all people of all rooms, room after room; of many rooms only those are waited for that a trigger
    is for, and the others only live. All of it came when no byte did for `quiet` ms."""
    lines = [one.line(who, port) for one in rooms for who in range(len(one.seats))]
    return People(port, lines, *how, quiet=quiet, first=len(rooms) > 1, nice=nice)
