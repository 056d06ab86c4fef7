"""I6 and I7: no secret of a device and no text of a case is in any file, log line or message of the bus."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from server import identity
from server.person import Person
from tests.adversary.sweep import JournalWatch, encodings, found_in, monitor, spellings
from tests.conftest import Redis, Server

NAMES = ("Owen", "Cora", "Carl", "Cleo", "Cem", "Cato")
SAID = {name: f"Kanarie één van {name}: \u201ewat nu?\u201d" for name in NAMES}


async def until_redis(redis: Redis) -> None:
    async with asyncio.timeout(5):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", redis.port)
            except OSError:
                await asyncio.sleep(0.02)
            else:
                writer.close()
                return


async def sweep(path: Path, redis: Redis, *leaks: str) -> tuple[set[str], Server, str]:
    """A meeting from beginning to erasing, with a kill -9 between; what lay about."""
    await until_redis(redis)
    server = Server(path / "data", KRING_REDIS_URL=redis.url, KRING_LOG_LEVEL="debug")
    server.command = [sys.executable, "-m", "tests.adversary.planted", *leaks]
    await server.start()
    lead = await Person(server.url).begin("Mentoren", "Fay", method="five-step")
    people = {name: await Person(server.url).join(lead.code, name) for name in NAMES}
    canaries: dict[str, Iterable[bytes]] = {}
    for one in (lead, *people.values()):
        value = next(v for k, v in one.http.cookies.items() if k.startswith("kring-"))
        secret = identity.decode(value.partition(".")[0])
        assert secret
        canaries[f"K{len(canaries)}"] = encodings(secret)
    for name, text in SAID.items():
        canaries[name] = spellings(text.replace("\u201e", '"').replace("\u201d", '"')) + spellings(text)
    found: set[str] = set()
    with monitor(redis, path / "redis.txt"), JournalWatch(server.data) as watch:
        for _ in range(3):
            await lead.next()
        for rev in range(1, 5):
            await asyncio.gather(*(lay(who, name, rev) for name, who in people.items()))
        refused = await people["Owen"].act("lay", rev="x", situation="", difficulty="", question=SAID["Owen"])
        too_long = await people["Owen"].act("lay", rev="9", situation="", difficulty="", question=SAID["Owen"] * 99)
        assert (refused.status_code, too_long.status_code) == (409, 500 if leaks else 409)
        found |= found_in(path, canaries)
        server.kill9()
        found |= found_in(path, canaries)
        await server.start()
        await lead.next()
        found |= found_in(path, canaries)
        assert SAID["Owen"][:11] in await people["Cora"].page()
        key = encodings((path / "data-keyring" / lead.alias).read_bytes())
        assert found_in(path, {"key": key}) == {f"key in {lead.alias}"}  # the control: what is there is found
        await lead.act("erase")
    server.stop()
    assert any(file == "kring.db-journal" for file, _ in watch.seen), "no journal was seen while it held something"
    return found | watch.found(canaries) | found_in(path, {**canaries, "key": key}), server, lead.alias


async def lay(who: Person, name: str, rev: int) -> None:
    answer = await who.act("lay", rev=str(rev), situation="", difficulty=str(rev), question=SAID[name])
    assert answer.status_code == 204


@pytest.mark.parametrize("bugs", [(), ("a_bug",)])
async def test_no_secret_and_no_text_is_anywhere(tmp_path: Path, redis: Redis, bugs: tuple[str, ...]) -> None:
    found, server, alias = await sweep(tmp_path, redis, *bugs)

    assert found == set()
    assert alias in (tmp_path / "redis.txt").read_text()
    assert ("ValueError: " in server.log.read_text()) == bool(bugs)


async def test_each_planted_trace_is_found(tmp_path: Path, redis: Redis) -> None:
    leaks = ("secret_in_log", "secret_on_bus", "text_beside_the_database", "text_in_log")
    found, server, _ = await sweep(tmp_path, redis, *leaks)

    for canary, file in (("K", server.log.name), ("K", "redis.txt"), ("O", "last.bin"), ("O", server.log.name)):
        assert [f for f in found if f.startswith(canary) and f.endswith(file)], file
