"""The doctor finds each planted fault of an installation, and nothing on a sound one."""

from __future__ import annotations

import os
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from server import doctor
from server.config import Config
from tests.browser.circles import until
from tests.conftest import ROOT, Redis, free_port


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A sound installation: keys elsewhere, a database that a server made."""
    keys = tmp_path / "keys"
    for folder in (tmp_path / "data", keys):
        folder.mkdir(mode=0o700)
    (keys / "_pepper").write_bytes(os.urandom(32))
    (keys / "_pepper").chmod(0o600)
    (keys / "inner").mkdir(mode=0o700)
    with sqlite3.connect(tmp_path / "data" / "kring.db") as file:
        file.execute("create table room (id text primary key)")
    found = Config.from_env({"KRING_DATA": str(tmp_path / "data"), "KRING_KEYRING": str(keys / "inner")})
    return replace(found, origins=("http://127.0.0.1:8000",))


def levels(found: Iterator[doctor.Finding]) -> set[str]:
    return {f.level for f in found}


def test_a_sound_installation_has_nothing_to_mend(config: Config, tmp_path: Path) -> None:
    for check in (doctor.origins, doctor.keyring, doctor.disk, doctor.database, doctor.versions, doctor.bus):
        assert levels(check(config)) <= {"ok"}, check
    nothing = tmp_path / "swaps"
    nothing.write_text("Filename Type Size Used Priority\n")
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
    assert levels(doctor.memory(config, nothing)) == {"ok"}
    resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))
    assert levels(doctor.clock(config, nothing)) == {"ok"}


def test_each_planted_fault_is_found(config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert levels(doctor.origins(replace(config, origins=("http://192.168.1.7:8000",)))) == {"warn"}
    nobody = replace(config, origins=(f"https://127.0.0.1:{free_port()}",))
    assert levels(doctor.certificates(nobody)) == {"wrong"}
    config.keyring.chmod(0o755)
    assert levels(doctor.keyring(config)) == {"wrong"}
    assert "warn" in levels(doctor.keyring(replace(config, keyring=tmp_path / "keys")))
    config.data.chmod(0o755)
    assert "warn" in levels(doctor.disk(config))
    (config.data / "kring.db").write_bytes(b"this is no database" * 500)
    assert levels(doctor.database(config)) == {"wrong"}
    monkeypatch.setitem(doctor.FLOORS, "h11", "99.0")
    assert levels(doctor.versions(config)) == {"wrong"}
    swaps = tmp_path / "swaps"
    swaps.write_text("Filename Type Size Used Priority\n/dev/sda2 partition 1 0 -2\n")
    assert "warn" in levels(doctor.memory(config, swaps))
    assert levels(doctor.clock(config, tmp_path / "nowhere")) == {"warn"}


def answers(client: doctor.redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except doctor.redis.RedisError:
        return False


async def test_redis_that_writes_or_does_not_answer_is_found(config: Config, redis: Redis) -> None:
    client = doctor.redis.Redis.from_url(redis.url)
    await until(lambda: answers(client), 5)
    told = replace(config, redis_url=redis.url)
    client.config_set("bind", "127.0.0.1")
    assert levels(doctor.bus(told)) == {"ok"}
    client.config_set("appendonly", "yes")
    assert levels(doctor.bus(told)) == {"warn"}
    redis.kill()
    assert levels(doctor.bus(told)) == {"warn"}


def test_the_command_prints_and_tells_by_its_end(config: Config) -> None:
    env = {**os.environ, "KRING_DATA": str(config.data), "KRING_KEYRING": str(config.keyring)}
    command = [sys.executable, "-m", "server", "doctor"]
    sound = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    config.keyring.chmod(0o755)
    broken = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)

    assert (sound.returncode, broken.returncode) == (0, 1), sound.stdout + broken.stdout
    assert f"chmod -R go= {config.keyring}" in broken.stdout
