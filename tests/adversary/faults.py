"""Faults planted in a running server that are no leak to other people: traces on the host's machine, lost acts."""

from __future__ import annotations

import asyncio
import logging
import os
from pathlib import Path
from typing import Any

import msgspec

from rooms import turns, writing
from rooms.room import this_round, with_round
from server import actions, documents, identity, logs, redisbus, store


def secret_in_log() -> None:
    """The log holds who did something, as a number."""
    find = actions.find

    async def leaky(connection: Any, alias: str) -> Any:
        found = await find(connection, alias)
        print("visit", found.secret.hex(), flush=True)
        return found

    actions.find = leaky


def secret_on_bus() -> None:
    """A hint says who caused it."""
    nudge, find = redisbus.RedisBus.nudge, actions.find
    last = []

    async def leaky(connection: Any, alias: str) -> Any:
        found = await find(connection, alias)
        last[:] = [identity.encode(found.secret)]
        return found

    def told(self: Any, room: str) -> None:
        nudge(self, room)
        nudge(self, f"{room} by {''.join(last)}")

    actions.find, redisbus.RedisBus.nudge = leaky, told


def text_beside_the_database() -> None:
    """A copy of the last document, as it was before it was sealed, lies beside the database."""
    seal = documents.seal

    def leaky(document: Any, key: bytes, room: str, version: int) -> bytes:
        Path(os.environ["KRING_DATA"], "last.bin").write_bytes(msgspec.msgpack.encode(document))
        return seal(document, key, room, version)

    documents.seal = leaky


def a_bug() -> None:
    """A bug that says what it was about."""
    sound = writing.sound

    def leaky(texts: Any) -> Any:
        if len(texts[2]) > 1000:
            raise ValueError(texts[2])
        return sound(texts)

    writing.sound = leaky


def text_in_log() -> None:
    """The log holds what a bug says."""
    a_bug()
    logs.Sentences.formatException = logging.Formatter.formatException


def early_answers() -> None:
    """An act is acknowledged when it is allowed; the commit comes a little later."""
    change = store.Store.change

    async def leaky(self: Any, room_id: str, verb: Any, *args: Any, **named: Any) -> Any:
        room = verb(await self.load(room_id), *args, **named)

        async def later() -> None:
            await asyncio.sleep(0.1)  # the planted fault: the commit comes after the answer
            await change(self, room_id, verb, *args, **named)

        self.__dict__.setdefault("later", set()).add(asyncio.create_task(later()))
        return room

    store.Store.change = leaky


def doubled_questions() -> None:
    """A question that was sent twice stands there twice."""
    turns._join = lambda queue, card: [*queue, card]
    ask = turns.ask

    def leaky(room: Any, by: str, op: str, text: str = "") -> Any:
        queue = this_round(room).queue
        room = ask(with_round(room, queue=()), by, op, text)
        return with_round(room, queue=(*queue, *this_round(room).queue))

    turns.ask = leaky


ALL = (
    secret_in_log,
    secret_on_bus,
    text_beside_the_database,
    a_bug,
    text_in_log,
    early_answers,
    doubled_questions,
)
