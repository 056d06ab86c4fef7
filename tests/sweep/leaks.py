"""The server with a trace planted that it must not leave: `python -m tests.sweep.leaks LEAK...`."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from rooms import writing
from rooms.trajectory import held, members
from server import __main__, actions, documents, identity, keyring, logs, redisbus, sealing, sqlitefile, store
from server.config import Config
from tests.adversary import faults, group_leaks


def no_secure_delete() -> None:
    """SQLite leaves what was there."""
    sqlitefile.PRAGMAS = tuple((n, 0 if n == "secure_delete" else v) for n, v in sqlitefile.PRAGMAS)


def write_ahead_log() -> None:
    """SQLite keeps what was written in a file beside its own, as long as somebody reads."""
    sqlitefile.PRAGMAS = tuple((n, "wal" if n == "journal_mode" else v) for n, v in sqlitefile.PRAGMAS)


def default_logs() -> None:
    """uvicorn logs as it does when nobody tells it otherwise."""
    options = __main__._options

    def usual(config: Config) -> dict[str, Any]:
        return {k: v for k, v in options(config).items() if k not in ("log_config", "access_log")}

    __main__._options = usual


def last_seen() -> None:
    """The room remembers when a seat last did something."""
    change = store.Store.change

    async def leaky(self: Any, room_id: str, verb: Any, *args: Any, **named: Any) -> Any:
        def seen(room: Any) -> Any:
            seat = next(iter(room.seats))
            return replace(
                verb(room, *args, **named), texts={**room.texts, "seen": (seat, str(time.time_ns() // 10**6))}
            )

        return await change(self, room_id, seen)

    store.Store.change = leaky


def _sound(leak: Any) -> None:
    sound = writing.sound

    def leaky(texts: Any) -> Any:
        leak(texts[2])
        return sound(texts)

    writing.sound = leaky


def file_gone_at_once() -> None:
    """A text passes through a temporary file."""

    def leak(text: str) -> None:
        with tempfile.NamedTemporaryFile(prefix="kring-gone-") as file:
            file.write(text.encode())
            file.flush()

    _sound(leak)


def shared_memory() -> None:
    """A text passes through memory that has the shape of a file."""

    def leak(text: str) -> None:
        path = Path(f"/dev/shm/kring-{os.getpid()}")
        path.write_text(text)
        path.unlink()
        os.write(os.memfd_create("kring"), text.encode())

    _sound(leak)


def told_to_another() -> None:
    """A text goes to an address that has no business here."""
    line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    _sound(lambda text: line.sendto(text.encode(), ("127.0.0.1", 9)))


def tag_on_the_bus() -> None:
    """A hint says which case it is about."""
    nudge, lay = redisbus.RedisBus.nudge, writing.lay
    last = [""]

    def leaky(room: Any, by: str, tag: str, *rest: Any) -> Any:
        last[0] = tag
        return lay(room, by, tag, *rest)

    writing.lay = leaky
    redisbus.RedisBus.nudge = lambda self, room: (nudge(self, room), nudge(self, f"{room} {last[0]}"))[0]


def not_sealed() -> None:
    """Documents lie open in the database."""
    documents.seal = lambda room, *_: msgspec.msgpack.encode(room)
    documents.unseal = lambda body, key, room, version, kind: msgspec.msgpack.decode(body, type=kind)


def not_padded() -> None:
    """The size of a document follows what it holds."""
    seal = documents.seal

    def leaky(document: Any, key: bytes, room: str, version: int) -> bytes:
        sealing.SMALLEST = 65_536 + len(msgspec.msgpack.encode(document))
        return seal(document, key, room, version)

    documents.seal = leaky


def key_kept() -> None:
    """A copy of each key stays beside it, and the key is not overwritten before it goes."""
    create = keyring.Keyring.create

    def leaky(self: Any, room: str) -> bytes:
        key = create(self, room)
        (self.path / f"{room}.old").write_bytes(key)
        return key

    keyring.Keyring.create = leaky
    keyring.Keyring.destroy = lambda self, room: (self.path / room).unlink(missing_ok=True)


def packed_text() -> None:
    """A text lies in a file that is packed."""
    import gzip

    _sound(lambda text: Path(os.environ["KRING_DATA"], "kept.gz").write_bytes(gzip.compress(text.encode())))


def secret_in_base64() -> None:
    """A secret in the log, as base64 in the middle of something."""
    import base64

    find = actions.find

    async def leaky(connection: Any, alias: str) -> Any:
        found = await find(connection, alias)
        print(base64.b64encode(b"x" + found.secret + b"y").decode(), flush=True)
        return found

    actions.find = leaky


def secret_kept() -> None:
    """Everybody's K lies in a file, so that people need not join twice."""
    find = actions.find

    async def leaky(connection: Any, alias: str) -> Any:
        found = await find(connection, alias)
        with Path(os.environ["KRING_DATA"], "secrets").open("a") as file:
            print(identity.encode(found.secret), file=file)
        return found

    actions.find = leaky


def text_in_log() -> None:
    """The log holds what a bug says."""
    faults.a_bug()
    logs.Sentences.formatException = __import__("logging").Formatter.formatException


def names_in_the_log() -> None:
    """The log says who came into a group."""
    join = members.join

    def leaky(group: Any, handle: str, name: str, *rest: Any, **named: Any) -> Any:
        print("joined", name, flush=True)
        return join(group, handle, name, *rest, **named)

    members.join = leaky


def circle_told_whole() -> None:
    """A circle leaves its cases with its group."""
    facts = held.facts

    def leaky(room: Any) -> Any:
        kept = facts(room)
        return replace(kept, methods=(*kept.methods, *(case.texts[2] for case in room.cases)))

    held.facts = leaky


def find_beside() -> None:
    """A find lies in a file of its own, too."""
    keep = held.keep_find

    def leaky(group: Any, by: str, text: str, find: str) -> Any:
        Path(os.environ["KRING_DATA"], "finds").write_text(text)
        return keep(group, by, text, find)

    held.keep_find = leaky


def link_on_the_bus() -> None:
    """The last key that was given out goes along with every hint."""
    nudge, new_key, last = redisbus.RedisBus.nudge, identity.new_key, [""]

    def leaky() -> str:
        last[0] = new_key()
        return last[0]

    identity.new_key = leaky
    redisbus.RedisBus.nudge = lambda self, room: (nudge(self, room), nudge(self, f"{room} {last[0]}"))[0]


def left_stays() -> None:
    """Who leaves a group stays in it by name, whether there was a meeting or not."""
    without = members._without

    def leaky(group: Any, member: str) -> Any:
        left = replace(group.members[member], left=True)
        return replace(without(group, member), members={**group.members, member: left})

    members._without = leaky


LEAKS = {f.__name__: f for f in (
    no_secure_delete, write_ahead_log, default_logs, last_seen, file_gone_at_once, shared_memory, told_to_another,
    tag_on_the_bus, not_sealed, not_padded, key_kept, packed_text, secret_in_base64, secret_kept, text_in_log,
    names_in_the_log, circle_told_whole, find_beside, link_on_the_bus, left_stays, group_leaks.quick_minutes,
    faults.a_bug,
)}  # fmt: skip


def main() -> None:
    """Plants what the command line names and starts the server."""
    import uvicorn

    for name in sys.argv[1:]:
        LEAKS[name]()
    from server.app import create_app

    config = Config.from_env(os.environ)
    options = __main__._options(config)
    uvicorn.run(create_app(config), **{k: v for k, v in options.items() if k not in ("app", "factory")})


if __name__ == "__main__":
    main()
